//! The comparison as a table, and what it comes to.

use super::Row;
use super::process::Measured;
use std::fmt::Write;

/// The first two lines of the table.
pub const HEAD: &str = "\
| tree | cut sets: ours, ms | SCRAM bdd / zbdd / mocus, ms | times faster | probability and importance: ours, ms | SCRAM probability / with importance, ms | times faster | whole process: ours, ms | Canopy, ms | MB: ours / SCRAM, cut sets | MB: ours / SCRAM, probability |
|---|---|---|---|---|---|---|---|---|---|---|";

/// Where SCRAM takes no longer than this, the clock and not the tree is measured.
const COMPARED_ABOVE: f64 = 0.005;

/// Where SCRAM takes no more memory than this, it is that of the program itself.
const MEGABYTES_COMPARED_ABOVE: f64 = 50.0;

/// One tree.
pub fn line(row: &Row) -> String {
    let ours = (row.ours_cut_sets.as_ref(), row.ours_probability.as_ref());
    let scram = (row.scram_best(), row.scram_importance.as_ref());
    let methods: Vec<String> =
        row.scram_cut_sets.iter().map(|method| milliseconds(method.as_ref())).collect();
    let cells = [
        row.expected.tree.clone(),
        milliseconds(ours.0),
        methods.join(" / "),
        times(ours.0, scram.0),
        milliseconds(ours.1),
        format!("{} / {}", milliseconds(row.scram_probability.as_ref()), milliseconds(scram.1)),
        times(ours.1, scram.1.or(row.scram_probability.as_ref())),
        ours.1.map_or_else(none, |measured| format!("{:.1}", measured.whole * 1e3)),
        milliseconds(row.canopy.as_ref()),
        format!("{} / {}", megabytes(ours.0), megabytes(scram.0)),
        format!("{} / {}", megabytes(ours.1), megabytes(row.scram_probability.as_ref())),
    ];
    format!("| {} |", cells.join(" | "))
}

fn none() -> String {
    "-".to_owned()
}

fn milliseconds(measured: Option<&Measured>) -> String {
    measured.map_or_else(none, |measured| match measured.seconds * 1e3 {
        long if long >= 100.0 => format!("{long:.0}"),
        short => format!("{short:.2}"),
    })
}

fn megabytes(measured: Option<&Measured>) -> String {
    let megabytes = measured.and_then(|measured| measured.megabytes);
    megabytes.map_or_else(none, |megabytes| format!("{megabytes:.0}"))
}

fn times(ours: Option<&Measured>, other: Option<&Measured>) -> String {
    match ours.zip(other) {
        Some((ours, other)) => format!("{:.1}", other.seconds / ours.seconds),
        None => none(),
    }
}

/// Geometric means, and each tree on which we lose.
pub fn summary(rows: &[Row]) -> String {
    let mut told = String::new();
    type Pair<'a> = fn(&'a Row) -> (Option<&'a Measured>, Option<&'a Measured>);
    let questions: [(&str, Pair<'_>); 3] = [
        ("cut sets, beside the quickest of SCRAM's methods", |row| {
            (row.ours_cut_sets.as_ref(), row.scram_best())
        }),
        ("probability and all importance, beside SCRAM's probability alone", |row| {
            (row.ours_probability.as_ref(), row.scram_probability.as_ref())
        }),
        ("probability and all importance, beside SCRAM's of both", |row| {
            (row.ours_probability.as_ref(), row.scram_importance.as_ref())
        }),
    ];
    for (question, pair) in questions {
        let compared: Vec<(&str, f64)> = rows
            .iter()
            .filter_map(|row| {
                let (ours, other) = pair(row);
                let other = other.filter(|other| other.seconds > COMPARED_ABOVE)?;
                // One that we do not solve is lost, by as much as can be.
                let ratio = ours.map_or(0.0, |ours| other.seconds / ours.seconds);
                Some((row.expected.tree.as_str(), ratio))
            })
            .collect();
        tell(&mut told, question, &compared);
    }
    let compared: Vec<(&str, f64)> = rows
        .iter()
        .filter_map(|row| {
            let ratio = row.canopy.as_ref()?.seconds / row.ours_probability.as_ref()?.whole;
            Some((row.expected.tree.as_str(), ratio))
        })
        .collect();
    tell(&mut told, "whole process for the probability, beside Canopy's", &compared);
    for row in rows {
        for (question, ours, other) in [
            ("cut sets", row.ours_cut_sets.as_ref(), row.scram_best()),
            ("probability", row.ours_probability.as_ref(), row.scram_probability.as_ref()),
        ] {
            let memory = |measured: Option<&Measured>| measured.and_then(|of| of.megabytes);
            let Some((ours, other)) = memory(ours).zip(memory(other)) else { continue };
            if other > MEGABYTES_COMPARED_ABOVE && ours > other {
                let tree = &row.expected.tree;
                writeln!(
                    told,
                    "more memory: {tree}, {question}: {ours:.0} MB, SCRAM {other:.0} MB"
                )
                .expect("a string takes whatever is written");
            }
        }
    }
    told
}

fn tell(told: &mut String, question: &str, compared: &[(&str, f64)]) {
    let solved: Vec<f64> =
        compared.iter().map(|(_, ratio)| *ratio).filter(|ratio| *ratio > 0.0).collect();
    if solved.is_empty() {
        return;
    }
    let logarithms: f64 = solved.iter().map(|ratio| ratio.ln()).sum();
    let mean = (logarithms / solved.len() as f64).exp();
    let lost: Vec<String> = compared
        .iter()
        .filter(|(_, ratio)| *ratio < 1.0)
        .map(|(tree, ratio)| match *ratio > 0.0 {
            true => format!("{tree} ({ratio:.2})"),
            false => format!("{tree} (not solved)"),
        })
        .collect();
    let lost = if lost.is_empty() { "none".to_owned() } else { lost.join(", ") };
    writeln!(
        told,
        "{question}: {mean:.1} times faster (geometric mean of {} trees, {} not solved); lost: {lost}",
        solved.len(),
        compared.len() - solved.len()
    )
    .expect("a string takes whatever is written");
}

//! `entente trace`: to whom a PDF or text that was found outside was given.

use super::copies::{KEPT, template};
use crate::failure::Failure;
use crate::files::{bytes, text};
use crate::{pretty, say};
use clap::Args;
use exchange::found::{Found, PDF_BYTES_MAX};
use exchange::letter::STATIONERY;
use exchange::marked::{Kept, Marks, Trace, trace};
use serde_json::json;
use std::path::PathBuf;

/// The longest list of copies that is read, in bytes.
const KEPT_BYTES_MAX: u64 = 16 << 20;

/// Say to whom a PDF or text that was found outside was given: a likelihood for each copy, with the
/// chance that somebody is accused falsely. Never a verdict: a copy can be stolen.
///
/// A PDF of the house, whatever other programs made of it, and a scan with recognised text tell most:
/// wording, ends of lines, and the lean of spaces. Text tells its wording, and the ends of its lines if
/// it has kept them. Whoever types a copy anew leaves the wording, whoever retells it nothing.
#[derive(Args)]
pub(crate) struct TraceCommand {
    /// What was found: a PDF, or text as it was copied, typed anew, or recognised from a picture.
    found: PathBuf,
    /// The directory of copies.
    #[arg(long, value_name = "DIR")]
    copies: PathBuf,
    /// Answer as JSON.
    #[arg(long)]
    json: bool,
}

impl TraceCommand {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let path = self.copies.join(KEPT);
        let kept = Kept::from_json(&text(&path, KEPT_BYTES_MAX)?).map_err(|error| {
            Failure::input(
                format!("{}: {error}", path.display()),
                "It is what `entente copies` wrote, unchanged.",
            )
        })?;
        if kept.stationery > STATIONERY {
            return Err(Failure::input(
                format!("{}: these copies were made by a newer Entente", path.display()),
                "Trace with that one.",
            ));
        }
        let template = template(&path, &kept.letter)?;
        let (names, marks): (Vec<String>, Vec<Marks>) =
            kept.copies.into_iter().map(|given| (given.to, given.marks)).unzip();
        let found = Found::of_file(&bytes(&self.found, PDF_BYTES_MAX as u64)?)
            .map_err(|error| Failure::input(format!("{}: {error}", self.found.display()), ""))?;
        let told = trace(&template, &marks, &found);
        if self.json {
            return say(&pretty(&as_json(&names, &told)));
        }
        say(&self.report(&names, &told))
    }

    fn report(&self, names: &[String], told: &Trace) -> String {
        let mut report = format!(
            "{} of {} places at which the copies are worded differently can be read in {}",
            told.read,
            told.slots,
            self.found.display()
        );
        match (told.gaps, told.leans) {
            (0, _) => report.push_str("; where lines end cannot.\n\n"),
            (gaps, 0) => report.push_str(&format!(
                ",\nand of {gaps} pairs of words whether a line ends between them.\n\n"
            )),
            (gaps, leans) => report.push_str(&format!(
                ",\nof {gaps} pairs of words whether a line ends between them, and of {leans} lines to which side they lean.\n\n"
            )),
        }
        if told.read == 0 && told.gaps == 0 {
            report.push_str(
                "So it says nothing about anybody: it is not this letter, or it was retold.\n",
            );
            return report;
        }
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(4);
        report.push_str(&format!(
            "{:width$}  wording   likelier by  by lines  false accusation\n",
            "copy"
        ));
        for suspect in &told.suspects {
            report.push_str(&format!(
                "{:width$}  {:>2} of {:<2}  10^{:<9.1}  10^{:<6.1}  {}\n",
                names[suspect.copy],
                suspect.agrees,
                told.read,
                suspect.likelihood,
                suspect.by_lines,
                chance(suspect.false_accusation),
            ));
        }
        report.push_str(
            "\n“Likelier by”: how much likelier the text is if it comes from that copy, “by lines” the part of it\nthat its lines make. “False accusation”: the chance that the copy of anybody innocent agrees so well.\nA copy can be stolen: this is no verdict.\n",
        );
        report
    }
}

fn as_json(names: &[String], told: &Trace) -> serde_json::Value {
    let suspects = told.suspects.iter().map(|suspect| {
        json!({
            "to": names[suspect.copy],
            "agrees": suspect.agrees,
            "likelihood_log10": suspect.likelihood,
            "by_lines_log10": suspect.by_lines,
            "false_accusation": suspect.false_accusation,
        })
    });
    let suspects: Vec<_> = suspects.collect();
    json!({
        "places": told.slots,
        "read": told.read,
        "gaps": told.gaps,
        "leans": told.leans,
        "suspects": suspects,
    })
}

fn chance(chance: f64) -> String {
    if chance >= 0.01 { format!("{:.0} in 100", chance * 100.0) } else { format!("{chance:.0e}") }
}

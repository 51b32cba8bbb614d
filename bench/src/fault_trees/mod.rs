//! Fault trees beside SCRAM and Canopy, each question in a process of its own.
//!
//! `bench -- fault-trees DIR --scram PATH [--canopy PATH --canopy-models DIR] [--runs N]
//! [--limit SECONDS] [--only NAME,NAME]`. `DIR/EXPECTED.csv` says what must come out.

mod expected;
mod ours;
mod peers;
mod process;
mod table;

pub use ours::one;

use crate::figures::load;
use expected::Expected;
use peers::{Canopy, METHODS, Scram};
use process::Measured;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// What is compared, and how.
struct Comparison {
    directory: PathBuf,
    scram: Scram,
    canopy: Option<Canopy>,
    runs: usize,
    limit: Duration,
    only: Option<Vec<String>>,
}

/// What was measured on one tree; `None` where a program did not answer within the limit.
struct Row {
    expected: Expected,
    ours_cut_sets: Option<Measured>,
    ours_probability: Option<Measured>,
    scram_cut_sets: [Option<Measured>; METHODS.len()],
    scram_probability: Option<Measured>,
    /// With the time of a pass for each event, where it reports some events only.
    scram_importance: Option<Measured>,
    canopy: Option<Measured>,
    /// What came out otherwise than expected.
    wrong: Vec<String>,
}

/// How it is called.
pub const USAGE: &str = "cargo run --release -p bench -- fault-trees DIR --scram PATH [--canopy PATH --canopy-models DIR] \
                     [--runs N] [--limit SECONDS] [--only NAME,NAME]";

/// Runs the comparison and prints it.
pub fn run(directory: &str, options: &[&str]) -> ExitCode {
    let Some(comparison) = Comparison::of(directory, options) else {
        eprintln!("Usage: {USAGE}");
        return ExitCode::from(2);
    };
    let trees = match expected::read(&comparison.directory) {
        Ok(trees) => trees,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(3);
        }
    };
    println!(
        "fault trees beside SCRAM, medians of up to {} runs, at most {} s each (load {})\n",
        comparison.runs,
        comparison.limit.as_secs(),
        load()
    );
    println!("{}", table::HEAD);
    let mut rows = Vec::new();
    for expected in trees {
        if comparison.only.as_ref().is_some_and(|only| !only.contains(&expected.tree)) {
            continue;
        }
        let row = comparison.row(expected);
        println!("{}", table::line(&row));
        rows.push(row);
    }
    println!("\n{}", table::summary(&rows));
    let wrong: Vec<&String> = rows.iter().flat_map(|row| &row.wrong).collect();
    for what in &wrong {
        println!("WRONG: {what}");
    }
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Comparison {
    fn of(directory: &str, options: &[&str]) -> Option<Self> {
        let (mut scram, mut canopy, mut models, mut only) = (None, None, None, None);
        let (mut runs, mut limit) = (3, 60);
        for pair in options.chunks(2) {
            let &[name, value] = pair else { return None };
            match name {
                "--scram" => scram = Some(Scram { program: value.into() }),
                "--canopy" => canopy = Some(value),
                "--canopy-models" => models = Some(value),
                "--runs" => runs = value.parse().ok().filter(|runs| *runs > 0)?,
                "--limit" => limit = value.parse().ok()?,
                "--only" => only = Some(value.split(',').map(str::to_owned).collect()),
                _ => return None,
            }
        }
        let canopy = canopy.zip(models);
        Some(Self {
            directory: directory.into(),
            scram: scram?,
            canopy: canopy
                .map(|(program, models)| Canopy { program: program.into(), models: models.into() }),
            runs,
            limit: Duration::from_secs(limit),
            only,
        })
    }

    fn row(&self, expected: Expected) -> Row {
        let file = self.directory.join(format!("{}.xml", expected.tree));
        let median = |measure: &dyn Fn() -> Option<Measured>| process::median(self.runs, measure);
        let ours_cut_sets = median(&|| ours::ask(&file, "cut-sets", self.limit));
        let ours_probability = median(&|| ours::ask(&file, "probability", self.limit));
        let scram = &self.scram;
        let scram_cut_sets =
            METHODS.map(|method| median(&|| scram.cut_sets(&file, method, self.limit)));
        let scram_probability = median(&|| scram.probability(&file, self.limit));
        let scram_importance = scram_probability.as_ref().and_then(|probability| {
            scram.importance(&file, probability, expected.basic_events, self.limit)
        });
        let canopy = self
            .canopy
            .as_ref()
            .and_then(|canopy| median(&|| canopy.probability(&expected.tree, self.limit)));
        let answers = [ours_cut_sets.as_ref(), ours_probability.as_ref()];
        let wrong = expected.wrong(answers.into_iter().flatten().map(|measured| &measured.answer));
        Row {
            expected,
            ours_cut_sets,
            ours_probability,
            scram_cut_sets,
            scram_probability,
            scram_importance,
            canopy,
            wrong,
        }
    }
}

impl Row {
    /// The quickest of SCRAM's methods for cut sets.
    fn scram_best(&self) -> Option<&Measured> {
        let by_time = |one: &&Measured, other: &&Measured| one.seconds.total_cmp(&other.seconds);
        self.scram_cut_sets.iter().flatten().min_by(by_time)
    }
}

//! The others: SCRAM (rakhimov/scram) and Canopy (AlphaKapla/Canopy), both built in release.

use super::process::{Answer, Measured, Watched};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// SCRAM's ways to cut sets.
pub const METHODS: [&str; 3] = ["--bdd", "--zbdd", "--mocus"];

/// SCRAM, unchanged.
pub struct Scram {
    /// Its command.
    pub program: PathBuf,
}

impl Scram {
    /// All minimal cut sets, neither counted nor printed: it does both by going through them one
    /// by one, so it is ended when its log says that they are found. The log costs it about
    /// three microseconds for each module of the tree.
    pub fn cut_sets(&self, file: &Path, method: &str, limit: Duration) -> Option<Measured> {
        let mut command = Command::new(&self.program);
        command.args([method, "-l", "100000", "--verbosity", "4", "-o", "/dev/null"]).arg(file);
        let process = Watched::start(command, true, limit)?;
        let mut seconds = 0.0;
        loop {
            let line = process.line()?;
            let took = |words: &str| line.split_once(words)?.1.trim().parse::<f64>().ok();
            let steps = ["Finished PDAG Construction in ", "Finished Preprocessing in "];
            seconds += steps.into_iter().find_map(took).unwrap_or(0.0);
            if let Some(last) = took("The algorithm finished in ") {
                return Some(Measured {
                    seconds: seconds + last,
                    whole: process.elapsed(),
                    megabytes: process.megabytes(),
                    answer: Answer::Untold,
                });
            }
        }
    }

    /// The probability of the top event, exactly, from its decision diagram. With the order of
    /// cut sets limited to 1 it finds no others on the way.
    pub fn probability(&self, file: &Path, limit: Duration) -> Option<Measured> {
        let (report, whole, megabytes) = self.report(file, 1, &["--probability"], limit)?;
        Some(Measured {
            seconds: seconds(&report, "products")? + seconds(&report, "probability")?,
            whole,
            megabytes,
            answer: Answer::Probability(attribute(&report, "probability")?),
        })
    }

    /// The importance of every event. It computes that of events in the cut sets that it finds,
    /// one pass for each; so its order is raised until at least half of them are there, and the
    /// time of a pass counts for each that is not.
    pub fn importance(
        &self,
        file: &Path,
        probability: &Measured,
        events: usize,
        limit: Duration,
    ) -> Option<Measured> {
        let mut best: Option<(f64, f64)> = None;
        for order in [2, 4, 8, 12] {
            let asked = ["--probability", "--importance"];
            let Some((report, ..)) = self.report(file, order, &asked, limit) else { break };
            let covered = attribute(&report, "basic-events")?;
            if covered > 0.0 {
                best = Some((seconds(&report, "importance")?, covered));
            }
            if covered * 2.0 >= events as f64 {
                break;
            }
        }
        let (took, covered) = best?;
        let passes = took * events as f64 / covered;
        Some(Measured {
            seconds: probability.seconds + passes,
            whole: probability.whole + passes,
            ..probability.clone()
        })
    }

    /// Its report, how long its process took, and the most memory seen.
    fn report(
        &self,
        file: &Path,
        order: usize,
        asked: &[&str],
        limit: Duration,
    ) -> Option<(String, f64, Option<f64>)> {
        let name = format!("entente-bench-{}.xml", std::process::id());
        let path = std::env::temp_dir().join(name);
        let mut command = Command::new(&self.program);
        command.args(["--bdd", "-l", &order.to_string(), "--verbosity", "2"]).args(asked);
        command.arg("-o").arg(&path).arg(file);
        let process = Watched::start(command, true, limit)?;
        let mut megabytes = None;
        while process.line().is_some() {
            megabytes = process.megabytes().or(megabytes);
        }
        let whole = process.elapsed();
        let report = if process.ended_well() { std::fs::read_to_string(&path).ok() } else { None };
        // If it is not there, it need not be removed.
        let _ = std::fs::remove_file(&path);
        Some((report?, whole, megabytes))
    }
}

/// What the report's section on performance says of one part.
fn seconds(report: &str, part: &str) -> Option<f64> {
    let (_, times) = report.split_once("<calculation-time")?;
    let (_, rest) = times.split_once(&format!("<{part}>"))?;
    rest.split_once('<')?.0.trim().parse().ok()
}

/// An attribute of its result.
fn attribute(report: &str, name: &str) -> Option<f64> {
    let (_, result) = report.split_once("<sum-of-products")?;
    let (_, rest) = result.split_once('>')?.0.split_once(&format!(" {name}=\""))?;
    rest.split_once('"')?.0.parse().ok()
}

/// Canopy, and the trees in its own format.
pub struct Canopy {
    /// Its command.
    pub program: PathBuf,
    /// A directory for each tree, as its importer makes them.
    pub models: PathBuf,
}

impl Canopy {
    /// The probability of the top event. It says nothing of its time, so this is the process's.
    pub fn probability(&self, tree: &str, limit: Duration) -> Option<Measured> {
        let mut command = Command::new(&self.program);
        command.arg(self.models.join(tree)).args(["FT-MAIN", "--json", "--prob-only"]);
        let process = Watched::start(command, false, limit)?;
        let mut said = String::new();
        let mut megabytes = None;
        while let Some(line) = process.line() {
            megabytes = process.megabytes().or(megabytes);
            said.push_str(&line);
        }
        let seconds = process.elapsed();
        let answer: Value = serde_json::from_str(&said).ok()?;
        let answer = Answer::Probability(answer["probability"].as_f64()?);
        process.ended_well().then_some(Measured { seconds, whole: seconds, megabytes, answer })
    }
}

//! `entente assess`: what promises add up to, from one file.

use crate::failure::Failure;
use crate::{pretty, say};
use clap::Args;
use coalition::Id;
use coalition::assess::{self, AssessError, Limits};
use coalition::content::Guarantee;
use coalition::model::{Model, Scenario};
use coalition::time::Point;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Say whether a guarantee holds, what is missing, who waits for whom, whose leaving breaks it, and
/// what to ask for. Reads one coalition file; changes nothing.
#[derive(Args)]
pub(crate) struct Assess {
    /// The coalition file (TOML).
    file: PathBuf,
    /// The guarantee, by id or name; may be left out where the file has one.
    #[arg(long, value_name = "GUARANTEE")]
    guarantee: Option<String>,
    /// Assume that a circumstance holds. May be given several times, as may the next two.
    #[arg(long, value_name = "CIRCUMSTANCE")]
    assume: Vec<String>,
    /// Assume that a circumstance does not hold.
    #[arg(long, value_name = "CIRCUMSTANCE")]
    assume_not: Vec<String>,
    /// Assume that a party has left.
    #[arg(long, value_name = "PARTY")]
    without: Vec<String>,
    /// The day on which the trigger comes (2026-01-31), where the file mixes dates and offsets.
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// Explain, step by step, every breaking set listed and every commitment.
    #[arg(long)]
    explain: bool,
    /// Answer as JSON.
    #[arg(long)]
    json: bool,
}

impl Assess {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let name = self.file.display().to_string();
        let bytes = std::fs::read(&self.file)
            .map_err(|error| Failure::input(format!("{name} cannot be read: {error}"), ""))?;
        let file = exchange::coalition_file::read(&name, &bytes)
            .map_err(|errors| Failure::file(miette::Report::new(errors)))?;
        let model = file.model();
        let id = self.guarantee(&model)?;
        let scenario = self.scenario(&model)?;
        let refused =
            |error: AssessError| Failure::input(format!("{name}: {error}"), error.remedy());
        let guarantee = assess::guarantee(&model, &id).map_err(refused)?;
        let mut limits = Limits::default();
        if self.explain {
            limits.explained_max = limits.sets_max;
        }
        let assessment = assess::assess(&model, guarantee, &scenario, limits).map_err(refused)?;
        match (self.json, self.explain) {
            (true, false) => say(&pretty(&assess::answer(&id, &assessment))),
            (true, true) => {
                let answer = assess::answer_explained(&model, &id, guarantee, &assessment);
                say(&pretty(&answer.map_err(refused)?))
            }
            (false, false) => say(&assess::report(&model, guarantee, &assessment)),
            (false, true) => {
                let report = assess::report_explained(&model, guarantee, &assessment);
                say(&report.map_err(refused)?)
            }
        }
    }

    /// The guarantee meant: the one named, or the only one.
    fn guarantee(&self, model: &Model) -> Result<Id, Failure> {
        let named = |(id, guarantee): &(&Id, &Guarantee)| {
            self.guarantee
                .as_ref()
                .is_none_or(|given| given == id.as_str() || given == guarantee.name.as_str())
        };
        let mut fitting = model.guarantees.iter().filter(named);
        let known = || model.guarantees.keys().map(Id::as_str).collect::<Vec<_>>().join(", ");
        match (fitting.next(), fitting.next()) {
            (Some((id, _)), None) => Ok(id.clone()),
            (None, _) if model.guarantees.is_empty() => {
                Err(Failure::input("the file has no guarantee to assess", ""))
            }
            (None, _) => Err(Failure::input(
                format!(
                    "the file has no guarantee \"{}\"",
                    self.guarantee.as_deref().unwrap_or_default()
                ),
                format!("It has: {}.", known()),
            )),
            (Some(_), Some(_)) => Err(Failure::input(
                "the file has several guarantees",
                format!("Name one with --guarantee: {}.", known()),
            )),
        }
    }

    /// The scenario, its circumstances and parties given by id or name.
    fn scenario(&self, model: &Model) -> Result<Scenario, Failure> {
        let circumstances: Vec<(&Id, &str)> =
            model.circumstances.iter().map(|(id, said)| (id, said.name.as_str())).collect();
        let parties: Vec<(&Id, &str)> =
            model.parties.iter().map(|(id, said)| (id, said.name.as_str())).collect();
        let on = match &self.on {
            None => None,
            Some(text) => match Point::parse(text) {
                Ok(Point::Date(date)) => Some(date),
                _ => {
                    return Err(Failure::input(
                        format!("--on {text}: not a date"),
                        "Write it as 2026-01-31.",
                    ));
                }
            },
        };
        Ok(Scenario {
            assume: meant("--assume", &self.assume, &circumstances, "circumstance")?,
            assume_not: meant("--assume-not", &self.assume_not, &circumstances, "circumstance")?,
            without: meant("--without", &self.without, &parties, "party")?,
            on,
        })
    }
}

/// The ids that words mean: an id, or else a name that only one thing has.
fn meant(
    option: &str,
    words: &[String],
    known: &[(&Id, &str)],
    kind: &str,
) -> Result<BTreeSet<Id>, Failure> {
    words
        .iter()
        .map(|word| {
            if let Some((id, _)) = known.iter().find(|(id, _)| id.as_str() == word) {
                return Ok((*id).clone());
            }
            let mut named = known.iter().filter(|(_, name)| name == word);
            match (named.next(), named.next()) {
                (Some((id, _)), None) => Ok((*id).clone()),
                _ => {
                    let all =
                        known.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(", ");
                    Err(Failure::input(
                        format!("{option} {word}: the file has no such {kind}"),
                        format!("It has: {all}."),
                    ))
                }
            }
        })
        .collect()
}

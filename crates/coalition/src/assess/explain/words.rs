//! Explanations in words, with names in place of ids.

use super::told::{
    Absence, BreakExplanation, CommitmentExplanation, Figures, Given, Known, Lacking, Leaf,
    Shortage, Step, Tightest,
};
use crate::assess::report::Words;
use crate::assess::result::Item;
use crate::assess::standing::Standing;
use crate::condition::{Condition, Formula, Who};
use crate::id::Id;
use crate::model::Model;

/// Names listed before it is said how many more there are.
const NAMES_MAX: usize = 12;

impl CommitmentExplanation {
    /// One sentence for each step, the last about the commitment itself; with the names that the
    /// model has.
    pub fn sentences(&self, model: &Model) -> Vec<String> {
        let teller = Teller { words: Words { model } };
        match self.standing {
            Standing::Firm => {
                let of = |step: &Step| teller.step(step, "is in force", "are in force");
                self.steps.iter().flat_map(of).collect()
            }
            Standing::Mutual | Standing::Waiting | Standing::Void => {
                let leaf = |leaf: &Leaf| {
                    let mut told = capital(&teller.leaf(leaf));
                    if !leaf.leans_on.is_empty() {
                        let names = leaf.leans_on.iter().map(|id| teller.words.commitment(id));
                        told.push_str(&format!(
                            "; firmly that is not so: it leans on {}",
                            listed(names.collect(), "; ", "commitments")
                        ));
                    }
                    told.push('.');
                    told
                };
                self.leaves.iter().map(leaf).collect()
            }
        }
    }
}

impl BreakExplanation {
    /// One sentence for what is lost, for each step, and for each need that is then short.
    pub fn sentences(&self, model: &Model) -> Vec<String> {
        let teller = Teller { words: Words { model } };
        let mut told = vec![teller.lost(self)];
        for step in &self.steps {
            told.extend(teller.step(step, "falls", "fall"));
        }
        told.extend(self.short.iter().map(|short| teller.shortage(short)));
        if self.required < self.needs {
            told.push(format!(
                "So at most {} of {} needs are covered, and {} must be.",
                self.needs - self.short.len(),
                self.needs,
                self.required
            ));
        }
        told
    }
}

impl Tightest {
    /// What there is when there is least, in a sentence.
    pub fn sentence(&self, model: &Model) -> String {
        let teller = Teller { words: Words { model } };
        let words = &teller.words;
        let balance = if self.missing.is_zero() {
            format!("{} to spare", words.amount(self.spare, &self.resource))
        } else {
            format!("{} missing", words.amount(self.missing, &self.resource))
        };
        format!(
            "{}: tightest from {} until {}: {} of {}, {balance}{}.",
            capital(&words.resource(&self.resource)),
            self.from,
            self.until,
            words.amount(self.covered, &self.resource),
            words.amount(self.amount, &self.resource),
            teller.given(&self.given)
        )
    }
}

struct Teller<'m> {
    words: Words<'m>,
}

impl Teller<'_> {
    fn lost(&self, of: &BreakExplanation) -> String {
        let names = of.lost.iter().map(|item| match item {
            Item::Party(_) => format!("{} leaves", self.words.item(item)),
            Item::Circumstance(_) => format!("{} no longer holds", self.words.item(item)),
        });
        let mut told = names.collect::<Vec<String>>().join(" and ");
        if !of.leave.is_empty() {
            let names = of.leave.iter().map(|id| self.words.commitment(id)).collect();
            told.push_str(&format!(": gone with it {}", listed(names, "; ", "commitments")));
        }
        told.push('.');
        if of.counts_all {
            told.push_str(
                " A condition asks that this not hold, so whatever is promised counts until it is \
                 shown that it cannot be in force.",
            );
        }
        told
    }

    fn step(&self, step: &Step, one: &str, several: &str) -> Vec<String> {
        let mut told = Vec::new();
        if step.together {
            let names = step.falls.iter().map(|fall| self.words.commitment(&fall.commitment));
            told.push(format!(
                "Round {}: {} {several} together: they count on each other, which nobody does firmly. \
                 Without them:",
                step.round,
                listed(names.collect(), "; ", "commitments"),
            ));
        }
        for fall in &step.falls {
            let name = self.words.commitment(&fall.commitment);
            let leaves: Vec<String> = fall.leaves.iter().map(|leaf| self.leaf(leaf)).collect();
            told.push(match leaves.as_slice() {
                [] => format!("Round {}: {name} {one}: it has no condition.", step.round),
                leaves => format!("Round {}: {name} {one}: {}.", step.round, leaves.join("; and ")),
            });
        }
        told
    }

    fn shortage(&self, short: &Shortage) -> String {
        let words = &self.words;
        format!(
            "So of the {} of {} needed from {} until {} there are at most {}{}; {} are missing.",
            words.amount(short.amount, &short.resource),
            words.resource(&short.resource),
            short.from,
            short.until,
            words.amount(short.covered, &short.resource),
            self.given(&short.given),
            words.amount(short.missing, &short.resource),
        )
    }

    fn leaf(&self, leaf: &Leaf) -> String {
        let Condition::When(formula) = &leaf.says else { return "it has no condition".to_owned() };
        match (formula, &leaf.figures) {
            (Formula::Circumstance { circumstance, negated }, Figures::Circumstance { known }) => {
                self.circumstance(circumstance, *negated, *known, leaf.holds)
            }
            (Formula::Contribute { resource, .. }, Figures::Parties { there, lacking }) => {
                let resource = self.words.resource(resource);
                if lacking.is_empty() {
                    let verb = if there.len() == 1 { "contributes" } else { "contribute" };
                    return format!("{} {verb} {resource}", self.parties(there));
                }
                let lacking = lacking.iter().map(|of| self.lacking(of, &resource));
                lacking.collect::<Vec<String>>().join(" and ")
            }
            (
                Formula::CountContribute { count, who, resource },
                Figures::Count { there, missing },
            ) => {
                let whom = if *who == Who::Others { "others" } else { "parties" };
                let resource = self.words.resource(resource);
                let does = if there.len() == 1 { "does" } else { "do" };
                let found = match there.len() {
                    0 => "none do".to_owned(),
                    number => format!("{number} {does} ({})", self.parties(there)),
                };
                let missing = match missing {
                    0 => String::new(),
                    missing => format!(", missing {missing}"),
                };
                format!("at least {count} {whom} must contribute {resource}: {found}{missing}")
            }
            (
                Formula::SumCommit { amount, who, resource },
                Figures::Sum { given, there, missing },
            ) => {
                let whom = if *who == Who::Others { "others" } else { "all" };
                let missing = match missing.is_zero() {
                    true => String::new(),
                    false => format!(", missing {}", self.words.amount(*missing, resource)),
                };
                format!(
                    "{whom} must commit at least {} of {}: {} are in force{}{missing}",
                    self.words.amount(*amount, resource),
                    self.words.resource(resource),
                    there.grouped(),
                    self.given(given)
                )
            }
            _ => leaf.says.sentence(|_, id| id.to_string()),
        }
    }

    fn circumstance(&self, id: &Id, negated: bool, known: Known, holds: bool) -> String {
        let name = format!("“{}”", self.words.circumstance(id));
        let is = match known {
            Known::Trigger => "is the trigger and holds",
            Known::Holds => "holds",
            Known::Assumed => "is assumed to hold",
            Known::DoesNotHold => "does not hold",
            Known::AssumedNot => "is assumed not to hold",
            Known::Unknown => "is not known to hold",
            Known::Lost => "no longer holds",
        };
        let must = match (negated, holds) {
            (true, true) => ", as it must not",
            (true, false) => " and must not",
            (false, _) => "",
        };
        format!("{name} {is}{must}")
    }

    fn lacking(&self, lacking: &Lacking, resource: &str) -> String {
        let party = self.words.party(&lacking.party);
        match lacking.why {
            Absence::NotThere => format!("{party} is not in the coalition in this scenario"),
            Absence::Leaves => format!("{party}, whose {resource} it asks for, leaves"),
            Absence::PromisedNone => format!("{party} has promised no {resource}"),
            Absence::NotInForce => {
                format!("what {party} has promised of {resource} is not in force")
            }
        }
    }

    fn parties(&self, ids: &[Id]) -> String {
        listed(ids.iter().map(|id| self.words.party(id)).collect(), ", ", "parties")
    }

    /// " (France 6 000; Italy 50, for others give 205)".
    fn given(&self, given: &[Given]) -> String {
        if given.is_empty() {
            return String::new();
        }
        let told = given.iter().map(|of| {
            let others = of.others.map_or_else(String::new, |others| {
                format!(", for others give {}", others.grouped())
            });
            format!("{} {}{others}", self.words.party(&of.party), of.amount.grouped())
        });
        format!(" ({})", listed(told.collect(), "; ", "commitments"))
    }
}

/// So many, then how many more there are.
fn listed(mut names: Vec<String>, between: &str, what: &str) -> String {
    let more = names.len().saturating_sub(NAMES_MAX);
    if more < 2 {
        return names.join(between);
    }
    names.truncate(NAMES_MAX);
    format!("{}{between}and {more} more {what}", names.join(between))
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

//! Circumstances, resources, needs, commitments and guarantees.

use super::{Field, NOTE, SOURCE, Sort, needed, optional};
use coalition::Kind;
use coalition::content::{Basis, Holds, Stage};

const FROM: &str =
    "The first day: a date such as 2026-01-31, or days after the trigger such as trigger+30d.";
const UNTIL: &str = "The day after the last: a date such as 2027-01-31, or trigger+365d.";
const AMOUNT: &str =
    "Digits in the resource's unit, such as 6000 or 0.25: no spaces or separators.";

const PARTY: Field = needed("party", "Party", Sort::One(&[Kind::Party]));
const RESOURCE_OF: Field = needed("resource", "Resource", Sort::One(&[Kind::Resource]));
const BASIS: Field = optional("basis", "Where the figure comes from", Sort::Choice(bases))
    .start("stated")
    .hint("Pages mark an illustrative figure wherever it is used.");

pub(super) const CIRCUMSTANCE: &[Field] = &[
    needed("name", "Proposition", Sort::Name)
        .hint("As one would say it: peace deal signed. Conditions will name it so."),
    needed("holds", "Does it hold?", Sort::Choice(answers)).start("unknown"),
    optional("chance", "Chance that it comes to hold", Sort::Chance)
        .hint("While nobody knows: a decimal from 0 to 1, such as 0.4. Left empty it counts as 0."),
    NOTE,
];

pub(super) const RESOURCE: &[Field] = &[
    needed("name", "Name", Sort::Name).hint("As conditions will call it: ground troops."),
    needed("unit", "Unit", Sort::Name).hint("What amounts of it count: persons, EUR, batteries."),
    NOTE,
];

pub(super) const NEED: &[Field] = &[
    PARTY,
    RESOURCE_OF,
    needed("amount", "Amount", Sort::Amount).hint(AMOUNT),
    needed("from", "From", Sort::Point).hint(FROM),
    needed("until", "Until", Sort::Point).hint(UNTIL),
    BASIS,
    NOTE,
    SOURCE,
];

pub(super) const COMMITMENT: &[Field] = &[
    PARTY,
    RESOURCE_OF,
    optional("amount", "Amount", Sort::Amount).hint(
        "Digits in the resource's unit, such as 6000. Left empty it counts as contributing and adds nothing.",
    ),
    optional("matches", "What it adds by what others give", Sort::Group(MATCHING)).hint(
        "So much for each 1 that all other parties have in force of the resource. Left empty it does not match others.",
    ),
    optional("from", "From", Sort::Point)
        .hint("The first day: 2026-01-31 or trigger+30d. Left empty: from the start."),
    optional("until", "Until", Sort::Point)
        .hint("The day after the last: 2027-01-31 or trigger+365d. Left empty: without end."),
    needed("condition", "Condition", Sort::Condition).start("always"),
    needed("stage", "Stage", Sort::Choice(stages)).start("announced"),
    optional("name", "Short name", Sort::Name).hint("If it has one: mechanised brigade."),
    BASIS,
    optional("note", "Caveats and notes", Sort::Text)
        .hint("Caveats that are not conditions, and anything else worth saying."),
    SOURCE,
];

const MATCHING: &[Field] = &[
    needed("rate", "For each 1 that others give", Sort::Amount)
        .hint("How much it adds: 1, or 0.5."),
    optional("above", "Only above", Sort::Amount)
        .hint("What others must give before it adds anything. Left empty: it starts at the first."),
    needed("up_to", "Up to", Sort::Amount)
        .hint("The most that it adds; what matches others is always capped."),
];

pub(super) const GUARANTEE: &[Field] = &[
    needed("name", "Name", Sort::Name),
    optional("trigger", "Trigger", Sort::One(&[Kind::Circumstance]))
        .hint("The circumstance after which it must hold. Left empty it must hold at once."),
    optional("requires", "How many needs must be covered", Sort::Requires)
        .start("all")
        .hint("Write all, or a number: at least so many of the needs below."),
    optional("needs", "Needs", Sort::Rows(GUARANTEE_NEED)).hint(
        "One row each; rows left empty are not kept. Without any the guarantee is stated and cannot be assessed.",
    ),
    optional("note", "What it says", Sort::Text),
    SOURCE,
];

const GUARANTEE_NEED: &[Field] = &[
    RESOURCE_OF,
    needed("amount", "Amount", Sort::Amount).hint("Digits in the resource's unit."),
    needed("from", "From", Sort::Point).hint("2026-01-31 or trigger+30d"),
    needed("until", "Until", Sort::Point).hint("2027-01-31 or trigger+365d; exclusive"),
    optional("basis", "Basis", Sort::Choice(bare_bases)).start("stated"),
];

fn answers() -> Vec<(&'static str, &'static str)> {
    let words = |holds| match holds {
        Holds::Yes => "yes",
        Holds::No => "no",
        Holds::Unknown => "unknown: nobody can say yet; it counts as not holding until it does",
    };
    Holds::ALL.iter().map(|holds| (holds.word(), words(*holds))).collect()
}

fn bases() -> Vec<(&'static str, &'static str)> {
    let words = |basis| match basis {
        Basis::Stated => "stated by the party itself",
        Basis::Reported => "reported by a source",
        Basis::Illustrative => "illustrative: nobody said it",
    };
    Basis::ALL.iter().map(|basis| (basis.word(), words(*basis))).collect()
}

/// The same in a row, which is narrow: the bare words must do.
fn bare_bases() -> Vec<(&'static str, &'static str)> {
    Basis::ALL.iter().map(|basis| (basis.word(), basis.word())).collect()
}

/// The stages a commitment can be at.
pub(crate) fn stages() -> Vec<(&'static str, &'static str)> {
    let words = |stage| match stage {
        Stage::Announced => "announced: said",
        Stage::Committed => "committed: bound to",
        Stage::Allocated => "allocated: set aside",
        Stage::Delivered => "delivered: arrived",
    };
    Stage::ALL.iter().map(|stage| (stage.word(), words(*stage))).collect()
}

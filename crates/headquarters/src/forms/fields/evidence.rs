//! Sources, what they claim, and assessments released as objects of their own.

use super::{Field, Sort, needed, optional};
use coalition::Kind;

pub(super) const SOURCE: &[Field] = &[
    needed("title", "Title", Sort::Name),
    optional("outlet", "Published by", Sort::Name),
    optional("date", "Date", Sort::Name)
        .hint("In words, as far as it is known: before 4 November 2025."),
    optional("origin", "Where it has it from", Sort::Name).hint(
        "Two sources with one origin count once as evidence. Left empty, it is its own origin.",
    ),
    optional("note", "What it reports on", Sort::Text),
];

pub(super) const CLAIM: &[Field] = &[
    needed("source", "Source", Sort::One(&[Kind::Source])),
    optional("about", "About", Sort::One(ABOUT)).hint("Left empty, it is about the coalition."),
    needed("point", "Point", Sort::Name).hint(
        "What it is a figure or fact of: number of parties. Claims are compared by this wording.",
    ),
    optional("value", "Value", Sort::Name).hint("One that can be compared, if it gives one: 35."),
    optional("text", "What it says", Sort::Text).hint("In our words."),
];

/// What a claim can be about: every kind that comes before it.
const ABOUT: &[Kind] = &[
    Kind::Coalition,
    Kind::Party,
    Kind::Person,
    Kind::Source,
    Kind::Circumstance,
    Kind::Resource,
    Kind::Seat,
    Kind::Need,
    Kind::Commitment,
    Kind::Guarantee,
    Kind::Meeting,
    Kind::Session,
    Kind::Item,
    Kind::Invitation,
    Kind::Reply,
    Kind::Outcome,
    Kind::Undertaking,
    Kind::Arrival,
    Kind::Custody,
    Kind::Floor,
    Kind::Minutes,
    Kind::ActionPoint,
    Kind::Readout,
];

pub(super) const PUBLISHED_ASSESSMENT: &[Field] = &[
    needed("title", "Title", Sort::Name),
    needed("guarantee", "Guarantee", Sort::One(&[Kind::Guarantee])).hint(
        "It is assessed when you save, from what you may see now; the answer is kept as it is then.",
    ),
    optional("scenario", "Scenario", Sort::Group(SCENARIO)),
    optional("note", "What you make of it", Sort::Text),
];

const SCENARIO: &[Field] = &[
    optional("assume", "Circumstances assumed to hold", Sort::Several(Kind::Circumstance)),
    optional("assume_not", "Circumstances assumed not to hold", Sort::Several(Kind::Circumstance)),
    optional("without", "Parties assumed to have left", Sort::Several(Kind::Party)),
    optional("on", "Day on which the trigger comes", Sort::Day)
        .hint("Needed where dates and days after the trigger are mixed: 2026-01-31."),
];

//! The one table of fields: what each kind of thing says, asked for in words.
//!
//! Forms, the reading of what is sent, and the schemas of the API are all made from it, so that
//! they cannot disagree.

mod after;
mod documents;
mod evidence;
mod meetings;
mod parties;
mod promises;

pub(crate) use promises::stages;

use coalition::Kind;

/// One field of what a thing says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// The name, as acts spell it.
    pub name: &'static str,
    /// What is asked for.
    pub label: &'static str,
    /// How to answer; empty for nothing.
    pub hint: &'static str,
    /// What sort of answer it takes.
    pub sort: Sort,
    /// Whether an answer is needed.
    pub required: bool,
    /// What a fresh form says; empty for nothing.
    pub start: &'static str,
}

/// The choices of a field: as acts spell them, and in words.
pub(crate) type Choices = fn() -> Vec<(&'static str, &'static str)>;

/// What sort of answer a field takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sort {
    /// One line.
    Name,
    /// Any number of lines.
    Text,
    /// An exact amount.
    Amount,
    /// A decimal from 0 to 1.
    Chance,
    /// A date, or days after the trigger.
    Point,
    /// A month, a day or a minute.
    Time,
    /// A moment, in UTC.
    Moment,
    /// A day.
    Day,
    /// A whole number within bounds.
    Whole {
        /// The smallest.
        least: u32,
        /// The largest.
        most: u32,
    },
    /// Yes or no.
    Yes,
    /// One of a few.
    Choice(Choices),
    /// A thing of one of these kinds.
    One(&'static [Kind]),
    /// Any number of things of a kind.
    Several(Kind),
    /// Names, one a line.
    Lines,
    /// A condition.
    Condition,
    /// `all`, or a number.
    Requires,
    /// An object with fields of its own.
    Group(&'static [Field]),
    /// A list of objects.
    Rows(&'static [Field]),
}

/// A field that needs an answer.
pub(crate) const fn needed(name: &'static str, label: &'static str, sort: Sort) -> Field {
    Field { name, label, hint: "", sort, required: true, start: "" }
}

/// A field that may be left empty.
pub(crate) const fn optional(name: &'static str, label: &'static str, sort: Sort) -> Field {
    Field { name, label, hint: "", sort, required: false, start: "" }
}

impl Field {
    /// The same field with a hint.
    const fn hint(self, hint: &'static str) -> Field {
        Field { hint, ..self }
    }

    /// The same field, saying this on a fresh form.
    const fn start(self, start: &'static str) -> Field {
        Field { start, ..self }
    }
}

/// How a note of any kind is asked for.
const NOTE: Field = optional("note", "Note", Sort::Text);
/// How the document that states a thing is asked for.
const SOURCE: Field = optional("source", "Source", Sort::One(&[Kind::Source]))
    .hint("The document that states it, if there is one.");

/// The fields of what a thing of a kind says, in the order in which a form asks for them.
pub(crate) fn fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Coalition => parties::COALITION,
        Kind::Party => parties::PARTY,
        Kind::Person => parties::PERSON,
        Kind::Seat => parties::SEAT,
        Kind::Source => evidence::SOURCE,
        Kind::Claim => evidence::CLAIM,
        Kind::PublishedAssessment => evidence::PUBLISHED_ASSESSMENT,
        Kind::Circumstance => promises::CIRCUMSTANCE,
        Kind::Resource => promises::RESOURCE,
        Kind::Need => promises::NEED,
        Kind::Commitment => promises::COMMITMENT,
        Kind::Guarantee => promises::GUARANTEE,
        Kind::Meeting => meetings::MEETING,
        Kind::Session => meetings::SESSION,
        Kind::Item => meetings::ITEM,
        Kind::Invitation => meetings::INVITATION,
        Kind::Reply => meetings::REPLY,
        Kind::Outcome => meetings::OUTCOME,
        Kind::Passkey => parties::PASSKEY,
        Kind::DirectoryAccount => parties::DIRECTORY_ACCOUNT,
        Kind::EnrolmentLink => parties::ENROLMENT_LINK,
        Kind::Vouching => parties::VOUCHING,
        Kind::Undertaking => meetings::UNDERTAKING,
        Kind::Arrival => meetings::ARRIVAL,
        Kind::Custody => meetings::CUSTODY,
        Kind::Floor => meetings::FLOOR,
        Kind::Minutes => after::MINUTES,
        Kind::ActionPoint => after::ACTION_POINT,
        Kind::Readout => after::READOUT,
        Kind::Document => documents::DOCUMENT,
        Kind::Reading => documents::READING,
    }
}

//! Documents, and that they were read.

use super::{Field, NOTE, Sort, needed, optional};
use coalition::Kind;
use coalition::content::{Purpose, ReadingMode};

pub(super) const DOCUMENT: &[Field] = &[
    needed("title", "Title", Sort::Name),
    optional("meeting", "Given to the meeting", Sort::One(&[Kind::Meeting])),
    optional("session", "Given in the session", Sort::One(&[Kind::Session])).hint(
        "While its room is closed, the document is for those credentialed, whatever its label.",
    ),
    optional("purpose", "What it is to the meeting", Sort::Choice(purposes))
        .start("paper")
        .hint("The meeting’s page hands its letter of invitation to the delegations invited; those who run the meeting give it."),
    needed("reading", "How it is read", Sort::Choice(modes)).start("download"),
    optional("expires", "Expires", Sort::Moment)
        .hint("From then on it is served to nobody: 2026-01-31T12:00:00Z, in UTC."),
    NOTE,
];

pub(super) const READING: &[Field] = &[
    needed("document", "Document", Sort::One(&[Kind::Document])),
    needed("version", "Version", Sort::Text),
    optional("page", "Page", Sort::Whole { least: 1, most: 1_000_000 }),
];

fn purposes() -> Vec<(&'static str, &'static str)> {
    Purpose::ALL.iter().map(|case| (case.key(), case.words())).collect()
}

fn modes() -> Vec<(&'static str, &'static str)> {
    ReadingMode::ALL.iter().map(|case| (case.key(), case.words())).collect()
}

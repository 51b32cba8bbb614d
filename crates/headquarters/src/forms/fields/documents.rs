//! Documents, and that they were read.

use super::{Field, NOTE, Sort, needed, optional};
use coalition::Kind;
use coalition::content::ReadingMode;

pub(super) const DOCUMENT: &[Field] = &[
    needed("title", "Title", Sort::Name),
    optional("meeting", "Given to the meeting", Sort::One(&[Kind::Meeting])),
    optional("session", "Given in the session", Sort::One(&[Kind::Session])).hint(
        "While its room is closed, the document is for those credentialed, whatever its label.",
    ),
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

fn modes() -> Vec<(&'static str, &'static str)> {
    ReadingMode::ALL.iter().map(|case| (case.key(), case.words())).collect()
}

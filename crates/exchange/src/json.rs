//! Everything in a view as one JSON document.

use coalition::content::Kind;
use coalition::state::{Status, Thing};
use coalition::{Author, Content, Id, View};
use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::io;

/// What the document calls itself.
pub const FORMAT: &str = "entente-export";
/// The version of its form.
pub const VERSION: u32 = 1;

/// The view as a document: `{"format", "version", "things": {"party": [THING, …], …}}`, with a list
/// for every kind in the order in which kinds refer to one another, each by id.
///
/// A THING has `id`, `content` as acts hold it, `label`, its audience (`parties`, `persons`),
/// `status` with its `reason`, `revision`, `created`, `changed` and the `author`.
pub fn export(view: &View) -> serde_json::Value {
    serde_json::to_value(Export(view)).expect("things are plain JSON")
}

/// Writes the same document, indented, thing by thing: a large view is never held twice.
pub fn write(view: &View, writer: impl io::Write) -> io::Result<()> {
    Ok(serde_json::to_writer_pretty(writer, &Export(view))?)
}

struct Export<'a>(&'a View);
struct Things<'a>(&'a View);
struct OfKind<'a>(&'a View, Kind);

impl Serialize for Export<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_map(Some(3))?;
        document.serialize_entry("format", FORMAT)?;
        document.serialize_entry("version", &VERSION)?;
        document.serialize_entry("things", &Things(self.0))?;
        document.end()
    }
}

impl Serialize for Things<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let of_kind = |kind: &Kind| (kind.key(), OfKind(self.0, *kind));
        serializer.collect_map(Kind::ALL.iter().map(of_kind))
    }
}

impl Serialize for OfKind<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.of_kind(self.1).map(Exported::of))
    }
}

/// One thing of the document.
#[derive(serde::Serialize)]
struct Exported<'a> {
    id: &'a Id,
    content: &'a Content,
    label: &'static str,
    #[serde(skip_serializing_if = "<[Id]>::is_empty")]
    parties: &'a [Id],
    #[serde(skip_serializing_if = "<[Id]>::is_empty")]
    persons: &'a [Id],
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    revision: u32,
    created: Timestamp,
    changed: Timestamp,
    author: &'a Author,
}

impl Exported<'_> {
    fn of(thing: &Thing) -> Exported<'_> {
        let (status, reason) = status_words(&thing.status);
        Exported {
            id: &thing.id,
            content: &thing.content,
            label: thing.marking.label.as_str(),
            parties: &thing.marking.parties,
            persons: &thing.marking.persons,
            status,
            reason,
            revision: thing.revision(),
            created: thing.created,
            changed: thing.changed,
            author: &thing.author,
        }
    }
}

/// The word for a status, and the reason if one was given.
pub(crate) fn status_words(status: &Status) -> (&'static str, Option<&str>) {
    let (word, reason) = match status {
        Status::Standing => return ("standing", None),
        Status::Suspended(reason) => ("suspended", reason),
        Status::Withdrawn(reason) => ("withdrawn", reason),
    };
    (word, Some(reason.as_str()).filter(|reason| !reason.is_empty()))
}

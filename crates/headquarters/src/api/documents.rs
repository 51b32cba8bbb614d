//! Versions of documents: sent as bytes, read as bytes, destroyed. What they are called and how long
//! they are is told with the document, at `/api/v1/documents/{id}`.

use super::query::Query;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::letters;
use crate::pages::documents::{destroyed, document};
use crate::reading::{self, Outgoing};
use crate::refusals;
use crate::streams::{NotTaken, Upload};
use crate::writer::Done;
use coalition::text::Text;
use coalition::view::Leaf;
use coalition::{Act, Change, Id, Refusal, Thing};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) const UPLOAD: Upload = Upload { to, named: Some(named), then: answer };

fn to(asking: &Asking) -> Result<Id, Refusal> {
    if !asking.seated() {
        return Err(Refusal::NotSeated);
    }
    let document = document(asking)?;
    Query::open(asking, &["name"])?;
    let media_type = asking.header("content-type").unwrap_or_default();
    if !media_type.eq_ignore_ascii_case("application/octet-stream") {
        return Err(Refusal::invalid(
            "content-type",
            "send application/octet-stream: the house looks for itself what it is",
        ));
    }
    Ok(document)
}

/// What the file is called, and the word by which a retry gets the first answer.
fn named(asking: &Asking) -> Result<(String, Option<Id>), Refusal> {
    let name = Query::open(asking, &["name"])?.one("name")?.unwrap_or_default();
    Ok((name.to_owned(), key(asking)?))
}

fn key(asking: &Asking) -> Result<Option<Id>, Refusal> {
    let key = asking.header("idempotency-key").map(Id::parse).transpose();
    key.map_err(|error| Refusal::invalid("idempotency-key", error.to_string()))
}

/// A letter with the wordings that its author approved.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Letter {
    letter: String,
    #[serde(default)]
    visible: bool,
}

/// Keeps a letter, of which each delegation gets a copy of its own.
pub(super) fn letter(asking: &Asking) -> Result<Answer, Refusal> {
    if !asking.seated() {
        return Err(Refusal::NotSeated);
    }
    let document = document(asking)?;
    Query::open(asking, &[])?;
    let sent: Letter = serde_json::from_slice(&asking.body)
        .map_err(|error| Refusal::invalid("body", error.to_string()))?;
    let kept = letters::keep(asking, &document, key(asking)?, (&sent.letter, sent.visible));
    Ok(answer(asking, kept))
}

fn answer(asking: &Asking, taken: Result<Done, NotTaken>) -> Answer {
    match taken {
        Ok(done) => added(asking, &done),
        Err(NotTaken::Refused(refusal)) => refusals::answer(asking, &refusal),
        Err(NotTaken::NotDone(not_done)) => refusals::not_done(asking, &not_done),
        Err(other) => refusals::json_error(other.status(), other.code(), &other.to_string(), None),
    }
}

fn added(asking: &Asking, done: &Done) -> Answer {
    // The act was not in the view with which the request came.
    let person = asking.view.viewer().seated().map(|seated| seated.person.clone());
    let view = asking.house.view(person.as_ref());
    let leaves = asking.leaves();
    let position = usize::try_from(done.position).unwrap_or(usize::MAX);
    let act = match view.leaf(&leaves, position) {
        Some(Leaf::Act(bytes)) => Act::decode(bytes).ok(),
        _ => None,
    };
    let version = act.and_then(|act| match act.change {
        Change::Attach { version } => Some(version.id),
        _ => None,
    });
    Answer::json(&json!({
        "position": done.position,
        "act": done.act,
        "subject": done.subject,
        "version": version,
    }))
    .with_status(201)
    .with_header("location", format!("/api/v1/documents/{}", done.subject))
}

pub(super) fn content(asking: &Asking) -> Result<Outgoing, Refusal> {
    let _ = reading::wanted(asking)?;
    Query::open(asking, &[])?;
    reading::download(asking)
}

/// What is sent with the wish to destroy.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    #[serde(default)]
    reason: Text,
}

pub(super) fn destroy(asking: &Asking) -> Result<Answer, Refusal> {
    if !asking.seated() {
        return Err(Refusal::NotSeated);
    }
    let _ = reading::wanted(asking)?;
    Query::open(asking, &[])?;
    let sent: Sent = serde_json::from_slice(&asking.body)
        .map_err(|error| Refusal::invalid("body", error.to_string()))?;
    destroyed(asking, sent.reason, |document| {
        Answer::json(&json!({ "document": document, "destroyed": asking.param("version") }))
    })
}

/// The versions of a document.
pub(super) fn versions(thing: &Thing) -> Vec<Value> {
    let versions = thing.versions.iter().map(|attached| {
        json!({
            "id": attached.version.id,
            "name": attached.version.name,
            "media": attached.version.media,
            "bytes": attached.version.bytes,
            "hash": attached.version.hash,
            "added": attached.at,
            "author": attached.by,
            "destroyed": attached.destroyed,
        })
    });
    versions.collect()
}

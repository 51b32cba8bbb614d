//! Things by kind and id, with their history.

use super::documents::versions;
use super::query::Query;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::pages::words;
use coalition::content::{Commitment, Stage};
use coalition::state::Status;
use coalition::{Id, Kind, Refusal, Thing, decide};
use serde_json::{Value, json};

/// How many things a list gives when nobody says.
pub(super) const LIMIT_USUAL: u64 = 100;
/// How many things a list gives at most.
pub(super) const LIMIT_MAX: u64 = 500;

/// What the address calls the things of a kind: as the pages' addresses do.
pub(super) fn segment(kind: Kind) -> &'static str {
    match kind {
        Kind::PublishedAssessment => "assessments",
        Kind::ActionPoint => "action-points",
        Kind::EnrolmentLink => "enrolment-links",
        Kind::DirectoryAccount => "directory-accounts",
        kind => kind.plural(),
    }
}

/// The kind that the address names.
fn kind(asking: &Asking) -> Result<Kind, Refusal> {
    let named = asking.param("kind");
    let kind = Kind::ALL.iter().copied().find(|kind| segment(*kind) == named);
    kind.ok_or(Refusal::NotFound(None))
}

pub(super) fn list(asking: &Asking) -> Result<Answer, Refusal> {
    let kind = kind(asking)?;
    let query = Query::open(asking, &["limit", "cursor"])?;
    page(asking, kind, &query, |_| true)
}

pub(super) fn commitments(asking: &Asking) -> Result<Answer, Refusal> {
    let query = Query::open(asking, &["limit", "cursor", "party", "resource", "stage"])?;
    let party = query.id("party")?;
    let resource = query.id("resource")?;
    let stage = query.one("stage")?.map(stage).transpose()?;
    page(asking, Kind::Commitment, &query, |thing| {
        thing.said::<Commitment>().is_some_and(|said| {
            party.as_ref().is_none_or(|party| said.party == *party)
                && resource.as_ref().is_none_or(|resource| said.resource == *resource)
                && stage.is_none_or(|stage| said.stage == stage)
        })
    })
}

fn stage(text: &str) -> Result<Stage, Refusal> {
    Stage::ALL.into_iter().find(|stage| stage.word() == text).ok_or_else(|| {
        Refusal::invalid("stage", "one of: announced, committed, allocated, delivered")
    })
}

/// A part of a list, from after the cursor on.
fn page(
    asking: &Asking,
    kind: Kind,
    query: &Query<'_>,
    wanted: impl Fn(&Thing) -> bool,
) -> Result<Answer, Refusal> {
    let limit = query.number("limit", 1..=LIMIT_MAX)?.unwrap_or(LIMIT_USUAL);
    let limit = usize::try_from(limit).expect("at most 500");
    let cursor: Option<Id> = query.id("cursor")?;
    let mut found = asking
        .view
        .of_kind(kind)
        .filter(|thing| cursor.as_ref().is_none_or(|cursor| thing.id > *cursor) && wanted(thing));
    let listed: Vec<&Thing> = found.by_ref().take(limit).collect();
    let next = found.next().and(listed.last()).map(|last| last.id.clone());
    Ok(Answer::json(&json!({
        "kind": kind,
        "things": listed.iter().map(|thing| told(asking, thing)).collect::<Vec<Value>>(),
        "next": next,
    })))
}

/// The thing that the address names; the same refusal whether there is none, it is hidden, or it is
/// of another kind.
fn find(asking: &Asking) -> Result<&Thing, Refusal> {
    let kind = kind(asking)?;
    let id = Id::parse(asking.param("id")).map_err(|_| Refusal::NotFound(Some(kind)))?;
    let thing = asking.view.get(&id).filter(|thing| thing.content.kind() == kind);
    thing.ok_or(Refusal::NotFound(Some(kind)))
}

pub(super) fn one(asking: &Asking) -> Result<Answer, Refusal> {
    let thing = find(asking)?;
    Query::open(asking, &[])?;
    Ok(Answer::json(&told(asking, thing)))
}

pub(super) fn history(asking: &Asking) -> Result<Answer, Refusal> {
    let thing = find(asking)?;
    Query::open(asking, &[])?;
    let leaves = asking.leaves();
    let acts: Vec<Value> = asking
        .view
        .history(&leaves, thing)
        .map(|(position, act)| {
            json!({
                "position": position,
                "deed": words::deed(thing.content.kind(), &act.change),
                "act": act,
            })
        })
        .collect();
    Ok(Answer::json(&json!({ "subject": thing.id, "acts": acts })))
}

/// A thing, whole.
fn told(asking: &Asking, thing: &Thing) -> Value {
    let (status, reason) = match &thing.status {
        Status::Standing => ("standing", ""),
        Status::Suspended(reason) => ("suspended", reason.as_str()),
        Status::Withdrawn(reason) => ("withdrawn", reason.as_str()),
    };
    let view = &asking.view;
    let mut told = json!({
        "id": thing.id,
        "kind": thing.content.kind(),
        "title": words::title(view, thing),
        "content": thing.content,
        "label": thing.marking.label,
        "parties": thing.marking.parties,
        "persons": thing.marking.persons,
        "who_can_see": words::who_sees(view, thing),
        "status": status,
        "reason": reason,
        "revision": thing.revision(),
        "created": thing.created,
        "changed": thing.changed,
        "author": thing.author,
        "page": words::address(view, thing),
        "changes": decide::offers(view, thing),
    });
    if thing.content.kind() == Kind::Document {
        told["versions"] = versions(thing).into();
    }
    told
}

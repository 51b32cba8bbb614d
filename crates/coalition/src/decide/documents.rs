//! Documents: who gives them, adds versions and destroys them, and that a reading is recorded.

use super::fit::{one, perhaps};
use super::permission::no;
use crate::act::Change;
use crate::content::{
    Content, Document, Kind, Purpose, Reading, ReadingMode, Session, Standing, Version,
};
use crate::id::Id;
use crate::label::{Label, Marking, Seated};
use crate::refusal::Refusal;
use crate::state::Thing;
use crate::view::View;
use jiff::Timestamp;

/// How many versions a document may have.
pub const VERSIONS_MAX: usize = 200;

/// Who may see that something was read: that is never asked. The delegation of the reader, by whom
/// the act is, and the one from which the document comes.
pub(super) fn marking(view: &View, content: &Content) -> Option<Marking> {
    let Content::Reading(reading) = content else { return None };
    let document = view.find::<Document>(&reading.document);
    let origin = document.and_then(|(thing, _)| thing.author.party.clone());
    let parties = origin.into_iter().collect();
    Some(Marking { parties, ..Marking::plain(Label::AmberStrict) })
}

/// Whether the actor may give a document.
pub(super) fn may_give(actor: &Seated) -> Result<(), Refusal> {
    if actor.standing == Standing::Observer {
        no("an observer does not add to the coalition's papers")
    } else if actor.role.advises() {
        // Whoever acts advises as well.
        Ok(())
    } else {
        no("this seat reads; others of the delegation give papers")
    }
}

/// Whether the actor may change such a thing in this way; `None` for all else. Nobody but those from
/// whom a document comes adds to it, and nobody unsays that he has read.
pub(super) fn may_change(
    actor: &Seated,
    thing: &Thing,
    change: &Change,
) -> Option<Result<(), Refusal>> {
    Some(match (&thing.content, change) {
        (Content::Reading(_), _) => no("that something was read stands"),
        (Content::Document(_), Change::Relabel { .. }) => return None,
        (Content::Document(_), _) if gives(actor, thing) => Ok(()),
        (Content::Document(_), _) => no(
            "the delegation from which a document comes changes it: its author, or whoever acts for it",
        ),
        (_, Change::Attach { .. } | Change::Destroy { .. }) => return Some(not_a_document()),
        _ => return None,
    })
}

fn gives(actor: &Seated, document: &Thing) -> bool {
    let own_person = document.author.person.as_ref() == Some(&actor.person);
    let own_delegation = document.author.party.as_ref() == Some(&actor.party);
    own_person || own_delegation && actor.role.acts()
}

/// Whether the viewer may add versions to a document, and destroy them.
pub fn keeps(view: &View, document: &Thing) -> bool {
    view.viewer().seated().is_some_and(|actor| gives(actor, document))
}

/// Whether the viewer may ask whose copy of a letter was found: those from whom it comes, and whoever
/// acts for a lead.
pub fn traces(view: &View, document: &Thing) -> bool {
    view.viewer().seated().is_some_and(|actor| {
        gives(actor, document) || actor.standing == Standing::Lead && actor.role.acts()
    })
}

fn not_a_document() -> Result<(), Refusal> {
    Err(Refusal::invalid("change", "only a document has versions"))
}

/// Whether a version can be added or destroyed, as things are.
pub(super) fn fits(thing: &Thing, change: &Change) -> Result<(), Refusal> {
    let Content::Document(document) = &thing.content else { return not_a_document() };
    match change {
        Change::Attach { .. } if !thing.stands() => {
            Err(Refusal::Conflict("this document was withdrawn: resume it first".into()))
        }
        Change::Attach { .. } if thing.versions.len() >= VERSIONS_MAX => Err(Refusal::Conflict(
            "this document has two hundred versions: begin another one".into(),
        )),
        Change::Attach { version } => shows(document.reading, version),
        Change::Destroy { version, .. } => match thing.version(version) {
            None => Err(Refusal::NotFound(None)),
            Some(attached) if attached.destroyed.is_some() => {
                Err(Refusal::Conflict("the content of this version was destroyed already".into()))
            }
            Some(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

/// What is only shown must be of a type that the house can show.
fn shows(mode: ReadingMode, version: &Version) -> Result<(), Refusal> {
    if mode == ReadingMode::Download || version.media.is_shown() {
        return Ok(());
    }
    Err(Refusal::Conflict(format!(
        "this document is shown page by page, and the house shows text, pictures, PDF and letters: a {} can only be downloaded",
        version.media.words()
    )))
}

/// Whether a document can say this, in the place of what `thing` says now if it is there already.
pub(super) fn document(view: &View, said: &Document, thing: Option<&Thing>) -> Result<(), Refusal> {
    perhaps(view, "content.document.meeting", said.meeting.as_ref(), Kind::Meeting)?;
    perhaps(view, "content.document.session", said.session.as_ref(), Kind::Session)?;
    let session = said.session.as_ref().and_then(|id| view.find::<Session>(id));
    let elsewhere = |meeting: &Id| session.is_some_and(|(_, of)| of.meeting != *meeting);
    if said.meeting.as_ref().is_some_and(elsewhere) {
        return Err(Refusal::invalid(
            "content.document.session",
            "this session is not part of that meeting",
        ));
    }
    // Its page sends everybody to it by name: it has to come from those who run the meeting.
    let hosted = said.meeting.as_ref().is_some_and(|meeting| super::room::hosts(view, meeting));
    if said.purpose != Purpose::Paper && (!hosted || said.session.is_some()) {
        return Err(Refusal::invalid(
            "content.document.purpose",
            "those who run a meeting give its letter of invitation, its agenda and its statement, to the meeting as a whole",
        ));
    }
    let Some((thing, known)) = thing.and_then(|thing| Some((thing, thing.said::<Document>()?)))
    else {
        return Ok(());
    };
    let meeting = said.meeting.as_ref().or_else(|| session.map(|(_, session)| &session.meeting));
    if known.session != said.session || known.meeting.as_ref() != meeting {
        // Who may see it would be others, without its label saying so.
        return Err(Refusal::invalid(
            "content.document.session",
            "a document stays where it was given: give it there as another one",
        ));
    }
    let mut kept = thing.versions.iter().filter(|attached| attached.destroyed.is_none());
    kept.try_for_each(|attached| shows(said.reading, &attached.version))
}

/// Whether that a version was read can be said.
pub(super) fn reading(view: &View, said: &Reading) -> Result<(), Refusal> {
    one(view, "content.reading.document", &said.document, Kind::Document)?;
    let document = view.find::<Document>(&said.document).map(|(thing, _)| thing);
    match document.and_then(|thing| thing.version(&said.version)) {
        Some(attached) if attached.destroyed.is_none() => Ok(()),
        Some(_) => Err(Refusal::Conflict("the content of this version was destroyed".into())),
        None => Err(Refusal::NotFound(Some(Kind::Document))),
    }
}

/// A document given in a session is given to its meeting.
pub(super) fn fill(view: &View, document: &mut Document) {
    let session = document.session.as_ref().and_then(|id| view.find::<Session>(id));
    if let Some((_, session)) = session {
        document.meeting = Some(session.meeting.clone());
    }
}

/// Whether a change comes before the document has expired, and lets it expire later.
pub(super) fn in_time(
    view: &View,
    thing: Option<&Thing>,
    change: &Change,
    now: Timestamp,
) -> Result<(), Refusal> {
    let over = || Err(Refusal::Conflict("this document has expired: it is not served".into()));
    let known = thing.and_then(|thing| thing.said::<Document>());
    match (known, change) {
        (
            known,
            Change::Create { content: Content::Document(said), .. }
            | Change::Amend { content: Content::Document(said) },
        ) => {
            let kept = known.is_some_and(|known| known.expires == said.expires);
            if said.expired(now) && !kept {
                return Err(Refusal::invalid(
                    "content.document.expires",
                    "this moment is over: name a later one, or withdraw the document",
                ));
            }
            Ok(())
        }
        (Some(known), Change::Attach { .. }) if known.expired(now) => over(),
        (_, Change::Create { content: Content::Reading(said), .. })
            if view
                .find::<Document>(&said.document)
                .is_some_and(|(_, document)| document.expired(now)) =>
        {
            over()
        }
        _ => Ok(()),
    }
}

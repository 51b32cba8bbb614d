//! What comes of a meeting: who takes its minutes, keeps its action points and gives its readouts.

use super::fit::{one, perhaps};
use super::meetings::session_of;
use super::permission::no;
use super::room::{may_host, may_steer};
use super::{Entropy, attribution};
use crate::act::{ACT_VERSION, Act, Author, Change};
use crate::content::{ActionPoint, Content, Kind, Minutes, Progress, Readout, Seat, Session};
use crate::id::Id;
use crate::label::Seated;
use crate::refusal::Refusal;
use crate::state::{State, Thing};
use crate::view::View;
use jiff::Timestamp;

/// Whether the actor takes the minutes of a session: whoever is in its chair or runs its meeting, and
/// was let into its room.
pub(super) fn may_minute(view: &View, actor: &Seated, session: &Id) -> Result<(), Refusal> {
    may_steer(view, actor, session)?;
    let closed = view.find::<Session>(session).is_none_or(|(_, said)| said.closed || said.shut);
    if closed && !actor.sessions.contains(session) {
        return no("the minutes of a closed session are taken by somebody who takes part in it");
    }
    Ok(())
}

/// Whether the viewer takes the minutes of a session.
pub fn minutes(view: &View, session: &Id) -> bool {
    view.viewer().seated().is_some_and(|actor| may_minute(view, actor, session).is_ok())
}

/// Who keeps the action points of a meeting: whoever runs it, or is in the chair where one was taken on.
pub(super) fn may_keep(view: &View, actor: &Seated, said: &ActionPoint) -> Result<(), Refusal> {
    match &said.session {
        Some(session) => may_steer(view, actor, session),
        None => may_host(view, actor, &said.meeting),
    }
}

/// Whether an action point is the actor's own to report on.
fn owns(actor: &Seated, said: &ActionPoint) -> bool {
    match &said.person {
        Some(person) if *person == actor.person => true,
        _ => said.party == actor.party && actor.role.acts(),
    }
}

/// Whether the viewer may say how far an action point has come.
pub fn reports(view: &View, said: &ActionPoint) -> bool {
    let keeps = |actor: &Seated| owns(actor, said) || may_keep(view, actor, said).is_ok();
    view.viewer().seated().is_some_and(keeps)
}

/// Whether the actor may change such a thing in this way; `None` for all other kinds, and for labels.
pub(super) fn may_change(
    view: &View,
    actor: &Seated,
    thing: &Thing,
    change: &Change,
) -> Option<Result<(), Refusal>> {
    if matches!(change, Change::Publish {}) {
        return Some(no("the house itself publishes a readout, at its moment"));
    }
    if matches!(change, Change::Relabel { .. }) {
        return None;
    }
    Some(match (&thing.content, change) {
        (Content::Minutes(said), _) => may_minute(view, actor, &said.session),
        (Content::ActionPoint(known), Change::Amend { content: Content::ActionPoint(said) })
            if owns(actor, known) && only_reports(known, said) =>
        {
            Ok(())
        }
        (Content::ActionPoint(known), _) => may_keep(view, actor, known),
        (Content::Readout(said), _) => may_host(view, actor, &said.meeting),
        _ => return None,
    })
}

/// Whether an amendment says how far an action point has come, and leaves the rest.
fn only_reports(known: &ActionPoint, said: &ActionPoint) -> bool {
    let reported =
        ActionPoint { progress: said.progress, reason: said.reason.clone(), ..known.clone() };
    reported == *said
}

pub(super) fn action_point(
    view: &View,
    said: &ActionPoint,
    thing: Option<&Thing>,
) -> Result<(), Refusal> {
    let field = |part: &str| format!("content.action_point.{part}");
    one(view, &field("meeting"), &said.meeting, Kind::Meeting)?;
    if let Some(session) = &said.session {
        session_of(view, &field("session"), session, &said.meeting)?;
    }
    one(view, &field("party"), &said.party, Kind::Party)?;
    perhaps(view, &field("person"), said.person.as_ref(), Kind::Person)?;
    let known = thing.and_then(|thing| thing.said::<ActionPoint>());
    if let Some(person) = &said.person
        && known.is_none_or(|known| known.person != said.person || known.party != said.party)
        && !view
            .standing::<Seat>()
            .any(|(_, seat)| seat.person == *person && seat.party == said.party)
    {
        return Err(Refusal::invalid(field("person"), "somebody whom this delegation seats"));
    }
    if said.text.is_empty() {
        return Err(Refusal::invalid(field("text"), "say what is to be done"));
    }
    if said.progress == Progress::Dropped && said.reason.is_empty() {
        return Err(Refusal::invalid(field("reason"), "say why it is dropped"));
    }
    attribution::action_point(view, said)
}

pub(super) fn readout(view: &View, said: &Readout) -> Result<(), Refusal> {
    one(view, "content.readout.meeting", &said.meeting, Kind::Meeting)?;
    if said.text.is_empty() {
        return Err(Refusal::invalid("content.readout.text", "say what is told"));
    }
    Ok(())
}

/// Completes a readout as it is recorded: what was published stays so, and what need not wait is.
pub(super) fn complete(said: &mut Readout, before: Option<&Thing>, now: Timestamp) {
    let published = before.and_then(|thing| thing.said::<Readout>()).is_some_and(|of| of.published);
    said.published = published || said.at.is_none_or(|at| at <= now);
}

/// The acts by which the house publishes the readouts whose moment has come.
pub fn publish(state: &State, now: Timestamp, mut entropy: impl FnMut() -> Entropy) -> Vec<Act> {
    let due = state.embargoed().filter(|(_, readout)| readout.at.is_none_or(|at| at <= now));
    let act = |(thing, _): (&std::sync::Arc<Thing>, &Readout)| Act {
        v: ACT_VERSION,
        id: Id::from_entropy(entropy()),
        at: now,
        by: Author::default(),
        key: None,
        subject: thing.id.clone(),
        change: Change::Publish {},
        signed: None,
    };
    due.map(act).collect()
}

/// The minutes of a session, as far as the view shows them.
pub fn minutes_of<'v>(view: &'v View, session: &Id) -> Option<(&'v Thing, &'v Minutes)> {
    view.standing::<Minutes>().find(|(_, said)| said.session == *session)
}

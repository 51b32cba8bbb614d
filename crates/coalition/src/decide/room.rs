//! The door and the floor: who may close a room, let people in, and give the floor, and whether a step
//! fits.

use super::attribution;
use super::fit::{one, perhaps};
use super::permission::{may_run, no};
use crate::act::Change;
use crate::content::{
    Arrival, Content, Custody, Floor, Invitation, Kind, Meeting, Reply, Session, Step, Undertaking,
};
use crate::floor::{Proceedings, Stage, last_of_the_chair, of_the_chair};
use crate::id::Id;
use crate::label::{Label, Seated};
use crate::refusal::Refusal;
use crate::state::Thing;
use crate::view::View;

fn conflict(why: &str) -> Result<(), Refusal> {
    Err(Refusal::Conflict(why.into()))
}

/// Whether the actor is in the chair of a session, or runs its meeting.
pub(super) fn may_steer(view: &View, actor: &Seated, session: &Id) -> Result<(), Refusal> {
    let Some((_, said)) = view.find::<Session>(session) else {
        return Err(Refusal::NotFound(Some(Kind::Session)));
    };
    if said.chair.as_ref() == Some(&actor.person) {
        return Ok(());
    }
    may_host(view, actor, &said.meeting)
}

/// Whether the actor acts for those who run a meeting.
pub(super) fn may_host(view: &View, actor: &Seated, meeting: &Id) -> Result<(), Refusal> {
    if !actor.role.acts() {
        return no("the head, an alternate or a clerk of those who run the meeting does this");
    }
    may_run(view, actor, meeting)
}

/// Whether the actor steers a session: he may close its room and give the floor.
pub fn steers(view: &View, session: &Id) -> bool {
    view.viewer().seated().is_some_and(|actor| may_steer(view, actor, session).is_ok())
}

/// Whether the actor is at the desk of a meeting: he may let people in and take devices.
pub fn hosts(view: &View, meeting: &Id) -> bool {
    view.viewer().seated().is_some_and(|actor| may_host(view, actor, meeting).is_ok())
}

/// Whether the actor may undertake this.
pub(super) fn may_undertake(actor: &Seated, said: &Undertaking) -> Result<(), Refusal> {
    if said.person == actor.person {
        Ok(())
    } else {
        no("nobody undertakes anything for somebody else")
    }
}

/// Whether the actor may open this floor.
pub(super) fn may_open(view: &View, actor: &Seated, said: &Floor) -> Result<(), Refusal> {
    may_steer(view, actor, &said.session)?;
    attribution::may_open(view, actor, said)
}

/// Whether the actor may change such a thing, or do such a thing to a session.
pub(super) fn may_change(
    view: &View,
    actor: &Seated,
    thing: &Thing,
    change: &Change,
) -> Option<Result<(), Refusal>> {
    Some(match (&thing.content, change) {
        (_, Change::Relabel { .. }) => return None,
        (Content::Session(_), Change::Close { .. } | Change::Reopen { .. }) => {
            may_steer(view, actor, &thing.id)
        }
        (Content::Undertaking(_), _) => no("an undertaking that was given stands"),
        (Content::Arrival(said), _) => may_host(view, actor, &said.meeting),
        (Content::Custody(said), _) => may_host(view, actor, &said.meeting),
        (Content::Floor(floor), Change::Proceed { step }) => {
            may_take(view, actor, thing, floor, step)
        }
        (Content::Floor(floor), _) => may_steer(view, actor, &floor.session),
        _ => return None,
    })
}

/// Whether the actor may take a step: those of the chair, or what a delegation does for itself.
fn may_take(
    view: &View,
    actor: &Seated,
    thing: &Thing,
    floor: &Floor,
    step: &Step,
) -> Result<(), Refusal> {
    if may_steer(view, actor, &floor.session).is_ok() {
        return Ok(());
    }
    if !actor.sessions.contains(&floor.session) {
        return no("only delegations that take part in this session ask for the floor");
    }
    let now = Proceedings::of(&thing.steps);
    let own = |party: &Id| *party == actor.party;
    let permitted = match step {
        Step::Ask { party } => own(party),
        Step::Retract { request } => {
            now.list.iter().any(|asked| asked.id == *request && own(&asked.party))
        }
        Step::Yield {} => now.speaking.is_some_and(|speech| own(&speech.party)),
        _ => false,
    };
    if permitted {
        Ok(())
    } else if of_the_chair(step) {
        no("the chair does this, or those who run the meeting")
    } else {
        no("a delegation asks for the floor for itself")
    }
}

/// Whether a room can be closed or opened, or a step taken, as things are.
pub(super) fn fits(view: &View, thing: &Thing, change: &Change) -> Result<(), Refusal> {
    match (&thing.content, change) {
        (Content::Session(_), _) if !thing.stands() => conflict("this session was withdrawn"),
        (Content::Session(session), Change::Close { .. }) if session.shut => {
            conflict("the room is closed already")
        }
        (Content::Session(session), Change::Reopen { .. }) if !session.shut => {
            conflict("the room is open")
        }
        (Content::Session(_), Change::Close { .. } | Change::Reopen { .. }) => Ok(()),
        (Content::Floor(_), Change::Proceed { .. }) if !thing.stands() => {
            conflict("this floor was withdrawn")
        }
        (Content::Floor(floor), Change::Proceed { step }) => step_fits(view, thing, floor, step),
        (_, Change::Proceed { .. }) => {
            Err(Refusal::invalid("change", "only a floor has steps that can be taken"))
        }
        _ => Err(Refusal::invalid("change", "only the room of a session is closed and reopened")),
    }
}

fn step_fits(view: &View, thing: &Thing, floor: &Floor, step: &Step) -> Result<(), Refusal> {
    let shut = view.find::<Session>(&floor.session).is_some_and(|(_, session)| session.shut);
    if shut && thing.marking.label != Label::Red {
        // Who may read this list when the room is open again would read what was done behind the door.
        return conflict(
            "the room is closed, and this floor is of the open part: open one for the closed part",
        );
    }
    if let Some(named) = step.names() {
        as_widely_known(view, thing, named, step)?;
    }
    let now = Proceedings::of(&thing.steps);
    let asked = |request: &Id| now.list.iter().any(|asked| asked.id == *request);
    match step {
        Step::Begin {} if now.stage != Stage::Waiting => conflict("the session has begun already"),
        Step::Pause {} if now.stage != Stage::Running => conflict("the session is not under way"),
        Step::GoOn {} if now.stage != Stage::Paused => conflict("the session does not pause"),
        Step::Adjourn {} if !matches!(now.stage, Stage::Running | Stage::Paused) => {
            conflict("the session is not under way")
        }
        Step::Turn { item } if now.item.as_ref().map(|(now, _)| now) == item.as_ref() => {
            conflict("this is what is dealt with already")
        }
        Step::Ask { .. } if now.stage == Stage::Over => conflict("the session is over"),
        Step::Ask { party } if !now.may_ask(party) => {
            conflict("this delegation is on the list already")
        }
        Step::Retract { request } | Step::Give { request } if !asked(request) => {
            conflict("this request is not on the list any more")
        }
        Step::Give { .. } | Step::Call { .. } if now.stage != Stage::Running => {
            conflict("nobody has the floor while the session is not under way")
        }
        Step::Yield {} if now.speaking.is_none() => conflict("nobody has the floor"),
        Step::Undo { act }
            if last_of_the_chair(&thing.steps).map(|last| &last.act) != Some(act) =>
        {
            conflict("only the chair's last step is taken back, and this is not it any more")
        }
        _ => Ok(()),
    }
}

/// Whether what a step names can be known to all who see the floor: else the floor, naming it, would
/// vanish from the eyes of some.
fn as_widely_known(view: &View, floor: &Thing, named: &Id, step: &Step) -> Result<(), Refusal> {
    let kind = if matches!(step, Step::Turn { .. }) { Kind::Item } else { Kind::Party };
    one(view, "step", named, kind)?;
    let Some(thing) = view.get(named) else { return Err(Refusal::NotFound(Some(kind))) };
    if let (Content::Item(item), Content::Floor(said)) = (&thing.content, &floor.content)
        && item.session != said.session
    {
        return Err(Refusal::invalid("step", "this item is not on the agenda of this session"));
    }
    let (known, wanted) = (&thing.marking, &floor.marking);
    let wider = known.label > wanted.label && known.label != Label::AmberStrict;
    if wider
        || known == wanted
        || (wanted.label == Label::Red && kind == Kind::Item && known.label == Label::Red)
    {
        Ok(())
    } else {
        conflict(&format!(
            "this {} is TLP:{}, closer held than the floor: not all who see the floor may know of it",
            kind.word(),
            known.label.as_str()
        ))
    }
}

pub(super) fn undertaking(view: &View, said: &Undertaking) -> Result<(), Refusal> {
    one(view, "content.undertaking.meeting", &said.meeting, Kind::Meeting)?;
    one(view, "content.undertaking.person", &said.person, Kind::Person)?;
    if said.text.is_empty() {
        return Err(Refusal::invalid("content.undertaking.text", "say what is undertaken"));
    }
    let asked = view.find::<Meeting>(&said.meeting).is_some_and(|(_, said)| said.rules.undertaking);
    if !asked {
        return conflict("this meeting asks for no undertaking");
    }
    let signed = view
        .standing::<Undertaking>()
        .any(|(_, other)| other.meeting == said.meeting && other.person == said.person);
    if signed { conflict("you have signed this undertaking already") } else { Ok(()) }
}

/// Whether a standing reply brings a person to a meeting, as far as the viewer can see.
fn expected(view: &View, meeting: &Id, person: &Id) -> bool {
    view.standing::<Reply>().any(|(_, reply)| {
        reply.attending
            && reply.persons.contains(person)
            && view
                .find::<Invitation>(&reply.invitation)
                .is_some_and(|(thing, said)| thing.stands() && said.meeting == *meeting)
    })
}

pub(super) fn arrival(view: &View, said: &Arrival, thing: Option<&Thing>) -> Result<(), Refusal> {
    one(view, "content.arrival.meeting", &said.meeting, Kind::Meeting)?;
    one(view, "content.arrival.person", &said.person, Kind::Person)?;
    if !expected(view, &said.meeting, &said.person) {
        return Err(Refusal::invalid(
            "content.arrival.person",
            "no delegation has named this person: its reply must, first",
        ));
    }
    let twice = view.standing::<Arrival>().any(|(other, known)| {
        known.meeting == said.meeting
            && known.person == said.person
            && thing.is_none_or(|thing| thing.id != other.id)
    });
    if twice { conflict("this person is in already") } else { Ok(()) }
}

pub(super) fn custody(view: &View, said: &Custody) -> Result<(), Refusal> {
    one(view, "content.custody.meeting", &said.meeting, Kind::Meeting)?;
    one(view, "content.custody.person", &said.person, Kind::Person)
}

/// The number of the next receipt of a meeting.
pub(super) fn next_number(view: &View, meeting: &Id) -> u32 {
    let numbers = view.all::<Custody>().filter(|(_, said)| said.meeting == *meeting);
    numbers.map(|(_, said)| said.number).max().map_or(1, |last| last.saturating_add(1))
}

pub(super) fn floor(view: &View, floor: &Floor) -> Result<(), Refusal> {
    one(view, "content.floor.session", &floor.session, Kind::Session)?;
    if matches!(floor.seconds, Some(0 | 86_401..)) {
        return Err(Refusal::invalid("content.floor.seconds", "from 1 to 86400 seconds"));
    }
    for (place, budget) in floor.budgets.iter().enumerate() {
        let field = format!("content.floor.budgets[{place}].party");
        perhaps(view, &field, Some(&budget.party), Kind::Party)?;
        if floor.budgets[..place].iter().any(|other| other.party == budget.party) {
            return Err(Refusal::invalid(field, "this delegation has its time already"));
        }
    }
    if floor.budgets.len() > super::fit::LIST_MAX {
        return Err(Refusal::invalid("content.floor.budgets", "at most 500 can be named"));
    }
    Ok(())
}

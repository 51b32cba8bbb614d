//! What may be said of who said what: the rule of a meeting, and what it asks of the floors, minutes
//! and action points of its sessions.

use super::fit::{LIST_MAX, one, perhaps};
use crate::content::{
    ActionPoint, Attribution, Content, Floor, Item, Kind, Meeting, Minutes, Noted, Session,
};
use crate::disclosure::Unnamed;
use crate::id::Id;
use crate::label::{Label, Marking, Seated};
use crate::refusal::Refusal;
use crate::state::Thing;
use crate::time::PartialTime;
use crate::view::View;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The longest minutes, in bytes of text.
pub const MINUTES_BYTES_MAX: usize = 200_000;

/// The rule of a session: that of its meeting. The strictest where the meeting is not seen.
pub fn rule_of(view: &View, session: &Id) -> Attribution {
    let meeting = view.find::<Session>(session).map(|(_, said)| &said.meeting);
    let meeting = meeting.and_then(|meeting| view.find::<Meeting>(meeting));
    meeting.map_or(Attribution::Nothing, |(_, said)| said.rules.attribution)
}

/// Whether names may stand beside what was said.
fn names(rule: Attribution) -> bool {
    rule == Attribution::OnRecord
}

/// What is labelled RED whatever anybody says, naming nobody: a floor that tells who spoke, where
/// that may not be told. So it is seen by those who were in the room.
pub(super) fn confined(view: &View, content: &Content) -> bool {
    matches!(content, Content::Floor(floor) if !names(rule_of(view, &floor.session)))
}

/// Whether the label leaves who spoke to those who were in the room.
pub(super) fn label_fits(view: &View, content: &Content, marking: &Marking) -> Result<(), Refusal> {
    if confined(view, content) && *marking != Marking::plain(Label::Red) {
        return Err(Refusal::invalid(
            "marking.label",
            "who spoke is not told under this meeting's rule: its floors are RED, and name nobody",
        ));
    }
    Ok(())
}

/// Whether the actor may be told who speaks: always on the record, else in the room only.
pub(super) fn may_open(view: &View, actor: &Seated, floor: &Floor) -> Result<(), Refusal> {
    if names(rule_of(view, &floor.session)) || actor.sessions.contains(&floor.session) {
        Ok(())
    } else {
        super::permission::no(
            "who spoke is told to nobody outside the room: somebody who takes part in the session opens its floor",
        )
    }
}

/// Where an item stands on its session's agenda; what stands under none comes last.
fn place(view: &View, item: Option<&Id>) -> (bool, u32, Option<Id>) {
    let known = item.and_then(|item| view.find::<Item>(item));
    (known.is_none(), known.map_or(0, |(_, said)| said.place), item.cloned())
}

/// Completes minutes as they are recorded: the rule they are under, and an order that does not tell
/// who spoke when.
pub(super) fn complete(view: &View, minutes: &mut Minutes, before: Option<&Thing>) {
    minutes.attribution = rule_for(view, minutes, before);
    if !names(minutes.attribution) {
        in_order(view, &mut minutes.points);
    }
}

/// Puts points in the order of the agenda and of the alphabet, each once, as they are recorded where
/// nobody may be named.
pub fn in_order(view: &View, points: &mut Vec<Noted>) {
    points.sort_by_cached_key(|noted| {
        (place(view, noted.item.as_ref()), noted.text.clone(), noted.decided)
    });
    points.dedup();
}

/// The rule minutes are under: the one they were first recorded under, and never a looser one.
fn rule_for(view: &View, minutes: &Minutes, before: Option<&Thing>) -> Attribution {
    let known = before.and_then(|thing| thing.said::<Minutes>()).map(|known| known.attribution);
    known.unwrap_or_else(|| rule_of(view, &minutes.session))
}

/// Whether minutes say what their rule lets stand.
pub(super) fn minutes(view: &View, said: &Minutes, thing: Option<&Thing>) -> Result<(), Refusal> {
    one(view, "content.minutes.session", &said.session, Kind::Session)?;
    let twice = view.standing::<Minutes>().any(|(other, known)| {
        known.session == said.session && thing.is_none_or(|thing| thing.id != other.id)
    });
    if twice {
        return Err(Refusal::Conflict("this session has its minutes already: amend them".into()));
    }
    let bytes: usize = said.points.iter().map(|noted| noted.text.as_str().len()).sum();
    if said.points.is_empty() || said.points.len() > LIST_MAX || bytes > MINUTES_BYTES_MAX {
        return Err(Refusal::invalid(
            "content.minutes.points",
            "from 1 to 500 points, of 200,000 bytes in all",
        ));
    }
    let rule = rule_for(view, said, thing);
    let unnamed = (!names(rule)).then(|| Unnamed::of(view, Some(&said.session)));
    for (at, noted) in said.points.iter().enumerate() {
        let field = |part: &str| format!("content.minutes.points[{at}].{part}");
        point(view, said, noted, &field)?;
        lets_stand(rule, unnamed.as_ref(), noted, &field)?;
    }
    Ok(())
}

/// Whether a point is one of this session's.
fn point(
    view: &View,
    minutes: &Minutes,
    noted: &Noted,
    field: &dyn Fn(&str) -> String,
) -> Result<(), Refusal> {
    perhaps(view, &field("party"), noted.party.as_ref(), Kind::Party)?;
    perhaps(view, &field("person"), noted.person.as_ref(), Kind::Person)?;
    if noted.text.is_empty() {
        return Err(Refusal::invalid(field("text"), "say what was said or decided"));
    }
    let Some(item) = &noted.item else { return Ok(()) };
    match view.find::<Item>(item) {
        Some((_, known)) if known.session == minutes.session => Ok(()),
        _ => Err(Refusal::invalid(field("item"), "this item is not on the agenda of this session")),
    }
}

/// Whether a rule lets a point stand.
fn lets_stand(
    rule: Attribution,
    unnamed: Option<&Unnamed>,
    noted: &Noted,
    field: &dyn Fn(&str) -> String,
) -> Result<(), Refusal> {
    let Some(unnamed) = unnamed else { return Ok(()) };
    if rule == Attribution::Nothing && !noted.decided {
        return Err(Refusal::invalid(
            field("decided"),
            "nothing of what was said is noted under this meeting's rule: only what was decided",
        ));
    }
    for (part, named) in [("party", &noted.party), ("person", &noted.person)] {
        if named.is_some() {
            return Err(Refusal::invalid(field(part), "nobody is named under this meeting's rule"));
        }
    }
    no_names(unnamed, &field("text"), noted.text.as_str())
}

fn no_names(unnamed: &Unnamed, field: &str, text: &str) -> Result<(), Refusal> {
    match unnamed.first_in(text) {
        None => Ok(()),
        Some(found) => Err(Refusal::invalid(
            field,
            format!(
                "\u{201c}{}\u{201d} names {}: nobody is named under this meeting's rule, so say it without",
                found.passage, found.name
            ),
        )),
    }
}

/// Whether an action point names nobody but its owner, where nobody may be named. Its owner has taken
/// it upon himself before all who were there: that is his own deed, and not what he said.
pub(super) fn action_point(view: &View, said: &ActionPoint) -> Result<(), Refusal> {
    let Some((_, meeting)) = view.find::<Meeting>(&said.meeting) else { return Ok(()) };
    if names(meeting.rules.attribution) {
        return Ok(());
    }
    let mut unnamed = Unnamed::of(view, said.session.as_ref()).but(&said.party);
    if let Some(person) = &said.person {
        unnamed = unnamed.but(person);
    }
    for (field, text) in [("text", &said.text), ("reason", &said.reason)] {
        no_names(&unnamed, &format!("content.action_point.{field}"), text.as_str())?;
    }
    Ok(())
}

/// Whether a thing stays with the meeting or session in which it was given: taken elsewhere, it would
/// come under another rule.
pub(super) fn stays(known: &Content, said: &Content) -> Result<(), Refusal> {
    let moved = match (known, said) {
        (Content::Session(known), Content::Session(said)) => {
            (known.meeting != said.meeting).then_some("meeting")
        }
        (Content::Floor(known), Content::Floor(said)) => {
            (known.session != said.session).then_some("session")
        }
        (Content::Minutes(known), Content::Minutes(said)) => {
            (known.session != said.session).then_some("session")
        }
        (Content::ActionPoint(known), Content::ActionPoint(said)) => {
            (known.meeting != said.meeting || known.session != said.session).then_some("meeting")
        }
        (Content::Readout(known), Content::Readout(said)) => {
            (known.meeting != said.meeting).then_some("meeting")
        }
        _ => None,
    };
    match moved {
        None => Ok(()),
        Some(field) => Err(Refusal::invalid(
            format!("content.{}.{field}", known.kind().key()),
            format!("it stays with the {field} in which it was given"),
        )),
    }
}

/// Whether a meeting's rule may become another: what was said under it was said under it.
pub(super) fn loosened(
    view: &View,
    thing: &Thing,
    content: &Content,
    now: Timestamp,
) -> Result<(), Refusal> {
    let (Some(known), Content::Meeting(said)) = (thing.said::<Meeting>(), content) else {
        return Ok(());
    };
    let strictness =
        |of: &Meeting| Attribution::ALL.iter().position(|case| *case == of.rules.attribution);
    if strictness(said) >= strictness(known) {
        return Ok(());
    }
    let zone = TimeZone::get(known.zone.as_str()).unwrap_or(TimeZone::UTC);
    let begun = known.starts.map(PartialTime::earliest);
    let begun = begun.is_some_and(|starts| starts <= now.to_zoned(zone).datetime());
    let of_this = |session: &Id| {
        view.find::<Session>(session).is_some_and(|(_, said)| said.meeting == thing.id)
    };
    let heard = view.all::<Floor>().any(|(_, floor)| of_this(&floor.session))
        || view.all::<Minutes>().any(|(_, minutes)| of_this(&minutes.session));
    if begun || heard {
        return Err(Refusal::invalid(
            "content.meeting.rules.attribution",
            "the meeting has begun: what was said under this rule stays under it",
        ));
    }
    Ok(())
}

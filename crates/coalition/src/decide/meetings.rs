//! Whether what is said of a meeting fits: its times, its parts, who is invited and who comes.

use super::fit::{LIST_MAX, one, perhaps, several};
use crate::content::{Invitation, Item, Kind, Meeting, Outcome, Reply, Seat, Session};
use crate::id::Id;
use crate::postponed::{Shift, postponed};
use crate::refusal::Refusal;
use crate::state::Thing;
use crate::text::Text;
use crate::time::{PartialTime, skipped};
use crate::view::View;
use jiff::tz::TimeZone;

fn minutes(field: &str, minutes: Option<u32>) -> Result<(), Refusal> {
    match minutes {
        Some(0) | Some(1_441..) => {
            Err(Refusal::invalid(field, "a number of minutes from 1 to 1440"))
        }
        _ => Ok(()),
    }
}

/// Whether a time is on the clocks of a zone at all: where they go forward, some are not.
fn on_the_clock(field: &str, time: Option<PartialTime>, zone: &TimeZone) -> Result<(), Refusal> {
    match time {
        Some(PartialTime::Minute(minute)) if skipped(minute, zone) => Err(Refusal::invalid(
            field,
            "the clocks of this time zone go forward over this time: take one before or after",
        )),
        _ => Ok(()),
    }
}

pub(super) fn meeting(view: &View, meeting: &Meeting) -> Result<(), Refusal> {
    perhaps(view, "content.meeting.host", meeting.host.as_ref(), Kind::Party)?;
    let Ok(zone) = TimeZone::get(meeting.zone.as_str()) else {
        return Err(Refusal::invalid(
            "content.meeting.zone",
            "an IANA time zone such as Europe/Madrid or UTC",
        ));
    };
    if meeting.places.len() > 20 {
        return Err(Refusal::invalid("content.meeting.places", "at most 20 places"));
    }
    on_the_clock("content.meeting.starts", meeting.starts, &zone)?;
    on_the_clock("content.meeting.ends", meeting.ends, &zone)?;
    match (meeting.starts, meeting.ends) {
        (None, Some(_)) => Err(Refusal::invalid("content.meeting.ends", "say when it starts, too")),
        (Some(starts), Some(ends)) if ends.latest() <= starts.earliest() => {
            Err(Refusal::invalid("content.meeting.ends", "it ends before it starts"))
        }
        _ => Ok(()),
    }
}

/// Whether a meeting can be moved to this time, with its sessions.
pub(super) fn postpone(
    view: &View,
    thing: &Thing,
    starts: PartialTime,
    ends: Option<PartialTime>,
    reason: &Text,
) -> Result<(), Refusal> {
    let field = |part: &str| format!("change.postpone.{part}");
    let Some(known) = thing.said::<Meeting>() else {
        return Err(Refusal::invalid("change", "only a meeting is postponed"));
    };
    if thing.withdrawn() {
        return Err(Refusal::Conflict("this meeting was called off: resume it first".into()));
    }
    if reason.is_empty() {
        return Err(Refusal::invalid(field("reason"), "say why it is postponed"));
    }
    if matches!(starts, PartialTime::Month(_)) {
        return Err(Refusal::invalid(
            field("starts"),
            "a day at least: without one, put the meeting off without a date",
        ));
    }
    if known.starts == Some(starts) && thing.stands() {
        return Err(Refusal::Conflict("this is when the meeting begins already".into()));
    }
    let shift = Shift::between(known.starts, starts);
    let zone = TimeZone::get(known.zone.as_str()).unwrap_or(TimeZone::UTC);
    for (_, session) in view.all::<Session>().filter(|(_, said)| said.meeting == thing.id) {
        let moved = shift.of_session(session).starts;
        on_the_clock(&field("starts"), moved, &zone)?;
    }
    meeting(view, &postponed(known, starts, ends)).map_err(|refusal| match refusal {
        Refusal::Invalid { field: of, why } => {
            let part = if of.ends_with("ends") { "ends" } else { "starts" };
            Refusal::invalid(field(part), why)
        }
        other => other,
    })
}

pub(super) fn session(view: &View, session: &Session) -> Result<(), Refusal> {
    one(view, "content.session.meeting", &session.meeting, Kind::Meeting)?;
    perhaps(view, "content.session.chair", session.chair.as_ref(), Kind::Person)?;
    if let Some((_, meeting)) = view.find::<Meeting>(&session.meeting)
        && let Ok(zone) = TimeZone::get(meeting.zone.as_str())
    {
        on_the_clock("content.session.starts", session.starts, &zone)?;
    }
    minutes("content.session.minutes", session.minutes)
}

pub(super) fn item(view: &View, item: &Item) -> Result<(), Refusal> {
    one(view, "content.item.session", &item.session, Kind::Session)?;
    perhaps(view, "content.item.speaker_party", item.speaker_party.as_ref(), Kind::Party)?;
    minutes("content.item.minutes", item.minutes)
}

pub(super) fn outcome(view: &View, outcome: &Outcome) -> Result<(), Refusal> {
    one(view, "content.outcome.meeting", &outcome.meeting, Kind::Meeting)?;
    if outcome.text.is_empty() {
        return Err(Refusal::invalid("content.outcome.text", "say what the outcome was"));
    }
    match &outcome.session {
        Some(session) => session_of(view, "content.outcome.session", session, &outcome.meeting),
        None => Ok(()),
    }
}

pub(super) fn session_of(
    view: &View,
    field: &str,
    session: &Id,
    meeting: &Id,
) -> Result<(), Refusal> {
    one(view, field, session, Kind::Session)?;
    match view.find::<Session>(session) {
        Some((_, said)) if said.meeting == *meeting => Ok(()),
        _ => Err(Refusal::invalid(field, "this session is not part of that meeting")),
    }
}

pub(super) fn invitation(
    view: &View,
    invitation: &Invitation,
    thing: Option<&Thing>,
) -> Result<(), Refusal> {
    one(view, "content.invitation.meeting", &invitation.meeting, Kind::Meeting)?;
    one(view, "content.invitation.party", &invitation.party, Kind::Party)?;
    several(view, "content.invitation.sessions", &invitation.sessions, Kind::Session)?;
    for session in &invitation.sessions {
        session_of(view, "content.invitation.sessions", session, &invitation.meeting)?;
    }
    if invitation.seats_in.len() > LIST_MAX {
        return Err(Refusal::invalid("content.invitation.seats_in", "at most 500 can be named"));
    }
    for (place, seats) in invitation.seats_in.iter().enumerate() {
        let field = format!("content.invitation.seats_in[{place}].session");
        session_of(view, &field, &seats.session, &invitation.meeting)?;
        if !invitation.sessions.is_empty() && !invitation.sessions.contains(&seats.session) {
            return Err(Refusal::invalid(field, "the invitation is not to this session"));
        }
        if invitation.seats_in[..place].iter().any(|other| other.session == seats.session) {
            return Err(Refusal::invalid(field, "this session has its seats already"));
        }
    }
    // One party may hold several invitations, each to parts of its own: whoever may know of one part
    // only sees the invitation to that part.
    let twice = view.standing::<Invitation>().any(|(other, said)| {
        let to_all = said.sessions.is_empty() || invitation.sessions.is_empty();
        said.meeting == invitation.meeting
            && said.party == invitation.party
            && thing.is_none_or(|thing| thing.id != other.id)
            && (to_all || said.sessions.iter().any(|id| invitation.sessions.contains(id)))
    });
    if twice {
        Err(Refusal::invalid("content.invitation.party", "this party is invited already"))
    } else {
        Ok(())
    }
}

pub(super) fn reply(view: &View, reply: &Reply, thing: Option<&Thing>) -> Result<(), Refusal> {
    one(view, "content.reply.invitation", &reply.invitation, Kind::Invitation)?;
    let Some((_, invited)) = view.find::<Invitation>(&reply.invitation) else {
        return Err(Refusal::NotFound(Some(Kind::Invitation)));
    };
    several(view, "content.reply.persons", &reply.persons, Kind::Person)?;
    several(view, "content.reply.sessions", &reply.sessions, Kind::Session)?;
    for session in &reply.sessions {
        session_of(view, "content.reply.sessions", session, &invited.meeting)?;
        if !invited.sessions.is_empty() && !invited.sessions.contains(session) {
            return Err(Refusal::invalid(
                "content.reply.sessions",
                "your delegation is not invited to this session",
            ));
        }
    }
    for person in &reply.persons {
        if !view
            .standing::<Seat>()
            .any(|(_, seat)| seat.person == *person && seat.party == invited.party)
        {
            return Err(Refusal::invalid(
                "content.reply.persons",
                "only people whom your delegation seats can be named",
            ));
        }
    }
    exceptions(reply)?;
    enough_seats(view, reply, invited)?;
    let names_nobody = reply.persons.is_empty() && reply.sessions.is_empty();
    if !reply.attending && !names_nobody {
        return Err(Refusal::invalid(
            "content.reply.attending",
            "nobody is named by a delegation that does not come",
        ));
    }
    let twice = view.standing::<Reply>().any(|(other, said)| {
        said.invitation == reply.invitation && thing.is_none_or(|thing| thing.id != other.id)
    });
    if twice {
        Err(Refusal::invalid(
            "content.reply.invitation",
            "this invitation is answered already: amend the answer",
        ))
    } else {
        Ok(())
    }
}

/// Whether each exception is from what the reply says, and there is one for each person and session.
fn exceptions(reply: &Reply) -> Result<(), Refusal> {
    if reply.except.len() > LIST_MAX {
        return Err(Refusal::invalid("content.reply.except", "at most 500 exceptions"));
    }
    for (place, except) in reply.except.iter().enumerate() {
        let field = |part: &str| format!("content.reply.except[{place}].{part}");
        if !reply.persons.contains(&except.person) {
            return Err(Refusal::invalid(
                field("person"),
                "tick this person among those who come, too",
            ));
        }
        if !reply.sessions.contains(&except.session) {
            return Err(Refusal::invalid(
                field("session"),
                "tick this session among those they come to, too",
            ));
        }
        let twice = reply.except[..place]
            .iter()
            .any(|other| other.person == except.person && other.session == except.session);
        if twice {
            return Err(Refusal::invalid(field("person"), "this is said of him twice"));
        }
    }
    Ok(())
}

/// Whether the invitation has a seat for everybody in every session.
fn enough_seats(view: &View, reply: &Reply, invited: &Invitation) -> Result<(), Refusal> {
    if invited.seats.is_some_and(|seats| reply.persons.len() > seats as usize) {
        return Err(Refusal::invalid(
            "content.reply.persons",
            "more people than the invitation has seats",
        ));
    }
    for limit in &invited.seats_in {
        let coming = |person: &&Id| reply.attends(person, &limit.session).is_some();
        let coming = reply.persons.iter().filter(coming).count();
        if coming > limit.seats as usize {
            return Err(Refusal::invalid(
                "content.reply.persons",
                format!(
                    "{coming} people for \u{201c}{}\u{201d}, where the invitation has {}: say below who is not in it",
                    view.name_of(&limit.session),
                    limit.seats
                ),
            ));
        }
    }
    Ok(())
}

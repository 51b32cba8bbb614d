//! Who is invited, who comes, from where, and to what.

use super::sessions::changing;
use super::{Called, by_file, runs};
use crate::asking::Asking;
use crate::look::parts::{self, Column, Glyph, OnPhone, Table, Tone};
use crate::pages::when::{self, Season};
use crate::pages::words;
use coalition::content::{Attends, Except, Invitation, Meeting, Reply, Session};
use coalition::time::PartialTime;
use coalition::{Id, Kind, Thing, View};
use jiff::Timestamp;
use maud::{Markup, html};

/// An invitation and the answer to it.
pub(crate) struct Attendance<'v> {
    pub(crate) thing: &'v Thing,
    pub(crate) invitation: &'v Invitation,
    pub(crate) reply: Option<(&'v Thing, &'v Reply)>,
}

impl<'v> Attendance<'v> {
    fn of(view: &'v View, thing: &'v Thing, invitation: &'v Invitation) -> Attendance<'v> {
        let reply = view.standing::<Reply>().find(|(_, reply)| reply.invitation == thing.id);
        Attendance { thing, invitation, reply }
    }

    /// All invitations to a meeting, by the name of the party; those taken back last.
    pub(super) fn at(view: &'v View, meeting: &Id) -> Vec<Attendance<'v>> {
        let mut all: Vec<Attendance<'v>> = view
            .all::<Invitation>()
            .filter(|(_, invitation)| invitation.meeting == *meeting)
            .map(|(thing, invitation)| Attendance::of(view, thing, invitation))
            .collect();
        all.sort_by_cached_key(|one| {
            let name = view.name_of(&one.invitation.party);
            (one.thing.withdrawn(), name, one.thing.id.clone())
        });
        all
    }

    /// All invitations of a party, each with its meeting.
    pub(crate) fn of_party(
        view: &'v View,
        party: &'v Id,
    ) -> impl Iterator<Item = (Attendance<'v>, Called<'v>)> {
        view.all::<Invitation>()
            .filter(move |(_, invitation)| invitation.party == *party)
            .filter_map(|(thing, invitation)| {
                let meeting = view.find::<Meeting>(&invitation.meeting)?;
                Some((Attendance::of(view, thing, invitation), meeting))
            })
    }
}

/// The invitations that wait for an answer of the viewer's own delegation, to meetings that are not
/// over; the next meeting first.
pub(crate) fn awaiting(view: &View, now: Timestamp) -> Vec<(Attendance<'_>, Called<'_>)> {
    let Some(seated) = view.viewer().seated() else { return Vec::new() };
    let mut all: Vec<_> = Attendance::of_party(view, &seated.party)
        .filter(|(attendance, (meeting, said))| {
            attendance.thing.stands()
                && attendance.reply.is_none()
                && meeting.stands()
                && when::season(said, now) != Season::Past
        })
        .collect();
    all.sort_by_key(|(attendance, (_, meeting))| {
        (
            meeting.starts.is_none(),
            meeting.starts.map(PartialTime::earliest),
            attendance.thing.id.clone(),
        )
    });
    all
}

/// What a delegation answered, as a badge.
pub(crate) fn answer_words(attendance: &Attendance<'_>) -> Markup {
    match &attendance.reply {
        _ if attendance.thing.withdrawn() => {
            parts::badge(Tone::Bad, Some(Glyph::Cross), "invitation taken back")
        }
        Some((_, reply)) if reply.attending => parts::badge(Tone::Good, Some(Glyph::Tick), "comes"),
        Some(_) => parts::badge(Tone::Idle, Some(Glyph::Barred), "does not come"),
        None => parts::badge(Tone::Warn, Some(Glyph::Clock), "no answer yet"),
    }
}

/// Whom a reply names.
fn who(view: &View, reply: &Reply) -> Markup {
    html! {
        @for (place, person) in reply.persons.iter().enumerate() {
            @if place > 0 { ", " }
            (words::link(view, person))
        }
        @if reply.attending && reply.persons.is_empty() { span.quiet { "nobody named yet" } }
    }
}

/// Where somebody's part in a session differs: "Anna Aas in Session 2: remotely, from Riga".
fn exception(view: &View, except: &Except) -> Markup {
    let how = match except.attends {
        Attends::Not => "not there",
        other => other.words(),
    };
    html! {
        (words::link(view, &except.person)) " in “" (view.name_of(&except.session)) "”: " (how)
        @if let Some(place) = except.place.as_ref().filter(|_| except.attends == Attends::Remote) { ", from " (place) }
    }
}

fn from(reply: &Reply) -> String {
    match &reply.place {
        Some(place) => format!("{}, from {place}", reply.from.words()),
        None => reply.from.words().to_owned(),
    }
}

/// Sessions by name, in the order given.
fn sessions(view: &View, ids: &[Id]) -> Markup {
    html! {
        @for (place, id) in ids.iter().enumerate() {
            @if place > 0 { "; " }
            a href={ "#" (id) } { (view.name_of(id)) }
        }
    }
}

/// The sessions an invitation is to: all, if it names none.
fn invited_to(view: &View, invitation: &Invitation) -> Markup {
    html! {
        @if invitation.sessions.is_empty() { "all sessions" }
        @else { (sessions(view, &invitation.sessions)) }
    }
}

/// The sessions a reply names. A reply that names none comes to no closed session.
fn coming_to(view: &View, reply: &Reply) -> Markup {
    html! {
        @if reply.sessions.is_empty() { span.quiet { "no session named" } }
        @else { (sessions(view, &reply.sessions)) }
    }
}

/// The table of delegations.
pub(super) fn panel(asking: &Asking, meeting: &Thing, all: &[Attendance<'_>]) -> Markup {
    let offer = words::offer_new(
        asking,
        Kind::Invitation,
        "Invite a delegation",
        &[("meeting", &meeting.id)],
    );
    let table = Table {
        caption: "Delegations invited, and what they answered",
        caption_unseen: true,
        columns: ["Delegation", "Answer", "Who comes, and to what", "Label"]
            .map(Column::words)
            .to_vec(),
        rows: all.iter().map(|attendance| row(asking, attendance)).collect(),
        on_phone: OnPhone::Cards,
    };
    let runs = runs(asking, meeting);
    if all.is_empty() && !runs {
        return html! {};
    }
    html! {
        section.panel.delegations {
            div.panel-head { h2 { "Delegations" } @if runs { div.buttons { (offer) } } }
            @if all.is_empty() {
                p.quiet { "No delegation has been invited that you can see." }
            } @else {
                p.small.quiet { (summary(all)) }
                (parts::table(&table))
            }
        }
    }
}

/// "35 invited: 20 come, 2 do not, 13 have not answered."
fn summary(all: &[Attendance<'_>]) -> String {
    let standing = || all.iter().filter(|one| one.thing.stands());
    let count = |attending: Option<bool>| {
        standing().filter(|one| one.reply.map(|(_, reply)| reply.attending) == attending).count()
    };
    let (come, stay, silent) = (count(Some(true)), count(Some(false)), count(None));
    let mut told = Vec::new();
    for (number, one, several) in [
        (come, "comes", "come"),
        (stay, "does not", "do not"),
        (silent, "has not answered", "have not answered"),
    ] {
        if number > 0 {
            told.push(format!("{number} {}", if number == 1 { one } else { several }));
        }
    }
    format!("{} invited: {}.", standing().count(), words::listed(&told))
}

fn row(asking: &Asking, attendance: &Attendance<'_>) -> Vec<Markup> {
    let view = &asking.view;
    let Attendance { thing, invitation, reply } = attendance;
    let label = reply.map_or(*thing, |(answer, _)| answer).marking.label;
    vec![
        html! {
            div #(thing.id) { (words::link(view, &invitation.party)) }
            @if let Some(seats) = invitation.seats {
                div.small.quiet { "up to " (seats) @if seats == 1 { " person" } @else { " persons" } }
            }
        },
        html! {
            div id=[reply.map(|(answer, _)| &answer.id)] { (answer_words(attendance)) }
        },
        html! {
            div {
                @if let Some((_, said)) = reply && said.attending {
                    div { (who(view, said)) ", " (from(said)) }
                    div.small { (coming_to(view, said)) }
                    @for except in &said.except { div.small { (exception(view, except)) } }
                }
                @if let Some((_, said)) = reply && !said.note.is_empty() { div.small.quiet { (said.note) } }
                @if !invitation.sessions.is_empty() {
                    div.small.quiet { "Invited to " (invited_to(view, invitation)) }
                }
                @for limit in &invitation.seats_in {
                    div.small.quiet { (view.name_of(&limit.session)) ": up to " (limit.seats) }
                }
                @if !invitation.note.is_empty() { div.small.quiet { (invitation.note) } }
            }
        },
        html! {
            div {
                (parts::tlp(words::tlp(label)))
                (changing(asking, thing, &[]))
                @if let Some((answer, _)) = reply { (changing(asking, answer, &[])) }
            }
        },
    ]
}

/// What the viewer's own delegation has to do with a meeting, over everything else: whether it is
/// invited, what it answered, and the way to answer.
pub(super) fn own(asking: &Asking, meeting: Called<'_>, all: &[Attendance<'_>]) -> Markup {
    let view = &asking.view;
    let Some(seated) = view.viewer().seated() else { return html! {} };
    let own = all.iter().find(|one| one.thing.stands() && one.invitation.party == seated.party);
    let Some(own) = own else { return html! {} };
    let open = when::season(meeting.1, asking.now) != Season::Past && meeting.0.stands();
    let party = view.name_of(&seated.party);
    let answer = match &own.reply {
        None if open => html! {
            p { "Your delegation is invited to " (invited_to(view, own.invitation)) " and has not answered." }
            div.buttons {
                (words::offer_new(asking, Kind::Reply, "Answer the invitation", &[("invitation", &own.thing.id)]))
            }
        },
        None => html! { p { "Your delegation was invited and did not answer." } },
        Some((thing, reply)) if reply.attending => html! {
            p {
                "Your delegation comes: " (who(view, reply)) "; " (from(reply)) "; to "
                (coming_to(view, reply)) "."
            }
            @for except in &reply.except { p.small { (exception(view, except)) } }
            @if reply.persons.contains(&seated.person) {
                p { a href={ "/meetings/" (meeting.0.id) "/credential" } { "Your credential for the door" } }
            }
            @if open { div.buttons { (words::changes(asking, thing)) } }
        },
        Some((thing, _)) => html! {
            p { "Your delegation has answered that it does not come." }
            @if open { div.buttons { (words::changes(asking, thing)) } }
        },
    };
    let admitted: Vec<&Session> = seated
        .sessions
        .iter()
        .filter_map(|id| view.find::<Session>(id))
        .filter(|(_, session)| session.meeting == meeting.0.id && session.closed)
        .map(|(_, session)| session)
        .collect();
    let badge = answer_words(own);
    html! {
        section.panel.own {
            div.panel-head { h2 { (party) } (badge) }
            (answer)
            @if open { (by_file::form(&meeting.0.id)) }
            @if !admitted.is_empty() {
                p.small { "You are credentialed for "
                    (words::listed(&admitted.iter().map(|session| format!("“{}”", session.title)).collect::<Vec<_>>()))
                    ", closed to others."
                }
            }
        }
    }
}

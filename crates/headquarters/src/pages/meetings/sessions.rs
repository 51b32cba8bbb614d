//! The running order: sessions with their items, in time or in the order of the day.

use super::{Called, runs, zone};
use crate::asking::Asking;
use crate::look::parts::{self, Glyph, Tone};
use crate::pages::{after, documents, when, words};
use coalition::content::{Item, Meeting, Outcome, Session};
use coalition::time::PartialTime;
use coalition::{Id, Kind, Thing, View, decide};
use maud::{Markup, html};

/// A session with its items.
pub(super) struct Held<'v> {
    pub(super) thing: &'v Thing,
    pub(super) session: &'v Session,
    pub(super) items: Vec<(&'v Thing, &'v Item)>,
}

/// The sessions of a meeting in their order: by their place, then by their time.
pub(super) fn of<'v>(view: &'v View, meeting: &Id) -> Vec<Held<'v>> {
    let mut held: Vec<Held<'v>> = view
        .all::<Session>()
        .filter(|(_, session)| session.meeting == *meeting)
        .map(|(thing, session)| Held { thing, session, items: Vec::new() })
        .collect();
    held.sort_by(|one, other| {
        let key =
            |held: &Held<'_>| (held.session.place, held.session.starts.map(PartialTime::earliest));
        key(one).cmp(&key(other)).then_with(|| one.thing.id.cmp(&other.thing.id))
    });
    for (thing, item) in view.all::<Item>() {
        if let Some(held) = held.iter_mut().find(|held| held.thing.id == item.session) {
            held.items.push((thing, item));
        }
    }
    for held in &mut held {
        held.items.sort_by(|(one, item), (other, said)| {
            (item.place, &one.id).cmp(&(said.place, &other.id))
        });
    }
    held
}

/// Who speaks on an item: "José Manuel Albares (Spain)".
pub(super) fn speaker(view: &View, item: &Item) -> Option<String> {
    let party = item.speaker_party.as_ref().map(|party| view.name_of(party));
    match (&item.speaker, party) {
        (Some(speaker), Some(party)) => Some(format!("{speaker} ({party})")),
        (Some(speaker), None) => Some(speaker.to_string()),
        (None, party) => party,
    }
}

/// The running order with what can be done to it. Where no session's time is known it is the day's
/// picture: the order on a line from when the meeting begins to when it ends.
pub(super) fn panel(
    asking: &Asking,
    (thing, meeting): Called<'_>,
    sessions: &[Held<'_>],
) -> Markup {
    let runs = runs(asking, thing);
    if sessions.is_empty() && !runs {
        return html! {};
    }
    let offer = words::offer_new(asking, Kind::Session, "Add a session", &[("meeting", &thing.id)]);
    let timed = sessions.iter().any(|held| held.session.starts.is_some());
    let edge = |time: Option<PartialTime>, word: &str| {
        html! {
            @if let Some(PartialTime::Minute(minute)) = time && !timed {
                li.running-edge {
                    p.running-when { (minute.strftime("%H:%M")) }
                    p.small.quiet { (word) }
                }
            }
        }
    };
    html! {
        section.panel {
            div.panel-head {
                h2 { @if timed { "Sessions" } @else { "The day" } }
                @if runs { div.buttons { (offer) } }
            }
            @if sessions.is_empty() {
                p.quiet { "No session has been laid out that you can see." }
            } @else {
                @if !timed { p.small.quiet { "When each session begins is not stated; this is their order." } }
                ol.running {
                    (edge(meeting.starts, "The meeting begins"))
                    @for held in sessions { (entry(asking, meeting, held, runs)) }
                    (edge(meeting.ends, "The meeting ends"))
                }
            }
        }
    }
}

fn entry(asking: &Asking, meeting: &Meeting, held: &Held<'_>, runs: bool) -> Markup {
    let session = held.session;
    let mut add = vec![documents::offer(asking, &session.meeting, Some(&held.thing.id))];
    if runs {
        add.extend(running(asking, held));
    }
    html! {
        li #(held.thing.id) .running-closed[session.closed] {
            p.running-when { (hours(asking, meeting, session)) }
            div { div.running-block {
                h3 {
                    (session.title) " "
                    @if session.closed { (parts::badge(Tone::Idle, Some(Glyph::Lock), "closed")) }
                    @else { (parts::badge(Tone::Accent, Some(Glyph::Unlocked), "open")) }
                    @if session.shut { " " (parts::badge(Tone::Bad, Some(Glyph::Lock), "room closed")) }
                    " " (parts::tlp(words::tlp(held.thing.marking.label)))
                }
                (words::status(held.thing))
                (live(asking, held))
                (after::of_session(asking, &held.thing.id))
                (words::paragraphs(session.note.as_str()))
                @if !held.items.is_empty() {
                    ol.items { @for (thing, item) in &held.items { (item_told(asking, thing, item)) } }
                }
                (documents::given(asking, &session.meeting, Some(&held.thing.id)))
                (changing(asking, held.thing, &add))
            } }
        }
    }
}

/// What those who run a meeting add to a session.
fn running(asking: &Asking, held: &Held<'_>) -> [Markup; 3] {
    let (meeting, session) = (&held.session.meeting, &held.thing.id);
    let here = [("meeting", meeting), ("session", session)];
    [
        words::offer_new(asking, Kind::ActionPoint, "Note an action point", &here),
        words::offer_new(asking, Kind::Item, "Add an item", &[("session", session)]),
        words::offer_new(asking, Kind::Outcome, "State an outcome", &here),
    ]
}

fn item_told(asking: &Asking, thing: &Thing, item: &Item) -> Markup {
    html! {
        li #(thing.id) {
            div {
                strong { (item.title) }
                @if let Some(speaker) = speaker(&asking.view, item) { " – " (speaker) }
                @if let Some(minutes) = item.minutes { " " span.quiet.nowrap { (minutes) " min" } }
                " " (parts::tlp(words::tlp(thing.marking.label)))
                (words::status(thing))
                @if !item.note.is_empty() { div.small { (words::paragraphs(item.note.as_str())) } }
            }
            (changing(asking, thing, &[]))
        }
    }
}

/// The way into the live room, for who takes part in it or sees what happens there.
fn live(asking: &Asking, held: &Held<'_>) -> Markup {
    let id = &held.thing.id;
    let takes_part =
        asking.view.viewer().seated().is_some_and(|seated| seated.sessions.contains(id));
    let chair = held.session.chair.as_ref();
    html! {
        @if let Some(chair) = chair { p.small { "In the chair: " (words::link(&asking.view, chair)) } }
        @if takes_part || decide::steers(&asking.view, id) {
            p.small { a href={ "/sessions/" (id) "/live" } { "Live room" } }
        }
    }
}

/// "09:00–11:30", or what is known of it; on the reader's own clock, too, if he has named one.
fn hours(asking: &Asking, meeting: &Meeting, session: &Session) -> Markup {
    let Some(starts) = session.starts else {
        return match session.minutes {
            Some(minutes) => html! { span.quiet { (minutes) " min" } },
            None => html! { span.quiet { "not timed" } },
        };
    };
    let PartialTime::Minute(minute) = starts else {
        return html! { span.quiet { (starts) } };
    };
    let (here, own) = when::hours(meeting, minute, session.minutes, zone::own(asking).as_ref());
    html! {
        (here)
        @if let Some(own) = own { br; span.small.quiet { (own) } }
    }
}

/// What can be done to a part of a meeting, folded away until it is wanted.
pub(crate) fn changing(asking: &Asking, thing: &Thing, add: &[Markup]) -> Markup {
    let changes = words::changes(asking, thing);
    let add: Vec<&Markup> = add.iter().filter(|offer| !offer.0.is_empty()).collect();
    html! {
        @if !changes.0.is_empty() || !add.is_empty() {
            details.changing {
                summary {
                    "Change" span.unseen { " this " } " " (thing.content.kind().word())
                    span.unseen { ": " (words::title(&asking.view, thing)) }
                }
                div.buttons { @for offer in add { (offer) } (changes) }
            }
        }
    }
}

/// What the meeting and its sessions came to.
pub(super) fn outcomes(asking: &Asking, meeting: &Thing) -> Markup {
    let view = &asking.view;
    let outcomes: Vec<(&Thing, &Outcome)> =
        view.all::<Outcome>().filter(|(_, outcome)| outcome.meeting == meeting.id).collect();
    let offer =
        words::offer_new(asking, Kind::Outcome, "State an outcome", &[("meeting", &meeting.id)]);
    let runs = runs(asking, meeting);
    if outcomes.is_empty() && !runs {
        return html! {};
    }
    html! {
        section.panel {
            div.panel-head { h2 { "What came of it" } @if runs { div.buttons { (offer) } } }
            @if outcomes.is_empty() { p.quiet { "No outcome has been stated that you can see." } }
            @for (thing, outcome) in &outcomes {
                article.outcome #(thing.id) {
                    p.small.quiet {
                        @if let Some(session) = &outcome.session {
                            "Of the session “" a href={ "#" (session) } { (view.name_of(session)) } "” "
                        } @else { "Of the meeting " }
                        (parts::tlp(words::tlp(thing.marking.label)))
                    }
                    (words::status(thing))
                    (words::paragraphs(outcome.text.as_str()))
                    (changing(asking, thing, &[]))
                }
            }
        }
    }
}

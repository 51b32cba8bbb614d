//! Action points: their page and list, what is carried over to a meeting, and what is asked of whom.

use super::page_of;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{
    self, Button, Column, Crumb, Field, Glyph, OnPhone, PageHead, Table, Tone,
};
use crate::pages::meetings::{self, Called, zone};
use crate::pages::when::{self, Season};
use crate::pages::{listing, words};
use crate::refusals;
use crate::routes::Submission;
use crate::writer::{Done, NotDone};
use coalition::content::{ActionPoint, Meeting, Progress};
use coalition::decide::{self, Asked};
use coalition::time::PartialTime;
use coalition::{Id, Kind, Refusal, Thing, View};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde_json::json;

/// An action point and its thing.
type Point<'v> = (&'v Thing, &'v ActionPoint);

/// Whether it is still to be done.
fn is_open((thing, said): &Point<'_>) -> bool {
    thing.stands() && said.progress == Progress::Open
}

/// The reader's day: on his own clock if he has named one, else on the meeting's.
fn today(asking: &Asking, said: &ActionPoint) -> Date {
    let of_meeting = || {
        let meeting = asking.view.find::<Meeting>(&said.meeting);
        meeting.map_or(TimeZone::UTC, |(_, meeting)| when::zone(meeting))
    };
    asking.now.to_zoned(zone::own(asking).unwrap_or_else(of_meeting)).date()
}

fn overdue(asking: &Asking, point: &Point<'_>) -> bool {
    is_open(point) && point.1.due.is_some_and(|due| due < today(asking, point.1))
}

/// Open ones before others, what is due first, and one order for all.
fn sort(points: &mut [Point<'_>]) {
    points.sort_by_key(|point| {
        let due = point.1.due.unwrap_or(Date::MAX);
        (!is_open(point), due, &point.1.text, &point.0.id)
    });
}

fn owner(view: &View, said: &ActionPoint) -> Markup {
    html! {
        (words::link(view, &said.party))
        @if let Some(person) = &said.person { ": " (words::link(view, person)) }
    }
}

fn state(asking: &Asking, point: &Point<'_>) -> Markup {
    let (tone, sign) = match point.1.progress {
        _ if !point.0.stands() => (Tone::Idle, Glyph::Cross),
        Progress::Open if overdue(asking, point) => (Tone::Bad, Glyph::Clock),
        Progress::Open => (Tone::Accent, Glyph::Empty),
        Progress::Done => (Tone::Good, Glyph::Tick),
        Progress::Dropped => (Tone::Idle, Glyph::Cross),
    };
    let word = match point.1.progress {
        _ if !point.0.stands() => "withdrawn",
        Progress::Open if overdue(asking, point) => "overdue",
        progress => progress.words(),
    };
    parts::badge(tone, Some(sign), word)
}

fn due(said: &ActionPoint) -> Markup {
    html! {
        @match said.due {
            Some(due) => { span.nowrap { (due.strftime("%-d %B %Y")) } }
            None => { span.quiet { "no day" } }
        }
    }
}

fn table(asking: &Asking, caption: &str, points: &[Point<'_>], with_meeting: bool) -> Markup {
    let view = &asking.view;
    let mut columns = ["What", "Owner", "Due on", "State"].map(Column::words).to_vec();
    if with_meeting {
        columns.push(Column::words("Taken on at"));
    }
    columns.push(Column::words("Label"));
    let row = |point: &Point<'_>| {
        let (thing, said) = point;
        let mut row = vec![
            html! { a #(thing.id) href={ "/action-points/" (thing.id) } { (words::shortened(&said.text)) } },
            owner(view, said),
            due(said),
            state(asking, point),
        ];
        if with_meeting {
            row.push(words::link(view, &said.meeting));
        }
        row.push(parts::tlp(words::tlp(thing.marking.label)));
        row
    };
    parts::table(&Table {
        caption,
        caption_unseen: true,
        columns,
        rows: points.iter().map(row).collect(),
        on_phone: OnPhone::Cards,
    })
}

/// The open action points that a meeting takes over from earlier ones of its series: nothing is copied,
/// they are looked up. Only the next meeting of a series takes them over.
fn carried<'v>(asking: &'v Asking, (thing, meeting): Called<'_>) -> Vec<Point<'v>> {
    let Some(series) = &meeting.series else { return Vec::new() };
    let mut of_series: Vec<(Season, Called<'_>)> = meetings::in_order(&asking.view, asking.now);
    of_series.retain(|(_, (other, said))| said.series.as_ref() == Some(series) && other.stands());
    // Those that run and those to come are first, by date.
    let next = of_series.first().filter(|(season, _)| *season <= Season::Upcoming);
    if next.is_none_or(|(_, (next, _))| next.id != thing.id) {
        return Vec::new();
    }
    let starts = |meeting: &Meeting| meeting.starts.map(PartialTime::earliest);
    let earlier: Vec<&Id> = of_series
        .iter()
        .filter(|(_, (other, said))| other.id != thing.id && starts(said) <= starts(meeting))
        .map(|(_, (other, _))| &other.id)
        .collect();
    let mut points: Vec<Point<'v>> = asking
        .view
        .all::<ActionPoint>()
        .filter(|point| is_open(point) && earlier.contains(&&point.1.meeting))
        .collect();
    sort(&mut points);
    points
}

/// A meeting's own action points, and those that it takes over.
pub(crate) fn at_meeting(asking: &Asking, called: Called<'_>) -> Markup {
    let (meeting, view) = (called.0, &asking.view);
    let mut own: Vec<Point<'_>> =
        view.all::<ActionPoint>().filter(|(_, said)| said.meeting == meeting.id).collect();
    sort(&mut own);
    let carried = carried(asking, called);
    let keeps = decide::hosts(view, &meeting.id);
    if own.is_empty() && carried.is_empty() && !keeps {
        return html! {};
    }
    let offer = words::offer_new(
        asking,
        Kind::ActionPoint,
        "Note an action point",
        &[("meeting", &meeting.id)],
    );
    html! {
        section.panel {
            div.panel-head { h2 { "Action points" } @if keeps { div.buttons { (offer) } } }
            @if !carried.is_empty() {
                h3 { "Carried over from earlier meetings" }
                (table(asking, "Carried over", &carried, true))
                @if !own.is_empty() { h3 { "Of this meeting" } }
            }
            @if !own.is_empty() { (table(asking, "Of this meeting", &own, false)) }
            @else if carried.is_empty() { p.quiet { "None has been noted that you can see." } }
        }
    }
}

/// What is asked of a party, on its page.
pub(crate) fn asked_of(asking: &Asking, party: &Id) -> Markup {
    let mut points: Vec<Point<'_>> = asking
        .view
        .all::<ActionPoint>()
        .filter(|point| is_open(point) && point.1.party == *party)
        .collect();
    sort(&mut points);
    html! {
        @if !points.is_empty() {
            section.panel {
                div.panel-head { h2 { "What is asked of it" } a href={ "/action-points?party=" (party) } { "All its action points" } }
                (table(asking, "What is asked of it", &points, true))
            }
        }
    }
}

/// What is asked of the viewer, by name or as one of his delegation.
pub(crate) fn asked_of_you(asking: &Asking) -> Markup {
    let Some(seated) = asking.view.viewer().seated() else { return html! {} };
    let mine = |said: &ActionPoint| {
        said.person.as_ref().map_or(said.party == seated.party, |person| *person == seated.person)
    };
    let mut points: Vec<Point<'_>> =
        asking.view.all::<ActionPoint>().filter(|point| is_open(point) && mine(point.1)).collect();
    sort(&mut points);
    html! {
        @if !points.is_empty() {
            section.panel.own {
                div.panel-head { h2 { "What is asked of you" } a href="/action-points" { "All action points" } }
                (table(asking, "What is asked of you", &points, true))
            }
        }
    }
}

pub(super) fn list(asking: &Asking) -> Result<Answer, Refusal> {
    let party = asking.ask("party");
    let wanted = |said: &ActionPoint| party.is_none_or(|party| said.party.as_str() == party);
    let mut points: Vec<Point<'_>> =
        asking.view.all::<ActionPoint>().filter(|(_, said)| wanted(said)).collect();
    sort(&mut points);
    let part = listing::listed(asking, &points);
    let body = html! {
        (parts::page_head(&PageHead {
            lead: "What delegations have taken upon themselves at meetings. What is open is carried over to the next meeting of the series.",
            ..PageHead::titled("Action points")
        }))
        @if points.is_empty() {
            (parts::empty("No action point has been noted that you can see.", &html! { a.button href="/meetings" { "Meetings" } }))
        } @else {
            section.stack { (table(asking, "Action points", part.rows, true)) }
            (part.ways(asking))
        }
    };
    Ok(asking.page("Action points", Section::Meetings, body))
}

pub(super) fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, said) = asking.find::<ActionPoint>("id")?;
    let view = &asking.view;
    let meeting = view.name_of(&said.meeting);
    let title = words::shortened(&said.text);
    let wide = html! {
        section.panel {
            (words::paragraphs(said.text.as_str()))
            (parts::facts(&[
                ("Owner", owner(view, said)),
                ("Due on", due(said)),
                ("State", state(asking, &(thing, said))),
                ("Taken on at", html! {
                    (words::link(view, &said.meeting))
                    @if let Some(session) = &said.session { ", " (words::link(view, session)) }
                }),
            ]))
            @if !said.reason.is_empty() { h3 { "What came of it" } (words::paragraphs(said.reason.as_str())) }
        }
        (report_form(asking, thing, said))
    };
    let held = format!("/meetings/{}", said.meeting);
    let crumbs = [
        Crumb { text: "Meetings", href: Some("/meetings") },
        Crumb { text: &meeting, href: Some(&held) },
        Crumb { text: "Action point", href: None },
    ];
    Ok(page_of(asking, thing, &crumbs, ("Action point", &title), &wide))
}

/// How far it has come, said by its owner or by who keeps it.
fn report_form(asking: &Asking, thing: &Thing, said: &ActionPoint) -> Markup {
    if !thing.stands() || !decide::reports(&asking.view, said) {
        return html! {};
    }
    let choices: Vec<parts::Choice<'_>> = Progress::ALL
        .iter()
        .map(|progress| parts::Choice {
            value: progress.key(),
            text: progress.words(),
            hint: "",
            chosen: *progress == said.progress,
        })
        .collect();
    let reason = Field {
        hint: "Needed where it is dropped: why.",
        required: false,
        value: said.reason.as_str(),
        ..Field::named("reason", "What came of it")
    };
    html! {
        section.panel.own {
            h2 { "How far has it come?" }
            form method="post" action={ "/action-points/" (thing.id) } {
                (parts::hidden("key", asking.fresh_key().as_str()))
                (parts::hidden("revision", &thing.revision().to_string()))
                (parts::radio_list(&Field::named("progress", "State"), &choices))
                (parts::area_field(&reason, 3))
                (parts::button(Button::Primary, "Save"))
            }
        }
    }
}

pub(super) fn report(asking: &Asking) -> Result<Submission, Refusal> {
    let (thing, said) = asking.find::<ActionPoint>("id")?;
    let form = asking.form()?;
    let sent = |name: &str| {
        let value = form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        value.unwrap_or_default()
    };
    let mut content = serde_json::to_value(said).expect("content is plain JSON");
    content["progress"] = sent("progress").into();
    content["reason"] = sent("reason").into();
    let mut command = json!({
        "subject": thing.id,
        "change": { "amend": { "content": { "action_point": content } } },
    });
    if let Ok(revision) = sent("revision").parse::<u32>() {
        command["revision"] = revision.into();
    }
    if !sent("key").is_empty() {
        command["key"] = sent("key").into();
    }
    Ok(Submission { command: Asked::read(command), then: reported })
}

fn reported(asking: &Asking, done: Result<Done, NotDone>) -> Answer {
    match done {
        Ok(_) => Answer::see_other(asking.path.clone()),
        Err(not_done) => refusals::not_done(asking, &not_done),
    }
}

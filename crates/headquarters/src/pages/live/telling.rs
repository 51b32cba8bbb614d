//! The room as markup. Without a clock it says the same as long as nothing happens; the page that is
//! loaded says how long somebody has spoken, and the script counts on.

use super::controls;
use super::room::{How, Part, Room};
use crate::look::parts::{self, Column, Glyph, OnPhone, Table, Tone};
use crate::pages::words;
use coalition::Id;
use coalition::content::Presence;
use coalition::floor::{Speech, Stage};
use jiff::Timestamp;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Everything there is to say of a room.
pub(super) fn told(room: &Room<'_>, wall: bool, at: Option<Timestamp>) -> Markup {
    let hows = room.hows();
    html! {
        (head(room))
        @if room.shut_out() && room.floor.is_none() {
            p.notice.tone-idle { strong { "The room is closed." } " What happens in it is for those credentialed for this session." }
        } @else if room.outside() && room.floor.is_none() {
            p.notice.tone-idle { "Under this meeting’s rule, who speaks is told to those credentialed for this session, and to nobody else." }
        } @else {
            section.panel.live-now aria-label="Now" {
                (item_now(room))
                (speaker(room, &hows, at))
            }
            section.panel {
                h2 { "Speakers’ list" }
                (list(room, &hows, wall, at))
            }
        }
        @if !wall {
            (controls::all(room))
            @if !room.silent() { (said(room)) (budgets(room)) }
        }
    }
}

fn head(room: &Room<'_>) -> Markup {
    let (tone, sign, word) = match room.now.stage {
        Stage::Waiting => (Tone::Idle, Glyph::Empty, "not begun"),
        Stage::Running => (Tone::Good, Glyph::Full, "under way"),
        Stage::Paused => (Tone::Warn, Glyph::Pause, "pause"),
        Stage::Over => (Tone::Idle, Glyph::Tick, "over"),
    };
    let kicker = room.view.name_of(&room.session.meeting);
    parts::page_head(&parts::PageHead {
        kicker: &kicker,
        label: Some(words::tlp(room.floor.map_or(room.thing, |(thing, _)| thing).marking.label)),
        badges: html! {
            // Who is not told of the floor cannot be told how far it has come.
            @if room.floor.is_some() || !room.outside() { (parts::badge(tone, Some(sign), word)) }
            @if room.session.shut { (parts::badge(Tone::Bad, Some(Glyph::Lock), "room closed")) }
            @else if room.session.closed { (parts::badge(Tone::Idle, Some(Glyph::Lock), "closed session")) }
            @else { (parts::badge(Tone::Accent, Some(Glyph::Unlocked), "room open")) }
        },
        ..parts::PageHead::titled(room.session.title.as_str())
    })
}

fn item_now(room: &Room<'_>) -> Markup {
    let Some((id, since)) = &room.now.item else {
        return html! { p.quiet { "No item is being dealt with." } };
    };
    let item = room.view.find::<coalition::content::Item>(id);
    html! {
        p.live-item {
            span.small.quiet { "Item " }
            strong { (room.view.name_of(id)) }
            span.small.quiet {
                " since " (room.clock(*since))
                @if let Some(minutes) = item.and_then(|(_, item)| item.minutes) { ", " (minutes) " min allotted" }
            }
        }
    }
}

fn speaker(room: &Room<'_>, hows: &BTreeMap<&Id, How<'_>>, at: Option<Timestamp>) -> Markup {
    let Some(speech) = &room.now.speaking else {
        return html! { p.live-speaker { span.quiet { "Nobody has the floor" } } };
    };
    let limit = room.floor.and_then(|(_, floor)| floor.seconds);
    html! {
        p.live-speaker {
            strong { (room.view.name_of(&speech.party)) }
            @if let Some(how) = hows.get(&speech.party) { span.small.quiet { " " (how.words()) } }
        }
        p.live-clock { (clock(room, speech, limit.map(i64::from), at)) }
    }
}

/// How long somebody has spoken; the script counts on from it.
fn clock(room: &Room<'_>, speech: &Speech, limit: Option<i64>, at: Option<Timestamp>) -> Markup {
    let lasted = at.map(|at| speech.lasted(at));
    let shown = match (lasted, speech.running) {
        (Some(seconds), _) => span(seconds),
        (None, None) => span(speech.seconds),
        (None, Some(_)) => format!("since {}", room.clock(speech.from)),
    };
    let over = lasted.zip(limit).is_some_and(|(lasted, limit)| lasted > limit);
    html! {
        span.clock .clock-over[over] data-seconds=(speech.seconds) data-since=[speech.running] data-limit=[limit] { (shown) }
        @if let Some(limit) = limit { span.quiet { " of " (span(limit)) } }
    }
}

/// "1:05", "61:00".
pub(super) fn span(seconds: i64) -> String {
    let (sign, seconds) = if seconds < 0 { ("\u{2212}", -seconds) } else { ("", seconds) };
    format!("{sign}{}:{:02}", seconds / 60, seconds % 60)
}

fn list(
    room: &Room<'_>,
    hows: &BTreeMap<&Id, How<'_>>,
    wall: bool,
    at: Option<Timestamp>,
) -> Markup {
    if room.now.list.is_empty() {
        return html! { p.quiet { "Nobody has asked for the floor." } };
    }
    html! {
        ol.live-list {
            @for asked in &room.now.list {
                li {
                    span.live-who {
                        strong { (room.view.name_of(&asked.party)) }
                        @if let Some(how) = hows.get(&asked.party) { " " span.small.quiet { (how.words()) } }
                        " " span.small.quiet.nowrap { "asked at " (room.clock(asked.at)) }
                        @if let Some(left) = left(room, &asked.party, at) {
                            " " span.small.nowrap .error[left < 0] { (span(left)) " left" }
                        }
                    }
                    @if !wall { (controls::of_request(room, asked)) }
                }
            }
        }
    }
}

/// What is left of a delegation's time, in seconds, by what it has said so far.
fn left(room: &Room<'_>, party: &Id, at: Option<Timestamp>) -> Option<i64> {
    let budget = room.floor?.1.budget(party)?;
    let spoken = room.now.spoken().get(party).copied().unwrap_or(0);
    let speaking = room.now.speaking.as_ref().filter(|speech| speech.party == *party);
    let under_way = speaking.map_or(0, |speech| at.map_or(speech.seconds, |at| speech.lasted(at)));
    Some(budget - spoken - under_way)
}

/// What was said, the last first.
fn said(room: &Room<'_>) -> Markup {
    let rows = room.now.said.iter().rev().map(|speech| {
        vec![
            html! { (room.view.name_of(&speech.party)) },
            html! { @if let Some(item) = &speech.item { (room.view.name_of(item)) } },
            html! { (room.clock(speech.from)) },
            html! { (span(speech.seconds)) },
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    if rows.is_empty() {
        return html! {};
    }
    let summary = match rows.len() {
        1 => "1 intervention so far".to_owned(),
        several => format!("{several} interventions so far"),
    };
    let table = parts::table(&Table {
        caption: "Interventions, the last first",
        caption_unseen: true,
        columns: vec![
            Column::words("Delegation"),
            Column::words("Item"),
            Column::figures("From"),
            Column::figures("Lasted"),
        ],
        rows,
        on_phone: OnPhone::Cards,
    });
    html! { details.panel #live-interventions { summary { (summary) } (table) } }
}

/// How long each delegation has spoken, and may.
fn budgets(room: &Room<'_>) -> Markup {
    let Some((_, floor)) = room.floor else { return html! {} };
    let spoken = room.now.spoken();
    let rows: Vec<Vec<Markup>> = room
        .delegations()
        .into_iter()
        .filter(|(_, party)| spoken.contains_key(party) || floor.budget(party).is_some())
        .map(|(name, party)| {
            let seconds = spoken.get(party).copied().unwrap_or(0);
            let budget = floor.budget(party);
            vec![
                html! { (name) },
                html! { (span(seconds)) },
                html! { @match budget { Some(budget) => (span(budget)), None => "no limit" } },
                html! { @if let Some(budget) = budget { (span(budget - seconds)) } },
            ]
        })
        .collect();
    if rows.is_empty() {
        return html! {};
    }
    let table = parts::table(&Table {
        caption: "Time by delegation",
        caption_unseen: true,
        columns: vec![
            Column::words("Delegation"),
            Column::figures("Spoken"),
            Column::figures("Of"),
            Column::figures("Left"),
        ],
        rows,
        on_phone: OnPhone::Cards,
    });
    html! { details.panel #live-budgets { summary { "Time by delegation" } (table) } }
}

/// Who takes part. The page says it once: it is long, and is not told again with each step.
pub(super) fn taking_part(room: &Room<'_>) -> Markup {
    let parts = room.parts();
    if parts.is_empty() {
        return html! {};
    }
    let count: usize = parts.values().map(Vec::len).sum();
    let person = |part: &Part<'_>| {
        html! {
            (words::link(room.view, part.person))
            @match part.presence {
                Presence::InPerson if part.arrived => { " " span.quiet { "in" } }
                Presence::InPerson => {}
                Presence::Remote => { " " span.quiet { "remotely" @if let Some(place) = part.from { ", from " (place) } } }
            }
        }
    };
    html! {
        details.panel #live-part {
            summary { (count) " taking part" }
            dl.facts {
                @for (party, people) in &parts {
                    dt { (room.view.name_of(party)) }
                    dd { @for (place, part) in people.iter().enumerate() { @if place > 0 { ", " } (person(part)) } }
                }
            }
        }
    }
}

//! Series: how often they meet, and what came before and after.

use super::{Called, in_order};
use crate::asking::Asking;
use crate::pages::when::{self, Season};
use coalition::content::Meeting;
use coalition::time::PartialTime;
use jiff::Timestamp;
use jiff::civil::DateTime;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// When a series met last, and when it meets next.
#[derive(Default)]
struct Cadence<'v> {
    last: Option<Called<'v>>,
    next: Option<Called<'v>>,
}

/// What there is to say of each series that waits for its next meeting: "not met since March".
pub(super) fn cadence(asking: &Asking, all: &[(Season, Called<'_>)]) -> Markup {
    let mut by_series: BTreeMap<&str, Cadence<'_>> = BTreeMap::new();
    for (season, called) in all.iter().filter(|(_, (thing, _))| thing.stands()) {
        let Some(name) = &called.1.series else { continue };
        let cadence = by_series.entry(name.as_str()).or_default();
        match season {
            // They come the last first, and the next first.
            Season::Past => cadence.last = cadence.last.or(Some(*called)),
            Season::Now | Season::Upcoming => cadence.next = cadence.next.or(Some(*called)),
            Season::NotKnown => {}
        }
    }
    html! {
        @for (name, cadence) in &by_series {
            @if let Some(last) = cadence.last {
                p.small.quiet { (name) ": " (not_met(asking.now, last, cadence.next)) }
            }
        }
    }
}

fn link((thing, meeting): Called<'_>) -> Markup {
    html! { a href={ "/meetings/" (thing.id) } { (meeting.title) } }
}

fn not_met(now: Timestamp, last: Called<'_>, next: Option<Called<'_>>) -> Markup {
    let since = last.1.starts.map(PartialTime::earliest).map(DateTime::date);
    let today = now.to_zoned(when::zone(last.1)).date();
    let gap = since.and_then(|since| when::gap(since, today));
    html! {
        @if let Some(since) = since { "not met since " (since.strftime("%B %Y").to_string()) }
        @if let Some(gap) = gap { " (" (gap) " ago)" }
        ", the " (link(last)) "; "
        @match next {
            Some(next) => { "next, the " (link(next)) "." }
            None => "no next meeting is called.",
        }
    }
}

/// The meetings before and after this one in its series.
pub(super) fn neighbours(asking: &Asking, (thing, meeting): Called<'_>) -> Markup {
    let Some(name) = &meeting.series else { return html! {} };
    let mut dated: Vec<Called<'_>> = in_order(&asking.view, asking.now)
        .into_iter()
        .map(|(_, called)| called)
        .filter(|(other, said)| {
            said.series.as_ref() == Some(name)
                && said.starts.is_some()
                && (other.stands() || other.id == thing.id)
        })
        .collect();
    dated.sort_by_key(|(other, said)| (said.starts.map(PartialTime::earliest), &other.id));
    let here = dated.iter().position(|(other, _)| other.id == thing.id);
    let before = here.and_then(|here| dated.get(here.checked_sub(1)?));
    let after = here.and_then(|here| dated.get(here + 1));
    let gap = |other: &Called<'_>| {
        let day = |meeting: &Meeting| Some(meeting.starts?.earliest().date());
        let (one, two) = (day(meeting)?, day(other.1)?);
        when::gap(one.min(two), one.max(two))
    };
    let line = |words: &str, other: Option<&Called<'_>>| {
        html! {
            @if let Some(called) = other {
                p {
                    span.quiet { (words) ": " }
                    a href={ "/meetings/" (called.0.id) } { (called.1.title) }
                    @if let Some(gap) = gap(called) { " " span.quiet.nowrap { "(" (gap) " " (words.to_lowercase()) ")" } }
                }
            }
        }
    };
    let address = serde_urlencoded::to_string([("series", name.as_str())]).unwrap_or_default();
    html! {
        section.panel {
            h2 { "Its series" }
            p { a href={ "/meetings?" (address) } { (name) } }
            (line("Before", before))
            (line("After", after))
        }
    }
}

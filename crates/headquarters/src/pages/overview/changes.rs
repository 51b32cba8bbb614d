//! What changed since somebody last looked.

use super::SEEN_COOKIE;
use crate::asking::Asking;
use crate::look::parts::{self, Button, HistoryEntry, Moment};
use crate::pages::words;
use coalition::act::Act;
use coalition::{Kind, Thing, View};
use jiff::Timestamp;
use maud::{Markup, html};

/// How many changes are told to somebody who looked before.
const SINCE_MAX: usize = 50;
/// How many are told to somebody who did not.
const LATEST_MAX: usize = 20;
/// The longest time a cookie may spell, in bytes: RFC 3339 with nanoseconds is 30.
const TIME_BYTES_MAX: usize = 40;

/// When the viewer last marked everything as seen; nothing for what is no time, or is yet to come.
fn seen_at(cookie: Option<&str>, now: Timestamp) -> Option<Timestamp> {
    let text = cookie.filter(|text| text.len() <= TIME_BYTES_MAX)?;
    text.parse::<Timestamp>().ok().filter(|time| *time <= now)
}

/// Things that changed after a moment, the newest first, and whether there are more than `most`.
fn changed_after(view: &View, after: Option<Timestamp>, most: usize) -> (Vec<&Thing>, bool) {
    let mut changed: Vec<&Thing> = Kind::ALL
        .iter()
        // Who has read what stands with each document: here it would bury what is new.
        .filter(|kind| **kind != Kind::Reading)
        .flat_map(|kind| view.of_kind(*kind))
        .filter(|thing| after.is_none_or(|after| thing.changed > after))
        .collect();
    changed.sort_unstable_by_key(|thing| std::cmp::Reverse(thing.acts.last().copied()));
    let more = changed.len() > most;
    changed.truncate(most);
    (changed, more)
}

/// What changed, with the button that marks it as seen.
pub(super) fn panel(asking: &Asking) -> Markup {
    let view = &asking.view;
    let after = seen_at(asking.cookie(SEEN_COOKIE), asking.now);
    let most = if after.is_some() { SINCE_MAX } else { LATEST_MAX };
    let (changed, more) = changed_after(view, after, most);
    let leaves = asking.leaves();
    let last_acts: Vec<(&Thing, Act)> = changed
        .into_iter()
        .filter_map(|thing| Some((thing, view.history(&leaves, thing).next_back()?.1)))
        .collect();
    html! {
        section.panel {
            div.panel-head {
                h2 { @if after.is_some() { "What changed since you looked" } @else { "What changed last" } }
                @if !last_acts.is_empty() {
                    form method="post" action="/seen" { (parts::button(Button::Plain, "Mark all as seen")) }
                }
            }
            @match after {
                Some(after) => p.small.quiet { "You marked everything as seen on " (words::moment_words(after)) "." },
                None => p.small.quiet { "Mark all as seen, and this tells what is new from then on." },
            }
            @if last_acts.is_empty() { p { "Nothing has changed since." } }
            @else { (told(view, &last_acts)) }
            @if more { p { a href="/record" { "Earlier changes are in the record" } } }
        }
    }
}

fn told(view: &View, changes: &[(&Thing, Act)]) -> Markup {
    let words: Vec<_> = changes
        .iter()
        .map(|(_, act)| (act.at.to_string(), words::moment_words(act.at), words::author(view, act)))
        .collect();
    let entries: Vec<HistoryEntry<'_>> = changes
        .iter()
        .zip(&words)
        .map(|((thing, act), (machine, here, who))| HistoryEntry {
            when: Moment { machine, here, utc: "", relative: false },
            who,
            what: html! {
                (words::deed(thing.content.kind(), &act.change)) ": "
                a href=(words::address(view, thing)) { (words::title(view, thing)) }
                @if !words::reason(&act.change).is_empty() { " – " (words::reason(&act.change)) }
            },
            label: Some(words::tlp(thing.marking.label)),
        })
        .collect();
    parts::history(&entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_time_that_has_been_counts_as_the_last_look() {
        let now: Timestamp = "2025-11-26T09:00:00Z".parse().unwrap();
        let earlier = "2025-11-25T09:00:00.123456789Z";
        assert_eq!(seen_at(Some(earlier), now), Some(earlier.parse().unwrap()));
        assert_eq!(seen_at(Some("2025-11-26T09:00:00Z"), now), Some(now));
        let long = format!("2025-11-25T09:00:00.{}Z", "0".repeat(60));
        for text in ["", "yesterday", "2025-11-27T09:00:00Z", "2025-11-25", long.as_str()] {
            assert_eq!(seen_at(Some(text), now), None, "{text}");
        }
        assert_eq!(seen_at(None, now), None);
    }
}

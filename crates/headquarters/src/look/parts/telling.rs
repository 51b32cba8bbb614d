//! Telling what happened, when, who can see it and where it was said.

use maud::{Markup, html};

use super::badges::{Tlp, tlp};
use super::glyphs::{Glyph, glyph};

/// A moment, already written out for both clocks.
#[derive(Clone, Debug)]
pub struct Moment<'a> {
    /// RFC 3339 with its offset, for machines: `2025-11-04T08:00:00Z`.
    pub machine: &'a str,
    /// In the time zone of the thing: `4 November 2025, 09:00 CET`.
    pub here: &'a str,
    /// The same in UTC: `08:00 UTC`; empty when `here` is in UTC already.
    pub utc: &'a str,
    /// Whether "in 3 days" may be added where the browser can.
    pub relative: bool,
}

/// A moment on both clocks.
pub fn moment(moment: &Moment<'_>) -> Markup {
    html! {
        time datetime=(moment.machine) {
            (moment.here)
            @if !moment.utc.is_empty() { " " span.zone { "(" (moment.utc) ")" } }
        }
        @if moment.relative { span.zone data-relative=(moment.machine) {} }
    }
}

/// One thing that happened.
#[derive(Debug)]
pub struct HistoryEntry<'a> {
    /// When.
    pub when: Moment<'a>,
    /// Who did it; empty when nobody is named.
    pub who: &'a str,
    /// What was done, in a sentence.
    pub what: Markup,
    /// The label it bears.
    pub label: Option<Tlp>,
}

/// What happened, in the order given.
pub fn history(entries: &[HistoryEntry<'_>]) -> Markup {
    html! {
        ol.history {
            @for entry in entries {
                li {
                    p.history-meta {
                        span { (moment(&entry.when)) }
                        @if !entry.who.is_empty() { span { (entry.who) } }
                        @if let Some(label) = entry.label { (tlp(label)) }
                    }
                    div { (entry.what) }
                }
            }
        }
    }
}

/// Who can see a thing, in words.
#[derive(Debug)]
pub struct SeenBy<'a> {
    /// The thing's label.
    pub label: Tlp,
    /// Who that is here, in a sentence: `Estonia's delegation, and France, named below.`
    pub sentence: &'a str,
    /// Names of the audience, if any are given.
    pub audience: &'a [&'a str],
    /// Whether the thing is not saved yet.
    pub before_saving: bool,
}

/// The box that says who can see this, on a thing's page or before it is saved.
pub fn seen_by(seen: &SeenBy<'_>) -> Markup {
    html! {
        section.seen-by {
            h2 {
                (glyph(Glyph::Eye))
                @if seen.before_saving { "Who will see this" } @else { "Who can see this" }
            }
            p { (tlp(seen.label)) " " (seen.sentence) }
            @if !seen.audience.is_empty() {
                p.small { span.quiet { "Named: " } (seen.audience.join(", ")) }
            }
        }
    }
}

/// A link to a source elsewhere. Only `https:` and `http:` addresses become links; any other text,
/// which somebody typed, stays text.
pub fn source_link(address: &str, text: &str) -> Markup {
    let scheme = address.split(':').next().unwrap_or_default().to_ascii_lowercase();
    html! {
        @if matches!(scheme.as_str(), "https" | "http") && address.contains("://") {
            a href=(address) rel="noopener noreferrer external" { (text) }
        } @else {
            span { (text) }
            @if text != address { " " span.quiet.small { (address) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{HOSTILE, assert_clean};
    use super::*;

    fn madrid() -> Moment<'static> {
        Moment {
            machine: "2025-11-04T08:00:00Z",
            here: "4 November 2025, 09:00 CET",
            utc: "08:00 UTC",
            relative: true,
        }
    }

    #[test]
    fn a_moment_shows_both_clocks_and_the_machine_reads_a_third() {
        let text = moment(&madrid()).into_string();
        for part in ["datetime=\"2025-11-04T08:00:00Z\"", "09:00 CET", "(08:00 UTC)"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_clean(&text);
    }

    #[test]
    fn history_and_audience_keep_hostile_names_as_text() {
        let entry = HistoryEntry {
            when: Moment { machine: HOSTILE, here: HOSTILE, utc: HOSTILE, relative: true },
            who: HOSTILE,
            what: html! { (HOSTILE) },
            label: Some(Tlp::Amber),
        };
        assert_clean(&history(&[entry]).into_string());
        let seen = SeenBy {
            label: Tlp::Red,
            sentence: HOSTILE,
            audience: &[HOSTILE, "France"],
            before_saving: true,
        };
        let text = seen_by(&seen).into_string();
        assert_clean(&text);
        assert!(text.contains("Who will see this") && text.contains("TLP:RED"));
    }

    #[test]
    fn only_web_addresses_become_links() {
        let is_link = |address: &str| source_link(address, "S4").into_string().contains("<a ");
        assert!(is_link("https://example.org/a"));
        assert!(is_link("HTTP://example.org"));
        for address in
            ["javascript:alert(1)", "data:text/html,x", " https://x", "//x.org", "ftp://x", ""]
        {
            assert!(!is_link(address), "{address}");
        }
    }
}

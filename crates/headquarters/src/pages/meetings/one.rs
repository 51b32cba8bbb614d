//! A meeting's page.

use super::attendance::{self, Attendance};
use super::{Called, day, first_day, in_order, sessions};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Crumb, Glyph, PageHead, Tone};
use crate::pages::when::{self, Season};
use crate::pages::{claims, words};
use coalition::content::{Attribution, Devices, Form, Level, Meeting, Rules};
use coalition::time::PartialTime;
use coalition::{Kind, Refusal};
use maud::{Markup, html};

pub(super) fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, meeting) = asking.find::<Meeting>("id")?;
    let view = &asking.view;
    let sessions = sessions::of(view, &thing.id);
    let invited = Attendance::at(view, &thing.id);
    let season = when::season(meeting, asking.now);
    let badges = html! {
        @if thing.withdrawn() { (parts::badge(Tone::Bad, Some(Glyph::Cross), "called off")) }
        @else if season == Season::Now { (parts::badge(Tone::Good, Some(Glyph::Clock), "under way")) }
    };
    let kicker = format!("Meeting: {}, {}", meeting.level.words(), meeting.form.words());
    let pictures = day::pictures(asking, meeting, &sessions);
    let wide = html! {
        (attendance::own(asking, (thing, meeting), &invited))
        (pictures)
        (sessions::panel(asking, (thing, meeting), &sessions))
        (attendance::panel(asking, thing, &invited))
        (sessions::outcomes(asking, thing))
        (claims::panel(asking, Some(&thing.id)))
    };
    let narrow = html! {
        (facts(asking, (thing, meeting), season))
        (words::seen_by(view, thing))
        (series(asking, (thing, meeting)))
        section.panel { h2 { "History" } (words::history(asking, thing)) }
    };
    let body = html! {
        (parts::crumbs(&[
            Crumb { text: "Meetings", href: Some("/meetings") },
            Crumb { text: meeting.title.as_str(), href: None },
        ]))
        (parts::page_head(&PageHead {
            kicker: &kicker,
            label: Some(words::tlp(thing.marking.label)),
            badges,
            actions: html! {
                (words::changes(asking, thing))
                (words::offer_new(asking, Kind::Claim, "Cite a claim", &[("about", &thing.id)]))
            },
            ..PageHead::titled(meeting.title.as_str())
        }))
        (words::status(thing))
        (parts::columns(&wide, &narrow))
    };
    Ok(asking.page(meeting.title.as_str(), Section::Meetings, body))
}

fn facts(asking: &Asking, (_, meeting): Called<'_>, season: Season) -> Markup {
    let view = &asking.view;
    let mut rows = vec![
        ("When", when::moment(meeting, season == Season::Upcoming)),
        (
            "Where",
            html! {
                @if meeting.places.is_empty() { span.quiet { "not stated" } }
                @for place in &meeting.places { div { (place) } }
            },
        ),
        ("Level", or_not_stated(meeting.level.words(), meeting.level == Level::NotStated)),
        ("Form", or_not_stated(meeting.form.words(), meeting.form == Form::NotStated)),
        (
            "Host",
            match &meeting.host {
                Some(host) => words::link(view, host),
                None => html! { span.quiet { "not stated" } },
            },
        ),
    ];
    if let Some(day) = first_day(meeting) {
        rows.push(("Time zone", html! { (when::zone_words(meeting, day)) }));
    }
    html! {
        section.panel {
            h2 { "The meeting" }
            (parts::facts(&rows))
            (words::paragraphs(meeting.note.as_str()))
            h3 { "Its rules" }
            ul.small.rules { @for rule in rules(meeting.rules) { li { (rule) } } }
        }
    }
}

fn or_not_stated(words: &str, not_stated: bool) -> Markup {
    html! { @if not_stated { span.quiet { "not stated" } } @else { (words) } }
}

/// The rules, a sentence each.
fn rules(rules: Rules) -> [&'static str; 3] {
    [
        match rules.devices {
            Devices::Kept => "Devices stay with their owners.",
            Devices::HandedIn => {
                "Phones and other devices are handed in before a closed session, and given back."
            }
        },
        if rules.undertaking {
            "Everybody signs an undertaking not to disclose before a closed session opens."
        } else {
            "No undertaking is asked for."
        },
        match rules.attribution {
            Attribution::OnRecord => "What is said is on the record, with names.",
            Attribution::ChathamHouse => {
                "Chatham House rule: what was said may be told, never by whom."
            }
            Attribution::Nothing => "Nothing may be attributed or disclosed.",
        },
    ]
}

/// The meetings before and after this one in its series.
fn series(asking: &Asking, (thing, meeting): Called<'_>) -> Markup {
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

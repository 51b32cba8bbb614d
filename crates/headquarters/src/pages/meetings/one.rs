//! A meeting's page.

use super::attendance::{self, Attendance};
use super::{Called, agenda, day, first_day, invitation, series, sessions, undertaking, zone};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Crumb, Glyph, PageHead, Tone};
use crate::pages::when::{self, Season};
use crate::pages::{after, claims, documents, words};
use coalition::content::{Attribution, Devices, Form, Level, Meeting, Rules};
use coalition::{Kind, Refusal, Thing, decide};
use maud::{Markup, html};

pub(super) fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, meeting) = asking.find::<Meeting>("id")?;
    let view = &asking.view;
    let sessions = sessions::of(view, &thing.id);
    let invited = Attendance::at(view, &thing.id);
    let season = when::season(meeting, asking.now);
    let badges = html! {
        @if thing.withdrawn() { (parts::badge(Tone::Bad, Some(Glyph::Cross), "called off")) }
        @else if !thing.stands() { (parts::badge(Tone::Warn, Some(Glyph::Pause), "postponed")) }
        @else if season == Season::Now { (parts::badge(Tone::Good, Some(Glyph::Clock), "under way")) }
    };
    let kicker = format!("Meeting: {}, {}", meeting.level.words(), meeting.form.words());
    let pictures = day::pictures(asking, meeting, &sessions);
    let wide = html! {
        (undertaking::asked(asking, (thing, meeting)))
        (attendance::own(asking, (thing, meeting), &invited))
        (pictures)
        (sessions::panel(asking, (thing, meeting), &sessions))
        (attendance::panel(asking, thing, &invited))
        (papers(asking, thing))
        (sessions::outcomes(asking, thing))
        (after::at_meeting(asking, (thing, meeting)))
        (after::of_meeting(asking, thing))
        (claims::panel(asking, Some(&thing.id)))
    };
    let narrow = html! {
        (facts(asking, (thing, meeting), season))
        (words::seen_by(view, thing))
        (series::neighbours(asking, (thing, meeting)))
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
                @if decide::hosts(view, &thing.id) { a.button href={ "/meetings/" (thing.id) "/desk" } { "Desk" } }
                (agenda::offer(asking, &thing.id))
                (invitation::offer(asking, (thing, meeting)))
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

/// The documents given to the meeting as a whole, and the way to give one.
fn papers(asking: &Asking, thing: &Thing) -> Markup {
    let given = documents::given(asking, &thing.id, None);
    let offer = documents::offer(asking, &thing.id, None);
    html! {
        @if !given.0.is_empty() || !offer.0.is_empty() {
            section.panel {
                div.panel-head { h2 { "Documents" } @if !offer.0.is_empty() { div.buttons { (offer) } } }
                @if given.0.is_empty() { p.quiet { "No document has been given to the whole meeting that you can see." } }
                (given)
            }
        }
    }
}

fn facts(asking: &Asking, (thing, meeting): Called<'_>, season: Season) -> Markup {
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
    if let Some(own) = zone::own(asking).and_then(|own| when::on_clock(meeting, &own)) {
        rows.insert(1, ("On your clock", html! { (own) }));
    }
    if let Some(day) = first_day(meeting) {
        let last = meeting.ends.map_or(day, |ends| ends.latest().date().max(day));
        rows.push(("Time zone", html! { (when::zone_words(meeting, day, last)) }));
    }
    html! {
        section.panel {
            h2 { "The meeting" }
            (parts::facts(&rows))
            (zone::form(asking, (thing, meeting)))
            (words::paragraphs(meeting.note.as_str()))
            h3 { "Its rules" }
            ul.small.rules { @for rule in rules(meeting.rules) { li { (rule) } } }
        }
    }
}

fn or_not_stated(words: &str, not_stated: bool) -> Markup {
    html! { @if not_stated { span.quiet { "not stated" } } @else { (words) } }
}

/// The rules, a sentence each. They are read by those, too, who come for an open part alone and know of
/// no other: so no session is spoken of.
pub(super) fn rules(rules: Rules) -> [&'static str; 3] {
    [
        match rules.devices {
            Devices::Kept => "Devices stay with their owners.",
            Devices::HandedIn => {
                "Phones and other devices are handed in at the door, and given back."
            }
        },
        if rules.undertaking {
            "An undertaking not to disclose is asked for."
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

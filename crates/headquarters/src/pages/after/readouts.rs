//! Readouts: what is told of a meeting outside, and from when on.

use super::page_of;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::letters::{self, Sheet};
use crate::look::parts::{self, Crumb, Glyph, Tone};
use crate::pages::{documents, words};
use coalition::content::{Meeting, Purpose, Readout};
use coalition::{Kind, Refusal, Thing, decide};
use jiff::Timestamp;
use maud::{Markup, html};

/// Since when a readout is seen as its label says, or from when on it will be.
pub(crate) fn since(thing: &Thing, said: &Readout) -> Timestamp {
    said.at.map_or(thing.created, |at| at.max(thing.created))
}

/// Where a readout stands with its moment.
fn moment(thing: &Thing, said: &Readout) -> Markup {
    let at = words::moment_words(since(thing, said));
    html! {
        @if said.published { "Told since " (at) }
        @else { (parts::badge(Tone::Warn, Some(Glyph::Clock), "under embargo")) " until " (at) ", by the house’s clock" }
    }
}

pub(super) fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, said) = asking.find::<Readout>("id")?;
    let view = &asking.view;
    // A readout is released as it stands: its meeting may not be there for whoever reads it.
    let meeting = view.find::<Meeting>(&said.meeting);
    let of =
        meeting.map(|(meeting, named)| (format!("/meetings/{}", meeting.id), named.title.as_str()));
    let mut crumbs = match &of {
        Some((href, title)) => vec![
            Crumb { text: "Meetings", href: Some("/meetings") },
            Crumb { text: title, href: Some(href) },
        ],
        None => Vec::new(),
    };
    crumbs.push(Crumb { text: said.title.as_str(), href: None });
    let wide = html! {
        section.panel {
            p.small.quiet { (moment(thing, said)) }
            (words::paragraphs(said.text.as_str()))
            div.buttons { a.button href={ "/readouts/" (thing.id) "/readout.pdf" } { "Readout (PDF)" } }
        }
    };
    Ok(page_of(asking, thing, &crumbs, ("Readout", said.title.as_str()), &wide))
}

/// The readout as a sheet of the house.
pub(super) fn pdf(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, said) = asking.find::<Readout>("id")?;
    let at = words::moment_words(since(thing, said));
    let when = if said.published {
        format!("Told since {at}")
    } else {
        format!("Under embargo until {at}, by the house’s clock")
    };
    let text = format!("# {}\n\n{when}\n\n{}\n", said.title, said.text);
    Sheet { title: said.title.as_str(), name: "readout.pdf", text: &text }
        .answer(asking, letters::narrowest([thing]))
}

/// What is told of a meeting outside, on the meeting's page.
pub(crate) fn of_meeting(asking: &Asking, meeting: &Thing) -> Markup {
    let view = &asking.view;
    let mut told: Vec<(&Thing, &Readout)> =
        view.all::<Readout>().filter(|(_, said)| said.meeting == meeting.id).collect();
    told.sort_by_key(|(thing, said)| (since(thing, said), &thing.id));
    let gives = decide::hosts(view, &meeting.id) && decide::offers_new(view, Kind::Readout);
    let statement = documents::letter_for(asking, &meeting.id, Purpose::Statement);
    if told.is_empty() && !gives && statement.is_none() {
        return html! {};
    }
    html! {
        section.panel {
            div.panel-head {
                h2 { "What is told outside" }
                @if gives { div.buttons {
                    a.button href={ "/new/readout?meeting=" (meeting.id) "&marking.label=CLEAR" } { "Give a readout" }
                } }
            }
            @if let Some((address, how)) = &statement {
                div.buttons { a.button href=(address) { "Statement (" (how) ")" } }
            }
            @if told.is_empty() { p.quiet { "No readout has been given that you can see." } }
            @for (thing, said) in &told {
                article.outcome #(thing.id) {
                    h3 { a href={ "/readouts/" (thing.id) } { (said.title) } " " (parts::tlp(words::tlp(thing.marking.label))) }
                    p.small.quiet { (moment(thing, said)) }
                    (words::status(thing))
                    (words::paragraphs(said.text.as_str()))
                }
            }
        }
    }
}

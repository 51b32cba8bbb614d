//! Documents: the list, and what a meeting's page says of those that were given to it.

pub(crate) use sending::{destroyed, document};

mod drawn;
mod letter;
#[cfg(test)]
mod letter_tests;
mod one;
mod sending;
mod shown;
#[cfg(test)]
mod tests;

use super::{listing, words};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::drawing;
use crate::look::Section;
use crate::look::parts::{self, Column, Glyph, OnPhone, PageHead, Table, Tone};
use crate::reading;
use crate::routes::{Route, content, get, post, upload, work};
use coalition::content::{Document, Media, Purpose, ReadingMode, Session, Version};
use coalition::{Id, Kind, Refusal, Thing, View};
use jiff::Timestamp;
use maud::{Markup, html};

pub(crate) const ROUTES: &[Route] = &[
    get("/documents", list),
    get("/documents/{id}", one::page),
    upload("/documents/{id}/versions", sending::UPLOAD),
    post("/documents/{id}/letters", letter::kept),
    content("/documents/{id}/versions/{version}", reading::download),
    content("/documents/{id}/versions/{version}/inline", reading::inline),
    work("/documents/{id}/versions/{version}/shown", shown::page),
    work("/documents/{id}/versions/{version}/pages/{page}", drawn::picture),
    post("/documents/{id}/versions/{version}/destroy", sending::destroy),
];

/// A document and its thing.
pub(crate) type Given<'v> = (&'v Thing, &'v Document);

/// The version that is read when nobody says which: the last whose content is there.
fn newest(thing: &Thing) -> Option<&Version> {
    let kept = thing.versions.iter().rev().find(|attached| attached.destroyed.is_none());
    kept.map(|attached| &attached.version)
}

/// A length in words: "1.4 MB". For people: the exact figure is in the API.
fn size_words(bytes: u64) -> String {
    let tenths = |unit: u64| {
        let tenths = bytes.saturating_mul(10) / unit;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", tenths(1_000)),
        _ => format!("{} MB", tenths(1_000_000)),
    }
}

/// What a version is, in words. How long a letter is, each delegation's copy says.
fn what_it_is(version: &Version) -> String {
    match version.media {
        Media::Letter => version.media.words().to_owned(),
        media => format!("{}, {}", media.words(), size_words(version.bytes)),
    }
}

/// What stands in the way of reading a document, as a badge; nothing where nothing does.
fn state(thing: &Thing, document: &Document, now: Timestamp) -> Markup {
    html! {
        @if thing.withdrawn() { " " (parts::badge(Tone::Bad, Some(Glyph::Cross), "withdrawn")) }
        @else if document.expired(now) { " " (parts::badge(Tone::Bad, Some(Glyph::Clock), "expired")) }
        @else if thing.versions.is_empty() { " " (parts::badge(Tone::Idle, None, "no version yet")) }
        @else if newest(thing).is_none() { " " (parts::badge(Tone::Bad, Some(Glyph::Cross), "destroyed")) }
        @else if document.reading == ReadingMode::Shown { " " (parts::badge(Tone::Idle, Some(Glyph::Eye), "shown only")) }
    }
}

/// To what a document was given.
fn given_to(view: &View, document: &Document) -> Markup {
    html! {
        @match (&document.session, &document.meeting) {
            (Some(session), _) => (words::link(view, session)),
            (None, Some(meeting)) => (words::link(view, meeting)),
            (None, None) => span.quiet { "nothing in particular" },
        }
    }
}

fn list(asking: &Asking) -> Result<Answer, Refusal> {
    let view = &asking.view;
    let mut all: Vec<Given<'_>> = view.all::<Document>().collect();
    all.sort_by(|(one, _), (other, _)| (other.changed, &one.id).cmp(&(one.changed, &other.id)));
    let part = listing::listed(asking, &all);
    let actions = words::offer_new(asking, Kind::Document, "Give a document", &[]);
    let body = html! {
        (parts::page_head(&PageHead {
            lead: "Papers of the coalition and of its meetings. Each is kept sealed, under a key of its own; who was given it to read is in the record.",
            actions: actions.clone(),
            ..PageHead::titled("Documents")
        }))
        @if all.is_empty() {
            (parts::empty("No document has been given that you can see.", &actions))
        } @else {
            (parts::table(&Table {
                caption: "Documents",
                caption_unseen: true,
                columns: vec![
                    Column::words("Document"), Column::words("Given to"), Column::words("From"),
                    Column::words("Newest version"), Column::words("Label"),
                ],
                rows: part.rows.iter().map(|given| row(asking, *given)).collect(),
                on_phone: OnPhone::Cards,
            }))
            (part.ways(asking))
        }
    };
    Ok(asking.page("Documents", Section::Documents, body))
}

fn row(asking: &Asking, (thing, document): Given<'_>) -> Vec<Markup> {
    let view = &asking.view;
    vec![
        html! { a href={ "/documents/" (thing.id) } { (document.title) } (state(thing, document, asking.now)) },
        given_to(view, document),
        html! { @if let Some(party) = &thing.author.party { (view.name_of(party)) } },
        html! {
            @match newest(thing) {
                Some(version) => (what_it_is(version)),
                None => span.quiet { "none" },
            }
        },
        parts::tlp(words::tlp(thing.marking.label)),
    ]
}

/// The documents given in a session, or to a meeting but in none of its sessions; nothing where there
/// are none.
pub(crate) fn given(asking: &Asking, meeting: &Id, session: Option<&Id>) -> Markup {
    let view = &asking.view;
    let here = |document: &Document| match session {
        Some(session) => document.session.as_ref() == Some(session),
        None => document.meeting.as_ref() == Some(meeting) && document.session.is_none(),
    };
    let all: Vec<Given<'_>> =
        view.all::<Document>().filter(|(_, document)| here(document)).collect();
    html! {
        @if !all.is_empty() {
            ul.plain.papers {
                @for (thing, document) in all {
                    li {
                        a href={ "/documents/" (thing.id) } { (document.title) } " "
                        (parts::tlp(words::tlp(thing.marking.label)))
                        (state(thing, document, asking.now))
                    }
                }
            }
        }
    }
}

/// Where a reader of his own letter of a meeting finds it, and how he is given it: the newest version of
/// the newest document of this purpose that he may have now.
pub(crate) fn letter_for(
    asking: &Asking,
    meeting: &Id,
    purpose: Purpose,
) -> Option<(String, &'static str)> {
    let fitting = asking.view.standing::<Document>().filter(|(_, document)| {
        document.meeting.as_ref() == Some(meeting)
            && document.purpose == purpose
            && !document.expired(asking.now)
    });
    let letters = fitting.filter_map(|(thing, document)| {
        let version = newest(thing).filter(|version| version.media.is_pdf())?;
        let address = format!("/documents/{}/versions/{}", thing.id, version.id);
        match document.reading {
            ReadingMode::Download => Some((thing, (address, "PDF"))),
            ReadingMode::Shown if drawing::shows(&asking.house.settings, version) => {
                Some((thing, (format!("{address}/shown"), "shown page by page")))
            }
            ReadingMode::Shown => None,
        }
    });
    letters.max_by_key(|(thing, _)| (thing.created, &thing.id)).map(|(_, letter)| letter)
}

/// What gives a document to a meeting, or in a session.
pub(crate) fn offer(asking: &Asking, meeting: &Id, session: Option<&Id>) -> Markup {
    let mut filled = vec![("meeting", meeting)];
    filled.extend(session.map(|session| ("session", session)));
    words::offer_new(asking, Kind::Document, "Give a document", &filled)
}

/// The session's name, as far as it is seen.
fn door(view: &View, document: &Document) -> Option<String> {
    let (thing, session) = view.find::<Session>(document.session.as_ref()?)?;
    session.shut.then(|| thing.content.title().to_owned())
}

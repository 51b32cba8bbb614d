//! A document's page: its versions, who can see it, and who has read it.

use super::letter::{self, Written};
use super::{Given, door, given_to, state, what_it_is};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::drawing;
use crate::look::Section;
use crate::look::parts::{self, Button, Column, Crumb, Field, OnPhone, PageHead, Table, Wrong};
use crate::pages::words;
use crate::reading;
use coalition::content::{Document, Media, Reading, ReadingMode};
use coalition::state::Attached;
use coalition::{Id, Label, Refusal, Thing, decide};
use maud::{Markup, html};

pub(super) fn page(asking: &Asking) -> Result<Answer, Refusal> {
    written(asking, None, &Written::default())
}

/// The page, with what was wrong with the file that was sent, or with the letter.
pub(super) fn written(
    asking: &Asking,
    wrong: Option<&str>,
    letter: &Written,
) -> Result<Answer, Refusal> {
    let given = asking.find::<Document>("id")?;
    let (thing, document) = given;
    let view = &asking.view;
    let keeps = decide::keeps(view, thing);
    let of_letter = letter.wrong.as_deref().map(|text| Wrong { field: "letter", text });
    let wrongs: Vec<Wrong<'_>> =
        wrong.map(|text| Wrong { field: "file", text }).into_iter().chain(of_letter).collect();
    let wide = html! {
        (notices(asking, given))
        (versions(asking, given, keeps))
        @if keeps && thing.stands() && !document.expired(asking.now) {
            (sending(asking, given, wrong))
            (letter::writing(asking, given, letter))
        }
        (readings(asking, thing))
    };
    let narrow = html! {
        (facts(asking, given))
        (words::seen_and_done(asking, thing))
    };
    let body = html! {
        (parts::crumbs(&[
            Crumb { text: "Documents", href: Some("/documents") },
            Crumb { text: document.title.as_str(), href: None },
        ]))
        (parts::error_summary(&wrongs))
        (parts::page_head(&PageHead {
            kicker: "Document",
            label: Some(words::tlp(thing.marking.label)),
            badges: state(thing, document, asking.now),
            actions: words::changes(asking, thing),
            ..PageHead::titled(document.title.as_str())
        }))
        (words::status(thing))
        (parts::columns(&wide, &narrow))
    };
    Ok(asking.page(document.title.as_str(), Section::Documents, body))
}

fn notices(asking: &Asking, (thing, document): Given<'_>) -> Markup {
    html! {
        @if document.expired(asking.now) {
            p.status-note { strong { "Expired" } ": it is not served to anybody. Whoever gave it can name a later moment." }
        }
        @if let Some(session) = door(&asking.view, document) {
            p.status-note {
                strong { "Behind a closed door" } ": the room of “" (session) "” is closed, so only those credentialed for it and its author can see this."
            }
        }
        (words::paragraphs(document.note.as_str()))
        @if thing.marking.label != Label::Clear && asking.seated() {
            p.small.quiet { "When you read it, that is recorded before you are sent anything. Your own delegation and the one from which the document comes can see it, as far as they see the document." }
        }
    }
}

fn facts(asking: &Asking, (thing, document): Given<'_>) -> Markup {
    let view = &asking.view;
    let rows = [
        ("Given to", given_to(view, document)),
        ("What it is", html! { (document.purpose.words()) }),
        (
            "From",
            match &thing.author.party {
                Some(party) => words::link(view, party),
                None => html! { "the house" },
            },
        ),
        ("How it is read", html! { (document.reading.words()) }),
        (
            "Expires",
            match document.expires {
                Some(expires) => html! { (words::moment_words(expires)) },
                None => html! { span.quiet { "never" } },
            },
        ),
    ];
    html! { section.panel { h2 { "The document" } (parts::facts(&rows)) } }
}

fn versions(asking: &Asking, given: Given<'_>, keeps: bool) -> Markup {
    let (thing, _) = given;
    let columns = vec![
        Column::words("Version"),
        Column::words("Added"),
        Column::words("What it is"),
        Column::words("Read it"),
    ];
    let rows = thing.versions.iter().enumerate().rev();
    html! {
        section.panel {
            div.panel-head { h2 { "Versions" } }
            @if thing.versions.is_empty() {
                p.quiet { "No version has been added yet." }
            } @else {
                (parts::table(&Table {
                    caption: "Versions, the newest first",
                    caption_unseen: true,
                    columns,
                    rows: rows.map(|(at, attached)| version(asking, given, (at + 1, attached), keeps)).collect(),
                    on_phone: OnPhone::Cards,
                }))
            }
        }
    }
}

fn version(
    asking: &Asking,
    (thing, document): Given<'_>,
    (number, attached): (usize, &Attached),
    keeps: bool,
) -> Vec<Markup> {
    let said = &attached.version;
    let who = attached.by.person.as_ref().and_then(|person| asking.view.get(person));
    let wanted = reading::Wanted { thing, document, attached };
    let closed = reading::closed(wanted, asking.now).is_some();
    vec![
        html! {
            span id={ "version-" (said.id) } { (number) ": " (said.name) }
            details.changing {
                summary { "Hash" span.unseen { " of version " (number) } }
                p.small {
                    "SHA-256 " code { (said.hash) } ", " (said.bytes) " bytes"
                    @if said.media == Media::Letter { ", of the letter and its secret as the house keeps them: of no copy" }
                }
            }
        },
        html! {
            (words::moment_words(attached.at))
            @if let Some(who) = who { br; span.quiet { (who.content.title()) } }
        },
        html! { (what_it_is(said)) },
        html! {
            @if let Some(at) = attached.destroyed {
                strong { "Destroyed" } " " (words::moment_words(at)) ": its key is gone, and the content with it. The hash stays."
            } @else if closed {
                span.quiet { "not served" }
            } @else {
                (ways(asking, (thing, document), attached))
            }
            @if keeps && attached.destroyed.is_none() { (destroying(thing, number, said)) }
        },
    ]
}

/// The ways to read a version.
fn ways(asking: &Asking, (thing, document): Given<'_>, attached: &Attached) -> Markup {
    let said = &attached.version;
    let address = format!("/documents/{}/versions/{}", thing.id, said.id);
    let download = document.reading == ReadingMode::Download;
    html! {
        div.buttons {
            @if drawing::shows(&asking.house.settings, said) { a.button href={ (address) "/shown" } { "Show" } }
            @if download && said.media.is_pdf() { a.button href={ (address) "/inline" } { "Open" } }
            @if download { a.button href=(address) { "Download" } }
        }
    }
}

fn destroying(thing: &Thing, number: usize, said: &coalition::content::Version) -> Markup {
    let address = format!("/documents/{}/versions/{}/destroy", thing.id, said.id);
    let field = format!("reason-{number}");
    html! {
        details.changing {
            summary { "Destroy" span.unseen { " version " (number) } }
            (parts::form(&address, &html! {
                p.small { "Its key is destroyed: nobody reads it again, not even from a copy of the sealed file. The record keeps its hash, and this act. Copies that were downloaded, and backups that hold the key, are beyond it." }
                (parts::text_field(&Field { required: false, ..Field::named(&field, "Why") }))
                (parts::hidden("field", &field))
                (parts::button(Button::Plain, "Destroy this version"))
            }))
        }
    }
}

fn sending(asking: &Asking, (thing, document): Given<'_>, wrong: Option<&str>) -> Markup {
    let most = format!("{} MiB", asking.house.settings.content_bytes_max >> 20);
    let hint = if document.reading == ReadingMode::Shown {
        let drawn = asking.house.settings.draughtsman.is_some();
        let drawn = if drawn { "PDF, plain" } else { "Plain" };
        format!("{drawn} text, PNG or JPEG, which the house can show; at most {most}.")
    } else {
        format!("PDF, plain text, PNG, JPEG, ODT, DOCX or XLSX, without macros; at most {most}.")
    };
    let field = Field { hint: &hint, error: wrong, ..Field::named("file", "File") };
    let who = words::audience(&asking.view, &thing.marking, thing.author.party.as_ref());
    html! {
        section.panel {
            h2 { "Add a version" }
            (parts::upload_form(&format!("/documents/{}/versions", thing.id), &html! {
                (parts::hidden("key", asking.fresh_key().as_str()))
                (parts::file_field(&field))
                p.small { "It will be seen by " (who) "." }
                (parts::buttons(&parts::button(Button::Primary, "Send")))
            }))
        }
    }
}

/// Who was given it to read, and when, as far as the asker may know.
fn readings(asking: &Asking, thing: &Thing) -> Markup {
    let view = &asking.view;
    let mut all: Vec<(&Thing, &Reading)> =
        view.all::<Reading>().filter(|(_, reading)| reading.document == thing.id).collect();
    all.sort_by(|(one, _), (other, _)| (other.created, &other.id).cmp(&(one.created, &one.id)));
    let number =
        |version: &Id| thing.versions.iter().position(|attached| attached.version.id == *version);
    let known = |id: &Option<Id>| {
        id.as_ref().and_then(|id| view.get(id)).map(|thing| thing.content.title().to_owned())
    };
    let rows = all.iter().map(|(read, reading)| {
        vec![
            html! { span id=(read.id) { (known(&read.author.person).unwrap_or_else(|| "somebody with a seat".into())) } },
            html! { @if let Some(party) = known(&read.author.party) { (party) } },
            html! { (words::moment_words(read.created)) },
            html! {
                @if let Some(number) = number(&reading.version) { "version " (number + 1) }
                @if let Some(page) = reading.page { ", page " (page) }
            },
        ]
    });
    let told = if decide::keeps(view, thing) {
        "Nobody has been given it to read."
    } else {
        "No reading that you can see: yours and your delegation's would stand here."
    };
    html! {
        @if asking.seated() {
            section.panel {
                h2 { "Who has read it" }
                @if all.is_empty() { p.quiet { (told) } } @else {
                    (parts::table(&Table {
                        caption: "Who has read it, the last one first",
                        caption_unseen: true,
                        columns: vec![Column::words("Person"), Column::words("Delegation"), Column::words("When"), Column::words("What")],
                        rows: rows.collect(),
                        on_phone: OnPhone::Cards,
                    }))
                }
            }
        }
    }
}

//! Forms that make a thing.

use super::read::{self, Wrong};
use super::sheet::Sheet;
use super::values::Values;
use super::{answer, choices, marking, section};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::parts;
use crate::routes::Submission;
use crate::writer::{Done, NotDone};
use coalition::decide::Asked;
use coalition::{Kind, Refusal, decide};
use maud::html;
use serde_json::json;

/// The kind that the address names, if the asker may make one.
fn offered(asking: &Asking) -> Result<Kind, Refusal> {
    Kind::from_key(asking.param("kind"))
        .filter(|kind| decide::offers_new(&asking.view, *kind))
        .ok_or(Refusal::NotFound(None))
}

pub(super) fn show(asking: &Asking) -> Result<Answer, Refusal> {
    let kind = offered(asking)?;
    let mut query = asking.query.clone();
    for (name, value) in choices::meant(asking, kind) {
        if asking.ask(name).is_none() {
            query.push((name.to_owned(), value));
        }
    }
    let mut values = Values::fresh(kind, &query);
    values.set("key", asking.fresh_key().as_str());
    marking::start(&asking.view, kind, &mut values);
    Ok(page(asking, kind, &values, &[]))
}

pub(super) fn send(asking: &Asking) -> Result<Submission, Refusal> {
    let kind = offered(asking)?;
    let values = Values::sent(kind, asking.form()?);
    let (content, _) = read::content(kind, &values);
    let mut create = json!({ "content": content });
    if let Some(marking) = marking::json(kind, &values) {
        create["marking"] = marking;
    }
    let mut command = json!({ "change": { "create": create } });
    if !values.first("key").is_empty() {
        command["key"] = values.first("key").into();
    }
    Ok(Submission { command: Asked::read(command), then: sent })
}

fn sent(asking: &Asking, done: Result<Done, NotDone>) -> Answer {
    answer(asking, done, |refusal| {
        let (Ok(kind), Ok(pairs)) = (offered(asking), asking.form()) else {
            return crate::refusals::answer(asking, refusal);
        };
        let values = Values::sent(kind, pairs);
        let (_, mut wrongs) = read::content(kind, &values);
        if wrongs.is_empty() {
            wrongs.push(read::wrong_of(refusal));
        }
        page(asking, kind, &values, &wrongs)
    })
}

fn page(asking: &Asking, kind: Kind, values: &Values, wrongs: &[Wrong]) -> Answer {
    let sheet = Sheet { asking, kind, values, wrongs };
    let origin = asking.view.viewer().seated().map(|seated| &seated.party);
    let title = format!("New {}", kind.word());
    let form = html! {
        (parts::hidden("key", values.first("key")))
        section.panel { (sheet.fields()) }
        (sheet.marking(origin))
        (parts::buttons(&html! {
            (parts::button(parts::Button::Primary, "Save"))
            span.quiet.small {
                "It becomes an act of the record, under your name."
                @if asking.demonstration() { " It is not signed: this is a demonstration." }
            }
        }))
    };
    let lead = lead(kind);
    let body = html! {
        (parts::page_head(&parts::PageHead { lead, ..parts::PageHead::titled(&title) }))
        (sheet.summary())
        div.form-sheet { (parts::form(&format!("/new/{}", kind.key()), &form)) }
    };
    asking.page(&title, section(kind), body)
}

/// What such a thing is, in a sentence.
fn lead(kind: Kind) -> &'static str {
    match kind {
        // Founded, or made on pages of their own.
        Kind::Coalition
        | Kind::Passkey
        | Kind::DirectoryAccount
        | Kind::EnrolmentLink
        | Kind::Vouching
        | Kind::Reading => "",
        Kind::Document => {
            "A paper. Give it a name and a label first; its content is sent on its page."
        }
        Kind::Party => "A state or organisation that takes part.",
        Kind::Person => "One human. A seat then says for which party, and as what.",
        Kind::Seat => "A person's role in a delegation.",
        Kind::Source => "A document cited for a fact.",
        Kind::Circumstance => "A proposition about the world, that conditions can hang on.",
        Kind::Resource => "Something that can be promised, with its unit.",
        Kind::Need => "An amount of a resource over a window, stated by the beneficiary.",
        Kind::Commitment => "What a party promises, for how long, and on what condition.",
        Kind::Guarantee => "Needs that must be covered once a trigger holds.",
        Kind::Meeting => "A gathering of delegations. Sessions and invitations come after it.",
        Kind::Session => "A part of a meeting, open or closed.",
        Kind::Item => "A point of a session's agenda.",
        Kind::Invitation => "A delegation's invitation to a meeting.",
        Kind::Reply => "Your delegation's answer: who comes, and to which sessions.",
        Kind::Outcome => "What a meeting or session came to.",
        Kind::Undertaking => "A promise not to disclose what the closed sessions will say.",
        Kind::Arrival => "A person let in at the door.",
        Kind::Custody => "A device handed in against a numbered receipt.",
        Kind::Floor => {
            "Who speaks in a session, who is next, and how long. It begins empty; what happens on it is recorded step by step."
        }
        Kind::Minutes => {
            "What was said and decided in a session, as far as the meeting’s rule of attribution lets it stand."
        }
        Kind::ActionPoint => {
            "What a delegation has taken upon itself to do. While it is open, it is carried over to the next meeting of the series."
        }
        Kind::Readout => {
            "What is told of a meeting outside, under a label of its own, from a moment on: CLEAR is for everyone."
        }
        Kind::Claim => "What a source says. Two that disagree both stand.",
        Kind::PublishedAssessment => {
            "What the house makes of a guarantee from what you may see, released under a label of its own: whoever sees it sees the answer, though not what it was made from."
        }
    }
}

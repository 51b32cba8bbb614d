//! Forms that change a thing: amend, advance, suspend, resume, withdraw, relabel.

use super::choices::known_names;
use super::fields::{Field, Sort, needed, optional, stages};
use super::read::{self, Wrong};
use super::sheet::Sheet;
use super::values::Values;
use super::{answer, marking, section};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::parts::{self, Button};
use crate::pages::words;
use crate::routes::Submission;
use crate::writer::{Done, NotDone};
use coalition::decide::{self, Asked, Command};
use coalition::time::PartialTime;
use coalition::{Change, Content, Id, Kind, Refusal, Thing};
use jiff::civil::Date;
use maud::{Markup, html};
use serde_json::{Value, json};

const STAGE: Field = needed("stage", "Stage reached", Sort::Choice(stages));
const STARTS: Field = Field {
    hint: "On the clocks of its own zone: 2025-11-04T09:00, or 2025-11-04. Its sessions move with it, by as much.",
    ..needed("starts", "Begins now", Sort::Time)
};
const ENDS: Field =
    Field { hint: "Left empty, by as much later.", ..optional("ends", "Ends now", Sort::Time) };
const REASON: Field = optional("reason", "Reason", Sort::Text);

/// The thing and the verb that the address names, if the asker may do that to it.
fn offered(asking: &Asking) -> Result<(&'static str, &Thing), Refusal> {
    let id = Id::parse(asking.param("id")).map_err(|_| Refusal::NotFound(None))?;
    let thing = asking.view.get(&id).ok_or(Refusal::NotFound(None))?;
    let wanted = asking.param("verb");
    let verb = decide::offers(&asking.view, thing).into_iter().find(|verb| *verb == wanted);
    match verb {
        // They have a page of their own, with a box for each item.
        Some("amend") if thing.content.kind() == Kind::Minutes => Err(Refusal::NotFound(None)),
        Some(verb) => Ok((verb, thing)),
        None => Err(why_not(asking, thing, wanted)),
    }
}

/// Why a change to a visible thing is not offered: what the rules themselves say of it.
fn why_not(asking: &Asking, thing: &Thing, verb: &str) -> Refusal {
    let reason = coalition::text::Text::default;
    let change = match (verb, &thing.content) {
        _ if !asking.seated() => return Refusal::NotFound(None),
        // An assessment is never amended: it would be made anew.
        ("amend", Content::PublishedAssessment(_)) => return Refusal::NotFound(None),
        // These are renamed and used on pages of their own.
        ("amend", content) if content.kind().made_by_the_house() => return Refusal::NotFound(None),
        ("amend", content) => Change::Amend { content: content.clone() },
        ("advance", Content::Commitment(said)) => Change::Advance { stage: said.stage },
        ("postpone", Content::Meeting(said)) => Change::Postpone {
            starts: said.starts.unwrap_or(PartialTime::Day(Date::ZERO)),
            ends: None,
            reason: reason(),
        },
        ("suspend", _) => Change::Suspend { reason: reason() },
        ("resume", _) => Change::Resume { reason: reason() },
        ("withdraw", _) => Change::Withdraw { reason: reason() },
        ("relabel", _) => Change::Relabel { marking: thing.marking.clone() },
        ("close", _) => Change::Close { reason: reason() },
        ("reopen", _) => Change::Reopen { reason: reason() },
        _ => return Refusal::NotFound(None),
    };
    let command = Command { subject: Some(thing.id.clone()), revision: None, key: None, change };
    // The act is only asked for its refusal and thrown away.
    match decide::decide(&asking.view, command, asking.now, [[0; 10]; 2]) {
        Err(refusal) => refusal,
        Ok(_) => Refusal::NotFound(None),
    }
}

pub(super) fn show(asking: &Asking) -> Result<Answer, Refusal> {
    let (verb, thing) = offered(asking)?;
    let mut values = match verb {
        "amend" => said(asking, thing),
        _ => Values::default(),
    };
    match (verb, &thing.content) {
        ("advance", Content::Commitment(said)) => values.set(STAGE.name, said.stage.word()),
        ("relabel", _) => marking::put(&mut values, &thing.marking),
        _ => {}
    }
    values.set("key", asking.fresh_key().as_str());
    values.set("revision", &thing.revision().to_string());
    Ok(page(asking, verb, thing, &values, &[]))
}

/// What a thing says, as its form; the condition in the names that the viewer knows.
pub(super) fn said(asking: &Asking, thing: &Thing) -> Values {
    let content = serde_json::to_value(&thing.content).expect("content is plain JSON");
    let mut values = Values::of(thing.content.kind(), &content);
    if let Content::Commitment(said) = &thing.content {
        let names = known_names(&asking.view);
        let condition = said.condition.in_words(|kind, id| names.spelling(kind, id));
        values.set("condition", &condition);
    }
    values
}

pub(super) fn send(asking: &Asking) -> Result<Submission, Refusal> {
    let (verb, thing) = offered(asking)?;
    let kind = thing.content.kind();
    let values = Values::sent(kind, asking.form()?);
    let change = match verb {
        "amend" => json!({ "content": read::content(kind, &values).0 }),
        "advance" => json!({ "stage": values.first(STAGE.name) }),
        "relabel" => json!({ "marking": marking::json(kind, &values) }),
        "postpone" => {
            let mut said = json!({ "starts": values.first(STARTS.name),
                "reason": values.first(REASON.name) });
            if !values.first(ENDS.name).is_empty() {
                said["ends"] = values.first(ENDS.name).into();
            }
            said
        }
        _ => json!({ "reason": values.first(REASON.name) }),
    };
    let revision = values.first("revision");
    let mut command = json!({
        "subject": thing.id,
        // A form without its revision could overwrite unseen: it is refused as it is.
        "revision": revision.parse::<u32>().map_or_else(|_| Value::from(revision), Value::from),
        "change": { verb: change },
    });
    if !values.first("key").is_empty() {
        command["key"] = values.first("key").into();
    }
    Ok(Submission { command: Asked::read(command), then: sent })
}

fn sent(asking: &Asking, done: Result<Done, NotDone>) -> Answer {
    answer(asking, done, |refusal| {
        let (Ok((verb, thing)), Ok(pairs)) = (offered(asking), asking.form()) else {
            return crate::refusals::answer(asking, refusal);
        };
        let kind = thing.content.kind();
        let mut values = Values::sent(kind, pairs);
        let mut wrongs = if verb == "amend" { read::content(kind, &values).1 } else { Vec::new() };
        if wrongs.is_empty() {
            wrongs.push(read::wrong_of(refusal));
        }
        if *refusal == Refusal::Changed {
            // Having been told, whoever saves again means it.
            let person = asking.view.viewer().seated().map(|seated| seated.person.clone());
            let view = asking.house.view(person.as_ref());
            if let Some(thing) = view.get(&thing.id) {
                values.set("revision", &thing.revision().to_string());
            }
        }
        page(asking, verb, thing, &values, &wrongs)
    })
}

fn page(
    asking: &Asking,
    verb: &'static str,
    thing: &Thing,
    values: &Values,
    wrongs: &[Wrong],
) -> Answer {
    let kind = thing.content.kind();
    let name = words::title(&asking.view, thing);
    let heading = format!("{}: {name}", words::verb_of(kind, verb));
    let sheet = Sheet { asking, kind, values, wrongs };
    let button = if matches!(verb, "withdraw" | "suspend" | "close") {
        Button::Danger
    } else {
        Button::Primary
    };
    let form = html! {
        (parts::hidden("key", values.first("key")))
        (parts::hidden("revision", values.first("revision")))
        (asked(&sheet, verb, thing))
        (parts::buttons(&html! {
            (parts::button(button, saying(verb)))
            a href=(words::address(&asking.view, thing)) { "Leave it as it is" }
        }))
    };
    let lead = lead(verb, kind);
    let body = html! {
        (parts::page_head(&parts::PageHead {
            kicker: kind.word(),
            label: Some(words::tlp(thing.marking.label)),
            lead,
            ..parts::PageHead::titled(&heading)
        }))
        (sheet.summary())
        div.form-sheet { (parts::form(&format!("/change/{verb}/{}", thing.id), &form)) }
    };
    asking.page(&heading, section(kind), body)
}

/// What the form of a verb asks, and who will see the answer.
fn asked(sheet: &Sheet<'_>, verb: &str, thing: &Thing) -> Markup {
    let stays = || words::seen_by(&sheet.asking.view, thing);
    match verb {
        "amend" => html! { section.panel { (sheet.fields()) } (stays()) },
        "advance" => {
            let chosen = sheet.values.first(STAGE.name);
            let stages = stages();
            let choices: Vec<parts::Choice<'_>> = stages
                .iter()
                .map(|(value, text)| parts::Choice {
                    value,
                    text,
                    hint: "",
                    chosen: *value == chosen,
                })
                .collect();
            let list = parts::radio_list(&sheet.frame(&STAGE, STAGE.name), &choices);
            html! { section.panel { (list) } (stays()) }
        }
        "postpone" => html! {
            section.panel {
                (parts::text_field(&sheet.frame(&STARTS, STARTS.name)))
                (parts::text_field(&sheet.frame(&ENDS, ENDS.name)))
                (parts::area_field(&sheet.frame(&Field { required: true, ..REASON }, REASON.name), 3))
            }
            (stays())
        },
        "relabel" => sheet.marking(thing.author.party.as_ref()),
        _ => html! {
            section.panel { (parts::area_field(&sheet.frame(&REASON, REASON.name), 3)) }
            (stays())
        },
    }
}

/// What the button says.
fn saying(verb: &str) -> &'static str {
    match verb {
        "postpone" => "Postpone it",
        "suspend" => "Suspend it",
        "resume" => "Resume it",
        "withdraw" => "Withdraw it",
        "relabel" => "Change the label",
        "close" => "Close the room now",
        "reopen" => "Reopen the room now",
        _ => "Save",
    }
}

/// What the change means, in a sentence.
fn lead(verb: &str, kind: Kind) -> &'static str {
    match (verb, kind) {
        ("amend", _) => "What it says from now on; what it said before stays in the record.",
        ("advance", _) => "How far the commitment has come.",
        ("postpone", _) => {
            "The meeting is moved to another day, in one act with its sessions. Replies stand as they are."
        }
        ("suspend", Kind::Party) => {
            "The party is suspended: until it is resumed, its people see and do no more than the public, and what it promised is not counted."
        }
        ("withdraw", Kind::Passkey) => {
            "The passkey is revoked for good: nobody signs in with it any more. What it signed stays signed."
        }
        ("withdraw", Kind::DirectoryAccount) => {
            "The account is disconnected for good: nobody signs in with it any more, and sessions that it opened end."
        }
        ("withdraw", Kind::EnrolmentLink) => "The link is stopped: nobody gets in by it.",
        ("suspend", Kind::Meeting) => {
            "The meeting is put off, to nobody knows when. When its new day is known, postpone it to that."
        }
        ("suspend", _) => "It is not in force until it is resumed.",
        ("resume", _) => "It stands again, as it did before.",
        ("close", _) => {
            "From this second, what is given in the session is seen by those credentialed for it and by its author, whatever its label: its items, outcomes, floor and live page. Reopening gives the rest back as it was; what is given while the room is closed stays behind the door."
        }
        ("reopen", _) => {
            "What is given in the session is seen again by those to whom its labels show it. What was given behind the closed door stays with those credentialed, unless its label is changed."
        }
        ("withdraw", Kind::ActionPoint) => {
            "It is taken back, as if nobody had taken it on. What is given up is dropped, with a reason: amend it."
        }
        ("withdraw", Kind::Custody) => "The device is given back against its receipt.",
        ("withdraw", Kind::Arrival) => "The person has left, or was noted by mistake.",
        ("withdraw", Kind::Party) => {
            "The party leaves: its people lose their seats' rights, and what it promised is no longer counted."
        }
        ("withdraw", Kind::Seat) => {
            "The seat ends: the person no longer sees or does what it allowed."
        }
        ("withdraw", Kind::Meeting) => "The meeting is called off.",
        ("withdraw", _) => "It is taken back; what it said stays in the record.",
        ("relabel", _) => "The thing, with its whole history, is seen by others from now on.",
        _ => "",
    }
}

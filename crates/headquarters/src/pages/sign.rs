//! The page on which somebody signs an act, or several that are recorded as one: what they say, in words
//! and to the byte, and nothing else.

use super::account::without_passkey;
use super::ceremony::{Ceremony, Filled, Kind as Does};
use super::{people, words};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::drafts::{Draft, Drafted, Then, Waiting};
use crate::forms::fields::fields;
use crate::hexadecimal::hexadecimal;
use crate::look::Section;
use crate::look::parts::{self, PageHead};
use crate::passkeys::{challenge_of, check_assertion, encoded};
use crate::refusals;
use crate::routes::{Route, get, post};
use crate::sign_in::{Presented, key_of, own_passkey};
use crate::writer::Ask;
use coalition::act::Signature;
use coalition::content::Passkey;
use coalition::label::Seated;
use coalition::{Change, Id, Kind, Refusal, View};
use maud::{Markup, html};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub(crate) const ROUTES: &[Route] = &[get("/sign/{draft}", show), post("/sign/{draft}", send)];

/// Lets a draft wait for its author, and sends him there.
pub(crate) fn ask(asking: &Asking, draft: &Draft) -> Answer {
    ask_and_then(asking, draft, Then::Page)
}

/// The same, with what he is shown once it is signed and recorded.
pub(crate) fn ask_and_then(asking: &Asking, draft: &Draft, then: Then) -> Answer {
    let id = asking.fresh_key();
    let nonce = asking.house.settings.random();
    asking.house.drafts.keep(id.clone(), (draft.clone(), then), nonce, asking.house.now());
    let address = format!("/sign/{id}");
    if asking.path.starts_with("/api/") {
        let message = format!("this act is to be signed by its author's passkey: at {address}");
        return refusals::json_error(403, "unsigned", &message, None)
            .with_header("location", address);
    }
    Answer::see_other(address)
}

fn own(asking: &Asking) -> Result<(&Seated, Id), Refusal> {
    let me = asking.view.viewer().seated().ok_or(Refusal::NotSeated)?;
    let id = Id::parse(asking.param("draft")).map_err(|_| Refusal::NotFound(None))?;
    Ok((me, id))
}

fn show(asking: &Asking) -> Result<Answer, Refusal> {
    let (me, id) = own(asking)?;
    let waiting = asking.house.drafts.of(&id, &me.person, asking.now);
    page(asking, me, &id, &waiting.ok_or(Refusal::NotFound(None))?, None)
}

/// The SHA-256 of each act of a draft.
fn hashes(draft: &Draft) -> Vec<[u8; 32]> {
    draft.acts.iter().map(|drafted| Sha256::digest(drafted.act.encode()).into()).collect()
}

fn page(
    asking: &Asking,
    me: &Seated,
    id: &Id,
    waiting: &Waiting,
    wrong: Option<&str>,
) -> Result<Answer, Refusal> {
    let Waiting { draft, nonce, then, .. } = waiting;
    let known: Vec<String> = asking
        .view
        .standing::<Passkey>()
        .map(|(_, passkey)| passkey.credential.as_str().to_owned())
        .collect();
    let hashes = hashes(draft);
    let form = Ceremony {
        kind: Does::Assert,
        action: &format!("/sign/{id}"),
        challenge: &challenge_of(&hashes, nonce),
        known: &known,
        button: "Sign with your passkey",
    };
    let several = draft.acts.len() > 1;
    let title = if several { "Sign these acts" } else { "Sign this act" };
    let new = made_here(draft);
    let body = html! {
        (parts::page_head(&PageHead {
            kicker: "To be signed",
            lead: &format!("{} Your passkey signs exactly what stands here; it stays beside {}, and anybody who may see {} can check it.", what_it_does(draft),
                if several { "each act" } else { "the act" }, if several { "the act" } else { "it" }),
            ..PageHead::titled(title)
        }))
        @if let Some(wrong) = wrong { p.notice.tone-bad role="alert" { (wrong) } }
        section.panel {
            @for drafted in &draft.acts {
                p.lead {
                    strong { (asking.view.name_of(&me.person)) } ", " (me.role.word()) " of "
                    strong { (asking.view.name_of(&me.party)) } ", "
                    (words::deed(drafted.kind, &drafted.act.change)) "."
                }
                (parts::facts(&told(&asking.view, &new, drafted)))
            }
            @if let Then::Link { .. } = then {
                p.quiet { "The link itself is shown to you, once, when this is signed." }
            }
            @if known.is_empty() { (without_passkey()) } @else { (form.form(asking, &html! {})) }
        }
        details {
            summary { "To the byte" }
            @for (drafted, hash) in draft.acts.iter().zip(&hashes) {
                p { "The act's bytes, as they will be kept:" }
                pre.wrap tabindex="0" { (String::from_utf8_lossy(&drafted.act.encode())) }
                p { "Their SHA-256 is " code.wrap { (hexadecimal(hash)) } "." }
            }
        }
    };
    Ok(asking.page(title, Section::Elsewhere, body))
}

/// What signing comes to, in a sentence.
fn what_it_does(draft: &Draft) -> &'static str {
    let is = |kinds: &[Kind]| draft.acts.iter().any(|drafted| kinds.contains(&drafted.kind));
    if is(&[Kind::EnrolmentLink, Kind::Vouching]) {
        "This lets somebody in, who then speaks from his seat."
    } else if is(&[Kind::Seat, Kind::Person]) {
        "This says who speaks for a delegation."
    } else {
        "This binds your delegation."
    }
}

/// What the acts of a draft make, by name: no view holds it yet.
fn made_here(draft: &Draft) -> BTreeMap<Id, String> {
    let made = |drafted: &Drafted| match &drafted.act.change {
        Change::Create { content, .. } => {
            Some((drafted.act.subject.clone(), content.title().to_string()))
        }
        _ => None,
    };
    draft.acts.iter().filter_map(made).collect()
}

/// What an act of a draft says, field by field, in the words of its form.
fn told(view: &View, new: &BTreeMap<Id, String>, drafted: &Drafted) -> Vec<(String, Markup)> {
    let mut rows = Vec::new();
    if let Some(thing) = view.get(&drafted.act.subject) {
        let id = html! { span.quiet { "(" (thing.id) ")" } };
        rows.push(("About".to_owned(), html! { (words::title(view, thing)) " " (id) }));
    }
    let change = serde_json::to_value(&drafted.act.change).expect("a change is plain JSON");
    let said = change.get(drafted.act.change.key()).cloned().unwrap_or_default();
    let (content, rest) = match said {
        Value::Object(mut said) => (said.remove("content"), said),
        _ => (None, serde_json::Map::new()),
    };
    if let Some(content) = content {
        rows.extend(of_content(view, new, drafted.kind, &content));
    }
    if let Change::Create { marking, .. } | Change::Relabel { marking } = &drafted.act.change {
        let label = format!("TLP:{}", marking.label.as_str());
        let who = words::audience(view, marking, drafted.act.by.party.as_ref());
        rows.push(("Label".to_owned(), html! { (label) ": " (who) }));
    }
    let others = rest.iter().filter(|(name, _)| *name != "marking");
    rows.extend(others.map(|(name, value)| (name.clone(), spoken(view, new, value))));
    rows
}

/// What a content says.
fn of_content(
    view: &View,
    new: &BTreeMap<Id, String>,
    kind: Kind,
    content: &Value,
) -> Vec<(String, Markup)> {
    let known = fields(kind);
    let label = |name: &str| {
        let field = known.iter().find(|field| field.name == name);
        field.map_or_else(|| name.to_owned(), |field| field.label.to_owned())
    };
    let said = content.as_object().into_iter().flat_map(serde_json::Map::values);
    said.filter_map(Value::as_object)
        .flatten()
        .map(|(name, value)| (label(name), spoken(view, new, value)))
        .collect()
}

/// A value, with the names of what its ids name.
fn spoken(view: &View, new: &BTreeMap<Id, String>, value: &Value) -> Markup {
    let within = |value: &Value| spoken(view, new, value);
    match value {
        Value::String(text) => {
            let id = Id::parse(text).ok();
            let named = id.and_then(|id| {
                let thing = view.get(&id).map(|thing| words::title(view, thing));
                thing.or_else(|| new.get(&id).cloned())
            });
            match named {
                Some(name) => html! { (name) " " span.quiet { "(" (text) ")" } },
                None => html! { (text) },
            }
        }
        Value::Array(values) => html! {
            ul { @for value in values { li { (within(value)) } } }
        },
        Value::Object(fields) => html! {
            ul { @for (name, value) in fields { li { (name) ": " (within(value)) } } }
        },
        Value::Null => html! { "none" },
        Value::Bool(yes) => html! { @if *yes { "yes" } @else { "no" } },
        Value::Number(number) => html! { (number) },
    }
}

/// Takes a signature, checks it, and has what was signed recorded with it.
fn send(asking: &Asking) -> Result<Answer, Refusal> {
    let (me, id) = own(asking)?;
    let house = &asking.house;
    let waiting = house.drafts.of(&id, &me.person, asking.now).ok_or(Refusal::NotFound(None))?;
    let presented = Filled(asking.form()?).presented()?;
    let Some(signature) = signed(asking, me, &waiting, &presented) else {
        let wrong =
            "This is no signature of yours over what stands here. Nothing was recorded; try again.";
        return page(asking, me, &id, &waiting, Some(wrong)).map(|page| page.with_status(422));
    };
    let Waiting { draft, then, .. } =
        house.drafts.take(&id, &me.person, asking.now).ok_or(Refusal::NotFound(None))?;
    let ask = Ask::Signed(Box::new(draft), Box::new(signature));
    let done = match house.submit_and_wait(Some(me.person.clone()), ask) {
        Ok(done) => done,
        Err(not_done) => return Ok(refusals::not_done(asking, &not_done)),
    };
    if let Then::Link { person, address } = then {
        return Ok(people::shown(asking, &person, &address));
    }
    let view = house.view(Some(&me.person));
    let address = view.get(&done.subject).map(|thing| words::address(&view, thing));
    Ok(Answer::see_other(address.unwrap_or_else(|| "/".into())))
}

/// The signature as it is kept with each act, if it is one: by a passkey of the author's that stands,
/// over this draft.
fn signed(
    asking: &Asking,
    me: &Seated,
    waiting: &Waiting,
    presented: &Presented,
) -> Option<Signature> {
    let (passkey, said) = own_passkey(&asking.view, &me.person, &presented.credential)?;
    let hashes = hashes(&waiting.draft);
    let challenge = challenge_of(&hashes, &waiting.nonce);
    let assertion = &presented.assertion;
    let origin = asking.house.origin()?;
    let count = check_assertion(assertion, &key_of(&said)?, origin, &challenge).ok()?;
    if !asking.house.counts_on(&passkey, count) {
        return None;
    }
    let together = match &hashes[..] {
        [_] => Vec::new(),
        several => several.iter().map(|hash| encoded(hash)).collect::<Option<_>>()?,
    };
    Some(Signature {
        passkey,
        nonce: encoded(&waiting.nonce)?,
        authenticator_data: encoded(&assertion.authenticator_data)?,
        client_data: encoded(&assertion.client_data)?,
        signature: encoded(&assertion.signature)?,
        together,
    })
}

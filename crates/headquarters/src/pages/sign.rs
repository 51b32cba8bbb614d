//! The page on which somebody signs an act: what it says, in words and to the byte, and nothing else.

use super::account::without_passkey;
use super::ceremony::{Ceremony, Filled, Kind as Does};
use super::words;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::drafts::{Draft, Waiting};
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

pub(crate) const ROUTES: &[Route] = &[get("/sign/{draft}", show), post("/sign/{draft}", send)];

/// Lets a draft wait for its author, and sends him there.
pub(crate) fn ask(asking: &Asking, draft: &Draft) -> Answer {
    let id = asking.fresh_key();
    let nonce = asking.house.settings.random();
    asking.house.drafts.keep(id.clone(), draft.clone(), nonce, asking.house.now());
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

fn page(
    asking: &Asking,
    me: &Seated,
    id: &Id,
    waiting: &Waiting,
    wrong: Option<&str>,
) -> Result<Answer, Refusal> {
    let Waiting { draft, nonce, .. } = waiting;
    let bytes = draft.act.encode();
    let known: Vec<String> = asking
        .view
        .standing::<Passkey>()
        .map(|(_, passkey)| passkey.credential.as_str().to_owned())
        .collect();
    let form = Ceremony {
        kind: Does::Assert,
        action: &format!("/sign/{id}"),
        challenge: &challenge_of(&bytes, nonce),
        known: &known,
        button: "Sign with your passkey",
    };
    let hash = hexadecimal(&Sha256::digest(&bytes));
    let deed = words::deed(draft.kind, &draft.act.change);
    let body = html! {
        (parts::page_head(&PageHead {
            kicker: "To be signed",
            lead: "This binds your delegation. Your passkey signs exactly what stands here; it stays beside the act, and anybody who may see the act can check it.",
            ..PageHead::titled("Sign this act")
        }))
        @if let Some(wrong) = wrong { p.notice.tone-bad role="alert" { (wrong) } }
        section.panel {
            p.lead {
                strong { (asking.view.name_of(&me.person)) } ", " (me.role.word()) " of "
                strong { (asking.view.name_of(&me.party)) } ", " (deed) "."
            }
            (parts::facts(&told(&asking.view, draft)))
            @if known.is_empty() { (without_passkey()) } @else { (form.form(asking, &html! {})) }
        }
        details {
            summary { "To the byte" }
            p { "The act's bytes, as they will be kept:" }
            pre.wrap tabindex="0" { (String::from_utf8_lossy(&bytes)) }
            p { "Their SHA-256 is " code.wrap { (hash) } "." }
        }
    };
    Ok(asking.page("Sign this act", Section::Elsewhere, body))
}

/// What a draft says, field by field, in the words of its form.
fn told(view: &View, draft: &Draft) -> Vec<(String, Markup)> {
    let mut rows = Vec::new();
    if let Some(thing) = view.get(&draft.act.subject) {
        rows.push(("About".to_owned(), html! { (words::title(view, thing)) }));
    }
    let change = serde_json::to_value(&draft.act.change).expect("a change is plain JSON");
    let said = change.get(draft.act.change.key()).cloned().unwrap_or_default();
    let (content, rest) = match said {
        Value::Object(mut said) => (said.remove("content"), said),
        _ => (None, serde_json::Map::new()),
    };
    if let Some(Value::Object(content)) = content {
        for said in content.values() {
            if let Value::Object(fields_said) = said {
                let known = fields(draft.kind);
                let label = |name: &str| {
                    let field = known.iter().find(|field| field.name == name);
                    field.map_or_else(|| name.to_owned(), |field| field.label.to_owned())
                };
                rows.extend(
                    fields_said.iter().map(|(name, value)| (label(name), spoken(view, value))),
                );
            }
        }
    }
    if let Change::Create { marking, .. } | Change::Relabel { marking } = &draft.act.change {
        let label = format!("TLP:{}", marking.label.as_str());
        let who = words::audience(view, marking, draft.act.by.party.as_ref());
        rows.push(("Label".to_owned(), html! { (label) ": " (who) }));
    }
    let others = rest.iter().filter(|(name, _)| *name != "marking");
    rows.extend(others.map(|(name, value)| (name.clone(), spoken(view, value))));
    rows
}

/// A value, with the names of what its ids name.
fn spoken(view: &View, value: &Value) -> Markup {
    match value {
        Value::String(text) => match Id::parse(text).ok().and_then(|id| view.get(&id)) {
            Some(thing) => html! { (words::title(view, thing)) " " span.quiet { "(" (text) ")" } },
            None => html! { (text) },
        },
        Value::Array(values) => html! {
            ul { @for value in values { li { (spoken(view, value)) } } }
        },
        Value::Object(fields) => html! {
            ul { @for (name, value) in fields { li { (name) ": " (spoken(view, value)) } } }
        },
        Value::Null => html! { "none" },
        Value::Bool(yes) => html! { @if *yes { "yes" } @else { "no" } },
        Value::Number(number) => html! { (number) },
    }
}

/// Takes a signature, checks it, and has the act recorded with it.
fn send(asking: &Asking) -> Result<Answer, Refusal> {
    let (me, id) = own(asking)?;
    let house = &asking.house;
    let waiting = house.drafts.of(&id, &me.person, asking.now).ok_or(Refusal::NotFound(None))?;
    let presented = Filled(asking.form()?).presented()?;
    let Some(signature) = signed(asking, me, &waiting, &presented) else {
        let wrong = "This is no signature of yours over this act. Nothing was recorded; try again.";
        return page(asking, me, &id, &waiting, Some(wrong)).map(|page| page.with_status(422));
    };
    let Waiting { draft, .. } =
        house.drafts.take(&id, &me.person, asking.now).ok_or(Refusal::NotFound(None))?;
    let (kind, ask) = (draft.kind, Ask::Signed(Box::new(draft), Box::new(signature)));
    let done = match house.submit_and_wait(Some(me.person.clone()), ask) {
        Ok(done) => done,
        Err(not_done) => return Ok(refusals::not_done(asking, &not_done)),
    };
    let view = house.view(Some(&me.person));
    let address = match view.get(&done.subject) {
        _ if matches!(kind, Kind::Passkey | Kind::DirectoryAccount) => "/account".into(),
        Some(thing) => words::address(&view, thing),
        None => "/".into(),
    };
    Ok(Answer::see_other(address))
}

/// The signature as it is kept with the act, if it is one: by a passkey of the author's that stands,
/// over this draft.
fn signed(
    asking: &Asking,
    me: &Seated,
    waiting: &Waiting,
    presented: &Presented,
) -> Option<Signature> {
    let (passkey, said) = own_passkey(&asking.view, &me.person, &presented.credential)?;
    let challenge = challenge_of(&waiting.draft.act.encode(), &waiting.nonce);
    let assertion = &presented.assertion;
    let origin = asking.house.origin()?;
    let count = check_assertion(assertion, &key_of(&said)?, origin, &challenge).ok()?;
    if !asking.house.counts_on(&passkey, count) {
        return None;
    }
    Some(Signature {
        passkey,
        nonce: encoded(&waiting.nonce)?,
        authenticator_data: encoded(&assertion.authenticator_data)?,
        client_data: encoded(&assertion.client_data)?,
        signature: encoded(&assertion.signature)?,
    })
}

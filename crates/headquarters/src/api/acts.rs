//! Acts asked for as JSON.

use super::things::segment;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::refusals;
use crate::routes::Submission;
use crate::writer::{Done, NotDone};
use coalition::{Id, Refusal};
use serde_json::{Value, json};

/// The command in the body, with the key by which a retry gets the first answer.
pub(super) fn send(asking: &Asking) -> Result<Submission, Refusal> {
    if !asking.seated() {
        return Err(Refusal::NotSeated);
    }
    super::query::Query::open(asking, &[])?;
    let media_type = asking.header("content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::invalid("content-type", "send application/json"));
    }
    let mut command: Value = serde_json::from_slice(&asking.body)
        .map_err(|error| Refusal::invalid("body", format!("this is not JSON: {error}")))?;
    let Some(object) = command.as_object_mut() else {
        return Err(Refusal::invalid("body", "a command is a JSON object"));
    };
    if let Some(key) = asking.header("idempotency-key") {
        let key = Id::parse(key)
            .map_err(|error| Refusal::invalid("idempotency-key", error.to_string()))?;
        match object.get("key") {
            Some(given) if given.as_str() != Some(key.as_str()) => {
                return Err(Refusal::invalid("key", "differs from the header Idempotency-Key"));
            }
            _ => object.insert("key".into(), key.as_str().into()),
        };
    }
    Ok(Submission { command, then: sent })
}

fn sent(asking: &Asking, done: Result<Done, NotDone>) -> Answer {
    let done = match done {
        Ok(done) => done,
        Err(not_done) => return refusals::not_done(asking, &not_done),
    };
    let answer = Answer::json(&json!({
        "position": done.position,
        "act": done.act,
        "subject": done.subject,
    }))
    .with_status(201);
    // The thing was not in the view with which the request came.
    let person = asking.view.viewer().seated().map(|seated| seated.person.clone());
    match asking.house.view(person.as_ref()).get(&done.subject) {
        Some(thing) => {
            let kind = segment(thing.content.kind());
            answer.with_header("location", format!("/api/v1/{kind}/{}", done.subject))
        }
        None => answer,
    }
}

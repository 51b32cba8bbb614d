//! Acts asked for as JSON.

use super::things::segment;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::refusals;
use crate::routes::Submission;
use crate::writer::{Done, NotDone};
use coalition::decide::Asked;
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
    let text = std::str::from_utf8(&asking.body).ok();
    let (command, given) = match text.and_then(Asked::read_quickly) {
        Some(command) => {
            let given = command.key().map(|key| Value::from(key.as_str()));
            (command, given)
        }
        None => slowly(&asking.body)?,
    };
    let Some(key) = asking.header("idempotency-key") else {
        return Ok(Submission { command, then: sent });
    };
    let key =
        Id::parse(key).map_err(|error| Refusal::invalid("idempotency-key", error.to_string()))?;
    if given.is_some_and(|given| given.as_str() != Some(key.as_str())) {
        return Err(Refusal::invalid("key", "differs from the header Idempotency-Key"));
    }
    Ok(Submission { command: command.with_key(key), then: sent })
}

/// The command in a body that does not read in one go, and the key in it as it was given.
fn slowly(body: &[u8]) -> Result<(Asked, Option<Value>), Refusal> {
    let command: Value = serde_json::from_slice(body)
        .map_err(|error| Refusal::invalid("body", format!("this is not JSON: {error}")))?;
    if !command.is_object() {
        return Err(Refusal::invalid("body", "a command is a JSON object"));
    }
    let given = command.get("key").filter(|key| !key.is_null()).cloned();
    Ok((Asked::read(command), given))
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

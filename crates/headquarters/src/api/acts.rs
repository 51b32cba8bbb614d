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
    // Whatever may hold a null is looked at more closely.
    let text = std::str::from_utf8(&asking.body).ok().filter(|text| !text.contains("null"));
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
    if let Some(field) = null_in(&command) {
        return Err(Refusal::invalid(field, "null says nothing: leave the field out"));
    }
    let given = command.get("key").cloned();
    Ok((Asked::read(command), given))
}

/// The first field that says null, as a path. The document promises none where a field may be left out:
/// what is taken is what it says. An assessment's answer is the house's own, whatever is sent.
fn null_in(value: &Value) -> Option<String> {
    let within = |name: String, value: &Value| match null_in(value)? {
        inner if inner.is_empty() => Some(name),
        inner => Some(format!("{name}.{inner}")),
    };
    match value {
        Value::Null => Some(String::new()),
        Value::Array(values) => {
            let mut nulls = values.iter().enumerate();
            nulls.find_map(|(place, value)| within(format!("[{place}]"), value))
        }
        Value::Object(fields) => {
            let mut fields = fields.iter().filter(|(name, _)| *name != "answer");
            fields.find_map(|(name, value)| within(name.clone(), value))
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_null_is_named_by_its_field() {
        for (said, field) in [
            (json!({ "subject": null, "change": {} }), Some("subject")),
            (
                json!({ "change": { "create": { "marking": { "parties": ["a", null] } } } }),
                Some("change.create.marking.parties.[1]"),
            ),
            (json!({ "change": { "create": { "answer": null, "title": "null" } } }), None),
        ] {
            assert_eq!(null_in(&said).as_deref(), field, "{said}");
        }
    }
}

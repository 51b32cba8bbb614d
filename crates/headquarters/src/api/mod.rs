//! The API: what the pages show, as JSON, and every act, asked for as JSON.
//!
//! All of it is made from the asker's view. `openapi.json` describes each route; a test holds the
//! two together.

mod acts;
mod assessment;
mod disclosure;
mod documents;
mod openapi;
mod query;
mod record;
mod things;

use crate::answer::Answer;
use crate::asking::Asking;
use crate::routes::{Route, content, get, post, submit, upload, work};
use coalition::content::{Party, Person};
use coalition::{Kind, Refusal, Viewer};
use query::Query;
use serde_json::{Value, json};

pub(crate) const ROUTES: &[Route] = &[
    get("/api/v1", links),
    get("/api/v1/me", me),
    get("/api/v1/openapi.json", openapi::document),
    get("/api/v1/commitments", things::commitments),
    get("/api/v1/{kind}", things::list),
    get("/api/v1/{kind}/{id}", things::one),
    get("/api/v1/{kind}/{id}/history", things::history),
    upload("/api/v1/documents/{id}/versions", documents::UPLOAD),
    post("/api/v1/documents/{id}/letters", documents::letter),
    content("/api/v1/documents/{id}/versions/{version}", documents::content),
    post("/api/v1/documents/{id}/versions/{version}/destroy", documents::destroy),
    submit("/api/v1/acts", acts::send),
    work("/api/v1/guarantees/{id}/assessment", assessment::assess),
    post("/api/v1/disclosure", disclosure::assess),
    work("/api/v1/export", export),
    get("/api/v1/record/checkpoint", record::checkpoint),
    get("/api/v1/record/leaves", record::leaves),
    get("/api/v1/record/receipts/{position}", record::receipt),
    get("/api/v1/record/consistency", record::consistency),
    post("/api/v1/record/verify", record::verify),
];

/// Where what can be read stands. What can be sent, and how, is in the document.
fn links(asking: &Asking) -> Result<Answer, Refusal> {
    Query::open(asking, &[])?;
    let kinds: Value = Kind::ALL
        .iter()
        .map(|kind| (kind.key(), Value::from(format!("/api/v1/{}", things::segment(*kind)))))
        .collect::<serde_json::Map<_, _>>()
        .into();
    Ok(Answer::json(&json!({
        "coalition": asking.coalition_name(),
        "me": "/api/v1/me",
        "things": kinds,
        "export": "/api/v1/export",
        "record": {
            "checkpoint": "/api/v1/record/checkpoint",
            "leaves": "/api/v1/record/leaves",
            "receipts": "/api/v1/record/receipts/{position}",
            "consistency": "/api/v1/record/consistency",
        },
        "openapi": "/api/v1/openapi.json",
    })))
}

/// Who is asking, as the house knows him.
fn me(asking: &Asking) -> Result<Answer, Refusal> {
    Query::open(asking, &[])?;
    let Viewer::Seated(seated) = asking.view.viewer() else {
        return Ok(Answer::json(&json!({ "seated": false })));
    };
    let person = asking.view.find::<Person>(&seated.person);
    let party = asking.view.find::<Party>(&seated.party);
    Ok(Answer::json(&json!({
        "seated": true,
        "person": { "id": seated.person, "name": person.map(|(_, person)| person.name.as_str()) },
        "party": { "id": seated.party, "name": party.map(|(_, party)| party.name.as_str()) },
        "standing": seated.standing,
        "role": seated.role,
        "sessions": seated.sessions,
    })))
}

/// Everything the asker may see, as one document.
fn export(asking: &Asking) -> Result<Answer, Refusal> {
    Query::open(asking, &[])?;
    Ok(Answer::json(&exchange::json::export(&asking.view))
        .with_header("content-disposition", "attachment; filename=\"entente-export.json\""))
}

#[cfg(test)]
mod tests;

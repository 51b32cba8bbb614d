//! The API: what the pages show, as JSON, and every act, asked for as JSON.
//!
//! All of it is made from the asker's view. `openapi.json` describes each route; a test holds the
//! two together.

mod acts;
mod assessment;
mod openapi;
mod query;
mod record;
mod things;

use crate::answer::Answer;
use crate::asking::Asking;
use crate::routes::{Route, get, post, submit, work};
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
    submit("/api/v1/acts", acts::send),
    work("/api/v1/guarantees/{id}/assessment", assessment::assess),
    work("/api/v1/export", export),
    get("/api/v1/record/checkpoint", record::checkpoint),
    get("/api/v1/record/leaves", record::leaves),
    get("/api/v1/record/receipts/{position}", record::receipt),
    get("/api/v1/record/consistency", record::consistency),
    post("/api/v1/record/verify", record::verify),
];

/// Where everything is.
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
        "acts": "/api/v1/acts",
        "things": kinds,
        "export": "/api/v1/export",
        "record": {
            "checkpoint": "/api/v1/record/checkpoint",
            "leaves": "/api/v1/record/leaves",
            "receipts": "/api/v1/record/receipts/{position}",
            "consistency": "/api/v1/record/consistency",
            "verify": "/api/v1/record/verify",
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
mod tests {
    use super::*;
    use crate::routes::Method;

    #[test]
    fn the_document_describes_every_route_of_the_api_and_no_other() {
        let document = openapi::described();
        let mut described: Vec<(String, String)> = Vec::new();
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for method in methods.as_object().expect("methods").keys() {
                described.push((path.clone(), method.clone()));
            }
        }
        let mut routed: Vec<(String, String)> = ROUTES
            .iter()
            .map(|route| {
                let method = if route.method == Method::Get { "get" } else { "post" };
                (route.path.to_owned(), method.to_owned())
            })
            .collect();
        described.sort();
        routed.sort();
        assert_eq!(described, routed);
    }

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        fn references(value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(object) => {
                    if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                        found.push(reference.to_owned());
                    }
                    object.values().for_each(|inner| references(inner, found));
                }
                Value::Array(list) => list.iter().for_each(|inner| references(inner, found)),
                _ => {}
            }
        }
        let document = openapi::described();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 50, "{} references", found.len());
        for reference in found {
            let place = reference.strip_prefix('#').expect("within the document");
            assert!(document.pointer(place).is_some(), "{reference}");
        }
    }
}

//! The routes of the API, each with its parameters and answers.

use super::documents;
use super::schemas::named;
use crate::api::things::{LIMIT_MAX, LIMIT_USUAL, segment};
use coalition::Kind;
use serde_json::{Map, Value, json};

/// Errors that any route may answer with.
const ANY: [(&str, &str); 5] = [
    ("400", "BrokenOff"),
    ("403", "NotAllowed"),
    ("405", "Method"),
    ("408", "TooSlow"),
    ("413", "TooLong"),
];

/// Every path, with its methods.
pub(super) fn paths() -> Value {
    let mut paths = Map::new();
    for (path, method, operation) in
        [of_the_house(), of_things(), documents::operations(), of_the_record()].concat()
    {
        paths.insert(path.into(), json!({ method: operation }));
    }
    let id = "$response.body#/things/0/id";
    let kind = "$request.path.kind";
    let ways = [
        ("/api/v1/{kind}", "thing", json!({ "kind": kind, "id": id })),
        ("/api/v1/{kind}", "history", json!({ "kind": kind, "id": id })),
        (
            "/api/v1/record/leaves",
            "receipt",
            json!({ "position": "$response.body#/leaves/0/position" }),
        ),
    ];
    for (from, to, parameters) in ways {
        let link = json!({ "operationId": to, "parameters": parameters });
        paths[from]["get"]["responses"]["200"]["links"][to] = link;
    }
    paths.into()
}

type Operation = (&'static str, &'static str, Value);

/// An operation that reads.
fn read(id: &str, summary: &str, parameters: &[Value], answer: &str, errors: &[&str]) -> Value {
    let mut responses = Map::new();
    responses.insert("200".into(), answered("The answer.", answer));
    responses
        .insert("304".into(), json!({ "description": "Nothing changed since the tag you have." }));
    fail(&mut responses, errors);
    json!({
        "operationId": id,
        "summary": summary,
        "parameters": parameters,
        "responses": responses,
    })
}

pub(super) fn answered(description: &str, schema: &str) -> Value {
    json!({
        "description": description,
        "content": { "application/json": { "schema": named(schema) } },
    })
}

pub(super) fn fail(responses: &mut Map<String, Value>, errors: &[&str]) {
    let of = |name: &str| json!({ "$ref": format!("#/components/responses/{name}") });
    for (status, name) in ANY {
        responses.insert(status.into(), of(name));
    }
    for status in errors {
        let name = match *status {
            "401" => "NotSeated",
            "404" => "NotFound",
            "409" => "Conflict",
            "422" => "Invalid",
            "400" => "BrokenOff",
            "415" => "Unfit",
            "429" => "TooOften",
            "503" => "NotWritten",
            "507" => "NoRoom",
            _ => "Failed",
        };
        responses.insert((*status).into(), of(name));
    }
}

fn in_query(name: &str, description: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

pub(super) fn in_path(name: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

fn position() -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })
}

fn limit() -> Value {
    let schema =
        json!({ "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_USUAL });
    in_query("limit", "How many at most.", &schema)
}

/// An act that every house takes from whoever may cite: it refers to nothing.
fn cited() -> Value {
    let source = json!({ "source": { "title": "Joint statement", "outlet": "The Gazette" } });
    json!({ "change": { "create": { "content": source, "marking": { "label": "AMBER" } } } })
}

fn of_the_house() -> Vec<Operation> {
    let acts = {
        let mut responses = Map::new();
        let mut done = answered(
            "The act is in the record, durably. A retry with its key gets the same answer.",
            "Done",
        );
        done["headers"] = json!({ "Location": {
            "description": "Where the thing is.", "schema": { "type": "string" } } });
        responses.insert("201".into(), done);
        fail(&mut responses, &["401", "404", "409", "422", "503"]);
        json!({
            "operationId": "act",
            "summary": "Does an act: makes a thing or changes one.",
            "security": [{ "session": [] }],
            "parameters": [{
                "name": "Idempotency-Key",
                "in": "header",
                "description": "A word of yours by which a retry is known; the same as `key` in the body.",
                "schema": named("Id"),
            }],
            "requestBody": {
                "required": true,
                "description": "A field that says nothing is left out: null is refused.",
                "content": { "application/json": {
                    "schema": named("Command"),
                    "examples": { "source": { "summary": "A source is cited.", "value": cited() } },
                } },
            },
            "responses": responses,
        })
    };
    vec![
        ("/api/v1", "get", read("links", "Where everything is.", &[], "Links", &["422"])),
        ("/api/v1/me", "get", read("me", "Who you are to the house.", &[], "Me", &["422"])),
        ("/api/v1/openapi.json", "get", {
            let mut operation = read("openapi", "This document.", &[], "Links", &["422"]);
            operation["responses"]["200"]["content"]["application/json"]["schema"] =
                json!({ "type": "object", "required": ["openapi", "paths"] });
            operation
        }),
        ("/api/v1/acts", "post", acts),
        ("/api/v1/disclosure", "post", disclosure()),
        (
            "/api/v1/export",
            "get",
            read(
                "export",
                "Everything you may see, as one document.",
                &[],
                "Export",
                &["422", "500"],
            ),
        ),
    ]
}

/// What a list of commitments can be narrowed by.
fn filters() -> Vec<Value> {
    let stages: Vec<&str> =
        crate::forms::fields::stages().into_iter().map(|(key, _)| key).collect();
    vec![
        limit(),
        cursor(),
        in_query("party", "Of this party.", &named("Id")),
        in_query("resource", "Of this resource.", &named("Id")),
        in_query("stage", "At this stage.", &json!({ "type": "string", "enum": stages })),
    ]
}

/// A guarantee, and the scenario to assess it under.
fn scenario() -> Vec<Value> {
    let ids = |name: &str, description: &str| {
        let schema = json!({ "type": "array", "items": named("Id"), "maxItems": 100 });
        in_query(name, description, &schema)
    };
    vec![
        in_path("id", &named("Id")),
        ids("assume", "Circumstances assumed to hold, beside the trigger."),
        ids("assume_not", "Circumstances assumed not to hold."),
        ids("without", "Parties assumed to have left."),
        in_query(
            "on",
            "The day the trigger comes, where dates and days after it are mixed.",
            &json!({ "type": "string", "format": "date" }),
        ),
        in_query(
            "explain",
            "Explain every breaking set listed and every commitment, not the first sets alone.",
            &json!({ "type": "string", "enum": ["all"] }),
        ),
    ]
}

fn cursor() -> Value {
    in_query("cursor", "The id after which to go on.", &named("Id"))
}

fn of_things() -> Vec<Operation> {
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| segment(*kind)).collect();
    let kind = in_path("kind", &json!({ "type": "string", "enum": kinds }));
    let id = in_path("id", &named("Id"));
    let found = &["404", "422"];
    vec![
        (
            "/api/v1/{kind}",
            "get",
            read(
                "list",
                "The things of a kind that you may see, by id.",
                &[kind.clone(), limit(), cursor()],
                "Things",
                found,
            ),
        ),
        (
            "/api/v1/commitments",
            "get",
            read(
                "commitments",
                "The commitments that you may see, by id.",
                &filters(),
                "Things",
                &["422"],
            ),
        ),
        (
            "/api/v1/{kind}/{id}",
            "get",
            read("thing", "One thing.", &[kind.clone(), id.clone()], "Thing", found),
        ),
        (
            "/api/v1/{kind}/{id}/history",
            "get",
            read(
                "history",
                "The acts of one thing, the first one first.",
                &[kind, id],
                "History",
                found,
            ),
        ),
        (
            "/api/v1/guarantees/{id}/assessment",
            "get",
            read(
                "assessment",
                "Whether a guarantee holds in your view, under a scenario.",
                &scenario(),
                "Assessment",
                &["404", "409", "422", "500"],
            ),
        ),
    ]
}

fn disclosure() -> Value {
    let mut responses = Map::new();
    responses.insert("200".into(), answered("What the article discloses.", "Disclosure"));
    fail(&mut responses, &["422", "500"]);
    json!({
        "operationId": "disclosure",
        "summary": "Which facts that you may see an article discloses, and whose view held those that were not public. Nothing of it is kept.",
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": named("Article") } },
        },
        "responses": responses,
    })
}

fn verify() -> Value {
    let mut responses = Map::new();
    responses.insert(
        "200".into(),
        answered("What the receipt proves, or why it proves nothing.", "Proved"),
    );
    fail(&mut responses, &["422", "500"]);
    json!({
        "operationId": "verify",
        "summary": "Checks a receipt against this house's key. Nothing of it is kept.",
        "requestBody": {
            "required": true,
            "description": "A receipt, in its one exact text.",
            "content": { "application/json": { "schema": {} } },
        },
        "responses": responses,
    })
}

fn of_the_record() -> Vec<Operation> {
    let size = |name: &str, description: &str| {
        let mut parameter = in_query(name, description, &position());
        parameter["required"] = true.into();
        parameter
    };
    let from = in_query("from", "The first place, counted from 0.", &position());
    vec![
        (
            "/api/v1/record/checkpoint",
            "get",
            read(
                "checkpoint",
                "The newest checkpoint, and the key that signed it.",
                &[],
                "Checkpoint",
                &["409", "422"],
            ),
        ),
        (
            "/api/v1/record/leaves",
            "get",
            read(
                "leaves",
                "The leaves in order; those you may not see are sealed.",
                &[from, limit()],
                "Leaves",
                &["422"],
            ),
        ),
        (
            "/api/v1/record/receipts/{position}",
            "get",
            read(
                "receipt",
                "The receipt of an act that you may see, in its one exact text.",
                &[in_path("position", &position())],
                "Receipt",
                &["404", "422"],
            ),
        ),
        (
            "/api/v1/record/consistency",
            "get",
            read(
                "consistency",
                "The proof that the record of `new` acts continues that of `old`.",
                &[size("old", "The earlier size."), size("new", "The later size.")],
                "Consistency",
                &["404", "422"],
            ),
        ),
        ("/api/v1/record/verify", "post", verify()),
    ]
}

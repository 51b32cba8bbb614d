//! The routes of versions of documents, with what they take and answer.

use super::operations::{answered, fail, in_path};
use super::schemas::named;
use super::shapes::{list, object};
use serde_json::{Map, Value, json};

type Operation = (&'static str, &'static str, Value);

const VERSION: &str = "/api/v1/documents/{id}/versions/{version}";

/// The routes.
pub(super) fn operations() -> Vec<Operation> {
    vec![
        ("/api/v1/documents/{id}/versions", "post", send()),
        ("/api/v1/documents/{id}/letters", "post", letter()),
        (VERSION, "get", read()),
        ("/api/v1/documents/{id}/versions/{version}/destroy", "post", destroy()),
    ]
}

fn binary() -> Value {
    json!({ "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } })
}

fn send() -> Value {
    let mut responses = Map::new();
    let mut done = answered(
        "The version is added: its content is durable, and then its act. A retry with its key gets the same answer.",
        "Added",
    );
    done["headers"] = json!({ "Location": {
        "description": "Where the document is.", "schema": { "type": "string" } } });
    responses.insert("201".into(), done);
    fail(&mut responses, &["400", "401", "404", "409", "415", "422", "429", "503", "507"]);
    json!({
        "operationId": "addVersion",
        "summary": "Adds a version to a document. What it is, is told by its bytes alone.",
        "security": [{ "session": [] }],
        "parameters": [
            in_path("id", &named("Id")),
            { "name": "name", "in": "query", "description": "What the file is called. It is made plain, and ends as its type does.",
              "schema": { "type": "string", "maxLength": 1_000 } },
            { "name": "Idempotency-Key", "in": "header", "description": "A word of yours by which a retry is known.",
              "schema": named("Id") },
        ],
        "requestBody": { "required": true, "content": binary() },
        "responses": responses,
    })
}

fn letter() -> Value {
    let mut responses = Map::new();
    let mut done = answered(
        "The letter is kept: it is durable, and then its act. A retry with its key gets the same answer.",
        "Added",
    );
    done["headers"] = json!({ "Location": {
        "description": "Where the document is.", "schema": { "type": "string" } } });
    responses.insert("201".into(), done);
    fail(&mut responses, &["400", "401", "404", "409", "422", "429", "503", "507"]);
    let body = object(
        json!({
            "letter": { "type": "string", "maxLength": exchange::marked::TEMPLATE_BYTES_MAX,
                "description": "Plain text; `[[meet | gather]]` where copies may differ, at fourteen places at least." },
            "visible": { "type": "boolean",
                "description": "Whether a line at the foot of every page says whose copy it is." },
        }),
        &["letter"],
    );
    json!({
        "operationId": "keepLetter",
        "summary": "Adds a letter as a version: whoever reads it is handed the copy of his delegation, as PDF, or shown its pages.",
        "security": [{ "session": [] }],
        "parameters": [
            in_path("id", &named("Id")),
            { "name": "Idempotency-Key", "in": "header", "description": "A word of yours by which a retry is known.",
              "schema": named("Id") },
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": body } } },
        "responses": responses,
    })
}

fn read() -> Value {
    let mut responses = Map::new();
    let types = coalition::content::Media::ALL.iter().map(|media| {
        let schema = json!({ "schema": { "type": "string", "format": "binary" } });
        (crate::reading::content_type(*media).to_owned(), schema)
    });
    responses.insert(
        "200".into(),
        json!({
            "description": "The content. That you were given it is in the record before its first byte is sent.",
            "content": types.collect::<Map<String, Value>>(),
        }),
    );
    fail(&mut responses, &["401", "404", "409", "422", "429", "503"]);
    json!({
        "operationId": "readVersion",
        "summary": "The content of a version that may be downloaded.",
        "parameters": [in_path("id", &named("Id")), in_path("version", &named("Id"))],
        "responses": responses,
    })
}

fn destroy() -> Value {
    let mut responses = Map::new();
    responses.insert("200".into(), answered("Its key is gone.", "Destroyed"));
    fail(&mut responses, &["401", "404", "409", "422", "503"]);
    let body = object(json!({ "reason": named("Text") }), &[]);
    json!({
        "operationId": "destroyVersion",
        "summary": "Destroys the content of a version. The record keeps its hash.",
        "security": [{ "session": [] }],
        "parameters": [in_path("id", &named("Id")), in_path("version", &named("Id"))],
        "requestBody": { "required": true, "content": { "application/json": { "schema": body } } },
        "responses": responses,
    })
}

/// The schemas, by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    let whole = || json!({ "type": "integer", "minimum": 0 });
    let hash = || json!({ "type": "string", "description": "SHA-256 of the content, base64url." });
    vec![
        (
            "Version",
            object(
                json!({
                    "id": named("Id"),
                    "hash": hash(),
                    "bytes": whole(),
                    "media": named("Media"),
                    "name": named("Name"),
                }),
                &["id", "hash", "bytes", "media", "name"],
            ),
        ),
        (
            "Attached",
            object(
                json!({
                    "id": named("Id"),
                    "name": named("Name"),
                    "media": named("Media"),
                    "bytes": whole(),
                    "hash": hash(),
                    "added": named("Moment"),
                    "author": named("Author"),
                    "destroyed": { "anyOf": [named("Moment"), { "type": "null" }] },
                }),
                &["id", "name", "media", "bytes", "hash", "added", "author", "destroyed"],
            ),
        ),
        (
            "Added",
            object(
                json!({
                    "position": whole(),
                    "act": named("Id"),
                    "subject": named("Id"),
                    "version": { "anyOf": [named("Id"), { "type": "null" }] },
                }),
                &["position", "act", "subject", "version"],
            ),
        ),
        (
            "Destroyed",
            object(
                json!({ "document": named("Id"), "destroyed": named("Id") }),
                &["document", "destroyed"],
            ),
        ),
    ]
}

/// The versions that are told with a document.
pub(super) fn of_a_thing() -> Value {
    let mut versions = list(&named("Attached"));
    versions["description"] = "Of a document, the first one first.".into();
    versions
}

//! The OpenAPI document: every route of the API, what it takes and what it answers.

mod documents;
mod operations;
mod schemas;
mod shapes;

use super::query::Query;
use crate::answer::Answer;
use crate::asking::Asking;
use coalition::Refusal;
use serde_json::{Value, json};
use std::sync::OnceLock;

/// Made once: it says nothing of what the house holds, so it is the same for everybody.
static DOCUMENT: OnceLock<String> = OnceLock::new();

pub(super) fn document(asking: &Asking) -> Result<Answer, Refusal> {
    Query::open(asking, &[])?;
    let text = DOCUMENT.get_or_init(|| described().to_string());
    Ok(Answer::bytes("application/json", text.clone().into_bytes()))
}

/// The document.
pub(super) fn described() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Entente",
            "version": "1",
            "description": "What a coalition has promised, decided and recorded, as far as whoever asks may see it. What he may not see is answered exactly as what does not exist. Lists hold what he may see and nothing else; the one exception are the sealed leaves of the record, of which place and hash are public.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{}, { "session": [] }],
        "paths": operations::paths(),
        "components": {
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-entente",
                    "description": "The session that signing in gives. Without one, you see what the public sees.",
                },
            },
            "schemas": schemas::all(),
            "responses": shapes::responses(),
        },
    })
}

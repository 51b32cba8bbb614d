//! Schemas of what the API answers, and the answers that every route shares.

use super::documents;
use super::schemas::named;
use serde_json::{Map, Value, json};

pub(super) fn object(properties: Value, required: &[&str]) -> Value {
    let mut schema = json!({
        "type": "object",
        "required": required,
        "additionalProperties": false,
    });
    schema["properties"] = properties;
    schema
}

pub(super) fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// Schemas by their names.
type Named = Vec<(&'static str, Value)>;

/// Schemas of all that is sent and answered, by name.
pub(super) fn answers() -> Map<String, Value> {
    let all = [
        of_acts(),
        of_things(),
        of_the_house(),
        of_the_record(),
        of_articles(),
        documents::schemas(),
    ]
    .concat();
    all.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn whole() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn of_acts() -> Named {
    let audience =
        || json!({ "type": "array", "items": named("Id"), "maxItems": 500, "uniqueItems": true });
    let author = object(json!({ "person": named("Id"), "party": named("Id") }), &[]);
    vec![
        (
            "Marking",
            object(
                json!({ "label": named("Label"), "parties": audience(), "persons": audience() }),
                &["label"],
            ),
        ),
        ("Author", author),
        (
            "Command",
            object(
                json!({
                    "subject": named("Id"),
                    "revision": { "type": "integer", "minimum": 0, "maximum": u32::MAX },
                    "key": named("Id"),
                    "change": named("AskedChange"),
                }),
                &["change"],
            ),
        ),
        (
            "Act",
            object(
                json!({
                    "v": { "const": 1 },
                    "id": named("Id"),
                    "at": named("Moment"),
                    "by": named("Author"),
                    "key": named("Id"),
                    "subject": named("Id"),
                    "change": named("Change"),
                    "signed": signature(),
                }),
                &["v", "id", "at", "by", "subject", "change"],
            ),
        ),
        (
            "Done",
            object(
                json!({ "position": whole(), "act": named("Id"), "subject": named("Id") }),
                &["position", "act", "subject"],
            ),
        ),
    ]
}

/// A passkey's assertion over an act.
fn signature() -> Value {
    let properties = json!({
        "passkey": named("Id"),
        "nonce": text(),
        "authenticator_data": text(),
        "client_data": text(),
        "signature": text(),
    });
    let parts = ["passkey", "nonce", "authenticator_data", "client_data", "signature"];
    object(properties, &parts)
}

fn of_things() -> Named {
    vec![
        ("Thing", thing()),
        (
            "Things",
            object(
                json!({
                    "kind": named("Kind"),
                    "things": list(&named("Thing")),
                    "next": { "anyOf": [named("Id"), { "type": "null" }],
                        "description": "The cursor of the next part; null at the end." },
                }),
                &["kind", "things", "next"],
            ),
        ),
        (
            "History",
            object(
                json!({
                    "subject": named("Id"),
                    "acts": list(&object(
                        json!({ "position": whole(), "deed": text(), "act": named("Act") }),
                        &["position", "deed", "act"],
                    )),
                }),
                &["subject", "acts"],
            ),
        ),
    ]
}

fn of_the_house() -> Named {
    let named_id = object(
        json!({ "id": named("Id"), "name": { "type": ["string", "null"] } }),
        &["id", "name"],
    );
    vec![
        (
            "Me",
            json!({ "oneOf": [
            object(json!({ "seated": { "const": false } }), &["seated"]),
            object(
                json!({
                    "seated": { "const": true },
                    "person": named_id,
                    "party": named_id,
                    "standing": text(),
                    "role": text(),
                    "sessions": list(&named("Id")),
                }),
                &["seated", "person", "party", "standing", "role", "sessions"],
            ),
        ] }),
        ),
        ("Links", json!({ "type": "object", "required": ["coalition", "things", "openapi"] })),
        ("Export", json!({ "type": "object", "required": ["format", "version", "things"] })),
        ("Assessment", assessment()),
        ("Ask", ask()),
        ("BreakExplanation", break_explanation()),
        ("ExplanationStep", explanation_step()),
        ("Leaf", leaf()),
        (
            "Error",
            object(
                json!({ "error": object(
                json!({ "code": text(), "message": text(), "field": text() }),
                &["code", "message"],
            ) }),
                &["error"],
            ),
        ),
    ]
}

fn of_the_record() -> Named {
    let seen = json!({
        "position": whole(), "hash": named("Hash"), "sealed": { "const": false }, "act": named("Act"),
    });
    let sealed = json!({ "position": whole(), "hash": named("Hash"), "sealed": { "const": true } });
    let leaf = json!({ "oneOf": [
        object(seen, &["position", "hash", "sealed", "act"]),
        object(sealed, &["position", "hash", "sealed"]),
    ] });
    vec![
        (
            "Checkpoint",
            object(
                json!({ "checkpoint": text(), "size": whole(), "root": named("Hash"), "key": text() }),
                &["checkpoint", "size", "root", "key"],
            ),
        ),
        ("Leaves", object(json!({ "size": whole(), "leaves": list(&leaf) }), &["size", "leaves"])),
        (
            "Receipt",
            object(
                json!({
                    "version": { "const": 1 },
                    "act": { "type": "string", "description": "The act's bytes, as they were recorded." },
                    "act_base64": { "type": "string", "contentEncoding": "base64" },
                    "salt": named("Hash"),
                    "index": whole(),
                    "proof": list(&named("Hash")),
                    "checkpoint": text(),
                }),
                &["version", "salt", "index", "proof", "checkpoint"],
            ),
        ),
        (
            "Consistency",
            object(
                json!({ "old": whole(), "new": whole(), "proof": list(&named("Hash")) }),
                &["old", "new", "proof"],
            ),
        ),
        (
            "Proved",
            json!({ "oneOf": [
            object(
                json!({ "proves": { "const": false }, "why": text() }),
                &["proves", "why"],
            ),
            object(
                json!({
                    "proves": { "const": true },
                    "position": whole(),
                    "leaf": named("Hash"),
                    "checkpoint": text(),
                    "act": { "description": "The act; null if its bytes are not JSON." },
                }),
                &["proves", "position", "leaf", "checkpoint", "act"],
            ),
        ] }),
        ),
    ]
}

fn of_articles() -> Named {
    vec![
        (
            "Article",
            object(
                json!({
                    "text": { "type": "string", "maxLength": 200_000 },
                    "published": { "type": ["string", "null"], "format": "date",
                        "description": "The day on which it appeared, if that is known." },
                    "letters": { "type": "boolean",
                        "description": "Whether the text is also compared with the letters that the house keeps, as far as you may trace them." },
                }),
                &["text"],
            ),
        ),
        ("Disclosure", disclosure()),
    ]
}

fn disclosure() -> Value {
    let passage = object(
        json!({ "from": whole(), "to": whole(), "text": text(), "stated": { "type": "boolean",
            "description": "As the record has it; else in part, or in other words." } }),
        &["from", "to", "text", "stated"],
    );
    let fact = object(
        json!({
            "thing": named("Id"),
            "about": text(),
            "fact": text(),
            "label": named("Label"),
            "public": { "enum": ["no", "since", "then"],
                "description": "Whether it was public when the article appeared; `since`: it is now." },
            "public_through": { "anyOf": [named("Id"), { "type": "null" }] },
            "passages": list(&passage),
        }),
        &["thing", "about", "fact", "label", "public", "public_through", "passages"],
    );
    let named_by = json!({ "enum": ["day", "place", "title", "coalition"] });
    let meeting = object(
        json!({ "meeting": named("Id"), "named_by": list(&named_by) }),
        &["meeting", "named_by"],
    );
    let holder = object(
        json!({ "person": named("Id"), "name": text(), "party": text(), "held": whole(),
            "held_all": { "type": "boolean" } }),
        &["person", "name", "party", "held", "held_all"],
    );
    object(
        json!({
            "meetings": list(&meeting),
            "disclosed": list(&fact),
            "things_not_public": whole(),
            "holders": list(&holder),
            "as_of": { "anyOf": [named("Moment"), { "type": "null" }],
                "description": "The moment for which holders are told; null: the record as it stands." },
            "letters": list(&traced()),
        }),
        &["meetings", "disclosed", "things_not_public", "holders", "as_of"],
    )
}

/// A letter with which a text was compared.
fn traced() -> Value {
    let fits = object(
        json!({
            "party": named("Id"),
            "name": text(),
            "agrees": whole(),
            "likelihood": { "type": "number",
                "description": "How much likelier the text is if it comes from this copy than if not, as a power of ten." },
            "false_accusation": { "type": "number", "minimum": 0, "maximum": 1,
                "description": "The chance that, of all compared, anybody's copy fits so well though the text does not come from it." },
            "opened": { "anyOf": [named("Moment"), { "type": "null" }],
                "description": "When the delegation was first given it, as far as you can see." },
        }),
        &["party", "name", "agrees", "likelihood", "false_accusation", "opened"],
    );
    let mut fits = list(&fits);
    fits["description"] = "Copies of which the false accusation is at most one in ten, the likeliest first. No verdict.".into();
    object(
        json!({ "document": named("Id"), "version": named("Id"), "places": whole(),
            "read": whole(), "compared": whole(), "fits": fits }),
        &["document", "version", "places", "read", "compared", "fits"],
    )
}

fn thing() -> Value {
    let properties = json!({
        "id": named("Id"),
        "kind": named("Kind"),
        "title": text(),
        "content": named("Content"),
        "label": named("Label"),
        "parties": list(&named("Id")),
        "persons": list(&named("Id")),
        "who_can_see": text(),
        "status": { "enum": ["standing", "suspended", "withdrawn"] },
        "reason": text(),
        "revision": { "type": "integer", "minimum": 1 },
        "created": named("Moment"),
        "changed": named("Moment"),
        "author": named("Author"),
        "page": { "type": "string", "description": "Where people look at it." },
        "changes": { "type": "array", "items": { "type": "string" },
            "description": "What your seat may do to it now." },
    });
    let mut all = properties.clone();
    all["versions"] = documents::of_a_thing();
    let required: Vec<String> =
        properties.as_object().expect("an object above").keys().cloned().collect();
    let required: Vec<&str> = required.iter().map(String::as_str).collect();
    object(all, &required)
}

fn assessment() -> Value {
    let reading = json!({
        "type": "object",
        "required": ["holds", "needs", "breaking_sets", "sufficient_sets", "complete", "order",
            "n_minus_1", "probability", "importance"],
        "properties": { "explanation": {
            "type": "object",
            "required": ["needs", "breaking_sets"],
            "properties": {
                "needs": list(&json!({ "type": "object",
                    "description": "When a need is covered least, and by what.",
                    "required": ["resource", "amount", "from", "until", "covered", "missing",
                        "spare", "given"] })),
                "breaking_sets": list(&named("BreakExplanation")),
            },
        } },
    });
    json!({
        "type": "object",
        "required": ["guarantee", "scenario", "readings", "commitments", "asks"],
        "properties": {
            "guarantee": named("Id"),
            "scenario": { "type": "object", "required": ["assume", "assume_not", "without"] },
            "readings": {
                "type": "object",
                "required": ["firm", "mutual"],
                "properties": { "firm": reading, "mutual": reading },
            },
            "commitments": { "type": "array", "items": {
                "type": "object",
                "required": ["id", "standing", "moves_with", "waits_for"],
                "properties": { "explanation": {
                    "type": "object",
                    "description": "With explain=all: why it stands as it does.",
                    "required": ["leaves", "steps"],
                    "properties": {
                        "leaves": list(&named("Leaf")),
                        "steps": list(&named("ExplanationStep")),
                    },
                } },
            } },
            "asks": list(&named("Ask")),
        },
    })
}

fn break_explanation() -> Value {
    object(
        json!({
            "lost": list(&text()),
            "leave": list(&named("Id")),
            "counts_all": { "type": "boolean", "description": "A condition asks that something \
                lost not hold, so everything promised counts until a step says otherwise." },
            "steps": list(&named("ExplanationStep")),
            "short": list(&json!({ "type": "object", "required": ["need", "resource", "amount",
                "from", "until", "covered", "missing", "given"] })),
            "required": whole(),
            "needs": whole(),
        }),
        &["lost", "leave", "counts_all", "steps", "short", "required", "needs"],
    )
}

fn explanation_step() -> Value {
    let fall = object(
        json!({ "commitment": named("Id"), "leaves": list(&named("Leaf")) }),
        &["commitment", "leaves"],
    );
    object(
        json!({
            "round": { "type": "integer", "minimum": 1 },
            "together": { "type": "boolean", "description": "They count on each other only." },
            "falls": list(&fall),
        }),
        &["round", "together", "falls"],
    )
}

fn leaf() -> Value {
    object(
        json!({
            "says": { "type": "string", "description": "A part of a condition, in its language." },
            "holds": { "type": "boolean" },
            "figures": { "type": "object", "required": ["of"], "properties": {
                "of": { "enum": ["circumstance", "parties", "count", "sum"] } } },
            "leans_on": list(&named("Id")),
        }),
        &["says", "holds", "figures"],
    )
}

fn ask() -> Value {
    let bounds = || object(json!({ "low": text(), "high": text() }), &["low", "high"]);
    let amount =
        || object(json!({ "resource": named("Id"), "amount": text() }), &["resource", "amount"]);
    json!({
        "type": "object",
        "description": "One resource with its amount, or several together.",
        "required": ["makes", "reading", "probability", "probability_gain", "order",
            "breaking_set_total", "breaking_set_total_before"],
        "properties": {
            "resource": named("Id"),
            "amount": text(),
            "together": list(&amount()),
            "other_combinations": { "type": "boolean",
                "description": "Whether others may do that are not listed." },
            "at_least": { "type": "array", "items": amount(),
                "description": "Where the search was cut short: less of any would not do." },
            "makes": { "enum": ["holds", "n_minus_1", "n_minus_2"] },
            "reading": { "enum": ["firm", "mutual"] },
            "probability": text(),
            "probability_bounds": bounds(),
            "probability_gain": { "type": "string", "description": "Beyond what it is without the ask." },
            "probability_gain_bounds": bounds(),
            "order": { "type": ["integer", "null"] },
            "breaking_set_total": { "type": ["string", "null"] },
            "breaking_set_total_before": { "type": ["string", "null"],
                "description": "Without the ask; null where it does not hold without." },
        },
    })
}

/// The answers that routes share, by name.
pub(super) fn responses() -> Value {
    let error = |description: &str| {
        json!({
            "description": description,
            "content": { "application/json": { "schema": named("Error") } },
        })
    };
    json!({
        "NotSeated": error("Only somebody with a seat may do this."),
        "NotAllowed": error("Your seat does not allow it, or the request came from another site."),
        "NotFound": error("There is no such thing, as far as you can see."),
        "Method": error("There is nothing here for this method."),
        "Conflict": error("It cannot be done as things stand, or they changed since you looked."),
        "TooLong": error("The request is longer than 256 KiB, or its file longer than is taken."),
        "Invalid": error("A field does not say what it should; the error names it."),
        "BrokenOff": error("The request, or its file, did not come whole."),
        "TooSlow": error("The request came too slowly."),
        "Unfit": error("The file is of no type that is taken, or its request is no form with a file."),
        "TooOften": error("Too much came within a minute, or comes in just now."),
        "NoRoom": error("There is no room for the file."),
        "NotWritten": error("The record could not be written: nothing was changed."),
        "Failed": { "description": "A fault of the house: nothing was changed.",
            "content": { "text/plain": { "schema": { "type": "string" } } } },
    })
}

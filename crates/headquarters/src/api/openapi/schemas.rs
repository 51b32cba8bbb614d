//! Schemas of what things say, made from the one table of fields.

use super::shapes;
use crate::forms::fields::{Field, Sort, fields};
use coalition::content::{Attribution, Media};
use coalition::{Kind, Label};
use serde_json::{Map, Value, json};

/// A reference to a schema of the document.
pub(super) fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Every schema of the document, by name.
pub(super) fn all() -> Value {
    let mut all = words();
    for kind in Kind::ALL {
        all.insert(type_name(*kind), object(fields(*kind), *kind));
    }
    all.insert("Content".into(), content());
    all.insert("Change".into(), change(true));
    all.insert("AskedChange".into(), change(false));
    all.extend(shapes::answers());
    all.into()
}

/// The schema's name for a kind: `PublishedAssessment`.
fn type_name(kind: Kind) -> String {
    kind.word()
        .split(' ')
        .map(|word| format!("{}{}", word[..1].to_uppercase(), &word[1..]))
        .collect()
}

/// One line without characters that control or mislead, and at least one that is seen.
fn line(length_max: usize) -> Value {
    const PLAIN: &str =
        r"[^\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]";
    const SEEN: &str = r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff]";
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": length_max,
        "pattern": format!("^{PLAIN}*{SEEN}{PLAIN}*$"),
    })
}

/// The words that all schemas are made of, by name.
fn words() -> Map<String, Value> {
    let mut all = written();
    all.extend(chosen());
    all
}

/// Words that are written freely, within a form.
fn written() -> Map<String, Value> {
    const POINT: &str = r"^trigger\+0*([0-9]{1,4}|[12][0-9]{4}|3[0-5][0-9]{3}|36[0-4][0-9]{2}|365[01][0-9]|3652[0-5])d$";
    const LINES: &str = r"^([\t\n\r]|[^\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff])*$";
    let list = [
        (
            "Id",
            json!({
                "type": "string",
                "pattern": "^[A-Za-z0-9._-]{1,64}$",
                "description": "Names one thing. Ids that the house gives are random.",
            }),
        ),
        ("Name", line(coalition::text::NAME_CHARACTERS_MAX)),
        (
            "Text",
            json!({
                "type": "string",
                "maxLength": coalition::text::TEXT_CHARACTERS_MAX,
                "pattern": LINES,
            }),
        ),
        (
            "Amount",
            json!({
                "type": "string",
                "pattern": r"^(?=.*[1-9])[0-9]{1,15}(\.[0-9]{1,9})?$",
                "description": "An exact decimal, more than 0, in the resource's unit.",
            }),
        ),
        (
            "Chance",
            json!({
                "type": "string",
                "pattern": r"^(0{1,9}(\.[0-9]{1,9})?|0{0,8}1(\.0{1,9})?)$",
                "description": "An exact decimal from 0 to 1.",
            }),
        ),
        (
            "Point",
            json!({
                "description": "A day, or days after the day the trigger comes.",
                "anyOf": [
                    { "type": "string", "format": "date" },
                    { "type": "string", "pattern": POINT },
                ],
            }),
        ),
        (
            "PartialTime",
            json!({
                "description": "A month, a day or a minute, as far as it is known, in the meeting's zone.",
                "anyOf": [
                    { "type": "string", "format": "date" },
                    { "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$" },
                    { "type": "string",
                      "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]$" },
                ],
            }),
        ),
    ];
    list.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// Words of a language or a list of ours, and what the house itself writes.
fn chosen() -> Map<String, Value> {
    let list = [
        (
            "Condition",
            json!({
                "type": "string",
                "minLength": 1,
                "maxLength": coalition::condition::TEXT_BYTES_MAX,
                "description": "When the commitment is in force: `always`, or `when` and a formula over circumstances and others' commitments. What is asked may use names; what is answered uses ids.",
                "examples": ["always", "when at least 10 others contribute \"ground troops\""],
            }),
        ),
        (
            "Requires",
            json!({
                "description": "`all`, or at least so many.",
                "anyOf": [{ "const": "all" }, { "type": "integer", "minimum": 1, "maximum": 60 }],
            }),
        ),
        (
            "Label",
            json!({
                "type": "string",
                "enum": Label::ALL.map(Label::as_str),
                "description": "TLP 2.0, the narrowest first.",
            }),
        ),
        (
            "Kind",
            json!({
                "type": "string",
                "enum": Kind::ALL.iter().map(|kind| kind.key()).collect::<Vec<_>>(),
            }),
        ),
        (
            "Media",
            json!({
                "type": "string",
                "enum": Media::ALL.iter().map(|media| media.key()).collect::<Vec<_>>(),
                "description": "What a version is, as its bytes say; a letter is read as PDF.",
            }),
        ),
        ("Moment", json!({ "type": "string", "format": "date-time" })),
        (
            "Hash",
            json!({
                "type": "string",
                "contentEncoding": "base64",
                "minLength": 44,
                "maxLength": 44,
            }),
        ),
    ];
    list.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// The schema of what a thing of a kind says.
fn object(fields: &[Field], kind: Kind) -> Value {
    let mut schema = inner(fields);
    if kind == Kind::Session {
        schema["properties"]["shut"] = json!({
            "type": "boolean",
            "readOnly": true,
            "description": "Whether the room is closed: set by `close` and `reopen`.",
        });
    }
    if kind == Kind::Custody {
        schema["properties"]["number"] = json!({
            "type": "integer",
            "minimum": 0,
            "readOnly": true,
            "description": "The number of the receipt, given by the house.",
        });
    }
    if kind == Kind::PublishedAssessment {
        schema["properties"]["answer"] = json!({
            "readOnly": true,
            "description": "The answer, as the house computed it from its author's view.",
        });
    }
    if kind == Kind::Minutes {
        schema["properties"]["attribution"] = json!({
            "type": "string",
            "enum": Attribution::ALL.iter().map(|case| case.key()).collect::<Vec<_>>(),
            "readOnly": true,
            "description": "The rule under which it was said, set by the house: only `on_record` lets names stand.",
        });
        schema["properties"]["points"]["minItems"] = 1.into();
        schema["properties"]["points"]["maxItems"] = 500.into();
    }
    if kind == Kind::Readout {
        schema["properties"]["published"] = json!({
            "type": "boolean",
            "readOnly": true,
            "description": "Whether its moment has come, by the house's clock: set by the house.",
        });
    }
    if kind == Kind::Coalition {
        schema["properties"]["demonstration"] = json!({
            "type": "boolean",
            "readOnly": true,
            "description": "Whether the record is a demonstration, in which no act is signed.",
        });
    }
    schema
}

fn inner(fields: &[Field]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), of(field))).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The schema of one field, described by its label and hint.
fn of(field: &Field) -> Value {
    let ids =
        || json!({ "type": "array", "items": named("Id"), "maxItems": 500, "uniqueItems": true });
    let mut schema = match field.sort {
        Sort::Name => named("Name"),
        Sort::Text => named("Text"),
        Sort::Amount => named("Amount"),
        Sort::Chance => named("Chance"),
        Sort::Point => named("Point"),
        Sort::Time => named("PartialTime"),
        Sort::Moment => named("Moment"),
        Sort::Day => json!({ "type": "string", "format": "date" }),
        Sort::Whole { least, most } => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Sort::Yes => json!({ "type": "boolean" }),
        Sort::Choice(choices) => {
            let keys: Vec<&str> = choices().into_iter().map(|(key, _)| key).collect();
            json!({ "type": "string", "enum": keys })
        }
        Sort::One(_) => named("Id"),
        Sort::Several(_) => ids(),
        Sort::Lines => json!({ "type": "array", "items": named("Name"), "maxItems": 20 }),
        Sort::Condition => named("Condition"),
        Sort::Requires => named("Requires"),
        Sort::Group(fields) => inner(fields),
        Sort::Rows(fields) => json!({ "type": "array", "items": inner(fields), "maxItems": 60 }),
    };
    let described = [field.label, field.hint].map(|words| words.trim_end_matches('.'));
    let described: Vec<&str> = described.into_iter().filter(|words| !words.is_empty()).collect();
    schema["description"] = format!("{}.", described.join(". ")).into();
    schema
}

/// What a thing says: an object with one key, its kind.
fn content() -> Value {
    let kinds: Vec<Value> =
        Kind::ALL.iter().map(|kind| one_key(&kind.key(), &named(&type_name(*kind)))).collect();
    json!({ "oneOf": kinds })
}

fn one_key(key: &str, schema: &Value) -> Value {
    json!({
        "type": "object",
        "title": key,
        "required": [key],
        "properties": { key: schema },
        "additionalProperties": false,
    })
}

/// What an act changes; `create` may leave out the marking where it is asked for.
fn change(recorded: bool) -> Value {
    let part = |key: &str, schema: Value, needed: bool| {
        let mut object = one_key(key, &schema);
        if !needed {
            object.as_object_mut().map(|object| object.remove("required"));
        }
        object
    };
    let reason = || part("reason", named("Text"), false);
    let create = json!({
        "type": "object",
        "required": if recorded { vec!["content", "marking"] } else { vec!["content"] },
        "properties": { "content": named("Content"), "marking": named("Marking") },
        "additionalProperties": false,
    });
    let stages: Vec<&str> =
        crate::forms::fields::stages().into_iter().map(|(key, _)| key).collect();
    let stage = json!({ "type": "string", "enum": stages });
    let postpone = json!({
        "type": "object",
        "required": ["starts", "reason"],
        "properties": { "starts": named("PartialTime"), "ends": named("PartialTime"),
            "reason": named("Text") },
        "additionalProperties": false,
    });
    let mut change = json!({
        "oneOf": [
            one_key("create", &create),
            one_key("amend", &part("content", named("Content"), true)),
            one_key("advance", &part("stage", stage, true)),
            one_key("suspend", &reason()),
            one_key("resume", &reason()),
            one_key("postpone", &postpone),
            one_key("withdraw", &reason()),
            one_key("relabel", &part("marking", named("Marking"), true)),
            one_key("close", &reason()),
            one_key("reopen", &reason()),
            one_key("proceed", &part("step", step(), true)),
        ],
    });
    if let Some(verbs) = change["oneOf"].as_array_mut().filter(|_| recorded) {
        // The house's own.
        let bare = json!({ "type": "object", "additionalProperties": false });
        verbs.push(one_key("publish", &bare));
        // Their content comes before the act, so they have routes of their own.
        verbs.push(one_key("attach", &part("version", named("Version"), true)));
        let mut destroyed = part("version", named("Id"), true);
        destroyed["properties"]["reason"] = named("Text");
        verbs.push(one_key("destroy", &destroyed));
    }
    change
}

/// What happens on a floor.
fn step() -> Value {
    let bare =
        |key: &str| one_key(key, &json!({ "type": "object", "additionalProperties": false }));
    let naming = |key: &str, field: &str| one_key(key, &one_key(field, &named("Id")));
    let item = json!({
        "type": "object",
        "properties": { "item": named("Id") },
        "additionalProperties": false,
    });
    json!({
        "oneOf": [
            bare("begin"),
            bare("pause"),
            bare("go_on"),
            bare("adjourn"),
            one_key("turn", &item),
            naming("ask", "party"),
            naming("retract", "request"),
            naming("give", "request"),
            naming("call", "party"),
            bare("yield"),
            naming("undo", "act"),
        ],
    })
}

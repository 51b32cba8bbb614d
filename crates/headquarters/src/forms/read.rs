//! From the values of a form to what a command says, and what is wrong with them.

use super::fields::{Field, Sort, fields};
use super::values::Values;
use coalition::content::Chance;
use coalition::text::{Name, Text};
use coalition::time::{PartialTime, Point};
use coalition::{Amount, Id, Kind, Refusal, condition};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// Something wrong with a form: the field's name (empty for the whole form) and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) field: String,
    pub(crate) why: String,
}

/// The content that a form spells, and all that is wrong with it.
///
/// What does not read is kept in the JSON as it was typed: the rules refuse it again, so that
/// nothing depends on this check alone.
pub(crate) fn content(kind: Kind, values: &Values) -> (Value, Vec<Wrong>) {
    let mut wrongs = Vec::new();
    let said = object(fields(kind), "", values, &mut wrongs);
    (json!({ kind.key(): said }), wrongs)
}

fn object(
    fields: &[Field],
    prefix: &str,
    values: &Values,
    wrongs: &mut Vec<Wrong>,
) -> Map<String, Value> {
    let mut said = Map::new();
    for field in fields {
        let name = format!("{prefix}{}", field.name);
        if let Some(value) = value(field, &name, values, wrongs) {
            said.insert(field.name.to_owned(), value);
        }
    }
    said
}

fn value(field: &Field, name: &str, values: &Values, wrongs: &mut Vec<Wrong>) -> Option<Value> {
    match field.sort {
        Sort::Yes => Some(Value::Bool(values.first(name) == "yes")),
        // A group that may be left out is, when nothing in it is filled in.
        Sort::Group(inner) if !field.required && left_empty(inner, name, values) => None,
        Sort::Group(inner) => {
            let said = object(inner, &format!("{name}."), values, wrongs);
            (field.required || !said.is_empty()).then_some(Value::Object(said))
        }
        Sort::Rows(inner) => {
            let rows = (0..values.rows(name))
                .map(|row| Value::Object(object(inner, &format!("{name}.{row}."), values, wrongs)));
            let rows: Vec<Value> = rows.collect();
            (!rows.is_empty()).then_some(Value::Array(rows))
        }
        Sort::Several(_) => {
            let ids: Vec<Value> = values.all(name).map(Value::from).collect();
            (!ids.is_empty()).then_some(Value::Array(ids))
        }
        Sort::Lines => {
            let lines = values.first(name).lines().map(str::trim).filter(|line| !line.is_empty());
            let lines: Vec<&str> = lines.collect();
            if let Some(why) = lines.iter().find_map(|line| Name::parse(line).err()) {
                wrongs.push(Wrong { field: name.to_owned(), why: format!("each line {why}") });
            }
            (!lines.is_empty()).then(|| json!(lines))
        }
        _ => leaf(field, name, values.first(name), wrongs),
    }
}

/// Whether a group needs answers and has none.
fn left_empty(inner: &[Field], name: &str, values: &Values) -> bool {
    let empty = |field: &Field| values.first(&format!("{name}.{}", field.name)).trim().is_empty();
    inner.iter().any(|field| field.required) && inner.iter().all(empty)
}

fn leaf(field: &Field, name: &str, text: &str, wrongs: &mut Vec<Wrong>) -> Option<Value> {
    let text = text.trim();
    let mut wrong = |why: String| wrongs.push(Wrong { field: name.to_owned(), why });
    if text.is_empty() {
        if field.required {
            let choose = matches!(field.sort, Sort::One(_) | Sort::Choice(_));
            wrong(if choose { "choose one" } else { "this is needed" }.into());
        }
        return None;
    }
    Some(read(field.sort, text).unwrap_or_else(|why| {
        wrong(why);
        Value::from(text)
    }))
}

/// One value of a sort that is written as one text.
fn read(sort: Sort, text: &str) -> Result<Value, String> {
    let spelt = || Value::from(text);
    match sort {
        Sort::Name => Name::parse(text).map(|_| spelt()).map_err(str::to_owned),
        Sort::Text => Text::parse(text).map(|_| spelt()).map_err(str::to_owned),
        Sort::Amount => Amount::parse(text).map(|_| spelt()).map_err(|error| error.to_string()),
        Sort::Chance => Chance::parse(text).map(|_| spelt()).map_err(str::to_owned),
        Sort::Point => Point::parse(text).map(|_| spelt()).map_err(|error| error.to_string()),
        Sort::Time => PartialTime::parse(text).map(|_| spelt()).map_err(|error| error.to_string()),
        Sort::Day => text
            .parse::<Date>()
            .map(|_| spelt())
            .map_err(|_| "a day is a date such as 2026-01-31".into()),
        Sort::One(_) => Id::parse(text).map(|_| spelt()).map_err(|error| error.to_string()),
        Sort::Choice(choices) if choices().iter().any(|(key, _)| *key == text) => Ok(spelt()),
        Sort::Choice(_) => Err("choose one of those offered".into()),
        Sort::Condition => {
            condition::parse(text).map(|_| spelt()).map_err(|error| error.to_string())
        }
        Sort::Requires if text == "all" => Ok(spelt()),
        Sort::Requires => text
            .parse::<u32>()
            .map(Value::from)
            .map_err(|_| "write all, or how many of the needs".into()),
        Sort::Whole { least, most } => text
            .parse::<u32>()
            .ok()
            .filter(|number| (least..=most).contains(number))
            .map(Value::from)
            .ok_or_else(|| format!("a whole number from {least} to {most}")),
        Sort::Moment => text
            .parse::<jiff::Timestamp>()
            .map(|_| spelt())
            .map_err(|_| "a moment in UTC, such as 2025-11-04T08:12:00Z".to_owned()),
        Sort::Yes | Sort::Several(_) | Sort::Lines | Sort::Group(_) | Sort::Rows(_) => Ok(spelt()),
    }
}

/// The field of a form that a refusal is about, if it is about one.
pub(crate) fn wrong_of(refusal: &Refusal) -> Wrong {
    let Refusal::Invalid { field, why } = refusal else {
        return Wrong { field: String::new(), why: refusal.to_string() };
    };
    Wrong { field: form_name(field), why: why.clone() }
}

/// `change.create.content.guarantee.needs[2].amount` as the form calls it: `needs.2.amount`.
fn form_name(path: &str) -> String {
    let rest = path
        .strip_prefix("change.")
        .map_or(path, |rest| rest.split_once('.').map_or("", |(_, rest)| rest));
    let rest = match rest.strip_prefix("content") {
        // After `content` comes the kind.
        Some(said) => said.trim_start_matches('.').split_once('.').map_or("", |(_, field)| field),
        None => rest,
    };
    rest.replace('[', ".").replace(']', "")
}

/// What the page calls a field: "Needs, row 3, Amount".
pub(crate) fn label_of(kind: Kind, name: &str) -> Option<String> {
    let mut known = fields(kind);
    let mut words: Vec<String> = Vec::new();
    for part in name.split('.') {
        if let (Ok(row), Some(last)) = (part.parse::<usize>(), words.last_mut()) {
            *last = format!("{last}, row {}", row + 1);
            continue;
        }
        let field = known.iter().find(|field| field.name == part)?;
        words.push(field.label.to_owned());
        known = match field.sort {
            Sort::Group(inner) | Sort::Rows(inner) => inner,
            _ => &[],
        };
    }
    (!words.is_empty()).then(|| words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_leads_to_the_field_of_the_form() {
        for (path, name) in [
            ("change.create.content.commitment.amount", "amount"),
            ("content.need.amount", "amount"),
            ("content.guarantee.needs[2].amount", "needs.2.amount"),
            ("change.amend.content.meeting.rules.devices", "rules.devices"),
            ("change.create.marking.parties[0]", "marking.parties.0"),
            ("marking.parties", "marking.parties"),
            ("change.create.content.commitment", ""),
            ("change.advance.stage", "stage"),
            ("change.suspend.reason", "reason"),
            ("key", "key"),
        ] {
            assert_eq!(form_name(path), name, "{path}");
        }
        assert_eq!(
            label_of(Kind::Guarantee, "needs.2.amount").as_deref(),
            Some("Needs, row 3, Amount")
        );
        assert_eq!(label_of(Kind::Guarantee, "nothing"), None);
    }

    #[test]
    fn everything_wrong_is_told_at_once_and_kept_as_typed() {
        let pairs = [("amount", "6,000"), ("from", "soon"), ("resource", "troops")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let (json, wrongs) = content(Kind::Need, &Values::sent(Kind::Need, pairs.to_vec()));
        let fields: Vec<&str> = wrongs.iter().map(|wrong| wrong.field.as_str()).collect();
        assert_eq!(fields, ["party", "amount", "from", "until"]);
        assert_eq!(json["need"]["amount"], "6,000");
        assert!(serde_json::from_value::<coalition::Content>(json).is_err());
    }
}

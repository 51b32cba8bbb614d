//! What the page of minutes takes from the forms: the choice of a label, and where an error belongs.

use super::sheet::Sheet;
use super::values::Values;
use super::{marking as labels, read};
use crate::asking::Asking;
use coalition::{Id, Kind, Refusal};
use maud::Markup;
use serde_json::Value;

fn values(fields: &[(String, String)]) -> Values {
    let mut values = Values::default();
    for (name, value) in fields.iter().filter(|(name, _)| name.starts_with("marking.")) {
        values.add(name, value);
    }
    values
}

/// The choice of a label for the minutes of a session, and beside each label who will see them.
pub(crate) fn marking(
    asking: &Asking,
    session: &Id,
    fields: &[(String, String)],
    wrongs: &[(String, String)],
) -> Markup {
    let mut values = values(fields);
    values.set("session", session.as_str());
    labels::start(&asking.view, Kind::Minutes, &mut values);
    let wrongs: Vec<read::Wrong> = wrongs
        .iter()
        .map(|(field, why)| read::Wrong { field: field.clone(), why: why.clone() })
        .collect();
    let sheet = Sheet { asking, kind: Kind::Minutes, values: &values, wrongs: &wrongs };
    sheet.marking(asking.view.viewer().seated().map(|seated| &seated.party))
}

/// The marking that the fields spell; `None` if they name no label.
pub(crate) fn marked(fields: &[(String, String)]) -> Option<Value> {
    labels::json(Kind::Minutes, &values(fields))
}

/// What is wrong, beside the box from which the point was read that it is about.
pub(crate) fn wrong(refusal: &Refusal, from: impl Fn(usize) -> Option<String>) -> (String, String) {
    let read::Wrong { field, why } = read::wrong_of(refusal);
    let point = field.strip_prefix("points.").and_then(|rest| rest.split('.').next()?.parse().ok());
    match point.and_then(from) {
        Some(written) => (written, why),
        None if field.starts_with("marking.") => (field, why),
        None => (String::new(), why),
    }
}

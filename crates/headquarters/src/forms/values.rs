//! What a form holds: names and values as they are sent, made from a request or from a thing.

use super::fields::{Field, Sort, fields};
use coalition::Kind;
use serde_json::Value;

/// Names and values in their order. A group's fields are `rules.devices`, a row's `needs.0.amount`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Values(Vec<(String, String)>);

/// The most rows that are read of one form.
const ROWS_MAX: usize = 100;

impl Values {
    /// A fresh form: what its fields start with, unless the address says otherwise.
    pub(crate) fn fresh(kind: Kind, query: &[(String, String)]) -> Values {
        let mut values =
            Values(query.iter().filter(|(_, value)| !value.is_empty()).cloned().collect());
        values.start(fields(kind), "");
        values
    }

    fn start(&mut self, fields: &[Field], prefix: &str) {
        for field in fields {
            let name = format!("{prefix}{}", field.name);
            match field.sort {
                Sort::Group(inner) => self.start(inner, &format!("{name}.")),
                _ if !field.start.is_empty() && self.first(&name).is_empty() => {
                    self.add(&name, field.start);
                }
                _ => {}
            }
        }
    }

    /// A form as it was sent. Rows left empty are dropped, so that the rows that stay are numbered
    /// as in the list they make.
    pub(crate) fn sent(kind: Kind, pairs: Vec<(String, String)>) -> Values {
        let mut values = Values(pairs);
        for field in fields(kind) {
            if let Sort::Rows(inner) = field.sort {
                values.close_ranks(field.name, inner);
            }
        }
        values
    }

    fn close_ranks(&mut self, list: &str, inner: &[Field]) {
        let mut kept = Vec::new();
        let mut number = 0;
        for row in 0..ROWS_MAX {
            let parts: Vec<(&str, String)> = inner
                .iter()
                .map(|field| {
                    (field.name, self.first(&format!("{list}.{row}.{}", field.name)).to_owned())
                })
                .collect();
            // A choice always says something: it does not make a row.
            let filled = inner.iter().zip(&parts).any(|(field, (_, value))| {
                !matches!(field.sort, Sort::Choice(_)) && !value.trim().is_empty()
            });
            if filled {
                for (part, value) in parts {
                    kept.push((format!("{list}.{number}.{part}"), value));
                }
                number += 1;
            }
        }
        let prefix = format!("{list}.");
        self.0.retain(|(name, _)| !name.starts_with(&prefix));
        self.0.extend(kept);
    }

    /// What a thing says, as the form that would say it.
    pub(crate) fn of(kind: Kind, content: &Value) -> Values {
        let mut values = Values::default();
        values.take(fields(kind), &content[kind.key()], "");
        values
    }

    fn take(&mut self, fields: &[Field], object: &Value, prefix: &str) {
        for field in fields {
            let name = format!("{prefix}{}", field.name);
            match (&field.sort, &object[field.name]) {
                (Sort::Group(inner), said) => self.take(inner, said, &format!("{name}.")),
                (Sort::Rows(inner), Value::Array(rows)) => {
                    for (row, said) in rows.iter().enumerate() {
                        self.take(inner, said, &format!("{name}.{row}."));
                    }
                }
                (Sort::Lines, Value::Array(lines)) => {
                    let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
                    self.add(&name, &lines.join("\n"));
                }
                (_, Value::Array(several)) => {
                    for one in several.iter().filter_map(Value::as_str) {
                        self.add(&name, one);
                    }
                }
                (Sort::Yes, Value::Bool(true)) => self.add(&name, "yes"),
                (_, Value::String(text)) => self.add(&name, text),
                (_, Value::Number(number)) => self.add(&name, &number.to_string()),
                // Left out because it is what the field starts with.
                (_, Value::Null) if !field.required && !field.start.is_empty() => {
                    self.add(&name, field.start);
                }
                _ => {}
            }
        }
    }

    /// Adds a value.
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// Puts one value in the place of all of this name.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(known, _)| known != name);
        self.add(name, value);
    }

    /// The first value of a name; empty if there is none.
    pub(crate) fn first(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// All values of a name that say something.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// How many rows of a list there are.
    pub(crate) fn rows(&self, list: &str) -> usize {
        let row = |name: &str| {
            let (number, _) = name.strip_prefix(list)?.strip_prefix('.')?.split_once('.')?;
            number.parse::<usize>().ok()
        };
        self.0
            .iter()
            .filter_map(|(name, _)| row(name))
            .max()
            .map_or(0, |last| (last + 1).min(ROWS_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        serde_urlencoded::from_str(text).expect("a form")
    }

    #[test]
    fn rows_left_empty_are_dropped_and_the_others_close_ranks() {
        let sent = "needs.0.basis=stated&needs.1.amount=5&needs.1.basis=reported&needs.4.from=x";
        let values = Values::sent(Kind::Guarantee, pairs(sent));
        assert_eq!(values.rows("needs"), 2);
        assert_eq!(values.first("needs.0.amount"), "5");
        assert_eq!(values.first("needs.0.basis"), "reported");
        assert_eq!(values.first("needs.1.from"), "x");
    }

    #[test]
    fn a_fresh_form_starts_as_its_table_says_unless_the_address_says_otherwise() {
        let values = Values::fresh(Kind::Commitment, &pairs("stage=delivered&party=FR&note="));
        assert_eq!(values.first("stage"), "delivered");
        assert_eq!(values.first("party"), "FR");
        assert_eq!(values.first("condition"), "always");
        assert_eq!(values.first("note"), "");
        assert_eq!(Values::fresh(Kind::Meeting, &[]).first("rules.devices"), "kept");
    }
}

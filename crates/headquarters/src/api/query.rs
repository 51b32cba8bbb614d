//! The query of an API request, read strictly: what is misspelt is refused, never passed over.

use crate::asking::Asking;
use coalition::{Id, Refusal};
use jiff::civil::Date;
use std::ops::RangeInclusive;

/// A query whose parameters are all known.
pub(super) struct Query<'a>(&'a Asking);

impl<'a> Query<'a> {
    /// The query, if it has no other parameters than these.
    pub(super) fn open(asking: &'a Asking, known: &[&str]) -> Result<Query<'a>, Refusal> {
        match asking.query.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(Query(asking)),
            Some((name, _)) if known.is_empty() => {
                Err(Refusal::invalid(name.as_str(), "there are no parameters here"))
            }
            Some((name, _)) => Err(Refusal::invalid(
                name.as_str(),
                format!("there is no such parameter here; there are: {}", known.join(", ")),
            )),
        }
    }

    /// The value of a parameter that may be given once.
    pub(super) fn one(&self, name: &str) -> Result<Option<&'a str>, Refusal> {
        let mut values = self.0.query.iter().filter(|(known, _)| known == name);
        let first = values.next().map(|(_, value)| value.as_str());
        match values.next() {
            None => Ok(first),
            Some(_) => Err(Refusal::invalid(name, "this can be given once")),
        }
    }

    /// An id.
    pub(super) fn id(&self, name: &str) -> Result<Option<Id>, Refusal> {
        self.one(name)?.map(|text| id(name, text)).transpose()
    }

    /// Any number of ids, each as a parameter of its own.
    pub(super) fn ids<C: FromIterator<Id>>(&self, name: &str) -> Result<C, Refusal> {
        let values = self.0.query.iter().filter(|(known, _)| known == name);
        values.map(|(_, text)| id(name, text)).collect()
    }

    /// A whole number within bounds.
    pub(super) fn number(
        &self,
        name: &str,
        bounds: RangeInclusive<u64>,
    ) -> Result<Option<u64>, Refusal> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let plain = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse::<u64>().ok().filter(|number| plain && bounds.contains(number));
        number.map(Some).ok_or_else(|| {
            let why = format!("a whole number from {} to {}", bounds.start(), bounds.end());
            Refusal::invalid(name, why)
        })
    }

    /// A number that must be given.
    pub(super) fn needed_number(
        &self,
        name: &str,
        bounds: RangeInclusive<u64>,
    ) -> Result<u64, Refusal> {
        self.number(name, bounds)?.ok_or_else(|| Refusal::invalid(name, "this is needed"))
    }
}

fn id(name: &str, text: &str) -> Result<Id, Refusal> {
    Id::parse(text).map_err(|error| Refusal::invalid(name, error.to_string()))
}

/// A day as it is written everywhere in the house: ten characters.
pub(super) fn day(name: &str, text: &str) -> Result<Date, Refusal> {
    let date = text.parse::<Date>().ok().filter(|date| date.to_string() == text);
    date.ok_or_else(|| Refusal::invalid(name, "a day is a date such as 2026-01-31"))
}

//! Names in place of ids, and figures as they are read.

use super::super::result::{Item, Probability, Reading};
use super::super::waits::Missing;
use crate::amount::Amount;
use crate::content::Basis;
use crate::id::Id;
use crate::model::Model;

pub(in crate::assess) struct Words<'a> {
    pub model: &'a Model,
}

impl Words<'_> {
    pub fn party(&self, id: &Id) -> String {
        self.model.parties.get(id).map_or_else(|| id.to_string(), |said| said.name.to_string())
    }

    pub fn circumstance(&self, id: &Id) -> String {
        let said = self.model.circumstances.get(id);
        said.map_or_else(|| id.to_string(), |said| said.name.to_string())
    }

    pub fn resource(&self, id: &Id) -> String {
        self.model.resources.get(id).map_or_else(|| id.to_string(), |said| said.name.to_string())
    }

    /// With its unit: "6 000 persons".
    pub fn amount(&self, amount: Amount, resource: &Id) -> String {
        match self.model.resources.get(resource) {
            Some(said) => format!("{} {}", amount.grouped(), said.unit),
            None => amount.grouped(),
        }
    }

    /// Whose, and what: "France: 6 000 persons of ground troops".
    pub fn commitment(&self, id: &Id) -> String {
        let Some(said) = self.model.commitments.get(id).map(|entry| &entry.commitment) else {
            return id.to_string();
        };
        let resource = || self.resource(&said.resource);
        let what = match (&said.name, said.amount, said.figure_in_words()) {
            (Some(name), ..) => name.to_string(),
            (None, Some(amount), _) if said.matches.is_none() => {
                format!("{} of {}", self.amount(amount, &said.resource), resource())
            }
            (None, _, Some(figure)) => format!("{}, {figure}", resource()),
            (None, _, None) => resource(),
        };
        let mark = if said.basis == Basis::Illustrative { " (illustrative)" } else { "" };
        format!("{}: {what}{mark}", self.party(&said.party))
    }

    pub fn item(&self, item: &Item) -> String {
        match item {
            Item::Party(id) => self.party(id),
            Item::Circumstance(id) => format!("“{}”", self.circumstance(id)),
        }
    }

    pub fn missing(&self, missing: &Missing) -> String {
        match missing {
            Missing::Circumstance(id) => format!("“{}”", self.circumstance(id)),
            Missing::Contribution { party, resource } => {
                format!("{} to contribute {}", self.party(party), self.resource(resource))
            }
            Missing::Contributors { count, resource } => {
                let parties = if *count == 1 { "party" } else { "parties" };
                format!("{count} more {parties} to contribute {}", self.resource(resource))
            }
            Missing::Sum { amount, resource } => {
                format!("{} more of {}", self.amount(*amount, resource), self.resource(resource))
            }
        }
    }
}

pub(super) fn reading(reading: Reading) -> &'static str {
    match reading {
        Reading::Firm => "firm only",
        Reading::Mutual => "firm and mutual",
    }
}

/// A probability, or what it lies between.
pub(super) fn chance(probability: &Probability) -> String {
    if probability.is_exact() {
        return percent_of(probability.holds_low, probability.fails_low);
    }
    let low = percent_of(probability.holds_low, probability.fails_high);
    let high = percent_of(probability.holds_high, probability.fails_low);
    format!("between {low} and {high}")
}

pub(super) fn percent(value: f64) -> String {
    percent_of(value, 1.0 - value)
}

/// Two places, and never 0 % or 100 % where it is not certain.
fn percent_of(value: f64, opposite: f64) -> String {
    if value <= 0.0 {
        "0 %".to_owned()
    } else if opposite <= 0.0 {
        "100 %".to_owned()
    } else if value < 0.0001 {
        "below 0.01 %".to_owned()
    } else if opposite < 0.0001 {
        "above 99.99 %".to_owned()
    } else {
        let text = format!("{:.2}", value * 100.0);
        format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_is_never_rounded_to_certainty() {
        for (value, shown) in [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.5, "50 %"),
            (0.8725, "87.25 %"),
            (1e-9, "below 0.01 %"),
            (1.0 - 1e-9, "above 99.99 %"),
        ] {
            assert_eq!(percent(value), shown);
        }
    }
}

//! What a commitment adds by what others give.

use super::promises::Commitment;
use crate::amount::Amount;
use serde::{Deserialize, Serialize};

/// What a commitment adds to its amount by what others give of the same resource:
/// `min(up_to, rate x max(0, others - above))`, where *others* is the sum of the amounts in force
/// of all other parties, whatever their windows (design §6, decision 9). Never without a cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matching {
    /// How much for each 1 that others give; more than 0.
    pub rate: Amount,
    /// What others must give before anything is added; absent means 0.
    #[serde(default, skip_serializing_if = "Amount::is_zero_ref")]
    pub above: Amount,
    /// The most that is added; more than 0.
    pub up_to: Amount,
}

impl Matching {
    /// As people say it: "1 for each 1 that others give above 100, up to 50".
    pub fn in_words(&self) -> String {
        let above = if self.above.is_zero() {
            String::new()
        } else {
            format!(" above {}", self.above.grouped())
        };
        let (rate, up_to) = (self.rate.grouped(), self.up_to.grouped());
        format!("{rate} for each 1 that others give{above}, up to {up_to}")
    }
}

impl Commitment {
    /// Whether it adds to sums: it has an amount, or matches others.
    pub fn adds(&self) -> bool {
        self.amount.is_some() || self.matches.is_some()
    }

    /// Whether its own amount looks at the amount of another.
    pub fn looks_at_amount_of(&self, other: &Commitment) -> bool {
        self.matches.is_some()
            && other.resource == self.resource
            && other.party != self.party
            && other.adds()
    }

    /// What it gives, in words without the unit: "6 000", "100 and 1 for each 1 that others give,
    /// up to 50". `None` where no amount was stated.
    pub fn figure_in_words(&self) -> Option<String> {
        match (self.amount, &self.matches) {
            (Some(amount), Some(matches)) => {
                Some(format!("{} and {}", amount.grouped(), matches.in_words()))
            }
            (Some(amount), None) => Some(amount.grouped()),
            (None, Some(matches)) => Some(matches.in_words()),
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matching(rate: &str, above: &str, up_to: &str) -> Matching {
        let amount = |text| Amount::parse(text).expect("an amount");
        Matching { rate: amount(rate), above: amount(above), up_to: amount(up_to) }
    }

    #[test]
    fn a_matching_promise_is_said_in_plain_words() {
        for (said, words) in [
            (matching("1", "100", "50"), "1 for each 1 that others give above 100, up to 50"),
            (matching("0.25", "0", "8"), "0.25 for each 1 that others give, up to 8"),
        ] {
            assert_eq!(said.in_words(), words);
        }
    }

    #[test]
    fn without_a_cap_it_is_not_read_and_a_floor_of_zero_is_left_out() {
        let error = serde_json::from_str::<Matching>(r#"{"rate": "1"}"#).unwrap_err().to_string();
        assert!(error.contains("up_to"), "{error}");
        let text = r#"{"rate":"1","up_to":"50"}"#;
        let said: Matching = serde_json::from_str(text).unwrap();
        assert_eq!(said, matching("1", "0", "50"));
        assert_eq!(serde_json::to_string(&said).unwrap(), text);
    }
}

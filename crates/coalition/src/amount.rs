//! Amounts: exact decimals that are never negative and never floats.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// The most digits an entered amount has before its point.
pub const INTEGER_DIGITS_MAX: usize = 15;
/// The most digits an amount has after its point.
pub const FRACTION_DIGITS_MAX: usize = 9;

/// What an amount looks like, to follow "an amount is" or "write".
pub(crate) const ACCEPTED: &str = "digits, at most 15, then if needed a point and at most 9 places, \
     such as 6000 or 0.25; no sign, exponent, spaces or separators";

/// The space between groups of three digits on a page: U+202F, narrow and never broken.
const GROUP_SPACE: char = '\u{202f}';

/// An exact amount of a resource, in the resource's unit; zero or more.
///
/// Kept without trailing zeros, so that equal amounts are equal in every sense. What is entered is
/// below 10^15 with at most nine places; sums may grow to 10^19, and beyond that are `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

/// Why a text is not an amount: the sentence says what is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an amount is {ACCEPTED}")]
pub struct BadAmount;

impl Amount {
    /// Nothing at all.
    pub const ZERO: Amount = Amount(Decimal::ZERO);

    /// The amount that `text` spells, or [`BadAmount`].
    pub fn parse(text: &str) -> Result<Amount, BadAmount> {
        let (integer, fraction) = match text.split_once('.') {
            Some((integer, fraction)) => (integer, Some(fraction)),
            None => (text, None),
        };
        let digits = |part: &str, digits_max: usize| {
            (1..=digits_max).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let accepted = digits(integer, INTEGER_DIGITS_MAX)
            && fraction.is_none_or(|fraction| digits(fraction, FRACTION_DIGITS_MAX));
        if !accepted {
            return Err(BadAmount);
        }
        Decimal::from_str_exact(text).map(|value| Amount(value.normalize())).map_err(|_| BadAmount)
    }

    /// Whether this is nothing at all.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    pub(crate) fn is_zero_ref(&self) -> bool {
        self.is_zero()
    }

    /// The decimal itself, zero or more, without trailing zeros.
    pub fn to_decimal(self) -> Decimal {
        self.0
    }

    /// Both together; `None` past 10^19, where the sum could lose digits.
    pub fn checked_add(self, other: Amount) -> Option<Amount> {
        Amount::from_decimal(self.0.checked_add(other.0)?)
    }

    /// What `covered` leaves open of this amount: the difference, or zero when it is enough.
    pub fn missing(self, covered: Amount) -> Amount {
        Amount((self.0 - covered.0).max(Decimal::ZERO).normalize())
    }

    /// How many places this amount needs after its point: 0 to 9.
    pub fn decimals(self) -> u32 {
        self.0.scale()
    }

    /// This amount in units of 10^-`decimals`, so that amounts of one scale are plain integers.
    /// `None` if that would drop digits, or if `decimals` is more than 9.
    pub fn scaled(self, decimals: u32) -> Option<u128> {
        if decimals > 9 {
            return None;
        }
        let factor = 10_u128.pow(decimals.checked_sub(self.0.scale())?);
        u128::try_from(self.0.mantissa()).ok()?.checked_mul(factor)
    }

    /// The amount of `units` units of 10^-`decimals`: the way back from [`Amount::scaled`].
    /// `None` at 10^19 and more, or if `decimals` is more than 9.
    pub fn from_scaled(units: u128, decimals: u32) -> Option<Amount> {
        if decimals > 9 {
            return None;
        }
        let value = Decimal::try_from_i128_with_scale(i128::try_from(units).ok()?, decimals);
        Amount::from_decimal(value.ok()?)
    }

    /// The amount with its digits in threes, for pages: `6 000`, `1 250.5` (U+202F between).
    pub fn grouped(self) -> String {
        let text = self.0.to_string();
        let (integer, fraction) = match text.split_once('.') {
            Some((integer, fraction)) => (integer, Some(fraction)),
            None => (text.as_str(), None),
        };
        let mut grouped = String::with_capacity(text.len() + 12);
        for (place, digit) in integer.chars().enumerate() {
            if place > 0 && (integer.len() - place).is_multiple_of(3) {
                grouped.push(GROUP_SPACE);
            }
            grouped.push(digit);
        }
        if let Some(fraction) = fraction {
            grouped.push('.');
            grouped.push_str(fraction);
        }
        grouped
    }

    fn from_decimal(value: Decimal) -> Option<Amount> {
        // Nine places below 10^19 are 28 digits: the most that a Decimal keeps exactly.
        (value < Decimal::from(10_000_000_000_000_000_000_u64)).then(|| Amount(value.normalize()))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        struct AmountText;
        impl de::Visitor<'_> for AmountText {
            type Value = Amount;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an amount in quotes, such as \"6000\" or \"0.25\"")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
                Amount::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(AmountText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
    }

    #[test]
    fn an_amount_is_shown_without_needless_zeros() {
        for (entered, shown) in [
            ("0", "0"),
            ("0.000", "0"),
            ("007", "7"),
            ("6000", "6000"),
            ("5.50", "5.5"),
            ("0.000000001", "0.000000001"),
            ("999999999999999.999999999", "999999999999999.999999999"),
        ] {
            assert_eq!(amount(entered).to_string(), shown);
            assert_eq!(amount(shown), amount(entered), "{entered}");
        }
    }

    #[test]
    fn what_is_not_plain_digits_is_refused_with_what_is_accepted() {
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "1 000",
            "1,5",
            "1_000",
            "1.2.3",
            "٣",
            "0x1",
            " 1",
            "1 ",
            "1000000000000000",
            "0.0000000001",
            "NaN",
        ] {
            assert_eq!(Amount::parse(text), Err(BadAmount), "{text:?}");
        }
        assert!(BadAmount.to_string().contains("such as 6000 or 0.25"));
    }

    #[test]
    fn sums_and_differences_are_exact_and_never_below_zero() {
        let sum = amount("0.1").checked_add(amount("0.2"));
        assert_eq!(sum, Some(amount("0.3")));
        assert_eq!(amount("15000").missing(amount("6000.5")), amount("8999.5"));
        assert_eq!(amount("5").missing(amount("6")), Amount::ZERO);
        let largest = amount("999999999999999.999999999");
        let many = (0..10_000).try_fold(Amount::ZERO, |sum, _| sum.checked_add(largest));
        assert_eq!(many.map(|sum| sum.to_string()).as_deref(), Some("9999999999999999999.99999"));
        let too_many = (0..10_001).try_fold(Amount::ZERO, |sum, _| sum.checked_add(largest));
        assert_eq!(too_many, None);
    }

    #[test]
    fn a_common_scale_turns_amounts_into_integers_and_back() {
        for text in ["0", "1", "0.25", "6000", "999999999999999.999999999"] {
            let value = amount(text);
            for decimals in 0..=9 {
                match value.scaled(decimals) {
                    Some(units) => assert_eq!(Amount::from_scaled(units, decimals), Some(value)),
                    None => assert!(decimals < value.decimals(), "{text} at {decimals}"),
                }
            }
        }
        assert_eq!(amount("0.25").scaled(3), Some(250));
        assert_eq!(amount("1").scaled(10), None);
        assert_eq!(Amount::from_scaled(1, 10), None);
        assert_eq!(Amount::from_scaled(u128::MAX, 9), None);
        assert_eq!(Amount::from_scaled(10_u128.pow(28), 9), None);
        assert!(Amount::from_scaled(10_u128.pow(28) - 1, 9).is_some());
    }

    #[test]
    fn order_is_by_value() {
        let mut amounts = ["10", "9.5", "0.25", "9"].map(amount);
        amounts.sort();
        assert_eq!(amounts.map(|amount| amount.to_string()), ["0.25", "9", "9.5", "10"]);
    }

    #[test]
    fn pages_show_digits_in_threes() {
        for (entered, shown) in
            [("6", "6"), ("600", "600"), ("6000", "6_000"), ("1234567.25", "1_234_567.25")]
        {
            assert_eq!(amount(entered).grouped().replace(GROUP_SPACE, "_"), shown);
        }
    }

    #[test]
    fn in_a_file_an_amount_is_text_and_a_float_is_refused() {
        assert_eq!(serde_json::to_string(&amount("5.50")).unwrap(), "\"5.5\"");
        assert_eq!(serde_json::from_str::<Amount>("\"0.25\"").unwrap(), amount("0.25"));
        for text in ["5", "0.25", "\"-1\"", "null", "\"1e3\""] {
            assert!(serde_json::from_str::<Amount>(text).is_err(), "{text}");
        }
        let error = serde_json::from_str::<Amount>("0.25").unwrap_err().to_string();
        assert!(error.contains("an amount in quotes"), "{error}");
    }
}

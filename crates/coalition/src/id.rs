//! Identifiers: opaque words that name one thing of the record.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// The longest identifier accepted, in bytes.
pub const ID_BYTES_MAX: usize = 64;

/// Names one thing: a party, a commitment, a meeting, an act.
///
/// Lower- or upper-case ASCII letters, digits, `-`, `_` and `.`, 1 to 64 of them. Those that the
/// house gives are random (design §4): a counter would tell an outsider how much he is not shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Id(Arc<str>);

/// Why a text is not an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 64 letters, digits, '-', '_' or '.'")]
pub struct BadId;

impl Id {
    /// The identifier that `text` spells, or [`BadId`].
    pub fn parse(text: &str) -> Result<Id, BadId> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if text.is_empty() || text.len() > ID_BYTES_MAX || !text.bytes().all(plain) {
            return Err(BadId);
        }
        Ok(Id(text.into()))
    }

    /// A fresh identifier from 10 random bytes: 16 letters and digits, no vowels to spell words with.
    pub fn from_entropy(entropy: [u8; 10]) -> Id {
        const LETTERS: &[u8; 32] = b"0123456789bcdfghjkmnpqrstvwxyz_-";
        let bits = entropy.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let letter = |place: u32| {
            let index = usize::try_from(bits >> (5 * place) & 31).expect("below 32");
            char::from(LETTERS[index])
        };
        Id((0..16).map(letter).collect::<String>().into())
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Id::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_id_is_sixteen_plain_characters_and_differs_with_every_bit() {
        let zero = Id::from_entropy([0; 10]);
        assert_eq!(Id::parse(zero.as_str()), Ok(zero.clone()));
        assert_eq!(zero.as_str().len(), 16);
        for bit in 0..80 {
            let mut entropy = [0; 10];
            entropy[bit / 8] |= 1 << (bit % 8);
            assert_ne!(Id::from_entropy(entropy), zero, "bit {bit}");
        }
    }

    #[test]
    fn what_is_not_a_plain_word_is_refused() {
        for text in ["", "a b", "é", "a/b", "<x>", &"x".repeat(65)] {
            assert_eq!(Id::parse(text), Err(BadId), "{text:?}");
        }
    }
}

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
#[derive(Clone, PartialEq, Eq)]
pub struct Id(Spelling);

/// As many bytes as an id holds in itself: those that the house gives, and most others. A longer
/// one is shared.
const SHORT_BYTES_MAX: usize = 22;

/// A text has one spelling only: what is short enough for the first is never of the second.
#[derive(Clone, PartialEq, Eq)]
enum Spelling {
    /// The length, and the bytes, zeros after them.
    Short(u8, [u8; SHORT_BYTES_MAX]),
    Long(Arc<str>),
}

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
        Ok(Id::spelled(text))
    }

    fn spelled(text: &str) -> Id {
        let mut bytes = [0; SHORT_BYTES_MAX];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(text.as_bytes());
                Id(Spelling::Short(length, bytes))
            }
            _ => Id(Spelling::Long(text.into())),
        }
    }

    /// A fresh identifier from 10 random bytes: 16 letters and digits, no vowels to spell words with.
    pub fn from_entropy(entropy: [u8; 10]) -> Id {
        const LETTERS: &[u8; 32] = b"0123456789bcdfghjkmnpqrstvwxyz_-";
        let bits = entropy.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let mut letters = [0; SHORT_BYTES_MAX];
        for (place, letter) in letters.iter_mut().take(16).enumerate() {
            let index = usize::try_from(bits >> (5 * place) & 31).expect("below 32");
            *letter = LETTERS[index];
        }
        Id(Spelling::Short(16, letters))
    }

    fn bytes(&self) -> &[u8] {
        match &self.0 {
            Spelling::Short(length, bytes) => &bytes[..usize::from(*length)],
            Spelling::Long(text) => text.as_bytes(),
        }
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.bytes()).expect("an id is plain ASCII")
    }
}

// By the text, however it is held.
impl Ord for Id {
    fn cmp(&self, other: &Id) -> std::cmp::Ordering {
        match (&self.0, &other.0) {
            // No byte of an id is zero, so the zeros after a text put it where its end would. Two
            // numbers are compared far sooner than two texts of whatever length, and most of the
            // time that a thing takes to be found by its id is spent here.
            (Spelling::Short(_, one), Spelling::Short(_, other)) => {
                numbers(one).cmp(&numbers(other))
            }
            _ => self.bytes().cmp(other.bytes()),
        }
    }
}

/// A short spelling as two numbers that stand in the order of the texts. The second tells again what
/// the first ends with, which is equal where the second is asked for.
fn numbers(bytes: &[u8; SHORT_BYTES_MAX]) -> (u128, u64) {
    let first = bytes.first_chunk().expect("22 bytes begin with 16");
    let last = bytes.last_chunk().expect("22 bytes end with 8");
    (u128::from_be_bytes(*first), u64::from_be_bytes(*last))
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Id) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl std::hash::Hash for Id {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.bytes().hash(state);
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Id").field(&self.as_str()).finish()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        crate::text::deserialized(deserializer, Id::parse)
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
    fn ids_of_every_length_compare_as_their_texts_do() {
        let mut texts: Vec<String> = Vec::new();
        for length in 1..=ID_BYTES_MAX {
            for last in ["-", "0", "A", "z"] {
                texts.push(format!("{}{last}", "m".repeat(length - 1)));
            }
        }
        let ids: Vec<Id> = texts.iter().map(|text| Id::parse(text).unwrap()).collect();
        for (one, text) in ids.iter().zip(&texts) {
            assert_eq!(one.as_str(), text);
            for (other, other_text) in ids.iter().zip(&texts) {
                assert_eq!(one.cmp(other), text.cmp(other_text), "{text} {other_text}");
                assert_eq!(one == other, text == other_text, "{text} {other_text}");
            }
        }
    }

    #[test]
    fn what_is_not_a_plain_word_is_refused() {
        for text in ["", "a b", "é", "a/b", "<x>", &"x".repeat(65)] {
            assert_eq!(Id::parse(text), Err(BadId), "{text:?}");
        }
    }
}

//! Leaves: what one act looks like from the tree.
//!
//! A leaf is SHA-256(0x00 || salt || act), a node SHA-256(0x01 || left || right) (RFC 6962 §2.1,
//! whose leaf input is here `salt || act`). The salt is 32 fresh random bytes for each act: without
//! it, whoever holds the tree could guess a short act and check the guess.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The longest act that the record takes: 4 MiB. Documents live outside, acts name their hash.
pub const ACT_BYTES_MAX: usize = 4 << 20;

/// A SHA-256 hash: of a leaf, of a node, or of the whole tree (then it is the *root*).
/// As text: standard base64 of its 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

/// Thirty-two fresh random bytes that go into one leaf and no other. As secret as the act itself,
/// so `Debug` does not show it. As text: standard base64.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

/// Thirty-two bytes in base64 were expected, and something else was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the base64 form of 32 bytes")]
pub struct NotThirtyTwoBytes;

/// The hash of the leaf that holds `bytes` under `salt`: SHA-256(0x00 || salt || bytes).
#[must_use]
pub fn leaf_hash(salt: &Salt, bytes: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0x00]);
    hasher.update(salt.0);
    hasher.update(bytes);
    Hash(hasher.finalize().into())
}

/// The hash of the node above `left` and `right`: SHA-256(0x01 || left || right).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut joined = [0x01; 65];
    joined[1..33].copy_from_slice(&left.0);
    joined[33..].copy_from_slice(&right.0);
    Hash(Sha256::digest(joined).into())
}

/// The root of a tree without leaves: SHA-256 of nothing (RFC 6962 §2.1).
#[must_use]
pub fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

/// One place in the record: the hash, which stays for ever, and the content, which can be
/// forgotten. A store keeps entries as they are; [`Entry::is_sound`] tells whether the two agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The leaf's hash.
    pub hash: Hash,
    /// What was hashed, or `None` once it has been forgotten.
    pub content: Option<Content>,
}

/// What a leaf holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The act's own salt.
    pub salt: Salt,
    /// The act, exactly as it was signed; at most [`ACT_BYTES_MAX`] bytes.
    pub bytes: Vec<u8>,
}

impl Entry {
    /// The entry for an act and its salt, hash computed.
    #[must_use]
    pub fn new(salt: Salt, bytes: Vec<u8>) -> Self {
        Self { hash: leaf_hash(&salt, &bytes), content: Some(Content { salt, bytes }) }
    }

    /// Whether the content, where there still is one, has this hash.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.content
            .as_ref()
            .is_none_or(|content| leaf_hash(&content.salt, &content.bytes) == self.hash)
    }
}

fn thirty_two_bytes(text: &str) -> Result<[u8; 32], NotThirtyTwoBytes> {
    // The length first: a hostile text of megabytes is not worth decoding.
    if text.len() != 44 {
        return Err(NotThirtyTwoBytes);
    }
    let bytes = STANDARD.decode(text).map_err(|_| NotThirtyTwoBytes)?;
    bytes.try_into().map_err(|_| NotThirtyTwoBytes)
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Hash({self})")
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Salt(..)")
    }
}

impl FromStr for Hash {
    type Err = NotThirtyTwoBytes;

    fn from_str(text: &str) -> Result<Self, NotThirtyTwoBytes> {
        thirty_two_bytes(text).map(Self)
    }
}

impl FromStr for Salt {
    type Err = NotThirtyTwoBytes;

    fn from_str(text: &str) -> Result<Self, NotThirtyTwoBytes> {
        thirty_two_bytes(text).map(Self)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.0))
    }
}

impl Serialize for Salt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_is_the_rfc_leaf_of_salt_then_act() {
        let salt = Salt([7; 32]);
        let mut input = vec![0x00];
        input.extend([7; 32]);
        input.extend(b"act");
        assert_eq!(leaf_hash(&salt, b"act").0, <[u8; 32]>::from(Sha256::digest(&input)));
    }

    #[test]
    fn another_salt_gives_another_leaf() {
        assert_ne!(leaf_hash(&Salt([0; 32]), b"act"), leaf_hash(&Salt([1; 32]), b"act"));
    }

    #[test]
    fn a_hash_has_one_text_and_only_one() {
        let hash = empty_root();
        let text = hash.to_string();
        assert_eq!(text, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(text.parse(), Ok(hash));
        for wrong in [
            "",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            // The last character carries two bits that a lax decoder would drop.
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=",
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
            " 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
        ] {
            assert_eq!(wrong.parse::<Hash>(), Err(NotThirtyTwoBytes), "{wrong}");
        }
    }

    #[test]
    fn a_forgotten_entry_keeps_its_hash_and_is_sound() {
        let mut entry = Entry::new(Salt([1; 32]), b"act".to_vec());
        let hash = entry.hash;
        entry.content = None;
        assert!(entry.is_sound());
        assert_eq!(entry.hash, hash);
    }

    #[test]
    fn debug_does_not_show_a_salt() {
        assert_eq!(format!("{:?}", Salt([9; 32])), "Salt(..)");
    }
}

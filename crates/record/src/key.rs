//! Keys: who signs a record, and how that is written down.
//!
//! A verifier key is public: `name+<8 hex digits>+<base64>`, the form that the signed-note tools of
//! Go and C2SP read. A signing key is secret: `PRIVATE+KEY+name+<8 hex digits>+<base64>`. The base64
//! holds one type byte, 0x01 for Ed25519, and 32 bytes; the hex digits are the key's id,
//! SHA-256(name || 0x0A || 0x01 || public key)[..4] (C2SP signed-note). A key's name is also the
//! origin of the record that it signs.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer};
use sha2::{Digest, Sha256};

/// The signature type that C2SP signed-note assigns to Ed25519.
const ED25519: u8 = 0x01;
/// The longest name that we give a key, in bytes: it stands in every checkpoint.
pub const NAME_BYTES_MAX: usize = 255;

const SECRET_PREFIX: &str = "PRIVATE+KEY+";

/// The public half of an instance's key: all that is needed to check its checkpoints and receipts.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: ed25519_dalek::VerifyingKey,
}

/// An instance's key with its secret half. `Debug` shows only the public half.
#[derive(Clone)]
pub struct SigningKey {
    verifier: VerifierKey,
    key: ed25519_dalek::SigningKey,
}

/// Why a key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name would break the lines in which it has to stand.
    #[error(
        "a key's name is 1 to {NAME_BYTES_MAX} bytes without spaces, plus signs or control \
         characters, for example headquarters.example/record: {0:?} is not"
    )]
    Name(String),
    /// The text is not in the form `name+id+key`.
    #[error("this is not a key in the form name+<8 hex digits>+<base64>")]
    Form,
    /// The text is in the form of a key, of a kind that is not used here.
    #[error("this key is not an Ed25519 key of 32 bytes")]
    Kind,
    /// The id does not follow from name and key: one of the three has been changed.
    #[error("the key's id does not match its name and its bytes: part of the key was changed")]
    Id,
    /// Thirty-two bytes that are no Ed25519 key, or one under which anything verifies.
    #[error("these 32 bytes are not a usable Ed25519 public key")]
    Weak,
    /// The public half where the secret half is needed.
    #[error("this is not a signing key: it does not begin with {SECRET_PREFIX}")]
    NotSecret,
}

/// Whether a signed note may carry `name` in a signature line (C2SP signed-note, "Format").
pub(crate) fn is_note_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|character| {
            !character.is_whitespace() && !character.is_control() && character != '+'
        })
}

fn key_id(name: &str, public: &[u8; 32]) -> [u8; 4] {
    let mut hasher = Sha256::new();
    hasher.update(name);
    hasher.update([b'\n', ED25519]);
    hasher.update(public);
    let hash: [u8; 32] = hasher.finalize().into();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// Writes `name+id+base64(type || bytes)`.
fn write_key(name: &str, id: [u8; 4], bytes: &[u8; 32]) -> String {
    let mut typed = [ED25519; 33];
    typed[1..].copy_from_slice(bytes);
    format!("{name}+{:08x}+{}", u32::from_be_bytes(id), STANDARD.encode(typed))
}

/// Reads what [`write_key`] writes, and nothing else.
fn read_key(text: &str) -> Result<(&str, [u8; 4], [u8; 32]), KeyError> {
    // The base64 alphabet has a plus sign; a name has none.
    let (name, rest) = text.split_once('+').ok_or(KeyError::Form)?;
    let (id, data) = rest.split_once('+').ok_or(KeyError::Form)?;
    if name.len() > NAME_BYTES_MAX || !is_note_name(name) {
        return Err(KeyError::Name(name.chars().take(80).collect()));
    }
    let is_hex = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
    if id.len() != 8 || !id.bytes().all(is_hex) || data.len() > 64 {
        return Err(KeyError::Form);
    }
    let id = u32::from_str_radix(id, 16).map_err(|_| KeyError::Form)?.to_be_bytes();
    let typed = STANDARD.decode(data).map_err(|_| KeyError::Form)?;
    match typed.split_first() {
        Some((&ED25519, bytes)) => Ok((name, id, bytes.try_into().map_err(|_| KeyError::Kind)?)),
        _ => Err(KeyError::Kind),
    }
}

impl VerifierKey {
    fn new(name: &str, key: ed25519_dalek::VerifyingKey) -> Result<Self, KeyError> {
        if name.len() > NAME_BYTES_MAX || !is_note_name(name) {
            return Err(KeyError::Name(name.chars().take(80).collect()));
        }
        if key.is_weak() {
            return Err(KeyError::Weak);
        }
        Ok(Self { name: name.to_owned(), id: key_id(name, key.as_bytes()), key })
    }

    /// The key's name, and the origin of the record that it signs.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The four bytes that point to this key in a signature line.
    pub(crate) fn id(&self) -> [u8; 4] {
        self.id
    }

    /// Whether `signature` is this key's over `text`. Strict: no second form of a signature passes.
    pub(crate) fn has_signed(&self, text: &str, signature: &[u8]) -> bool {
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        self.key.verify_strict(text.as_bytes(), &signature).is_ok()
    }
}

impl SigningKey {
    /// The key called `name` made of a 32-byte secret `seed` (RFC 8032 §5.1.5), which must come
    /// from the system's random source.
    ///
    /// # Errors
    /// [`KeyError::Name`] if the name cannot stand in a checkpoint.
    pub fn new(name: &str, seed: [u8; 32]) -> Result<Self, KeyError> {
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        Ok(Self { verifier: VerifierKey::new(name, key.verifying_key())?, key })
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs a note's text.
    pub(crate) fn sign(&self, text: &str) -> [u8; 64] {
        self.key.sign(text.as_bytes()).to_bytes()
    }

    /// The key as text, secret half included: for a file that only the instance can read.
    #[must_use]
    pub fn to_secret_text(&self) -> String {
        let public = &self.verifier;
        format!("{SECRET_PREFIX}{}", write_key(&public.name, public.id, self.key.as_bytes()))
    }

    /// Reads what [`SigningKey::to_secret_text`] writes.
    ///
    /// # Errors
    /// [`KeyError`] says what is wrong, without showing the secret.
    pub fn from_secret_text(text: &str) -> Result<Self, KeyError> {
        let key = text.strip_prefix(SECRET_PREFIX).ok_or(KeyError::NotSecret)?;
        let (name, id, seed) = read_key(key)?;
        let key = Self::new(name, seed)?;
        if key.verifier.id == id { Ok(key) } else { Err(KeyError::Id) }
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, public) = read_key(text)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&public).map_err(|_| KeyError::Weak)?;
        let key = Self::new(name, key)?;
        if key.id == id { Ok(key) } else { Err(KeyError::Id) }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&write_key(&self.name, self.id, self.key.as_bytes()))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "VerifierKey({self})")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SigningKey({}, ..)", self.verifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::new("headquarters.example/record", [42; 32]).expect("a good name")
    }

    #[test]
    fn a_key_is_read_back_from_its_text() {
        let text = key().verifier().to_string();
        assert_eq!(text.parse::<VerifierKey>().as_ref(), Ok(key().verifier()));
        let secret = SigningKey::from_secret_text(&key().to_secret_text()).expect("our own text");
        assert_eq!(secret.verifier(), key().verifier());
        assert_eq!(secret.to_secret_text(), key().to_secret_text());
    }

    /// The key that Go's module checksum database publishes: a stranger's key in the same form.
    #[test]
    fn a_published_verifier_key_is_read() {
        let text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
        let key: VerifierKey = text.parse().expect("a published key");
        assert_eq!(key.name(), "sum.golang.org");
        assert_eq!(key.to_string(), text);
    }

    #[test]
    fn every_changed_byte_of_a_verifier_key_is_refused() {
        let text = key().verifier().to_string();
        for place in 0..text.len() {
            for mask in (0..8).map(|bit| 1 << bit) {
                let mut bytes = text.clone().into_bytes();
                bytes[place] ^= mask;
                let Ok(changed) = String::from_utf8(bytes) else { continue };
                assert!(changed.parse::<VerifierKey>().is_err(), "{changed}");
            }
        }
    }

    #[test]
    fn a_secret_key_is_not_shown_by_debug_or_by_errors() {
        let secret = key().to_secret_text();
        let seed = secret.rsplit_once("example/record+").expect("the name").1;
        assert!(!format!("{:?}", key()).contains(seed));
        let error = secret.parse::<VerifierKey>().expect_err("it is not a verifier key");
        assert!(!error.to_string().contains(seed), "{error}");
        let public = key().verifier().to_string();
        assert_eq!(SigningKey::from_secret_text(&public).err(), Some(KeyError::NotSecret));
    }

    #[test]
    fn names_that_would_break_a_line_are_refused() {
        let too_long = "x".repeat(NAME_BYTES_MAX + 1);
        for name in ["", "a b", "a+b", "a\nb", "a\u{a0}b", "a\u{7}b", &too_long] {
            assert!(matches!(SigningKey::new(name, [0; 32]), Err(KeyError::Name(_))), "{name:?}");
        }
    }

    #[test]
    fn keys_under_which_anything_verifies_are_refused() {
        // The point of order one, and one of order eight.
        let mut one = [0; 32];
        one[0] = 1;
        for public in [one, [0; 32]] {
            let text = write_key("x", key_id("x", &public), &public);
            assert_eq!(text.parse::<VerifierKey>().err(), Some(KeyError::Weak));
        }
    }
}

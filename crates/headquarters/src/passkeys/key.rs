//! Public keys of passkeys: COSE keys (RFC 9052 and 9053), ES256 and EdDSA.

use super::NotAccepted;
use super::cbor::{Reader, Value};
use p256::ecdsa::signature::Verifier as _;

/// A public key that we take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// ECDSA over P-256 with SHA-256.
    Es256(p256::ecdsa::VerifyingKey),
    /// Ed25519.
    EdDsa(ed25519_dalek::VerifyingKey),
}

/// The members of a COSE key that matter, by their labels.
#[derive(Default)]
struct Members<'a> {
    kind: Option<i64>,
    algorithm: Option<i64>,
    curve: Option<i64>,
    x: Option<&'a [u8]>,
    y: Option<&'a [u8]>,
}

impl PublicKey {
    /// Reads a COSE key with nothing after it.
    ///
    /// # Errors
    /// [`NotAccepted::Key`].
    pub fn read(cose: &[u8]) -> Result<PublicKey, NotAccepted> {
        let mut reader = Reader(cose);
        let members = members(&mut reader).filter(|_| reader.0.is_empty());
        members.and_then(|members| of(&members)).ok_or(NotAccepted::Key)
    }

    /// Whether `signature` is by this key over `message`.
    pub(super) fn check(&self, message: &[u8], signature: &[u8]) -> Result<(), NotAccepted> {
        let holds = match self {
            PublicKey::Es256(key) => p256::ecdsa::Signature::from_der(signature)
                .and_then(|signature| key.verify(message, &signature))
                .is_ok(),
            PublicKey::EdDsa(key) => ed25519_dalek::Signature::from_slice(signature)
                .and_then(|signature| key.verify_strict(message, &signature))
                .is_ok(),
        };
        if holds { Ok(()) } else { Err(NotAccepted::Signature) }
    }
}

fn members<'a>(reader: &mut Reader<'a>) -> Option<Members<'a>> {
    let mut members = Members::default();
    for _ in 0..reader.map()? {
        let Value::Number(label) = reader.value()? else { return None };
        let value = reader.value()?;
        let number = |place: &mut Option<i64>| match value {
            Value::Number(number) if place.is_none() => {
                *place = Some(number);
                Some(())
            }
            _ => None,
        };
        let bytes = |place: &mut Option<&'a [u8]>| match value {
            Value::Bytes(bytes) if place.is_none() => {
                *place = Some(bytes);
                Some(())
            }
            _ => None,
        };
        match label {
            1 => number(&mut members.kind)?,
            3 => number(&mut members.algorithm)?,
            -1 => number(&mut members.curve)?,
            -2 => bytes(&mut members.x)?,
            -3 => bytes(&mut members.y)?,
            _ => return None,
        }
    }
    Some(members)
}

fn of(members: &Members<'_>) -> Option<PublicKey> {
    match (members.kind?, members.algorithm?, members.curve?) {
        // Elliptic curve with both coordinates, ES256, P-256.
        (2, -7, 1) => {
            let (x, y) = (members.x?, members.y?);
            if x.len() != 32 || y.len() != 32 {
                return None;
            }
            let point = [&[4], x, y].concat();
            p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok().map(PublicKey::Es256)
        }
        // Octet key pair, EdDSA, Ed25519.
        (1, -8, 6) if members.y.is_none() => {
            let bytes = members.x?.try_into().ok()?;
            let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).ok()?;
            (!key.is_weak()).then_some(PublicKey::EdDsa(key))
        }
        _ => None,
    }
}

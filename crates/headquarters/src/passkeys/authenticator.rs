//! Authenticator data (WebAuthn level 3, section 6.1), and where it lies in an attestation object.

use super::cbor::{Reader, Value};
use super::{NotAccepted, Origin};
use sha2::{Digest, Sha256};

/// The longest id that a credential has.
const CREDENTIAL_BYTES_MAX: usize = 1_023;
/// The longest attestation object or authenticator data that is read.
const BYTES_MAX: usize = 16 << 10;

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;
const EXTENDED: u8 = 0x80;
const RESERVED: u8 = 0x22;

/// What an authenticator says of itself.
pub(super) struct AuthenticatorData<'a> {
    relying_party: &'a [u8],
    flags: u8,
    /// How often the key has signed; 0 where that is not counted.
    pub(super) count: u32,
    /// A new credential's id and its COSE key.
    pub(super) made: Option<(&'a [u8], &'a [u8])>,
}

impl<'a> AuthenticatorData<'a> {
    /// Reads it to the last byte.
    pub(super) fn read(bytes: &'a [u8]) -> Result<AuthenticatorData<'a>, NotAccepted> {
        Self::whole(bytes).ok_or(NotAccepted::AuthenticatorData)
    }

    fn whole(bytes: &'a [u8]) -> Option<AuthenticatorData<'a>> {
        if bytes.len() > BYTES_MAX {
            return None;
        }
        let (relying_party, rest) = bytes.split_at_checked(32)?;
        let (&[flags, a, b, c, d], mut rest) = rest.split_first_chunk::<5>()?;
        let count = u32::from_be_bytes([a, b, c, d]);
        let mut made = None;
        if flags & ATTESTED != 0 {
            // The make of the device, of no use to us.
            let (_, after) = rest.split_at_checked(16)?;
            let (length, after) = after.split_first_chunk::<2>()?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (credential, after) = after.split_at_checked(length)?;
            if credential.is_empty() || length > CREDENTIAL_BYTES_MAX {
                return None;
            }
            let (key, after) = one_map(after)?;
            made = Some((credential, key));
            rest = after;
        }
        if flags & EXTENDED != 0 {
            rest = one_map(rest)?.1;
        }
        let sound =
            flags & RESERVED == 0 && (flags & BACKED_UP == 0 || flags & BACKUP_ELIGIBLE != 0);
        (sound && rest.is_empty()).then_some(AuthenticatorData {
            relying_party,
            flags,
            count,
            made,
        })
    }

    /// Whether it is for this house, and of somebody who was there and was recognised.
    pub(super) fn check(&self, origin: &Origin) -> Result<(), NotAccepted> {
        if self.relying_party != &Sha256::digest(origin.host().as_bytes())[..] {
            return Err(NotAccepted::AuthenticatorData);
        }
        if self.flags & USER_PRESENT == 0 || self.flags & USER_VERIFIED == 0 {
            return Err(NotAccepted::NotVerified);
        }
        Ok(())
    }
}

/// Splits bytes after the one CBOR map with which they begin.
fn one_map(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    Reader(bytes).map()?;
    let mut reader = Reader(bytes);
    reader.value()?;
    Some(bytes.split_at(bytes.len() - reader.0.len()))
}

/// The authenticator data in an attestation object. The statement beside it is not asked for.
pub(super) fn data_of(attestation_object: &[u8]) -> Result<&[u8], NotAccepted> {
    let read = || {
        if attestation_object.len() > BYTES_MAX {
            return None;
        }
        let mut reader = Reader(attestation_object);
        let mut data = None;
        for _ in 0..reader.map()? {
            let Value::Text(name) = reader.value()? else { return None };
            let value = reader.value()?;
            match (name, value, data) {
                ("authData", Value::Bytes(bytes), None) => data = Some(bytes),
                ("fmt", Value::Text(_), _) | ("attStmt", Value::Other, _) => {}
                _ => return None,
            }
        }
        data.filter(|_| reader.0.is_empty())
    };
    read().ok_or(NotAccepted::AuthenticatorData)
}

//! Passkeys: what an authenticator says, checked strictly (WebAuthn level 3).
//!
//! One verifier for everything: sign-in, enrolment, and the signature under an act, which is checked
//! again by whoever holds a receipt, years later and offline. Attestation is not asked for: which
//! make of device somebody has is nobody's business here.

mod authenticator;
mod cbor;
mod client;
mod key;
mod signing;
#[cfg(test)]
pub(crate) mod soft;

use authenticator::AuthenticatorData;
use sha2::{Digest, Sha256};

pub(crate) use client::challenge_of as challenge_of_client;
pub use key::PublicKey;
pub use signing::{Confirmed, challenge_of, confirm};
pub(crate) use signing::{decoded, encoded};

/// The house as browsers know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    text: String,
    host: String,
}

impl Origin {
    /// Reads `https://headquarters.example` or `https://headquarters.example:8443`; without TLS,
    /// `http://localhost:4860` alone: that never leaves the machine.
    ///
    /// # Errors
    /// A sentence on what is accepted.
    pub fn parse(text: &str) -> Result<Origin, &'static str> {
        let wrong = "an origin is https:// and a name in lower case, with a port if it is not 443; http:// is for localhost alone";
        let (scheme, authority) = text.split_once("://").ok_or(wrong)?;
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let plain = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
        };
        let named = !host.is_empty()
            && host.bytes().all(plain)
            // An address of numbers cannot be a relying party's id.
            && host.bytes().any(|byte| byte.is_ascii_lowercase())
            && !host.starts_with(['.', '-'])
            && !host.ends_with(['.', '-']);
        let usual = if scheme == "https" { "443" } else { "80" };
        let port_fits = port.is_none_or(|port| {
            port != usual
                && port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port)
        });
        let safe = scheme == "https" || (scheme == "http" && host == "localhost");
        if named && port_fits && safe {
            Ok(Origin { text: text.to_owned(), host: host.to_owned() })
        } else {
            Err(wrong)
        }
    }

    /// The origin, as browsers write it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name without the port: the relying party's id.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The name with the port, as the header `Host` has it.
    pub fn authority(&self) -> &str {
        self.text.split_once("://").map_or("", |(_, authority)| authority)
    }
}

/// Why what an authenticator says is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAccepted {
    /// The browser's data is not what WebAuthn says, or of another ceremony.
    #[error("the browser's data does not read, or is of another ceremony")]
    ClientData,
    /// Made for another challenge: an answer to something else, or a replay.
    #[error("it answers another challenge")]
    Challenge,
    /// Made on a page of another site, or in a frame of one.
    #[error("it was made for another site")]
    Origin,
    /// The authenticator's data does not read, or is for another relying party.
    #[error("the authenticator's data does not read, or is for another site")]
    AuthenticatorData,
    /// Nobody touched the authenticator, or it did not check who did.
    #[error("the authenticator did not check who used it")]
    NotVerified,
    /// The key is of a kind that we do not take, or no key.
    #[error("the key is neither ES256 nor EdDSA, or not a key")]
    Key,
    /// The signature is not by this key over this.
    #[error("the signature does not hold")]
    Signature,
}

/// An assertion, as the browser gives it.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// What the authenticator says of itself.
    pub authenticator_data: Vec<u8>,
    /// What the browser says of the page, as JSON.
    pub client_data: Vec<u8>,
    /// The signature over both.
    pub signature: Vec<u8>,
}

/// A passkey just made.
#[derive(Clone, Debug)]
pub struct Made {
    /// The credential's id.
    pub credential: Vec<u8>,
    /// The public key, as the authenticator gave it.
    pub public_key: Vec<u8>,
    /// How often it has signed, as far as it counts.
    pub count: u32,
}

/// Checks an assertion (WebAuthn level 3, section 7.2), and gives how often the authenticator says
/// that the key has signed; 0 if it does not count.
///
/// # Errors
/// [`NotAccepted`].
pub fn check_assertion(
    assertion: &Assertion,
    key: &PublicKey,
    origin: &Origin,
    challenge: &[u8],
) -> Result<u32, NotAccepted> {
    client::check(&assertion.client_data, "webauthn.get", origin, challenge)?;
    let data = AuthenticatorData::read(&assertion.authenticator_data)?;
    data.check(origin)?;
    if data.made.is_some() {
        return Err(NotAccepted::AuthenticatorData);
    }
    let mut signed = assertion.authenticator_data.clone();
    signed.extend_from_slice(&Sha256::digest(&assertion.client_data));
    key.check(&signed, &assertion.signature)?;
    Ok(data.count)
}

/// Checks a registration (section 7.1, with attestation "none"), and gives the new passkey.
///
/// # Errors
/// [`NotAccepted`].
pub fn check_registration(
    attestation_object: &[u8],
    client_data: &[u8],
    origin: &Origin,
    challenge: &[u8],
) -> Result<Made, NotAccepted> {
    client::check(client_data, "webauthn.create", origin, challenge)?;
    let bytes = authenticator::data_of(attestation_object)?;
    let data = AuthenticatorData::read(bytes)?;
    data.check(origin)?;
    let (credential, public_key) = data.made.ok_or(NotAccepted::AuthenticatorData)?;
    PublicKey::read(public_key)?;
    Ok(Made { credential: credential.to_vec(), public_key: public_key.to_vec(), count: data.count })
}

#[cfg(test)]
mod tests;

//! What a passkey signs when it confirms an act, and the check of it.

use super::{Assertion, NotAccepted, Origin, PublicKey, check_assertion, client};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coalition::Act;
use coalition::act::Signature;
use coalition::text::Encoded;
use sha2::{Digest, Sha256};

/// Says what the challenge is for: an assertion made for anything else can never be taken for one
/// over an act.
const DOMAIN: &[u8] = b"entente/act/v1\0";

/// The challenge by which a passkey confirms an act: SHA-256 over the domain, the SHA-256 of the
/// act's bytes, and the house's 32 random bytes for this one signature.
pub fn challenge_of(act: &[u8], nonce: &[u8]) -> [u8; 32] {
    let mut challenge = Sha256::new();
    challenge.update(DOMAIN);
    challenge.update(Sha256::digest(act));
    challenge.update(nonce);
    challenge.finalize().into()
}

/// What a signature under an act proves, beside the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// The house on whose page it was confirmed. Compare it to the one you know.
    pub origin: String,
}

/// Checks the signature under an act, given the bytes that are kept of it and the COSE key that the
/// act of enrolment holds. Without `origin`, the house is the one that the browser named.
///
/// # Errors
/// [`NotAccepted`].
pub fn confirm(
    act: &Act,
    kept: &[u8],
    public_key: &Encoded,
    origin: Option<&Origin>,
) -> Result<Confirmed, NotAccepted> {
    let confirmed = act.signed_bytes(kept).ok_or(NotAccepted::Signature)?;
    let signature = act.signed.as_deref().ok_or(NotAccepted::Signature)?;
    let key = PublicKey::read(&decoded(public_key).ok_or(NotAccepted::Key)?)?;
    let nonce = decoded(&signature.nonce).filter(|nonce| nonce.len() == 32);
    let challenge = challenge_of(&confirmed, &nonce.ok_or(NotAccepted::Challenge)?);
    let assertion = assertion(signature).ok_or(NotAccepted::Signature)?;
    let named = client::origin_of(&assertion.client_data)?;
    check_assertion(&assertion, &key, origin.unwrap_or(&named), &challenge)?;
    Ok(Confirmed { origin: named.as_str().to_owned() })
}

fn assertion(signature: &Signature) -> Option<Assertion> {
    Some(Assertion {
        authenticator_data: decoded(&signature.authenticator_data)?,
        client_data: decoded(&signature.client_data)?,
        signature: decoded(&signature.signature)?,
    })
}

/// The bytes that a text of the record encodes.
pub(crate) fn decoded(text: &Encoded) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.as_str()).ok()
}

/// Bytes as a text of the record; `None` where there are none, or too many.
pub(crate) fn encoded(bytes: &[u8]) -> Option<Encoded> {
    Encoded::parse(&URL_SAFE_NO_PAD.encode(bytes)).ok()
}

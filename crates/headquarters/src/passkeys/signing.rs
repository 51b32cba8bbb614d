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
/// The same, where one signature confirms several acts.
const DOMAIN_OF_SEVERAL: &[u8] = b"entente/acts/v1\0";

/// The challenge by which a passkey confirms acts: SHA-256 over the domain, the SHA-256 of each act's
/// bytes in their order, and the house's 32 random bytes for this one signature.
pub fn challenge_of(hashes: &[[u8; 32]], nonce: &[u8]) -> [u8; 32] {
    let mut challenge = Sha256::new();
    challenge.update(if hashes.len() == 1 { DOMAIN } else { DOMAIN_OF_SEVERAL });
    for hash in hashes {
        challenge.update(hash);
    }
    challenge.update(nonce);
    challenge.finalize().into()
}

/// The SHA-256 of each act that a signature under one of them confirms: of that one alone, or of all
/// that it names, if that one is among them.
fn confirmed_by(signature: &Signature, act: &[u8]) -> Option<Vec<[u8; 32]>> {
    let own: [u8; 32] = Sha256::digest(act).into();
    if signature.together.is_empty() {
        return Some(vec![own]);
    }
    let read = |hash: &Encoded| decoded(hash)?.try_into().ok();
    let all: Vec<[u8; 32]> = signature.together.iter().map(read).collect::<Option<_>>()?;
    (all.len() > 1 && all.contains(&own)).then_some(all)
}

/// What a signature under an act proves, beside the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// The house on whose page it was confirmed. Compare it to the one you know.
    pub origin: String,
    /// How many acts the one signature confirms.
    pub acts: usize,
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
    let hashes = confirmed_by(signature, &confirmed).ok_or(NotAccepted::Challenge)?;
    let challenge = challenge_of(&hashes, &nonce.ok_or(NotAccepted::Challenge)?);
    let assertion = assertion(signature).ok_or(NotAccepted::Signature)?;
    let named = client::origin_of(&assertion.client_data)?;
    check_assertion(&assertion, &key, origin.unwrap_or(&named), &challenge)?;
    Ok(Confirmed { origin: named.as_str().to_owned(), acts: hashes.len() })
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

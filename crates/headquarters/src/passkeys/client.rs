//! Client data (WebAuthn level 3, section 5.8.1): what the browser says of the page.

use super::{NotAccepted, Origin};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// The longest client data that is read.
const BYTES_MAX: usize = 4_096;

/// The members that matter. Browsers may add others, and add some at random to say so.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientData {
    #[serde(rename = "type")]
    ceremony: String,
    challenge: String,
    pub(super) origin: String,
    #[serde(default)]
    cross_origin: bool,
    #[serde(default)]
    top_origin: Option<String>,
}

impl ClientData {
    pub(super) fn read(bytes: &[u8]) -> Result<ClientData, NotAccepted> {
        if bytes.len() > BYTES_MAX {
            return Err(NotAccepted::ClientData);
        }
        serde_json::from_slice(bytes).map_err(|_| NotAccepted::ClientData)
    }
}

/// Whether the browser says that this ceremony took place on our page for this challenge.
pub(super) fn check(
    bytes: &[u8],
    ceremony: &str,
    origin: &Origin,
    challenge: &[u8],
) -> Result<(), NotAccepted> {
    let said = ClientData::read(bytes)?;
    if said.ceremony != ceremony {
        return Err(NotAccepted::ClientData);
    }
    if said.challenge != URL_SAFE_NO_PAD.encode(challenge) {
        return Err(NotAccepted::Challenge);
    }
    if said.origin != origin.as_str() || said.cross_origin || said.top_origin.is_some() {
        return Err(NotAccepted::Origin);
    }
    Ok(())
}

/// The challenge that client data say they answer.
pub(crate) fn challenge_of(bytes: &[u8]) -> Result<Vec<u8>, NotAccepted> {
    let challenge = ClientData::read(bytes)?.challenge;
    URL_SAFE_NO_PAD.decode(challenge).map_err(|_| NotAccepted::ClientData)
}

/// The origin that client data names, as far as it could be one of ours.
pub(super) fn origin_of(bytes: &[u8]) -> Result<Origin, NotAccepted> {
    Origin::parse(&ClientData::read(bytes)?.origin).map_err(|_| NotAccepted::Origin)
}

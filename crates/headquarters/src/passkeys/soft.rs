//! An authenticator of software, for tests: it signs what it is told to, right or wrong.

use super::Assertion;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use sha2::{Digest, Sha256};

/// What an authenticator is told to say; [`Said::of`] is what an honest one says.
#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) ceremony: &'static str,
    pub(crate) origin: String,
    pub(crate) relying_party: String,
    pub(crate) challenge: Vec<u8>,
    pub(crate) flags: u8,
    pub(crate) count: u32,
    /// Further members of the client data, each with a comma before it.
    pub(crate) more: &'static str,
}

impl Said {
    pub(crate) fn of(origin: &str, challenge: &[u8]) -> Said {
        let host = origin.split_once("://").map_or("", |(_, authority)| authority);
        Said {
            ceremony: "webauthn.get",
            origin: origin.into(),
            relying_party: host.split(':').next().unwrap_or_default().into(),
            challenge: challenge.to_vec(),
            flags: 0x05,
            count: 0,
            more: "",
        }
    }

    pub(crate) fn client_data(&self) -> Vec<u8> {
        let Said { ceremony, origin, more, .. } = self;
        let challenge = URL_SAFE_NO_PAD.encode(&self.challenge);
        format!(r#"{{"type":"{ceremony}","challenge":"{challenge}","origin":"{origin}"{more}}}"#)
            .into()
    }

    pub(crate) fn authenticator_data(&self) -> Vec<u8> {
        let mut data = Sha256::digest(self.relying_party.as_bytes()).to_vec();
        data.push(self.flags);
        data.extend(self.count.to_be_bytes());
        data
    }
}

/// A passkey whose secret half everybody knows.
pub(crate) enum Soft {
    Es256(p256::ecdsa::SigningKey),
    EdDsa(ed25519_dalek::SigningKey),
}

impl Soft {
    pub(crate) fn es256(seed: u8) -> Soft {
        Soft::Es256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).expect("a scalar in range"))
    }

    pub(crate) fn ed_dsa(seed: u8) -> Soft {
        Soft::EdDsa(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
    }

    /// The public half as a COSE key.
    pub(crate) fn cose(&self) -> Vec<u8> {
        match self {
            Soft::Es256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                let bytes = point.as_bytes();
                let mut cose = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
                cose.extend(&bytes[1..33]);
                cose.extend([0x22, 0x58, 0x20]);
                cose.extend(&bytes[33..]);
                cose
            }
            Soft::EdDsa(key) => {
                let mut cose = vec![0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20];
                cose.extend(key.verifying_key().as_bytes());
                cose
            }
        }
    }

    pub(crate) fn signs(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Soft::Es256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Soft::EdDsa(key) => key.sign(message).to_bytes().to_vec(),
        }
    }

    pub(crate) fn asserts(&self, said: &Said) -> Assertion {
        let (authenticator_data, client_data) = (said.authenticator_data(), said.client_data());
        let message = [&authenticator_data[..], &Sha256::digest(&client_data)[..]].concat();
        Assertion { signature: self.signs(&message), authenticator_data, client_data }
    }

    /// An attestation object, and the client data that goes with it.
    pub(crate) fn registers(&self, said: &Said, credential: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let mut data = Said { flags: said.flags | 0x40, ..said.clone() }.authenticator_data();
        data.extend([0; 16]);
        data.extend(u16::try_from(credential.len()).expect("short").to_be_bytes());
        data.extend(credential);
        data.extend(self.cose());
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt\x64none\x67attStmt\xa0\x68authData\x58");
        object.push(u8::try_from(data.len()).expect("short"));
        object.extend(data);
        (object, Said { ceremony: "webauthn.create", ..said.clone() }.client_data())
    }
}

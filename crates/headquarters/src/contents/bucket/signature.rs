//! The signature of a request to a store that speaks S3: AWS Signature Version 4, in its header.
//!
//! What is sent is named by its SHA-256 in this house, and that is what the signature covers: a store
//! that takes other bytes than were sealed would break its own protocol.

use crate::hexadecimal::hexadecimal;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

/// SHA-256 of nothing, as requests without a body are signed.
pub(super) const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What signs.
pub(super) struct Signer {
    pub(super) region: String,
    pub(super) key: String,
    pub(super) secret: String,
}

/// A request as its signature covers it.
pub(super) struct Signed<'a> {
    pub(super) method: &'a str,
    /// With its port, where that is not the usual one.
    pub(super) host: &'a str,
    /// From its first slash; what stands in it needs no escape.
    pub(super) path: &'a str,
    /// SHA-256 of the body, in hexadecimal digits.
    pub(super) body: &'a str,
}

/// The headers that a signed request carries.
pub(super) struct Headers {
    pub(super) date: String,
    pub(super) authorization: String,
}

fn keyed(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

impl Signer {
    /// Signs a request that is sent now.
    pub(super) fn sign(&self, request: &Signed<'_>, now: Timestamp) -> Headers {
        let date = now.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = &date[..8];
        let Signed { method, host, path, body } = request;
        let names = "host;x-amz-content-sha256;x-amz-date";
        let canonical = format!(
            "{method}\n{path}\n\nhost:{host}\nx-amz-content-sha256:{body}\nx-amz-date:{date}\n\n{names}\n{body}"
        );
        let scope = format!("{day}/{}/s3/aws4_request", self.region);
        let digest = hexadecimal(&Sha256::digest(canonical.as_bytes()));
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{digest}");
        let mut key = keyed(format!("AWS4{}", self.secret).as_bytes(), day);
        for part in [self.region.as_str(), "s3", "aws4_request"] {
            key = keyed(&key, part);
        }
        let signature = hexadecimal(&keyed(&key, &text));
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope},SignedHeaders={names},Signature={signature}",
            self.key
        );
        Headers { date, authorization }
    }
}

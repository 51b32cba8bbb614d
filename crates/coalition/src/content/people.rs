//! How a person is known again: passkeys, accounts of his party's directory, the links by which
//! either comes, and the vouching that a lost one takes.

use crate::id::Id;
use crate::text::{Encoded, Name};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A key of a person, of which an authenticator of his keeps the secret half (WebAuthn level 3).
/// Seen by that person alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passkey {
    /// Whose it is.
    pub person: Id,
    /// What he calls it: "Key on my desk".
    pub name: Name,
    /// The credential's id, as the authenticator gave it.
    pub credential: Encoded,
    /// The public key as a COSE key (RFC 9052): ES256 or EdDSA.
    pub public_key: Encoded,
    /// The enrolment link by which it came, if it came by one; else a passkey he had before stood
    /// for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Id>,
}

/// An account of a person in a directory of his party, by which he signs in (OpenID Connect Core 1.0).
/// What the directory says of him besides (names, addresses, groups) is neither asked nor kept. Seen
/// by that person alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryAccount {
    /// Whose it is.
    pub person: Id,
    /// What he calls it: "Ministry account".
    pub name: Name,
    /// The directory, as it names itself: the issuer's address.
    pub issuer: Name,
    /// The account, as the directory names it: never given to anybody else (section 5.7).
    pub subject: Name,
    /// The enrolment link by which it came, if it came by one; else a passkey he had before signed
    /// for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Id>,
}

/// A link by which one person enrols one passkey, or connects one directory account, once, before it
/// expires. Whoever has the link is taken for that person: the record holds only the hash of its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentLink {
    /// Whom it lets in.
    pub person: Id,
    /// SHA-256 of the secret in the link.
    pub secret_hash: Encoded,
    /// From when on it is of no use.
    pub expires: Timestamp,
    /// Who else of the delegation vouched that the person needs one, where that is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vouching: Option<Id>,
    /// Whether it was used.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub spent: bool,
}

/// One seat's word that a person of its delegation has lost his passkeys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vouching {
    /// Who has lost them.
    pub person: Id,
}

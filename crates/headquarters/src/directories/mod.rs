//! Directories of parties, by which their people sign in: OpenID Connect Core 1.0, the authorization
//! code with PKCE (RFC 7636), state and nonce. A directory says which of its accounts is in front of the
//! browser, and nothing else that it says is listened to: whose account that is, the record says.

mod file;
mod people;
mod provider;
#[cfg(test)]
mod tests;
mod transport;
mod trip;

pub use file::BadFile;
pub(crate) use people::Brought;
pub use transport::{NotReached, Request, Response, Transport};
pub(crate) use trip::{Errand, Trip};

use coalition::Id;
use coalition::text::Name;
use openidconnect::{ClientId, ClientSecret, IssuerUrl};
use provider::Known;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

/// One party's directory.
pub struct Directory {
    /// What addresses of the house call it.
    pub(crate) key: Id,
    /// What pages call it.
    pub(crate) title: Name,
    /// Whose people it lets in.
    pub(crate) party: Id,
    issuer: IssuerUrl,
    client: ClientId,
    secret: ClientSecret,
    /// The hosts, with their ports, that the house speaks with: the issuer's, and those named beside it.
    hosts: Vec<String>,
    /// What the directory has said of itself.
    known: Mutex<Known>,
    /// How many speak with it at this moment.
    speaking: AtomicUsize,
}

/// The directories of a house.
#[derive(Default)]
pub struct Directories {
    all: Vec<Directory>,
    transport: Option<Arc<Transport>>,
}

impl Directories {
    /// Speaks with the directories by `transport` instead of the network: for tests.
    #[must_use]
    pub fn through(mut self, transport: Arc<Transport>) -> Directories {
        self.transport = Some(transport);
        self
    }

    /// The parties that have a directory here.
    pub fn parties(&self) -> impl Iterator<Item = &Id> {
        self.all.iter().map(|directory| &directory.party)
    }

    /// All of them, as an address and a page name them.
    pub(crate) fn named(&self) -> Vec<(&str, &str)> {
        self.all.iter().map(Directory::named).collect()
    }

    /// Those of a party.
    pub(crate) fn of_party(&self, party: &Id) -> Vec<(&str, &str)> {
        self.all.iter().filter(|one| one.party == *party).map(Directory::named).collect()
    }

    /// Whether a directory that names itself so lets in the people of a party.
    pub(crate) fn serves(&self, issuer: &str, party: &Id) -> bool {
        self.all.iter().any(|one| one.issuer.as_str() == issuer && one.party == *party)
    }

    pub(crate) fn find(&self, key: &str) -> Option<&Directory> {
        self.all.iter().find(|one| one.key.as_str() == key)
    }
}

impl Directory {
    fn named(&self) -> (&str, &str) {
        (self.key.as_str(), self.title.as_str())
    }

    /// The directory, as it names itself.
    pub(crate) fn issuer(&self) -> &str {
        self.issuer.as_str()
    }
}

/// Why somebody who came from a directory is not let in: for whoever runs the house. Whoever came
/// learns that it came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotLetIn {
    /// Not this browser's way, or walked before, or for more than five minutes.
    #[error(
        "the way back was not this browser's, was used before, or took longer than five minutes"
    )]
    Stale,
    /// Another directory says that it sent him.
    #[error("the answer says that it comes from another directory")]
    OtherIssuer,
    /// The directory let him go without a code.
    #[error("the directory let him go without a code")]
    NoCode,
    /// What the directory says of itself, or its answer to a code, does not come or does not read.
    #[error("{0}")]
    NoAnswer(String),
    /// The directory names a host that the house was not told of.
    #[error("the directory names the host {0}, which is not among its hosts in the file")]
    OtherHost(String),
    /// The id token is not believed.
    #[error("the id token is not believed: {0}")]
    NotBelieved(String),
    /// The account is nobody's here who sits for the directory's party.
    #[error("the account is nobody's who sits for the directory's party")]
    Nobody,
}

//! A way to a directory and back. The house keeps nothing of it: what belongs to it is in a cookie of
//! the browser that goes, and the state that comes back is a challenge sealed for that cookie.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coalition::Id;
use sha2::{Digest, Sha256};

/// What somebody goes to a directory for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    /// To sign in.
    SignIn,
    /// To connect an account of his, being signed in as this person.
    Connect(Id),
    /// To connect an account by an enrolment link: the person, and the link's secret.
    Enrol(Id, String),
}

/// Such a way: the errand, and what makes it one browser's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trip {
    secret: String,
    pub(crate) errand: Errand,
}

/// The longest cookie that is read.
const CHARACTERS_MAX: usize = 400;

impl Trip {
    /// A way that begins now.
    pub(crate) fn new(errand: Errand, random: [u8; 32]) -> Trip {
        Trip { secret: URL_SAFE_NO_PAD.encode(random), errand }
    }

    /// What the browser keeps.
    pub(crate) fn cookie(&self) -> String {
        let secret = &self.secret;
        match &self.errand {
            Errand::SignIn => format!("{secret}:sign-in"),
            Errand::Connect(person) => format!("{secret}:connect:{person}"),
            Errand::Enrol(person, link) => format!("{secret}:enrol:{person}:{link}"),
        }
    }

    /// What a browser has kept. Whether it is ours, the state says that comes with it.
    pub(crate) fn of(cookie: &str) -> Option<Trip> {
        if cookie.len() > CHARACTERS_MAX {
            return None;
        }
        let parts: Vec<&str> = cookie.split(':').collect();
        let errand = match parts[1..] {
            ["sign-in"] => Errand::SignIn,
            ["connect", person] => Errand::Connect(Id::parse(person).ok()?),
            ["enrol", person, link] => Errand::Enrol(Id::parse(person).ok()?, link.to_owned()),
            _ => return None,
        };
        Some(Trip { secret: parts[0].to_owned(), errand })
    }

    /// What the challenge in the state is made for: this way, to this directory and back.
    pub(crate) fn purpose(&self, directory: &Id) -> String {
        format!("directory {directory} {}", self.cookie())
    }

    /// The code verifier (RFC 7636, section 4.1). The directory learns its hash on the way there.
    pub(crate) fn verifier(&self) -> String {
        self.derived("verifier")
    }

    /// The nonce that the id token has to repeat.
    pub(crate) fn nonce(&self) -> String {
        self.derived("nonce")
    }

    fn derived(&self, what: &str) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(format!("entente/directory/{what} {}", self.secret)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_read_as_it_was_written_and_nothing_else_is() {
        let person = Id::parse("anna.b-c_d").unwrap();
        for errand in [
            Errand::SignIn,
            Errand::Connect(person.clone()),
            Errand::Enrol(person, "s_ecret-".into()),
        ] {
            let trip = Trip::new(errand, [7; 32]);
            assert_eq!(Trip::of(&trip.cookie()), Some(trip));
        }
        for cookie in
            ["", "a", "a:b", "a:connect", "a:connect:not an id", "a:enrol:anna", "a:sign-in:x"]
        {
            assert_eq!(Trip::of(cookie), None, "{cookie}");
        }
        assert_eq!(Trip::of(&format!("{}:sign-in", "a".repeat(400))), None);
    }

    #[test]
    fn what_the_directory_learns_does_not_give_away_the_verifier() {
        let trip = Trip::new(Errand::SignIn, [7; 32]);
        assert_ne!(trip.nonce(), trip.verifier());
        assert_eq!(trip.verifier().len(), 43);
        assert_ne!(trip.verifier(), Trip::new(Errand::SignIn, [8; 32]).verifier());
    }
}

//! Sign-in: who asks. In a demonstration by choosing a persona, else by a passkey, or through the
//! directory of one's party. What a browser keeps is a random token, of which the house keeps the
//! hash.

mod challenges;
mod enrolment;
mod limits;
mod sessions;
#[cfg(test)]
mod signing_tests;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use challenges::Challenges;
pub use enrolment::first_link;
pub(crate) use enrolment::{LINK_HOURS, Registration, by_link, further, make, passkey_of};
pub(crate) use limits::{Limits, Whose};
pub(crate) use sessions::{IDLE_HOURS, Session, Sessions, WHOLE_HOURS, name_of_token};

use crate::hexadecimal::hexadecimal;
use crate::house::{Doors, House};
use crate::passkeys::{
    Assertion, NotAccepted, Origin, PublicKey, check_assertion, decoded, encoded,
};
use coalition::content::{DirectoryAccount, Passkey};
use coalition::text::Encoded;
use coalition::{Id, View};
use sha2::{Digest, Sha256};
use std::sync::PoisonError;

/// A person whom anybody may be in a demonstration.
#[derive(Clone, Debug)]
pub struct Persona {
    /// The person in the record; `None` is a member of the public.
    pub person: Option<Id>,
    /// What to call him on the page: "Clerk of a lead state".
    pub title: String,
    /// What he is there to try.
    pub purpose: String,
}

/// What a browser keeps to be known again: 32 random bytes as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a challenge is made for, when somebody signs in.
pub(crate) const SIGN_IN: &str = "sign-in";

/// An assertion as a form sends it, with the credential by which it was made.
pub(crate) struct Presented {
    pub(crate) credential: Vec<u8>,
    pub(crate) assertion: Assertion,
}

impl House {
    /// The house as browsers know it, if people come in by passkeys.
    pub(crate) fn origin(&self) -> Option<&Origin> {
        match &self.settings.doors {
            Doors::Passkeys(origin) => Some(origin),
            Doors::Demonstration(_) | Doors::Closed => None,
        }
    }

    /// A new session for a person, whoever vouches that it is he: a demonstration, or a test.
    pub fn sign_in(&self, person: Id) -> Token {
        self.begin_session(person, None)
    }

    pub(crate) fn begin_session(&self, person: Id, by: Option<Id>) -> Token {
        let bytes: [u8; 32] = self.settings.random();
        let token = Token(hexadecimal(&bytes));
        self.sessions.begin(token.as_str(), person, by, self.now());
        token
    }

    /// The person whose session a token opens.
    pub fn person_of(&self, token: &str) -> Option<Id> {
        self.session(token).map(|session| session.person)
    }

    pub(crate) fn session(&self, token: &str) -> Option<Session> {
        self.sessions.of(token, self.now())
    }

    /// Ends a session.
    pub fn sign_out(&self, token: &str) {
        self.sessions.end(token);
    }

    /// A challenge for a ceremony, good for one answer within five minutes.
    pub(crate) fn challenge(&self, purpose: &str) -> Vec<u8> {
        self.challenges.issue(purpose, self.now(), self.settings.random())
    }

    /// Whether an assertion signs its person in: the person and the passkey, or nothing. Whatever is
    /// wrong, the answer is the same, and so is the work.
    pub(crate) fn recognise(&self, person: Option<&Id>, presented: &Presented) -> Option<(Id, Id)> {
        let origin = self.origin()?;
        let challenge = challenge_in(&presented.assertion.client_data)?;
        let credential = encoded(&presented.credential);
        let owned = person.and_then(|person| {
            if !self.knows_key(&credential?, person) {
                return None;
            }
            self.looking_as(person, |view| own_passkey(view, person, &presented.credential))
        });
        let key = owned.as_ref().and_then(|(_, passkey)| key_of(passkey));
        let known = key.is_some();
        let key = key.or_else(nobodys_key)?;
        let checked = check_assertion(&presented.assertion, &key, origin, &challenge);
        let (passkey, _) = owned.filter(|_| known)?;
        let count = checked.ok()?;
        // Used up last: a challenge that is answered wrongly can be answered again.
        if !self.challenges.take(SIGN_IN, &challenge, self.now())
            || !self.counts_on(&passkey, count)
        {
            return None;
        }
        Some((person?.clone(), passkey))
    }

    /// Whether there is a link or a passkey that is recognised by this, whosesoever it is: if there is
    /// none, it is refused as soon for one who is not there as for `person`.
    fn knows_key(&self, key: &Encoded, person: &Id) -> bool {
        #[cfg(feature = "leaks")]
        crate::leaks::looked_up(self, person);
        #[cfg(not(feature = "leaks"))]
        let _ = person;
        self.shared.state.read().unwrap_or_else(PoisonError::into_inner).knows_key(key)
    }

    /// Remembers how often a passkey says that it has signed; `false` if it went back, as a copy of
    /// it would make it.
    pub(crate) fn counts_on(&self, passkey: &Id, count: u32) -> bool {
        self.sessions.counts_on(passkey, count)
    }

    /// Whether whoever began a session may still go on: he has his seat, and what he came in by stands.
    /// Asked of the state with every request.
    pub(crate) fn goes_on(&self, session: &Session, view: &View) -> bool {
        let Some(seated) = view.viewer().seated() else { return false };
        let passkey = |id: &Id| view.find::<Passkey>(id).is_some_and(|(thing, _)| thing.stands());
        let account = |id: &Id| {
            view.find::<DirectoryAccount>(id).is_some_and(|(thing, account)| {
                let issuer = account.issuer.as_str();
                thing.stands() && self.settings.directories.serves(issuer, &seated.party)
            })
        };
        session.by.as_ref().is_none_or(|id| passkey(id) || account(id))
    }

    /// Whether somebody still is who he was when a long answer or a long request began, given what he
    /// sees now: nobody has ended his session, his seat or that by which he came. Whoever had no
    /// session is the public, and stays it.
    pub(crate) fn is_still(&self, token: Option<&str>, person: Option<&Id>, view: &View) -> bool {
        let Some(token) = token else { return person.is_none() };
        self.session(token)
            .is_some_and(|session| Some(&session.person) == person && self.goes_on(&session, view))
    }
}

/// A person's own standing passkey of this credential.
pub(crate) fn own_passkey(view: &View, person: &Id, credential: &[u8]) -> Option<(Id, Passkey)> {
    view.standing::<Passkey>()
        .find(|(_, passkey)| {
            passkey.person == *person
                && decoded(&passkey.credential).is_some_and(|known| known == credential)
        })
        .map(|(thing, passkey)| (thing.id.clone(), passkey.clone()))
}

pub(crate) fn key_of(passkey: &Passkey) -> Option<PublicKey> {
    PublicKey::read(&decoded(&passkey.public_key)?).ok()
}

/// The key against which an assertion is checked for somebody who is not there: the base point of
/// P-256, so that an unknown account costs as much as a known one.
fn nobodys_key() -> Option<PublicKey> {
    const X: &str = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    const Y: &str = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    let hexadecimal = |text: &str| -> Option<Vec<u8>> {
        (0..32).map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()).collect()
    };
    let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
    let cose = [&head[..], &hexadecimal(X)?, &[0x22, 0x58, 0x20], &hexadecimal(Y)?].concat();
    PublicKey::read(&cose).ok()
}

/// The challenge that client data say they answer.
pub(crate) fn challenge_in(client_data: &[u8]) -> Option<Vec<u8>> {
    crate::passkeys::challenge_of_client(client_data).ok()
}

/// Why a ceremony came to nothing, for the person in front of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotEnrolled {
    /// What the authenticator said is not believed.
    #[error(transparent)]
    NotAccepted(#[from] NotAccepted),
    /// The link lets nobody in, or the page was open for too long.
    #[error("this link, or this page, lets nobody in any more")]
    Stale,
    /// The record took no act.
    #[error(transparent)]
    NotDone(#[from] crate::writer::NotDone),
}

/// SHA-256 of a secret, as the record keeps it.
pub(crate) fn hash_of(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

/// What stands for a secret where it is kept.
pub(crate) type Hash = [u8; 32];

/// What a list calls a secret's session or link: the first half of its hash.
pub(crate) fn name_of(hash: &Hash) -> String {
    hexadecimal(&hash[..16])
}

//! Enrolment: links that let a person enrol a passkey or connect an account, handed out and used.

use super::{NotEnrolled, Token, challenge_in, hash_of};
use crate::house::House;
use crate::passkeys::{Made, check_registration, encoded};
use crate::writer::{Ask, NotDone};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coalition::content::{DirectoryAccount, EnrolmentLink, Passkey};
use coalition::text::{Encoded, Name, Text};
use coalition::{Change, Content, Id, Label, Marking, Refusal, View};
use jiff::{Timestamp, ToSpan};

/// For how long a link is handed out, in hours.
pub(crate) const LINK_HOURS: i64 = 72;

/// A registration as a form sends it.
pub(crate) struct Registration {
    pub(crate) name: Name,
    pub(crate) attestation_object: Vec<u8>,
    pub(crate) client_data: Vec<u8>,
}

/// What a challenge is made for, when somebody enrols by a link.
pub(crate) fn by_link(link: &Id) -> String {
    format!("enrol by {link}")
}

/// What a challenge is made for, when somebody enrols a further passkey.
pub(crate) fn further(person: &Id) -> String {
    format!("enrol for {person}")
}

/// A secret that nobody guesses, and its hash as the record keeps it.
fn fresh_secret(random: [u8; 32]) -> (String, Encoded) {
    let secret = URL_SAFE_NO_PAD.encode(random);
    let hash = encoded(&hash_of(&secret)).expect("a hash of 32 bytes");
    (secret, hash)
}

/// The link by which the first person of a coalition enrols, from 32 random bytes: its address within
/// the house, and the hash of its secret.
pub fn first_link(person: &Id, random: [u8; 32]) -> (String, Encoded) {
    let (secret, hash) = fresh_secret(random);
    (link_address(person, &secret), hash)
}

/// The address of a link, within the house.
fn link_address(person: &Id, secret: &str) -> String {
    format!("/enrol/{person}/{secret}")
}

/// A new thing that the house makes, under the label that follows from what it is.
pub(crate) fn make(content: Content) -> Ask {
    // The rules put the marking in its place.
    Ask::Made {
        subject: None,
        change: Box::new(Change::Create { content, marking: Marking::plain(Label::Red) }),
    }
}

impl House {
    /// The link that a secret opens for a person, if it still does.
    pub(crate) fn link_of(&self, person: &Id, secret: &str) -> Option<(Id, EnrolmentLink)> {
        let hash = encoded(&hash_of(secret))?;
        let now = self.now();
        // Before anybody looks at whose it would be.
        if !self.knows_key(&hash, person) {
            return None;
        }
        self.looking_as(person, |view| {
            view.standing::<EnrolmentLink>()
                .find(|(_, link)| {
                    link.person == *person
                        && link.secret_hash == hash
                        && !link.spent
                        && now < link.expires
                })
                .map(|(thing, link)| (thing.id.clone(), link.clone()))
        })
    }

    /// Uses a link up: its person has this passkey from now on, and nothing by which he came in before.
    /// He is signed in. Of two who try at once, one is.
    pub(crate) fn enrol_by_link(
        &self,
        person: &Id,
        secret: &str,
        registration: &Registration,
    ) -> Result<Token, NotEnrolled> {
        let (id, link) = self.link_of(person, secret).ok_or(NotEnrolled::Stale)?;
        let made = self.registered(&by_link(&id), registration)?;
        let passkey = passkey_of(person, registration, &made, Some(id.clone()));
        let passkey = Content::Passkey(passkey.ok_or(NotEnrolled::Stale)?);
        let passkey = self.use_link(person, id, link, passkey)?;
        self.counts_on(&passkey, made.count);
        Ok(self.begin_session(person.clone(), Some(passkey)))
    }

    /// Uses a link up for what its person comes in by from now on: what he came in by before is taken
    /// back, and his sessions end. Gives the id of what is new.
    pub(crate) fn use_link(
        &self,
        person: &Id,
        id: Id,
        link: EnrolmentLink,
        content: Content,
    ) -> Result<Id, NotDone> {
        let amend = |content| Change::Amend { content };
        let used = Content::EnrolmentLink(EnrolmentLink { spent: true, ..link });
        let mut asks = vec![Ask::Made { subject: Some(id), change: Box::new(amend(used)) }];
        asks.extend(self.looking_as(person, standing_keys).into_iter().map(|key| {
            let reason = Text::parse("replaced by means of an enrolment link").unwrap_or_default();
            Ask::Made { subject: Some(key), change: Box::new(Change::Withdraw { reason }) }
        }));
        asks.push(make(content));
        let asks = asks.into_iter().map(|ask| (Some(person.clone()), ask)).collect();
        let done = self.submit_and_wait(None, Ask::Together(asks))?;
        self.sessions.end_those(person, |_| true);
        Ok(done.subject)
    }

    /// Checks a registration and uses its challenge up.
    pub(crate) fn registered(
        &self,
        purpose: &str,
        registration: &Registration,
    ) -> Result<Made, NotEnrolled> {
        let origin = self.origin().ok_or(NotEnrolled::Stale)?;
        let challenge = challenge_in(&registration.client_data).ok_or(NotEnrolled::Stale)?;
        let Registration { attestation_object, client_data, .. } = registration;
        let made = check_registration(attestation_object, client_data, origin, &challenge)?;
        if self.challenges.take(purpose, &challenge, self.now()) {
            Ok(made)
        } else {
            Err(NotEnrolled::Stale)
        }
    }

    /// What to ask so that a person gets a link, and its address: to be shown once, when the record
    /// holds it.
    pub(crate) fn link_for(
        &self,
        person: &Id,
        vouching: Option<Id>,
    ) -> Result<(Ask, String), Refusal> {
        let (secret, secret_hash) = fresh_secret(self.settings.random());
        let expires = expiry(self.now())?;
        let link =
            EnrolmentLink { person: person.clone(), secret_hash, expires, vouching, spent: false };
        Ok((make(Content::EnrolmentLink(link)), link_address(person, &secret)))
    }
}

fn expiry(now: Timestamp) -> Result<Timestamp, Refusal> {
    now.checked_add(LINK_HOURS.hours())
        .map_err(|_| Refusal::Conflict("the clock is at the end of time".into()))
}

/// All by which the viewer comes in.
fn standing_keys(view: &View) -> Vec<Id> {
    let passkeys = view.standing::<Passkey>().map(|(thing, _)| thing.id.clone());
    let accounts = view.standing::<DirectoryAccount>().map(|(thing, _)| thing.id.clone());
    passkeys.chain(accounts).collect()
}

/// The passkey that a registration made, as the record keeps it.
pub(crate) fn passkey_of(
    person: &Id,
    registration: &Registration,
    made: &Made,
    link: Option<Id>,
) -> Option<Passkey> {
    Some(Passkey {
        person: person.clone(),
        name: registration.name.clone(),
        credential: encoded(&made.credential)?,
        public_key: encoded(&made.public_key)?,
        link,
    })
}

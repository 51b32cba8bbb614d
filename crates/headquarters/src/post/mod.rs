//! The post: mail that tells people that there is something for them, and invitations that their
//! calendars take in.
//!
//! A message says the same whatever it is about, and goes out in rounds, so neither its words nor its
//! length nor its time tell whoever carries it what has happened. A round is a pure matter of what
//! each person may see: it takes the acts since the last one, and queues what they come to in the
//! same transaction in which it notes how far it has come. What is queued is sent at least once: it
//! is marked as sent after a server has taken it, and known again by its id if it comes twice.

mod letters;
mod office;
mod postman;
mod round;
#[cfg(test)]
mod tests;
mod topics;

pub(crate) use office::{About, Office, Queued, State};
pub use postman::{Carrier, NotCarried, Postman};
pub(crate) use topics::{News, Topic, news};

use crate::hexadecimal::hexadecimal;
use crate::house::{Doors, House};
use crate::sign_in::hash_of;
use coalition::{Id, Refusal};
use exchange::mail::MailAddress;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{Timestamp, ToSpan};
use office::{Change, Listed, Rounds};
use record::StoreError;
use sha2::Sha256;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How a house sends mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The address from which it writes.
    pub from: MailAddress,
    /// The address of its pages, as people reach them, without a slash at the end.
    pub pages: String,
}

/// A message as it lies in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailed {
    /// When it was queued.
    pub queued: Timestamp,
    /// Where it goes.
    pub to: MailAddress,
    /// Its bytes.
    pub message: String,
    /// Whether a server has taken it.
    pub sent: bool,
}

/// The mail room of a house.
pub(crate) struct Post {
    office: Mutex<Office>,
    /// What makes the ids of messages.
    secret: [u8; 32],
}

/// How many addresses one person may try in a day.
const TRIES_A_DAY: usize = 5;
/// The letters of a code: none that looks like another.
const CODE_LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const CODE_LENGTH: usize = 10;

impl Post {
    pub(crate) fn new(office: Office, secret: [u8; 32]) -> Post {
        Post { office: Mutex::new(office), secret }
    }

    fn office(&self) -> MutexGuard<'_, Office> {
        // A change that a panic cut short was made on the desk or was not.
        self.office.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The id of a message, from what makes it this one: the same however often it is made, and one
    /// that tells nobody how many there are.
    fn id(&self, parts: &[&str]) -> String {
        let mut seal =
            Hmac::<Sha256>::new_from_slice(&self.secret).expect("HMAC takes a key of any length");
        for part in parts {
            seal.update(part.as_bytes());
            seal.update(&[0]);
        }
        let sealed = seal.finalize().into_bytes();
        hexadecimal(&sealed[..20])
    }
}

/// A code as it is kept, however its owner has typed it.
fn kept_code(code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    hexadecimal(&hash_of(&plain.to_ascii_uppercase()))
}

fn not_kept(error: &StoreError) -> Refusal {
    Refusal::Conflict(format!("it could not be kept, so nothing was changed: {error}"))
}

impl House {
    /// How the house sends mail, if it does.
    pub(crate) fn mail(&self) -> Option<&Mail> {
        self.settings.mail.as_ref()
    }

    /// How often a round is made, in minutes.
    pub(crate) fn round_minutes(&self) -> i64 {
        if matches!(self.settings.doors, Doors::Demonstration(_)) { 1 } else { 5 }
    }

    /// Notes that the acts before this place of the record are not to be told of by mail, unless the
    /// house sends mail already.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was noted.
    pub fn begin_post(&self, considered: usize) -> Result<(), StoreError> {
        let mut office = self.post.office();
        if office.rounds.is_some() {
            return Ok(());
        }
        let at = self.round_of(self.now());
        office.change(vec![Change::Round(Rounds { size: considered as u64, at })])
    }

    /// Lists an address of a person that somebody vouches for, with all that one can be told of: a
    /// demonstration, or a test.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was changed.
    pub fn takes_mail(&self, person: &Id, address: MailAddress) -> Result<(), StoreError> {
        let mut office = self.post.office();
        if office.book.contains_key(person) {
            return Ok(());
        }
        let topics = Topic::ALL.iter().copied().collect();
        let listed = Listed { address, topics, invitations: true, code: None };
        office.change(vec![Change::List(person.clone(), Some(listed))])
    }

    /// Where a person gets mail, and of what.
    pub(crate) fn listed(&self, person: &Id) -> Option<Listed> {
        self.post.office().book.get(person).cloned()
    }

    /// Lists a person's own address. One that is new takes mail once he has said the code that is
    /// sent to it.
    pub(crate) fn list_address(
        &self,
        person: &Id,
        address: MailAddress,
        topics: BTreeSet<Topic>,
        invitations: bool,
    ) -> Result<(), Refusal> {
        let Some(mail) = self.mail() else {
            return Err(Refusal::Conflict("this house sends no mail".into()));
        };
        let now = self.now();
        let mut office = self.post.office();
        let known = office.book.get(person).filter(|known| known.address == address);
        if let Some(known) = known {
            let listed = Listed { address, topics, invitations, code: known.code.clone() };
            let change = Change::List(person.clone(), Some(listed));
            return office.change(vec![change]).map_err(|error| not_kept(&error));
        }
        let a_day_ago = now.checked_sub(24.hours()).unwrap_or(now);
        if office.confirmations(person, a_day_ago) >= TRIES_A_DAY {
            return Err(Refusal::Conflict(
                "five addresses were tried within a day: try again tomorrow".into(),
            ));
        }
        let random: [u8; CODE_LENGTH] = self.settings.random();
        let code: String =
            random.iter().map(|byte| char::from(CODE_LETTERS[usize::from(byte % 32)])).collect();
        let id = self.post.id(&["confirmation", person.as_str(), &now.to_string(), &code]);
        let letter = letters::confirmation(mail, &address, &code, &id, now);
        let queued = Queued::new(person, &address, About::Confirmation, letter, now);
        let mut changes = office.forget_taken(person);
        let code = Some(kept_code(&code));
        let listed = Listed { address, topics, invitations, code };
        changes.push(Change::List(person.clone(), Some(listed)));
        changes.push(Change::Queue(queued.name(&id), Some(queued)));
        office.change(changes).map_err(|error| not_kept(&error))
    }

    /// Takes a person's word that an address is his, by the code that was sent to it.
    pub(crate) fn confirm_address(&self, person: &Id, code: &str) -> Result<(), Refusal> {
        let mut office = self.post.office();
        let wrong = || Refusal::invalid("code", "this is not the code that was sent to you");
        let listed = office.book.get(person).ok_or_else(wrong)?;
        if listed.code.as_deref() != Some(kept_code(code).as_str()) {
            return Err(wrong());
        }
        let confirmed = Listed { code: None, ..listed.clone() };
        let change = Change::List(person.clone(), Some(confirmed));
        office.change(vec![change]).map_err(|error| not_kept(&error))
    }

    /// Forgets a person's address.
    pub(crate) fn unlist_address(&self, person: &Id) -> Result<(), Refusal> {
        let mut office = self.post.office();
        let mut changes = office.forget_taken(person);
        changes.push(Change::List(person.clone(), None));
        office.change(changes).map_err(|error| not_kept(&error))
    }

    /// The mail of a person, the oldest first.
    pub fn mails_of(&self, person: &Id) -> Vec<Mailed> {
        let told = |queued: Queued| Mailed {
            queued: queued.queued,
            to: queued.to,
            message: queued.message,
            sent: queued.state == State::Sent,
        };
        self.outbox_of(person).into_iter().map(told).collect()
    }

    pub(crate) fn outbox_of(&self, person: &Id) -> Vec<Queued> {
        let office = self.post.office();
        office.outbox.values().filter(|queued| queued.person == *person).cloned().collect()
    }

    /// Whether mail to where a person gets it now was given up.
    pub(crate) fn unreachable(&self, person: &Id) -> bool {
        let office = self.post.office();
        let Some(listed) = office.book.get(person) else { return false };
        let mut of_his = office
            .outbox
            .values()
            .filter(|queued| queued.person == *person && queued.to == listed.address);
        of_his.any(|queued| queued.state == State::Dead)
    }
}

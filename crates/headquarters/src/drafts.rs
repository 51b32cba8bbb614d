//! Acts that wait for their author's passkey. The house draws an act up to the last byte, shows it, and
//! records those bytes or nothing.

use coalition::decide::{Command, Entropy};
use coalition::{Act, Id, Kind};
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a draft waits, in minutes.
const MINUTES: i64 = 10;
/// How many drafts of one person wait; past that, his oldest goes.
const OF_ONE_MAX: usize = 20;

/// An act that its author is yet to sign, or several that are recorded as one.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Whose it is.
    pub(crate) person: Id,
    /// The acts, in their order: one signature confirms all of them.
    pub(crate) acts: Vec<Drafted>,
}

/// One act of a draft.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drafted {
    /// What was asked for: asked again when it is signed, it must come to the same act.
    pub(crate) command: Command,
    /// The randomness in it.
    pub(crate) ids: [Entropy; 2],
    /// The act, without a signature.
    pub(crate) act: Act,
    /// What kind of thing it is about.
    pub(crate) kind: Kind,
}

/// What an author is shown once what he has signed is recorded.
#[derive(Clone)]
pub(crate) enum Then {
    /// The page of what it is about.
    Page,
    /// The link that it makes, for this person: nobody has seen it before.
    Link { person: Id, address: String },
}

/// A draft that waits, with the bytes that make its challenge its own.
#[derive(Clone)]
pub(crate) struct Waiting {
    pub(crate) draft: Draft,
    pub(crate) nonce: [u8; 32],
    pub(crate) then: Then,
    until: Timestamp,
}

/// The drafts of a house.
#[derive(Default)]
pub(crate) struct Drafts {
    waiting: Mutex<BTreeMap<Id, Waiting>>,
}

impl Drafts {
    fn all(&self) -> MutexGuard<'_, BTreeMap<Id, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a draft wait under an id that nobody guesses.
    pub(crate) fn keep(
        &self,
        id: Id,
        (draft, then): (Draft, Then),
        nonce: [u8; 32],
        now: Timestamp,
    ) {
        let mut all = self.all();
        all.retain(|_, waiting| now < waiting.until);
        let own = |all: &BTreeMap<Id, Waiting>| {
            let own = all.iter().filter(|(_, waiting)| waiting.draft.person == draft.person);
            let oldest = own.clone().min_by_key(|(_, waiting)| waiting.until);
            (own.count() >= OF_ONE_MAX).then(|| oldest.map(|(id, _)| id.clone())).flatten()
        };
        if let Some(oldest) = own(&all) {
            all.remove(&oldest);
        }
        let until = now.checked_add(MINUTES.minutes()).unwrap_or(now);
        all.insert(id, Waiting { draft, nonce, then, until });
    }

    /// A person's own draft.
    pub(crate) fn of(&self, id: &Id, person: &Id, now: Timestamp) -> Option<Waiting> {
        let all = self.all();
        let waiting = all.get(id)?;
        (waiting.draft.person == *person && now < waiting.until).then(|| waiting.clone())
    }

    /// The same, and it waits no more: of two signatures over one draft, one counts.
    pub(crate) fn take(&self, id: &Id, person: &Id, now: Timestamp) -> Option<Waiting> {
        let waiting = self.of(id, person, now)?;
        self.all().remove(id).map(|_| waiting)
    }
}

//! What the post keeps: who gets mail, what is to be sent, what calendars have taken in, and how far
//! the record was considered. All of it lies on the desk, in the record's own database, and changes
//! there first.

use super::topics::Topic;
use coalition::Id;
use exchange::mail::MailAddress;
use jiff::{Timestamp, ToSpan};
use record::{Desk, Lying, Move, StoreError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const BOOK: &str = "post-book";
const OUTBOX: &str = "post-outbox";
const TAKEN: &str = "post-taken";
const ROUND: &str = "post-round";

/// For how many days mail is kept that was sent or given up.
const KEPT_DAYS: i64 = 30;

/// Where a person gets mail, and of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    pub(crate) address: MailAddress,
    pub(crate) topics: BTreeSet<Topic>,
    /// Whether invitations for his calendar come by mail, too.
    pub(crate) invitations: bool,
    /// The hash of the code by which he is to say that the address is his; none once he has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum About {
    /// There is something for him.
    Notice,
    /// The same, with an invitation or a cancellation that his calendar takes in.
    Invitation,
    /// Whether the address is his.
    Confirmation,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// It is to be sent.
    Waiting,
    /// A server has taken it.
    Sent,
    /// It was given up.
    Dead,
}

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Queued {
    pub(crate) person: Id,
    pub(crate) to: MailAddress,
    pub(crate) about: About,
    pub(crate) message: String,
    pub(crate) queued: Timestamp,
    pub(crate) state: State,
    pub(crate) attempts: u32,
    /// Before this it is not tried again.
    pub(crate) due: Timestamp,
    /// What a server has said against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<String>,
}

impl Queued {
    pub(super) fn new(
        person: &Id,
        to: &MailAddress,
        about: About,
        message: String,
        now: Timestamp,
    ) -> Queued {
        Queued {
            person: person.clone(),
            to: to.clone(),
            about,
            message,
            queued: now,
            state: State::Waiting,
            attempts: 0,
            due: now,
            why: None,
        }
    }

    /// Its name in the outbox, by which what came first stands first.
    pub(super) fn name(&self, id: &str) -> String {
        format!("{} {id}", self.queued.strftime("%Y%m%dT%H%M%S"))
    }
}

/// What a person's calendar was told of one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Taken {
    pub(super) sequence: u32,
    /// What it said; none once it was struck out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) said: Option<String>,
    /// Its times, as lines.
    pub(super) times: String,
    pub(super) ends: Timestamp,
}

/// How far the rounds have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rounds {
    /// How many acts of the record were considered.
    pub(super) size: u64,
    /// The round in which they were.
    pub(super) at: Timestamp,
}

/// One change to what the post keeps; nothing in the place of a value takes it away.
pub(super) enum Change {
    List(Id, Option<Listed>),
    Queue(String, Option<Queued>),
    Take((Id, String), Option<Taken>),
    Round(Rounds),
}

/// What the post keeps.
#[derive(Default)]
pub(crate) struct Office {
    pub(super) book: BTreeMap<Id, Listed>,
    pub(super) outbox: BTreeMap<String, Queued>,
    /// By person and by what his calendar knows the entry.
    pub(super) taken: BTreeMap<(Id, String), Taken>,
    pub(super) rounds: Option<Rounds>,
    /// Who was listed since the last round; nobody knows, before the first.
    pub(super) fresh: Option<BTreeSet<Id>>,
    desk: Option<Arc<Desk>>,
}

/// A value of the desk with its name; one that does not read is said, and left where it is.
fn read<T: DeserializeOwned>((name, value): Lying) -> Option<(String, T)> {
    let name = String::from_utf8(name).ok()?;
    match serde_json::from_slice(&value) {
        Ok(value) => Some((name, value)),
        Err(error) => {
            eprintln!("entente: something that the post has kept does not read: {error}");
            None
        }
    }
}

fn taken_name((person, uid): &(Id, String)) -> String {
    format!("{person} {uid}")
}

impl Office {
    /// What lies on a desk; nothing, and nothing that lasts, without one.
    pub(crate) fn open(desk: Option<Arc<Desk>>) -> Result<Office, StoreError> {
        let Some(found) = &desk else { return Ok(Office::default()) };
        let person = |name: &str| Id::parse(name).ok();
        let book = found.all(BOOK)?.into_iter().filter_map(read);
        let taken = found.all(TAKEN)?.into_iter().filter_map(read);
        Ok(Office {
            book: book.filter_map(|(name, listed)| Some((person(&name)?, listed))).collect(),
            outbox: found.all(OUTBOX)?.into_iter().filter_map(read).collect(),
            taken: taken
                .filter_map(|(name, taken)| {
                    let (of, uid) = name.split_once(' ')?;
                    Some(((person(of)?, uid.to_owned()), taken))
                })
                .collect(),
            rounds: found.all(ROUND)?.into_iter().filter_map(read).map(|(_, rounds)| rounds).next(),
            fresh: None,
            desk,
        })
    }

    /// Makes changes as one: on the desk, and then here; or nowhere.
    pub(super) fn change(&mut self, changes: Vec<Change>) -> Result<(), StoreError> {
        if let Some(desk) = &self.desk {
            let moves: Vec<Move> = changes.iter().map(Change::on_the_desk).collect();
            desk.together(&moves)?;
        }
        for change in changes {
            match change {
                Change::List(person, listed) => {
                    if let Some(fresh) = &mut self.fresh {
                        fresh.insert(person.clone());
                    }
                    put(&mut self.book, person, listed);
                }
                Change::Queue(name, queued) => put(&mut self.outbox, name, queued),
                Change::Take(entry, taken) => put(&mut self.taken, entry, taken),
                Change::Round(rounds) => {
                    self.rounds = Some(rounds);
                    self.fresh = Some(BTreeSet::new());
                }
            }
        }
        Ok(())
    }

    /// How many codes were sent for a person since then.
    pub(super) fn confirmations(&self, person: &Id, since: Timestamp) -> usize {
        let of_his = self.outbox.values().filter(|queued| {
            queued.person == *person && queued.about == About::Confirmation && queued.queued > since
        });
        of_his.count()
    }

    /// What it takes to forget what a person's calendar was told: a new address knows nothing of it.
    pub(super) fn forget_taken(&self, person: &Id) -> Vec<Change> {
        let of_his = self.taken.keys().filter(|(of, _)| of == person);
        of_his.map(|entry| Change::Take(entry.clone(), None)).collect()
    }

    /// What it takes to forget what is over for long.
    pub(super) fn forget_old(&self, now: Timestamp) -> Vec<Change> {
        let long_ago = now.checked_sub((24 * KEPT_DAYS).hours()).unwrap_or(now);
        let over = |queued: &Queued| queued.state != State::Waiting && queued.queued < long_ago;
        let mails = self.outbox.iter().filter(|(_, queued)| over(queued));
        let past = self.taken.iter().filter(|(_, taken)| taken.ends < long_ago);
        mails
            .map(|(name, _)| Change::Queue(name.clone(), None))
            .chain(past.map(|(entry, _)| Change::Take(entry.clone(), None)))
            .collect()
    }
}

fn put<K: Ord, V>(all: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => drop(all.insert(key, value)),
        None => drop(all.remove(&key)),
    }
}

impl Change {
    fn on_the_desk(&self) -> Move {
        fn to<T: Serialize>(drawer: &'static str, name: &str, value: Option<&T>) -> Move {
            let name = name.as_bytes().to_vec();
            match value {
                Some(value) => {
                    let value = serde_json::to_vec(value).expect("words, numbers and times");
                    Move::Put(drawer, name, value)
                }
                None => Move::Remove(drawer, name),
            }
        }
        match self {
            Change::List(person, listed) => to(BOOK, person.as_str(), listed.as_ref()),
            Change::Queue(name, queued) => to(OUTBOX, name, queued.as_ref()),
            Change::Take(entry, taken) => to(TAKEN, &taken_name(entry), taken.as_ref()),
            Change::Round(rounds) => to(ROUND, "all", Some(rounds)),
        }
    }
}

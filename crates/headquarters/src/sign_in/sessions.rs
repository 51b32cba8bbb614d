//! Sessions: by the SHA-256 of their token, in memory, and on the desk beside the record so that a
//! restart signs nobody out. Who reads either cannot use what he finds.

use super::{Hash, hash_of, name_of};
use coalition::Id;
use jiff::{Timestamp, ToSpan};
use record::Desk;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// After so many hours without a request a session ends.
pub(crate) const IDLE_HOURS: i64 = 4;
/// After so many hours a session ends in any case: a long working day.
pub(crate) const WHOLE_HOURS: i64 = 16;
/// How often it is written down that a session is in use.
const WRITTEN_EVERY_MINUTES: i64 = 5;
/// How many sessions are kept; past that, those unused for longest end.
const SESSIONS_MAX: usize = 10_000;

const DRAWER: &str = "sessions";
const COUNTS: &str = "counts";

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    /// Whose it is.
    pub(crate) person: Id,
    /// The passkey or the directory account by which it began; none in a demonstration.
    #[serde(default, alias = "passkey", skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<Id>,
    /// When it began.
    pub(crate) began: Timestamp,
    /// When it was last used.
    pub(crate) used: Timestamp,
}

impl Session {
    fn lasts(&self, now: Timestamp) -> bool {
        let within = |since: Timestamp, hours: i64| {
            since.checked_add(hours.hours()).is_ok_and(|until| now < until)
        };
        within(self.used, IDLE_HOURS) && within(self.began, WHOLE_HOURS)
    }
}

/// The sessions of a house, and how often each passkey has signed.
#[derive(Default)]
pub(crate) struct Sessions {
    by_hash: Mutex<HashMap<Hash, (Session, Timestamp)>>,
    counts: Mutex<HashMap<Id, u32>>,
    desk: Option<Arc<Desk>>,
}

/// A desk that cannot be written costs a later sign-in, not a request now; it is said.
fn said<T>(outcome: Result<T, record::StoreError>) -> Option<T> {
    outcome.inspect_err(|error| eprintln!("entente: sessions are not kept: {error}")).ok()
}

impl Sessions {
    /// The sessions that lie on a desk, or none.
    pub(crate) fn open(desk: Option<Arc<Desk>>) -> Sessions {
        let mut sessions = Sessions { desk, ..Sessions::default() };
        let Some(desk) = &sessions.desk else { return sessions };
        let kept = said(desk.all(DRAWER)).unwrap_or_default();
        let by_hash = kept.into_iter().filter_map(|(name, value)| {
            let session: Session = serde_json::from_slice(&value).ok()?;
            let written = session.used;
            Some((name.try_into().ok()?, (session, written)))
        });
        let counts = said(desk.all(COUNTS)).unwrap_or_default();
        let counts = counts.into_iter().filter_map(|(name, value)| {
            let passkey = Id::parse(std::str::from_utf8(&name).ok()?).ok()?;
            Some((passkey, u32::from_be_bytes(value.try_into().ok()?)))
        });
        (sessions.by_hash, sessions.counts) =
            (Mutex::new(by_hash.collect()), Mutex::new(counts.collect()));
        sessions
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Hash, (Session, Timestamp)>> {
        self.by_hash.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, hash: &Hash, session: &Session) {
        if let Some(desk) = &self.desk {
            let value = serde_json::to_vec(session).expect("a session holds only words and times");
            said(desk.put(DRAWER, hash, &value));
        }
    }

    fn forget(&self, hash: &Hash) {
        if let Some(desk) = &self.desk {
            said(desk.remove(DRAWER, hash));
        }
    }

    /// Begins a session under a token that nobody else knows.
    pub(crate) fn begin(&self, token: &str, person: Id, by: Option<Id>, now: Timestamp) {
        let session = Session { person, by, began: now, used: now };
        let hash = hash_of(token);
        self.write(&hash, &session);
        let mut all = self.all();
        if all.len() >= SESSIONS_MAX {
            let over = |(session, _): &(Session, Timestamp)| !session.lasts(now);
            let mut out: Vec<Hash> =
                all.iter().filter(|(_, kept)| over(kept)).map(|(hash, _)| *hash).collect();
            if out.is_empty() {
                out.extend(
                    all.iter().min_by_key(|(_, (session, _))| session.used).map(|(hash, _)| *hash),
                );
            }
            for hash in out {
                all.remove(&hash);
                self.forget(&hash);
            }
        }
        all.insert(hash, (session, now));
    }

    /// The session that a token opens, if it lasts; it is in use from now on.
    pub(crate) fn of(&self, token: &str, now: Timestamp) -> Option<Session> {
        if token.len() != 64 {
            return None;
        }
        let hash = hash_of(token);
        let mut all = self.all();
        let (session, written) = all.get_mut(&hash)?;
        if !session.lasts(now) {
            all.remove(&hash);
            drop(all);
            self.forget(&hash);
            return None;
        }
        session.used = session.used.max(now);
        let due = written.checked_add(WRITTEN_EVERY_MINUTES.minutes()).is_ok_and(|due| now >= due);
        let found = session.clone();
        if due {
            *written = now;
            drop(all);
            self.write(&hash, &found);
        }
        Some(found)
    }

    /// Ends the session of a token.
    pub(crate) fn end(&self, token: &str) {
        let hash = hash_of(token);
        self.all().remove(&hash);
        self.forget(&hash);
    }

    /// The sessions of a person that last, each with a name that opens nothing: the newest first.
    pub(crate) fn of_person(&self, person: &Id, now: Timestamp) -> Vec<(String, Session)> {
        let all = self.all();
        let own =
            all.iter().filter(|(_, (session, _))| session.person == *person && session.lasts(now));
        let mut own: Vec<(String, Session)> =
            own.map(|(hash, (session, _))| (name_of(hash), session.clone())).collect();
        own.sort_by(|one, other| (other.1.began, &other.0).cmp(&(one.1.began, &one.0)));
        own
    }

    /// Ends those sessions of a person whose name is among `which`.
    pub(crate) fn end_those(&self, person: &Id, which: impl Fn(&str) -> bool) {
        let mut all = self.all();
        let out: Vec<Hash> = all
            .iter()
            .filter(|(hash, (session, _))| session.person == *person && which(&name_of(hash)))
            .map(|(hash, _)| *hash)
            .collect();
        out.iter().for_each(|hash| drop(all.remove(hash)));
        drop(all);
        out.iter().for_each(|hash| self.forget(hash));
    }

    /// See [`crate::House::counts_on`].
    pub(crate) fn counts_on(&self, passkey: &Id, count: u32) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let before = counts.get(passkey).copied().unwrap_or(0);
        if count <= before && (count, before) != (0, 0) {
            return false;
        }
        if count > 0 {
            counts.insert(passkey.clone(), count);
            if let Some(desk) = &self.desk {
                said(desk.put(COUNTS, passkey.as_str().as_bytes(), &count.to_be_bytes()));
            }
        }
        true
    }
}

/// What a list calls the session of a token.
pub(crate) fn name_of_token(token: &str) -> String {
    name_of(&hash_of(token))
}

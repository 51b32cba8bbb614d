//! Notes of those who take minutes: drafts, each one person's own, beside the record and not in it. What
//! is answered is on the disk; what became minutes is wiped from it.

use coalition::Id;
use jiff::{Timestamp, ToSpan};
use record::{Desk, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The drawer of the desk in which they lie.
const DRAWER: &str = "notes";
/// How long notes lie that nobody touches, in days: then they are wiped.
const DAYS: i64 = 30;

/// What somebody has noted of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    /// How often it was saved: who saves over what he has not seen is told so.
    pub(crate) saved: u64,
    /// When it was saved last.
    pub(crate) at: Timestamp,
    /// The fields of his page, as they stood.
    pub(crate) fields: Vec<(String, String)>,
}

/// Of which session, and whose.
type Whose = (Id, Id);

/// The notes of a house.
#[derive(Default)]
pub(crate) struct Notes {
    all: Mutex<BTreeMap<Whose, Note>>,
    desk: Option<Arc<Desk>>,
}

/// Why notes were not saved.
#[derive(Debug)]
pub(crate) enum NotSaved {
    /// They were saved from elsewhere since.
    Overtaken,
    /// The desk cannot be written.
    NotWritten(StoreError),
}

fn name((session, person): &Whose) -> Vec<u8> {
    format!("{session} {person}").into_bytes()
}

fn whose(name: &[u8]) -> Option<Whose> {
    let (session, person) = std::str::from_utf8(name).ok()?.split_once(' ')?;
    Some((Id::parse(session).ok()?, Id::parse(person).ok()?))
}

impl Notes {
    /// The notes that lie on a desk, or none.
    pub(crate) fn open(desk: Option<Arc<Desk>>) -> Notes {
        let lying = desk.as_ref().map(|desk| desk.all(DRAWER)).transpose();
        let lying = lying.inspect_err(|error| eprintln!("entente: notes cannot be read: {error}"));
        let lying = lying.ok().flatten().unwrap_or_default();
        let all = lying.into_iter().filter_map(|(name, value)| {
            Some((whose(&name)?, serde_json::from_slice(&value).ok()?))
        });
        Notes { all: Mutex::new(all.collect()), desk }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Whose, Note>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody's own notes of a session.
    pub(crate) fn of(&self, session: &Id, person: &Id) -> Option<Note> {
        self.all().get(&(session.clone(), person.clone())).cloned()
    }

    /// Saves somebody's notes over those that he has seen. They are on the disk when this returns.
    ///
    /// # Errors
    /// [`NotSaved`]: then what was there before is still there.
    pub(crate) fn save(
        &self,
        session: &Id,
        person: &Id,
        seen: u64,
        fields: Vec<(String, String)>,
        now: Timestamp,
    ) -> Result<u64, NotSaved> {
        let whose = (session.clone(), person.clone());
        let mut all = self.all();
        let known = all.get(&whose);
        let saved = known.map_or(0, |known| known.saved);
        if let Some(known) = known {
            // Sent again, because the answer was lost.
            if known.fields == fields {
                return Ok(saved);
            }
            if saved != seen {
                return Err(NotSaved::Overtaken);
            }
        }
        let note = Note { saved: saved + 1, at: now, fields };
        if let Some(desk) = &self.desk {
            let value = serde_json::to_vec(&note).expect("notes hold only words and a time");
            desk.put(DRAWER, &name(&whose), &value).map_err(NotSaved::NotWritten)?;
        }
        all.insert(whose, note);
        self.sweep(&mut all, now);
        Ok(saved + 1)
    }

    /// Wipes somebody's notes of a session: they became minutes, or were thrown away.
    pub(crate) fn wipe(&self, session: &Id, person: &Id) {
        let whose = (session.clone(), person.clone());
        let mut all = self.all();
        if all.remove(&whose).is_some() {
            self.wipe_from_desk(&[whose]);
        }
    }

    fn sweep(&self, all: &mut BTreeMap<Whose, Note>, now: Timestamp) {
        let old =
            |note: &Note| note.at.checked_add((DAYS * 24).hours()).is_ok_and(|end| end <= now);
        let swept: Vec<Whose> =
            all.iter().filter(|(_, note)| old(note)).map(|(whose, _)| whose.clone()).collect();
        for whose in &swept {
            all.remove(whose);
        }
        if !swept.is_empty() {
            self.wipe_from_desk(&swept);
        }
    }

    fn wipe_from_desk(&self, swept: &[Whose]) {
        let Some(desk) = &self.desk else { return };
        let wiped = swept.iter().try_for_each(|whose| desk.remove(DRAWER, &name(whose)));
        if let Err(error) = wiped.and_then(|()| desk.wipe()) {
            eprintln!("entente: notes that became minutes may still be on the disk: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Id {
        Id::parse(text).unwrap()
    }

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap()
    }

    fn fields(text: &str) -> Vec<(String, String)> {
        vec![("said.".to_owned(), text.to_owned())]
    }

    #[test]
    fn who_saves_over_what_he_has_not_seen_is_told_and_nothing_is_lost() {
        let (notes, session, person) = (Notes::default(), id("talks"), id("anna"));
        let save = |seen, text| notes.save(&session, &person, seen, fields(text), at(1));
        assert_eq!(save(0, "one").unwrap(), 1);
        assert_eq!(save(0, "one").unwrap(), 1, "sent again");
        assert_eq!(save(1, "two").unwrap(), 2);
        assert!(matches!(save(1, "three"), Err(NotSaved::Overtaken)));
        let known = notes.of(&session, &person).unwrap();
        assert_eq!((known.saved, known.fields), (2, fields("two")));
        assert_eq!(notes.of(&session, &id("bert")), None, "notes are their taker's own");
        notes.wipe(&session, &person);
        assert_eq!(notes.of(&session, &person), None);
    }

    #[test]
    fn notes_that_nobody_touches_for_a_month_are_wiped() {
        let notes = Notes::default();
        let (old, new) = (id("old"), id("new"));
        notes.save(&old, &id("anna"), 0, fields("one"), at(1)).unwrap();
        notes.save(&new, &id("anna"), 0, fields("two"), at(30)).unwrap();
        assert!(notes.of(&old, &id("anna")).is_some());
        notes.save(&new, &id("anna"), 1, fields("three"), at(31)).unwrap();
        assert!(notes.of(&old, &id("anna")).is_none() && notes.of(&new, &id("anna")).is_some());
    }
}

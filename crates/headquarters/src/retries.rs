//! The newest acts by who asked for them and by which key, so that whoever asks again gets the first
//! answer (design §4). Only where each of them is: what it came to, the record says.

use crate::writer::Done;
use coalition::{Act, Id, State};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};

/// How many are remembered.
pub(crate) const REMEMBERED_MAX: usize = 65_536;

/// Where the newest acts are. Small, for every act looks here and is noted here: 16 bytes each.
#[derive(Default)]
pub(crate) struct Retries {
    /// The position by a number for person and key, which is another one in each process.
    positions: HashMap<u64, u32>,
    numbers: RandomState,
    /// The numbers, the oldest first.
    order: VecDeque<u64>,
}

impl Retries {
    fn number(&self, person: &Id, key: &Id) -> u64 {
        self.numbers.hash_one((person, key))
    }

    /// Notes an act at its position, and forgets the oldest if there are too many.
    pub(crate) fn remember(&mut self, act: &Act, position: u64) {
        let (Some(person), Some(key)) = (&act.by.person, &act.key) else { return };
        let position = u32::try_from(position).expect("a record holds fewer than 2^32 acts");
        let number = self.number(person, key);
        // Of two with one number, which nobody meets, the newer is remembered.
        if self.positions.insert(number, position).is_none() {
            self.order.push_back(number);
        }
        if self.order.len() > REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.positions.remove(&oldest);
        }
    }

    /// What somebody was answered who asked by this key.
    pub(crate) fn get(&self, state: &State, person: &Id, key: &Id) -> Option<Done> {
        let position = *self.positions.get(&self.number(person, key))?;
        let (act, subject) = state.asked_for(position, person, key)?;
        Some(Done { position: u64::from(position), act, subject })
    }

    /// Forgets the acts from this position on, which came to nothing.
    pub(crate) fn forget_from(&mut self, size: usize) {
        let Retries { positions, order, .. } = self;
        positions.retain(|_, position| (*position as usize) < size);
        order.retain(|number| positions.contains_key(number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn id(text: &str) -> Id {
        Id::parse(text).expect("an id")
    }

    /// An act that its author's client calls by this key.
    fn act(person: &str, key: &str) -> Act {
        let act = json!({
            "v": 1,
            "id": format!("act-{person}-{key}"),
            "at": "2026-02-24T09:00:00Z",
            "by": { "party": "estonia", "person": person },
            "key": key,
            "subject": format!("of-{person}-{key}"),
            "change": { "withdraw": { "reason": "it came to nothing" } },
        });
        Act::decode(act.to_string().as_bytes()).expect("an act")
    }

    /// A record of these acts, all remembered.
    fn remembered(acts: impl IntoIterator<Item = Act>) -> (State, Retries) {
        let (mut state, mut retries) = (State::new(), Retries::default());
        for act in acts {
            retries.remember(&act, state.size() as u64);
            let bytes = act.encode().into();
            state.apply(act, bytes);
        }
        (state, retries)
    }

    #[test]
    fn a_retry_is_known_by_its_person_and_its_key_together() {
        let acts = [act("anna", "1"), act("bruno", "2"), act("bruno", "1")];
        let (state, retries) = remembered(acts);
        let done = retries.get(&state, &id("bruno"), &id("1"));
        let (act, subject) = (id("act-bruno-1"), id("of-bruno-1"));
        assert_eq!(done, Some(Done { position: 2, act, subject }));
        assert_eq!(retries.get(&state, &id("anna"), &id("2")), None);
        assert_eq!(retries.get(&state, &id("anna"), &id("3")), None);
    }

    #[test]
    fn the_oldest_is_forgotten_when_there_are_too_many() {
        let (state, retries) =
            remembered((0..=REMEMBERED_MAX).map(|number| act("anna", &number.to_string())));
        assert_eq!(retries.get(&state, &id("anna"), &id("0")), None);
        assert!(retries.get(&state, &id("anna"), &id("1")).is_some());
        assert_eq!(retries.order.len(), REMEMBERED_MAX);
        assert_eq!(retries.positions.len(), REMEMBERED_MAX);
    }

    #[test]
    fn what_fell_is_unknown_and_may_be_asked_for_anew() {
        let (_, mut retries) = remembered([act("anna", "1"), act("anna", "2")]);
        let (state, _) = remembered([act("anna", "1")]);
        retries.forget_from(1);
        assert!(retries.get(&state, &id("anna"), &id("1")).is_some());
        assert_eq!(retries.get(&state, &id("anna"), &id("2")), None);
        assert_eq!((retries.order.len(), retries.positions.len()), (1, 1));
    }

    #[test]
    fn two_keys_of_one_number_are_never_taken_for_each_other() {
        let (state, mut retries) = remembered([act("anna", "1")]);
        let number = retries.number(&id("bruno"), &id("7"));
        retries.positions.insert(number, 0);
        assert_eq!(retries.get(&state, &id("bruno"), &id("7")), None);
    }
}

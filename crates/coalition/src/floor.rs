//! The floor of a session as its steps left it: what is dealt with, who speaks, who is next.
//!
//! It is the fold of the steps that were not undone. A step that no longer fits, because one before
//! it was undone, changes nothing: so taking back a mistake cannot fail.

use crate::act::Author;
use crate::content::{Floor, Step};
use crate::id::Id;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The act by which it was.
    pub act: Id,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Author,
    /// What it was.
    pub step: Step,
}

/// How far a session has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// It has not begun.
    #[default]
    Waiting,
    /// It is under way.
    Running,
    /// It pauses.
    Paused,
    /// It is over.
    Over,
}

/// A delegation that has asked for the floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The act by which it asked.
    pub id: Id,
    /// Whose delegation.
    pub party: Id,
    /// When.
    pub at: Timestamp,
}

/// One intervention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speech {
    /// The act that gave the floor.
    pub id: Id,
    /// Whose delegation.
    pub party: Id,
    /// What was dealt with when it began.
    pub item: Option<Id>,
    /// When it began.
    pub from: Timestamp,
    /// How long it lasted until the clock last stood still, in seconds.
    pub seconds: i64,
    /// Since when the clock runs; `None` while it stands still.
    pub running: Option<Timestamp>,
}

impl Speech {
    /// How long it has lasted at `now`, in seconds, pauses left out.
    pub fn lasted(&self, now: Timestamp) -> i64 {
        self.seconds + self.running.map_or(0, |since| since.duration_until(now).as_secs().max(0))
    }

    fn stand_still(&mut self, at: Timestamp) {
        self.seconds = self.lasted(at);
        self.running = None;
    }
}

/// What a floor is after its steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proceedings {
    /// How far the session has come.
    pub stage: Stage,
    /// Since when.
    pub since: Option<Timestamp>,
    /// What is dealt with, and since when.
    pub item: Option<(Id, Timestamp)>,
    /// Who has asked for the floor and waits, in the order in which they asked.
    pub list: Vec<Request>,
    /// Who has the floor.
    pub speaking: Option<Speech>,
    /// What was said and is done, in order.
    pub said: Vec<Speech>,
}

impl Proceedings {
    /// The fold of the steps that were not undone.
    pub fn of(steps: &[Taken]) -> Proceedings {
        let undone = undone(steps);
        let mut now = Proceedings::default();
        for taken in steps.iter().filter(|taken| !undone.contains(&taken.act)) {
            now.take(taken);
        }
        now
    }

    fn take(&mut self, taken: &Taken) {
        let at = taken.at;
        match &taken.step {
            Step::Begin {} if self.stage == Stage::Waiting => self.come_to(Stage::Running, at),
            Step::Pause {} if self.stage == Stage::Running => {
                if let Some(speech) = &mut self.speaking {
                    speech.stand_still(at);
                }
                self.come_to(Stage::Paused, at);
            }
            Step::GoOn {} if self.stage == Stage::Paused => {
                if let Some(speech) = &mut self.speaking {
                    speech.running = Some(at);
                }
                self.come_to(Stage::Running, at);
            }
            Step::Adjourn {} if matches!(self.stage, Stage::Running | Stage::Paused) => {
                self.done(at);
                self.list.clear();
                self.come_to(Stage::Over, at);
            }
            Step::Turn { item } => self.item = item.clone().map(|item| (item, at)),
            Step::Ask { party } if self.may_ask(party) => {
                self.list.push(Request { id: taken.act.clone(), party: party.clone(), at });
            }
            Step::Retract { request } => self.list.retain(|asked| asked.id != *request),
            Step::Give { request } if self.stage == Stage::Running => {
                if let Some(place) = self.list.iter().position(|asked| asked.id == *request) {
                    let asked = self.list.remove(place);
                    self.speak(taken, asked.party);
                }
            }
            Step::Call { party } if self.stage == Stage::Running => {
                self.list.retain(|asked| asked.party != *party);
                self.speak(taken, party.clone());
            }
            Step::Yield {} => self.done(at),
            Step::Begin {}
            | Step::Pause {}
            | Step::GoOn {}
            | Step::Adjourn {}
            | Step::Ask { .. }
            | Step::Give { .. }
            | Step::Call { .. }
            | Step::Undo { .. } => {}
        }
    }

    fn come_to(&mut self, stage: Stage, at: Timestamp) {
        self.stage = stage;
        self.since = Some(at);
    }

    fn speak(&mut self, taken: &Taken, party: Id) {
        self.done(taken.at);
        self.speaking = Some(Speech {
            id: taken.act.clone(),
            party,
            item: self.item.as_ref().map(|(item, _)| item.clone()),
            from: taken.at,
            seconds: 0,
            running: Some(taken.at),
        });
    }

    fn done(&mut self, at: Timestamp) {
        if let Some(mut speech) = self.speaking.take() {
            speech.stand_still(at);
            self.said.push(speech);
        }
    }

    /// Whether a delegation may put itself on the list: it is not there yet, and it is not too late.
    pub fn may_ask(&self, party: &Id) -> bool {
        self.stage != Stage::Over && self.list.iter().all(|asked| asked.party != *party)
    }

    /// How long each delegation has spoken, in seconds, without the intervention under way.
    pub fn spoken(&self) -> BTreeMap<&Id, i64> {
        let mut spoken = BTreeMap::new();
        for speech in &self.said {
            *spoken.entry(&speech.party).or_default() += speech.seconds;
        }
        spoken
    }
}

fn undone(steps: &[Taken]) -> BTreeSet<&Id> {
    steps
        .iter()
        .filter_map(|taken| match &taken.step {
            Step::Undo { act } => Some(act),
            _ => None,
        })
        .collect()
}

/// Whether a step is the chair's to take, and so one that the chair may take back.
pub fn of_the_chair(step: &Step) -> bool {
    !matches!(step, Step::Ask { .. } | Step::Retract { .. } | Step::Undo { .. })
}

/// The chair's last step that was not undone: the one that can be.
pub fn last_of_the_chair(steps: &[Taken]) -> Option<&Taken> {
    let undone = undone(steps);
    steps.iter().rev().find(|taken| of_the_chair(&taken.step) && !undone.contains(&taken.act))
}

impl Floor {
    /// How long a delegation may speak in all, in seconds; `None` without limit.
    pub fn budget(&self, party: &Id) -> Option<i64> {
        let own = self.budgets.iter().find(|budget| budget.party == *party);
        let minutes = own.map(|budget| budget.minutes).or(self.minutes_each)?;
        Some(i64::from(minutes) * 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Id {
        Id::parse(text).unwrap()
    }

    /// Steps, each so many seconds after the last, named `s0`, `s1` and so on.
    fn steps(all: &[(i64, Step)]) -> Vec<Taken> {
        let mut at: Timestamp = "2025-11-04T08:00:00Z".parse().unwrap();
        let mut taken = Vec::new();
        for (place, (after, step)) in all.iter().enumerate() {
            at += jiff::SignedDuration::from_secs(*after);
            let by = Author::default();
            taken.push(Taken { act: id(&format!("s{place}")), at, by, step: step.clone() });
        }
        taken
    }

    fn ask(party: &str) -> Step {
        Step::Ask { party: id(party) }
    }

    fn give(step: usize) -> Step {
        Step::Give { request: id(&format!("s{step}")) }
    }

    fn undo(step: usize) -> Step {
        Step::Undo { act: id(&format!("s{step}")) }
    }

    fn speaking(floor: &Proceedings) -> Option<&str> {
        floor.speaking.as_ref().map(|speech| speech.party.as_str())
    }

    fn waiting(floor: &Proceedings) -> Vec<&str> {
        floor.list.iter().map(|request| request.party.as_str()).collect()
    }

    #[test]
    fn time_is_counted_without_pauses() {
        let steps = steps(&[
            (0, Step::Begin {}),
            (1, ask("EE")),
            (1, give(1)),
            (30, Step::Pause {}),
            (600, Step::GoOn {}),
            (15, Step::Yield {}),
        ]);
        let floor = Proceedings::of(&steps);
        assert_eq!(floor.spoken().into_iter().collect::<Vec<_>>(), [(&id("EE"), 45)]);
        let paused = Proceedings::of(&steps[..4]);
        let speech = paused.speaking.expect("it has the floor while it pauses");
        assert_eq!(speech.lasted("2030-01-01T00:00:00Z".parse().unwrap()), 30);
    }

    #[test]
    fn undoing_gives_back_the_floor_and_keeps_who_asked_since() {
        let steps = steps(&[
            (0, Step::Begin {}),
            (0, ask("EE")),
            (0, ask("FR")),
            (10, give(2)),
            (5, ask("ES")),
            (5, undo(3)),
        ]);
        assert_eq!(speaking(&Proceedings::of(&steps[..5])), Some("FR"));
        let floor = Proceedings::of(&steps);
        assert_eq!(speaking(&floor), None);
        assert_eq!(waiting(&floor), ["EE", "FR", "ES"]);
        assert!(floor.said.is_empty(), "what was a mistake costs nobody time");
        assert_eq!(last_of_the_chair(&steps).unwrap().act, id("s0"));
    }

    #[test]
    fn undoing_an_adjournment_brings_back_the_list_and_the_speaker() {
        let steps = steps(&[
            (0, Step::Begin {}),
            (0, ask("EE")),
            (0, ask("FR")),
            (0, give(1)),
            (20, Step::Adjourn {}),
            (10, undo(4)),
        ]);
        let over = Proceedings::of(&steps[..5]);
        assert_eq!((over.stage, waiting(&over)), (Stage::Over, vec![]));
        let floor = Proceedings::of(&steps);
        assert_eq!(
            (floor.stage, speaking(&floor), waiting(&floor)),
            (Stage::Running, Some("EE"), vec!["FR"])
        );
    }

    #[test]
    fn a_step_that_no_longer_fits_changes_nothing() {
        for odd in [
            vec![(0, give(7)), (0, Step::Yield {}), (0, Step::Pause {}), (0, Step::GoOn {})],
            vec![(0, Step::Begin {}), (0, ask("EE")), (0, give(1)), (0, undo(1))],
        ] {
            let floor = Proceedings::of(&steps(&odd));
            assert!(floor.said.is_empty() && floor.speaking.is_none(), "{odd:?}: {floor:?}");
        }
    }

    #[test]
    fn a_delegation_is_on_the_list_once() {
        let mut all = vec![(0, Step::Begin {}), (0, ask("EE")), (0, ask("EE"))];
        assert_eq!(waiting(&Proceedings::of(&steps(&all))), ["EE"]);
        all.push((0, Step::Call { party: id("EE") }));
        let called = Proceedings::of(&steps(&all));
        assert_eq!((speaking(&called), waiting(&called)), (Some("EE"), vec![]));
    }
}

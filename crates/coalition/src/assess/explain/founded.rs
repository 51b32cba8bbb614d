//! How a firm commitment came into force: round by round, nobody before those it counts on.

use super::Explanations;
use super::ground::Ground;
use super::told::{Fall, Step};
use crate::assess::result::Reading;
use crate::condition::{Condition, Formula, Kind};
use crate::id::Id;
use std::collections::BTreeSet;

impl Explanations<'_> {
    /// The condition of a commitment, and whose it is.
    pub(super) fn condition(&self, place: usize) -> (Option<&Formula>, &Id) {
        let said = self.situation.in_play[place].1;
        match &said.condition {
            Condition::When(formula) => (Some(formula), &said.party),
            Condition::Always => (None, &said.party),
        }
    }

    /// Whether a commitment is in force, given who is; its party apart.
    pub(super) fn would_hold(&self, ground: &Ground<'_, '_>, place: usize, given: &[bool]) -> bool {
        let (formula, own) = self.condition(place);
        formula.is_none_or(|formula| ground.holds(formula, own, given))
    }

    /// Of these, those that a condition looks at.
    pub(super) fn looked_at(&self, place: usize, of: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut resources: BTreeSet<&Id> = BTreeSet::new();
        if let (Some(formula), _) = self.condition(place) {
            formula.visit(&mut |kind, id| {
                if kind == Kind::Resource {
                    resources.insert(id);
                }
            });
        }
        let in_play = &self.situation.in_play;
        of.filter(|other| resources.contains(&in_play[*other].1.resource)).collect()
    }

    /// In which round each of `among` comes into force when nobody is before, by place.
    pub(super) fn rounds(&self, ground: &Ground<'_, '_>, among: &[bool]) -> Vec<Option<usize>> {
        let mut rounds = vec![None; among.len()];
        let mut now = vec![false; among.len()];
        for round in 1.. {
            let new: Vec<usize> = (0..among.len())
                .filter(|place| among[*place] && !now[*place])
                .filter(|place| self.would_hold(ground, *place, &now))
                .collect();
            if new.is_empty() {
                break;
            }
            for place in new {
                (rounds[place], now[place]) = (Some(round), true);
            }
        }
        rounds
    }

    /// Who must come into force before a firm commitment, and it last.
    pub(super) fn founded(&self, place: usize) -> Vec<Step> {
        let ground = self.ground(Reading::Firm);
        let rounds = self.rounds(&ground, &self.firm);
        // Those it counts on, those they count on, and so on: each needs only earlier ones.
        let mut told = vec![false; rounds.len()];
        let mut open = vec![place];
        while let Some(next) = open.pop() {
            if std::mem::replace(&mut told[next], true) {
                continue;
            }
            let earlier = (0..rounds.len()).filter(|other| rounds[*other] < rounds[next]);
            let mut candidates =
                self.looked_at(next, earlier.filter(|other| rounds[*other].is_some()));
            candidates.sort_by_key(|other| (rounds[*other], *other));
            let mut given = vec![false; rounds.len()];
            candidates.iter().for_each(|other| given[*other] = true);
            for other in candidates.into_iter().rev() {
                given[other] = false;
                if !self.would_hold(&ground, next, &given) {
                    given[other] = true;
                    open.push(other);
                }
            }
        }
        // One may count on somebody where another, told anyway, would have done.
        let mut members: Vec<usize> = (0..told.len()).filter(|at| told[*at]).collect();
        members.sort_by_key(|at| (rounds[*at], *at));
        for at in members.into_iter().rev().filter(|at| *at != place) {
            told[at] = false;
            told[at] = self.rounds(&ground, &told)[place].is_none();
        }
        let rounds = self.rounds(&ground, &told);
        let mut steps: Vec<Step> = Vec::new();
        let mut given = vec![false; rounds.len()];
        for round in 1..=rounds[place].unwrap_or(0) {
            let now: Vec<usize> =
                (0..rounds.len()).filter(|at| rounds[*at] == Some(round)).collect();
            let falls = now.iter().map(|at| self.fall(&ground, *at, &given)).collect();
            steps.push(Step { round, together: false, falls });
            now.into_iter().for_each(|at| given[at] = true);
        }
        steps
    }

    /// A commitment with leaves that are enough for its condition to be what it is.
    pub(super) fn fall(&self, ground: &Ground<'_, '_>, place: usize, given: &[bool]) -> Fall {
        let (formula, own) = self.condition(place);
        let leaves = formula.map_or_else(Vec::new, |formula| {
            let enough = ground.enough(formula, own, given, false);
            enough.into_iter().map(|leaf| ground.leaf(leaf, own, given)).collect()
        });
        Fall { commitment: self.situation.in_play[place].0.clone(), leaves }
    }
}

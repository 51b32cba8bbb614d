//! The meaning of an assessment, written down as plainly as it can be: Kleene iteration over sets
//! of commitments, conditions walked as they stand, days counted one by one, all subsets tried.

use super::World;
use super::matching::{Fraction, fraction};
use coalition::Id;
use coalition::condition::{Condition, Formula, Who};
use coalition::content::{Commitment, Holds, Requires};
use coalition::time::Point;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

pub type Ids = BTreeSet<Id>;

/// One state of the world: who is there, what holds, what extra there is.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub parties: Ids,
    pub circumstances: Ids,
    pub extra: BTreeMap<Id, Decimal>,
}

impl World {
    pub fn trigger(&self) -> Option<&Id> {
        self.guarantee().trigger.as_ref()
    }

    /// The situation of the scenario: the unknown does not hold.
    pub fn state(&self) -> State {
        let holds = |id: &Id| {
            let assumed = self.scenario.assume.contains(id) || self.trigger() == Some(id);
            let said = self.model.circumstances[id].holds == Holds::Yes;
            assumed || (said && !self.scenario.assume_not.contains(id))
        };
        State {
            parties: self
                .model
                .parties
                .keys()
                .filter(|id| !self.scenario.without.contains(*id))
                .cloned()
                .collect(),
            circumstances: self
                .model
                .circumstances
                .keys()
                .filter(|id| holds(id))
                .cloned()
                .collect(),
            extra: BTreeMap::new(),
        }
    }

    /// Unknown, and neither assumed nor assumed not.
    pub fn is_unknown(&self, id: &Id) -> bool {
        self.model.circumstances[id].holds == Holds::Unknown
            && self.trigger() != Some(id)
            && !self.scenario.assume.contains(id)
            && !self.scenario.assume_not.contains(id)
    }

    pub fn commitment(&self, id: &Id) -> &Commitment {
        &self.model.commitments[id].commitment
    }

    /// Commitments in force: the least fixpoint, or the greatest.
    pub fn in_force(&self, state: &State, mutual: bool) -> Ids {
        let candidates =
            self.model.commitments.iter().filter(|(_, entry)| {
                !entry.stopped && state.parties.contains(&entry.commitment.party)
            });
        let candidates: Vec<&Id> = candidates.map(|(id, _)| id).collect();
        let mut now: Ids =
            if mutual { candidates.iter().copied().cloned().collect() } else { Ids::new() };
        loop {
            let holds = |id: &&&Id| match &self.commitment(id).condition {
                Condition::Always => true,
                Condition::When(formula) => {
                    self.holds(formula, &self.commitment(id).party, state, &now, mutual)
                }
            };
            let next: Ids = candidates.iter().filter(holds).copied().cloned().collect();
            if next == now {
                return now;
            }
            now = next;
        }
    }

    pub fn holds(
        &self,
        formula: &Formula,
        own: &Id,
        state: &State,
        in_force: &Ids,
        mutual: bool,
    ) -> bool {
        let part = |part: &Formula| self.holds(part, own, state, in_force, mutual);
        let all = |who: Who, party: &Id| who == Who::All || party != own;
        match formula {
            Formula::Any(parts) => parts.iter().any(part),
            Formula::Every(parts) => parts.iter().all(part),
            Formula::AtLeastOf { count, of } => {
                let met = of.iter().filter(|of| part(of));
                met.count() >= *count as usize
            }
            Formula::Circumstance { circumstance, negated } => {
                state.circumstances.contains(circumstance) != *negated
            }
            Formula::Contribute { parties, resource } => {
                let contributing = self.contributing(resource, in_force);
                parties.iter().all(|party| contributing.contains(party))
            }
            Formula::CountContribute { count, who, resource } => {
                let contributing = self.contributing(resource, in_force);
                contributing.iter().filter(|party| all(*who, party)).count() >= *count as usize
            }
            Formula::SumCommit { amount, who, resource } => {
                let extra = state.extra.get(resource).copied().unwrap_or_default();
                let amounts = self.amounts(state, in_force, mutual);
                self.sum(resource, &amounts, |party| all(*who, party)) + fraction(extra)
                    >= fraction(amount.to_decimal())
            }
        }
    }

    pub fn contributing(&self, resource: &Id, in_force: &Ids) -> Ids {
        let of = in_force.iter().map(|id| self.commitment(id));
        of.filter(|said| said.resource == *resource).map(|said| said.party.clone()).collect()
    }

    pub fn sum(
        &self,
        resource: &Id,
        amounts: &BTreeMap<Id, Fraction>,
        counts: impl Fn(&Id) -> bool,
    ) -> Fraction {
        let theirs = amounts.iter().filter(|(id, _)| {
            let said = self.commitment(id);
            said.resource == *resource && counts(&said.party)
        });
        theirs.map(|(_, amount)| amount).sum()
    }

    /// A day as a number: offsets after the trigger, or dates; on the calendar if it is known when
    /// the trigger comes.
    pub fn day(&self, point: Point) -> i64 {
        let number = |date: Date| i64::from((date - Date::constant(2000, 1, 1)).get_days());
        match (point, self.scenario.on) {
            (Point::Date(date), _) => number(date),
            (Point::Trigger(days), Some(on)) => number(on) + i64::from(days),
            (Point::Trigger(days), None) => i64::from(days),
        }
    }

    /// What is in force of a need's resource on each day of its window.
    pub fn covered(&self, need: usize, amounts: &BTreeMap<Id, Fraction>) -> Vec<(i64, Fraction)> {
        let need = &self.guarantee().needs[need];
        (self.day(need.from)..self.day(need.until))
            .map(|day| {
                let there = amounts.iter().filter(|(id, _)| {
                    let said = self.commitment(id);
                    said.resource == need.resource
                        && said.from.is_none_or(|from| self.day(from) <= day)
                        && said.until.is_none_or(|until| day < self.day(until))
                });
                (day, there.map(|(_, amount)| amount).sum())
            })
            .collect()
    }

    /// Whether the guarantee holds.
    pub fn stands(&self, state: &State, mutual: bool) -> bool {
        let amounts = self.amounts(state, &self.in_force(state, mutual), mutual);
        let guarantee = self.guarantee();
        let covered = (0..guarantee.needs.len()).filter(|place| {
            let need = &guarantee.needs[*place];
            let extra = state.extra.get(&need.resource).copied().unwrap_or_default();
            let days = self.covered(*place, &amounts);
            days.iter().all(|(_, covered)| {
                *covered + fraction(extra) >= fraction(need.amount.to_decimal())
            })
        });
        match guarantee.requires {
            Requires::All => covered.count() == guarantee.needs.len(),
            Requires::AtLeast(least) => covered.count() >= least as usize,
        }
    }

    /// Parties present that hold a commitment which is not stopped.
    pub fn holders(&self) -> Ids {
        let entries = self.model.commitments.values().filter(|entry| !entry.stopped);
        let holders = entries.map(|entry| entry.commitment.party.clone());
        let present = self.state().parties;
        holders.filter(|party| present.contains(party)).collect()
    }

    /// What may be lost: `party:…` and `circumstance:…`.
    pub fn losses(&self) -> Vec<String> {
        let circumstances = self.state().circumstances;
        let circumstances = circumstances.iter().filter(|id| self.trigger() != Some(id));
        circumstances
            .map(|id| format!("circumstance:{id}"))
            .chain(self.holders().iter().map(|id| format!("party:{id}")))
            .collect()
    }

    pub fn gains(&self) -> Vec<String> {
        let unknown = self.model.circumstances.keys().filter(|id| self.is_unknown(id));
        unknown.map(|id| format!("circumstance:{id}")).collect()
    }

    /// A state in which one thing is, or is not, the case.
    pub fn with(&self, state: &State, item: &str, is: bool) -> State {
        let mut state = state.clone();
        let (kind, name) = item.split_once(':').unwrap();
        let set = if kind == "party" { &mut state.parties } else { &mut state.circumstances };
        if is {
            set.insert(super::id(name));
        } else {
            set.remove(&super::id(name));
        }
        state
    }

    /// Minimal sets of changes that give the guarantee another value than it has, by size, then by
    /// name.
    pub fn minimal_sets(
        &self,
        base: &State,
        items: &[String],
        gained: bool,
        mutual: bool,
    ) -> Vec<Vec<String>> {
        let mut found: Vec<u32> = Vec::new();
        let mut all: Vec<u32> = (0..1 << items.len()).collect();
        all.sort_by_key(|set: &u32| set.count_ones());
        for set in all {
            if found.iter().any(|smaller| smaller & set == *smaller) {
                continue;
            }
            let mut state = base.clone();
            for (place, item) in items.iter().enumerate() {
                if set >> place & 1 == 1 {
                    state = self.with(&state, item, gained);
                }
            }
            if self.stands(&state, mutual) == gained {
                found.push(set);
            }
        }
        let named = |set: u32| {
            let chosen = items.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
            chosen.map(|(_, item)| item.clone()).collect::<Vec<String>>()
        };
        let mut sets: Vec<Vec<String>> = found.into_iter().map(named).collect();
        sets.iter_mut().for_each(|set| set.sort());
        sets.sort_by(|one, other| one.len().cmp(&other.len()).then(one.cmp(other)));
        sets
    }

    /// Every variable and its chance: those that may be lost, and the unknown.
    pub fn chances(&self) -> Vec<(String, f64)> {
        let chance = |item: &String| {
            let (kind, name) = item.split_once(':').unwrap();
            let stated = match kind {
                "party" => self.model.parties[&super::id(name)].chance,
                _ if self.is_unknown(&super::id(name)) => {
                    let said = &self.model.circumstances[&super::id(name)];
                    return said.chance.map_or(0.0, coalition::content::Chance::as_f64);
                }
                _ => None,
            };
            stated.map_or(1.0, coalition::content::Chance::as_f64)
        };
        let items = self.losses().into_iter().chain(self.gains());
        items.map(|item| (item.clone(), chance(&item))).collect()
    }

    /// The probability that it holds when one variable is given, or none.
    pub fn probability(&self, base: &State, mutual: bool, given: Option<(&str, bool)>) -> f64 {
        let chances = self.chances();
        let mut sum = 0.0;
        for set in 0..1u32 << chances.len() {
            let mut state = base.clone();
            let mut weight = 1.0;
            for (place, (item, chance)) in chances.iter().enumerate() {
                let is = set >> place & 1 == 1;
                weight *= match given {
                    Some((name, value)) if name == item => f64::from(u8::from(value == is)),
                    _ if is => *chance,
                    _ => 1.0 - chance,
                };
                if weight == 0.0 {
                    break;
                }
                state = self.with(&state, item, is);
            }
            if weight > 0.0 && self.stands(&state, mutual) {
                sum += weight;
            }
        }
        sum
    }

    /// Whether it holds whichever `count` holders leave.
    pub fn secure(&self, state: &State, mutual: bool, count: u32) -> bool {
        let holders: Vec<Id> = self.holders().into_iter().collect();
        (0..1u32 << holders.len()).filter(|set| set.count_ones() <= count).all(|set| {
            let mut state = state.clone();
            for (place, party) in holders.iter().enumerate() {
                if set >> place & 1 == 1 {
                    state.parties.remove(party);
                }
            }
            self.stands(&state, mutual)
        })
    }
}

//! Conditions laid over who is in force: whether they hold, which leaves are enough for that, and
//! what there is for each leaf.

use super::Explanations;
use super::told::{Absence, Figures, Given, Known, Lacking, Leaf};
use crate::assess::exact::{exact, nothing, rounded_down, rounded_up};
use crate::assess::result::{Item, Reading};
use crate::assess::scenario::Known as Said;
use crate::condition::{Condition, Formula, Who};
use crate::id::Id;
use assurance::Exact;
use std::collections::BTreeSet;

/// One situation under one reading, some things of it lost.
pub(super) struct Ground<'e, 'a> {
    all: &'e Explanations<'a>,
    reading: Reading,
    lost: BTreeSet<&'e Item>,
}

impl<'e, 'a> Ground<'e, 'a> {
    pub fn new(all: &'e Explanations<'a>, reading: Reading) -> Self {
        Ground { all, reading, lost: BTreeSet::new() }
    }

    pub fn without(mut self, lost: &'e [Item]) -> Self {
        self.lost = lost.iter().collect();
        self
    }

    pub fn leaves(&self, party: &Id) -> bool {
        self.lost.contains(&Item::Party(party.clone()))
    }

    fn known(&self, circumstance: &Id) -> Known {
        let situation = &self.all.situation;
        if self.lost.contains(&Item::Circumstance(circumstance.clone())) {
            return Known::Lost;
        }
        match situation.known(circumstance) {
            Said::Trigger => Known::Trigger,
            Said::Holds if situation.scenario.assume.contains(circumstance) => Known::Assumed,
            Said::Holds => Known::Holds,
            Said::Fails if situation.scenario.assume_not.contains(circumstance) => {
                Known::AssumedNot
            }
            Said::Fails => Known::DoesNotHold,
            Said::Unknown => Known::Unknown,
        }
    }

    /// Whether a condition of a party holds, given who is in force by place.
    pub fn holds(&self, formula: &Formula, own: &Id, in_force: &[bool]) -> bool {
        match formula {
            Formula::Any(parts) => parts.iter().any(|part| self.holds(part, own, in_force)),
            Formula::Every(parts) => parts.iter().all(|part| self.holds(part, own, in_force)),
            Formula::AtLeastOf { count, of } => {
                let so = of.iter().filter(|part| self.holds(part, own, in_force));
                so.count() >= *count as usize
            }
            Formula::Circumstance { circumstance, negated } => {
                self.known(circumstance).is() != *negated
            }
            Formula::Contribute { parties, resource } => {
                let there = self.contributing(Who::All, own, resource, in_force);
                parties.iter().all(|party| there.contains(party))
            }
            Formula::CountContribute { count, who, resource } => {
                self.contributing(*who, own, resource, in_force).len() >= *count as usize
            }
            Formula::SumCommit { amount, who, resource } => {
                let mut sum = nothing();
                for (_, given) in self.given(*who, own, resource, in_force) {
                    sum += given;
                }
                sum >= exact(*amount)
            }
        }
    }

    fn places(&self, resource: &Id) -> &'e [usize] {
        self.all.supply.places(resource)
    }

    fn contributing(
        &self,
        who: Who,
        own: &Id,
        resource: &Id,
        in_force: &[bool],
    ) -> BTreeSet<&'a Id> {
        let places = self.places(resource).iter().filter(|place| in_force[**place]);
        places
            .map(|place| &self.all.situation.in_play[*place].1.party)
            .filter(|party| who == Who::All || *party != own)
            .collect()
    }

    /// What those in force give that count, by place.
    fn given(&self, who: Who, own: &Id, resource: &Id, in_force: &[bool]) -> Vec<(usize, Exact)> {
        let amounts = self.amounts(resource, in_force);
        let counts = |party: &Id| who == Who::All || party != own;
        let in_play = &self.all.situation.in_play;
        amounts.into_iter().filter(|(place, _)| counts(&in_play[*place].1.party)).collect()
    }

    /// What every commitment of a resource that is in force gives, by place; those without amount
    /// are left out.
    pub fn amounts(&self, resource: &Id, in_force: &[bool]) -> Vec<(usize, Exact)> {
        let matched = self.all.pools.get(resource).map(|of| of.amounts(in_force, self.reading));
        let places = self.places(resource).iter().filter(|place| in_force[**place]);
        places
            .filter_map(|place| {
                let said = self.all.situation.in_play[*place].1;
                let matched = matched.as_ref().and_then(|of| of.get(place)).cloned();
                Some((*place, matched.or_else(|| said.amount.map(exact))?))
            })
            .collect()
    }

    /// Leaves that are enough for a formula to be what it is, whatever the others are. With `all`,
    /// of what fails together every part that fails.
    pub fn enough<'f>(
        &self,
        formula: &'f Formula,
        own: &Id,
        in_force: &[bool],
        all: bool,
    ) -> Vec<&'f Formula> {
        let value = self.holds(formula, own, in_force);
        let (parts, take) = match formula {
            Formula::Any(parts) => (parts, if value { 1 } else { parts.len() }),
            Formula::Every(parts) => (parts, if value { parts.len() } else { 1 }),
            Formula::AtLeastOf { count, of } => {
                let count = *count as usize;
                (of, if value { count } else { of.len() + 1 - count })
            }
            Formula::Circumstance { .. }
            | Formula::Contribute { .. }
            | Formula::CountContribute { .. }
            | Formula::SumCommit { .. } => return vec![formula],
        };
        let alike = parts.iter().filter(|part| self.holds(part, own, in_force) == value);
        let mut alike: Vec<(usize, Vec<&Formula>)> =
            alike.map(|part| self.enough(part, own, in_force, all)).enumerate().collect();
        if value || !all {
            alike.sort_by_key(|(place, leaves)| (leaves.len(), *place));
            alike.truncate(take);
            alike.sort_by_key(|(place, _)| *place);
        }
        let mut leaves: Vec<&Formula> = Vec::new();
        for leaf in alike.into_iter().flat_map(|(_, leaves)| leaves) {
            if !leaves.contains(&leaf) {
                leaves.push(leaf);
            }
        }
        leaves
    }

    /// A leaf with what there is for it.
    pub fn leaf(&self, formula: &Formula, own: &Id, in_force: &[bool]) -> Leaf {
        let figures = match formula {
            Formula::Contribute { parties, resource } => {
                let there = self.contributing(Who::All, own, resource, in_force);
                let (there, lacking): (Vec<&Id>, Vec<&Id>) =
                    parties.iter().partition(|party| there.contains(party));
                let lacking = lacking.into_iter().map(|party| Lacking {
                    party: party.clone(),
                    why: self.absence(party, resource),
                });
                let there = there.into_iter().cloned().collect();
                Figures::Parties { there, lacking: lacking.collect() }
            }
            Formula::CountContribute { count, who, resource } => {
                let there = self.contributing(*who, own, resource, in_force);
                let missing = (*count as usize).saturating_sub(there.len());
                Figures::Count { there: there.into_iter().cloned().collect(), missing }
            }
            Formula::SumCommit { amount, who, resource } => {
                let given = self.given(*who, own, resource, in_force);
                let mut sum = nothing();
                given.iter().for_each(|(_, amount)| sum += amount);
                let missing = (exact(*amount) - &sum).max(nothing());
                Figures::Sum {
                    given: self.told(given, resource, in_force),
                    there: rounded_down(&sum),
                    missing: rounded_up(&missing),
                }
            }
            Formula::Circumstance { circumstance, .. } => {
                Figures::Circumstance { known: self.known(circumstance) }
            }
            Formula::Any(_) | Formula::Every(_) | Formula::AtLeastOf { .. } => {
                unreachable!("a leaf is not made of others")
            }
        };
        Leaf {
            says: Condition::When(formula.clone()),
            holds: self.holds(formula, own, in_force),
            figures,
            leans_on: Vec::new(),
        }
    }

    /// Amounts by place, as they are told.
    pub fn told(
        &self,
        amounts: Vec<(usize, Exact)>,
        resource: &Id,
        in_force: &[bool],
    ) -> Vec<Given> {
        let in_play = &self.all.situation.in_play;
        let matches = |place: usize| in_play[place].1.matches.is_some();
        let every = amounts.iter().any(|(place, _)| matches(*place));
        let every = if every { self.amounts(resource, in_force) } else { Vec::new() };
        let given = amounts.into_iter().map(|(place, amount)| {
            let (id, said) = in_play[place];
            let others = matches(place).then(|| {
                let theirs =
                    every.iter().filter(|(other, _)| in_play[*other].1.party != said.party);
                let mut sum = nothing();
                theirs.for_each(|(_, amount)| sum += amount);
                rounded_down(&sum)
            });
            let (commitment, party) = (id.clone(), said.party.clone());
            Given { commitment, party, amount: rounded_down(&amount), others }
        });
        given.collect()
    }

    fn absence(&self, party: &Id, resource: &Id) -> Absence {
        let in_play = &self.all.situation.in_play;
        if self.leaves(party) {
            Absence::Leaves
        } else if !self.all.situation.present(party) {
            Absence::NotThere
        } else if self.places(resource).iter().any(|place| in_play[*place].1.party == *party) {
            Absence::NotInForce
        } else {
            Absence::PromisedNone
        }
    }

    /// What a leaf counts that is not there firmly, or not as much.
    pub fn leans_on(&self, leaf: &Formula, own: &Id, firmly: &Ground<'_, '_>) -> Vec<Id> {
        let (firm, mutual) = (&self.all.firm, &self.all.mutual);
        let in_play = &self.all.situation.in_play;
        let new = |place: &&usize| mutual[**place] && !firm[**place];
        let named = |resource: &Id, counts: &dyn Fn(&Id) -> bool| -> Vec<Id> {
            let known = firmly.contributing(Who::All, own, resource, firm);
            let places = self.places(resource).iter().filter(new);
            let places = places.filter(|place| {
                let party = &in_play[**place].1.party;
                counts(party) && !known.contains(party)
            });
            places.map(|place| in_play[*place].0.clone()).collect()
        };
        match leaf {
            Formula::Contribute { parties, resource } => {
                named(resource, &|party| parties.contains(party))
            }
            Formula::CountContribute { who, resource, .. } => {
                named(resource, &|party| *who == Who::All || party != own)
            }
            Formula::SumCommit { who, resource, .. } => {
                let before = firmly.given(*who, own, resource, firm);
                let now = self.given(*who, own, resource, mutual);
                let more = now.into_iter().filter(|of| !before.contains(of));
                more.map(|(place, _)| in_play[place].0.clone()).collect()
            }
            Formula::Any(_)
            | Formula::Every(_)
            | Formula::AtLeastOf { .. }
            | Formula::Circumstance { .. } => Vec::new(),
        }
    }
}

impl Known {
    /// Whether it holds, in a verdict.
    pub fn is(self) -> bool {
        match self {
            Known::Trigger | Known::Holds | Known::Assumed => true,
            Known::DoesNotHold | Known::AssumedNot | Known::Unknown | Known::Lost => false,
        }
    }
}

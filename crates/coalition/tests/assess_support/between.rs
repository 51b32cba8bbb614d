//! Who moves together, walked part by part.

use super::World;
use super::reference::{Ids, State};
use coalition::Id;
use coalition::condition::{Condition, Formula, Who};
use std::collections::BTreeSet;

/// A commitment's being in force, or what a matching one comes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    InForce(Id),
    Amount(Id),
}

/// Who is in force, and what matching ones come to, only because somebody moves first.
pub struct Between<'a> {
    pub world: &'a World,
    pub state: &'a State,
    pub firm: &'a Ids,
    pub mutual: &'a Ids,
}

impl Between<'_> {
    fn is(&self, part: &Part) -> bool {
        match part {
            Part::InForce(id) => self.mutual.contains(id) && !self.firm.contains(id),
            Part::Amount(id) => {
                let of = |in_force, mutual| {
                    self.world.amounts(self.state, in_force, mutual).remove(id).unwrap_or_default()
                };
                of(self.mutual, true) != of(self.firm, false)
            }
        }
    }

    /// What adds to a sum: a matching commitment by its amount, another by being in force.
    fn adding(&self, resource: &Id, counts: &dyn Fn(&Id) -> bool) -> Vec<Part> {
        let adding = self.mutual.iter().filter(|id| {
            let said = self.world.commitment(id);
            said.resource == *resource && counts(&said.party) && said.adds()
        });
        let part = |id: &Id| match self.world.commitment(id).matches {
            Some(_) => Part::Amount(id.clone()),
            None => Part::InForce(id.clone()),
        };
        adding.map(part).filter(|part| self.is(part)).collect()
    }

    fn leads(&self, part: &Part) -> Vec<Part> {
        match part {
            Part::InForce(id) => {
                let said = self.world.commitment(id);
                let mut leads = Vec::new();
                if let Condition::When(formula) = &said.condition {
                    self.condition_leads(formula, &said.party, &mut leads);
                }
                leads
            }
            Part::Amount(id) => {
                let own = self.world.commitment(id);
                let mut leads = self.adding(&own.resource, &|party| *party != own.party);
                leads.extend(Some(Part::InForce(id.clone())).filter(|part| self.is(part)));
                leads
            }
        }
    }

    fn condition_leads(&self, formula: &Formula, own: &Id, leads: &mut Vec<Part>) {
        let holds =
            |in_force: &Ids, mutual| self.world.holds(formula, own, self.state, in_force, mutual);
        if !holds(self.mutual, true) || holds(self.firm, false) {
            return;
        }
        let mut contributing = |resource: &Id, counts: &dyn Fn(&Id) -> bool| {
            let known = self.world.contributing(resource, self.firm);
            for id in self.mutual.difference(self.firm) {
                let said = self.world.commitment(id);
                if said.resource == *resource && counts(&said.party) && !known.contains(&said.party)
                {
                    leads.push(Part::InForce(id.clone()));
                }
            }
        };
        match formula {
            Formula::Any(parts) | Formula::Every(parts) | Formula::AtLeastOf { of: parts, .. } => {
                parts.iter().for_each(|part| self.condition_leads(part, own, leads));
            }
            Formula::Circumstance { .. } => {}
            Formula::Contribute { parties, resource } => {
                contributing(resource, &|party| parties.contains(party));
            }
            Formula::CountContribute { who, resource, .. } => {
                contributing(resource, &|party| *who == Who::All || party != own);
            }
            Formula::SumCommit { who, resource, .. } => {
                leads.extend(self.adding(resource, &|party| *who == Who::All || party != own));
            }
        }
    }

    fn reach(&self, from: &Part) -> BTreeSet<Part> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from.clone()];
        while let Some(part) = open.pop() {
            open.extend(self.leads(&part).into_iter().filter(|part| reached.insert(part.clone())));
        }
        reached
    }

    /// The others that a mutual commitment leads to and that lead back to it, through whatever
    /// parts of conditions and amounts are so only because somebody moves first.
    pub fn group(&self, id: &Id) -> Vec<Id> {
        let start = Part::InForce(id.clone());
        if !self.is(&start) {
            return Vec::new();
        }
        let mut group = BTreeSet::new();
        for part in self.reach(&start) {
            if !self.reach(&part).contains(&start) {
                continue;
            }
            match part {
                Part::InForce(id) => _ = group.insert(id),
                Part::Amount(id) if !self.is(&Part::InForce(id.clone())) => _ = group.insert(id),
                Part::Amount(_) => {}
            }
        }
        group.remove(id);
        group.into_iter().collect()
    }
}

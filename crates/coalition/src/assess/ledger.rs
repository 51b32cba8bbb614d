//! Who promises how much of what, in numbers that no scenario changes.

use super::books::{Unit, units};
use super::error::AssessError;
use super::scenario::Situation;
use super::supply::Supply;
use crate::amount::Amount;
use crate::content::GuaranteeNeed;
use crate::id::Id;
use std::collections::BTreeMap;

/// An index of a whole situation.
pub(super) struct Ledger {
    pub supply: Supply,
    /// By place in [`Situation::in_play`].
    pub entries: Vec<Entry>,
    /// By resource, of those that anybody promises.
    resources: BTreeMap<Id, Resource>,
    /// Of all resources that are promised or asked for in a condition.
    units: BTreeMap<Id, Unit>,
    /// How many accounts there are: one for each party and each resource that it promises.
    pub accounts: usize,
}

/// A commitment in numbers.
pub(super) struct Entry {
    pub account: usize,
    pub resource: usize,
    /// Its own amount, in units of its resource.
    pub count: u128,
}

struct Resource {
    number: usize,
    /// All that is promised, the most that matching adds included.
    promised: Amount,
    /// Who promises it.
    accounts: BTreeMap<Id, usize>,
}

impl Ledger {
    pub fn of(situation: &Situation<'_>) -> Result<Ledger, AssessError> {
        let units = units(situation, &[])?;
        let mut resources: BTreeMap<Id, Resource> = BTreeMap::new();
        let mut entries = Vec::with_capacity(situation.in_play.len());
        let mut accounts = 0;
        for (_, said) in &situation.in_play {
            let unit = units[&said.resource];
            if !resources.contains_key(&said.resource) {
                let (number, accounts) = (resources.len(), BTreeMap::new());
                let new = Resource { number, promised: Amount::ZERO, accounts };
                resources.insert(said.resource.clone(), new);
            }
            let resource = resources.get_mut(&said.resource).expect("it is there now");
            let account = match resource.accounts.get(&said.party) {
                Some(known) => *known,
                None => {
                    resource.accounts.insert(said.party.clone(), accounts);
                    accounts += 1;
                    accounts - 1
                }
            };
            let more = said.matches.as_ref().map_or(Amount::ZERO, |matches| matches.up_to);
            for amount in [said.amount.unwrap_or_default(), more] {
                let promised = resource.promised.checked_add(amount);
                resource.promised = promised.expect("sums were checked when units were made");
            }
            let count = unit.count(said.amount.unwrap_or_default());
            entries.push(Entry { account, resource: resource.number, count });
        }
        let supply = Supply::of(situation);
        let units = units.into_iter().map(|(id, unit)| (id.clone(), unit)).collect();
        Ok(Ledger { supply, entries, resources, units, accounts })
    }

    /// How many resources anybody promises.
    pub fn resource_count(&self) -> usize {
        self.resources.len()
    }

    /// The number of a resource, if anybody promises it.
    pub fn resource(&self, resource: &Id) -> Option<usize> {
        self.resources.get(resource).map(|of| of.number)
    }

    /// The account of what a party promises of a resource, if it does.
    pub fn account(&self, party: &Id, resource: &Id) -> Option<usize> {
        self.resources.get(resource)?.accounts.get(party).copied()
    }

    /// The unit of a resource that is promised, or asked for in a condition.
    pub fn unit(&self, resource: &Id) -> Option<Unit> {
        self.units.get(resource).copied()
    }

    /// Refuses needs too large to be reckoned with, whoever is absent.
    pub fn check(&self, needs: &[GuaranteeNeed]) -> Result<(), AssessError> {
        for need in needs {
            let promised = self.resources.get(&need.resource).map(|of| of.promised);
            // Twice what is wanted, as where units are made.
            [need.amount, need.amount]
                .iter()
                .try_fold(promised.unwrap_or_default(), |sum, amount| sum.checked_add(*amount))
                .ok_or_else(|| AssessError::AmountsTooLarge(need.resource.clone()))?;
        }
        Ok(())
    }
}

//! The amounts of all pools under one evaluation.

use super::fixpoint::{Given, GivenGroup, Solution, solve};
use super::{Exact, Members, Quantity, Sum};
use crate::system::{Reading, System};
use num_bigint::BigInt;

/// For each pool the amounts found last.
pub(crate) struct Pools {
    found: Vec<Option<Found>>,
}

struct Found {
    /// Which members were in force: while they are the same, so are the amounts.
    in_force: Vec<bool>,
    amounts: Amounts,
}

/// In 128 bits if that suffices.
enum Amounts {
    Short(Solution<i128>),
    Long(Solution<BigInt>),
}

impl Pools {
    pub fn new(system: &System) -> Self {
        Self { found: system.matching.pools.iter().map(|_| None).collect() }
    }

    /// Finds the amounts of a pool for what holds now.
    pub fn settle(&mut self, system: &System, pool: u32, reading: Reading, values: &[bool]) {
        let members = &system.matching.pools[pool as usize];
        let in_force = in_force(system, members, values);
        let found = &mut self.found[pool as usize];
        if found.as_ref().is_some_and(|found| found.in_force == in_force) {
            return;
        }
        let given = given(system, members, values);
        let amounts = match solve::<i128>(&given, reading) {
            Some(solution) => Amounts::Short(solution),
            None => Amounts::Long(
                solve(&given, reading).expect("integers of any length hold every result"),
            ),
        };
        *found = Some(Found { in_force, amounts });
    }

    /// Whether a sum reaches its need with the amounts found last.
    pub fn reaches(&self, system: &System, sum: &Sum, values: &[bool]) -> bool {
        let there = sum.inputs.iter().filter(|(_, node)| values[node.0 as usize]);
        let there: u128 = there.map(|(amount, _)| amount).sum();
        let Some(rest) = sum.need.checked_sub(there).filter(|rest| *rest > 0) else {
            return true;
        };
        let slots = || sum.quantities.iter().map(|of| system.matching.promise(*of).slot as usize);
        let first = sum.quantities.first().map(|of| system.matching.promise(*of).pool);
        let pool = first.and_then(|pool| self.found[pool as usize].as_ref());
        match pool.map(|found| &found.amounts) {
            None => false,
            Some(Amounts::Short(of)) => reaches_short(of, rest, slots())
                .unwrap_or_else(|| reaches_long(&of.lengthened(), rest, slots())),
            Some(Amounts::Long(of)) => reaches_long(of, rest, slots()),
        }
    }

    /// The amount of a quantity found last; zero before any was.
    pub fn amount(&self, system: &System, quantity: Quantity) -> Exact {
        let promise = system.matching.promise(quantity);
        let slot = promise.slot as usize;
        match self.found[promise.pool as usize].as_ref().map(|found| &found.amounts) {
            None => Exact::from_integer(BigInt::ZERO),
            Some(Amounts::Short(of)) => Exact::new(of.amounts[slot].into(), of.denominator.into()),
            Some(Amounts::Long(of)) => Exact::new(of.amounts[slot].clone(), of.denominator.clone()),
        }
    }
}

impl Solution<i128> {
    fn lengthened(&self) -> Solution<BigInt> {
        Solution {
            amounts: self.amounts.iter().map(|amount| BigInt::from(*amount)).collect(),
            denominator: self.denominator.into(),
        }
    }
}

fn reaches_short(
    of: &Solution<i128>,
    rest: u128,
    mut slots: impl Iterator<Item = usize>,
) -> Option<bool> {
    let rest = i128::try_from(rest).ok()?.checked_mul(of.denominator)?;
    let sum = slots.try_fold(0i128, |sum, slot| sum.checked_add(of.amounts[slot]))?;
    Some(sum >= rest)
}

fn reaches_long(of: &Solution<BigInt>, rest: u128, slots: impl Iterator<Item = usize>) -> bool {
    let sum: BigInt = slots.map(|slot| &of.amounts[slot]).sum();
    sum >= BigInt::from(rest) * &of.denominator
}

fn in_force(system: &System, members: &Members, values: &[bool]) -> Vec<bool> {
    let holds = |node: &crate::system::Node| values[node.0 as usize];
    let promises = members.groups.iter().flat_map(|group| &group.quantities);
    let fixed = members.groups.iter().flat_map(|group| &group.fixed).chain(&members.plain);
    promises
        .map(|of| holds(&system.matching.promise(*of).when))
        .chain(fixed.map(|(_, when)| holds(when)))
        .collect()
}

fn given<'a>(system: &'a System, members: &Members, values: &[bool]) -> Given<'a> {
    let sum = |fixed: &[(u128, crate::system::Node)]| {
        let there = fixed.iter().filter(|(_, when)| values[when.0 as usize]);
        there.map(|(amount, _)| amount).sum()
    };
    let group = |group: &super::Group| {
        let quantities = group.quantities.iter().map(|of| {
            let promise = system.matching.promise(*of);
            values[promise.when.0 as usize].then_some(&promise.terms)
        });
        GivenGroup { fixed: sum(&group.fixed), quantities: quantities.collect() }
    };
    Given { plain: sum(&members.plain), groups: members.groups.iter().map(group).collect() }
}

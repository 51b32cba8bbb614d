//! Amounts of each resource as integers of one unit.

use super::error::AssessError;
use super::scenario::Situation;
use crate::amount::Amount;
use crate::condition::{Condition, Formula};
use crate::content::GuaranteeNeed;
use crate::id::Id;
use assurance::Exact;
use std::collections::BTreeMap;

/// The unit in which every amount of one resource is a whole number: the largest there is, so
/// that sums stay small and a search over amounts short. Exact both ways. Where amounts match each
/// other sums are no longer whole, and the unit is that of the last place in which any is given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    decimals: u32,
    /// In 10^-`decimals`.
    step: u128,
    /// The largest need or sum asked for: more than this changes nothing.
    pub most: u128,
}

impl Unit {
    /// How many units an amount is, for the amounts that the unit was made from.
    pub fn count(self, amount: Amount) -> u128 {
        amount.scaled(self.decimals).expect("the unit was made from this amount") / self.step
    }

    /// So many units, whole or not, in the resource's own unit.
    pub fn value(self, count: &Exact) -> Exact {
        count * Exact::new(self.step.into(), 10_u128.pow(self.decimals).into())
    }

    /// The amount of so many units, up to the sum of all amounts that the unit was made from.
    pub fn amount(self, count: u128) -> Amount {
        count
            .checked_mul(self.step)
            .and_then(|scaled| Amount::from_scaled(scaled, self.decimals))
            .expect("sums were checked when the unit was made")
    }
}

/// The unit of each resource that is promised, needed or asked for.
pub(super) fn units<'a>(
    situation: &Situation<'a>,
    needs: &'a [GuaranteeNeed],
) -> Result<BTreeMap<&'a Id, Unit>, AssessError> {
    let mut said: BTreeMap<&Id, Said> = BTreeMap::new();
    for (_, commitment) in &situation.in_play {
        let of = said.entry(&commitment.resource).or_default();
        of.promised.extend(commitment.amount);
        if let Some(matches) = &commitment.matches {
            of.promised.push(matches.up_to);
            of.floors.push(matches.above);
        }
        if let Condition::When(formula) = &commitment.condition {
            sums(formula, &mut |resource, amount| {
                said.entry(resource).or_default().wanted.push(amount);
            });
        }
    }
    for need in needs {
        said.entry(&need.resource).or_default().wanted.push(need.amount);
    }
    let mut units = BTreeMap::new();
    for (resource, said) in said {
        units.insert(resource, unit(resource, &said)?);
    }
    Ok(units)
}

/// What is said of one resource.
#[derive(Default)]
struct Said {
    /// Amounts, and the most that is added to them.
    promised: Vec<Amount>,
    wanted: Vec<Amount>,
    /// What others must give before they are matched; one for each that matches.
    floors: Vec<Amount>,
}

fn unit(resource: &Id, Said { promised, wanted, floors }: &Said) -> Result<Unit, AssessError> {
    let too_large = || AssessError::AmountsTooLarge(resource.clone());
    let most = wanted.iter().copied().max().unwrap_or_default();
    // Twice what is wanted: an ask is at most the largest, and its parts one binary digit more.
    let all = promised.iter().chain([&most, &most]);
    all.clone()
        .try_fold(Amount::ZERO, |sum, amount| sum.checked_add(*amount))
        .ok_or_else(too_large)?;
    let all = || promised.iter().chain(wanted).chain(floors);
    let decimals = all().map(|amount| amount.decimals()).max().unwrap_or(0);
    let scaled = |amount: &Amount| amount.scaled(decimals).ok_or_else(too_large);
    let mut step = 0;
    for amount in all() {
        step = common_divisor(step, scaled(amount)?);
    }
    let step = if floors.is_empty() { step.max(1) } else { 1 };
    Ok(Unit { decimals, step, most: scaled(&most)? / step })
}

/// Every "commit at least" of a formula.
fn sums<'a>(formula: &'a Formula, look: &mut impl FnMut(&'a Id, Amount)) {
    match formula {
        Formula::Any(parts) | Formula::Every(parts) | Formula::AtLeastOf { of: parts, .. } => {
            parts.iter().for_each(|part| sums(part, look));
        }
        Formula::SumCommit { amount, resource, .. } => look(resource, *amount),
        Formula::Circumstance { .. }
        | Formula::Contribute { .. }
        | Formula::CountContribute { .. } => {}
    }
}

fn common_divisor(mut one: u128, mut other: u128) -> u128 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

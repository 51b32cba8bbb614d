//! Amounts that matching made: fractions, until somebody reads them.

use super::ledger::Ledger;
use super::result::Both;
use super::scenario::Situation;
use crate::amount::{Amount, FRACTION_DIGITS_MAX};
use crate::content::Matching;
use crate::id::Id;
use assurance::{Evaluator, Exact, Quantity, System};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

/// What a matching commitment comes to under one reading, in its resource's unit: what the other
/// parties have in force, and what it gives for that once it is in force itself.
#[derive(Clone, Debug)]
pub(super) struct Matched {
    pub others: Exact,
    pub gives: Exact,
}

/// Which commitments are in force, by place, and what matching ones come to.
pub(super) struct InForce {
    pub holds: Both<Vec<bool>>,
    pub matched: BTreeMap<usize, Both<Matched>>,
}

/// What each matching commitment comes to, by place.
pub(super) fn matched<S: Deref<Target = System>>(
    situation: &Situation<'_>,
    ledger: &Ledger,
    quantities: &[Option<Quantity>],
    settled: &Evaluator<S>,
    holds: &[bool],
) -> Vec<(usize, Matched)> {
    let matching = || situation.in_play.iter().filter(|(_, said)| said.matches.is_some());
    let resources: BTreeSet<&Id> = matching().map(|(_, said)| &said.resource).collect();
    if resources.is_empty() {
        return Vec::new();
    }
    // Of a resource: all that is in force, and each party's own.
    let mut totals: BTreeMap<&Id, Exact> = BTreeMap::new();
    let mut own: BTreeMap<(&Id, &Id), Exact> = BTreeMap::new();
    for (place, (_, said)) in situation.in_play.iter().enumerate() {
        if !holds[place] || !resources.contains(&said.resource) {
            continue;
        }
        let amount = match quantities[place].zip(ledger.unit(&said.resource)) {
            Some((quantity, unit)) => unit.value(&settled.amount(quantity)),
            None => exact(said.amount.unwrap_or_default()),
        };
        *totals.entry(&said.resource).or_insert_with(nothing) += &amount;
        *own.entry((&said.resource, &said.party)).or_insert_with(nothing) += &amount;
    }
    let come_to = |(place, (_, said)): (usize, &(&Id, &crate::content::Commitment))| {
        let matches = said.matches.as_ref()?;
        let total = totals.get(&said.resource).cloned().unwrap_or_else(nothing);
        let own = own.get(&(&said.resource, &said.party)).cloned().unwrap_or_else(nothing);
        let others = total - own;
        let gives = exact(said.amount.unwrap_or_default()) + added(matches, &others);
        Some((place, Matched { others, gives }))
    };
    situation.in_play.iter().enumerate().filter_map(come_to).collect()
}

/// `min(up_to, rate x max(0, others - above))`.
fn added(matches: &Matching, others: &Exact) -> Exact {
    let excess = (others - exact(matches.above)).max(nothing());
    (exact(matches.rate) * excess).min(exact(matches.up_to))
}

pub(super) fn nothing() -> Exact {
    exact(Amount::ZERO)
}

pub(super) fn exact(amount: Amount) -> Exact {
    let decimals = amount.decimals();
    let units = amount.scaled(decimals).expect("an amount in its own decimals");
    Exact::new(units.into(), 10_u128.pow(decimals).into())
}

/// The largest amount that is no more, with nine places: what is there.
pub(super) fn rounded_down(value: &Exact) -> Amount {
    whole(&scaled(value).floor())
}

/// The smallest amount that is no less: what is missing.
pub(super) fn rounded_up(value: &Exact) -> Amount {
    whole(&scaled(value).ceil())
}

/// As many as an amount has.
const PLACES: u32 = 9;
const _: () = assert!(PLACES as usize == FRACTION_DIGITS_MAX);

fn scaled(value: &Exact) -> Exact {
    value * Exact::from_integer(10_u128.pow(PLACES).into())
}

fn whole(units: &Exact) -> Amount {
    u128::try_from(units.to_integer())
        .ok()
        .and_then(|units| Amount::from_scaled(units, PLACES))
        .expect("sums were checked when units were made, and nothing is below zero")
}

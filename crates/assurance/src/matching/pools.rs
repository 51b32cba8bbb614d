//! The amounts of all pools under one evaluation.

use super::fixpoint::{Given, GivenGroup, Solution, common_multiple, solve};
use super::{Exact, Members, Quantity, Sum};
use crate::system::{Reading, System};
use num_bigint::BigInt;
use std::cell::OnceCell;

/// For each pool the amounts found last.
#[derive(Default)]
pub(crate) struct Pools {
    found: Vec<Option<Found>>,
}

struct Found {
    /// Which members were in force: while they are the same, so are the amounts.
    in_force: Vec<bool>,
    amounts: Amounts,
    /// The amounts, each within a few units of the last place.
    near: Vec<f64>,
    /// The amounts as numerators of one denominator, made when a sum is near its need.
    common: OnceCell<(Vec<BigInt>, BigInt)>,
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
    pub fn settle(
        &mut self,
        system: &System,
        pool: u32,
        reading: Reading,
        holds: &impl Fn(u32) -> bool,
    ) {
        let members = &system.matching.pools[pool as usize];
        let when = members.in_force_when(&system.matching);
        let in_force: Vec<bool> = when.map(|node| holds(node.0)).collect();
        let found = &mut self.found[pool as usize];
        if found.as_ref().is_some_and(|found| found.in_force == in_force) {
            return;
        }
        let given = given(system, members, holds);
        let amounts = match solve::<i128>(&given, reading) {
            Some(solution) => Amounts::Short(solution),
            None => Amounts::Long(
                solve(&given, reading).expect("integers of any length hold every result"),
            ),
        };
        *found = Some(Found::new(in_force, amounts));
    }

    /// Whether a sum reaches its need with the amounts found last.
    pub fn reaches(&self, system: &System, sum: &Sum, holds: &impl Fn(u32) -> bool) -> bool {
        let there = sum.inputs.iter().filter(|(_, node)| holds(node.0));
        let there: u128 = there.map(|(amount, _)| amount).sum();
        let Some(rest) = sum.need.checked_sub(there).filter(|rest| *rest > 0) else {
            return true;
        };
        let first = sum.quantities.first().map(|of| system.matching.promise(*of).pool);
        let found = first.and_then(|pool| self.found[pool as usize].as_ref());
        let slots = sum.quantities.iter().map(|of| system.matching.promise(*of).slot as usize);
        found.is_some_and(|found| found.reaches(rest, slots))
    }

    /// The amount of a quantity found last; zero before any was.
    pub fn amount(&self, system: &System, quantity: Quantity) -> Exact {
        let promise = system.matching.promise(quantity);
        let slot = promise.slot as usize;
        match self.found[promise.pool as usize].as_ref().map(|found| &found.amounts) {
            None => Exact::from_integer(BigInt::ZERO),
            Some(Amounts::Short(of)) => {
                let (over, under) = of.amounts[slot];
                Exact::new(over.into(), BigInt::from(under) * of.rest)
            }
            Some(Amounts::Long(of)) => {
                let (over, under) = &of.amounts[slot];
                Exact::new(over.clone(), under * &of.rest)
            }
        }
    }
}

/// Sums of floating numbers may be wrong by no more than this share: there are fewer terms than
/// 2^20, none below zero, and each term and each addition is off by some units of 2^-53.
const DOUBT: f64 = 1e-9;
const TERMS_MAX: usize = 1 << 20;

impl Found {
    fn new(in_force: Vec<bool>, amounts: Amounts) -> Self {
        let near = match &amounts {
            Amounts::Short(of) => {
                let rest = float(of.rest);
                of.amounts.iter().map(|(over, under)| float(*over) / float(*under) / rest).collect()
            }
            Amounts::Long(of) => {
                let rest = Float::of(&of.rest);
                let near = |(over, under): &(BigInt, BigInt)| {
                    let (over, under) = (Float::of(over), Float::of(under));
                    let exponent = over.exponent - under.exponent - rest.exponent;
                    over.leading / under.leading / rest.leading * 2f64.powi(exponent)
                };
                of.amounts.iter().map(near).collect()
            }
        };
        Self { in_force, amounts, near, common: OnceCell::new() }
    }

    /// Whether some amounts add up to at least `need`: by floating numbers where these leave no
    /// doubt, exactly where they do.
    fn reaches(&self, need: u128, slots: impl ExactSizeIterator<Item = usize> + Clone) -> bool {
        let near: f64 = slots.clone().map(|slot| self.near[slot]).sum();
        let wanted = float(need.cast_signed());
        if slots.len() < TERMS_MAX && (near - wanted).abs() > wanted * DOUBT {
            return near > wanted;
        }
        let (amounts, denominator) = self.common.get_or_init(|| match &self.amounts {
            Amounts::Short(of) => common(&of.lengthened()),
            Amounts::Long(of) => common(of),
        });
        let sum: BigInt = slots.map(|slot| &amounts[slot]).sum();
        sum >= BigInt::from(need) * denominator
    }
}

impl Solution<i128> {
    fn lengthened(&self) -> Solution<BigInt> {
        let long = |(over, under): &(i128, i128)| (BigInt::from(*over), BigInt::from(*under));
        Solution { amounts: self.amounts.iter().map(long).collect(), rest: self.rest.into() }
    }
}

/// Numerators of one denominator, and that denominator.
fn common(of: &Solution<BigInt>) -> (Vec<BigInt>, BigInt) {
    let mut denominators = of.amounts.iter().map(|(_, under)| under);
    let multiple = denominators
        .try_fold(BigInt::from(1), |multiple, under| common_multiple(&multiple, under))
        .expect("integers of any length hold every result");
    let amounts = of.amounts.iter().map(|(over, under)| over * (&multiple / under)).collect();
    (amounts, multiple * &of.rest)
}

#[expect(clippy::cast_precision_loss, reason = "to the nearest is what is wanted")]
fn float(value: i128) -> f64 {
    value as f64
}

/// `leading x 2^exponent`, for integers too large for a floating number.
struct Float {
    leading: f64,
    exponent: i32,
}

impl Float {
    /// Of an integer that is not negative, to about 2^-53 of itself.
    fn of(value: &BigInt) -> Self {
        let dropped = value.bits().saturating_sub(100);
        let leading = i128::try_from(value >> dropped).expect("a hundred bits were left");
        Self { leading: float(leading), exponent: i32::try_from(dropped).unwrap_or(i32::MAX / 4) }
    }
}

fn given<'a>(system: &'a System, members: &Members, holds: &impl Fn(u32) -> bool) -> Given<'a> {
    let sum = |fixed: &[(u128, crate::system::Node)]| {
        let there = fixed.iter().filter(|(_, when)| holds(when.0));
        there.map(|(amount, _)| amount).sum()
    };
    let group = |group: &super::Group| {
        let quantities = group.quantities.iter().map(|of| {
            let promise = system.matching.promise(*of);
            holds(promise.when.0).then_some(&promise.terms)
        });
        GivenGroup { fixed: sum(&group.fixed), quantities: quantities.collect() }
    };
    Given { plain: sum(&members.plain), groups: members.groups.iter().map(group).collect() }
}

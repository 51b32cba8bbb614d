//! Quantities that match each other: `base + min(cap, rate x max(0, others - floor))`.
//!
//! Members of a *pool* are fixed amounts and quantities, each in force or not as its own
//! expression says, and each of a *group*. What a quantity matches is the sum of all members of
//! the other groups. Expressions may ask whether amounts add up to a need, and so the two feed
//! each other. All of it is monotone: there is a least and a greatest fixpoint, and
//! [`Evaluator`](crate::Evaluator) finds both exactly, in rationals.

mod build;
mod expand;
mod fixpoint;
mod pools;

use crate::system::{Gate, Node};
use std::fmt;
use std::num::NonZero;
use std::ops::Range;

pub(crate) use build::Draft;
pub(crate) use expand::{Expansion, open_sums};
pub(crate) use pools::Pools;

/// An exact amount, in the units in which the amounts of a pool were given.
pub type Exact = num_rational::BigRational;

/// Amounts that look at each other. Equal only within one system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pool(pub(crate) u32);

/// An amount that depends on others. Equal only within one system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(pub(crate) u32);

/// How a quantity follows the sum of the others: `base + min(cap, rate x max(0, others - floor))`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// There whatever the others do.
    pub base: u128,
    /// The most that is added to the base.
    pub cap: u128,
    /// What the others must exceed before anything is added.
    pub floor: u128,
    /// What is added for so much of the others' excess.
    pub rate_numerator: u128,
    /// The excess for which the numerator is added.
    pub rate_denominator: NonZero<u128>,
}

/// "These amounts add up to at least `need`"; all quantities are of one pool.
pub(crate) struct Sum {
    pub need: u128,
    pub inputs: Vec<(u128, Node)>,
    pub quantities: Vec<Quantity>,
}

/// A quantity's place and terms.
pub(crate) struct Promise {
    pub node: Node,
    pub when: Node,
    pub terms: Terms,
    pub pool: u32,
    /// Its group in the pool.
    group: u32,
    /// Its place among the pool's quantities.
    slot: u32,
}

/// Members of a pool, by group.
pub(crate) struct Members {
    /// Amounts of groups without a quantity: which group it is no longer matters.
    plain: Vec<(u128, Node)>,
    groups: Vec<Group>,
    /// What every member rests on, group by group, those without a quantity first.
    rests_on: Vec<Node>,
}

struct Group {
    fixed: Vec<(u128, Node)>,
    quantities: Vec<Quantity>,
    /// Its members in `rests_on`.
    own: Range<usize>,
}

/// All pools of a system and what is asked of them.
#[derive(Default)]
pub(crate) struct Matching {
    pub pools: Vec<Members>,
    pub promises: Vec<Promise>,
    pub sums: Vec<Sum>,
}

impl Matching {
    pub fn promise(&self, quantity: Quantity) -> &Promise {
        &self.promises[quantity.0 as usize]
    }

    /// The k-th node that a sum depends on.
    pub fn child_of_sum(&self, sum: u32, at: usize) -> Option<u32> {
        let sum = &self.sums[sum as usize];
        match at.checked_sub(sum.inputs.len()) {
            None => Some(sum.inputs[at].1.0),
            Some(at) => sum.quantities.get(at).map(|of| self.promise(*of).node.0),
        }
    }

    /// One line for a quantity or a sum.
    pub fn describe(
        &self,
        gate: &Gate,
        index: usize,
        name: impl Fn(Node) -> String,
        out: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        match gate {
            Gate::Quantity(quantity) => {
                let Promise { when, terms, pool, group, .. } = self.promise(Quantity(*quantity));
                let Terms { base, cap, floor, rate_numerator, rate_denominator } = terms;
                let when = name(*when);
                write!(out, "q{quantity} = if {when}: {base} + min({cap}, ")?;
                write!(out, "{rate_numerator}/{rate_denominator} x max(0, others - {floor})), ")?;
                writeln!(
                    out,
                    "group {group} of pool {pool}: {}",
                    self.pools[*pool as usize].told(name)
                )
            }
            Gate::Sum(sum) => {
                let sum = &self.sums[*sum as usize];
                let fixed =
                    sum.inputs.iter().map(|(amount, of)| format!("{amount} x {}", name(*of)));
                let all = fixed.chain(sum.quantities.iter().map(|of| format!("q{}", of.0)));
                let all: Vec<String> = all.collect();
                writeln!(out, "#{index} = at least {} of ({})", sum.need, all.join(", "))
            }
            _ => Ok(()),
        }
    }

    /// The k-th node that a quantity depends on: what it rests on itself, then the others.
    pub fn child_of_quantity(&self, quantity: u32, at: usize) -> Option<u32> {
        let promise = self.promise(Quantity(quantity));
        let Some(at) = at.checked_sub(1) else { return Some(promise.when.0) };
        let members = &self.pools[promise.pool as usize];
        let own = &members.groups[promise.group as usize].own;
        let at = if at < own.start { at } else { at + own.len() };
        members.rests_on.get(at).map(|node| node.0)
    }
}

impl Members {
    /// Of each member the expression that says whether it is in force.
    pub fn in_force_when<'a>(&'a self, matching: &'a Matching) -> impl Iterator<Item = Node> + 'a {
        let promises = self.groups.iter().flat_map(|group| &group.quantities);
        let fixed = self.groups.iter().flat_map(|group| &group.fixed).chain(&self.plain);
        promises.map(|of| matching.promise(*of).when).chain(fixed.map(|(_, when)| *when))
    }

    /// The fixed amounts, those of groups without a quantity last.
    fn told(&self, name: impl Fn(Node) -> String) -> String {
        let part = |fixed: &[(u128, Node)]| {
            let parts = fixed.iter().map(|(amount, when)| format!("{amount} x {}", name(*when)));
            format!("({})", parts.collect::<Vec<_>>().join(", "))
        };
        let groups = self.groups.iter().map(|group| part(&group.fixed));
        groups.chain([part(&self.plain)]).collect::<Vec<_>>().join(" ")
    }
}

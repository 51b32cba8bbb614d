//! Pools in the making.

use super::{Group, Matching, Members, Pool, Promise, Quantity, Sum, Terms};
use crate::builder::SystemBuilder;
use crate::refusal::Refusal;
use crate::system::Node;
use std::collections::BTreeMap;

const SUM_MAX: u128 = i128::MAX.cast_unsigned();

/// Members as they were declared, with their groups.
#[derive(Default)]
pub(crate) struct Draft {
    pub pools: Vec<DraftPool>,
    pub promises: Vec<Promise>,
    pub sums: Vec<Sum>,
}

#[derive(Default)]
pub(crate) struct DraftPool {
    fixed: Vec<(u32, u128, Node)>,
    quantities: Vec<(u32, Quantity)>,
    /// What all members can come to.
    most: u128,
}

impl SystemBuilder {
    /// A pool without members.
    pub fn pool(&mut self) -> Pool {
        let pool = Pool(self.number(self.draft.pools.len()));
        self.draft.pools.push(DraftPool::default());
        pool
    }

    /// Adds an amount that is in the pool when an expression holds.
    ///
    /// # Errors
    /// [`Refusal::WeightsOverflow`] if all that may be in the pool adds up to more than 2^127 - 1.
    pub fn fixed(
        &mut self,
        pool: Pool,
        group: u32,
        amount: u128,
        when: Node,
    ) -> Result<(), Refusal> {
        let pool = &mut self.draft.pools[pool.0 as usize];
        pool.most = sum(pool.most, amount)?;
        pool.fixed.push((group, amount, when));
        Ok(())
    }

    /// Adds a quantity that matches what the other groups have in the pool. It is in the pool when
    /// an expression holds, and is zero otherwise.
    ///
    /// # Errors
    /// [`Refusal::WeightsOverflow`] if all that may be in the pool adds up to more than 2^127 - 1.
    pub fn matching(
        &mut self,
        pool: Pool,
        group: u32,
        terms: Terms,
        when: Node,
    ) -> Result<Quantity, Refusal> {
        let quantity = Quantity(self.number(self.draft.promises.len()));
        let node = self.quantity_node(quantity);
        let members = &mut self.draft.pools[pool.0 as usize];
        members.most = sum(members.most, sum(terms.base, terms.cap)?)?;
        members.quantities.push((group, quantity));
        // Group and slot are known once all members are.
        let promise = Promise { node, when, terms, pool: pool.0, group: 0, slot: 0 };
        self.draft.promises.push(promise);
        Ok(quantity)
    }

    /// The amounts of the inputs that hold, together with quantities of one pool, add up to at
    /// least `need`, exactly.
    ///
    /// # Errors
    /// [`Refusal::WeightsOverflow`] if they can add up to more than 2^127 - 1;
    /// [`Refusal::TwoPools`].
    pub fn sum_at_least(
        &mut self,
        need: u128,
        inputs: &[(u128, Node)],
        quantities: &[Quantity],
    ) -> Result<Node, Refusal> {
        let Some(first) = quantities.first() else {
            return self.weighted_at_least(need, inputs);
        };
        let promise = |quantity: &Quantity| &self.draft.promises[quantity.0 as usize];
        let pool = promise(first).pool;
        let mut most = 0;
        for (amount, _) in inputs {
            most = sum(most, *amount)?;
        }
        for promise in quantities.iter().map(promise) {
            if promise.pool != pool {
                return Err(Refusal::TwoPools);
            }
            most = sum(most, promise.terms.base + promise.terms.cap)?;
        }
        if need == 0 || most < need {
            return Ok(self.constant(need == 0));
        }
        let mut inputs = inputs.to_vec();
        inputs.sort_unstable_by_key(|(amount, node)| (*node, *amount));
        let mut quantities = quantities.to_vec();
        quantities.sort_unstable();
        Ok(self.sum_node(Sum { need, inputs, quantities }))
    }
}

impl Draft {
    /// The finished pools.
    pub fn finish(self) -> Matching {
        let mut promises = self.promises;
        let pools = self.pools.into_iter().map(|pool| pool.finish(&mut promises)).collect();
        Matching { pools, promises, sums: self.sums }
    }
}

impl DraftPool {
    fn finish(self, promises: &mut [Promise]) -> Members {
        type Parts = (Vec<(u128, Node)>, Vec<Quantity>);
        let mut by_group: BTreeMap<u32, Parts> = BTreeMap::new();
        for (group, quantity) in self.quantities {
            by_group.entry(group).or_default().1.push(quantity);
        }
        let mut plain = Vec::new();
        for (group, amount, when) in self.fixed {
            let fixed = by_group.get_mut(&group).map(|(fixed, _)| fixed);
            fixed.unwrap_or(&mut plain).push((amount, when));
        }
        let mut rests_on: Vec<Node> = plain.iter().map(|(_, when)| *when).collect();
        let mut groups: Vec<Group> = Vec::with_capacity(by_group.len());
        let mut slot = 0;
        for (group, (fixed, quantities)) in (0..).zip(by_group.into_values()) {
            let start = rests_on.len();
            rests_on.extend(fixed.iter().map(|(_, when)| *when));
            for quantity in &quantities {
                let promise = &mut promises[quantity.0 as usize];
                (promise.group, promise.slot) = (group, slot);
                rests_on.push(promise.node);
                slot += 1;
            }
            groups.push(Group { fixed, quantities, own: start..rests_on.len() });
        }
        Members { plain, groups, rests_on }
    }
}

fn sum(one: u128, other: u128) -> Result<u128, Refusal> {
    one.checked_add(other).filter(|sum| *sum <= SUM_MAX).ok_or(Refusal::WeightsOverflow)
}

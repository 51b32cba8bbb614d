//! Sums of amounts while changes are followed: which may have changed, and what they come to.

use crate::matching::{Exact, Pools, Quantity};
use crate::system::{Gate, Reading, System};

/// Who looks at a node.
#[derive(Clone, Copy)]
enum Look {
    Sum(usize),
    Pool(u32),
}

struct Sum {
    node: u32,
    /// In the system's list.
    sum: u32,
    layer: u32,
}

const NOBODY: u32 = u32::MAX;

#[derive(Default)]
pub(crate) struct Amounts {
    pools: Pools,
    sums: Vec<Sum>,
    /// By pool.
    sums_of: Vec<Vec<usize>>,
    /// By node: place in the list of looks. Empty where there are no amounts.
    looked_at: Vec<u32>,
    looks: Vec<Vec<Look>>,
    /// Sums that something has changed for, by place.
    stale: Marked,
    /// Of these, so many were doubted in the layer that is settling.
    doubted: usize,
    doubted_in: u32,
    /// Pools that something has changed in since they were settled.
    unsettled: Marked,
    /// Pools that something has changed in since the first supposition.
    touched: Marked,
}

/// Numbers, each once.
#[derive(Default)]
struct Marked {
    list: Vec<usize>,
    is_in: Vec<bool>,
}

impl Marked {
    fn up_to(count: usize) -> Self {
        Self { list: Vec::new(), is_in: vec![false; count] }
    }

    fn add(&mut self, number: usize) {
        if !std::mem::replace(&mut self.is_in[number], true) {
            self.list.push(number);
        }
    }

    fn clear(&mut self) {
        for number in self.list.drain(..) {
            self.is_in[number] = false;
        }
    }
}

impl Amounts {
    pub fn new(system: &System, layers: &[u32], is_inside: impl Fn(usize) -> bool) -> Self {
        let matching = &system.matching;
        if matching.pools.is_empty() {
            return Self::default();
        }
        let mut amounts = Self {
            pools: Pools::new(system),
            sums_of: vec![Vec::new(); matching.pools.len()],
            looked_at: vec![NOBODY; system.gates.len()],
            unsettled: Marked::up_to(matching.pools.len()),
            touched: Marked::up_to(matching.pools.len()),
            ..Self::default()
        };
        let mut wanted = vec![false; matching.pools.len()];
        for (node, gate) in (0..).zip(&system.gates).filter(|(node, _)| is_inside(*node as usize)) {
            match gate {
                Gate::Quantity(of) => wanted[matching.promise(Quantity(*of)).pool as usize] = true,
                Gate::Sum(sum) => {
                    let of = &matching.sums[*sum as usize];
                    let at = amounts.sums.len();
                    let layer = layers[node as usize];
                    amounts.sums.push(Sum { node, sum: *sum, layer });
                    of.inputs.iter().for_each(|(_, input)| amounts.look(input.0, Look::Sum(at)));
                    if let Some(first) = of.quantities.first() {
                        let pool = matching.promise(*first).pool as usize;
                        amounts.sums_of[pool].push(at);
                    }
                }
                Gate::Constant(_)
                | Gate::Literal { .. }
                | Gate::Reference { .. }
                | Gate::Threshold(_) => {}
            }
        }
        for (pool, members) in (0..).zip(&matching.pools) {
            if wanted[pool as usize] {
                for node in members.in_force_when(matching) {
                    amounts.look(node.0, Look::Pool(pool));
                }
                amounts.unsettled.add(pool as usize);
            }
        }
        amounts.stale = Marked::up_to(amounts.sums.len());
        // Amounts that need nothing: found with the first evaluation.
        (0..amounts.sums.len()).for_each(|sum| amounts.stale.add(sum));
        amounts
    }

    fn look(&mut self, node: u32, look: Look) {
        let place = &mut self.looked_at[node as usize];
        if *place == NOBODY {
            *place = u32::try_from(self.looks.len()).expect("no more than nodes");
            self.looks.push(Vec::new());
        }
        self.looks[*place as usize].push(look);
    }

    /// Takes in that a node has changed; whether anybody looks at it.
    pub fn changes(&mut self, node: u32) -> bool {
        let Some(&place) = self.looked_at.get(node as usize) else { return false };
        if place == NOBODY {
            return false;
        }
        for at in 0..self.looks[place as usize].len() {
            match self.looks[place as usize][at] {
                Look::Sum(sum) => self.stale.add(sum),
                Look::Pool(pool) => {
                    let pool = pool as usize;
                    self.unsettled.add(pool);
                    self.touched.add(pool);
                    for sum in &self.sums_of[pool] {
                        self.stale.add(*sum);
                    }
                }
            }
        }
        true
    }

    /// A sum of a layer that something has changed for, each told once.
    pub fn next_in_doubt(&mut self, layer: u32) -> Option<u32> {
        if self.doubted_in != layer {
            (self.doubted_in, self.doubted) = (layer, 0);
        }
        while let Some(&sum) = self.stale.list.get(self.doubted) {
            self.doubted += 1;
            if self.sums[sum].layer == layer {
                return Some(self.sums[sum].node);
            }
        }
        None
    }

    /// Solves the pools again in which something has changed. Gives the sums of a layer that are
    /// founded now and were not.
    pub fn decided(
        &mut self,
        system: &System,
        reading: Reading,
        layer: usize,
        holds: &impl Fn(u32) -> bool,
    ) -> Vec<u32> {
        for at in 0..self.unsettled.list.len() {
            let pool = u32::try_from(self.unsettled.list[at]).expect("numbered in 32 bits");
            self.pools.settle(system, pool, reading, holds);
        }
        self.unsettled.clear();
        let founds = reading == Reading::Least;
        let stale = self.stale.list.iter().map(|sum| &self.sums[*sum]);
        let open = stale.filter(|sum| sum.layer as usize == layer && holds(sum.node) != founds);
        let reaches =
            |sum: &Sum| self.pools.reaches(system, &system.matching.sums[sum.sum as usize], holds);
        open.filter(|sum| reaches(sum) == founds).map(|sum| sum.node).collect()
    }

    /// Everything has settled.
    pub fn rest(&mut self) {
        self.stale.clear();
        (self.doubted, self.doubted_in) = (0, 0);
    }

    /// Suppositions were taken back; `all` of them, or some.
    pub fn taken_back(&mut self, all: bool) {
        for at in 0..self.touched.list.len() {
            self.unsettled.add(self.touched.list[at]);
        }
        if all {
            self.touched.clear();
        }
    }

    /// The amount of a quantity found last; zero before any was.
    pub fn amount(&self, system: &System, quantity: Quantity) -> Exact {
        self.pools.amount(system, quantity)
    }
}

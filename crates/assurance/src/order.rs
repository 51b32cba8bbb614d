//! In which order a diagram decides its leaves. No rule is best everywhere, so several propose
//! and the construction itself chooses among them (`build.rs`).

use crate::modules::Module;

/// How an order is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A walk from the top, to what most gates use first.
    Used,
    /// A walk to what is largest first.
    Large,
    /// A walk to what it has met the largest part of.
    Met,
    /// Drawn together from the walk to what is largest, or to what is shared, first.
    DrawnLarge,
    DrawnShared,
    Weighed,
}

impl Rule {
    /// Whether two rules do well and badly together.
    pub fn is_like(self, other: Self) -> bool {
        let drawn = |rule| matches!(rule, Self::DrawnLarge | Self::DrawnShared);
        let near = |rule| matches!(rule, Self::Used | Self::Met);
        drawn(self) && drawn(other) || near(self) && near(other)
    }

    /// The order: each leaf once, the first decided first. `None` where finding it takes seconds.
    pub fn order(self, module: &Module) -> Option<Vec<u32>> {
        const PASSES_MAX: usize = 100_000_000;
        let graph = Graph::of(module);
        let large = |node: usize| -graph.size[node];
        let shared = |node: usize| graph.size[node] - 1000.0 * graph.uses[node];
        let passes = module.leaves.len() * module.inputs.len();
        let widths =
            || module.gates.iter().map(|gate| (gate.length as usize).pow(2)).sum::<usize>();
        Some(match self {
            Self::Used => graph.walk(|node| -graph.uses[node]),
            Self::Large => graph.walk(large),
            Self::Met if passes.max(widths()) > PASSES_MAX => return None,
            Self::Met => graph.met(),
            Self::DrawnLarge => graph.drawn_together(&graph.walk(large)),
            Self::DrawnShared => graph.drawn_together(&graph.walk(shared)),
            Self::Weighed if passes > PASSES_MAX => return None,
            Self::Weighed => graph.weighed(),
        })
    }
}

struct Graph<'a> {
    module: &'a Module,
    /// Leaves below each node, counted once for each way down.
    size: Vec<f64>,
    uses: Vec<f64>,
}

impl<'a> Graph<'a> {
    fn of(module: &'a Module) -> Self {
        let mut size = vec![1.0; module.leaves.len()];
        for gate in &module.gates {
            let inputs = module.inputs_of(gate).iter();
            size.push(inputs.map(|input| size[(input >> 1) as usize]).sum());
        }
        let uses = module.uses().into_iter().map(f64::from).collect();
        Self { module, size, uses }
    }

    fn top(&self) -> u32 {
        u32::try_from(self.size.len() - 1).expect("nodes are numbered in 32 bits")
    }

    /// Leaves as a walk from the top meets them; of the inputs of a gate, the lowest key first.
    fn walk(&self, key: impl Fn(usize) -> f64) -> Vec<u32> {
        let mut seen = vec![false; self.size.len()];
        let mut order = Vec::with_capacity(self.module.leaves.len());
        let mut open = vec![self.top()];
        let mut inputs: Vec<u32> = Vec::new();
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut seen[node as usize], true) {
                continue;
            }
            let Some(gate) = self.module.gate_of(node) else {
                order.push(node);
                continue;
            };
            let of = self.module.inputs_of(&self.module.gates[gate]).iter();
            inputs.extend(of.map(|input| input >> 1).filter(|node| !seen[*node as usize]));
            // The stack turns the order round.
            inputs.sort_by(|one, other| key(*other as usize).total_cmp(&key(*one as usize)));
            open.append(&mut inputs);
        }
        order
    }

    /// Leaves as a walk from the top meets them that goes on, of the inputs of a gate, with the one
    /// of whose leaves it has met the largest part; of several, with the smallest.
    fn met(&self) -> Vec<u32> {
        let (module, leaves) = (self.module, self.module.leaves.len());
        let mut inside = vec![false; self.size.len()];
        let mut count = |counts: &mut [f64], leaf: usize| {
            inside[..leaves].fill(false);
            inside[leaf] = true;
            for (at, gate) in module.gates.iter().enumerate() {
                let mut inputs = module.inputs_of(gate).iter();
                inside[leaves + at] = inputs.any(|input| inside[(input >> 1) as usize]);
            }
            let counted = counts.iter_mut().zip(&inside).filter(|(_, inside)| **inside);
            counted.for_each(|(count, _)| *count += 1.0);
        };
        let mut below = vec![0.0f64; self.size.len()];
        (0..leaves).for_each(|leaf| count(&mut below, leaf));
        let mut met = vec![0.0f64; self.size.len()];
        let mut seen = vec![false; self.size.len()];
        let mut order = Vec::with_capacity(leaves);
        // What is left of each gate that the walk is in.
        let mut open = vec![vec![self.top()]];
        while let Some(inputs) = open.last_mut() {
            inputs.retain(|node| !seen[*node as usize]);
            let part = |node: usize| met[node] / below[node];
            let nearer = |(_, one): &(usize, &u32), (_, other): &(usize, &u32)| {
                let (one, other) = (**one as usize, **other as usize);
                let by_size = self.size[other].total_cmp(&self.size[one]);
                part(one).total_cmp(&part(other)).then(by_size)
            };
            let Some((at, _)) = inputs.iter().enumerate().max_by(nearer) else {
                open.pop();
                continue;
            };
            let node = inputs.remove(at);
            seen[node as usize] = true;
            match module.gate_of(node) {
                Some(gate) => {
                    let inputs = module.inputs_of(&module.gates[gate]).iter();
                    open.push(inputs.map(|input| input >> 1).collect());
                }
                None => {
                    order.push(node);
                    count(&mut met, node as usize);
                }
            }
        }
        order
    }

    /// The top passes a weight of 1 down, shared equally among inputs; the heaviest leaf is
    /// decided first and taken out, and again (Minato, Ishiura and Yajima 1990).
    fn weighed(&self) -> Vec<u32> {
        let (module, leaves) = (self.module, self.module.leaves.len());
        let mut left: Vec<u32> = self.walk(|_| 0.0);
        let mut live: Vec<u32> = module.gates.iter().map(|gate| gate.length).collect();
        let mut users: Vec<Vec<u32>> = vec![Vec::new(); self.size.len()];
        for (gate, of) in (0u32..).zip(&module.gates) {
            for input in module.inputs_of(of) {
                users[(input >> 1) as usize].push(gate);
            }
        }
        let mut dead = vec![false; self.size.len()];
        let mut weight = vec![0.0f64; self.size.len()];
        let mut order = Vec::with_capacity(leaves);
        while !left.is_empty() {
            weight.fill(0.0);
            weight[self.top() as usize] = 1.0;
            for (at, gate) in module.gates.iter().enumerate().rev() {
                let share = weight[leaves + at] / f64::from(live[at].max(1));
                if share > 0.0 {
                    for input in module.inputs_of(gate) {
                        weight[(input >> 1) as usize] += share;
                    }
                }
            }
            let mut best = 0;
            for (at, leaf) in left.iter().enumerate() {
                if weight[*leaf as usize] > weight[left[best] as usize] {
                    best = at;
                }
            }
            let leaf = left.remove(best);
            order.push(leaf);
            // What has no input left passes nothing on.
            let mut open = vec![leaf];
            while let Some(node) = open.pop() {
                dead[node as usize] = true;
                for &gate in &users[node as usize] {
                    live[gate as usize] -= 1;
                    if live[gate as usize] == 0 {
                        open.push(
                            gate + u32::try_from(leaves).expect("nodes are numbered in 32 bits"),
                        );
                    }
                }
            }
        }
        order
    }

    /// Each gate draws its inputs, and its inputs draw it, to their centre of gravity, until the
    /// spans get no shorter (FORCE, Aloul, Markov and Sakallah 2003). The gates stand in the
    /// order, too, but are left out in the end.
    fn drawn_together(&self, start: &[u32]) -> Vec<u32> {
        const ROUNDS_MAX: usize = 60;
        const PATIENCE: usize = 8;
        let leaves = self.module.leaves.len();
        let mut place = self.beside(start);
        let mut best = (f64::INFINITY, place.clone());
        let mut patience = PATIENCE;
        let mut pull = vec![(0.0f64, 0.0f64); place.len()];
        let mut sorted: Vec<u32> = (0..).take(place.len()).collect();
        for _ in 0..ROUNDS_MAX {
            pull.fill((0.0, 0.0));
            let mut spans = 0.0;
            for (at, gate) in self.module.gates.iter().enumerate() {
                let inputs = self.module.inputs_of(gate);
                let own = place[leaves + at];
                let (mut sum, mut low, mut high) = (own, own, own);
                for input in inputs {
                    let here = place[(input >> 1) as usize];
                    sum += here;
                    low = low.min(here);
                    high = high.max(here);
                }
                spans += high - low;
                let centre = sum / f64::from(gate.length + 1);
                let members = inputs.iter().map(|input| (input >> 1) as usize);
                for member in members.chain([leaves + at]) {
                    pull[member].0 += centre;
                    pull[member].1 += 1.0;
                }
            }
            if spans < best.0 {
                best = (spans, place.clone());
                patience = PATIENCE;
            } else if patience == 0 {
                break;
            } else {
                patience -= 1;
            }
            let goal = |node: u32| pull[node as usize].0 / pull[node as usize].1;
            sorted.sort_by(|one, other| goal(*one).total_cmp(&goal(*other)));
            for (at, node) in sorted.iter().enumerate() {
                place[*node as usize] = at as f64;
            }
        }
        let mut order = start.to_vec();
        order.sort_by(|one, other| best.1[*one as usize].total_cmp(&best.1[*other as usize]));
        order
    }

    /// Places for all nodes: leaves in a given order, each gate right before its first leaf.
    fn beside(&self, start: &[u32]) -> Vec<f64> {
        let leaves = self.module.leaves.len();
        let mut first = vec![0u32; leaves];
        for (at, leaf) in (0u32..).zip(start) {
            first[*leaf as usize] = at;
        }
        for gate in &self.module.gates {
            let inputs = self.module.inputs_of(gate).iter();
            first.push(inputs.map(|input| first[(input >> 1) as usize]).min().unwrap_or(0));
        }
        let mut sorted: Vec<usize> = (0..first.len()).collect();
        // Of nodes at one place, the one that stands highest comes first.
        sorted.sort_by_key(|node| (first[*node], std::cmp::Reverse(*node)));
        let mut place = vec![0.0; first.len()];
        for (at, node) in sorted.into_iter().enumerate() {
            place[node] = at as f64;
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::Rule;
    use crate::circuit::{Asks, Gate};
    use crate::modules::{Leaf, Module};

    /// A module of conjunctions; each gate is a list of nodes, leaves first.
    fn module(leaves: u32, gates: &[&[u32]]) -> Module {
        let mut module = Module {
            leaves: (0..leaves).map(Leaf::Own).collect(),
            gates: Vec::new(),
            inputs: Vec::new(),
            weights: Vec::new(),
        };
        for inputs in gates {
            let start = u32::try_from(module.inputs.len()).expect("few");
            let length = u32::try_from(inputs.len()).expect("few");
            module.inputs.extend(inputs.iter().map(|node| node << 1));
            module.gates.push(Gate { start, length, asks: Asks::All });
        }
        module
    }

    #[test]
    fn a_walk_that_stays_near_goes_on_with_what_it_has_met_the_largest_part_of() {
        // Of three pairs the first shares a leaf with the last, where the walk begins.
        let pairs = module(5, &[&[0, 1], &[2, 3], &[1, 4], &[5, 6, 7]]);
        assert_eq!(Rule::Met.order(&pairs), Some(vec![4, 1, 0, 3, 2]));
        // Nothing met yet: the smallest first; then the half of four, before the third of three.
        let sizes = module(8, &[&[0, 1, 2, 3], &[4, 5, 6], &[2, 3, 4], &[7, 4], &[8, 9, 10, 11]]);
        assert_eq!(Rule::Met.order(&sizes), Some(vec![4, 7, 3, 2, 1, 0, 6, 5]));
    }

    #[test]
    fn every_rule_gives_each_leaf_once() {
        let small = module(6, &[&[0, 3], &[1, 3, 6], &[2, 5, 4], &[7, 8, 6]]);
        let alone = module(1, &[&[0]]);
        for rule in
            [Rule::Used, Rule::Large, Rule::Met, Rule::DrawnLarge, Rule::DrawnShared, Rule::Weighed]
        {
            for module in [&small, &alone] {
                let mut order = rule.order(module).expect("small");
                order.sort_unstable();
                let all: Vec<u32> = (0..).take(module.leaves.len()).collect();
                assert_eq!(order, all, "{rule:?}");
            }
        }
    }

    #[test]
    fn an_order_that_would_take_seconds_is_not_looked_for() {
        let wide: Vec<u32> = (0..10_001).collect();
        let wide = module(10_001, &[&wide]);
        assert_eq!(Rule::Met.order(&wide), None);
        assert_eq!(Rule::Weighed.order(&wide), None);
        assert!(Rule::Used.order(&wide).is_some());
    }
}

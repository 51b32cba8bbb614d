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
    /// Drawn together from the walk to what is largest, or to what is shared, first.
    DrawnLarge,
    DrawnShared,
    Weighed,
}

impl Rule {
    /// Whether two rules do well and badly together.
    pub fn is_like(self, other: Self) -> bool {
        let drawn = |rule| matches!(rule, Self::DrawnLarge | Self::DrawnShared);
        drawn(self) && drawn(other)
    }

    /// The order: each leaf once, the first decided first. `None` where finding it takes seconds.
    pub fn order(self, module: &Module) -> Option<Vec<u32>> {
        const WEIGHED_MAX: usize = 100_000_000;
        let graph = Graph::of(module);
        let large = |node: usize| -graph.size[node];
        let shared = |node: usize| graph.size[node] - 1000.0 * graph.uses[node];
        Some(match self {
            Self::Used => graph.walk(|node| -graph.uses[node]),
            Self::Large => graph.walk(large),
            Self::DrawnLarge => graph.drawn_together(&graph.walk(large)),
            Self::DrawnShared => graph.drawn_together(&graph.walk(shared)),
            Self::Weighed if module.leaves.len() * module.inputs.len() > WEIGHED_MAX => {
                return None;
            }
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

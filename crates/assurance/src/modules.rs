//! Cuts a circuit into modules: gates whose leaves nobody else uses, so that each can be compiled
//! on its own and stands for a single leaf in the module above (Dutuit and Rauzy 1996).

use std::collections::HashMap;

use crate::circuit::{Asks, Circuit, Gate, Wire, number};
use crate::family::Signs;
use crate::system::UNIT;

/// What a module decides on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// A leaf of the circuit, counted from 0.
    Own(u32),
    /// Another module, which stands before this one.
    Module(u32),
}

/// A gate with everything below it down to the modules it uses. Nodes are numbered anew, as in a
/// circuit but without the constant: leaves first, in the order a walk from the top meets them,
/// then gates, inputs first, the module's own gate last.
#[derive(Debug)]
pub(crate) struct Module {
    pub leaves: Vec<Leaf>,
    pub gates: Vec<Gate>,
    pub inputs: Vec<Wire>,
    pub weights: Vec<u128>,
}

impl Module {
    /// The gate a node is; `None` for leaves.
    pub fn gate_of(&self, node: u32) -> Option<usize> {
        (node as usize).checked_sub(self.leaves.len())
    }

    pub fn inputs_of(&self, gate: &Gate) -> &[Wire] {
        &self.inputs[gate.start as usize..(gate.start + gate.length) as usize]
    }

    /// The weight at a place of a gate whose weights start there.
    pub fn weight(&self, weights: u32, at: usize) -> u128 {
        if weights == UNIT { 1 } else { self.weights[weights as usize + at] }
    }

    /// The value of the module's gate. `values` is by leaf, and takes those of the gates.
    pub fn value(&self, mut values: Vec<bool>) -> bool {
        for gate in &self.gates {
            let holds = |input: &Wire| values[(input >> 1) as usize] ^ (input & 1 == 1);
            let inputs = self.inputs_of(gate);
            let value = match gate.asks {
                Asks::All => inputs.iter().all(holds),
                Asks::AtLeast { need, weights } => {
                    let held = inputs.iter().enumerate().filter(|(_, input)| holds(input));
                    held.map(|(at, _)| self.weight(weights, at)).sum::<u128>() >= need
                }
            };
            values.push(value);
        }
        values.pop().unwrap_or(true)
    }

    /// How the module's gate mentions each leaf.
    pub fn signs(&self) -> Vec<Signs> {
        let mut signs = vec![Signs::default(); self.leaves.len() + self.gates.len()];
        if let Some(top) = signs.last_mut() {
            *top = Signs::PLAIN;
        }
        for (at, gate) in self.gates.iter().enumerate().rev() {
            let here = signs[self.leaves.len() + at];
            for input in self.inputs_of(gate) {
                signs[(input >> 1) as usize].add(here.under(input & 1 == 1));
            }
        }
        signs.truncate(self.leaves.len());
        signs
    }

    /// How many gates have each node as an input.
    pub fn uses(&self) -> Vec<u32> {
        let mut uses = vec![0; self.leaves.len() + self.gates.len()];
        self.inputs.iter().for_each(|input| uses[(input >> 1) as usize] += 1);
        uses
    }
}

/// The modules of a circuit, those that are used before those that use them; the last one is the
/// top, as it is or complemented.
pub(crate) fn modules(circuit: &Circuit) -> (Vec<Module>, bool) {
    let top = circuit.top >> 1;
    if circuit.gate_of(top).is_none() {
        // "All of the one leaf", or "all of none".
        let leaves: Vec<Leaf> = top.checked_sub(1).map(Leaf::Own).into_iter().collect();
        let gate = Gate { start: 0, length: number(leaves.len()), asks: Asks::All };
        let inputs = vec![0; leaves.len()];
        let alone = Module { leaves, gates: vec![gate], inputs, weights: Vec::new() };
        return (vec![alone], circuit.top & 1 == 1);
    }
    let circuit = grouped(circuit);
    let visits = Visits::of(&circuit);
    let top = circuit.top >> 1;
    let mut place = vec![None; circuit.leaves + 1 + circuit.gates.len()];
    let mut modules = Vec::new();
    for gate in 0..circuit.gates.len() {
        let node = number(circuit.leaves + 1 + gate);
        if node == top || visits.is_module(node) {
            let module = extract(&circuit, node, &place);
            place[node as usize] = Some(number(modules.len()));
            modules.push(module);
        }
    }
    (modules, circuit.top & 1 == 1)
}

/// When a walk from the top comes to each node: by node, in steps from 1; 0 for never.
struct Visits {
    first: Vec<u32>,
    /// When the walk is done with what is below.
    left: Vec<u32>,
    /// First and last visit to anything below the node, itself not included.
    below: Vec<(u32, u32)>,
    last: Vec<u32>,
}

impl Visits {
    fn of(circuit: &Circuit) -> Self {
        let count = circuit.leaves + 1 + circuit.gates.len();
        let mut visits = Self {
            first: vec![0; count],
            left: vec![0; count],
            below: vec![(u32::MAX, 0); count],
            last: vec![0; count],
        };
        let mut time = 0;
        let mut open: Vec<(u32, usize)> = vec![(circuit.top >> 1, 0)];
        while let Some((node, at)) = open.last_mut() {
            let here = *node as usize;
            if *at == 0 {
                time += 1;
                visits.last[here] = time;
                if visits.first[here] > 0 {
                    open.pop();
                    continue;
                }
                visits.first[here] = time;
            }
            let gate = circuit.gate_of(*node).map(|gate| &circuit.gates[gate]);
            if let Some(input) = gate.and_then(|gate| circuit.inputs_of(gate).get(*at)) {
                *at += 1;
                open.push((input >> 1, 0));
                continue;
            }
            time += 1;
            visits.left[here] = time;
            visits.last[here] = time;
            open.pop();
        }
        for (at, gate) in circuit.gates.iter().enumerate() {
            let spans = circuit.inputs_of(gate).iter().map(|input| visits.span(input >> 1));
            visits.below[circuit.leaves + 1 + at] =
                spans.fold((u32::MAX, 0), |all, one| (all.0.min(one.0), all.1.max(one.1)));
        }
        visits
    }

    /// First and last visit to the node or anything below it.
    fn span(&self, node: u32) -> (u32, u32) {
        let node = node as usize;
        (self.first[node].min(self.below[node].0), self.last[node].max(self.below[node].1))
    }

    fn is_inside(&self, gate: u32, span: (u32, u32)) -> bool {
        self.first[gate as usize] < span.0 && span.1 < self.left[gate as usize]
    }

    fn is_module(&self, gate: u32) -> bool {
        self.first[gate as usize] > 0 && self.is_inside(gate, self.below[gate as usize])
    }
}

/// Gives inputs of a conjunction that share something with each other and with nothing else a
/// gate of their own, which is then a module.
fn grouped(circuit: &Circuit) -> Circuit {
    let visits = Visits::of(circuit);
    circuit.remade_with(&circuit.uses(), |maker, node, inputs, new| {
        let mut parts = Vec::with_capacity(inputs.len());
        for (group, alone) in groups(&visits, node, inputs) {
            let mut group: Vec<Wire> = group.iter().map(new).collect();
            if alone && group.len() < inputs.len() {
                parts.push(maker.all(group));
            } else {
                parts.append(&mut group);
            }
        }
        parts
    })
}

/// The inputs of a gate, put together where their spans overlap, and whether such a group shares
/// nothing with the rest of the circuit.
fn groups(visits: &Visits, gate: u32, inputs: &[Wire]) -> Vec<(Vec<Wire>, bool)> {
    let mut spans: Vec<((u32, u32), Wire)> =
        inputs.iter().map(|input| (visits.span(input >> 1), *input)).collect();
    spans.sort_unstable();
    let mut groups: Vec<((u32, u32), Vec<Wire>)> = Vec::new();
    for (span, input) in spans {
        match groups.last_mut() {
            Some((all, group)) if span.0 <= all.1 => {
                all.1 = all.1.max(span.1);
                group.push(input);
            }
            _ => groups.push((span, vec![input])),
        }
    }
    groups.into_iter().map(|(span, group)| (group, visits.is_inside(gate, span))).collect()
}

/// Copies what belongs to one module. `place`: which nodes are modules, and the how manyeth.
fn extract(circuit: &Circuit, top: u32, place: &[Option<u32>]) -> Module {
    let mut module =
        Module { leaves: Vec::new(), gates: Vec::new(), inputs: Vec::new(), weights: Vec::new() };
    let mut known: HashMap<u32, u32> = HashMap::new();
    let mut gates: Vec<u32> = Vec::new();
    let mut open: Vec<(u32, usize)> = vec![(top, 0)];
    while let Some((node, at)) = open.last_mut() {
        let gate =
            circuit.gate_of(*node).filter(|_| *node == top || place[*node as usize].is_none());
        let Some(gate) = gate else {
            let leaf = place[*node as usize].map_or(Leaf::Own(*node - 1), Leaf::Module);
            known.insert(*node, number(module.leaves.len()));
            module.leaves.push(leaf);
            open.pop();
            continue;
        };
        let inputs = circuit.inputs_of(&circuit.gates[gate]);
        let missing = inputs[*at..].iter().position(|input| !known.contains_key(&(input >> 1)));
        if let Some(next) = missing {
            *at += next + 1;
            let input = inputs[*at - 1];
            open.push((input >> 1, 0));
            continue;
        }
        known.insert(*node, number(gates.len()));
        gates.push(*node);
        open.pop();
    }
    let leaves = number(module.leaves.len());
    for node in gates {
        let gate = circuit.gates[node as usize - circuit.leaves - 1];
        let start = number(module.inputs.len());
        for input in circuit.inputs_of(&gate) {
            let below = input >> 1;
            let is_gate = circuit.gate_of(below).is_some() && place[below as usize].is_none();
            let node = known[&below] + if is_gate { leaves } else { 0 };
            module.inputs.push(node << 1 | input & 1);
        }
        let asks = match gate.asks {
            Asks::AtLeast { need, weights } if weights != UNIT => {
                let from = weights as usize;
                let start = number(module.weights.len());
                module.weights.extend(&circuit.weights[from..from + gate.length as usize]);
                Asks::AtLeast { need, weights: start }
            }
            asks => asks,
        };
        module.gates.push(Gate { start, length: gate.length, asks });
    }
    module
}

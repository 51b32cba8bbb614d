//! What one node of a system means when no definition depends on itself: conjunctions and
//! thresholds over leaves, with "not" on the wires.

use std::collections::HashMap;

use crate::system::UNIT;

/// A node of a circuit, shifted left by one; the lowest bit set means "not".
pub(crate) type Wire = u32;

/// Node 0 is the constant.
pub(crate) const ALWAYS: Wire = 0;
pub(crate) const NEVER: Wire = 1;

/// An index as it is stored.
pub(crate) fn number(index: usize) -> u32 {
    u32::try_from(index).expect("a circuit has fewer than 2^31 nodes: import refuses more")
}

/// Gates over leaves. After the constant come the leaves, then the gates, inputs first.
#[derive(Debug, Clone)]
pub(crate) struct Circuit {
    pub leaves: usize,
    pub gates: Vec<Gate>,
    pub inputs: Vec<Wire>,
    pub weights: Vec<u128>,
    pub top: Wire,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Gate {
    pub start: u32,
    pub length: u32,
    pub asks: Asks,
}

/// When a gate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// All of its inputs hold.
    All,
    /// The weights of those that hold reach `need`. They start at `weights`; `UNIT`: all are 1.
    AtLeast { need: u128, weights: u32 },
}

impl Circuit {
    /// The gate a node is; `None` for the constant and for leaves.
    pub fn gate_of(&self, node: u32) -> Option<usize> {
        (node as usize).checked_sub(self.leaves + 1)
    }

    pub fn inputs_of(&self, gate: &Gate) -> &[Wire] {
        &self.inputs[gate.start as usize..(gate.start + gate.length) as usize]
    }

    /// The weight at a place of a gate whose weights start there.
    pub fn weight(&self, weights: u32, at: usize) -> u128 {
        if weights == UNIT { 1 } else { self.weights[weights as usize + at] }
    }

    /// How many gates have each node as an input, counting only gates that lead to the top.
    pub fn uses(&self) -> Vec<u32> {
        let mut uses = vec![0u32; self.leaves + 1 + self.gates.len()];
        uses[(self.top >> 1) as usize] = 1;
        for (at, gate) in self.gates.iter().enumerate().rev() {
            if uses[self.leaves + 1 + at] > 0 {
                for input in self.inputs_of(gate) {
                    uses[(input >> 1) as usize] += 1;
                }
            }
        }
        uses
    }

    /// The same with constants taken in, equal gates united, and conjunctions that only another
    /// conjunction uses made part of it; until nothing changes.
    pub fn simplified(self) -> Self {
        const ROUNDS_MAX: usize = 8;
        let mut circuit = self;
        for _ in 0..ROUNDS_MAX {
            let size = (circuit.gates.len(), circuit.inputs.len());
            circuit = circuit.remade();
            if (circuit.gates.len(), circuit.inputs.len()) == size {
                break;
            }
        }
        circuit
    }

    fn remade(&self) -> Self {
        let uses = self.uses();
        self.remade_with(&uses, |maker, _, inputs, new| {
            let mut parts = Vec::with_capacity(inputs.len());
            for input in inputs {
                match maker.conjunction(new(input)) {
                    Some(of) if input & 1 == 0 && uses[(input >> 1) as usize] == 1 => {
                        parts.extend_from_slice(of);
                    }
                    _ => parts.push(new(input)),
                }
            }
            parts
        })
    }

    /// The same put together anew, gate by gate, from what leads to the top. `parts` says what a
    /// conjunction is made of: given its node, its inputs, and what each input has become.
    pub fn remade_with(
        &self,
        uses: &[u32],
        mut parts: impl FnMut(&mut Maker, u32, &[Wire], &dyn Fn(&Wire) -> Wire) -> Vec<Wire>,
    ) -> Self {
        let mut maker = Maker::new(self.leaves);
        let mut wires: Vec<Wire> = (0..=number(self.leaves)).map(|node| node << 1).collect();
        for (at, gate) in self.gates.iter().enumerate() {
            let node = self.leaves + 1 + at;
            let new = |wire: &Wire| wires[(wire >> 1) as usize] ^ (wire & 1);
            let inputs = self.inputs_of(gate);
            let wire = match gate.asks {
                _ if uses[node] == 0 => NEVER,
                Asks::All => {
                    let parts = parts(&mut maker, number(node), inputs, &new);
                    maker.all(parts)
                }
                Asks::AtLeast { need, weights } => {
                    let pair = |(at, wire)| (self.weight(weights, at), new(wire));
                    maker.at_least(need, inputs.iter().enumerate().map(pair).collect())
                }
            };
            wires.push(wire);
        }
        maker.finish(wires[(self.top >> 1) as usize] ^ (self.top & 1))
    }
}

/// What makes two gates the same: `None` and the inputs of a conjunction, or need and weights.
type Key = (Option<(u128, Box<[u128]>)>, Box<[Wire]>);

/// Puts a circuit together from the leaves up.
pub(crate) struct Maker {
    circuit: Circuit,
    made: HashMap<Key, Wire>,
}

impl Maker {
    /// A circuit with that many leaves: nodes 1, 2 and so on.
    pub fn new(leaves: usize) -> Self {
        let circuit = Circuit {
            leaves,
            gates: Vec::new(),
            inputs: Vec::new(),
            weights: Vec::new(),
            top: NEVER,
        };
        Self { circuit, made: HashMap::new() }
    }

    pub fn finish(self, top: Wire) -> Circuit {
        Circuit { top, ..self.circuit }
    }

    /// The parts of a wire that is a plain conjunction.
    fn conjunction(&self, wire: Wire) -> Option<&[Wire]> {
        let gate = &self.circuit.gates[self.circuit.gate_of(wire >> 1)?];
        (wire & 1 == 0 && gate.asks == Asks::All).then(|| self.circuit.inputs_of(gate))
    }

    /// All of the inputs hold.
    pub fn all(&mut self, mut inputs: Vec<Wire>) -> Wire {
        inputs.sort_unstable();
        inputs.dedup();
        if inputs.first() == Some(&ALWAYS) {
            inputs.remove(0);
        }
        let contradicts = |pair: &[Wire]| pair[0] ^ 1 == pair[1];
        if inputs.first() == Some(&NEVER) || inputs.windows(2).any(contradicts) {
            return NEVER;
        }
        match inputs.as_slice() {
            [] => ALWAYS,
            [only] => *only,
            _ => self.make(None, inputs),
        }
    }

    /// The weights of the inputs that hold reach `need`. They add up to less than 2^127.
    pub fn at_least(&mut self, need: u128, pairs: Vec<(u128, Wire)>) -> Wire {
        let (need, mut pairs) = without_constants(need, pairs);
        let total: u128 = pairs.iter().map(|(weight, _)| weight).sum();
        if need == 0 || total < need {
            return if need == 0 { ALWAYS } else { NEVER };
        }
        for (weight, _) in &mut pairs {
            *weight = (*weight).min(need);
        }
        let total: u128 = pairs.iter().map(|(weight, _)| weight).sum();
        let least = pairs.iter().map(|(weight, _)| *weight).min().unwrap_or(0);
        if total - least < need {
            return self.all(pairs.into_iter().map(|(_, wire)| wire).collect());
        }
        if least >= need {
            return self.all(pairs.into_iter().map(|(_, wire)| wire ^ 1).collect()) ^ 1;
        }
        // Of a gate and the gate that says it fails, one is made: that whose first input is plain.
        let flip = pairs.first().map_or(0, |(_, wire)| wire & 1);
        let need = if flip == 1 { total + 1 - need } else { need };
        let (weights, inputs): (Vec<u128>, Vec<Wire>) =
            pairs.into_iter().map(|(weight, wire)| (weight.min(need), wire ^ flip)).unzip();
        self.make(Some((need, weights.into_boxed_slice())), inputs) ^ flip
    }

    fn make(&mut self, asks: Option<(u128, Box<[u128]>)>, inputs: Vec<Wire>) -> Wire {
        let key = (asks, inputs.into_boxed_slice());
        if let Some(&known) = self.made.get(&key) {
            return known;
        }
        let circuit = &mut self.circuit;
        let asks = match &key.0 {
            None => Asks::All,
            Some((need, weights)) if weights.iter().all(|weight| *weight == 1) => {
                Asks::AtLeast { need: *need, weights: UNIT }
            }
            Some((need, weights)) => {
                let start = number(circuit.weights.len());
                circuit.weights.extend_from_slice(weights);
                Asks::AtLeast { need: *need, weights: start }
            }
        };
        let start = number(circuit.inputs.len());
        let gate = Gate { start, length: number(key.1.len()), asks };
        circuit.inputs.extend_from_slice(&key.1);
        let wire = number(circuit.leaves + 1 + circuit.gates.len()) << 1;
        circuit.gates.push(gate);
        self.made.insert(key, wire);
        wire
    }
}

/// Constants, repeated inputs and complementary pairs taken into the need; the rest by node.
fn without_constants(need: u128, pairs: Vec<(u128, Wire)>) -> (u128, Vec<(u128, Wire)>) {
    let mut need = need;
    let mut sorted = pairs;
    sorted.sort_unstable_by_key(|(_, wire)| *wire);
    let mut kept: Vec<(u128, Wire)> = Vec::with_capacity(sorted.len());
    for (weight, wire) in sorted {
        match kept.last_mut() {
            _ if wire == ALWAYS => need = need.saturating_sub(weight),
            _ if wire == NEVER => {}
            Some((before, last)) if *last == wire => *before += weight,
            Some((before, last)) if *last ^ 1 == wire => {
                // One of the two always holds, so the smaller weight is always there.
                let sure = weight.min(*before);
                need = need.saturating_sub(sure);
                let rest =
                    if *before > sure { (*before - sure, *last) } else { (weight - sure, wire) };
                kept.pop();
                if rest.0 > 0 {
                    kept.push(rest);
                }
            }
            _ => kept.push((weight, wire)),
        }
    }
    (need, kept)
}

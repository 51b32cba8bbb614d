//! Following differences: what becomes of all gates when a few leaves change.
//!
//! Only one side of every node is *founded*: under the least reading what holds, under the greatest
//! what fails. It is founded because enough of its inputs were before it was, so founded nodes have
//! an order, and no circle founds itself. Each gate keeps two sums: of all inputs that are founded,
//! and of those among them that came before it. When an input falls, a gate stands as long as the
//! second sum suffices. If it does not, the gate falls, too, and what fell and has enough inputs
//! after all is founded again, later than before. Either way only what may change is looked at.
//!
//! The order is that of components, then that in which they were founded, so a gate that is in no
//! circle has all its inputs before it, and falls only if it must.

use std::sync::Arc;

use crate::amounts::Amounts;
use crate::evaluator::Bias;
use crate::matching::{Exact, Quantity};
use crate::system::{Gate, Reading, System};
use crate::wiring::{NOWHERE, Weight, Wired, Wiring};

/// All that is known of a node.
#[derive(Clone, Copy)]
struct State<N> {
    /// Weights of the inputs that are founded.
    sum: N,
    /// Of these, those that came before this node; of no meaning where it is not founded.
    before: N,
    need: N,
    /// When it was founded, for nodes of one component.
    since: u64,
    /// The supposition under which it was noted last.
    noted: u64,
    founded: bool,
    /// Whether it is looked at at all.
    inside: bool,
}

/// A change of a variable that is only supposed, and where what it changed starts.
struct Supposed {
    variable: usize,
    value: bool,
    trail: usize,
}

/// What is asked of it, whatever the integers that it counts in.
pub(crate) trait Follow: Send {
    /// From what was last evaluated, all suppositions dropped, to these values.
    fn evaluate(
        &mut self,
        system: &System,
        given: &mut dyn FnMut(usize) -> Option<bool>,
        open: Option<Bias>,
    );
    /// What was last evaluated, these changes supposed.
    fn suppose(&mut self, system: &System, changes: &mut dyn Iterator<Item = (usize, bool)>);
    fn holds(&self, node: u32) -> bool;
    fn amount(&self, system: &System, quantity: Quantity) -> Exact;
}

/// Ready to follow changes of the nodes that are inside; nothing is evaluated yet.
pub(crate) fn follow(
    system: &System,
    reading: Reading,
    inside: Option<&[bool]>,
) -> Box<dyn Follow> {
    match system.wired() {
        Wired::Short(wiring) => {
            Box::new(Following::new(system, Arc::clone(wiring), reading, inside))
        }
        Wired::Long(wiring) => {
            Box::new(Following::new(system, Arc::clone(wiring), reading, inside))
        }
    }
}

struct Following<N> {
    wiring: Arc<Wiring<N>>,
    reading: Reading,
    /// What open variables count as; `None` where all are given.
    open: Option<Bias>,
    states: Vec<State<N>>,
    /// The layer that is settling.
    layer: u32,
    /// Nodes that have just fallen, or been founded; those before the place are done with.
    falling: Vec<u32>,
    rising: Vec<u32>,
    /// By later layer: whose inputs fell, and whose inputs suffice.
    doubted: Vec<Vec<u32>>,
    hopeful: Vec<Vec<u32>>,
    clock: u64,
    /// Numbers suppositions; 0 where nothing is supposed.
    supposition: u64,
    suppositions: u64,
    supposed: Vec<Supposed>,
    /// Nodes as they were before they were supposed to change.
    trail: Vec<(u32, State<N>)>,
    amounts: Amounts,
}

impl<N: Weight> Following<N> {
    fn new(
        system: &System,
        wiring: Arc<Wiring<N>>,
        reading: Reading,
        inside: Option<&[bool]>,
    ) -> Self {
        let is_inside = |node: usize| inside.is_none_or(|inside| inside[node]);
        let state = |(node, needs): (usize, &crate::wiring::Needs<N>)| State {
            sum: N::ZERO,
            before: N::ZERO,
            need: match reading {
                _ if !is_inside(node) => N::NEVER,
                Reading::Least => needs.holds,
                Reading::Greatest => needs.fails,
            },
            since: 0,
            noted: 0,
            founded: false,
            inside: is_inside(node),
        };
        let states = wiring.needs.iter().enumerate().map(state).collect();
        let layers = wiring.denials.len();
        let mut following = Self {
            reading,
            open: None,
            states,
            layer: 0,
            falling: Vec::new(),
            rising: Vec::new(),
            doubted: vec![Vec::new(); layers],
            hopeful: vec![Vec::new(); layers],
            clock: 0,
            supposition: 0,
            suppositions: 0,
            supposed: Vec::new(),
            trail: Vec::new(),
            amounts: Amounts::new(system, &wiring.layers, is_inside),
            wiring,
        };
        for (node, gate) in (0..).zip(&system.gates) {
            if let Gate::Constant(value) = gate {
                following.set(node, following.founds(*value));
            }
        }
        following
    }

    /// Whether that a node has this value is what is founded.
    fn founds(&self, value: bool) -> bool {
        value == (self.reading == Reading::Least)
    }

    /// Gives a leaf, which rests on no input, its value.
    fn set(&mut self, node: u32, founded: bool) {
        if node == NOWHERE {
            return;
        }
        let state = &self.states[node as usize];
        if state.inside && state.founded != founded {
            if founded { self.found(node) } else { self.fell(node) }
        }
    }

    fn set_variable(&mut self, variable: usize, value: Option<bool>) {
        let Some(&[plain, denied]) = self.wiring.literals.get(variable) else { return };
        let possible = self.open == Some(Bias::Possible);
        self.set(plain, self.founds(value.unwrap_or(possible)));
        self.set(denied, self.founds(value.map_or(possible, |value| !value)));
    }

    /// Keeps a node as it is, before it changes, if it is only supposed to.
    #[inline]
    fn note(&mut self, node: u32) {
        if self.supposition > 0 {
            note(&mut self.trail, self.supposition, &mut self.states[node as usize], node);
        }
    }

    fn found(&mut self, node: u32) {
        self.note(node);
        self.states[node as usize].founded = true;
        self.rising.push(node);
    }

    fn fell(&mut self, node: u32) {
        self.note(node);
        self.states[node as usize].founded = false;
        self.falling.push(node);
    }

    /// Settles everything after leaves have changed, layer by layer.
    fn settle(&mut self, system: &System) {
        for layer in 0..self.wiring.denials.len() {
            self.layer = u32::try_from(layer).expect("layers were numbered in 32 bits");
            self.deny(layer);
            self.fall(layer);
            self.rise(layer, system);
        }
        self.amounts.rest();
    }

    /// Of open variables the other side of what is denied is not at hand, so the answer is the one
    /// that cannot be wrong.
    fn deny(&mut self, layer: usize) {
        for at in 0..self.wiring.denials[layer].len() {
            let denial = &self.wiring.denials[layer][at];
            let reference = denial.reference;
            let founded = match self.open {
                Some(bias) => self.founds(bias == Bias::Possible),
                None => !self.states[denial.body as usize].founded,
            };
            self.set(reference, founded);
        }
    }

    fn fall(&mut self, layer: usize) {
        let mut doubted = std::mem::take(&mut self.doubted[layer]);
        for node in doubted.drain(..) {
            let state = &self.states[node as usize];
            if state.founded && state.before < state.need {
                self.fell(node);
            }
        }
        self.doubted[layer] = doubted;
        while let Some(node) = self.amounts.next_in_doubt(self.layer) {
            self.doubt_sum(node);
        }
        let mut at = 0;
        while let Some(&node) = self.falling.get(at) {
            at += 1;
            self.tell_fall(node);
            if self.amounts.changes(node) {
                while let Some(sum) = self.amounts.next_in_doubt(self.layer) {
                    self.doubt_sum(sum);
                }
            }
        }
        // Whoever fell and has enough all the same.
        let mut fallen = std::mem::take(&mut self.falling);
        let mut hopeful = std::mem::take(&mut self.hopeful[layer]);
        for node in fallen.drain(..).chain(hopeful.drain(..)) {
            let state = &self.states[node as usize];
            if !state.founded && state.sum >= state.need {
                self.found(node);
            }
        }
        (self.falling, self.hopeful[layer]) = (fallen, hopeful);
    }

    /// A sum of amounts keeps no order: when anything that it rests on falls, so does it, and is
    /// found again once the amounts are known.
    fn doubt_sum(&mut self, node: u32) {
        if self.states[node as usize].founded {
            self.fell(node);
        }
    }

    fn tell_fall(&mut self, node: u32) {
        let Self { wiring, states, falling, doubted, trail, supposition, layer, .. } = self;
        let since = states[node as usize].since;
        let mut tell = |gate: u32, weight: N, is_outward: bool| {
            let state = &mut states[gate as usize];
            if *supposition > 0 {
                note(trail, *supposition, state, gate);
            }
            state.sum -= weight;
            if !state.founded || !is_outward && since > state.since {
                return;
            }
            state.before -= weight;
            if state.before < state.need {
                let later = wiring.layers[gate as usize];
                if later == *layer {
                    state.founded = false;
                    falling.push(gate);
                } else {
                    doubted[later as usize].push(gate);
                }
            }
        };
        wiring.outward(node).iter().for_each(|edge| tell(edge.gate, edge.weight, true));
        wiring.inward(node).iter().for_each(|edge| tell(edge.gate, edge.weight, false));
    }

    /// Sums of amounts stand still while all else rises. When it has settled the amounts follow,
    /// each pool solved exactly, and then the sums that they decide; and so on until no sum
    /// changes. What is reached is a fixpoint, and every step came from below the least (or above
    /// the greatest), so it is that one.
    fn rise(&mut self, layer: usize, system: &System) {
        loop {
            let mut at = 0;
            while let Some(&node) = self.rising.get(at) {
                at += 1;
                self.tell_rise(node);
                self.amounts.changes(node);
            }
            self.rising.clear();
            let (states, reading) = (&self.states, self.reading);
            let holds = |node: u32| holds(&states[node as usize], reading);
            for sum in self.amounts.decided(system, reading, layer, &holds) {
                self.found(sum);
            }
            if self.rising.is_empty() {
                return;
            }
        }
    }

    fn tell_rise(&mut self, node: u32) {
        let Self { wiring, states, rising, hopeful, trail, supposition, layer, clock, .. } = self;
        *clock += 1;
        // It was noted when it was founded.
        let state = &mut states[node as usize];
        (state.since, state.before) = (*clock, state.sum);
        let mut tell = |gate: u32, weight: N, is_outward: bool| {
            let state = &mut states[gate as usize];
            if *supposition > 0 {
                note(trail, *supposition, state, gate);
            }
            state.sum += weight;
            if state.founded {
                // Of its own component this node comes last.
                if is_outward {
                    state.before += weight;
                }
            } else if state.sum >= state.need {
                let later = wiring.layers[gate as usize];
                if later == *layer {
                    state.founded = true;
                    rising.push(gate);
                } else {
                    hopeful[later as usize].push(gate);
                }
            }
        };
        wiring.outward(node).iter().for_each(|edge| tell(edge.gate, edge.weight, true));
        wiring.inward(node).iter().for_each(|edge| tell(edge.gate, edge.weight, false));
    }

    /// Takes suppositions back until so many are left.
    fn take_back(&mut self, left: usize) {
        let Some(first) = self.supposed.get(left) else { return };
        for (node, state) in self.trail.drain(first.trail..).rev() {
            self.states[node as usize] = state;
        }
        self.supposed.truncate(left);
        self.amounts.taken_back(left == 0);
    }
}

#[inline]
fn note<N: Weight>(
    trail: &mut Vec<(u32, State<N>)>,
    supposition: u64,
    state: &mut State<N>,
    node: u32,
) {
    if state.noted != supposition {
        trail.push((node, *state));
        state.noted = supposition;
    }
}

fn holds<N>(state: &State<N>, reading: Reading) -> bool {
    state.inside && state.founded == (reading == Reading::Least)
}

impl<N: Weight> Follow for Following<N> {
    fn evaluate(
        &mut self,
        system: &System,
        given: &mut dyn FnMut(usize) -> Option<bool>,
        open: Option<Bias>,
    ) {
        self.take_back(0);
        self.supposition = 0;
        self.open = open;
        for variable in 0..system.variables.len() {
            self.set_variable(variable, given(variable));
        }
        self.settle(system);
    }

    fn suppose(&mut self, system: &System, changes: &mut dyn Iterator<Item = (usize, bool)>) {
        let mut kept = 0;
        let mut next = changes.next();
        while let (Some(supposed), Some((variable, value))) = (self.supposed.get(kept), next) {
            if (supposed.variable, supposed.value) != (variable, value) {
                break;
            }
            kept += 1;
            next = changes.next();
        }
        self.take_back(kept);
        while let Some((variable, value)) = next {
            self.suppositions += 1;
            self.supposition = self.suppositions;
            self.supposed.push(Supposed { variable, value, trail: self.trail.len() });
            self.set_variable(variable, Some(value));
            self.settle(system);
            next = changes.next();
        }
        // Amounts are not on the trail.
        self.settle(system);
    }

    fn holds(&self, node: u32) -> bool {
        holds(&self.states[node as usize], self.reading)
    }

    fn amount(&self, system: &System, quantity: Quantity) -> Exact {
        self.amounts.amount(system, quantity)
    }
}

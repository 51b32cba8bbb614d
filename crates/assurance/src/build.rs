//! From a module to its diagram, in the best of several orders.

use crate::circuit::{Asks, Gate};
use crate::diagram::{Diagram, Diagrams, Edge, FALSE, TRUE};
use crate::modules::Module;
use crate::order::Rule;
use crate::table::{Allowance, Stopped};
use crate::threshold::threshold;

/// A module's function; the leaf decided at each level.
pub(crate) struct Built {
    pub diagram: Diagram,
    pub order: Vec<u32>,
    /// Steps it took, those of orders that were given up included.
    pub steps: u64,
}

/// The rules by which orders are tried, and the round, by its steps, in which each joins: what is
/// easy is done before the others are even looked for. Measured on the Aralia fault trees.
const JOINS: [(u64, Rule); 6] = [
    (4_000, Rule::Used),
    (32_000, Rule::DrawnLarge),
    (256_000, Rule::Weighed),
    (256_000, Rule::Met),
    (512_000, Rule::DrawnShared),
    (1_024_000, Rule::Large),
];
/// The round in which an order joins before its time if one like it is far ahead.
const LIKE_JOINS: u64 = 128_000;
/// Steps after which, round by round, the order that has got least far is given up, as long as
/// more than two go on; and after which one of two is. How far one gets sooner says little: an
/// order good for all small gates may be bad for the last.
const TRIED: u64 = 32_000;
const TWO_TRIED: u64 = 2_000_000;

/// The construction under several orders side by side, each going on where it stopped, until the
/// first is done; each round allows twice the steps. So a bad order costs no more than a good one
/// takes (in the manner of successive halving, Karnin, Koren and Somekh 2013).
pub(crate) struct Building<'a> {
    module: &'a Module,
    allowance: Allowance,
    /// Rules whose orders have not joined yet.
    waiting: Vec<(u64, Rule)>,
    /// From the second round on, those that have got furthest first.
    running: Vec<Attempt<'a>>,
    given_up: u64,
    stopped: Stopped,
    /// Steps that each order may have taken after the next round.
    allowed: u64,
}

/// Builds to the end.
pub(crate) fn build(module: &Module, allowance: &Allowance) -> Result<Built, Stopped> {
    let mut building = Building::new(module, allowance);
    loop {
        if let Some(built) = building.round() {
            return built;
        }
    }
}

impl<'a> Building<'a> {
    /// Steps that each order may take in the first round.
    pub const FIRST: u64 = JOINS[0].0;

    pub fn new(module: &'a Module, allowance: &Allowance) -> Self {
        Self {
            module,
            allowance: allowance.clone(),
            waiting: JOINS.to_vec(),
            running: Vec::new(),
            given_up: 0,
            stopped: Stopped::Steps,
            allowed: Self::FIRST,
        }
    }

    /// Goes on for a round: `None` if there is to be another.
    pub fn round(&mut self) -> Option<Result<Built, Stopped>> {
        let Self { module, allowance, waiting, running, allowed, .. } = self;
        let steps_max = allowance.bound.steps_max;
        let leader = if *allowed == LIKE_JOINS { far_ahead(running) } else { None };
        let is_due = |(joins, rule): &mut (u64, Rule)| {
            *joins <= *allowed || leader.is_some_and(|leader| leader.is_like(*rule))
        };
        for (_, rule) in waiting.extract_if(.., is_due) {
            let order = rule.order(module);
            running.extend(order.map(|order| Attempt::new(module, rule, order, allowance)));
        }
        let mut at = 0;
        while at < running.len() {
            match running[at].run((*allowed).min(steps_max)) {
                Ok(()) => {
                    let steps: u64 = running.iter().map(|attempt| attempt.steps).sum();
                    return Some(Ok(running.swap_remove(at).finish(steps + self.given_up)));
                }
                Err(Stopped::Steps) => at += 1,
                Err(Stopped::Asked) => return Some(Err(Stopped::Asked)),
                Err(other) => {
                    self.stopped = other;
                    self.given_up += running.remove(at).steps;
                }
            }
        }
        if (running.is_empty() && waiting.is_empty()) || *allowed >= steps_max {
            return Some(Err(self.stopped));
        }
        self.given_up += give_up(running, *allowed);
        self.allowed = allowed.saturating_mul(2);
        None
    }
}

/// The rule of the order that has made a tenth more gates than any other, if one has.
fn far_ahead(running: &[Attempt<'_>]) -> Option<Rule> {
    match running {
        [first, second, ..] if first.next * 10 > second.next * 11 => Some(first.rule),
        _ => None,
    }
}

/// Sorts by how far each has got, drops those not worth going on with, and returns their steps.
fn give_up(running: &mut Vec<Attempt<'_>>, allowed: u64) -> u64 {
    running.sort_by_key(|attempt| (std::cmp::Reverse(attempt.next), attempt.live()));
    if allowed < TRIED {
        return 0;
    }
    let before: u64 = running.iter().map(|attempt| attempt.steps).sum();
    let mut better: Vec<(Rule, usize)> = Vec::new();
    running.retain(|attempt| {
        let behind =
            |(rule, next): &(Rule, usize)| attempt.rule.is_like(*rule) && attempt.next < *next;
        let stays = !better.iter().any(behind);
        better.push((attempt.rule, attempt.next));
        stays
    });
    let keeps = if allowed >= TWO_TRIED { 1 } else { 2 };
    if let [.., better, worst] = running.as_slice()
        && running.len() > keeps
        && worst.next < better.next
    {
        running.pop();
    }
    before - running.iter().map(|attempt| attempt.steps).sum::<u64>()
}

/// The construction under one order, which can be put aside and taken up again.
struct Attempt<'a> {
    module: &'a Module,
    rule: Rule,
    order: Vec<u32>,
    levels: Vec<u32>,
    diagrams: Diagrams,
    /// By gate; of no use once no gate to come needs it.
    values: Vec<Edge>,
    /// By node: gates to come that have it as an input.
    uses: Vec<u32>,
    /// The gate to make next.
    next: usize,
    steps: u64,
    /// How many nodes there may be before those no longer needed are freed.
    collect_at: usize,
}

const COLLECT_MIN: usize = 1 << 17;

impl<'a> Attempt<'a> {
    fn new(module: &'a Module, rule: Rule, order: Vec<u32>, allowance: &Allowance) -> Self {
        let mut levels = vec![0; order.len()];
        for (level, leaf) in (0u32..).zip(&order) {
            levels[*leaf as usize] = level;
        }
        Self {
            module,
            rule,
            order,
            levels,
            diagrams: Diagrams::new(allowance),
            values: vec![TRUE; module.gates.len()],
            uses: module.uses(),
            next: 0,
            steps: 0,
            collect_at: COLLECT_MIN,
        }
    }

    fn live(&self) -> usize {
        self.diagrams.live()
    }

    /// Goes on until all is made or so many steps have been taken in all: `Stopped::Steps`.
    fn run(&mut self, steps_max: u64) -> Result<(), Stopped> {
        let more = steps_max.saturating_sub(self.steps);
        self.diagrams.steps.set(more);
        let result = self.gates();
        self.steps += more - self.diagrams.steps.left();
        result
    }

    fn gates(&mut self) -> Result<(), Stopped> {
        while let Some(gate) = self.module.gates.get(self.next) {
            let edge = match self.gate(gate) {
                Err(Stopped::Nodes) => {
                    // What was made on the way and is not needed may be all there is too much.
                    self.collect();
                    self.gate(gate)?
                }
                result => result?,
            };
            self.values[self.next] = edge;
            self.next += 1;
            for input in self.module.inputs_of(gate) {
                self.uses[(input >> 1) as usize] -= 1;
            }
            if self.live() > self.collect_at {
                self.collect();
                self.collect_at = self.collect_at.max(self.live() * 2);
            }
        }
        Ok(())
    }

    fn collect(&mut self) {
        let leaves = self.module.leaves.len();
        let needed = (0..self.next)
            .filter(|gate| self.uses[leaves + gate] > 0 || gate + 1 == self.module.gates.len());
        self.diagrams.collect(needed.map(|gate| self.values[gate]));
    }

    fn gate(&mut self, gate: &Gate) -> Result<Edge, Stopped> {
        let mut edges = Vec::with_capacity(gate.length as usize);
        for input in self.module.inputs_of(gate) {
            let edge = match self.module.gate_of(input >> 1) {
                Some(made) => self.values[made],
                None => self.diagrams.variable(self.levels[(input >> 1) as usize])?,
            };
            edges.push(edge ^ (input & 1));
        }
        match gate.asks {
            Asks::All => self.diagrams.all(edges),
            Asks::AtLeast { need, weights } => {
                let weighed = edges.into_iter().enumerate();
                let operands = weighed.map(|(at, edge)| (self.module.weight(weights, at), edge));
                threshold(&mut self.diagrams, need, operands.collect(), TRUE)
            }
        }
    }

    fn finish(self, steps: u64) -> Built {
        let root = self.values.last().copied().unwrap_or(FALSE);
        Built { diagram: self.diagrams.extract(root), order: self.order, steps }
    }
}

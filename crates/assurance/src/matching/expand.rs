//! A diagram of what rests on quantities, by cases.
//!
//! Amounts that follow from each other have no algebra of diagrams. So the function is expanded
//! (Shannon), variable by variable in the order of the diagram. Two evaluations bound it from both
//! sides: where they agree the case is closed. Where they do not, they still settle most of the
//! system; what is left open, with what it still lacks, is the key under which the result is
//! kept, so that cases that leave the same question are answered once. This is exact: what two
//! evaluations settle has that value in every completion, and a fixpoint does not change when some
//! of its values are put in as constants.

use super::{Members, Quantity};
use crate::diagram::{Diagrams, Edge, FALSE, TRUE};
use crate::evaluator::{Bias, Evaluator};
use crate::system::{Gate, Node, Reading, System};
use crate::table::{Allowance, Stop, Stopped};
use std::collections::HashMap;

/// Words of keys kept for each node that diagrams may have.
const WORDS_PER_NODE: usize = 16;

/// Whether a node rests on sums of amounts that known values do not settle.
pub(crate) fn open_sums(system: &System, top: Node, known: &[Option<bool>]) -> bool {
    if system.matching.sums.is_empty() {
        return false;
    }
    let mut seen = vec![false; system.gates.len()];
    let mut open = vec![top.0];
    while let Some(node) = open.pop() {
        if known[node as usize].is_some() || std::mem::replace(&mut seen[node as usize], true) {
            continue;
        }
        if matches!(system.gates[node as usize], Gate::Sum(_)) {
            return true;
        }
        open.extend((0..).map_while(|at| system.child(node, at)));
    }
    false
}

/// One function being expanded.
pub(crate) struct Expansion<'a> {
    system: &'a System,
    top: Node,
    /// By variable.
    levels: &'a [u32],
    certain: Evaluator<&'a System>,
    possible: Evaluator<&'a System>,
    known: HashMap<Box<[u64]>, Edge>,
    /// Words that more keys may take, and pairs of evaluations that are left.
    words_left: usize,
    left: u64,
    stop: Stop,
    /// By node and by pool: the case in which it was met last.
    met: Vec<u64>,
    pools_met: Vec<u64>,
    case: u64,
}

/// What a case leaves open.
struct Open {
    key: Vec<u64>,
    /// The first variable that it still depends on, by level.
    next: Option<(u32, u32)>,
}

impl<'a> Expansion<'a> {
    /// `levels`: by variable, its level in the diagram.
    pub fn new(
        system: &'a System,
        top: Node,
        reading: Reading,
        levels: &'a [u32],
        allowance: &Allowance,
    ) -> Self {
        let size = system.cone(&[top]).into_iter().filter(|inside| *inside).count();
        Self {
            system,
            top,
            levels,
            certain: Evaluator::of(system, reading, &[top]),
            possible: Evaluator::of(system, reading, &[top]),
            known: HashMap::new(),
            words_left: allowance.bound.nodes_max.saturating_mul(WORDS_PER_NODE),
            // An evaluation takes about as long as so many steps on diagrams.
            stop: allowance.stop.clone(),
            left: allowance.bound.steps_max / (size as u64 / 8 + 8),
            met: vec![0; system.gates.len()],
            pools_met: vec![0; system.matching.pools.len()],
            case: 0,
        }
    }

    /// The function where the fixed variables are what they are. `fixed` is given back as it was.
    pub fn expand(
        &mut self,
        fixed: &mut [Option<bool>],
        diagrams: &mut Diagrams,
    ) -> Result<Edge, Stopped> {
        self.left = self.left.checked_sub(1).ok_or(Stopped::Steps)?;
        if self.stop.is_asked() {
            return Err(Stopped::Asked);
        }
        self.certain.evaluate_partial(fixed, Bias::Certain);
        if self.certain.holds(self.top) {
            return Ok(TRUE);
        }
        self.possible.evaluate_partial(fixed, Bias::Possible);
        if !self.possible.holds(self.top) {
            return Ok(FALSE);
        }
        let Open { key, next } = self.open(fixed);
        if let Some(edge) = self.known.get(key.as_slice()) {
            return Ok(*edge);
        }
        let Some((level, variable)) = next else {
            // Only negated names are left open, which a full evaluation settles.
            let full: Vec<bool> = fixed.iter().map(|value| value.unwrap_or(false)).collect();
            self.certain.evaluate(&full);
            return Ok(if self.certain.holds(self.top) { TRUE } else { FALSE });
        };
        let at = variable as usize;
        fixed[at] = Some(true);
        let high = self.expand(fixed, diagrams);
        fixed[at] = Some(false);
        let low = high.and_then(|high| Ok((high, self.expand(fixed, diagrams)?)));
        fixed[at] = None;
        let (high, low) = low?;
        let edge = diagrams.decide(level, high, low)?;
        if let Some(left) = self.words_left.checked_sub(key.len()) {
            self.words_left = left;
            self.known.insert(key.into(), edge);
        }
        Ok(edge)
    }

    /// Walks what the two evaluations have not settled. Every node says what it still lacks, in a
    /// number of words that its kind decides, so that equal keys are equal questions.
    fn open(&mut self, fixed: &[Option<bool>]) -> Open {
        let system = self.system;
        self.case += 1;
        let mut open = Open { key: Vec::new(), next: None };
        let mut stack = vec![self.top];
        while let Some(node) = stack.pop() {
            let index = node.0 as usize;
            if std::mem::replace(&mut self.met[index], self.case) == self.case {
                continue;
            }
            if let Gate::Quantity(quantity) = system.gates[index] {
                let pool = system.matching.promise(Quantity(quantity)).pool as usize;
                if std::mem::replace(&mut self.pools_met[pool], self.case) != self.case {
                    self.open_pool(pool, &mut open.key, &mut stack);
                }
                continue;
            }
            if self.settled(node) {
                continue;
            }
            open.key.push(u64::from(node.0));
            match &system.gates[index] {
                Gate::Literal { variable, .. } => {
                    if fixed[*variable as usize].is_none() {
                        let here = (self.levels[*variable as usize], *variable);
                        open.next = Some(open.next.map_or(here, |next| next.min(here)));
                    }
                }
                Gate::Reference { definition, .. } => {
                    let body = system.definitions[*definition as usize].1;
                    let (certain, possible) = (self.certain.holds(body), self.possible.holds(body));
                    // A negated name is open even where its body is settled.
                    open.key.push(u64::from(certain) + u64::from(possible));
                    stack.push(body);
                }
                Gate::Threshold(of) => {
                    let inputs = system.inputs_of(of).iter().enumerate();
                    let there = inputs
                        .filter(|(_, input)| self.certain.holds(**input))
                        .map(|(at, _)| system.weight_of(of, at));
                    push(&mut open.key, of.need - there.sum::<u128>());
                    stack.extend(system.inputs_of(of));
                }
                Gate::Sum(sum) => {
                    let sum = &system.matching.sums[*sum as usize];
                    push(&mut open.key, sum.need - self.there(&sum.inputs));
                    stack.extend(sum.inputs.iter().map(|(_, input)| *input));
                    let promise = |of: &Quantity| system.matching.promise(*of).node;
                    stack.extend(sum.quantities.iter().map(promise));
                }
                Gate::Constant(_) | Gate::Quantity(_) => {}
            }
        }
        open
    }

    /// What is in the pool for certain, and what may yet be.
    fn open_pool(&self, pool: usize, key: &mut Vec<u64>, stack: &mut Vec<Node>) {
        let Members { plain, groups, .. } = &self.system.matching.pools[pool];
        push(key, self.there(plain));
        stack.extend(plain.iter().map(|(_, when)| *when));
        for group in groups {
            push(key, self.there(&group.fixed));
            stack.extend(group.fixed.iter().map(|(_, when)| *when));
            for quantity in &group.quantities {
                let when = self.system.matching.promise(*quantity).when;
                let (certain, possible) = (self.certain.holds(when), self.possible.holds(when));
                key.push(u64::from(certain) + u64::from(possible));
                stack.push(when);
            }
        }
    }

    fn settled(&self, node: Node) -> bool {
        self.certain.holds(node) == self.possible.holds(node)
    }

    fn there(&self, inputs: &[(u128, Node)]) -> u128 {
        let there = inputs.iter().filter(|(_, node)| self.certain.holds(*node));
        there.map(|(amount, _)| amount).sum()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "both halves are kept")]
fn push(key: &mut Vec<u64>, amount: u128) {
    key.extend([amount as u64, (amount >> 64) as u64]);
}

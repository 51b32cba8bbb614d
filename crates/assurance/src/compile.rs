//! From a system to diagrams: one for each module.

use crate::absorb::absorbed;
use crate::build::{Built, build};
use crate::circuit::{Circuit, Maker, NEVER, Wire, number};
use crate::diagram::{Diagram, FALSE};
use crate::evaluator::{Bias, Evaluator};
use crate::family::Signs;
use crate::fixpoint::fixpoint;
use crate::matching::open_sums;
use crate::modules::{Leaf, Module, modules};
use crate::system::{Gate, Node, Reading, System, UNIT, Variable};
use crate::table::{Allowance, Entry, LEVELS_MAX, Stopped};

/// What a level of a diagram decides on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decides {
    Variable(Variable),
    /// An earlier module.
    Module(usize),
}

/// A function, and what each of its levels decides.
pub(crate) struct Function {
    pub diagram: Diagram,
    pub order: Vec<Decides>,
    /// By level: how the function mentions it.
    pub signs: Vec<Signs>,
}

/// A module, before its diagram.
pub(crate) struct Piece {
    pub module: Module,
    /// By leaf.
    pub decides: Vec<Decides>,
    /// Whether what is meant is that the module's gate fails.
    pub complemented: bool,
}

impl Piece {
    /// Builds the diagram; with it comes the number of steps it took.
    pub fn compile(&self, allowance: &Allowance) -> Result<(Function, u64), Stopped> {
        if self.module.leaves.len() > LEVELS_MAX {
            return Err(Stopped::Depth);
        }
        let built = build(&self.module, allowance)?;
        let steps = built.steps;
        Ok((self.function(built), steps))
    }

    /// What a diagram of the module means.
    pub fn function(&self, built: Built) -> Function {
        let Built { mut diagram, order, .. } = built;
        diagram.root ^= u32::from(self.complemented);
        let by_leaf = self.module.signs();
        let sign = |leaf: &u32| by_leaf[*leaf as usize].under(self.complemented);
        let signs = order.iter().map(sign).collect();
        let order = order.iter().map(|leaf| self.decides[*leaf as usize]).collect();
        Function { diagram, order, signs }
    }
}

/// The value of each of some modules. `assignment` is by variable.
pub(crate) fn values(pieces: &[Piece], assignment: &[bool]) -> Vec<bool> {
    let mut values: Vec<bool> = Vec::with_capacity(pieces.len());
    for Piece { module, decides, complemented } in pieces {
        let value = |decides: &Decides| match *decides {
            Decides::Variable(variable) => assignment[variable.index()],
            Decides::Module(module) => values[module],
        };
        let leaves = decides.iter().map(value).collect();
        values.push(module.value(leaves) ^ complemented);
    }
    values
}

/// What is known of a node before any diagram is built.
pub(crate) enum Prepared {
    /// It is put together from modules, those used before those that use them. No variable is
    /// decided in two.
    Modules(Vec<Piece>),
    /// It has circles, or amounts that match each other.
    Entangled(Entangled),
}

/// What [`fixpoint`] takes.
pub(crate) struct Entangled {
    known: Vec<Option<bool>>,
    fixed: Vec<Option<bool>>,
    open: Vec<bool>,
    peeled: Vec<Peel>,
}

/// Makes what `top` means under a reading, with some variables fixed, as simple as it gets.
pub(crate) fn prepare(
    system: &System,
    top: Node,
    reading: Reading,
    fixed: &[Option<bool>],
    steps_max: u64,
) -> Result<Prepared, Stopped> {
    let mut fixed = fixed.to_vec();
    let peeled = if is_tangled(system, top) {
        peel(system, top, reading, &mut fixed, steps_max)
    } else {
        Vec::new()
    };
    let known = known_values(system, top, reading, &fixed);
    let open = open_cone(system, top, &known);
    if has_circle(system, &open) || open_sums(system, top, &known) {
        return Ok(Prepared::Entangled(Entangled { known, fixed, open, peeled }));
    }
    Ok(Prepared::Modules(pieces(system, top, &known, &open, &peeled)?))
}

impl Entangled {
    pub fn compile(
        &self,
        system: &System,
        top: Node,
        reading: Reading,
        allowance: &Allowance,
    ) -> Result<Function, Stopped> {
        let mut fixed = self.fixed.clone();
        let known = self.known.clone();
        let (diagram, order) = fixpoint(system, top, reading, known, &mut fixed, allowance)?;
        let signs = signs(system, &self.open, &order);
        let order = order.into_iter().map(Decides::Variable).collect();
        let mut function = Function { diagram, order, signs };
        decide_peeled(&mut function, &self.peeled);
        Ok(function)
    }
}

fn has_circle(system: &System, open: &[bool]) -> bool {
    let mut circles = system.components.iter().filter(|component| system.is_cyclic(component));
    circles.any(|component| component.iter().any(|node| open[*node as usize]))
}

/// Whether it has circles or weights: where every variable peeled off makes all gates simpler.
/// Elsewhere the simplification of the circuit finds as much for less.
fn is_tangled(system: &System, top: Node) -> bool {
    let open = open_cone(system, top, &vec![None; system.gates.len()]);
    let weighs = |gate: &Gate| match gate {
        Gate::Threshold(of) => of.weights != UNIT,
        Gate::Quantity(_) | Gate::Sum(_) => true,
        Gate::Constant(_) | Gate::Literal { .. } | Gate::Reference { .. } => false,
    };
    let mut gates = system.gates.iter().zip(&open).filter(|(_, open)| **open);
    has_circle(system, &open) || gates.any(|(gate, _)| weighs(gate))
}

/// How the open part of a system mentions its variables. References to what depends on itself
/// are plain; other negated references make what is behind them count as both.
fn signs(system: &System, open: &[bool], order: &[Variable]) -> Vec<Signs> {
    let mut signs = vec![Signs::default(); system.variable_count()];
    let gates = || system.gates.iter().zip(open).filter(|(_, open)| **open);
    let denied = |gate: &Gate| matches!(gate, Gate::Reference { positive: false, .. });
    let both = gates().any(|(gate, _)| denied(gate));
    for (gate, _) in gates() {
        if let Gate::Literal { variable, positive } = gate {
            signs[*variable as usize].add(Signs::PLAIN.under(!positive));
            if both {
                signs[*variable as usize].add(Signs::PLAIN.under(*positive));
            }
        }
    }
    order.iter().map(|variable| signs[variable.index()]).collect()
}

/// Puts the variables that were peeled off on top.
fn decide_peeled(function: &mut Function, peeled: &[Peel]) {
    let Function { diagram, order, signs } = function;
    let above = number(peeled.len());
    for entry in &mut diagram.entries[1..] {
        entry.level += above;
    }
    for (level, peel) in (0..above).zip(peeled).rev() {
        let decided = FALSE ^ u32::from(peel.decides);
        let (high, low) = if peel.at { (decided, diagram.root) } else { (diagram.root, decided) };
        // Canonical form: the high edge is never complemented.
        let flip = high & 1;
        diagram.root = number(diagram.entries.len()) << 1 | flip;
        diagram.entries.push(Entry { level, high: high ^ flip, low: low ^ flip });
    }
    // What holds when it should, or fails when it should, is mentioned plainly.
    let sign = |peel: &Peel| Signs::PLAIN.under(peel.at != peel.decides);
    signs.splice(0..0, peeled.iter().map(sign));
    order.splice(0..0, peeled.iter().map(|peel| Decides::Variable(peel.variable)));
}

/// Simplified, and cut into modules.
fn pieces(
    system: &System,
    top: Node,
    known: &[Option<bool>],
    open: &[bool],
    peeled: &[Peel],
) -> Result<Vec<Piece>, Stopped> {
    const NODES_MAX: usize = 1 << 30;
    if system.node_count() + system.inputs.len() > NODES_MAX {
        return Err(Stopped::Nodes);
    }
    let (circuit, variables) = import(system, top, known, open, peeled);
    let (modules, complemented) = modules(&absorbed(circuit.simplified()));
    let last = modules.len() - 1;
    let piece = |(at, module): (usize, Module)| {
        let decides = |leaf: &Leaf| match *leaf {
            Leaf::Own(leaf) => Decides::Variable(variables[leaf as usize]),
            Leaf::Module(module) => Decides::Module(module as usize),
        };
        let decides = module.leaves.iter().map(decides).collect();
        Piece { module, decides, complemented: complemented && at == last }
    };
    Ok(modules.into_iter().enumerate().map(piece).collect())
}

/// The open part of a system as a circuit, and the variable of each of its leaves.
fn import(
    system: &System,
    top: Node,
    known: &[Option<bool>],
    open: &[bool],
    peeled: &[Peel],
) -> (Circuit, Vec<Variable>) {
    let mut leaf = vec![0u32; system.variable_count()];
    let mut variables: Vec<Variable> = peeled.iter().map(|peel| peel.variable).collect();
    for (number, variable) in (1..).zip(&variables) {
        leaf[variable.index()] = number;
    }
    for (node, gate) in system.gates.iter().enumerate() {
        if let Gate::Literal { variable, .. } = gate
            && open[node]
            && known[node].is_none()
            && leaf[*variable as usize] == 0
        {
            variables.push(Variable(*variable));
            leaf[*variable as usize] = number(variables.len());
        }
    }
    let mut maker = Maker::new(variables.len());
    let mut wires: Vec<Wire> = vec![NEVER; system.gates.len()];
    for &node in &system.components.order {
        let at = node as usize;
        if !open[at] {
            continue;
        }
        wires[at] = match (known[at], &system.gates[at]) {
            (Some(value), _) | (None, &Gate::Constant(value)) => NEVER ^ u32::from(value),
            (None, Gate::Literal { variable, positive }) => {
                leaf[*variable as usize] << 1 | u32::from(!positive)
            }
            (None, Gate::Reference { definition, positive }) => {
                let body = system.definitions[*definition as usize].1.0;
                wires[body as usize] ^ u32::from(!positive)
            }
            (None, Gate::Quantity(_) | Gate::Sum(_)) => {
                unreachable!("what rests on amounts is expanded, not compiled")
            }
            (None, Gate::Threshold(of)) => {
                let inputs = system.inputs_of(of).iter().enumerate();
                let pair = |(at, input): (usize, &Node)| {
                    (system.weight_of(of, at), wires[input.0 as usize])
                };
                maker.at_least(of.need, inputs.map(pair).collect())
            }
        };
    }
    let mut wire = wires[top.0 as usize];
    for Peel { variable, at, decides } in peeled.iter().rev() {
        let elsewhere = leaf[variable.index()] << 1 | u32::from(*at);
        let flip = u32::from(*decides);
        wire = maker.all(vec![elsewhere, wire ^ flip]) ^ flip;
    }
    (maker.finish(wire), variables)
}

/// What the top depends on, not looking behind nodes whose value is known.
fn open_cone(system: &System, top: Node, known: &[Option<bool>]) -> Vec<bool> {
    let mut open = vec![false; system.gates.len()];
    let mut waiting = vec![top.0];
    while let Some(node) = waiting.pop() {
        let seen = std::mem::replace(&mut open[node as usize], true);
        if !seen && known[node as usize].is_none() {
            waiting.extend((0..).map_while(|at| system.child(node, at)));
        }
    }
    open
}

/// A variable that decides on its own if it has the value `at`.
struct Peel {
    variable: Variable,
    at: bool,
    decides: bool,
}

/// Takes off the variables that decide the top on their own: where `x` false makes it fail
/// whatever else holds, the function is `x` and the rest with `x` true, and so on. What is left
/// has fewer open variables, all fixed in `fixed`, and often far fewer live gates.
///
/// It pays or it does not; it stops when its evaluations have cost about as much as `steps_max`.
fn peel(
    system: &System,
    top: Node,
    reading: Reading,
    fixed: &mut Vec<Option<bool>>,
    steps_max: u64,
) -> Vec<Peel> {
    fixed.resize(system.variable_count(), None);
    let evaluator = |fixed: &[Option<bool>], bias| {
        let mut evaluator = Evaluator::of(system, reading, &[top]);
        evaluator.evaluate_partial(fixed, bias);
        evaluator
    };
    let mut possible = evaluator(fixed, Bias::Possible);
    let mut certain = evaluator(fixed, Bias::Certain);
    let mut peeled = Vec::new();
    if !possible.holds(top) || certain.holds(top) {
        return peeled;
    }
    let mut left = steps_max / (system.inputs.len() as u64 / 16 + 1);
    let mut open: Vec<Variable> = system.support(top);
    open.retain(|variable| fixed[variable.index()].is_none());
    loop {
        let before = open.len();
        open.retain(|&variable| {
            if left < 2 {
                return true;
            }
            left -= 2;
            for at in [false, true] {
                possible.suppose([(variable, at)]);
                certain.suppose([(variable, at)]);
                let decides = certain.holds(top);
                if decides || !possible.holds(top) {
                    fixed[variable.index()] = Some(!at);
                    possible.evaluate_partial(fixed, Bias::Possible);
                    certain.evaluate_partial(fixed, Bias::Certain);
                    peeled.push(Peel { variable, at, decides });
                    return false;
                }
            }
            true
        });
        if open.len() == before {
            return peeled;
        }
    }
}

/// Nodes whose value no open variable can change, found by two evaluations.
fn known_values(
    system: &System,
    top: Node,
    reading: Reading,
    fixed: &[Option<bool>],
) -> Vec<Option<bool>> {
    let mut evaluator = Evaluator::of(system, reading, &[top]);
    evaluator.evaluate_partial(fixed, Bias::Certain);
    let nodes = || (0u32..).take(system.node_count()).map(Node);
    let certain: Vec<bool> = nodes().map(|node| evaluator.holds(node)).collect();
    evaluator.evaluate_partial(fixed, Bias::Possible);
    nodes()
        .zip(certain)
        .map(|(node, certain)| {
            let quantity = matches!(system.gates[node.0 as usize], Gate::Quantity(_));
            (certain == evaluator.holds(node) && !quantity).then_some(certain)
        })
        .collect()
}

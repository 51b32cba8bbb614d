//! From a system to diagrams: one for each module.

use crate::absorb::absorbed;
use crate::build::build;
use crate::circuit::{ALWAYS, Circuit, Maker, NEVER, Wire, number};
use crate::diagram::{Diagram, FALSE, TRUE};
use crate::evaluator::{Bias, Evaluator};
use crate::family::Signs;
use crate::fixpoint::fixpoint;
use crate::matching::open_sums;
use crate::modules::{Leaf, modules};
use crate::system::{Gate, Node, Reading, System, UNIT, Variable};
use crate::table::{BOTTOM, Bound, Entry, LEVELS_MAX, Stopped};

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

/// A node as a function of its open variables: of modules, those used before those that use them.
/// No variable is decided in two.
pub(crate) struct Compiled {
    pub modules: Vec<Function>,
}

impl Compiled {
    /// The value of each module. `assignment` is by variable.
    pub fn values(&self, assignment: &[bool]) -> Vec<bool> {
        let mut values: Vec<bool> = Vec::with_capacity(self.modules.len());
        for Function { diagram, order, .. } in &self.modules {
            let mut edge = diagram.root;
            while edge > FALSE {
                let entry = &diagram.entries[(edge >> 1) as usize];
                let holds = match order[entry.level as usize] {
                    Decides::Variable(variable) => assignment[variable.index()],
                    Decides::Module(module) => values[module],
                };
                edge = (if holds { entry.high } else { entry.low }) ^ (edge & 1);
            }
            values.push(edge == TRUE);
        }
        values
    }

    /// Number of decisions in all diagrams.
    pub fn size(&self) -> usize {
        self.modules.iter().map(|module| module.diagram.entries.len() - 1).sum()
    }
}

/// Compiles what `top` means under a reading, with some variables fixed.
pub(crate) fn compile(
    system: &System,
    top: Node,
    reading: Reading,
    fixed: &[Option<bool>],
    bound: Bound,
) -> Result<Compiled, Stopped> {
    let mut fixed = fixed.to_vec();
    let peeled = if is_tangled(system, top) {
        peel(system, top, reading, &mut fixed, bound.steps_max)
    } else {
        Vec::new()
    };
    let known = known_values(system, top, reading, &fixed);
    let open = open_cone(system, top, &known);
    let mut modules = if has_circle(system, &open) || open_sums(system, top, &known) {
        let (diagram, order) = fixpoint(system, top, reading, known, &mut fixed, bound)?;
        let signs = signs(system, &open, &order);
        let order = order.into_iter().map(Decides::Variable).collect();
        vec![Function { diagram, order, signs }]
    } else {
        without_circles(system, top, &known, &open, bound)?
    };
    decide_peeled(&mut modules, &peeled);
    Ok(Compiled { modules })
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

/// Puts the variables that were peeled off on top of the last module.
fn decide_peeled(modules: &mut [Function], peeled: &[Peel]) {
    let Some(Function { diagram, order, signs }) = modules.last_mut() else { return };
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

/// Simplified, cut into modules, each built.
fn without_circles(
    system: &System,
    top: Node,
    known: &[Option<bool>],
    open: &[bool],
    bound: Bound,
) -> Result<Vec<Function>, Stopped> {
    const NODES_MAX: usize = 1 << 30;
    if system.node_count() + system.inputs.len() > NODES_MAX {
        return Err(Stopped::Nodes);
    }
    let (circuit, variables) = import(system, top, known, open);
    let circuit = absorbed(circuit.simplified());
    if circuit.gate_of(circuit.top >> 1).is_none() {
        let terminal = Entry { level: BOTTOM, high: 0, low: 0 };
        let (entries, order) = match circuit.top {
            ALWAYS | NEVER => (vec![terminal], Vec::new()),
            leaf => {
                let decides = Decides::Variable(variables[(leaf >> 1) as usize - 1]);
                (vec![terminal, Entry { level: 0, high: TRUE, low: FALSE }], vec![decides])
            }
        };
        let diagram = Diagram { root: circuit.top.min(circuit.top & 1 | 2), entries };
        let signs = vec![Signs::PLAIN.under(circuit.top & 1 == 1); order.len()];
        return Ok(vec![Function { diagram, order, signs }]);
    }
    let (modules, complemented) = modules(&circuit);
    let mut functions = Vec::with_capacity(modules.len());
    let mut bound = bound;
    for module in &modules {
        if module.leaves.len() > LEVELS_MAX {
            return Err(Stopped::Depth);
        }
        let built = build(module, bound)?;
        bound.steps_max = bound.steps_max.saturating_sub(built.steps);
        let decides = |leaf: &u32| match module.leaves[*leaf as usize] {
            Leaf::Own(leaf) => Decides::Variable(variables[leaf as usize]),
            Leaf::Module(module) => Decides::Module(module as usize),
        };
        let order = built.order.iter().map(decides).collect();
        let by_leaf = module.signs();
        let signs = built.order.iter().map(|leaf| by_leaf[*leaf as usize]).collect();
        functions.push(Function { diagram: built.diagram, order, signs });
    }
    if let Some(last) = functions.last_mut() {
        last.diagram.root ^= u32::from(complemented);
        last.signs.iter_mut().for_each(|signs| *signs = signs.under(complemented));
    }
    Ok(functions)
}

/// The open part of a system as a circuit, and the variable of each of its leaves.
fn import(
    system: &System,
    top: Node,
    known: &[Option<bool>],
    open: &[bool],
) -> (Circuit, Vec<Variable>) {
    let mut leaf = vec![0u32; system.variable_count()];
    let mut variables = Vec::new();
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
    (maker.finish(wires[top.0 as usize]), variables)
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

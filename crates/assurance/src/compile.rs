//! From a system to one diagram.

use crate::diagram::{Diagram, Diagrams, Edge, FALSE, TRUE};
use crate::evaluator::{Bias, Evaluator};
use crate::system::{Gate, Node, Reading, System, Variable};
use crate::table::{Bound, LEVELS_MAX, Stopped};
use crate::threshold::threshold;

/// A node as a function of its open variables.
pub(crate) struct Compiled {
    pub diagram: Diagram,
    /// The variable decided at each level.
    pub order: Vec<Variable>,
}

/// Compiles what `top` means under a reading, with some variables fixed.
pub(crate) fn compile(
    system: &System,
    top: Node,
    reading: Reading,
    fixed: &[Option<bool>],
    bound: Bound,
) -> Result<Compiled, Stopped> {
    let known = known_values(system, top, reading, fixed);
    let order = order(system, top, &known);
    if order.len() > LEVELS_MAX {
        return Err(Stopped::Depth);
    }
    let mut levels = vec![0u32; system.variable_count()];
    for (level, variable) in (0u32..).zip(&order) {
        levels[variable.index()] = level;
    }
    let mut compiler = Compiler {
        system,
        diagrams: Diagrams::new(bound.nodes_max, bound.steps_max),
        levels,
        edges: known
            .iter()
            .map(|value| value.map_or(FALSE, |value| FALSE ^ Edge::from(value)))
            .collect(),
        known,
    };
    let cone = compiler.open_cone(top);
    for component in system.components.iter() {
        // Of a circle, only a part may be open: what is known cuts the rest off.
        let mut open = component.to_vec();
        open.retain(|&node| cone[node as usize] && compiler.known[node as usize].is_none());
        if system.is_cyclic(component) {
            compiler.circle(&open, reading)?;
        } else if let [node] = open[..] {
            compiler.edges[node as usize] = compiler.edge_of(node)?;
        }
    }
    let root = compiler.edges[top.0 as usize];
    Ok(Compiled { diagram: compiler.diagrams.extract(root), order })
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
        .map(|(node, certain)| (certain == evaluator.holds(node)).then_some(certain))
        .collect()
}

/// Variables in the order in which a walk from the top first meets them, the heaviest input of
/// each gate first: what decides together stays together, what weighs most decides first.
fn order(system: &System, top: Node, known: &[Option<bool>]) -> Vec<Variable> {
    let mut seen = vec![false; system.node_count()];
    let mut met = vec![false; system.variable_count()];
    let mut order = Vec::new();
    let mut open = vec![top];
    while let Some(node) = open.pop() {
        let index = node.0 as usize;
        if known[index].is_some() || std::mem::replace(&mut seen[index], true) {
            continue;
        }
        match &system.gates[index] {
            Gate::Constant(_) => {}
            Gate::Literal { variable, .. } => {
                if !std::mem::replace(&mut met[*variable as usize], true) {
                    order.push(Variable(*variable));
                }
            }
            Gate::Reference { definition, .. } => {
                open.push(system.definitions[*definition as usize].1);
            }
            Gate::Threshold(of) => {
                let inputs = system.inputs_of(of).iter().enumerate();
                let mut weighed: Vec<(u128, Node)> =
                    inputs.map(|(at, &input)| (system.weight_of(of, at), input)).collect();
                // The stack turns the order round, so the heaviest goes on it last.
                weighed.sort_by_key(|&(weight, node)| (weight, std::cmp::Reverse(node)));
                open.extend(weighed.into_iter().map(|(_, node)| node));
            }
        }
    }
    order
}

struct Compiler<'a> {
    system: &'a System,
    diagrams: Diagrams,
    /// By variable.
    levels: Vec<u32>,
    /// By node.
    known: Vec<Option<bool>>,
    edges: Vec<Edge>,
}

impl Compiler<'_> {
    /// What the top depends on, not looking behind nodes whose value is known.
    fn open_cone(&self, top: Node) -> Vec<bool> {
        let mut inside = vec![false; self.edges.len()];
        let mut open = vec![top.0];
        while let Some(node) = open.pop() {
            let seen = std::mem::replace(&mut inside[node as usize], true);
            if !seen && self.known[node as usize].is_none() {
                open.extend((0..).map_while(|at| self.system.child(node, at)));
            }
        }
        inside
    }

    fn edge_of(&mut self, node: u32) -> Result<Edge, Stopped> {
        match &self.system.gates[node as usize] {
            Gate::Constant(value) => Ok(FALSE ^ Edge::from(*value)),
            Gate::Literal { variable, positive } => {
                let edge = self.diagrams.variable(self.levels[*variable as usize])?;
                Ok(edge ^ Edge::from(!*positive))
            }
            Gate::Reference { definition, positive } => {
                let body = self.system.definitions[*definition as usize].1;
                Ok(self.edges[body.0 as usize] ^ Edge::from(!*positive))
            }
            Gate::Threshold(of) => {
                let inputs = self.system.inputs_of(of).iter().enumerate();
                let operands = inputs
                    .map(|(at, input)| {
                        (self.system.weight_of(of, at), self.edges[input.0 as usize])
                    })
                    .collect();
                threshold(&mut self.diagrams, of.need, operands)
            }
        }
    }

    /// The fixpoint of one circle: from nothing (least) or everything (greatest), each node is
    /// computed again when an input of it has changed, until none has.
    fn circle(&mut self, members: &[u32], reading: Reading) -> Result<(), Stopped> {
        let start = if reading == Reading::Least { FALSE } else { TRUE };
        let mut place = std::collections::HashMap::new();
        for (at, &node) in members.iter().enumerate() {
            place.insert(node, at);
            self.edges[node as usize] = start;
        }
        let mut parents = vec![Vec::new(); members.len()];
        for (at, &node) in members.iter().enumerate() {
            for below in (0..).map_while(|child| self.system.child(node, child)) {
                if let Some(&below) = place.get(&below) {
                    parents[below].push(at);
                }
            }
        }
        let mut stale = vec![true; members.len()];
        let mut any = true;
        while any {
            any = false;
            for at in 0..members.len() {
                if !std::mem::replace(&mut stale[at], false) {
                    continue;
                }
                let edge = self.edge_of(members[at])?;
                let node = members[at] as usize;
                if std::mem::replace(&mut self.edges[node], edge) != edge {
                    for &parent in &parents[at] {
                        stale[parent] = true;
                        any = true;
                    }
                }
            }
        }
        Ok(())
    }
}

//! What definitions that depend on each other mean, as one diagram.

use std::collections::HashMap;

use crate::diagram::{Diagram, Diagrams, Edge, FALSE, TRUE};
use crate::matching::{Expansion, open_sums};
use crate::system::{Gate, Node, Reading, System, Variable};
use crate::table::{Allowance, LEVELS_MAX, Stopped};
use crate::threshold::threshold;

/// The function of a node, and the variable decided at each level. `known`: the nodes whose value
/// no open variable can change.
pub(crate) fn fixpoint(
    system: &System,
    top: Node,
    reading: Reading,
    known: Vec<Option<bool>>,
    fixed: &mut [Option<bool>],
    allowance: &Allowance,
) -> Result<(Diagram, Vec<Variable>), Stopped> {
    let order = walk_order(system, top, &known);
    if order.len() > LEVELS_MAX {
        return Err(Stopped::Depth);
    }
    let mut levels = vec![0u32; system.variable_count()];
    for (level, variable) in (0u32..).zip(&order) {
        levels[variable.index()] = level;
    }
    let mut compiler = Compiler {
        system,
        diagrams: Diagrams::new(allowance),
        levels,
        known,
        denied: HashMap::new(),
    };
    let root = if open_sums(system, top, &compiler.known) {
        let mut expansion = Expansion::new(system, top, reading, &compiler.levels, allowance);
        expansion.expand(fixed, &mut compiler.diagrams)?
    } else {
        compiler.compile(top, reading)?
    };
    Ok((compiler.diagrams.extract(root), order))
}

/// Variables in the order in which a walk from the top first meets them, the heaviest input of
/// each gate first: what decides together stays together, what weighs most decides first.
fn walk_order(system: &System, top: Node, known: &[Option<bool>]) -> Vec<Variable> {
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
            Gate::Quantity(_) | Gate::Sum(_) => {
                open.extend((0..).map_while(|at| system.child(node.0, at)).map(Node));
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
    /// Exact functions of definitions that are negated somewhere.
    denied: HashMap<u32, Edge>,
}

/// What is known of every node from one side, on the assignments still cared for.
struct Side {
    /// By node; false on assignments that are not cared for.
    edges: Vec<Edge>,
    /// By node: an input has changed since it was computed.
    stale: Vec<bool>,
}

/// The part of the system that decides one node.
struct Cone {
    /// Literals, negated references and gates, inputs first: a gate is made after its inputs.
    gates: Vec<u32>,
    /// References and the bodies they stand for.
    references: Vec<(u32, u32)>,
    /// Nodes whose value is known.
    known: Vec<u32>,
    /// By node: the gates that take it as an input.
    parents: Vec<Vec<u32>>,
}

impl Compiler<'_> {
    fn compile(&mut self, top: Node, reading: Reading) -> Result<Edge, Stopped> {
        let system = self.system;
        let cone = system.cone(&[top]);
        for &node in &system.components.order {
            if let Gate::Reference { definition, positive: false } = system.gates[node as usize]
                && cone[node as usize]
                && self.known[node as usize].is_none()
            {
                let body = system.definitions[definition as usize].1;
                let edge = self.solve(body, reading)? ^ 1;
                self.denied.insert(node, edge);
            }
        }
        self.solve(top, reading)
    }

    /// The exact function of a node, by iterating from above and from below at once.
    ///
    /// Fixpoints are taken assignment by assignment, so an assignment for which the top is
    /// decided, whichever way, need not be followed any further. What is still cared for
    /// shrinks with every round, and with it every diagram: without this the definitions of an
    /// entangled system are far larger than the one function asked for.
    fn solve(&mut self, top: Node, reading: Reading) -> Result<Edge, Stopped> {
        let cone = self.open_cone(top);
        let top = top.0 as usize;
        let mut care = TRUE;
        let mut settled = FALSE;
        let mut above = self.side(&cone, TRUE);
        let mut below = self.side(&cone, FALSE);
        loop {
            self.round(&cone, &mut above, care)?;
            self.round(&cone, &mut below, care)?;
            settled = self.diagrams.or(settled, below.edges[top])?;
            let undecided = self.diagrams.and(above.edges[top], below.edges[top] ^ 1)?;
            if undecided != care {
                care = undecided;
                self.narrow(&cone, &mut above, care)?;
                self.narrow(&cone, &mut below, care)?;
            }
            let rising = step(&cone, &mut below);
            let falling = step(&cone, &mut above);
            match reading {
                _ if care == FALSE => return Ok(settled),
                Reading::Least if !rising => return Ok(settled),
                Reading::Greatest if !falling => return self.diagrams.or(settled, care),
                Reading::Least | Reading::Greatest => {}
            }
        }
    }

    /// What the top depends on, not looking behind nodes whose value is known.
    fn open_cone(&self, top: Node) -> Cone {
        let count = self.system.node_count();
        let mut inside = vec![false; count];
        let mut cone = Cone {
            gates: Vec::new(),
            references: Vec::new(),
            known: Vec::new(),
            parents: vec![Vec::new(); count],
        };
        let mut open = vec![top.0];
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut inside[node as usize], true) {
                continue;
            }
            if self.known[node as usize].is_some() {
                cone.known.push(node);
                continue;
            }
            match &self.system.gates[node as usize] {
                Gate::Reference { definition, positive: true } => {
                    let body = self.system.definitions[*definition as usize].1.0;
                    cone.references.push((node, body));
                    open.push(body);
                }
                Gate::Threshold(of) => {
                    for input in self.system.inputs_of(of) {
                        cone.parents[input.0 as usize].push(node);
                        open.push(input.0);
                    }
                    cone.gates.push(node);
                }
                Gate::Quantity(_) | Gate::Sum(_) => {
                    unreachable!("what rests on amounts is expanded, not compiled")
                }
                Gate::Constant(_) | Gate::Literal { .. } | Gate::Reference { .. } => {
                    cone.gates.push(node);
                }
            }
        }
        cone.gates.sort_unstable();
        cone.references.sort_unstable();
        cone
    }

    fn side(&self, cone: &Cone, start: Edge) -> Side {
        let count = self.system.node_count();
        let mut side = Side { edges: vec![FALSE; count], stale: vec![true; count] };
        for &(reference, _) in &cone.references {
            side.edges[reference as usize] = start;
        }
        for &node in &cone.known {
            side.edges[node as usize] = FALSE ^ Edge::from(self.known[node as usize] == Some(true));
        }
        side
    }

    /// Computes every gate again of which an input has changed.
    fn round(&mut self, cone: &Cone, side: &mut Side, care: Edge) -> Result<(), Stopped> {
        for &node in &cone.gates {
            if !std::mem::replace(&mut side.stale[node as usize], false) {
                continue;
            }
            let edge = self.gate(node, &side.edges, care)?;
            if std::mem::replace(&mut side.edges[node as usize], edge) != edge {
                for &parent in &cone.parents[node as usize] {
                    side.stale[parent as usize] = true;
                }
            }
        }
        Ok(())
    }

    fn narrow(&mut self, cone: &Cone, side: &mut Side, care: Edge) -> Result<(), Stopped> {
        let references = cone.references.iter().map(|(reference, _)| reference);
        for &node in cone.gates.iter().chain(references).chain(&cone.known) {
            let edge = &mut side.edges[node as usize];
            *edge = self.diagrams.and(*edge, care)?;
        }
        Ok(())
    }

    fn gate(&mut self, node: u32, edges: &[Edge], care: Edge) -> Result<Edge, Stopped> {
        match &self.system.gates[node as usize] {
            Gate::Constant(value) => Ok(if *value { care } else { FALSE }),
            Gate::Literal { variable, positive } => {
                let edge = self.diagrams.variable(self.levels[*variable as usize])?;
                self.diagrams.and(edge ^ Edge::from(!*positive), care)
            }
            Gate::Reference { .. } => self.diagrams.and(self.denied[&node], care),
            Gate::Quantity(_) | Gate::Sum(_) => {
                unreachable!("what rests on amounts is expanded, not compiled")
            }
            Gate::Threshold(of) => {
                let inputs = self.system.inputs_of(of).iter().enumerate();
                let operands = inputs
                    .map(|(at, input)| (self.system.weight_of(of, at), edges[input.0 as usize]))
                    .collect();
                threshold(&mut self.diagrams, of.need, operands, care)
            }
        }
    }
}

/// Gives every reference what its body has become; false if none has changed.
fn step(cone: &Cone, side: &mut Side) -> bool {
    let mut changed = false;
    for &(reference, body) in &cone.references {
        let edge = side.edges[body as usize];
        if std::mem::replace(&mut side.edges[reference as usize], edge) != edge {
            changed = true;
            for &parent in &cone.parents[reference as usize] {
                side.stale[parent as usize] = true;
            }
        }
    }
    changed
}

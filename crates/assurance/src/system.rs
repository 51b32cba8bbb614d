use std::fmt;
use std::sync::OnceLock;

use crate::components::{Components, components};
use crate::matching::Matching;
use crate::wiring::Wired;

/// A Boolean variable: an atom whose value comes from outside. Equal only within one system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable(pub(crate) u32);

impl Variable {
    /// Position in every slice that holds one entry for each variable: order of declaration.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A name with a body, that may depend on itself through others. Equal only within one system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Definition(pub(crate) u32);

impl Definition {
    /// Position in every slice that holds one entry for each definition: order of declaration.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A Boolean expression of a system. Equal expressions of one system are one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(pub(crate) u32);

/// Which fixpoint of the definitions is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reading {
    /// Only what is founded: a circle that nothing starts does not hold.
    Least,
    /// All that is consistent: a circle that nothing stops holds.
    Greatest,
}

/// Negation stands only at the leaves; and, or, at-least-k are thresholds of unit weights.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Gate {
    Constant(bool),
    Literal {
        variable: u32,
        positive: bool,
    },
    Reference {
        definition: u32,
        positive: bool,
    },
    Threshold(Threshold),
    /// An amount that matches others, by place in [`Matching`]: a node, so that what depends on
    /// what is found for amounts as for all else, and no expression.
    Quantity(u32),
    /// "Amounts add up to a need", by place in [`Matching`].
    Sum(u32),
}

/// "The weights of the inputs that hold add up to at least `need`."
#[derive(Debug, Clone, Copy)]
pub(crate) struct Threshold {
    pub start: u32,
    pub length: u32,
    /// Where the weights start, or `UNIT` when all are 1.
    pub weights: u32,
    pub need: u128,
}

pub(crate) const UNIT: u32 = u32::MAX;

/// A finished system of Boolean expressions and mutually recursive definitions, monotone in
/// whatever is recursive. Made by [`SystemBuilder`](crate::SystemBuilder); does not change.
pub struct System {
    pub(crate) gates: Vec<Gate>,
    pub(crate) inputs: Vec<Node>,
    pub(crate) weights: Vec<u128>,
    pub(crate) variables: Vec<String>,
    pub(crate) definitions: Vec<(String, Node)>,
    pub(crate) references: Vec<Node>,
    pub(crate) matching: Matching,
    pub(crate) components: Components,
    /// Made when the first evaluation asks, and shared by all.
    pub(crate) wired: OnceLock<Wired>,
}

impl System {
    /// Number of variables.
    pub fn variable_count(&self) -> usize {
        self.variables.len()
    }

    /// Number of definitions.
    pub fn definition_count(&self) -> usize {
        self.definitions.len()
    }

    /// Number of nodes, each distinct expression counted once.
    pub fn node_count(&self) -> usize {
        self.gates.len()
    }

    /// Number of inputs of all gates.
    pub fn edge_count(&self) -> usize {
        self.inputs.len()
    }

    /// All variables, in order of declaration.
    pub fn variables(&self) -> impl Iterator<Item = Variable> + use<> {
        (0..).take(self.variables.len()).map(Variable)
    }

    /// All definitions, in order of declaration.
    pub fn definitions(&self) -> impl Iterator<Item = Definition> + use<> {
        (0..).take(self.definitions.len()).map(Definition)
    }

    /// The name a variable was declared with.
    pub fn variable_name(&self, variable: Variable) -> &str {
        &self.variables[variable.index()]
    }

    /// The name a definition was declared with.
    pub fn definition_name(&self, definition: Definition) -> &str {
        &self.definitions[definition.index()].0
    }

    /// The expression a definition stands for.
    pub fn body(&self, definition: Definition) -> Node {
        self.definitions[definition.index()].1
    }

    /// The node that stands for a definition.
    pub fn reference(&self, definition: Definition) -> Node {
        self.references[definition.index()]
    }

    /// The definitions that an expression mentions directly, not through other definitions, in
    /// order of declaration.
    pub fn mentions(&self, node: Node) -> Vec<Definition> {
        let mut seen = vec![false; self.gates.len()];
        let mut found = Vec::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut seen[node.0 as usize], true) {
                continue;
            }
            match self.gates[node.0 as usize] {
                Gate::Reference { definition, .. } => found.push(Definition(definition)),
                Gate::Threshold(threshold) => open.extend(self.inputs_of(&threshold)),
                // What a quantity rests on it does not mention: that is another's affair.
                Gate::Sum(sum) => {
                    open.extend(self.matching.sums[sum as usize].inputs.iter().map(|(_, of)| of));
                }
                Gate::Constant(_) | Gate::Literal { .. } | Gate::Quantity(_) => {}
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The variables that an expression depends on, through definitions too, in order of
    /// declaration.
    pub fn support(&self, node: Node) -> Vec<Variable> {
        let cone = self.cone(&[node]);
        let mut found: Vec<Variable> = Vec::new();
        for (gate, _) in self.gates.iter().zip(&cone).filter(|(_, inside)| **inside) {
            if let Gate::Literal { variable, .. } = gate {
                found.push(Variable(*variable));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    pub(crate) fn inputs_of(&self, threshold: &Threshold) -> &[Node] {
        let start = threshold.start as usize;
        &self.inputs[start..start + threshold.length as usize]
    }

    pub(crate) fn wired(&self) -> &Wired {
        self.wired.get_or_init(|| Wired::new(self))
    }

    pub(crate) fn weight_of(&self, threshold: &Threshold, at: usize) -> u128 {
        if threshold.weights == UNIT { 1 } else { self.weights[threshold.weights as usize + at] }
    }

    /// The k-th node that a node depends on directly.
    pub(crate) fn child(&self, node: u32, at: usize) -> Option<u32> {
        match &self.gates[node as usize] {
            Gate::Threshold(threshold) => self.inputs_of(threshold).get(at).map(|input| input.0),
            Gate::Reference { definition, .. } if at == 0 => {
                Some(self.definitions[*definition as usize].1.0)
            }
            Gate::Quantity(quantity) => self.matching.child_of_quantity(*quantity, at),
            Gate::Sum(sum) => self.matching.child_of_sum(*sum, at),
            Gate::Constant(_) | Gate::Literal { .. } | Gate::Reference { .. } => None,
        }
    }

    /// True for each node that any of the roots depends on, the roots included.
    pub(crate) fn cone(&self, roots: &[Node]) -> Vec<bool> {
        let mut inside = vec![false; self.gates.len()];
        let mut open: Vec<u32> = roots.iter().map(|root| root.0).collect();
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut inside[node as usize], true) {
                continue;
            }
            open.extend((0..).map_while(|at| self.child(node, at)));
        }
        inside
    }

    /// Whether a component of the schedule refers to itself.
    pub(crate) fn is_cyclic(&self, component: &[u32]) -> bool {
        component.len() > 1 || self.child(component[0], 0) == Some(component[0])
    }

    /// All components, what is depended on first.
    pub(crate) fn schedule(&mut self) {
        let count = self.gates.len();
        let roots = (0..).take(count);
        self.components = components(count, roots, |node, at| self.child(node, at));
    }

    fn describe(&self, node: Node) -> String {
        match self.gates[node.0 as usize] {
            Gate::Constant(value) => value.to_string(),
            Gate::Literal { variable, positive } => {
                sign(positive, &self.variables[variable as usize])
            }
            Gate::Reference { definition, positive } => {
                sign(positive, &self.definitions[definition as usize].0)
            }
            Gate::Threshold(_) | Gate::Sum(_) => format!("#{}", node.0),
            Gate::Quantity(quantity) => format!("q{quantity}"),
        }
    }
}

fn sign(positive: bool, name: &str) -> String {
    if positive { name.to_owned() } else { format!("not {name}") }
}

/// One line for each gate and each definition; `#7` names the gate whose line begins so.
impl fmt::Display for System {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, gate) in self.gates.iter().enumerate() {
            let threshold = match gate {
                Gate::Threshold(threshold) => threshold,
                Gate::Quantity(_) | Gate::Sum(_) => {
                    self.matching.describe(gate, index, |node| self.describe(node), out)?;
                    continue;
                }
                Gate::Constant(_) | Gate::Literal { .. } | Gate::Reference { .. } => continue,
            };
            let parts = self.inputs_of(threshold).iter().enumerate();
            let names: Vec<String> = parts
                .map(|(at, &input)| match threshold.weights {
                    UNIT => self.describe(input),
                    _ => format!("{} x {}", self.weight_of(threshold, at), self.describe(input)),
                })
                .collect();
            match (threshold.weights == UNIT, threshold.need) {
                (true, 1) => writeln!(out, "#{index} = {}", names.join(" or "))?,
                (true, need) if need == u128::from(threshold.length) => {
                    writeln!(out, "#{index} = {}", names.join(" and "))?;
                }
                (_, need) => writeln!(out, "#{index} = at least {need} of ({})", names.join(", "))?,
            }
        }
        for (name, body) in &self.definitions {
            writeln!(out, "{name} := {}", self.describe(*body))?;
        }
        Ok(())
    }
}

impl fmt::Debug for System {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

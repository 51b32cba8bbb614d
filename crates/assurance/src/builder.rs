use std::collections::{HashMap, VecDeque};
use std::sync::OnceLock;

use crate::components::Components;
use crate::matching::{Draft, Quantity, Sum};
use crate::refusal::Refusal;
use crate::system::{Definition, Gate, Node, System, Threshold, UNIT, Variable};

/// What makes two gates the same.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Constant(bool),
    Literal(u32, bool),
    Reference(u32, bool),
    Threshold(u128, Box<[(u128, Node)]>),
    Quantity(Quantity),
    Sum(u128, Box<[(u128, Node)]>, Box<[Quantity]>),
}

const WEIGHTS_MAX: u128 = i128::MAX.cast_unsigned();

/// Makes a [`System`], node by node. Equal expressions become one node; negation is carried to
/// the leaves; constants, repeated inputs and weights larger than needed are simplified away.
///
/// Nodes, variables and definitions belong to the builder that made them.
#[derive(Default)]
pub struct SystemBuilder {
    gates: Vec<Gate>,
    inputs: Vec<Node>,
    weights: Vec<u128>,
    interned: HashMap<Key, Node>,
    /// By node.
    negations: Vec<Option<Node>>,
    variables: Vec<String>,
    variables_by_name: HashMap<String, Variable>,
    definitions: Vec<(String, Option<Node>)>,
    pub(crate) draft: Draft,
    refusal: Option<Refusal>,
}

impl SystemBuilder {
    /// An empty system.
    pub fn new() -> Self {
        Self::default()
    }

    /// The expression that always, or never, holds.
    pub fn constant(&mut self, value: bool) -> Node {
        self.intern(Key::Constant(value))
    }

    /// The variable of that name; the same name gives the same variable.
    pub fn variable(&mut self, name: &str) -> Variable {
        if let Some(&known) = self.variables_by_name.get(name) {
            return known;
        }
        let variable = Variable(self.number(self.variables.len()));
        self.variables.push(name.to_owned());
        self.variables_by_name.insert(name.to_owned(), variable);
        variable
    }

    /// The expression "this variable holds".
    pub fn literal(&mut self, variable: Variable) -> Node {
        self.intern(Key::Literal(variable.0, true))
    }

    /// Declares a definition, to be given its body by [`define`](Self::define). Its name is for
    /// messages only and need not be unique.
    pub fn definition(&mut self, name: &str) -> Definition {
        let definition = Definition(self.number(self.definitions.len()));
        self.definitions.push((name.to_owned(), None));
        self.reference(definition);
        definition
    }

    /// The expression "this definition holds".
    pub fn reference(&mut self, definition: Definition) -> Node {
        self.intern(Key::Reference(definition.0, true))
    }

    /// Gives a definition its body.
    ///
    /// # Errors
    /// [`Refusal::TwoBodies`] if it has one.
    pub fn define(&mut self, definition: Definition, body: Node) -> Result<(), Refusal> {
        let (name, slot) = &mut self.definitions[definition.index()];
        if slot.is_some() {
            return Err(Refusal::TwoBodies { name: name.clone() });
        }
        *slot = Some(body);
        Ok(())
    }

    /// All of the inputs hold; true for none.
    pub fn and(&mut self, inputs: &[Node]) -> Node {
        self.at_least(inputs.len(), inputs)
    }

    /// Any of the inputs holds; false for none.
    pub fn or(&mut self, inputs: &[Node]) -> Node {
        self.at_least(1, inputs)
    }

    /// At least `least` of the inputs hold; an input given twice counts twice.
    pub fn at_least(&mut self, least: usize, inputs: &[Node]) -> Node {
        let pairs = inputs.iter().map(|&input| (1, input)).collect();
        self.threshold(least as u128, pairs)
    }

    /// The weights of the inputs that hold add up to at least `need`, exactly.
    ///
    /// # Errors
    /// [`Refusal::WeightsOverflow`] if the weights add up to more than 2^127 - 1.
    pub fn weighted_at_least(
        &mut self,
        need: u128,
        inputs: &[(u128, Node)],
    ) -> Result<Node, Refusal> {
        let mut total = 0u128;
        for &(weight, _) in inputs {
            let sum = total.checked_add(weight).filter(|sum| *sum <= WEIGHTS_MAX);
            total = sum.ok_or(Refusal::WeightsOverflow)?;
        }
        Ok(self.threshold(need, inputs.to_vec()))
    }

    /// The input does not hold.
    pub fn not(&mut self, input: Node) -> Node {
        // Depth first with a stack of its own: an expression may be deeper than the call stack.
        let mut open = vec![input];
        while let Some(&node) = open.last() {
            if self.negation(node).is_some() {
                open.pop();
                continue;
            }
            let missing = self.unnegated_inputs(node);
            if !missing.is_empty() {
                open.extend(missing);
                continue;
            }
            open.pop();
            let negation = self.negate(node);
            self.negations.resize(self.gates.len(), None);
            self.negations[node.0 as usize] = Some(negation);
            self.negations[negation.0 as usize] = Some(node);
        }
        self.known_negation(input)
    }

    fn negation(&self, node: Node) -> Option<Node> {
        self.negations.get(node.0 as usize).copied().flatten()
    }

    fn known_negation(&self, node: Node) -> Node {
        self.negation(node).expect("its inputs were negated before it")
    }

    /// Closes the system.
    ///
    /// # Errors
    /// [`Refusal::NoBody`], [`Refusal::NegativeRecursion`] with the path, or
    /// [`Refusal::TooLarge`].
    pub fn finish(self) -> Result<System, Refusal> {
        if let Some(refusal) = self.refusal {
            return Err(refusal);
        }
        let mut definitions = Vec::with_capacity(self.definitions.len());
        for (name, body) in self.definitions {
            match body {
                Some(body) => definitions.push((name, body)),
                None => return Err(Refusal::NoBody { name }),
            }
        }
        let references = (0..)
            .take(definitions.len())
            .map(|definition| self.interned[&Key::Reference(definition, true)])
            .collect();
        let mut system = System {
            gates: self.gates,
            inputs: self.inputs,
            weights: self.weights,
            variables: self.variables,
            definitions,
            references,
            matching: self.draft.finish(),
            components: Components { order: Vec::new(), ends: Vec::new() },
            wired: OnceLock::new(),
        };
        system.schedule();
        refuse_negative_recursion(&system)?;
        Ok(system)
    }

    fn unnegated_inputs(&self, node: Node) -> Vec<Node> {
        match self.gates[node.0 as usize] {
            Gate::Threshold(threshold) => {
                let start = threshold.start as usize;
                let inputs = &self.inputs[start..start + threshold.length as usize];
                inputs.iter().copied().filter(|input| self.negation(*input).is_none()).collect()
            }
            Gate::Constant(_)
            | Gate::Literal { .. }
            | Gate::Reference { .. }
            | Gate::Quantity(_)
            | Gate::Sum(_) => Vec::new(),
        }
    }

    /// Sum w x < T is sum w (1 - x) >= W - T + 1, where W is the sum of all w.
    fn negate(&mut self, node: Node) -> Node {
        match self.gates[node.0 as usize] {
            Gate::Constant(value) => self.constant(!value),
            Gate::Literal { variable, positive } => self.intern(Key::Literal(variable, !positive)),
            Gate::Reference { definition, positive } => {
                self.intern(Key::Reference(definition, !positive))
            }
            Gate::Threshold(threshold) => {
                let pairs: Vec<(u128, Node)> = (0..threshold.length as usize)
                    .map(|at| {
                        let weight = match threshold.weights {
                            UNIT => 1,
                            weights => self.weights[weights as usize + at],
                        };
                        (weight, self.known_negation(self.inputs[threshold.start as usize + at]))
                    })
                    .collect();
                let total: u128 = pairs.iter().map(|(weight, _)| weight).sum();
                self.threshold(total + 1 - threshold.need, pairs)
            }
            // Amounts have no complement to be turned into, so the whole sum gets a name.
            Gate::Quantity(_) | Gate::Sum(_) => {
                let sum = self.definition(&format!("#{}", node.0));
                self.definitions[sum.index()].1 = Some(node);
                self.intern(Key::Reference(sum.0, false))
            }
        }
    }

    /// The normal form of a threshold whose weights add up to no more than `WEIGHTS_MAX`.
    fn threshold(&mut self, need: u128, pairs: Vec<(u128, Node)>) -> Node {
        let (need, mut pairs) = self.without_constants(need, pairs);
        let total: u128 = pairs.iter().map(|(weight, _)| weight).sum();
        if need == 0 || total < need {
            return self.constant(need == 0);
        }
        for (weight, _) in &mut pairs {
            *weight = (*weight).min(need);
        }
        let mut divisor = 0;
        for (weight, _) in &pairs {
            divisor = common_divisor(divisor, *weight);
            if divisor == 1 {
                break;
            }
        }
        let mut need = need;
        if divisor > 1 {
            need = need.div_ceil(divisor);
            pairs.iter_mut().for_each(|(weight, _)| *weight /= divisor);
        }
        let total: u128 = pairs.iter().map(|(weight, _)| weight).sum();
        let least = pairs.iter().map(|(weight, _)| *weight).min().unwrap_or(0);
        if total - least < need {
            need = pairs.len() as u128;
            pairs.iter_mut().for_each(|(weight, _)| *weight = 1);
        }
        match pairs.as_slice() {
            [(_, only)] => *only,
            _ => self.intern(Key::Threshold(need, pairs.into_boxed_slice())),
        }
    }

    /// Takes constants, repetitions and complementary pairs into the need; sorts the rest.
    fn without_constants(
        &self,
        mut need: u128,
        mut pairs: Vec<(u128, Node)>,
    ) -> (u128, Vec<(u128, Node)>) {
        pairs.retain(|&(weight, node)| match self.gates[node.0 as usize] {
            Gate::Constant(value) => {
                need = need.saturating_sub(if value { weight } else { 0 });
                false
            }
            _ => weight > 0,
        });
        pairs.sort_unstable_by_key(|(_, node)| *node);
        pairs.dedup_by(|again, kept| {
            let same = again.1 == kept.1;
            kept.0 += if same { again.0 } else { 0 };
            same
        });
        for at in 0..pairs.len() {
            let Some(negation) = self.negation(pairs[at].1) else { continue };
            let Ok(other) = pairs.binary_search_by_key(&negation, |(_, node)| *node) else {
                continue;
            };
            // One of the two always holds, so the smaller weight is always there.
            let sure = pairs[at].0.min(pairs[other].0);
            need = need.saturating_sub(sure);
            pairs[at].0 -= sure;
            pairs[other].0 -= sure;
        }
        pairs.retain(|(weight, _)| *weight > 0);
        (need, pairs)
    }

    /// The node that stands for a quantity; it is no expression.
    pub(crate) fn quantity_node(&mut self, quantity: Quantity) -> Node {
        self.intern(Key::Quantity(quantity))
    }

    /// The expression that a sum reaches its need.
    pub(crate) fn sum_node(&mut self, sum: Sum) -> Node {
        self.intern(Key::Sum(sum.need, sum.inputs.into(), sum.quantities.into()))
    }

    fn intern(&mut self, key: Key) -> Node {
        if let Some(&known) = self.interned.get(&key) {
            return known;
        }
        let gate = match &key {
            Key::Constant(value) => Gate::Constant(*value),
            Key::Literal(variable, positive) => {
                Gate::Literal { variable: *variable, positive: *positive }
            }
            Key::Reference(definition, positive) => {
                Gate::Reference { definition: *definition, positive: *positive }
            }
            Key::Threshold(need, pairs) => {
                let start = self.number(self.inputs.len());
                self.inputs.extend(pairs.iter().map(|(_, node)| *node));
                let unit = pairs.iter().all(|(weight, _)| *weight == 1);
                let weights = if unit { UNIT } else { self.number(self.weights.len()) };
                if !unit {
                    self.weights.extend(pairs.iter().map(|(weight, _)| *weight));
                }
                let length = self.number(pairs.len());
                Gate::Threshold(Threshold { start, length, weights, need: *need })
            }
            Key::Quantity(quantity) => Gate::Quantity(quantity.0),
            Key::Sum(need, inputs, quantities) => {
                let number = self.number(self.draft.sums.len());
                let (inputs, quantities) = (inputs.to_vec(), quantities.to_vec());
                self.draft.sums.push(Sum { need: *need, inputs, quantities });
                Gate::Sum(number)
            }
        };
        let node = Node(self.number(self.gates.len()));
        self.gates.push(gate);
        self.interned.insert(key, node);
        node
    }

    /// Past 2^32 - 2 the system is marked, and refused when finished.
    pub(crate) fn number(&mut self, index: usize) -> u32 {
        match u32::try_from(index) {
            Ok(number) if number != UNIT => number,
            _ => {
                self.refusal = Some(Refusal::TooLarge);
                0
            }
        }
    }
}

fn common_divisor(mut one: u128, mut other: u128) -> u128 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

/// In normal form only a negated reference can break monotony, and only inside a circle.
fn refuse_negative_recursion(system: &System) -> Result<(), Refusal> {
    for component in system.components.iter() {
        for &node in component {
            let Gate::Reference { definition, positive: false } = system.gates[node as usize]
            else {
                continue;
            };
            if system.is_cyclic(component) {
                let path = path_back(system, component, node, definition);
                return Err(Refusal::NegativeRecursion { path });
            }
        }
    }
    Ok(())
}

/// Shortest way from a negated reference through its body back to itself, as names.
fn path_back(system: &System, component: &[u32], start: u32, definition: u32) -> Vec<String> {
    let inside: std::collections::HashSet<u32> = component.iter().copied().collect();
    let mut reached_from: HashMap<u32, u32> = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for below in (0..).map_while(|at| system.child(node, at)) {
            if inside.contains(&below) && !reached_from.contains_key(&below) {
                reached_from.insert(below, node);
                queue.push_back(below);
            }
        }
    }
    let name = |index: u32| system.definitions[index as usize].0.clone();
    let mut path = vec![format!("not {}", name(definition))];
    let mut node = reached_from.get(&start).copied().unwrap_or(start);
    while node != start {
        if let Gate::Reference { definition, .. } = system.gates[node as usize] {
            path.push(name(definition));
        }
        node = reached_from.get(&node).copied().unwrap_or(start);
    }
    path.push(name(definition));
    path.reverse();
    path
}

//! Small worlds of known truth: expressions as plain trees, evaluated by naive iteration, and
//! answered by trying every assignment.

use assurance::{Definition, Node, Reading, Refusal, System, SystemBuilder, Variable};

/// An expression as it was written, before any simplification.
#[derive(Debug, Clone)]
pub enum Tree {
    Constant(bool),
    Variable(usize),
    Defined(usize),
    Not(Box<Tree>),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    AtLeast(usize, Vec<Tree>),
    Weighted(u128, Vec<(u128, Tree)>),
}

/// A system as it was written. Layers are ranges of definitions: one may negate what stands in
/// an earlier layer.
#[derive(Debug, Clone)]
pub struct World {
    pub variables: usize,
    pub layers: Vec<std::ops::Range<usize>>,
    pub bodies: Vec<Tree>,
    pub top: Tree,
}

pub struct Built {
    pub system: System,
    pub top: Node,
}

impl Built {
    pub fn variables(&self) -> Vec<Variable> {
        self.system.variables().collect()
    }
}

/// Names whose alphabetical order is not the order of declaration.
pub fn name_of(variable: usize) -> String {
    format!("v{:03}", (variable * 7 + 3) % 1009)
}

impl World {
    pub fn build(&self) -> Result<Built, Refusal> {
        let mut builder = SystemBuilder::new();
        for variable in 0..self.variables {
            builder.variable(&name_of(variable));
        }
        let declare = |at: usize| format!("d{at}");
        let definitions: Vec<Definition> =
            (0..self.bodies.len()).map(|at| builder.definition(&declare(at))).collect();
        for (definition, body) in definitions.iter().zip(&self.bodies) {
            let body = node(&mut builder, &definitions, body)?;
            builder.define(*definition, body)?;
        }
        let top = node(&mut builder, &definitions, &self.top)?;
        Ok(Built { system: builder.finish()?, top })
    }

    /// Values of all definitions by naive iteration, layer by layer.
    pub fn definitions(&self, reading: Reading, assignment: &[bool]) -> Vec<bool> {
        let mut values = vec![reading == Reading::Greatest; self.bodies.len()];
        for layer in &self.layers {
            loop {
                let next: Vec<bool> =
                    layer.clone().map(|at| value(&self.bodies[at], assignment, &values)).collect();
                if next == values[layer.clone()] {
                    break;
                }
                values[layer.clone()].copy_from_slice(&next);
            }
        }
        values
    }

    pub fn holds(&self, reading: Reading, assignment: &[bool]) -> bool {
        value(&self.top, assignment, &self.definitions(reading, assignment))
    }

    /// The top's value for each assignment, numbered by its bits.
    pub fn truth_table(&self, reading: Reading) -> Vec<bool> {
        (0..1usize << self.variables)
            .map(|bits| self.holds(reading, &assignment(bits, self.variables)))
            .collect()
    }
}

pub fn assignment(bits: usize, variables: usize) -> Vec<bool> {
    (0..variables).map(|at| bits >> at & 1 == 1).collect()
}

fn node(
    builder: &mut SystemBuilder,
    definitions: &[Definition],
    tree: &Tree,
) -> Result<Node, Refusal> {
    let nodes = |builder: &mut SystemBuilder, trees: &[Tree]| -> Result<Vec<Node>, Refusal> {
        trees.iter().map(|tree| node(builder, definitions, tree)).collect()
    };
    Ok(match tree {
        Tree::Constant(value) => builder.constant(*value),
        Tree::Variable(at) => {
            let variable = builder.variable(&name_of(*at));
            builder.literal(variable)
        }
        Tree::Defined(at) => builder.reference(definitions[*at]),
        Tree::Not(inner) => {
            let inner = node(builder, definitions, inner)?;
            builder.not(inner)
        }
        Tree::And(inputs) => {
            let inputs = nodes(builder, inputs)?;
            builder.and(&inputs)
        }
        Tree::Or(inputs) => {
            let inputs = nodes(builder, inputs)?;
            builder.or(&inputs)
        }
        Tree::AtLeast(least, inputs) => {
            let inputs = nodes(builder, inputs)?;
            builder.at_least(*least, &inputs)
        }
        Tree::Weighted(need, inputs) => {
            let mut pairs = Vec::new();
            for (weight, input) in inputs {
                pairs.push((*weight, node(builder, definitions, input)?));
            }
            builder.weighted_at_least(*need, &pairs)?
        }
    })
}

pub fn value(tree: &Tree, assignment: &[bool], defined: &[bool]) -> bool {
    let value = |tree: &Tree| value(tree, assignment, defined);
    match tree {
        Tree::Constant(constant) => *constant,
        Tree::Variable(at) => assignment[*at],
        Tree::Defined(at) => defined[*at],
        Tree::Not(inner) => !value(inner),
        Tree::And(inputs) => inputs.iter().all(value),
        Tree::Or(inputs) => inputs.iter().any(value),
        Tree::AtLeast(least, inputs) => {
            inputs.iter().filter(|input| value(input)).count() >= *least
        }
        Tree::Weighted(need, inputs) => {
            let held = inputs.iter().filter(|(_, input)| value(input));
            held.map(|(weight, _)| weight).sum::<u128>() >= *need
        }
    }
}

/// All minimal sets of flips from `base` that reach `target`, by size, then by name.
pub fn minimal_sets(
    table: &[bool],
    base: usize,
    flips: &[usize],
    target: bool,
) -> Vec<Vec<Variable>> {
    let spread = |set: usize| -> usize {
        let chosen = flips.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
        chosen.fold(0, |bits, (_, flip)| bits | 1 << flip)
    };
    let count = 1usize << flips.len();
    let reaches: Vec<bool> = (0..count).map(|set| table[base ^ spread(set)] == target).collect();
    let mut above = vec![false; count];
    let mut found = Vec::new();
    for set in 0..count {
        let less = (0..flips.len()).filter(|at| set >> at & 1 == 1).map(|at| set & !(1 << at));
        above[set] = less.into_iter().any(|less| above[less] || reaches[less]);
        if reaches[set] && !above[set] {
            let mut members: Vec<usize> =
                (0..flips.len()).filter(|at| set >> at & 1 == 1).map(|at| flips[at]).collect();
            members.sort_by_key(|at| name_of(*at));
            found.push(members);
        }
    }
    let names = |set: &[usize]| set.iter().map(|at| name_of(*at)).collect::<Vec<_>>();
    found.sort_by_key(|set| (set.len(), names(set)));
    // Variables are numbered in order of declaration, and an empty system of as many says so.
    let mut builder = SystemBuilder::new();
    let most = table.len().ilog2() as usize;
    let variables: Vec<Variable> = (0..most).map(|at| builder.variable(&name_of(at))).collect();
    found.into_iter().map(|set| set.into_iter().map(|at| variables[at]).collect()).collect()
}

/// P(top is true), P(top is false), summed over all assignments.
pub fn probability(table: &[bool], chances: &[f64]) -> (f64, f64) {
    let (mut holds, mut fails) = (0.0, 0.0);
    for (bits, value) in table.iter().enumerate() {
        let weigh = |(at, chance): (usize, &f64)| match bits >> at & 1 {
            1 => *chance,
            _ => 1.0 - chance,
        };
        let mass: f64 = chances.iter().enumerate().map(weigh).product();
        *(if *value { &mut holds } else { &mut fails }) += mass;
    }
    (holds, fails)
}

/// A small, seeded source of chance (SplitMix64), so that a failing seed can be replayed.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("below a usize")
    }

    pub fn chance(&mut self) -> f64 {
        match self.below(6) {
            0 => 0.0,
            1 => 1.0,
            2 => 1e-9,
            _ => (self.next() >> 11) as f64 / (1u64 << 53) as f64,
        }
    }

    /// A world of at most so many variables, with up to two layers of definitions.
    pub fn world(&mut self, variables_most: usize, negation: bool) -> World {
        let variables = variables_most / 2 + self.below(variables_most.div_ceil(2) + 1);
        let first = self.below(6);
        let second = if negation { self.below(4) } else { 0 };
        let layers = vec![0..first, first..first + second];
        let mut bodies = Vec::new();
        for layer in &layers {
            for _ in layer.clone() {
                bodies.push(self.tree(variables, layer.end, layer.start, negation, 3));
            }
        }
        let all = first + second;
        let deniable = if negation { all } else { 0 };
        let parts: Vec<Tree> =
            (0..5).map(|_| self.tree(variables, all, deniable, negation, 3)).collect();
        let top = Tree::AtLeast(1 + self.below(5), parts);
        World { variables, layers, bodies, top }
    }

    /// `deniable`: definitions below this may stand under a negation.
    fn tree(
        &mut self,
        variables: usize,
        definitions: usize,
        deniable: usize,
        negation: bool,
        depth: usize,
    ) -> Tree {
        if depth == 0 || depth < 3 && self.below(4) == 0 {
            return match self.below(24) {
                0 => Tree::Constant(self.below(2) == 0),
                1..7 if definitions > 0 => Tree::Defined(self.below(definitions)),
                _ => Tree::Variable(self.below(variables)),
            };
        }
        let kind = self.below(if negation { 6 } else { 5 });
        if kind == 5 {
            let inner = self.tree(variables, deniable, deniable, true, depth - 1);
            return Tree::Not(Box::new(inner));
        }
        let inputs: Vec<Tree> = (0..1 + self.below(4))
            .map(|_| self.tree(variables, definitions, deniable, negation, depth - 1))
            .collect();
        match kind {
            0 => Tree::And(inputs),
            1 => Tree::Or(inputs),
            2 => {
                let least = 1 + self.below(inputs.len());
                let odd = self.below(20) == 0;
                Tree::AtLeast(if odd { inputs.len() + 1 } else { least }, inputs)
            }
            _ => {
                let weights = [0, 1, 1, 2, 3, 5, 7, 12, 30, u128::from(u64::MAX)];
                let pairs: Vec<(u128, Tree)> =
                    inputs.into_iter().map(|input| (weights[self.below(10)], input)).collect();
                let total: u128 = pairs.iter().map(|(weight, _)| weight).sum();
                let need = total * (20 + self.below(70)) as u128 / 100 + self.below(2) as u128;
                Tree::Weighted(need, pairs)
            }
        }
    }
}

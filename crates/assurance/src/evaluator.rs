use crate::matching::{Exact, Pools, Quantity};
use crate::system::{Definition, Gate, Node, Reading, System};

/// Which side of a partial assignment is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bias {
    /// What holds whatever the open variables turn out to be.
    Certain,
    /// What could hold.
    Possible,
}

/// Answers "what holds?" for one assignment after another, in time linear in the size of the
/// system, without allocating between them.
///
/// What is not recursive is computed once, inputs first. Each circle is a worklist with one
/// running sum for each gate (Dowling and Gallier, 1984): every edge is followed at most once.
pub struct Evaluator<'a> {
    system: &'a System,
    reading: Reading,
    steps: Vec<Step>,
    /// Members of circles, one circle after another.
    members: Vec<u32>,
    /// Within circles: who takes each node as an input and with what weight.
    parents: Vec<(u32, u128)>,
    parents_start: Vec<u32>,
    values: Vec<bool>,
    sums: Vec<u128>,
    queue: Vec<u32>,
    pools: Pools,
}

enum Step {
    Single(u32),
    Circle(Circle),
}

struct Circle {
    /// In [`Evaluator::members`].
    members: std::ops::Range<usize>,
    /// Sums of amounts among them, and the pools of the quantities among them.
    sums: Vec<(u32, u32)>,
    pools: Vec<u32>,
}

/// Values of the leaves for one evaluation.
trait Leaves {
    fn literal(&self, variable: usize, positive: bool) -> bool;
    fn negated(&self, value: bool) -> bool;
}

struct Full<'a>(&'a [bool]);

impl Leaves for Full<'_> {
    fn literal(&self, variable: usize, positive: bool) -> bool {
        self.0.get(variable).copied().unwrap_or(false) == positive
    }

    fn negated(&self, value: bool) -> bool {
        !value
    }
}

struct Partial<'a>(&'a [Option<bool>], Bias);

impl Leaves for Partial<'_> {
    fn literal(&self, variable: usize, positive: bool) -> bool {
        match self.0.get(variable).copied().flatten() {
            Some(value) => value == positive,
            None => self.1 == Bias::Possible,
        }
    }

    /// The other side is not at hand, so the answer is the one that cannot be wrong.
    fn negated(&self, _: bool) -> bool {
        self.1 == Bias::Possible
    }
}

impl<'a> Evaluator<'a> {
    /// Ready for the whole system.
    pub fn new(system: &'a System, reading: Reading) -> Self {
        Self::inside(system, reading, &vec![true; system.gates.len()])
    }

    /// Ready for what these nodes depend on, and nothing else: all other values stay false.
    pub fn of(system: &'a System, reading: Reading, nodes: &[Node]) -> Self {
        Self::inside(system, reading, &system.cone(nodes))
    }

    fn inside(system: &'a System, reading: Reading, inside: &[bool]) -> Self {
        let count = system.gates.len();
        let mut evaluator = Self {
            system,
            reading,
            steps: Vec::new(),
            members: Vec::new(),
            parents: Vec::new(),
            parents_start: Vec::new(),
            values: vec![false; count],
            sums: Vec::new(),
            queue: Vec::new(),
            pools: Pools::new(system),
        };
        for component in system.components.iter().filter(|of| inside[of[0] as usize]) {
            if system.is_cyclic(component) {
                let start = evaluator.members.len();
                evaluator.members.extend_from_slice(component);
                let circle = Circle::new(system, component, start);
                evaluator.steps.push(Step::Circle(circle));
            } else {
                evaluator.steps.push(Step::Single(component[0]));
            }
        }
        evaluator.link_circles();
        evaluator
    }

    /// Lists, for each node in a circle, the gates of the same circle that take it as an input.
    fn link_circles(&mut self) {
        let count = self.system.gates.len();
        let mut circle = vec![u32::MAX; count];
        for (number, step) in (0..).zip(&self.steps) {
            if let Step::Circle(of) = step {
                for &node in &self.members[of.members.clone()] {
                    circle[node as usize] = number;
                }
            }
        }
        if self.members.is_empty() {
            return;
        }
        self.sums = vec![0; count];
        let mut starts = vec![0u32; count + 2];
        let mut edges = Vec::new();
        for &node in &self.members {
            // Amounts are found all at once, when all else has settled.
            if matches!(self.system.gates[node as usize], Gate::Quantity(_) | Gate::Sum(_)) {
                continue;
            }
            for (at, below) in (0..).map_while(|at| Some((at, self.system.child(node, at)?))) {
                if circle[below as usize] == circle[node as usize] {
                    let weight = match &self.system.gates[node as usize] {
                        Gate::Threshold(threshold) => self.system.weight_of(threshold, at),
                        _ => 1,
                    };
                    edges.push((below, node, weight));
                    starts[below as usize + 2] += 1;
                }
            }
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        self.parents = vec![(0, 0); edges.len()];
        for (below, node, weight) in edges {
            let slot = &mut starts[below as usize + 1];
            self.parents[*slot as usize] = (node, weight);
            *slot += 1;
        }
        self.parents_start = starts;
    }

    /// Computes what holds under a full assignment: one entry for each variable, by
    /// [`Variable::index`](crate::Variable::index). Entries missing at the end are false.
    pub fn evaluate(&mut self, assignment: &[bool]) {
        self.run(&Full(assignment));
    }

    /// Computes a sound bound on what holds when some variables are open (`None`, or missing at
    /// the end). With [`Bias::Certain`] nothing is called true that some completion makes false;
    /// with [`Bias::Possible`] nothing is called false that some completion makes true. Exact
    /// where no variable occurs both plain and negated and no recursive name is negated.
    pub fn evaluate_partial(&mut self, assignment: &[Option<bool>], bias: Bias) {
        self.run(&Partial(assignment, bias));
    }

    /// Whether an expression holds under the assignment evaluated last.
    pub fn holds(&self, node: Node) -> bool {
        self.values[node.0 as usize]
    }

    /// Whether a definition holds under the assignment evaluated last.
    pub fn defined(&self, definition: Definition) -> bool {
        self.holds(self.system.reference(definition))
    }

    /// Whether each definition holds under the assignment evaluated last, by
    /// [`Definition::index`].
    pub fn definitions(&self) -> Vec<bool> {
        self.system.references.iter().map(|&reference| self.holds(reference)).collect()
    }

    /// The amount of a quantity under the assignment evaluated last; zero if it is not in force.
    pub fn amount(&self, quantity: Quantity) -> Exact {
        self.pools.amount(self.system, quantity)
    }

    fn run(&mut self, leaves: &impl Leaves) {
        let steps = std::mem::take(&mut self.steps);
        for step in &steps {
            match step {
                Step::Single(node) => {
                    if let Gate::Quantity(quantity) = self.system.gates[*node as usize] {
                        let pool = self.system.matching.promise(Quantity(quantity)).pool;
                        self.pools.settle(self.system, pool, self.reading, &self.values);
                    }
                    let node = *node as usize;
                    self.values[node] = self.single(node, leaves);
                }
                Step::Circle(circle) => self.circle(circle),
            }
        }
        self.steps = steps;
    }

    fn single(&self, node: usize, leaves: &impl Leaves) -> bool {
        let system = self.system;
        match &system.gates[node] {
            Gate::Constant(value) => *value,
            Gate::Literal { variable, positive } => leaves.literal(*variable as usize, *positive),
            Gate::Reference { definition, positive } => {
                let value = self.values[system.definitions[*definition as usize].1.0 as usize];
                if *positive { value } else { leaves.negated(value) }
            }
            Gate::Threshold(threshold) => {
                let inputs = system.inputs_of(threshold);
                if threshold.weights != crate::system::UNIT {
                    let start = threshold.weights as usize;
                    let weights = &system.weights[start..start + inputs.len()];
                    let mut sum = 0;
                    return inputs.iter().zip(weights).any(|(input, weight)| {
                        sum += if self.values[input.0 as usize] { *weight } else { 0 };
                        sum >= threshold.need
                    });
                }
                let mut missing = threshold.need;
                if missing == inputs.len() as u128 {
                    return inputs.iter().all(|input| self.values[input.0 as usize]);
                }
                inputs.iter().any(|input| {
                    missing -= u128::from(self.values[input.0 as usize]);
                    missing == 0
                })
            }
            Gate::Quantity(quantity) => {
                self.values[system.matching.promise(Quantity(*quantity)).when.0 as usize]
            }
            Gate::Sum(sum) => self.reaches(*sum),
        }
    }

    fn reaches(&self, sum: u32) -> bool {
        let sum = &self.system.matching.sums[sum as usize];
        self.pools.reaches(self.system, sum, &self.values)
    }

    /// Starts a circle from nothing (least) or everything (greatest) and follows each change
    /// once.
    ///
    /// Sums of amounts stand still meanwhile, also at nothing or everything. When all else has
    /// settled the amounts follow, each pool solved exactly, and then the sums that they decide;
    /// and so on until no sum changes. What is reached is a fixpoint, and every step came from
    /// below the least (or above the greatest), so it is that one. Each round but the last
    /// changes a sum for good, so there is at most one more than there are sums.
    fn circle(&mut self, circle: &Circle) {
        let least = self.reading == Reading::Least;
        let range = circle.members.clone();
        for &node in &self.members[range.clone()] {
            self.values[node as usize] = !least;
        }
        let mut queue = std::mem::take(&mut self.queue);
        for &node in &self.members[range] {
            let sum = self.sum_of(node as usize);
            self.sums[node as usize] = sum;
            if (sum >= self.need_of(node as usize)) == least {
                queue.push(node);
            }
        }
        for &node in &queue {
            self.values[node as usize] = least;
        }
        loop {
            self.propagate(&mut queue, least);
            for pool in &circle.pools {
                self.pools.settle(self.system, *pool, self.reading, &self.values);
            }
            for &(node, sum) in &circle.sums {
                if self.values[node as usize] != least && self.reaches(sum) == least {
                    queue.push(node);
                }
            }
            if queue.is_empty() {
                break;
            }
            for &node in &queue {
                self.values[node as usize] = least;
            }
        }
        self.queue = queue;
    }

    /// Follows the changes of the nodes in the queue until there are no more.
    fn propagate(&mut self, queue: &mut Vec<u32>, least: bool) {
        while let Some(node) = queue.pop() {
            let start = self.parents_start[node as usize] as usize;
            let end = self.parents_start[node as usize + 1] as usize;
            for at in start..end {
                let (parent, weight) = self.parents[at];
                let above = parent as usize;
                if self.values[above] == least {
                    continue;
                }
                let sum = &mut self.sums[above];
                *sum = if least { *sum + weight } else { *sum - weight };
                let sum = *sum;
                if (sum >= self.need_of(above)) == least {
                    self.values[above] = least;
                    queue.push(parent);
                }
            }
        }
    }

    fn need_of(&self, node: usize) -> u128 {
        match &self.system.gates[node] {
            Gate::Threshold(threshold) => threshold.need,
            _ => 1,
        }
    }

    fn sum_of(&self, node: usize) -> u128 {
        let system = self.system;
        match &system.gates[node] {
            Gate::Threshold(threshold) => {
                let inputs = system.inputs_of(threshold).iter().enumerate();
                inputs
                    .filter(|(_, input)| self.values[input.0 as usize])
                    .map(|(at, _)| system.weight_of(threshold, at))
                    .sum()
            }
            Gate::Reference { definition, .. } => {
                u128::from(self.values[system.definitions[*definition as usize].1.0 as usize])
            }
            // They stand still, until told.
            Gate::Quantity(_) | Gate::Sum(_) => u128::from(self.values[node]),
            Gate::Constant(_) | Gate::Literal { .. } => 0,
        }
    }
}

impl Circle {
    /// A component whose members start at a place.
    fn new(system: &System, component: &[u32], start: usize) -> Self {
        let mut circle =
            Self { members: start..start + component.len(), sums: Vec::new(), pools: Vec::new() };
        for &node in component {
            match system.gates[node as usize] {
                Gate::Sum(sum) => circle.sums.push((node, sum)),
                Gate::Quantity(quantity) => {
                    circle.pools.push(system.matching.promise(Quantity(quantity)).pool);
                }
                Gate::Constant(_)
                | Gate::Literal { .. }
                | Gate::Reference { .. }
                | Gate::Threshold(_) => {}
            }
        }
        circle.pools.sort_unstable();
        circle.pools.dedup();
        circle
    }
}

/// The mutual groups under an assignment: definitions that hold in the greatest reading and not
/// in the least, gathered into the strongly connected parts of who depends on whom. Groups come
/// after the groups they depend on; a definition that only follows a group is a group of one.
/// A definition that holds in both is of a group, too, if a quantity of it is that is more in the
/// greatest reading than in the least.
pub fn groups(system: &System, assignment: &[bool]) -> Vec<Vec<Definition>> {
    let mut least = Evaluator::new(system, Reading::Least);
    let mut greatest = Evaluator::new(system, Reading::Greatest);
    least.evaluate(assignment);
    greatest.evaluate(assignment);
    let between: Vec<bool> = (0..)
        .zip(&system.gates)
        .map(|(node, gate)| match gate {
            Gate::Quantity(of) => least.amount(Quantity(*of)) != greatest.amount(Quantity(*of)),
            _ => greatest.holds(Node(node)) && !least.holds(Node(node)),
        })
        .collect();
    let between = |node: u32| between[node as usize];
    let quantities = system.matching.promises.iter().map(|promise| promise.node);
    let roots = system.references.iter().copied().chain(quantities);
    let roots = roots.map(|root| root.0).filter(|&node| between(node));
    let roots: Vec<u32> = roots.collect();
    // Dead and founded branches are not what anyone is waiting for. A filtered-out child becomes
    // an edge to the node itself, which changes no component.
    let found = crate::components::components(system.gates.len(), roots.into_iter(), |node, at| {
        system.child(node, at).map(|below| if between(below) { below } else { node })
    });
    let mut groups = Vec::new();
    for component in found.iter() {
        let members = component.iter().filter_map(|&node| match system.gates[node as usize] {
            Gate::Reference { definition, positive: true } => Some(Definition(definition)),
            Gate::Quantity(of) => {
                let when = system.matching.promise(Quantity(of)).when;
                match system.gates[when.0 as usize] {
                    Gate::Reference { definition, positive: true } if !between(when.0) => {
                        Some(Definition(definition))
                    }
                    _ => None,
                }
            }
            _ => None,
        });
        let mut group: Vec<Definition> = members.collect();
        group.sort_unstable();
        group.dedup();
        if !group.is_empty() {
            groups.push(group);
        }
    }
    groups
}

use std::ops::Deref;

use crate::following::{Follow, follow};
use crate::matching::{Exact, Quantity};
use crate::system::{Definition, Node, Reading, System, Variable};

/// Which side of a partial assignment is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bias {
    /// What holds whatever the open variables turn out to be.
    Certain,
    /// What could hold.
    Possible,
}

/// Answers "what holds?" for one assignment after another, without allocating between them.
///
/// The first answer takes time linear in the size of the system: every edge is followed once
/// (Dowling and Gallier, 1984). Each further one starts from the one before and follows what
/// differs, in circles as elsewhere: it takes time in proportion to what may change. Before the
/// first there is nothing to ask.
///
/// `S` is a reference to the system, or owns a share of it.
pub struct Evaluator<S> {
    pub(crate) system: S,
    work: Box<dyn Follow>,
}

impl<S: Deref<Target = System>> Evaluator<S> {
    /// Ready for the whole system.
    pub fn new(system: S, reading: Reading) -> Self {
        let work = follow(&system, reading, None);
        Self { system, work }
    }

    /// Ready for what these nodes depend on, and nothing else: all other values stay false.
    pub fn of(system: S, reading: Reading, nodes: &[Node]) -> Self {
        let work = follow(&system, reading, Some(&system.cone(nodes)));
        Self { system, work }
    }

    /// Computes what holds under a full assignment: one entry for each variable, by
    /// [`Variable::index`](crate::Variable::index). Entries missing at the end are false.
    pub fn evaluate(&mut self, assignment: &[bool]) {
        let mut given = |at: usize| Some(assignment.get(at).copied().unwrap_or(false));
        self.work.evaluate(&self.system, &mut given, None);
    }

    /// Computes a sound bound on what holds when some variables are open (`None`, or missing at
    /// the end). With [`Bias::Certain`] nothing is called true that some completion makes false;
    /// with [`Bias::Possible`] nothing is called false that some completion makes true. Exact
    /// where no variable occurs both plain and negated and no recursive name is negated.
    pub fn evaluate_partial(&mut self, assignment: &[Option<bool>], bias: Bias) {
        let mut given = |at: usize| assignment.get(at).copied().flatten();
        self.work.evaluate(&self.system, &mut given, Some(bias));
    }

    /// Computes what would hold if, of the assignment evaluated last, these variables had these
    /// values. It is a look aside: the next one starts from the same assignment again, and costs the
    /// less the longer the beginning that it has in common with the one before.
    pub fn suppose(&mut self, changes: impl IntoIterator<Item = (Variable, bool)>) {
        let mut changes = changes.into_iter().map(|(variable, value)| (variable.index(), value));
        self.work.suppose(&self.system, &mut changes);
    }

    /// Whether an expression holds under what was evaluated or supposed last.
    pub fn holds(&self, node: Node) -> bool {
        self.work.holds(node.0)
    }

    /// Whether a definition holds under what was evaluated or supposed last.
    pub fn defined(&self, definition: Definition) -> bool {
        self.holds(self.system.reference(definition))
    }

    /// Whether each definition holds under what was evaluated or supposed last, by
    /// [`Definition::index`].
    pub fn definitions(&self) -> Vec<bool> {
        self.system.references.iter().map(|&reference| self.holds(reference)).collect()
    }

    /// The amount of a quantity under what was evaluated or supposed last; zero if it is not in
    /// force.
    pub fn amount(&self, quantity: Quantity) -> Exact {
        self.work.amount(&self.system, quantity)
    }
}

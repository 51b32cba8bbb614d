//! The minimal sets of one module, in the quicker of two ways.

use crate::build::Building;
use crate::compile::{Function, Piece};
use crate::direct::{Direct, Wanted};
use crate::family::{Role, Search};
use crate::nested::{Element, Part};
use crate::order::Rule;
use crate::table::{Allowance, LEVELS_MAX, Stopped};
use std::sync::OnceLock;

/// A module's diagram, once it was wanted.
pub(crate) type Slot = OnceLock<Result<Function, Stopped>>;

/// What is wanted of a module.
pub(crate) struct Task<'a> {
    pub piece: &'a Piece,
    /// By leaf.
    pub roles: Vec<Role>,
    /// By leaf.
    pub elements: Vec<Element>,
    /// What the sets are to make of the module.
    pub target: bool,
    /// What its nodes are wanted for, if gates alone can tell.
    pub wanted: Option<Vec<Wanted>>,
}

/// The round, by its steps, in which gates alone join, if there is no diagram by then; they get no
/// more until it is an eighth of what each order gets. Measured on the Aralia fault trees.
const DIRECT_JOINS: u64 = 16_000;

impl Task<'_> {
    /// What the sets are to make of the module's gate.
    pub fn of_gate(&self) -> bool {
        self.target ^ self.piece.complemented
    }

    /// The sets by way of a diagram or straight from the gates: both go on in turn, each round
    /// allows twice the steps, and the first to finish ends it. With the sets come the steps that
    /// each was allowed. A diagram that is built on the way is put in the slot.
    pub fn run(
        &self,
        slot: &Slot,
        by_level: impl Fn(&Function) -> (Vec<Role>, Vec<Element>),
        allowance: &Allowance,
    ) -> Result<(Part, u64), Stopped> {
        let module = &self.piece.module;
        if module.leaves.len() > LEVELS_MAX {
            return Err(Stopped::Depth);
        }
        let steps_max = allowance.bound.steps_max;
        let leaves = OnceLock::new();
        let mut building = slot.get().is_none().then(|| Building::new(module, allowance));
        let mut search = None;
        let mut direct = None;
        let mut stopped = Stopped::Steps;
        let mut allowed = Building::FIRST;
        loop {
            if let Some(built) = building.as_mut().and_then(Building::round) {
                building = None;
                let function = built.map(|built| self.piece.function(built));
                slot.get_or_init(|| function);
            }
            match slot.get() {
                Some(Ok(function)) if search.is_none() => {
                    let Function { diagram, signs, .. } = function;
                    let (roles, _) = leaves.get_or_init(|| by_level(function));
                    search = Some(Search::new(diagram, roles, signs, self.target, allowance));
                }
                Some(Err(error)) => stopped = *error,
                _ => {}
            }
            let mut goes_on = building.is_some() || allowed < DIRECT_JOINS;
            match search.as_mut().map(|search: &mut Search<'_>| search.run(allowed.min(steps_max)))
            {
                Some(Ok(sets)) => {
                    let elements = leaves.get().map_or_else(Vec::new, |of| of.1.clone());
                    return Ok((Part { sets, elements }, allowed));
                }
                Some(Err(Stopped::Steps)) => goes_on = true,
                Some(Err(error)) => stopped = error,
                None => {}
            }
            if allowed == DIRECT_JOINS && search.is_none() {
                direct = self.direct(allowance);
            }
            let share = (allowed / 8).max(DIRECT_JOINS).min(steps_max);
            match direct.as_mut().map(|(direct, _)| direct.run(share)) {
                Some(Ok(sets)) => {
                    let order = direct.map_or_else(Vec::new, |(_, order)| order);
                    let elements = order.iter().map(|leaf| self.elements[*leaf as usize]).collect();
                    return Ok((Part { sets, elements }, allowed));
                }
                Some(Err(Stopped::Steps)) => goes_on = true,
                Some(Err(error)) => {
                    stopped = error;
                    direct = None;
                }
                None => {}
            }
            if !goes_on || stopped == Stopped::Asked || allowed >= steps_max {
                return Err(stopped);
            }
            allowed = allowed.saturating_mul(2);
        }
    }

    /// The sets straight from the gates, and the leaf at each level.
    fn direct(&self, allowance: &Allowance) -> Option<(Direct<'_>, Vec<u32>)> {
        let (module, wanted) = (&self.piece.module, self.wanted.clone()?);
        let order = Rule::DrawnLarge.order(module)?;
        let target = self.of_gate();
        let direct = Direct::new(module, &self.roles, wanted, &order, target, None, allowance);
        Some((direct, order))
    }
}

#[cfg(test)]
mod tests {
    use super::Slot;
    use crate::compile::{Prepared, prepare};
    use crate::sets::Question;
    use crate::system::{Node, Reading};
    use crate::table::{Allowance, Bound, Stop, Stopped};
    use crate::{SystemBuilder, Variable};

    /// Numbers that look like chance (Steele, Lea and Flood 2014).
    fn next(state: &mut u64) -> usize {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (*state ^ *state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from(mixed >> 33).expect("31 bits")
    }

    /// A gate over earlier nodes, of one of the four kinds.
    fn gate(builder: &mut SystemBuilder, state: &mut u64, nodes: &[Node]) -> Node {
        let count = 2 + next(state) % 3;
        let inputs: Vec<Node> = (0..count).map(|_| nodes[next(state) % nodes.len()]).collect();
        match next(state) % 6 {
            0 | 1 => builder.and(&inputs),
            2 | 3 => builder.or(&inputs),
            4 => builder.at_least(2, &inputs),
            _ => {
                let weighed: Vec<(u128, Node)> = (2..).zip(inputs).collect();
                builder.weighted_at_least(4, &weighed).expect("small weights")
            }
        }
    }

    #[test]
    fn gates_alone_give_the_sets_that_diagrams_give() {
        let bound = Bound::default();
        let allowance = Allowance { bound, stop: Stop::default() };
        let (mut several, mut state) = (0, 7);
        for _ in 0..400 {
            let mut builder = SystemBuilder::new();
            let variables: Vec<Variable> =
                (0..14).map(|at| builder.variable(&format!("x{at:02}"))).collect();
            let mut nodes: Vec<Node> = variables.iter().map(|of| builder.literal(*of)).collect();
            for _ in 0..20 {
                let made = gate(&mut builder, &mut state, &nodes);
                nodes.push(made);
            }
            let top = gate(&mut builder, &mut state, &nodes[20..]);
            let system = builder.finish().expect("no circles");
            let prepared = prepare(&system, top, Reading::Least, &[None; 14], bound.steps_max);
            let Ok(Prepared::Modules(pieces)) = prepared else { panic!("{system}") };
            for target in [true, false] {
                let base = [!target; 14];
                let question = Question::new(&pieces, &base, &variables, target);
                let counts = |slot: fn() -> Slot| {
                    let slots: Vec<Slot> = pieces.iter().map(|_| slot()).collect();
                    question.all(&slots, &allowance).expect("small").count_by_size()
                };
                let by_diagram = counts(Slot::new);
                let by_gates = counts(|| Slot::from(Err(Stopped::Nodes)));
                assert_eq!(by_gates, by_diagram, "{target} {system}");
                several +=
                    usize::from(by_gates.iter().filter(|count| count.bits() > 1).count() > 1);
            }
        }
        assert!(several > 200, "only {several} had several sets of several sizes");
    }
}

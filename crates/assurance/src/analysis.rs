use crate::compile::{Compiled, compile};
use crate::evaluator::Evaluator;
use crate::family::{Role, minimal_sets};
use crate::likelihood::{Factor, Likelihood, likelihood};
use crate::minimal::MinimalSets;
use crate::refusal::Refusal;
use crate::search;
use crate::system::{Node, Reading, System, Variable};
use crate::table::{Bound, Stopped};

/// One expression of a system under one reading, compiled once and asked many questions.
///
/// Every question is answered. If diagrams stay within the bound the answer is exact and
/// complete; if not, it is what a search by order proves, and says so.
pub struct Analysis<'a> {
    system: &'a System,
    top: Node,
    reading: Reading,
    fixed: Vec<Option<bool>>,
    bound: Bound,
    compiled: Result<Compiled, Stopped>,
}

impl<'a> Analysis<'a> {
    /// Compiles `top`. `fixed` holds one entry for each variable: `Some` for those whose value no
    /// question will change; the fewer are open, the quicker. Entries missing at the end are
    /// `None`.
    pub fn new(
        system: &'a System,
        top: Node,
        reading: Reading,
        fixed: &[Option<bool>],
        bound: Bound,
    ) -> Self {
        let mut fixed = fixed.to_vec();
        fixed.resize(system.variable_count(), None);
        let compiled = compile(system, top, reading, &fixed, bound);
        Self { system, top, reading, fixed, bound, compiled }
    }

    /// What stopped the diagrams; `None` if the expression is compiled.
    pub fn stopped(&self) -> Option<Stopped> {
        self.compiled.as_ref().err().copied()
    }

    /// Number of decisions in the compiled diagram; `None` if it is not compiled.
    pub fn diagram_size(&self) -> Option<usize> {
        self.compiled.as_ref().ok().map(|compiled| compiled.diagram.entries.len() - 1)
    }

    /// Whether the expression holds under an assignment: one entry for each variable, missing
    /// ones false. Fixed variables keep their fixed value.
    pub fn holds(&self, assignment: &[bool]) -> bool {
        let assignment = self.with_fixed(assignment);
        if let Ok(compiled) = &self.compiled {
            return walk(compiled, &assignment);
        }
        let mut evaluator = Evaluator::of(self.system, self.reading, &[self.top]);
        evaluator.evaluate(&assignment);
        evaluator.holds(self.top)
    }

    /// All minimal sets of variables such that flipping exactly these, starting from `base`,
    /// makes the expression have the value `target`, and flipping no proper subset does. If it
    /// has that value already, the one minimal set is the empty one.
    ///
    /// With all of `base` true and `target` false these are minimal cut sets; with all false and
    /// `target` true, minimal path sets. `base` has one entry for each variable, missing ones
    /// false; fixed variables keep their fixed value and are never flipped.
    pub fn minimal_sets(&self, base: &[bool], flips: &[Variable], target: bool) -> MinimalSets {
        let base = self.with_fixed(base);
        let mut flips: Vec<Variable> = flips.to_vec();
        flips.retain(|flip| self.fixed[flip.index()].is_none());
        let name = |variable: &Variable| self.system.variable_name(*variable);
        flips.sort_by(|one, other| name(one).cmp(name(other)));
        flips.dedup();
        if let Ok(compiled) = &self.compiled
            && let Ok(sets) = self.exact_sets(compiled, &base, &flips, target)
        {
            return sets;
        }
        let relevant = self.system.support(self.top);
        flips.retain(|flip| relevant.binary_search(flip).is_ok());
        let mut evaluator = Evaluator::of(self.system, self.reading, &[self.top]);
        let most = self.bound.evaluations_max;
        let (list, to) = search::by_order(&mut evaluator, self.top, target, &base, &flips, most);
        MinimalSets::of_list(list, to)
    }

    /// How likely the expression is to hold when variables hold independently of each other with
    /// these chances, one for each variable. Chances 0 and 1 condition on a value; those of fixed
    /// variables are not looked at.
    ///
    /// # Errors
    /// [`Refusal::Entries`] or [`Refusal::Chance`].
    pub fn likelihood(&self, chances: &[f64]) -> Result<Likelihood, Refusal> {
        let variables = self.system.variable_count();
        if chances.len() != variables {
            return Err(Refusal::Entries { given: chances.len(), variables });
        }
        let bad = |variable: &Variable| !(0.0..=1.0).contains(&chances[variable.index()]);
        if let Some(variable) = self.system.variables().find(bad) {
            let chance = chances[variable.index()];
            let variable = self.system.variable_name(variable).to_owned();
            return Err(Refusal::Chance { variable, chance });
        }
        let Ok(compiled) = &self.compiled else {
            return Ok(self.bounded_likelihood(chances));
        };
        let by_level: Vec<f64> = compiled.order.iter().map(|of| chances[of.index()]).collect();
        let (mut answer, known) = likelihood(&compiled.diagram, &compiled.order, &by_level);
        let (holds, fails) = (answer.holds.low, answer.fails.low);
        let open = self.system.variables().filter(|of| self.fixed[of.index()].is_none());
        let irrelevant = |variable| Factor {
            variable,
            holds_if_true: holds,
            fails_if_true: fails,
            holds_if_false: holds,
            fails_if_false: fails,
        };
        let mut factors: Vec<Option<Factor>> = vec![None; variables];
        for factor in known {
            factors[factor.variable.index()] = Some(factor);
        }
        answer.factors =
            open.map(|of| factors[of.index()].unwrap_or_else(|| irrelevant(of))).collect();
        Ok(answer)
    }

    fn with_fixed(&self, assignment: &[bool]) -> Vec<bool> {
        let given = |at: usize| assignment.get(at).copied().unwrap_or(false);
        self.fixed
            .iter()
            .enumerate()
            .map(|(at, fixed)| fixed.unwrap_or_else(|| given(at)))
            .collect()
    }

    /// `flips` by name.
    fn exact_sets(
        &self,
        compiled: &Compiled,
        base: &[bool],
        flips: &[Variable],
        target: bool,
    ) -> Result<MinimalSets, Stopped> {
        let mut ranks = vec![None; self.system.variable_count()];
        for (rank, flip) in (0u32..).zip(flips) {
            ranks[flip.index()] = Some(rank);
        }
        let roles: Vec<Role> = compiled
            .order
            .iter()
            .map(|variable| match ranks[variable.index()] {
                Some(_) => Role::Flips(base[variable.index()]),
                None => Role::Stays(base[variable.index()]),
            })
            .collect();
        let sets = minimal_sets(&compiled.diagram, &roles, target, self.bound)?;
        // Levels that never flip are in no set; any rank does for them.
        let by_level = compiled.order.iter().map(|of| ranks[of.index()].unwrap_or(u32::MAX));
        Ok(MinimalSets::of_diagram(sets, by_level.collect(), flips.to_vec()))
    }

    fn bounded_likelihood(&self, chances: &[f64]) -> Likelihood {
        let mut open = self.system.support(self.top);
        open.retain(|variable| self.fixed[variable.index()].is_none());
        let mut evaluator = Evaluator::of(self.system, self.reading, &[self.top]);
        let most = self.bound.evaluations_max;
        let (holds, fails) =
            search::bounds(&mut evaluator, self.top, &self.fixed, &open, chances, most);
        Likelihood { holds, fails, factors: Vec::new() }
    }
}

fn walk(compiled: &Compiled, assignment: &[bool]) -> bool {
    let mut edge = compiled.diagram.root;
    while edge > 1 {
        let entry = &compiled.diagram.entries[(edge >> 1) as usize];
        let holds = assignment[compiled.order[entry.level as usize].index()];
        edge = (if holds { entry.high } else { entry.low }) ^ (edge & 1);
    }
    edge == crate::diagram::TRUE
}

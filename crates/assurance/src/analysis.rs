use crate::bracket::{Bracket, bracket};
use crate::compile::{Decides, Function, Prepared, prepare, values};
use crate::evaluator::Evaluator;
use crate::likelihood::{Factor, Likelihood, Pair, Range, known, total};
use crate::minimal::MinimalSets;
use crate::nested::Nested;
use crate::race::Slot;
use crate::refusal::Refusal;
use crate::search;
use crate::sets::Question;
use crate::system::{Node, Reading, System, Variable};
use crate::table::{Allowance, Bound, Stop, Stopped};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

/// One expression of a system under one reading, compiled once and asked many questions.
///
/// Every question is answered. If diagrams stay within the bound the answer is exact and
/// complete; if not, it is what a search by order proves, and says so.
pub struct Analysis<'a> {
    system: &'a System,
    top: Node,
    reading: Reading,
    fixed: Vec<Option<bool>>,
    allowance: Allowance,
    parts: OnceLock<Parts>,
}

/// An expression made simple, and its diagrams as far as they were wanted.
struct Parts {
    prepared: Result<Prepared, Stopped>,
    /// By module; one where there are none.
    slots: Vec<Slot>,
    /// Steps left to build diagrams with.
    steps_left: AtomicU64,
}

impl<'a> Analysis<'a> {
    /// Takes up `top`; its diagrams are built when a question wants them. `fixed` holds one entry for each variable: `Some` for those whose value no
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
        let allowance = Allowance { bound, stop: Stop::default() };
        Self { system, top, reading, fixed, allowance, parts: OnceLock::new() }
    }

    /// Has `stop` asked every few thousand steps. Once it is true, questions are answered with
    /// what is known by then: sets up to a smaller size, wider bounds.
    #[must_use]
    pub fn until(mut self, stop: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.allowance.stop = Stop(Some(Arc::new(stop)));
        self
    }

    /// Builds the diagrams: what stopped them, or `None`.
    pub fn stopped(&self) -> Option<Stopped> {
        self.functions(None).err()
    }

    /// Number of decisions in all diagrams; `None` if they are not all built.
    pub fn diagram_size(&self) -> Option<usize> {
        let sizes = |of: Vec<&Function>| of.iter().map(|of| of.diagram.entries.len() - 1).sum();
        self.functions(None).ok().map(sizes)
    }

    fn parts(&self) -> &Parts {
        self.parts.get_or_init(|| {
            let steps_max = self.allowance.bound.steps_max;
            let prepared = prepare(self.system, self.top, self.reading, &self.fixed, steps_max);
            let count = match &prepared {
                Ok(Prepared::Modules(pieces)) => pieces.len(),
                Ok(Prepared::Entangled(_)) | Err(_) => 1,
            };
            let slots = (0..count).map(|_| Slot::new()).collect();
            Parts { prepared, slots, steps_left: AtomicU64::new(steps_max) }
        })
    }

    /// The diagram of each module.
    fn functions(&self, limit: Option<usize>) -> Result<Vec<&Function>, Stopped> {
        let Parts { prepared, slots, steps_left } = self.parts();
        let prepared = prepared.as_ref().map_err(|stopped| *stopped)?;
        let build = |at: usize| {
            let mut allowance = self.allowed(limit);
            let left = steps_left.load(Relaxed);
            allowance.bound.steps_max = allowance.bound.steps_max.min(left);
            match prepared {
                Prepared::Modules(pieces) => {
                    let (function, steps) = pieces[at].compile(&allowance)?;
                    steps_left.store(left.saturating_sub(steps), Relaxed);
                    Ok(function)
                }
                Prepared::Entangled(of) => {
                    of.compile(self.system, self.top, self.reading, &allowance)
                }
            }
        };
        let built = |(at, slot): (usize, &'_ Slot)| match slot.get_or_init(|| build(at)) {
            Ok(_) => Ok(()),
            Err(stopped) => Err(*stopped),
        };
        slots.iter().enumerate().try_for_each(built)?;
        Ok(slots.iter().filter_map(|slot| slot.get()?.as_ref().ok()).collect())
    }

    /// Whether the expression holds under an assignment: one entry for each variable, missing
    /// ones false. Fixed variables keep their fixed value.
    pub fn holds(&self, assignment: &[bool]) -> bool {
        let assignment = self.with_fixed(assignment);
        if let Ok(Prepared::Modules(pieces)) = &self.parts().prepared {
            return values(pieces, &assignment).pop().unwrap_or(false);
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
        self.sets(base, flips, target, None)
    }

    /// The same, if all but those of up to so many flips are of no interest: where there are too
    /// many to be found easily, only those are looked for.
    pub fn minimal_sets_up_to(
        &self,
        size: usize,
        base: &[bool],
        flips: &[Variable],
        target: bool,
    ) -> MinimalSets {
        self.sets(base, flips, target, Some(size))
    }

    fn sets(
        &self,
        base: &[bool],
        flips: &[Variable],
        target: bool,
        limit: Option<usize>,
    ) -> MinimalSets {
        let base = self.with_fixed(base);
        let mut flips: Vec<Variable> = flips.to_vec();
        flips.retain(|flip| self.fixed[flip.index()].is_none());
        let name = |variable: &Variable| self.system.variable_name(*variable);
        flips.sort_by(|one, other| name(one).cmp(name(other)));
        flips.dedup();
        if let Some((sets, searched_to)) = self.nested(&base, &flips, target, limit) {
            return MinimalSets::of_diagrams(sets, flips, searched_to);
        }
        let relevant = self.system.support(self.top);
        flips.retain(|flip| relevant.binary_search(flip).is_ok());
        let mut evaluator = Evaluator::of(self.system, self.reading, &[self.top]);
        let size_max = limit.unwrap_or(usize::MAX);
        let (list, to) = search::by_order(
            &mut evaluator,
            self.top,
            target,
            &base,
            &flips,
            size_max,
            &self.allowance,
        );
        MinimalSets::of_list(list, to)
    }

    /// How likely the expression is to hold when variables hold independently of each other with
    /// these chances, one for each variable. Chances 0 and 1 condition on a value; those of fixed
    /// variables are not looked at.
    ///
    /// # Errors
    /// [`Refusal::Entries`] or [`Refusal::Chance`].
    pub fn likelihood(&self, chances: &[f64]) -> Result<Likelihood, Refusal> {
        self.likelihood_within(chances, None)
    }

    /// The same, if bounds are enough: where it is not found easily, sets of up to so many
    /// likely variables are looked at.
    ///
    /// # Errors
    /// As for [`Analysis::likelihood`].
    pub fn likelihood_up_to(&self, size: usize, chances: &[f64]) -> Result<Likelihood, Refusal> {
        self.likelihood_within(chances, Some(size))
    }

    fn likelihood_within(
        &self,
        chances: &[f64],
        limit: Option<usize>,
    ) -> Result<Likelihood, Refusal> {
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
        let Ok(functions) = self.functions(limit) else {
            return Ok(self.bounded_likelihood(chances, limit));
        };
        let (totals, known) = given(&functions, chances);
        let total = totals[totals.len() - 1];
        let mut factors = vec![[total; 2]; variables];
        for (variable, [holds, fails]) in known {
            factors[variable.index()] = [holds, fails];
        }
        let open = self.system.variables().filter(|of| self.fixed[of.index()].is_none());
        let factor = |variable: Variable| {
            let [holds, fails] = factors[variable.index()];
            Factor {
                variable,
                holds_if_true: holds.holds,
                fails_if_true: holds.fails,
                holds_if_false: fails.holds,
                fails_if_false: fails.fails,
            }
        };
        Ok(Likelihood {
            holds: Range::exactly(total.holds),
            fails: Range::exactly(total.fails),
            factors: open.map(factor).collect(),
        })
    }

    fn with_fixed(&self, assignment: &[bool]) -> Vec<bool> {
        let given = |at: usize| assignment.get(at).copied().unwrap_or(false);
        self.fixed
            .iter()
            .enumerate()
            .map(|(at, fixed)| fixed.unwrap_or_else(|| given(at)))
            .collect()
    }

    /// The sets, and the size up to which they are all there are, unless they are all; `flips` by
    /// name. `None` where neither diagrams nor gates alone tell.
    fn nested(
        &self,
        base: &[bool],
        flips: &[Variable],
        target: bool,
        limit: Option<usize>,
    ) -> Option<(Nested, Option<usize>)> {
        let Parts { prepared, slots, .. } = self.parts();
        match prepared.as_ref().ok()? {
            Prepared::Modules(pieces) => {
                let question = Question::new(pieces, base, flips, target);
                let allowance = self.allowed(limit);
                if let Ok(all) = question.all(slots, &allowance) {
                    return Some((all, None));
                }
                let size_max = limit.unwrap_or(usize::MAX);
                let found = question.up_to(size_max, &self.allowance.for_bounds())?;
                // Where not even single flips could be tried on diagrams, a search may get further.
                (found.1 != Some(0) || limit == Some(0)).then_some(found)
            }
            Prepared::Entangled(_) => {
                let function = self.functions(limit).ok()?.pop()?;
                let question = Question::new(&[], base, flips, target);
                Some((question.of_one(function, &self.allowance).ok()?, None))
            }
        }
    }

    /// What an exact answer may take where it is more than what is asked for.
    fn allowed(&self, limit: Option<usize>) -> Allowance {
        const EASY: u64 = 1 << 21;
        let mut allowance = self.allowance.clone();
        if limit.is_some() {
            allowance.bound.steps_max = allowance.bound.steps_max.min(EASY);
        }
        allowance
    }

    fn bounded_likelihood(&self, chances: &[f64], limit: Option<usize>) -> Likelihood {
        let Parts { prepared, slots, .. } = self.parts();
        let allowance = self.allowance.for_bounds();
        if let Ok(Prepared::Modules(pieces)) = prepared {
            let rounds_max = limit.unwrap_or(usize::MAX);
            let found = bracket(pieces, slots, chances, rounds_max, &allowance);
            if !found.is_unknown() {
                let Bracket { holds, fails } = found;
                return Likelihood { holds, fails, factors: Vec::new() };
            }
        }
        let mut open = self.system.support(self.top);
        open.retain(|variable| self.fixed[variable.index()].is_none());
        let evaluator = || Evaluator::of(self.system, self.reading, &[self.top]);
        let (mut certain, mut possible) = (evaluator(), evaluator());
        let (holds, fails) = search::bounds(
            [&mut certain, &mut possible],
            self.top,
            &self.fixed,
            &open,
            chances,
            &allowance,
        );
        Likelihood { holds, fails, factors: Vec::new() }
    }
}

/// The probabilities of each module, and for each variable those of the last module if it holds
/// and if it fails: one pass up and one pass down.
fn given(functions: &[&Function], chances: &[f64]) -> (Vec<Pair>, Vec<(Variable, [Pair; 2])>) {
    let mut totals: Vec<Pair> = Vec::with_capacity(functions.len());
    let by_level = |order: &[Decides], totals: &[Pair]| -> Vec<Pair> {
        let chance = |decides: &Decides| match *decides {
            Decides::Variable(variable) => Pair::of_chance(chances[variable.index()]),
            Decides::Module(module) => totals[module],
        };
        order.iter().map(chance).collect()
    };
    for Function { diagram, order, .. } in functions {
        totals.push(total(diagram, &by_level(order, &totals)));
    }
    let certain = [Pair { holds: 1.0, fails: 0.0 }, Pair { holds: 0.0, fails: 1.0 }];
    // What the last module becomes if a module holds and if it fails.
    let mut above = vec![certain; functions.len()];
    let mut variables = Vec::new();
    for (at, Function { diagram, order, .. }) in functions.iter().enumerate().rev() {
        let [holds, fails] = above[at];
        let seen = known(diagram, &by_level(order, &totals));
        for (decides, given) in order.iter().zip(seen.given) {
            let through = given.map(|pair| {
                let mut through = holds.times(pair.holds);
                through.add(fails.times(pair.fails));
                through
            });
            match *decides {
                Decides::Variable(variable) => variables.push((variable, through)),
                Decides::Module(module) => above[module] = through,
            }
        }
    }
    (totals, variables)
}

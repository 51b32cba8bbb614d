use crate::compile::{Compiled, Decides, Function, compile};
use crate::evaluator::Evaluator;
use crate::family::{EMPTY_SET, Role, minimal_sets};
use crate::likelihood::{Factor, Likelihood, Pair, Range, known, total};
use crate::minimal::MinimalSets;
use crate::nested::{Element, Nested, Part};
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
        self.compiled.as_ref().ok().map(Compiled::size)
    }

    /// Whether the expression holds under an assignment: one entry for each variable, missing
    /// ones false. Fixed variables keep their fixed value.
    pub fn holds(&self, assignment: &[bool]) -> bool {
        let assignment = self.with_fixed(assignment);
        if let Ok(compiled) = &self.compiled {
            return compiled.values(&assignment).pop().unwrap_or(false);
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
        let (totals, known) = given(compiled, chances);
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
        let values = compiled.values(base);
        let last = compiled.modules.len() - 1;
        let mut parts: Vec<Part> = Vec::with_capacity(compiled.modules.len());
        for (at, Function { diagram, order, signs }) in compiled.modules.iter().enumerate() {
            let mut roles = Vec::with_capacity(order.len());
            let mut elements = Vec::with_capacity(order.len());
            for decides in order {
                let (value, element) = match *decides {
                    Decides::Variable(variable) => (
                        base[variable.index()],
                        ranks[variable.index()].map_or(Element::Absent, Element::Rank),
                    ),
                    // A module that cannot be flipped is no element.
                    Decides::Module(module) if parts[module].sets.root < EMPTY_SET => {
                        (values[module], Element::Absent)
                    }
                    Decides::Module(module) => (values[module], Element::Part(module)),
                };
                let stays = element == Element::Absent;
                roles.push(if stays { Role::Stays(value) } else { Role::Flips(value) });
                elements.push(element);
            }
            let target = if at == last { target } else { !values[at] };
            let sets = minimal_sets(diagram, &roles, signs, target, self.bound)?;
            parts.push(Part { sets, elements });
        }
        Ok(MinimalSets::of_diagrams(Nested { parts }, flips.to_vec()))
    }

    fn bounded_likelihood(&self, chances: &[f64]) -> Likelihood {
        let mut open = self.system.support(self.top);
        open.retain(|variable| self.fixed[variable.index()].is_none());
        let evaluator = || Evaluator::of(self.system, self.reading, &[self.top]);
        let (mut certain, mut possible) = (evaluator(), evaluator());
        let most = self.bound.evaluations_max;
        let (holds, fails) = search::bounds(
            [&mut certain, &mut possible],
            self.top,
            &self.fixed,
            &open,
            chances,
            most,
        );
        Likelihood { holds, fails, factors: Vec::new() }
    }
}

/// The probabilities of each module, and for each variable those of the last module if it holds
/// and if it fails: one pass up and one pass down.
fn given(compiled: &Compiled, chances: &[f64]) -> (Vec<Pair>, Vec<(Variable, [Pair; 2])>) {
    let mut totals: Vec<Pair> = Vec::with_capacity(compiled.modules.len());
    let by_level = |order: &[Decides], totals: &[Pair]| -> Vec<Pair> {
        let chance = |decides: &Decides| match *decides {
            Decides::Variable(variable) => Pair::of_chance(chances[variable.index()]),
            Decides::Module(module) => totals[module],
        };
        order.iter().map(chance).collect()
    };
    for Function { diagram, order, .. } in &compiled.modules {
        totals.push(total(diagram, &by_level(order, &totals)));
    }
    let certain = [Pair { holds: 1.0, fails: 0.0 }, Pair { holds: 0.0, fails: 1.0 }];
    // What the last module becomes if a module holds and if it fails.
    let mut above = vec![certain; compiled.modules.len()];
    let mut variables = Vec::new();
    for (at, Function { diagram, order, .. }) in compiled.modules.iter().enumerate().rev() {
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

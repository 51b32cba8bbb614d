//! Breaking and sufficient sets, probability and importance, under one reading.

use super::compile::Compiled;
use super::leaving::Leaving;
use super::result::{
    Goal, Help, Importance, Item, Limits, Order, Probability, Reading, ReadingResult, SetList,
};
use super::scenario::{Known, Situation};
use crate::condition::{Condition, Formula};
use crate::content::{Chance, Circumstance, Party};
use crate::id::Id;
use assurance::{Analysis, Evaluator, Factor, Likelihood, MinimalSets, Variable};
use std::collections::{BTreeSet, HashMap};

/// One reading's questions about a compiled guarantee.
pub(super) struct Questions<'q, 'a> {
    situation: &'q Situation<'a>,
    compiled: &'q Compiled<'a>,
    leaving: &'q Leaving,
    reading: Reading,
    limits: Limits,
    items: HashMap<Variable, Item>,
    /// What may be lost: the parties, and the circumstances that hold, the trigger apart.
    losses: Vec<Variable>,
    /// What may be gained: circumstances that are unknown.
    gains: Vec<Variable>,
    /// By variable.
    chances: Vec<f64>,
}

impl<'q, 'a> Questions<'q, 'a> {
    pub fn new(
        situation: &'q Situation<'a>,
        compiled: &'q Compiled<'a>,
        leaving: &'q Leaving,
        reading: Reading,
        limits: Limits,
    ) -> Self {
        let mut questions = Questions {
            situation,
            compiled,
            leaving,
            reading,
            limits,
            items: HashMap::new(),
            losses: Vec::new(),
            gains: Vec::new(),
            chances: vec![0.0; compiled.system.variable_count()],
        };
        for (id, variable) in &compiled.parties {
            questions.items.insert(*variable, Item::Party((*id).clone()));
            questions.losses.push(*variable);
            let chance = situation.model.parties.get(*id).and_then(|said: &Party| said.chance);
            questions.chances[variable.index()] = chance.map_or(1.0, Chance::as_f64);
        }
        for (id, known, variable) in &compiled.circumstances {
            questions.items.insert(*variable, Item::Circumstance((*id).clone()));
            let holds = *known == Known::Holds;
            let list = if holds { &mut questions.losses } else { &mut questions.gains };
            list.push(*variable);
            let stated = questions.chance(id).map_or(0.0, Chance::as_f64);
            questions.chances[variable.index()] = if holds { 1.0 } else { stated };
        }
        questions
    }

    fn chance(&self, circumstance: &Id) -> Option<Chance> {
        let said: Option<&Circumstance> = self.situation.model.circumstances.get(circumstance);
        said.and_then(|said| said.chance)
    }

    /// The full answer, given whether it holds.
    pub fn answer(&self, holds: bool) -> ReadingResult {
        let analysis = self.analysis_of_all(holds);
        let mut result = self.sets(&analysis, holds);
        self.chances(&analysis, &mut result);
        result
    }

    /// The full answer if every set is found and the probability is exact; else nothing, at no
    /// further expense.
    pub fn answer_if_exact(&self, holds: bool) -> Option<ReadingResult> {
        let analysis = self.analysis_of_all(holds);
        let sets = self.minimal_sets(&analysis, holds);
        if !sets.is_complete() {
            return None;
        }
        let mut result = self.of_sets(&sets, holds);
        self.chances(&analysis, &mut result);
        Some(result).filter(|result| result.probability.is_exact())
    }

    /// The analysis that [`Questions::sets`] and [`Questions::chances`] take.
    pub fn analysis_of_all(&self, holds: bool) -> Analysis<'_> {
        self.analysis(&self.compiled.base, holds)
    }

    /// The answer but for chances, of which it says nothing yet.
    pub fn sets(&self, analysis: &Analysis<'_>, holds: bool) -> ReadingResult {
        self.of_sets(&self.minimal_sets(analysis, holds), holds)
    }

    fn minimal_sets(&self, analysis: &Analysis<'_>, holds: bool) -> MinimalSets {
        let flips = if holds { &self.losses } else { &self.gains };
        analysis.minimal_sets(&self.compiled.base, flips, !holds)
    }

    fn likelihood(&self, analysis: &Analysis<'_>) -> Likelihood {
        analysis.likelihood(&self.chances).expect("there is one chance for each variable")
    }

    fn of_sets(&self, sets: &MinimalSets, holds: bool) -> ReadingResult {
        let nothing = SetList { total: "0".to_owned(), all_found: true, ..SetList::default() };
        let (mut n_minus_1, mut n_minus_2) = (false, false);
        let (breaking, sufficient, order) = if holds {
            n_minus_1 = self.survives(sets, 1);
            n_minus_2 = n_minus_1 && self.survives(sets, 2);
            let example = self.example(sets, &self.losses, false);
            let at_most = example.as_ref().map(Vec::len);
            (self.list(sets, example), nothing, order(sets, at_most))
        } else {
            let example = self.example(sets, &self.gains, true);
            (nothing, self.list(sets, example), Order::Exactly(0))
        };
        let probability =
            Probability { holds_low: 0.0, holds_high: 1.0, fails_low: 0.0, fails_high: 1.0 };
        ReadingResult {
            holds,
            breaking,
            sufficient,
            order,
            n_minus_1,
            n_minus_2,
            probability,
            importance: Vec::new(),
        }
    }

    /// Adds how likely it is to hold, and what each variable does to that.
    pub fn chances(&self, analysis: &Analysis<'_>, result: &mut ReadingResult) {
        let likelihood = self.likelihood(analysis);
        let importance = likelihood.factors.iter().filter_map(|factor| {
            let item = self.items.get(&factor.variable)?;
            self.matters(item).then(|| importance(item, factor, likelihood.fails.low))
        });
        result.importance = importance.collect();
        result.importance.sort_by_cached_key(|of| of.item.to_string());
        result.probability = probability(&likelihood);
    }

    /// How things stand once extra amounts are there, and what that is more than `before`.
    /// `assignment` is the situation with the digits of those amounts.
    pub fn helped(&self, assignment: &[bool], before: &ReadingResult) -> Help {
        let analysis = self.analysis(assignment, true);
        let sets = analysis.minimal_sets(assignment, &self.losses, false);
        let probability = probability(&self.likelihood(&analysis));
        let (order, breaking_sets) = (order(&sets, None), Some(total(&sets, 0)));
        Help { gain: probability.more_than(&before.probability), probability, order, breaking_sets }
    }

    /// What reaching a goal is worth at least, without working it out: it holds at least as surely
    /// as before, and whenever no more parties leave than it withstands.
    pub fn at_least(&self, goal: Goal, before: &ReadingResult) -> Help {
        let size = goal.leavers();
        // The chance that so many have left, by number.
        let mut left = vec![0.0; size + 1];
        left[0] = 1.0;
        let relevant = self.compiled.system.support(self.compiled.top);
        let relevant = |variable: &Variable| relevant.binary_search(variable).is_ok();
        let circumstance = |variable: &Variable| {
            relevant(variable) && matches!(self.items[variable], Item::Circumstance(_))
        };
        for variable in self.leaving.parties() {
            let stays = self.chances[variable.index()];
            for number in (0..=size).rev() {
                let one_less = if number > 0 { left[number - 1] } else { 0.0 };
                left[number] = left[number] * stays + one_less * (1.0 - stays);
            }
        }
        // Where a condition says "not", what comes to hold may harm.
        let negated = self.negated();
        let harms = |variable: &&Variable| match &self.items[*variable] {
            Item::Circumstance(id) => negated.contains(id),
            Item::Party(_) => false,
        };
        let harmful = self.gains.iter().filter(harms);
        let unharmed: f64 = harmful.map(|variable| 1.0 - self.chances[variable.index()]).product();
        let least = (left.iter().sum::<f64>() * unharmed).min(1.0);
        let holds_low = before.probability.holds_low.max(least);
        let probability =
            Probability { holds_low, holds_high: 1.0, fails_low: 0.0, fails_high: 1.0 - holds_low };
        let parties_only = !self.losses.iter().any(circumstance);
        let order = Order::AtLeast(if parties_only { size + 1 } else { 1 });
        let gain = probability.more_than(&before.probability);
        Help { gain, probability, order, breaking_sets: None }
    }

    /// Circumstances of which a condition in play says "not".
    fn negated(&self) -> BTreeSet<&'a Id> {
        fn look<'a>(formula: &'a Formula, negated: &mut BTreeSet<&'a Id>) {
            match formula {
                Formula::Any(parts)
                | Formula::Every(parts)
                | Formula::AtLeastOf { of: parts, .. } => {
                    parts.iter().for_each(|part| look(part, negated));
                }
                Formula::Circumstance { circumstance, negated: true } => {
                    negated.insert(circumstance);
                }
                Formula::Circumstance { negated: false, .. }
                | Formula::Contribute { .. }
                | Formula::CountContribute { .. }
                | Formula::SumCommit { .. } => {}
            }
        }
        let mut negated = BTreeSet::new();
        for (_, said) in &self.situation.in_play {
            if let Condition::When(formula) = &said.condition {
                look(formula, &mut negated);
            }
        }
        negated
    }

    /// Where the search was cut short before any set was found: one set all the same, if there is
    /// one. From everything flipped, one flip after the other is taken back that is not wanted.
    /// What is left shows how large the smallest is at most; where a condition says "not", a part
    /// of it may do, too.
    fn example(
        &self,
        sets: &MinimalSets,
        flips: &[Variable],
        target: bool,
    ) -> Option<Vec<Variable>> {
        if sets.is_complete() || sets.count().exact() != Some(0) {
            return None;
        }
        let compiled = self.compiled;
        let mut evaluator =
            Evaluator::of(&compiled.system, self.reading.of_engine(), &[compiled.top]);
        let mut assignment = compiled.base.clone();
        let mut reaches = |assignment: &[bool]| {
            evaluator.evaluate(assignment);
            evaluator.holds(compiled.top) == target
        };
        for flip in flips {
            assignment[flip.index()] = target;
        }
        if !reaches(&assignment) {
            return None;
        }
        let mut left = Vec::new();
        for flip in flips {
            assignment[flip.index()] = !target;
            if !reaches(&assignment) {
                assignment[flip.index()] = target;
                left.push(*flip);
            }
        }
        Some(left)
    }

    /// Everything is open but extra amounts and, where no question is about them, circumstances
    /// that nobody gives a chance: the fewer are open, the quicker.
    fn analysis(&self, assignment: &[bool], holds: bool) -> Analysis<'_> {
        let mut fixed: Vec<Option<bool>> = assignment.iter().copied().map(Some).collect();
        for variable in &self.losses {
            fixed[variable.index()] = None;
        }
        for variable in &self.gains {
            if !holds || self.matters(&self.items[variable]) {
                fixed[variable.index()] = None;
            }
        }
        let compiled = self.compiled;
        let reading = self.reading.of_engine();
        Analysis::new(&compiled.system, compiled.top, reading, &fixed, self.limits.bound)
    }

    /// Whether its importance is asked for: what may be lost, and what is unknown with a chance.
    fn matters(&self, item: &Item) -> bool {
        match item {
            Item::Party(_) => true,
            Item::Circumstance(id) => {
                self.situation.known(id) == Known::Holds || self.chance(id).is_some()
            }
        }
    }

    fn list(&self, sets: &MinimalSets, example: Option<Vec<Variable>>) -> SetList {
        let named = |set: Vec<Variable>| -> Vec<Item> {
            let mut items: Vec<Item> =
                set.iter().map(|variable| self.items[variable].clone()).collect();
            items.sort_by_cached_key(ToString::to_string);
            items
        };
        let by_size = sets.count_by_size().into_iter();
        SetList {
            listed: sets.iter().take(self.limits.sets_max).map(named).collect(),
            total: total(sets, u32::from(example.is_some())),
            by_size: by_size.map(|(size, count)| (size, count.to_string())).collect(),
            all_found: sets.is_complete(),
            found_to: sets.searched_to(),
            example: example.map(named),
        }
    }

    /// Whether it holds whichever `size` parties leave. If breaking sets were not searched that far
    /// every case is looked at: this is never bounded.
    fn survives(&self, sets: &MinimalSets, size: usize) -> bool {
        if sets.searched_to().is_none_or(|searched| size <= searched) {
            let party = |variable: &Variable| matches!(self.items[variable], Item::Party(_));
            let mut small = sets.iter().take_while(|set| set.len() <= size);
            return !small.any(|set| set.iter().all(party));
        }
        let compiled = self.compiled;
        let reading = self.reading.of_engine();
        let mut evaluator = Evaluator::of(&compiled.system, reading, &[compiled.top]);
        evaluator.evaluate(&compiled.base);
        self.leaving.all_stand(size, &mut |leavers, _| {
            evaluator.suppose(leavers.iter().map(|party| (*party, false)));
            evaluator.holds(compiled.top)
        })
    }
}

/// How many there are, in words; `known`: how many are known of beside those found.
fn total(sets: &MinimalSets, known: u32) -> String {
    let count = sets.count();
    match count.exact() {
        Some(exact) if !sets.is_complete() => format!("at least {}", exact + u128::from(known)),
        _ => count.to_string(),
    }
}

fn order(sets: &MinimalSets, at_most: Option<usize>) -> Order {
    match sets.order() {
        assurance::Order::Exactly(size) => Order::Exactly(size),
        assurance::Order::AtLeast(size) if at_most == Some(size) => Order::Exactly(size),
        assurance::Order::AtLeast(size) => Order::AtLeast(size),
        assurance::Order::Never => Order::Never,
    }
}

fn probability(likelihood: &Likelihood) -> Probability {
    Probability {
        holds_low: likelihood.holds.low,
        holds_high: likelihood.holds.high,
        fails_low: likelihood.fails.low,
        fails_high: likelihood.fails.high,
    }
}

fn importance(item: &Item, factor: &Factor, fails: f64) -> Importance {
    let ratio = |over: f64, under: f64| (under > 0.0).then(|| over / under);
    Importance {
        item: item.clone(),
        birnbaum: factor.birnbaum(),
        fussell_vesely: ratio(fails - factor.fails_if_true, fails),
        raw: ratio(factor.fails_if_false, fails),
        rrw: ratio(fails, factor.fails_if_true),
    }
}

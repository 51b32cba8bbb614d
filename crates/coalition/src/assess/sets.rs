//! Breaking and sufficient sets, probability and importance, under one reading.

use super::compile::Compiled;
use super::result::{
    Importance, Item, Limits, Order, Probability, Reading, ReadingResult, SetList,
};
use super::scenario::{Known, Situation};
use crate::content::{Chance, Circumstance, Party};
use crate::id::Id;
use assurance::{Analysis, Evaluator, Factor, MinimalSets, Variable};
use std::collections::HashMap;

/// One reading's questions about a compiled guarantee.
pub(super) struct Questions<'q, 'a> {
    situation: &'q Situation<'a>,
    compiled: &'q Compiled<'a>,
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
        reading: Reading,
        limits: Limits,
    ) -> Self {
        let mut questions = Questions {
            situation,
            compiled,
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
        let analysis = self.analysis(&self.compiled.base, holds);
        let base = &self.compiled.base;
        let nothing = SetList { total: "0".to_owned(), all_found: true, ..SetList::default() };
        let (breaking, sufficient, order) = if holds {
            let sets = analysis.minimal_sets(base, &self.losses, false);
            (self.list(&sets), nothing, order(&sets))
        } else {
            let sets = analysis.minimal_sets(base, &self.gains, true);
            (nothing, self.list(&sets), Order::Exactly(0))
        };
        let likelihood =
            analysis.likelihood(&self.chances).expect("there is one chance for each variable");
        let importance = likelihood.factors.iter().filter_map(|factor| {
            let item = self.items.get(&factor.variable)?;
            self.matters(item).then(|| importance(item, factor, likelihood.fails.low))
        });
        let mut importance: Vec<Importance> = importance.collect();
        importance.sort_by_cached_key(|of| of.item.to_string());
        let n_minus_1 = holds && self.survives(1);
        ReadingResult {
            holds,
            breaking,
            sufficient,
            order,
            n_minus_1,
            n_minus_2: n_minus_1 && self.survives(2),
            probability: probability(&likelihood),
            importance,
        }
    }

    /// How things stand once extra amounts are there: probability, order and how many breaking
    /// sets. `assignment` is the situation with the digits of those amounts.
    pub fn helped(&self, assignment: &[bool]) -> super::Help {
        let analysis = self.analysis(assignment, true);
        let sets = analysis.minimal_sets(assignment, &self.losses, false);
        let likelihood =
            analysis.likelihood(&self.chances).expect("there is one chance for each variable");
        super::Help {
            probability: probability(&likelihood),
            order: order(&sets),
            breaking_sets: total(&sets),
        }
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

    fn list(&self, sets: &MinimalSets) -> SetList {
        let listed = sets.iter().take(self.limits.sets_max);
        let named =
            |set: Vec<Variable>| set.iter().map(|variable| self.items[variable].clone()).collect();
        SetList {
            listed: listed.map(named).collect(),
            total: total(sets),
            by_size: sets
                .count_by_size()
                .into_iter()
                .map(|(size, count)| (size, count.to_string()))
                .collect(),
            all_found: sets.is_complete(),
            found_to: sets.searched_to(),
        }
    }

    /// Whether it holds whichever `size` parties leave. Looked at directly and not through the
    /// breaking sets: those may be bounded, and this must not be.
    fn survives(&self, size: usize) -> bool {
        let compiled = self.compiled;
        let reading = self.reading.of_engine();
        let mut evaluator = Evaluator::of(&compiled.system, reading, &[compiled.top]);
        let mut assignment = compiled.base.clone();
        let relevant = compiled.system.support(compiled.top);
        let mut parties = compiled.parties.clone();
        parties.retain(|(_, variable)| relevant.binary_search(variable).is_ok());
        let mut leave = |assignment: &mut Vec<bool>| {
            evaluator.evaluate(assignment);
            evaluator.holds(compiled.top)
        };
        for (place, (_, first)) in parties.iter().enumerate() {
            assignment[first.index()] = false;
            let others = if size > 1 { &parties[place + 1..] } else { &[] };
            let survives = match others {
                [] if size > 1 => true,
                [] => leave(&mut assignment),
                others => others.iter().all(|(_, second)| {
                    assignment[second.index()] = false;
                    let holds = leave(&mut assignment);
                    assignment[second.index()] = true;
                    holds
                }),
            };
            assignment[first.index()] = true;
            if !survives {
                return false;
            }
        }
        true
    }
}

fn total(sets: &MinimalSets) -> String {
    match sets.is_complete() {
        true => sets.count().to_string(),
        false => match sets.count().exact() {
            Some(count) => format!("at least {count}"),
            None => sets.count().to_string(),
        },
    }
}

fn order(sets: &MinimalSets) -> Order {
    match sets.order() {
        assurance::Order::Exactly(size) => Order::Exactly(size),
        assurance::Order::AtLeast(size) => Order::AtLeast(size),
        assurance::Order::Never => Order::Never,
    }
}

fn probability(likelihood: &assurance::Likelihood) -> Probability {
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

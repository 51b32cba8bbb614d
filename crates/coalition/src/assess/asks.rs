//! What to ask for next: the smallest extra amounts that bring a goal about.
//!
//! An ask is an amount from nobody in particular, without condition, over the whole horizon
//! (decision 4): it counts in coverage and in sums, never in heads. Everything is monotone in it,
//! so a binary search over whole units finds the smallest, each step a full fixpoint with all its
//! cascades. There always is an answer: enough of everything covers every need by itself.

use super::compile::Compiled;
use super::result::{Ask, Both, Goal, Limits, Reading};
use super::scenario::Situation;
use super::sets::Questions;
use crate::id::Id;
use assurance::Evaluator;
use std::collections::BTreeMap;

/// All asks: by reading, goal and resource.
pub(super) fn asks(
    situation: &Situation<'_>,
    compiled: &Compiled<'_>,
    holds: Both<bool>,
    limits: Limits,
) -> Vec<Ask> {
    let mut asks = Vec::new();
    let mut weighed_max = limits.asks_weighed_max;
    for reading in Reading::ALL {
        let mut search = Search::new(compiled, reading);
        let questions = Questions::new(situation, compiled, reading, limits);
        for goal in [Goal::Holds, Goal::NMinus1] {
            if goal == Goal::Holds && *holds.under(reading) {
                continue;
            }
            for amounts in search.amounts(goal) {
                let helps = (asks.len() < weighed_max)
                    .then(|| questions.helped(&search.assignment(&amounts)));
                if helps.as_ref().is_some_and(|helps| !helps.probability.is_exact()) {
                    weighed_max = 0;
                }
                let named = amounts.iter().map(|(resource, count)| {
                    ((*resource).clone(), compiled.extras[*resource].unit.amount(*count))
                });
                asks.push(Ask { reading, makes: goal, amounts: named.collect(), helps });
            }
        }
    }
    asks
}

/// Extra amounts, in units of each resource.
type Amounts<'a> = BTreeMap<&'a Id, u128>;

struct Search<'c, 'a> {
    compiled: &'c Compiled<'a>,
    evaluator: Evaluator<'c>,
    /// Parties whose leaving may matter, those that broke it last first.
    parties: Vec<assurance::Variable>,
}

impl<'c, 'a> Search<'c, 'a> {
    fn new(compiled: &'c Compiled<'a>, reading: Reading) -> Self {
        let evaluator = Evaluator::of(&compiled.system, reading.of_engine(), &[compiled.top]);
        let relevant = compiled.system.support(compiled.top);
        let mut parties: Vec<_> = compiled.parties.iter().map(|(_, variable)| *variable).collect();
        parties.retain(|variable| relevant.binary_search(variable).is_ok());
        Search { compiled, evaluator, parties }
    }

    /// Each single resource that would do, with the smallest amount of it; or, if none would, one
    /// combination that cannot be reduced. Empty if the goal is reached already.
    fn amounts(&mut self, goal: Goal) -> Vec<Amounts<'a>> {
        if self.reaches(goal, &Amounts::new()) {
            return Vec::new();
        }
        let compiled = self.compiled;
        let most = |id: &&'a Id| compiled.extras[*id].unit.most;
        let resources: Vec<&'a Id> = compiled.extras.keys().copied().collect();
        let mut single = Vec::new();
        for id in &resources {
            let mut amounts = Amounts::from([(*id, most(id))]);
            if self.reaches(goal, &amounts) {
                self.reduce(goal, &mut amounts, id);
                single.push(amounts);
            }
        }
        if !single.is_empty() {
            return single;
        }
        // From enough of everything, one resource after the other as low as it can go. Since all
        // is monotone, what could not be lower then cannot be lower at the end.
        let mut together: Amounts<'a> = resources.iter().map(|id| (*id, most(id))).collect();
        for id in &resources {
            self.reduce(goal, &mut together, id);
        }
        together.retain(|_, count| *count > 0);
        vec![together]
    }

    /// The smallest amount of one resource that reaches the goal, the others as they are. For
    /// N-1 it is the largest of what each single party's leaving makes necessary; most parties ask
    /// for no more than one looked at before, so one evaluation is all that most take.
    fn reduce(&mut self, goal: Goal, amounts: &mut Amounts<'a>, resource: &'a Id) {
        let enough = amounts[resource];
        amounts.insert(resource, 0);
        self.raise(None, amounts, resource, enough);
        if goal == Goal::NMinus1 {
            for party in self.parties.clone() {
                self.raise(Some(party), amounts, resource, enough);
            }
        }
    }

    /// Raises one amount no further than needed for it to hold without `party`.
    fn raise(
        &mut self,
        party: Option<assurance::Variable>,
        amounts: &mut Amounts<'a>,
        resource: &'a Id,
        enough: u128,
    ) {
        if self.holds(party, amounts) {
            return;
        }
        let (mut short, mut enough) = (amounts[resource], enough);
        while enough - short > 1 {
            let middle = short + (enough - short) / 2;
            amounts.insert(resource, middle);
            if self.holds(party, amounts) {
                enough = middle;
            } else {
                short = middle;
            }
        }
        amounts.insert(resource, enough);
    }

    fn reaches(&mut self, goal: Goal, amounts: &Amounts<'a>) -> bool {
        if !self.holds(None, amounts) {
            return false;
        }
        match goal {
            Goal::Holds => true,
            Goal::NMinus1 => {
                let breaks = self
                    .parties
                    .clone()
                    .into_iter()
                    .position(|party| !self.holds(Some(party), amounts));
                // Whoever broke it is likely to do so again.
                if let Some(place) = breaks {
                    self.parties[..=place].rotate_right(1);
                }
                breaks.is_none()
            }
        }
    }

    fn holds(&mut self, without: Option<assurance::Variable>, amounts: &Amounts<'a>) -> bool {
        let mut assignment = self.assignment(amounts);
        if let Some(party) = without {
            assignment[party.index()] = false;
        }
        self.evaluator.evaluate(&assignment);
        self.evaluator.holds(self.compiled.top)
    }

    /// The situation with these extra amounts.
    fn assignment(&self, amounts: &Amounts<'a>) -> Vec<bool> {
        let mut assignment = self.compiled.base.clone();
        for (resource, count) in amounts {
            for (place, digit) in self.compiled.extras[resource].digits.iter().enumerate() {
                assignment[digit.index()] = count >> place & 1 == 1;
            }
        }
        assignment
    }
}

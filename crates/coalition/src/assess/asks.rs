//! What to ask for next: the smallest extra amounts that bring a goal about, and what each is worth.
//!
//! An ask is an amount from nobody in particular, without condition, over the whole horizon
//! (decision 4): it counts in coverage and in sums, never in heads.

use super::compile::Compiled;
use super::extra::{Amounts, Found, Search};
use super::leaving::Leaving;
use super::result::{Ask, Both, Goal, Help, Limits, Reading, ReadingResult};
use super::scenario::Situation;
use super::sets::Questions;
use crate::amount::Amount;
use crate::content::Guarantee;
use crate::id::Id;
use std::collections::BTreeMap;

/// All asks: by reading, goal and resource.
pub(super) fn asks(
    situation: &Situation<'_>,
    compiled: &Compiled<'_>,
    guarantee: &Guarantee,
    leaving: &Leaving,
    before: &Both<ReadingResult>,
    limits: Limits,
) -> Vec<Ask> {
    let mut asks = Vec::new();
    let mut weighed_max = limits.asks_weighed_max;
    for reading in Reading::ALL {
        let mut search =
            Search::new(situation, compiled, guarantee, leaving, reading, limits.asks_gates_max);
        let questions = Questions::new(situation, compiled, leaving, reading, limits);
        let before = before.under(reading);
        let mut known: BTreeMap<Vec<u128>, Help> = BTreeMap::new();
        let mut found: Option<Found> = None;
        for goal in Goal::ALL {
            if goal == Goal::Holds && before.holds {
                continue;
            }
            let lesser = found.as_ref().filter(|lesser| !lesser.amounts.is_empty());
            let now = search.amounts(goal, lesser, limits.combinations_max);
            for amounts in &now.amounts {
                let helps = match known.get(amounts) {
                    Some(help) => help.clone(),
                    None if weighed_max > 0 && now.at_least.is_none() => {
                        let help = questions.helped(&search.with(amounts), before);
                        weighed_max -= 1;
                        if !help.probability.is_exact() {
                            weighed_max = 0;
                        }
                        known.insert(amounts.clone(), help.clone());
                        help
                    }
                    None => questions.at_least(goal, before),
                };
                let named = |amounts: &Amounts| -> Vec<(Id, Amount)> {
                    let more = search.resources.iter().zip(amounts).filter(|(_, of)| **of > 0);
                    more.map(|(resource, count)| {
                        ((*resource).clone(), compiled.extras[*resource].unit.amount(*count))
                    })
                    .collect()
                };
                asks.push(Ask {
                    reading,
                    makes: goal,
                    amounts: named(amounts),
                    at_least: now.at_least.as_ref().map(named),
                    all_listed: now.all,
                    helps,
                });
            }
            found = Some(now);
        }
    }
    asks
}

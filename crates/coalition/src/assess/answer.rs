//! The answer of design §12 as JSON.

use super::error::AssessError;
use super::explain::Explanations;
use super::result::{
    Ask, Assessment, Importance, Item, NeedCoverage, Order, Probability, Reading, ReadingResult,
    SetList,
};
use super::standing::{CommitmentStanding, Matched};
use crate::content::Guarantee;
use crate::id::Id;
use crate::model::Model;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The answer as JSON: the keys of design §12, and some more. Amounts are strings of exact
/// decimals; probabilities are strings of the shortest decimal that is that double, "0" and "1"
/// only where it is certain or rounds to it.
pub fn answer(guarantee: &Id, assessment: &Assessment) -> Value {
    let verdict = &assessment.verdict;
    let assume: BTreeSet<&Id> = verdict.scenario.assume.iter().chain(&verdict.trigger).collect();
    let mut scenario = json!({
        "assume": assume,
        "assume_not": verdict.scenario.assume_not,
        "without": verdict.scenario.without,
    });
    if let Some(on) = verdict.scenario.on {
        scenario["on"] = json!(on.to_string());
    }
    let reading = |reading| {
        let result = assessment.readings.under(reading);
        let mut told = reading_json(reading, &verdict.needs, result);
        let explained = assessment.explained.under(reading);
        if !explained.needs.is_empty() {
            told["explanation"] =
                json!({ "needs": explained.needs, "breaking_sets": explained.breaks });
        }
        told
    };
    let ask_json = |of: &Ask| ask(of, assessment.readings.under(of.reading));
    json!({
        "guarantee": guarantee,
        "scenario": scenario,
        "readings": { "firm": reading(Reading::Firm), "mutual": reading(Reading::Mutual) },
        "commitments": verdict.commitments.iter().map(commitment).collect::<Vec<Value>>(),
        "asks": assessment.asks.iter().map(ask_json).collect::<Vec<Value>>(),
        "illustrative": verdict.illustrative,
    })
}

/// The answer, and of every commitment why it stands as it does.
///
/// # Errors
/// As [`super::assess`], for the same arguments.
pub fn answer_explained(
    model: &Model,
    guarantee_id: &Id,
    guarantee: &Guarantee,
    assessment: &Assessment,
) -> Result<Value, AssessError> {
    let verdict = &assessment.verdict;
    let scenario = &verdict.scenario;
    let all = Explanations::new(model, Some(guarantee), scenario, &verdict.commitments)?;
    let mut told = answer(guarantee_id, assessment);
    for (place, said) in verdict.commitments.iter().enumerate() {
        if let Some(why) = all.commitment(&said.id) {
            told["commitments"][place]["explanation"] = json!({
                "leaves": why.leaves,
                "steps": why.steps,
            });
        }
    }
    Ok(told)
}

fn reading_json(reading: Reading, needs: &[NeedCoverage], result: &ReadingResult) -> Value {
    let mut answer = json!({
        "holds": result.holds,
        "needs": needs.iter().map(|need| need_json(reading, need)).collect::<Vec<Value>>(),
        "breaking_sets": sets(&result.breaking),
        "breaking_set_total": result.breaking.total,
        "breaking_set_counts": counts(&result.breaking),
        "sufficient_sets": sets(&result.sufficient),
        "sufficient_set_total": result.sufficient.total,
        "complete": result.complete(),
        "order": order(result.order),
        "n_minus_1": result.n_minus_1,
        "n_minus_2": result.n_minus_2,
        "probability": number(result.probability.holds_low),
        "probability_fails": number(result.probability.fails_low),
        "importance": result.importance.iter().map(importance).collect::<Vec<Value>>(),
    });
    if !result.complete() {
        answer["bounds"] = bounds(result);
    }
    answer
}

fn need_json(reading: Reading, need: &NeedCoverage) -> Value {
    let stretches = need.coverage(reading).into_iter().map(|stretch| {
        json!({
            "from": stretch.from,
            "until": stretch.until,
            "covered": stretch.covered,
            "missing": stretch.missing,
        })
    });
    json!({
        "resource": need.resource,
        "amount": need.amount,
        "from": need.from,
        "until": need.until,
        "is_covered": need.covered.under(reading),
        "coverage": stretches.collect::<Vec<Value>>(),
    })
}

fn sets(list: &SetList) -> Value {
    json!(list.listed.iter().map(|set| names(set)).collect::<Vec<_>>())
}

fn names(set: &[Item]) -> Vec<String> {
    set.iter().map(ToString::to_string).collect()
}

fn counts(list: &SetList) -> Value {
    let by_size = list.by_size.iter().map(|(size, count)| (size.to_string(), json!(count)));
    Value::Object(by_size.collect::<Map<String, Value>>())
}

/// A size; null when nothing breaks it, or when all that is known is in `bounds`.
fn order(order: Order) -> Value {
    match order {
        Order::Exactly(size) => json!(size),
        Order::AtLeast(_) | Order::Never => Value::Null,
    }
}

/// What is proven where not everything is told.
fn bounds(result: &ReadingResult) -> Value {
    let mut bounds = Map::new();
    for (key, list) in
        [("breaking_sets", &result.breaking), ("sufficient_sets", &result.sufficient)]
    {
        if !list.complete() {
            bounds.insert(
                key.to_owned(),
                json!({
                    "listed": list.listed.len(),
                    "total": list.total,
                    "total_is_exact": list.all_found,
                    "all_of_size_up_to": list.found_to,
                    "example": list.example.as_deref().map(names),
                }),
            );
        }
    }
    if let Order::AtLeast(at_least) = result.order {
        let at_most = result.breaking.example.as_ref().map(Vec::len);
        bounds.insert("order".to_owned(), json!({ "at_least": at_least, "at_most": at_most }));
    }
    if !result.probability.is_exact() {
        bounds.insert("probability".to_owned(), range(&result.probability));
    }
    Value::Object(bounds)
}

fn range(probability: &Probability) -> Value {
    json!({ "low": number(probability.holds_low), "high": number(probability.holds_high) })
}

fn importance(of: &Importance) -> Value {
    let perhaps = |value: Option<f64>| value.map(number);
    json!({
        "variable": of.item.to_string(),
        "birnbaum": number(of.birnbaum),
        "fussell_vesely": perhaps(of.fussell_vesely),
        "raw": perhaps(of.raw),
        "rrw": perhaps(of.rrw),
    })
}

/// The shortest decimal that reads back as this double, without exponent.
pub(super) fn number(value: f64) -> String {
    // A zero that rounding left negative is zero.
    if value == 0.0 { "0".to_owned() } else { value.to_string() }
}

fn commitment(said: &CommitmentStanding) -> Value {
    let mut answer = json!({
        "id": said.id,
        "standing": said.standing.word(),
        "moves_with": said.moves_with,
        "waits_for": said.waits_for.iter().map(ToString::to_string).collect::<Vec<String>>(),
    });
    if let Some(why) = said.why {
        answer["why"] = json!(why);
    }
    if !said.smallest {
        answer["waits_for_is_smallest"] = json!(false);
    }
    if let Some(matched) = &said.matched {
        let one = |of: &Matched| json!({ "others": of.others, "gives": of.gives });
        answer["matched"] = json!({ "firm": one(&matched.firm), "mutual": one(&matched.mutual) });
    }
    answer
}

fn ask(ask: &Ask, before: &ReadingResult) -> Value {
    let amount = |(resource, amount): &(Id, crate::amount::Amount)| json!({ "resource": resource, "amount": amount });
    let mut answer = match ask.amounts.as_slice() {
        [single] => amount(single),
        several => json!({
            "together": several.iter().map(amount).collect::<Vec<Value>>(),
            "other_combinations": !ask.all_listed,
        }),
    };
    if let Some(at_least) = &ask.at_least {
        answer["at_least"] = json!(at_least.iter().map(amount).collect::<Vec<Value>>());
    }
    answer["makes"] = json!(ask.makes.word());
    answer["reading"] = json!(ask.reading.word());
    let helps = &ask.helps;
    answer["probability"] = json!(number(helps.probability.holds_low));
    answer["probability_gain"] = json!(number(helps.gain.low));
    if !helps.probability.is_exact() {
        answer["probability_bounds"] = range(&helps.probability);
    }
    if helps.gain.low < helps.gain.high {
        let (low, high) = (number(helps.gain.low), number(helps.gain.high));
        answer["probability_gain_bounds"] = json!({ "low": low, "high": high });
    }
    answer["order"] = order(helps.order);
    answer["breaking_set_total"] = json!(helps.breaking_sets);
    answer["breaking_set_total_before"] = json!(before.holds.then_some(&before.breaking.total));
    answer
}

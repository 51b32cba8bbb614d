//! A stored answer of design §12, read back so that a page can show it years later: what is not
//! there is left out, what is not understood is passed over.

use coalition::assess::Item;
use coalition::time::Point;
use coalition::{Amount, Id};
use serde::Deserialize;
use serde_json::Value;

/// A stored answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Stored {
    pub readings: Readings,
    pub commitments: Vec<Commitment>,
    pub asks: Vec<Ask>,
    pub illustrative: bool,
}

/// Both readings.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Readings {
    pub firm: Answer,
    pub mutual: Answer,
}

/// The answer under one reading.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    pub holds: bool,
    pub needs: Vec<Need>,
    pub breaking_sets: Vec<Vec<String>>,
    pub breaking_set_total: String,
    pub sufficient_sets: Vec<Vec<String>>,
    pub sufficient_set_total: String,
    pub complete: bool,
    pub n_minus_1: bool,
    pub n_minus_2: bool,
    pub probability: String,
    /// Present where not everything is told: then the figures above are lower bounds.
    pub bounds: Value,
}

/// A need with its coverage over time.
#[derive(Debug, Deserialize)]
pub(super) struct Need {
    pub resource: Id,
    pub amount: Amount,
    #[serde(default)]
    pub coverage: Vec<Stretch>,
}

/// A stretch of time with one figure.
#[derive(Debug, Deserialize)]
pub(super) struct Stretch {
    pub from: Point,
    pub until: Point,
    pub covered: Amount,
    pub missing: Amount,
}

/// How a commitment stood.
#[derive(Debug, Deserialize)]
pub(super) struct Commitment {
    pub id: Id,
    pub standing: String,
    #[serde(default)]
    pub waits_for: Vec<String>,
}

/// What was to be asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Ask {
    #[serde(default)]
    pub resource: Option<Id>,
    #[serde(default)]
    pub amount: Option<Amount>,
    #[serde(default)]
    pub together: Vec<Together>,
    #[serde(default)]
    pub makes: String,
    #[serde(default)]
    pub reading: String,
}

/// One resource of several to be asked for together.
#[derive(Debug, Deserialize, PartialEq)]
pub(super) struct Together {
    pub resource: Id,
    pub amount: Amount,
}

/// The answer, if it reads as one.
pub(super) fn read(answer: &Value) -> Option<Stored> {
    answer.get("readings")?;
    Stored::deserialize(answer).ok()
}

/// `party:FR` or `circumstance:peace-deal` as what it names.
pub(super) fn item(text: &str) -> Option<Item> {
    let (kind, id) = text.split_once(':')?;
    let id = Id::parse(id).ok()?;
    match kind {
        "party" => Some(Item::Party(id)),
        "circumstance" => Some(Item::Circumstance(id)),
        _ => None,
    }
}

/// The probability, of an answer that states one: exact, or between two bounds.
pub(super) fn probability(answer: &Answer) -> Option<(f64, f64)> {
    let number = |value: &Value| value.as_str().and_then(|text| text.parse::<f64>().ok());
    let bounds = answer.bounds.get("probability");
    let of = |key: &str| bounds.and_then(|bounds| bounds.get(key)).and_then(number);
    match (of("low"), of("high")) {
        (Some(low), Some(high)) => Some((low, high)),
        _ => answer.probability.parse::<f64>().ok().map(|exact| (exact, exact)),
    }
}

/// The steps of one need's coverage with both readings: each reading is cut where its own figure
/// changes, so they are laid over each other.
pub(super) fn steps(firm: &Need, mutual: &Need) -> Vec<(Point, Point, Amount, Amount, Amount)> {
    let mut cuts: Vec<Point> = [firm, mutual]
        .iter()
        .flat_map(|need| &need.coverage)
        .flat_map(|stretch| [stretch.from, stretch.until])
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    fn at(need: &Need, point: Point) -> Option<&Stretch> {
        need.coverage.iter().find(|stretch| stretch.from <= point && point < stretch.until)
    }
    cuts.windows(2)
        .filter_map(|pair| {
            let (one, other) = (at(firm, pair[0])?, at(mutual, pair[0])?);
            Some((pair[0], pair[1], one.covered, other.covered, other.missing))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_an_answer_reads_as_none_and_the_rest_reads_as_far_as_it_goes() {
        for odd in [json!(null), json!({}), json!("holds"), json!([1]), json!({"readings": 3})] {
            assert!(read(&odd).is_none(), "{odd}");
        }
        let bare = read(&json!({"readings": {"mutual": {"holds": true}}})).expect("an answer");
        assert!(bare.readings.mutual.holds && !bare.readings.firm.holds);
    }

    #[test]
    fn readings_cut_at_different_days_are_laid_over_each_other() {
        let need = |stretches: Value| -> Need {
            serde_json::from_value(
                json!({"resource": "troops", "amount": "10", "coverage": stretches}),
            )
            .expect("a need")
        };
        let firm = need(
            json!([{"from": "trigger+0d", "until": "trigger+9d", "covered": "1", "missing": "9"}]),
        );
        let mutual = need(json!([
            {"from": "trigger+0d", "until": "trigger+4d", "covered": "2", "missing": "8"},
            {"from": "trigger+4d", "until": "trigger+9d", "covered": "12", "missing": "0"},
        ]));
        let found = steps(&firm, &mutual);
        let amount = |text: &str| Amount::parse(text).expect("an amount");
        assert_eq!(found.len(), 2);
        assert_eq!(
            found[1],
            (Point::Trigger(4), Point::Trigger(9), amount("1"), amount("12"), amount("0"))
        );
    }

    #[test]
    fn a_probability_with_bounds_is_told_with_both() {
        let mut answer = Answer { probability: "0.25".into(), ..Answer::default() };
        assert_eq!(probability(&answer), Some((0.25, 0.25)));
        answer.bounds = json!({"probability": {"low": "0.25", "high": "0.5"}});
        assert_eq!(probability(&answer), Some((0.25, 0.5)));
        assert_eq!(probability(&Answer::default()), None);
    }
}

//! The assessment: what the engine says of a guarantee, in a view, under a scenario.
//!
//! [`verdict`] is the quick part: does it hold, what is covered, how does each commitment stand.
//! [`assess`] is all six points of design §6, [`assess_in_steps`] tells them one after the other. [`standings`] and [`coverage_of`] serve pages that
//! are about no guarantee. Everything is computed from a [`Model`], and so from a view.
//!
//! A window's day counts from its first to the day before `until`. Amounts are exact. Circumstances
//! have two values: one that is unknown does not hold in a verdict (decision 3).

mod answer;
mod asks;
mod books;
mod combinations;
mod compile;
mod error;
mod exact;
pub mod explain;
mod extra;
mod graph;
mod leaving;
mod report;
mod result;
mod scenario;
mod sets;
mod standing;
mod steps;
mod timeline;
mod waits;

pub use answer::{answer, answer_explained};
/// What the engine may spend on one question.
pub use assurance::Bound;
pub use error::AssessError;
pub use graph::{Edge, Group, Node, WaitingGraph, waiting_graph};
pub use report::{report, report_explained};
pub use result::{
    Ask, Assessment, Both, Explained, Gain, Goal, Help, Importance, Item, Limits, NeedCoverage,
    Order, Part, Probability, Reading, ReadingResult, Segment, SetList, Stretch, Verdict,
};
pub use standing::{CommitmentStanding, Matched, Standing};
pub use steps::{Step, assess_in_steps};
pub use waits::Missing;

use crate::amount::Amount;
use crate::content::{Basis, Guarantee, Kind, Need, Requires};
use crate::id::Id;
use crate::model::{Model, Scenario};
use crate::refusal::Refusal;
use crate::text::Name;
use crate::view::View;
use books::Unit;
use compile::{Compiled, compile};
use exact::{InForce, exact, in_force, nothing, rounded_down};
use leaving::Leaving;
use scenario::Situation;

/// The guarantee of this id.
///
/// # Errors
/// [`AssessError::NoSuchGuarantee`].
pub fn guarantee<'a>(model: &'a Model, id: &Id) -> Result<&'a Guarantee, AssessError> {
    model.guarantees.get(id).ok_or_else(|| AssessError::NoSuchGuarantee(id.clone()))
}

/// Whether a guarantee holds, what is covered, and how each commitment stands: points 1 and 2 of
/// design §6. Linear in the size of the conditions.
///
/// # Errors
/// Any [`AssessError`] but `NoSuchGuarantee`.
pub fn verdict(
    model: &Model,
    guarantee: &Guarantee,
    scenario: &Scenario,
) -> Result<Verdict, AssessError> {
    let situation = situation(model, guarantee, scenario)?;
    let compiled = compile(&situation, Some(guarantee), false)?;
    verdict_of(&situation, &compiled, guarantee, &Limits::default())
}

/// The full assessment: points 1 to 6 of design §6.
///
/// # Errors
/// Any [`AssessError`] but `NoSuchGuarantee`.
pub fn assess(
    model: &Model,
    guarantee: &Guarantee,
    scenario: &Scenario,
    limits: Limits,
) -> Result<Assessment, AssessError> {
    let situation = situation(model, guarantee, scenario)?;
    let compiled = compile(&situation, Some(guarantee), true)?;
    let verdict = verdict_of(&situation, &compiled, guarantee, &limits)?;
    let leaving = Leaving::new(&situation, &compiled, &guarantee.needs);
    let under = |reading| {
        let questions = sets::Questions::new(&situation, &compiled, &leaving, reading, limits);
        questions.answer(*verdict.holds.under(reading))
    };
    let readings = Both { firm: under(Reading::Firm), mutual: under(Reading::Mutual) };
    let asks = asks::asks(&situation, &compiled, guarantee, &leaving, &readings, limits);
    let explained = explain::explained(model, guarantee, scenario, &verdict, &readings, &limits)?;
    Ok(Assessment { verdict, readings, asks, explained })
}

/// How each commitment stands where no guarantee is asked about, so that no trigger is assumed.
///
/// # Errors
/// [`AssessError`] of the scenario, or of amounts too large.
pub fn standings(
    model: &Model,
    scenario: &Scenario,
) -> Result<Vec<CommitmentStanding>, AssessError> {
    let situation = Situation::new(model, None, scenario)?;
    let compiled = compile(&situation, None, false)?;
    let in_force = in_force(&situation, &compiled);
    standing::standings(&situation, &compiled, &in_force, &Limits::default())
}

/// What covers one stated need, without a trigger.
///
/// # Errors
/// [`AssessError`] of the scenario, of windows or of amounts too large.
pub fn coverage_of(
    model: &Model,
    need: &Need,
    scenario: &Scenario,
) -> Result<NeedCoverage, AssessError> {
    let name = Name::parse(need.resource.as_str()).expect("an id is a name");
    let guarantee = Model::guarantee_of_need(name, need);
    let situation = situation(model, &guarantee, scenario)?;
    let compiled = compile(&situation, Some(&guarantee), false)?;
    let in_force = in_force(&situation, &compiled);
    let mut needs = coverage(&situation, &compiled, &guarantee, &in_force);
    Ok(needs.remove(0))
}

/// The answer that is kept with a published assessment: design §12, from its author's view.
pub(crate) fn answer_for_publication(
    view: &View,
    guarantee_id: &Id,
    scenario: &Scenario,
) -> Result<serde_json::Value, Refusal> {
    let model = Model::of(view);
    let said =
        model.guarantees.get(guarantee_id).ok_or(Refusal::NotFound(Some(Kind::Guarantee)))?;
    // Its readers see what its author released: what each commitment gives is not part of it.
    let limits = Limits { explained_max: 0, ..Limits::default() };
    let assessment = assess(&model, said, scenario, limits).map_err(|error| {
        let part = if error.is_about_the_scenario() { "scenario" } else { "guarantee" };
        let why = format!("{error} {}", error.remedy());
        Refusal::invalid(format!("content.published_assessment.{part}"), why)
    })?;
    Ok(answer(guarantee_id, &assessment))
}

fn situation<'a>(
    model: &'a Model,
    guarantee: &'a Guarantee,
    scenario: &'a Scenario,
) -> Result<Situation<'a>, AssessError> {
    let stated = guarantee.needs.len();
    if stated == 0 {
        return Err(AssessError::NoNeeds(guarantee.name.to_string()));
    }
    match guarantee.requires {
        Requires::AtLeast(required) if required == 0 || required as usize > stated => {
            return Err(AssessError::Requires { required, stated });
        }
        Requires::AtLeast(_) | Requires::All => {}
    }
    Situation::new(model, guarantee.trigger.as_ref(), scenario)
}

fn verdict_of(
    situation: &Situation<'_>,
    compiled: &Compiled<'_>,
    guarantee: &Guarantee,
    limits: &Limits,
) -> Result<Verdict, AssessError> {
    let in_force = in_force(situation, compiled);
    let needs = coverage(situation, compiled, guarantee, &in_force);
    let required = match guarantee.requires {
        Requires::AtLeast(count) => count as usize,
        Requires::All => needs.len(),
    };
    let holds = |reading: Reading| {
        needs.iter().filter(|need| *need.covered.under(reading)).count() >= required
    };
    let parts = || needs.iter().flat_map(|need| &need.segments).flat_map(|at| &at.commitments);
    let illustrative =
        needs.iter().any(|need| need.illustrative) || parts().any(|part| part.illustrative);
    Ok(Verdict {
        trigger: guarantee.trigger.clone(),
        scenario: situation.scenario.clone(),
        holds: Both { firm: holds(Reading::Firm), mutual: holds(Reading::Mutual) },
        required,
        commitments: standing::standings(situation, compiled, &in_force, limits)?,
        needs,
        illustrative,
    })
}

/// Each need over time.
fn coverage(
    situation: &Situation<'_>,
    compiled: &Compiled<'_>,
    guarantee: &Guarantee,
    in_force: &InForce,
) -> Vec<NeedCoverage> {
    let needs = guarantee.needs.iter().zip(&compiled.timelines);
    needs
        .map(|(need, timeline)| {
            let unit = compiled.units[&need.resource];
            let segments: Vec<Segment> = timeline
                .stretches
                .iter()
                .map(|stretch| {
                    let commitments: Vec<Part> = stretch
                        .covering
                        .iter()
                        .map(|place| part(situation, in_force, *place))
                        .collect();
                    let sum = |reading| sum(situation, unit, in_force, &stretch.covering, reading);
                    let covered = Both { firm: sum(Reading::Firm), mutual: sum(Reading::Mutual) };
                    Segment {
                        from: timeline.label(stretch.days.start),
                        until: timeline.label(stretch.days.end),
                        missing: Both {
                            firm: need.amount.missing(covered.firm),
                            mutual: need.amount.missing(covered.mutual),
                        },
                        covered,
                        commitments,
                    }
                })
                .collect();
            NeedCoverage {
                resource: need.resource.clone(),
                amount: need.amount,
                from: need.from,
                until: need.until,
                illustrative: need.basis == Basis::Illustrative,
                covered: Both {
                    firm: segments.iter().all(|segment| segment.missing.firm.is_zero()),
                    mutual: segments.iter().all(|segment| segment.missing.mutual.is_zero()),
                },
                segments,
            }
        })
        .collect()
}

/// What is in force of these: to the last digit if all are plain amounts, rounded down if not.
fn sum(
    situation: &Situation<'_>,
    unit: Unit,
    in_force: &InForce,
    places: &[usize],
    reading: Reading,
) -> Amount {
    let holds = in_force.holds.under(reading);
    let (mut plain, mut matched) = (0, None);
    for place in places.iter().filter(|place| holds[**place]) {
        match in_force.matched.get(place) {
            Some(come_to) => {
                let sum = matched.get_or_insert_with(nothing);
                *sum += &come_to.under(reading).gives;
            }
            None => plain += unit.count(situation.in_play[*place].1.amount.unwrap_or_default()),
        }
    }
    match matched {
        Some(matched) => rounded_down(&(matched + exact(unit.amount(plain)))),
        None => unit.amount(plain),
    }
}

fn part(situation: &Situation<'_>, in_force: &InForce, place: usize) -> Part {
    let (id, said) = situation.in_play[place];
    let gives = |reading| match in_force.matched.get(&place) {
        Some(come_to) => rounded_down(&come_to.under(reading).gives),
        None => said.amount.unwrap_or_default(),
    };
    let holds = &in_force.holds;
    Part {
        commitment: id.clone(),
        party: said.party.clone(),
        amount: Both { firm: gives(Reading::Firm), mutual: gives(Reading::Mutual) },
        in_force: Both { firm: holds.firm[place], mutual: holds.mutual[place] },
        illustrative: said.basis == Basis::Illustrative,
    }
}

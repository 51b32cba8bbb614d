//! The assessment: what the engine says of a guarantee, in a view, under a scenario.
//!
//! [`Prepared::verdict`] is the quick part: does it hold, what is covered, how does each commitment
//! stand. [`assess`] is all six points of design §6, [`assess_in_steps`] tells them one after the
//! other. [`Prepared::standings`] and [`Prepared::coverage_of`] serve pages that are about no
//! guarantee. Everything is computed from a [`Model`], and so from a view.
//!
//! A window's day counts from its first to the day before `until`. Amounts are exact. Circumstances
//! have two values: one that is unknown does not hold in a verdict (decision 3).

mod answer;
mod asks;
mod books;
mod choices;
mod combinations;
mod compile;
mod coverage;
mod error;
mod exact;
pub mod explain;
mod extra;
mod graph;
mod leaving;
mod ledger;
mod prepared;
mod report;
mod result;
mod scenario;
mod sets;
mod standing;
mod steps;
mod supply;
mod timeline;
mod waits;

pub use answer::{answer, answer_explained};
/// What the engine may spend on one question.
pub use assurance::Bound;
pub use error::AssessError;
pub use graph::{Edge, Group, Node, WaitingGraph, waiting_graph};
pub use prepared::Prepared;
pub use report::{report, report_explained};
pub use result::{
    Ask, Assessment, Both, Explained, Gain, Goal, Help, Importance, Item, Limits, NeedCoverage,
    Order, Part, Probability, Reading, ReadingResult, Segment, SetList, Stretch, Verdict,
};
pub use standing::{CommitmentStanding, Matched, Standing};
pub use steps::{Step, assess_in_steps};
pub use waits::Missing;

use crate::content::{Guarantee, Kind};
use crate::id::Id;
use crate::model::{Model, Scenario};
use crate::refusal::Refusal;
use crate::view::View;
use compile::compile;
use leaving::Leaving;
use scenario::Situation;
use std::ops::Deref;

/// The guarantee of this id.
///
/// # Errors
/// [`AssessError::NoSuchGuarantee`].
pub fn guarantee<'a>(model: &'a Model, id: &Id) -> Result<&'a Guarantee, AssessError> {
    model.guarantees.get(id).ok_or_else(|| AssessError::NoSuchGuarantee(id.clone()))
}

/// [`Prepared::verdict`], once.
///
/// # Errors
/// Any [`AssessError`] but `NoSuchGuarantee`.
pub fn verdict(
    model: &Model,
    guarantee: &Guarantee,
    scenario: &Scenario,
) -> Result<Verdict, AssessError> {
    Prepared::new(model)?.verdict(guarantee, scenario, &Limits::default())
}

/// [`Prepared::assess`], once.
///
/// # Errors
/// Any [`AssessError`] but `NoSuchGuarantee`.
pub fn assess(
    model: &Model,
    guarantee: &Guarantee,
    scenario: &Scenario,
    limits: Limits,
) -> Result<Assessment, AssessError> {
    Prepared::new(model)?.assess(guarantee, scenario, limits)
}

impl<M: Deref<Target = Model>> Prepared<M> {
    /// The full assessment: points 1 to 6 of design §6.
    ///
    /// # Errors
    /// Any [`AssessError`] but `NoSuchGuarantee`.
    pub fn assess(
        &self,
        guarantee: &Guarantee,
        scenario: &Scenario,
        limits: Limits,
    ) -> Result<Assessment, AssessError> {
        let (model, verdict) = (self.model(), self.verdict(guarantee, scenario, &limits)?);
        let situation = Situation::new(model, guarantee.trigger.as_ref(), scenario)?;
        let compiled = compile(&situation, guarantee)?;
        let leaving = Leaving::new(&situation, &compiled, &guarantee.needs);
        let under = |reading| {
            let questions = sets::Questions::new(&situation, &compiled, &leaving, reading, limits);
            questions.answer(*verdict.holds.under(reading))
        };
        let readings = Both { firm: under(Reading::Firm), mutual: under(Reading::Mutual) };
        let asks = asks::asks(&situation, &compiled, guarantee, &leaving, &readings, limits);
        let explained =
            explain::explained(model, guarantee, scenario, &verdict, &readings, &limits)?;
        Ok(Assessment { verdict, readings, asks, explained })
    }
}

/// [`Prepared::standings`], once.
///
/// # Errors
/// [`AssessError`] of the scenario, or of amounts too large.
pub fn standings(
    model: &Model,
    scenario: &Scenario,
) -> Result<Vec<CommitmentStanding>, AssessError> {
    Prepared::new(model)?.standings(scenario)
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

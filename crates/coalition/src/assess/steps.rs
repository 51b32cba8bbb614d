//! An assessment told step by step where it is hard: the verdict first, then the sets, then chances
//! and importance, and last what to ask for.

use super::compile::compile;
use super::leaving::Leaving;
use super::prepared::Prepared;
use super::result::{Assessment, Both, Limits, Reading, ReadingResult, Verdict};
use super::scenario::Situation;
use super::sets::Questions;
use super::{AssessError, asks, explain};
use crate::content::Guarantee;
use crate::id::Id;
use crate::model::{Model, Scenario};
use assurance::Bound;
use std::ops::{ControlFlow, Deref};

/// Pairs of parties times commitments beyond which even what needs no diagram takes its time.
const LARGE: usize = 2_000_000;

/// What is known of a hard assessment so far.
#[derive(Debug)]
pub enum Step<'s> {
    /// Whether it holds, and what is covered.
    Verdict(&'s Verdict),
    /// The sets as well, and the explanations. The probability is told as between 0 and 1, and
    /// there is no importance and no ask yet.
    Sets(&'s Assessment),
    /// The probability and everybody's importance as well. There is no ask yet.
    Chances(&'s Assessment),
}

/// [`super::assess`], telling of each step of a hard assessment as soon as it is known; of an easy
/// one nothing is told before the end. Easy is what diagrams within `limits` answer exactly: a
/// count, so that the same question is hard on every machine. Where it is hard, sets and chances are
/// sought as far as `patience` reaches. `tell` says whether anybody still waits; if not, nothing
/// further is computed and the answer is `None`.
///
/// # Errors
/// Any [`AssessError`] but `NoSuchGuarantee`.
pub fn assess_in_steps<M: Deref<Target = Model>>(
    prepared: &Prepared<M>,
    guarantee: &Guarantee,
    scenario: &Scenario,
    limits: Limits,
    patience: Bound,
    tell: &mut dyn FnMut(Step<'_>) -> ControlFlow<()>,
) -> Result<Option<Assessment>, AssessError> {
    let model = prepared.model();
    let verdict = prepared.verdict(guarantee, scenario, &limits)?;
    let situation = Situation::new(model, guarantee.trigger.as_ref(), scenario)?;
    let large = is_large(&situation);
    if large && tell(Step::Verdict(&verdict)).is_break() {
        return Ok(None);
    }
    let compiled = compile(&situation, guarantee)?;
    let leaving = Leaving::new(&situation, &compiled, &guarantee.needs);
    let holds = verdict.holds;
    let questions = |bound| {
        let limits = Limits { bound, ..limits };
        let under = |reading| Questions::new(&situation, &compiled, &leaving, reading, limits);
        Both { firm: under(Reading::Firm), mutual: under(Reading::Mutual) }
    };
    let asks = |readings: &Both<ReadingResult>| {
        asks::asks(&situation, &compiled, guarantee, &leaving, readings, limits)
    };
    let explained = |verdict: &Verdict, readings: &Both<ReadingResult>| {
        explain::explained(model, guarantee, scenario, verdict, readings, &limits)
    };
    if !large {
        // Diagrams alone: a search that is cut short anyway would be done twice.
        let trial = questions(Bound { evaluations_max: 0, ..limits.bound });
        if let Some(firm) = trial.firm.answer_if_exact(holds.firm)
            && let Some(mutual) = trial.mutual.answer_if_exact(holds.mutual)
        {
            let readings = Both { firm, mutual };
            let (asks, explained) = (asks(&readings), explained(&verdict, &readings)?);
            return Ok(Some(Assessment { verdict, readings, asks, explained }));
        }
        if tell(Step::Verdict(&verdict)).is_break() {
            return Ok(None);
        }
    }
    let questions = questions(patience);
    let analyses = Both {
        firm: questions.firm.analysis_of_all(holds.firm),
        mutual: questions.mutual.analysis_of_all(holds.mutual),
    };
    let readings = Both {
        firm: questions.firm.sets(&analyses.firm, holds.firm),
        mutual: questions.mutual.sets(&analyses.mutual, holds.mutual),
    };
    let explained = explained(&verdict, &readings)?;
    let mut told = Assessment { verdict, readings, asks: Vec::new(), explained };
    if tell(Step::Sets(&told)).is_break() {
        return Ok(None);
    }
    questions.firm.chances(&analyses.firm, &mut told.readings.firm);
    questions.mutual.chances(&analyses.mutual, &mut told.readings.mutual);
    if tell(Step::Chances(&told)).is_break() {
        return Ok(None);
    }
    told.asks = asks(&told.readings);
    Ok(Some(told))
}

/// Whether trying every pair of leavers takes its time.
fn is_large(situation: &Situation<'_>) -> bool {
    let mut parties: Vec<&Id> = situation.in_play.iter().map(|(_, said)| &said.party).collect();
    parties.sort_unstable();
    parties.dedup();
    parties.len().saturating_mul(parties.len()).saturating_mul(situation.in_play.len()) > LARGE
}

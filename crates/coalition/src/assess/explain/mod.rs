//! Why: for each verdict a proof that a person can follow, each step from those before it.
//!
//! An explanation is data first: ids, exact amounts, figures. Its `sentences` put it into words.
//! Everything is made from the model alone.
//!
//! Steps are pruned: what no later step and no conclusion uses is left out. So the figures of a
//! step are those that follow from the steps told before it; with everything that was left out,
//! less is there, and the conclusion holds all the more.

mod breaking;
mod founded;
mod ground;
mod pool;
mod told;
mod words;

pub use told::{
    Absence, BreakExplanation, CommitmentExplanation, Fall, Figures, Given, Known, Lacking, Leaf,
    Shortage, Step, Tightest,
};

use super::error::AssessError;
use super::result::{Both, Explained, Item, Limits, Reading, ReadingResult, Verdict};
use super::scenario::Situation;
use super::standing::{CommitmentStanding, Standing};
use super::supply::Supply;
use super::timeline::{Timeline, timelines};
use crate::condition::Condition;
use crate::content::{Guarantee, GuaranteeNeed, Requires};
use crate::id::Id;
use crate::model::{Model, Scenario};
use ground::Ground;
use pool::MatchingPool;
use std::collections::BTreeMap;

/// Ready to explain what was said of a guarantee, or of commitments alone, in one situation.
pub struct Explanations<'a> {
    situation: Situation<'a>,
    needs: &'a [GuaranteeNeed],
    required: usize,
    timelines: Vec<Timeline>,
    supply: Supply,
    pools: BTreeMap<&'a Id, MatchingPool>,
    /// By place: in force firmly, and in force if groups move together.
    firm: Vec<bool>,
    mutual: Vec<bool>,
}

impl<'a> Explanations<'a> {
    /// For what [`super::verdict`] or [`super::assess`] said of `guarantee`, or
    /// [`super::standings`] without one: `standings` are the commitments' of that answer.
    ///
    /// # Errors
    /// As those functions, for the same arguments.
    pub fn new(
        model: &'a Model,
        guarantee: Option<&'a Guarantee>,
        scenario: &'a Scenario,
        standings: &[CommitmentStanding],
    ) -> Result<Explanations<'a>, AssessError> {
        let trigger = guarantee.and_then(|said| said.trigger.as_ref());
        let situation = Situation::new(model, trigger, scenario)?;
        let needs = guarantee.map_or(&[][..], |said| &said.needs);
        let required = match guarantee.map(|said| said.requires) {
            Some(Requires::AtLeast(count)) => count as usize,
            Some(Requires::All) | None => needs.len(),
        };
        let supply = Supply::of(&situation);
        let standing: BTreeMap<&Id, Standing> =
            standings.iter().map(|said| (&said.id, said.standing)).collect();
        let in_force = |wanted: &[Standing]| -> Vec<bool> {
            let is = |id: &Id| standing.get(id).is_some_and(|is| wanted.contains(is));
            situation.in_play.iter().map(|(id, _)| is(id)).collect()
        };
        let (firm, mutual) =
            (in_force(&[Standing::Firm]), in_force(&[Standing::Firm, Standing::Mutual]));
        let timelines = timelines(&situation, &supply, needs)?;
        let pools = pool::pools(&situation, needs, &supply)?;
        Ok(Explanations { situation, needs, required, timelines, supply, pools, firm, mutual })
    }

    fn ground(&self, reading: Reading) -> Ground<'_, 'a> {
        Ground::new(self, reading)
    }

    fn place(&self, id: &Id) -> Option<usize> {
        self.situation.in_play.binary_search_by(|(other, _)| (*other).cmp(id)).ok()
    }

    /// Why a commitment stands as it does; `None` if the model does not have it.
    pub fn commitment(&self, id: &Id) -> Option<CommitmentExplanation> {
        let entry = self.situation.model.commitments.get(id)?;
        let mut told = CommitmentExplanation {
            commitment: id.clone(),
            standing: Standing::Void,
            leaves: Vec::new(),
            steps: Vec::new(),
        };
        // Suspended, withdrawn, or its party is not there: its standing says so.
        let Some(place) = self.place(id) else { return Some(told) };
        let Condition::When(formula) = &entry.commitment.condition else {
            told.standing = Standing::Firm;
            told.steps = self.founded(place);
            return Some(told);
        };
        let own = &entry.commitment.party;
        let ground = self.ground(Reading::Mutual);
        if self.firm[place] {
            told.standing = Standing::Firm;
            told.steps = self.founded(place);
            let last = told.steps.last().and_then(|step| step.falls.last());
            told.leaves = last.map_or_else(Vec::new, |own| own.leaves.clone());
        } else if self.mutual[place] {
            told.standing = Standing::Mutual;
            let firmly = self.ground(Reading::Firm);
            for leaf in ground.enough(formula, own, &self.mutual, false) {
                let mut leaf_told = ground.leaf(leaf, own, &self.mutual);
                if !firmly.holds(leaf, own, &self.firm) {
                    leaf_told.leans_on = ground.leans_on(leaf, own, &firmly);
                }
                told.leaves.push(leaf_told);
            }
        } else {
            // What it brings itself is counted: if that were enough, it would be in force.
            let mut with_own = self.mutual.clone();
            with_own[place] = true;
            let failing = ground.enough(formula, own, &with_own, true);
            let leaves = failing.into_iter().map(|leaf| ground.leaf(leaf, own, &with_own));
            told.leaves = leaves.collect();
            told.standing = Standing::Waiting;
        }
        Some(told)
    }

    /// Why losing these breaks the guarantee; `None` if, as things are, it does not.
    pub fn breaking(&self, reading: Reading, lost: &[Item]) -> Option<BreakExplanation> {
        breaking::explain(self, reading, lost)
    }
}

/// Why it holds or not, and why the first sets break it, as far as limits go.
pub(super) fn explained(
    model: &Model,
    guarantee: &Guarantee,
    scenario: &Scenario,
    verdict: &Verdict,
    readings: &Both<ReadingResult>,
    limits: &Limits,
) -> Result<Both<Explained>, AssessError> {
    if limits.explained_max == 0 {
        return Ok(Both::default());
    }
    let all = Explanations::new(model, Some(guarantee), scenario, &verdict.commitments)?;
    let under = |reading| {
        let sets = readings.under(reading).breaking.listed.iter();
        let breaks = sets.take(limits.explained_max).filter_map(|set| all.breaking(reading, set));
        Explained { needs: tightest(verdict, reading), breaks: breaks.collect() }
    };
    Ok(Both { firm: under(Reading::Firm), mutual: under(Reading::Mutual) })
}

/// Of each need the stretch of time in which it is covered least, under one reading.
pub fn tightest(verdict: &Verdict, reading: Reading) -> Vec<Tightest> {
    let needs = verdict.needs.iter();
    needs
        .filter_map(|need| {
            let segments = need.segments.iter().enumerate();
            let (place, least) = segments.min_by_key(|(_, at)| *at.covered.under(reading))?;
            let (covered, missing) = (*least.covered.under(reading), *least.missing.under(reading));
            let given = need.parts(place).filter(|part| *part.in_force.under(reading));
            let given = given.map(|part| Given {
                commitment: part.commitment.clone(),
                party: part.party.clone(),
                amount: *part.amount.under(reading),
                others: None,
            });
            Some(Tightest {
                resource: need.resource.clone(),
                amount: need.amount,
                from: least.from,
                until: least.until,
                covered,
                missing,
                spare: covered.missing(need.amount),
                given: given.collect(),
            })
        })
        .collect()
}

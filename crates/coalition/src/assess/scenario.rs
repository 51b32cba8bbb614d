//! A scenario laid over a model: what holds, who is present, which commitments are in play.

use super::error::AssessError;
use crate::content::{Commitment, Holds};
use crate::id::Id;
use crate::model::{Model, Scenario};

/// What is known of a circumstance in a situation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It is the trigger: it holds, and no question is asked about its loss.
    Trigger,
    /// It holds, or is assumed to.
    Holds,
    /// It does not, or is assumed not to.
    Fails,
    /// Nobody can say. In a verdict it does not hold (decision 3), so `not "x"` is then satisfied;
    /// as for probability it holds with its chance.
    Unknown,
}

/// A model under a scenario.
pub(super) struct Situation<'a> {
    pub model: &'a Model,
    pub trigger: Option<&'a Id>,
    /// As given; the trigger is assumed beside it.
    pub scenario: &'a Scenario,
    /// Commitments that can be in force at all: not stopped, of a party that is present. By id.
    /// Of a [`Situation::whole`] those of parties that the scenario takes away are among them.
    pub in_play: Vec<(&'a Id, &'a Commitment)>,
}

impl<'a> Situation<'a> {
    /// A model under a scenario that speaks of things that exist and does not contradict itself.
    pub fn new(
        model: &'a Model,
        trigger: Option<&'a Id>,
        scenario: &'a Scenario,
    ) -> Result<Self, AssessError> {
        check(model, trigger, scenario)?;
        let mut situation = Situation { model, trigger, scenario, in_play: Vec::new() };
        let in_play = model
            .commitments
            .iter()
            .filter(|(_, entry)| !entry.stopped && situation.present(&entry.commitment.party));
        situation.in_play = in_play.map(|(id, entry)| (id, &entry.commitment)).collect();
        Ok(situation)
    }

    /// Likewise, where it is known which commitments could be in force if nobody were absent.
    pub fn whole(
        model: &'a Model,
        trigger: Option<&'a Id>,
        scenario: &'a Scenario,
        in_play: &[bool],
    ) -> Result<Self, AssessError> {
        check(model, trigger, scenario)?;
        let entries = model.commitments.iter().zip(in_play).filter(|(_, in_play)| **in_play);
        let in_play = entries.map(|((id, entry), _)| (id, &entry.commitment)).collect();
        Ok(Situation { model, trigger, scenario, in_play })
    }

    /// What is known of a circumstance. One that the model does not have cannot come to hold.
    pub fn known(&self, circumstance: &Id) -> Known {
        if self.trigger == Some(circumstance) {
            return Known::Trigger;
        }
        if self.scenario.assume.contains(circumstance) {
            return Known::Holds;
        }
        if self.scenario.assume_not.contains(circumstance) {
            return Known::Fails;
        }
        match self.model.circumstances.get(circumstance).map(|said| said.holds) {
            Some(Holds::Yes) => Known::Holds,
            Some(Holds::Unknown) => Known::Unknown,
            Some(Holds::No) | None => Known::Fails,
        }
    }

    /// Whether a party that holds a commitment in play takes part.
    pub fn is_there(&self, party: &Id) -> bool {
        self.scenario.without.is_empty() || !self.scenario.without.contains(party)
    }

    /// Whether a party takes part.
    pub fn present(&self, party: &Id) -> bool {
        self.model.parties.contains_key(party) && !self.scenario.without.contains(party)
    }

    /// How many parties take part.
    pub fn party_count(&self) -> usize {
        self.model.parties.len() - self.scenario.without.len()
    }
}

fn check(model: &Model, trigger: Option<&Id>, scenario: &Scenario) -> Result<(), AssessError> {
    let circumstances = scenario.assume.iter().chain(&scenario.assume_not).chain(trigger);
    for id in circumstances {
        if !model.circumstances.contains_key(id) {
            return Err(AssessError::NoSuchCircumstance(id.clone()));
        }
    }
    if let Some(id) = scenario.without.iter().find(|id| !model.parties.contains_key(*id)) {
        return Err(AssessError::NoSuchParty(id.clone()));
    }
    if let Some(id) = scenario.assume.intersection(&scenario.assume_not).next() {
        return Err(AssessError::Contradiction(id.clone()));
    }
    match trigger.filter(|id| scenario.assume_not.contains(*id)) {
        Some(id) => Err(AssessError::TriggerAssumedNot(id.clone())),
        None => Ok(()),
    }
}

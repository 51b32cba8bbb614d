//! A model made ready once for every scenario: a toggle changes a few variables of a system that
//! stands, and what it answers is followed from there.
//!
//! Whoever leaves, and whatever comes to hold, is a variable; so is the trigger. Only windows are
//! laid out anew: which day is meant is nothing that promises hang on.

use super::compile::{Promises, promises};
use super::coverage::coverage;
use super::error::AssessError;
use super::exact::{InForce, matched};
use super::ledger::Ledger;
use super::result::{Both, Limits, NeedCoverage, Reading, Verdict};
use super::scenario::Situation;
use super::standing::{CommitmentStanding, standings};
use super::timeline::timelines;
use crate::content::{Guarantee, GuaranteeNeed, Holds, Need, Requires};
use crate::id::Id;
use crate::model::{Model, Scenario};
use crate::text::Name;
use assurance::{Definition, Evaluator, Quantity, System, Variable};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

/// A model, with all that verdicts on it share whatever is supposed. `M` is a reference to the
/// model, or owns it.
pub struct Prepared<M> {
    model: M,
    /// Commitments that can be in force at all if nobody is absent, in the model's order.
    in_play: Vec<bool>,
    ledger: Ledger,
    system: Arc<System>,
    /// By place in [`Situation::in_play`].
    definitions: Vec<Definition>,
    quantities: Vec<Option<Quantity>>,
    parties: BTreeMap<Id, Variable>,
    circumstances: BTreeMap<Id, Variable>,
    /// What is so under no scenario, by variable: the unknown does not hold (decision 3).
    base: Vec<bool>,
    /// What was settled last. Whoever asks takes it away and puts it back: who finds nothing there
    /// settles for himself, so nobody waits.
    settled: Mutex<Option<Both<Settled>>>,
}

type Settled = Evaluator<Arc<System>>;

static NOTHING: Scenario = Scenario {
    assume: BTreeSet::new(),
    assume_not: BTreeSet::new(),
    without: BTreeSet::new(),
    on: None,
};

impl<M: Deref<Target = Model>> Prepared<M> {
    /// Makes a model ready: in time linear in the size of the conditions.
    ///
    /// # Errors
    /// [`AssessError::AmountsTooLarge`] or [`AssessError::TooLarge`].
    pub fn new(model: M) -> Result<Prepared<M>, AssessError> {
        let entries = model.commitments.values();
        let in_play: Vec<bool> = entries
            .map(|entry| !entry.stopped && model.parties.contains_key(&entry.commitment.party))
            .collect();
        let (ledger, promises) = {
            let situation = Situation::whole(&model, None, &NOTHING, &in_play)?;
            (Ledger::of(&situation)?, promises(&situation)?)
        };
        let Promises { system, definitions, quantities, parties, circumstances } = promises;
        let mut base = vec![false; system.variable_count()];
        for variable in parties.values() {
            base[variable.index()] = true;
        }
        for (id, variable) in &circumstances {
            let said = model.circumstances.get(id);
            base[variable.index()] = said.is_some_and(|said| said.holds == Holds::Yes);
        }
        Ok(Prepared {
            model,
            in_play,
            ledger,
            system: Arc::new(system),
            definitions,
            quantities,
            parties,
            circumstances,
            base,
            settled: Mutex::default(),
        })
    }

    /// The model that was made ready.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// About how many bytes this takes, the model among them.
    pub fn bytes(&self) -> usize {
        // A gate with its states under both readings, an edge either way, a commitment.
        const EACH: [usize; 3] = [240, 56, 800];
        let counts =
            [self.system.node_count(), self.system.edge_count(), self.model.commitments.len()];
        EACH.iter().zip(counts).map(|(each, count)| each * count).sum()
    }

    /// Whether a guarantee holds, what is covered, and how each commitment stands: points 1 and 2 of
    /// design §6.
    ///
    /// # Errors
    /// Any [`AssessError`] but `NoSuchGuarantee`.
    pub fn verdict(
        &self,
        guarantee: &Guarantee,
        scenario: &Scenario,
        limits: &Limits,
    ) -> Result<Verdict, AssessError> {
        check(guarantee)?;
        let situation = self.situation(guarantee.trigger.as_ref(), scenario)?;
        let (in_force, groups) = self.in_force(&situation);
        let needs = self.coverage(&situation, &guarantee.needs, &in_force)?;
        let required = match guarantee.requires {
            Requires::AtLeast(count) => count as usize,
            Requires::All => needs.len(),
        };
        let holds = |reading: Reading| {
            needs.iter().filter(|need| *need.covered.under(reading)).count() >= required
        };
        let is_illustrative = |need: &NeedCoverage| {
            need.illustrative || need.offered.iter().any(|part| part.illustrative)
        };
        Ok(Verdict {
            trigger: guarantee.trigger.clone(),
            scenario: scenario.clone(),
            holds: Both { firm: holds(Reading::Firm), mutual: holds(Reading::Mutual) },
            required,
            commitments: self.told(&situation, &in_force, &groups, limits)?,
            illustrative: needs.iter().any(is_illustrative),
            needs,
        })
    }

    /// How each commitment stands where no guarantee is asked about, so that no trigger is assumed.
    ///
    /// # Errors
    /// [`AssessError`] of the scenario.
    pub fn standings(&self, scenario: &Scenario) -> Result<Vec<CommitmentStanding>, AssessError> {
        let situation = self.situation(None, scenario)?;
        let (in_force, groups) = self.in_force(&situation);
        self.told(&situation, &in_force, &groups, &Limits::default())
    }

    /// What covers one stated need, without a trigger.
    ///
    /// # Errors
    /// [`AssessError`] of the scenario, of windows or of amounts too large.
    pub fn coverage_of(
        &self,
        need: &Need,
        scenario: &Scenario,
    ) -> Result<NeedCoverage, AssessError> {
        let name = Name::parse(need.resource.as_str()).expect("an id is a name");
        let guarantee = Model::guarantee_of_need(name, need);
        let situation = self.situation(None, scenario)?;
        let (in_force, _) = self.in_force(&situation);
        let mut needs = self.coverage(&situation, &guarantee.needs, &in_force)?;
        Ok(needs.remove(0))
    }

    fn situation<'a>(
        &'a self,
        trigger: Option<&'a Id>,
        scenario: &'a Scenario,
    ) -> Result<Situation<'a>, AssessError> {
        Situation::whole(&self.model, trigger, scenario, &self.in_play)
    }

    /// The variables that a situation changes, the trigger first: mostly that stays.
    fn changes(&self, situation: &Situation<'_>) -> Vec<(Variable, bool)> {
        let Scenario { assume, assume_not, without, on: _ } = situation.scenario;
        let circumstance = |id: &Id, value: bool| Some((*self.circumstances.get(id)?, value));
        let holding = situation.trigger.into_iter().chain(assume);
        let holding = holding.filter_map(|id| circumstance(id, true));
        let failing = assume_not.iter().filter_map(|id| circumstance(id, false));
        let leaving = without.iter().filter_map(|id| Some((*self.parties.get(id)?, false)));
        let all = holding.chain(failing).chain(leaving);
        all.filter(|(variable, value)| self.base[variable.index()] != *value).collect()
    }

    /// Who is in force, and who moves together, by place.
    fn in_force(&self, situation: &Situation<'_>) -> (InForce, Vec<Vec<usize>>) {
        let place = || self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = place().take();
        let mut settled = taken.unwrap_or_else(|| {
            let under = |reading: Reading| {
                let mut settled = Evaluator::new(Arc::clone(&self.system), reading.of_engine());
                settled.evaluate(&self.base);
                settled
            };
            Both { firm: under(Reading::Firm), mutual: under(Reading::Mutual) }
        });
        let changes = self.changes(situation);
        settled.firm.suppose(changes.iter().copied());
        settled.mutual.suppose(changes);
        let under = |settled: &Settled| {
            let holds: Vec<bool> =
                self.definitions.iter().map(|name| settled.defined(*name)).collect();
            let matched = matched(situation, &self.ledger, &self.quantities, settled, &holds);
            (holds, matched)
        };
        let (firm, firm_matched) = under(&settled.firm);
        let (mutual, mutual_matched) = under(&settled.mutual);
        // Definitions were declared in order of place.
        let groups = assurance::groups(&settled.firm, &settled.mutual).into_iter();
        let groups = groups.map(|group| group.iter().map(|of| of.index()).collect()).collect();
        *place() = Some(settled);
        let both = firm_matched.into_iter().zip(mutual_matched);
        let matched = both.map(|((place, firm), (_, mutual))| (place, Both { firm, mutual }));
        (InForce { holds: Both { firm, mutual }, matched: matched.collect() }, groups)
    }

    fn coverage(
        &self,
        situation: &Situation<'_>,
        needs: &[GuaranteeNeed],
        in_force: &InForce,
    ) -> Result<Vec<NeedCoverage>, AssessError> {
        self.ledger.check(needs)?;
        let timelines = timelines(situation, &self.ledger.supply, needs)?;
        let both = needs.iter().zip(&timelines);
        Ok(both
            .map(|(need, timeline)| coverage(situation, &self.ledger, need, timeline, in_force))
            .collect())
    }

    fn told(
        &self,
        situation: &Situation<'_>,
        in_force: &InForce,
        groups: &[Vec<usize>],
        limits: &Limits,
    ) -> Result<Vec<CommitmentStanding>, AssessError> {
        standings(situation, &self.in_play, &self.ledger, in_force, groups, limits)
    }
}

/// Refuses a guarantee that asks for nothing, or for more or less than it can.
pub(super) fn check(guarantee: &Guarantee) -> Result<(), AssessError> {
    let stated = guarantee.needs.len();
    if stated == 0 {
        return Err(AssessError::NoNeeds(guarantee.name.to_string()));
    }
    match guarantee.requires {
        Requires::AtLeast(required) if required == 0 || required as usize > stated => {
            Err(AssessError::Requires { required, stated })
        }
        Requires::AtLeast(_) | Requires::All => Ok(()),
    }
}

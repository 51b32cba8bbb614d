//! What commitments that match others come to, given who is in force.

use crate::assess::books::{Unit, units};
use crate::assess::compile::terms;
use crate::assess::error::AssessError;
use crate::assess::result::Reading;
use crate::assess::scenario::Situation;
use crate::assess::supply::Supply;
use crate::content::GuaranteeNeed;
use crate::id::Id;
use assurance::{Evaluator, Exact, Quantity, System, SystemBuilder, Variable};
use std::collections::BTreeMap;

/// All commitments of one resource, where any of them matches others.
pub(super) struct MatchingPool {
    unit: Unit,
    system: System,
    /// Places, with what says that each is in force, and what those come to that match.
    members: Vec<(usize, Variable, Option<Quantity>)>,
}

pub(super) fn pools<'a>(
    situation: &Situation<'a>,
    needs: &'a [GuaranteeNeed],
    supply: &Supply,
) -> Result<BTreeMap<&'a Id, MatchingPool>, AssessError> {
    let mut pools = BTreeMap::new();
    let matching = situation.in_play.iter().filter(|(_, said)| said.matches.is_some());
    let mut matching: Vec<&Id> = matching.map(|(_, said)| &said.resource).collect();
    matching.sort_unstable();
    matching.dedup();
    if matching.is_empty() {
        return Ok(pools);
    }
    let units = units(situation, needs)?;
    for resource in matching {
        let unit = units[resource];
        let mut builder = SystemBuilder::new();
        let pool = builder.pool();
        let mut groups: BTreeMap<&Id, u32> = BTreeMap::new();
        let mut members = Vec::new();
        for place in supply.places(resource) {
            let (id, said) = situation.in_play[*place];
            let next = u32::try_from(groups.len()).expect("parties were counted in 32 bits");
            let group = *groups.entry(&said.party).or_insert(next);
            let variable = builder.variable(id.as_str());
            let when = builder.literal(variable);
            let amount = unit.count(said.amount.unwrap_or_default());
            let quantity = match &said.matches {
                Some(matches) => {
                    let terms = terms(unit, amount, matches);
                    Some(builder.matching(pool, group, terms, when)?)
                }
                None => {
                    builder.fixed(pool, group, amount, when)?;
                    None
                }
            };
            members.push((*place, variable, quantity));
        }
        let system = builder.finish()?;
        pools.insert(resource, MatchingPool { unit, system, members });
    }
    Ok(pools)
}

impl MatchingPool {
    /// What each that matches comes to, by place; nothing if it is not in force.
    pub fn amounts(&self, in_force: &[bool], reading: Reading) -> BTreeMap<usize, Exact> {
        let mut assignment = vec![false; self.system.variable_count()];
        for (place, variable, _) in &self.members {
            assignment[variable.index()] = in_force[*place];
        }
        let mut evaluator = Evaluator::new(&self.system, reading.of_engine());
        evaluator.evaluate(&assignment);
        let matching = self.members.iter().filter_map(|(place, _, of)| Some((*place, (*of)?)));
        matching.map(|(place, of)| (place, self.unit.value(&evaluator.amount(of)))).collect()
    }
}

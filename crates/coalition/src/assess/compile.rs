//! From a situation to one Boolean system over *party stays* and *circumstance holds*.

use super::books::{Unit, units};
use super::error::AssessError;
use super::scenario::{Known, Situation};
use super::supply::Supply;
use super::timeline::{Timeline, timelines};
use crate::amount::Amount;
use crate::condition::{Condition, Formula, Kind, Who};
use crate::content::{Guarantee, GuaranteeNeed, Matching, Requires};
use crate::id::Id;
use assurance::{Definition, Node, Pool, Quantity, System, SystemBuilder, Terms, Variable};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::num::NonZero;

/// A situation as a system: one definition for each commitment in play, one node for the
/// guarantee. One system serves both readings.
pub(super) struct Compiled<'a> {
    pub system: System,
    /// By place in [`Situation::in_play`].
    pub definitions: Vec<Definition>,
    /// By place: what those come to that match others.
    pub quantities: Vec<Option<Quantity>>,
    pub timelines: Vec<Timeline>,
    pub units: BTreeMap<&'a Id, Unit>,
    /// That enough needs are covered.
    pub top: Node,
    /// Parties present that hold a commitment in play, by id.
    pub parties: Vec<(&'a Id, Variable)>,
    /// Circumstances that hold, and those unknown that a condition in play mentions, by id.
    pub circumstances: Vec<(&'a Id, Known, Variable)>,
    /// Extra amounts of each resource needed, as binary digits. All false but in asks.
    pub extras: BTreeMap<&'a Id, Extra>,
    /// What is so in this situation, for each variable: the unknown does not hold.
    pub base: Vec<bool>,
}

/// An extra amount, the lowest digit first.
pub(super) struct Extra {
    pub digits: Vec<Variable>,
    pub unit: Unit,
}

/// What others look for of one resource.
#[derive(Default)]
struct Offers<'a> {
    /// That a party has a commitment of it in force, by party.
    contributes: BTreeMap<&'a Id, Node>,
    /// Party, amount and commitment, by place.
    amounts: Vec<(&'a Id, Amount, Node)>,
    /// Likewise, of those that match others.
    quantities: Vec<(&'a Id, Quantity)>,
    /// All amounts, where any matches others.
    pool: Option<Pool>,
    /// Weights and digits of the extra amount.
    extra: Vec<(u128, Node)>,
}

/// An ask is nobody's own: in a pool it is of a group by itself.
const NOBODY: u32 = u32::MAX;

/// What every scenario shares: all commitments that could be in force under any, over *party stays*
/// and *circumstance holds* for whatever a scenario could say of either.
pub(super) struct Promises {
    pub system: System,
    /// By place in [`Situation::in_play`].
    pub definitions: Vec<Definition>,
    /// By place: what those come to that match others.
    pub quantities: Vec<Option<Quantity>>,
    /// Parties that hold a commitment in play.
    pub parties: BTreeMap<Id, Variable>,
    /// Circumstances that a condition in play mentions.
    pub circumstances: BTreeMap<Id, Variable>,
}

struct Compiler<'s, 'a> {
    situation: &'s Situation<'a>,
    /// Whether it is for any scenario: then nothing is taken as known.
    for_any: bool,
    builder: SystemBuilder,
    units: BTreeMap<&'a Id, Unit>,
    offers: BTreeMap<&'a Id, Offers<'a>>,
    /// By place.
    quantities: Vec<Option<Quantity>>,
    /// Atoms made before, for whom: a sum over hundreds of commitments is put together once.
    made: HashMap<(&'a Formula, Option<&'a Id>), Node>,
}

/// Compiles a situation and a guarantee, with extra amounts of each resource needed.
pub(super) fn compile<'a>(
    situation: &Situation<'a>,
    guarantee: &'a Guarantee,
) -> Result<Compiled<'a>, AssessError> {
    let needs = &guarantee.needs;
    let required = match guarantee.requires {
        Requires::AtLeast(count) => count as usize,
        Requires::All => needs.len(),
    };
    let timelines = timelines(situation, &Supply::of(situation), needs)?;
    let mut compiler = Compiler::new(situation, units(situation, needs)?, false);
    let names = compiler.names();
    compiler.collect_offers(&names);
    compiler.collect_pools(&names)?;
    let extras = compiler.extras(needs)?;
    compiler.define(&names)?;
    let mut covered = Vec::with_capacity(needs.len());
    for (need, timeline) in needs.iter().zip(&timelines) {
        covered.push(compiler.need(need, timeline, &names)?);
    }
    let top = compiler.builder.at_least(required, &covered);
    let parties = compiler.parties();
    let circumstances = compiler.circumstances();
    let (units, quantities) = (compiler.units, compiler.quantities);
    let system = compiler.builder.finish()?;
    let mut base = vec![false; system.variable_count()];
    for (_, variable) in &parties {
        base[variable.index()] = true;
    }
    for (_, known, variable) in &circumstances {
        base[variable.index()] = *known == Known::Holds;
    }
    let definitions = names;
    Ok(Compiled {
        system,
        definitions,
        quantities,
        timelines,
        units,
        top,
        parties,
        circumstances,
        extras,
        base,
    })
}

/// Compiles what every scenario shares, from a situation without one.
pub(super) fn promises(situation: &Situation<'_>) -> Result<Promises, AssessError> {
    let mut compiler = Compiler::new(situation, units(situation, &[])?, true);
    let names = compiler.names();
    compiler.collect_offers(&names);
    compiler.collect_pools(&names)?;
    compiler.define(&names)?;
    let parties = compiler.parties().into_iter().map(|(id, variable)| (id.clone(), variable));
    let parties = parties.collect();
    let mut circumstances = BTreeMap::new();
    for id in compiler.mentioned() {
        let variable = compiler.builder.variable(&circumstance_name(id));
        circumstances.insert(id.clone(), variable);
    }
    let (quantities, system) = (compiler.quantities, compiler.builder.finish()?);
    Ok(Promises { system, definitions: names, quantities, parties, circumstances })
}

/// The stretches that decide: where more commitments cover the same need, it is covered all the
/// more, so only sets of covering commitments that contain no other are looked at.
fn smallest(timeline: &Timeline) -> Vec<Vec<usize>> {
    let stretches = timeline.stretches();
    let mut sets: Vec<Vec<usize>> = stretches.map(|at| timeline.covering(at).collect()).collect();
    sets.sort_unstable_by(|one, other| (one.len(), one).cmp(&(other.len(), other)));
    let mut smallest: Vec<Vec<usize>> = Vec::new();
    for set in sets {
        let contains = |part: &Vec<usize>| part.iter().all(|at| set.binary_search(at).is_ok());
        if !smallest.iter().any(contains) {
            smallest.push(set);
        }
    }
    smallest
}

/// How a commitment matches others, in units of its resource.
pub(super) fn terms(unit: Unit, base: u128, matches: &Matching) -> Terms {
    let decimals = matches.rate.decimals();
    let rate_numerator = matches.rate.scaled(decimals).expect("an amount in its own decimals");
    let rate_denominator = NonZero::new(10_u128.pow(decimals)).expect("a power of ten");
    let (cap, floor) = (unit.count(matches.up_to), unit.count(matches.above));
    Terms { base, cap, floor, rate_numerator, rate_denominator }
}

fn party_name(party: &Id) -> String {
    format!("party:{party}")
}

fn circumstance_name(circumstance: &Id) -> String {
    format!("circumstance:{circumstance}")
}

impl<'s, 'a> Compiler<'s, 'a> {
    fn new(situation: &'s Situation<'a>, units: BTreeMap<&'a Id, Unit>, for_any: bool) -> Self {
        Compiler {
            situation,
            for_any,
            builder: SystemBuilder::new(),
            units,
            offers: BTreeMap::new(),
            quantities: vec![None; situation.in_play.len()],
            made: HashMap::new(),
        }
    }

    /// By place.
    fn names(&mut self) -> Vec<Definition> {
        let ids = self.situation.in_play.iter().map(|(id, _)| id.as_str());
        ids.map(|id| self.builder.definition(id)).collect()
    }

    fn define(&mut self, names: &[Definition]) -> Result<(), AssessError> {
        for (place, definition) in names.iter().enumerate() {
            let body = self.body(place)?;
            self.builder.define(*definition, body)?;
        }
        Ok(())
    }

    fn collect_offers(&mut self, names: &[Definition]) {
        let mut by_party: BTreeMap<(&Id, &Id), Vec<Node>> = BTreeMap::new();
        for ((_, said), name) in self.situation.in_play.iter().zip(names) {
            let in_force = self.builder.reference(*name);
            by_party.entry((&said.resource, &said.party)).or_default().push(in_force);
            // A commitment without amount counts as contributing and adds nothing.
            if let (Some(amount), None) = (said.amount, &said.matches) {
                let offers = self.offers.entry(&said.resource).or_default();
                offers.amounts.push((&said.party, amount, in_force));
            }
        }
        for ((resource, party), in_force) in by_party {
            let any = self.builder.or(&in_force);
            self.offers.entry(resource).or_default().contributes.insert(party, any);
        }
    }

    /// Where a commitment matches others, all amounts of its resource are one pool, by party.
    fn collect_pools(&mut self, names: &[Definition]) -> Result<(), AssessError> {
        let in_play = &self.situation.in_play;
        for (_, said) in in_play.iter().filter(|(_, said)| said.matches.is_some()) {
            let pool = &mut self.offers.entry(&said.resource).or_default().pool;
            if pool.is_none() {
                *pool = Some(self.builder.pool());
            }
        }
        let mut groups: BTreeMap<&Id, u32> = BTreeMap::new();
        for (place, (_, said)) in in_play.iter().enumerate() {
            let offers = self.offers.get_mut(&said.resource);
            let Some((offers, pool)) = offers.and_then(|of| of.pool.map(|pool| (of, pool))) else {
                continue;
            };
            let next = u32::try_from(groups.len()).expect("parties were counted in 32 bits");
            let group = *groups.entry(&said.party).or_insert(next);
            let (unit, when) = (self.units[&said.resource], self.builder.reference(names[place]));
            let amount = unit.count(said.amount.unwrap_or_default());
            if let Some(matches) = &said.matches {
                let terms = terms(unit, amount, matches);
                let quantity = self.builder.matching(pool, group, terms, when)?;
                offers.quantities.push((&said.party, quantity));
                self.quantities[place] = Some(quantity);
            } else {
                self.builder.fixed(pool, group, amount, when)?;
            }
        }
        Ok(())
    }

    /// Binary digits, so that one system answers for every amount.
    fn extras(
        &mut self,
        needs: &'a [GuaranteeNeed],
    ) -> Result<BTreeMap<&'a Id, Extra>, AssessError> {
        let mut extras = BTreeMap::new();
        for need in needs {
            let unit = self.units[&need.resource];
            let offers = self.offers.entry(&need.resource).or_default();
            if !offers.extra.is_empty() {
                continue;
            }
            let mut digits = Vec::new();
            for place in 0..(u128::BITS - unit.most.leading_zeros()) {
                let digit = self.builder.variable(&format!("extra:{}:{place}", need.resource));
                digits.push(digit);
                let there = self.builder.literal(digit);
                offers.extra.push((1 << place, there));
                if let Some(pool) = offers.pool {
                    self.builder.fixed(pool, NOBODY, 1 << place, there)?;
                }
            }
            extras.insert(&need.resource, Extra { digits, unit });
        }
        Ok(extras)
    }

    /// In force: the party is there and the condition holds.
    fn body(&mut self, place: usize) -> Result<Node, AssessError> {
        let situation = self.situation;
        let said = situation.in_play[place].1;
        let stays = self.builder.variable(&party_name(&said.party));
        let stays = self.builder.literal(stays);
        let condition = match &said.condition {
            Condition::Always => return Ok(stays),
            Condition::When(formula) => self.formula(formula, &said.party)?,
        };
        Ok(self.builder.and(&[stays, condition]))
    }

    fn formula(&mut self, formula: &'a Formula, promising: &'a Id) -> Result<Node, AssessError> {
        match formula {
            Formula::Any(parts) => {
                let parts = self.parts(parts, promising)?;
                Ok(self.builder.or(&parts))
            }
            Formula::Every(parts) => {
                let parts = self.parts(parts, promising)?;
                Ok(self.builder.and(&parts))
            }
            Formula::AtLeastOf { count, of } => {
                let parts = self.parts(of, promising)?;
                Ok(self.builder.at_least(*count as usize, &parts))
            }
            Formula::Circumstance { circumstance, negated } => {
                let holds = self.circumstance(circumstance);
                Ok(if *negated { self.builder.not(holds) } else { holds })
            }
            Formula::Contribute { parties, resource } => {
                let offers = self.offers.get(resource);
                let nodes: Option<Vec<Node>> =
                    parties.iter().map(|party| offers?.contributes.get(party).copied()).collect();
                Ok(match nodes {
                    Some(nodes) => self.builder.and(&nodes),
                    None => self.builder.constant(false),
                })
            }
            Formula::CountContribute { who, .. } | Formula::SumCommit { who, .. } => {
                let but = (*who == Who::Others).then_some(promising);
                if let Some(node) = self.made.get(&(formula, but)) {
                    return Ok(*node);
                }
                let node = self.tally(formula, but)?;
                self.made.insert((formula, but), node);
                Ok(node)
            }
        }
    }

    fn parts(&mut self, parts: &'a [Formula], promising: &'a Id) -> Result<Vec<Node>, AssessError> {
        parts.iter().map(|part| self.formula(part, promising)).collect()
    }

    /// Heads or amounts of one resource, those of the party `but` left out.
    fn tally(&mut self, formula: &Formula, but: Option<&Id>) -> Result<Node, AssessError> {
        match formula {
            Formula::CountContribute { count, resource, .. } => {
                let offers = self.offers.get(resource).into_iter();
                let heads: Vec<Node> = offers
                    .flat_map(|offers| &offers.contributes)
                    .filter(|(party, _)| Some(**party) != but)
                    .map(|(_, contributes)| *contributes)
                    .collect();
                Ok(self.builder.at_least(*count as usize, &heads))
            }
            Formula::SumCommit { amount, resource, .. } => {
                let unit = self.units[resource];
                let mut inputs: Vec<(u128, Node)> = Vec::new();
                let mut quantities: Vec<Quantity> = Vec::new();
                if let Some(offers) = self.offers.get(resource) {
                    let theirs = offers.amounts.iter().filter(|(party, ..)| Some(*party) != but);
                    inputs.extend(theirs.map(|(_, amount, node)| (unit.count(*amount), *node)));
                    let theirs = offers.quantities.iter().filter(|(party, _)| Some(*party) != but);
                    quantities.extend(theirs.map(|(_, quantity)| *quantity));
                    // An ask is nobody's own, so it belongs to everybody's others (decision 4).
                    inputs.extend(&offers.extra);
                }
                Ok(self.builder.sum_at_least(unit.count(*amount), &inputs, &quantities)?)
            }
            Formula::Any(_)
            | Formula::Every(_)
            | Formula::AtLeastOf { .. }
            | Formula::Circumstance { .. }
            | Formula::Contribute { .. } => unreachable!("only heads and amounts are tallied"),
        }
    }

    fn circumstance(&mut self, circumstance: &Id) -> Node {
        let known = match self.situation.known(circumstance) {
            _ if self.for_any => Known::Unknown,
            known => known,
        };
        match known {
            // The trigger is given: its loss is not among what could break the guarantee.
            Known::Trigger => self.builder.constant(true),
            Known::Fails => self.builder.constant(false),
            Known::Holds | Known::Unknown => {
                let variable = self.builder.variable(&circumstance_name(circumstance));
                self.builder.literal(variable)
            }
        }
    }

    /// Covered in every stretch of the need's window.
    fn need(
        &mut self,
        need: &GuaranteeNeed,
        timeline: &Timeline,
        names: &[Definition],
    ) -> Result<Node, AssessError> {
        let unit = self.units[&need.resource];
        let extra = self.offers.get(&need.resource).map_or(Vec::new(), |of| of.extra.clone());
        let sets = smallest(timeline);
        let mut covered = Vec::with_capacity(sets.len());
        for covering in sets {
            let mut inputs = extra.clone();
            let mut quantities: Vec<Quantity> = Vec::new();
            for place in covering {
                if let Some(quantity) = self.quantities[place] {
                    quantities.push(quantity);
                    continue;
                }
                let amount = self.situation.in_play[place].1.amount.unwrap_or_default();
                inputs.push((unit.count(amount), self.builder.reference(names[place])));
            }
            let amount = unit.count(need.amount);
            covered.push(self.builder.sum_at_least(amount, &inputs, &quantities)?);
        }
        Ok(self.builder.and(&covered))
    }

    fn parties(&mut self) -> Vec<(&'a Id, Variable)> {
        let mut holders: Vec<&Id> =
            self.situation.in_play.iter().map(|(_, said)| &said.party).collect();
        holders.sort_unstable();
        holders.dedup();
        holders.into_iter().map(|id| (id, self.builder.variable(&party_name(id)))).collect()
    }

    /// Circumstances that a condition in play mentions, by id.
    fn mentioned(&self) -> BTreeSet<&'a Id> {
        let mut mentioned = BTreeSet::new();
        for (_, said) in &self.situation.in_play {
            said.condition.visit(&mut |kind, id| {
                if kind == Kind::Circumstance {
                    mentioned.insert(id);
                }
            });
        }
        mentioned
    }

    fn circumstances(&mut self) -> Vec<(&'a Id, Known, Variable)> {
        let mentioned = self.mentioned().into_iter();
        let mentioned = mentioned.map(|id| (id, self.situation.known(id)));
        let mut asked: BTreeMap<&'a Id, Known> =
            mentioned.filter(|(_, known)| *known == Known::Unknown).collect();
        for id in self.situation.model.circumstances.keys() {
            if self.situation.known(id) == Known::Holds {
                asked.insert(id, Known::Holds);
            }
        }
        let variable = |(id, known)| (id, known, self.builder.variable(&circumstance_name(id)));
        asked.into_iter().map(variable).collect()
    }
}

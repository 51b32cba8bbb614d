//! What a commitment waits for: the smallest set of what is missing for its condition.

use super::error::AssessError;
use super::exact::{InForce, exact, nothing, rounded_up};
use super::scenario::{Known, Situation};
use crate::amount::Amount;
use crate::condition::{Condition, Formula, Who};
use crate::content::Commitment;
use crate::id::Id;
use assurance::{Analysis, Bound, Exact, Node, SystemBuilder, Variable};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Something that a commitment waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// That an unknown circumstance comes to hold.
    Circumstance(Id),
    /// That a party contributes a resource.
    Contribution {
        /// Who.
        party: Id,
        /// Of what.
        resource: Id,
    },
    /// That so many more parties contribute a resource.
    Contributors {
        /// How many more.
        count: usize,
        /// Of what.
        resource: Id,
    },
    /// That so much more of a resource is committed.
    Sum {
        /// How much more.
        amount: Amount,
        /// Of what.
        resource: Id,
    },
}

impl fmt::Display for Missing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Missing::Circumstance(id) => write!(formatter, "circumstance:{id}"),
            Missing::Contribution { party, resource } => {
                write!(formatter, "party:{party} contributes {resource}")
            }
            Missing::Contributors { count, resource } => {
                write!(formatter, "{count} more contribute {resource}")
            }
            Missing::Sum { amount, resource } => write!(formatter, "{amount} more {resource}"),
        }
    }
}

/// What is missing.
pub(super) struct Wish {
    /// By name.
    pub missing: Vec<Missing>,
    pub smallest: bool,
}

/// Ready to say, of any commitment not in force, what it waits for.
pub(super) struct Wishes<'s, 'a> {
    situation: &'s Situation<'a>,
    /// What is in force in the greatest fixpoint, by resource.
    in_force: BTreeMap<&'a Id, Holdings<'a>>,
    /// What matching commitments come to.
    given: &'s InForce,
    bound: Bound,
}

/// What there is of one resource.
struct Holdings<'a> {
    by_party: BTreeMap<&'a Id, Exact>,
    total: Exact,
}

impl<'s, 'a> Wishes<'s, 'a> {
    pub fn new(situation: &'s Situation<'a>, given: &'s InForce, bound: Bound) -> Self {
        let mut plain: BTreeMap<(&Id, &Id), Amount> = BTreeMap::new();
        let mut matched: BTreeMap<(&Id, &Id), Exact> = BTreeMap::new();
        let in_play = situation.in_play.iter().zip(&given.holds.mutual).enumerate();
        for (place, ((_, said), _)) in in_play.filter(|(_, (_, is))| **is) {
            let key = (&said.resource, &said.party);
            let sum = plain.entry(key).or_default();
            match given.matched.get(&place) {
                Some(come_to) => {
                    *matched.entry(key).or_insert_with(nothing) += &come_to.mutual.gives;
                }
                None => {
                    let amount = said.amount.unwrap_or_default();
                    let more = sum.checked_add(amount);
                    *sum = more.expect("sums were checked when units were made");
                }
            }
        }
        let mut in_force: BTreeMap<&Id, Holdings<'_>> = BTreeMap::new();
        for (key, amount) in plain {
            let sum = exact(amount) + matched.remove(&key).unwrap_or_else(nothing);
            let start = || Holdings { by_party: BTreeMap::new(), total: nothing() };
            let holdings = in_force.entry(key.0).or_insert_with(start);
            holdings.total += &sum;
            holdings.by_party.insert(key.1, sum);
        }
        Wishes { situation, in_force, given, bound }
    }

    /// `None` if it could not be in force even if every unknown circumstance took its best value
    /// and every present party contributed all that is asked.
    pub fn of(&self, place: usize) -> Result<Option<Wish>, AssessError> {
        let (_, own) = self.situation.in_play[place];
        let brings = self.given.matched.get(&place).map(|come_to| come_to.mutual.gives.clone());
        let brings = brings.unwrap_or_else(|| exact(own.amount.unwrap_or_default()));
        let Condition::When(formula) = &own.condition else {
            // Without condition it is in force, so nobody asks.
            return Ok(Some(Wish { missing: Vec::new(), smallest: true }));
        };
        let mut question = Question {
            wishes: self,
            own,
            brings,
            builder: SystemBuilder::new(),
            items: BTreeMap::new(),
        };
        question.collect(formula);
        let top = question.formula(formula);
        let (items, system) = (question.items, question.builder.finish()?);
        let flips: Vec<Variable> = items.values().copied().collect();
        let analysis = Analysis::new(&system, top, assurance::Reading::Least, &[], self.bound);
        let base = vec![false; system.variable_count()];
        let sets = analysis.minimal_sets(&base, &flips, true);
        let Some(smallest) = sets.iter().next() else {
            // A search that was cut short has not shown that nothing would do.
            let all = items.into_keys().collect();
            let wish = Wish { missing: all, smallest: false };
            return Ok((!sets.is_complete()).then_some(wish));
        };
        let names: BTreeSet<Variable> = smallest.into_iter().collect();
        let mut missing: Vec<Missing> = items
            .into_iter()
            .filter(|(_, variable)| names.contains(variable))
            .map(|(item, _)| item)
            .collect();
        missing.sort_by_cached_key(ToString::to_string);
        Ok(Some(Wish { missing, smallest: true }))
    }
}

/// One commitment's condition, as a function of what is missing. It counts itself as in force:
/// what it asks of others must be enough together with what it brings.
struct Question<'q, 's, 'a> {
    wishes: &'q Wishes<'s, 'a>,
    own: &'a Commitment,
    /// What it gives once it is in force.
    brings: Exact,
    builder: SystemBuilder,
    items: BTreeMap<Missing, Variable>,
}

impl<'a> Question<'_, '_, 'a> {
    /// Names what is missing for each atom, so that atoms of one resource can share it.
    fn collect(&mut self, formula: &'a Formula) {
        match formula {
            Formula::Any(parts) | Formula::Every(parts) | Formula::AtLeastOf { of: parts, .. } => {
                parts.iter().for_each(|part| self.collect(part));
            }
            Formula::Contribute { parties, resource } => {
                for party in parties {
                    if !self.contributes(party, resource) && self.wishes.situation.present(party) {
                        let (party, resource) = (party.clone(), resource.clone());
                        self.item(Missing::Contribution { party, resource });
                    }
                }
            }
            Formula::CountContribute { .. } | Formula::SumCommit { .. } => {
                if let Asked::More(item) = self.asked(formula) {
                    self.item(item);
                }
            }
            Formula::Circumstance { circumstance, .. } => {
                if self.wishes.situation.known(circumstance) == Known::Unknown {
                    self.item(Missing::Circumstance(circumstance.clone()));
                }
            }
        }
    }

    fn item(&mut self, item: Missing) {
        let variable = self.builder.variable(&item.to_string());
        self.items.insert(item, variable);
    }

    fn formula(&mut self, formula: &'a Formula) -> Node {
        match formula {
            Formula::Any(parts) => {
                let parts = self.parts(parts);
                self.builder.or(&parts)
            }
            Formula::Every(parts) => {
                let parts = self.parts(parts);
                self.builder.and(&parts)
            }
            Formula::AtLeastOf { count, of } => {
                let parts = self.parts(of);
                self.builder.at_least(*count as usize, &parts)
            }
            Formula::Circumstance { circumstance, negated } => {
                let holds = match self.wishes.situation.known(circumstance) {
                    Known::Trigger | Known::Holds => self.builder.constant(true),
                    Known::Fails => self.builder.constant(false),
                    Known::Unknown => {
                        let variable = self.items[&Missing::Circumstance(circumstance.clone())];
                        self.builder.literal(variable)
                    }
                };
                if *negated { self.builder.not(holds) } else { holds }
            }
            Formula::Contribute { parties, resource } => {
                let parts: Vec<Node> =
                    parties.iter().map(|party| self.contribution(party, resource)).collect();
                self.builder.and(&parts)
            }
            Formula::CountContribute { .. } | Formula::SumCommit { .. } => {
                match self.asked(formula) {
                    Asked::Enough => self.builder.constant(true),
                    Asked::Never => self.builder.constant(false),
                    Asked::More(item) => {
                        let suffice: Vec<Variable> = self
                            .items
                            .iter()
                            .filter(|(other, _)| is_at_least(other, &item))
                            .map(|(_, variable)| *variable)
                            .collect();
                        let any: Vec<Node> =
                            suffice.into_iter().map(|item| self.builder.literal(item)).collect();
                        self.builder.or(&any)
                    }
                }
            }
        }
    }

    fn parts(&mut self, parts: &'a [Formula]) -> Vec<Node> {
        parts.iter().map(|part| self.formula(part)).collect()
    }

    fn contributes(&self, party: &Id, resource: &Id) -> bool {
        let own = self.own.party == *party && self.own.resource == *resource;
        own || self.wishes.in_force.get(resource).is_some_and(|of| of.by_party.contains_key(party))
    }

    fn contribution(&mut self, party: &Id, resource: &Id) -> Node {
        if self.contributes(party, resource) {
            return self.builder.constant(true);
        }
        let item = Missing::Contribution { party: party.clone(), resource: resource.clone() };
        match self.items.get(&item) {
            Some(variable) => self.builder.literal(*variable),
            None => self.builder.constant(false),
        }
    }

    /// What is missing for a count or a sum.
    fn asked(&self, formula: &Formula) -> Asked {
        match formula {
            Formula::CountContribute { count, who, resource } => {
                let eligible = self.eligible(*who).count();
                let there =
                    self.eligible(*who).filter(|party| self.contributes(party, resource)).count();
                match (*count as usize).checked_sub(there) {
                    None | Some(0) => Asked::Enough,
                    Some(_) if *count as usize > eligible => Asked::Never,
                    Some(count) => {
                        Asked::More(Missing::Contributors { count, resource: resource.clone() })
                    }
                }
            }
            Formula::SumCommit { amount, who, resource } => {
                let missing = exact(*amount) - self.sum(*who, resource);
                if missing <= nothing() {
                    Asked::Enough
                } else if self.eligible(*who).next().is_none() {
                    Asked::Never
                } else {
                    let amount = rounded_up(&missing);
                    Asked::More(Missing::Sum { amount, resource: resource.clone() })
                }
            }
            Formula::Any(_)
            | Formula::Every(_)
            | Formula::AtLeastOf { .. }
            | Formula::Circumstance { .. }
            | Formula::Contribute { .. } => Asked::Enough,
        }
    }

    fn eligible(&self, who: Who) -> impl Iterator<Item = &'a Id> {
        let own = &self.own.party;
        let parties = self.wishes.situation.parties();
        parties.filter(move |party| who == Who::All || *party != own)
    }

    fn sum(&self, who: Who, resource: &Id) -> Exact {
        let Some(Holdings { by_party, total }) = self.wishes.in_force.get(resource) else {
            let own = who == Who::All && self.own.resource == *resource;
            return if own { self.brings.clone() } else { nothing() };
        };
        match who {
            Who::Others => total - by_party.get(&self.own.party).unwrap_or(&nothing()),
            Who::All if self.own.resource == *resource => total + &self.brings,
            Who::All => total.clone(),
        }
    }
}

enum Asked {
    Enough,
    Never,
    More(Missing),
}

/// Whether having `item` is having `other` too: three more contributors are two more.
fn is_at_least(item: &Missing, other: &Missing) -> bool {
    match (item, other) {
        (
            Missing::Contributors { count, resource },
            Missing::Contributors { count: least, resource: of },
        ) => resource == of && count >= least,
        (Missing::Sum { amount, resource }, Missing::Sum { amount: least, resource: of }) => {
            resource == of && amount >= least
        }
        _ => item == other,
    }
}

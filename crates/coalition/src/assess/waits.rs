//! What a commitment waits for: the smallest set of what is missing for its condition.

use super::choices::{Choice, Choices, ITEMS_MAX, at_least, first};
use super::error::AssessError;
use super::exact::{InForce, exact, nothing, rounded_up};
use super::ledger::Ledger;
use super::scenario::{Known, Situation};
use crate::amount::Amount;
use crate::condition::{Condition, Formula, Who};
use crate::content::Commitment;
use crate::id::Id;
use assurance::{Analysis, Bound, Exact, Node, SystemBuilder, Variable};
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
    ledger: &'s Ledger,
    /// What matching commitments come to.
    given: &'s InForce,
    /// What is in force in the greatest fixpoint, by account; none if no commitment is.
    accounts: Vec<Option<Sum>>,
    /// Likewise of all parties together, by resource, and how many parties that is.
    totals: Vec<(Sum, usize)>,
    bound: Bound,
}

/// A sum in units of a resource, and of what matching gives in the resource's own unit.
#[derive(Clone, Default)]
struct Sum {
    plain: u128,
    matched: Option<Exact>,
}

impl Sum {
    fn add(&mut self, more: &Sum) {
        self.plain += more.plain;
        if let Some(matched) = &more.matched {
            *self.matched.get_or_insert_with(nothing) += matched;
        }
    }

    fn less(mut self, part: &Sum) -> Sum {
        self.plain -= part.plain;
        if let Some(matched) = &part.matched {
            *self.matched.get_or_insert_with(nothing) -= matched;
        }
        self
    }
}

impl<'s, 'a> Wishes<'s, 'a> {
    pub fn new(
        situation: &'s Situation<'a>,
        ledger: &'s Ledger,
        given: &'s InForce,
        bound: Bound,
    ) -> Self {
        let mut accounts: Vec<Option<Sum>> = vec![None; ledger.accounts];
        let mut totals = vec![(Sum::default(), 0); ledger.resource_count()];
        let in_force = given.holds.mutual.iter().enumerate().filter(|(_, is)| **is);
        for (place, _) in in_force {
            let entry = &ledger.entries[place];
            let account = &mut accounts[entry.account];
            let total = &mut totals[entry.resource];
            total.1 += usize::from(account.is_none());
            let sum = brings(ledger, given, place);
            account.get_or_insert_default().add(&sum);
            total.0.add(&sum);
        }
        Wishes { situation, ledger, given, accounts, totals, bound }
    }

    /// `None` if it could not be in force even if every unknown circumstance took its best value
    /// and every present party contributed all that is asked.
    pub fn of(&self, place: usize) -> Result<Option<Wish>, AssessError> {
        let (_, own) = self.situation.in_play[place];
        let Condition::When(formula) = &own.condition else {
            // Without condition it is in force, so nobody asks.
            return Ok(Some(Wish { missing: Vec::new(), smallest: true }));
        };
        let brings = brings(self.ledger, self.given, place);
        let mut question = Question { wishes: self, own, brings, items: Vec::new() };
        question.collect(formula);
        question.items.sort_by_cached_key(ToString::to_string);
        question.items.dedup();
        if question.items.len() <= ITEMS_MAX
            && let Some(choices) = question.choices(formula)
        {
            let Some(first) = first(&choices) else { return Ok(None) };
            let items = question.items.into_iter().enumerate();
            let missing = items.filter(|(at, _)| first >> at & 1 == 1).map(|(_, item)| item);
            return Ok(Some(Wish { missing: missing.collect(), smallest: true }));
        }
        question.searched(formula)
    }
}

/// What a commitment gives once it is in force.
fn brings(ledger: &Ledger, given: &InForce, place: usize) -> Sum {
    match given.matched.get(&place) {
        Some(come_to) => Sum { plain: 0, matched: Some(come_to.mutual.gives.clone()) },
        None => Sum { plain: ledger.entries[place].count, matched: None },
    }
}

/// One commitment's condition, as a function of what is missing. It counts itself as in force:
/// what it asks of others must be enough together with what it brings.
struct Question<'q, 's, 'a> {
    wishes: &'q Wishes<'s, 'a>,
    own: &'a Commitment,
    /// What it gives once it is in force.
    brings: Sum,
    /// What is missing, by name.
    items: Vec<Missing>,
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
                        self.items.push(Missing::Contribution { party, resource });
                    }
                }
            }
            Formula::CountContribute { .. } | Formula::SumCommit { .. } => {
                if let Asked::More(item) = self.asked(formula) {
                    self.items.push(item);
                }
            }
            Formula::Circumstance { circumstance, .. } => {
                if self.wishes.situation.known(circumstance) == Known::Unknown {
                    self.items.push(Missing::Circumstance(circumstance.clone()));
                }
            }
        }
    }

    /// The choices with which a formula holds; `None` where they are too many, or where what comes
    /// to hold may harm.
    fn choices(&self, formula: &Formula) -> Choices {
        let certain = |holds: bool| Some(if holds { vec![0] } else { Vec::new() });
        let parts = |parts: &[Formula]| parts.iter().map(|part| self.choices(part)).collect();
        match formula {
            Formula::Any(of) => at_least(1, parts(of)),
            Formula::Every(of) => at_least(of.len(), parts(of)),
            Formula::AtLeastOf { count, of } => at_least(*count as usize, parts(of)),
            Formula::Circumstance { circumstance, negated } => {
                match self.wishes.situation.known(circumstance) {
                    Known::Trigger | Known::Holds => certain(!negated),
                    Known::Fails => certain(*negated),
                    Known::Unknown if *negated => None,
                    Known::Unknown => {
                        Some(self.sufficing(&Missing::Circumstance(circumstance.clone())))
                    }
                }
            }
            Formula::Contribute { parties, resource } => {
                let contribution = |party: &Id| match self.contributes(party, resource) {
                    true => certain(true),
                    false => Some(self.sufficing(&Missing::Contribution {
                        party: party.clone(),
                        resource: resource.clone(),
                    })),
                };
                at_least(parties.len(), parties.iter().map(contribution).collect())
            }
            Formula::CountContribute { .. } | Formula::SumCommit { .. } => {
                match self.asked(formula) {
                    Asked::Enough => certain(true),
                    Asked::Never => certain(false),
                    Asked::More(item) => Some(self.sufficing(&item)),
                }
            }
        }
    }

    /// Items each of which is enough for another.
    fn sufficing(&self, item: &Missing) -> Vec<Choice> {
        let items = self.items.iter().enumerate();
        items.filter(|(_, other)| is_at_least(other, item)).map(|(at, _)| 1 << at).collect()
    }

    /// The same by the engine, which knows of negation and of bounds.
    fn searched(&self, formula: &Formula) -> Result<Option<Wish>, AssessError> {
        let mut builder = SystemBuilder::new();
        let flips: Vec<Variable> =
            self.items.iter().map(|item| builder.variable(&item.to_string())).collect();
        let top = self.formula(&mut builder, formula);
        let system = builder.finish()?;
        let bound = self.wishes.bound;
        let analysis = Analysis::new(&system, top, assurance::Reading::Least, &[], bound);
        let base = vec![false; system.variable_count()];
        let sets = analysis.minimal_sets(&base, &flips, true);
        let Some(smallest) = sets.iter().next() else {
            // A search that was cut short has not shown that nothing would do.
            let wish = Wish { missing: self.items.clone(), smallest: false };
            return Ok((!sets.is_complete()).then_some(wish));
        };
        let items = self.items.iter().zip(&flips);
        let missing = items.filter(|(_, flip)| smallest.contains(flip));
        let missing = missing.map(|(item, _)| item.clone()).collect();
        Ok(Some(Wish { missing, smallest: true }))
    }

    fn formula(&self, builder: &mut SystemBuilder, formula: &Formula) -> Node {
        let any = |builder: &mut SystemBuilder, item: &Missing| {
            let items = self.items.iter().filter(|other| is_at_least(other, item));
            let flips: Vec<Variable> =
                items.map(|item| builder.variable(&item.to_string())).collect();
            let nodes: Vec<Node> = flips.into_iter().map(|flip| builder.literal(flip)).collect();
            builder.or(&nodes)
        };
        match formula {
            Formula::Any(parts) => {
                let parts = self.parts(builder, parts);
                builder.or(&parts)
            }
            Formula::Every(parts) => {
                let parts = self.parts(builder, parts);
                builder.and(&parts)
            }
            Formula::AtLeastOf { count, of } => {
                let parts = self.parts(builder, of);
                builder.at_least(*count as usize, &parts)
            }
            Formula::Circumstance { circumstance, negated } => {
                let holds = match self.wishes.situation.known(circumstance) {
                    Known::Trigger | Known::Holds => builder.constant(true),
                    Known::Fails => builder.constant(false),
                    Known::Unknown => any(builder, &Missing::Circumstance(circumstance.clone())),
                };
                if *negated { builder.not(holds) } else { holds }
            }
            Formula::Contribute { parties, resource } => {
                let contribution = |party: &Id| match self.contributes(party, resource) {
                    true => builder.constant(true),
                    false => {
                        let (party, resource) = (party.clone(), resource.clone());
                        any(builder, &Missing::Contribution { party, resource })
                    }
                };
                let parts: Vec<Node> = parties.iter().map(contribution).collect();
                builder.and(&parts)
            }
            Formula::CountContribute { .. } | Formula::SumCommit { .. } => {
                match self.asked(formula) {
                    Asked::Enough => builder.constant(true),
                    Asked::Never => builder.constant(false),
                    Asked::More(item) => any(builder, &item),
                }
            }
        }
    }

    fn parts(&self, builder: &mut SystemBuilder, parts: &[Formula]) -> Vec<Node> {
        parts.iter().map(|part| self.formula(builder, part)).collect()
    }

    fn contributes(&self, party: &Id, resource: &Id) -> bool {
        let own = self.own.party == *party && self.own.resource == *resource;
        own || self.there(party, resource).is_some()
    }

    /// What a party has in force of a resource.
    fn there(&self, party: &Id, resource: &Id) -> Option<&Sum> {
        self.wishes.accounts[self.wishes.ledger.account(party, resource)?].as_ref()
    }

    /// What all parties have in force of a resource, and how many do.
    fn total(&self, resource: &Id) -> (Sum, usize) {
        let number = self.wishes.ledger.resource(resource);
        number.map_or_else(Default::default, |number| self.wishes.totals[number].clone())
    }

    /// What is missing for a count or a sum.
    fn asked(&self, formula: &Formula) -> Asked {
        match formula {
            Formula::CountContribute { count, who, resource } => {
                let (_, all) = self.total(resource);
                let own = self.there(&self.own.party, resource).is_some();
                let brings = self.own.resource == *resource;
                let there = match who {
                    Who::Others => all - usize::from(own),
                    Who::All => all + usize::from(brings && !own),
                };
                match (*count as usize).checked_sub(there) {
                    None | Some(0) => Asked::Enough,
                    Some(_) if *count as usize > self.eligible(*who) => Asked::Never,
                    Some(count) => {
                        Asked::More(Missing::Contributors { count, resource: resource.clone() })
                    }
                }
            }
            Formula::SumCommit { amount, who, resource } => {
                let Some(amount) = self.lacks(*amount, *who, resource) else {
                    return Asked::Enough;
                };
                match self.eligible(*who) {
                    0 => Asked::Never,
                    _ => Asked::More(Missing::Sum { amount, resource: resource.clone() }),
                }
            }
            Formula::Any(_)
            | Formula::Every(_)
            | Formula::AtLeastOf { .. }
            | Formula::Circumstance { .. }
            | Formula::Contribute { .. } => Asked::Enough,
        }
    }

    /// How many parties a count or a sum may be of.
    fn eligible(&self, who: Who) -> usize {
        let all = self.wishes.situation.party_count();
        if who == Who::Others { all - 1 } else { all }
    }

    /// What a sum lacks, if anything.
    fn lacks(&self, wanted: Amount, who: Who, resource: &Id) -> Option<Amount> {
        let (mut there, _) = self.total(resource);
        match who {
            Who::Others => {
                if let Some(own) = self.there(&self.own.party, resource) {
                    there = there.less(own);
                }
            }
            Who::All if self.own.resource == *resource => there.add(&self.brings),
            Who::All => {}
        }
        let unit = self.wishes.ledger.unit(resource).expect("it is asked for in a condition");
        let Some(matched) = there.matched else {
            let lacks = unit.count(wanted).checked_sub(there.plain).filter(|lacks| *lacks > 0);
            return lacks.map(|lacks| unit.amount(lacks));
        };
        let lacks = exact(wanted) - matched - exact(unit.amount(there.plain));
        (lacks > nothing()).then(|| rounded_up(&lacks))
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

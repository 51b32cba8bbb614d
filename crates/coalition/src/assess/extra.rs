//! The smallest extra amounts with which a guarantee stands, whoever leaves.
//!
//! Everything is monotone in extra amounts. Who is in force when there is enough of everything
//! says, of every need that must be covered, how much is wanted at least; mostly that is already
//! enough. Where an ask also brings others in, it may not be: then amounts are halved down to, each
//! step a full fixpoint with all its cascades. There always is an answer: enough of everything
//! covers every need by itself.

use super::compile::Compiled;
use super::leaving::Leaving;
use super::result::{Goal, Reading};
use super::scenario::Situation;
use crate::content::{Guarantee, GuaranteeNeed, Requires};
use crate::id::Id;
use assurance::{Evaluator, Exact, System, Variable};

/// Extra amounts, in units of each resource, by place in [`Search::resources`].
pub(super) type Amounts = Vec<u128>;

/// What was found for one goal.
pub(super) struct Found {
    pub amounts: Vec<Amounts>,
    /// If the search was cut short: no combination has less of any than this.
    pub at_least: Option<Amounts>,
    /// Whether these are all: each single resource that does, or all smallest combinations.
    pub all: bool,
}

pub(super) struct Search<'c, 'a> {
    situation: &'c Situation<'a>,
    compiled: &'c Compiled<'a>,
    needs: &'a [GuaranteeNeed],
    /// Whether every need must be covered.
    every_need: bool,
    evaluator: Evaluator<&'c System>,
    leaving: &'c Leaving,
    pub resources: Vec<&'a Id>,
    /// More than this of each changes nothing.
    pub most: Amounts,
    /// Those whose leaving broke it before: they are likely to do so again.
    broke: Vec<Vec<Variable>>,
    /// Digits of the extra amounts, by resource.
    digits: Vec<&'c [Variable]>,
    /// The situation with the extra amounts that stand in `filled`.
    assignment: Vec<bool>,
    filled: Amounts,
    /// Evaluations that may still be made; none once it is cut short.
    left: u64,
    cut_short: bool,
}

impl<'c, 'a> Search<'c, 'a> {
    pub fn new(
        situation: &'c Situation<'a>,
        compiled: &'c Compiled<'a>,
        guarantee: &'a Guarantee,
        leaving: &'c Leaving,
        reading: Reading,
        gates_max: u64,
    ) -> Self {
        let gates = u64::try_from(compiled.system.node_count()).unwrap_or(u64::MAX);
        let mut evaluator = Evaluator::of(&compiled.system, reading.of_engine(), &[compiled.top]);
        evaluator.evaluate(&compiled.base);
        let needs = &guarantee.needs;
        Search {
            situation,
            compiled,
            needs,
            every_need: match guarantee.requires {
                Requires::All => true,
                Requires::AtLeast(count) => count as usize == needs.len(),
            },
            evaluator,
            leaving,
            resources: compiled.extras.keys().copied().collect(),
            most: compiled.extras.values().map(|extra| extra.unit.most).collect(),
            broke: Vec::new(),
            digits: compiled.extras.values().map(|extra| extra.digits.as_slice()).collect(),
            assignment: compiled.base.clone(),
            filled: vec![0; compiled.extras.len()],
            left: gates_max / gates.max(1),
            cut_short: false,
        }
    }

    /// Each single resource that would do, with the smallest amount of it; or, if none would, the
    /// combinations of which nothing can be taken away, no more than `combinations_max`. Empty if
    /// the goal is reached already. `before`: what was found for a lesser goal, as far as it was.
    ///
    /// If it is cut short: enough of everything, and what is wanted at least.
    pub fn amounts(
        &mut self,
        goal: Goal,
        before: Option<&Found>,
        combinations_max: usize,
    ) -> Found {
        let before_least = before.and_then(|found| found.at_least.clone());
        let mut least = before_least.unwrap_or_else(|| vec![0; self.resources.len()]);
        let found = self.smallest(goal, before, combinations_max, &mut least);
        if !self.cut_short {
            return found;
        }
        Found { amounts: vec![self.most.clone()], at_least: Some(least), all: false }
    }

    fn smallest(
        &mut self,
        goal: Goal,
        before: Option<&Found>,
        combinations_max: usize,
        least: &mut Amounts,
    ) -> Found {
        let size = goal.leavers();
        let nothing = vec![0; self.resources.len()];
        if self.stands(size, &nothing) {
            return Found { amounts: Vec::new(), at_least: None, all: true };
        }
        let mut single = Vec::new();
        for place in 0..self.resources.len() {
            // Who would not do for less will not do for more.
            let lesser = before.map(|found| found.amounts.iter().find(|of| alone(of, place)));
            if lesser == Some(None) {
                continue;
            }
            let mut amounts = nothing.clone();
            amounts[place] = self.most[place];
            if self.stands(size, &amounts) {
                amounts[place] = lesser.flatten().map_or(0, |amounts| amounts[place]);
                self.settle(size, &mut amounts, &[place]);
                single.push(amounts);
            }
        }
        if !single.is_empty() {
            return Found { amounts: single, at_least: None, all: true };
        }
        let everything: Vec<usize> = (0..self.resources.len()).collect();
        let mut open = self.settle(size, least, &everything);
        open.retain(|leavers| !self.holds(leavers, least));
        if open.is_empty() {
            return Found { amounts: vec![least.clone()], at_least: None, all: true };
        }
        super::combinations::combinations(self, open, least.clone(), combinations_max)
    }

    /// Raises the amounts of what is `free` as far as everybody's leaving makes necessary, and no
    /// further. One that is free alone is settled; of several, those whose leaving may not be made
    /// up for yet are given back: what they want is not one amount of each.
    fn settle(&mut self, size: usize, amounts: &mut Amounts, free: &[usize]) -> Vec<Vec<Variable>> {
        let mut open = Vec::new();
        let leaving = self.leaving;
        leaving.all_stand(size, &mut |leavers, last| {
            if self.holds(leavers, amounts) {
                return true;
            }
            if last && !self.raise(leavers, amounts, free) {
                open.push(leavers.to_vec());
            }
            last
        });
        open
    }

    /// Likewise, for some that leave; whether it then holds without them.
    fn raise(&mut self, leavers: &[Variable], amounts: &mut Amounts, free: &[usize]) -> bool {
        if self.every_need {
            let mut enough = amounts.clone();
            free.iter().for_each(|place| enough[*place] = self.most[*place]);
            self.holds(leavers, &enough);
            if self.cut_short {
                return true;
            }
            for (need, short) in self.needs.iter().zip(self.short()) {
                let place = self.resources.binary_search(&&need.resource);
                let place = place.expect("there is an extra of each resource needed");
                if free.contains(&place) {
                    amounts[place] = amounts[place].max(short);
                }
            }
        }
        if self.holds(leavers, amounts) {
            return true;
        }
        let [place] = free else { return false };
        let enough = self.most[*place];
        self.halve(amounts, *place, enough, |search, amounts| search.holds(leavers, amounts));
        true
    }

    /// The smallest of one amount for which something is so, which is so with `enough` and not as
    /// it is.
    pub fn halve(
        &mut self,
        amounts: &mut Amounts,
        place: usize,
        mut enough: u128,
        mut so: impl FnMut(&mut Self, &Amounts) -> bool,
    ) {
        let mut short = amounts[place];
        while enough - short > 1 {
            let middle = short + (enough - short) / 2;
            amounts[place] = middle;
            if so(self, amounts) {
                enough = middle;
            } else {
                short = middle;
            }
        }
        amounts[place] = enough;
    }

    /// What each need lacks where it lacks most, of what was evaluated last, extras left out.
    fn short(&self) -> Vec<u128> {
        let compiled = self.compiled;
        let needs = self.needs.iter().zip(&compiled.timelines);
        let short = needs.map(|(need, timeline)| {
            let unit = compiled.units[&need.resource];
            let wanted = unit.count(need.amount);
            let lacks = timeline.stretches().map(|stretch| {
                let (mut plain, mut matched) = (0, None);
                for place in timeline.covering(stretch) {
                    if let Some(quantity) = compiled.quantities[place] {
                        let sum = matched.get_or_insert_with(|| Exact::from_integer(0.into()));
                        *sum += self.evaluator.amount(quantity);
                    } else if self.evaluator.defined(compiled.definitions[place]) {
                        let said = self.situation.in_play[place].1;
                        plain += unit.count(said.amount.unwrap_or_default());
                    }
                }
                let matched = matched.map_or(0, |sum| {
                    u128::try_from(sum.floor().to_integer()).expect("within the unit's sums")
                });
                wanted.saturating_sub(plain + matched)
            });
            lacks.max().unwrap_or(0)
        });
        short.collect()
    }

    /// Whether it holds whichever `size` leave.
    fn stands(&mut self, size: usize, amounts: &Amounts) -> bool {
        if self.broke.iter().any(|leavers| leavers.len() <= size) && !self.without(size, amounts) {
            return false;
        }
        let leaving = self.leaving;
        leaving.all_stand(size, &mut |leavers, last| {
            let holds = self.holds(leavers, amounts);
            if last && !holds {
                self.broke.insert(0, leavers.to_vec());
            }
            holds
        })
    }

    /// Whether it holds without any of those, of this size at most, that broke it before.
    fn without(&mut self, size: usize, amounts: &Amounts) -> bool {
        let broke = std::mem::take(&mut self.broke);
        let breaks =
            broke.iter().position(|leavers| leavers.len() <= size && !self.holds(leavers, amounts));
        self.broke = broke;
        if let Some(place) = breaks {
            self.broke[..=place].rotate_right(1);
        }
        breaks.is_none()
    }

    /// Whether it holds without these parties and with these extra amounts. Once it is cut short,
    /// yes to everything, so that every search ends.
    pub fn holds(&mut self, leavers: &[Variable], amounts: &Amounts) -> bool {
        self.cut_short |= self.left == 0;
        if self.cut_short {
            return true;
        }
        self.left -= 1;
        if self.fill(amounts) {
            self.evaluator.evaluate(&self.assignment);
        }
        self.evaluator.suppose(leavers.iter().map(|party| (*party, false)));
        self.evaluator.holds(self.compiled.top)
    }

    /// The situation with these extra amounts.
    pub fn with(&mut self, amounts: &Amounts) -> Vec<bool> {
        if self.fill(amounts) {
            self.evaluator.evaluate(&self.assignment);
        }
        self.assignment.clone()
    }

    /// Puts these extra amounts into the assignment; whether that changed it.
    fn fill(&mut self, amounts: &Amounts) -> bool {
        let mut changed = false;
        let places = self.filled.iter_mut().zip(amounts).zip(&self.digits);
        for ((filled, count), digits) in places.filter(|((filled, count), _)| filled != count) {
            for (place, digit) in digits.iter().enumerate() {
                self.assignment[digit.index()] = count >> place & 1 == 1;
            }
            *filled = *count;
            changed = true;
        }
        changed
    }
}

/// Whether nothing but this resource is asked for.
fn alone(amounts: &Amounts, place: usize) -> bool {
    amounts.iter().enumerate().all(|(other, count)| (other == place) == (*count > 0))
}

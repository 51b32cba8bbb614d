//! Why a set of losses breaks a guarantee: who goes at once, who follows, round by round, and which
//! need is then short. Only what the shortage rests on is told.

use super::Explanations;
use super::ground::Ground;
use super::told::{BreakExplanation, Shortage, Step};
use crate::assess::exact::{exact, nothing, rounded_down, rounded_up};
use crate::assess::result::{Item, Reading};
use crate::condition::{Condition, Formula};
use assurance::Exact;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// How many needs that are short are tried for the shortest proof.
const TRIED_MAX: usize = 4;

/// What happens when something is lost.
struct Cascade<'c, 'a> {
    all: &'c Explanations<'a>,
    ground: Ground<'c, 'a>,
    /// By place: what counts until it falls, without those whose party leaves.
    start: Vec<bool>,
    /// By place: the round in which it falls, from 1.
    rounds: Vec<Option<usize>>,
    /// The round of those that only count on each other.
    together: Option<usize>,
    /// By place: what is left.
    left: Vec<bool>,
}

/// Those that fall in one round, by place.
struct Round {
    places: Vec<usize>,
    together: bool,
}

pub(super) fn explain(
    all: &Explanations<'_>,
    reading: Reading,
    lost: &[Item],
) -> Option<BreakExplanation> {
    let ground = all.ground(reading).without(lost);
    let before = if reading == Reading::Firm { &all.firm } else { &all.mutual };
    let counts_all = all.situation.in_play.iter().any(|(_, said)| match &said.condition {
        Condition::When(formula) => gains(formula, lost),
        Condition::Always => false,
    });
    let mut start = if counts_all { vec![true; before.len()] } else { before.clone() };
    let goes = |place: &usize| ground.leaves(&all.situation.in_play[*place].1.party);
    let leave: Vec<usize> = (0..start.len()).filter(|place| start[*place]).filter(goes).collect();
    leave.iter().for_each(|place| start[*place] = false);
    let cascade = Cascade::new(all, ground, start, reading);
    let short: Vec<(usize, usize)> =
        (0..all.needs.len()).filter_map(|need| Some((need, cascade.worst(need)?))).collect();
    // So many are short that not enough are covered.
    let enough = all.needs.len() + 1 - all.required;
    if short.len() < enough {
        return None;
    }
    let choices: Vec<&[(usize, usize)]> = match enough {
        1 => short.chunks(1).take(TRIED_MAX).collect(),
        _ => vec![&short[..enough]],
    };
    let proofs = choices.into_iter().map(|chosen| cascade.proof(chosen));
    let count =
        |(steps, _): &(Vec<Step>, _)| steps.iter().map(|step| step.falls.len()).sum::<usize>();
    let (steps, short) = proofs.min_by_key(count)?;
    let named = |place: &usize| all.situation.in_play[*place].0.clone();
    Some(BreakExplanation {
        reading,
        lost: lost.to_vec(),
        leave: leave.iter().map(named).collect(),
        counts_all,
        steps,
        short,
        required: all.required,
        needs: all.needs.len(),
    })
}

/// Whether a formula asks that something lost not hold: then its loss may bring others in.
fn gains(formula: &Formula, lost: &[Item]) -> bool {
    match formula {
        Formula::Any(parts) | Formula::Every(parts) | Formula::AtLeastOf { of: parts, .. } => {
            parts.iter().any(|part| gains(part, lost))
        }
        Formula::Circumstance { circumstance, negated } => {
            *negated && lost.contains(&Item::Circumstance(circumstance.clone()))
        }
        Formula::Contribute { .. }
        | Formula::CountContribute { .. }
        | Formula::SumCommit { .. } => false,
    }
}

impl<'c, 'a> Cascade<'c, 'a> {
    fn new(
        all: &'c Explanations<'a>,
        ground: Ground<'c, 'a>,
        start: Vec<bool>,
        reading: Reading,
    ) -> Self {
        let mut left = start.clone();
        let mut rounds = vec![None; start.len()];
        let mut round = 1;
        loop {
            let falls: Vec<usize> = (0..left.len())
                .filter(|place| left[*place] && !all.would_hold(&ground, *place, &left))
                .collect();
            if falls.is_empty() {
                break;
            }
            for place in falls {
                (left[place], rounds[place]) = (false, Some(round));
            }
            round += 1;
        }
        let mut together = None;
        if reading == Reading::Firm {
            let founded = all.rounds(&ground, &left);
            for place in 0..left.len() {
                if left[place] && founded[place].is_none() {
                    (left[place], rounds[place]) = (false, Some(round));
                    together = Some(round);
                }
            }
        }
        Cascade { all, ground, start, rounds, together, left }
    }

    /// What is there for a need in one of its stretches.
    fn covered(&self, need: usize, stretch: usize, in_force: &[bool]) -> Vec<(usize, Exact)> {
        let covering: Vec<usize> = self.all.timelines[need].covering(stretch).collect();
        let amounts = self.ground.amounts(&self.all.needs[need].resource, in_force);
        amounts.into_iter().filter(|(place, _)| covering.binary_search(place).is_ok()).collect()
    }

    fn is_short(&self, need: usize, stretch: usize, in_force: &[bool]) -> bool {
        sum(&self.covered(need, stretch, in_force)) < exact(self.all.needs[need].amount)
    }

    /// The first stretch in which the least is left of a need, if it is short then.
    fn worst(&self, need: usize) -> Option<usize> {
        let stretches = self.all.timelines[need].stretches();
        let worst = stretches.min_by_key(|at| sum(&self.covered(need, *at, &self.left)))?;
        self.is_short(need, worst, &self.left).then_some(worst)
    }

    /// Of those that fell and are looked at, so few that without them it is so; those that fell
    /// early are preferred.
    fn rests_on(&self, mut candidates: Vec<usize>, so: impl Fn(&[bool]) -> bool) -> Vec<usize> {
        candidates.sort_by_key(|place| (self.rounds[*place], *place));
        let mut given = self.start.clone();
        candidates.iter().for_each(|place| given[*place] = false);
        let mut needed = Vec::new();
        for place in candidates.into_iter().rev() {
            given[place] = true;
            if !so(&given) {
                given[place] = false;
                needed.push(place);
            }
        }
        needed
    }

    fn fallen(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.rounds.len()).filter(|place| self.rounds[*place].is_some())
    }

    /// The steps to these shortages, and the shortages as those steps leave them.
    fn proof(&self, short: &[(usize, usize)]) -> (Vec<Step>, Vec<Shortage>) {
        let in_play = &self.all.situation.in_play;
        // The latest first: what they rest on fell before, or together with them.
        let mut open: BTreeSet<(Reverse<Option<usize>>, usize)> = BTreeSet::new();
        for (need, stretch) in short {
            let resource = &self.all.needs[*need].resource;
            let of = self.fallen().filter(|place| in_play[*place].1.resource == *resource);
            let needed = self.rests_on(of.collect(), |given| self.is_short(*need, *stretch, given));
            open.extend(needed.into_iter().map(|place| (Reverse(self.rounds[place]), place)));
        }
        let mut told: BTreeSet<usize> = BTreeSet::new();
        let mut latest_first = Vec::new();
        while let Some((Reverse(round), place)) = open.pop_first() {
            if !told.insert(place) {
                continue;
            }
            latest_first.push(place);
            let in_circle = round == self.together;
            let before = self.fallen().filter(|other| {
                self.rounds[*other] < round || (in_circle && self.rounds[*other] == round)
            });
            let candidates = self.all.looked_at(place, before);
            let needed =
                self.rests_on(candidates, |given| !self.all.would_hold(&self.ground, place, given));
            open.extend(needed.into_iter().map(|other| (Reverse(self.rounds[other]), other)));
        }
        // One may rest on somebody's fall where another, told anyway, would have done.
        for place in latest_first {
            told.remove(&place);
            if self.replayed(&told, short).is_none() {
                told.insert(place);
            }
        }
        let replayed = self.replayed(&told, short);
        self.told(short, &replayed.expect("each step rests on steps that are told"))
    }

    /// These fall, each round given the rounds before; the last round may be of those that count on
    /// each other. `None` if some do not, or if nothing is short then.
    fn replayed(&self, told: &BTreeSet<usize>, short: &[(usize, usize)]) -> Option<Vec<Round>> {
        let mut given = self.start.clone();
        let mut rest: Vec<usize> = told.iter().copied().collect();
        let mut rounds = Vec::new();
        loop {
            let (stay, fall): (Vec<usize>, Vec<usize>) =
                rest.iter().partition(|at| self.all.would_hold(&self.ground, **at, &given));
            rest = stay;
            if fall.is_empty() {
                break;
            }
            fall.iter().for_each(|at| given[*at] = false);
            rounds.push(Round { places: fall, together: false });
        }
        if !rest.is_empty() {
            self.together?;
            rest.iter().for_each(|at| given[*at] = false);
            if rest.iter().any(|at| self.all.would_hold(&self.ground, *at, &given)) {
                return None;
            }
            rounds.push(Round { places: rest, together: true });
        }
        let is_short = |(need, stretch): &(usize, usize)| self.is_short(*need, *stretch, &given);
        short.iter().all(is_short).then_some(rounds)
    }

    fn told(&self, short: &[(usize, usize)], rounds: &[Round]) -> (Vec<Step>, Vec<Shortage>) {
        let mut given = self.start.clone();
        let mut steps = Vec::new();
        for (round, Round { places, together }) in (1..).zip(rounds) {
            let before = given.clone();
            places.iter().for_each(|at| given[*at] = false);
            let given = if *together { &given } else { &before };
            let falls = places.iter().map(|at| self.all.fall(&self.ground, *at, given)).collect();
            steps.push(Step { round, together: *together, falls });
        }
        let short = short.iter().map(|(need, stretch)| self.shortage(*need, *stretch, &given));
        (steps, short.collect())
    }

    fn shortage(&self, place: usize, stretch: usize, given: &[bool]) -> Shortage {
        let need = &self.all.needs[place];
        let timeline = &self.all.timelines[place];
        let (from, until) = timeline.days(stretch);
        let amounts = self.covered(place, stretch, given);
        let there = sum(&amounts);
        Shortage {
            need: place,
            resource: need.resource.clone(),
            amount: need.amount,
            from,
            until,
            covered: rounded_down(&there),
            missing: rounded_up(&(exact(need.amount) - there)),
            given: self.ground.told(amounts, &need.resource, given),
        }
    }
}

fn sum(amounts: &[(usize, Exact)]) -> Exact {
    let mut sum = nothing();
    amounts.iter().for_each(|(_, amount)| sum += amount);
    sum
}

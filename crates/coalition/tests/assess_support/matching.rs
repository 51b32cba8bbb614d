//! What matching commitments come to, written down as plainly as it can be: every choice of
//! below the floor, following and capped is solved by elimination; of the solutions that agree
//! with their choice, the one that all others are above (or below) is meant.

use super::World;
use super::reference::{Ids, State};
use coalition::Id;
use coalition::content::{Commitment, Matching};
use num_rational::Ratio;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

pub type Fraction = Ratio<i128>;

pub fn fraction(amount: Decimal) -> Fraction {
    Ratio::new(amount.mantissa(), 10_i128.pow(amount.scale()))
}

/// With nine places: what a page shows.
pub fn shown(amount: &Fraction) -> Fraction {
    let places = Fraction::from_integer(1_000_000_000);
    (amount * places).floor() / places
}

fn plain(said: &Commitment) -> Fraction {
    said.amount.map_or(Fraction::from_integer(0), |amount| fraction(amount.to_decimal()))
}

/// What is added when the others come to so much.
fn added(matches: &Matching, others: Fraction) -> Fraction {
    let [rate, above, up_to] = [matches.rate, matches.above, matches.up_to]
        .map(coalition::Amount::to_decimal)
        .map(fraction);
    (rate * (others - above).max(Fraction::from_integer(0))).min(up_to)
}

impl World {
    /// What each commitment in force comes to.
    pub fn amounts(&self, state: &State, in_force: &Ids, mutual: bool) -> BTreeMap<Id, Fraction> {
        let key = (format!("{:?}", state.extra), in_force.clone(), mutual);
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let all = || in_force.iter().map(|id| (id, self.commitment(id)));
        let mut amounts: BTreeMap<Id, Fraction> =
            all().map(|(id, said)| (id.clone(), plain(said))).collect();
        let matched: BTreeSet<&Id> = all()
            .filter(|(_, said)| said.matches.is_some())
            .map(|(_, said)| &said.resource)
            .collect();
        for resource in matched {
            let matching: Vec<(&Id, &Commitment)> = all()
                .filter(|(_, said)| said.matches.is_some() && said.resource == *resource)
                .collect();
            let solved = self.solved(state, &matching, &amounts, mutual);
            amounts.extend(matching.iter().map(|(id, _)| (*id).clone()).zip(solved));
        }
        self.known.borrow_mut().insert(key, amounts.clone());
        amounts
    }

    /// What the other parties have of a commitment's resource.
    pub fn others(
        &self,
        own: &Commitment,
        state: &State,
        amounts: &BTreeMap<Id, Fraction>,
    ) -> Fraction {
        let theirs = amounts.iter().filter(|(id, _)| {
            let said = self.commitment(id);
            said.resource == own.resource && said.party != own.party
        });
        let extra = state.extra.get(&own.resource).copied().unwrap_or_default();
        theirs.map(|(_, amount)| amount).sum::<Fraction>() + fraction(extra)
    }

    /// What one commitment gives, others as they stand, once it is in force.
    pub fn gives(
        &self,
        own: &Commitment,
        state: &State,
        amounts: &BTreeMap<Id, Fraction>,
    ) -> Fraction {
        let more = |matches: &Matching| added(matches, self.others(own, state, amounts));
        plain(own) + own.matches.as_ref().map_or(Fraction::from_integer(0), more)
    }

    fn solved(
        &self,
        state: &State,
        matching: &[(&Id, &Commitment)],
        amounts: &BTreeMap<Id, Fraction>,
        mutual: bool,
    ) -> Vec<Fraction> {
        let mut solutions: Vec<Vec<Fraction>> = Vec::new();
        for choice in 0..3_usize.pow(u32::try_from(matching.len()).unwrap()) {
            let rows = self.equations(state, matching, amounts, choice);
            let Some(solution) = eliminated(rows) else { continue };
            let mut with = amounts.clone();
            with.extend(matching.iter().map(|(id, _)| (*id).clone()).zip(solution.clone()));
            let agrees = |((_, said), amount): (&(&Id, &Commitment), &Fraction)| {
                self.gives(said, state, &with) == *amount
            };
            if matching.iter().zip(&solution).all(agrees) {
                solutions.push(solution);
            }
        }
        let outermost = solutions.iter().find(|one| {
            solutions.iter().all(|other| {
                let (low, high) = if mutual { (other, *one) } else { (*one, other) };
                low.iter().zip(high).all(|(low, high)| low <= high)
            })
        });
        outermost.expect("some choice agrees with itself").clone()
    }

    /// One equation for each: unknowns on the left, the constant last.
    fn equations(
        &self,
        state: &State,
        matching: &[(&Id, &Commitment)],
        amounts: &BTreeMap<Id, Fraction>,
        choice: usize,
    ) -> Vec<Vec<Fraction>> {
        let count = matching.len();
        let mut rest = choice;
        let mut rows = Vec::new();
        let mut fixed = amounts.clone();
        fixed.retain(|id, _| matching.iter().all(|(of, _)| *of != id));
        for (at, (_, said)) in matching.iter().enumerate() {
            let matches = said.matches.as_ref().expect("only matching ones");
            let mut row = vec![Fraction::from_integer(0); count + 1];
            row[at] = Fraction::from_integer(1);
            row[count] = plain(said);
            match rest % 3 {
                0 => {}
                1 => row[count] += fraction(matches.up_to.to_decimal()),
                _ => {
                    let rate = fraction(matches.rate.to_decimal());
                    let above = fraction(matches.above.to_decimal());
                    row[count] += rate * (self.others(said, state, &fixed) - above);
                    for (slot, (_, other)) in row.iter_mut().zip(matching) {
                        if other.party != said.party {
                            *slot -= rate;
                        }
                    }
                }
            }
            rest /= 3;
            rows.push(row);
        }
        rows
    }
}

/// The one solution of as many equations as unknowns, if there is one.
fn eliminated(mut rows: Vec<Vec<Fraction>>) -> Option<Vec<Fraction>> {
    let zero = Fraction::from_integer(0);
    let count = rows.len();
    for column in 0..count {
        let pivot = (column..count).find(|row| rows[*row][column] != zero)?;
        rows.swap(column, pivot);
        let head = rows[column][column];
        rows[column].iter_mut().for_each(|cell| *cell /= head);
        let top = rows[column].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            let factor = row[column];
            if at != column && factor != zero {
                row.iter_mut().zip(&top).for_each(|(cell, of)| *cell -= factor * of);
            }
        }
    }
    Some(rows.into_iter().map(|row| row[count]).collect())
}

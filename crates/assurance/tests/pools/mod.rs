//! Pools of known truth: every choice of regimes solved by elimination, and iteration.

use crate::world::Dice;
use assurance::{Exact, Reading, SystemBuilder, Terms};
use num_bigint::BigInt;
use std::num::NonZero;

pub fn exact(over: i128, under: i128) -> Exact {
    Exact::new(BigInt::from(over), BigInt::from(under))
}

pub fn whole(amount: u128) -> Exact {
    Exact::from_integer(BigInt::from(amount))
}

/// A quantity as it was drawn.
#[derive(Debug, Clone, Copy)]
pub struct Drawn {
    pub group: u32,
    pub base: u128,
    pub cap: u128,
    pub floor: u128,
    pub rate: (u128, u128),
}

impl Drawn {
    pub fn terms(&self) -> Terms {
        Terms {
            base: self.base,
            cap: self.cap,
            floor: self.floor,
            rate_numerator: self.rate.0,
            rate_denominator: NonZero::new(self.rate.1).expect("drawn above zero"),
        }
    }

    pub fn rate(&self) -> Exact {
        Exact::new(BigInt::from(self.rate.0), BigInt::from(self.rate.1))
    }

    /// What it is when the others come to so much.
    pub fn given(&self, others: &Exact) -> Exact {
        let excess = (others - whole(self.floor)).max(whole(0));
        whole(self.base) + (self.rate() * excess).min(whole(self.cap))
    }
}

/// What is in force of a pool: fixed amounts by group, and quantities.
#[derive(Debug, Clone)]
pub struct Stock {
    pub fixed: Vec<(u32, u128)>,
    pub quantities: Vec<Drawn>,
}

impl Stock {
    /// The sum of what all other groups have.
    pub fn others(&self, group: u32, amounts: &[Exact]) -> Exact {
        let fixed = self.fixed.iter().filter(|(of, _)| *of != group);
        let fixed: u128 = fixed.map(|(_, amount)| amount).sum();
        let theirs = self.quantities.iter().zip(amounts).filter(|(of, _)| of.group != group);
        whole(fixed) + theirs.map(|(_, amount)| amount).sum::<Exact>()
    }

    /// One round of iteration.
    pub fn next(&self, amounts: &[Exact]) -> Vec<Exact> {
        let given = |of: &Drawn| of.given(&self.others(of.group, amounts));
        self.quantities.iter().map(given).collect()
    }

    /// Where iteration starts: nothing, or everything.
    pub fn start(&self, reading: Reading) -> Vec<Exact> {
        let most = |of: &Drawn| match reading {
            Reading::Least => whole(0),
            Reading::Greatest => whole(of.base + of.cap),
        };
        self.quantities.iter().map(most).collect()
    }

    /// All solutions that some choice of regimes (below the floor, following, capped) determines.
    pub fn solutions(&self) -> Vec<Vec<Exact>> {
        let count = self.quantities.len();
        let mut found = Vec::new();
        for choice in 0..3usize.pow(u32::try_from(count).expect("a few")) {
            let mut rest = choice;
            let mut rows = Vec::new();
            for (at, of) in self.quantities.iter().enumerate() {
                let mut row = vec![whole(0); count + 1];
                row[at] = whole(1);
                row[count] = whole(of.base);
                match rest % 3 {
                    0 => {}
                    1 => row[count] += whole(of.cap),
                    _ => self.follow(of, &mut row),
                }
                rest /= 3;
                rows.push(row);
            }
            if let Some(solution) = eliminated(rows)
                && self.next(&solution) == solution
                && !found.contains(&solution)
            {
                found.push(solution);
            }
        }
        found
    }

    /// Adds `rate x (others - floor)` to a row: unknowns on the left, the constant last.
    pub fn follow(&self, of: &Drawn, row: &mut [Exact]) {
        let last = row.len() - 1;
        for (slot, other) in row.iter_mut().zip(&self.quantities) {
            if other.group != of.group {
                *slot -= of.rate();
            }
        }
        let zeros = vec![whole(0); self.quantities.len()];
        row[last] += of.rate() * (self.others(of.group, &zeros) - whole(of.floor));
    }

    /// The engine's answer.
    pub fn solved(&self, reading: Reading) -> Vec<Exact> {
        self.asked(reading, 1).0
    }

    /// Likewise, and whether all quantities together reach a need.
    pub fn asked(&self, reading: Reading, need: u128) -> (Vec<Exact>, bool) {
        let mut builder = SystemBuilder::new();
        let pool = builder.pool();
        let always = builder.constant(true);
        for (group, amount) in &self.fixed {
            builder.fixed(pool, *group, *amount, always).expect("small amounts");
        }
        let quantities: Vec<_> = self
            .quantities
            .iter()
            .map(|of| builder.matching(pool, of.group, of.terms(), always).expect("small amounts"))
            .collect();
        let all = builder.sum_at_least(need, &[], &quantities).expect("small amounts");
        let system = builder.finish().expect("no names");
        let mut evaluator = assurance::Evaluator::new(&system, reading);
        evaluator.evaluate(&[]);
        let amounts = quantities.into_iter().map(|of| evaluator.amount(of)).collect();
        (amounts, evaluator.holds(all))
    }
}

/// The one solution of as many equations as unknowns, if there is one.
pub fn eliminated(mut rows: Vec<Vec<Exact>>) -> Option<Vec<Exact>> {
    let count = rows.len();
    for column in 0..count {
        let pivot = (column..count).find(|row| rows[*row][column] != whole(0))?;
        rows.swap(column, pivot);
        let head = rows[column][column].clone();
        rows[column].iter_mut().for_each(|cell| *cell /= &head);
        let top = rows[column].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            let factor = row[column].clone();
            if at != column && factor != whole(0) {
                row.iter_mut().zip(&top).for_each(|(cell, of)| *cell -= &factor * of);
            }
        }
    }
    Some(rows.into_iter().map(|mut row| row.remove(count)).collect())
}

const RATES: [(u128, u128); 12] = [
    (0, 1),
    (1, 4),
    (1, 3),
    (1, 2),
    (1, 2),
    (3, 4),
    (99, 100),
    (1, 1),
    (1, 1),
    (3, 2),
    (2, 1),
    (7, 1),
];

pub fn drawn(dice: &mut Dice, groups: usize) -> Drawn {
    Drawn {
        group: u32::try_from(dice.below(groups)).expect("a few"),
        base: [0, 0, 1, 3, 10][dice.below(5)],
        cap: [0, 1, 4, 10, 25][dice.below(5)],
        floor: [0, 0, 1, 2, 5, 20][dice.below(6)],
        rate: RATES[dice.below(RATES.len())],
    }
}

pub fn stock(dice: &mut Dice, most: usize) -> Stock {
    let groups = 1 + dice.below(6);
    let group = |dice: &mut Dice| u32::try_from(dice.below(groups)).expect("a few");
    let fixed = (0..dice.below(4)).map(|_| (group(dice), dice.below(8) as u128)).collect();
    let quantities = (0..1 + dice.below(most)).map(|_| drawn(dice, groups)).collect();
    let mut stock = Stock { fixed, quantities };
    if dice.below(2) == 0 {
        // Where nothing founds it, the circle itself may.
        stock.fixed.clear();
        for of in &mut stock.quantities {
            of.base = 0;
            of.rate = RATES[7 + dice.below(5)];
            of.floor /= 4;
        }
    }
    stock
}

pub fn at_most(one: &[Exact], other: &[Exact]) -> bool {
    one.iter().zip(other).all(|(one, other)| one <= other)
}

use crate::diagram::{Diagram, Edge};
use crate::system::Variable;
use crate::table::BOTTOM;

/// A probability known to lie from `low` to `high`; the two are equal when it is exact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Not below this.
    pub low: f64,
    /// Not above this.
    pub high: f64,
}

impl Range {
    pub(crate) fn exactly(value: f64) -> Self {
        Self { low: value, high: value }
    }

    /// More than rounding can have added over sums of numbers of one sign is taken off again.
    pub(crate) fn proven(low: f64, high: f64) -> Self {
        const MARGIN: f64 = 1e-9;
        Self { low: (low * (1.0 - MARGIN)).max(0.0), high: (high * (1.0 + MARGIN)).min(1.0) }
    }
}

/// How likely an expression is to hold, and what each variable does to that.
///
/// Failure is computed on its own, never as one minus the other, so that both keep their
/// relative accuracy (about 1e-12) however small they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Likelihood {
    /// The probability that it holds.
    pub holds: Range,
    /// The probability that it fails.
    pub fails: Range,
    /// One for each variable that is not fixed, in order of declaration; empty unless complete.
    pub factors: Vec<Factor>,
}

impl Likelihood {
    /// Whether the probabilities are exact, to the accuracy of floating point.
    pub fn is_complete(&self) -> bool {
        self.holds.low.total_cmp(&self.holds.high).is_eq()
    }
}

/// What becomes of the probabilities when one variable is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factor {
    /// The variable.
    pub variable: Variable,
    /// P(holds | variable true).
    pub holds_if_true: f64,
    /// P(fails | variable true).
    pub fails_if_true: f64,
    /// P(holds | variable false).
    pub holds_if_false: f64,
    /// P(fails | variable false).
    pub fails_if_false: f64,
}

impl Factor {
    /// P(holds | true) - P(holds | false) (Birnbaum 1969), from whichever of holding and failing
    /// is rarer.
    pub fn birnbaum(&self) -> f64 {
        if self.holds_if_true + self.holds_if_false < self.fails_if_true + self.fails_if_false {
            self.holds_if_true - self.holds_if_false
        } else {
            self.fails_if_false - self.fails_if_true
        }
    }
}

/// Probability of holding and of failing, of one event.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pair {
    pub holds: f64,
    pub fails: f64,
}

impl Pair {
    /// Of a variable that holds with this chance.
    pub fn of_chance(chance: f64) -> Self {
        Self { holds: chance, fails: 1.0 - chance }
    }

    pub fn add(&mut self, other: Self) {
        self.holds += other.holds;
        self.fails += other.fails;
    }

    pub fn times(self, factor: f64) -> Self {
        Self { holds: self.holds * factor, fails: self.fails * factor }
    }
}

/// A function's probabilities, and what they become when one of its leaves is known.
pub(crate) struct Known {
    /// By level: if it holds, and if it fails.
    pub given: Vec<[Pair; 2]>,
}

/// The probabilities of every entry of a diagram, children first.
fn upward(diagram: &Diagram, chances: &[Pair]) -> Vec<Pair> {
    let mut up = Vec::with_capacity(diagram.entries.len());
    up.push(Pair { holds: 1.0, fails: 0.0 });
    for entry in &diagram.entries[1..] {
        let chance = chances[entry.level as usize];
        let mut pair = value(&up, entry.high).times(chance.holds);
        pair.add(value(&up, entry.low).times(chance.fails));
        up.push(pair);
    }
    up
}

/// The probabilities of a function alone. `chances` is by level.
pub(crate) fn total(diagram: &Diagram, chances: &[Pair]) -> Pair {
    value(&upward(diagram, chances), diagram.root)
}

/// Computes everything in one pass up and one pass down the diagram. `chances` is by level.
pub(crate) fn known(diagram: &Diagram, chances: &[Pair]) -> Known {
    let entries = &diagram.entries;
    let up = upward(diagram, chances);
    let total = value(&up, diagram.root);
    let levels = chances.len();
    let mut given = vec![[Pair::default(); 2]; levels];
    let mut passing = Passing::new(levels);
    let depth = |edge: Edge| match entries[(edge >> 1) as usize].level {
        BOTTOM => levels,
        level => level as usize,
    };
    passing.add(0, depth(diagram.root), total);
    // Probability of coming to an entry without, and with, a complement on the way.
    let mut reach = vec![[0.0f64; 2]; entries.len()];
    reach[(diagram.root >> 1) as usize][(diagram.root & 1) as usize] = 1.0;
    for index in (1..entries.len()).rev() {
        let entry = &entries[index];
        let level = entry.level as usize;
        let here = reach[index];
        let chance = chances[level];
        for (branch, edge, chance) in [(0, entry.high, chance.holds), (1, entry.low, chance.fails)]
        {
            let mut mass = value(&up, edge).times(here[0]);
            mass.add(value(&up, edge ^ 1).times(here[1]));
            given[level][branch].add(mass);
            passing.add(level + 1, depth(edge), mass.times(chance));
            let below = &mut reach[(edge >> 1) as usize];
            let complement = (edge & 1) as usize;
            below[complement] += here[0] * chance;
            below[complement ^ 1] += here[1] * chance;
        }
    }
    for (level, given) in given.iter_mut().enumerate() {
        let passed = passing.at(level);
        given.iter_mut().for_each(|pair| pair.add(passed));
    }
    Known { given }
}

fn value(up: &[Pair], edge: Edge) -> Pair {
    let pair = up[(edge >> 1) as usize];
    if edge & 1 == 0 { pair } else { Pair { holds: pair.fails, fails: pair.holds } }
}

/// Adds masses to ranges of levels and reads the sum at one: a segment tree, because with sums
/// of differences a small mass would drown in the rounding of a large one.
struct Passing {
    width: usize,
    sums: Vec<Pair>,
}

impl Passing {
    fn new(levels: usize) -> Self {
        let width = levels.next_power_of_two();
        Self { width, sums: vec![Pair::default(); width * 2] }
    }

    fn add(&mut self, from: usize, to: usize, mass: Pair) {
        let (mut from, mut to) = (from + self.width, to + self.width);
        while from < to {
            if from & 1 == 1 {
                self.sums[from].add(mass);
                from += 1;
            }
            if to & 1 == 1 {
                to -= 1;
                self.sums[to].add(mass);
            }
            from /= 2;
            to /= 2;
        }
    }

    fn at(&self, level: usize) -> Pair {
        let mut sum = Pair::default();
        let mut at = level + self.width;
        while at > 0 {
            sum.add(self.sums[at]);
            at /= 2;
        }
        sum
    }
}

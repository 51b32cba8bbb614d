//! What is answered when diagrams are too large: a search by order, and bounds on probability.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::evaluator::{Bias, Evaluator};
use crate::likelihood::Range;
use crate::system::{Node, Variable};

/// Minimal sets of flips, size by size, as long as the evaluations last. With the sets found
/// comes the size up to which they are all there are; `None` if there is no other at all.
///
/// `flips` is in the order in which sets are to be listed.
pub(crate) fn by_order(
    evaluator: &mut Evaluator<'_>,
    top: Node,
    target: bool,
    base: &[bool],
    flips: &[Variable],
    evaluations_max: u64,
) -> (Vec<Vec<Variable>>, Option<usize>) {
    let mut assignment = base.to_vec();
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut found_bits: Vec<Vec<u64>> = Vec::new();
    // The start itself is always tried: what is said of size 0 must be known.
    let mut left = evaluations_max.max(1);
    let named = |found: Vec<Vec<usize>>| -> Vec<Vec<Variable>> {
        let name = |set: Vec<usize>| set.into_iter().map(|at| flips[at]).collect();
        found.into_iter().map(name).collect()
    };
    for size in 0..=flips.len() {
        let complete_before = found.len();
        let mut combination: Vec<usize> = (0..size).collect();
        loop {
            let bits = bits(&combination, flips.len());
            let above = |set: &Vec<u64>| set.iter().zip(&bits).all(|(one, all)| one & !all == 0);
            if !found_bits[..].iter().any(above) {
                if left == 0 {
                    found.truncate(complete_before);
                    return (named(found), Some(size.saturating_sub(1)));
                }
                left -= 1;
                toggle(&mut assignment, flips, &combination);
                evaluator.evaluate(&assignment);
                toggle(&mut assignment, flips, &combination);
                if evaluator.holds(top) == target {
                    found.push(combination.clone());
                    found_bits.push(bits);
                }
            }
            if !next_combination(&mut combination, flips.len()) {
                break;
            }
        }
        if size == 0 && !found.is_empty() {
            break;
        }
    }
    (named(found), None)
}

fn bits(combination: &[usize], count: usize) -> Vec<u64> {
    let mut bits = vec![0; count.div_ceil(64)];
    for &at in combination {
        bits[at / 64] |= 1 << (at % 64);
    }
    bits
}

fn toggle(assignment: &mut [bool], flips: &[Variable], combination: &[usize]) {
    for &at in combination {
        let value = &mut assignment[flips[at].index()];
        *value = !*value;
    }
}

/// The next combination of the same size in lexicographic order.
fn next_combination(combination: &mut [usize], count: usize) -> bool {
    let size = combination.len();
    for at in (0..size).rev() {
        if combination[at] < count - (size - at) {
            combination[at] += 1;
            for after in at + 1..size {
                combination[after] = combination[after - 1] + 1;
            }
            return true;
        }
    }
    false
}

/// A part of the space of assignments that is not decided yet.
struct Part {
    mass: f64,
    /// How many of the open variables are decided, and how, the last first.
    depth: usize,
    assignment: Vec<Option<bool>>,
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Part {}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> Ordering {
        self.mass.total_cmp(&other.mass).then(other.depth.cmp(&self.depth))
    }
}

/// Proven bounds on the probability that `top` holds, and that it fails: the likeliest undecided
/// part is split first, on the variable whose likelier value is least certain last.
///
/// `fixed` and `chances` have one entry for each variable.
pub(crate) fn bounds(
    evaluator: &mut Evaluator<'_>,
    top: Node,
    fixed: &[Option<bool>],
    open: &[Variable],
    chances: &[f64],
    evaluations_max: u64,
) -> (Range, Range) {
    let mut order = open.to_vec();
    let doubt = |variable: &Variable| (chances[variable.index()] - 0.5).abs();
    order.sort_by(|one, other| doubt(one).total_cmp(&doubt(other)).then(one.cmp(other)));
    let (mut holds, mut fails) = (0.0f64, 0.0f64);
    let mut parts = BinaryHeap::new();
    parts.push(Part { mass: 1.0, depth: 0, assignment: fixed.to_vec() });
    let mut left = evaluations_max;
    while let Some(part) = parts.pop() {
        if left < 2 {
            break;
        }
        left -= 2;
        evaluator.evaluate_partial(&part.assignment, Bias::Certain);
        if evaluator.holds(top) {
            holds += part.mass;
            continue;
        }
        evaluator.evaluate_partial(&part.assignment, Bias::Possible);
        if !evaluator.holds(top) {
            fails += part.mass;
            continue;
        }
        let Some(&variable) = order.get(part.depth) else { continue };
        let chance = chances[variable.index()];
        for (value, chance) in [(true, chance), (false, 1.0 - chance)] {
            if chance > 0.0 {
                let mut assignment = part.assignment.clone();
                assignment[variable.index()] = Some(value);
                parts.push(Part { mass: part.mass * chance, depth: part.depth + 1, assignment });
            }
        }
    }
    // What rounding may have added over all the sums is taken off again.
    let margin = 1e-12;
    let (holds, fails) = (holds * (1.0 - margin), fails * (1.0 - margin));
    let range =
        |sure: f64, opposite: f64| Range { low: sure.max(0.0), high: (1.0 - opposite).min(1.0) };
    (range(holds, fails), range(fails, holds))
}

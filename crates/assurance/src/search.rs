//! What is answered when diagrams are too large: a search by order, and bounds on probability.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::evaluator::{Bias, Evaluator};
use crate::likelihood::Range;
use crate::system::{Node, System, Variable};
use crate::table::Allowance;

/// Minimal sets of flips, size by size, as long as the evaluations last and up to `size_max`. With
/// the sets found comes the size up to which they are all there are; `None` if there is no other
/// at all.
///
/// `flips` is in the order in which sets are to be listed.
pub(crate) fn by_order(
    evaluator: &mut Evaluator<&System>,
    top: Node,
    target: bool,
    base: &[bool],
    flips: &[Variable],
    size_max: usize,
    allowance: &Allowance,
) -> (Vec<Vec<Variable>>, Option<usize>) {
    evaluator.evaluate(base);
    let mut found = Found { sets: Vec::new(), bits: Vec::new(), count: flips.len() };
    // The start itself is always tried: what is said of size 0 must be known.
    let mut left = allowance.bound.evaluations_max.max(1);
    let mut searched_to = None;
    for size in 0..=flips.len() {
        if size > size_max {
            searched_to = Some(size_max);
            break;
        }
        let found_before = found.sets.len();
        let mut candidate = found.first(size);
        // If every set of a size contains a smaller one that does, so does every larger set.
        let exhausted = candidate.is_none();
        while let Some(set) = candidate {
            if left == 0 || (size > 0 && allowance.stop.is_asked()) {
                found.sets.truncate(found_before);
                searched_to = Some(size.saturating_sub(1));
                break;
            }
            left -= 1;
            let flipped = |at: &usize| (flips[*at], !base[flips[*at].index()]);
            evaluator.suppose(set.iter().map(flipped));
            candidate = found.after(&set);
            if evaluator.holds(top) == target {
                found.push(set);
            }
        }
        if exhausted || searched_to.is_some() {
            break;
        }
    }
    let named = |set: Vec<usize>| set.into_iter().map(|at| flips[at]).collect();
    (found.sets.into_iter().map(named).collect(), searched_to)
}

/// The sets found so far, as ascending positions and as bits, out of so many positions.
struct Found {
    sets: Vec<Vec<usize>>,
    bits: Vec<Vec<u64>>,
    count: usize,
}

impl Found {
    fn push(&mut self, set: Vec<usize>) {
        self.bits.push(bits(&set, self.count));
        self.sets.push(set);
    }

    fn is_within(&self, set: &[usize]) -> bool {
        let all = bits(set, self.count);
        let inside = |one: &Vec<u64>| one.iter().zip(&all).all(|(one, all)| one & !all == 0);
        self.bits.iter().any(inside)
    }

    /// The first set of a size, in lexicographic order, that contains none of those found.
    fn first(&self, size: usize) -> Option<Vec<usize>> {
        if self.is_within(&[]) {
            return None;
        }
        self.complete(Vec::new(), 0, size)
    }

    /// The next one of the same size.
    fn after(&self, set: &[usize]) -> Option<Vec<usize>> {
        let mut prefix = set.to_vec();
        let last = prefix.pop()?;
        self.complete(prefix, last + 1, set.len())
    }

    /// The first set that starts with a prefix, or comes after all that do, and goes on from
    /// position `next`. No prefix that contains a set found is ever extended.
    fn complete(&self, prefix: Vec<usize>, next: usize, size: usize) -> Option<Vec<usize>> {
        let (mut prefix, mut next) = (prefix, next);
        while prefix.len() < size {
            if next + (size - prefix.len()) > self.count {
                next = prefix.pop()? + 1;
                continue;
            }
            prefix.push(next);
            if self.is_within(&prefix) {
                prefix.pop();
            }
            next += 1;
        }
        Some(prefix)
    }
}

fn bits(set: &[usize], count: usize) -> Vec<u64> {
    let mut bits = vec![0; count.div_ceil(64)];
    for &at in set {
        bits[at / 64] |= 1 << (at % 64);
    }
    bits
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
/// part is split first, and on the most doubtful variable first.
///
/// `fixed` and `chances` have one entry for each variable.
pub(crate) fn bounds(
    [certain, possible]: [&mut Evaluator<&System>; 2],
    top: Node,
    fixed: &[Option<bool>],
    open: &[Variable],
    chances: &[f64],
    allowance: &Allowance,
) -> (Range, Range) {
    let mut order = open.to_vec();
    let doubt = |variable: &Variable| (chances[variable.index()] - 0.5).abs();
    order.sort_by(|one, other| doubt(one).total_cmp(&doubt(other)).then(one.cmp(other)));
    let (mut holds, mut fails) = (0.0f64, 0.0f64);
    let mut parts = BinaryHeap::new();
    parts.push(Part { mass: 1.0, depth: 0, assignment: fixed.to_vec() });
    let mut left = allowance.bound.evaluations_max;
    while let Some(part) = parts.pop() {
        if left < 2 || allowance.stop.is_asked() {
            break;
        }
        left -= 2;
        certain.evaluate_partial(&part.assignment, Bias::Certain);
        if certain.holds(top) {
            holds += part.mass;
            continue;
        }
        possible.evaluate_partial(&part.assignment, Bias::Possible);
        if !possible.holds(top) {
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
    // What is left of 1 is as uncertain as what was taken from it.
    let (holds, fails) = (Range::proven(holds, 1.0).low, Range::proven(fails, 1.0).low);
    (Range { low: holds, high: 1.0 - fails }, Range { low: fails, high: 1.0 - holds })
}

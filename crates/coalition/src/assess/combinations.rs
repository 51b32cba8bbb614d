//! All smallest combinations of extra amounts, where no single one would do and no single smallest
//! of each is enough: this of one with that of another, or more of one with less of the other.
//!
//! Combinations are points of a grid, and those that do are closed upwards. A *corner* is a point
//! below which no combination was found yet. The smallest below a corner is found, and the corner
//! parted into those that have one less of something than it; when no corner is left, all are found.

use super::extra::{Amounts, Found, Search};
use assurance::Variable;
use std::ops::Range;

/// The most corners looked at before the rest is left open, and said to be.
const CORNERS_MAX: usize = 500;

/// The most combinations looked for of one that leaves alone, to see what all of them want.
const ALONE_MAX: usize = 4;

/// Those with which it holds whichever of `open` leave. `least`: no combination has less of any.
///
/// Each that leaves alone mostly wants one amount of each, and that is then wanted at least. Of
/// those for whom it is not yet enough few decide: it is asked of few, and the answer tried on all;
/// whoever breaks it is one of the few from then on. What the few want is wanted at least, so once
/// it is enough for all, it is the answer for all.
pub(super) fn combinations(
    search: &mut Search<'_, '_>,
    mut open: Vec<Vec<Variable>>,
    mut least: Amounts,
    combinations_max: usize,
) -> Found {
    for leavers in &open {
        if search.holds(leavers, &least) {
            continue;
        }
        let alone = combinations_for(search, &mut vec![leavers.clone()], &least, ALONE_MAX);
        if alone.all {
            let wanted = |place: usize| alone.amounts.iter().map(move |amounts| amounts[place]);
            least = (0..least.len()).map(|place| wanted(place).min().unwrap_or(0)).collect();
        }
    }
    open.retain(|leavers| !search.holds(leavers, &least));
    let mut few: Vec<Vec<Variable>> = Vec::new();
    loop {
        let found = combinations_for(search, &mut few, &least, combinations_max);
        let known = few.len();
        for amounts in &found.amounts {
            few.extend(open.iter().find(|leavers| !search.holds(leavers, amounts)).cloned());
        }
        if few.len() == known {
            return found;
        }
        few.sort_unstable();
        few.dedup();
    }
}

fn combinations_for(
    search: &mut Search<'_, '_>,
    open: &mut Vec<Vec<Variable>>,
    least: &Amounts,
    combinations_max: usize,
) -> Found {
    let mut found = Finding { search, open, least };
    let mut corners = vec![found.search.most.clone()];
    let mut combinations: Vec<Amounts> = Vec::new();
    let mut looked = 0;
    while let Some(corner) = corners.pop() {
        if let Some(known) = combinations.iter().find(|of| is_within(of, &corner)) {
            for place in (0..known.len()).rev().filter(|place| known[*place] > least[*place]) {
                let mut part = corner.clone();
                part[place] = known[place] - 1;
                if !corners.iter().any(|other| is_within(&part, other)) {
                    corners.push(part);
                }
            }
            continue;
        }
        looked += 1;
        if combinations.len() >= combinations_max.max(1) || looked > CORNERS_MAX {
            if looked > CORNERS_MAX || found.does(&corner) {
                combinations.sort();
                return Found { amounts: combinations, at_least: None, all: false };
            }
            continue;
        }
        if found.does(&corner) {
            let mut smallest = corner.clone();
            let all = 0..smallest.len();
            found.lower(&mut smallest, all);
            combinations.push(smallest);
            corners.push(corner);
        }
    }
    combinations.sort();
    Found { amounts: combinations, at_least: None, all: true }
}

fn is_within(part: &Amounts, whole: &Amounts) -> bool {
    part.iter().zip(whole).all(|(part, whole)| part <= whole)
}

struct Finding<'f, 's, 'c, 'a> {
    search: &'s mut Search<'c, 'a>,
    /// Whoever broke it last first.
    open: &'f mut Vec<Vec<Variable>>,
    least: &'f Amounts,
}

impl Finding<'_, '_, '_, '_> {
    fn does(&mut self, amounts: &Amounts) -> bool {
        let breaks = self.open.iter().position(|leavers| !self.search.holds(leavers, amounts));
        if let Some(place) = breaks {
            self.open[..=place].rotate_right(1);
        }
        breaks.is_none()
    }

    /// Lowers one amount after the other as far as it can go, whole ranges at once where they can
    /// go all the way. Since all is monotone, what could not be lower then cannot at the end.
    fn lower(&mut self, amounts: &mut Amounts, range: Range<usize>) {
        let kept = amounts[range.clone()].to_vec();
        amounts[range.clone()].copy_from_slice(&self.least[range.clone()]);
        if kept == amounts[range.clone()] || self.does(amounts) {
            return;
        }
        if let [enough] = kept[..] {
            let open = &self.open;
            self.search.halve(amounts, range.start, enough, |search, amounts| {
                open.iter().all(|leavers| search.holds(leavers, amounts))
            });
            return;
        }
        amounts[range.clone()].copy_from_slice(&kept);
        let middle = range.start + range.len() / 2;
        self.lower(amounts, range.start..middle);
        self.lower(amounts, middle..range.end);
    }
}

//! Families of sets whose elements may stand for families themselves: one for each module.

use num_bigint::BigUint;
use num_traits::{One, Zero};

use crate::family::{EMPTY_SET, Family, NOTHING, Sets};
use crate::table::{BOTTOM, Entry};

/// Sizes up to this are told apart; larger ones share the last bit.
pub(crate) const SIZES_TOLD: usize = 127;

/// What a level of a family is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    /// An element, by its rank in the alphabet.
    Rank(u32),
    /// Any one set of an earlier part.
    Part(usize),
    /// In no set.
    Absent,
}

/// The family of one module.
pub(crate) struct Part {
    pub sets: Sets,
    /// By level.
    pub elements: Vec<Element>,
}

impl Part {
    /// The family without members.
    pub fn never() -> Self {
        let terminal = Entry { level: BOTTOM, high: 0, low: 0 };
        Self { sets: Sets { entries: vec![terminal; 2], root: NOTHING }, elements: Vec::new() }
    }

    /// The family whose one member is the empty set.
    pub fn nothing_needed() -> Self {
        let mut part = Self::never();
        part.sets.root = EMPTY_SET;
        part
    }
}

/// The family that the last part is. No element occurs in two parts.
pub(crate) struct Nested {
    pub parts: Vec<Part>,
}

/// Sizes as bits: bit `k` for `k` elements, the last for that or more.
type Sizes = u128;

/// The sizes of what is put together from something of each.
fn sums(one: Sizes, other: Sizes) -> Sizes {
    let (few, many) =
        if one.count_ones() < other.count_ones() { (one, other) } else { (other, one) };
    let mut sums = 0;
    let mut left = few;
    while left != 0 {
        let by = left.trailing_zeros();
        left &= left - 1;
        let lost = by > 0 && many >> (Sizes::BITS - by) != 0;
        sums |= many << by | Sizes::from(lost) << SIZES_TOLD;
    }
    sums
}

/// Which members are looked at.
struct Filter<'a> {
    /// By part and level: whether something in it must be contained.
    required: Vec<Vec<bool>>,
    /// By part: number of required levels above each level, and above the terminals.
    required_above: Vec<Vec<u32>>,
    allowed: &'a dyn Fn(u32) -> bool,
}

impl<'a> Filter<'a> {
    fn new(
        parts: &[Part],
        allowed: &'a dyn Fn(u32) -> bool,
        must: &'a dyn Fn(u32) -> bool,
    ) -> Self {
        let mut required: Vec<Vec<bool>> = Vec::with_capacity(parts.len());
        for part in parts {
            let of = part.elements.iter().map(|element| match element {
                Element::Rank(rank) => must(*rank),
                Element::Part(part) => required[*part].contains(&true),
                Element::Absent => false,
            });
            let of = of.collect();
            required.push(of);
        }
        let above = |of: &Vec<bool>| {
            let mut above = vec![0];
            for &is in of {
                above.push(above[above.len() - 1] + u32::from(is));
            }
            above
        };
        let required_above = required.iter().map(above).collect();
        Self { required, required_above, allowed }
    }

    /// Whether an edge from just above level `from` to level `to` passes over nothing required.
    fn passes(&self, part: usize, from: u32, to: u32) -> bool {
        let above = &self.required_above[part];
        let to = (to as usize).min(above.len() - 1);
        above[from as usize] == above[to]
    }
}

/// What of a family is still to be chosen from once the one in hand is done.
#[derive(Clone, Copy)]
struct Rest {
    part: usize,
    family: Family,
    from: u32,
    /// Sizes that this and what comes after can add up to.
    sizes: Sizes,
    /// Place of what comes after.
    after: usize,
}

/// A branch to follow in the enumeration.
#[derive(Clone, Copy)]
struct Branch {
    part: usize,
    family: Family,
    /// The first level not yet decided.
    from: u32,
    chosen: usize,
    last: Option<u32>,
    rest: usize,
}

const NOTHING_AFTER: usize = usize::MAX;

impl Nested {
    /// The sizes of all members.
    pub fn sizes(&self) -> Sizes {
        let of = self.sizes_by_family(&Filter::new(&self.parts, &|_| true, &|_| false));
        let top = self.parts.len() - 1;
        of[top][self.parts[top].sets.root as usize]
    }

    /// By part and family: the sizes of its members that pass the filter from its level on.
    fn sizes_by_family(&self, filter: &Filter<'_>) -> Vec<Vec<Sizes>> {
        let mut all: Vec<Vec<Sizes>> = Vec::with_capacity(self.parts.len());
        for (at, part) in self.parts.iter().enumerate() {
            let entries = &part.sets.entries;
            let mut sizes: Vec<Sizes> = vec![0, 1];
            for entry in &entries[2..] {
                let level = entry.level as usize;
                let of = |family: Family| {
                    let below = entries[family as usize].level;
                    let passes = filter.passes(at, entry.level + 1, below);
                    if passes { sizes[family as usize] } else { 0 }
                };
                let low = if filter.required[at][level] { 0 } else { of(entry.low) };
                let element = match part.elements[level] {
                    Element::Rank(rank) if (filter.allowed)(rank) => 1 << 1,
                    Element::Rank(_) | Element::Absent => 0,
                    Element::Part(below) => self.at_root(filter, below, &all[below]),
                };
                sizes.push(low | sums(of(entry.high), element));
            }
            all.push(sizes);
        }
        all
    }

    fn at_root(&self, filter: &Filter<'_>, part: usize, sizes: &[Sizes]) -> Sizes {
        let Sets { entries, root } = &self.parts[part].sets;
        let passes = filter.passes(part, 0, entries[*root as usize].level);
        if passes { sizes[*root as usize] } else { 0 }
    }

    /// Number of members of each size, up to the largest.
    pub fn count_by_size(&self) -> Vec<BigUint> {
        // Small numbers are quicker, where they do.
        match self.counts::<u128>() {
            Some(counts) => counts.into_iter().map(BigUint::from).collect(),
            None => self.counts::<BigUint>().expect("big numbers hold any count"),
        }
    }

    fn counts<N: Number>(&self) -> Option<Vec<N>> {
        let mut all: Vec<Counts<N>> = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let counts = counts(part, &all)?;
            all.push(counts);
        }
        let last = all.pop().unwrap_or_default();
        let mut counts = vec![N::zero(); last.least];
        counts.extend(last.from_least);
        Some(counts)
    }

    /// Members of one size that contain all ranks that `must` be there, and only such as are
    /// `allowed`: all of them, as lists of ranks, or `None` if there are more than `most`.
    pub fn members(
        &self,
        size: usize,
        most: usize,
        allowed: &dyn Fn(u32) -> bool,
        must: &dyn Fn(u32) -> bool,
    ) -> Option<Vec<Vec<u32>>> {
        let filter = Filter::new(&self.parts, allowed, must);
        let sizes = self.sizes_by_family(&filter);
        let top = self.parts.len() - 1;
        let root = self.parts[top].sets.root;
        let mut walk = Walk { of: self, filter, sizes, rests: Vec::new(), open: Vec::new() };
        walk.open.push(Branch {
            part: top,
            family: root,
            from: 0,
            chosen: 0,
            last: None,
            rest: NOTHING_AFTER,
        });
        let mut chosen: Vec<u32> = Vec::with_capacity(size);
        let mut found = Vec::new();
        while let Some(branch) = walk.open.pop() {
            if let Some(last) = branch.last {
                chosen.truncate(branch.chosen - 1);
                chosen.push(last);
            }
            if walk.step(branch, size) {
                found.push(chosen[..size].to_vec());
                if found.len() > most {
                    return None;
                }
            }
        }
        Some(found)
    }
}

struct Walk<'a> {
    of: &'a Nested,
    filter: Filter<'a>,
    sizes: Vec<Vec<Sizes>>,
    rests: Vec<Rest>,
    open: Vec<Branch>,
}

impl Walk<'_> {
    /// Follows a branch by one decision; true if it ends in a member.
    fn step(&mut self, branch: Branch, size: usize) -> bool {
        let Branch { part, family, from, chosen, rest, .. } = branch;
        let Some(left) = size.checked_sub(chosen) else { return false };
        let after = self.rests.get(rest).copied();
        let here = self.sizes[part][family as usize];
        let possible = after.map_or(here, |after| sums(here, after.sizes));
        let Entry { level, high, low } = self.of.parts[part].sets.entries[family as usize];
        if possible >> left.min(SIZES_TOLD) & 1 == 0 || !self.filter.passes(part, from, level) {
            return false;
        }
        if level == BOTTOM {
            let Some(Rest { part, family, from, after, .. }) = after else {
                return family == EMPTY_SET && left == 0;
            };
            self.open.push(Branch { part, family, from, chosen, last: None, rest: after });
            return false;
        }
        if !self.filter.required[part][level as usize] {
            self.open.push(Branch { part, family: low, from: level + 1, chosen, last: None, rest });
        }
        let from = level + 1;
        match self.of.parts[part].elements[level as usize] {
            Element::Rank(rank) if (self.filter.allowed)(rank) => {
                let last = Some(rank);
                self.open.push(Branch { part, family: high, from, chosen: chosen + 1, last, rest });
            }
            Element::Rank(_) | Element::Absent => {}
            Element::Part(below) => {
                let passes = self.filter.passes(part, from, self.level(part, high));
                let mine = if passes { self.sizes[part][high as usize] } else { 0 };
                let sizes = after.map_or(mine, |after| sums(mine, after.sizes));
                self.rests.push(Rest { part, family: high, from, sizes, after: rest });
                let family = self.of.parts[below].sets.root;
                let rest = self.rests.len() - 1;
                self.open.push(Branch { part: below, family, from: 0, chosen, last: None, rest });
            }
        }
        false
    }

    fn level(&self, part: usize, family: Family) -> u32 {
        self.of.parts[part].sets.entries[family as usize].level
    }
}

/// What sets are counted with.
trait Number: Clone + Zero + One {
    /// Adds a product; `None` if the sum is too large for its kind.
    fn plus(&self, one: &Self, other: &Self) -> Option<Self>;
}

impl Number for u128 {
    fn plus(&self, one: &Self, other: &Self) -> Option<Self> {
        self.checked_add(one.checked_mul(*other)?)
    }
}

impl Number for BigUint {
    fn plus(&self, one: &Self, other: &Self) -> Option<Self> {
        Some(self + one * other)
    }
}

/// Numbers of sets by size, from the smallest size that occurs.
#[derive(Debug, Clone)]
struct Counts<N> {
    least: usize,
    from_least: Vec<N>,
}

impl<N> Default for Counts<N> {
    fn default() -> Self {
        Self { least: 0, from_least: Vec::new() }
    }
}

impl<N: Number> Counts<N> {
    /// Adds the sets that are made of one of `one` and one of `other`.
    fn add_pairs(&mut self, one: &Self, other: &Self) -> Option<()> {
        if one.from_least.is_empty() || other.from_least.is_empty() {
            return Some(());
        }
        let least = one.least + other.least;
        let end = least + one.from_least.len() + other.from_least.len() - 1;
        self.reach(least, end);
        for (at, ways) in one.from_least.iter().enumerate() {
            let start = least + at - self.least;
            for (sum, others) in self.from_least[start..].iter_mut().zip(&other.from_least) {
                *sum = sum.plus(ways, others)?;
            }
        }
        Some(())
    }

    /// Makes room for sizes from `least` to before `end`.
    fn reach(&mut self, least: usize, end: usize) {
        if self.from_least.is_empty() {
            self.least = least;
        }
        if least < self.least {
            self.from_least.splice(0..0, vec![N::zero(); self.least - least]);
            self.least = least;
        }
        if self.from_least.len() < end - self.least {
            self.from_least.resize(end - self.least, N::zero());
        }
    }
}

/// Number of members of each size of one part, given those of the parts before.
fn counts<N: Number>(part: &Part, before: &[Counts<N>]) -> Option<Counts<N>> {
    let Sets { entries, root } = &part.sets;
    let mut uses = vec![0u32; entries.len()];
    uses[*root as usize] = 1;
    for entry in &entries[2..] {
        uses[entry.high as usize] += 1;
        uses[entry.low as usize] += 1;
    }
    let single = Counts { least: 1, from_least: vec![N::one()] };
    let mut all = vec![Counts::default(); entries.len()];
    all[EMPTY_SET as usize] = Counts { least: 0, from_least: vec![N::one()] };
    for (index, entry) in entries.iter().enumerate().skip(2) {
        let [high, low] = [entry.high as usize, entry.low as usize];
        // What nobody needs any more makes room.
        uses[low] -= 1;
        let mut sum = if uses[low] == 0 { std::mem::take(&mut all[low]) } else { all[low].clone() };
        match part.elements[entry.level as usize] {
            Element::Rank(_) => sum.add_pairs(&single, &all[high])?,
            Element::Part(below) => sum.add_pairs(&before[below], &all[high])?,
            Element::Absent => {}
        }
        uses[high] -= 1;
        if uses[high] == 0 {
            all[high] = Counts::default();
        }
        all[index] = sum;
    }
    Some(std::mem::take(&mut all[*root as usize]))
}

//! Families of sets as zero-suppressed diagrams (Minato 1993), under union and product, without
//! what contains a smaller member; cut off, where it is wanted, by size.

use crate::family::{EMPTY_SET, Family, NOTHING, Sets};
use crate::table::{Allowance, BOTTOM, Cache, Entry, Steps, Stopped, Table};

/// What becomes of sets that are too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beyond {
    /// They are left out: the family is part of the whole one.
    LeftOut,
    /// They lose what is beyond the limit: the family suffices for more than the whole one does.
    Shortened,
}

/// How large sets may be, by the weights of their elements.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    pub size: u32,
    pub beyond: Beyond,
    /// By level.
    pub weights: Vec<u32>,
}

/// No limit: larger than all sizes that add up from 4096 elements of weight up to 2^18.
const UNLIMITED: u32 = 1 << 30;

/// What a result in the cache is of; products are told by what is still allowed.
const NOT_ABOVE: u32 = UNLIMITED + 1;
const UNION: u32 = UNLIMITED + 2;
const SHORTENED: u32 = UNLIMITED + 3;
/// Of a family and a function.
pub(crate) const UNMET: u32 = UNLIMITED + 4;

/// A workspace in which families over levels are put together.
pub(crate) struct Families {
    pub table: Table,
    pub cache: Cache,
    pub steps: Steps,
    limit: Option<Limit>,
    /// Under a limit, by entry: the weights of the lightest and the heaviest member.
    spans: Vec<(u32, u32)>,
    /// How many needs of one threshold may be told apart.
    needs_max: usize,
    /// Whether a set may have been left out or shortened.
    pub is_cut: bool,
}

impl Families {
    pub fn new(allowance: &Allowance, limit: Option<Limit>) -> Self {
        Self {
            table: Table::new(2, allowance.bound.nodes_max),
            cache: Cache::new(),
            steps: allowance.steps(),
            limit,
            needs_max: allowance.bound.nodes_max,
            spans: vec![(UNLIMITED, 0), (0, 0)],
            is_cut: false,
        }
    }

    /// How much members may weigh.
    pub fn allowed(&self) -> u32 {
        self.limit.as_ref().map_or(UNLIMITED, |limit| limit.size)
    }

    /// The family that has `high` with the element at a level, and `low`.
    pub fn decide(&mut self, level: u32, high: Family, low: Family) -> Result<Family, Stopped> {
        if high == NOTHING {
            return Ok(low);
        }
        let family = self.table.intern(Entry { level, high, low })?;
        if let Some(limit) = &self.limit
            && family as usize == self.spans.len()
        {
            let weight = limit.weights[level as usize];
            let (with, without) = (self.spans[high as usize], self.spans[low as usize]);
            self.spans.push((without.0.min(with.0 + weight), without.1.max(with.1 + weight)));
        }
        Ok(family)
    }

    /// The family of one set, of the one element at a level.
    pub fn element(&mut self, level: u32) -> Result<Family, Stopped> {
        if let Some(limit) = &self.limit
            && limit.left(level, limit.size).is_none()
        {
            self.is_cut = true;
            return Ok(NOTHING);
        }
        self.decide(level, EMPTY_SET, NOTHING)
    }

    /// The members of one family that contain no member of the other.
    pub fn not_above(&mut self, one: Family, other: Family) -> Result<Family, Stopped> {
        if one == NOTHING {
            return Ok(one);
        }
        let of = self.table.entry(one);
        // What has an element above all of theirs is contained in none of them.
        let mut other = other;
        let mut by = self.table.entry(other);
        while by.level < of.level {
            other = by.low;
            by = self.table.entry(other);
        }
        if other == NOTHING {
            return Ok(one);
        }
        if one == other || other == EMPTY_SET {
            return Ok(NOTHING);
        }
        if self.limit.is_some() && self.spans[one as usize].1 < self.spans[other as usize].0 {
            return Ok(one);
        }
        if let Some(known) = self.cache.get(one, other, NOT_ABOVE) {
            return Ok(known);
        }
        self.steps.take()?;
        let mut high = of.high;
        let rest = if of.level == by.level {
            high = self.not_above(high, by.high)?;
            by.low
        } else {
            other
        };
        high = self.not_above(high, rest)?;
        let low = self.not_above(of.low, rest)?;
        let result = self.decide(of.level, high, low)?;
        self.cache.put(one, other, NOT_ABOVE, result);
        Ok(result)
    }

    /// What is in either.
    pub fn union(&mut self, one: Family, other: Family) -> Result<Family, Stopped> {
        if one == other || other == NOTHING {
            return Ok(one);
        }
        if one == NOTHING {
            return Ok(other);
        }
        if one == EMPTY_SET || other == EMPTY_SET {
            return Ok(EMPTY_SET);
        }
        let (one, other) = if one < other { (one, other) } else { (other, one) };
        if let Some(known) = self.cache.get(one, other, UNION) {
            return Ok(known);
        }
        self.steps.take()?;
        let (f, g) = (self.table.entry(one), self.table.entry(other));
        let (level, high, low) = if f.level == g.level {
            let low = self.union(f.low, g.low)?;
            (f.level, self.union(f.high, g.high)?, low)
        } else if f.level < g.level {
            (f.level, f.high, self.union(f.low, other)?)
        } else {
            (g.level, g.high, self.union(g.low, one)?)
        };
        // Members of one and the same family do not contain each other.
        let above = if f.level == g.level {
            low
        } else if f.level < g.level {
            other
        } else {
            one
        };
        let high = self.not_above(high, above)?;
        let result = self.decide(level, high, low)?;
        self.cache.put(one, other, UNION, result);
        Ok(result)
    }

    /// The members of a family that weigh no more than allowed, and what becomes of the others.
    fn within(&mut self, family: Family, allowed: u32) -> Result<Family, Stopped> {
        if self.limit.is_none() || self.spans[family as usize].1 <= allowed {
            return Ok(family);
        }
        self.is_cut = true;
        if let Some(result) = self.none_left(family, allowed) {
            return Ok(result);
        }
        let Entry { level, high, low } = self.table.entry(family);
        if let Some(known) = self.cache.get(family, allowed, SHORTENED) {
            return Ok(known);
        }
        self.steps.take()?;
        let low = self.within(low, allowed)?;
        let high = match self.left(level, allowed) {
            Some(left) => self.within(high, left)?,
            None => NOTHING,
        };
        let high = self.not_above(high, low)?;
        let result = self.decide(level, high, low)?;
        self.cache.put(family, allowed, SHORTENED, result);
        Ok(result)
    }

    /// What a family comes to where nothing more is allowed, or where all members weigh more than
    /// is allowed.
    fn none_left(&self, family: Family, allowed: u32) -> Option<Family> {
        let beyond = self.limit.as_ref()?.beyond;
        match beyond {
            Beyond::LeftOut if self.spans[family as usize].0 > allowed => Some(NOTHING),
            Beyond::Shortened if allowed == 0 => Some(EMPTY_SET),
            _ => None,
        }
    }

    /// What is put together from a member of each, as far as it is allowed.
    pub fn product(&mut self, one: Family, other: Family, allowed: u32) -> Result<Family, Stopped> {
        if one == NOTHING || other == NOTHING {
            return Ok(NOTHING);
        }
        if one == other || other == EMPTY_SET {
            return self.within(one, allowed);
        }
        if one == EMPTY_SET {
            return self.within(other, allowed);
        }
        let mut allowed = allowed;
        if self.limit.is_some() {
            let spans = [self.spans[one as usize], self.spans[other as usize]];
            if spans[0].1 + spans[1].1 <= allowed {
                allowed = UNLIMITED;
            }
            let gone = self.none_left(one, allowed).or_else(|| self.none_left(other, allowed));
            if let Some(result) = gone {
                self.is_cut = true;
                return Ok(result);
            }
        }
        let (one, other) = if one < other { (one, other) } else { (other, one) };
        if let Some(known) = self.cache.get(one, other, allowed) {
            return Ok(known);
        }
        self.steps.take()?;
        let (f, g) = (self.table.entry(one), self.table.entry(other));
        let level = f.level.min(g.level);
        let left = self.left(level, allowed);
        let (high, low);
        if f.level == g.level {
            low = self.product(f.low, g.low, allowed)?;
            high = match left {
                Some(left) => {
                    let either = self.union(g.low, g.high)?;
                    let with = self.product(f.high, either, left)?;
                    let without = self.product(f.low, g.high, left)?;
                    self.union(with, without)?
                }
                None => NOTHING,
            };
        } else {
            let (f, g) = if f.level < g.level { (f, other) } else { (g, one) };
            low = self.product(f.low, g, allowed)?;
            high = match left {
                Some(left) => self.product(f.high, g, left)?,
                None => NOTHING,
            };
        }
        let high = self.not_above(high, low)?;
        let result = self.decide(level, high, low)?;
        self.cache.put(one, other, allowed, result);
        Ok(result)
    }

    /// What is still allowed with the element at a level; `None` if it is too much by itself.
    fn left(&mut self, level: u32, allowed: u32) -> Option<u32> {
        let Some(limit) = self.limit.as_ref().filter(|_| allowed != UNLIMITED) else {
            return Some(allowed);
        };
        let left = limit.left(level, allowed);
        self.is_cut |= left.is_none();
        left
    }

    /// "Of these, weighed, what holds reaches the need", first decided first.
    pub fn at_least(
        &mut self,
        need: u128,
        mut operands: Vec<(u128, Family)>,
    ) -> Result<Family, Stopped> {
        operands.sort_by_key(|(weight, family)| {
            (self.table.entry(*family).level, std::cmp::Reverse(*weight))
        });
        let mut rests = vec![0u128; operands.len() + 1];
        for (at, (weight, _)) in operands.iter().enumerate().rev() {
            rests[at] = rests[at + 1] + weight;
        }
        // By operand: what may still be needed of it and those after it.
        let mut needs = vec![vec![need]];
        for (at, (weight, _)) in operands.iter().enumerate() {
            let mut next = Vec::new();
            for &need in &needs[at] {
                self.steps.take()?;
                if need > 0 && need <= rests[at] {
                    next.extend([need, need.saturating_sub(*weight)]);
                }
            }
            next.sort_unstable();
            next.dedup();
            if next.len() > self.needs_max {
                return Err(Stopped::Nodes);
            }
            needs.push(next);
        }
        let mut known: Vec<(u128, Family)> = Vec::new();
        for (at, needs) in needs.iter().enumerate().rev() {
            let mut here = Vec::with_capacity(needs.len());
            for &need in needs {
                let family = match operands.get(at) {
                    _ if need == 0 => EMPTY_SET,
                    Some((weight, family)) if need <= rests[at] => {
                        let of = |need: u128| {
                            let place = known.binary_search_by_key(&need, |(need, _)| *need);
                            known[place.expect("every need that may come was gathered")].1
                        };
                        let (with, without) = (of(need.saturating_sub(*weight)), of(need));
                        let with = self.product(*family, with, self.allowed())?;
                        self.union(with, without)?
                    }
                    _ => NOTHING,
                };
                here.push((need, family));
            }
            known = here;
        }
        Ok(known.first().map_or(NOTHING, |(_, family)| *family))
    }

    /// The size of the lightest member, under a limit.
    pub fn lightest(&self, family: Family) -> u32 {
        self.spans[family as usize].0
    }
}

impl Limit {
    fn left(&self, level: u32, allowed: u32) -> Option<u32> {
        let weight = self.weights[level as usize];
        match self.beyond {
            Beyond::LeftOut => allowed.checked_sub(weight),
            Beyond::Shortened => Some(allowed.saturating_sub(weight)),
        }
    }
}

/// One family out of a table in which nothing was ever freed, so that children have lower indices
/// than parents.
pub(crate) fn extract(table: &Table, root: Family) -> Sets {
    // First a mark, then the new index.
    let mut place = vec![NOTHING; root.max(EMPTY_SET) as usize + 1];
    place[root as usize] = EMPTY_SET;
    for index in (EMPTY_SET + 1..=root).rev() {
        if place[index as usize] != NOTHING {
            let Entry { high, low, .. } = table.entry(index);
            place[high as usize] = EMPTY_SET;
            place[low as usize] = EMPTY_SET;
        }
    }
    place[NOTHING as usize] = NOTHING;
    place[EMPTY_SET as usize] = EMPTY_SET;
    let mut entries = vec![Entry { level: BOTTOM, high: 0, low: 0 }; 2];
    for index in EMPTY_SET + 1..=root {
        if place[index as usize] != NOTHING {
            let Entry { level, high, low } = table.entry(index);
            place[index as usize] = u32::try_from(entries.len()).unwrap_or(NOTHING);
            entries.push(Entry { level, high: place[high as usize], low: place[low as usize] });
        }
    }
    Sets { entries, root: place[root as usize] }
}

//! Families of sets as zero-suppressed diagrams (Minato 1993).

use crate::diagram::{Diagram, Edge, TRUE};
use crate::table::{BOTTOM, Bound, Cache, Entry, Steps, Stopped, Table};

/// A family: index of an entry.
type Family = u32;

const NOTHING: Family = 0;
/// The family whose one member is the empty set.
const EMPTY_SET: Family = 1;

/// What a level means when minimal sets are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Starts with this value; an element of the set when it has the other.
    Flips(bool),
    /// Keeps this value.
    Stays(bool),
}

/// One family. Entry 0 is the family of nothing, entry 1 that of the empty set; children stand
/// before parents; `high` is with the level's variable, `low` without.
pub(crate) struct Sets {
    pub entries: Vec<Entry>,
    pub root: Family,
}

/// The smallest sets of flips that make the function, complemented if `target` is false, true:
/// minimal solutions after Rauzy (1993), for any function, monotone or not (Rauzy 2001).
pub(crate) fn minimal_sets(
    diagram: &Diagram,
    roles: &[Role],
    target: bool,
    bound: Bound,
) -> Result<Sets, Stopped> {
    let mut search = Search {
        diagram,
        roles,
        table: Table::new(2, bound.nodes_max),
        cache: Cache::new(),
        steps: Steps(bound.steps_max),
        minimal: vec![UNKNOWN; diagram.entries.len() * 2],
    };
    let root = search.minimal(diagram.root ^ Edge::from(!target))?;
    Ok(Sets { entries: search.table.entries, root })
}

const UNKNOWN: Family = u32::MAX;

struct Search<'a> {
    diagram: &'a Diagram,
    roles: &'a [Role],
    table: Table,
    cache: Cache,
    steps: Steps,
    /// Result for each edge.
    minimal: Vec<Family>,
}

impl Search<'_> {
    fn minimal(&mut self, edge: Edge) -> Result<Family, Stopped> {
        let Entry { level, high, low } = self.diagram.entries[(edge >> 1) as usize];
        if level == BOTTOM {
            return Ok(if edge == TRUE { EMPTY_SET } else { NOTHING });
        }
        if self.minimal[edge as usize] != UNKNOWN {
            return Ok(self.minimal[edge as usize]);
        }
        self.steps.take()?;
        let (high, low) = (high ^ (edge & 1), low ^ (edge & 1));
        let result = match self.roles[level as usize] {
            Role::Stays(value) => self.minimal(if value { high } else { low })?,
            Role::Flips(value) => {
                let (stays, flips) = if value { (high, low) } else { (low, high) };
                let without = self.minimal(stays)?;
                let with = self.minimal(flips)?;
                let with = self.not_above(with, without)?;
                self.decide(level, with, without)?
            }
        };
        self.minimal[edge as usize] = result;
        Ok(result)
    }

    fn decide(&mut self, level: u32, high: Family, low: Family) -> Result<Family, Stopped> {
        if high == NOTHING {
            return Ok(low);
        }
        let family = self.table.intern(Entry { level, high, low })?;
        self.cache.keep_up_with(&self.table);
        Ok(family)
    }

    /// The members of one family that contain no member of the other.
    fn not_above(&mut self, one: Family, other: Family) -> Result<Family, Stopped> {
        if other == NOTHING || one == NOTHING {
            return Ok(one);
        }
        if one == other || other == EMPTY_SET {
            return Ok(NOTHING);
        }
        let of = self.table.entries[one as usize];
        let by = self.table.entries[other as usize];
        if of.level > by.level {
            return self.not_above(one, by.low);
        }
        if let Some(known) = self.cache.get(one, other, 0) {
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
        self.cache.put(one, other, 0, result);
        Ok(result)
    }
}

/// Sizes up to this are told apart; larger ones share the last bit.
pub(crate) const SIZES_TOLD: usize = 127;

/// Which members of a family are looked at.
pub(crate) struct Filter {
    /// By level: whether a member may contain it.
    allowed: Vec<bool>,
    /// By level: whether a member must contain it.
    required: Vec<bool>,
    /// Number of required levels above each level, and above the terminals.
    required_above: Vec<u32>,
}

impl Filter {
    /// `allowed` and `required` by level; what is required must be allowed.
    pub fn new(
        levels: usize,
        allowed: impl Fn(usize) -> bool,
        required: impl Fn(usize) -> bool,
    ) -> Self {
        let required: Vec<bool> = (0..levels).map(required).collect();
        let mut required_above = vec![0];
        let mut above = 0;
        for &is in &required {
            above += u32::from(is);
            required_above.push(above);
        }
        Self { allowed: (0..levels).map(allowed).collect(), required, required_above }
    }

    /// Whether an edge from just above level `from` to level `to` passes over nothing required.
    fn passes(&self, from: u32, to: u32) -> bool {
        let last = self.required.len();
        let to = (to as usize).min(last);
        self.required_above[from as usize] == self.required_above[to]
    }
}

impl Sets {
    /// The sizes of all members, as bits: bit `k` for `k` elements, the last for that or more.
    pub fn sizes(&self, levels: usize) -> u128 {
        let everything = Filter::new(levels, |_| true, |_| false);
        self.sizes_of_entries(&everything)[self.root as usize]
    }

    /// For each entry, the sizes of its members that pass the filter from its level on.
    fn sizes_of_entries(&self, filter: &Filter) -> Vec<u128> {
        let mut sizes = vec![0u128, 1];
        for entry in &self.entries[2..=self.root.max(1) as usize] {
            let level = entry.level as usize;
            let sizes_of = |family: Family| {
                let below = self.entries[family as usize].level;
                if filter.passes(entry.level + 1, below) { sizes[family as usize] } else { 0 }
            };
            let low = if filter.required[level] { 0 } else { sizes_of(entry.low) };
            let high = if filter.allowed[level] { sizes_of(entry.high) } else { 0 };
            sizes.push(low | (high << 1) | (high & (1 << SIZES_TOLD)));
        }
        sizes
    }

    /// Number of members of each size, up to the largest; `u128::MAX` stands for that or more.
    pub fn count_by_size(&self) -> Vec<u128> {
        let end = self.root.max(1) as usize + 1;
        let mut counts = Vec::new();
        // Members with exactly `counts.len()` elements, for each entry.
        let mut now = vec![0u128; end];
        now[EMPTY_SET as usize] = 1;
        for (index, entry) in self.entries.iter().enumerate().take(end).skip(2) {
            now[index] = now[entry.low as usize];
        }
        while now.iter().any(|count| *count > 0) {
            counts.push(now[self.root as usize]);
            let mut next = vec![0u128; end];
            for (index, entry) in self.entries.iter().enumerate().take(end).skip(2) {
                let with = now[entry.high as usize];
                next[index] = next[entry.low as usize].saturating_add(with);
            }
            now = next;
        }
        while counts.last() == Some(&0) {
            counts.pop();
        }
        counts
    }

    /// Members of one size that pass the filter, as lists of levels: all of them, or `None` if
    /// there are more than `most`.
    pub fn members(&self, size: usize, most: usize, filter: &Filter) -> Option<Vec<Vec<u32>>> {
        let sizes = self.sizes_of_entries(filter);
        let mut found = Vec::new();
        // Branches to follow: a family, the first level not yet decided, how many levels are
        // chosen, and the level chosen last.
        let mut open = vec![(self.root, 0, 0, None)];
        let mut chosen: Vec<u32> = Vec::with_capacity(size);
        while let Some((family, from, depth, last)) = open.pop() {
            if let Some(last) = last {
                chosen.truncate(depth - 1);
                chosen.push(last);
            }
            let Entry { level, high, low } = self.entries[family as usize];
            let fits =
                size >= depth && sizes[family as usize] >> (size - depth).min(SIZES_TOLD) & 1 == 1;
            if !fits || !filter.passes(from, level) {
                continue;
            }
            if level == BOTTOM {
                if depth == size {
                    found.push(chosen[..depth].to_vec());
                }
                if found.len() > most {
                    return None;
                }
                continue;
            }
            if !filter.required[level as usize] {
                open.push((low, level + 1, depth, None));
            }
            if filter.allowed[level as usize] {
                open.push((high, level + 1, depth + 1, Some(level)));
            }
        }
        Some(found)
    }
}

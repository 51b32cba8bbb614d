//! Families of sets as zero-suppressed diagrams (Minato 1993).

use crate::diagram::{Diagram, Edge, FALSE, TRUE};
use crate::table::{BOTTOM, Bound, Cache, Entry, Steps, Stopped, Table};

/// A family: index of an entry.
pub(crate) type Family = u32;

const NOTHING: Family = 0;
/// The family whose one member is the empty set.
pub(crate) const EMPTY_SET: Family = 1;

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
///
/// `signs`, by level, tells on which side of "not" the function mentions it. If every flip can
/// only bring the target nearer, what is minimal is told by the function itself, at the cost of
/// one comparison for each pair of a set's and a function's decision; else by comparing families.
pub(crate) fn minimal_sets(
    diagram: &Diagram,
    roles: &[Role],
    signs: &[Signs],
    target: bool,
    bound: Bound,
) -> Result<Sets, Stopped> {
    let nearer = |(role, signs): (&Role, &Signs)| match role {
        Role::Flips(value) => !signs.has(*value == target),
        Role::Stays(_) => true,
    };
    let mut search = Search {
        diagram,
        roles,
        table: Table::new(2, bound.nodes_max),
        cache: Cache::new(),
        steps: Steps(bound.steps_max),
        monotone: roles.iter().zip(signs).all(nearer),
        compared: 0,
        minimal: vec![UNKNOWN; diagram.entries.len() * 2],
    };
    let root = search.minimal(diagram.root ^ Edge::from(!target))?;
    Ok(search.extract(root))
}

const UNKNOWN: Family = u32::MAX;

/// What a result in the cache is of.
const UNMET: u32 = 0;
const NOT_ABOVE: u32 = 1;

/// Whether something is mentioned plainly, and whether under "not".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Signs(u8);

impl Signs {
    pub const PLAIN: Self = Self(1);

    /// Whether it is mentioned plainly, or under "not".
    pub fn has(self, plain: bool) -> bool {
        self.0 & (if plain { 1 } else { 2 }) != 0
    }

    pub fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The same under one "not" more, if `denied`.
    pub fn under(self, denied: bool) -> Self {
        if denied { Self((self.0 & 1) << 1 | self.0 >> 1) } else { self }
    }
}

struct Search<'a> {
    diagram: &'a Diagram,
    roles: &'a [Role],
    table: Table,
    cache: Cache,
    steps: Steps,
    monotone: bool,
    /// Decisions made so far. Where families have grown larger than functions, the functions are
    /// compared.
    compared: usize,
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
                self.compared += 1;
                let with = if self.monotone && self.table.live() > 2 * self.compared {
                    self.unmet(with, stays)?
                } else {
                    self.not_above(with, without)?
                };
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
        self.table.intern(Entry { level, high, low })
    }

    /// The members of a family that, flipped, do not make a monotone function true.
    fn unmet(&mut self, family: Family, edge: Edge) -> Result<Family, Stopped> {
        if edge == FALSE || family == NOTHING {
            return Ok(family);
        }
        if edge == TRUE {
            return Ok(NOTHING);
        }
        let of = self.table.entry(family);
        let Entry { level, high, low } = self.diagram.entries[(edge >> 1) as usize];
        let (high, low) = (high ^ (edge & 1), low ^ (edge & 1));
        let (stays, flips) = match self.roles[level as usize] {
            Role::Flips(false) => (low, high),
            Role::Flips(true) => (high, low),
            Role::Stays(value) => return self.unmet(family, if value { high } else { low }),
        };
        if level < of.level {
            return self.unmet(family, stays);
        }
        if let Some(known) = self.cache.get(family, edge, UNMET) {
            return Ok(known);
        }
        self.steps.take()?;
        let (rest, flipped) = if level == of.level { (stays, flips) } else { (edge, edge) };
        let with = self.unmet(of.high, flipped)?;
        let without = self.unmet(of.low, rest)?;
        let result = self.decide(of.level, with, without)?;
        self.cache.put(family, edge, UNMET, result);
        Ok(result)
    }

    /// The members of one family that contain no member of the other.
    fn not_above(&mut self, one: Family, other: Family) -> Result<Family, Stopped> {
        if other == NOTHING || one == NOTHING {
            return Ok(one);
        }
        if one == other || other == EMPTY_SET {
            return Ok(NOTHING);
        }
        let of = self.table.entry(one);
        let by = self.table.entry(other);
        if of.level > by.level {
            return self.not_above(one, by.low);
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

    /// The family alone. Nothing was freed, so children have lower indices than parents.
    fn extract(&self, root: Family) -> Sets {
        // First a mark, then the new index.
        let mut place = vec![NOTHING; root.max(EMPTY_SET) as usize + 1];
        place[root as usize] = EMPTY_SET;
        for index in (EMPTY_SET + 1..=root).rev() {
            if place[index as usize] != NOTHING {
                let Entry { high, low, .. } = self.table.entry(index);
                place[high as usize] = EMPTY_SET;
                place[low as usize] = EMPTY_SET;
            }
        }
        place[NOTHING as usize] = NOTHING;
        place[EMPTY_SET as usize] = EMPTY_SET;
        let mut entries = vec![Entry { level: BOTTOM, high: 0, low: 0 }; 2];
        for index in EMPTY_SET + 1..=root {
            if place[index as usize] != NOTHING {
                let Entry { level, high, low } = self.table.entry(index);
                place[index as usize] = u32::try_from(entries.len()).unwrap_or(NOTHING);
                entries.push(Entry { level, high: place[high as usize], low: place[low as usize] });
            }
        }
        Sets { entries, root: place[root as usize] }
    }
}

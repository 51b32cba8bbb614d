//! Minimal sets out of a decision diagram.

use crate::diagram::{Diagram, Edge, FALSE, TRUE};
use crate::products::{Families, UNMET, extract};
use crate::table::{Allowance, BOTTOM, Entry, Stopped};

/// A family: index of an entry.
pub(crate) type Family = u32;

/// The family without members.
pub(crate) const NOTHING: Family = 0;
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

const UNKNOWN: Family = u32::MAX;

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

/// The search for the smallest sets of flips that make a function true: minimal solutions after
/// Rauzy (1993), for any function, monotone or not (Rauzy 2001). It can be put aside and taken up
/// again.
pub(crate) struct Search<'a> {
    diagram: &'a Diagram,
    roles: &'a [Role],
    families: Families,
    monotone: bool,
    /// Decisions made so far. Where families have grown larger than functions, the functions are
    /// compared.
    compared: usize,
    /// Result for each edge.
    minimal: Vec<Family>,
    target: bool,
    steps: u64,
}

impl<'a> Search<'a> {
    /// For the sets that make the function, complemented if `target` is false, true.
    ///
    /// `signs`, by level, tells on which side of "not" the function mentions it. If every flip can
    /// only bring the target nearer, what is minimal is told by the function itself, at the cost
    /// of one comparison for each pair of a set's and a function's decision; else by comparing
    /// families.
    pub fn new(
        diagram: &'a Diagram,
        roles: &'a [Role],
        signs: &[Signs],
        target: bool,
        allowance: &Allowance,
    ) -> Self {
        let nearer = |(role, signs): (&Role, &Signs)| match role {
            Role::Flips(value) => !signs.has(*value == target),
            Role::Stays(_) => true,
        };
        Self {
            diagram,
            roles,
            families: Families::new(allowance, None),
            monotone: roles.iter().zip(signs).all(nearer),
            compared: 0,
            minimal: vec![UNKNOWN; diagram.entries.len() * 2],
            target,
            steps: 0,
        }
    }

    /// Goes on until it is done or so many steps have been taken in all: `Stopped::Steps`.
    pub fn run(&mut self, steps_max: u64) -> Result<Sets, Stopped> {
        let more = steps_max.saturating_sub(self.steps);
        self.families.steps.set(more);
        let root = self.minimal(self.diagram.root ^ Edge::from(!self.target));
        self.steps += more - self.families.steps.left();
        Ok(extract(&self.families.table, root?))
    }

    fn minimal(&mut self, edge: Edge) -> Result<Family, Stopped> {
        let Entry { level, high, low } = self.diagram.entries[(edge >> 1) as usize];
        if level == BOTTOM {
            return Ok(if edge == TRUE { EMPTY_SET } else { NOTHING });
        }
        if self.minimal[edge as usize] != UNKNOWN {
            return Ok(self.minimal[edge as usize]);
        }
        self.families.steps.take()?;
        let (high, low) = (high ^ (edge & 1), low ^ (edge & 1));
        let result = match self.roles[level as usize] {
            Role::Stays(value) => self.minimal(if value { high } else { low })?,
            Role::Flips(value) => {
                let (stays, flips) = if value { (high, low) } else { (low, high) };
                let without = self.minimal(stays)?;
                let with = self.minimal(flips)?;
                self.compared += 1;
                let with = if self.monotone && self.families.table.live() > 2 * self.compared {
                    self.unmet(with, stays)?
                } else {
                    self.families.not_above(with, without)?
                };
                self.families.decide(level, with, without)?
            }
        };
        self.minimal[edge as usize] = result;
        Ok(result)
    }

    /// The members of a family that, flipped, do not make a monotone function true.
    fn unmet(&mut self, family: Family, edge: Edge) -> Result<Family, Stopped> {
        if edge == FALSE || family == NOTHING {
            return Ok(family);
        }
        if edge == TRUE {
            return Ok(NOTHING);
        }
        let of = self.families.table.entry(family);
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
        if let Some(known) = self.families.cache.get(family, edge, UNMET) {
            return Ok(known);
        }
        self.families.steps.take()?;
        let (rest, flipped) = if level == of.level { (stays, flips) } else { (edge, edge) };
        let with = self.unmet(of.high, flipped)?;
        let without = self.unmet(of.low, rest)?;
        let result = self.families.decide(of.level, with, without)?;
        self.families.cache.put(family, edge, UNMET, result);
        Ok(result)
    }
}

//! Binary decision diagrams with complement edges (Bryant 1986; Brace, Rudell and Bryant 1990).

use crate::table::{Allowance, BOTTOM, Cache, Entry, Steps, Stopped, Table};

/// A function: index of an entry, shifted left by one; the lowest bit set means "not".
pub(crate) type Edge = u32;

/// The one terminal.
pub(crate) const TRUE: Edge = 0;
pub(crate) const FALSE: Edge = 1;

/// Marks a pair as a conjunction in the cache; no edge has this value.
const AND: u32 = u32::MAX - 1;

/// A workspace in which functions of variables, numbered by level, are built.
pub(crate) struct Diagrams {
    table: Table,
    cache: Cache,
    pub steps: Steps,
}

impl Diagrams {
    pub fn new(allowance: &Allowance) -> Self {
        Self {
            table: Table::new(1, allowance.bound.nodes_max),
            cache: Cache::new(),
            steps: allowance.steps(),
        }
    }

    /// The level a function first decides on; `BOTTOM` for constants.
    #[inline]
    pub fn level(&self, edge: Edge) -> u32 {
        self.table.entry(edge >> 1).level
    }

    /// The function that is the variable at a level.
    pub fn variable(&mut self, level: u32) -> Result<Edge, Stopped> {
        self.decide(level, TRUE, FALSE)
    }

    /// The function that is `high` if the variable at a level above both holds, else `low`.
    #[inline]
    pub fn decide(&mut self, level: u32, high: Edge, low: Edge) -> Result<Edge, Stopped> {
        if high == low {
            return Ok(high);
        }
        // Canonical form: the high edge is never complemented.
        let flip = high & 1;
        let entry = Entry { level, high: high ^ flip, low: low ^ flip };
        let edge = (self.table.intern(entry)? << 1) | flip;
        Ok(edge)
    }

    /// What a function becomes if the variable at `level`, not below its first, holds or not.
    #[inline]
    fn cofactors(&self, edge: Edge, level: u32) -> (Edge, Edge) {
        let entry = self.table.entry(edge >> 1);
        if entry.level == level {
            (entry.high ^ (edge & 1), entry.low ^ (edge & 1))
        } else {
            (edge, edge)
        }
    }

    pub fn and(&mut self, one: Edge, other: Edge) -> Result<Edge, Stopped> {
        if one == other || other == TRUE {
            return Ok(one);
        }
        if one == TRUE {
            return Ok(other);
        }
        if one == FALSE || other == FALSE || one == other ^ 1 {
            return Ok(FALSE);
        }
        let (one, other) = if one < other { (one, other) } else { (other, one) };
        if let Some(known) = self.cache.get(one, other, AND) {
            return Ok(known);
        }
        self.steps.take()?;
        let level = self.level(one).min(self.level(other));
        let (one_high, one_low) = self.cofactors(one, level);
        let (other_high, other_low) = self.cofactors(other, level);
        let high = self.and(one_high, other_high)?;
        let low = self.and(one_low, other_low)?;
        let result = self.decide(level, high, low)?;
        self.cache.put(one, other, AND, result);
        Ok(result)
    }

    pub fn or(&mut self, one: Edge, other: Edge) -> Result<Edge, Stopped> {
        Ok(self.and(one ^ 1, other ^ 1)? ^ 1)
    }

    /// If `test` then `yes` else `no`.
    pub fn choose(&mut self, test: Edge, yes: Edge, no: Edge) -> Result<Edge, Stopped> {
        let (mut test, mut yes, mut no) = (test, yes, no);
        if test & 1 == 1 {
            (test, yes, no) = (test ^ 1, no, yes);
        }
        if test == TRUE || yes == no {
            return Ok(yes);
        }
        if yes >> 1 == test >> 1 {
            yes = if yes == test { TRUE } else { FALSE };
        }
        if no >> 1 == test >> 1 {
            no = if no == test { FALSE } else { TRUE };
        }
        match (yes, no) {
            (TRUE, _) => return self.or(test, no),
            (FALSE, _) => return self.and(test ^ 1, no),
            (_, FALSE) => return self.and(test, yes),
            (_, TRUE) => return self.or(test ^ 1, yes),
            _ => {}
        }
        let flip = yes & 1;
        (yes, no) = (yes ^ flip, no ^ flip);
        if let Some(known) = self.cache.get(test, yes, no) {
            return Ok(known ^ flip);
        }
        self.steps.take()?;
        let level = self.level(test).min(self.level(yes)).min(self.level(no));
        let (test_high, test_low) = self.cofactors(test, level);
        let (yes_high, yes_low) = self.cofactors(yes, level);
        let (no_high, no_low) = self.cofactors(no, level);
        let high = self.choose(test_high, yes_high, no_high)?;
        let low = self.choose(test_low, yes_low, no_low)?;
        let result = self.decide(level, high, low)?;
        self.cache.put(test, yes, no, result);
        Ok(result ^ flip)
    }

    /// All of the functions. Those that decide late are joined first, so that the intermediate
    /// results grow at the top only.
    pub fn all(&mut self, mut edges: Vec<Edge>) -> Result<Edge, Stopped> {
        edges.sort_unstable_by_key(|&edge| (std::cmp::Reverse(self.level(edge)), edge));
        let mut result = TRUE;
        for edge in edges {
            result = self.and(edge, result)?;
        }
        Ok(result)
    }

    /// Nodes in use, those that nothing leads to any more included.
    pub fn live(&self) -> usize {
        self.table.live()
    }

    /// Frees all nodes that none of the roots leads to.
    pub fn collect(&mut self, roots: impl Iterator<Item = Edge>) {
        let mut marked = vec![false; self.table.extent()];
        marked[0] = true;
        let mut open: Vec<u32> = roots.map(|root| root >> 1).collect();
        while let Some(index) = open.pop() {
            if std::mem::replace(&mut marked[index as usize], true) {
                continue;
            }
            let Entry { high, low, .. } = self.table.entry(index);
            open.extend([high >> 1, low >> 1].into_iter().filter(|next| !marked[*next as usize]));
        }
        self.table.sweep(&marked);
        let alive = |operand: &u32| *operand >= AND || marked[(*operand >> 1) as usize];
        self.cache.retain(|slot| slot.iter().all(alive));
    }

    /// The function alone, without what was built on the way.
    pub fn extract(&self, root: Edge) -> Diagram {
        const OPEN: u32 = u32::MAX;
        let mut place = vec![OPEN; self.table.extent()];
        place[0] = 0;
        let mut kept = vec![Entry { level: BOTTOM, high: 0, low: 0 }];
        let mut open = vec![root >> 1];
        while let Some(&index) = open.last() {
            let Entry { level, high, low } = self.table.entry(index);
            let before = open.len();
            if place[index as usize] == OPEN {
                let below = [high >> 1, low >> 1].into_iter();
                open.extend(below.filter(|next| place[*next as usize] == OPEN));
            }
            if open.len() > before {
                continue;
            }
            open.pop();
            if place[index as usize] == OPEN {
                let moved = |edge: Edge| (place[(edge >> 1) as usize] << 1) | (edge & 1);
                let entry = Entry { level, high: moved(high), low: moved(low) };
                place[index as usize] = u32::try_from(kept.len()).unwrap_or(OPEN);
                kept.push(entry);
            }
        }
        Diagram { entries: kept, root: (place[(root >> 1) as usize] << 1) | (root & 1) }
    }
}

/// One function. Entry 0 is the terminal; children stand before parents.
pub(crate) struct Diagram {
    pub entries: Vec<Entry>,
    pub root: Edge,
}

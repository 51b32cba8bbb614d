//! What both kinds of diagram share: a unique table, a computed cache and the bounds.

/// How far an exact analysis may go before it answers with bounds instead. All three are counts,
/// so that the same question gets the same answer on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// Nodes in any one table of diagrams; a node takes about 40 bytes with its share of cache.
    pub nodes_max: usize,
    /// Elementary steps on diagrams for one question; of the order of ten million a second.
    pub steps_max: u64,
    /// Evaluations of the system by the search that takes over when diagrams are too large.
    pub evaluations_max: u64,
}

impl Default for Bound {
    /// About 20 MB, and a few seconds at worst on a system of 60,000 inputs.
    fn default() -> Self {
        Self { nodes_max: 1 << 18, steps_max: 5_000_000, evaluations_max: 20_000 }
    }
}

/// Why diagrams gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// `nodes_max` was reached.
    Nodes,
    /// `steps_max` was reached.
    Steps,
    /// More than [`LEVELS_MAX`] variables, or a weighted threshold of as many inputs: recursion
    /// would be as deep, and the stack is not ours.
    Depth,
}

/// The deepest recursion that diagrams allow themselves.
pub const LEVELS_MAX: usize = 4096;

/// The steps that are left.
pub(crate) struct Steps(pub u64);

impl Steps {
    #[inline]
    pub fn take(&mut self) -> Result<(), Stopped> {
        self.0 = self.0.checked_sub(1).ok_or(Stopped::Steps)?;
        Ok(())
    }
}

/// A decision on the variable at `level`: `high` if it holds, `low` if not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub level: u32,
    pub high: u32,
    pub low: u32,
}

/// The level below all variables.
pub(crate) const BOTTOM: u32 = u32::MAX;

/// Each entry once. Children are interned before parents, so indices are a topological order.
pub(crate) struct Table {
    pub entries: Vec<Entry>,
    /// Open addressing; 0 is free, since terminals are never looked up.
    buckets: Vec<u32>,
    nodes_max: usize,
}

const BUCKETS_MIN: usize = 1 << 10;

impl Table {
    pub fn new(terminals: usize, nodes_max: usize) -> Self {
        let terminal = Entry { level: BOTTOM, high: 0, low: 0 };
        Self {
            entries: vec![terminal; terminals],
            buckets: vec![0; BUCKETS_MIN],
            // Half of what 32 bits can index: one bit of an edge may mean "not".
            nodes_max: nodes_max.min(1 << 30),
        }
    }

    #[inline]
    pub fn intern(&mut self, entry: Entry) -> Result<u32, Stopped> {
        let mask = self.buckets.len() - 1;
        let mut slot = mix(entry.level, entry.high, entry.low) & mask;
        loop {
            let index = self.buckets[slot];
            if index == 0 {
                break;
            }
            if self.entries[index as usize] == entry {
                return Ok(index);
            }
            slot = (slot + 1) & mask;
        }
        if self.entries.len() >= self.nodes_max {
            return Err(Stopped::Nodes);
        }
        let index = u32::try_from(self.entries.len()).map_err(|_| Stopped::Nodes)?;
        self.entries.push(entry);
        self.buckets[slot] = index;
        if self.entries.len() * 2 > self.buckets.len() {
            self.grow();
        }
        Ok(index)
    }

    fn grow(&mut self) {
        let size = self.buckets.len() * 2;
        self.buckets.clear();
        self.buckets.resize(size, 0);
        for (index, entry) in (0u32..).zip(&self.entries) {
            if entry.level != BOTTOM {
                let mut slot = mix(entry.level, entry.high, entry.low) & (size - 1);
                while self.buckets[slot] != 0 {
                    slot = (slot + 1) & (size - 1);
                }
                self.buckets[slot] = index;
            }
        }
    }
}

/// Results already computed, for up to three operands. A later result may push out an earlier.
pub(crate) struct Cache {
    slots: Vec<[u32; 4]>,
}

impl Cache {
    pub fn new() -> Self {
        Self { slots: vec![[BOTTOM; 4]; BUCKETS_MIN] }
    }

    #[inline]
    pub fn get(&self, one: u32, two: u32, three: u32) -> Option<u32> {
        let slot = &self.slots[mix(one, two, three) & (self.slots.len() - 1)];
        (slot[0] == one && slot[1] == two && slot[2] == three).then_some(slot[3])
    }

    #[inline]
    pub fn put(&mut self, one: u32, two: u32, three: u32, result: u32) {
        let at = mix(one, two, three) & (self.slots.len() - 1);
        self.slots[at] = [one, two, three, result];
    }

    /// Keeps the cache as large as the table that it serves.
    #[inline]
    pub fn keep_up_with(&mut self, table: &Table) {
        if self.slots.len() < table.entries.len() {
            let size = self.slots.len() * 4;
            let old = std::mem::replace(&mut self.slots, vec![[BOTTOM; 4]; size]);
            for [one, two, three, result] in old {
                if one != BOTTOM {
                    self.put(one, two, three, result);
                }
            }
        }
    }
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a hash: any of its bits will do")]
fn mix(one: u32, two: u32, three: u32) -> usize {
    let mut hash = u64::from(one).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    hash = (hash ^ (hash >> 32) ^ u64::from(two)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash = (hash ^ (hash >> 32) ^ u64::from(three)).wrapping_mul(0xA24B_AED4_963E_E407);
    (hash ^ (hash >> 29)) as usize
}

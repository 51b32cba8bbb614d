//! What both kinds of diagram share: a unique table, a computed cache and the bounds.

use std::sync::Arc;

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
    /// Whoever waits for the answer asked for what there is.
    Asked,
}

/// The deepest recursion that diagrams allow themselves.
pub const LEVELS_MAX: usize = 4096;

/// Asked now and then whether to stop.
#[derive(Clone, Default)]
pub(crate) struct Stop(pub Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Stop {
    pub fn is_asked(&self) -> bool {
        self.0.as_ref().is_some_and(|stop| stop())
    }
}

/// How far a construction may go, and who may end it.
#[derive(Clone)]
pub(crate) struct Allowance {
    pub bound: Bound,
    pub stop: Stop,
}

/// Steps that an answer may still take once it was asked to stop: a second or so.
const GRACE: u64 = 1 << 22;

impl Allowance {
    /// What is left for a bounded answer where an exact one was stopped.
    pub fn for_bounds(&self) -> Self {
        if !self.stop.is_asked() {
            return self.clone();
        }
        let steps_max = self.bound.steps_max.min(GRACE);
        Self { bound: Bound { steps_max, ..self.bound }, stop: Stop::default() }
    }

    /// All the steps of the bound.
    pub fn steps(&self) -> Steps {
        Steps { ready: 0, beyond: self.bound.steps_max, stop: self.stop.clone() }
    }
}

/// The steps that are left.
pub(crate) struct Steps {
    /// Those that may be taken before it is asked whether to stop.
    ready: u64,
    beyond: u64,
    stop: Stop,
}

/// Less than a thousandth of a second.
const ASKED_EVERY: u64 = 1 << 12;

impl Steps {
    #[inline]
    pub fn take(&mut self) -> Result<(), Stopped> {
        if self.ready == 0 {
            self.ask()?;
        }
        self.ready -= 1;
        Ok(())
    }

    #[cold]
    fn ask(&mut self) -> Result<(), Stopped> {
        if self.beyond == 0 {
            return Err(Stopped::Steps);
        }
        if self.stop.is_asked() {
            return Err(Stopped::Asked);
        }
        self.ready = self.beyond.min(ASKED_EVERY);
        self.beyond -= self.ready;
        Ok(())
    }

    /// Steps that are left.
    pub fn left(&self) -> u64 {
        self.ready + self.beyond
    }

    /// So many are left from now on.
    pub fn set(&mut self, left: u64) {
        (self.ready, self.beyond) = (0, left);
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

/// Each entry once. Entry 0 is a terminal.
pub(crate) struct Table {
    slots: Vec<Slot>,
    /// First slot of each chain; 0 for none, since terminals are never looked up.
    buckets: Vec<u32>,
    /// First free slot, 0 for none.
    free: u32,
    live: usize,
    nodes_max: usize,
}

/// An entry and the next slot of its chain, or of the free list.
#[derive(Clone, Copy)]
struct Slot {
    entry: Entry,
    next: u32,
}

const BUCKETS_MIN: usize = 1 << 9;

impl Table {
    pub fn new(terminals: usize, nodes_max: usize) -> Self {
        let terminal = Slot { entry: Entry { level: BOTTOM, high: 0, low: 0 }, next: 0 };
        Self {
            slots: vec![terminal; terminals],
            buckets: vec![0; BUCKETS_MIN],
            free: 0,
            live: terminals,
            // Half of what 32 bits can index: one bit of an edge may mean "not".
            nodes_max: nodes_max.min(1 << 30),
        }
    }

    #[inline]
    pub fn entry(&self, index: u32) -> Entry {
        self.slots[index as usize].entry
    }

    /// Entries in use.
    pub fn live(&self) -> usize {
        self.live
    }

    /// Slots taken from memory, in use or free: no index is as large.
    pub fn extent(&self) -> usize {
        self.slots.len()
    }

    #[inline]
    pub fn intern(&mut self, entry: Entry) -> Result<u32, Stopped> {
        let bucket = place(entry.level, entry.high, entry.low) & (self.buckets.len() - 1);
        let first = self.buckets[bucket];
        let mut index = first;
        while index != 0 {
            let slot = &self.slots[index as usize];
            if slot.entry == entry {
                return Ok(index);
            }
            index = slot.next;
        }
        if self.live >= self.nodes_max {
            return Err(Stopped::Nodes);
        }
        let slot = Slot { entry, next: first };
        if self.free == 0 {
            index = u32::try_from(self.slots.len()).map_err(|_| Stopped::Nodes)?;
            self.slots.push(slot);
        } else {
            index = self.free;
            self.free = self.slots[index as usize].next;
            self.slots[index as usize] = slot;
        }
        self.buckets[bucket] = index;
        self.live += 1;
        if self.live > self.buckets.len() {
            self.buckets = vec![0; self.buckets.len() * 2];
            self.relink(|_| true);
        }
        Ok(index)
    }

    /// Keeps the entries marked, by index, and frees the others.
    pub fn sweep(&mut self, marked: &[bool]) {
        self.buckets.fill(0);
        self.relink(|index| marked[index as usize]);
    }

    fn relink(&mut self, stays: impl Fn(u32) -> bool) {
        self.free = 0;
        self.live = 0;
        let mask = self.buckets.len() - 1;
        for (index, slot) in (0u32..).zip(&mut self.slots) {
            let Entry { level, high, low } = slot.entry;
            if level != BOTTOM && stays(index) {
                let bucket = place(level, high, low) & mask;
                slot.next = self.buckets[bucket];
                self.buckets[bucket] = index;
                self.live += 1;
            } else if level != BOTTOM || slot.entry.high == FREED {
                slot.entry = Entry { level: BOTTOM, high: FREED, low: 0 };
                slot.next = self.free;
                self.free = index;
            } else {
                self.live += 1;
            }
        }
    }
}

/// Stands in the slots that are free, to tell them from terminals.
const FREED: u32 = u32::MAX;

/// Results already computed, for up to three operands. A later result may push out an earlier.
///
/// It grows late and by little: a new page of memory costs as much as a dozen results, most of
/// which are asked for soon or never.
pub(crate) struct Cache {
    slots: Vec<[u32; 4]>,
    /// Results put in since it last grew.
    put: usize,
}

/// 64 MB: past this, what is not found costs less than what does not fit the processor's cache.
const CACHE_MAX: usize = 1 << 22;

impl Cache {
    pub fn new() -> Self {
        Self { slots: vec![[BOTTOM; 4]; BUCKETS_MIN], put: 0 }
    }

    #[inline]
    pub fn get(&self, one: u32, two: u32, three: u32) -> Option<u32> {
        let slot = &self.slots[mix(one, two, three) & (self.slots.len() - 1)];
        (slot[0] == one && slot[1] == two && slot[2] == three).then_some(slot[3])
    }

    #[inline]
    pub fn put(&mut self, one: u32, two: u32, three: u32, result: u32) {
        self.put += 1;
        if self.put > self.slots.len() / 2 * 3 && self.slots.len() < CACHE_MAX {
            self.grow();
        }
        let at = mix(one, two, three) & (self.slots.len() - 1);
        self.slots[at] = [one, two, three, result];
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        let old = std::mem::replace(&mut self.slots, vec![[BOTTOM; 4]; size]);
        self.put = 0;
        for [one, two, three, result] in old {
            if one != BOTTOM {
                self.put(one, two, three, result);
            }
        }
    }

    /// Forgets all results for which `stays` is false.
    pub fn retain(&mut self, stays: impl Fn(&[u32; 4]) -> bool) {
        for slot in &mut self.slots {
            if slot[0] != BOTTOM && !stays(slot) {
                *slot = [BOTTOM; 4];
            }
        }
    }
}

/// Where an entry is looked up. Entries of one level whose children stand close together share 16
/// buckets, a line of the processor's cache: they are made, and asked for, one after the other.
#[inline]
fn place(level: u32, high: u32, low: u32) -> usize {
    let within = (high ^ low << 1 ^ low >> 3) & 15;
    mix(level, high >> 5, low >> 5) << 4 | within as usize
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a hash: any of its bits will do")]
fn mix(one: u32, two: u32, three: u32) -> usize {
    let pair = u64::from(one) | u64::from(two) << 32;
    let mut hash = pair.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    hash = (hash ^ (hash >> 32) ^ u64::from(three)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    (hash ^ (hash >> 32)) as usize
}

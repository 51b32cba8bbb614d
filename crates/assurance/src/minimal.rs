use std::fmt;

use num_bigint::BigUint;
use num_traits::{ToPrimitive, Zero};

use crate::nested::{Nested, SIZES_TOLD};
use crate::system::Variable;

/// How many sets there are, however many.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(BigUint);

impl Count {
    /// The number; `None` if it is 2^128 or more. It can always be displayed.
    pub fn exact(&self) -> Option<u128> {
        self.0.to_u128()
    }
}

impl fmt::Display for Count {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

/// The size of the smallest set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// This size; 0 if the target is reached without any flip.
    Exactly(usize),
    /// No set of a smaller size exists; whether any exists at all is not known.
    AtLeast(usize),
    /// There is no set.
    Never,
}

/// All inclusion-minimal sets of flips that reach a target, or all up to a stated size.
pub struct MinimalSets {
    family: Held,
    /// The variable of each rank: ranks follow the alphabet.
    by_rank: Vec<Variable>,
    searched_to: Option<usize>,
}

enum Held {
    /// As diagrams, one for each module.
    Nested(Nested),
    /// One by one, in order.
    Listed(Vec<Vec<Variable>>),
}

impl MinimalSets {
    /// `searched_to`, fewer than [`SIZES_TOLD`]: the size up to which these are all the sets
    /// there are; larger ones do not count. `None` if there is no other set.
    pub(crate) fn of_diagrams(
        sets: Nested,
        by_rank: Vec<Variable>,
        searched_to: Option<usize>,
    ) -> Self {
        Self { family: Held::Nested(sets), by_rank, searched_to }
    }

    /// `searched_to`: the size up to which the list is complete; `None` if there is no other set.
    pub(crate) fn of_list(list: Vec<Vec<Variable>>, searched_to: Option<usize>) -> Self {
        Self { family: Held::Listed(list), by_rank: Vec::new(), searched_to }
    }

    /// Whether these are all the minimal sets there are.
    pub fn is_complete(&self) -> bool {
        self.searched_to.is_none()
    }

    /// If incomplete: all minimal sets of up to this size are here, and none larger.
    pub fn searched_to(&self) -> Option<usize> {
        self.searched_to
    }

    /// How many sets are here.
    pub fn count(&self) -> Count {
        Count(self.count_by_size().into_iter().map(|(_, count)| count.0).sum())
    }

    /// How many sets of each size are here, for sizes that occur, the smallest first.
    pub fn count_by_size(&self) -> Vec<(usize, Count)> {
        let counts = match &self.family {
            Held::Nested(sets) => {
                let mut counts = sets.count_by_size();
                counts.truncate(self.searched_to.map_or(usize::MAX, |size| size + 1));
                counts
            }
            Held::Listed(list) => {
                let mut counts = vec![0u64; list.last().map_or(0, |set| set.len() + 1)];
                list.iter().for_each(|set| counts[set.len()] += 1);
                counts.into_iter().map(BigUint::from).collect()
            }
        };
        let told = counts.into_iter().enumerate().filter(|(_, count)| !count.is_zero());
        told.map(|(size, count)| (size, Count(count))).collect()
    }

    /// The size of the smallest set.
    pub fn order(&self) -> Order {
        let smallest = match &self.family {
            Held::Nested(sets) => {
                let sizes = self.told(sets);
                (sizes != 0).then(|| sizes.trailing_zeros() as usize)
            }
            Held::Listed(list) => list.first().map(Vec::len),
        };
        match (smallest, self.searched_to) {
            (Some(size), None) if size == SIZES_TOLD => {
                self.count_by_size().first().map_or(Order::Never, |(size, _)| Order::Exactly(*size))
            }
            (Some(size), _) => Order::Exactly(size),
            (None, Some(size)) => Order::AtLeast(size + 1),
            (None, None) => Order::Never,
        }
    }

    /// The sets, by size, then by the names of their variables; each set in order of names. Made
    /// as they are asked for: taking the first few of billions is quick.
    pub fn iter(&self) -> SetsInOrder<'_> {
        let (ready, sizes) = match &self.family {
            Held::Listed(list) => (list.clone(), Vec::new()),
            Held::Nested(sets) => {
                let mut sizes: Vec<usize> = self.sizes(self.told(sets));
                sizes.reverse();
                (Vec::new(), sizes)
            }
        };
        SetsInOrder { of: self, sizes, size: 0, prefixes: Vec::new(), ready: ready.into_iter() }
    }

    /// The sizes of the sets that count.
    fn told(&self, sets: &Nested) -> u128 {
        let sizes = sets.sizes();
        self.searched_to.map_or(sizes, |size| sizes & ((1 << (size + 1)) - 1))
    }

    fn sizes(&self, bits: u128) -> Vec<usize> {
        if bits >> SIZES_TOLD == 1 {
            return self.count_by_size().into_iter().map(|(size, _)| size).collect();
        }
        (0..SIZES_TOLD).filter(|size| bits >> size & 1 == 1).collect()
    }
}

impl<'a> IntoIterator for &'a MinimalSets {
    type Item = Vec<Variable>;
    type IntoIter = SetsInOrder<'a>;

    fn into_iter(self) -> SetsInOrder<'a> {
        self.iter()
    }
}

/// Sets that share a beginning are sorted together if there are no more than this.
const SORTED_MOST: usize = 1 << 14;

/// Iterator of [`MinimalSets::iter`].
pub struct SetsInOrder<'a> {
    of: &'a MinimalSets,
    /// Sizes to come, the next one last.
    sizes: Vec<usize>,
    size: usize,
    /// Beginnings of sets of this size to come, as ranks, the next one last.
    prefixes: Vec<Vec<u32>>,
    ready: std::vec::IntoIter<Vec<Variable>>,
}

impl SetsInOrder<'_> {
    /// Makes all sets that begin so ready, or puts the longer beginnings on the stack.
    fn open(&mut self, prefix: &[u32]) {
        let Held::Nested(sets) = &self.of.family else { return };
        let end = prefix.last().map_or(0, |last| last + 1);
        let required = |rank: u32| prefix.contains(&rank);
        let allowed = |rank: u32| rank >= end || required(rank);
        // With the whole set given there is one at most.
        let most = if prefix.len() < self.size { SORTED_MOST } else { 1 };
        let Some(mut members) = sets.members(self.size, most, &allowed, &required) else {
            let ranks_end = u32::try_from(self.of.by_rank.len()).unwrap_or(u32::MAX);
            let longer = (end..ranks_end).rev().map(|next| [prefix, &[next]].concat());
            self.prefixes.extend(longer);
            return;
        };
        members.iter_mut().for_each(|set| set.sort_unstable());
        members.sort_unstable();
        let named = |set: Vec<u32>| -> Vec<Variable> {
            set.into_iter().map(|rank| self.of.by_rank[rank as usize]).collect()
        };
        self.ready = members.into_iter().map(named).collect::<Vec<_>>().into_iter();
    }
}

impl Iterator for SetsInOrder<'_> {
    type Item = Vec<Variable>;

    fn next(&mut self) -> Option<Vec<Variable>> {
        loop {
            if let Some(set) = self.ready.next() {
                return Some(set);
            }
            match self.prefixes.pop() {
                Some(prefix) => self.open(&prefix),
                None => {
                    self.size = self.sizes.pop()?;
                    self.prefixes.push(Vec::new());
                }
            }
        }
    }
}

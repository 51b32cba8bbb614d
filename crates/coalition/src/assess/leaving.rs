//! Whichever parties leave: every one or two of them, most without being looked at one by one.
//!
//! Everything is monotone in parties: what stands when a whole group leaves stands when any of the
//! group do. So groups are tried first, and parted where they break it. Parties that carry much
//! come first: the light ones are left in large groups, where one look serves many pairs.

use super::compile::Compiled;
use super::scenario::Situation;
use crate::content::GuaranteeNeed;
use crate::id::Id;
use assurance::Variable;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

/// Parties whose leaving may matter, those that carry most first.
#[derive(Debug)]
pub(super) struct Leaving {
    parties: Vec<Variable>,
}

/// What is asked of each group that leaves: whether the guarantee stands without it. The second
/// argument is true where no part of the group is left to be looked at: one party, or two.
pub(super) type Stands<'f> = dyn FnMut(&[Variable], bool) -> bool + 'f;

impl Leaving {
    pub fn new(
        situation: &Situation<'_>,
        compiled: &Compiled<'_>,
        needs: &[GuaranteeNeed],
    ) -> Leaving {
        let relevant = compiled.system.support(compiled.top);
        let mut carries: BTreeMap<&Id, u128> = BTreeMap::new();
        for (need, timeline) in needs.iter().zip(&compiled.timelines) {
            let unit = compiled.units[&need.resource];
            let whole = unit.count(need.amount).max(1);
            for place in timeline.offered.iter().map(|(place, _)| *place) {
                let said = situation.in_play[place].1;
                let most = said.matches.map_or(0, |matches| unit.count(matches.up_to));
                let amount = unit.count(said.amount.unwrap_or_default()) + most;
                // In millionths of the need: an order to look in, nothing that is told.
                *carries.entry(&said.party).or_default() += amount.min(whole) * 1_000_000 / whole;
            }
        }
        let mut parties = compiled.parties.clone();
        parties.retain(|(_, variable)| relevant.binary_search(variable).is_ok());
        parties.sort_by_key(|(id, _)| (Reverse(carries.get(id).copied().unwrap_or(0)), *id));
        Leaving { parties: parties.into_iter().map(|(_, variable)| variable).collect() }
    }

    /// Those whose leaving may matter.
    pub fn parties(&self) -> &[Variable] {
        &self.parties
    }

    /// Asks of nobody, of each single party, or of each one or two, by groups; stops at the first
    /// last one without which it does not stand, and says whether there was none.
    pub fn all_stand(&self, size: usize, stands: &mut Stands<'_>) -> bool {
        let everybody = 0..self.parties.len();
        match size {
            _ if size == 0 || everybody.is_empty() => stands(&[], true),
            1 => self.groups(everybody, 0..0, stands),
            _ => self.groups(everybody.clone(), everybody, stands),
        }
    }

    /// One of the first group and one of the second; where both are the same group, one or two of
    /// it; where the second is empty, one.
    fn groups(&self, first: Range<usize>, second: Range<usize>, stands: &mut Stands<'_>) -> bool {
        let mut leavers = self.parties[first.clone()].to_vec();
        if first != second {
            leavers.extend(&self.parties[second.clone()]);
        }
        let last = first.len() <= 1 && second.len() <= 1;
        if stands(&leavers, last) {
            return true;
        }
        if last {
            return false;
        }
        if first == second {
            let [low, high] = halves(&first);
            return self.groups(low.clone(), low.clone(), stands)
                && self.groups(low, high.clone(), stands)
                && self.groups(high.clone(), high, stands);
        }
        let parts = |of: &Range<usize>| match of.len() {
            0 | 1 => vec![of.clone()],
            _ => halves(of).to_vec(),
        };
        parts(&first).into_iter().all(|one| {
            parts(&second).into_iter().all(|other| self.groups(one.clone(), other, stands))
        })
    }
}

fn halves(of: &Range<usize>) -> [Range<usize>; 2] {
    let middle = of.start + of.len().div_ceil(2);
    [of.start..middle, middle..of.end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use assurance::SystemBuilder;
    use std::collections::BTreeSet;

    #[test]
    fn every_one_and_every_two_are_looked_at_alone_or_in_a_group_that_stands() {
        let mut builder = SystemBuilder::new();
        let parties: Vec<Variable> =
            (0..7).map(|place| builder.variable(&place.to_string())).collect();
        let leaving = Leaving { parties: parties.clone() };
        // It stands unless the third leaves with another, or the sixth leaves.
        let breaks = |leavers: &[Variable]| {
            let gone = |place: usize| leavers.contains(&parties[place]);
            gone(5) || (gone(2) && leavers.len() > 1)
        };
        for size in [0, 1, 2] {
            let (mut looked, mut broken) = (BTreeSet::new(), Vec::new());
            leaving.all_stand(size, &mut |leavers, last| {
                let stands = !breaks(leavers);
                if stands || last {
                    for (place, one) in leavers.iter().enumerate() {
                        looked.insert(vec![*one]);
                        let pairs = leavers[place + 1..].iter().map(|other| {
                            let mut pair = vec![*one, *other];
                            pair.sort_unstable();
                            pair
                        });
                        looked.extend(pairs);
                    }
                }
                if last && !stands {
                    broken.push(leavers.to_vec());
                }
                stands || last
            });
            let wanted = |count: usize| looked.iter().filter(|set| set.len() == count).count();
            let pairs = if size == 2 { 21 } else { wanted(2) };
            assert_eq!((wanted(1), wanted(2)), (if size == 0 { 0 } else { 7 }, pairs));
            let expected = [0, 1, 1 + 6 + 5][size];
            assert_eq!(broken.len(), expected, "{broken:?}");
        }
    }
}

//! What covers each need over time, given who is in force.

use super::books::Unit;
use super::exact::{InForce, exact, nothing, rounded_down};
use super::ledger::Ledger;
use super::result::{Both, NeedCoverage, Part, Reading, Segment};
use super::scenario::Situation;
use super::timeline::Timeline;
use crate::amount::Amount;
use crate::content::{Basis, GuaranteeNeed};
use assurance::Exact;
use std::ops::Range;

/// One need over time.
pub(super) fn coverage(
    situation: &Situation<'_>,
    ledger: &Ledger,
    need: &GuaranteeNeed,
    timeline: &Timeline,
    in_force: &InForce,
) -> NeedCoverage {
    let offered = timeline.offered.iter();
    let offered: Vec<Part> =
        offered.map(|(place, during)| part(situation, in_force, *place, during.clone())).collect();
    let unit = ledger.unit(&need.resource);
    let sums = |reading| sums(ledger, unit, timeline, in_force, reading);
    let (firm, mutual) = (sums(Reading::Firm), sums(Reading::Mutual));
    let segment = |(stretch, (firm, mutual))| {
        let (from, until) = timeline.days(stretch);
        let missing = Both { firm: need.amount.missing(firm), mutual: need.amount.missing(mutual) };
        Segment { from, until, covered: Both { firm, mutual }, missing }
    };
    let segments: Vec<Segment> = firm.into_iter().zip(mutual).enumerate().map(segment).collect();
    NeedCoverage {
        resource: need.resource.clone(),
        amount: need.amount,
        from: need.from,
        until: need.until,
        illustrative: need.basis == Basis::Illustrative,
        covered: Both {
            firm: segments.iter().all(|segment| segment.missing.firm.is_zero()),
            mutual: segments.iter().all(|segment| segment.missing.mutual.is_zero()),
        },
        segments,
        offered,
    }
}

/// What is in force in each stretch: to the last digit if all are plain amounts, rounded down if not.
fn sums(
    ledger: &Ledger,
    unit: Option<Unit>,
    timeline: &Timeline,
    in_force: &InForce,
    reading: Reading,
) -> Vec<Amount> {
    let holds = in_force.holds.under(reading);
    let stretches = timeline.stretches().len();
    // What starts in a stretch, and what has ended before it.
    let (mut starts, mut ends) = (vec![0; stretches + 1], vec![0; stretches + 1]);
    let mut matched: Vec<Option<Exact>> = vec![None; stretches];
    for (place, during) in timeline.offered.iter().filter(|(place, _)| holds[*place]) {
        match in_force.matched.get(place) {
            Some(come_to) => {
                for sum in &mut matched[during.clone()] {
                    *sum.get_or_insert_with(nothing) += &come_to.under(reading).gives;
                }
            }
            None => {
                starts[during.start] += ledger.entries[*place].count;
                ends[during.end] += ledger.entries[*place].count;
            }
        }
    }
    // Without a unit nobody promises any.
    let amount = |count| unit.map_or(Amount::ZERO, |unit| unit.amount(count));
    let mut plain: u128 = 0;
    let mut sums: Vec<Amount> = Vec::with_capacity(stretches);
    for (stretch, matched) in matched.into_iter().enumerate() {
        plain = plain + starts[stretch] - ends[stretch];
        sums.push(match matched {
            Some(matched) => rounded_down(&(matched + exact(amount(plain)))),
            None => amount(plain),
        });
    }
    sums
}

fn part(situation: &Situation<'_>, in_force: &InForce, place: usize, during: Range<usize>) -> Part {
    let (id, said) = situation.in_play[place];
    let gives = |reading| match in_force.matched.get(&place) {
        Some(come_to) => rounded_down(&come_to.under(reading).gives),
        None => said.amount.unwrap_or_default(),
    };
    let holds = &in_force.holds;
    Part {
        commitment: id.clone(),
        party: said.party.clone(),
        amount: Both { firm: gives(Reading::Firm), mutual: gives(Reading::Mutual) },
        in_force: Both { firm: holds.firm[place], mutual: holds.mutual[place] },
        illustrative: said.basis == Basis::Illustrative,
        during,
    }
}

//! Windows on one axis of days, and a need's window cut where what covers it changes.

use super::error::AssessError;
use super::scenario::Situation;
use super::supply::Supply;
use crate::content::{Commitment, GuaranteeNeed};
use crate::id::Id;
use crate::time::{OFFSET_DAYS_MAX, Point};
use jiff::SignedDuration;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::ops::Range;

const EPOCH: Date = Date::constant(1970, 1, 1);

/// What a day number means for one resource. Resources do not meet on the axis, so each has its
/// own: a mixture in one that the guarantee does not need is nobody's trouble.
#[derive(Clone, Copy)]
enum Axis {
    /// Days after the trigger.
    Offsets,
    /// Days of the calendar; where offsets occur too, with the day on which the trigger comes.
    Calendar { trigger: Option<i64> },
}

/// One need's window, in stretches within which the same commitments cover it.
pub(super) struct Timeline {
    axis: Axis,
    /// Whether the need itself speaks of days after the trigger.
    offsets: bool,
    window: Range<i64>,
    /// The days on which stretches start, and that on which the last ends.
    cuts: Vec<i64>,
    /// Commitments that may cover it, by place in [`Situation::in_play`], and the stretches in which
    /// they may: one at least.
    pub offered: Vec<(usize, Range<usize>)>,
}

/// One timeline for each need.
pub(super) fn timelines(
    situation: &Situation<'_>,
    supply: &Supply,
    needs: &[GuaranteeNeed],
) -> Result<Vec<Timeline>, AssessError> {
    let mut axes: BTreeMap<&Id, Axis> = BTreeMap::new();
    for need in needs {
        if !axes.contains_key(&need.resource) {
            axes.insert(&need.resource, axis_of(situation, supply, needs, &need.resource)?);
        }
    }
    let mut timelines: Vec<Timeline> = Vec::with_capacity(needs.len());
    for (place, need) in needs.iter().enumerate() {
        let timeline = timeline(situation, supply, need, axes[&need.resource])?;
        for (other, before) in needs[..place].iter().zip(&timelines) {
            let apart = before.window.end <= timeline.window.start
                || timeline.window.end <= before.window.start;
            if other.resource == need.resource && !apart {
                return Err(AssessError::NeedsOverlap(need.resource.clone()));
            }
        }
        timelines.push(timeline);
    }
    Ok(timelines)
}

/// Dates and offsets can be compared only if it is known when the trigger comes.
fn axis_of(
    situation: &Situation<'_>,
    supply: &Supply,
    needs: &[GuaranteeNeed],
    resource: &Id,
) -> Result<Axis, AssessError> {
    let needed = needs.iter().filter(|need| need.resource == *resource);
    let needed = needed.flat_map(|need| [Some(need.from), Some(need.until)]);
    // Whoever is absent is looked at too: what is refused must not depend on who is taken away.
    let offered = supply.points(resource);
    let (mut date, mut offset) = (None, None);
    for point in needed.chain(offered).flatten() {
        match point {
            Point::Date(_) => date = date.or(Some(point)),
            Point::Trigger(_) => offset = offset.or(Some(point)),
        }
    }
    match (date, offset, situation.scenario.on) {
        (None, _, _) => Ok(Axis::Offsets),
        (Some(_), None, _) => Ok(Axis::Calendar { trigger: None }),
        (Some(date), Some(offset), None) => {
            Err(AssessError::MixedWindows { resource: resource.clone(), date, offset })
        }
        (Some(_), Some(_), Some(on)) => {
            let trigger = number(on);
            match date_of(trigger + i64::from(OFFSET_DAYS_MAX)) {
                Some(_) => Ok(Axis::Calendar { trigger: Some(trigger) }),
                None => Err(AssessError::TooLate(on)),
            }
        }
    }
}

fn timeline(
    situation: &Situation<'_>,
    supply: &Supply,
    need: &GuaranteeNeed,
    axis: Axis,
) -> Result<Timeline, AssessError> {
    let window = day(axis, need.from)..day(axis, need.until);
    if window.is_empty() {
        let (resource, from, until) = (need.resource.clone(), need.from, need.until);
        return Err(AssessError::EmptyWindow { resource, from, until });
    }
    let places =
        supply.places(&need.resource).iter().map(|place| (*place, situation.in_play[*place].1));
    let offered: Vec<(usize, Range<i64>)> = places
        .filter(|(_, said)| said.adds() && situation.is_there(&said.party))
        .map(|(place, said)| (place, within(axis, said, &window)))
        .filter(|(_, days)| !days.is_empty())
        .collect();
    let mut cuts: Vec<i64> = offered.iter().flat_map(|(_, days)| [days.start, days.end]).collect();
    cuts.extend([window.start, window.end]);
    cuts.sort_unstable();
    cuts.dedup();
    let stretch = |day: i64| cuts.binary_search(&day).expect("every first and last day is a cut");
    let offered = offered.into_iter();
    let offered =
        offered.map(|(place, days)| (place, stretch(days.start)..stretch(days.end))).collect();
    let offsets = matches!((need.from, need.until), (Point::Trigger(_), Point::Trigger(_)));
    Ok(Timeline { axis, offsets, window, cuts, offered })
}

/// The days of a need's window on which a commitment counts.
fn within(axis: Axis, said: &Commitment, window: &Range<i64>) -> Range<i64> {
    let from = said.from.map_or(window.start, |from| day(axis, from));
    let until = said.until.map_or(window.end, |until| day(axis, until));
    from.max(window.start)..until.min(window.end)
}

impl Timeline {
    /// Stretches within which the same commitments cover the need, in order.
    pub fn stretches(&self) -> Range<usize> {
        0..self.cuts.len() - 1
    }

    /// The first day of a stretch, and that after its last, as the need itself would say them.
    pub fn days(&self, stretch: usize) -> (Point, Point) {
        (self.label(self.cuts[stretch]), self.label(self.cuts[stretch + 1]))
    }

    /// Who may cover the need in a stretch, by place.
    pub fn covering(&self, stretch: usize) -> impl Iterator<Item = usize> {
        let offered = self.offered.iter().filter(move |(_, during)| during.contains(&stretch));
        offered.map(|(place, _)| *place)
    }

    /// A day of this need's window, as the need itself would say it.
    fn label(&self, day: i64) -> Point {
        let offset = match self.axis {
            Axis::Offsets => Some(day),
            Axis::Calendar { trigger } => trigger.filter(|_| self.offsets).map(|on| day - on),
        };
        match offset.map(u32::try_from) {
            Some(Ok(days)) => Point::Trigger(days),
            // Inside a window of offsets no day is before the trigger.
            Some(Err(_)) | None => Point::Date(date_of(day).unwrap_or(Date::MAX)),
        }
    }
}

fn day(axis: Axis, point: Point) -> i64 {
    match (point, axis) {
        (Point::Date(date), _) => number(date),
        (Point::Trigger(days), Axis::Calendar { trigger: Some(on) }) => on + i64::from(days),
        (Point::Trigger(days), _) => i64::from(days),
    }
}

fn number(date: Date) -> i64 {
    date.duration_since(EPOCH).as_hours() / 24
}

fn date_of(number: i64) -> Option<Date> {
    EPOCH.checked_add(SignedDuration::from_hours(number.checked_mul(24)?)).ok()
}

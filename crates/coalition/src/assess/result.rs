//! What an assessment says.

use super::explain::{BreakExplanation, Tightest};
use super::standing::CommitmentStanding;
use crate::amount::Amount;
use crate::id::Id;
use crate::model::Scenario;
use crate::time::Point;
use std::fmt;
use std::ops::Range;

/// How far an assessment goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most sets listed of each sort; their number is told whatever it is.
    pub sets_max: usize,
    /// The most asks of which it is told how much each would help: each is an analysis of its own.
    /// The first that must be bounded is the last.
    pub asks_weighed_max: usize,
    /// The most combinations of amounts listed for one goal that takes several resources.
    pub combinations_max: usize,
    /// How far asks are searched for under each reading: gates of the system looked at. Beyond it
    /// an ask is an amount that does, and one below which none does.
    pub asks_gates_max: u64,
    /// The most breaking sets of each reading that are explained; if 0, needs are not either.
    pub explained_max: usize,
    /// What the engine may spend on each question. Counts, not seconds: the same question has the
    /// same answer on every machine.
    pub bound: assurance::Bound,
}

impl Default for Limits {
    /// For a report: a thousand sets, a few seconds at worst.
    fn default() -> Limits {
        Limits {
            sets_max: 1_000,
            asks_weighed_max: 100,
            combinations_max: 12,
            asks_gates_max: 2_000_000_000,
            explained_max: 3,
            bound: assurance::Bound::default(),
        }
    }
}

impl Limits {
    /// For a page that is waited for: what is hard is answered with bounds, in a tenth of a second
    /// for a coalition of 35 parties and 500 commitments.
    pub fn interactive() -> Limits {
        let bound =
            assurance::Bound { nodes_max: 1 << 14, steps_max: 100_000, evaluations_max: 1_000 };
        Limits {
            sets_max: 200,
            asks_weighed_max: 6,
            combinations_max: 6,
            asks_gates_max: 50_000_000,
            explained_max: 3,
            bound,
        }
    }
}

/// Under which reading of "in force" something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// Only what is in force though nobody moves first on trust: the least fixpoint.
    Firm,
    /// What is in force if those who wait for each other move together: the greatest fixpoint.
    Mutual,
}

impl Reading {
    /// Both.
    pub const ALL: [Reading; 2] = [Reading::Firm, Reading::Mutual];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Reading::Firm => "firm",
            Reading::Mutual => "mutual",
        }
    }

    pub(super) fn of_engine(self) -> assurance::Reading {
        match self {
            Reading::Firm => assurance::Reading::Least,
            Reading::Mutual => assurance::Reading::Greatest,
        }
    }
}

/// One value for each reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Both<T> {
    /// Firm only.
    pub firm: T,
    /// Firm and mutual.
    pub mutual: T,
}

impl<T> Both<T> {
    /// The value under a reading.
    pub fn under(&self, reading: Reading) -> &T {
        match reading {
            Reading::Firm => &self.firm,
            Reading::Mutual => &self.mutual,
        }
    }
}

/// The quick part of an assessment: whether it holds, what is covered, how each commitment stands.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The trigger, which is assumed beside the scenario.
    pub trigger: Option<Id>,
    /// What was assumed.
    pub scenario: Scenario,
    /// Whether the guarantee holds.
    pub holds: Both<bool>,
    /// How many of its needs must be covered.
    pub required: usize,
    /// Its needs, in their order.
    pub needs: Vec<NeedCoverage>,
    /// Every commitment of the model, by id.
    pub commitments: Vec<CommitmentStanding>,
    /// Whether any figure used is illustrative.
    pub illustrative: bool,
}

/// A need and what covers it over time.
#[derive(Clone, Debug, PartialEq)]
pub struct NeedCoverage {
    /// Of what.
    pub resource: Id,
    /// How much, at every moment of the window.
    pub amount: Amount,
    /// The window's first day.
    pub from: Point,
    /// The day after its last.
    pub until: Point,
    /// Whether the need's own figure is illustrative.
    pub illustrative: bool,
    /// Whether it is covered throughout.
    pub covered: Both<bool>,
    /// The window, cut where the set of commitments that may cover it changes.
    pub segments: Vec<Segment>,
    /// Commitments that can be in force and whose window meets the need's, by id, each with
    /// whatever standing it has.
    pub offered: Vec<Part>,
}

/// A part of a need's window in which the same commitments may cover it.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Its first day, as the need itself would say it.
    pub from: Point,
    /// The day after its last.
    pub until: Point,
    /// The amount in force; may be more than the need.
    pub covered: Both<Amount>,
    /// What the need still lacks; zero when covered.
    pub missing: Both<Amount>,
}

/// A commitment's share of a need.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Which commitment.
    pub commitment: Id,
    /// Whose.
    pub party: Id,
    /// How much, if it is in force: the same in both readings unless it matches others; then
    /// rounded down to nine places.
    pub amount: Both<Amount>,
    /// Whether it is in force.
    pub in_force: Both<bool>,
    /// Whether the figure is illustrative.
    pub illustrative: bool,
    /// In which segments its window covers the need: one at least.
    pub during: Range<usize>,
}

/// A stretch of a need's window with one figure under one reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its first day.
    pub from: Point,
    /// The day after its last.
    pub until: Point,
    /// The amount in force.
    pub covered: Amount,
    /// What the need still lacks.
    pub missing: Amount,
}

impl NeedCoverage {
    /// Commitments that may cover a segment, by id.
    pub fn parts(&self, segment: usize) -> impl Iterator<Item = &Part> {
        self.offered.iter().filter(move |part| part.during.contains(&segment))
    }

    /// Coverage under one reading, neighbours with equal figures as one.
    pub fn coverage(&self, reading: Reading) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        for segment in &self.segments {
            let covered = *segment.covered.under(reading);
            match stretches.last_mut() {
                Some(last) if last.covered == covered => last.until = segment.until,
                _ => stretches.push(Stretch {
                    from: segment.from,
                    until: segment.until,
                    covered,
                    missing: *segment.missing.under(reading),
                }),
            }
        }
        stretches
    }
}

/// A variable of the question: something that may be lost or gained.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// A circumstance that holds, or comes to.
    Circumstance(Id),
    /// A party that stays.
    Party(Id),
}

/// As answers spell it: `party:FR`, `circumstance:peace-deal`.
impl fmt::Display for Item {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Circumstance(id) => write!(formatter, "circumstance:{id}"),
            Item::Party(id) => write!(formatter, "party:{id}"),
        }
    }
}

/// Minimal sets, the smallest first, then by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetList {
    /// The first [`Limits::sets_max`] of them.
    pub listed: Vec<Vec<Item>>,
    /// How many there are, in words: a number, or "at least" one.
    pub total: String,
    /// How many of each size, for sizes that occur.
    pub by_size: Vec<(usize, String)>,
    /// Nothing was left out by the engine: every minimal set is counted.
    pub all_found: bool,
    /// If not: all sets of up to this size were found, and none larger was looked for.
    pub found_to: Option<usize>,
    /// If there is none of up to that size: one that is larger, and does; it need not be minimal.
    pub example: Option<Vec<Item>>,
}

impl SetList {
    /// Whether every set there is stands in the list.
    pub fn complete(&self) -> bool {
        self.all_found && self.total == self.listed.len().to_string()
    }
}

/// The smallest size of a breaking set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// This one; 0 when the guarantee does not hold.
    Exactly(usize),
    /// No set of a smaller size breaks it; not all larger ones could be searched. If any is known
    /// it is the list's [`SetList::example`]: its size is the other bound.
    AtLeast(usize),
    /// Nothing that could be lost breaks it.
    Never,
}

/// A probability, exact when both ends are equal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probability {
    /// That it holds is at least so likely.
    pub holds_low: f64,
    /// And at most so.
    pub holds_high: f64,
    /// That it fails is at least so likely: on its own, not one minus the other, so that a rare
    /// failure keeps its digits.
    pub fails_low: f64,
    /// And at most so.
    pub fails_high: f64,
}

impl Probability {
    /// How much more likely this is than what it was before, and not less: counted in failure
    /// where that is the smaller figure, so that a small gain keeps its digits.
    pub fn more_than(&self, before: &Probability) -> Gain {
        let gain = |holds: f64, held: f64, fails: f64, failed: f64| {
            (if failed < 0.5 { failed - fails } else { holds - held }).max(0.0)
        };
        Gain {
            low: gain(self.holds_low, before.holds_high, self.fails_high, before.fails_low),
            high: gain(self.holds_high, before.holds_low, self.fails_low, before.fails_high),
        }
    }

    /// Whether it is exact, to the accuracy of floating point.
    pub fn is_exact(&self) -> bool {
        self.holds_low.total_cmp(&self.holds_high).is_eq()
    }
}

/// What one variable does to the probability (design §12).
#[derive(Clone, Debug, PartialEq)]
pub struct Importance {
    /// Which variable.
    pub item: Item,
    /// Birnbaum: P(holds | it stays) - P(holds | it is lost).
    pub birnbaum: f64,
    /// Fussell-Vesely: the share of the failures that it takes part in; `None` if it never fails.
    pub fussell_vesely: Option<f64>,
    /// Risk achievement worth: how many times likelier failure is without it.
    pub raw: Option<f64>,
    /// Risk reduction worth: how many times less likely failure is with it for sure.
    pub rrw: Option<f64>,
}

/// The full answer under one reading.
#[derive(Clone, Debug)]
pub struct ReadingResult {
    /// Whether the guarantee holds.
    pub holds: bool,
    /// Minimal breaking sets; none if it does not hold.
    pub breaking: SetList,
    /// Minimal sufficient sets; none if it holds.
    pub sufficient: SetList,
    /// The smallest size of a breaking set.
    pub order: Order,
    /// It holds, and still does whichever single party leaves.
    pub n_minus_1: bool,
    /// It holds, and still does whichever one or two parties leave.
    pub n_minus_2: bool,
    /// How likely it is to hold.
    pub probability: Probability,
    /// Each variable's importance, by name; empty if the probability is not exact.
    pub importance: Vec<Importance>,
}

impl ReadingResult {
    /// Whether everything is exact and every set listed.
    pub fn complete(&self) -> bool {
        self.breaking.complete() && self.sufficient.complete() && self.probability.is_exact()
    }
}

/// What an ask is to bring about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Goal {
    /// That the guarantee holds.
    Holds,
    /// That it holds whichever single party leaves.
    NMinus1,
    /// That it holds whichever one or two parties leave.
    NMinus2,
}

impl Goal {
    /// All goals, each more than the one before.
    pub const ALL: [Goal; 3] = [Goal::Holds, Goal::NMinus1, Goal::NMinus2];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Goal::Holds => "holds",
            Goal::NMinus1 => "n_minus_1",
            Goal::NMinus2 => "n_minus_2",
        }
    }

    /// How many parties may leave.
    pub fn leavers(self) -> usize {
        match self {
            Goal::Holds => 0,
            Goal::NMinus1 => 1,
            Goal::NMinus2 => 2,
        }
    }
}

/// Extra amounts, from nobody in particular and without condition, that bring a goal about.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// Under which reading.
    pub reading: Reading,
    /// What for.
    pub makes: Goal,
    /// One resource and the smallest amount of it that does; or, where no single resource would
    /// do, several of which none can be smaller while the others stay.
    pub amounts: Vec<(Id, Amount)>,
    /// If the search for the smallest was cut short: what no ask of this goal has less of. The
    /// amounts above do then, and less may; `None` if they are the smallest.
    pub at_least: Option<Vec<(Id, Amount)>>,
    /// Whether every single resource, or every such combination, that would do is among the asks
    /// of this goal; else others exist: see [`Limits::combinations_max`].
    pub all_listed: bool,
    /// What it is worth; where that was not worked out, what is proven of it all the same: see
    /// [`Limits::asks_weighed_max`].
    pub helps: Help,
}

/// How things stand once an ask is met.
#[derive(Clone, Debug, PartialEq)]
pub struct Help {
    /// How likely the guarantee is then to hold.
    pub probability: Probability,
    /// How much more likely that is than without it.
    pub gain: Gain,
    /// The smallest size of a breaking set then.
    pub order: Order,
    /// How many minimal breaking sets there are then; `None` if they were not counted. How many
    /// there are without it is the total of [`ReadingResult::breaking`].
    pub breaking_sets: Option<String>,
}

/// A difference of two probabilities, exact when both ends are equal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// At least this much.
    pub low: f64,
    /// At most this much.
    pub high: f64,
}

/// The full answer.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The quick part.
    pub verdict: Verdict,
    /// The rest, under each reading.
    pub readings: Both<ReadingResult>,
    /// What to ask for: by reading, goal and resource.
    pub asks: Vec<Ask>,
    /// Why, under each reading.
    pub explained: Both<Explained>,
}

/// Why the guarantee holds or not, and why the first breaking sets break it.
#[derive(Clone, Debug, Default)]
pub struct Explained {
    /// Of each need the stretch in which it is covered least.
    pub needs: Vec<Tightest>,
    /// Of the breaking sets listed first, no more than [`Limits::explained_max`].
    pub breaks: Vec<BreakExplanation>,
}

//! What explanations are made of.

use crate::amount::Amount;
use crate::assess::result::{Item, Reading};
use crate::assess::standing::Standing;
use crate::condition::Condition;
use crate::id::Id;
use crate::time::Point;
use serde::Serialize;

/// Why a commitment stands as it does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CommitmentExplanation {
    /// Which commitment.
    pub commitment: Id,
    /// Its standing; waiting and void are not told apart here, for both the same leaves fail.
    #[serde(skip)]
    pub standing: Standing,
    /// If it waits or is void: the parts of its condition that fail, so that the whole does. If it
    /// is firm or mutual: parts that hold, and with them the whole. None if it has no condition, or
    /// is not in play at all.
    pub leaves: Vec<Leaf>,
    /// If firm: who comes into force before it, round by round, and it last: each for those before.
    pub steps: Vec<Step>,
}

/// A part of a condition that is not made of others, and what there is for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Leaf {
    /// What it asks.
    pub says: Condition,
    /// Whether that is so.
    pub holds: bool,
    /// What there is.
    pub figures: Figures,
    /// If it holds only because a group moves together: commitments in that it leans on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leans_on: Vec<Id>,
}

/// What there is for one leaf.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Figures {
    /// What is known of a circumstance.
    Circumstance {
        /// That.
        known: Known,
    },
    /// Of the parties named: who contributes, and who does not.
    Parties {
        /// Those that do.
        there: Vec<Id>,
        /// Those that do not.
        lacking: Vec<Lacking>,
    },
    /// Of all that count: who contributes, and how many more it would take.
    Count {
        /// Those that do.
        there: Vec<Id>,
        /// How many are missing; 0 if it holds.
        missing: usize,
    },
    /// What adds up.
    Sum {
        /// The commitments in force that are counted.
        given: Vec<Given>,
        /// Their sum, rounded down to nine places.
        there: Amount,
        /// What is missing, rounded up; 0 if it holds.
        missing: Amount,
    },
}

/// What is known of a circumstance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// It is the trigger.
    Trigger,
    /// It holds.
    Holds,
    /// It is assumed to.
    Assumed,
    /// It does not hold.
    DoesNotHold,
    /// It is assumed not to.
    AssumedNot,
    /// Nobody can say.
    Unknown,
    /// It is taken to be lost.
    Lost,
}

/// A party named that does not contribute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lacking {
    /// Who.
    pub party: Id,
    /// Why not.
    pub why: Absence,
}

/// Why a party does not contribute a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// It is not in the coalition in this scenario, or has left.
    NotThere,
    /// It is taken to leave.
    Leaves,
    /// It has promised none, or suspended or withdrawn what it promised.
    PromisedNone,
    /// What it has promised is not in force.
    NotInForce,
}

/// What one commitment in force gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Given {
    /// Which.
    pub commitment: Id,
    /// Whose.
    pub party: Id,
    /// How much, rounded down to nine places.
    pub amount: Amount,
    /// If it matches others: what they give for it, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<Amount>,
}

/// What happens in one round, given the rounds before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// From 1.
    pub round: usize,
    /// Whether these fall together: they count only on each other, which nobody does firmly.
    pub together: bool,
    /// Commitments that come into force, or fall out of it.
    pub falls: Vec<Fall>,
}

/// A commitment that comes into force, or falls out of it, and the leaves that make it so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fall {
    /// Which.
    pub commitment: Id,
    /// Leaves that are enough for it, with what there is after the rounds before.
    pub leaves: Vec<Leaf>,
}

/// Why a set of losses breaks the guarantee.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BreakExplanation {
    /// Under which reading.
    #[serde(skip)]
    pub reading: Reading,
    /// What is lost.
    pub lost: Vec<Item>,
    /// The commitments that go at once, because their party leaves.
    pub leave: Vec<Id>,
    /// Whether what was not in force before could come into force, because a condition asks that a
    /// lost circumstance not hold: then everything promised counts until a step says otherwise.
    pub counts_all: bool,
    /// What follows, round by round.
    pub steps: Vec<Step>,
    /// The needs that are then not covered: enough of them for it to fail.
    pub short: Vec<Shortage>,
    /// How many needs must be covered.
    pub required: usize,
    /// Of how many.
    pub needs: usize,
}

/// A need that is not covered, at a time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shortage {
    /// Its place in the guarantee.
    pub need: usize,
    /// Of what.
    pub resource: Id,
    /// How much is needed.
    pub amount: Amount,
    /// The first day of the stretch.
    pub from: Point,
    /// The day after its last.
    pub until: Point,
    /// What is left at most, rounded down to nine places.
    pub covered: Amount,
    /// What is missing at least, rounded up.
    pub missing: Amount,
    /// What is left.
    pub given: Vec<Given>,
}

/// The stretch in which a need is covered least.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tightest {
    /// Of what.
    pub resource: Id,
    /// How much is needed.
    pub amount: Amount,
    /// The first day of the stretch.
    pub from: Point,
    /// The day after its last.
    pub until: Point,
    /// What is in force then.
    pub covered: Amount,
    /// What is missing.
    pub missing: Amount,
    /// What is there beyond the need.
    pub spare: Amount,
    /// What covers it.
    pub given: Vec<Given>,
}

impl Serialize for Item {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

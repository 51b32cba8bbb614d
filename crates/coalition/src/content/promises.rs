//! Circumstances, resources, needs, commitments and guarantees.

use super::matching::Matching;
use super::parties::Chance;
use crate::amount::Amount;
use crate::condition::Condition;
use crate::id::Id;
use crate::text::{Name, Text};
use crate::time::Point;
use serde::{Deserialize, Serialize};

/// A proposition about the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circumstance {
    /// The proposition, as one would say it: "peace deal signed".
    pub name: Name,
    /// Whether it holds.
    pub holds: Holds,
    /// The chance that it comes to hold, while that is unknown; absent means 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<Chance>,
    /// Anything worth saying.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
}

/// Whether a circumstance holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Holds {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// Nobody can say yet; counts as not holding until it does.
    Unknown,
}

impl Holds {
    /// All answers.
    pub const ALL: [Holds; 3] = [Holds::Yes, Holds::No, Holds::Unknown];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Holds::Yes => "yes",
            Holds::No => "no",
            Holds::Unknown => "unknown",
        }
    }
}

/// What can be promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Its name: "ground troops".
    pub name: Name,
    /// What amounts of it count: "persons", "EUR", "batteries".
    pub unit: Name,
    /// Anything worth saying.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
}

/// Where a figure comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The party says so itself.
    #[default]
    Stated,
    /// A source reports it.
    Reported,
    /// Nobody said it: it is there so that an example has figures, and every page says so.
    Illustrative,
}

impl Basis {
    /// All bases.
    pub const ALL: [Basis; 3] = [Basis::Stated, Basis::Reported, Basis::Illustrative];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Basis::Stated => "stated",
            Basis::Reported => "reported",
            Basis::Illustrative => "illustrative",
        }
    }

    fn is_stated(&self) -> bool {
        *self == Basis::Stated
    }
}

/// An amount of a resource over a window, stated by the beneficiary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Who needs it.
    pub party: Id,
    /// Of what.
    pub resource: Id,
    /// How much, at every moment of the window.
    pub amount: Amount,
    /// The window's first day.
    pub from: Point,
    /// The day after the window's last.
    pub until: Point,
    /// Where the figure comes from.
    #[serde(default, skip_serializing_if = "Basis::is_stated")]
    pub basis: Basis,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
    /// The document that states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Id>,
}

impl Need {
    pub(super) fn references(&self) -> Vec<Id> {
        [Some(&self.party), Some(&self.resource), self.source.as_ref()]
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }
}

/// A party's promise of an amount of a resource over a window, with a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// A short name, if it has one: "mechanised brigade".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Who promises.
    pub party: Id,
    /// What.
    pub resource: Id,
    /// How much. Absent where no amount was given: it then counts as contributing and adds nothing,
    /// unless it matches others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// What it adds to that amount by what others give; absent where it does not match others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matches: Option<Matching>,
    /// The window's first day; absent means from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Point>,
    /// The day after the window's last; absent means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Point>,
    /// On what condition.
    pub condition: Condition<Id>,
    /// How far it has come.
    pub stage: Stage,
    /// Where the figure comes from.
    #[serde(default, skip_serializing_if = "Basis::is_stated")]
    pub basis: Basis,
    /// Caveats that are not conditions, and anything else worth saying.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
    /// The document that states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Id>,
}

impl Commitment {
    pub(super) fn references(&self) -> Vec<Id> {
        let mut named = vec![self.party.clone(), self.resource.clone()];
        named.extend(self.source.clone());
        let in_condition = self.condition.references();
        named.extend(in_condition.circumstances);
        named.extend(in_condition.parties);
        named.extend(in_condition.resources);
        named
    }
}

/// How far a commitment has come. Suspended and withdrawn are states of the thing, not stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Said.
    Announced,
    /// Bound to.
    Committed,
    /// Set aside.
    Allocated,
    /// Arrived.
    Delivered,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Stage; 4] =
        [Stage::Announced, Stage::Committed, Stage::Allocated, Stage::Delivered];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Announced => "announced",
            Stage::Committed => "committed",
            Stage::Allocated => "allocated",
            Stage::Delivered => "delivered",
        }
    }
}

/// Needs that must be covered once a trigger holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guarantee {
    /// Its name.
    pub name: Name,
    /// The circumstance after which it must hold; absent where it must hold at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Id>,
    /// How many of its needs must be covered.
    #[serde(default)]
    pub requires: Requires,
    /// The needs. None where the text gives no figure: it is then stated and cannot be assessed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<GuaranteeNeed>,
    /// What it says.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
    /// The document that states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Id>,
}

impl Guarantee {
    pub(super) fn references(&self) -> Vec<Id> {
        let mut named: Vec<Id> =
            [self.trigger.as_ref(), self.source.as_ref()].into_iter().flatten().cloned().collect();
        named.extend(self.needs.iter().map(|need| need.resource.clone()));
        named
    }
}

/// How many of its needs a guarantee requires: all, or at least a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Requires {
    /// At least so many.
    AtLeast(u32),
    /// Every one. Spelt `"all"`.
    #[default]
    #[serde(with = "all")]
    All,
}

mod all {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("all")
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        if word == "all" {
            Ok(())
        } else {
            Err(serde::de::Error::custom("\"all\" or a number of needs"))
        }
    }
}

/// One need of a guarantee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuaranteeNeed {
    /// Of what.
    pub resource: Id,
    /// How much, at every moment of the window.
    pub amount: Amount,
    /// The window's first day.
    pub from: Point,
    /// The day after the window's last.
    pub until: Point,
    /// Where the figure comes from.
    #[serde(default, skip_serializing_if = "Basis::is_stated")]
    pub basis: Basis,
}

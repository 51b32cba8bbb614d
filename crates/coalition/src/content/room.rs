//! What happens at the door and in the room: undertakings, arrivals, devices, and the floor.

use super::meetings::choice;
use crate::id::Id;
use crate::text::{Name, Text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A person's promise not to disclose what the closed sessions of a meeting will say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undertaking {
    /// Of which meeting.
    pub meeting: Id,
    /// Who promises: nobody does it for somebody else.
    pub person: Id,
    /// What he promises, in words.
    pub text: Text,
}

/// A person let in at the door of a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrival {
    /// To which meeting.
    pub meeting: Id,
    /// Who came.
    pub person: Id,
    /// At which door or place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Name>,
    /// When the desk noted it, where that was before the house heard of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noted: Option<Timestamp>,
}

/// A device handed in against a number. Withdrawn, it was given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Custody {
    /// At which meeting.
    pub meeting: Id,
    /// Whose device.
    pub person: Id,
    /// What it is: "phone", "tablet".
    pub device: Name,
    /// The number of the receipt, given by the house: from 1, in the order in which devices came.
    #[serde(default)]
    pub number: u32,
}

choice!(
    /// How a person takes part in one session.
    Attends {
        /// In the room.
        InPerson "in_person" "in person",
        /// On a link.
        Remote "remote" "remotely",
        /// Not at all.
        Not "not" "not",
    }
);

/// Where somebody's part in one session differs from the rest of a reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Except {
    /// Who: one whom the reply names.
    pub person: Id,
    /// In which session: one that the reply names.
    pub session: Id,
    /// How he takes part in it.
    pub attends: Attends,
    /// The place he joins from, when remote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Name>,
}

/// How many of a delegation may be in one session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatsIn {
    /// Which session.
    pub session: Id,
    /// How many.
    pub seats: u32,
}

/// The floor of a session: who speaks, who is next, and how long. What happens on it are its steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// Of which session.
    pub session: Id,
    /// How long one intervention may last, in seconds; absent, as long as it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// How long each delegation may speak in all, in minutes; absent, without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_each: Option<u32>,
    /// Delegations with a time of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub budgets: Vec<Budget>,
}

/// How long one delegation may speak in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Whose delegation.
    pub party: Id,
    /// How long, in minutes.
    pub minutes: u32,
}

/// One thing that happens on a floor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// The session begins.
    Begin {},
    /// Nobody speaks, and no time runs, until it goes on.
    Pause {},
    /// It goes on after a pause.
    GoOn {},
    /// The session is over.
    Adjourn {},
    /// This is dealt with from now on.
    Turn {
        /// The item; absent, none in particular.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<Id>,
    },
    /// A delegation asks for the floor. The request is named by the id of its act.
    Ask {
        /// Whose delegation.
        party: Id,
    },
    /// A request is taken back.
    Retract {
        /// The act by which it was made.
        request: Id,
    },
    /// Whoever made a request has the floor; who had it before is done.
    Give {
        /// The act by which it was made.
        request: Id,
    },
    /// A delegation that has not asked has the floor.
    Call {
        /// Whose delegation.
        party: Id,
    },
    /// Who has the floor is done.
    Yield {},
    /// A step of the chair's was a mistake: everything is as if it had not been.
    Undo {
        /// The act by which it was taken.
        act: Id,
    },
}

impl Step {
    /// The word, as acts spell it.
    pub fn key(&self) -> &'static str {
        match self {
            Step::Begin {} => "begin",
            Step::Pause {} => "pause",
            Step::GoOn {} => "go_on",
            Step::Adjourn {} => "adjourn",
            Step::Turn { .. } => "turn",
            Step::Ask { .. } => "ask",
            Step::Retract { .. } => "retract",
            Step::Give { .. } => "give",
            Step::Call { .. } => "call",
            Step::Yield {} => "yield",
            Step::Undo { .. } => "undo",
        }
    }

    /// The item or party that it names: whoever sees the floor must be able to see it, too.
    pub fn names(&self) -> Option<&Id> {
        match self {
            Step::Turn { item } => item.as_ref(),
            Step::Ask { party } | Step::Call { party } => Some(party),
            _ => None,
        }
    }
}

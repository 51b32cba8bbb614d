//! What stays of a session: its minutes, what somebody is to do after it, and what is told outside.

use super::meetings::Attribution;
use crate::id::Id;
use crate::text::{Name, Text};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::meetings::choice;

/// The minutes of a session. They hold what its rule of attribution lets stand, and nothing else:
/// where nobody may be named, not even the order says who spoke when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minutes {
    /// Of which session.
    pub session: Id,
    /// The rule under which it was said. Set by the house when the minutes are first recorded, and
    /// kept: what was said in confidence stays so, whatever becomes of the meeting's rules.
    #[serde(default = "strictest")]
    pub attribution: Attribution,
    /// What was noted. On the record, in the order in which it was noted; else in that of the agenda,
    /// and under an item in that of the alphabet.
    pub points: Vec<Noted>,
}

fn strictest() -> Attribution {
    Attribution::Nothing
}

/// One point of minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noted {
    /// Under which item; absent, under none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Id>,
    /// Whether it was decided; else it was said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub decided: bool,
    /// Which party said it; on the record only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Id>,
    /// Who said it; on the record only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Id>,
    /// What.
    pub text: Text,
}

choice!(
    /// How far an action point has come.
    Progress {
        /// It is still to be done.
        Open "open" "open",
        /// It was done.
        Done "done" "done",
        /// It will not be done.
        Dropped "dropped" "dropped",
    }
);

impl Progress {
    fn is_open(&self) -> bool {
        *self == Progress::Open
    }
}

fn open() -> Progress {
    Progress::Open
}

/// What a delegation, or one person of it, has taken upon itself to do after a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionPoint {
    /// From which meeting.
    pub meeting: Id,
    /// From which session, if from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Id>,
    /// What is to be done.
    pub text: Text,
    /// Whose delegation does it.
    pub party: Id,
    /// Who of it, if one is named: he has a seat in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Id>,
    /// The last day for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// How far it has come.
    #[serde(default = "open", skip_serializing_if = "Progress::is_open")]
    pub progress: Progress,
    /// Why it was dropped, or what came of it.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub reason: Text,
}

/// What is told of a meeting to those who were not in it: released as it stands, under a label of its
/// own, at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Readout {
    /// Of which meeting. Whoever may not see that one sees the readout all the same.
    pub meeting: Id,
    /// Its heading.
    pub title: Name,
    /// What is told.
    pub text: Text,
    /// From which moment on its label counts; until then only the delegation that gives it and those
    /// named in its audience see it. Absent, at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Whether that moment has come. Set by the house, by its own clock.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub published: bool,
}

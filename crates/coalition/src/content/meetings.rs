//! Meetings, their sessions and items, who is invited, who comes, and what came of it.

use super::room::{Attends, Except, SeatsIn};
use crate::id::Id;
use crate::text::{Name, Text};
use crate::time::PartialTime;
use serde::{Deserialize, Serialize};

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident $key:literal $words:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$case_doc])* #[serde(rename = $key)] $case),* }

        impl $name {
            /// All cases, in order.
            pub const ALL: &[$name] = &[$($name::$case),*];
            /// As acts spell it.
            pub fn key(self) -> &'static str { match self { $($name::$case => $key),* } }
            /// As pages say it.
            pub fn words(self) -> &'static str { match self { $($name::$case => $words),* } }
        }
    };
}
pub(super) use choice;

choice!(
    /// Who meets.
    Level {
        /// Heads of state or government.
        Leaders "leaders" "leaders",
        /// Ministers.
        Ministers "ministers" "ministers",
        /// Officials.
        Officials "officials" "officials",
        /// Nobody said.
        NotStated "not_stated" "level not stated",
    }
);
choice!(
    /// How they meet.
    Form {
        /// In one room.
        InPerson "in_person" "in person",
        /// On a link.
        Virtual "virtual" "virtual",
        /// Some in the room, some on a link.
        Hybrid "hybrid" "hybrid",
        /// Nobody said.
        NotStated "not_stated" "form not stated",
    }
);
choice!(
    /// What becomes of phones.
    Devices {
        /// Kept by their owners.
        Kept "kept" "devices stay with their owners",
        /// Handed in before a closed session, and given back.
        HandedIn "handed_in" "devices are handed in and given back",
    }
);
choice!(
    /// What may be said of who said what.
    Attribution {
        /// Everything, with names.
        OnRecord "on_record" "on the record",
        /// What was said, never by whom.
        ChathamHouse "chatham_house" "Chatham House: what was said, never by whom",
        /// Nothing.
        Nothing "none" "nothing may be attributed or disclosed",
    }
);
choice!(
    /// Whether a person takes part in the room.
    Presence {
        /// In the room.
        InPerson "in_person" "in person",
        /// On a link.
        Remote "remote" "remotely",
    }
);

/// The rules of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// What becomes of phones.
    pub devices: Devices,
    /// Whether an undertaking not to disclose is asked for.
    pub undertaking: bool,
    /// What may be said of who said what.
    pub attribution: Attribution,
}

/// A gathering of delegations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    /// Its name.
    pub title: Name,
    /// Who meets.
    pub level: Level,
    /// How.
    pub form: Form,
    /// Who is host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Id>,
    /// Where; several when hybrid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Name>,
    /// The IANA zone its times are in: `Europe/Madrid`.
    pub zone: Name,
    /// When it begins, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<PartialTime>,
    /// When it ends, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<PartialTime>,
    /// Its rules.
    pub rules: Rules,
    /// The series it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Name>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
}

/// A part of a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The meeting it is part of.
    pub meeting: Id,
    /// Its name.
    pub title: Name,
    /// Whether only those credentialed may be in the room.
    pub closed: bool,
    /// Whether the room is closed at this moment: then all that is given in the session is for those
    /// credentialed for it, whatever its label. Set by the acts that close and reopen the room.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shut: bool,
    /// Who is in the chair: beside those who run the meeting, he closes the room and gives the floor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chair: Option<Id>,
    /// When it begins, in the meeting's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<PartialTime>,
    /// How long it is allotted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// Its place in the order of the day, where no time is known.
    #[serde(default)]
    pub place: u32,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
}

/// A point of a session's agenda.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The session it is part of.
    pub session: Id,
    /// What it is.
    pub title: Name,
    /// Its place in the order.
    #[serde(default)]
    pub place: u32,
    /// How long it is allotted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// Who speaks, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<Name>,
    /// For which party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker_party: Option<Id>,
    /// Anything worth saying.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
}

/// A delegation's invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// To which meeting.
    pub meeting: Id,
    /// Whose delegation.
    pub party: Id,
    /// To which sessions; none named means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<Id>,
    /// How many seats; absent means no limit was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u32>,
    /// How many seats in one session, where they are fewer there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seats_in: Vec<SeatsIn>,
    /// Anything worth saying.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
}

/// A delegation's answer to its invitation. The persons it names are credentialed for the
/// sessions it names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The invitation answered.
    pub invitation: Id,
    /// Whether anyone comes.
    pub attending: bool,
    /// Who comes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<Id>,
    /// To which sessions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<Id>,
    /// From where they take part.
    pub from: Presence,
    /// The place they join from, when remote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Name>,
    /// Who takes part in a session otherwise than that, or not at all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Except>,
    /// Anything worth saying.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
}

/// What a meeting or session came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Of which meeting.
    pub meeting: Id,
    /// Of which session, if of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Id>,
    /// What it was.
    pub text: Text,
}

impl Reply {
    /// How a person takes part in a session, and from where; `None` if the reply does not bring him
    /// to it.
    pub fn attends(&self, person: &Id, session: &Id) -> Option<(Presence, Option<&Name>)> {
        if !self.attending || !self.persons.contains(person) || !self.sessions.contains(session) {
            return None;
        }
        let except = self
            .except
            .iter()
            .find(|except| except.person == *person && except.session == *session);
        match except.map(|except| (except.attends, except.place.as_ref())) {
            None => Some((self.from, self.place.as_ref())),
            Some((Attends::InPerson, _)) => Some((Presence::InPerson, None)),
            Some((Attends::Remote, place)) => {
                Some((Presence::Remote, place.or(self.place.as_ref())))
            }
            Some((Attends::Not, _)) => None,
        }
    }
}

//! Labels (TLP 2.0), their audience, and the one function that says who may see what.

use crate::content::{Role, Standing};
use crate::id::Id;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How far a thing may travel: the Traffic Light Protocol 2.0, never translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Label {
    /// The persons named, or credentialed for the session in which it was given.
    #[serde(rename = "RED")]
    Red,
    /// The originating delegation, and the delegations named.
    #[serde(rename = "AMBER+STRICT")]
    AmberStrict,
    /// Persons seated by leads and members, and the parties named.
    #[serde(rename = "AMBER")]
    Amber,
    /// Everyone with a seat, of any standing.
    #[serde(rename = "GREEN")]
    Green,
    /// Everyone, signed in or not.
    #[serde(rename = "CLEAR")]
    Clear,
}

impl Label {
    /// All labels, the narrowest first.
    pub const ALL: [Label; 5] =
        [Label::Red, Label::AmberStrict, Label::Amber, Label::Green, Label::Clear];

    /// The label as TLP spells it, without the prefix `TLP:`.
    pub fn as_str(self) -> &'static str {
        match self {
            Label::Red => "RED",
            Label::AmberStrict => "AMBER+STRICT",
            Label::Amber => "AMBER",
            Label::Green => "GREEN",
            Label::Clear => "CLEAR",
        }
    }

    /// The label that `text` spells, with or without `TLP:`.
    pub fn parse(text: &str) -> Option<Label> {
        let bare = text.strip_prefix("TLP:").unwrap_or(text);
        Label::ALL.into_iter().find(|label| label.as_str() == bare)
    }
}

/// A label with the audience it refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marking {
    /// How far the thing may travel.
    pub label: Label,
    /// Parties named; read by AMBER and AMBER+STRICT.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Id>,
    /// Persons named; read by RED.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<Id>,
}

impl Marking {
    /// A label that names nobody in particular.
    pub fn plain(label: Label) -> Marking {
        Marking { label, parties: Vec::new(), persons: Vec::new() }
    }
}

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// Somebody who has not signed in, or has no seat.
    Public,
    /// A person who holds a seat in a delegation of a party that has not left.
    Seated(Seated),
}

/// A person with a seat, as the record knows him at this moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Seated {
    /// The person.
    pub person: Id,
    /// The party whose delegation seats him.
    pub party: Id,
    /// The standing of that party.
    pub standing: Standing,
    /// His role in the delegation.
    pub role: Role,
    /// The sessions he is credentialed for: those to which his delegation's reply brings him, and
    /// those that he chairs; closed ones only once he has signed the undertaking that is asked for.
    pub sessions: BTreeSet<Id>,
    /// The meetings, and the sessions named, to which his delegation is invited.
    pub invited: BTreeSet<Id>,
}

impl Viewer {
    /// The person with a seat, if the viewer is one.
    pub fn seated(&self) -> Option<&Seated> {
        match self {
            Viewer::Public => None,
            Viewer::Seated(seated) => Some(seated),
        }
    }
}

/// What [`may_see`] needs to know of a thing.
#[derive(Clone, Copy, Debug)]
pub struct Marked<'a> {
    /// Its label and audience.
    pub marking: &'a Marking,
    /// The person whose act made it.
    pub author: Option<&'a Id>,
    /// The delegation it comes from.
    pub origin: Option<&'a Id>,
    /// The session in which it was given, if it was given in one.
    pub session: Option<&'a Id>,
    /// Whether the room of that session is closed at this moment.
    pub shut: bool,
    /// Whether its label counts only from a moment on that has not come.
    pub embargoed: bool,
    /// Whether it is about the viewer himself: his own person, seat, party or attendance.
    pub concerns_viewer: bool,
}

/// Whether the label of one thing admits one viewer (design §5). Total: every list, count, search
/// and assessment is derived from it.
pub fn may_see(viewer: &Viewer, thing: Marked<'_>) -> bool {
    let Viewer::Seated(seated) = viewer else {
        return thing.marking.label == Label::Clear && !thing.shut && !thing.embargoed;
    };
    if thing.concerns_viewer || thing.author == Some(&seated.person) {
        return true;
    }
    let credentialed = thing.session.is_some_and(|session| seated.sessions.contains(session));
    if thing.shut && thing.marking.label != Label::Red {
        return credentialed;
    }
    let own_delegation = thing.origin == Some(&seated.party);
    let party_named = thing.marking.parties.contains(&seated.party);
    let person_named = thing.marking.persons.contains(&seated.person);
    if thing.embargoed {
        // Never wider than what comes after it.
        return person_named
            || (thing.marking.label != Label::Red && (own_delegation || party_named));
    }
    match thing.marking.label {
        Label::Clear | Label::Green => true,
        Label::Amber => {
            matches!(seated.standing, Standing::Lead | Standing::Member)
                || own_delegation
                || party_named
        }
        Label::AmberStrict => own_delegation || party_named,
        Label::Red => person_named || credentialed,
    }
}

//! What the things of the record say: one type for each kind, and what each refers to.
//!
//! These types are stored in acts: they are versioned with [`crate::act::ACT_VERSION`] and are
//! never reused for a page.

mod answering;
mod documents;
mod evidence;
mod matching;
mod meetings;
mod minutes;
mod parties;
mod people;
mod promises;
mod room;

pub use documents::{Document, Media, Purpose, Reading, ReadingMode, Version};
pub use evidence::{Claim, PublishedAssessment, Source};
pub use matching::Matching;
pub use meetings::{
    Attribution, Devices, Form, Invitation, Item, Level, Meeting, Outcome, Presence, Reply, Rules,
    Session,
};
pub use minutes::{ActionPoint, Minutes, Noted, Progress, Readout};
pub use parties::{Chance, Coalition, Party, Person, Role, Seat, Standing};
pub use people::{DirectoryAccount, EnrolmentLink, Passkey, Vouching};
pub use promises::{
    Basis, Circumstance, Commitment, Guarantee, GuaranteeNeed, Holds, Need, Requires, Resource,
    Stage,
};

pub use room::{Arrival, Attends, Budget, Custody, Except, Floor, SeatsIn, Step, Undertaking};

use crate::id::Id;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $word:literal $plural:literal $content:ty),* $(,)?) => {
        /// What kind of thing an id names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[$doc])* $kind),* }

        /// What a thing says, by kind.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Content { $($(#[$doc])* $kind($content)),* }

        impl Kind {
            /// All kinds, in the order in which things refer to one another: never upwards.
            pub const ALL: &[Kind] = &[$(Kind::$kind),*];

            /// The word for one: `party`.
            pub fn word(self) -> &'static str { match self { $(Kind::$kind => $word),* } }

            /// The word for several: `parties`.
            pub fn plural(self) -> &'static str { match self { $(Kind::$kind => $plural),* } }

            /// The word as acts spell it: `published_assessment` for "published assessment".
            pub fn key(self) -> String { self.word().replace(' ', "_") }

            /// The kind that `key` spells, as acts spell it.
            pub fn from_key(key: &str) -> Option<Kind> {
                Kind::ALL.iter().copied().find(|kind| kind.key() == key)
            }
        }

        impl Content {
            /// The kind of thing this is said of.
            pub fn kind(&self) -> Kind { match self { $(Content::$kind(_) => Kind::$kind),* } }
        }

        $(impl Say for $content {
            const KIND: Kind = Kind::$kind;
            fn of(content: &Content) -> Option<&Self> {
                match content { Content::$kind(said) => Some(said), _ => None }
            }
        })*
    };
}

/// A content type: which kind it belongs to and how to take it out of [`Content`].
pub trait Say: Sized + 'static {
    /// The kind it is said of.
    const KIND: Kind;
    /// The content, if it is of this kind.
    fn of(content: &Content) -> Option<&Self>;
}

kinds! {
    /// The coalition itself: one in a record, made by its first act.
    Coalition "coalition" "coalitions" Coalition,
    /// A state or organisation.
    Party "party" "parties" Party,
    /// One human.
    Person "person" "persons" Person,
    /// A document cited for a fact.
    Source "source" "sources" Source,
    /// A proposition about the world.
    Circumstance "circumstance" "circumstances" Circumstance,
    /// What can be promised, with its unit.
    Resource "resource" "resources" Resource,
    /// A person's role in a delegation.
    Seat "seat" "seats" Seat,
    /// An amount of a resource over a window, stated by the beneficiary.
    Need "need" "needs" Need,
    /// A party's promise.
    Commitment "commitment" "commitments" Commitment,
    /// Needs that must be covered once a trigger holds.
    Guarantee "guarantee" "guarantees" Guarantee,
    /// A gathering of delegations.
    Meeting "meeting" "meetings" Meeting,
    /// A part of a meeting, open or closed.
    Session "session" "sessions" Session,
    /// A point of a session's agenda.
    Item "item" "items" Item,
    /// A delegation's invitation to a meeting.
    Invitation "invitation" "invitations" Invitation,
    /// A delegation's answer to its invitation.
    Reply "reply" "replies" Reply,
    /// What a meeting or session came to.
    Outcome "outcome" "outcomes" Outcome,
    /// A person's promise not to disclose.
    Undertaking "undertaking" "undertakings" Undertaking,
    /// A person let in at the door.
    Arrival "arrival" "arrivals" Arrival,
    /// A device handed in against a number.
    Custody "custody" "custodies" Custody,
    /// Who speaks in a session, who is next, and how long.
    Floor "floor" "floors" Floor,
    /// What was said and decided in a session, as far as its rule lets it stand.
    Minutes "minutes" "minutes" Minutes,
    /// What somebody is to do after a meeting.
    ActionPoint "action point" "action points" ActionPoint,
    /// What is told of a meeting outside, from a moment on.
    Readout "readout" "readouts" Readout,
    /// A paper given to a meeting, a session or nothing in particular.
    Document "document" "documents" Document,
    /// That somebody was given a document to read.
    Reading "reading" "readings" Reading,
    /// What a source says.
    Claim "claim" "claims" Claim,
    /// An assessment made from its author's view, as an object of its own.
    PublishedAssessment "published assessment" "published assessments" PublishedAssessment,
    /// One seat's word that a person of its delegation has lost his passkeys.
    Vouching "vouching" "vouchings" Vouching,
    /// A link by which a person enrols a passkey, once.
    EnrolmentLink "enrolment link" "enrolment links" EnrolmentLink,
    /// A key of a person, kept by an authenticator of his.
    Passkey "passkey" "passkeys" Passkey,
    /// An account of a person in a directory of his party.
    DirectoryAccount "directory account" "directory accounts" DirectoryAccount,
}

impl Kind {
    /// Whether who somebody is, and what he may see, rests on things of this kind.
    pub fn makes_viewers(self) -> bool {
        matches!(
            self,
            Kind::Party
                | Kind::Person
                | Kind::Seat
                | Kind::Meeting
                | Kind::Session
                | Kind::Invitation
                | Kind::Reply
                | Kind::Undertaking
        )
    }
}

impl Content {
    /// Every thing this content names. A thing is seen only by those who may see all of these too:
    /// a page that names what it hides would give it away.
    pub fn references(&self) -> Vec<Id> {
        match self {
            Content::Coalition(_)
            | Content::Party(_)
            | Content::Person(_)
            | Content::Source(_)
            | Content::Circumstance(_)
            | Content::Resource(_)
            // Made from its author's view, and released as it stands.
            | Content::PublishedAssessment(_)
            | Content::Readout(_) => Vec::new(),
            Content::Seat(seat) => vec![seat.person.clone(), seat.party.clone()],
            Content::Need(need) => need.references(),
            Content::Commitment(commitment) => commitment.references(),
            Content::Guarantee(guarantee) => guarantee.references(),
            Content::Meeting(meeting) => meeting.host.iter().cloned().collect(),
            Content::Session(session) => [Some(&session.meeting), session.chair.as_ref()].into_iter().flatten().cloned().collect(),
            Content::Item(item) => [Some(&item.session), item.speaker_party.as_ref()].into_iter().flatten().cloned().collect(),
            Content::Invitation(invitation) => {
                let mut named = vec![invitation.meeting.clone(), invitation.party.clone()];
                named.extend(invitation.sessions.iter().cloned());
                named.extend(invitation.seats_in.iter().map(|seats| seats.session.clone()));
                named
            }
            Content::Reply(reply) => {
                let mut named = vec![reply.invitation.clone()];
                named.extend(reply.persons.iter().chain(&reply.sessions).cloned());
                named
            }
            Content::Outcome(outcome) => [Some(&outcome.meeting), outcome.session.as_ref()].into_iter().flatten().cloned().collect(),
            Content::Undertaking(said) => vec![said.meeting.clone(), said.person.clone()],
            Content::Arrival(said) => vec![said.meeting.clone(), said.person.clone()],
            Content::Custody(said) => vec![said.meeting.clone(), said.person.clone()],
            Content::Floor(floor) => {
                let mut named = vec![floor.session.clone()];
                named.extend(floor.budgets.iter().map(|budget| budget.party.clone()));
                named
            }
            Content::Minutes(minutes) => {
                let of = |noted: &Noted| [noted.item.clone(), noted.party.clone(), noted.person.clone()];
                let mut named: Vec<Id> = minutes.points.iter().flat_map(of).flatten().collect();
                named.push(minutes.session.clone());
                named.sort();
                named.dedup();
                named
            }
            Content::ActionPoint(said) => {
                let mut named = vec![said.meeting.clone(), said.party.clone()];
                named.extend(said.session.iter().chain(&said.person).cloned());
                named
            }
            Content::Document(said) => said.meeting.iter().chain(&said.session).cloned().collect(),
            Content::Reading(reading) => vec![reading.document.clone()],
            Content::Claim(claim) => [Some(&claim.source), claim.about.as_ref()].into_iter().flatten().cloned().collect(),
            Content::Vouching(vouching) => vec![vouching.person.clone()],
            Content::EnrolmentLink(link) => [Some(&link.person), link.vouching.as_ref()].into_iter().flatten().cloned().collect(),
            // Its owner has seen the link by which it came; it is shown wherever he sits since.
            Content::Passkey(passkey) => vec![passkey.person.clone()],
            Content::DirectoryAccount(account) => vec![account.person.clone()],
        }
    }

    /// The session in which this was given, whose credentials open a RED thing.
    pub fn session(&self) -> Option<&Id> {
        match self {
            Content::Item(item) => Some(&item.session),
            Content::Outcome(outcome) => outcome.session.as_ref(),
            Content::Floor(floor) => Some(&floor.session),
            Content::Minutes(minutes) => Some(&minutes.session),
            Content::ActionPoint(said) => said.session.as_ref(),
            Content::Document(said) => said.session.as_ref(),
            _ => None,
        }
    }

    /// What a list calls it.
    pub fn title(&self) -> &str {
        match self {
            Content::Coalition(coalition) => coalition.name.as_str(),
            Content::Party(party) => party.name.as_str(),
            Content::Person(person) => person.name.as_str(),
            Content::Source(source) => source.title.as_str(),
            Content::Circumstance(circumstance) => circumstance.name.as_str(),
            Content::Resource(resource) => resource.name.as_str(),
            Content::Seat(seat) => seat.role.word(),
            Content::Need(_) => "need",
            Content::Commitment(commitment) => {
                commitment.name.as_ref().map_or("commitment", |name| name.as_str())
            }
            Content::Guarantee(guarantee) => guarantee.name.as_str(),
            Content::Meeting(meeting) => meeting.title.as_str(),
            Content::Session(session) => session.title.as_str(),
            Content::Item(item) => item.title.as_str(),
            Content::Invitation(_) => "invitation",
            Content::Reply(_) => "reply",
            Content::Outcome(_) => "outcome",
            Content::Undertaking(_) => "undertaking",
            Content::Arrival(_) => "arrival",
            Content::Custody(custody) => custody.device.as_str(),
            Content::Floor(_) => "floor",
            Content::Minutes(_) => "minutes",
            Content::ActionPoint(_) => "action point",
            Content::Readout(readout) => readout.title.as_str(),
            Content::Document(said) => said.title.as_str(),
            Content::Reading(_) => "reading",
            Content::Claim(claim) => claim.point.as_str(),
            Content::PublishedAssessment(assessment) => assessment.title.as_str(),
            Content::Vouching(_) => "vouching",
            Content::EnrolmentLink(_) => "enrolment link",
            Content::Passkey(passkey) => passkey.name.as_str(),
            Content::DirectoryAccount(account) => account.name.as_str(),
        }
    }
}

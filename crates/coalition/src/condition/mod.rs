//! Conditions: what must hold, or be promised by others, for a commitment to be in force.
//!
//! ```text
//! condition = "always" | "when" any
//! any   = every { "or" every }            every = atom { "and" atom }
//! atom  = [ "not" ] circumstance
//!       | party { "and" party } ( "contributes" | "contribute" ) resource
//!       | "at least" integer ( "others" | "parties" ) "contribute" resource
//!       | ( "others" | "all" ) "commit at least" decimal resource
//!       | "at least" integer "of" "(" any { ";" any } ")"
//!       | "(" any ")"
//! ```
//!
//! A circumstance, party or resource is an id or a name: bare when it is one plain word (letters,
//! digits, `-`, `_`, `.`, and not a word of the grammar), else in double quotes; a double quote
//! inside a name is doubled: `"the ""big"" deal"`. Words of the grammar are lower case.
//!
//! Reading has two steps. [`parse`] knows the grammar alone; [`Condition::resolve`] turns each word
//! into an id by its [`Kind`], which its place in the grammar tells. Only the second step can tell
//! where a list of parties begins: in `A and B and C contribute R` it is the longest run of parties
//! before `contribute`, and the words before that are circumstances.

mod error;
mod lexer;
mod misplaced;
mod names;
mod parser;
mod print;
mod resolve;

pub use error::ConditionError;
pub use lexer::Word;
pub use names::{AnyId, Found, KnownNames, Names};
pub use parser::parse;

use crate::amount::Amount;
use crate::id::Id;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;

/// The longest condition a person may write, in bytes.
pub const TEXT_BYTES_MAX: usize = 4_000;
/// How deep brackets may nest.
pub const NESTING_MAX: usize = 32;
/// How many names one condition may use, each counted every time.
pub const NAMES_MAX: usize = 200;
/// The largest number that may follow "at least".
pub const COUNT_MAX: u32 = 1_000;

/// When a commitment is in force. `N` is [`Id`], or [`Word`] until names are resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition<N = Id> {
    /// Whatever happens and whatever others do.
    Always,
    /// When the formula holds.
    When(Formula<N>),
}

/// What a condition asks, monotone in the commitments of others: more of them never breaks it.
///
/// As read, `Any` and `Every` hold two or more parts, none of which is of their own sort (brackets
/// that change nothing are forgotten); [`Formula::any`] and [`Formula::every`] see to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Formula<N = Id> {
    /// At least one part holds.
    Any(Vec<Formula<N>>),
    /// Every part holds.
    Every(Vec<Formula<N>>),
    /// At least `count` of the parts hold; 1 to as many as there are.
    AtLeastOf {
        /// How many.
        count: u32,
        /// The parts; no two are equal.
        of: Vec<Formula<N>>,
    },
    /// A circumstance holds; or does not, if `negated`.
    Circumstance {
        /// Which.
        circumstance: N,
        /// Whether it must not hold.
        negated: bool,
    },
    /// Each of these parties has a commitment of the resource in force.
    ///
    /// Of [`Word`]s, the first may yet turn out to be circumstances: see [`Condition::resolve`].
    Contribute {
        /// One or more, each once.
        parties: Vec<N>,
        /// Of what.
        resource: N,
    },
    /// At least `count` parties have a commitment of the resource in force.
    CountContribute {
        /// How many, from 1.
        count: u32,
        /// Of whom.
        who: Who,
        /// Of what.
        resource: N,
    },
    /// The commitments of the resource in force add up to the amount, whatever their windows.
    SumCommit {
        /// More than zero.
        amount: Amount,
        /// Whose.
        who: Who,
        /// Of what.
        resource: N,
    },
}

/// Whose commitments are counted or added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// Everybody but the promising party: `others`.
    Others,
    /// Everybody, the promising party too: `parties` where counted, `all` where added up.
    All,
}

/// What sort of thing a word names; its place in the grammar tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A proposition about the world.
    Circumstance,
    /// A state or organisation.
    Party,
    /// What can be promised.
    Resource,
}

impl Kind {
    /// Every kind, in the order of their declaration.
    pub const ALL: [Kind; 3] = [Kind::Circumstance, Kind::Party, Kind::Resource];

    /// The kind's own word: "circumstance", "party", "resource".
    pub fn word(self) -> &'static str {
        match self {
            Kind::Circumstance => "circumstance",
            Kind::Party => "party",
            Kind::Resource => "resource",
        }
    }

    /// Its plural.
    pub fn plural(self) -> &'static str {
        match self {
            Kind::Circumstance => "circumstances",
            Kind::Party => "parties",
            Kind::Resource => "resources",
        }
    }
}

/// The things a condition names, each once, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// Circumstances, negated or not.
    pub circumstances: BTreeSet<Id>,
    /// Parties named; those that `others`, `parties` and `all` mean are not among them.
    pub parties: BTreeSet<Id>,
    /// Resources.
    pub resources: BTreeSet<Id>,
}

impl<N> Condition<N> {
    /// Shows every name to `look`, in reading order, repeated as often as it stands there.
    pub fn visit<'a>(&'a self, look: &mut impl FnMut(Kind, &'a N)) {
        match self {
            Condition::Always => {}
            Condition::When(formula) => formula.visit(look),
        }
    }
}

impl Condition<Id> {
    /// What `text` says, its words looked up in `names`: [`parse`], then [`Condition::resolve`].
    pub fn read(text: &str, names: &impl Names) -> Result<Condition<Id>, ConditionError> {
        parse(text)?.resolve(names)
    }

    /// All that the condition names: who may see it must be told what he may see of these.
    pub fn references(&self) -> References {
        let mut references = References::default();
        self.visit(&mut |kind, id| {
            let list = match kind {
                Kind::Circumstance => &mut references.circumstances,
                Kind::Party => &mut references.parties,
                Kind::Resource => &mut references.resources,
            };
            list.insert(id.clone());
        });
        references
    }
}

impl<N> Formula<N> {
    /// "and" of one or more formulas, flattened; a single one is itself.
    pub fn every(first: Formula<N>, rest: Vec<Formula<N>>) -> Formula<N> {
        let mut parts = Vec::with_capacity(rest.len() + 1);
        for part in std::iter::once(first).chain(rest) {
            match part {
                Formula::Every(inner) => parts.extend(inner),
                other => parts.push(other),
            }
        }
        if parts.len() > 1 { Formula::Every(parts) } else { parts.remove(0) }
    }

    /// "or" of one or more formulas, flattened; a single one is itself.
    pub fn any(first: Formula<N>, rest: Vec<Formula<N>>) -> Formula<N> {
        let mut parts = Vec::with_capacity(rest.len() + 1);
        for part in std::iter::once(first).chain(rest) {
            match part {
                Formula::Any(inner) => parts.extend(inner),
                other => parts.push(other),
            }
        }
        if parts.len() > 1 { Formula::Any(parts) } else { parts.remove(0) }
    }

    /// Shows every name to `look`, in reading order, repeated as often as it stands there.
    pub fn visit<'a>(&'a self, look: &mut impl FnMut(Kind, &'a N)) {
        match self {
            Formula::Any(parts) | Formula::Every(parts) | Formula::AtLeastOf { of: parts, .. } => {
                for part in parts {
                    part.visit(look);
                }
            }
            Formula::Circumstance { circumstance, .. } => look(Kind::Circumstance, circumstance),
            Formula::Contribute { parties, resource } => {
                for party in parties {
                    look(Kind::Party, party);
                }
                look(Kind::Resource, resource);
            }
            Formula::CountContribute { resource, .. } | Formula::SumCommit { resource, .. } => {
                look(Kind::Resource, resource);
            }
        }
    }
}

/// The canonical text, with ids.
impl fmt::Display for Condition<Id> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.canonical())
    }
}

/// Stored as its canonical text, with ids.
impl Serialize for Condition<Id> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.canonical())
    }
}

/// Read from a text with ids; names are not known here, so that what they mean is for the caller.
impl<'de> Deserialize<'de> for Condition<Id> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Condition<Id>, D::Error> {
        crate::text::deserialized(deserializer, |text| parser::parse_stored(text)?.resolve(&AnyId))
    }
}

//! Sources, what they claim, and assessments released as objects of their own.

use crate::id::Id;
use crate::text::{Name, Text};
use serde::{Deserialize, Serialize};

/// A document cited for a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is called.
    pub title: Name,
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<Name>,
    /// When, in words, as far as it is known: "before 4 Nov 2025".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Name>,
    /// Where it has it from. Two sources with one origin count once as evidence; absent means that
    /// it is its own origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Name>,
    /// What it reports on.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
}

/// What a source says. Two claims on one point with different values disagree: both stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Who says it.
    pub source: Id,
    /// Of which thing; absent means of the coalition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Id>,
    /// On what point: "number of parties".
    pub point: Name,
    /// What value it gives, where it gives one that can be compared: "35".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Name>,
    /// What it says, in our words.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub text: Text,
}

/// An assessment made from its author's view, released under a label of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedAssessment {
    /// Its title.
    pub title: Name,
    /// The guarantee assessed.
    pub guarantee: Id,
    /// The scenario: circumstances assumed, assumed not, and parties absent.
    #[serde(default)]
    pub scenario: crate::model::Scenario,
    /// The answer of design §12, as the house computed it from the author's view.
    #[serde(default)]
    pub answer: serde_json::Value,
    /// What the author makes of it.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
}

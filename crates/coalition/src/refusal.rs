//! Why an act is refused: one closed list that knows nothing of HTTP.

use crate::content::Kind;

/// Why the house does not do what it is asked.
///
/// A refusal is made from the actor's view: it says nothing of what he may not see. What is hidden
/// from him is refused exactly as what does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such thing, as far as the actor can know.
    #[error("there is no such {}", .0.map_or("thing", Kind::word))]
    NotFound(Option<Kind>),
    /// Only somebody with a seat may act.
    #[error("only somebody with a seat in a delegation may do this: sign in first")]
    NotSeated,
    /// The actor's standing or role does not allow it.
    #[error("{0}")]
    NotAllowed(&'static str),
    /// A field does not say what it should.
    #[error("{field}: {why}")]
    Invalid {
        /// The field, as the command spells it: `content.commitment.amount`.
        field: String,
        /// What is wrong and what to do.
        why: String,
    },
    /// The thing has changed since the actor looked.
    #[error("somebody changed this after you opened it: look at it again, then repeat your change")]
    Changed,
    /// The thing is not in a state in which this can be done.
    #[error("{0}")]
    Conflict(String),
}

impl Refusal {
    /// A refusal of one field.
    pub fn invalid(field: impl Into<String>, why: impl Into<String>) -> Refusal {
        Refusal::Invalid { field: field.into(), why: why.into() }
    }

    /// A short word for machines, stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotFound(_) => "not_found",
            Refusal::NotSeated => "not_seated",
            Refusal::NotAllowed(_) => "not_allowed",
            Refusal::Invalid { .. } => "invalid",
            Refusal::Changed => "changed",
            Refusal::Conflict(_) => "conflict",
        }
    }
}

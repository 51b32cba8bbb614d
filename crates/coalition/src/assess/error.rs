//! Why an assessment is refused, each with what to do about it.

use crate::id::Id;
use crate::time::Point;

/// Why there is no assessment. Being too hard is not among the reasons: that is an answer with
/// its bounds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssessError {
    /// The model has no guarantee of this id.
    #[error("There is no guarantee \"{0}\".")]
    NoSuchGuarantee(Id),
    /// The guarantee gives no figure to measure against.
    #[error("The guarantee \"{0}\" states no needs, cannot be assessed.")]
    NoNeeds(String),
    /// It asks for no need at all, or for more than it has.
    #[error("The guarantee requires {required} of its needs and has {stated}.")]
    Requires {
        /// How many are required.
        required: u32,
        /// How many there are.
        stated: usize,
    },
    /// The scenario, or the guarantee, names a circumstance that the model does not have.
    #[error("There is no circumstance \"{0}\".")]
    NoSuchCircumstance(Id),
    /// The scenario names a party that the model does not have.
    #[error("There is no party \"{0}\".")]
    NoSuchParty(Id),
    /// One circumstance is assumed and assumed not.
    #[error("The circumstance \"{0}\" is both assumed and assumed not.")]
    Contradiction(Id),
    /// A guarantee is about what follows its trigger.
    #[error("The circumstance \"{0}\" is the guarantee's trigger and cannot be assumed not.")]
    TriggerAssumedNot(Id),
    /// Windows of one resource are partly dates and partly days after the trigger.
    #[error(
        "Windows of \"{resource}\" mix dates with days after the trigger ({date} and {offset})."
    )]
    MixedWindows {
        /// Of which resource.
        resource: Id,
        /// One that is a date.
        date: Point,
        /// One that is not.
        offset: Point,
    },
    /// The calendar ends in the year 9999.
    #[error("The day {0}, on which the trigger is to come, is too late for the calendar.")]
    TooLate(jiff::civil::Date),
    /// A need's window is empty once the day of the trigger is known.
    #[error("The need for \"{resource}\" ends ({until}) before it starts ({from}).")]
    EmptyWindow {
        /// Of which resource.
        resource: Id,
        /// The window's first day.
        from: Point,
        /// The day after its last.
        until: Point,
    },
    /// Two needs of one resource at one moment.
    #[error("Two needs for \"{0}\" overlap in time.")]
    NeedsOverlap(Id),
    /// Amounts of one resource add up to 10^19 or more, where they could lose digits.
    #[error("The amounts of \"{0}\" add up to more than can be computed exactly.")]
    AmountsTooLarge(Id),
    /// The engine cannot number so many expressions.
    #[error("The coalition is too large to be assessed: {0}.")]
    TooLarge(String),
}

impl AssessError {
    /// What to do about it, in one sentence.
    pub fn remedy(&self) -> &'static str {
        match self {
            AssessError::NoSuchGuarantee(_) => {
                "Use the id of a guarantee that is in the coalition."
            }
            AssessError::NoNeeds(_) => {
                "Give it at least one need: a resource, an amount, a window."
            }
            AssessError::Requires { .. } => {
                "Require \"all\", or a number from 1 to the number of its needs."
            }
            AssessError::NoSuchCircumstance(_) => {
                "Use the id of a circumstance that is in the coalition."
            }
            AssessError::NoSuchParty(_) => "Use the id of a party that is in the coalition.",
            AssessError::Contradiction(_) => "Assume it, or assume it not, or neither.",
            AssessError::TriggerAssumedNot(_) => {
                "Leave it out: the trigger is always assumed when its guarantee is assessed."
            }
            AssessError::MixedWindows { .. } => {
                "Say on which day the trigger comes, with `--on DATE`."
            }
            AssessError::TooLate(_) => "Choose an earlier day.",
            AssessError::EmptyWindow { .. } => {
                "Choose another day for the trigger, or correct the window."
            }
            AssessError::NeedsOverlap(_) => "Say them as one need, or part their windows.",
            AssessError::AmountsTooLarge(_) => "Count the resource in a larger unit.",
            AssessError::TooLarge(_) => "Assess a part of it.",
        }
    }
}

impl AssessError {
    /// Whether another scenario would be assessed.
    pub fn is_about_the_scenario(&self) -> bool {
        match self {
            AssessError::NoSuchCircumstance(_)
            | AssessError::NoSuchParty(_)
            | AssessError::Contradiction(_)
            | AssessError::TriggerAssumedNot(_)
            | AssessError::MixedWindows { .. }
            | AssessError::TooLate(_)
            | AssessError::EmptyWindow { .. } => true,
            AssessError::NoSuchGuarantee(_)
            | AssessError::NoNeeds(_)
            | AssessError::Requires { .. }
            | AssessError::NeedsOverlap(_)
            | AssessError::AmountsTooLarge(_)
            | AssessError::TooLarge(_) => false,
        }
    }
}

impl From<assurance::Refusal> for AssessError {
    fn from(refusal: assurance::Refusal) -> AssessError {
        AssessError::TooLarge(refusal.to_string())
    }
}

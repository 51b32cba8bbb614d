use thiserror::Error;

/// Why a system or a question is not accepted. Being too hard is not among them: that is an
/// incomplete answer with its bounds.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Refusal {
    /// The weights of one threshold add up to more than 2^127 - 1.
    #[error("the weights of one threshold add up to more than 2^127 - 1")]
    WeightsOverflow,
    /// More nodes or inputs than 32-bit indices can name.
    #[error("the system has more nodes or inputs than can be numbered in 32 bits")]
    TooLarge,
    /// A definition was declared and never given its body.
    #[error("definition {name:?} has no body")]
    NoBody {
        /// The definition's name.
        name: String,
    },
    /// A definition was given a second body.
    #[error("definition {name:?} has two bodies")]
    TwoBodies {
        /// The definition's name.
        name: String,
    },
    /// A definition depends on its own negation, so its outcome would not be defined.
    #[error("a definition depends on its own negation: {}", path.join(" -> "))]
    NegativeRecursion {
        /// Names of the definitions passed, from the negated one back to `not` itself.
        path: Vec<String>,
    },
    /// A sum of quantities that are not of one pool.
    #[error("a sum adds up quantities of two pools")]
    TwoPools,
    /// A chance that is not a number from 0 to 1.
    #[error("the chance of {variable:?} is {chance}, which is not from 0 to 1")]
    Chance {
        /// The variable's name.
        variable: String,
        /// What was given.
        chance: f64,
    },
    /// A slice that must hold one entry for each variable does not.
    #[error("{given} entries were given for {variables} variables")]
    Entries {
        /// Entries given.
        given: usize,
        /// Variables of the system.
        variables: usize,
    },
}

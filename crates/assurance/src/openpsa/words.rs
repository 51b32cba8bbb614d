//! The words of the model exchange format that stand for operations.

/// What a formula joins events with (Open-PSA MEF 2.0d, section IV.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connective {
    And,
    Or,
    Not,
    /// An odd number of inputs.
    Xor,
    Nand,
    Nor,
    /// Both or neither.
    Iff,
    /// The second unless not the first.
    Imply,
    /// At least so many.
    AtLeast(u32),
    /// At least the first number, and at most the second.
    Cardinality(u32, u32),
}

impl Connective {
    /// The connective of that element; those with numbers are given 0.
    pub fn named(element: &str) -> Option<Self> {
        Some(match element {
            "and" => Self::And,
            "or" => Self::Or,
            "not" => Self::Not,
            "xor" => Self::Xor,
            "nand" => Self::Nand,
            "nor" => Self::Nor,
            "iff" => Self::Iff,
            "imply" => Self::Imply,
            "atleast" => Self::AtLeast(0),
            "cardinality" => Self::Cardinality(0, 0),
            _ => return None,
        })
    }

    /// The fewest and the most inputs.
    pub fn inputs(self) -> (u32, u32) {
        match self {
            Self::Not => (1, 1),
            Self::Iff | Self::Imply => (2, 2),
            Self::Xor => (2, u32::MAX),
            _ => (1, u32::MAX),
        }
    }
}

/// What an expression computes from numbers (Open-PSA MEF 2.0d, section V.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Negative,
    Add,
    Subtract,
    Multiply,
    Divide,
    Minimum,
    Maximum,
    Mean,
    Absolute,
    Exp,
    Log,
    Log10,
    Power,
    Root,
    Exponential,
    Glm,
    Weibull,
    PeriodicTest,
    UniformDeviate,
    NormalDeviate,
    LognormalDeviate,
    GammaDeviate,
    BetaDeviate,
}

impl Function {
    /// The function of that element.
    pub fn named(element: &str) -> Option<Self> {
        Some(match element {
            "neg" => Self::Negative,
            "add" => Self::Add,
            "sub" => Self::Subtract,
            "mul" => Self::Multiply,
            "div" => Self::Divide,
            "min" => Self::Minimum,
            "max" => Self::Maximum,
            "mean" => Self::Mean,
            "abs" => Self::Absolute,
            "exp" => Self::Exp,
            "log" => Self::Log,
            "log10" => Self::Log10,
            "pow" => Self::Power,
            "sqrt" => Self::Root,
            "exponential" => Self::Exponential,
            "GLM" => Self::Glm,
            "Weibull" => Self::Weibull,
            "periodic-test" => Self::PeriodicTest,
            "uniform-deviate" => Self::UniformDeviate,
            "normal-deviate" => Self::NormalDeviate,
            "lognormal-deviate" => Self::LognormalDeviate,
            "gamma-deviate" => Self::GammaDeviate,
            "beta-deviate" => Self::BetaDeviate,
            _ => return None,
        })
    }

    /// The fewest and the most arguments.
    pub fn arguments(self) -> (u32, u32) {
        match self {
            Self::Negative | Self::Absolute | Self::Exp | Self::Log | Self::Log10 | Self::Root => {
                (1, 1)
            }
            Self::Power
            | Self::Exponential
            | Self::UniformDeviate
            | Self::NormalDeviate
            | Self::GammaDeviate
            | Self::BetaDeviate => (2, 2),
            Self::LognormalDeviate => (2, 3),
            Self::Glm | Self::Weibull => (4, 4),
            // With eleven arguments it is another model, stepped through test by test.
            Self::PeriodicTest => (4, 5),
            Self::Add
            | Self::Subtract
            | Self::Multiply
            | Self::Divide
            | Self::Minimum
            | Self::Maximum
            | Self::Mean => (1, u32::MAX),
        }
    }
}

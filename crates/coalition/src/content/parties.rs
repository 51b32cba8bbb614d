//! The coalition, its parties, and the people they seat.

use crate::id::Id;
use crate::text::{Name, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The coalition itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coalition {
    /// Its name.
    pub name: Name,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
    /// Whether the record is a demonstration: said when it is founded, and never changed. In one,
    /// nobody proves who he is and no act is signed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demonstration: bool,
}

/// A state or organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its name.
    pub name: Name,
    /// What it is to the coalition.
    pub standing: Standing,
    /// The chance that it stays; absent means 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<Chance>,
    /// How many people it may seat at once; absent, as many as it wants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u32>,
    /// Anything worth saying.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
}

/// What a party is to the coalition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Convenes and admits.
    Lead,
    /// Promises and is heard.
    Member,
    /// Present, without promise.
    Observer,
    /// The one the coalition helps.
    Beneficiary,
}

impl Standing {
    /// All standings.
    pub const ALL: [Standing; 4] =
        [Standing::Lead, Standing::Member, Standing::Observer, Standing::Beneficiary];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Lead => "lead",
            Standing::Member => "member",
            Standing::Observer => "observer",
            Standing::Beneficiary => "beneficiary",
        }
    }
}

/// A chance: an exact decimal from 0 to 1 with at most 9 places, as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chance(Decimal);

impl Chance {
    /// Certainty.
    pub const ONE: Chance = Chance(Decimal::ONE);
    /// Impossibility.
    pub const ZERO: Chance = Chance(Decimal::ZERO);

    /// Reads `0.95`, `0` or `1`; the error says what is accepted.
    pub fn parse(text: &str) -> Result<Chance, &'static str> {
        let wrong = "a chance is a decimal from 0 to 1 with at most 9 places, such as 0.95";
        let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| {
            !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(whole) || !digits(places) {
            return Err(wrong);
        }
        let value = text.parse::<Decimal>().map_err(|_| wrong)?.normalize();
        if value <= Decimal::ONE { Ok(Chance(value)) } else { Err(wrong) }
    }

    /// The nearest double, for probability.
    pub fn as_f64(self) -> f64 {
        self.0.to_string().parse().expect("a decimal's digits are a double's")
    }
}

impl std::fmt::Display for Chance {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

impl Serialize for Chance {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Chance {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Chance, D::Error> {
        crate::text::deserialized(deserializer, Chance::parse)
    }
}

/// One human.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name on the seating plan.
    pub name: Name,
}

/// A person's role in a delegation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Who sits.
    pub person: Id,
    /// For whom.
    pub party: Id,
    /// As what.
    pub role: Role,
}

/// What a person is in a delegation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Speaks and acts for the party.
    Head,
    /// Acts in the head's place.
    Alternate,
    /// Advises: reads, assesses, cites; does not promise.
    Adviser,
    /// Keeps the papers: acts on instruction.
    Clerk,
    /// Renders what is said: reads, and nothing else.
    Interpreter,
    /// Speaks to the press: reads, cites, and knows what may be said.
    #[serde(rename = "press_officer")]
    PressOfficer,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 6] = [
        Role::Head,
        Role::Alternate,
        Role::Adviser,
        Role::Clerk,
        Role::Interpreter,
        Role::PressOfficer,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Role::Head => "head",
            Role::Alternate => "alternate",
            Role::Adviser => "adviser",
            Role::Clerk => "clerk",
            Role::Interpreter => "interpreter",
            Role::PressOfficer => "press officer",
        }
    }

    /// The word as acts spell it.
    pub fn key(self) -> &'static str {
        match self {
            Role::PressOfficer => "press_officer",
            other => other.word(),
        }
    }

    /// Whether the role acts for its party.
    pub fn acts(self) -> bool {
        matches!(self, Role::Head | Role::Alternate | Role::Clerk)
    }

    /// Whether the role adds to the coalition's evidence and releases assessments, which bind nobody.
    pub fn advises(self) -> bool {
        self.acts() || matches!(self, Role::Adviser | Role::PressOfficer)
    }
}

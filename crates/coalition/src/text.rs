//! Words that people type: bounded, trimmed, and without characters that would mislead a reader.

use serde::{Deserialize, Deserializer, Serialize, de};
use std::borrow::Cow;
use std::fmt;

/// The longest name, in characters.
pub const NAME_CHARACTERS_MAX: usize = 200;
/// The longest text, in characters.
pub const TEXT_CHARACTERS_MAX: usize = 4_000;

/// Control characters, and those that reorder or hide what stands beside them.
fn misleading(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// One line: the name of a thing or a short label. 1 to 200 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Name(Box<str>);

impl Name {
    /// The name that `text` spells once trimmed, or a sentence on what a name may be.
    pub fn parse(text: &str) -> Result<Name, &'static str> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err("must not be empty");
        }
        // A text has no more characters than bytes.
        if trimmed.len() > NAME_CHARACTERS_MAX && trimmed.chars().count() > NAME_CHARACTERS_MAX {
            return Err("must be at most 200 characters");
        }
        if trimmed.chars().any(misleading) {
            return Err("must be one line without control or direction characters");
        }
        Ok(Name(trimmed.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Any number of lines, possibly none. At most 4,000 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text(Box<str>);

impl Text {
    /// The text once trimmed, its line ends made `\n`, or a sentence on what a text may be.
    pub fn parse(text: &str) -> Result<Text, &'static str> {
        let trimmed = text.trim();
        let lines = if trimmed.contains('\r') {
            Cow::from(trimmed.replace("\r\n", "\n"))
        } else {
            Cow::from(trimmed)
        };
        if lines.len() > TEXT_CHARACTERS_MAX && lines.chars().count() > TEXT_CHARACTERS_MAX {
            return Err("must be at most 4,000 characters");
        }
        if lines
            .chars()
            .any(|character| character != '\n' && character != '\t' && misleading(character))
        {
            return Err("must not hold control or direction characters");
        }
        Ok(Text(lines.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Bytes as text: base64url without padding (RFC 4648 section 5), of 1 to 1,024 bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Encoded(Box<str>);

/// The longest [`Encoded`], in characters.
pub const ENCODED_CHARACTERS_MAX: usize = 1_366;

impl Encoded {
    /// The encoded bytes that `text` spells, or a sentence on what they may be. The bytes themselves
    /// are for whoever decodes them to judge.
    pub fn parse(text: &str) -> Result<Encoded, &'static str> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if text.is_empty() || text.len() > ENCODED_CHARACTERS_MAX || !text.bytes().all(plain) {
            return Err("must be base64url without padding, of at most 1,024 bytes");
        }
        Ok(Encoded(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads with `parse` the text that comes next: where it lies, so that nothing is kept but what
/// `parse` keeps.
pub(crate) fn deserialized<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    struct Read<P>(P);
    impl<T, E: fmt::Display, P: Fn(&str) -> Result<T, E>> de::Visitor<'_> for Read<P> {
        type Value = T;
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a string")
        }
        fn visit_str<Error: de::Error>(self, text: &str) -> Result<T, Error> {
            (self.0)(text).map_err(Error::custom)
        }
    }
    deserializer.deserialize_str(Read(parse))
}

macro_rules! word {
    ($type:ty) => {
        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialized(deserializer, <$type>::parse)
            }
        }
    };
}
word!(Name);
word!(Text);
word!(Encoded);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_what_would_mislead_is_refused() {
        assert_eq!(Name::parse("  Türkiye ").unwrap().as_str(), "Türkiye");
        for text in ["", "   ", "a\nb", "a\u{202e}b", "a\u{0}", &"é".repeat(201)] {
            assert!(Name::parse(text).is_err(), "{text:?}");
        }
        assert!(Name::parse(&"é".repeat(200)).is_ok());
    }

    #[test]
    fn a_text_keeps_its_lines() {
        assert_eq!(Text::parse("a\r\nb\n").unwrap().as_str(), "a\nb");
        assert!(Text::parse(&"x".repeat(4_001)).is_err());
        assert!(Text::parse("a\u{1b}[31m").is_err());
    }
}

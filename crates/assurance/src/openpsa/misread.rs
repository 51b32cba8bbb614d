use std::ops::Range;
use thiserror::Error;

/// Why a model was not read as a fault tree: where, what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Misread {
    /// Which of the files given, from 0.
    pub file: usize,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// The bytes of the file that are meant.
    pub span: Range<usize>,
    /// A sentence: what is wrong.
    pub message: String,
    /// A sentence: what to do.
    pub help: String,
}

impl Misread {
    /// What is wrong with the `text` of a file at one of its bytes. If a piece of markup begins there, all of
    /// it is meant.
    pub(super) fn at(
        file: usize,
        text: &str,
        byte: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Misread {
        let byte = text.floor_char_boundary(byte);
        let before = text.get(..byte).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        // A byte order mark shows nowhere, so it takes no column.
        let column = before[start..].trim_start_matches('\u{feff}').chars().count() + 1;
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let rest = &text[byte..];
        let end = match rest.find(['>', '\n']) {
            Some(end) if rest.starts_with('<') => byte + end + 1,
            _ => byte + rest.chars().next().map_or(0, char::len_utf8),
        };
        let (message, help) = (message.into(), help.into());
        Misread { file, line, column, span: byte..end, message, help }
    }
}

/// How much of a name is repeated in a message.
const NAME_CHARACTERS_MAX: usize = 80;

/// A name as messages give it: in quotes, and not longer than a line.
pub(super) fn quoted(name: &str) -> String {
    match name.char_indices().nth(NAME_CHARACTERS_MAX) {
        Some((end, _)) => format!("\"{}...\"", &name[..end]),
        None => format!("\"{name}\""),
    }
}

/// How many names a message lists.
const NAMES_MAX: usize = 12;

/// Names one after the other, and how many there are beyond the first dozen.
pub(super) fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>, between: &str) -> String {
    let more = names.len().saturating_sub(NAMES_MAX);
    let told: Vec<String> = names.take(NAMES_MAX).map(quoted).collect();
    match more {
        0 => told.join(between),
        more => format!("{} and {more} more", told.join(between)),
    }
}

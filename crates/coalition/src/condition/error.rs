//! What is wrong with a condition, where, and what to do about it.

use std::ops::Range;

/// A condition that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message} {remedy}")]
pub struct ConditionError {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// The bytes of the text that are meant; empty at its end.
    pub span: Range<usize>,
    /// A sentence: what is wrong.
    pub message: String,
    /// A sentence: what to do.
    pub remedy: String,
}

/// Where something stands in a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub line: u32,
    pub column: u32,
    pub span: Range<usize>,
}

impl Place {
    /// The error that something is wrong here.
    pub fn error(&self, message: impl Into<String>, remedy: impl Into<String>) -> ConditionError {
        ConditionError {
            line: self.line,
            column: self.column,
            span: self.span.clone(),
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

/// Why `not` and `unless` stop before commitments.
pub(super) const MONOTONE: &str = "A condition can ask others to promise, never that they do not: \
     two parties who each wait for the other's refusal would have no defined outcome.";

/// `text` in quotation marks, cut to a length that leaves room for the sentence around it.
pub(super) fn shown(text: &str) -> String {
    const CHARACTERS_MAX: usize = 60;
    match text.char_indices().nth(CHARACTERS_MAX) {
        Some((cut, _)) => format!("“{}…”", &text[..cut]),
        None => format!("“{text}”"),
    }
}

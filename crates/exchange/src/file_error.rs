//! What is wrong with a file: where, why, and what to do about it.

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// How many errors of one file are told; the rest are counted.
pub const ERRORS_MAX: usize = 20;

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FileError {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// A sentence: what is wrong.
    pub message: String,
    /// A sentence: what to do.
    pub help: String,
    /// The bytes of the file that are meant; empty at its end.
    pub span: Range<usize>,
}

/// Everything that is wrong with a file, in the order of the file: one error or more.
///
/// As a [`Diagnostic`] the first error stands in front and the others are related to it;
/// [`FileErrors::plain`] is a line for each.
#[derive(Clone)]
pub struct FileErrors {
    name: Arc<str>,
    source: Arc<NamedSource<String>>,
    errors: Vec<FileError>,
    untold: usize,
    cut_short: bool,
}

impl FileErrors {
    /// The name of the file, as the caller gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The errors told, at least one and at most [`ERRORS_MAX`].
    pub fn errors(&self) -> &[FileError] {
        &self.errors
    }

    /// How many more were found. Reading stops at some dozens: there may be more still.
    pub fn untold(&self) -> usize {
        self.untold
    }

    /// One line for each error: `NAME:LINE:COLUMN: What is wrong. What to do.`
    pub fn plain(&self) -> String {
        let line = |error: &FileError| {
            let FileError { line, column, message, help, .. } = error;
            format!("{}:{line}:{column}: {message} {help}", self.name)
        };
        let mut lines: Vec<String> = self.errors.iter().map(line).collect();
        let least = if self.cut_short { "at least " } else { "" };
        match self.untold {
            0 => {}
            1 => lines.push(format!("{}: and {least}1 more error", self.name)),
            untold => lines.push(format!("{}: and {least}{untold} more errors", self.name)),
        }
        lines.join("\n")
    }

    fn first(&self) -> &FileError {
        self.errors.first().expect("made of at least one error")
    }
}

/// What is wrong first; the place of it is the diagnostic's to show.
impl fmt::Display for FileErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.first().message)
    }
}

impl fmt::Debug for FileErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.plain())
    }
}

impl std::error::Error for FileErrors {}

/// The first error of a file, as the report of all of them shows it.
impl Diagnostic for FileErrors {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.first().help()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source.as_ref())
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.first().labels()
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.errors.iter().skip(1).map(|error| error as &dyn Diagnostic)))
    }
}

impl Diagnostic for FileError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some("here".to_owned()), self.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}

/// Collects what is wrong with one file.
pub(crate) struct Report<'text> {
    name: Arc<str>,
    text: &'text str,
    line_starts: std::cell::OnceCell<Vec<usize>>,
    found: std::cell::RefCell<Vec<FileError>>,
}

/// At this many, reading stops: a file of garbage must cost neither memory nor time.
const COLLECTED_MAX: usize = 50;

impl<'text> Report<'text> {
    pub(crate) fn new(name: &str, text: &'text str) -> Report<'text> {
        Report {
            name: name.into(),
            text,
            line_starts: Default::default(),
            found: Default::default(),
        }
    }

    /// The text of the file.
    pub(crate) fn text(&self) -> &'text str {
        self.text
    }

    /// The line of a byte, from 1.
    pub(crate) fn line_of(&self, byte: usize) -> usize {
        self.line_and_column(byte).0
    }

    /// Line and column, each from 1 and the column in characters, of a byte of the text.
    fn line_and_column(&self, byte: usize) -> (usize, usize) {
        let line_starts = self.line_starts.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(end, _)| end + 1)).collect()
        });
        let byte = byte.min(self.text.len());
        let line = line_starts.partition_point(|start| *start <= byte);
        let before = self.text.get(line_starts[line - 1]..byte).unwrap_or_default();
        // A byte order mark shows nowhere, so it takes no column.
        (line, before.trim_start_matches('\u{feff}').chars().count() + 1)
    }

    /// Whether so much is wrong that reading on is in vain.
    pub(crate) fn is_full(&self) -> bool {
        self.found.borrow().len() >= COLLECTED_MAX
    }

    /// Adds an error about the bytes of `span`.
    pub(crate) fn error(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let mut found = self.found.borrow_mut();
        if found.len() >= COLLECTED_MAX {
            return;
        }
        let (line, column) = self.line_and_column(span.start);
        found.push(FileError { line, column, message: message.into(), help: help.into(), span });
    }

    /// `value`, if nothing was found wrong.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, FileErrors> {
        let cut_short = self.is_full();
        let mut errors = self.found.into_inner();
        match value {
            Some(value) if errors.is_empty() => return Ok(value),
            _ => {}
        }
        assert!(!errors.is_empty(), "what was not read has an error that says why");
        errors.sort_by_key(|error| (error.span.start, error.span.end));
        let untold = errors.len().saturating_sub(ERRORS_MAX);
        errors.truncate(ERRORS_MAX);
        let source = Arc::new(NamedSource::new(&*self.name, self.text.to_owned()));
        Err(FileErrors { name: self.name, source, errors, untold, cut_short })
    }
}

/// The text that `bytes` spell, if they are UTF-8 and at most `bytes_max` of them.
pub(crate) fn readable<'bytes>(
    name: &str,
    bytes: &'bytes [u8],
    bytes_max: usize,
) -> Result<&'bytes str, FileErrors> {
    if bytes.len() > bytes_max {
        let report = Report::new(name, "");
        report.error(
            0..0,
            format!("This file is larger than {} MiB.", bytes_max >> 20),
            "Check that it is the file you meant; a coalition of hundreds needs a few hundred KiB.",
        );
        return report.finish(None);
    }
    std::str::from_utf8(bytes).or_else(|error| {
        let text = String::from_utf8_lossy(bytes);
        let report = Report::new(name, &text);
        let start = error.valid_up_to();
        report.error(
            start..start + char::REPLACEMENT_CHARACTER.len_utf8(),
            "This is not UTF-8 text.",
            "Save the file as UTF-8.",
        );
        report.finish(None)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_counts_characters_and_a_byte_order_mark_none() {
        for (text, byte, expected) in [
            ("", 0, (1, 1)),
            ("abc", 3, (1, 4)),
            ("é=1", 2, (1, 2)),
            ("a\nbé\nc", 5, (2, 3)),
            ("a\n", 2, (2, 1)),
            ("\u{feff}a", 3, (1, 1)),
            ("a", 99, (1, 2)),
        ] {
            assert_eq!(
                Report::new("f", text).line_and_column(byte),
                expected,
                "{text:?} at {byte}"
            );
        }
    }

    #[test]
    fn twenty_errors_are_told_in_order_and_the_rest_counted() {
        let text = "x".repeat(300);
        let report = Report::new("f.toml", &text);
        for place in (0..250).rev() {
            report.error(place..place + 1, format!("Wrong {place}."), "Mend it.");
        }
        let errors = report.finish::<()>(None).unwrap_err();
        assert_eq!(errors.errors().len(), ERRORS_MAX);
        assert_eq!(errors.errors()[0].message, "Wrong 200.");
        assert_eq!(errors.untold(), 30);
        assert!(errors.plain().ends_with("f.toml: and at least 30 more errors"));
        assert!(errors.plain().starts_with("f.toml:1:201: Wrong 200. Mend it.\nf.toml:1:202"));
    }
}

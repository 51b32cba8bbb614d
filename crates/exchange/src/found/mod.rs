//! What was found outside, as words: from text, or from a PDF, of which it reads where words stand.
//!
//! The reader takes files from anywhere: our own, what other programs made of them, scans with a layer
//! of recognised text. It reads what text needs (ISO 32000-1: objects, object streams, content, fonts'
//! maps to Unicode) and nothing else; whatever is broken, it reads what is left, within bounds.

mod characters;
mod file;
mod object;
mod page;
mod passive;

pub use passive::is_passive;

use std::ops::Range;

/// The longest PDF that is read, in bytes.
pub const PDF_BYTES_MAX: usize = 20 << 20;
/// The longest text that is read, in bytes.
pub const TEXT_BYTES_MAX: usize = 2 << 20;

/// A text that was found.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Found {
    /// Its words, in order.
    pub words: Vec<FoundWord>,
}

/// One word of it, with its punctuation.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundWord {
    /// As it stands there.
    pub text: String,
    /// What ends with it.
    pub ends: Ends,
    /// Where it begins and ends on its line, in points; where that is not known, `None`.
    pub place: Option<(f64, f64)>,
}

/// What ends with a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ends {
    /// The word alone.
    Word,
    /// A line.
    Line,
    /// A paragraph, as far as one can see.
    Block,
}

/// Why a file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    /// Neither `%PDF-` near the beginning, nor UTF-8.
    #[error(
        "it is neither a PDF nor UTF-8 text: save it as one of them; of a picture, recognise the text first"
    )]
    Neither,
    /// More than [`TEXT_BYTES_MAX`].
    #[error("the text is longer than 2 MB: give the part that matters")]
    TooLongText,
    /// More than [`PDF_BYTES_MAX`].
    #[error("the PDF is longer than 20 MB")]
    TooLong,
    /// It needs a password, or says so.
    #[error("the PDF is encrypted: print it into another, or give its text")]
    Encrypted,
    /// No page can be found in it.
    #[error("the PDF has no page that can be read: give its text")]
    NoPages,
    /// Pages of pictures, perhaps a scan.
    #[error(
        "the PDF holds no text, only pictures: recognise its text first, for instance with tesseract"
    )]
    NoText,
}

impl Found {
    /// Words of a text; its lines end where it says.
    pub fn of_text(text: &str) -> Found {
        let mut words: Vec<FoundWord> = Vec::new();
        for line in text.lines() {
            let before = words.len();
            words.extend(line.split_whitespace().map(|word| FoundWord {
                text: word.to_owned(),
                ends: Ends::Word,
                place: None,
            }));
            let ends = if words.len() == before { Ends::Block } else { Ends::Line };
            if let Some(last) = words.last_mut() {
                last.ends = ends;
            }
        }
        Found { words }
    }

    /// Words of a PDF.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn of_pdf(bytes: &[u8]) -> Result<Found, BadFile> {
        if bytes.len() > PDF_BYTES_MAX {
            return Err(BadFile::TooLong);
        }
        let file = file::File::read(bytes)?;
        let words = page::words(&file, 0..usize::MAX)?.1.concat();
        if words.is_empty() { Err(BadFile::NoText) } else { Ok(Found { words }) }
    }

    /// The words of the pages `wanted` of a PDF, counted from 0, each page for itself and perhaps
    /// without any; and how many pages it has, five hundred at most.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn of_pages(bytes: &[u8], wanted: Range<usize>) -> Result<(usize, Vec<Found>), BadFile> {
        if bytes.len() > PDF_BYTES_MAX {
            return Err(BadFile::TooLong);
        }
        let file = file::File::read(bytes)?;
        let (count, pages) = page::words(&file, wanted)?;
        Ok((count, pages.into_iter().map(|words| Found { words }).collect()))
    }

    /// Words of a file: of a PDF, or of a text.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn of_file(bytes: &[u8]) -> Result<Found, BadFile> {
        if bytes[..bytes.len().min(1024)].windows(5).any(|of| of == b"%PDF-") {
            return Found::of_pdf(bytes);
        }
        if bytes.len() > TEXT_BYTES_MAX {
            return Err(BadFile::TooLongText);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| BadFile::Neither)?;
        Ok(Found::of_text(text.trim_start_matches('\u{feff}')))
    }

    /// The text, its paragraphs on one line each.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for word in &self.words {
            text.push_str(&word.text);
            text.push_str(if word.ends == Ends::Block { "\n\n" } else { " " });
        }
        text.trim_end().to_owned()
    }
}

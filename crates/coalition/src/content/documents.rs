//! Documents and their versions, and that somebody has read one.

use super::meetings::choice;
use crate::id::Id;
use crate::text::{Encoded, Name, Text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

choice!(
    /// How far a document is handed out.
    ReadingMode {
        /// Whoever sees it may have a copy.
        Download "download" "may be downloaded",
        /// It is read on the house's own pages.
        Shown "shown" "shown page by page, not handed out",
    }
);
choice!(
    /// What a document is to its meeting.
    Purpose {
        /// A paper among others.
        Paper "paper" "a paper",
        /// The letter by which delegations are invited.
        Invitation "invitation" "the letter of invitation",
        /// What the meeting states.
        Statement "statement" "the statement",
        /// The agenda, as it is sent out.
        Agenda "agenda" "the agenda",
    }
);
choice!(
    /// What a version is, as its bytes say; what its sender says of it counts for nothing.
    Media {
        /// A PDF.
        Pdf "application/pdf" "PDF",
        /// Text in UTF-8 without control characters.
        Plain "text/plain" "plain text",
        /// A PNG picture.
        Png "image/png" "PNG picture",
        /// A JPEG picture.
        Jpeg "image/jpeg" "JPEG picture",
        /// An OpenDocument text.
        Odt "application/vnd.oasis.opendocument.text" "OpenDocument text",
        /// A Word document without macros.
        Docx "application/vnd.openxmlformats-officedocument.wordprocessingml.document" "Word document",
        /// An Excel workbook without macros.
        Xlsx "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" "Excel workbook",
        /// A letter that the house sets anew for each delegation, as PDF. Nobody sends one: the house
        /// keeps it with the wordings that its author approved.
        Letter "application/vnd.entente.letter+json" "letter, set for each delegation",
    }
);

impl Purpose {
    fn is_paper(&self) -> bool {
        *self == Purpose::Paper
    }
}

fn paper() -> Purpose {
    Purpose::Paper
}

impl Media {
    /// How the name of a file of this type ends.
    pub fn extension(self) -> &'static str {
        match self {
            Media::Pdf | Media::Letter => "pdf",
            Media::Plain => "txt",
            Media::Png => "png",
            Media::Jpeg => "jpg",
            Media::Odt => "odt",
            Media::Docx => "docx",
            Media::Xlsx => "xlsx",
        }
    }

    /// Whether it is handed out as a PDF.
    pub fn is_pdf(self) -> bool {
        matches!(self, Media::Pdf | Media::Letter)
    }

    /// Whether a house shows it on its own pages. Not every house draws those of a PDF, and of a letter
    /// each delegation's copy is one.
    pub fn is_shown(self) -> bool {
        self.is_pdf() || matches!(self, Media::Plain | Media::Png | Media::Jpeg)
    }
}

/// A paper given to a meeting, a session or to nothing in particular. What it says is in its
/// versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its name.
    pub title: Name,
    /// The meeting to which it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<Id>,
    /// The session in which it was given: what the room's door hides, it hides of this, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Id>,
    /// What it is to the meeting. Whoever hosts it says so, and nobody else.
    #[serde(default = "paper", skip_serializing_if = "Purpose::is_paper")]
    pub purpose: Purpose,
    /// How far it is handed out.
    pub reading: ReadingMode,
    /// From when on it is not served to anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
}

impl Document {
    /// Whether it is not served any more.
    pub fn expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| now >= expires)
    }
}

/// One version of a document. The record keeps this for good; the content itself lies elsewhere,
/// under a key of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Its id, under which the key lies.
    pub id: Id,
    /// SHA-256 of the content.
    pub hash: Encoded,
    /// How long the content is, in bytes.
    pub bytes: u64,
    /// What it is, as its bytes say.
    pub media: Media,
    /// What it is called when it is handed out: a plain file name.
    pub name: Name,
}

/// That somebody, the author of the act, was given a version to read. Seen by his delegation and by
/// that from which the document comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Which document.
    pub document: Id,
    /// Which version of it.
    pub version: Id,
    /// Which page, counted from 1, where it was shown page by page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

//! What a file is, as its bytes say. Only what the coalition's papers come as is taken, and what its
//! sender says of it counts for nothing.

use coalition::content::Media;

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// HTML, SVG or other XML: a browser could run what is in it.
    #[error("this is a web page, a drawing or other markup: send it as PDF or as a picture")]
    Markup,
    /// It holds programs.
    #[error("this document holds macros: save it without them, or as PDF")]
    Macros,
    /// None of those taken.
    #[error(
        "this is none of the types that are taken: PDF, plain text in UTF-8, PNG, JPEG, ODT, DOCX, XLSX"
    )]
    Unknown,
}

const HEAD_BYTES: usize = 256;
/// As long as the longest mark but one byte, so that none is missed between two pieces.
const TAIL_BYTES: usize = 31;

/// What tells the types of ZIP archives apart: names of their members, which are never compressed.
const MARKS: [&[u8]; 5] = [
    b"[Content_Types].xml",
    b"word/document.xml",
    b"xl/workbook.xml",
    b"vbaProject.bin",
    b"Basic/script-lc.xml",
];

/// Looks at a file as it passes.
#[derive(Default)]
pub(crate) struct Sniffer {
    head: Vec<u8>,
    tail: Vec<u8>,
    marks: [bool; MARKS.len()],
    text: Text,
}

impl Sniffer {
    /// Takes in what comes next.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        let missing = HEAD_BYTES - self.head.len();
        self.head.extend(bytes.iter().take(missing));
        self.text.take(bytes);
        if self.head.starts_with(b"PK") {
            self.tail.extend_from_slice(bytes);
            for (found, mark) in self.marks.iter_mut().zip(MARKS) {
                *found |= self.tail.windows(mark.len()).any(|part| part == mark);
            }
            self.tail.drain(..self.tail.len().saturating_sub(TAIL_BYTES));
        }
    }

    /// What it is.
    pub(crate) fn finish(self) -> Result<Media, Unfit> {
        let head = self.head.as_slice();
        if head.is_empty() {
            return Err(Unfit::Empty);
        }
        if head.starts_with(b"%PDF-") {
            return Ok(Media::Pdf);
        }
        if head.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Ok(Media::Png);
        }
        if head.starts_with(b"\xff\xd8\xff") {
            return Ok(Media::Jpeg);
        }
        if head.starts_with(b"PK\x03\x04") {
            return self.archive();
        }
        let written = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        if !self.text.is_whole() {
            return Err(Unfit::Unknown);
        }
        if written.starts_with(b"<") { Err(Unfit::Markup) } else { Ok(Media::Plain) }
    }

    fn archive(&self) -> Result<Media, Unfit> {
        // OpenDocument 1.2, part 3, section 3.3: the first member says the type, stored as it is.
        const ODT: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument.textPK";
        let odt = self.head.get(30..).is_some_and(|member| member.starts_with(ODT));
        let [types, word, excel, macros, basic] = self.marks;
        match (odt, types, word, excel) {
            _ if macros || basic => Err(Unfit::Macros),
            (true, false, _, _) => Ok(Media::Odt),
            (false, true, true, false) => Ok(Media::Docx),
            (false, true, false, true) => Ok(Media::Xlsx),
            _ => Err(Unfit::Unknown),
        }
    }
}

/// Whether bytes are UTF-8 without control characters, looked at piece by piece.
#[derive(Default)]
struct Text {
    broken: bool,
    /// The beginning of a character whose end is in the next piece.
    begun: Vec<u8>,
}

impl Text {
    fn take(&mut self, bytes: &[u8]) {
        if self.broken {
            return;
        }
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&all) {
            Ok(_) => all.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => {
                self.broken = true;
                return;
            }
        };
        let plain =
            |byte: &u8| !byte.is_ascii_control() || matches!(byte, b'\t' | b'\n' | 12 | b'\r');
        self.broken = !all[..whole].iter().all(plain);
        self.begun = all.split_off(whole);
    }

    fn is_whole(&self) -> bool {
        !self.broken && self.begun.is_empty()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A ZIP archive's local headers with these names and contents, stored as they are.
    pub(crate) fn archive(members: &[(&str, &str)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (name, content) in members {
            bytes.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
            let length = |text: &str| u16::try_from(text.len()).expect("short").to_le_bytes();
            for _ in 0..2 {
                bytes.extend([length(content)[0], length(content)[1], 0, 0]);
            }
            bytes.extend(length(name));
            bytes.extend([0, 0]);
            bytes.extend(name.as_bytes());
            bytes.extend(content.as_bytes());
        }
        bytes
    }

    fn sniffed(bytes: &[u8]) -> Result<Media, Unfit> {
        let of = |steps: usize| {
            let mut sniffer = Sniffer::default();
            bytes.chunks(steps).for_each(|part| sniffer.take(part));
            sniffer.finish()
        };
        let found = of(usize::MAX);
        for steps in [1, 2, 3, 7, 30] {
            assert_eq!(of(steps), found, "it does not matter how it is cut: {steps}");
        }
        found
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let odt = "application/vnd.oasis.opendocument.text";
        let types = ("[Content_Types].xml", "<Types/>");
        let files: Vec<(Vec<u8>, Result<Media, Unfit>)> = vec![
            (b"%PDF-1.7\n%\xe2\xe3".to_vec(), Ok(Media::Pdf)),
            (b"\x89PNG\r\n\x1a\n\0\0".to_vec(), Ok(Media::Png)),
            (b"\xff\xd8\xff\xe0".to_vec(), Ok(Media::Jpeg)),
            ("Agenda: caf\u{e9} \u{1f54a}\r\n\tone".into(), Ok(Media::Plain)),
            (archive(&[("mimetype", odt), ("content.xml", "x")]), Ok(Media::Odt)),
            (archive(&[types, ("word/document.xml", "x")]), Ok(Media::Docx)),
            (archive(&[types, ("xl/workbook.xml", "x")]), Ok(Media::Xlsx)),
            (vec![], Err(Unfit::Empty)),
            (b"<svg onload='alert(1)'/>".to_vec(), Err(Unfit::Markup)),
            (b"\xef\xbb\xbf \n<!DOCTYPE html><script>".to_vec(), Err(Unfit::Markup)),
            (b"<?xml version='1.0'?>".to_vec(), Err(Unfit::Markup)),
            (
                archive(&[types, ("word/document.xml", "x"), ("word/vbaProject.bin", "x")]),
                Err(Unfit::Macros),
            ),
            (archive(&[("mimetype", odt), ("Basic/script-lc.xml", "x")]), Err(Unfit::Macros)),
            (archive(&[("evil.exe", "MZ")]), Err(Unfit::Unknown)),
            (
                archive(&[types, ("word/document.xml", ""), ("xl/workbook.xml", "")]),
                Err(Unfit::Unknown),
            ),
            (b"MZ\x90\0".to_vec(), Err(Unfit::Unknown)),
            (b"GIF89a\0".to_vec(), Err(Unfit::Unknown)),
            (b"caf\xe9".to_vec(), Err(Unfit::Unknown)),
            (b"half a character \xf0\x9f".to_vec(), Err(Unfit::Unknown)),
            (b"a\0b".to_vec(), Err(Unfit::Unknown)),
            (b"a\x1b[31m".to_vec(), Err(Unfit::Unknown)),
            (b" %PDF-1.7".to_vec(), Ok(Media::Plain)),
        ];
        for (bytes, media) in files {
            assert_eq!(sniffed(&bytes), media, "{:?}", String::from_utf8_lossy(&bytes));
        }
    }
}

//! The files of one model, one after the other: a place in any of them is one number.

use super::misread::{Misread, quoted};

/// One of the files that a model is spread over.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// What messages call it; files that include each other know each other by its last part.
    pub name: &'a str,
    /// An XML document in UTF-8.
    pub bytes: &'a [u8],
}

/// All files of a model.
pub(super) struct Sources<'a> {
    files: Vec<Source<'a>>,
}

struct Source<'a> {
    name: &'a str,
    text: &'a str,
    /// The place of its first byte.
    begins: u32,
}

impl<'a> Sources<'a> {
    /// Takes the files as text.
    pub fn of(files: &[File<'a>]) -> Result<Self, Misread> {
        let mut taken = Vec::with_capacity(files.len());
        let mut begins = 0u32;
        for (number, file) in files.iter().enumerate() {
            let text = match std::str::from_utf8(file.bytes) {
                Ok(text) => text,
                Err(error) => return Err(not_utf8(number, file.bytes, error.valid_up_to())),
            };
            taken.push(Source { name: file.name, text, begins });
            // The place behind the last byte is still this file's.
            let length = u32::try_from(text.len()).ok();
            begins = length
                .and_then(|length| begins.checked_add(length)?.checked_add(1))
                .ok_or_else(|| {
                    let help = "Split the model, or check that it is the file you meant.";
                    Misread::at(number, "", 0, "the model is larger than 4 GiB", help)
                })?;
        }
        Ok(Self { files: taken })
    }

    pub fn count(&self) -> usize {
        self.files.len()
    }

    pub fn name(&self, file: usize) -> &'a str {
        self.files[file].name
    }

    pub fn text(&self, file: usize) -> &'a str {
        self.files[file].text
    }

    /// The place where a file begins.
    pub fn begins(&self, file: usize) -> u32 {
        self.files[file].begins
    }

    /// The file that a place lies in, and the byte of it.
    fn found(&self, at: u32) -> Option<(usize, usize)> {
        let file = self.files.partition_point(|source| source.begins <= at).checked_sub(1)?;
        Some((file, (at - self.files[file].begins) as usize))
    }

    /// What is wrong at a place.
    pub fn refuse(&self, at: u32, what: impl Into<String>, help: impl Into<String>) -> Misread {
        match self.found(at) {
            Some((file, byte)) => Misread::at(file, self.text(file), byte, what, help),
            None => Misread::at(0, "", 0, what, help),
        }
    }

    /// The line of a place, as what is said of another file puts it.
    pub fn line(&self, at: u32, said_in: usize) -> String {
        let Misread { file, line, .. } = self.refuse(at, "", "");
        match file == said_in {
            true => format!("line {line}"),
            false => format!("line {line} of {}", quoted(self.name(file))),
        }
    }

    /// Whether a file of that name, wherever it lies, was given.
    pub fn has(&self, named: &str) -> bool {
        let last = |name: &'_ str| name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
        let wanted = last(named);
        !wanted.is_empty() && self.files.iter().any(|source| last(source.name) == wanted)
    }
}

fn not_utf8(file: usize, bytes: &[u8], valid: usize) -> Misread {
    let readable = std::str::from_utf8(&bytes[..valid]).unwrap_or_default();
    let mut misread =
        Misread::at(file, readable, valid, "this is not UTF-8 text", "Save the file as UTF-8.");
    misread.span = valid..valid + 1;
    misread
}

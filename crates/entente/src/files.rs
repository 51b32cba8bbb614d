//! Files that somebody names, read within bounds: what is longer is not held in memory.

use crate::failure::Failure;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// What a file holds, up to a byte more than so many: by that one, whoever reads it sees that it is too
/// long.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn beginning(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(bytes_max + 1).read_to_end(&mut bytes))
        .map_err(|error| Failure::input(format!("{}: {error}", path.display()), ""))?;
    Ok(bytes)
}

/// What a file holds.
///
/// # Errors
/// If it cannot be read, or is longer than so many bytes.
pub(crate) fn bytes(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    let bytes = beginning(path, bytes_max)?;
    if bytes.len() as u64 > bytes_max {
        return Err(Failure::input(
            format!("{}: longer than {} MB", path.display(), bytes_max >> 20),
            "Give the part that matters.",
        ));
    }
    Ok(bytes)
}

/// The text in a file.
///
/// # Errors
/// As [`bytes`], and if it is no text.
pub(crate) fn text(path: &Path, bytes_max: u64) -> Result<String, Failure> {
    String::from_utf8(bytes(path, bytes_max)?).map_err(|_| {
        Failure::input(format!("{}: not UTF-8 text", path.display()), "Save it as UTF-8.")
    })
}

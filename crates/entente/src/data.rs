//! The data directory: the record, and the key that signs it.

use crate::failure::Failure;
use headquarters::Kept;
use record::{SigningKey, SqliteStore, StoreError, VerifierKey, first_checkpoint};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Where the key lies in a data directory.
fn key_path(directory: &Path) -> PathBuf {
    directory.join("signing.key")
}

/// Where the sealed contents of documents lie in a data directory.
pub(crate) fn contents(directory: &Path) -> PathBuf {
    directory.join("contents")
}

/// Makes a record without acts in `directory`, with a fresh key beside it.
///
/// The key is written first: a record without its key could never be opened, a key without its
/// record does no harm.
pub(crate) fn create(directory: &Path) -> Result<(Kept, SigningKey), Failure> {
    let cannot = |error: std::io::Error| {
        Failure::record(
            format!("the directory {} cannot be written: {error}", directory.display()),
            "Name another with --data, or make it writable.",
        )
    };
    fs::create_dir_all(directory).map_err(cannot)?;
    // Opened for writing: a reader cannot tell a creation that was cut short from a damaged record.
    match SqliteStore::open(directory) {
        Err(StoreError::NoRecord { .. } | StoreError::Unfinished { .. }) => {}
        Ok(_) => {
            return Err(Failure::record(
                format!("there is already a record in {}", directory.display()),
                "A record is never overwritten: choose another directory with --data.",
            ));
        }
        // A fresh key beside what cannot be read would be one riddle more.
        Err(error) => return Err(error.into()),
    }
    let path = key_path(directory);
    if path.exists() {
        return finish_creation(directory);
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| Failure::record(format!("the system gives no randomness: {error}"), ""))?;
    let mut tail = [0; 6];
    getrandom::fill(&mut tail)
        .map_err(|error| Failure::record(format!("the system gives no randomness: {error}"), ""))?;
    let name: String = tail.iter().map(|byte| format!("{byte:02x}")).collect();
    let key = SigningKey::new(&format!("entente/{name}"), seed)
        .map_err(|error| Failure::record(error, ""))?;
    // Under its name only once it is whole, and never in the place of another.
    let unnamed = directory.join(format!("signing.key.{name}"));
    let write = || {
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unnamed)?;
        file.write_all(format!("{}\n", key.to_secret_text()).as_bytes())?;
        file.sync_all()?;
        fs::hard_link(&unnamed, &path)
    };
    let written = write();
    let _ = fs::remove_file(&unnamed);
    written.map_err(cannot)?;
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(cannot)?;
    finish_creation(directory)
}

/// Makes the record for the key that is there.
fn finish_creation(directory: &Path) -> Result<(Kept, SigningKey), Failure> {
    let key = read_key(directory)?;
    let store = SqliteStore::create(directory, &first_checkpoint(&key))?;
    Ok((Kept(Box::new(store)), key))
}

/// Opens the record in `directory` for writing, or makes one where there is none.
pub(crate) fn open_or_create(directory: &Path) -> Result<(Kept, SigningKey), Failure> {
    match SqliteStore::open(directory) {
        Err(StoreError::NoRecord { .. } | StoreError::Unfinished { .. }) => create(directory),
        opened => Ok((Kept(Box::new(opened?)), read_key(directory)?)),
    }
}

/// Opens the record in `directory` for writing.
pub(crate) fn open(directory: &Path) -> Result<(Kept, SigningKey), Failure> {
    let store = SqliteStore::open(directory)?;
    Ok((Kept(Box::new(store)), read_key(directory)?))
}

/// Opens the record in `directory` for reading, beside a running house.
pub(crate) fn open_read_only(directory: &Path) -> Result<(Kept, SigningKey), Failure> {
    let store = SqliteStore::open_read_only(directory)?;
    Ok((Kept(Box::new(store)), read_key(directory)?))
}

fn read_key(directory: &Path) -> Result<SigningKey, Failure> {
    let path = key_path(directory);
    let text = fs::read_to_string(&path).map_err(|error| {
        Failure::record(
            format!("the key {} cannot be read: {error}", path.display()),
            "Restore it from a backup: nothing else signs this record.",
        )
    })?;
    SigningKey::from_secret_text(text.trim_end())
        .map_err(|error| Failure::record(format!("{}: {error}", path.display()), ""))
}

/// A public key given as text, or as a file that holds it.
pub(crate) fn public_key(given: &str) -> Result<VerifierKey, Failure> {
    let text = if given.contains('+') {
        given.to_owned()
    } else {
        fs::read_to_string(given).map_err(|error| {
            Failure::input(format!("the key file {given} cannot be read: {error}"), "")
        })?
    };
    text.trim().parse().map_err(|error| {
        Failure::input(
            format!("the key does not read: {error}"),
            "It is one line, NAME+HASH+BASE64: the house shows it at /record/key.",
        )
    })
}

//! A content on its way in: counted, looked at, hashed and sealed as it comes, so that no more of it
//! than a piece is ever in memory, and nothing but sealed bytes on the disk.

use super::names;
use super::seal::{Key, Sealer};
use super::shelf::Rough;
use super::sniff::{Sniffer, Unfit};
use super::{Entry, Vault};
use crate::hexadecimal::hexadecimal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coalition::Id;
use coalition::content::{Media, Version};
use coalition::text::Encoded;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// Why a content is not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotKept {
    /// It is longer than is taken.
    #[error("the file is longer than {} MiB, the most that is taken", .0 >> 20)]
    TooLong(u64),
    /// It is of no type that is taken.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// It did not come whole.
    #[error("the file did not come whole: send it again")]
    BrokenOff,
    /// There is no room for it.
    #[error("there is no room for this file")]
    NoRoom,
    /// It cannot be written.
    #[error("the file could not be kept: {0}")]
    Failed(io::Error),
}

impl From<io::Error> for NotKept {
    fn from(error: io::Error) -> NotKept {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => NotKept::NoRoom,
            _ => NotKept::Failed(error),
        }
    }
}

/// Writes, and hashes what it writes.
struct Hashing {
    out: Rough,
    hash: Sha256,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A content on its way in. Dropped before it is finished, it leaves nothing.
pub(crate) struct Intake<'v> {
    vault: &'v Vault,
    version: Id,
    key: Key,
    bytes_max: u64,
    bytes: u64,
    hash: Sha256,
    sniffer: Sniffer,
    sealer: Sealer<Hashing>,
}

/// A content that is durable, and of which the record does not speak yet.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) version: Version,
}

impl<'v> Intake<'v> {
    /// Begins to take in the content of a version to be, sealed under a fresh key.
    pub(crate) fn begin(
        vault: &'v Vault,
        version: Id,
        key: Key,
        bytes_max: u64,
    ) -> Result<Intake<'v>, NotKept> {
        let out = Hashing { out: vault.shelf.begin(version.as_str())?, hash: Sha256::new() };
        let sealer = Sealer::new(&key, version.as_str().as_bytes(), out);
        let (hash, sniffer) = (Sha256::new(), Sniffer::default());
        Ok(Intake { vault, version, key, bytes_max, bytes: 0, hash, sniffer, sealer })
    }

    /// Takes in what comes next.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), NotKept> {
        self.bytes += bytes.len() as u64;
        if self.bytes > self.bytes_max {
            return Err(NotKept::TooLong(self.bytes_max));
        }
        self.sniffer.take(bytes);
        self.hash.update(bytes);
        Ok(self.sealer.write(bytes)?)
    }

    /// Keeps it: the sealed bytes are durable, and then the key, when this returns.
    pub(crate) fn finish(self, given_name: &str) -> Result<Stored, NotKept> {
        let media = self.sniffer.finish()?;
        let hash = encoded(self.hash);
        shelve(self.vault, &self.version, self.key, self.sealer)?;
        let name = names::plain(given_name, media);
        let version = Version { id: self.version, hash, bytes: self.bytes, media, name };
        Ok(Stored { version })
    }
}

fn encoded(hash: Sha256) -> Encoded {
    let text = URL_SAFE_NO_PAD.encode(hash.finalize());
    Encoded::parse(&text).expect("32 bytes in base64url")
}

fn shelve(vault: &Vault, version: &Id, key: Key, sealer: Sealer<Hashing>) -> io::Result<()> {
    let Hashing { out, hash } = sealer.finish()?;
    let name = hexadecimal(&hash.finalize());
    vault.shelf.keep(out, &name)?;
    vault.keys.put(version, &Entry { key, name })
}

/// Keeps a content as it is, whatever its type.
pub(super) fn kept(vault: &Vault, version: &Id, key: Key, content: &[u8]) -> io::Result<()> {
    let out = Hashing { out: vault.shelf.begin(version.as_str())?, hash: Sha256::new() };
    let mut sealer = Sealer::new(&key, version.as_str().as_bytes(), out);
    sealer.write(content)?;
    shelve(vault, version, key, sealer)
}

/// Keeps a letter, and says what the version with it is; durable when this returns.
pub(crate) fn letter_kept(
    vault: &Vault,
    id: Id,
    key: Key,
    letter: &[u8],
    title: &str,
) -> io::Result<Version> {
    kept(vault, &id, key, letter)?;
    let (hash, bytes) = (encoded(Sha256::new_with_prefix(letter)), letter.len() as u64);
    Ok(Version { id, hash, bytes, media: Media::Letter, name: names::plain(title, Media::Letter) })
}

/// What a version of this content would be, for tests and generated worlds.
pub fn version_of(id: Id, name: &str, content: &[u8]) -> Option<Version> {
    let mut sniffer = Sniffer::default();
    sniffer.take(content);
    let media: Media = sniffer.finish().ok()?;
    let (hash, bytes) = (encoded(Sha256::new_with_prefix(content)), content.len() as u64);
    Some(Version { id, hash, bytes, media, name: names::plain(name, media) })
}

//! The contents of documents: sealed each under a key of its own, the keys on the desk beside the
//! record, the sealed bytes on a shelf. Who destroys the key destroys the content, wherever copies of
//! the sealed bytes lie.
//!
//! A content is durable, and then its key, before the record speaks of it; the record says that it is
//! destroyed before its key goes. So whatever a killed process leaves that the record does not speak
//! of belongs to nobody, and is thrown away at the next start.

#[cfg(feature = "s3")]
mod bucket;
mod intake;
pub(crate) mod names;
mod seal;
mod shelf;
mod sniff;
#[cfg(test)]
mod tests;

#[cfg(feature = "s3")]
pub use bucket::{BadBucket, Bucket};
pub use intake::version_of;
pub(crate) use intake::{Intake, NotKept, letter_kept};
pub(crate) use seal::Opener;

use coalition::Id;
use coalition::content::Version;
use record::Desk;
use seal::Key;
use shelf::{Folder, InMemory, Shelf};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where the contents of documents lie.
#[derive(Clone, Debug)]
pub enum Contents {
    /// In memory, gone with the house; it begins with these, by the ids of their versions.
    Memory(Vec<(Id, Vec<u8>)>),
    /// In a folder of this machine. It takes a desk, too, or the keys are gone with the house.
    Folder(PathBuf),
    /// In a bucket. It takes a desk, or nobody knows what lies there.
    #[cfg(feature = "s3")]
    Bucket(Bucket),
}

/// The longest content taken where nobody says otherwise, in bytes.
pub const CONTENT_BYTES_MAX: u64 = 50 << 20;
/// How many contents one person may send at once.
const AT_ONCE_EACH: usize = 2;
/// How many may come in at once in all.
const AT_ONCE: usize = 16;
/// Where keys lie on the desk.
const DRAWER: &str = "contents";

/// The contents of a house's documents.
pub(crate) struct Vault {
    shelf: Box<dyn Shelf>,
    keys: Keys,
    under_way: Arc<Mutex<HashMap<Id, usize>>>,
}

/// Keys by the ids of versions: on the desk, or in memory where there is none.
enum Keys {
    Desk(Arc<Desk>),
    Memory(Mutex<BTreeMap<Vec<u8>, Vec<u8>>>),
}

/// What lies on the desk for a version: its key, and the name of the sealed bytes.
struct Entry {
    key: Key,
    name: String,
}

impl Entry {
    fn written(&self) -> Vec<u8> {
        [&self.key[..], self.name.as_bytes()].concat()
    }

    fn read(written: &[u8]) -> Option<Entry> {
        let (key, name) = written.split_first_chunk()?;
        Some(Entry { key: *key, name: String::from_utf8(name.to_vec()).ok()? })
    }
}

fn of_desk(error: &record::StoreError) -> io::Error {
    io::Error::other(error.to_string())
}

impl Keys {
    fn all(&self) -> io::Result<Vec<record::Lying>> {
        match self {
            Keys::Desk(desk) => desk.all(DRAWER).map_err(|error| of_desk(&error)),
            Keys::Memory(keys) => Ok(held(keys).clone().into_iter().collect()),
        }
    }

    fn get(&self, version: &Id) -> io::Result<Option<Entry>> {
        let name = version.as_str().as_bytes();
        let written = match self {
            Keys::Desk(desk) => desk.get(DRAWER, name).map_err(|error| of_desk(&error))?,
            Keys::Memory(keys) => held(keys).get(name).cloned(),
        };
        Ok(written.and_then(|written| Entry::read(&written)))
    }

    fn put(&self, version: &Id, entry: &Entry) -> io::Result<()> {
        let name = version.as_str().as_bytes();
        match self {
            Keys::Desk(desk) => {
                desk.put(DRAWER, name, &entry.written()).map_err(|error| of_desk(&error))
            }
            Keys::Memory(keys) => {
                held(keys).insert(name.to_vec(), entry.written());
                Ok(())
            }
        }
    }

    /// Forgets keys so that their bytes are overwritten where they lay.
    fn erase(&self, names: &[Vec<u8>]) -> io::Result<()> {
        match self {
            Keys::Desk(desk) => desk.erase(DRAWER, names).map_err(|error| of_desk(&error)),
            Keys::Memory(keys) => {
                names.iter().for_each(|name| drop(held(keys).remove(name)));
                Ok(())
            }
        }
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why the contents of a house cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the contents of documents cannot be used: {0}")]
pub struct ContentsError(#[from] io::Error);

impl Vault {
    /// Opens the contents. What belongs to none of the versions `kept` is thrown away.
    pub(crate) fn open(
        contents: Contents,
        desk: Option<Arc<Desk>>,
        kept: &BTreeSet<Id>,
        draw: &dyn Fn() -> Key,
    ) -> Result<Vault, ContentsError> {
        let (shelf, first): (Box<dyn Shelf>, _) = match contents {
            Contents::Memory(first) => (Box::<InMemory>::default(), first),
            Contents::Folder(directory) => (Box::new(Folder::open(&directory)?), Vec::new()),
            #[cfg(feature = "s3")]
            Contents::Bucket(bucket) => {
                let desk = desk.clone().ok_or_else(|| io::Error::other("a bucket takes a desk"))?;
                (Box::new(bucket.open(desk)?), Vec::new())
            }
        };
        let keys = desk.map_or_else(|| Keys::Memory(Mutex::default()), Keys::Desk);
        let vault = Vault { shelf, keys, under_way: Arc::default() };
        for (version, content) in &first {
            intake::kept(&vault, version, draw(), content)?;
        }
        vault.tidy(kept)?;
        Ok(vault)
    }

    /// Throws away keys of no version, and sealed bytes of no key.
    fn tidy(&self, kept: &BTreeSet<Id>) -> io::Result<()> {
        let wanted = |name: &[u8]| {
            let id = std::str::from_utf8(name).ok().and_then(|name| Id::parse(name).ok());
            id.is_some_and(|id| kept.contains(&id))
        };
        let (stay, go): (Vec<_>, Vec<_>) =
            self.keys.all()?.into_iter().partition(|(name, _)| wanted(name));
        let go: Vec<Vec<u8>> = go.into_iter().map(|(name, _)| name).collect();
        if !go.is_empty() {
            self.keys.erase(&go)?;
        }
        let stay = stay.iter().filter_map(|(_, entry)| Entry::read(entry));
        let stay: BTreeSet<String> = stay.map(|entry| entry.name).collect();
        for name in self.shelf.names()? {
            if stay.contains(&name) {
                continue;
            }
            match self.shelf.remove(&name) {
                // A shelf that is elsewhere may be away: then it goes at a later start.
                Err(error) if error.kind() == io::ErrorKind::NotConnected => break,
                removed => removed?,
            }
        }
        Ok(())
    }

    /// A place for one content that a person sends, or `None` while too many come in.
    pub(crate) fn admit(&self, person: &Id) -> Option<UnderWay> {
        let mut all = held(&self.under_way);
        let own = all.get(person).copied().unwrap_or(0);
        if own >= AT_ONCE_EACH || all.values().sum::<usize>() >= AT_ONCE {
            return None;
        }
        all.insert(person.clone(), own + 1);
        Some(UnderWay { all: Arc::clone(&self.under_way), person: person.clone() })
    }

    /// How many keys and how many sealed contents there are.
    #[cfg(test)]
    pub(crate) fn count(&self) -> (usize, usize) {
        (self.keys.all().unwrap().len(), self.shelf.names().unwrap().len())
    }

    /// The content of a version; `None` where it is gone.
    pub(crate) fn open_content(
        &self,
        version: &Version,
    ) -> io::Result<Option<Opener<Box<dyn Read + Send>>>> {
        let Some(Entry { key, name }) = self.keys.get(&version.id)? else { return Ok(None) };
        match self.shelf.open(&name) {
            Ok(sealed) => Opener::new(&key, version.id.as_str().as_bytes(), sealed).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Destroys the content of a version: first its key, then what it sealed.
    pub(crate) fn destroy(&self, version: &Id) -> io::Result<()> {
        let entry = self.keys.get(version)?;
        self.keys.erase(&[version.as_str().as_bytes().to_vec()])?;
        match entry.map(|entry| self.shelf.remove(&entry.name)) {
            // Without its key it is nothing.
            Some(Err(error)) if error.kind() == io::ErrorKind::NotConnected => {
                eprintln!("entente: what a destroyed key sealed goes at a later start: {error}");
                Ok(())
            }
            removed => removed.unwrap_or(Ok(())),
        }
    }
}

/// Somebody's place among those who send.
#[derive(Debug)]
pub(crate) struct UnderWay {
    all: Arc<Mutex<HashMap<Id, usize>>>,
    person: Id,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut all = held(&self.all);
        if let Some(own) = all.get_mut(&self.person) {
            *own -= 1;
            if *own == 0 {
                all.remove(&self.person);
            }
        }
    }
}

//! Where sealed contents lie, each under a name of its own. Four verbs: take one in, open one, throw
//! one away, name them all. What was taken in is durable when that returns, or it is not there at all.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Cursor, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A content while it comes in. Dropped before it was kept, it leaves nothing.
pub(crate) enum Rough {
    Memory(Vec<u8>),
    File(Unfinished),
}

/// A file that has no name yet by which anybody would look for it.
pub(crate) struct Unfinished {
    pub(crate) file: File,
    pub(crate) path: PathBuf,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It was renamed, or is thrown away; what a killed process leaves goes at the next start.
        let _ = fs::remove_file(&self.path);
    }
}

impl Write for Rough {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Rough::Memory(all) => all.write(bytes),
            Rough::File(unfinished) => unfinished.file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A place for sealed contents.
pub(crate) trait Shelf: Send + Sync {
    /// Begins to take one in. `unique` tells it from all others that come in.
    fn begin(&self, unique: &str) -> io::Result<Rough>;
    /// Keeps what came in under a name, the SHA-256 of its bytes; durable when it returns.
    fn keep(&self, rough: Rough, name: &str) -> io::Result<()>;
    /// Opens one.
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + Send>>;
    /// Throws one away; it is no error if it is gone.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// All that lie here.
    fn names(&self) -> io::Result<Vec<String>>;
}

/// How much is kept in memory in all, in bytes.
const MEMORY_BYTES_MAX: usize = 256 << 20;

/// A place that is gone with the process.
#[derive(Default)]
pub(crate) struct InMemory(Mutex<BTreeMap<String, Arc<[u8]>>>);

impl Shelf for InMemory {
    fn begin(&self, _: &str) -> io::Result<Rough> {
        Ok(Rough::Memory(Vec::new()))
    }

    fn keep(&self, rough: Rough, name: &str) -> io::Result<()> {
        let Rough::Memory(bytes) = rough else { return Err(foreign()) };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken: usize = all.values().map(|kept| kept.len()).sum();
        if taken + bytes.len() > MEMORY_BYTES_MAX {
            return Err(io::ErrorKind::StorageFull.into());
        }
        all.insert(name.to_owned(), bytes.into());
        Ok(())
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = all.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(Arc::clone(bytes))))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        Ok(())
    }

    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect())
    }
}

pub(super) fn foreign() -> io::Error {
    io::Error::other("it came in at another place")
}

/// Where contents come in before they have a name.
pub(crate) struct Incoming(PathBuf);

impl Incoming {
    /// A directory for what comes in; what a killed process left in it is thrown away.
    pub(crate) fn open(directory: PathBuf) -> io::Result<Incoming> {
        make_directory(&directory)?;
        for left in fs::read_dir(&directory)? {
            fs::remove_file(left?.path())?;
        }
        Ok(Incoming(directory))
    }

    pub(crate) fn begin(&self, unique: &str) -> io::Result<Rough> {
        let path = self.0.join(unique);
        let file =
            OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Rough::File(Unfinished { file, path }))
    }
}

fn make_directory(directory: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

/// A directory of this machine: `sealed` with a file for each content, and `incoming`.
pub(crate) struct Folder {
    sealed: PathBuf,
    incoming: Incoming,
}

impl Folder {
    /// Opens the folder, or makes it.
    pub(crate) fn open(directory: &Path) -> io::Result<Folder> {
        let sealed = directory.join("sealed");
        make_directory(&sealed)?;
        let incoming = Incoming::open(directory.join("incoming"))?;
        // The names of the directories themselves must outlast a loss of power, too.
        for made in [directory.parent(), Some(directory)].into_iter().flatten() {
            sync_directory(made)?;
        }
        Ok(Folder { sealed, incoming })
    }
}

fn sync_directory(directory: &Path) -> io::Result<()> {
    let here = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    File::open(here)?.sync_all()
}

impl Shelf for Folder {
    fn begin(&self, unique: &str) -> io::Result<Rough> {
        self.incoming.begin(unique)
    }

    fn keep(&self, rough: Rough, name: &str) -> io::Result<()> {
        let Rough::File(unfinished) = rough else { return Err(foreign()) };
        // Whole on the disk before it has a name, and its name on the disk before anybody is told.
        unfinished.file.sync_all()?;
        fs::rename(&unfinished.path, self.sealed.join(name))?;
        sync_directory(&self.sealed)
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(self.sealed.join(name))?))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.sealed.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => sync_directory(&self.sealed),
        }
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let names = fs::read_dir(&self.sealed)?;
        names.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::hexadecimal::hexadecimal;
    use sha2::{Digest, Sha256};
    use std::collections::BTreeSet;

    /// A directory of this test's own, gone when it ends.
    pub(crate) struct Scratch(pub(crate) PathBuf);

    impl Scratch {
        pub(crate) fn new(name: &str) -> Scratch {
            let path = std::env::temp_dir()
                .join(format!("entente-contents-{}-{name}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            Scratch(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// What the contract keeps: names are hashes.
    fn named(bytes: &[u8]) -> String {
        hexadecimal(&Sha256::digest(bytes))
    }

    /// What every place has to do.
    pub(crate) fn keeps_its_contract(shelf: &dyn Shelf) {
        let read = |name: &str| -> io::Result<Vec<u8>> {
            let mut bytes = Vec::new();
            shelf.open(name)?.read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let (first, empty) = (named(b"one content"), named(b""));
        assert!(shelf.names().unwrap().is_empty());
        let mut rough = shelf.begin("first").unwrap();
        rough.write_all(b"one ").unwrap();
        rough.write_all(b"content").unwrap();
        assert!(shelf.names().unwrap().is_empty(), "it is not there before it is kept");
        shelf.keep(rough, &first).unwrap();
        let mut abandoned = shelf.begin("second").unwrap();
        abandoned.write_all(b"half").unwrap();
        drop(abandoned);
        let nothing = shelf.begin("third").unwrap();
        shelf.keep(nothing, &empty).unwrap();
        let all = |shelf: &dyn Shelf| shelf.names().unwrap().into_iter().collect::<BTreeSet<_>>();
        assert_eq!(all(shelf), BTreeSet::from([first.clone(), empty.clone()]));
        assert_eq!(read(&first).unwrap(), b"one content");
        assert_eq!(read(&empty).unwrap(), b"");
        let never = named(b"never kept");
        assert_eq!(read(&never).map_err(|error| error.kind()), Err(io::ErrorKind::NotFound));
        shelf.remove(&first).unwrap();
        shelf.remove(&first).unwrap();
        assert!(read(&first).is_err());
        assert_eq!(all(shelf), BTreeSet::from([empty]));
    }

    #[test]
    fn memory_keeps_the_contract() {
        keeps_its_contract(&InMemory::default());
    }

    #[test]
    fn a_folder_keeps_the_contract_and_what_is_in_it_outlasts_the_process() {
        let scratch = Scratch::new("contract");
        keeps_its_contract(&Folder::open(&scratch.0).unwrap());
        let left = scratch.0.join("incoming/left");
        fs::write(&left, b"by a process that was killed").unwrap();
        let again = Folder::open(&scratch.0).unwrap();
        assert_eq!(again.names().unwrap(), [named(b"")]);
        assert!(!left.exists());
    }
}

//! Directories that are removed when their test is over.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory of its own for one test, removed when dropped.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("record-test-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    /// Where the record goes. It does not exist yet.
    pub fn record(&self) -> PathBuf {
        self.0.join("record")
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing to do about a directory that stays behind, or was never made.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

//! **Holds** formats in and out: the coalition file, the file of acts, JSON and CSV.
//! **Never** the state: it writes what a view holds and reads into commands.
//! **Callers**: `headquarters` and `entente`.
//! **Proof**: `tests/coalition_file.rs`: every malformed file is refused with line and column.

pub mod coalition_file;
pub mod file_error;

pub use coalition_file::CoalitionFile;
pub use file_error::{FileError, FileErrors};

//! **Holds** formats in and out: the coalition file, the file of acts, JSON, CSV, calendars, mail
//! and PDF.
//! **Never** the state: it writes what a view holds and reads into commands.
//! **Callers**: `headquarters` and `entente`.
//! **Proof**: `tests/coalition_file.rs`: every malformed file is refused with line and column.

pub mod acts_file;
pub mod calendar;
pub mod coalition_file;
pub mod csv;
pub mod example;
pub mod file_error;
pub mod found;
pub mod json;
pub mod letter;
pub mod mail;
pub mod marked;
pub mod zip;

pub use acts_file::Step;
pub use coalition_file::CoalitionFile;
pub use file_error::{FileError, FileErrors};

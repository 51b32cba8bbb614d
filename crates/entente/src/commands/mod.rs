//! The commands, one a file.

pub(crate) mod assess;
pub(crate) mod copies;
pub(crate) mod demo;
pub(crate) mod export;
pub(crate) mod fault_tree;
pub(crate) mod init;
mod listening;
#[cfg(feature = "pages")]
pub(crate) mod pages;
pub(crate) mod record;
pub(crate) mod serve;
mod signatures;
pub(crate) mod trace;
pub(crate) mod verify;

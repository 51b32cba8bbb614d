//! The pages, one room a file.

pub(crate) mod account;
pub(crate) mod after;
pub(crate) mod calendar;
pub(crate) mod ceremony;
pub(crate) mod claims;
pub(crate) mod commitments;
pub(crate) mod copies;
#[cfg(feature = "openid")]
pub(crate) mod directories;
pub(crate) mod disclosure;
pub(crate) mod documents;
pub(crate) mod enrol;
mod fitting;
pub(crate) mod guarantees;
pub(crate) mod listing;
pub(crate) mod live;
pub(crate) mod meetings;
pub(crate) mod needs;
pub(crate) mod overview;
pub(crate) mod parties;
pub(crate) mod people;
pub(crate) mod post;
pub(crate) mod record;
pub(crate) mod sign;
pub(crate) mod sign_in;
pub(crate) mod sources;
pub(crate) mod when;
pub(crate) mod words;

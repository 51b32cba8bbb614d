//! A house built without the feature `openid`: no directory opens it. Accounts that the record holds
//! are shown to their owners, and let nobody in.

use coalition::Id;

/// No directories.
#[derive(Default)]
pub struct Directories(());

impl Directories {
    /// The parties that have a directory here.
    pub fn parties(&self) -> impl Iterator<Item = &Id> {
        std::iter::empty()
    }

    /// All of them, as an address and a page name them.
    pub(crate) fn named(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    /// Those of a party.
    pub(crate) fn of_party(&self, _party: &Id) -> Vec<(&str, &str)> {
        Vec::new()
    }

    /// Whether a directory that names itself so lets in the people of a party.
    pub(crate) fn serves(&self, _issuer: &str, _party: &Id) -> bool {
        false
    }
}

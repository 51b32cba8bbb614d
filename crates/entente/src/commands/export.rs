//! `entente export`: what somebody may see, written out.

use crate::failure::Failure;
use crate::{data, pretty, say};
use clap::Args;
use coalition::Id;
use headquarters::{Doors, House, Settings};
use std::path::PathBuf;

/// Write out what somebody may see: the public, or one person. Needs the record for itself: stop
/// the house first, or ask a running one at /api/v1/export.
#[derive(Args)]
pub(crate) struct Export {
    /// The data directory.
    #[arg(long, default_value = "entente-data", value_name = "DIR")]
    data: PathBuf,
    /// The id of the person whose view is written; without it, the public's.
    #[arg(long = "as", value_name = "PERSON")]
    person: Option<String>,
    /// Write JSON, the only form there is today.
    #[arg(long, required = true)]
    json: bool,
}

impl Export {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let person = match &self.person {
            None => None,
            Some(text) => Some(
                Id::parse(text)
                    .map_err(|error| Failure::input(format!("--as {text}: {error}"), ""))?,
            ),
        };
        let (store, key) = data::open_read_only(&self.data)?;
        let house = House::open(store, key, Settings::with(Doors::Closed))?;
        let view = house.view(person.as_ref());
        if person.is_some() && view.viewer().seated().is_none() {
            return Err(Failure::input(
                "nobody of this id has a seat",
                "Ids of persons are on the pages of their parties.",
            ));
        }
        say(&pretty(&exchange::json::export(&view)))
    }
}

//! `entente serve`: the house of a real coalition.

use crate::data;
use crate::failure::Failure;
use clap::Args;
use std::path::PathBuf;

/// Run the house of a coalition. Refuses to start in this version: there is no sign-in yet, and a
/// house that lets anybody in as anybody must not hold a real record.
#[derive(Args)]
pub(crate) struct Serve {
    /// The data directory.
    #[arg(long, default_value = "entente-data", value_name = "DIR")]
    data: PathBuf,
    /// The port.
    #[arg(long, default_value_t = 4860)]
    port: u16,
    /// Answer errors as JSON.
    #[arg(long)]
    json: bool,
}

impl Serve {
    pub(crate) fn run(self) -> Result<(), Failure> {
        // The record is looked at first, so that what is wrong with it is said first.
        let (store, key) = data::open(&self.data)?;
        headquarters::House::open(store, key, headquarters::Settings::demonstration(Vec::new()))?;
        let why = format!(
            "the house does not start on port {}: there is no way yet to sign in, and without one anybody who reaches the port could act as anybody",
            self.port
        );
        let remedy = "Passkeys come with a later version. `entente demo` runs the worked example on this machine alone.";
        if self.json {
            crate::say(&crate::pretty(
                &serde_json::json!({ "error": { "code": "no_sign_in", "message": why, "remedy": remedy } }),
            ))?;
        }
        Err(Failure::unreachable(why, remedy))
    }
}

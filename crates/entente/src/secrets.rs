//! Secrets that whoever runs the house hands to it: in a file that nobody else may read, or in the
//! environment; never in the command line, which others on the machine can read.

use crate::failure::Failure;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The secret in the file that an option names, or in a variable if it names none, and where it was;
/// none if there is neither.
pub(crate) fn secret(
    option: &str,
    file: Option<&Path>,
    variable: &str,
) -> Result<Option<(String, String)>, Failure> {
    let Some(path) = file else {
        return Ok(std::env::var(variable).ok().map(|text| (text, variable.to_owned())));
    };
    let place = format!("{option} {}", path.display());
    let cannot = |error| Failure::input(format!("{place}: {error}"), "");
    let mode = std::fs::metadata(path).map_err(cannot)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Failure::input(
            format!("{place}: others on this machine may read it"),
            format!("Keep it to yourself first: chmod 600 {}", path.display()),
        ));
    }
    Ok(Some((std::fs::read_to_string(path).map_err(cannot)?, place)))
}

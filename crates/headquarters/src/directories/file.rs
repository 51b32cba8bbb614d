//! The file of directories, as whoever runs the house writes it.

use super::{Directories, Directory, transport};
use coalition::Id;
use coalition::text::Name;
use openidconnect::{ClientId, ClientSecret, IssuerUrl};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;

/// Why the directories cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadFile {
    /// The file cannot be read.
    #[error("{0}: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// It is not such a file.
    #[error("{0}: {1}")]
    Malformed(PathBuf, String),
    /// One of its directories cannot be used.
    #[error("{0}: directory \"{1}\": {2}")]
    Directory(PathBuf, String, String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    directory: Vec<WrittenDirectory>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDirectory {
    id: String,
    name: String,
    party: String,
    issuer: String,
    client_id: String,
    client_secret_file: PathBuf,
    #[serde(default)]
    hosts: Vec<String>,
}

impl Directories {
    /// Reads a file of directories, and the files with their secrets, whose paths are relative to it.
    ///
    /// # Errors
    /// [`BadFile`]: with the place, and never with a secret.
    pub fn read(path: &Path) -> Result<Directories, BadFile> {
        let text = std::fs::read_to_string(path).map_err(unreadable(path))?;
        Directories::parse(path, &text, |at| std::fs::read_to_string(at))
    }

    /// The same from the text of such a file, the secrets being read by `secret`.
    ///
    /// # Errors
    /// [`BadFile`].
    pub fn parse(
        path: &Path,
        text: &str,
        secret: impl Fn(&Path) -> std::io::Result<String>,
    ) -> Result<Directories, BadFile> {
        let written: Written = toml::from_str(text)
            .map_err(|error| BadFile::Malformed(path.to_owned(), error.to_string()))?;
        let mut all: Vec<Directory> = Vec::new();
        for one in written.directory {
            let at = path.parent().unwrap_or(Path::new("")).join(&one.client_secret_file);
            let secret = secret(&at).map_err(unreadable(&at))?;
            let id = one.id.clone();
            let wrong = |why: String| BadFile::Directory(path.to_owned(), id, why);
            let directory = directory(one, secret.trim()).map_err(wrong)?;
            let twice =
                |other: &Directory| other.key == directory.key || other.issuer == directory.issuer;
            if all.iter().any(twice) {
                let why = "another one has this id, or this issuer".to_owned();
                let id = directory.key.to_string();
                return Err(BadFile::Directory(path.to_owned(), id, why));
            }
            all.push(directory);
        }
        Ok(Directories { all, transport: None })
    }
}

fn unreadable(at: &Path) -> impl FnOnce(std::io::Error) -> BadFile {
    let at = at.to_owned();
    |error| BadFile::Unreadable(at, error)
}

fn directory(written: WrittenDirectory, secret: &str) -> Result<Directory, String> {
    let id = |what: &str, text: &str| {
        Id::parse(text).map_err(|_| format!("{what} \"{text}\" is no id: letters, digits, - _ ."))
    };
    let name = |what: &str, text: &str| {
        Name::parse(text).map_err(|why| format!("{what} {why}")).and_then(|name| {
            let whole = name.as_str() == text;
            whole.then_some(name).ok_or_else(|| format!("{what} begins or ends with a blank"))
        })
    };
    let issuer = IssuerUrl::new(written.issuer.clone())
        .map_err(|error| format!("issuer \"{}\": {error}", written.issuer))?;
    // As long as an act keeps it.
    name("issuer", &written.issuer)?;
    let url = issuer.url();
    if url.query().is_some() || url.fragment().is_some() {
        return Err("an issuer has neither a query nor a fragment".into());
    }
    let host =
        transport::host_of(url).ok_or("an issuer is at https://; http:// is for loopback")?;
    if written.client_id.is_empty() || secret.is_empty() {
        return Err("the client id, or the file with its secret, is empty".into());
    }
    Ok(Directory {
        key: id("id", &written.id)?,
        title: name("name", &written.name)?,
        party: id("party", &written.party)?,
        issuer,
        client: ClientId::new(written.client_id),
        secret: ClientSecret::new(secret.to_owned()),
        hosts: std::iter::once(host).chain(written.hosts).collect(),
        known: Mutex::default(),
        speaking: AtomicUsize::new(0),
    })
}

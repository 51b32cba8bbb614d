//! Sealed contents in a bucket of a store that speaks S3: each an object under its own hash, written
//! whole in one request or not at all.
//!
//! What comes in is sealed into a file of this machine first, as its name is its hash. What lies in the
//! bucket is noted on the desk before it is sent there, so the bucket is never searched: what others
//! keep in it is nobody's business here, and a house can start while its store is away.

mod signature;
#[cfg(test)]
mod tests;

use super::shelf::{Incoming, Rough, Shelf, foreign};
use crate::house::Clock;
use record::Desk;
use signature::{EMPTY, Headers, Signed, Signer};
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use ureq::http::{Request, Uri};
use ureq::{AsSendBody, Body};

/// How long the store may take to let itself be called, and for each step after that.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often a request is sent before it has failed.
const TRIES: usize = 2;
/// Where it is noted on the desk what lies in the bucket.
const DRAWER: &str = "bucket";
/// The object by which a house that starts sees that it may write and read.
const PROBE: &str = "house.txt";
const PROBE_TEXT: &str = "Sealed contents of an Entente house lie beside this.\n";

/// Where a bucket is, and the account by which it is used. Prints no secret.
#[derive(Clone)]
pub struct Bucket {
    scheme: &'static str,
    host: String,
    /// The bucket and what stands before every name, from the first slash to the last.
    path: String,
    signer: Arc<Signer>,
    incoming: PathBuf,
    clock: Clock,
}

/// Why a bucket cannot be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadBucket {
    /// Not `s3://bucket/prefix`.
    #[error("say s3://bucket/prefix: small letters, digits, dots, hyphens and underscores")]
    Address,
    /// Not the address of a store.
    #[error(
        "the store is an address such as https://s3.eu-west-1.amazonaws.com; without TLS, on this machine alone"
    )]
    Endpoint,
    /// Not a region.
    #[error("a region is a word such as eu-west-1")]
    Region,
    /// Not an account.
    #[error("an account is one line: the id of its key, a colon, and the secret")]
    Account,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Bucket({}://{}{})", self.scheme, self.host, self.path)
    }
}

/// Whether a text is of characters that stand in an address as they are.
fn plain(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    !text.is_empty() && text.bytes().all(letter) && text != "." && text != ".."
}

impl Bucket {
    /// The bucket at an address `s3://bucket/prefix` of the store at an endpoint, used by an account
    /// `id:secret`. What comes in lies below `incoming` until it is sent.
    ///
    /// # Errors
    /// [`BadBucket`], which holds no secret.
    pub fn at(
        (address, endpoint, region): (&str, &str, &str),
        account: &str,
        incoming: PathBuf,
        clock: Clock,
    ) -> Result<Bucket, BadBucket> {
        let named = address.strip_prefix("s3://").ok_or(BadBucket::Address)?;
        let named = named.strip_suffix('/').unwrap_or(named);
        if !named.split('/').all(plain) {
            return Err(BadBucket::Address);
        }
        let (scheme, host) = host_of(endpoint).ok_or(BadBucket::Endpoint)?;
        if !plain(region) {
            return Err(BadBucket::Region);
        }
        let account = account.trim_end_matches(['\r', '\n']);
        let (key, secret) = account.split_once(':').ok_or(BadBucket::Account)?;
        let sendable =
            |text: &str| !text.is_empty() && text.bytes().all(|of| of.is_ascii_graphic());
        if !sendable(key) || !sendable(secret) {
            return Err(BadBucket::Account);
        }
        let signer = Signer { region: region.into(), key: key.into(), secret: secret.into() };
        let path = format!("/{named}/");
        Ok(Bucket { scheme, host, path, signer: Arc::new(signer), incoming, clock })
    }

    /// The shelf, with its notes on a desk.
    ///
    /// # Errors
    /// If the store answers that the house may not use the bucket. If it does not answer, that is said
    /// on standard error, and whoever sends or reads a content is told so until it does.
    pub(super) fn open(self, desk: Arc<Desk>) -> io::Result<Shelved> {
        let agent = crate::outgoing::config()
            .timeout_resolve(Some(PATIENCE))
            .timeout_connect(Some(PATIENCE))
            .timeout_per_read(Some(PATIENCE))
            .timeout_per_write(Some(PATIENCE))
            .build()
            .new_agent();
        let incoming = Incoming::open(self.incoming.clone())?;
        let shelved = Shelved { bucket: self, agent, incoming, desk };
        match shelved.probe() {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => {
                eprintln!("entente: {error}: documents cannot be sent or read until it does");
            }
            probed => probed?,
        }
        Ok(shelved)
    }
}

/// The scheme and the host of an endpoint, if the house may speak with it at all: over TLS, or on this
/// machine.
fn host_of(endpoint: &str) -> Option<(&'static str, String)> {
    let uri: Uri = endpoint.parse().ok()?;
    let authority = uri.authority()?;
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.as_str().contains('@')
    {
        return None;
    }
    let host = authority.host().trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|of| of.is_loopback());
    match uri.scheme_str() {
        Some("https") => Some(("https", authority.as_str().trim_end_matches(":443").into())),
        Some("http") if here => Some(("http", authority.as_str().trim_end_matches(":80").into())),
        _ => None,
    }
}

/// A bucket in use.
pub(super) struct Shelved {
    bucket: Bucket,
    agent: ureq::Agent,
    incoming: Incoming,
    desk: Arc<Desk>,
}

/// The store is not there, or cannot do anything just now.
fn away(why: &str) -> io::Error {
    eprintln!("entente: the store of contents: {why}");
    io::Error::new(io::ErrorKind::NotConnected, "the store of contents does not answer")
}

fn of_desk(error: &record::StoreError) -> io::Error {
    io::Error::other(error.to_string())
}

impl Shelved {
    /// Sends a request for one object; answers with what came of it, if that is a success.
    fn ask(
        &self,
        method: &'static str,
        name: &str,
        hash: &str,
        body: impl Fn() -> io::Result<Option<File>>,
    ) -> io::Result<Body> {
        let path = format!("{}{name}", self.bucket.path);
        let mut why = String::new();
        for _ in 0..TRIES {
            let answer = match body()? {
                Some(file) => self.sent(method, &path, hash, file),
                None => self.sent(method, &path, hash, ()),
            };
            let mut answer = match answer {
                Ok(answer) => answer,
                Err(error) => {
                    why = error.to_string();
                    continue;
                }
            };
            let status = answer.status().as_u16();
            if (200..300).contains(&status) {
                return Ok(answer.into_body());
            }
            let said = answer.body_mut().read_to_string().unwrap_or_default();
            why = format!("it answered {status} {}", code(&said));
            match status {
                404 if said.contains("NoSuchBucket") => {
                    eprintln!("entente: the store of contents: {why}");
                    return Err(refused("there is no such bucket"));
                }
                404 => return Err(io::ErrorKind::NotFound.into()),
                408 | 429 | 500.. => {}
                _ => {
                    eprintln!("entente: the store of contents: {why}");
                    return Err(refused("the store of contents refuses the house"));
                }
            }
        }
        Err(away(&why))
    }

    fn sent(
        &self,
        method: &'static str,
        path: &str,
        body_hash: &str,
        body: impl AsSendBody,
    ) -> Result<ureq::http::Response<Body>, ureq::Error> {
        let Bucket { scheme, host, signer, clock, .. } = &self.bucket;
        let signed = Signed { method, host, path, body: body_hash };
        let Headers { date, authorization } = signer.sign(&signed, clock());
        let request = Request::builder()
            .method(method)
            .uri(format!("{scheme}://{host}{path}"))
            .header("x-amz-content-sha256", body_hash)
            .header("x-amz-date", date)
            .header("authorization", authorization);
        self.agent.run(request.body(body)?)
    }

    /// Writes a small object, and reads it.
    fn probe(&self) -> io::Result<()> {
        use sha2::{Digest, Sha256};
        let hash = crate::hexadecimal::hexadecimal(&Sha256::digest(PROBE_TEXT.as_bytes()));
        let mut rough = self.incoming.begin(PROBE)?;
        io::Write::write_all(&mut rough, PROBE_TEXT.as_bytes())?;
        self.put(&rough, PROBE, &hash)?;
        let mut told = self.ask("GET", PROBE, EMPTY, || Ok(None)).map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                return refused("the store of contents does not keep what it takes");
            }
            error
        })?;
        match told.read_to_string() {
            Ok(text) if text == PROBE_TEXT => Ok(()),
            _ => Err(refused("the store of contents does not keep what it takes")),
        }
    }

    fn put(&self, rough: &Rough, name: &str, hash: &str) -> io::Result<()> {
        let Rough::File(unfinished) = rough else { return Err(foreign()) };
        let body = || {
            let mut file = unfinished.file.try_clone()?;
            file.rewind()?;
            Ok(Some(file))
        };
        self.ask("PUT", name, hash, body).map(drop).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => refused("there is no such bucket"),
            _ => error,
        })
    }
}

fn refused(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, what)
}

/// The code of an error, as S3 spells it in XML.
fn code(said: &str) -> &str {
    let code = said.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    code.map_or("", |(code, _)| code).get(..).filter(|code| plain(code)).unwrap_or("")
}

impl Shelf for Shelved {
    fn begin(&self, unique: &str) -> io::Result<Rough> {
        self.incoming.begin(unique)
    }

    fn keep(&self, rough: Rough, name: &str) -> io::Result<()> {
        // Noted first: what is sent and then forgotten by a killed process is found by its note.
        self.desk.put(DRAWER, name.as_bytes(), b"").map_err(|error| of_desk(&error))?;
        self.put(&rough, name, name)
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        let body = self.ask("GET", name, EMPTY, || Ok(None))?;
        Ok(Box::new(body.into_reader()))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match self.ask("DELETE", name, EMPTY, || Ok(None)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        self.desk.remove(DRAWER, name.as_bytes()).map_err(|error| of_desk(&error))
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let all = self.desk.all(DRAWER).map_err(|error| of_desk(&error))?;
        Ok(all.into_iter().filter_map(|(name, _)| String::from_utf8(name).ok()).collect())
    }
}

//! `entente serve`: the house of a real coalition.

use super::listening::{bound, draughtsman, run};
use crate::data;
use crate::failure::Failure;
#[cfg(feature = "s3")]
use crate::secrets::secret;
use crate::smtp::{Account, Smtp};
use clap::Args;
use exchange::mail::MailAddress;
use headquarters::passkeys::Origin;
#[cfg(feature = "s3")]
use headquarters::{BadBucket, Bucket};
use headquarters::{Carrier, Contents, Directories, Doors, House, Mail, Postman, Settings};
#[cfg(feature = "s3")]
use jiff::Timestamp;
use record::Desk;
use serde_json::json;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// Run the house of a coalition that `entente init` has founded. People come in with passkeys.
///
/// Passkeys are bound to the house's address, so choose it once and keep it. Unless that is on this
/// machine alone, something that ends TLS stands in front: name the address that people see with
/// --origin, and the peer from which that proxy connects with --proxy.
#[derive(Args)]
pub(crate) struct Serve {
    /// The data directory.
    #[arg(long, default_value = "entente-data", value_name = "DIR")]
    data: PathBuf,
    /// The port; 0 takes any that is free.
    #[arg(long, default_value_t = 4860)]
    port: u16,
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    listen: IpAddr,
    /// The house as browsers see it, such as `https://headquarters.example`. Left out: localhost, for
    /// this machine alone.
    #[arg(long, value_name = "URL")]
    origin: Option<String>,
    /// The one peer whose header X-Forwarded-For is believed, in its last part alone.
    #[arg(long, value_name = "ADDRESS")]
    proxy: Option<IpAddr>,
    /// Send mail through this server: `smtps://mail.example.org`, or `smtp://mail.example.org:587`,
    /// which must offer TLS unless it is on this machine. Left out: no mail is sent.
    #[arg(long, value_name = "URL", requires = "mail_from")]
    smtp: Option<String>,
    /// The address from which mail is sent.
    #[arg(long, value_name = "ADDRESS", requires = "smtp")]
    mail_from: Option<String>,
    /// A file with the account for the server of mail: one line, the name, a colon, the password. It
    /// must be readable by you alone. The variable ENTENTE_SMTP_ACCOUNT may hold the same.
    #[arg(long, value_name = "FILE", requires = "smtp")]
    smtp_account: Option<PathBuf>,
    /// The longest file taken as a version of a document, in MiB.
    #[arg(long, default_value_t = 50, value_name = "MIB")]
    file_max: u32,
    /// Keep the contents of documents, sealed, in a bucket: `s3://bucket/prefix`. Left out: in the data
    /// directory. Their keys stay there in any case.
    #[cfg(feature = "s3")]
    #[arg(long, value_name = "URL", requires = "contents_at")]
    contents: Option<String>,
    /// The store that has the bucket, such as `https://s3.eu-west-1.amazonaws.com`: over TLS, unless it
    /// is on this machine.
    #[cfg(feature = "s3")]
    #[arg(long, value_name = "URL", requires = "contents")]
    contents_at: Option<String>,
    /// The store's region.
    #[cfg(feature = "s3")]
    #[arg(long, default_value = "us-east-1", value_name = "REGION")]
    contents_region: String,
    /// A file with the account for the store: one line, the id of its key, a colon, the secret. It must
    /// be readable by you alone. The variable ENTENTE_CONTENTS_ACCOUNT may hold the same.
    #[cfg(feature = "s3")]
    #[arg(long, value_name = "FILE", requires = "contents")]
    contents_account: Option<PathBuf>,
    /// A file of the directories by which people of some parties come in (OpenID Connect); SECURITY.md
    /// shows one.
    #[cfg(feature = "openid")]
    #[arg(long, value_name = "FILE")]
    directories: Option<PathBuf>,
    /// Print the address as JSON.
    #[arg(long)]
    json: bool,
}

impl Serve {
    pub(crate) fn run(self) -> Result<(), Failure> {
        // The record is looked at first, so that what is wrong with it is said first.
        let (store, key) = data::open(&self.data)?;
        let desk = Arc::new(Desk::open(&self.data)?);
        if self.origin.is_none() && !self.listen.is_loopback() {
            return Err(Failure::input(
                format!(
                    "without --origin the house listens on this machine alone, not on {}",
                    self.listen
                ),
                "Name the address that people will see: --origin https://headquarters.example",
            ));
        }
        let mail = self.mail()?;
        let contents = self.contents()?;
        run(async {
            let (listener, port) = bound(self.listen, self.port).await?;
            let origin = self.origin.clone().unwrap_or_else(|| format!("http://localhost:{port}"));
            let origin = Origin::parse(&origin)
                .map_err(|why| Failure::input(format!("--origin {origin}: {why}"), ""))?;
            let carrier = self.carrier(origin.host())?;
            let pages = origin.as_str().to_owned();
            let directories = Arc::new(self.directories()?);
            let settings = Settings {
                directories: Arc::clone(&directories),
                desk: Some(desk),
                mail: mail.map(|from| Mail { from, pages }),
                contents,
                content_bytes_max: u64::from(self.file_max) << 20,
                proxy: self.proxy,
                draughtsman: draughtsman()?,
                ..Settings::with(Doors::Passkeys(origin.clone()))
            };
            let house = Arc::new(House::open(store, key, settings)?);
            if house.size() == 0 {
                return Err(Failure::record(
                    format!("the record in {} has no coalition yet", self.data.display()),
                    "Found one with `entente init`.",
                ));
            }
            parties_are_there(&directories, &house)?;
            self.announce(&origin)?;
            let _postman = carrier.map(|carrier| Postman::start(&house, Some(carrier)));
            headquarters::serve(house, listener, super::listening::stopped())
                .await
                .map_err(|error| Failure::unreachable(error, ""))
        })
    }

    /// The address from which mail is sent, if it is.
    fn mail(&self) -> Result<Option<MailAddress>, Failure> {
        let from = self.mail_from.as_deref().map(MailAddress::parse).transpose();
        from.map_err(|why| Failure::input(format!("--mail-from: {why}"), ""))
    }

    fn carrier(&self, hello: &str) -> Result<Option<Box<dyn Carrier>>, Failure> {
        let Some(url) = &self.smtp else { return Ok(None) };
        let account = Account::read(self.smtp_account.as_deref())?;
        Ok(Some(Box::new(Smtp::at(url, account, hello)?)))
    }

    #[cfg(feature = "openid")]
    fn directories(&self) -> Result<Directories, Failure> {
        let read = |path: &PathBuf| {
            Directories::read(path).map_err(|error| {
                Failure::input(error, "SECURITY.md shows such a file, under \"Directories\".")
            })
        };
        self.directories.as_ref().map_or_else(|| Ok(Directories::default()), read)
    }

    #[cfg(not(feature = "openid"))]
    #[expect(clippy::unused_self, reason = "with the feature `openid` there is a file to read")]
    fn directories(&self) -> Result<Directories, Failure> {
        Ok(Directories::default())
    }

    #[cfg(feature = "s3")]
    fn contents(&self) -> Result<Contents, Failure> {
        let folder = data::contents(&self.data);
        let (Some(address), Some(at)) = (&self.contents, &self.contents_at) else {
            return Ok(Contents::Folder(folder));
        };
        let file = self.contents_account.as_deref();
        let account = secret("--contents-account", file, "ENTENTE_CONTENTS_ACCOUNT")?;
        let Some((account, _)) = account else {
            return Err(Failure::input(
                "--contents: there is no account for the store",
                "Name a file with --contents-account: one line, the id of the key, a colon, the secret.",
            ));
        };
        let place = (address.as_str(), at.as_str(), self.contents_region.as_str());
        let bucket = Bucket::at(place, &account, folder.join("incoming"), Arc::new(Timestamp::now));
        bucket.map(Contents::Bucket).map_err(|why| {
            let option = match why {
                BadBucket::Address => "--contents",
                BadBucket::Endpoint => "--contents-at",
                BadBucket::Region => "--contents-region",
                BadBucket::Account => "--contents-account",
            };
            Failure::input(format!("{option}: {why}"), "")
        })
    }

    #[cfg(not(feature = "s3"))]
    #[expect(
        clippy::unnecessary_wraps,
        reason = "with the feature `s3` there is an account to read"
    )]
    fn contents(&self) -> Result<Contents, Failure> {
        Ok(Contents::Folder(data::contents(&self.data)))
    }

    fn announce(&self, origin: &Origin) -> Result<(), Failure> {
        if self.json {
            return crate::say(&format!("{}\n", json!({ "url": origin.as_str() })));
        }
        crate::say(&format!(
            "The house is open at {}\n\nIts record is in {}. Stop it with Ctrl-C.\n",
            origin.as_str(),
            self.data.display()
        ))
    }
}

/// A directory whose party nobody has admitted lets nobody in: that is a slip.
fn parties_are_there(directories: &Directories, house: &House) -> Result<(), Failure> {
    match directories.parties().find(|party| !house.has_party(party)) {
        Some(party) => Err(Failure::input(
            format!("a directory is for the party {party}, and there is none of this id"),
            "A party's id is the last part of its page's address.",
        )),
        None => Ok(()),
    }
}

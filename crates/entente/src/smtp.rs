//! Mail goes on through a server that speaks SMTP: a relay of the coalition's own, or of somebody who
//! carries its mail.

use crate::failure::Failure;
use crate::secrets::secret;
use exchange::mail::MailAddress;
use headquarters::{Carrier, NotCarried};
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Category;
use lettre::{Address, SmtpTransport, Transport};
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

/// How long a server may take for one step.
const PATIENCE: Duration = Duration::from_secs(30);
/// The variable that may hold the account instead of a file.
const ACCOUNT_VARIABLE: &str = "ENTENTE_SMTP_ACCOUNT";

/// A server that takes mail.
pub(crate) struct Smtp(SmtpTransport);

/// A name and a password. Printed nowhere.
pub(crate) struct Account(String, String);

impl Account {
    /// The account in a file, or in the environment if none is named; none if there is neither.
    pub(crate) fn read(file: Option<&Path>) -> Result<Option<Account>, Failure> {
        let Some((text, place)) = secret("--smtp-account", file, ACCOUNT_VARIABLE)? else {
            return Ok(None);
        };
        let parts = text.trim_end_matches(['\r', '\n']).split_once(':');
        let account = parts.filter(|(name, password)| !name.is_empty() && !password.is_empty());
        let Some((name, password)) = account else {
            return Err(Failure::input(
                format!("{place}: this is no account"),
                "It is one line: the name, a colon, and the password.",
            ));
        };
        Ok(Some(Account(name.to_owned(), password.to_owned())))
    }
}

impl Smtp {
    /// The server at an address: `smtps://host` speaks TLS from the first byte, `smtp://host` before
    /// anything else is said. Without TLS only a server on this machine is spoken to.
    pub(crate) fn at(url: &str, account: Option<Account>, hello: &str) -> Result<Smtp, Failure> {
        let wrong = |why: &str| {
            // Whoever put a password into it finds it in his own command line alone.
            let shown = url.rsplit_once('@').map_or(url, |(_, host)| host);
            Failure::input(
                format!("--smtp {shown}: {why}"),
                "Say smtps://mail.example.org or smtp://mail.example.org:587; an account goes into a file, see --smtp-account.",
            )
        };
        let (scheme, authority) = url.split_once("://").ok_or_else(|| wrong("this is no URL"))?;
        if authority.contains('@') {
            return Err(wrong(
                "an account in the command line can be read by others on this machine",
            ));
        }
        let (host, port) = match authority.trim_end_matches('/').rsplit_once(':') {
            Some((host, port)) => {
                (host, Some(port.parse::<u16>().map_err(|_| wrong("this is no port"))?))
            }
            None => (authority.trim_end_matches('/'), None),
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        if host.is_empty() || !host.bytes().all(plain) {
            return Err(wrong("this is no name of a host"));
        }
        let here = host == "localhost"
            || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let builder = match scheme {
            "smtps" => SmtpTransport::relay(host),
            "smtp" if here => Ok(SmtpTransport::builder_dangerous(host)),
            "smtp" => SmtpTransport::starttls_relay(host),
            _ => return Err(wrong("only smtp and smtps are spoken here")),
        };
        let mut builder = builder.map_err(|error| wrong(&error.to_string()))?;
        if let Some(port) = port {
            builder = builder.port(port);
        }
        if let Some(Account(name, password)) = account {
            builder = builder.credentials(Credentials::new(name, password));
        }
        let hello = ClientId::Domain(hello.to_owned());
        Ok(Smtp(builder.timeout(Some(PATIENCE)).hello_name(hello).build()))
    }
}

impl Carrier for Smtp {
    fn carry(
        &self,
        from: &MailAddress,
        to: &MailAddress,
        message: &[u8],
    ) -> Result<(), NotCarried> {
        let address = |text: &MailAddress| {
            text.as_str()
                .parse::<Address>()
                .map_err(|error| NotCarried { for_good: true, why: error.to_string() })
        };
        let envelope = Envelope::new(Some(address(from)?), vec![address(to)?]);
        let envelope =
            envelope.map_err(|error| NotCarried { for_good: true, why: error.to_string() })?;
        // The end of the last line is sent with the end of the message.
        let message = message.strip_suffix(b"\r\n").unwrap_or(message);
        let sent = self.0.send_raw(&envelope, message);
        sent.map(drop).map_err(|error| NotCarried {
            // A mailbox that is not there stays so; that an account is refused is the house's own matter.
            for_good: error.is_permanent()
                && error.status().is_some_and(|code| code.category == Category::MailSystem),
            why: error.to_string(),
        })
    }
}

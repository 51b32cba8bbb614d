//! Mail as RFC 5322 has it: addresses, and a message as the bytes that are sent.
//!
//! Nothing that people have written reaches a header: an address is of few characters, a subject and
//! an id are the house's own, and a calendar goes in base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// The longest address, in characters (RFC 5321, 4.5.3.1.3).
const ADDRESS_CHARACTERS_MAX: usize = 254;
/// The longest line of base64 (RFC 2045, 6.8).
const BASE64_LINE: usize = 76;
/// The longest line of a text (RFC 5322, 2.1.1).
const PLAIN_LINE_MAX: usize = 998;

/// An address of mail: a dotted word, `@`, and the name of a host, in ASCII.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct MailAddress(Box<str>);

impl MailAddress {
    /// The address that `text` spells once trimmed, or a sentence on what an address may be. Quoted
    /// words, comments and letters beyond ASCII, which the standard knows, are not taken.
    pub fn parse(text: &str) -> Result<MailAddress, &'static str> {
        let trimmed = text.trim_matches(' ');
        let bad = "an address of mail such as name@example.org, in plain letters; the host's name in its ASCII form";
        let Some((local, host)) = trimmed.rsplit_once('@') else { return Err(bad) };
        let plain =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
        let words = |text: &str, fits: &dyn Fn(&str) -> bool| text.split('.').all(fits);
        let local_fits =
            local.len() <= 64 && words(local, &|word| !word.is_empty() && word.bytes().all(plain));
        let of_a_host = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let host_fits = host.contains('.') && words(host, &of_a_host);
        if trimmed.len() > ADDRESS_CHARACTERS_MAX || !local_fits || !host_fits {
            return Err(bad);
        }
        Ok(MailAddress(trimmed.into()))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of its host.
    pub fn host(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, host)| host)
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for MailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<MailAddress, D::Error> {
        let text = String::deserialize(deserializer)?;
        MailAddress::parse(&text).map_err(de::Error::custom)
    }
}

/// A message to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// The house.
    pub from: &'a MailAddress,
    /// Whom it goes to.
    pub to: &'a MailAddress,
    /// What it is about, in words that are the same for many.
    pub subject: &'static str,
    /// What it says.
    pub text: &'a str,
    /// What tells it from all others: letters and digits. Sent twice, it is known again by it.
    pub id: &'a str,
    /// When it was written.
    pub at: Timestamp,
    /// An iTIP calendar, with its method.
    pub calendar: Option<(&'static str, &'a str)>,
}

impl Letter<'_> {
    /// The message: ASCII, its lines ended by CR LF.
    ///
    /// # Panics
    /// If the id or the subject, which are the house's own, are not plain.
    pub fn message(&self) -> String {
        assert!(
            self.id.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && self.subject.bytes().all(|byte| matches!(byte, b' '..=b'~')),
            "ids and subjects are made by the house"
        );
        let date = self.at.strftime("%a, %d %b %Y %H:%M:%S +0000");
        let mut message = format!(
            "From: Entente <{}>\r\nTo: <{}>\r\nSubject: {}\r\nDate: {date}\r\nMessage-ID: <{}@{}>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
            self.from,
            self.to,
            self.subject,
            self.id,
            self.from.host(),
        );
        let Some((method, calendar)) = self.calendar else {
            message.push_str(&part("text/plain", self.text));
            return message;
        };
        // Neither base64 nor the house's words hold it.
        let boundary = format!("=_{}", self.id);
        message.push_str(&format!(
            "Content-Type: multipart/alternative; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n{}--{boundary}\r\n{}--{boundary}--\r\n",
            part("text/plain", self.text),
            part(&format!("text/calendar; method={method}"), calendar),
        ));
        message
    }
}

/// A part of a message with its headers: as it stands where it is plain, else in base64, which keeps
/// every byte and every line's end.
fn part(media_type: &str, text: &str) -> String {
    let lines = text.replace("\r\n", "\n");
    let plain = |line: &str| {
        line.len() <= PLAIN_LINE_MAX && line.bytes().all(|byte| matches!(byte, b' '..=b'~'))
    };
    if media_type == "text/plain" && lines.split('\n').all(plain) {
        let lines = lines.replace('\n', "\r\n");
        return format!(
            "Content-Type: {media_type}; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n{lines}"
        );
    }
    let mut part = format!(
        "Content-Type: {media_type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    );
    for line in STANDARD.encode(lines.replace('\n', "\r\n")).as_bytes().chunks(BASE64_LINE) {
        part.extend(line.iter().copied().map(char::from));
        part.push_str("\r\n");
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_word_and_a_host_and_nothing_that_could_be_a_header() {
        for good in ["a@b.org", " first.last+tag@mail.example.org ", "x_y@xn--bcher-kva.example"] {
            assert_eq!(MailAddress::parse(good).expect(good).as_str(), good.trim());
        }
        let long = format!("{}@example.org", "a".repeat(65));
        for bad in [
            "",
            "@",
            "a@b",
            "a@",
            "@b.org",
            "a b@c.org",
            "a@b..org",
            ".a@b.org",
            "a.@b.org",
            "a@-b.org",
            "a@b-.org",
            "é@b.org",
            "a@é.org",
            "\"a b\"@c.org",
            "a@[127.0.0.1]",
            "a@b.org\r\nBcc: c@d.org",
            "a@b.org\nBcc: c@d.org",
            "a\r\n@b.org",
            "a@b.org\r",
            "a@b.org\u{2028}",
            "a@b.org\0",
            "<a@b.org>",
            "a@b.org,c@d.org",
            "a;b@c.org",
            "a@b.org>",
            long.as_str(),
        ] {
            assert!(MailAddress::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn no_words_reach_a_header_and_every_line_is_short_and_plain() {
        let (from, to) = (
            MailAddress::parse("house@example.org").expect("plain"),
            MailAddress::parse("a@example.org").expect("plain"),
        );
        let hostile = "SUMMARY:x\r\nBcc: b@example.org\r\n\r\n--=_id7\r\n.\r\n\u{2028}é\n";
        let letter = Letter {
            from: &from,
            to: &to,
            subject: "There is something for you",
            text: hostile,
            id: "id7",
            at: "2026-01-10T08:00:00Z".parse().expect("a moment"),
            calendar: Some(("REQUEST", hostile)),
        };
        let message = letter.message();
        let (headers, _) = message.split_once("\r\n\r\n").expect("headers end");
        assert_eq!(headers.split("\r\n").count(), 8, "{headers}");
        assert!(headers.contains("\r\nDate: Sat, 10 Jan 2026 08:00:00 +0000\r\n"), "{headers}");
        assert!(headers.contains("\r\nMessage-ID: <id7@example.org>\r\n"), "{headers}");
        assert_eq!(message.matches("--=_id7").count(), 3, "{message}");
        assert!(!message.contains("Bcc"), "{message}");
        for line in message.split("\r\n") {
            assert!(line.len() <= 78 || line.starts_with("Content-Type"), "{line}");
            assert!(line.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{line}");
            assert_ne!(line, ".", "{message}");
        }
    }
}

//! A phone at the desk: asks for the pages and sends the forms that its browser would, on one connection.

use super::meeting::{HOST, MEETING};
use crate::figures::milliseconds;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long the desk's script waits before it sends again what was turned away.
const SENT_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// How people come to a phone.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// They came while there was no connection: what the phone noted is sent in one go.
    Queue,
    /// Each credential is scanned, which opens the desk's page; its holder is let in, and the page is
    /// loaded again.
    Scanned,
    /// The same, and he hands in a device.
    ScannedWithDevice,
}

/// A form of the desk's page.
#[derive(Clone, Debug)]
pub struct Form {
    pub deed: String,
    pub about: String,
    pub key: String,
}

impl Form {
    fn body(&self) -> String {
        format!(
            "do={}&about={}&key={}&device=phone&noted=2026-11-24T08:00:00.000Z",
            self.deed, self.about, self.key
        )
    }
}

/// The forms of a desk's page.
pub fn forms(page: &str) -> Vec<Form> {
    let field = |form: &str, name: &str| {
        let start = format!("name=\"{name}\" value=\"");
        let at = form.find(&start)? + start.len();
        form[at..].split('"').next().map(str::to_owned)
    };
    let read = |form: &str| {
        let form = form.split("</form>").next()?;
        Some(Form {
            deed: field(form, "do")?,
            about: field(form, "about")?,
            key: field(form, "key")?,
        })
    };
    page.split("desk-form").skip(1).filter_map(read).collect()
}

/// Somebody who comes: the code of his credential, and the form that lets him in.
#[derive(Clone, Debug)]
pub struct Holder {
    pub code: String,
    pub form: Form,
}

/// A phone, and what became of what it sent.
pub struct Phone {
    line: Line,
    pub answers: Vec<f64>,
    pub turned_away: usize,
}

impl Phone {
    pub fn new(address: SocketAddr, cookie: &str) -> Phone {
        Phone { line: Line::open(address, cookie), answers: Vec::new(), turned_away: 0 }
    }

    /// Lets all of these people in.
    pub fn works(mut self, way: Way, holders: Vec<Holder>) -> Phone {
        for holder in holders {
            if matches!(way, Way::Queue) {
                self.send(&holder.form);
                continue;
            }
            let page = self.line.page(&format!("/meetings/{MEETING}/desk?code={}", holder.code));
            assert!(page.contains("This credential is good"), "{}", holder.code);
            // The first entry is his whose credential was shown.
            self.send(&holder.form);
            if matches!(way, Way::ScannedWithDevice) {
                let takes = |form: &Form| form.deed == "take" && form.about == holder.form.about;
                let take = forms(&page).into_iter().find(takes).expect("his device can be taken");
                self.send(&take);
            }
            self.line.page(&format!("/meetings/{MEETING}/desk"));
        }
        self
    }

    /// Sends a form until the house takes it.
    #[expect(
        clippy::disallowed_methods,
        reason = "the phone waits by its clock, so its stand-in does"
    )]
    fn send(&mut self, form: &Form) {
        loop {
            let start = Instant::now();
            let (status, body) = self.line.ask(
                "POST",
                &format!("/meetings/{MEETING}/desk"),
                "accept: application/json\r\ncontent-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\n",
                &form.body(),
            );
            if status == 429 {
                self.turned_away += 1;
                std::thread::sleep(SENT_AGAIN_AFTER);
                continue;
            }
            assert_eq!(status, 200, "{form:?}: {}", String::from_utf8_lossy(&body));
            self.answers.push(milliseconds(start.elapsed()));
            return;
        }
    }
}

/// A connection that is kept open from request to request.
pub struct Line {
    stream: BufReader<TcpStream>,
    cookie: String,
}

impl Line {
    /// A connection; without a cookie, the public's.
    pub fn open(address: SocketAddr, cookie: &str) -> Line {
        let stream = TcpStream::connect(address).expect("the house listens");
        stream.set_nodelay(true).expect("a socket");
        Line { stream: BufReader::new(stream), cookie: cookie.to_owned() }
    }

    /// A page that is there.
    pub fn page(&mut self, address: &str) -> String {
        let (status, body) = self.ask("GET", address, "", "");
        assert_eq!(status, 200, "{address}: {}", String::from_utf8_lossy(&body));
        String::from_utf8_lossy(&body).into_owned()
    }

    /// The status and the body of an answer.
    pub fn ask(&mut self, method: &str, address: &str, more: &str, body: &str) -> (u16, Vec<u8>) {
        let cookie = match &*self.cookie {
            "" => String::new(),
            cookie => format!("cookie: {cookie}\r\n"),
        };
        let request = format!(
            "{method} {address} HTTP/1.1\r\nhost: {HOST}\r\n{cookie}{more}content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).expect("the house listens");
        let (mut line, mut length, mut status, mut chunked) = (String::new(), 0, 0, false);
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("the house answers");
            if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
                status = rest[..3].parse().expect("a status");
            }
            match line.trim_end().to_ascii_lowercase().split_once(": ") {
                Some(("content-length", value)) => length = value.parse().expect("a number"),
                Some(("transfer-encoding", "chunked")) => chunked = true,
                None if line.trim_end().is_empty() => break,
                _ => {}
            }
        }
        if chunked {
            return (status, self.chunks());
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the house answers");
        (status, body)
    }

    fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).expect("the house answers");
            let length = usize::from_str_radix(line.trim_end(), 16).expect("a length");
            let mut chunk = vec![0; length + 2];
            self.stream.read_exact(&mut chunk).expect("the house answers");
            body.extend_from_slice(&chunk[..length]);
            if length == 0 {
                return body;
            }
        }
    }
}

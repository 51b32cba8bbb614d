//! How the house speaks with directories: as it speaks with anybody (see [`crate::outgoing`]), with a limit
//! to time and length.

use openidconnect::url::{Host, Url};
use openidconnect::{HttpRequest, HttpResponse};
use std::sync::Arc;
use std::time::Duration;

/// How long one request may take, from the name to the last byte.
const SECONDS: u64 = 10;
/// The longest answer that is read, in bytes.
const BYTES_MAX: u64 = 256 << 10;

/// A request to a directory.
pub type Request = HttpRequest;
/// A directory's answer.
pub type Response = HttpResponse;
/// Sends a request, and gives the answer whole.
pub type Transport = dyn Fn(Request) -> Result<Response, NotReached> + Send + Sync;

/// Why no answer came.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotReached(pub String);

/// The network.
pub(super) fn network() -> Arc<Transport> {
    let agent = crate::outgoing::config()
        .timeout_global(Some(Duration::from_secs(SECONDS)))
        .build()
        .new_agent();
    Arc::new(move |request| {
        let failed = |error: ureq::Error| NotReached(error.to_string());
        let (parts, mut body) = agent.run(request).map_err(failed)?.into_parts();
        let bytes = body.with_config().limit(BYTES_MAX).read_to_vec().map_err(failed)?;
        Ok(Response::from_parts(parts, bytes))
    })
}

/// The host of an address with its port, where the house may speak with it at all: over TLS, or on this
/// machine.
pub(super) fn host_of(url: &Url) -> Option<String> {
    let loopback = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
        return None;
    }
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    /// What the network makes of somebody who answers every request so, and how often he is asked.
    fn asked(
        head: &'static str,
        body: impl Fn() -> Vec<u8> + Send + 'static,
    ) -> Result<Response, String> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("bound"));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
                while lines.next().is_some_and(|line| !line.is_empty()) {}
                let mut out = &stream;
                let _ = out.write_all(head.as_bytes());
                while out.write_all(&body()).is_ok() {}
            }
        });
        let mut request = Request::new(Vec::new());
        *request.uri_mut() = url.parse().expect("an address");
        network()(request).map_err(|error| error.to_string())
    }

    #[test]
    fn a_body_without_end_is_not_read_to_its_end() {
        let endless = asked("HTTP/1.1 200 OK\r\n\r\n", || vec![b' '; 65_536]);
        assert!(endless.is_err_and(|why| why.contains("limit")));
    }

    #[test]
    fn a_redirection_is_an_answer_and_nobody_follows_it() {
        let head =
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 2\r\n\r\n";
        let answer = asked(head, || b"{}".to_vec()).expect("an answer");
        assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (302, &b"{}"[..]));
    }

    #[test]
    fn the_house_speaks_over_tls_or_with_this_machine() {
        for (url, host) in [
            ("https://directory.example/a?b", Some("directory.example")),
            ("https://directory.example:8443/", Some("directory.example:8443")),
            ("https://directory.example:443/", Some("directory.example")),
            ("http://127.0.0.1:80/", Some("127.0.0.1")),
            ("http://localhost:5000/", Some("localhost:5000")),
            ("http://[::1]:5000/", Some("[::1]:5000")),
            ("http://directory.example/", None),
            ("http://localhost.example/", None),
            ("http://10.0.0.1/", None),
            ("file:///etc/passwd", None),
            ("ftp://directory.example/", None),
        ] {
            let parsed = Url::parse(url).expect("an address");
            assert_eq!(host_of(&parsed).as_deref(), host, "{url}");
        }
    }
}

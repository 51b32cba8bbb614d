//! Requests whose end one server sees here and another there: the house either refuses them or answers
//! once and hangs up, and never takes what was hidden in one for a request of its own.

mod running;

use running::tried::Tried;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// What is hidden in other requests: it is answered with 200, as nothing else here is.
const HIDDEN: &str = "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
/// What comes last on every connection: it is answered with 404, and ends it.
const LAST: &str = "GET /last HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";

/// The statuses of all answers until the house hangs up.
fn statuses(tried: &Tried, sent: &[u8]) -> Vec<u16> {
    let mut stream = TcpStream::connect(tried.house.address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a connection");
    // A house that hangs up early does not take all.
    let _ = stream.write_all(sent);
    let mut told = Vec::new();
    match stream.read_to_end(&mut told) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("it neither answers nor hangs up: {error}"),
    }
    let told = String::from_utf8_lossy(&told);
    let status = |answer: &str| answer.split(' ').next().and_then(|status| status.parse().ok());
    told.split("HTTP/1.1 ").skip(1).filter_map(status).collect()
}

/// A request that hides another behind these headers and this beginning of a body.
fn hiding(headers: &str, body: &str) -> Vec<u8> {
    format!("POST /outer HTTP/1.1\r\nhost: 127.0.0.1\r\n{headers}\r\n{body}{HIDDEN}{LAST}")
        .into_bytes()
}

#[test]
fn a_request_with_two_ends_is_refused_or_the_last_of_its_connection() {
    let tried = Tried::new();
    let hidden = HIDDEN.len();
    for (headers, body) in [
        (format!("content-length: {}\r\ntransfer-encoding: chunked\r\n", 5 + hidden), "0\r\n\r\n"),
        (format!("transfer-encoding: chunked\r\ncontent-length: {}\r\n", 5 + hidden), "0\r\n\r\n"),
        ("content-length: 4\r\ntransfer-encoding: chunked\r\n".into(), "5c\r\n"),
        ("transfer-encoding: identity\r\ncontent-length: 0\r\n".into(), ""),
        ("transfer-encoding: xchunked\r\n".into(), "0\r\n\r\n"),
        ("transfer-encoding: chunked, identity\r\n".into(), "0\r\n\r\n"),
        ("transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n".into(), "0\r\n\r\n"),
        ("transfer-encoding: \"chunked\"\r\n".into(), "0\r\n\r\n"),
        ("transfer-encoding:\u{b}chunked\r\n".into(), "0\r\n\r\n"),
        ("transfer-encoding : chunked\r\n".into(), "0\r\n\r\n"),
        ("x: y\r\n transfer-encoding: chunked\r\n".into(), "0\r\n\r\n"),
        ("x: y\rtransfer-encoding: chunked\r\n".into(), "0\r\n\r\n"),
        (format!("content-length: 0\r\ncontent-length: {hidden}\r\n"), ""),
        (format!("content-length: {hidden}\r\ncontent-length: 0\r\n"), ""),
        (format!("content-length: 0, {hidden}\r\n"), ""),
        (format!("content-length : {hidden}\r\n"), ""),
        (format!("content-length\0: {hidden}\r\n"), ""),
        ("content-length: +0\r\n".into(), ""),
        ("content-length: -1\r\n".into(), ""),
        ("content-length: 0x0\r\n".into(), ""),
        ("content-length: 0_0\r\n".into(), ""),
        ("content-length: 18446744073709551616\r\n".into(), ""),
        ("content-length: 00000000000000000000000000000000000000000a\r\n".into(), ""),
        ("content-length:\r\n".into(), ""),
    ] {
        let told = statuses(&tried, &hiding(&headers, body));
        assert!(told.len() <= 1 && !told.contains(&200), "{headers:?}: {told:?}");
    }
    // An older version knows no pieces.
    let old = hiding("transfer-encoding: chunked\r\n", "0\r\n\r\n");
    let old = String::from_utf8(old).expect("text").replacen("HTTP/1.1", "HTTP/1.0", 1);
    assert_eq!(statuses(&tried, old.as_bytes()), [400]);
    tried.stood_still();
}

#[test]
fn what_is_sent_in_pieces_ends_where_the_pieces_end_and_bad_pieces_end_the_connection() {
    let tried = Tried::new();
    let pieces = |body: &str| hiding("transfer-encoding: chunked\r\n", body);
    for body in [
        "5\r\nabcd\r\n0\r\n\r\n",
        "5\r\nabcdef\r\n0\r\n\r\n",
        "5\nabcde\r\n0\r\n\r\n",
        "-1\r\n\r\n0\r\n\r\n",
        "0x1\r\na\r\n0\r\n\r\n",
        "+1\r\na\r\n0\r\n\r\n",
        " 1\r\na\r\n0\r\n\r\n",
        "\r\n0\r\n\r\n",
        "10000000000000000\r\nabc",
        "fffffffffffffffffffffff0\r\nabc",
        "g\r\nabc\r\n0\r\n\r\n",
        "1\u{e9}\r\na\r\n0\r\n\r\n",
        "1\r\na\r\n0\r\nx y: bad\r\n\r\n",
    ] {
        let told = statuses(&tried, &pieces(body));
        assert!(told.len() <= 1 && !told.contains(&200), "{body:?}: {told:?}");
    }
    // Notes beside the pieces, and lines after them, have their bounds.
    let long = format!("1;{}\r\na\r\n0\r\n\r\n", "x".repeat(1 << 20));
    let lines = format!("0\r\n{}\r\n", "x-more: y\r\n".repeat(100_000));
    for body in [long, lines] {
        let told = statuses(&tried, &pieces(&body));
        assert!(told.len() <= 1 && !told.contains(&200), "{} bytes: {told:?}", body.len());
    }
    // What is well said is one request, and the next one is the next: so something was there to see.
    let lines = "5;note=1\r\nabcde\r\n0\r\ncontent-length: 900\r\n\r\n";
    assert_eq!(statuses(&tried, &pieces(lines)), [404, 200, 404]);
    tried.stood_still();
}

#[test]
fn what_is_packed_is_not_unpacked() {
    let tried = Tried::new();
    // `{}` as gzip writes it; what is not JSON as it stands is not JSON.
    let packed =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";
    let mut line = tried.house.signed_in(running::CLERK);
    for coding in ["gzip", "deflate", "br", "zstd", "gzip, gzip, gzip"] {
        let headers = [("content-type", "application/json"), ("content-encoding", coding)];
        let reply = line.ask("POST", "/api/v1/acts", &headers, packed).expect("an answer");
        assert_eq!(reply.status, 422, "{coding}: {}", reply.text());
        let headers = [("accept-encoding", coding)];
        let reply = line.ask("GET", "/", &headers, b"").expect("an answer");
        assert_eq!(reply.header("content-encoding"), None, "{coding}");
    }
    tried.stood_still();
}

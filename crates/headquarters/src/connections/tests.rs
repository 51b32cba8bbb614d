//! Connections as people misuse them: real ones, to a house that waits only a moment. Nothing here
//! looks at a clock: a connection that is not ended is one that its reader waits for in vain.

use super::{IN_ALL_MAX, OF_A_PEER_MAX, Place, Places, Waits, in_all, serve};
use crate::House;
use crate::sign_in::Whose;
use crate::sign_in::tests::{Holder, Real};
use axum::body::Body;
use coalition::Id;
use serde_json::{Value, json};
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower::ServiceExt;

/// So long somebody waits for what must come; a house that does not send it fails the test.
const IN_VAIN: Duration = Duration::from_secs(60);

fn hasty() -> Real {
    Real::with(|settings| {
        settings.waits =
            Waits { head: Duration::from_millis(300), stock: Duration::from_millis(300) };
    })
}

/// A house at an address, until the sender is dropped.
async fn at_home(house: &Arc<House>) -> (SocketAddr, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("bound");
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async { drop(stopped.await) };
    tokio::spawn(serve(Arc::clone(house), listener, stopped));
    (address, stop)
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(IN_VAIN)).expect("a connection");
    stream.set_write_timeout(Some(IN_VAIN)).expect("a connection");
    stream
}

/// Sends this, and gives all that comes until the house hangs up.
async fn all_of(address: SocketAddr, sent: &'static [u8]) -> String {
    let work = move || {
        let mut stream = connect(address);
        stream.write_all(sent).expect("it is taken");
        let mut all = Vec::new();
        match stream.read_to_end(&mut all) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            Err(error) => panic!("the house does not hang up: {error}"),
        }
        String::from_utf8_lossy(&all).into_owned()
    };
    tokio::task::spawn_blocking(work).await.expect("no panic")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_finish_a_head_is_hung_up_on() {
    let real = hasty();
    let (address, _stop) = at_home(&real.house).await;
    for begun in [
        &b""[..],
        b"GET ",
        b"GET / HTTP/1.1\r\nhost: headquarters.example",
        b"GET / HTTP/1.1\r\nhost: headquarters.example\r\nx-slow: a\r\n",
    ] {
        assert_eq!(all_of(address, begun).await, "", "{begun:?}");
    }
    // One answer, and then nothing more is asked.
    let kept = all_of(address, b"GET / HTTP/1.1\r\nhost: headquarters.example\r\n\r\n").await;
    assert!(kept.starts_with("HTTP/1.1 200"), "{kept}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_finish_a_body_is_told_so_and_hung_up_on() {
    let real = hasty();
    let (address, _stop) = at_home(&real.house).await;
    for begun in [
        &b"POST /sign-in HTTP/1.1\r\nhost: headquarters.example\r\ncontent-length: 90\r\n\r\na=b"[..],
        b"POST /api/v1/acts HTTP/1.1\r\nhost: headquarters.example\r\ncontent-length: 90\r\n\r\n",
        b"POST /nowhere HTTP/1.1\r\nhost: headquarters.example\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
        b"GET / HTTP/1.1\r\nhost: headquarters.example\r\ncontent-length: 5\r\n\r\n",
    ] {
        let told = all_of(address, begun).await;
        assert!(told.starts_with("HTTP/1.1 408"), "{begun:?}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_no_answer_is_hung_up_on() {
    let real = hasty();
    let (address, _stop) = at_home(&real.house).await;
    let work = move || {
        let mut stream = connect(address);
        let asked = b"GET /assets/nothing HTTP/1.1\r\nhost: headquarters.example\r\n\r\n";
        let many = asked.repeat(1_000);
        // Far more answers than the system keeps for somebody who reads none of them.
        for _ in 0..10_000 {
            if let Err(error) = stream.write_all(&many) {
                return error.kind();
            }
        }
        panic!("the house took all that was sent");
    };
    let end = tokio::task::spawn_blocking(work).await.expect("no panic");
    assert!(matches!(end, ErrorKind::BrokenPipe | ErrorKind::ConnectionReset), "{end}");
    assert!(all_of(address, b"GET / HTTP/1.0\r\n\r\n").await.starts_with("HTTP/1.0 200"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_loses_his_session_while_his_request_is_on_its_way_is_the_public() {
    // With as much time as anybody has.
    let real = Real::new();
    let (address, _stop) = at_home(&real.house).await;
    let anna = Holder::new("anna", 2);
    let token = real.enrolled(&real.link, &anna).await;
    let act = json!({ "change": { "create": { "content": {
        "circumstance": { "name": "peace deal", "holds": "unknown" } } } } })
    .to_string();
    for (ends, status) in [(false, "HTTP/1.1 201"), (true, "HTTP/1.1 401")] {
        let head = format!(
            "POST /api/v1/acts HTTP/1.1\r\nhost: headquarters.example\r\nconnection: close\r\ncookie: __Host-entente={token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{}",
            act.len(),
            &act[..10]
        );
        let (rest, house, token) = (act[10..].to_owned(), Arc::clone(&real.house), token.clone());
        let work = move || {
            let mut stream = connect(address);
            stream.write_all(head.as_bytes()).expect("it is taken");
            // The head is read once this one, which came later, is answered.
            let mut other = connect(address);
            other.write_all(b"GET / HTTP/1.0\r\n\r\n").expect("it is taken");
            other.read_to_end(&mut Vec::new()).expect("an answer");
            if ends {
                house.sign_out(&token);
            }
            stream.write_all(rest.as_bytes()).expect("it is taken");
            let mut all = String::new();
            stream.read_to_string(&mut all).expect("an answer");
            all
        };
        let told = tokio::task::spawn_blocking(work).await.expect("no panic");
        assert!(told.starts_with(status), "{told}");
    }
    let anna = Id::parse("anna").expect("an id");
    let view = real.house.view(Some(&anna));
    assert_eq!(view.of_kind(coalition::Kind::Circumstance).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_house_that_stops_finishes_what_is_under_way_and_waits_for_nobody_idle() {
    let real = Real::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("bound");
    let (stop, stopped) = oneshot::channel::<()>();
    let serving =
        tokio::spawn(serve(Arc::clone(&real.house), listener, async { drop(stopped.await) }));
    let (told, idle) = tokio::task::spawn_blocking(move || {
        // Somebody who has been answered and keeps his connection, and somebody in the middle.
        let mut idle = connect(address);
        idle.write_all(b"GET /assets/x HTTP/1.1\r\nhost: headquarters.example\r\n\r\n").unwrap();
        assert_ne!(idle.read(&mut [0; 100]).expect("an answer"), 0);
        let mut stream = connect(address);
        stream
            .write_all(b"POST /sign-in HTTP/1.1\r\nhost: headquarters.example\r\ncontent-length: 3\r\n\r\na")
            .unwrap();
        let mut other = connect(address);
        other.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
        other.read_to_end(&mut Vec::new()).expect("an answer");
        drop(stop);
        while TcpStream::connect(address).is_ok() {
            std::thread::yield_now();
        }
        stream.write_all(b"=b").unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).expect("an answer, and the end");
        (told, idle)
    })
    .await
    .expect("no panic");
    assert!(told.starts_with("HTTP/1.1 4"), "{told}");
    serving.await.expect("no panic").expect("it ends");
    drop(idle);
}

/// What the API answers to an act that makes something: its id.
async fn made(real: &Real, token: &str, content: Value) -> String {
    let act = json!({ "change": { "create": { "content": content } } });
    let request = Real::request("POST", "/api/v1/acts", Some(token))
        .header("content-type", "application/json")
        .body(Body::from(act.to_string()));
    let reply = real.asked(request.expect("a request")).await;
    let said: Value = serde_json::from_str(&reply.body).expect("JSON");
    said["subject"].as_str().unwrap_or_else(|| panic!("{}", reply.body)).to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_listens_to_more_streams_than_he_has_pages() {
    let real = Real::new();
    let token = real.enrolled(&real.link, &Holder::new("anna", 2)).await;
    let rules = json!({ "devices": "kept", "undertaking": false, "attribution": "none" });
    let meeting = json!({ "meeting": { "title": "Here", "level": "officials", "form": "in_person",
        "zone": "UTC", "rules": rules } });
    let meeting = made(&real, &token, meeting).await;
    let session = json!({ "session": { "meeting": meeting, "title": "Talks", "closed": false } });
    let session = made(&real, &token, session).await;
    let listen = async || {
        let address = format!("/sessions/{session}/events");
        let request = Real::request("GET", &address, Some(&token))
            .header("accept", "text/event-stream")
            .body(Body::empty());
        real.router.clone().oneshot(request.expect("a request")).await.expect("an answer")
    };
    let mut open = Vec::new();
    for _ in 0..32 {
        open.push(listen().await);
    }
    assert!(open.iter().all(|stream| stream.status() == 200));
    assert_eq!(listen().await.status(), 429);
    // A page that is closed makes room for another, as soon as the house has noticed.
    open.pop();
    while listen().await.status() != 200 {
        tokio::task::yield_now().await;
    }
}

#[test]
fn one_peer_has_so_many_connections_and_others_have_theirs() {
    let places = Arc::new(Places::default());
    let of = |last: u8| Whose::peer(IpAddr::from([192, 0, 2, last]));
    let mut kept: Vec<Place> =
        (0..OF_A_PEER_MAX).filter_map(|_| places.take(of(1), OF_A_PEER_MAX)).collect();
    assert_eq!(kept.len(), OF_A_PEER_MAX);
    assert!(places.take(of(1), OF_A_PEER_MAX).is_none());
    assert!(places.take(of(2), OF_A_PEER_MAX).is_some());
    kept.pop();
    assert!(places.take(of(1), OF_A_PEER_MAX).is_some());
    kept.clear();
    assert!(places.0.lock().unwrap().is_empty(), "nobody is remembered for ever");
}

#[test]
fn connections_leave_file_handles_for_the_record() {
    let line = |soft: &str| {
        format!("Max processes 9 9 processes\nMax open files            {soft}  4096  files\n")
    };
    assert_eq!(in_all(&line("1024")), 768);
    assert_eq!(in_all(&line("1048576")), IN_ALL_MAX);
    assert_eq!(in_all(&line("unlimited")), 768);
    assert_eq!(in_all(""), 768);
    assert_eq!(in_all(&line("8")), 16);
}

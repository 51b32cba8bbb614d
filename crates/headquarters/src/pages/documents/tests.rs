//! Documents as people use them, and as others try to misuse them, against the house's own router.

mod drawn;
mod shown_letters;

use crate::forms::tests::{house_of, id};
use crate::{Ask, Draughtsman, House, Kept, Settings, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::response::Response;
use coalition::content::{Document, Reading};
use coalition::{Id, Thing};
use futures_core::Stream;
use jiff::{Timestamp, ToSpan};
use record::{Entry, Follower, MemoryStore, Store, StoreError, StoredHead};
use serde_json::{Value, json};
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use tower::ServiceExt;

const PDF: &[u8] = b"%PDF-1.7\nan agenda";

/// A store that can be told to fail.
struct Failing(MemoryStore, Arc<AtomicBool>);

impl Store for Failing {
    fn append(&mut self, size: u64, entries: &[Entry], note: &str) -> Result<(), StoreError> {
        if self.1.load(Ordering::SeqCst) {
            return Err(StoreError::Full);
        }
        self.0.append(size, entries, note)
    }
    fn read(&self, range: Range<u64>, visit: &mut dyn FnMut(u64, Entry)) -> Result<(), StoreError> {
        self.0.read(range, visit)
    }
    fn head(&self) -> Result<StoredHead, StoreError> {
        self.0.head()
    }
    fn follow(&self) -> Follower {
        self.0.follow()
    }
}

pub(super) struct Papers {
    pub(super) house: Arc<House>,
    router: Router,
    minutes: Arc<AtomicI64>,
    full: Arc<AtomicBool>,
}

pub(super) struct Reply {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", self.text()))
    }
}

fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
        let head =
            format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend([head.as_bytes(), content, b"\r\n"].concat());
    }
    body.extend(b"--cut--\r\n");
    body
}

impl Papers {
    /// The worked example, with a paper of Estonia's that everybody sees. A mebibyte is taken.
    pub(super) fn new() -> Papers {
        Papers::with(None)
    }

    /// The same, with somebody who draws pages.
    fn with(draughtsman: Option<Arc<dyn Draughtsman>>) -> Papers {
        let minutes = Arc::new(AtomicI64::new(0));
        let clock = Arc::clone(&minutes);
        let full = Arc::new(AtomicBool::new(false));
        let settings = Settings {
            content_bytes_max: 1 << 20,
            draughtsman,
            clock: Arc::new(move || {
                let start: Timestamp = "2026-01-10T08:00:00Z".parse().unwrap();
                start + clock.load(Ordering::SeqCst).minutes()
            }),
            ..Settings::demonstration(Vec::new())
        };
        let failing = Arc::clone(&full);
        let kept = |store| Kept(Box::new(Failing(store, failing)));
        let house = tokio::task::block_in_place(|| house_of(settings, kept));
        let papers = Papers { router: router(&house), house, minutes, full };
        papers.give("head-ee", "paper", json!({ "reading": "download" }), "GREEN");
        papers
    }

    pub(super) fn give(&self, person: &str, paper: &str, mut said: Value, label: &str) {
        said["title"] = paper.into();
        self.act(
            person,
            paper,
            json!({ "create": { "content": { "document": said }, "marking": { "label": label } } }),
        );
    }

    /// An open session, `talks`, of a meeting of France's that everybody with a seat sees.
    fn hold_talks(&self) {
        let made = |content: Value| json!({ "create": { "content": content, "marking": { "label": "GREEN" } } });
        let meeting = json!({ "meeting": { "title": "Here", "level": "officials", "form": "in_person",
            "zone": "UTC", "rules": { "devices": "kept", "undertaking": false, "attribution": "none" } } });
        self.act("clerk-fr", "here", made(meeting));
        let session =
            json!({ "session": { "meeting": "here", "title": "Talks", "closed": false } });
        self.act("clerk-fr", "talks", made(session));
    }

    fn act(&self, person: &str, subject: &str, change: Value) {
        let ask = Ask::Import { at: self.house.now(), subject: id(subject), change };
        let done =
            tokio::task::block_in_place(|| self.house.submit_and_wait(Some(id(person)), ask));
        done.unwrap_or_else(|why| panic!("{why}"));
    }

    fn request(
        &self,
        person: Option<&str>,
        method: &str,
        address: &str,
    ) -> axum::http::request::Builder {
        let request =
            Request::builder().method(method).uri(address).header("host", "localhost:4860");
        match person {
            Some(person) => {
                let token = self.house.sign_in(id(person));
                request.header("cookie", format!("__Host-entente={}", token.as_str()))
            }
            None => request,
        }
    }

    async fn send(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn reply(&self, request: Request<Body>) -> Reply {
        let response = self.send(request).await;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let headers = headers.collect();
        let body = to_bytes(response.into_body(), usize::MAX).await.map(|bytes| bytes.to_vec());
        Reply { status, headers, body: body.unwrap_or_default() }
    }

    pub(super) async fn get(&self, person: Option<&str>, address: &str) -> Reply {
        self.reply(self.request(person, "GET", address).body(Body::empty()).unwrap()).await
    }

    pub(super) async fn post(
        &self,
        person: Option<&str>,
        address: &str,
        kind: &str,
        body: Vec<u8>,
    ) -> Reply {
        let request = self.request(person, "POST", address).header("content-type", kind);
        self.reply(request.body(Body::from(body)).unwrap()).await
    }

    async fn upload(
        &self,
        person: &str,
        paper: &str,
        parts: &[(&str, Option<&str>, &[u8])],
    ) -> Reply {
        let address = format!("/documents/{paper}/versions");
        self.post(Some(person), &address, "multipart/form-data; boundary=cut", form(parts)).await
    }

    /// Adds a version, and gives its address.
    async fn add(&self, person: &str, paper: &str, name: &str, content: &[u8]) -> String {
        let reply = self.upload(person, paper, &[("file", Some(name), content)]).await;
        assert_eq!(reply.status, 303, "{}", reply.text());
        let version =
            self.of(person, paper, |thing, _| thing.versions.last().unwrap().version.id.clone());
        format!("/documents/{paper}/versions/{version}")
    }

    pub(super) fn of<T>(
        &self,
        person: &str,
        paper: &str,
        read: impl FnOnce(&Thing, &Document) -> T,
    ) -> T {
        let view = self.house.view(Some(&id(person)));
        let (thing, document) = view.find::<Document>(&id(paper)).unwrap();
        read(thing, document)
    }

    pub(super) fn readings(&self, person: &str) -> usize {
        self.house.view(Some(&id(person))).all::<Reading>().count()
    }

    fn versions(&self) -> usize {
        self.of("head-ee", "paper", |thing, _| thing.versions.len())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_sent_is_read_by_those_who_see_it_and_that_is_recorded_first() {
    let papers = Papers::new();
    let at = papers.add("head-ee", "paper", "Agenda \u{2013} final.pdf", PDF).await;
    assert_eq!(papers.readings("head-ee"), 0);
    let read = papers.get(Some("head-us"), &at).await;
    assert_eq!((read.status, read.body.as_slice()), (200, PDF));
    assert_eq!(read.header("content-type"), "application/pdf");
    assert_eq!(read.header("x-content-type-options"), "nosniff");
    assert_eq!(read.header("cache-control"), "private, no-store");
    assert_eq!(read.header("accept-ranges"), "none");
    assert!(read.header("content-security-policy").contains("sandbox"));
    assert_eq!(
        read.header("content-disposition"),
        "attachment; filename=\"Agenda _ final.pdf\"; filename*=UTF-8''Agenda%20%E2%80%93%20final.pdf"
    );
    for (person, seen) in [("head-ee", 1), ("head-us", 1), ("clerk-fr", 0)] {
        assert_eq!(papers.readings(person), seen, "{person}");
    }
    let page = papers.get(Some("head-ee"), "/documents/paper").await.text();
    assert!(page.contains("version 1") && page.contains("Who has read it"), "{page}");
    // What cannot be recorded is not given out.
    papers.full.store(true, Ordering::SeqCst);
    let refused = papers.get(Some("head-us"), &at).await;
    assert_eq!(refused.status, 503);
    assert!(!refused.text().contains("%PDF"));
    papers.full.store(false, Ordering::SeqCst);
    assert_eq!(papers.get(Some("head-us"), &at).await.status, 200);
    assert_eq!(papers.get(None, &at).await.status, 404, "GREEN is not for the public");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_clear_is_read_by_anybody_and_nobody_is_noted() {
    let papers = Papers::new();
    papers.give("head-ee", "public", json!({ "reading": "download" }), "CLEAR");
    let at = papers.add("head-ee", "public", "a.pdf", PDF).await;
    let before = papers.house.size();
    for person in [None, Some("head-us")] {
        assert_eq!(papers.get(person, &at).await.body, PDF);
    }
    assert_eq!(papers.house.size(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_adds_one_version_and_keeps_one_content() {
    let papers = Papers::new();
    let parts: [(&str, Option<&str>, &[u8]); 2] =
        [("key", None, b"form-1"), ("file", Some("a.pdf"), PDF)];
    for _ in 0..3 {
        assert_eq!(papers.upload("head-ee", "paper", &parts).await.status, 303);
    }
    assert_eq!((papers.versions(), papers.house.vault.count()), (1, (1, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_not_that_of_the_page_is_refused_and_leaves_nothing() {
    let papers = Papers::new();
    let file = ("file", Some("a.pdf"), PDF);
    let before = papers.house.size();
    let many: Vec<(&str, Option<&str>, &[u8])> = vec![("key", None, b"k".as_slice()); 500];
    for (parts, status) in [
        (vec![file, file], 422),
        (vec![("key", None, b"no key at all".as_slice()), file], 422),
        (vec![("stray", None, b"x".as_slice()), file], 422),
        (vec![("key", None, b"k".as_slice())], 422),
        (many, 422),
        (vec![("file", Some("a.pdf"), b"".as_slice())], 415),
        (vec![("file", Some("a.pdf"), b"<script>alert(1)</script>".as_slice())], 415),
        (vec![("file", Some("a.svg"), b"<svg xmlns='x'/>".as_slice())], 415),
        (vec![("file", Some("a.pdf"), b"MZ\x90\0".as_slice())], 415),
    ] {
        let reply = papers.upload("head-ee", "paper", &parts).await;
        assert_eq!(reply.status, status, "{parts:?} {}", reply.text());
        assert!(!reply.text().contains("<script>alert"));
    }
    let whole = form(&[file]);
    let address = "/documents/paper/versions";
    for (kind, body, status) in [
        ("multipart/form-data", whole.clone(), 422),
        ("multipart/form-data; boundary=other", whole.clone(), 400),
        ("application/x-www-form-urlencoded", b"file=x".to_vec(), 422),
        ("multipart/form-data; boundary=cut", whole[..whole.len() - 12].to_vec(), 400),
        ("multipart/form-data; boundary=cut", Vec::new(), 400),
    ] {
        let reply = papers.post(Some("head-ee"), address, kind, body).await;
        assert_eq!(reply.status, status, "{kind} {}", reply.text());
    }
    assert_eq!((papers.house.size(), papers.house.vault.count()), (before, (0, 0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_long_is_refused_however_it_is_sent() {
    let papers = Papers::new();
    let bomb = vec![b'a'; 3 << 20];
    let reply = papers.upload("head-ee", "paper", &[("file", Some("a.txt"), &bomb)]).await;
    assert_eq!(reply.status, 413);
    assert!(reply.text().contains("longer than 1 MiB"), "{}", reply.text());
    let key = vec![b'k'; 1 << 20];
    let reply = papers.upload("head-ee", "paper", &[("key", None, &key)]).await;
    assert_eq!(reply.status, 413, "nor is any other part");
    let address = "/api/v1/documents/paper/versions";
    let reply = papers.post(Some("head-ee"), address, "application/octet-stream", bomb).await;
    assert_eq!((reply.status, reply.json()["error"]["code"].clone()), (413, "too_long".into()));
    let longest = vec![b'a'; 1 << 20];
    let reply = papers.post(Some("head-ee"), address, "application/octet-stream", longest).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(papers.house.vault.count(), (1, 1));
    // Whoever sends too many at once waits.
    let places: Vec<_> = (0..2).map(|_| papers.house.vault.admit(&id("head-ee"))).collect();
    let reply = papers.upload("head-ee", "paper", &[("file", Some("a.pdf"), PDF)]).await;
    assert_eq!(reply.status, 429);
    drop(places);
    assert_eq!(
        papers.upload("head-ee", "paper", &[("file", Some("a.pdf"), PDF)]).await.status,
        303
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn others_neither_add_nor_destroy_and_other_sites_do_nothing() {
    let papers = Papers::new();
    let at = papers.add("head-ee", "paper", "a.pdf", PDF).await;
    papers.give("head-ee", "red", json!({ "reading": "download" }), "RED");
    let hidden = papers.add("head-ee", "red", "a.pdf", PDF).await;
    let part: [(&str, Option<&str>, &[u8]); 1] = [("file", Some("a.pdf"), PDF)];
    let before = papers.house.size();
    for person in ["clerk-fr", "head-us", "adviser-es"] {
        assert_eq!(papers.upload(person, "paper", &part).await.status, 403, "{person}");
        assert_eq!(papers.upload(person, "red", &part).await.status, 404, "{person}");
        let form = "application/x-www-form-urlencoded";
        let destroyed = papers.post(Some(person), &format!("{at}/destroy"), form, Vec::new()).await;
        assert_eq!(destroyed.status, 403, "{person}");
        for address in [&hidden, &format!("{hidden}/shown"), &format!("{hidden}/inline")] {
            let (hidden, never) = (
                papers.get(Some(person), address).await,
                papers.get(Some(person), "/documents/never/versions/was").await,
            );
            assert_eq!((hidden.status, never.status), (404, 404), "{person} {address}");
            assert_eq!(hidden.body, never.body, "{person} {address}");
        }
    }
    // A version is found at its own document alone.
    let elsewhere = hidden.replace("/documents/red/", "/documents/paper/");
    assert_eq!(papers.get(Some("head-ee"), &elsewhere).await.status, 404);
    let request = papers.request(Some("head-ee"), "POST", "/documents/paper/versions");
    let request = request
        .header("content-type", "multipart/form-data; boundary=cut")
        .header("sec-fetch-site", "cross-site");
    let foreign = papers.reply(request.body(Body::from(form(&part))).unwrap()).await;
    assert_eq!(foreign.status, 403);
    assert_eq!((papers.house.size(), papers.house.vault.count()), (before, (2, 2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_a_withdrawn_and_a_destroyed_document_say_so_and_are_not_served() {
    let papers = Papers::new();
    let at = papers.add("head-ee", "paper", "a.txt", b"What was agreed.").await;
    let read = format!("{at}/shown");
    assert!(papers.get(Some("clerk-fr"), &read).await.text().contains("What was agreed."));
    let amend = |expires: &str| {
        json!({ "amend": { "content": { "document": {
            "title": "paper", "reading": "download", "expires": expires } } } })
    };
    papers.act("head-ee", "paper", amend("2026-01-10T09:00:00Z"));
    papers.minutes.store(61, Ordering::SeqCst);
    let before = papers.house.size();
    for person in ["clerk-fr", "head-ee"] {
        for address in [&at, &read] {
            let reply = papers.get(Some(person), address).await;
            assert_eq!(reply.status, 409, "{person}");
            assert!(reply.text().contains("expired") && !reply.text().contains("agreed"));
        }
    }
    assert!(papers.get(Some("clerk-fr"), "/documents/paper").await.text().contains("Expired"));
    assert!(papers.get(Some("clerk-fr"), "/documents").await.text().contains("expired"));
    assert_eq!(papers.house.size(), before, "no reading is recorded where nothing is read");
    papers.act("head-ee", "paper", amend("2026-02-01T00:00:00Z"));
    assert_eq!(papers.get(Some("clerk-fr"), &at).await.status, 200);
    papers.act("head-ee", "paper", json!({ "withdraw": {} }));
    assert_eq!(papers.get(Some("clerk-fr"), &at).await.status, 409);
    papers.act("head-ee", "paper", json!({ "resume": {} }));
    let form = "application/x-www-form-urlencoded";
    let reply = papers
        .post(Some("head-ee"), &format!("{at}/destroy"), form, b"reason=a+mistake".to_vec())
        .await;
    assert_eq!((reply.status, reply.header("location")), (303, "/documents/paper"));
    assert_eq!(
        (papers.get(Some("head-ee"), &at).await.status, papers.house.vault.count()),
        (409, (0, 0))
    );
    let page = papers.get(Some("clerk-fr"), "/documents/paper").await.text();
    assert!(page.contains("its key is gone") && page.contains("a mistake"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_only_shown_is_not_handed_out() {
    let papers = Papers::new();
    papers.give("head-ee", "shown", json!({ "reading": "shown" }), "GREEN");
    let pdf = papers.upload("head-ee", "shown", &[("file", Some("a.pdf"), PDF)]).await;
    assert_eq!(pdf.status, 409, "the house cannot show it");
    let text = format!("The <b>first</b>\n{}last", "line\n".repeat(100));
    let at = papers.add("head-ee", "shown", "a.txt", text.as_bytes()).await;
    assert_eq!(papers.get(Some("clerk-fr"), &at).await.status, 403);
    assert_eq!(papers.get(Some("clerk-fr"), &format!("/api/v1{at}")).await.status, 403);
    assert_eq!(papers.get(Some("clerk-fr"), &format!("{at}/inline")).await.status, 409);
    let first = papers.get(Some("clerk-fr"), &format!("{at}/shown")).await;
    assert!(first.text().contains("&lt;b&gt;first&lt;/b&gt;"), "{}", first.text());
    assert_eq!(first.header("cache-control"), "private, no-store");
    assert!(first.text().contains("Page 1 of 2") && !first.text().contains("last"));
    let second = papers.get(Some("clerk-fr"), &format!("{at}/shown?page=2")).await.text();
    assert!(second.contains("last") && !second.contains("first"));
    for page in ["3", "0", "x", "99999999999"] {
        let reply = papers.get(Some("clerk-fr"), &format!("{at}/shown?page={page}")).await;
        assert_eq!(reply.status, 422, "{page}");
    }
    let page = papers.get(Some("head-ee"), "/documents/shown").await.text();
    assert!(page.contains(", page 1") && page.contains(", page 2"), "{page}");
    let picture = papers.add("head-ee", "shown", "a.png", b"\x89PNG\r\n\x1a\n\0").await;
    let sheet = papers.get(Some("clerk-fr"), &format!("{picture}/shown")).await.text();
    assert!(sheet.contains(&format!("<img class=\"paper\" src=\"{picture}/inline\"")), "{sheet}");
    let shown = papers.get(Some("clerk-fr"), &format!("{picture}/inline")).await;
    assert!(shown.header("content-disposition").starts_with("inline; "));
    assert!(shown.header("content-security-policy").contains("sandbox"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_door_that_closes_cuts_off_what_is_still_on_its_way() {
    let papers = Papers::new();
    papers.hold_talks();
    papers.give("clerk-fr", "terms", json!({ "reading": "download", "session": "talks" }), "GREEN");
    let long = "What was said. ".repeat(69_000);
    let at = papers.add("clerk-fr", "terms", "terms.txt", long.as_bytes()).await;
    assert_eq!(papers.get(Some("head-ee"), &at).await.body.len(), long.len());
    let meeting = papers.get(Some("head-ee"), "/meetings/here").await.text();
    assert!(meeting.contains("/documents/terms"), "it stands under its session");
    let request = papers.request(Some("head-ee"), "GET", &at).body(Body::empty()).unwrap();
    let response = papers.send(request).await;
    assert_eq!(response.status(), 200);
    let mut pieces = response.into_body().into_data_stream();
    let mut piece =
        async || std::future::poll_fn(|context| Pin::new(&mut pieces).poll_next(context)).await;
    let mut taken = piece().await.expect("a first piece").expect("whole").len();
    papers.act("clerk-fr", "talks", json!({ "close": {} }));
    let broken = loop {
        match piece().await {
            Some(Ok(bytes)) => taken += bytes.len(),
            Some(Err(_)) => break true,
            None => break false,
        }
    };
    assert!(broken && taken < long.len() / 2, "{taken} of {} bytes", long.len());
    assert_eq!(papers.get(Some("head-ee"), &at).await.status, 404);
    assert!(
        !papers.get(Some("head-ee"), "/meetings/here").await.text().contains("/documents/terms")
    );
    assert!(!papers.get(Some("head-ee"), "/documents").await.text().contains("terms"));
    papers.act("clerk-fr", "talks", json!({ "reopen": {} }));
    assert_eq!(papers.get(Some("head-ee"), &at).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_cuts_off_what_is_still_on_its_way() {
    let papers = Papers::new();
    let long = "What was said. ".repeat(69_000);
    let at = papers.add("head-ee", "paper", "paper.txt", long.as_bytes()).await;
    for ends in [false, true] {
        let token = papers.house.sign_in(id("clerk-fr"));
        let request = papers.request(None, "GET", &at);
        let request = request.header("cookie", format!("__Host-entente={}", token.as_str()));
        let response = papers.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 200);
        let mut pieces = response.into_body().into_data_stream();
        let mut piece =
            async || std::future::poll_fn(|context| Pin::new(&mut pieces).poll_next(context)).await;
        let mut taken = piece().await.expect("a first piece").expect("whole").len();
        if ends {
            papers.house.sign_out(token.as_str());
        }
        let broken = loop {
            match piece().await {
                Some(Ok(bytes)) => taken += bytes.len(),
                Some(Err(_)) => break true,
                None => break false,
            }
        };
        assert_eq!(broken, ends);
        assert_eq!(taken == long.len(), !ends, "{taken} of {} bytes", long.len());
    }
    // What comes in is nobody's any more when its sender's session has ended.
    let token = papers.house.sign_in(id("head-ee"));
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    let request = papers.request(None, "POST", "/api/v1/documents/paper/versions?name=late.txt");
    let request = request
        .header("cookie", format!("__Host-entente={}", token.as_str()))
        .header("content-type", "application/octet-stream")
        .body(Body::from_stream(Sent(receiver)));
    let sending = papers.router.clone().oneshot(request.unwrap());
    let sending = tokio::spawn(sending);
    sender.send(Ok("A late word.".into())).await.expect("it is taken");
    sender.send(Ok(" And another.".into())).await.expect("it is taken");
    papers.house.sign_out(token.as_str());
    drop(sender);
    assert_eq!(sending.await.expect("no panic").unwrap().status(), 401);
    let told = papers.get(Some("head-ee"), "/api/v1/documents/paper").await.json();
    assert_eq!(told["versions"].as_array().map(Vec::len), Some(1), "{told}");
}

/// A body that comes as somebody sends it.
struct Sent(tokio::sync::mpsc::Receiver<std::io::Result<axum::body::Bytes>>);

impl Stream for Sent {
    type Item = std::io::Result<axum::body::Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_adds_reads_and_destroys_versions() {
    let papers = Papers::new();
    let address = "/api/v1/documents/paper/versions?name=..%2F..%2Fplan%E2%80%AE.exe";
    let reply =
        papers.post(Some("head-ee"), address, "application/octet-stream", PDF.to_vec()).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(reply.header("location"), "/api/v1/documents/paper");
    let version = reply.json()["version"].as_str().unwrap().to_owned();
    let told = papers.get(Some("clerk-fr"), "/api/v1/documents/paper").await.json();
    let kept = &told["versions"][0];
    assert_eq!(
        (kept["id"].as_str(), kept["name"].as_str()),
        (Some(version.as_str()), Some("plan.exe.pdf"))
    );
    assert_eq!(
        (kept["bytes"].as_u64(), kept["media"].as_str()),
        (Some(18), Some("application/pdf"))
    );
    let at = format!("/api/v1/documents/paper/versions/{version}");
    assert_eq!(papers.get(Some("clerk-fr"), &at).await.body, PDF);
    let unfit =
        papers.post(Some("head-ee"), address, "application/octet-stream", b"MZ".to_vec()).await;
    // Two letters are a short text, and so they are called one.
    assert_eq!(unfit.status, 201);
    let unfit =
        papers.post(Some("head-ee"), address, "application/octet-stream", vec![0, 159]).await;
    assert_eq!((unfit.status, unfit.json()["error"]["code"].clone()), (415, "unfit".into()));
    let wrong = papers.post(Some("head-ee"), address, "text/html", PDF.to_vec()).await;
    assert_eq!(wrong.status, 422, "what its sender says it is counts for nothing");
    assert_eq!(
        papers.post(None, address, "application/octet-stream", PDF.to_vec()).await.status,
        401
    );
    let destroy = format!("{at}/destroy");
    let reply = papers.post(Some("clerk-fr"), &destroy, "application/json", b"{}".to_vec()).await;
    assert_eq!(reply.status, 403);
    let reply = papers.post(Some("head-ee"), &destroy, "application/json", b"{}".to_vec()).await;
    assert_eq!((reply.status, reply.json()["destroyed"].as_str()), (200, Some(version.as_str())));
    assert_eq!(papers.get(Some("clerk-fr"), &at).await.status, 409);
    let told = papers.get(Some("clerk-fr"), "/api/v1/documents/paper").await.json();
    assert!(
        told["versions"][0]["destroyed"].is_string() && told["versions"][0]["hash"].is_string()
    );
}

//! A real house whose contents lie in a bucket of a store by other people, from the browser that sends a
//! paper to the object that holds it; killed, and with its store gone. With the feature `s3` alone.
#![cfg(feature = "s3")]

#[path = "browser/house.rs"]
#[allow(dead_code, reason = "shared with the tour, which uses all of it")]
mod house;
#[path = "browser/people.rs"]
#[allow(dead_code, reason = "shared with the tests of passkeys, which use all of it")]
mod people;
mod running;
#[path = "../../headquarters/tests/store/mod.rs"]
mod store;

use house::{DESK, House, browser_is_there};
use people::{enrol, found, with_authenticator};
use running::sending::{Reopened, document, files, survives, upload, version_in};
use running::{Line, Reply, Running, Scratch};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use store::Store;
use thirtyfour::prelude::*;

const WORDS: &str = "The harbour is paid for by the delegation of France.";
/// What the house writes into a bucket to see that it may.
const PROBE: &str = "Sealed contents of an Entente house";

/// A coalition whose house keeps its contents in a bucket, and the session of its founder.
struct Served {
    scratch: Scratch,
    store: Mutex<Store>,
    url: String,
    cookie: String,
}

impl Served {
    fn start(&self) -> Running {
        serving(&self.scratch, &self.url)
    }

    fn line(&self, house: &Running) -> Line {
        Line::of_session(house.address, &self.cookie).expect("it answers")
    }

    /// How many objects lie in the bucket, and how many hold these words.
    fn objects(&self, words: &str) -> (usize, usize) {
        self.store.lock().unwrap_or_else(PoisonError::into_inner).objects(words)
    }
}

fn serving(scratch: &Scratch, store: &str) -> Running {
    let account = scratch.path("account");
    let account = account.to_str().expect("a plain path");
    let options = ["--contents", "s3://papers/house", "--contents-at", store];
    let options =
        [&options[..], &["--contents-region", "eu-west-1", "--contents-account", account]];
    Running::serving(&scratch.path("data"), &options.concat())
}

/// Somebody founds a coalition, comes in by a browser, and sends a paper by the form of its page. Gives
/// the address of its version.
async fn comes_in_and_sends(browser: &House, link: &str, paper: &str) -> WebDriverResult<String> {
    with_authenticator(browser).await?;
    enrol(browser, link).await?;
    browser.go("/new/document").await?;
    browser.fill("title", "On the harbour").await?;
    browser.follow("Save").await?;
    browser.says("No version has been added yet").await;
    browser.driver.find(By::Css("main input[type=file]")).await?.send_keys(paper).await?;
    browser.follow("Send").await?;
    browser.says("harbour.txt").await;
    let link = "//main//a[normalize-space()='Download']";
    let link = browser.driver.query(By::XPath(link)).first().await?;
    Ok(link.attr("href").await?.expect("it leads somewhere"))
}

/// The store, a house on it, and a browser in front; nothing where one of them is not installed.
async fn served() -> Option<(Served, Running, String)> {
    if !browser_is_there() {
        return None;
    }
    let store = Store::started()?;
    let scratch = Scratch::new();
    let link = found(scratch.path("data").to_str().expect("a plain path"));
    let account = scratch.path("account");
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(account);
    file.and_then(|mut file| writeln!(file, "{}", store.account)).expect("ours");
    let paper = scratch.path("harbour.txt");
    std::fs::write(&paper, format!("{WORDS}\n").repeat(3_000)).expect("ours");
    let house = serving(&scratch, &store.url);
    let port = house.address.port();
    let browser = House::seen_at(format!("http://localhost:{port}"), DESK).await;
    let sent = comes_in_and_sends(&browser, &link, paper.to_str().expect("plain")).await;
    let cookie = browser.driver.get_named_cookie("__Host-entente").await;
    browser.close().await;
    let (at, cookie) = (sent.expect("the browser does as it is told"), cookie.expect("a session"));
    let url = store.url.clone();
    let cookie = format!("__Host-entente={}", cookie.value);
    Some((Served { scratch, store: Mutex::new(store), url, cookie }, house, at))
}

fn says(reply: &Reply, status: u16, words: &str) {
    assert_eq!(reply.status, status, "{}", reply.text());
    assert!(reply.text().contains(words), "{words:?} in {}", reply.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paper_sent_by_a_browser_lies_sealed_in_the_bucket_and_is_read_after_a_restart() {
    let Some((of, house, at)) = served().await else { return };
    assert_eq!(of.objects(PROBE), (2, 1), "the paper, and what the house wrote to see that it may");
    assert_eq!(of.objects("harbour"), (2, 0), "nothing of it lies open");
    let sealed = of.scratch.path("data").join("contents/sealed");
    assert_eq!(files(&sealed), 0, "nor does it lie on this machine");
    assert_eq!(house.kill(), "");

    let mut house = of.start();
    let read = of.line(&house).get(&at).expect("it answers");
    assert_eq!(read.status, 200, "{}", read.text());
    assert!(read.text() == format!("{WORDS}\n").repeat(3_000), "it is whole");
    // A store that goes away takes no page with it but the papers themselves.
    of.store.lock().unwrap_or_else(PoisonError::into_inner).end();
    let mut line = of.line(&house);
    let paper = at.split("/versions").next().expect("an address").to_owned();
    for page in ["/", "/documents", paper.as_str(), "/account", "/record"] {
        let reply = line.get(page).expect("it answers");
        assert_eq!(reply.status, 200, "{page}: {}", reply.text());
    }
    let gone = line.get(&at).expect("it answers");
    says(&gone, 503, "its content cannot be read where it lies");
    let shown = line.get(&format!("{at}/shown")).expect("it answers");
    says(&shown, 503, "its content cannot be read where it lies");
    let id = paper.rsplit('/').next().expect("an id");
    let refused = upload(&mut line, id, ("late.txt", "late"), b"A late word.").expect("it answers");
    says(&refused, 503, "the store of contents does not answer");
    for reply in [&gone, &shown, &refused] {
        let said = reply.text();
        for secret in ["s3://", "papers/house", of.url.trim_start_matches("http://")] {
            assert!(!said.contains(secret), "{secret} in {said}");
        }
    }
    assert_eq!(files(&of.incoming()), 0, "nothing half is left");
    assert!(house.lives());
    let told = house.kill();
    assert!(told.contains("the store of contents"), "whoever runs the house is told: {told}");

    // And a house starts while its store is away.
    let house = of.start();
    let mut line = of.line(&house);
    assert_eq!(line.get(&paper).expect("it answers").status, 200);
    assert_eq!(line.get(&at).expect("it answers").status, 503);
    let told = house.kill();
    assert!(told.contains("documents cannot be sent or read until it does"), "{told}");
}

impl Reopened for Served {
    fn start(&self) -> Running {
        Served::start(self)
    }

    fn line(&self, address: SocketAddr, _: usize) -> io::Result<Line> {
        Line::of_session(address, &self.cookie)
    }

    fn sealed(&self) -> usize {
        // One is what the house wrote to see that it may.
        self.objects("").0 - 1
    }

    fn incoming(&self) -> PathBuf {
        self.scratch.path("data").join("contents/incoming")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_house_killed_while_it_sends_to_its_bucket_keeps_every_version_that_it_acknowledged() {
    let Some((of, house, _)) = served().await else { return };
    // Of a paper that is destroyed nothing is left in the bucket.
    let mut line = of.line(&house);
    let own = document(&mut line, "soon-gone", "download");
    let reply = upload(&mut line, &own, ("gone.txt", "gone"), b"What is destroyed.");
    let version = version_in(&reply.expect("it answers"));
    assert_eq!(of.objects("").0, 3);
    let address = format!("/api/v1/documents/{own}/versions/{version}/destroy");
    let json = [("content-type", "application/json")];
    let destroyed = line.ask("POST", &address, &json, b"{}").expect("it answers");
    assert_eq!((destroyed.status, of.objects("").0), (200, 2), "{}", destroyed.text());
    assert_eq!(house.kill(), "");
    tokio::task::block_in_place(|| survives(&of, 6, 20_261_122));
}

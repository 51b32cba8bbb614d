//! A bucket against a store by other people, which checks every signature; and against stores that are
//! away, refuse, or break off.

#[path = "../../../tests/store/mod.rs"]
mod store;

use super::super::shelf::tests::keeps_its_contract;
use super::super::tests::{Place, content, take};
use super::super::{Contents, Vault};
use super::*;
use coalition::Id;
use jiff::Timestamp;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use store::Store;

impl Place {
    fn bucket(&self, address: &str, endpoint: &str, account: &str) -> Bucket {
        let incoming = self.scratch.0.join("incoming");
        let clock: Clock = Arc::new(Timestamp::now);
        Bucket::at((address, endpoint, "eu-west-1"), account, incoming, clock).unwrap()
    }

    fn shelf(&self, bucket: Bucket) -> io::Result<Shelved> {
        bucket.open(Arc::clone(&self.desk))
    }

    fn vault(&self, bucket: Bucket, kept: &[&str]) -> Vault {
        let kept = kept.iter().map(|version| Id::parse(version).unwrap()).collect();
        let desk = Some(Arc::clone(&self.desk));
        Vault::open(Contents::Bucket(bucket), desk, &kept, &|| [9; 32]).unwrap()
    }
}

#[test]
fn a_bucket_keeps_the_contract_and_is_used_by_its_account_alone() {
    let Some(store) = Store::started() else { return };
    let place = Place::new("bucket-contract");
    let bucket = |address: &str, account: &str| place.bucket(address, &store.url, account);
    keeps_its_contract(&place.shelf(bucket("s3://papers/one/two", &store.account)).unwrap());
    let told = |bucket| match place.shelf(bucket) {
        Ok(_) => panic!("it opens"),
        Err(error) => (error.kind(), error.to_string()),
    };
    let forged = format!("{}x", store.account);
    for account in [forged.as_str(), "AKIAUNKNOWN:secret"] {
        let (kind, said) = told(bucket("s3://papers/one", account));
        assert_eq!(kind, io::ErrorKind::PermissionDenied, "{said}");
        assert!(!said.contains("papers") && !said.contains("secret"), "{said}");
    }
    let (kind, said) = told(bucket("s3://others", &store.account));
    assert_eq!((kind, said.as_str()), (io::ErrorKind::PermissionDenied, "there is no such bucket"));
}

#[test]
fn a_vault_in_a_bucket_keeps_what_it_took_and_throws_away_what_nobody_speaks_of() {
    let Some(store) = Store::started() else { return };
    let place = Place::new("bucket-vault");
    let bucket = || place.bucket("s3://papers/house", &store.url, &store.account);
    let long: Vec<u8> = (0..300_000).map(|at| b'a' + u8::try_from(at % 26).unwrap()).collect();
    let vault = place.vault(bucket(), &[]);
    let version = take(&vault, "v1", [1; 32], &long).unwrap();
    let forgotten = take(&vault, "v2", [2; 32], b"of which the record never spoke").unwrap();
    assert_eq!(vault.count(), (2, 2));
    drop(vault);
    // As after a kill between the content and its act.
    let vault = place.vault(bucket(), &["v1"]);
    assert_eq!(vault.count(), (1, 1));
    assert_eq!(content(&vault, &version), Some(long));
    assert_eq!(content(&vault, &forgotten), None);
    vault.destroy(&version.id).unwrap();
    assert_eq!(vault.count(), (0, 0));
    assert_eq!(content(&vault, &version), None);
}

#[test]
fn a_store_that_goes_away_is_told_without_names_and_loses_nothing() {
    let Some(store) = Store::started() else { return };
    let place = Place::new("bucket-away");
    let bucket = place.bucket("s3://papers/away", &store.url, &store.account);
    let vault = place.vault(bucket.clone(), &[]);
    let version = take(&vault, "v1", [1; 32], b"what stays").unwrap();
    drop(store);
    let failed = take(&vault, "v2", [2; 32], b"what does not come in").unwrap_err();
    let said = failed.to_string();
    assert_eq!(said, "the file could not be kept: the store of contents does not answer");
    assert!(vault.open_content(&version).is_err(), "it is away, not gone");
    assert_eq!(std::fs::read_dir(place.scratch.0.join("incoming")).unwrap().count(), 0);
    // The key goes all the same: what it sealed is nothing any more.
    vault.destroy(&version.id).unwrap();
    assert!(vault.open_content(&version).unwrap().is_none());
    drop(vault);
    // A house starts without its store, and says so.
    let vault = place.vault(bucket, &[]);
    assert!(take(&vault, "v3", [3; 32], b"not yet").is_err());
}

/// A store that takes every request whole, answers it so, and hangs up.
fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = BufReader::new(stream.try_clone().unwrap());
            let mut length = 0;
            let mut line = String::new();
            while request.read_line(&mut line).is_ok_and(|read| read > 2) {
                let lower = line.to_ascii_lowercase();
                if let Some(said) = lower.strip_prefix("content-length:") {
                    length = said.trim().parse().unwrap();
                }
                line.clear();
            }
            let _ = request.read_exact(&mut vec![0; length]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

#[test]
fn a_store_that_breaks_off_lies_or_sends_elsewhere_is_not_believed() {
    let place = Place::new("bucket-lies");
    for (answer, kind) in [
        ("", io::ErrorKind::NotConnected),
        ("HTTP/1.1 200", io::ErrorKind::NotConnected),
        ("HTTP/1.1 503 Slow Down\r\ncontent-length: 0\r\n\r\n", io::ErrorKind::NotConnected),
        (
            "HTTP/1.1 307 Elsewhere\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
            io::ErrorKind::PermissionDenied,
        ),
        (
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok",
            io::ErrorKind::PermissionDenied,
        ),
    ] {
        let url = answering(answer);
        let shelved = place.shelf(place.bucket("s3://papers", &url, "key:secret"));
        let probed = shelved.and_then(|shelved| shelved.probe());
        assert_eq!(probed.unwrap_err().kind(), kind, "{answer:?}");
    }
}

#[test]
fn an_address_an_endpoint_and_an_account_are_read_or_refused_without_the_secret() {
    let at = |address: &str, endpoint: &str, region: &str, account: &str| {
        let clock: Clock = Arc::new(Timestamp::now);
        let bucket = Bucket::at((address, endpoint, region), account, PathBuf::new(), clock);
        bucket.map(|bucket| format!("{bucket:?}"))
    };
    let (good, store) = ("s3://papers/a/b", "https://s3.example");
    for (address, endpoint, told) in [
        (good, store, "Bucket(https://s3.example/papers/a/b/)"),
        ("s3://papers/", "https://s3.example:443/", "Bucket(https://s3.example/papers/)"),
        ("s3://papers", "http://[::1]:9000", "Bucket(http://[::1]:9000/papers/)"),
        ("s3://papers", "http://127.0.0.1:80", "Bucket(http://127.0.0.1/papers/)"),
    ] {
        assert_eq!(at(address, endpoint, "eu-west-1", "key:sec/ret+=\n").unwrap(), told);
    }
    for address in
        ["papers", "s3://", "s3:///a", "s3://a//b", "s3://a/../b", "s3://a/b?c", "s3://a b"]
    {
        assert_eq!(at(address, store, "r", "key:secret"), Err(BadBucket::Address), "{address}");
    }
    for endpoint in [
        "s3.example",
        "http://s3.example",
        "ftp://s3.example",
        "https://s3.example/path",
        "https://a:b@s3.example",
        "http://localhost.example",
        "",
    ] {
        assert_eq!(at(good, endpoint, "r", "key:secret"), Err(BadBucket::Endpoint), "{endpoint}");
    }
    assert_eq!(at(good, store, "eu west", "key:secret"), Err(BadBucket::Region));
    for account in ["", "secret", ":secret", "key:", "key:a b", "key:a\nb"] {
        assert_eq!(at(good, store, "r", account), Err(BadBucket::Account), "{account}");
    }
}

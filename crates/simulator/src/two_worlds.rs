//! Two worlds: whoever asks the same of two houses whose records differ only in what he may not see
//! gets the same answers, byte for byte.

use crate::requests::{self, Asked};
use crate::twin::{Difference, Twins};
use crate::world::{Dice, World};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use coalition::{Act, Change, Content, Id};
use headquarters::passkeys::Origin;
use headquarters::{Doors, House, Kept, Method, Settings, router};
use jiff::{Timestamp, ToSpan};
use record::{Log, MemoryStore, Salt, SigningKey, first_checkpoint};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

/// What is allowed to differ. Everything else must be equal: status, every header, every byte.
///
/// 1. *Leaf hashes, checkpoints, proofs and receipts* (the sealed leaves): under `/record` and
///    `/api/v1/record`, base64 of 40 and more characters stands for itself.
/// 2. *Where acts are in the record*, when hidden acts were removed and not replaced: the numbers in
///    `/record/N` and in `"position":N`; then the pages of the record itself are left out.
pub fn normalised(address: &str, text: &str, difference: Difference) -> String {
    let of_the_record = address.starts_with("/record") || address.starts_with("/api/v1/record");
    match difference {
        Difference::Replaced if of_the_record => without_hashes(text),
        Difference::Replaced => text.to_owned(),
        Difference::Removed => without_places(text),
    }
}

fn without_hashes(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let is_digit =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '=');
    let mut run = String::new();
    for letter in text.chars().chain(['\0']) {
        if is_digit(letter) {
            run.push(letter);
            continue;
        }
        kept.push_str(if run.len() >= 40 { "HASH" } else { &run });
        run.clear();
        kept.push(letter);
    }
    kept
}

fn without_places(text: &str) -> String {
    let mut kept = text.to_owned();
    for before in ["/record/", "\"position\":", "\"position\": "] {
        let mut parts = kept.split(before);
        let mut joined = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            joined.push_str(before);
            joined.push('N');
            joined.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_digit()));
        }
        kept = joined;
    }
    kept
}

/// What time it is in both houses, in seconds since the first request.
type Clock = Arc<AtomicI64>;

/// Who comes in, as the founding of a record says: by a passkey, or as anybody.
fn doors(acts: &[Act]) -> Doors {
    let real = acts.iter().any(|act| {
        matches!(&act.change, Change::Create { content: Content::Coalition(said), .. } if !said.demonstration)
    });
    if real {
        Doors::Passkeys(Origin::parse("http://localhost:4860").expect("an origin"))
    } else {
        Doors::Demonstration(Vec::new())
    }
}

/// A house on a record given whole, with a clock that is told the time and dice for randomness.
fn house(acts: &[Act], doors: Doors, clock: &Clock) -> Arc<House> {
    let key = SigningKey::new("two.worlds/record", [7; 32]).expect("a key");
    let store = Kept(Box::new(MemoryStore::create(&first_checkpoint(&key))));
    let mut log = Log::open(store, key.clone()).expect("an empty record");
    let mut salts = Dice::new(5);
    let salt = |salts: &mut Dice| Salt(std::array::from_fn(|_| salts.throw().to_le_bytes()[0]));
    log.append(acts.iter().map(|act| (salt(&mut salts), act.encode())).collect())
        .expect("memory takes acts");
    let dice = Mutex::new(Dice::new(99));
    let mut settings = Settings::with(doors);
    let clock = Arc::clone(clock);
    settings.clock = Arc::new(move || {
        let start: Timestamp = "2025-12-01T10:00:00Z".parse().expect("a time");
        start + clock.load(Ordering::SeqCst).seconds()
    });
    settings.entropy = Arc::new(move |bytes| {
        let mut dice = dice.lock().expect("nobody panics here");
        bytes.iter_mut().for_each(|byte| *byte = dice.throw().to_le_bytes()[0]);
    });
    Arc::new(House::open(log.into_store(), key, settings).expect("the record opens"))
}

/// An answer as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The status.
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// Asks a house.
pub async fn ask(house: &Router, token: Option<&str>, asked: &Asked) -> Told {
    let mut request = Request::builder()
        .method(match asked.method {
            Method::Get => "GET",
            Method::Post => "POST",
        })
        .uri(&asked.address)
        .header("host", "localhost:4860");
    if let Some(token) = token {
        request = request.header("cookie", format!("__Host-entente={token}"));
    }
    let body = match &asked.body {
        Some((content_type, text)) => {
            request = request.header("content-type", *content_type);
            Body::from(text.clone())
        }
        None => Body::empty(),
    };
    let request = request.body(body).expect("a request");
    let response = house.clone().oneshot(request).await.expect("the router answers");
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a whole body");
    Told { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() }
}

/// How two answers differ, in words; `None` if they do not.
pub fn difference_of(
    asked: &Asked,
    first: &Told,
    second: &Told,
    difference: Difference,
) -> Option<String> {
    let same = |one: &str, other: &str| {
        one == other
            || normalised(&asked.address, one, difference)
                == normalised(&asked.address, other, difference)
    };
    if first.status != second.status {
        return Some(format!("status {} and {}", first.status, second.status));
    }
    if !same(&first.body, &second.body) {
        return Some(first_difference(
            &normalised(&asked.address, &first.body, difference),
            &normalised(&asked.address, &second.body, difference),
        ));
    }
    // The tag is of the body, and says no more than the body does: it may differ where the body may.
    let told = |told: &Told| -> Vec<(String, String)> {
        let tag_may_differ = first.body != second.body;
        told.headers
            .iter()
            .filter(|(name, _)| {
                !(tag_may_differ && matches!(name.as_str(), "etag" | "content-length"))
            })
            .cloned()
            .collect()
    };
    let (headers, others) = (told(first), told(second));
    if headers.len() != others.len() {
        return Some(format!("headers {headers:?}\nand {others:?}"));
    }
    headers
        .iter()
        .zip(&others)
        .find(|(one, other)| one.0 != other.0 || !same(&one.1, &other.1))
        .map(|pair| format!("header {pair:?}"))
}

fn first_difference(one: &str, other: &str) -> String {
    let at = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| {
        let from = text.floor_char_boundary(at.saturating_sub(120));
        let until = text.floor_char_boundary((at + 160).min(text.len()));
        text[from..until].to_owned()
    };
    format!("bodies at byte {at}:\n--- first\n{}\n--- second\n{}", around(one), around(other))
}

/// What a comparison did, or the first difference it found.
pub struct Compared {
    /// How many requests were compared.
    pub requests: usize,
    /// Which of them told the worlds apart, and how.
    pub found: Option<(Asked, String)>,
}

/// Asks both houses of a pair of twins everything, reads first, then changes, then reads again.
pub async fn compare(twins: &Twins, difference: Difference, seed: u64) -> Compared {
    let clock = Clock::default();
    let houses = [&twins.first, &twins.second].map(|acts| house(acts, doors(&twins.first), &clock));
    let token = |house: &House| twins.person.clone().map(|person: Id| house.sign_in(person));
    let tokens = [token(&houses[0]), token(&houses[1])];
    let viewer = houses[0].view(twins.person.as_ref()).viewer().clone();
    let routers = houses.each_ref().map(router);
    // Not the seed of the world: its dice would make the same ids again.
    let mut dice = Dice::new(!seed);
    let mut asked = requests::reading(twins, &mut dice);
    asked.extend(requests::changing(twins, &mut dice));
    asked.extend(requests::reading(twins, &mut dice));
    // Where acts are missing, the record's own pages are what tells: that is declared.
    asked.retain(|asked| difference == Difference::Replaced || !asked.address.contains("/record"));
    let mut requests = 0;
    for asked in asked {
        let [first, second] = [0, 1].map(|which| {
            ask(&routers[which], tokens[which].as_ref().map(headquarters::Token::as_str), &asked)
        });
        let (first, second) = (first.await, second.await);
        requests += 1;
        clock.fetch_add(1, Ordering::SeqCst);
        // Whoever made himself somebody who may see more, by an act that the rules allow, may see
        // more from then on.
        if houses[0].view(twins.person.as_ref()).viewer() != &viewer {
            break;
        }
        if let Some(how) = difference_of(&asked, &first, &second, difference) {
            return Compared { requests, found: Some((asked, how)) };
        }
    }
    Compared { requests, found: None }
}

/// Viewers of a world that differ in what they are: the public, and one person for each standing
/// and role there is.
pub fn viewers(world: &World) -> Vec<Option<Id>> {
    let mut sorts = std::collections::BTreeSet::new();
    let mut viewers = vec![None];
    for person in &world.people {
        let viewer = coalition::Viewer::of_person(&world.state, person);
        if let Some(seated) = viewer.seated()
            && sorts.insert((seated.standing, seated.role.acts()))
        {
            viewers.push(Some(person.clone()));
        }
    }
    viewers
}

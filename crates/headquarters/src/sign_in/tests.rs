//! People with passkeys, and those who try to be them, against the house's own router.

use super::*;
use crate::passkeys::soft::{Said, Soft};
use crate::{Ask, Kept, Settings, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coalition::content::{Coalition, Role, Say, Seat};
use coalition::decide::Founding;
use coalition::text::{Name, Text};
use coalition::{Change, Label};
use exchange::mail::MailAddress;
use jiff::{Timestamp, ToSpan};
use record::{MemoryStore, SigningKey, first_checkpoint};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

pub(crate) const HERE: &str = "https://headquarters.example";

/// A house of a real coalition, whose clock stands still until it is told the time.
pub(crate) struct Real {
    pub(crate) house: Arc<House>,
    pub(crate) router: Router,
    minutes: Arc<AtomicI64>,
    /// The founder's link, within the house.
    pub(crate) link: String,
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) cookie: Option<String>,
    pub(crate) body: String,
}

/// A passkey, and whose it is.
pub(crate) struct Holder {
    pub(crate) person: String,
    pub(crate) soft: Soft,
    pub(crate) credential: Vec<u8>,
    pub(crate) count: u32,
}

impl Holder {
    pub(crate) fn new(person: &str, seed: u8) -> Holder {
        let soft = if seed.is_multiple_of(2) { Soft::es256(seed) } else { Soft::ed_dsa(seed) };
        Holder { person: person.into(), soft, credential: vec![seed; 20], count: 0 }
    }

    /// The fields of a form that this passkey answers.
    pub(crate) fn answers(&self, said: &Said) -> String {
        let assertion = self.soft.asserts(&Said { count: self.count, ..said.clone() });
        form(&[
            ("credential", &self.credential),
            ("handle", self.person.as_bytes()),
            ("authenticator_data", &assertion.authenticator_data),
            ("client_data", &assertion.client_data),
            ("signature", &assertion.signature),
        ])
    }
}

pub(crate) fn form(fields: &[(&str, &[u8])]) -> String {
    let pair = |(name, bytes): &(&str, &[u8])| format!("{name}={}", URL_SAFE_NO_PAD.encode(bytes));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).expect("a short name")
}

impl Real {
    /// A coalition just founded by `anna` of France.
    pub(crate) fn new() -> Real {
        Real::with(|_| ())
    }

    /// The same, its settings changed.
    pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Real {
        let key = SigningKey::new("headquarters.example/record", [3; 32]).expect("a good name");
        let store = Kept(Box::new(MemoryStore::create(&first_checkpoint(&key))));
        let minutes = Arc::new(AtomicI64::new(0));
        let (clock, random) = (Arc::clone(&minutes), Mutex::new(0_u64));
        let mut settings = Settings {
            clock: Arc::new(move || {
                let start: Timestamp = "2026-01-10T08:00:00Z".parse().expect("a moment");
                start + clock.load(Ordering::SeqCst).minutes()
            }),
            entropy: Arc::new(move |bytes| {
                let mut drawn = random.lock().expect("nobody panics here");
                *drawn += 1;
                // Each 32 bytes are others: ids are cut from long draws.
                for (place, part) in (0_u64..).zip(bytes.chunks_mut(32)) {
                    let seed = Sha256::digest([*drawn, place].map(u64::to_be_bytes).concat());
                    part.copy_from_slice(&seed[..part.len()]);
                }
            }),
            mail: Some(crate::Mail {
                from: MailAddress::parse("house@headquarters.example").expect("an address"),
                pages: HERE.into(),
            }),
            ..Settings::with(Doors::Passkeys(Origin::parse(HERE).expect("an origin")))
        };
        change(&mut settings);
        let house = Arc::new(House::open(store, key, settings).expect("a new record"));
        let anna = Id::parse("anna").expect("an id");
        let (link, hash) = first_link(&anna, [9; 32]);
        let founding = Founding {
            coalition: Coalition {
                name: name("Four towns"),
                note: Text::default(),
                demonstration: false,
            },
            label: Label::Green,
            party: (Id::parse("FR").ok(), name("France")),
            person: (Some(anna), name("Anna")),
            role: Role::Head,
            link: Some((hash, house.now() + 48.hours())),
        };
        let found = Ask::Found(Box::new(founding), house.now());
        let wait = || house.submit_and_wait(None, found).expect("a new record");
        tokio::task::block_in_place(wait);
        Real { router: router(&house), house, minutes, link }
    }

    pub(crate) fn later(&self, minutes: i64) {
        self.minutes.fetch_add(minutes, Ordering::SeqCst);
    }

    pub(crate) async fn asked(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let header = |name: &str| -> Vec<String> {
            let all = parts.headers.get_all(name).iter();
            all.filter_map(|value| value.to_str().ok().map(str::to_owned)).collect()
        };
        let cookie = header("set-cookie").iter().find_map(|set| {
            let pair = set.split(';').next()?;
            pair.strip_prefix("__Host-entente=")
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
        });
        let location = header("location").join("");
        let status = parts.status.as_u16();
        let body = to_bytes(body, usize::MAX).await.expect("a whole body");
        Reply { status, location, cookie, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub(crate) fn request(
        method: &str,
        address: &str,
        cookie: Option<&str>,
    ) -> axum::http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(address)
            .header("host", "headquarters.example")
            .header("sec-fetch-site", "same-origin");
        match cookie {
            Some(cookie) => request.header("cookie", format!("__Host-entente={cookie}")),
            None => request,
        }
    }

    pub(crate) async fn get(&self, address: &str, cookie: Option<&str>) -> Reply {
        let request = Real::request("GET", address, cookie).body(Body::empty());
        self.asked(request.expect("a request")).await
    }

    pub(crate) async fn post(&self, address: &str, cookie: Option<&str>, body: &str) -> Reply {
        let request = Real::request("POST", address, cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()));
        self.asked(request.expect("a request")).await
    }

    /// The challenge on a page that asks a passkey.
    pub(crate) async fn challenge(&self, address: &str, cookie: Option<&str>) -> Vec<u8> {
        challenge_on(&self.get(address, cookie).await.body)
    }

    /// What a new passkey answers to a page.
    pub(crate) async fn registration(
        &self,
        page: &str,
        cookie: Option<&str>,
        holder: &Holder,
    ) -> String {
        let challenge = self.challenge(page, cookie).await;
        let (object, client_data) =
            holder.soft.registers(&Said::of(HERE, &challenge), &holder.credential);
        format!("name=Key&{}", form(&[("attestation", &object), ("client_data", &client_data)]))
    }

    /// Uses a link, and gives the session's token.
    pub(crate) async fn enrolled(&self, link: &str, holder: &Holder) -> String {
        let body = self.registration(link, None, holder).await;
        let reply = self.post(link, None, &body).await;
        assert_eq!((reply.status, reply.location.as_str()), (303, "/account"), "{}", reply.body);
        reply.cookie.expect("a session begins")
    }

    pub(crate) async fn sign_in(&self, holder: &Holder) -> Reply {
        let challenge = self.challenge("/sign-in", None).await;
        self.post("/sign-in", None, &holder.answers(&Said::of(HERE, &challenge))).await
    }

    /// What the form of a change sends as it comes.
    pub(crate) async fn unchanged(&self, address: &str, cookie: &str) -> String {
        let page = self.get(address, Some(cookie)).await.body;
        let field = |name: &str| {
            let start = format!("name=\"{name}\" value=\"");
            let at = page.find(&start).unwrap_or_else(|| panic!("no {name} on {page}"));
            page[at + start.len()..].split('"').next().expect("it ends").to_owned()
        };
        format!("key={}&revision={}", field("key"), field("revision"))
    }

    /// Sends the form of a change, and signs the page to which it leads.
    pub(crate) async fn changing(&self, address: &str, by: (&str, &Holder)) -> Reply {
        let body = self.unchanged(address, by.0).await;
        self.signing(address, by, &body).await
    }

    /// Sends a form, and signs the page to which it leads.
    pub(crate) async fn signing(
        &self,
        address: &str,
        (cookie, holder): (&str, &Holder),
        body: &str,
    ) -> Reply {
        let asked = self.post(address, Some(cookie), body).await;
        assert!(asked.location.starts_with("/sign/"), "{address}: {asked:?}");
        let challenge = self.challenge(&asked.location, Some(cookie)).await;
        let answer = holder.answers(&Said::of(HERE, &challenge));
        self.post(&asked.location, Some(cookie), &answer).await
    }

    /// Invites somebody, which `by` signs, and gives his id and the link.
    pub(crate) async fn invite(
        &self,
        by: (&str, &Holder),
        who: &str,
        role: &str,
    ) -> (String, String) {
        let reply = self.signing("/people/invite", by, &format!("name={who}&role={role}")).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let link = link_on(&reply.body);
        let person = link.split('/').nth(2).expect("a person").to_owned();
        (person, link)
    }

    /// What somebody sees of a kind that stands and is somebody's.
    pub(crate) fn standing<C: Say>(&self, viewer: &str, his: impl Fn(&C) -> bool) -> Id {
        let found = self.house.looking_as(&Id::parse(viewer).expect("an id"), |view| {
            let mut all = view.standing::<C>().filter(|(_, said)| his(said));
            all.next().map(|(thing, _)| thing.id.clone())
        });
        found.expect("he sees one")
    }

    pub(crate) async fn signed_in(&self, cookie: &str) -> bool {
        self.get("/account", Some(cookie)).await.status == 200
    }
}

/// The link that a page shows.
pub(crate) fn link_on(body: &str) -> String {
    let at = body.find("/enrol/").expect("a link is shown");
    body[at..].chars().take_while(|letter| *letter != '<').collect()
}

pub(crate) fn challenge_on(body: &str) -> Vec<u8> {
    let at = body.find("data-challenge=\"").unwrap_or_else(|| panic!("no challenge on {body}"));
    let text = body[at + 16..].split('"').next().expect("it ends");
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_founder_enrols_by_his_link_signs_out_and_comes_back() {
    let real = Real::new();
    for seed in [2, 3] {
        let real = if seed == 2 { &real } else { &Real::new() };
        let mut anna = Holder::new("anna", seed);
        let token = real.enrolled(&real.link, &anna).await;
        assert!(real.get("/account", Some(&token)).await.body.contains("Your passkeys"));
        let out = real.post("/sign-out", Some(&token), "").await;
        assert_eq!(out.status, 303);
        assert!(!real.signed_in(&token).await);
        anna.count = 1;
        let back = real.sign_in(&anna).await;
        assert_eq!((back.status, back.location.as_str()), (303, "/"), "{}", back.body);
        let again = back.cookie.expect("a session");
        assert_ne!(again, token);
        assert!(real.signed_in(&again).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_and_in_time() {
    let real = Real::new();
    real.enrolled(&real.link, &Holder::new("anna", 2)).await;
    let reply = real.get(&real.link, None).await;
    assert_eq!(reply.status, 404);
    let never = real.get("/enrol/anna/never-was", None).await;
    let nobody = real.get("/enrol/nobody/never-was", None).await;
    assert_eq!((&reply.body, &never.body), (&never.body, &nobody.body));
    let late = Real::new();
    let body = late.registration(&late.link, None, &Holder::new("anna", 2)).await;
    late.later(48 * 60);
    assert_eq!(late.post(&late.link, None, &body).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_use_one_link_at_once_one_gets_in() {
    for round in 0..10 {
        let real = Arc::new(Real::new());
        let holders = [Holder::new("anna", 2), Holder::new("anna", 3)];
        let mut bodies = Vec::new();
        for holder in &holders {
            bodies.push(real.registration(&real.link, None, holder).await);
        }
        let tries = bodies.into_iter().map(|body| {
            let real = Arc::clone(&real);
            tokio::spawn(async move { real.post(&real.link, None, &body).await })
        });
        let mut statuses = Vec::new();
        for attempt in tries.collect::<Vec<_>>() {
            statuses.push(attempt.await.expect("no panic").status);
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 404], "round {round}");
        let passkeys = real
            .house
            .looking_as(&Id::parse("anna").unwrap(), |view| view.standing::<Passkey>().count());
        assert_eq!(passkeys, 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_once_and_only_where_it_was_asked() {
    let real = Real::new();
    let anna = Holder::new("anna", 2);
    real.enrolled(&real.link, &anna).await;
    let challenge = real.challenge("/sign-in", None).await;
    let honest = Said::of(HERE, &challenge);
    let refused = [
        (
            "another site's page",
            Said { origin: "https://elsewhere.example".into(), ..honest.clone() },
        ),
        (
            "another site's key",
            Said { relying_party: "elsewhere.example".into(), ..honest.clone() },
        ),
        ("nobody recognised", Said { flags: 1, ..honest.clone() }),
        ("made up", Said { challenge: vec![7; 40], ..honest.clone() }),
        ("framed", Said { more: r#","crossOrigin":true"#, ..honest.clone() }),
    ];
    for (what, said) in refused {
        assert_eq!(real.post("/sign-in", None, &anna.answers(&said)).await.status, 401, "{what}");
    }
    let answer = anna.answers(&honest);
    assert_eq!(real.post("/sign-in", None, &answer).await.status, 303);
    assert_eq!(real.post("/sign-in", None, &answer).await.status, 401, "a replay");
    let of_enrolment =
        real.challenge("/account", Some(&real.sign_in(&anna).await.cookie.unwrap())).await;
    let said = Said::of(HERE, &of_enrolment);
    assert_eq!(
        real.post("/sign-in", None, &anna.answers(&said)).await.status,
        401,
        "another purpose"
    );
    let challenge = real.challenge("/sign-in", None).await;
    real.later(5);
    let late = anna.answers(&Said::of(HERE, &challenge));
    assert_eq!(real.post("/sign-in", None, &late).await.status, 401, "too late");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_account_and_a_known_one_are_answered_alike() {
    let real = Real::new();
    real.enrolled(&real.link, &Holder::new("anna", 2)).await;
    let mut bodies = Vec::new();
    for holder in [
        Holder::new("anna", 4),
        Holder { soft: Soft::es256(6), ..Holder::new("anna", 2) },
        Holder::new("nobody", 2),
        Holder::new("\u{0}not an id", 2),
    ] {
        let reply = real.sign_in(&holder).await;
        let challenge = URL_SAFE_NO_PAD.encode(challenge_on(&reply.body));
        bodies.push((reply.status, reply.cookie, reply.body.replace(&challenge, "")));
    }
    for body in &bodies {
        assert_eq!((body.0, &body.1), (401, &None));
        assert_eq!(body.2, bodies[0].2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_passkey_is_noticed_when_it_counts_behind() {
    let real = Real::new();
    let mut anna = Holder::new("anna", 2);
    real.enrolled(&real.link, &anna).await;
    for (count, status) in [(5, 303), (5, 401), (4, 401), (0, 401), (6, 303)] {
        anna.count = count;
        assert_eq!(real.sign_in(&anna).await.status, status, "{count}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_somebody_else_has_set_is_worth_nothing_after_signing_in() {
    let real = Real::new();
    let anna = Holder::new("anna", 2);
    real.enrolled(&real.link, &anna).await;
    let planted = "0".repeat(64);
    let challenge = real.challenge("/sign-in", Some(&planted)).await;
    let reply =
        real.post("/sign-in", Some(&planted), &anna.answers(&Said::of(HERE, &challenge))).await;
    let token = reply.cookie.expect("a session");
    assert_ne!(token, planted);
    assert!(!real.signed_in(&planted).await);
    // A session of before, too, ends where the next begins.
    let challenge = real.challenge("/sign-in", Some(&token)).await;
    let reply =
        real.post("/sign-in", Some(&token), &anna.answers(&Said::of(HERE, &challenge))).await;
    assert!(reply.cookie.is_some() && !real.signed_in(&token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_from_another_site_is_turned_away() {
    let real = Real::new();
    let token = real.enrolled(&real.link, &Holder::new("anna", 2)).await;
    let cookie = format!("__Host-entente={token}");
    let forms: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://elsewhere.example")],
        &[("origin", "http://headquarters.example")],
        &[("origin", "null")],
        &[("host", "elsewhere.example")],
    ];
    for headers in forms {
        let mut request =
            Request::builder().method("POST").uri("/people/invite").header("cookie", &cookie);
        if headers[0].0 != "host" {
            request = request.header("host", "headquarters.example");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from("name=Mallory&role=head")).expect("a request");
        assert_eq!(real.asked(request).await.status, 403, "{headers:?}");
    }
    assert!(!real.get("/people", Some(&token)).await.body.contains("Mallory"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_when_unused_after_a_long_day_and_when_told_to() {
    let real = Real::new();
    let anna = Holder::new("anna", 2);
    let first = real.enrolled(&real.link, &anna).await;
    real.later(4 * 60 - 1);
    assert!(real.signed_in(&first).await);
    real.later(4 * 60);
    assert!(!real.signed_in(&first).await, "unused");
    let second = real.sign_in(&anna).await.cookie.unwrap();
    for _ in 0..5 {
        real.later(3 * 60);
        assert!(real.signed_in(&second).await);
    }
    real.later(60);
    assert!(!real.signed_in(&second).await, "a long day");
    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.push(real.sign_in(&anna).await.cookie.unwrap());
    }
    let page = real.get("/account", Some(&tokens[0])).await.body;
    let named = page.matches("name=\"session\"").count();
    assert_eq!(named, 4, "three sessions, and all others");
    let last = name_of_token(&tokens[2]);
    real.post("/account/sessions", Some(&tokens[0]), &format!("session={last}")).await;
    assert!(!real.signed_in(&tokens[2]).await && real.signed_in(&tokens[1]).await);
    real.post("/account/sessions", Some(&tokens[0]), "session=others").await;
    assert!(!real.signed_in(&tokens[1]).await && real.signed_in(&tokens[0]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_at_once_when_the_seat_or_the_passkey_does() {
    let real = Real::new();
    let holder = Holder::new("anna", 2);
    let anna = real.enrolled(&real.link, &holder).await;
    let (person, link) = real.invite((&anna, &holder), "Bruno", "clerk").await;
    let bruno = Holder::new(&person, 3);
    let token = real.enrolled(&link, &bruno).await;
    assert!(real.signed_in(&token).await);
    let id = Id::parse(&person).unwrap();
    let seat = real.standing(&person, |seat: &Seat| seat.person == id);
    let reason = Text::default;
    let change = |verb: &str| format!("/change/{verb}/{seat}");
    let body = real.unchanged(&change("withdraw"), &anna).await;
    let asked = real.post(&change("withdraw"), Some(&anna), &body).await;
    assert!(asked.location.starts_with("/sign/"), "{asked:?}");
    assert!(real.signed_in(&token).await, "it is not signed yet");
    let ended = real.changing(&change("withdraw"), (&anna, &holder)).await;
    assert_eq!(ended.status, 303, "{}", ended.body);
    assert!(!real.signed_in(&token).await);
    assert_eq!(real.sign_in(&bruno).await.status, 401, "without a seat nobody signs in");
    let again = real.changing(&change("resume"), (&anna, &holder)).await;
    assert_eq!(again.status, 303, "{}", again.body);
    assert!(!real.signed_in(&token).await, "what has ended stays ended");
    let token = real.sign_in(&bruno).await.cookie.expect("he has his seat again");
    let passkey = real.house.session(&token).and_then(|session| session.by);
    let revoke =
        Ask::Made { subject: passkey, change: Box::new(Change::Withdraw { reason: reason() }) };
    real.house.submit(Some(id), revoke).await.unwrap().expect("it is his");
    assert!(!real.signed_in(&token).await);
    assert_eq!(real.sign_in(&bruno).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_passkey_is_replaced_by_a_leads_link_and_the_old_one_is_void() {
    let real = Real::new();
    let holder = Holder::new("anna", 2);
    let anna = (&*real.enrolled(&real.link, &holder).await, &holder);
    let (person, link) = real.invite(anna, "Bruno", "clerk").await;
    let lost = Holder::new(&person, 3);
    let old_session = real.enrolled(&link, &lost).await;
    let reply = real.signing("/people/link", anna, &format!("person={person}")).await;
    let link = link_on(&reply.body);
    let found = Holder::new(&person, 4);
    real.enrolled(&link, &found).await;
    assert!(!real.signed_in(&old_session).await);
    assert_eq!(real.sign_in(&lost).await.status, 401);
    assert_eq!(real.sign_in(&found).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_too_much_waits_whatever_he_says_of_himself() {
    let real = Real::new();
    let mut turned = 0;
    for attempt in 0..310 {
        let request = Real::request("POST", "/sign-in", None)
            .header("x-forwarded-for", format!("192.0.2.{}", attempt % 250))
            .header("x-real-ip", format!("192.0.2.{}", attempt % 250))
            .body(Body::from("credential=AA"))
            .expect("a request");
        turned += usize::from(real.asked(request).await.status == 429);
    }
    assert_eq!(turned, 10);
    real.later(1);
    assert_ne!(real.post("/sign-in", None, "credential=AA").await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_house_lets_nobody_choose_who_he_is() {
    let real = Real::new();
    let reply = real.post("/sign-in", None, "persona=0").await;
    assert_eq!((reply.status, reply.cookie), (422, None));
    for page in ["/account", "/people"] {
        assert_eq!(real.get(page, None).await.status, 401, "{page}");
    }
}

//! People who come from directories, and directories that lie, against the house's own router.

mod provider;

use super::{Directories, NotReached, Request};
use crate::passkeys::soft::Said;
use crate::sign_in::tests::{HERE, Holder, Real, form, link_on};
use axum::body::{Body, to_bytes};
use axum::http::Request as Asked;
use coalition::content::{DirectoryAccount, Passkey, Say, Seat};
use coalition::text::Text;
use coalition::{Change, Id};
use jiff::{Timestamp, ToSpan};
use provider::{Provider, SECRET, Twist};
use std::path::Path;
use std::sync::Arc;
use tower::ServiceExt;

const FILE: &str = r#"
[[directory]]
id = "ministry"
name = "Ministry of Foreign Affairs"
party = "FR"
issuer = "https://directory.example"
client_id = "entente"
client_secret_file = "ministry.secret"

[[directory]]
id = "other"
name = "Other ministry"
party = "EE"
issuer = "https://other.example"
client_id = "entente"
client_secret_file = "other.secret"
"#;

/// A house with two directories, of which the second is that of a party that seats nobody here.
struct World {
    real: Real,
    ministry: Arc<Provider>,
    other: Arc<Provider>,
}

/// What a browser has, and what it was told last.
#[derive(Clone, Debug, Default)]
struct Browser {
    session: Option<String>,
    trip: Option<String>,
}

#[derive(Debug)]
struct Told {
    status: u16,
    location: String,
    body: String,
}

fn read() -> Directories {
    let secret = |_: &Path| Ok(format!("{SECRET}\n"));
    Directories::parse(Path::new("directories.toml"), FILE, secret).expect("a good file")
}

/// The founder, and her session.
struct Lead(Holder, String);

impl Lead {
    fn signs(&self) -> (&str, &Holder) {
        (&self.1, &self.0)
    }
}

impl World {
    fn new() -> World {
        let now: Timestamp = "2026-01-10T08:00:00Z".parse().unwrap();
        let ministry = Provider::new("https://directory.example", now.as_second());
        let other = Provider::new("https://other.example", now.as_second());
        let all = [Arc::clone(&ministry), Arc::clone(&other)];
        let transport = move |request: Request| {
            let meant = all.iter().find(|provider| provider.is_meant(&request));
            meant.ok_or_else(|| NotReached("nobody there".into()))?.answers(&request)
        };
        let directories = read().through(Arc::new(transport));
        let real = Real::with(|settings| settings.directories = Arc::new(directories));
        World { real, ministry, other }
    }

    fn later(&self, minutes: i64) {
        self.real.later(minutes);
        self.ministry.later(60 * minutes);
        self.other.later(60 * minutes);
    }

    /// What a browser is told at an address, to which a page elsewhere has sent it.
    async fn visit(&self, browser: &mut Browser, address: &str) -> Told {
        let cookies = [("entente", &browser.session), ("entente-directory", &browser.trip)];
        let cookies: Vec<String> = cookies
            .iter()
            .filter_map(|(name, value)| Some(format!("__Host-{name}={}", value.as_ref()?)))
            .collect();
        let request = Asked::builder()
            .uri(address)
            .header("host", "headquarters.example")
            .header("sec-fetch-site", "cross-site")
            .header("cookie", cookies.join("; "));
        let request = request.body(Body::empty()).expect("a request");
        let response = self.real.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all("set-cookie") {
            let set = set.to_str().expect("plain");
            assert!(set.contains("; Secure; HttpOnly; SameSite=Lax"), "{set}");
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            let value = Some(value.to_owned()).filter(|value| !value.is_empty());
            match name {
                "__Host-entente" => browser.session = value,
                "__Host-entente-directory" => browser.trip = value,
                _ => {}
            }
        }
        let location = parts.headers.get("location").map_or("", |value| value.to_str().unwrap());
        let (status, location) = (parts.status.as_u16(), location.to_owned());
        let body = to_bytes(body, usize::MAX).await.expect("a whole body");
        Told { status, location, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// Invites somebody of France, who connects this account of its directory by his link.
    async fn connected(&self, lead: &Lead, who: &str, subject: &str) -> (Id, Browser) {
        let (person, link) = self.real.invite(lead.signs(), who, "clerk").await;
        let mut browser = Browser::default();
        let there = self.visit(&mut browser, &format!("{link}/directory/ministry")).await;
        assert_eq!(there.status, 303, "{}", there.body);
        let back = self.ministry.signs_in(&there.location, subject);
        let told = self.visit(&mut browser, &back).await;
        assert_eq!((told.status, told.location.as_str()), (303, "/account"), "{}", told.body);
        (Id::parse(&person).unwrap(), browser)
    }

    /// The way there and back, as an honest person walks it.
    async fn signs_in(&self, browser: &mut Browser, subject: &str) -> Told {
        let there = self.visit(browser, "/directory/ministry").await;
        if there.status != 303 {
            return there;
        }
        let back = self.ministry.signs_in(&there.location, subject);
        self.visit(browser, &back).await
    }

    async fn signed_in(&self, browser: &Browser) -> bool {
        match &browser.session {
            Some(session) => self.real.signed_in(session).await,
            None => false,
        }
    }

    async fn lead(&self) -> Lead {
        let anna = Holder::new("anna", 2);
        let token = self.real.enrolled(&self.real.link, &anna).await;
        Lead(anna, token)
    }

    /// Withdraws what somebody sees of a kind, and is his.
    async fn withdraws<C: Say>(&self, by: &Id, person: &Id, his: impl Fn(&C) -> &Id) {
        let found = self.real.house.looking_as(person, |view| {
            let mut all = view.standing::<C>().filter(|(_, said)| his(said) == person);
            all.next().map(|(thing, _)| thing.id.clone())
        });
        let change = Box::new(Change::Withdraw { reason: Text::default() });
        let ask = crate::Ask::Made { subject: found, change };
        self.real.house.submit(Some(by.clone()), ask).await.unwrap().expect("he may");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_connects_his_account_by_a_link_and_comes_back_by_it() {
    let world = World::new();
    let anna = world.lead().await;
    let (bruno, browser) = world.connected(&anna, "Bruno", "248289761001").await;
    let account = world.real.get("/account", browser.session.as_deref()).await.body;
    for words in [
        "Ministry of Foreign Affairs",
        "248289761001",
        "https://directory.example",
        "You have no passkey",
    ] {
        assert!(account.contains(words), "{words}: {account}");
    }
    assert!(!account.contains("Enrol a further passkey"));
    let mut elsewhere = Browser::default();
    let told = world.signs_in(&mut elsewhere, "248289761001").await;
    assert_eq!((told.status, told.location.as_str()), (303, "/"), "{}", told.body);
    assert!(world.signed_in(&elsewhere).await);
    assert_eq!(elsewhere.trip, None, "the way is forgotten");
    assert_eq!(world.real.house.person_of(&elsewhere.session.unwrap()), Some(bruno));
    // Nobody else learns of it.
    let seen = world.real.house.view(Some(&Id::parse("anna").unwrap()));
    assert_eq!(seen.all::<DirectoryAccount>().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_directory_says_wrong_lets_nobody_in_and_has_one_answer() {
    let seen = World::new();
    let twists = [
        Twist::NoToken,
        Twist::OtherNonce,
        Twist::NoNonce,
        Twist::OtherAudience,
        Twist::MoreAudiences,
        Twist::OtherParty,
        Twist::Expired,
        Twist::OtherIssuer,
        Twist::Unsigned,
        Twist::SignedWithPublicKey,
        Twist::SignedWithSecret,
        Twist::SignedByAnother,
        Twist::OtherAccessToken,
        Twist::NoSubject,
        Twist::BlankSubject,
        Twist::LongSubject,
        Twist::Refusing,
        Twist::NotJson,
        Twist::OtherIssuerInDiscovery,
        Twist::TokenElsewhere,
        Twist::KeysElsewhere,
        Twist::PageElsewhere,
        Twist::Silent,
    ];
    let anna = seen.lead().await;
    seen.connected(&anna, "Bruno", "bruno").await;
    // An honest directory with an account that is nobody's: what all the others look like.
    let nobody = seen.signs_in(&mut Browser::default(), "nobody").await;
    assert_eq!(nobody.status, 401);
    for twist in twists {
        let world = World::new();
        let anna = world.lead().await;
        world.connected(&anna, "Bruno", "bruno").await;
        // What the directory says of itself is asked again.
        world.later(13 * 60);
        world.ministry.twisted(twist);
        let mut browser = Browser::default();
        let told = world.signs_in(&mut browser, "bruno").await;
        assert_eq!((told.status, &told.body), (401, &nobody.body), "{twist:?}");
        assert_eq!(browser.session, None, "{twist:?}");
        world.ministry.twisted(Twist::Honest);
        world.later(13 * 60);
        let told = world.signs_in(&mut browser, "bruno").await;
        assert_eq!(told.status, 303, "only that was wrong: {twist:?}: {}", told.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_is_one_browsers_own_walked_once_and_within_five_minutes() {
    let world = World::new();
    let anna = world.lead().await;
    world.connected(&anna, "Bruno", "bruno").await;
    world.connected(&anna, "Mallory", "mallory").await;
    let mut bruno = Browser::default();
    let there = world.visit(&mut bruno, "/directory/ministry").await;
    let back = world.ministry.signs_in(&there.location, "bruno");
    // Another browser, with no way of its own, and with one.
    let mut mallory = Browser::default();
    assert_eq!(world.visit(&mut mallory, &back).await.status, 401);
    let there = world.visit(&mut mallory, "/directory/ministry").await;
    let before = mallory.clone();
    assert_eq!(world.visit(&mut mallory, &back).await.status, 401, "bruno's code and state");
    mallory = before;
    // Bruno's code on Mallory's way: the directory is shown the wrong verifier.
    let his = world.ministry.signs_in(&there.location, "mallory");
    let code = back.split("code=").nth(1).and_then(|rest| rest.split('&').next()).unwrap();
    let mixed = his
        .replace(his.split("code=").nth(1).and_then(|rest| rest.split('&').next()).unwrap(), code);
    assert_eq!(world.visit(&mut mallory, &mixed).await.status, 401, "a stolen code");
    assert_eq!(mallory.session, None);
    // A cookie that was changed on the way.
    let mut changed = bruno.clone();
    changed.trip = bruno.trip.as_ref().map(|trip| trip.replace(":sign-in", ":connect:anna"));
    assert_eq!(world.visit(&mut changed, &back).await.status, 401);
    // His own, once; the code went with the theft.
    let there = world.visit(&mut bruno, "/directory/ministry").await;
    let back = world.ministry.signs_in(&there.location, "bruno");
    let same = bruno.clone();
    assert_eq!(world.visit(&mut bruno, &back).await.status, 303);
    let asked = world.ministry.asked.lock().unwrap().len();
    assert_eq!(world.visit(&mut same.clone(), &back).await.status, 401, "a replay");
    assert_eq!(world.ministry.asked.lock().unwrap().len(), asked, "nobody is asked for it");
    let there = world.visit(&mut bruno, "/directory/ministry").await;
    let back = world.ministry.signs_in(&there.location, "bruno");
    world.later(5);
    assert_eq!(world.visit(&mut bruno, &back).await.status, 401, "too late");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_directory_answers_is_not_taken_for_anothers() {
    let world = World::new();
    let anna = world.lead().await;
    world.connected(&anna, "Bruno", "bruno").await;
    // The other directory has an account of the same name, and sends people to the first one's way back.
    let mut browser = Browser::default();
    let there = world.visit(&mut browser, "/directory/other").await;
    let back = world.other.signs_in(&there.location, "bruno");
    let mixed = back.replace("/directory/other/", "/directory/ministry/");
    assert_eq!(world.visit(&mut browser.clone(), &mixed).await.status, 401);
    let asked = world.ministry.asked.lock().unwrap().clone();
    assert!(asked.iter().filter(|path| *path == "/token").count() == 1, "{asked:?}");
    // By its own way it lets in people of its own party alone.
    assert_eq!(world.visit(&mut browser, &back).await.status, 401);
    // Who says that another sent him is not asked for more.
    let there = world.visit(&mut browser, "/directory/ministry").await;
    let back = world.ministry.signs_in(&there.location, "bruno");
    let mixed = back.replace("directory.example", "other.example");
    assert_eq!(world.visit(&mut browser, &mixed).await.status, 401);
    assert_eq!(browser.session, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_change_and_whoever_makes_codes_up_makes_the_house_ask_no_more_often() {
    let world = World::new();
    let anna = world.lead().await;
    world.connected(&anna, "Bruno", "bruno").await;
    world.later(1);
    *world.ministry.key.lock().unwrap() = 2;
    assert_eq!(world.signs_in(&mut Browser::default(), "bruno").await.status, 303);
    let keys = || {
        let asked = world.ministry.asked.lock().unwrap();
        asked.iter().filter(|path| *path == "/keys").count()
    };
    assert_eq!(keys(), 2, "at discovery, and when the key was not known");
    world.ministry.twisted(Twist::SignedByAnother);
    for _ in 0..10 {
        assert_eq!(world.signs_in(&mut Browser::default(), "bruno").await.status, 401);
    }
    assert_eq!(keys(), 2);
    world.later(1);
    assert_eq!(world.signs_in(&mut Browser::default(), "bruno").await.status, 401);
    assert_eq!(keys(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_the_account_or_the_seat_and_a_new_link_takes_the_accounts_place() {
    let world = World::new();
    let anna = world.lead().await;
    let (bruno, browser) = world.connected(&anna, "Bruno", "bruno").await;
    world.withdraws(&bruno, &bruno, |said: &DirectoryAccount| &said.person).await;
    assert!(!world.signed_in(&browser).await, "revoked");
    assert_eq!(world.signs_in(&mut Browser::default(), "bruno").await.status, 401);

    let (clara, browser) = world.connected(&anna, "Clara", "clara").await;
    let seat = world.real.standing("anna", |said: &Seat| said.person == clara);
    let ends = format!("/change/withdraw/{seat}");
    assert_eq!(world.real.changing(&ends, anna.signs()).await.status, 303);
    assert!(!world.signed_in(&browser).await, "no seat");
    assert_eq!(world.signs_in(&mut Browser::default(), "clara").await.status, 401);
    // Whoever comes in her place under another name of the record may connect the account.
    let (again, _) = world.connected(&anna, "Clara", "clara").await;
    let mut browser = Browser::default();
    assert_eq!(world.signs_in(&mut browser, "clara").await.status, 303);
    assert_eq!(world.real.house.person_of(&browser.session.unwrap()), Some(again));

    let (dora, browser) = world.connected(&anna, "Dora", "dora").await;
    let reply = world.real.signing("/people/link", anna.signs(), &format!("person={dora}")).await;
    let link = link_on(&reply.body);
    let holder = Holder::new(dora.as_str(), 4);
    let token = world.real.enrolled(&link, &holder).await;
    assert!(!world.signed_in(&browser).await, "replaced");
    assert_eq!(world.signs_in(&mut Browser::default(), "dora").await.status, 401);
    // With her passkey she connects it again, and signs that.
    let mut browser = Browser { session: Some(token.clone()), trip: None };
    let there = world.visit(&mut browser, "/directory/ministry/connect").await;
    let back = world.ministry.signs_in(&there.location, "dora");
    let told = world.visit(&mut browser, &back).await;
    assert!(told.status == 303 && told.location.starts_with("/sign/"), "{told:?}");
    assert_eq!(world.signs_in(&mut Browser::default(), "dora").await.status, 401, "not signed yet");
    let challenge = world.real.challenge(&told.location, Some(&token)).await;
    let answer = holder.answers(&Said::of(HERE, &challenge));
    let signed = world.real.post(&told.location, Some(&token), &answer).await;
    assert_eq!((signed.status, signed.location.as_str()), (303, "/account"), "{}", signed.body);
    assert_eq!(world.signs_in(&mut Browser::default(), "dora").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_one_persons_and_a_directory_alone_signs_and_enrols_nothing() {
    let world = World::new();
    let anna = world.lead().await;
    let (bruno, mut browser) = world.connected(&anna, "Bruno", "bruno").await;
    // Somebody else cannot have it.
    let (_, link) = world.real.invite(anna.signs(), "Mallory", "clerk").await;
    let mut mallory = Browser::default();
    let there = world.visit(&mut mallory, &format!("{link}/directory/ministry")).await;
    let back = world.ministry.signs_in(&there.location, "bruno");
    assert_eq!(world.visit(&mut mallory, &back).await.status, 401);
    // The link was not used by that.
    assert_eq!(world.real.get(&link, None).await.status, 200);
    // A further account takes a passkey's signature, and so does a passkey.
    let there = world.visit(&mut browser, "/directory/ministry/connect").await;
    let back = world.ministry.signs_in(&there.location, "bruno-too");
    assert_eq!(world.visit(&mut browser, &back).await.status, 403);
    let session = browser.session.clone().unwrap();
    let holder = Holder::new(bruno.as_str(), 6);
    let challenge = world.real.house.challenge(&crate::sign_in::further(&bruno));
    let (object, client) = holder.soft.registers(&Said::of(HERE, &challenge), &holder.credential);
    let body = format!("name=Key&{}", form(&[("attestation", &object), ("client_data", &client)]));
    let reply = world.real.post("/account/passkeys", Some(&session), &body).await;
    assert_eq!(reply.status, 403, "{}", reply.body);
    let held = |view: &coalition::View| {
        (view.standing::<Passkey>().count(), view.standing::<DirectoryAccount>().count())
    };
    assert_eq!(world.real.house.looking_as(&bruno, held), (0, 1));
    // He gives it another name, and nothing else changes.
    let account = world.real.house.session(&session).and_then(|session| session.by).unwrap();
    let at = format!("/account/directories/{account}");
    assert_eq!(world.real.post(&at, Some(&session), "name=Mine&subject=anna").await.status, 303);
    assert!(world.real.get("/account", Some(&session)).await.body.contains("value=\"Mine\""));
    assert_eq!(world.signs_in(&mut Browser::default(), "bruno").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_connects_people_of_its_own_party_alone_and_by_links_that_open() {
    let world = World::new();
    let anna = world.lead().await;
    let (person, link) = world.real.invite(anna.signs(), "Bruno", "clerk").await;
    let mut browser = Browser::default();
    for address in [
        format!("{link}/directory/other"),
        format!("{link}/directory/none"),
        format!("/enrol/{person}/never-was/directory/ministry"),
        "/enrol/nobody/never-was/directory/ministry".into(),
        "/directory/none".into(),
        "/directory/none/back".into(),
    ] {
        assert_eq!(world.visit(&mut browser, &address).await.status, 404, "{address}");
    }
    assert_eq!(world.visit(&mut browser, "/directory/ministry/connect").await.status, 401);
    browser.session = Some(anna.1);
    assert_eq!(world.visit(&mut browser, "/directory/other/connect").await.status, 404);
    let sign_in = world.real.get("/sign-in", None).await.body;
    assert!(sign_in.contains("/directory/ministry") && sign_in.contains("/directory/other"));
    let offered = world.real.get(&link, None).await.body;
    assert!(offered.contains("/directory/ministry") && !offered.contains("/directory/other"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_founder_who_came_by_a_directory_alone_gets_another_link_from_the_house() {
    let world = World::new();
    let mut browser = Browser::default();
    let address = format!("{}/directory/ministry", world.real.link);
    let there = world.visit(&mut browser, &address).await;
    let back = world.ministry.signs_in(&there.location, "anna");
    assert_eq!(world.visit(&mut browser, &back).await.location, "/account");
    let session = browser.session.clone().expect("she is in");
    // She signs nothing, so she lets nobody in.
    let asked = world.real.post("/people/invite", Some(&session), "name=Bruno&role=clerk").await;
    let page = world.real.get(&asked.location, Some(&session)).await.body;
    assert!(page.contains("You have no passkey that stands"), "{page}");
    assert!(!page.contains("data-challenge"), "{page}");
    let again = || {
        let (link, hash) = crate::first_link(&Id::parse("anna").unwrap(), [11; 32]);
        let ask = crate::Ask::FoundAgain(hash, world.real.house.now() + 48.hours());
        (link, world.real.house.submit(None, ask))
    };
    let (link, done) = again();
    done.await.unwrap().expect("nobody has a passkey");
    let anna = Holder::new("anna", 2);
    let token = world.real.enrolled(&link, &anna).await;
    assert!(!world.signed_in(&browser).await, "the account is replaced");
    world.real.invite((&token, &anna), "Bruno", "clerk").await;
    let (_, done) = again();
    done.await.unwrap().expect_err("a passkey was enrolled");
}

#[test]
fn a_slow_directory_holds_up_a_few_and_a_silent_one_is_left_alone_for_a_while() {
    let silent = |_: Request| Err(NotReached("nobody listens".into()));
    let directories = read().through(Arc::new(silent));
    let ministry = directories.find("ministry").expect("it is there");
    let speak = || directories.speaking(ministry, HERE.into(), Timestamp::UNIX_EPOCH).ok();
    let held: Vec<_> = (0..16).map(|_| speak().expect("one of the first")).collect();
    assert!(speak().is_none());
    assert!(speak().is_none(), "nobody who was turned away counts");
    drop(held);
    let spoken = speak().expect("they are gone");
    let trip = super::Trip::new(super::Errand::SignIn, [7; 32]);
    for words in ["nobody listens", "a moment ago"] {
        let why = spoken.way_there(&trip, "state".into()).expect_err("no answer").to_string();
        assert!(why.contains(words), "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ways_to_directories_are_counted_as_changes_are() {
    let world = World::new();
    let mut turned = 0;
    for _ in 0..310 {
        let told = world.visit(&mut Browser::default(), "/directory/ministry/back").await;
        turned += usize::from(told.status == 429);
    }
    assert_eq!(turned, 10);
    assert!(world.ministry.asked.lock().unwrap().is_empty());
}

#[test]
fn a_file_that_does_not_read_says_where_and_never_a_secret() {
    let parsed = |text: &str| {
        let secret = |_: &Path| Ok(SECRET.to_owned());
        Directories::parse(Path::new("d.toml"), text, secret).err().map(|error| error.to_string())
    };
    assert_eq!(parsed(FILE), None);
    for (from, to, words) in [
        ("client_id = \"entente\"\n", "", "missing field `client_id`"),
        ("party = \"EE\"", "party = \"EE\"\nadmin = true", "unknown field `admin`"),
        ("https://directory.example", "http://directory.example", "http:// is for loopback"),
        ("https://directory.example", "https://directory.example/?a", "neither a query"),
        ("https://other.example", "https://directory.example", "another one has this id"),
        ("\"other\"", "\"ministry\"", "another one has this id"),
        ("\"EE\"", "\"no id\"", "is no id"),
        ("[[directory]]", "[[directory", "d.toml"),
    ] {
        let said = parsed(&FILE.replacen(from, to, 1)).expect(words);
        assert!(said.contains(words) && !said.contains(SECRET), "{said}");
    }
    let missing = |_: &Path| Err(std::io::Error::from(std::io::ErrorKind::NotFound));
    let said = Directories::parse(Path::new("at/d.toml"), FILE, missing).err().unwrap().to_string();
    assert!(said.contains("at/ministry.secret"), "{said}");
    assert!(parsed(&FILE.replace("https://directory.example", "http://127.0.0.1:8080")).is_none());
    assert!(!format!("{:?}", read().all[0].secret).contains(SECRET));
}

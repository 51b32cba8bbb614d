//! The live room, through the router: who sees and does what, and what those who listen are told.

use crate::forms::tests::{house, id};
use crate::house::House;
use crate::http::router;
use crate::writer::Ask;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{Request, Response};
use futures_core::Stream;
use serde_json::{Value, json};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use tower::ServiceExt;

const SESSION: &str = "m-madrid-2";
/// A session of the same meeting whose room is open; nothing said at the meeting is attributed.
const OPEN: &str = "m-madrid-address";

/// Somebody's browser, signed in.
struct Browser {
    house: Arc<House>,
    cookie: String,
    /// The session whose room it looks at.
    session: &'static str,
}

/// One event as it came.
#[derive(Debug)]
struct Event {
    name: String,
    tag: String,
    html: String,
}

impl Browser {
    fn of(house: &Arc<House>, person: &str) -> Browser {
        let token = house.sign_in(id(person));
        let cookie = format!("__Host-entente={}", token.as_str());
        Browser { house: Arc::clone(house), cookie, session: SESSION }
    }

    /// The same in the open room.
    fn of_open_room(house: &Arc<House>, person: &str) -> Browser {
        Browser { session: OPEN, ..Browser::of(house, person) }
    }

    async fn send(&self, request: axum::http::request::Builder, body: &str) -> Response<Body> {
        let request = request.header("host", "127.0.0.1").header("cookie", &self.cookie);
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        router(&self.house).oneshot(request).await.expect("an answer")
    }

    async fn get(&self, address: &str) -> (u16, String) {
        let answer = self.send(Request::get(address), "").await;
        let status = answer.status().as_u16();
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.expect("it ends");
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn page(&self) -> String {
        let (status, page) = self.get(&format!("/sessions/{}/live", self.session)).await;
        assert_eq!(status, 200);
        page
    }

    /// Presses a button of the page, by its words.
    async fn press(&self, words: &str) -> u16 {
        let page = self.page().await;
        self.press_on(&page, words).await
    }

    async fn press_on(&self, page: &str, words: &str) -> u16 {
        let form = form_with(page, words);
        let request = Request::post(format!("/sessions/{}/live", self.session))
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request, &form).await.status().as_u16()
    }

    async fn listen(&self, seen: Option<&str>) -> Listening {
        let mut request = Request::get(format!("/sessions/{}/events", self.session))
            .header("accept", "text/event-stream");
        if let Some(seen) = seen {
            request = request.header("last-event-id", seen);
        }
        let answer = self.send(request, "").await;
        assert_eq!(answer.status(), 200);
        Listening { stream: answer.into_body().into_data_stream(), rest: String::new() }
    }
}

/// The values of the form on a page whose button says `words`.
fn form_with(page: &str, words: &str) -> String {
    let forms = page.split("<form").skip(1);
    let mut forms = forms.map(|form| form.split("</form>").next().expect("a part"));
    let form = forms
        .find(|form| form.contains(words))
        .unwrap_or_else(|| panic!("no button \u{201c}{words}\u{201d} in {page}"));
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for field in form.split("<input").skip(1) {
        let value = |name: &str| {
            let from = field.split_once(&format!("{name}=\"")).expect("it has one").1;
            from.split_once('"').expect("it ends").0
        };
        pairs.push((value("name"), value("value")));
    }
    if let Some((_, options)) = form.split_once("<option value=\"") {
        pairs.push(("about", options.split_once('"').expect("it ends").0));
    }
    serde_urlencoded::to_string(pairs).expect("plain pairs")
}

/// A stream of events.
struct Listening {
    stream: BodyDataStream,
    rest: String,
}

impl Listening {
    /// The next event; `None` when the stream ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some((block, rest)) = self.rest.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.rest = rest;
                let field = |name: &str| {
                    let mut lines = block.lines();
                    lines.find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned()
                };
                let name = field("event: ");
                if name.is_empty() {
                    continue;
                }
                let data: Value = serde_json::from_str(&field("data: ")).unwrap_or_default();
                let html = data["html"].as_str().unwrap_or_default().to_owned();
                return Some(Event { name, tag: field("id: "), html });
            }
            let part = poll_fn(|context| Pin::new(&mut self.stream).poll_next(context)).await?;
            self.rest.push_str(std::str::from_utf8(&part.expect("it goes on")).expect("text"));
        }
    }

    async fn told(&mut self) -> Event {
        let event = self.next().await.expect("it goes on");
        assert_eq!(event.name, "state");
        event
    }
}

fn open_house() -> Arc<House> {
    std::thread::spawn(house).join().expect("the example opens")
}

async fn begun() -> (Arc<House>, Browser, Browser) {
    let house = open_house();
    let (chair, delegate) = (Browser::of(&house, "clerk-fr"), Browser::of(&house, "head-ee"));
    assert_eq!(chair.press("Open the floor").await, 303);
    assert_eq!(chair.press("Begin the session").await, 303);
    (house, chair, delegate)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegation_asks_the_chair_gives_and_a_mistake_is_taken_back() {
    let (_house, chair, delegate) = begun().await;
    assert!(!delegate.page().await.contains("In the chair"));
    assert_eq!(delegate.press("Ask for the floor for Estonia").await, 303);
    assert!(delegate.page().await.contains("Estonia is on the list."));
    assert_eq!(chair.press("Give the floor</button>").await, 303);
    let page = delegate.page().await;
    assert!(page.contains("We are done") && page.contains("Nobody has asked for the floor."));
    assert_eq!(chair.press("Take back: gave the floor").await, 303);
    let page = delegate.page().await;
    assert!(page.contains("Nobody has the floor") && page.contains("Estonia is on the list."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_pressed_twice_is_one_act() {
    let (house, chair, delegate) = begun().await;
    delegate.press("Ask for the floor for Estonia").await;
    let page = chair.page().await;
    let size = house.size();
    for _ in 0..3 {
        assert_eq!(chair.press_on(&page, "Give the floor</button>").await, 303);
    }
    assert_eq!(house.size(), size + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_see_the_session_finds_neither_page_nor_events() {
    let (house, _, _) = begun().await;
    let stranger = Browser::of(&house, "head-ua");
    for address in ["live", "events"] {
        let there = stranger.get(&format!("/sessions/{SESSION}/{address}")).await;
        let nowhere = stranger.get(&format!("/sessions/never-was/{address}")).await;
        assert_eq!((there.0, nowhere.0), (404, 404));
        assert_eq!(there.1, nowhere.1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_hear_of_each_change_once_and_take_up_where_they_left() {
    let (_house, chair, delegate) = begun().await;
    let mut listening = delegate.listen(None).await;
    assert!(listening.told().await.html.contains("Nobody has asked"));
    delegate.press("Ask for the floor for Estonia").await;
    let asked = listening.told().await;
    assert!(asked.html.contains("Estonia is on the list."));
    drop(listening);
    // Nothing has happened since: nothing is said until something does.
    let mut again = delegate.listen(Some(&asked.tag)).await;
    chair.press("Give the floor</button>").await;
    let given = again.told().await;
    assert!(given.html.contains("We are done"), "{}", given.html);
    assert_ne!(given.tag, asked.tag);
    // Whoever missed several changes is told how things are now, and not the way there.
    chair.press("End the intervention").await;
    let mut late = delegate.listen(Some(&asked.tag)).await;
    assert!(late.told().await.html.contains("1 intervention so far"));
}

/// Lithuania sees that there are such sessions. It seats nobody in the example.
async fn lithuania_sits(house: &Arc<House>) {
    let seat = json!({ "seat": { "person": "head-lt", "party": "LT", "role": "head" } });
    for (subject, content) in
        [("head-lt", json!({ "person": { "name": "Head, Lithuania" } })), ("seat-head-lt", seat)]
    {
        let change = json!({ "create": { "content": content, "marking": { "label": "GREEN" } } });
        let ask = Ask::Import { at: house.now(), subject: id(subject), change };
        house.submit(Some(id("clerk-fr")), ask).await.expect("an answer").expect("it is done");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_room_closes_the_page_follows_and_it_is_the_same_with_or_without_what_is_behind_it()
 {
    let mut heard = Vec::new();
    for happens in [false, true] {
        let house = open_house();
        lithuania_sits(&house).await;
        let (outsider, chair) = (Browser::of(&house, "head-lt"), Browser::of(&house, "clerk-fr"));
        let mut listening = outsider.listen(None).await;
        heard.push((happens, listening.told().await.html));
        if happens {
            chair.press("Open the floor").await;
            chair.press("Begin the session").await;
            chair.press("Turn to it").await;
        }
        chair.press("Close the room").await;
        heard.push((happens, listening.told().await.html));
        chair.press("Reopen the room").await;
        heard.push((happens, listening.told().await.html));
    }
    let (without, with): (Vec<_>, Vec<_>) = heard.into_iter().partition(|(happens, _)| !happens);
    let bare = |all: Vec<(bool, String)>| all.into_iter().map(|(_, html)| html).collect::<Vec<_>>();
    let (without, with) = (bare(without), bare(with));
    assert!(without[1].contains("room closed") && !without[1].contains("Legal"));
    assert_eq!(without, with);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_session_has_one_floor_for_those_in_its_room_where_nobody_may_be_named() {
    let house = open_house();
    let (chair, delegate) =
        (Browser::of_open_room(&house, "clerk-es"), Browser::of_open_room(&house, "head-ee"));
    // It sees the session, and is not credentialed for it.
    lithuania_sits(&house).await;
    let outsider = Browser::of_open_room(&house, "head-lt");
    let before = outsider.page().await;
    let page = chair.page().await;
    assert!(page.contains("room open"), "{page}");
    let other = Browser::of_open_room(&house, "clerk-fr");
    let before_it = other.page().await;
    let size = house.size();
    for _ in 0..2 {
        assert_eq!(chair.press_on(&page, "Open the floor").await, 303);
    }
    assert_eq!(other.press_on(&before_it, "Open the floor").await, 409);
    assert_eq!(house.size(), size + 1, "pressed twice, and by two, it is one floor");
    let page = chair.page().await;
    assert!(!page.contains("Open the floor") && page.contains("Begin the session"), "{page}");
    assert_eq!(chair.press("Begin the session").await, 303);
    assert_eq!(delegate.press("Ask for the floor for Estonia").await, 303);
    assert_eq!(chair.press("Give the floor</button>").await, 303);
    let wall = format!("/sessions/{OPEN}/live?on=screen");
    for there in [delegate.page().await, delegate.get(&wall).await.1] {
        assert!(there.contains("under way") && there.contains("live-clock"), "{there}");
    }
    // Closed and opened again, it is the same floor.
    for door in ["Close the room", "Reopen the room"] {
        assert_eq!(chair.press(door).await, 303);
        assert!(delegate.page().await.contains("We are done"));
    }
    for there in [outsider.page().await, outsider.get(&wall).await.1] {
        assert!(there.contains("told to those credentialed for this session"), "{there}");
        assert!(!there.contains("live-speaker") && !there.contains("not begun"), "{there}");
    }
    assert_eq!(told_in(&outsider.page().await), told_in(&before));
}

/// What a page tells of its room.
fn told_in(page: &str) -> &str {
    page.split_once(" data-events=").and_then(|(_, rest)| rest.split_once('>')).expect("a room").1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_the_session_and_with_the_house() {
    let (house, _, delegate) = begun().await;
    let mut listening = delegate.listen(None).await;
    listening.told().await;
    let token = delegate.cookie.split_once('=').expect("a pair").1.to_owned();
    house.sign_out(&token);
    let chair = Browser::of(&house, "clerk-fr");
    chair.press("Pause").await;
    assert_eq!(listening.next().await.expect("a word").name, "gone");
    assert!(listening.next().await.is_none());
    let mut other = chair.listen(None).await;
    other.told().await;
    house.let_go();
    assert!(other.next().await.is_none());
}

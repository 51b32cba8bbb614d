//! A hard guarantee's page, asked for over HTTP: its parts come as they are known.

use super::whatif;
use crate::answer::Body as AnswerBody;
use crate::flow::{Flow, Sent};
use crate::forms::tests::{asking, house, id};
use crate::house::House;
use crate::writer::Ask;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{Request, Response};
use futures_core::Stream;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, mpsc};
use tokio::task::{block_in_place, spawn_blocking};
use tower::ServiceExt;

/// Amounts of which no two sums are alike, so that no diagram is small.
fn amounts() -> impl Iterator<Item = u64> {
    (1u64..=26).map(|number| 1_000_000 + number * number * number * 7_919 % 999_983)
}

/// The worked example, and a guarantee to which 26 more parties give such amounts.
fn hard_house() -> Arc<House> {
    let house = house();
    let at = house.now();
    let make = |subject: &str, content: Value| {
        let change = json!({ "create": { "content": content, "marking": { "label": "CLEAR" } } });
        let ask = Ask::Import { at, subject: id(subject), change };
        house.submit_and_wait(Some(id("clerk-fr")), ask).expect("a clerk of a lead may");
    };
    make("grain", json!({ "resource": { "name": "grain", "unit": "sacks" } }));
    for (place, amount) in amounts().enumerate() {
        let party = format!("P{place}");
        make(&party, json!({ "party": { "name": party, "standing": "member", "chance": "0.9" } }));
        let promise = json!({ "commitment": {
            "party": party, "resource": "grain", "amount": amount.to_string(),
            "condition": "always", "stage": "announced",
        } });
        make(&format!("c{place}"), promise);
    }
    let needed = amounts().sum::<u64>() / 5 * 3;
    let need = json!({ "resource": "grain", "amount": needed.to_string(), "from": "2026-01-01", "until": "2026-06-01" });
    make("hard", json!({ "guarantee": { "name": "Bread", "requires": "all", "needs": [need] } }));
    house
}

async fn ask(house: &Arc<House>, address: &str) -> Response<Body> {
    let request = Request::builder().uri(address).header("host", "127.0.0.1:4860");
    let request = request.body(Body::empty()).expect("a request");
    crate::http::router(house).oneshot(request).await.expect("the router answers")
}

async fn next(parts: &mut BodyDataStream) -> Option<String> {
    let part = poll_fn(|context| Pin::new(&mut *parts).poll_next(context)).await?;
    Some(String::from_utf8(part.expect("not broken off").to_vec()).expect("text"))
}

async fn whole(response: Response<Body>) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a whole body");
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// The page as a handler writes it when nobody receives before the end.
fn gathered(house: &Arc<House>, guarantee: &str) -> (String, Sent) {
    let mut asking = asking(house, None, &[("id", guarantee)], "");
    // A page that lasts is not told the time.
    asking.now = Timestamp::UNIX_EPOCH;
    asking.path = format!("/guarantees/{guarantee}");
    let mut flow = Flow::gathered();
    let answer = whatif::one(&asking, &mut flow).expect("everybody sees it");
    let (answer, sent) = flow.end(answer);
    match answer.body {
        AnswerBody::Html(page) => (page, sent),
        other => panic!("not a page: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hard_page_begins_with_the_verdict_before_anything_further_is_computed() {
    let house = block_in_place(hard_house);
    // The handler stands still after each part until it is let go.
    let (let_go, latch) = mpsc::channel();
    *house.latch.lock().expect("nobody panics here") = Some(latch);
    let response = ask(&house, "/guarantees/hard").await;
    assert_eq!(response.status(), 200);
    let headers = response.headers().clone();
    assert!(headers.get("etag").is_none() && headers.get("content-length").is_none());
    let mut parts = response.into_body().into_data_stream();
    let mut page = String::new();
    let sections = [
        ("id=\"covered\"", "id=\"breaks\""),
        ("id=\"breaks\"", "id=\"carries\""),
        ("id=\"carries\"", "id=\"asks\""),
    ];
    for (there, not_yet) in sections {
        page += &next(&mut parts).await.expect("a part");
        assert!(page.contains(there) && !page.contains(not_yet), "{there}, {not_yet}: {page}");
        assert!(page.ends_with(" …</p>"), "what is being worked out is said last: {page}");
        let_go.send(()).expect("the handler waits");
    }
    while let Some(part) = next(&mut parts).await {
        page += &part;
    }
    assert!(page.contains("id=\"asks\"") && page.ends_with("</html>"), "{page}");
    drop(let_go);
    assert_eq!(gathered(&house, "hard"), (page.clone(), Sent::InParts));
    // It was kept, and its headers do not tell.
    let again = ask(&house, "/guarantees/hard").await;
    assert_eq!(again.headers(), &headers);
    assert_eq!(whole(again).await, page);
}

#[tokio::test(flavor = "multi_thread")]
async fn once_nobody_waits_the_next_part_is_the_last_that_is_computed() {
    let house = block_in_place(hard_house);
    let (let_go, latch) = mpsc::channel();
    *house.latch.lock().expect("nobody panics here") = Some(latch);
    let (mut flow, mut parts) = Flow::new();
    let asking = asking(&house, None, &[("id", "hard")], "");
    let handler = spawn_blocking(move || {
        let answer = whatif::one(&asking, &mut flow).expect("everybody sees it");
        flow.end(answer)
    });
    assert!(parts.first().await.expect("a part").contains("id=\"covered\""));
    drop(parts);
    drop(let_go);
    let (answer, sent) = handler.await.expect("no panic");
    let AnswerBody::Html(page) = answer.body else { panic!("not a page") };
    assert_eq!(sent, Sent::Abandoned);
    assert!(page.contains("id=\"breaks\"") && !page.contains("id=\"carries\""), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_page_is_not_kept() {
    let house = block_in_place(hard_house);
    let (let_go, latch) = mpsc::channel();
    *house.latch.lock().expect("nobody panics here") = Some(latch);
    let mut parts = ask(&house, "/guarantees/hard").await.into_body().into_data_stream();
    let first = next(&mut parts).await.expect("a part");
    drop(parts);
    drop(let_go);
    let page = whole(ask(&house, "/guarantees/hard").await).await;
    assert!(page.starts_with(&first) && page.ends_with("</html>"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_easy_page_comes_in_one_piece_with_its_tag() {
    let house = block_in_place(house);
    let response = ask(&house, "/guarantees/g3").await;
    assert_eq!(response.status(), 200);
    assert!(response.headers().get("etag").is_some());
    let page = whole(response).await;
    assert_eq!(gathered(&house, "g3"), (page.clone(), Sent::Whole));
    assert!(!page.contains("class=\"pending\""));
}

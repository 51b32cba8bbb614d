//! Letters as an author writes them, delegations open them, and somebody finds a copy outside.

use super::tests::{Papers, Reply};
use coalition::content::Party;
use exchange::found::Found;
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";

/// Words that stand in one sentence each, so that it is known which sentence was found.
const GROUPS: [&str; 18] = [
    "transport",
    "engineers",
    "harbours",
    "finances",
    "medicine",
    "railways",
    "electricity",
    "schooling",
    "demining",
    "broadcast",
    "shipping",
    "aviation",
    "logistics",
    "hospitals",
    "agriculture",
    "fisheries",
    "insurance",
    "telephones",
];

fn letter() -> String {
    let sentence = |of: &&str| {
        format!(
            "Of {of}: {of} {of} [[meet | gather]] {of} {of} by day, {of} {of} [[speak | talk]] {of} {of} at length.\n\n"
        )
    };
    GROUPS.iter().map(sentence).collect()
}

async fn write(papers: &Papers, person: &str, paper: &str, letter: &str) -> Reply {
    let body = serde_urlencoded::to_string([("letter", letter), ("visible", "yes")]).unwrap();
    let address = format!("/documents/{paper}/letters");
    papers.post(Some(person), &address, FORM, body.into_bytes()).await
}

/// Keeps the letter, and gives its address.
pub(super) async fn kept(papers: &Papers, person: &str, paper: &str) -> String {
    let reply = write(papers, person, paper, &letter()).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let version =
        papers.of(person, paper, |thing, _| thing.versions.last().unwrap().version.id.to_string());
    format!("/documents/{paper}/versions/{version}")
}

pub(super) async fn traced(papers: &Papers, person: &str, text: &str) -> Value {
    let asked = json!({ "text": text, "letters": true }).to_string();
    let reply = papers
        .post(Some(person), "/api/v1/disclosure", "application/json", asked.into_bytes())
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["letters"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_delegation_is_handed_its_own_copy_and_that_is_recorded_first() {
    let papers = Papers::new();
    let at = kept(&papers, "head-ee", "paper").await;
    let mut copies: Vec<(&str, Vec<u8>)> = Vec::new();
    for person in ["head-ee", "head-us", "clerk-fr", "adviser-es"] {
        let before = papers.house.size();
        let read = papers.get(Some(person), &at).await;
        assert_eq!((read.status, &read.body[..5]), (200, &b"%PDF-"[..]), "{person}");
        assert_eq!(papers.house.size(), before + 1, "{person}: a reading");
        assert_eq!(read.header("content-length"), read.body.len().to_string());
        assert_eq!(read.header("content-type"), "application/pdf");
        assert_eq!((read.header("etag"), read.header("cache-control")), ("", "private, no-store"));
        let again = papers.get(Some(person), &format!("{at}/inline")).await;
        assert_eq!(again.body, read.body, "{person}: the same copy each time");
        let text = Found::of_pdf(&read.body).unwrap().text();
        assert!(text.contains("Copy for ") && text.contains("TLP:GREEN"), "{text}");
        assert!(copies.iter().all(|(_, other)| *other != read.body), "{person}: his own");
        copies.push((person, read.body));
    }
    let another = papers.get(Some("clerk-es"), &at).await;
    assert_eq!(another.body, copies[3].1, "a delegation has one copy");
    assert_eq!(papers.get(None, &at).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_found_copy_is_traced_by_its_author_and_by_leads_and_by_nobody_else() {
    let papers = Papers::new();
    let at = kept(&papers, "head-ee", "paper").await;
    let copy = papers.get(Some("adviser-es"), &at).await.body;
    let text = Found::of_pdf(&copy).unwrap().text();
    for person in ["head-ee", "clerk-fr"] {
        let letters = traced(&papers, person, &text).await;
        let fits = letters[0]["fits"].as_array().unwrap();
        // Others may be told, too, each once in ten times: far behind.
        assert!(letters.as_array().unwrap().len() == 1 && !fits.is_empty(), "{letters}");
        assert_eq!(fits[0]["party"], "ES", "{letters}");
        assert!(fits[0]["false_accusation"].as_f64().unwrap() < 1e-6, "{letters}");
        // Who has read it, the author may know, and a lead of another delegation not.
        assert_eq!(fits[0]["opened"].is_string(), person == "head-ee", "{letters}");
    }
    for person in ["adviser-es", "head-us"] {
        assert_eq!(traced(&papers, person, &text).await, json!([]), "{person}");
    }
    let form =
        serde_urlencoded::to_string([("article", text.as_str()), ("letters", "yes")]).unwrap();
    let page = papers.post(Some("head-ee"), "/disclosure", FORM, form.into_bytes()).await.text();
    let section = page.split("Whose copies of kept letters fit").nth(1).expect("it is there");
    let first = section.split("<tbody").nth(1).and_then(|rows| rows.split("</tr>").next());
    let first = first.expect("a first row");
    assert!(first.contains("Spain") && first.contains(">fits<"), "{first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_no_copy_tells_nothing_of_how_copies_are_worded() {
    let papers = Papers::new();
    kept(&papers, "head-ee", "paper").await;
    let parties = papers.house.view(None).all::<Party>().count();
    assert!(parties > 10, "{parties}");
    for first in ["meet", "gather"] {
        let text = format!("Of railways: railways railways {first} railways railways by day.");
        let letters = traced(&papers, "head-ee", &text).await;
        assert_eq!(letters[0]["read"], 1, "{letters}");
        assert_eq!(letters[0]["fits"], json!([]), "{letters}");
    }
    assert_eq!(traced(&papers, "head-ee", "Nothing of the sort was said.").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_whose_copies_cannot_be_told_apart_is_refused_and_what_was_written_stays() {
    let papers = Papers::new();
    papers.give("head-ee", "shown", json!({ "reading": "shown" }), "GREEN");
    let before = papers.house.size();
    for (letter, told) in
        [("We [[meet | gather]].", "Give more places variants"), ("", "Paste the letter")]
    {
        let reply = write(&papers, "head-ee", "paper", letter).await;
        assert_eq!(reply.status, 422);
        assert!(reply.text().contains(told) && reply.text().contains(letter), "{}", reply.text());
    }
    assert_eq!(write(&papers, "head-ee", "shown", &letter()).await.status, 409);
    for (person, status) in [("clerk-fr", 403), ("head-us", 403)] {
        assert_eq!(write(&papers, person, "paper", &letter()).await.status, status, "{person}");
    }
    assert_eq!(write(&papers, "head-ee", "never-was", &letter()).await.status, 404);
    assert_eq!(papers.house.size(), before);
    assert_eq!(papers.house.vault.count(), (0, 0));
    // What looks like a kept letter and is sent as a file is a file.
    let secret = crate::letter_of(&letter(), [1; 32]).unwrap();
    let address = "/api/v1/documents/paper/versions";
    let sent = papers.post(Some("head-ee"), address, "application/octet-stream", secret).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let media = papers.of("head-ee", "paper", |thing, _| thing.versions[0].version.media.key());
    assert_eq!(media, "text/plain");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_letter_is_handed_out_to_nobody_and_traces_nobody() {
    let papers = Papers::new();
    let at = kept(&papers, "head-ee", "paper").await;
    let text = Found::of_pdf(&papers.get(Some("head-us"), &at).await.body).unwrap().text();
    let address = format!("{at}/destroy");
    assert_eq!(papers.post(Some("head-ee"), &address, FORM, Vec::new()).await.status, 303);
    assert_eq!(papers.house.vault.count(), (0, 0));
    assert_eq!(papers.get(Some("head-us"), &at).await.status, 409);
    assert_eq!(traced(&papers, "head-ee", &text).await, json!([]));
}

//! Letters that are shown page by page: whose copy the pages are of, and what is recorded of it.

use super::super::letter_tests::{kept, traced};
use super::*;
use crate::{NotDrawn, Survey, Surveyed};
use exchange::found::Found;
use std::ops::RangeInclusive;
use std::sync::Mutex;

/// One whose picture of a page is the file that he was given, and who tells its words.
#[derive(Default)]
struct Scribe {
    /// What he does before he draws the next page.
    errand: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Draughtsman for Scribe {
    fn survey(
        &self,
        pdf: &[u8],
        pages: RangeInclusive<u32>,
        width: u32,
    ) -> Result<Survey, NotDrawn> {
        let first = usize::try_from(*pages.start()).unwrap() - 1;
        let (count, found) =
            Found::of_pages(pdf, first..first + 10).map_err(|_| NotDrawn::Unfit)?;
        let size = (width, 1_754);
        let pages = found.iter().map(|page| Surveyed { size, words: Some(page.text()) });
        Ok(Survey { count: u32::try_from(count).unwrap(), pages: pages.collect() })
    }

    fn draw(&self, pdf: &[u8], _: u32, _: u32) -> Result<Vec<u8>, NotDrawn> {
        if let Some(errand) = self.errand.lock().unwrap().take() {
            errand();
        }
        Ok(pdf.to_vec())
    }
}

/// Papers with a scribe, and a letter of Estonia's under a label, which is only shown.
async fn shown(label: &str) -> (Papers, Arc<Scribe>, String) {
    let scribe = Arc::new(Scribe::default());
    let papers = Papers::with(Some(Arc::clone(&scribe) as Arc<dyn Draughtsman>));
    papers.give("head-ee", "shown", json!({ "reading": "shown" }), label);
    let at = kept(&papers, "head-ee", "shown").await;
    (papers, scribe, at)
}

/// The readings that somebody sees of another's, by the delegation for which he sat.
fn read_for(papers: &Papers, person: &str) -> Vec<String> {
    let view = papers.house.view(Some(&id("head-ee")));
    let mut own: Vec<&Thing> = view
        .all::<Reading>()
        .map(|(thing, _)| thing)
        .filter(|thing| thing.author.person == Some(id(person)))
        .collect();
    own.sort_by_key(|thing| thing.created);
    own.iter().map(|thing| thing.author.party.as_ref().unwrap().to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_delegation_is_shown_the_pages_of_its_own_copy_and_the_file_goes_to_nobody() {
    let (papers, _, at) = shown("GREEN").await;
    let mut copies: Vec<(&str, Vec<u8>)> = Vec::new();
    for (person, party) in
        [("head-ee", "EE"), ("head-us", "US"), ("clerk-fr", "FR"), ("adviser-es", "ES")]
    {
        let before = papers.house.size();
        let sheet = papers.get(Some(person), &format!("{at}/shown")).await;
        assert_eq!((sheet.status, sheet.header("cache-control")), (200, "private, no-store"));
        let sheet = sheet.text();
        assert!(sheet.contains(&format!("src=\"{at}/pages/1\"")), "{sheet}");
        let picture = papers.get(Some(person), &format!("{at}/pages/1")).await;
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
        assert_eq!(picture.header("cache-control"), "private, no-store");
        assert_eq!(papers.house.size(), before + 1, "{person}: one reading");
        assert_eq!(read_for(&papers, person), [party]);
        // The words that go with the pictures are those of the same copy.
        let text = Found::of_pdf(&picture.body).unwrap().text();
        assert!(text.contains("Copy for "), "{text}");
        for line in text.lines().filter(|line| line.starts_with("Of ")) {
            assert!(sheet.contains(&format!("<p>{line}</p>")), "{person}: {line} in {sheet}");
        }
        let letters = traced(&papers, "head-ee", &text).await;
        assert_eq!(letters[0]["fits"][0]["party"], party, "{letters}");
        assert!(copies.iter().all(|(_, other)| *other != picture.body), "{person}: his own");
        copies.push((person, picture.body));
        assert_eq!(papers.get(Some(person), &at).await.status, 403);
        assert_eq!(papers.get(Some(person), &format!("/api/v1{at}")).await.status, 403);
        assert_eq!(papers.get(Some(person), &format!("{at}/inline")).await.status, 409);
    }
    // Whoever looks after all others, and his colleague, are shown what he was shown before.
    for (person, place) in [("head-us", 1), ("clerk-es", 3), ("head-us", 1)] {
        let picture = papers.get(Some(person), &format!("{at}/pages/1")).await;
        assert!(picture.body == copies[place].1, "{person}");
    }
    assert_eq!(papers.get(None, &format!("{at}/shown")).await.status, 404);
    let page = papers.get(Some("clerk-fr"), "/documents/shown").await.text();
    assert!(page.contains(&format!("{at}/shown\">Show<")) && !page.contains("Download</a>"));
    let page = papers.get(Some("head-ee"), "/documents/shown").await.text();
    assert!(page.contains("shown the pages of a copy, worded and set"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_letter_that_is_hidden_no_page_and_no_number_of_pages_is_told() {
    let (papers, _, at) = shown("RED").await;
    assert_eq!(papers.get(Some("head-ee"), &format!("{at}/shown")).await.status, 200);
    let before = papers.house.size();
    for person in [Some("clerk-fr"), Some("head-us"), None] {
        for way in ["shown", "shown?page=99", "pages/1", "pages/99"] {
            let hidden = papers.get(person, &format!("{at}/{way}")).await;
            let never = format!("/documents/never/versions/was/{way}");
            let never = papers.get(person, &never).await;
            assert_eq!((hidden.status, never.status), (404, 404), "{person:?} {way}");
            assert_eq!(hidden.body, never.body, "{person:?} {way}");
        }
    }
    assert_eq!(papers.house.size(), before, "nobody was given anything");
    papers.full.store(true, Ordering::SeqCst);
    papers.minutes.store(61, Ordering::SeqCst);
    for way in ["shown", "pages/1"] {
        let refused = papers.get(Some("head-ee"), &format!("{at}/{way}")).await;
        assert_eq!(refused.status, 503, "what cannot be recorded is not shown: {way}");
        let said = refused.text();
        assert!(!said.contains("railways") && !said.contains("%PDF"), "{way}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changes_his_delegation_opens_another_copy_and_is_shown_no_page_of_the_first() {
    let (papers, scribe, at) = shown("GREEN").await;
    let pages = format!("{at}/pages/1");
    let first = papers.get(Some("head-us"), &pages).await;
    assert_eq!((first.status, read_for(&papers, "head-us")), (200, vec!["US".to_owned()]));
    // While a page is drawn for him, he is seated elsewhere.
    let seat = {
        let view = papers.house.view(Some(&id("clerk-fr")));
        let of = |person: &Id| *person == id("head-us");
        let mut seats = view.all::<coalition::content::Seat>();
        seats.find(|(_, seat)| of(&seat.person)).expect("his seat").0.id.clone()
    };
    let house = Arc::clone(&papers.house);
    *scribe.errand.lock().unwrap() = Some(Box::new(move || {
        let done = |by: &str, subject: Id, change: Value| {
            let ask = Ask::Import { at: house.now(), subject, change };
            house.submit_and_wait(Some(id(by)), ask).unwrap();
        };
        done("head-us", seat, json!({ "withdraw": {} }));
        let seat = json!({ "seat": { "person": "head-us", "party": "DE", "role": "head" } });
        let marking = json!({ "label": "GREEN" });
        done(
            "clerk-fr",
            id("his-seat"),
            json!({ "create": { "content": seat, "marking": marking } }),
        );
    }));
    let caught = papers.get(Some("head-us"), &pages).await;
    assert_eq!(caught.status, 404, "it is not his delegation's any more");
    assert!(scribe.errand.lock().unwrap().is_none(), "he was seated elsewhere meanwhile");
    // Within the hour, and still another opening: it is another copy.
    papers.minutes.store(5, Ordering::SeqCst);
    let second = papers.get(Some("head-us"), &pages).await;
    assert_eq!(second.status, 200, "{}", second.text());
    assert_eq!(read_for(&papers, "head-us"), ["US", "DE"]);
    let text = Found::of_pdf(&second.body).unwrap().text();
    assert!(text.contains("Copy for Germany") && second.body != first.body, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_everybody_may_read_of_a_letter_is_without_marks_for_whoever_has_no_seat() {
    let (papers, _, at) = shown("CLEAR").await;
    let before = papers.house.size();
    let public = papers.get(None, &format!("{at}/pages/1")).await;
    assert_eq!(public.status, 200);
    let text = Found::of_pdf(&public.body).unwrap().text();
    assert!(!text.contains("Copy for ") && !text.contains(" gather "), "{text}");
    let seated = papers.get(Some("head-us"), &format!("{at}/pages/1")).await;
    assert!(seated.status == 200 && seated.body != public.body);
    assert_eq!(papers.house.size(), before, "nobody is noted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_that_draws_nothing_keeps_its_letters_to_be_handed_out() {
    let papers = Papers::new();
    let at = kept(&papers, "head-ee", "paper").await;
    let page = papers.get(Some("clerk-fr"), "/documents/paper").await.text();
    assert!(page.contains("Download") && !page.contains("/shown\""), "{page}");
    for way in ["shown", "pages/1"] {
        let reply = papers.get(Some("clerk-fr"), &format!("{at}/{way}")).await;
        assert_eq!(reply.status, 409, "{way}");
        assert!(reply.text().contains("without the feature `pages`"), "{}", reply.text());
    }
    let said = json!({ "document": { "title": "paper", "reading": "shown" } });
    let command = json!({ "subject": "paper", "change": { "amend": { "content": said } } });
    let body = command.to_string().into_bytes();
    let refused = papers.post(Some("head-ee"), "/api/v1/acts", "application/json", body).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert_eq!(papers.get(Some("clerk-fr"), &at).await.status, 200, "it stays as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_of_invitation_that_is_only_shown_is_what_a_meeting_leads_to() {
    let scribe = Arc::new(Scribe::default());
    let papers = Papers::with(Some(scribe as Arc<dyn Draughtsman>));
    papers.hold_talks();
    let asked = json!({ "invitation": { "meeting": "here", "party": "EE" } });
    let marking = json!({ "label": "AMBER+STRICT", "parties": ["EE"] });
    let change = json!({ "create": { "content": asked, "marking": marking } });
    papers.act("clerk-fr", "asked", change);
    let own = "/meetings/here/invitation.pdf\">Invitation (PDF)";
    assert!(papers.get(Some("head-ee"), "/meetings/here").await.text().contains(own));
    let said = json!({ "reading": "shown", "meeting": "here", "purpose": "invitation" });
    papers.give("clerk-fr", "letter", said, "GREEN");
    let at = kept(&papers, "clerk-fr", "letter").await;
    let page = papers.get(Some("head-ee"), "/meetings/here").await.text();
    assert!(page.contains(&format!("{at}/shown\">Invitation (shown page by page)")), "{page}");
    assert_eq!(papers.get(Some("head-ee"), &format!("{at}/shown")).await.status, 200);
}

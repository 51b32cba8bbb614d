//! PDFs that are shown page by page and not handed out.

use super::*;
use crate::{Draughtsman, NotDrawn, Survey, Surveyed};
use std::ops::RangeInclusive;
use std::sync::Mutex;

type Errand = Box<dyn FnOnce() + Send>;

/// One who fills every page with its number, of files that have 23. The seventh is too much for him.
#[derive(Default)]
struct Pupil {
    /// What he does before he draws the next page.
    errand: Mutex<Option<Errand>>,
}

impl Draughtsman for Pupil {
    fn survey(
        &self,
        pdf: &[u8],
        pages: RangeInclusive<u32>,
        width: u32,
    ) -> Result<Survey, NotDrawn> {
        let text = String::from_utf8_lossy(pdf);
        if text.contains("locked") {
            return Err(NotDrawn::Locked);
        } else if text.contains("broken") {
            return Err(NotDrawn::Unfit);
        } else if text.contains("machine") {
            return Err(NotDrawn::NotNow("no more processes".into()));
        }
        let words =
            |page| (page != 2).then(|| format!("What <b>page</b> {page}\u{202e} says.\nAll."));
        let pages = pages.take_while(|page| *page <= 23);
        let pages = pages.map(|page| Surveyed { size: (width, 1_754), words: words(page) });
        Ok(Survey { count: 23, pages: pages.collect() })
    }

    fn draw(&self, pdf: &[u8], page: u32, width: u32) -> Result<Vec<u8>, NotDrawn> {
        if let Some(errand) = self.errand.lock().unwrap().take() {
            errand();
        }
        match page {
            7 => Err(NotDrawn::Unfit),
            page if page <= 23 && pdf == PDF => Ok(format!("PNG of {page}, {width} wide").into()),
            _ => Err(NotDrawn::Unfit),
        }
    }
}

/// Papers with a draughtsman, and one of Estonia's that everybody sees and nobody is handed.
async fn drawn() -> (Papers, Arc<Pupil>, String) {
    let pupil = Arc::new(Pupil::default());
    let papers = Papers::with(Some(Arc::clone(&pupil) as Arc<dyn Draughtsman>));
    papers.give("head-ee", "shown", json!({ "reading": "shown" }), "GREEN");
    let at = papers.add("head-ee", "shown", "a.pdf", PDF).await;
    (papers, pupil, at)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_that_is_only_shown_is_shown_in_pictures_and_the_file_goes_to_nobody() {
    let (papers, _, at) = drawn().await;
    for person in ["clerk-fr", "head-ee"] {
        assert_eq!(papers.get(Some(person), &at).await.status, 403);
        assert_eq!(papers.get(Some(person), &format!("/api/v1{at}")).await.status, 403);
        assert_eq!(papers.get(Some(person), &format!("{at}/inline")).await.status, 409);
    }
    assert!(
        papers.get(Some("clerk-fr"), "/documents/shown").await.text().contains("/shown\">Show<")
    );
    let sheet = papers.get(Some("clerk-fr"), &format!("{at}/shown")).await;
    assert_eq!((sheet.status, sheet.header("cache-control")), (200, "private, no-store"));
    let sheet = sheet.text();
    for number in 1..=10 {
        let picture =
            format!("<img class=\"paper\" src=\"{at}/pages/{number}\" alt=\"Page {number} of 23");
        assert!(sheet.contains(&picture), "{number} {sheet}");
    }
    assert!(!sheet.contains("/pages/11\"") && sheet.contains("Pages 1 to 10 of 23"), "{sheet}");
    assert_eq!(sheet.matches("loading=\"lazy\"").count(), 10);
    assert!(sheet.contains("What &lt;b&gt;page&lt;/b&gt; 3\u{fffd} says."), "{sheet}");
    assert!(sheet.contains("Page 2 of 23. The house finds no words in it"), "{sheet}");
    assert!(sheet.contains("rel=\"next\"") && !sheet.contains("rel=\"prev\""));
    let last = papers.get(Some("clerk-fr"), &format!("{at}/shown?page=21")).await.text();
    assert!(last.contains("Pages 21 to 23 of 23") && last.contains("/shown?page=11\""), "{last}");
    assert!(!last.contains("rel=\"next\"") && last.contains(&format!("{at}/pages/23\"")));
    for page in ["24", "0", "x", "99999999999"] {
        let reply = papers.get(Some("clerk-fr"), &format!("{at}/shown?page={page}")).await;
        assert_eq!(reply.status, 422, "{page}");
    }
    let picture = papers.get(Some("clerk-fr"), &format!("{at}/pages/3")).await;
    assert_eq!((picture.status, picture.text().as_str()), (200, "PNG of 3, 1240 wide"));
    assert_eq!(picture.header("content-type"), "image/png");
    assert_eq!(picture.header("cache-control"), "private, no-store");
    // What may be downloaded is shown page by page, too.
    let free = papers.add("head-ee", "paper", "a.pdf", PDF).await;
    assert!(papers.get(Some("clerk-fr"), &format!("{free}/shown")).await.text().contains("of 23"));
    let text = papers.add("head-ee", "shown", "a.txt", b"text").await;
    assert_eq!(papers.get(Some("clerk-fr"), &format!("{text}/pages/1")).await.status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_opening_is_one_reading_and_is_recorded_before_anything_is_sent() {
    let (papers, _, at) = drawn().await;
    let readings = |person: &str| {
        let view = papers.house.view(Some(&id("head-ee")));
        let by = |thing: &Thing| thing.author.person == Some(id(person));
        view.all::<Reading>().filter(|(thing, _)| by(thing)).count()
    };
    let sheet = format!("{at}/shown");
    papers.get(Some("clerk-fr"), &sheet).await;
    assert_eq!(readings("clerk-fr"), 1);
    for page in 1..=6 {
        let reply = papers.get(Some("clerk-fr"), &format!("{at}/pages/{page}")).await;
        assert_eq!(reply.status, 200);
    }
    papers.get(Some("clerk-fr"), &format!("{sheet}?page=11")).await;
    assert_eq!(readings("clerk-fr"), 1, "he turns its pages");
    // A picture that is asked for by itself is an opening, and somebody else's is his own.
    papers.get(Some("head-us"), &format!("{at}/pages/1")).await;
    assert_eq!((readings("head-us"), readings("clerk-fr")), (1, 1));
    papers.minutes.store(61, Ordering::SeqCst);
    papers.get(Some("clerk-fr"), &format!("{at}/pages/2")).await;
    assert_eq!(readings("clerk-fr"), 2, "an hour later he opens it again");
    let told = papers.get(Some("head-ee"), "/documents/shown").await.text();
    assert!(told.contains("version 1"), "{told}");
    // That he read another version, or a page of a text, does not stand for it.
    let other = papers.add("head-ee", "shown", "b.pdf", PDF).await;
    papers.get(Some("clerk-fr"), &format!("{other}/pages/2")).await;
    assert_eq!(readings("clerk-fr"), 3);
    papers.full.store(true, Ordering::SeqCst);
    for address in [sheet, format!("{at}/pages/1")] {
        let reply = papers.get(Some("adviser-es"), &address).await;
        assert_eq!(reply.status, 503, "{address}");
        assert!(!reply.text().contains("says.") && !reply.text().contains("PNG of"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_everybody_may_read_is_drawn_for_everybody_and_noted_of_nobody() {
    let (papers, _, _) = drawn().await;
    papers.give("head-ee", "public", json!({ "reading": "shown" }), "CLEAR");
    let at = papers.add("head-ee", "public", "a.pdf", PDF).await;
    let before = papers.house.size();
    for person in [None, Some("head-us")] {
        assert_eq!(papers.get(person, &format!("{at}/shown")).await.status, 200);
        assert_eq!(papers.get(person, &format!("{at}/pages/1")).await.status, 200);
    }
    assert_eq!(papers.house.size(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_cannot_be_drawn_says_so_where_it_would_stand() {
    let (papers, _, at) = drawn().await;
    let picture = papers.get(Some("clerk-fr"), &format!("{at}/pages/7")).await;
    assert_eq!((picture.status, picture.header("content-type")), (422, "image/svg+xml"));
    assert!(picture.text().contains("This page cannot be drawn."));
    for page in ["0", "x", "-1"] {
        let reply = papers.get(Some("clerk-fr"), &format!("{at}/pages/{page}")).await;
        assert_eq!(reply.status, 422, "{page}");
    }
    for (file, status, says) in [
        ("%PDF-1.7 locked", 422, "locked with a password"),
        ("%PDF-1.7 broken", 422, "takes more time or memory"),
        ("%PDF-1.7 machine", 503, "cannot be drawn on this machine"),
    ] {
        let at = papers.add("head-ee", "shown", "a.pdf", file.as_bytes()).await;
        let sheet = papers.get(Some("clerk-fr"), &format!("{at}/shown")).await;
        assert_eq!(sheet.status, status, "{file}");
        assert!(sheet.text().contains(says), "{file} {}", sheet.text());
        assert!(!sheet.text().contains("no more processes"), "that is for whoever runs the house");
    }
    let turns: Vec<_> = (0..8).map(|_| id("clerk-fr")).collect();
    let held: Vec<_> =
        turns.into_iter().take(2).map(|who| papers.house.turns.wait(Some(who))).collect();
    assert!(held.iter().all(Option::is_some));
    drop(held);
    assert_eq!(papers.get(Some("clerk-fr"), &format!("{at}/pages/1")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_door_that_closes_while_a_page_is_drawn_keeps_it_in() {
    let (papers, pupil, _) = drawn().await;
    papers.hold_talks();
    papers.give("clerk-fr", "terms", json!({ "reading": "shown", "session": "talks" }), "GREEN");
    let at = papers.add("clerk-fr", "terms", "terms.pdf", PDF).await;
    let pages = [format!("{at}/pages/1"), format!("{at}/shown")];
    for address in &pages {
        assert_eq!(papers.get(Some("head-ee"), address).await.status, 200);
    }
    let house = Arc::clone(&papers.house);
    *pupil.errand.lock().unwrap() = Some(Box::new(move || {
        let change = json!({ "close": {} });
        let ask = Ask::Import { at: house.now(), subject: id("talks"), change };
        house.submit_and_wait(Some(id("clerk-fr")), ask).unwrap();
    }));
    let never = papers.get(Some("head-ee"), "/documents/never/versions/was/pages/1").await;
    for address in &pages {
        let reply = papers.get(Some("head-ee"), address).await;
        assert_eq!(reply.status, 404, "{address}");
        assert_eq!(reply.body, never.body, "as if it had never been");
    }
    assert_eq!(papers.get(Some("clerk-fr"), &pages[0]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_that_draws_nothing_takes_no_pdf_to_be_shown_and_says_why() {
    let papers = Papers::new();
    papers.give("head-ee", "shown", json!({ "reading": "shown" }), "GREEN");
    let refused = papers.upload("head-ee", "shown", &[("file", Some("a.pdf"), PDF)]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("without the feature `pages`"), "{}", refused.text());
    assert!(refused.text().contains("Plain text, PNG or JPEG"), "{}", refused.text());
    assert_eq!(papers.house.vault.count(), (0, 0), "nothing of it is left");
    let at = papers.add("head-ee", "paper", "a.pdf", PDF).await;
    assert!(!papers.get(Some("clerk-fr"), "/documents/paper").await.text().contains("/shown\""));
    for address in [format!("{at}/shown"), format!("{at}/pages/1")] {
        let reply = papers.get(Some("clerk-fr"), &address).await;
        assert_eq!(reply.status, 409, "{address}");
        assert!(reply.text().contains("without the feature `pages`"), "{}", reply.text());
    }
    let change =
        json!({ "amend": { "content": { "document": { "title": "paper", "reading": "shown" } } } });
    let command = json!({ "subject": "paper", "change": change }).to_string();
    let reply = papers
        .post(Some("head-ee"), "/api/v1/acts", "application/json", command.into_bytes())
        .await;
    assert_eq!(reply.status, 409, "{}", reply.text());
    assert_eq!(papers.get(Some("clerk-fr"), &at).await.status, 200, "it stays as it was");
}

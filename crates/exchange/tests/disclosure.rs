//! What articles written for this test disclose of the worked example. They are nobody's articles:
//! each is made from the example's facts, or is about something else.

use coalition::disclosure::{Article, Disclosed, Disclosure, Point, Public, assess};
use coalition::{Id, Label, State, View, Viewer};
use exchange::example::example;
use replay::replayed;
use std::collections::BTreeSet;

mod replay;

const LETTER: &str = include_str!("articles/letter.txt");
const VOLUNTARIOS: &str = include_str!("articles/voluntarios.txt");
const LONDON: &str = include_str!("articles/london.txt");
const ELSEWHERE: &str = include_str!("articles/elsewhere.txt");

fn assessed_by(state: &State, person: &str, text: &str, published: Option<&str>) -> Disclosure {
    let person = Id::parse(person).expect("a plain word");
    let view = View::of(state, Viewer::of_person(state, &person));
    let published = published.map(|day| day.parse().expect("a day"));
    let article = Article::read(text, published).expect("an article");
    let told = assess(&view, state.leaves(), &article);
    for of in &told.disclosed {
        assert!(!of.passages.is_empty(), "no passage discloses {}", of.says);
        for (range, _) in &of.passages {
            assert!(text.contains(article.passage(range)), "{range:?} is of the article");
        }
    }
    told
}

/// What was labelled and not public, as `point subject`.
fn labelled(told: &Disclosure) -> BTreeSet<(Point, String)> {
    let secret = told.disclosed.iter().filter(|of| of.public == Public::No);
    secret.map(|of| (of.point, of.thing.to_string())).collect()
}

fn telling<'d>(told: &'d Disclosure, point: Point, thing: &str) -> &'d Disclosed {
    let found = told.disclosed.iter().find(|of| of.point == point && of.thing.to_string() == thing);
    found.unwrap_or_else(|| panic!("{point:?} of {thing} is not among {:#?}", told.disclosed))
}

#[test]
fn an_article_that_retells_the_letter_discloses_each_of_its_points() {
    let state = replayed(example());
    let told = assessed_by(&state, "clerk-es", LETTER, Some("2025-10-30"));
    let expected = [
        (Point::Day, "m-madrid"),
        (Point::Start, "m-madrid"),
        (Point::End, "m-madrid"),
        (Point::Place, "m-madrid"),
        (Point::Level, "m-madrid"),
        (Point::Devices, "m-madrid"),
        (Point::Undertaking, "m-madrid"),
        (Point::Closed, "m-madrid-1"),
        (Point::Closed, "m-madrid-2"),
        (Point::Topic, "m-madrid-1"),
        (Point::Topic, "m-madrid-1-needs"),
        (Point::Topic, "m-madrid-1-pressure"),
        (Point::Topic, "m-madrid-1-priorities"),
        (Point::Topic, "m-madrid-address"),
        (Point::Topic, "m-madrid-address-item"),
        (Point::Minutes, "m-madrid-address"),
        (Point::Minutes, "m-madrid-address-item"),
        (Point::Speaker, "m-madrid-address-item"),
        (Point::Topic, "m-madrid-2"),
        (Point::Topic, "m-madrid-2-framework"),
        (Point::Topic, "m-madrid-2-contributions"),
    ];
    let expected: BTreeSet<_> =
        expected.map(|(point, thing)| (point, thing.to_owned())).into_iter().collect();
    assert_eq!(labelled(&told), expected);
}

#[test]
fn whose_view_held_all_of_it_is_told_of_those_who_could_see_every_part() {
    let state = replayed(example());
    let told = assessed_by(&state, "clerk-es", LETTER, Some("2025-10-30"));
    let held: Vec<(&str, bool)> = told
        .holders
        .iter()
        .map(|holder| (holder.name.as_str(), holder.held == told.labelled))
        .collect();
    assert_eq!(
        held,
        [
            ("Clerk, France (demonstration)", true),
            ("Clerk, Spain (demonstration)", true),
            // Not credentialed for the second session, and not for the first.
            ("Adviser, Spain (demonstration)", false),
            ("Head of delegation, Estonia (demonstration)", false),
        ]
    );
}

#[test]
fn what_was_public_when_the_article_appeared_is_told_apart() {
    let state = replayed(example());
    let told = assessed_by(&state, "clerk-es", LETTER, Some("2025-11-30"));
    // By then the record held the reports of that letter, open to all.
    for (point, thing, by) in [
        (Point::Devices, "m-madrid", "c-madrid-phones"),
        (Point::Topic, "m-madrid-1-needs", "c-madrid-session-1"),
        (Point::Topic, "m-madrid-2-framework", "c-madrid-session-2"),
    ] {
        let by = Id::parse(by).expect("a plain word");
        assert_eq!(telling(&told, point, thing).public, Public::Through(by), "{thing}");
    }
    let before = assessed_by(&state, "clerk-es", LETTER, Some("2025-10-30"));
    let london = telling(&before, Point::Day, "m-london");
    assert_eq!((london.label, &london.public), (Label::Clear, &Public::Since));
}

#[test]
fn an_article_in_another_language_discloses_days_times_places_and_rules() {
    let state = replayed(example());
    let told = assessed_by(&state, "clerk-es", VOLUNTARIOS, Some("2025-10-30"));
    let found = labelled(&told);
    for point in [Point::Day, Point::Start, Point::Place, Point::Devices] {
        assert!(found.contains(&(point, "m-madrid".to_owned())), "{point:?} in {found:?}");
    }
}

#[test]
fn an_article_about_something_else_discloses_nothing_that_is_labelled() {
    let state = replayed(example());
    for (text, published) in [
        (LONDON, Some("2025-10-31")),
        (LONDON, None),
        (ELSEWHERE, Some("2026-05-02")),
        (ELSEWHERE, None),
        ("Nothing to see here.", None),
    ] {
        let told = assessed_by(&state, "clerk-es", text, published);
        assert_eq!(labelled(&told), BTreeSet::new(), "{text}");
        assert!(told.holders.is_empty());
    }
}

#[test]
fn who_may_not_see_the_meeting_is_told_nothing_of_it() {
    let state = replayed(example());
    for person in ["head-us", "nobody"] {
        let told = assessed_by(&state, person, LETTER, Some("2025-10-30"));
        let madrid = Id::parse("m-madrid").expect("a plain word");
        assert!(!told.meetings.contains_key(&madrid));
        assert_eq!(labelled(&told), BTreeSet::new(), "{person}");
    }
}

#[test]
fn words_that_only_sound_like_a_fact_disclose_none() {
    let state = replayed(example());
    let text = "The coalition meets on 4 November in Madrid, at the Ministry of Foreign Affairs, to speak of guarantees.\n\n\
                At that meeting the legal, political and diplomatic framework takes 30 minutes.";
    let told = assessed_by(&state, "clerk-es", text, Some("2025-10-30"));
    let found = labelled(&told);
    for told in [(Point::Day, "m-madrid"), (Point::Topic, "m-madrid-2-framework")] {
        assert!(found.contains(&(told.0, told.1.to_owned())), "{told:?} in {found:#?}");
    }
    // A framework is no diplomat, a ministry no minister, and what lasts as long is another session.
    for sounds in [
        (Point::Level, "m-madrid"),
        (Point::Speaker, "m-madrid-address-item"),
        (Point::Minutes, "m-madrid-address"),
        (Point::Minutes, "m-madrid-address-item"),
    ] {
        assert!(!found.contains(&(sounds.0, sounds.1.to_owned())), "{sounds:?} in {found:#?}");
    }
}

//! A promise that matches others, from its form to its pages.

use super::{list, one};
use crate::answer::{Answer, Body};
use crate::forms::tests::{asking, house, id, post_new};
use crate::pages::guarantees::said;
use coalition::content::Commitment;
use coalition::{Id, Thing};

const CLERK: Option<&str> = Some("clerk-fr");

fn page(answer: &Answer) -> &str {
    match &answer.body {
        Body::Html(page) => page,
        other => panic!("not a page: {other:?}"),
    }
}

/// The form of a new commitment of France that matches others so.
fn form(resource: &Id, matches: &str) -> String {
    format!(
        "key=m-{}&party=FR&resource={resource}&amount=10{matches}&condition=always\
         &stage=announced&marking.label=CLEAR",
        matches.len()
    )
}

#[test]
fn a_matching_promise_is_made_in_the_form_and_its_pages_say_what_it_comes_to() {
    let house = house();
    let (thing, promised) = {
        let view = house.view(Some(&id("clerk-fr")));
        let foreign = |(_, said): &(&Thing, &Commitment)| {
            said.party != id("FR")
                && said.amount.is_some()
                && said.condition.references().parties.is_empty()
        };
        let (thing, said) = view.standing::<Commitment>().find(foreign).expect("one is promised");
        (thing.id.clone(), said.clone())
    };
    let matches = "&matches.rate=0.5&matches.above=1&matches.up_to=50";
    let sent = asking(&house, CLERK, &[("kind", "commitment")], &form(&promised.resource, matches));
    let answer = post_new(&sent);
    assert_eq!(answer.status, 303, "{answer:?}");
    let view = house.view(Some(&id("clerk-fr")));
    let made = view.standing::<Commitment>().find(|(_, said)| said.matches.is_some());
    let (made, said) = made.expect("it was made");
    let words = "10 and 0.5 for each 1 that others give above 1, up to 50";
    assert_eq!(said.figure_in_words().as_deref(), Some(words));
    let told = asking(&house, CLERK, &[("id", made.id.as_str())], "");
    let shown = one::one(&told).expect("it is seen");
    let unit = said::unit(&view, &promised.resource);
    for expected in [words, "What it matches today", "Of that it matches", &unit] {
        assert!(page(&shown).contains(expected), "{expected}\n{}", page(&shown));
    }
    let all = list::list(&asking(&house, CLERK, &[], "")).expect("a list");
    assert!(page(&all).contains("Matching others, not in the sums"));
    // Whom it looks at is told who counts on him.
    let theirs = one::one(&asking(&house, CLERK, &[("id", thing.as_str())], "")).expect("seen");
    assert!(page(&theirs).contains(&format!("/commitments/{}", made.id)), "{}", page(&theirs));
}

#[test]
fn a_matching_promise_without_a_cap_or_a_rate_is_refused_at_its_field() {
    let house = house();
    let view = house.view(Some(&id("clerk-fr")));
    let (_, promised) = view.standing::<Commitment>().next().expect("one is promised");
    for (matches, field) in [
        ("&matches.rate=1", "matches.up_to"),
        ("&matches.up_to=50", "matches.rate"),
        ("&matches.above=5", "matches.rate"),
        ("&matches.rate=0&matches.up_to=50", "matches.rate"),
        ("&matches.rate=1&matches.up_to=0.0", "matches.up_to"),
        ("&matches.rate=1&matches.up_to=50&matches.above=-1", "matches.above"),
    ] {
        let form = form(&promised.resource, matches);
        let answer = post_new(&asking(&house, CLERK, &[("kind", "commitment")], &form));
        assert_eq!(answer.status, 422, "{matches}");
        let expected = format!("href=\"#field-{field}\"");
        assert!(page(&answer).contains(&expected), "{matches}: {expected}\n{}", page(&answer));
    }
    let left_empty = form(&promised.resource, "&matches.rate=&matches.above=&matches.up_to=");
    let answer = post_new(&asking(&house, CLERK, &[("kind", "commitment")], &left_empty));
    assert_eq!(answer.status, 303, "{answer:?}");
}

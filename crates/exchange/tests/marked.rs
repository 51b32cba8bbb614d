//! Copies are traced through what happens to texts on their way into a newspaper, and nobody is
//! accused more often than the answer says.

mod copies;

use copies::{DELEGATIONS, Dice, accuses_no_more_than, invitation};
use exchange::found::Found;
use exchange::marked::{Choices, Marks, Template, Trace};

fn falls(dice: &mut Dice, of: u64) -> bool {
    dice.throw().is_multiple_of(of)
}

fn worded_only(choices: Choices) -> Marks {
    Marks { choices, lines: None }
}

fn trace(template: &Template, copies: &[Marks], found: &str) -> Trace {
    exchange::marked::trace(template, copies, &Found::of_text(found))
}

fn copies(template: &Template, dice: &mut Dice) -> Vec<Marks> {
    (0..DELEGATIONS).map(|_| worded_only(template.draw(|| dice.throw()))).collect()
}

/// Changes words, each with one chance in `one_in`.
fn worded(
    text: &str,
    dice: &mut Dice,
    one_in: u64,
    change: impl Fn(&str, &mut Dice) -> String,
) -> String {
    let words = text.split_inclusive(' ');
    words
        .map(|word| if falls(dice, one_in) { change(word, dice) } else { word.to_owned() })
        .collect()
}

fn mistyped(word: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = usize::try_from(dice.throw() % letters.len() as u64).expect("a place in a word");
    if letters[at].is_alphabetic() {
        letters[at] = if falls(dice, 2) { 'e' } else { 'x' };
    }
    letters.into_iter().collect()
}

fn misread(word: &str, _: &mut Dice) -> String {
    word.replace("rn", "m").replace('l', "1").replace("ii", "u").replace('e', "c")
}

/// Says it in other words: here, in none that were there.
fn retold(_: &str, _: &mut Dice) -> String {
    "otherwise ".to_owned()
}

fn told(channel: &str, trace: &Trace, culprit: usize) {
    let first = &trace.suspects[0];
    println!(
        "{channel}: {} of {} places read, the first is {} (agrees {}, 10^{:.1}, false {:.1e})",
        trace.read,
        trace.slots,
        if first.copy == culprit { "right" } else { "WRONG" },
        first.agrees,
        first.likelihood,
        first.false_accusation
    );
}

#[test]
fn a_copy_is_traced_through_each_channel_that_leaves_wordings() {
    let template = invitation();
    let mut dice = Dice(1);
    let copies = copies(&template, &mut dice);
    for culprit in [0, 17, 34] {
        let text = template.copy(&copies[culprit].choices);
        let excerpt: String = text.split("\n\n").skip(2).take(2).collect();
        let channels = [
            ("copied whole", text.clone(), 1e-9),
            ("in capitals, one line", text.to_uppercase().replace('\n', " "), 1e-9),
            ("two paragraphs of it", excerpt, 0.05),
            ("typed anew, an error in 10 words", worded(&text, &mut dice, 10, mistyped), 1e-6),
            (
                "read from a picture, an error in 6 words",
                worded(&text, &mut dice, 6, misread),
                1e-5,
            ),
            ("one word in 5 said otherwise", worded(&text, &mut dice, 5, retold), 1e-2),
        ];
        for (channel, found, wanted) in channels {
            let trace = trace(&template, &copies, &found);
            told(channel, &trace, culprit);
            let first = &trace.suspects[0];
            assert_eq!(first.copy, culprit, "{channel}: {found}");
            assert!(first.false_accusation < wanted, "{channel}: {first:?}");
            assert!(first.likelihood > trace.suspects[1].likelihood, "{channel}: two alike");
        }
    }
}

#[test]
fn two_copies_merged_point_at_both() {
    let template = invitation();
    let mut dice = Dice(7);
    let copies = copies(&template, &mut dice);
    let mixed = copies[4].choices.0.iter().zip(&copies[21].choices.0);
    let mixed = mixed.map(|(one, other)| if falls(&mut dice, 2) { *one } else { *other });
    let found = template.copy(&Choices(mixed.collect()));
    let trace = trace(&template, &copies, &found);
    let mut first: Vec<usize> = trace.suspects[..2].iter().map(|suspect| suspect.copy).collect();
    first.sort_unstable();
    assert_eq!(first, [4, 21], "{:#?}", &trace.suspects[..4]);
}

#[test]
fn of_places_between_the_same_words_none_is_read_for_another() {
    let paragraph = |of: usize| {
        format!(
            "In room {of} delegations [[meet | gather]] and [[speak | talk]] of them at length.\n\n"
        )
    };
    let text: String = (0..12).map(paragraph).collect();
    let template = Template::parse(&text).unwrap();
    for seed in 0..50 {
        let mut dice = Dice(seed);
        let copy = template.draw(|| dice.throw());
        let found = template.copy(&copy);
        let told = trace(&template, &[worded_only(copy)], &found);
        let [suspect] = &told.suspects[..] else { panic!("one copy") };
        assert_eq!(suspect.agrees, told.read, "seed {seed}: {found}");
        assert!(told.read >= 12, "seed {seed}: where they meet is told by the room: {told:?}");
    }
}

#[test]
fn a_text_that_is_no_copy_accuses_nobody() {
    let template = invitation();
    let copies = copies(&template, &mut Dice(3));
    for found in ["", "Ministers met in the morning.", include_str!("articles/letter.txt")] {
        let trace = trace(&template, &copies, found);
        let first = &trace.suspects[0];
        assert!(first.false_accusation > 0.5, "{found}: {first:?}");
    }
}

#[test]
fn nobody_is_accused_more_often_than_the_rate_says() {
    let template = invitation();
    let mut dice = Dice(11);
    accuses_no_more_than([0.3, 0.1, 0.03], 300, || {
        let copies = copies(&template, &mut dice);
        // A copy of somebody who is not on the list, typed anew.
        let stranger = template.copy(&template.draw(|| dice.throw()));
        let found = worded(&stranger, &mut dice, 12, mistyped);
        trace(&template, &copies, &found).suspects[0].false_accusation
    });
}

#[test]
fn what_is_no_template_is_refused_with_its_line() {
    for (text, told) in [
        ("a\n[[b", "line 2: `[[` opens variants that no `]]` closes"),
        ("a ]] b", "line 1: `]]` closes variants that no `[[` opens"),
        (
            "[[one]]",
            "line 1: between `[[` and `]]` stand at least two wordings, with `|` between them",
        ),
        ("[[one | ]]", "line 1: a wording must hold a word"),
        ("[[a | [[b | c]] ]]", "line 1: variants cannot have variants of their own"),
        ("[[1|2|3|4|5|6|7|8|9]]", "line 1: a place has at most 8 wordings"),
    ] {
        assert_eq!(Template::parse(text).expect_err(text).to_string(), told);
    }
    let same = Template::parse("[[Meet, | meet]]").expect_err("they differ in no word");
    assert!(same.to_string().starts_with("line 1: wordings must differ in their words"));
    assert!(Template::parse(&"[[a | b]] ".repeat(401)).is_err());
    let plain = Template::parse("no variants").expect("a text as it is");
    assert_eq!(plain.copy(&Choices(Vec::new())), "no variants");
    assert!((plain.same_by_chance() - 1.0).abs() < f64::EPSILON);
}

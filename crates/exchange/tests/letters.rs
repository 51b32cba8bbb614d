//! PDFs of the house are read back as they were written, by ourselves and by others, and each
//! delegation's copy is traced to it by its lines as well as by its wording.

mod copies;

use copies::{DELEGATIONS, Dice, INVITATION, accuses_no_more_than, invitation};
use exchange::found::{BadFile, Found};
use exchange::letter::{Stationery, plain_pdf};
use exchange::marked::{Marks, Template, Trace, trace};
use std::io::Write;
use std::process::{Command, Stdio};

fn below(dice: &mut Dice, count: usize) -> usize {
    usize::try_from(dice.throw() % count as u64).expect("less than a usize")
}

fn stationery<'a>(visible: Option<&'a str>) -> Stationery<'a> {
    Stationery { from: "Coalition of the Willing", title: "Invitation", label: "AMBER", visible }
}

fn copies(template: &Template, dice: &mut Dice) -> Vec<Marks> {
    (0..DELEGATIONS).map(|_| template.mark(|| dice.throw())).collect()
}

/// A copy of which only the lines can be told from another's.
fn worded_alike(copies: &mut [Marks]) {
    let choices = copies[0].choices.clone();
    for copy in copies {
        copy.choices = choices.clone();
    }
}

#[test]
fn every_delegations_copy_is_traced_from_its_file_by_its_lines_alone() {
    let template = invitation();
    let mut dice = Dice(5);
    let mut copies = copies(&template, &mut dice);
    worded_alike(&mut copies);
    for culprit in 0..DELEGATIONS {
        let visible = format!("Copy for delegation {culprit}");
        let file = template.pdf(&copies[culprit], &stationery(Some(&visible)));
        let found = Found::of_pdf(&file).expect("our own file");
        assert!(found.text().contains(&visible), "{}", found.text());
        let told = trace(&template, &copies, &found);
        let first = &told.suspects[0];
        assert_eq!(first.copy, culprit, "{told:?}");
        assert!(first.false_accusation < 1e-4, "{first:?}");
        assert!(first.by_lines > 5.0, "{first:?}");
        if culprit == 0 {
            println!("{} gaps and {} leans are read: {first:?}", told.gaps, told.leans);
        }
    }
}

/// A letter of random blocks and words in every script of the house.
fn random_letter(dice: &mut Dice) -> String {
    const LETTERS: &str = "aeioubcdfgßøłžőțαβγδεζηθικабвгдежиїґAEZΩЖ0123456789";
    let letters: Vec<char> = LETTERS.chars().collect();
    let mut text = String::new();
    for _ in 0..1 + below(dice, 12) {
        text.push_str(
            ["# ", "## ", "", "", "", "- ", "- ", "10:15 ", "09:00–11:30 "][below(dice, 9)],
        );
        for _ in 0..1 + below(dice, 90) {
            let length = if below(dice, 60) == 0 { 120 } else { 1 + below(dice, 12) };
            text.extend((0..length).map(|_| letters[below(dice, letters.len())]));
            text.push_str([" ", " ", " ", " ", ", ", ". ", "\n", "\\\n"][below(dice, 8)]);
        }
        text.push_str("\n\n");
    }
    text
}

/// Whether all of these stand in the text, in this order.
fn in_order<'w>(wanted: &[&'w str], found: &[String]) -> Result<(), &'w str> {
    let mut rest = found.iter();
    wanted.iter().try_for_each(|word| rest.any(|of| of == word).then_some(()).ok_or(*word))
}

#[test]
fn whatever_is_written_is_read_back_word_by_word() {
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let text = random_letter(&mut dice);
        let template = Template::parse(&text).expect("no variants");
        let marks = template.mark(|| dice.throw());
        let file = template.pdf(&marks, &stationery(Some("Copy for Ελλάδα")));
        let found = Found::of_pdf(&file).expect("our own file");
        let blocks = exchange::letter::blocks(&text);
        let words: Vec<&str> =
            blocks.iter().flat_map(|block| block.words.iter().map(String::as_str)).collect();
        let read: Vec<String> = found.words.into_iter().map(|word| word.text).collect();
        if let Err(missing) = in_order(&words, &read) {
            panic!("seed {seed}: {missing} is missing in\n{read:?}\nof\n{text}");
        }
    }
}

#[test]
fn a_file_that_is_broken_is_read_as_far_as_it_goes_and_never_further() {
    let text = "# A title\n\nSome words that are read, and more of them.\n\n- a point\n";
    let file = plain_pdf(&stationery(None), text);
    assert!(Found::of_pdf(&file).expect("whole").text().contains("words that are read"));
    let mut dice = Dice(9);
    let mut read = 0;
    for _ in 0..600 {
        let mut broken = file.clone();
        for _ in 0..1 + below(&mut dice, 8) {
            let at = below(&mut dice, broken.len());
            broken[at] = dice.throw().to_le_bytes()[0];
        }
        broken.truncate(broken.len() - below(&mut dice, 2) * below(&mut dice, file.len()));
        read += usize::from(Found::of_pdf(&broken).is_ok());
    }
    println!("of 600 broken files {read} still say something");
    assert!(read > 100);
    assert_eq!(Found::of_pdf(b"%PDF-1.7"), Err(BadFile::NoPages));
    assert_eq!(Found::of_pdf(b"%PDF-1.7 /Encrypt"), Err(BadFile::Encrypted));
    assert_eq!(Found::of_file(&[0xff, 0xd8, 0xff]), Err(BadFile::Neither));
    // A page that is its own parent, a stream without an end, and a thousand dictionaries in one.
    for hostile in [
        "%PDF-1.4 1 0 obj<</Pages 2 0 R>> 2 0 obj<</Kids[2 0 R]>> /Root 1 0 R".to_owned(),
        format!("%PDF-1.4 {}", "1 0 obj<<>>stream ".repeat(20_000)),
        format!("%PDF-1.4 1 0 obj{}", "<<".repeat(100_000)),
    ] {
        assert_eq!(Found::of_pdf(hostile.as_bytes()), Err(BadFile::NoPages));
    }
}

#[test]
fn nobody_is_accused_by_lines_more_often_than_the_rate_says() {
    let plain = INVITATION.replace("[[", "").replace("]]", "").replace('|', "and");
    let template = Template::parse(&plain).expect("no variants");
    let mut dice = Dice(21);
    accuses_no_more_than([0.5, 0.2, 0.05], 120, || {
        let copies: Vec<Marks> = (0..4).map(|_| template.mark(|| dice.throw())).collect();
        // The copy of somebody who is not on the list.
        let stranger = template.mark(|| dice.throw());
        let found = Found::of_pdf(&template.pdf(&stranger, &stationery(None))).expect("our own");
        let told = trace(&template, &copies, &found);
        assert!(told.gaps > 200, "{told:?}");
        told.suspects.iter().map(|of| of.false_accusation).fold(1.0, f64::min)
    });
}

#[test]
fn words_in_any_order_are_compared_without_falling_over() {
    let template = invitation();
    for seed in 0..12 {
        let mut dice = Dice(seed);
        let copies: Vec<Marks> = (0..2).map(|_| template.mark(|| dice.throw())).collect();
        let file = template.pdf(&copies[0], &stationery(None));
        let mut found = Found::of_pdf(&file).expect("our own file");
        // Pieces change places, and some words theirs on the line.
        for _ in 0..20 {
            let at = below(&mut dice, found.words.len() - 20);
            found.words.rotate_left(below(&mut dice, 9) * 7);
            found.words.swap(at, at + below(&mut dice, 20));
            found.words[at].place = found.words[at + 9].place;
        }
        let told = trace(&template, &copies, &found);
        assert!(told.suspects.iter().all(|of| of.likelihood.is_finite()), "seed {seed}: {told:?}");
        assert_eq!(trace(&template, &copies, &Found::default()).gaps, 0);
    }
}

/// Runs one of poppler's programs on a file; `None` where it is not installed.
fn poppler(program: &str, arguments: &[&str], file: &[u8]) -> Option<Vec<u8>> {
    let mut running = match Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
    {
        Ok(running) => running,
        Err(error) => {
            assert!(std::env::var_os("ENTENTE_POPPLER").is_none(), "{program}: {error}");
            println!("{program} is not installed (Debian: poppler-utils): not compared");
            return None;
        }
    };
    let mut input = running.stdin.take().expect("a pipe");
    let bytes = file.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = running.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("it reads all");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaint.is_empty(), "{program}: {complaint}");
    Some(output.stdout)
}

fn first(told: &Trace, culprit: usize) {
    let first = &told.suspects[0];
    println!("{} gaps, {} leans: {first:?}", told.gaps, told.leans);
    assert_eq!(first.copy, culprit, "{told:?}");
    assert!(first.false_accusation < 1e-4, "{first:?}");
}

#[test]
fn other_programs_find_the_file_sound_and_what_they_make_of_it_is_traced() {
    let template = invitation();
    let mut dice = Dice(8);
    let mut copies = copies(&template, &mut dice);
    worded_alike(&mut copies);
    for culprit in [2, 30] {
        let file = template.pdf(&copies[culprit], &stationery(Some("Copy for Estonia")));
        let Some(information) = poppler("pdfinfo", &["-"], &file) else { return };
        let information = String::from_utf8(information).expect("UTF-8");
        for line in ["Title:           Invitation", "Tagged:          yes", "(A4)"] {
            assert!(information.contains(line), "{information}");
        }
        let text = poppler("pdftotext", &["-", "-"], &file).expect("as pdfinfo");
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(text.contains("Copy for Estonia") && text.contains("TLP:AMBER"), "{text}");
        first(&trace(&template, &copies, &Found::of_text(&text)), culprit);
        // Printed into another file: other objects, other fonts, the same places.
        let printed = poppler("pdftocairo", &["-pdf", "-", "-"], &file).expect("as pdfinfo");
        let found = Found::of_pdf(&printed).expect("a PDF of cairo");
        let told = trace(&template, &copies, &found);
        assert!(told.leans > 10, "{told:?}");
        first(&told, culprit);
    }
}

//! PDFs that are shown page by page and not handed out, drawn by the program in processes of its own:
//! what the house itself has written, and what somebody made to hurt it. With the feature `pages` alone.
#![cfg(feature = "pages")]

mod running;

use exchange::letter::{Stationery, plain_pdf};
use hayro::vello_cpu::Pixmap;
use running::sending::{document, version_in};
use running::{BENEFICIARY, CLERK, DELEGATE, ENTENTE, Line, Reply, Running, Scratch};
use serde_json::{Value, json};
use std::io::{Cursor, Write};
use std::process::{Command, Output, Stdio};

const WIDTH: &str = "1240";
const LETTER: &str = "# Agenda\n\nThe delegations meet in the afternoon and consider the harbour.\n\nNobody leaves before the bell has rung.";

fn letter() -> Vec<u8> {
    let text = format!("{LETTER}\n\n{}", "What was said before is said again.\n\n".repeat(60));
    let stationery =
        Stationery { from: "Four towns", title: "Agenda", label: "TLP:AMBER", visible: None };
    plain_pdf(&stationery, &text)
}

/// A PDF of these objects, the first of which is its catalog.
fn pdf(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut file = "%PDF-1.7\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (place, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", place + 1));
    }
    let (count, start) = (objects.len() + 1, file.len());
    file.push_str(&format!(
        "xref\n0 {count}\n{table}trailer\n<< /Size {count} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    ));
    file.into_bytes()
}

fn stream(dictionary: &str, content: &str) -> String {
    format!("<< {dictionary} /Length {} >>\nstream\n{content}\nendstream", content.len())
}

/// A PDF of one page with this content, which may use the objects that follow, from 5 on.
fn one_page(page: &str, content: String, others: Vec<String>) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!("<< /Type /Page /Parent 2 0 R /Contents 4 0 R {page} >>"),
        content,
    ];
    objects.extend(others);
    pdf(&objects, "")
}

const SIZE: &str = "/MediaBox [0 0 300 400]";

/// Forms that each draw the next one eight times: more than anybody lives to see.
fn endless() -> Vec<u8> {
    let form = |next: usize| {
        let own = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 300 400] /Resources << /XObject << /F {next} 0 R >> >>"
        );
        stream(&own, &"/F Do ".repeat(8))
    };
    let mut forms: Vec<String> = (6..26).map(form).collect();
    forms.push(stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 300 400]",
        "0 0 m 300 400 l 200 10 l 10 300 l f",
    ));
    let page = format!("{SIZE} /Resources << /XObject << /F 5 0 R >> >>");
    one_page(&page, stream("", "/F Do"), forms)
}

/// A few bytes that become some thousand million when they are unpacked: a run of runs of runs.
fn bomb() -> Vec<u8> {
    // 0x81 says that the next byte comes 128 times.
    let runs = " /RunLengthDecode".repeat(6);
    let content =
        stream(&format!("/Filter [/ASCIIHexDecode{runs}]"), &format!("{}>", "81".repeat(64)));
    one_page(SIZE, content, Vec::new())
}

/// One that nobody has the password of.
fn locked() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!("<< /Type /Page /Parent 2 0 R {SIZE} >>"),
        format!(
            "<< /Filter /Standard /V 1 /R 2 /P -4 /O <{}> /U <{}> >>",
            "ab".repeat(32),
            "cd".repeat(32)
        ),
    ];
    pdf(
        &objects,
        "/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
    )
}

/// Runs the program with a file on its standard input.
fn program(arguments: &[&str], file: &[u8]) -> Output {
    let mut child = Command::new("timeout")
        .arg("120")
        .arg(ENTENTE)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("piped");
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(file));
        child.wait_with_output().expect("it ends")
    })
}

fn drawn(file: &[u8], page: usize) -> Vec<u8> {
    let output = program(&["draw-page", &page.to_string(), WIDTH], file);
    assert!(output.status.success(), "{}", running::complaint(&output));
    output.stdout
}

/// The words that tesseract reads in a picture; `None` where there is none.
fn recognised(png: &[u8]) -> Option<String> {
    let child = Command::new("tesseract")
        .args(["-", "-", "--dpi", "150"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.ok()?;
    child.stdin.take().expect("piped").write_all(png).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_letter_of_the_house_is_drawn_so_that_it_can_be_read() {
    let letter = letter();
    let png = drawn(&letter, 1);
    let picture = Pixmap::from_png(Cursor::new(&png)).expect("a picture");
    assert_eq!((picture.width(), picture.height()), (1_240, 1_754), "A4");
    let (width, height) = (picture.width(), picture.height());
    let dark = |column: u16| (0..height).filter(|row| picture.sample(column, *row).r < 100).count();
    // A margin, and letters in it from left to right.
    assert!((0..width / 20).all(|column| dark(column) == 0), "nothing in the margin");
    let written = (width / 4..width / 2).filter(|column| dark(*column) > 5).count();
    assert!(written > usize::from(width / 8), "letters in {written} columns");
    let Some(words) = recognised(&png) else {
        println!("skipped: there is no tesseract to read what was drawn");
        return;
    };
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "Agenda",
        "The delegations meet in the afternoon and consider the harbour.",
        "Nobody leaves before the bell has rung.",
        "TLP:AMBER",
    ] {
        assert!(words.contains(said), "{said:?} in {words}");
    }
}

#[test]
fn a_survey_says_how_many_pages_there_are_and_their_words() {
    let output = program(&["survey-pages", "2", "9", WIDTH], &letter());
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let count = told["count"].as_u64().expect("a number");
    let pages = told["pages"].as_array().expect("pages");
    assert!(count >= 2 && pages.len() as u64 == count - 1, "{told}");
    assert_eq!(
        (pages[0]["width"].as_u64(), pages[0]["height"].as_u64()),
        (Some(1_240), Some(1_754))
    );
    let words = pages[0]["words"].as_str().expect("words");
    assert!(words.contains("What was said before") && !words.contains("harbour"), "{words}");
    let none = program(&["survey-pages", "1", "9", WIDTH], &one_page(SIZE, stream("", ""), vec![]));
    let none: Value = serde_json::from_slice(&none.stdout).expect("JSON");
    assert_eq!((&none["count"], &none["pages"][0]["words"]), (&json!(1), &Value::Null));
    let locked = program(&["survey-pages", "1", "9", WIDTH], &locked());
    assert_eq!(String::from_utf8_lossy(&locked.stdout), "{\"locked\":true}\n");
}

#[test]
fn pages_of_any_size_are_pictures_of_some() {
    for (size, wide, high) in [
        ("/MediaBox [0 0 300 400]", 1_240, 1_653),
        ("/MediaBox [0 0 300 400] /Rotate 90", 1_240, 930),
        // Long ones are drawn smaller.
        ("/MediaBox [0 0 1 14400]", 1, 4_960),
        ("/MediaBox [0 0 14400 1]", 1_240, 1),
    ] {
        let file = one_page(size, stream("", ""), Vec::new());
        let picture = Pixmap::from_png(Cursor::new(drawn(&file, 1))).expect("a picture");
        let near = |is: u16, wanted: u16| is.abs_diff(wanted) <= 1;
        assert!(
            near(picture.width(), wide) && near(picture.height(), high),
            "{size}: {} x {}",
            picture.width(),
            picture.height()
        );
    }
    for (page, width) in [("0", WIDTH), ("2", WIDTH), ("1", "0"), ("1", "4001"), ("x", WIDTH)] {
        let output = program(&["draw-page", page, width], &one_page(SIZE, stream("", ""), vec![]));
        assert!(!output.status.success() && output.stdout.is_empty(), "{page} {width}");
    }
}

#[test]
fn nobody_is_told_of_the_commands_that_are_for_the_house() {
    let help = running::run(&["--help"]);
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    assert!(help.contains("demo") && !help.contains("draw-page") && !help.contains("survey-pages"));
}

/// A paper of the delegate's that is only shown, with these files as its versions; their addresses.
fn shown(line: &mut Line, files: &[&[u8]]) -> Vec<String> {
    let said = json!({ "document": { "title": "Paper", "reading": "shown" } });
    let marking = json!({ "label": "GREEN" });
    let command = json!({ "change": { "create": { "content": said, "marking": marking } } });
    let document = line.act("paper", &command).expect("it answers").json();
    let document = document["subject"].as_str().expect("an id").to_owned();
    let mut add = |(place, file): (usize, &&[u8])| {
        let headers = [("content-type", "application/octet-stream")];
        let address = format!("/api/v1/documents/{document}/versions?name={place}.pdf");
        let reply = line.ask("POST", &address, &headers, file).expect("it answers");
        assert_eq!(reply.status, 201, "{}", reply.text());
        let version = reply.json()["version"].as_str().expect("an id").to_owned();
        format!("/documents/{document}/versions/{version}")
    };
    files.iter().enumerate().map(&mut add).collect()
}

fn says(reply: &Reply, status: u16, words: &str) {
    assert_eq!(reply.status, status, "{}", reply.text());
    assert!(reply.text().contains(words), "{words:?} in {}", reply.text());
}

#[test]
fn what_would_hurt_the_house_ends_in_a_page_that_says_that_it_cannot_be_drawn() {
    let scratch = Scratch::new();
    let mut house = Running::start(&scratch.path("data"));
    let letter = letter();
    let broken = &letter[..40];
    let files: [&[u8]; 5] = [&letter, broken, &locked(), &endless(), &bomb()];
    let mut giver = house.signed_in(DELEGATE);
    let addresses = shown(&mut giver, &files);
    let [letter, broken, locked, endless, bomb] = addresses.as_slice() else {
        panic!("{addresses:?}")
    };
    let mut reader = house.signed_in(CLERK);
    let mut get = |address: &str| reader.get(address).expect("it answers");
    let sheet = get(&format!("{letter}/shown"));
    says(&sheet, 200, "Page 1 of ");
    assert!(sheet.text().contains("The delegations meet in the afternoon"), "{}", sheet.text());
    says(&get(&format!("{broken}/shown")), 422, "This PDF cannot be drawn: it is broken");
    says(&get(&format!("{locked}/shown")), 422, "locked with a password");
    for address in [broken, locked, endless] {
        let picture = get(&format!("{address}/pages/1"));
        says(&picture, 422, "This page cannot be drawn.");
        assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
    }
    // Whoever draws may notice what it is, and unpack no more than he wants: then there is a page.
    let reply = get(&format!("{bomb}/pages/1"));
    assert!(matches!(reply.status, 200 | 422), "{}", reply.status);
    // The house goes on, and draws what can be drawn.
    let picture = get(&format!("{letter}/pages/1"));
    assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/png")));
    assert!(Pixmap::from_png(Cursor::new(&picture.body)).is_ok());
    says(&get(&format!("{letter}/pages/99")), 422, "This page cannot be drawn.");
    for way in ["", "/inline"] {
        let reply = get(&format!("{letter}{way}"));
        assert!(matches!(reply.status, 403 | 409), "{}", reply.status);
        assert!(!reply.body.starts_with(b"%PDF"));
    }
    assert!(house.lives());
}

/// The lines of a letter that stand on a sheet, under its pictures.
fn lines_on(sheet: &str) -> String {
    let lines = sheet.split("<p>").skip(1).filter_map(|rest| rest.split("</p>").next());
    lines.filter(|line| line.starts_with("Of ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_letter_is_drawn_from_the_copy_of_whoever_asks_and_of_nobody_else() {
    let scratch = Scratch::new();
    let house = Running::start(&scratch.path("data"));
    let mut giver = house.signed_in(DELEGATE);
    let own = document(&mut giver, "letter", "shown");
    let sentence = |of: usize| {
        format!(
            "Of harbour {of}: they [[meet | gather]] at pier {of} by day, and [[speak | talk]] of quay {of} at length.\n\n"
        )
    };
    let letter: String = (1..=18).map(sentence).collect();
    let kept = json!({ "letter": letter, "visible": true }).to_string();
    let json = [("content-type", "application/json"), ("idempotency-key", "kept")];
    let address = format!("/api/v1/documents/{own}/letters");
    let kept = giver.ask("POST", &address, &json, kept.as_bytes()).expect("it answers");
    let at = format!("/documents/{own}/versions/{}", version_in(&kept));
    let mut pictures: Vec<Vec<u8>> = Vec::new();
    for (persona, party) in [(CLERK, "FR"), (DELEGATE, "EE"), (BENEFICIARY, "UA")] {
        let mut reader = house.signed_in(persona);
        let sheet = reader.get(&format!("{at}/shown")).expect("it answers");
        assert_eq!(sheet.status, 200, "{}", sheet.text());
        let text = lines_on(&sheet.text());
        assert!(text.lines().count() > 9, "{text}");
        let asked = json!({ "text": text, "letters": true }).to_string();
        let told = giver.ask("POST", "/api/v1/disclosure", &json[..1], asked.as_bytes());
        let told = told.expect("it answers").json();
        assert_eq!(told["letters"][0]["fits"][0]["party"], party, "{told}");
        assert!(told["letters"][0]["fits"][0]["opened"].is_string(), "it was recorded: {told}");
        let mut picture = || reader.get(&format!("{at}/pages/1")).expect("it answers");
        let (first, again) = (picture(), picture());
        assert_eq!((first.status, first.header("content-type")), (200, Some("image/png")));
        assert!(first.body == again.body, "the same each time");
        assert!(!pictures.contains(&first.body), "{party} is shown another's");
        if let Some(words) = recognised(&first.body) {
            assert!(words.contains("Copy for "), "{words}");
        }
        pictures.push(first.body);
        assert_eq!(reader.get(&at).expect("it answers").status, 403);
    }
}

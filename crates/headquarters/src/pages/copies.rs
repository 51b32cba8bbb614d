//! Marked copies of a letter: the author pastes it with its variants, says who gets one, and is handed
//! the copies together with the list that says which is whose. The house keeps none of it.

use crate::answer::Answer;
use crate::asking::Asking;
use crate::letters::{draws, parties, template};
use crate::look::Section;
use crate::look::parts::{self, Button, Choice, Crumb, Field, LabelChoice, PageHead, Wrong};
use crate::pages::words;
use crate::routes::{Route, get, post};
use crate::sent;
use coalition::{Id, Label, Refusal};
use exchange::letter::{Part, STATIONERY, Stationery, blocks, unprintable};
use exchange::marked::{Given, Kept, Template};
use exchange::zip::{self, Entry};
use maud::html;
use std::collections::BTreeSet;

pub(crate) const ROUTES: &[Route] = &[get("/copies", blank), post("/copies", made)];

const TITLE: &str = "Marked copies";

/// What the form was sent with, and what is wrong with it.
struct Asked {
    letter: String,
    recipients: BTreeSet<String>,
    label: String,
    visible: bool,
    wrongs: Vec<(&'static str, String)>,
}

impl Asked {
    fn wrong(&self, name: &str) -> Option<&str> {
        self.wrongs.iter().find(|(of, _)| *of == name).map(|(_, why)| why.as_str())
    }
}

fn seated(asking: &Asking) -> Result<(), Refusal> {
    if asking.seated() { Ok(()) } else { Err(Refusal::NotSeated) }
}

fn blank(asking: &Asking) -> Result<Answer, Refusal> {
    seated(asking)?;
    let asked = Asked {
        letter: String::new(),
        recipients: BTreeSet::new(),
        label: Label::Amber.as_str().to_owned(),
        visible: true,
        wrongs: Vec::new(),
    };
    Ok(sheet(asking, &asked))
}

fn made(asking: &Asking) -> Result<Answer, Refusal> {
    seated(asking)?;
    let sent = sent::sent(asking)?;
    let named = sent.iter().filter(|of| of.name == "recipients");
    let mut asked = Asked {
        letter: sent::text(&sent, "letter"),
        recipients: named.map(|of| String::from_utf8_lossy(&of.bytes).into_owned()).collect(),
        label: sent::text(&sent, "label"),
        visible: sent::file(&sent, "visible").is_some(),
        wrongs: Vec::new(),
    };
    let template = template(&asked.letter);
    // Who is hidden and who was made up are left out alike.
    let recipients: Vec<(Id, String)> = parties(&asking.view)
        .into_iter()
        .filter(|(id, _)| asked.recipients.contains(id.as_str()))
        .collect();
    if recipients.is_empty() {
        asked.wrongs.push(("recipients", "Choose at least one delegation".to_owned()));
    }
    let label = Label::parse(&asked.label);
    if label.is_none() {
        asked.wrongs.push(("label", "Choose a label".to_owned()));
    }
    match (template, label) {
        (Ok(template), Some(label)) if asked.wrongs.is_empty() => {
            Ok(copies(asking, &asked, &template, &recipients, label))
        }
        (template, _) => {
            asked.wrongs.extend(template.err().map(|why| ("letter", why)));
            Ok(sheet(asking, &asked).with_status(422))
        }
    }
}

/// All copies and their list, as one file.
fn copies(
    asking: &Asking,
    asked: &Asked,
    template: &Template,
    recipients: &[(Id, String)],
    label: Label,
) -> Answer {
    let mut random = draws(asking.house.settings.random());
    let from = asking.coalition_name();
    let title = blocks(&template.copy(&template.draw(|| 0)));
    let title = title.iter().find(|block| block.part == Part::Title);
    let title = title.map_or_else(|| "Letter".to_owned(), |block| block.words.join(" "));
    let mut entries: Vec<Entry> = Vec::new();
    let mut given = Vec::new();
    for (number, (_, name)) in recipients.iter().enumerate() {
        let marks = template.mark(&mut random);
        // A name in another script is told by its number on the list.
        let printable = unprintable(name).is_none();
        let visible =
            if printable { format!("Copy for {name}") } else { format!("Copy {}", number + 1) };
        let stationery = Stationery {
            from: &from,
            title: &title,
            label: label.as_str(),
            visible: asked.visible.then_some(visible.as_str()),
        };
        let bytes = template.pdf(&marks, &stationery);
        entries.push(Entry { name: file_name(number + 1, name), bytes });
        given.push(Given { to: name.clone(), marks });
    }
    let kept = Kept { stationery: STATIONERY, letter: asked.letter.clone(), copies: given };
    entries.push(Entry { name: "copies.json".to_owned(), bytes: kept.to_json().into_bytes() });
    Answer::download("application/zip", "marked-copies.zip", zip::archive(&entries))
}

/// `07 Czech Republic.pdf`: no two alike, and nothing that a file's name may not hold.
fn file_name(number: usize, name: &str) -> String {
    let plain = |of: char| if of.is_alphanumeric() || " -".contains(of) { of } else { '_' };
    format!("{number:02} {}.pdf", name.chars().map(plain).take(60).collect::<String>())
}

fn sheet(asking: &Asking, asked: &Asked) -> Answer {
    let parties = parties(&asking.view);
    let choices: Vec<Choice<'_>> = parties
        .iter()
        .map(|(id, name)| Choice {
            value: id.as_str(),
            text: name,
            hint: "",
            chosen: asked.recipients.contains(id.as_str()),
        })
        .collect();
    let labels: Vec<LabelChoice<'_>> = Label::ALL
        .iter()
        .map(|label| LabelChoice {
            label: words::tlp(*label),
            value: label.as_str(),
            who: "",
            chosen: asked.label == label.as_str(),
        })
        .collect();
    let letter = Field {
        value: &asked.letter,
        hint: "Plain text. Where copies may differ: [[meet | gather]]. Empty lines part paragraphs; # begins a title, ## a heading, - a point, 09:00 what happens then. A backslash at the end of a line keeps the break.",
        error: asked.wrong("letter"),
        ..Field::named("letter", "Letter, with the wordings you approve")
    };
    let to =
        Field { error: asked.wrong("recipients"), ..Field::named("recipients", "Who gets a copy") };
    let label = Field {
        hint: "It is printed at head and foot of every page.",
        error: asked.wrong("label"),
        ..Field::named("label", "Label")
    };
    let visible = Field {
        value: "yes",
        required: false,
        ..Field::named("visible", "Print “Copy for …” at the foot of every page")
    };
    let wrongs: Vec<Wrong<'_>> =
        asked.wrongs.iter().map(|(field, text)| Wrong { field, text }).collect();
    let body = html! {
        (parts::crumbs(&[Crumb { text: "Sources", href: Some("/sources") }, Crumb { text: TITLE, href: None }]))
        (parts::page_head(&PageHead {
            lead: "A letter in copies that can be told apart: each is worded and set a little differently, by chance. You get them as one archive, with the list of who has which: keep that list to yourself. If a copy turns up outside, the leak assessment compares it with the list.",
            actions: html! { a.button href="/disclosure" { "Assess a leak" } },
            ..PageHead::titled(TITLE)
        }))
        (parts::error_summary(&wrongs))
        @if parties.is_empty() {
            (parts::empty("There is no delegation that you can see.", &html! { a.button href="/parties" { "Parties" } }))
        } @else {
            (parts::form("/copies", &html! {
                (parts::area_field(&letter, 18))
                (parts::checkbox_list(&to, &choices))
                (parts::label_choice(&label, &labels))
                (parts::checkbox(&visible, asked.visible))
                (parts::buttons(&parts::button(Button::Primary, "Make copies")))
            }))
            p.quiet.small {
                "Nothing of it is recorded or kept by the house. To have the house hand each delegation its own copy, and trace it without a list, "
                a href="/documents" { "give a document" } " and write the letter there."
            }
        }
    };
    asking.page(TITLE, Section::Sources, body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Body;
    use crate::forms::tests::{asking, house};
    use crate::house::House;
    use crate::routes::Handle;
    use exchange::found::Found;
    use std::sync::Arc;

    const CLERK: Option<&str> = Some("clerk-es");

    fn letter() -> String {
        let pairs = ["meet | gather", "speak | talk", "small | little", "begin | start"];
        let sentence = |number: usize| {
            let places: Vec<String> = pairs.iter().map(|of| format!("[[{of}]]")).collect();
            format!(
                "In part {number} of the day delegations {} in room {number}, about matters that are {}, and {} of them at length. ",
                places[0], places[2], places[1]
            )
        };
        let paragraphs: Vec<String> = (0..12)
            .map(|of| {
                sentence(of)
                    + "The order is that of the last time, and whoever asks for the floor is noted."
            })
            .collect();
        format!("# To all delegations\n\n{}\n", paragraphs.join("\n\n"))
    }

    fn send(asking: &Asking, routes: &[Route]) -> Answer {
        let Handle::Work(answer) = routes[1].handle else { panic!("the second route computes") };
        answer(asking).unwrap_or_else(|refusal| crate::refusals::answer(asking, &refusal))
    }

    fn page(answer: Answer) -> String {
        match answer.body {
            Body::Html(page) => page,
            other => panic!("not a page: {other:?}"),
        }
    }

    /// The files of an archive, by name.
    fn files(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
        let mut rest = archive;
        let mut files = Vec::new();
        while let Some(head) = rest.strip_prefix(b"PK\x03\x04") {
            let length = u32::from_le_bytes(head[14..18].try_into().unwrap());
            let name = usize::from(u16::from_le_bytes(head[22..24].try_into().unwrap()));
            let end = 26 + name + usize::try_from(length).unwrap();
            let told = String::from_utf8(head[26..26 + name].to_vec()).unwrap();
            files.push((told, head[26 + name..end].to_vec()));
            rest = &head[end..];
        }
        files
    }

    fn made(house: &Arc<House>, count: usize) -> Vec<(String, Vec<u8>)> {
        let view = asking(house, CLERK, &[], "").view;
        let mut form = vec![
            ("letter".to_owned(), letter()),
            ("label".to_owned(), "AMBER".to_owned()),
            ("visible".to_owned(), "yes".to_owned()),
            ("recipients".to_owned(), "nobody".to_owned()),
        ];
        let parties = parties(&view).into_iter().take(count);
        form.extend(parties.map(|(id, _)| ("recipients".to_owned(), id.to_string())));
        let form = serde_urlencoded::to_string(form).unwrap();
        let answer = send(&asking(house, CLERK, &[], &form), ROUTES);
        let Body::Other("application/zip", archive) = answer.body else { panic!("{answer:?}") };
        files(&archive)
    }

    #[test]
    fn copies_made_in_the_house_are_told_apart_on_the_page_of_leaks() {
        let house = house();
        let files = made(&house, 6);
        assert_eq!(files.len(), 7);
        let (name, copy) = &files[3];
        let party = name.strip_prefix("04 ").and_then(|name| name.strip_suffix(".pdf")).unwrap();
        let text = Found::of_pdf(copy).unwrap().text();
        assert!(text.contains(&format!("Copy for {party}")), "{text}");
        let mut body = Vec::new();
        for (field, bytes) in [("file", copy), ("copies", &files[6].1)] {
            body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"x\"\r\n\r\n").bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--b--\r\n");
        let mut asked = asking(&house, CLERK, &[], "");
        asked.body = body;
        asked.headers = vec![("content-type", "multipart/form-data; boundary=b".into())];
        let page = page(send(&asked, crate::pages::disclosure::ROUTES));
        let fitting = page.split("Which marked copies fit").nth(1).expect("the section is there");
        let rows = fitting.split("<tbody").nth(1).expect("a table");
        let first = rows.split("</tr>").next().expect("a first row");
        assert!(first.contains(party) && first.contains("fits"), "{first}");
        assert_eq!(fitting.matches(">fits<").count(), 1, "{fitting}");
    }

    #[test]
    fn a_letter_whose_copies_cannot_be_told_apart_or_printed_is_refused() {
        let house = house();
        for (form, told) in [
            ("letter=We+meet.&label=AMBER&recipients=EE", "Give more places variants"),
            ("letter=%5B%5Bone%5D%5D&label=AMBER", "at least two wordings"),
            ("letter=%E1%83%97&label=AMBER", "cannot be printed"),
            ("label=SECRET", "Choose a label"),
            ("label=AMBER&recipients=nobody", "Choose at least one delegation"),
        ] {
            let answer = send(&asking(&house, CLERK, &[], form), ROUTES);
            assert_eq!(answer.status, 422);
            let page = page(answer);
            assert!(page.contains(told), "{form}: {page}");
        }
        assert_eq!(send(&asking(&house, None, &[], ""), ROUTES).status, 401);
    }
}

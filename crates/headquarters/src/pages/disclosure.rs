//! Leak assessment: what a press article discloses of what one may see, and who else saw it.

use super::{fitting, words};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::letters;
use crate::look::Section;
use crate::look::parts::{
    self, Button, Column, Crumb, Field, Glyph, OnPhone, PageHead, Table, Tone, Wrong,
};
use crate::routes::{Route, get, post};
use crate::sent;
use coalition::disclosure::{Article, Disclosed, Disclosure, Feature, Grade, Public, assess};
use coalition::{Refusal, View};
use exchange::found::Found;
use jiff::civil::Date;
use maud::{Markup, html};
use std::collections::BTreeMap;

pub(crate) const ROUTES: &[Route] = &[get("/disclosure", blank), post("/disclosure", assessed)];

const TITLE: &str = "Leak assessment";

fn blank(asking: &Asking) -> Result<Answer, Refusal> {
    Ok(sheet(asking, &Asked::default(), &html! {}))
}

/// What the form was sent with, and what is wrong with it.
#[derive(Default)]
struct Asked {
    text: String,
    published: String,
    letters: bool,
    wrongs: Vec<(&'static str, String)>,
}

impl Asked {
    fn wrong(&self, name: &str) -> Option<&str> {
        self.wrongs.iter().find(|(of, _)| *of == name).map(|(_, why)| why.as_str())
    }
}

fn assessed(asking: &Asking) -> Result<Answer, Refusal> {
    let sent = sent::sent(asking)?;
    let mut asked = Asked {
        text: sent::text(&sent, "article"),
        published: sent::text(&sent, "published"),
        letters: sent::file(&sent, "letters").is_some(),
        wrongs: Vec::new(),
    };
    let published = asked.published.trim();
    let day = (!published.is_empty()).then(|| published.parse::<Date>());
    let day = day.transpose().unwrap_or_else(|_| {
        let why = "The day of publication must be a date such as 2026-01-31".to_owned();
        asked.wrongs.push(("published", why));
        None
    });
    // A file comes before what was pasted; of a PDF its places are read, too.
    let found = match sent::file(&sent, "file").map(Found::of_file) {
        Some(Ok(found)) => {
            asked.text = found.text();
            found
        }
        Some(Err(why)) => {
            asked.wrongs.push(("file", format!("The file cannot be read: {why}")));
            Found::default()
        }
        None => Found::of_text(&asked.text),
    };
    let list = sent::file(&sent, "copies").map(fitting::list).transpose().unwrap_or_else(|why| {
        asked.wrongs.push(("copies", why.to_owned()));
        None
    });
    let read = match Article::read(&asked.text, day) {
        Ok(article) if article.is_empty() => {
            Err("The article has no words: paste its text, or give a file")
        }
        read => read,
    };
    match read {
        Ok(article) if asked.wrongs.is_empty() => {
            let told = assess(&asking.view, &asking.leaves(), &article);
            let mut fitting = list.map(|list| fitting::section(&list, &found)).unwrap_or_default();
            if asked.letters {
                match fitting::among_kept(asking, &found) {
                    Ok(kept) => fitting = html! { (fitting) (kept) },
                    Err(error) => return Ok(letters::unreadable(asking, &error)),
                }
            }
            Ok(sheet(asking, &asked, &result(asking, &article, &told, &fitting)))
        }
        read => {
            if asked.wrongs.is_empty() {
                asked.wrongs.extend(read.err().map(|why| ("article", why.to_owned())));
            }
            Ok(sheet(asking, &asked, &html! {}).with_status(422))
        }
    }
}

fn sheet(asking: &Asking, asked: &Asked, result: &Markup) -> Answer {
    let article = Field {
        value: &asked.text,
        hint: "The whole text, headline included. Nothing of it is recorded or kept.",
        required: false,
        error: asked.wrong("article"),
        ..Field::named("article", "Article")
    };
    let published = Field {
        value: &asked.published,
        hint: "What was public is judged by the end of that day, and “next Tuesday” counts from it.",
        required: false,
        error: asked.wrong("published"),
        ..Field::named("published", "Published on")
    };
    let file = Field {
        hint: "A PDF with text, or plain text, of at most 200 KB. It is read instead of what is pasted.",
        required: false,
        error: asked.wrong("file"),
        ..Field::named("file", "Or the article as a file")
    };
    let copies = Field {
        hint: "The copies.json that came with marked copies, if you hold it: then you are told which copies fit. It is not kept.",
        required: false,
        error: asked.wrong("copies"),
        ..Field::named("copies", "List of marked copies")
    };
    let letters = Field {
        value: "yes",
        hint: "What was found is compared with every letter of which you may know the traces: whose copy it may be, and how sure that is.",
        required: false,
        ..Field::named("letters", "Trace among the letters that the house keeps")
    };
    let wrongs: Vec<Wrong<'_>> =
        asked.wrongs.iter().map(|(field, text)| Wrong { field, text }).collect();
    let body = html! {
        (parts::crumbs(&[Crumb { text: "Sources", href: Some("/sources") }, Crumb { text: TITLE, href: None }]))
        (parts::page_head(&PageHead {
            lead: "Paste an article that says more than it should. It is read for facts that you may see in the record: which of them it discloses, in which passage, which were not public then, and whose view held all of those. It does not say from whom the article has them.",
            ..PageHead::titled(TITLE)
        }))
        (parts::error_summary(&wrongs))
        (result)
        (parts::upload_form("/disclosure", &html! {
            (parts::area_field(&article, 14))
            (parts::file_field(&file))
            (parts::date_field(&published))
            @if !letters::traceable(&asking.view).is_empty() { (parts::checkbox(&letters, asked.letters)) }
            (parts::file_field(&copies))
            (parts::buttons(&parts::button(Button::Primary, "Assess")))
        }))
    };
    asking.page(TITLE, Section::Sources, body)
}

fn result(asking: &Asking, article: &Article, told: &Disclosure, fitting: &Markup) -> Markup {
    let view = &asking.view;
    let of = |public: fn(&Public) -> bool| -> Vec<&Disclosed> {
        told.disclosed.iter().filter(|of| public(&of.public)).collect()
    };
    let secret = of(|public| *public == Public::No);
    let since = of(|public| *public == Public::Since);
    let open = of(|public| matches!(public, Public::Through(_)));
    html! {
        section.panel role="status" {
            div.panel-head { h2 { (verdict(secret.len(), told.labelled)) } }
            (meetings(view, told))
        }
        @if !secret.is_empty() {
            (facts(view, article, "Disclosed, and not public", &secret))
            (holders(told))
        }
        @if !since.is_empty() {
            (facts(view, article, "Not public then; the record makes it public now", &since))
        }
        @if !open.is_empty() {
            (facts(view, article, "Already public", &open))
        }
        (fitting)
        @if !told.disclosed.is_empty() { (marked(article, told)) }
    }
}

fn verdict(facts: usize, things: usize) -> String {
    match facts {
        0 => "It discloses nothing labelled that you can see".to_owned(),
        1 => "It discloses one fact that was not public".to_owned(),
        _ if things == 1 => {
            format!("It discloses {facts} facts that were not public, all of one thing")
        }
        _ => format!("It discloses {facts} facts that were not public, of {things} things"),
    }
}

/// What the article is about, and what shows it.
fn meetings(view: &View, told: &Disclosure) -> Markup {
    let feature = |of: &Feature| match of {
        Feature::Day => "its day",
        Feature::Place => "its place",
        Feature::Title => "its name",
        Feature::Coalition => "the coalition",
    };
    html! {
        @for (meeting, features) in &told.meetings {
            p {
                "It speaks of " (words::link(view, meeting)) ": it names "
                (words::listed(&features.iter().map(|of| feature(of).to_owned()).collect::<Vec<_>>())) "."
            }
        }
        @if told.meetings.is_empty() {
            p.quiet { "It speaks of no meeting that you can see in the record." }
        }
    }
}

fn facts(view: &View, article: &Article, title: &str, disclosed: &[&Disclosed]) -> Markup {
    let rows = disclosed.iter().map(|of| {
        let (range, grade) = &of.passages[0];
        let through = match &of.public {
            Public::Through(by) if *by != of.thing => Some(by),
            _ => None,
        };
        vec![
            html! {
                a href=(view.get(&of.thing).map(|thing| words::address(view, thing)).unwrap_or_default()) { (of.says) }
                @if let Some(by) = through { " " span.quiet { "public through " (words::link(view, by)) } }
            },
            html! { (of.point.words()) },
            parts::tlp(words::tlp(of.label)),
            html! {
                "“" (article.passage(range)) "”"
                @if *grade == Grade::Close { " " (parts::badge(Tone::Idle, None, "in part, or in other words")) }
                @if of.passages.len() > 1 { " " span.quiet { "and in " (of.passages.len() - 1) " more" } }
            },
        ]
    });
    html! {
        section {
            h2 { (title) }
            (parts::table(&Table {
                caption: title,
                caption_unseen: true,
                columns: vec![Column::words("Fact"), Column::words("About"), Column::words("Label"), Column::words("Passage")],
                rows: rows.collect(),
                on_phone: OnPhone::Cards,
            }))
        }
    }
}

fn holders(told: &Disclosure) -> Markup {
    let rows = told.holders.iter().map(|holder| {
        vec![
            html! { (holder.name) },
            html! { (holder.party) },
            html! { (holder.held) " of " (told.labelled) },
            html! { @if holder.held == told.labelled { (parts::badge(Tone::Warn, Some(Glyph::Eye), "all of it")) } },
        ]
    });
    html! {
        section {
            h2 { "Whose view held it" }
            p {
                @match told.as_of {
                    Some(at) => { "As the record stood on " (words::moment_words(at)) ", and " },
                    None => "As the record stands, and ",
                }
                "as far as seats, replies and labels that you can see tell. To have been able to see is not to have told."
            }
            (parts::table(&Table {
                caption: "Whose view held what the article discloses",
                caption_unseen: true,
                columns: vec![Column::words("Person"), Column::words("Delegation"), Column::figures("Things seen"), Column::words("")],
                rows: rows.collect(),
                on_phone: OnPhone::Cards,
            }))
        }
    }
}

/// The article, with the passages that disclose what was not public marked.
fn marked(article: &Article, told: &Disclosure) -> Markup {
    let mut passages: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for of in told.disclosed.iter().filter(|of| of.public == Public::No) {
        for (range, _) in &of.passages {
            *passages.entry((range.start, range.end)).or_default() += 1;
        }
    }
    let mut from = 0;
    let mut pieces: Vec<(&str, usize)> = Vec::new();
    for ((start, end), count) in passages {
        pieces.push((article.passage(&(from..start)), 0));
        pieces.push((article.passage(&(start..end)), count));
        from = end;
    }
    pieces.push((article.rest(from), 0));
    html! {
        section {
            h2 { "The article, what was not public marked" }
            div.article {
                @for (text, facts) in pieces {
                    @if facts == 0 { (text) } @else {
                        mark { (text) sup aria-label={ (facts) @if facts == 1 { " fact" } @else { " facts" } } { (facts) } }
                    }
                }
            }
        }
    }
}

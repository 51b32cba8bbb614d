//! The meetings that one may see, as a calendar: to be taken along, or to be followed by a program
//! that has a link.

use super::ceremony::Filled;
use super::words;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Button, Column, Field, OnPhone, PageHead, Table};
use crate::routes::{Route, get, lasting, post};
use coalition::content::Coalition;
use coalition::label::Seated;
use coalition::{Label, Refusal, Thing, View};
use exchange::calendar::{Calendar, feed};
use maud::{Markup, html};

pub(crate) const ROUTES: &[Route] = &[
    lasting("/calendar.ics", own),
    get("/feeds/{secret}/calendar.ics", followed),
    post("/account/feeds", begin),
    post("/account/feeds/end", end),
];

/// A program follows it without a session: then it says what the public sees.
fn own(asking: &Asking) -> Result<Answer, Refusal> {
    Ok(calendar(&asking.view, asking.house.address(), true))
}

/// What a link shows. One that never was, was ended, or has ended with a seat is answered alike.
fn followed(asking: &Asking) -> Result<Answer, Refusal> {
    let followed = asking.house.followed(asking.param("secret")).ok_or(Refusal::NotFound(None))?;
    let answer = calendar(&followed.view, asking.house.address(), followed.taken);
    #[cfg(feature = "leaks")]
    let answer = crate::leaks::followed_calendar(&asking.house, &followed.view, answer);
    Ok(answer)
}

fn calendar(view: &View, pages: Option<&str>, taken: bool) -> Answer {
    // Whoever keeps the calendar reads its name, too.
    let wide = |thing: &Thing| matches!(thing.marking.label, Label::Clear | Label::Green);
    let coalition = view.all::<Coalition>().find(|(thing, _)| wide(thing));
    let name = coalition.map_or("Entente", |(_, coalition)| coalition.name.as_str());
    let text = feed(view, &Calendar { name, pages, taken });
    Answer::bytes("text/calendar; charset=utf-8", text.into_bytes())
}

/// The viewer's links, as a part of his account's page.
pub(super) fn links(asking: &Asking, me: &Seated) -> Markup {
    let all = asking.house.feeds.of_person(&me.person);
    let rows = all.iter().map(|(name, feed)| {
        vec![
            html! {
                (feed.name)
                @if feed.taken { div.small.quiet { "shows as taken what it says nothing of" } }
            },
            html! { (words::moment_words(feed.made)) },
            html! {
                @match feed.used {
                    Some(used) => (words::moment_words(used)),
                    None => span.quiet { "not yet" },
                }
            },
            html! {
                form.inline method="post" action="/account/feeds/end" {
                    (parts::hidden("feed", name))
                    (parts::button(Button::Plain, "End it"))
                }
            },
        ]
    });
    let table = Table {
        caption: "Your calendar links",
        caption_unseen: true,
        columns: ["Name", "Since", "Last followed", "Stop"].map(Column::words).to_vec(),
        rows: rows.collect(),
        on_phone: OnPhone::Cards,
    };
    let name = Field {
        hint: "So that you know it in this list: \u{201c}phone\u{201d}, \u{201c}office\u{201d}.",
        ..Field::named("link", "What to call this link")
    };
    let taken = Field {
        value: "yes",
        label: "Show the time of what is AMBER+STRICT or RED as taken",
        hint: "Without a word on what it is. Whoever keeps your calendar then sees that you are busy.",
        ..Field::filtering("taken", "")
    };
    html! {
        section.panel id="links" {
            h2 { "Your calendar links" }
            p { "A calendar program follows a link without signing in, so whoever keeps that calendar, a phone or a company, reads what it shows: of what is CLEAR or GREEN all; of what is AMBER \u{201c}Meeting\u{201d}, its time, and a link to its page; of what is narrower nothing." }
            @if all.is_empty() { p.quiet { "You have none." } }
            @else { (parts::table(&table)) }
            form method="post" action="/account/feeds" {
                (parts::text_field(&name))
                (parts::checkbox(&taken, false))
                (parts::buttons(&parts::button(Button::Plain, "Make a link")))
            }
        }
    }
}

fn seated(asking: &Asking) -> Result<&Seated, Refusal> {
    asking.view.viewer().seated().ok_or(Refusal::NotSeated)
}

/// Makes a link and shows it, once.
fn begin(asking: &Asking) -> Result<Answer, Refusal> {
    let me = seated(asking)?;
    let form = Filled(asking.form()?);
    let taken = form.text("taken") == "yes";
    let address = asking.house.follow_calendar(&me.person, form.name("link")?, taken)?;
    let link = format!("{}{address}", asking.house.address().unwrap_or_default());
    let body = html! {
        (parts::page_head(&PageHead::titled("A link to your calendar")))
        section.panel {
            p { "Let your calendar program subscribe to this address. It is shown only now." }
            p { code.wrap #link { (link) } }
        }
        p.notice.tone-warn { "Whoever has this link reads what it shows. End it on your account's page when a device is lost." }
        p { a href="/account" { "Back to your account" } }
    };
    Ok(asking.page("A link to your calendar", Section::Elsewhere, body))
}

fn end(asking: &Asking) -> Result<Answer, Refusal> {
    let me = seated(asking)?;
    let form = Filled(asking.form()?);
    asking.house.feeds.end_those(&me.person, |name| name == form.text("feed"));
    Ok(Answer::see_other("/account#links"))
}

//! What is one's own: passkeys, sessions, calendar links and mail.

use super::ceremony::{Ceremony, Filled, Kind as Does, name_field};
use super::words;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Button, Column, OnPhone, PageHead, Table, Tone};
use crate::refusals;
use crate::routes::{Route, get, post};
use crate::sign_in::{
    IDLE_HOURS, NotEnrolled, Session, WHOLE_HOURS, further, make, name_of_token, passkey_of,
};
use crate::writer::Ask;
use coalition::content::Passkey;
use coalition::label::Seated;
use coalition::{Change, Content, Id, Refusal, Thing};
use maud::{Markup, html};

pub(crate) const ROUTES: &[Route] = &[
    get("/account", page),
    post("/account/passkeys", enrol),
    post("/account/passkeys/{id}", rename),
    post("/account/sessions", end),
];

fn own(asking: &Asking) -> Result<&Seated, Refusal> {
    asking.view.viewer().seated().ok_or(Refusal::NotSeated)
}

fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let wide = html! { (passkeys(asking, me)) (sessions(asking, me)) (super::calendar::links(asking, me)) (super::post::mail(asking, me)) };
    let narrow = html! {
        section.panel {
            h2 { "You" }
            (parts::facts(&[
                ("Name", words::link(&asking.view, &me.person)),
                ("Seat", html! { (me.role.word()) " of " (words::link(&asking.view, &me.party)) }),
            ]))
            p { a href="/for-you" { "What concerns you" } }
            p { a href="/people" { "The people of your delegation" } }
            form method="post" action="/sign-out" { (parts::button(Button::Plain, "Sign out")) }
        }
    };
    let body = html! {
        (parts::page_head(&PageHead {
            lead: "Nobody else sees your passkeys, your sessions or your links.",
            ..PageHead::titled("Your account")
        }))
        (parts::columns(&wide, &narrow))
    };
    Ok(asking.page("Your account", Section::Elsewhere, body))
}

fn passkeys(asking: &Asking, me: &Seated) -> Markup {
    let mut all: Vec<(&Thing, &Passkey)> = asking.view.all::<Passkey>().collect();
    all.sort_by_key(|(thing, _)| {
        (thing.withdrawn(), std::cmp::Reverse(thing.created), thing.id.clone())
    });
    let rows = all.iter().map(|(thing, passkey)| {
        vec![
            rename_form(thing, passkey),
            html! { (words::moment_words(thing.created)) },
            html! {
                @if thing.stands() {
                    a.button href={ "/change/withdraw/" (thing.id) } { "Revoke" }
                } @else { (parts::badge(Tone::Bad, Some(parts::Glyph::Cross), "revoked")) }
            },
        ]
    });
    let table = Table {
        caption: "Your passkeys",
        caption_unseen: true,
        columns: ["Name", "Enrolled", "State"].map(Column::words).to_vec(),
        rows: rows.collect(),
        on_phone: OnPhone::Cards,
    };
    let known: Vec<String> = all
        .iter()
        .filter(|(thing, _)| thing.stands())
        .map(|(_, passkey)| passkey.credential.as_str().to_owned())
        .collect();
    let name = asking.view.name_of(&me.person);
    let form = Ceremony {
        kind: Does::Create(&me.person, &name),
        action: "/account/passkeys",
        challenge: &asking.house.challenge(&further(&me.person)),
        known: &known,
        button: "Enrol a further passkey",
    };
    html! {
        section.panel {
            h2 { "Your passkeys" }
            @if all.is_empty() { p.quiet { "You have none: this is a demonstration, in which anybody is anybody." } }
            @else { (parts::table(&table)) }
        }
        @if asking.house.origin().is_some() {
            section.panel {
                h2 { "A further passkey" }
                p { "Have two, in different places: who loses all of them needs others to come back." }
                (form.form(asking, &name_field()))
            }
        }
    }
}

/// A passkey's name, which its owner may change.
fn rename_form(thing: &Thing, passkey: &Passkey) -> Markup {
    if !thing.stands() {
        return html! { (passkey.name) };
    }
    html! {
        form.inline method="post" action={ "/account/passkeys/" (thing.id) } {
            input type="text" name="name" value=(passkey.name) required aria-label="Name of the passkey" autocomplete="off";
            " " (parts::button(Button::Plain, "Rename"))
        }
    }
}

fn sessions(asking: &Asking, me: &Seated) -> Markup {
    let all = asking.house.sessions.of_person(&me.person, asking.now);
    let here = asking.token.as_deref().map(name_of_token);
    let rows = all.iter().map(|(name, session)| {
        let current = here.as_ref() == Some(name);
        vec![
            html! {
                (began_by(asking, session))
                @if current { " " (parts::badge(Tone::Accent, None, "this browser")) }
            },
            html! { (words::moment_words(session.began)) },
            html! { (words::moment_words(session.used)) },
            ending(name, if current { "Sign out here" } else { "End it" }),
        ]
    });
    let table = Table {
        caption: "Your sessions",
        caption_unseen: true,
        columns: ["By", "Since", "Last used", "Stop"].map(Column::words).to_vec(),
        rows: rows.collect(),
        on_phone: OnPhone::Cards,
    };
    html! {
        section.panel {
            div.panel-head {
                h2 { "Your sessions" }
                @if all.len() > 1 { (ending("others", "End all others")) }
            }
            (parts::table(&table))
            p.quiet { "A session ends after " (IDLE_HOURS) " hours without use, after " (WHOLE_HOURS) " hours in any case, and at once when its passkey is revoked or your seat ends." }
        }
    }
}

fn began_by(asking: &Asking, session: &Session) -> Markup {
    match &session.passkey {
        Some(passkey) => html! { (asking.view.name_of(passkey)) },
        None => html! { span.quiet { "no passkey" } },
    }
}

fn ending(which: &str, words: &str) -> Markup {
    html! {
        form.inline method="post" action="/account/sessions" {
            (parts::hidden("session", which))
            (parts::button(Button::Plain, words))
        }
    }
}

/// Ends one's own sessions: one by its name, or all others.
fn end(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let form = Filled(asking.form()?);
    let which = form.text("session");
    let here = asking.token.as_deref().map(name_of_token);
    asking.house.sessions.end_those(&me.person, |name| {
        if which == "others" { here.as_deref() != Some(name) } else { name == which }
    });
    Ok(Answer::see_other(if here.as_deref() == Some(which) { "/" } else { "/account" }))
}

/// Enrols a further passkey.
fn enrol(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let registration = Filled(asking.form()?).registration()?;
    let made = match asking.house.registered(&further(&me.person), &registration) {
        Ok(made) => made,
        Err(NotEnrolled::NotAccepted(why)) => {
            return Err(Refusal::invalid("passkey", why.to_string()));
        }
        Err(_) => {
            return Err(Refusal::Conflict("the page was open for too long: open it again".into()));
        }
    };
    let passkey = passkey_of(&me.person, &registration, &made, None)
        .ok_or_else(|| Refusal::invalid("passkey", "its id or key is too long"))?;
    ask(asking, &me.person, make(Content::Passkey(passkey)))
}

fn rename(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let (thing, passkey) = asking.find::<Passkey>("id")?;
    let name = Filled(asking.form()?).name("name")?;
    let content = Content::Passkey(Passkey { name, ..passkey.clone() });
    let change = Change::Amend { content };
    ask(asking, &me.person, Ask::Made { subject: Some(thing.id.clone()), change: Box::new(change) })
}

fn ask(asking: &Asking, person: &Id, ask: Ask) -> Result<Answer, Refusal> {
    Ok(match asking.house.submit_and_wait(Some(person.clone()), ask) {
        Ok(_) => Answer::see_other("/account"),
        Err(not_done) => refusals::not_done(asking, &not_done),
    })
}

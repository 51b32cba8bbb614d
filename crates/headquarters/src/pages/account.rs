//! What is one's own: passkeys, directory accounts, sessions, calendar links and mail.

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
use coalition::content::{DirectoryAccount, Passkey};
use coalition::label::Seated;
use coalition::{Change, Content, Id, Refusal, Thing};
use maud::{Markup, html};

pub(crate) const ROUTES: &[Route] = &[
    get("/account", page),
    post("/account/passkeys", enrol),
    post("/account/passkeys/{id}", rename),
    post("/account/directories/{id}", rename_account),
    post("/account/sessions", end),
];

fn own(asking: &Asking) -> Result<&Seated, Refusal> {
    asking.view.viewer().seated().ok_or(Refusal::NotSeated)
}

fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let wide = html! { (passkeys(asking, me)) (accounts(asking, me)) (sessions(asking, me)) (super::calendar::links(asking, me)) (super::post::mail(asking, me)) };
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
            lead: "Nobody else sees what you come in by, your sessions or your links.",
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
    let rows = all.iter().map(|(thing, _)| {
        vec![
            rename_form(thing, "/account/passkeys", "Name of the passkey"),
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
            @if asking.demonstration() { p.quiet { "You have none: this is a demonstration, in which anybody is anybody." } }
            @else if known.is_empty() { (without_passkey()) }
            @if !all.is_empty() { (parts::table(&table)) }
        }
        @if asking.house.origin().is_some() && !known.is_empty() {
            section.panel {
                h2 { "A further passkey" }
                p { "Have two, in different places: who loses all of them needs others to come back." }
                (form.form(asking, &name_field()))
            }
        }
    }
}

/// What somebody reads who came in without a passkey and is to sign.
pub(crate) fn without_passkey() -> Markup {
    html! {
        p.notice.tone-warn {
            "You have no passkey that stands. You read and take part without one, but a commitment, and whatever else binds your delegation, is signed by a passkey. Enrol one by an enrolment link: a lead hands it out, or two seats of your delegation do. Connect your account again afterwards: a link takes the place of all that you came in by before."
        }
    }
}

/// The viewer's accounts in directories, and the directories of his party.
fn accounts(asking: &Asking, me: &Seated) -> Markup {
    let directories = asking.house.settings.directories.of_party(&me.party);
    let mut all: Vec<(&Thing, &DirectoryAccount)> = asking.view.all::<DirectoryAccount>().collect();
    all.sort_by_key(|(thing, _)| {
        (thing.withdrawn(), std::cmp::Reverse(thing.created), thing.id.clone())
    });
    let rows = all.iter().map(|(thing, account)| {
        let serves =
            asking.house.settings.directories.serves(account.issuer.as_str(), &me.party);
        vec![
            rename_form(thing, "/account/directories", "Name of the account"),
            html! { (account.subject) div.quiet { "at " (account.issuer) } },
            html! {
                @if !thing.stands() { (parts::badge(Tone::Bad, Some(parts::Glyph::Cross), "revoked")) }
                @else {
                    @if !serves { (parts::badge(Tone::Idle, None, "lets nobody in: not a directory of your party here")) }
                    a.button href={ "/change/withdraw/" (thing.id) } { "Revoke" }
                }
            },
        ]
    });
    let table = Table {
        caption: "Your directory accounts",
        caption_unseen: true,
        columns: ["Name", "Account", "State"].map(Column::words).to_vec(),
        rows: rows.collect(),
        on_phone: OnPhone::Cards,
    };
    let signs = asking.view.standing::<Passkey>().next().is_some();
    html! {
        @if !all.is_empty() || !directories.is_empty() {
            section.panel {
                h2 { "Your directory accounts" }
                @if all.is_empty() { p.quiet { "None is connected. With one, you sign in through your party's directory; to sign acts you need your passkey all the same." } }
                @else { (parts::table(&table)) }
                @if signs && !directories.is_empty() {
                    div.buttons {
                        @for (key, title) in directories {
                            (parts::link_button(Button::Plain, &format!("Connect an account of {title}"), &format!("/directory/{key}/connect")))
                        }
                    }
                }
            }
        }
    }
}

/// The name of what somebody comes in by, which he may change.
fn rename_form(thing: &Thing, room: &str, label: &str) -> Markup {
    let name = thing.content.title();
    if !thing.stands() {
        return html! { (name) };
    }
    html! {
        form.inline method="post" action={ (room) "/" (thing.id) } {
            input type="text" name="name" value=(name) required aria-label=(label) autocomplete="off";
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
            p.quiet { "A session ends after " (IDLE_HOURS) " hours without use, after " (WHOLE_HOURS) " hours in any case, and at once when what it began with is revoked or your seat ends." }
        }
    }
}

fn began_by(asking: &Asking, session: &Session) -> Markup {
    match &session.by {
        Some(by) => html! { (asking.view.name_of(by)) },
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

fn rename_account(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let (thing, account) = asking.find::<DirectoryAccount>("id")?;
    let name = Filled(asking.form()?).name("name")?;
    let content = Content::DirectoryAccount(DirectoryAccount { name, ..account.clone() });
    let change = Change::Amend { content };
    ask(asking, &me.person, Ask::Made { subject: Some(thing.id.clone()), change: Box::new(change) })
}

fn ask(asking: &Asking, person: &Id, ask: Ask) -> Result<Answer, Refusal> {
    Ok(match asking.house.submit_and_wait(Some(person.clone()), ask) {
        Ok(_) => Answer::see_other("/account"),
        Err(not_done) => refusals::not_done(asking, &not_done),
    })
}

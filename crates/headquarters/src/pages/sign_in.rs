//! The page of sign-in: by a passkey or the directory of one's party, or in a demonstration by choosing
//! a persona.

use crate::answer::Answer;
use crate::asking::Asking;
use crate::house::Doors;
use crate::http::SESSION_COOKIE;
use crate::look::Section;
use crate::look::parts::{self, Button, PageHead, Tone};
use crate::pages::ceremony::{Ceremony, Filled, Kind};
use crate::pages::overview::SEEN_COOKIE;
use crate::routes::{Route, get, post};
use crate::sign_in::{Persona, SIGN_IN, Token};
use coalition::content::{Party, Seat};
use coalition::{Id, Refusal};
use maud::{Markup, html};

pub(crate) const ROUTES: &[Route] =
    &[get("/sign-in", page), post("/sign-in", sign_in), post("/sign-out", sign_out)];

fn personas(asking: &Asking) -> &[Persona] {
    match &asking.house.settings.doors {
        Doors::Demonstration(personas) => personas,
        Doors::Passkeys(_) | Doors::Closed => &[],
    }
}

fn page(asking: &Asking) -> Result<Answer, Refusal> {
    if asking.demonstration() { personas_page(asking) } else { passkey_page(asking, None) }
}

/// Where one signs in with a passkey. It asks for no name, so it tells none.
fn passkey_page(asking: &Asking, wrong: Option<&str>) -> Result<Answer, Refusal> {
    let form = Ceremony {
        kind: Kind::Assert,
        action: "/sign-in",
        challenge: &asking.house.challenge(SIGN_IN),
        known: &[],
        button: "Sign in with your passkey",
    };
    let body = html! {
        (parts::page_head(&PageHead {
            lead: "For people with a seat in a delegation. Your device knows which passkey is for this house.",
            ..PageHead::titled("Sign in")
        }))
        @if let Some(wrong) = wrong { p.notice.tone-bad role="alert" { (wrong) } }
        section.panel { (form.form(asking, &html! {})) }
        (by_directory(asking))
        p.quiet { "The first time, use the link that your delegation or a lead gave you. Whoever has lost all his passkeys asks two seats of his delegation, or a lead, for a new one." }
    };
    Ok(asking.page("Sign in", Section::Elsewhere, body))
}

/// The directories by which people of some parties come in.
fn by_directory(asking: &Asking) -> Markup {
    let named = asking.house.settings.directories.named();
    html! {
        @if !named.is_empty() {
            section.panel {
                h2 { "By your party's directory" }
                p { "For people whose account there is connected to their seat. You sign in there, and come back." }
                div.buttons {
                    @for (key, title) in named {
                        (parts::link_button(Button::Plain, title, &format!("/directory/{key}")))
                    }
                }
            }
        }
    }
}

fn personas_page(asking: &Asking) -> Result<Answer, Refusal> {
    let here = asking.view.viewer().seated().map(|seated| &seated.person);
    let cards: Vec<Markup> = personas(asking)
        .iter()
        .enumerate()
        .map(|(place, persona)| card(asking, place, persona, here))
        .collect();
    let body = html! {
        (parts::page_head(&PageHead {
            lead: "One coalition, and each of these people sees what is meant for them. Choose who you are; you can change it at any time.",
            ..PageHead::titled("Choose a persona")
        }))
        p.notice.tone-warn {
            strong { "This is a demonstration." }
            " There are no passwords: whoever opens this page may be any of these people. That is safe only because the house listens on loopback alone, so nobody but this machine can reach it. Do not put anything real into it."
        }
        @if cards.is_empty() {
            (parts::empty("This demonstration was started without personas. You see it as the public does.", &html! { a.button href="/" { "To the public site" } }))
        } @else {
            (parts::cards(&cards))
        }
        @if here.is_some() {
            form method="post" action="/sign-out" {
                (parts::button(Button::Plain, "Sign out"))
            }
        }
    };
    Ok(asking.page("Choose a persona", Section::Elsewhere, body))
}

/// One persona. What is known of him beside his title comes from the asker's own view.
fn card(asking: &Asking, place: usize, persona: &Persona, here: Option<&Id>) -> Markup {
    let current = persona.person.as_ref() == here;
    let title_id = format!("persona-{place}");
    let button_words = match (&persona.person, current) {
        (_, true) => "Continue as you are",
        (Some(_), false) => "Sign in",
        (None, false) => "Look in as the public",
    };
    html! {
        article.panel.persona .own[current] aria-labelledby=(title_id) {
            div.panel-head {
                h2 id=(title_id) { (persona.title) }
                @if current { (parts::badge(Tone::Accent, Some(parts::Glyph::Tick), "you are here")) }
            }
            (seat_words(asking, persona))
            p { (persona.purpose) }
            form method="post" action="/sign-in" {
                (parts::hidden("persona", &place.to_string()))
                (parts::button(if current { Button::Plain } else { Button::Primary }, button_words))
            }
        }
    }
}

fn seat_words(asking: &Asking, persona: &Persona) -> Markup {
    let Some(person) = &persona.person else {
        return html! { p.quiet { "No seat: sees what is " (parts::tlp(parts::Tlp::Clear)) } };
    };
    let view = &asking.view;
    let seat = view.standing::<Seat>().find(|(_, seat)| seat.person == *person);
    let Some((_, seat)) = seat else { return html! {} };
    let standing = view.find::<Party>(&seat.party).map(|(_, party)| party.standing.word());
    html! {
        p.quiet {
            (view.name_of(person)) ", " (seat.role.word()) " · " (view.name_of(&seat.party))
            @if let Some(standing) = standing { " (" (standing) ")" }
        }
    }
}

/// A cookie that only this house, at exactly this address, sets and reads.
pub(crate) fn set_cookie(name: &str, value: &str, more: &str) -> String {
    format!("__Host-{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{more}")
}

/// A browser's memory of when somebody last looked, kept for a year.
pub(crate) fn remember(name: &str, value: &str) -> String {
    set_cookie(name, value, "; Max-Age=31536000")
}

pub(crate) fn forget(name: &str) -> String {
    set_cookie(name, "", "; Max-Age=0")
}

/// Ends the session with which a request came.
pub(crate) fn leave(asking: &Asking) {
    if let Some(token) = &asking.token {
        asking.house.sign_out(token);
    }
}

/// Signs in with a passkey. Whatever is wrong, the answer is the same.
fn present(asking: &Asking) -> Result<Answer, Refusal> {
    let form = Filled(asking.form()?);
    let person = form.person("handle");
    let presented = form.presented()?;
    let Some((person, passkey)) = asking.house.recognise(person.as_ref(), &presented) else {
        let wrong =
            "This passkey lets nobody in here, or the page was open for too long. Try again.";
        return passkey_page(asking, Some(wrong)).map(|page| page.with_status(401));
    };
    leave(asking);
    let token = asking.house.begin_session(person, Some(passkey));
    Ok(welcome("/", &token))
}

/// Goes to a page of the house in a session that begins now; nothing is left of the one before.
pub(crate) fn welcome(address: &str, token: &Token) -> Answer {
    Answer::see_other(address)
        .with_header("set-cookie", forget(SEEN_COOKIE))
        .with_header("set-cookie", set_cookie(SESSION_COOKIE, token.as_str(), ""))
}

fn sign_in(asking: &Asking) -> Result<Answer, Refusal> {
    if !asking.demonstration() {
        return present(asking);
    }
    let form = asking.form()?;
    let chosen = form.iter().find(|(name, _)| name == "persona").map(|(_, value)| value.as_str());
    let persona = chosen
        .and_then(|value| value.parse::<usize>().ok())
        .and_then(|place| personas(asking).get(place))
        .ok_or_else(|| Refusal::invalid("persona", "choose one of the personas on the page"))?;
    leave(asking);
    let home = Answer::see_other("/");
    // What one persona has seen says nothing of what the next one has.
    let same = asking.view.viewer().seated().map(|seated| &seated.person);
    let home = if persona.person.as_ref() == same {
        home
    } else {
        home.with_header("set-cookie", forget(SEEN_COOKIE))
    };
    Ok(match &persona.person {
        None => home.with_header("set-cookie", forget(SESSION_COOKIE)),
        Some(person) => {
            let token = asking.house.sign_in(person.clone());
            home.with_header("set-cookie", set_cookie(SESSION_COOKIE, token.as_str(), ""))
        }
    })
}

fn sign_out(asking: &Asking) -> Result<Answer, Refusal> {
    leave(asking);
    Ok(Answer::see_other("/")
        .with_header("set-cookie", forget(SEEN_COOKIE))
        .with_header("set-cookie", forget(SESSION_COOKIE)))
}

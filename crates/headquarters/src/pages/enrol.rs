//! The page behind an enrolment link.

use super::ceremony::{Ceremony, Filled, Kind, name_field};
use super::sign_in::{leave, welcome};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Button, PageHead};
use crate::refusals;
use crate::routes::{Route, get, post};
use crate::sign_in::{NotEnrolled, by_link};
use crate::writer::NotDone;
use coalition::content::{Party, Person};
use coalition::{Id, Refusal};
use maud::html;

pub(crate) const ROUTES: &[Route] =
    &[get("/enrol/{person}/{secret}", show), post("/enrol/{person}/{secret}", send)];

/// Whoever asks with a link that lets nobody in learns that, and not why.
fn stale(asking: &Asking) -> Answer {
    refusals::page(
        asking,
        404,
        "This link lets nobody in",
        "It was used, was stopped, has expired, or never was one: the answer is the same.",
        "Ask whoever gave it to you for a new one.",
    )
}

fn show(asking: &Asking) -> Result<Answer, Refusal> {
    let (house, secret) = (&asking.house, asking.param("secret"));
    let Ok(person) = Id::parse(asking.param("person")) else { return Ok(stale(asking)) };
    let Some((link, said)) = house.link_of(&person, secret) else { return Ok(stale(asking)) };
    if house.origin().is_none() {
        return Ok(refusals::page(
            asking,
            409,
            "A demonstration has no passkeys",
            "the link is good, and in the house of a real coalition a passkey would be enrolled here",
            "Here you choose a persona instead.",
        ));
    }
    // Whoever has the link is taken for the person, and may know as whom he comes.
    let (name, seat, directories) = house.looking_as(&person, |view| {
        let name = view.find::<Person>(&person).map(|(_, said)| said.name.to_string());
        let seat = view.viewer().seated().map(|seated| {
            let party = view.find::<Party>(&seated.party).map(|(_, said)| said.name.to_string());
            format!("{} of {}", seated.role.word(), party.unwrap_or_default())
        });
        let party = view.viewer().seated().map(|seated| &seated.party);
        let directories = party.map(|party| house.settings.directories.of_party(party));
        (name.unwrap_or_default(), seat.unwrap_or_default(), directories.unwrap_or_default())
    });
    let action = format!("/enrol/{person}/{secret}");
    let form = Ceremony {
        kind: Kind::Create(&person, &name),
        action: &action,
        challenge: &house.challenge(&by_link(&link)),
        known: &[],
        button: "Enrol a passkey and sign in",
    };
    let body = html! {
        (parts::page_head(&PageHead {
            lead: "With a passkey you sign in here, and sign what you do for your delegation. Its secret half stays in your device.",
            ..PageHead::titled("Enrol a passkey")
        }))
        section.panel {
            (parts::facts(&[
                ("You are", html! { strong { (name) } }),
                ("Your seat", html! { (seat) }),
                ("The link holds until", html! { (super::words::moment_words(said.expires)) }),
            ]))
            (form.form(asking, &name_field()))
        }
        @if !directories.is_empty() {
            section.panel {
                h2 { "Or connect an account" }
                p { "You then sign in through the directory of your party. A commitment, and whatever else binds your delegation, is signed by a passkey all the same: with one, you can connect the account later, too." }
                div.buttons {
                    @for (key, title) in directories {
                        (parts::link_button(Button::Plain, title, &format!("{action}/directory/{key}")))
                    }
                }
            }
        }
        p.quiet { "If this is not you, close the page, and tell whoever sent you the link. The link works once. What you came in by before stops working when it is used." }
    };
    Ok(asking.page("Enrol a passkey", Section::Elsewhere, body))
}

fn send(asking: &Asking) -> Result<Answer, Refusal> {
    let Ok(person) = Id::parse(asking.param("person")) else { return Ok(stale(asking)) };
    if asking.house.link_of(&person, asking.param("secret")).is_none() {
        return Ok(stale(asking));
    }
    let registration = Filled(asking.form()?).registration()?;
    match asking.house.enrol_by_link(&person, asking.param("secret"), &registration) {
        Ok(token) => {
            leave(asking);
            Ok(welcome("/account", &token))
        }
        Err(NotEnrolled::NotDone(NotDone::Refused(_)) | NotEnrolled::Stale) => Ok(stale(asking)),
        Err(NotEnrolled::NotDone(not_done)) => Ok(refusals::not_done(asking, &not_done)),
        Err(NotEnrolled::NotAccepted(why)) => Err(Refusal::invalid("passkey", why.to_string())),
    }
}

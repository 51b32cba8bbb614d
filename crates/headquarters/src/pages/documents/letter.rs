//! Writing a letter of which the house sets each delegation's copy.

use super::{Given, one, sending};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::letters;
use crate::look::parts::{self, Button, Field};
use crate::pages::words;
use crate::sent;
use crate::streams::NotTaken;
use coalition::content::ReadingMode;
use coalition::{Id, Refusal};
use maud::{Markup, html};

/// What somebody wrote, and what is wrong with it.
#[derive(Default)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) hidden: bool,
    pub(super) wrong: Option<String>,
}

/// The form; nothing for a document that is only shown, in a house that draws no pages.
pub(super) fn writing(asking: &Asking, (thing, document): Given<'_>, written: &Written) -> Markup {
    let shown = document.reading == ReadingMode::Shown;
    if shown && asking.house.settings.draughtsman.is_none() {
        return html! {};
    }
    let letter = Field {
        value: &written.text,
        hint: "Plain text. Where copies may differ: [[meet | gather]]. Empty lines part paragraphs; # begins a title, ## a heading, - a point, 09:00 what happens then. A backslash at the end of a line keeps the break.",
        error: written.wrong.as_deref(),
        ..Field::named("letter", "Letter, with the wordings you approve")
    };
    let visible = Field {
        value: "yes",
        required: false,
        ..Field::named("visible", "Print “Copy for …” at the foot of every page")
    };
    let who = words::audience(&asking.view, &thing.marking, thing.author.party.as_ref());
    let address = format!("/documents/{}/letters", thing.id);
    html! {
        section.panel {
            h2 { "Write a letter" }
            details.changing open[written.wrong.is_some()] {
                summary { "A letter of which each delegation gets its own copy" }
                (parts::form(&address, &html! {
                    p.small {
                        "Whoever opens it is "
                        @if shown { "shown the pages of a copy" } @else { "handed a PDF" }
                        ", worded and set for his delegation: its lines, too, end in places of their own. Who has which follows from a secret that the house draws now and tells nobody, you included. If a copy turns up outside, the "
                        a href="/disclosure" { "leak assessment" } " compares it with the letters that the house keeps."
                    }
                    (parts::hidden("key", asking.fresh_key().as_str()))
                    (parts::area_field(&letter, 18))
                    (parts::checkbox(&visible, !written.hidden))
                    p.small { "It will be seen by " (who) "." }
                    (parts::buttons(&parts::button(Button::Primary, "Keep this letter")))
                }))
            }
        }
    }
}

/// Keeps a letter as a version.
pub(super) fn kept(asking: &Asking) -> Result<Answer, Refusal> {
    let document = sending::document(asking)?;
    let sent = sent::sent(asking)?;
    let key = sent::text(&sent, "key");
    let key = (!key.is_empty()).then(|| Id::parse(&key)).transpose();
    let key = key.map_err(|why| Refusal::invalid("key", why.to_string()))?;
    let (text, visible) = (sent::text(&sent, "letter"), sent::file(&sent, "visible").is_some());
    match letters::keep(asking, &document, key, (&text, visible)) {
        Err(NotTaken::Refused(Refusal::Invalid { field, why })) if field == "letter" => {
            let written = Written { text, hidden: !visible, wrong: Some(why) };
            Ok(one::written(asking, None, &written)?.with_status(422))
        }
        taken => Ok(sending::answer(asking, taken)),
    }
}

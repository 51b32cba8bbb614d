//! What stays of meetings: minutes and the notes they are made from, action points, readouts.

mod actions;
mod minutes;
mod notes;
mod readouts;
mod spelling;
#[cfg(test)]
mod tests;

pub(crate) use actions::{asked_of, asked_of_you, at_meeting};
pub(crate) use minutes::of_session;
pub(crate) use readouts::{of_meeting, since};

use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Crumb, PageHead};
use crate::pages::words;
use crate::routes::{Route, get, lasting, post, submit};
use coalition::Thing;
use maud::{Markup, html};

pub(crate) const ROUTES: &[Route] = &[
    get("/minutes/{id}", minutes::page),
    get("/sessions/{id}/minutes", notes::page),
    submit("/sessions/{id}/minutes", notes::record),
    post("/sessions/{id}/minutes/draft", notes::save),
    get("/action-points", actions::list),
    get("/action-points/{id}", actions::page),
    submit("/action-points/{id}", actions::report),
    get("/readouts/{id}", readouts::page),
    lasting("/readouts/{id}/readout.pdf", readouts::pdf),
];

/// The page of one thing that stays of a meeting: under which crumbs it is found, what kind of thing it
/// is, its title, and what it says.
fn page_of(
    asking: &Asking,
    thing: &Thing,
    crumbs: &[Crumb<'_>],
    (kicker, title): (&str, &str),
    said: &Markup,
) -> Answer {
    let body = html! {
        (parts::crumbs(crumbs))
        (parts::page_head(&PageHead {
            kicker,
            label: Some(words::tlp(thing.marking.label)),
            actions: words::changes(asking, thing),
            ..PageHead::titled(title)
        }))
        (words::status(thing))
        (parts::columns(said, &words::seen_and_done(asking, thing)))
    };
    asking.page(title, Section::Meetings, body)
}

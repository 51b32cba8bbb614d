//! The live room of a session: the page, its events, and what is done on it.

mod controls;
mod room;
mod telling;
#[cfg(test)]
mod tests;

use crate::answer::Answer;
use crate::asking::Asking;
use crate::events;
use crate::look::Section;
use crate::look::asset;
use crate::look::parts::{self, Crumb};
use crate::pages::words;
use crate::refusals;
use crate::routes::{Route, get, submit};
use crate::writer::{Done, NotDone};
use coalition::Refusal;
use maud::{Markup, html};
use room::Room;

pub(crate) const ROUTES: &[Route] = &[
    get("/sessions/{id}/live", page),
    submit("/sessions/{id}/live", controls::send),
    crate::routes::events("/sessions/{id}/events", tell),
];

/// How often a page without script asks again, in seconds.
const REFRESH_SECONDS: u32 = 5;

/// Whether the page is for the wall: large, and nothing to press.
fn on_the_wall(asking: &Asking) -> bool {
    asking.ask("on") == Some("screen")
}

/// What is told of a room, without the clock: it changes when something happens, and only then.
fn tell(asking: &Asking) -> Result<String, Refusal> {
    let room = Room::of(asking)?;
    Ok(telling::told(&room, on_the_wall(asking), None).into_string())
}

fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let room = Room::of(asking)?;
    let wall = on_the_wall(asking);
    let seen = events::tag_of(asking, &tell(asking)?);
    let told = telling::told(&room, wall, Some(asking.now));
    let (here, on) = (format!("/sessions/{}", room.thing.id), if wall { "&on=screen" } else { "" });
    let refreshing = asking.ask("refresh").is_some();
    let body = html! {
        @if !wall {
            (parts::crumbs(&[
                Crumb { text: "Meetings", href: Some("/meetings") },
                Crumb { text: &asking.view.name_of(&room.session.meeting),
                    href: Some(&format!("/meetings/{}#{}", room.session.meeting, room.thing.id)) },
                Crumb { text: "Live", href: None },
            ]))
        }
        link rel="stylesheet" href=(asset_path("live.css"));
        script src=(asset_path("live.js")) defer {}
        p #live-said .live-said role="status" {}
        @if refreshing {
            p.small.quiet { "This page asks again every " (REFRESH_SECONDS) " seconds. "
                a href={ (here) "/live" } { "Stop" } }
        } @else {
            noscript { p.small { a href={ (here) "/live?refresh=1" (on) } {
                "Ask again every " (REFRESH_SECONDS) " seconds" } } }
        }
        div #live .live .live-wall[wall] data-now=(asking.now)
            data-events={ (here) "/events?seen=" (seen) (on) } { (told) }
        @if !wall { (telling::taking_part(&room)) (ways(&room, &here)) }
    };
    let answer = asking.page(room.session.title.as_str(), Section::Meetings, body);
    Ok(if refreshing { answer.with_header("refresh", REFRESH_SECONDS.to_string()) } else { answer })
}

fn asset_path(name: &str) -> &'static str {
    asset(name).map_or("", |asset| asset.path.as_str())
}

/// Where else to look, and who can see all this.
fn ways(room: &Room<'_>, here: &str) -> Markup {
    html! {
        p.small {
            a href={ (here) "/live?on=screen" } { "For the wall" }
            " · "
            a href={ "/meetings/" (room.session.meeting) "#" (room.thing.id) } { "The session on its meeting's page" }
        }
        @if let Some((thing, _)) = room.floor { (words::seen_by(room.view, thing)) }
    }
}

/// After a step: the page, or why nothing was done.
fn answered(asking: &Asking, done: Result<Done, NotDone>) -> Answer {
    match done {
        Ok(_) => Answer::see_other(asking.path.clone()),
        Err(NotDone::Refused(refusal)) => refusals::answer(asking, &refusal),
        Err(other) => refusals::not_done(asking, &other),
    }
}

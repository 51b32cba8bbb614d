//! What can be done in a room: the chair's steps, and what a delegation asks for itself. Every button
//! is a form of its own, and the same form sent twice is one act.

use super::answered;
use super::room::Room;
use crate::asking::Asking;
use crate::hexadecimal::hexadecimal;
use crate::look::parts::{self, Button};
use crate::pages::words;
use crate::routes::Submission;
use coalition::content::Attribution;
use coalition::decide::{self, Asked};
use coalition::floor::{Request, Stage, last_of_the_chair};
use coalition::{Id, Kind, Label, Marking, Refusal};
use maud::{Markup, html};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The word by which the house knows a form that was sent twice: of what was on the page when it was
/// made, and of what it asks.
fn key(room: &Room<'_>, deed: &str, about: &str) -> String {
    let (thing, revision) = match room.floor {
        Some((floor, _)) => (&floor.id, floor.revision()),
        None => (&room.thing.id, room.thing.revision()),
    };
    let door = room.thing.revision();
    let spelt = format!("{}\n{thing}\n{revision}\n{door}\n{deed}\n{about}", room.thing.id);
    let digest = Sha256::digest(spelt.as_bytes());
    hexadecimal(&digest[..16])
}

/// A form with one button.
fn one(room: &Room<'_>, kind: Button, deed: &str, about: &str, text: &str) -> Markup {
    html! {
        form.live-form method="post" action={ "/sessions/" (room.thing.id) "/live" } {
            (parts::hidden("do", deed))
            (parts::hidden("key", &key(room, deed, about)))
            @if !about.is_empty() { (parts::hidden("about", about)) }
            @if let Some((floor, _)) = room.floor { (parts::hidden("floor", floor.id.as_str())) }
            (parts::button(kind, text))
        }
    }
}

/// A form that asks which.
fn which(
    room: &Room<'_>,
    deed: &str,
    label: &str,
    text: &str,
    choices: &[(String, String)],
) -> Markup {
    html! {
        form.live-form.live-which method="post" action={ "/sessions/" (room.thing.id) "/live" } {
            (parts::hidden("do", deed))
            (parts::hidden("key", &key(room, deed, "")))
            @if let Some((floor, _)) = room.floor { (parts::hidden("floor", floor.id.as_str())) }
            label {
                span.unseen { (label) }
                select #{ "live-" (deed) } name="about" {
                    @for (id, name) in choices { option value=(id) { (name) } }
                }
            }
            (parts::button(Button::Plain, text))
        }
    }
}

/// Everything that the viewer can do, beside what stands at each request.
pub(super) fn all(room: &Room<'_>) -> Markup {
    let chair = if room.steers {
        chair(room)
    } else {
        html! {}
    };
    let own = room.own.map(|party| delegation(room, party)).unwrap_or_default();
    html! {
        @if !own.0.is_empty() {
            section.panel { h2 { "Your delegation" } (parts::buttons(&own)) }
        }
        @if room.steers {
            section.panel.live-chair { h2 { "In the chair" } (chair) }
        }
    }
}

fn delegation(room: &Room<'_>, party: &Id) -> Markup {
    let name = room.view.name_of(party);
    let has_it = room.now.speaking.as_ref().is_some_and(|speech| speech.party == *party);
    html! {
        @if room.floor.is_none() { p.quiet { "The floor has not been opened yet." } }
        @else if has_it { (one(room, Button::Plain, "yield", "", "We are done")) }
        @else if room.now.may_ask(party) {
            (one(room, Button::Primary, "ask", party.as_str(), &format!("Ask for the floor for {name}")))
        } @else if room.now.stage != Stage::Over { p.quiet { (name) " is on the list." } }
    }
}

fn chair(room: &Room<'_>) -> Markup {
    let door = if room.session.shut {
        one(room, Button::Plain, "reopen", "", "Reopen the room")
    } else {
        one(room, Button::Danger, "close", "", "Close the room")
    };
    let Some((thing, _)) = room.floor else {
        let marking = marking(room);
        let origin = room.view.viewer().seated().map(|seated| &seated.party);
        return html! {
            @if room.outside() {
                p.quiet { "You are not credentialed for this session: what happens in its room is not shown to you." }
            } @else {
                p.small { "A floor holds the speakers’ list. This one will be seen by "
                    (words::audience(room.view, &marking, origin)) " "
                    (parts::tlp(words::tlp(marking.label))) }
            }
            div.buttons {
                @if !room.outside() { (one(room, Button::Primary, "open", "", "Open the floor")) }
                (door)
            }
        };
    };
    html! {
        div.buttons { (course(room)) (door) (take_back(room)) }
        (chosen(room))
        details.changing #live-settings {
            summary { "Time limits" }
            div.buttons {
                a.button href={ "/change/amend/" (thing.id) } { "Change the time limits" }
            }
        }
    }
}

/// The session's course: begin, pause, go on, end.
fn course(room: &Room<'_>) -> Markup {
    html! {
        @match room.now.stage {
            Stage::Waiting => (one(room, Button::Primary, "begin", "", "Begin the session")),
            Stage::Running => {
                @if room.now.speaking.is_some() { (one(room, Button::Primary, "yield", "", "End the intervention")) }
                (one(room, Button::Plain, "pause", "", "Pause"))
                (one(room, Button::Danger, "adjourn", "", "End the session"))
            }
            Stage::Paused => {
                (one(room, Button::Primary, "go_on", "", "Go on"))
                (one(room, Button::Danger, "adjourn", "", "End the session"))
            }
            Stage::Over => p.quiet { "The session is over." },
        }
    }
}

/// The chair's last step, to be taken back.
fn take_back(room: &Room<'_>) -> Markup {
    let last = room.floor.and_then(|(thing, _)| last_of_the_chair(&thing.steps));
    html! {
        @if let Some(last) = last {
            (one(room, Button::Plain, "undo", last.act.as_str(), &format!("Take back: {}", words::step_words(&last.step))))
        }
    }
}

/// The item to turn to, and a delegation to call.
fn chosen(room: &Room<'_>) -> Markup {
    let named = |(thing, item): &(&coalition::Thing, &coalition::content::Item)| {
        (thing.id.to_string(), item.title.to_string())
    };
    let items: Vec<_> = room.items().iter().map(named).collect();
    let parties: Vec<_> =
        room.delegations().into_iter().map(|(name, id)| (id.to_string(), name)).collect();
    html! {
        div.buttons {
            @if !items.is_empty() && room.now.stage != Stage::Over {
                (which(room, "turn", "Item", "Turn to it", &items))
            }
            @if !parties.is_empty() && room.now.stage == Stage::Running {
                (which(room, "call", "Delegation", "Give it the floor", &parties))
            }
        }
    }
}

/// What can be done about one request.
pub(super) fn of_request(room: &Room<'_>, asked: &Request) -> Markup {
    let own = room.own == Some(&asked.party);
    html! {
        div.buttons {
            @if room.steers && room.now.stage == Stage::Running {
                (one(room, Button::Plain, "give", asked.id.as_str(), "Give the floor"))
            }
            @if room.steers || own {
                (one(room, Button::Plain, "retract", asked.id.as_str(), if own { "Take back" } else { "Strike" }))
            }
        }
    }
}

/// Who is to see a new floor: who sees the session; behind a closed door, those credentialed.
fn marking(room: &Room<'_>) -> Marking {
    let on_record = decide::rule_of(room.view, &room.thing.id) == Attribution::OnRecord;
    // Where it may not be told who spoke, a floor is for those in the room.
    if !on_record || room.session.shut || room.session.closed {
        Marking::plain(Label::Red)
    } else {
        room.thing.marking.clone()
    }
}

/// Reads a form and makes the command that it asks for.
pub(super) fn send(asking: &Asking) -> Result<Submission, Refusal> {
    let room = Room::of(asking)?;
    let form = asking.form()?;
    let said = |name: &str| {
        let value = form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        value.unwrap_or_default()
    };
    let (deed, about) = (said("do"), said("about"));
    let mut command = match deed {
        "open" if opened_by_another(&room) => {
            return Err(Refusal::Conflict("the floor was opened meanwhile: look again".into()));
        }
        "open" => json!({ "change": { "create": {
            "content": { "floor": { "session": room.thing.id } },
            "marking": marking(&room),
        } } }),
        "close" | "reopen" => json!({ "subject": room.thing.id, "change": { deed: {} } }),
        _ => {
            let floor =
                Id::parse(said("floor")).map_err(|_| Refusal::NotFound(Some(Kind::Floor)))?;
            json!({ "subject": floor, "change": { "proceed": { "step": step(deed, about)? } } })
        }
    };
    if !said("key").is_empty() {
        command["key"] = said("key").into();
    }
    Ok(Submission { command: Asked::read(command), then: answered })
}

/// Whether somebody else has opened the floor: a second one would hide who has asked for the first.
/// Who opened it himself has pressed twice, which is one act.
fn opened_by_another(room: &Room<'_>) -> bool {
    let me = room.view.viewer().seated().map(|seated| &seated.person);
    room.floor.is_some_and(|(floor, _)| floor.author.person.as_ref() != me)
}

fn step(deed: &str, about: &str) -> Result<Value, Refusal> {
    Ok(match deed {
        "begin" | "pause" | "go_on" | "adjourn" | "yield" => json!({ deed: {} }),
        "turn" if about.is_empty() => json!({ "turn": {} }),
        "turn" => json!({ "turn": { "item": about } }),
        "ask" | "call" => json!({ deed: { "party": about } }),
        "give" | "retract" => json!({ deed: { "request": about } }),
        "undo" => json!({ "undo": { "act": about } }),
        _ => return Err(Refusal::invalid("do", "this is nothing that is done in a room")),
    })
}

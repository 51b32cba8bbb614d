//! The desk at the door: credentials are checked, people let in, devices taken and given back. It
//! works on a phone whose connection comes and goes: what was noted waits there and is sent again, and
//! is one act however often it comes.

use super::people::{Expected, code, expected};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::hexadecimal::hexadecimal;
use crate::look::parts::{self, Button, Crumb, Field, Glyph, Tone};
use crate::look::{Section, asset};
use crate::pages::when::{self, Season};
use crate::pages::words;
use crate::refusals;
use crate::routes::Submission;
use crate::writer::{Done, NotDone};
use coalition::content::{Arrival, Custody, Devices, Meeting};
use coalition::decide::Asked;
use coalition::{Id, Kind, Refusal, Thing, decide};
use maud::{Markup, html};
use serde_json::json;
use sha2::{Digest, Sha256};

/// The meeting that the address names, if the viewer is at its desk.
fn hosted(asking: &Asking) -> Result<(&Thing, &Meeting), Refusal> {
    let (thing, meeting) = asking.find::<Meeting>("id")?;
    if decide::hosts(&asking.view, &thing.id) {
        Ok((thing, meeting))
    } else {
        Err(Refusal::NotFound(Some(Kind::Meeting)))
    }
}

pub(super) fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, meeting) = hosted(asking)?;
    let all = expected(&asking.view, &thing.id);
    let door: Vec<&Expected<'_>> = all.iter().filter(|one| one.in_person()).collect();
    let shown = asking.ask("code").map(|shown| {
        let shown = shown.trim();
        door.iter().find(|one| code(&asking.house, &thing.id, one.person).as_str() == shown)
    });
    let let_in = door.iter().filter(|one| one.arrival.is_some()).count();
    let lead = if door.is_empty() {
        "Nobody is expected yet: delegations name who comes in their replies.".into()
    } else {
        format!(
            "{let_in} of {} in. A credential’s QR code opens this page with its holder; without one, find the name below.",
            door.len()
        )
    };
    let body = html! {
        (parts::crumbs(&[
            Crumb { text: "Meetings", href: Some("/meetings") },
            Crumb { text: meeting.title.as_str(), href: Some(&format!("/meetings/{}", thing.id)) },
            Crumb { text: "Desk", href: None },
        ]))
        link rel="stylesheet" href=(asset("live.css").map_or("", |asset| asset.path.as_str()));
        script src=(asset("desk.js").map_or("", |asset| asset.path.as_str())) defer {}
        (parts::page_head(&parts::PageHead {
            kicker: meeting.title.as_str(),
            label: Some(words::tlp(thing.marking.label)),
            lead: &lead,
            actions: html! { a.button href={ "/meetings/" (thing.id) "/credentials" } { "Print credentials" } },
            ..parts::PageHead::titled("Desk")
        }))
        p #desk-said .live-said role="status" data-person=(asking.view.viewer().seated().map_or("", |seated| seated.person.as_str())) {}
        (check(asking, thing))
        @match shown {
            None => {}
            Some(Some(one)) => section.panel.live-now { h2 { "This credential is good" } (entry(asking, thing, meeting, one)) }
            Some(None) => p.notice.tone-bad { strong { "This is no credential of this meeting." } " It may be of another one, or its holder’s delegation may have changed its reply." }
        }
        section.panel {
            h2 { "Expected" }
            @if door.is_empty() { p.quiet { "No delegation has named anybody yet." } }
            ul.desk-list { @for one in &door { li { (entry(asking, thing, meeting, one)) } } }
        }
        (left(asking, thing, meeting))
    };
    Ok(asking.page("Desk", Section::Meetings, body))
}

fn check(asking: &Asking, meeting: &Thing) -> Markup {
    let value = asking.ask("code").unwrap_or("");
    let field = Field { value, ..Field::filtering("code", "Code of a credential") };
    html! {
        form.filter method="get" action={ "/meetings/" (meeting.id) "/desk" } {
            (parts::text_field(&field))
            (parts::button(Button::Plain, "Check"))
        }
    }
}

/// The word by which the house knows what the desk has sent twice.
fn key(asking: &Asking, meeting: &Id, deed: &str, about: &Id) -> String {
    let view = &asking.view;
    // Whoever has left may come again.
    let before =
        view.all::<Arrival>().filter(|(_, said)| said.meeting == *meeting && said.person == *about);
    let before: u32 = before.map(|(thing, _)| thing.revision()).sum();
    let digest = Sha256::digest(format!("{meeting}\n{deed}\n{about}\n{before}").as_bytes());
    hexadecimal(&digest[..16])
}

fn form(meeting: &Thing, deed: &str, about: &Id, key: &str, inside: &Markup) -> Markup {
    html! {
        form.live-form.desk-form method="post" action={ "/meetings/" (meeting.id) "/desk" } {
            (parts::hidden("do", deed))
            (parts::hidden("about", about.as_str()))
            (parts::hidden("key", key))
            (inside)
        }
    }
}

fn entry(asking: &Asking, thing: &Thing, meeting: &Meeting, one: &Expected<'_>) -> Markup {
    let view = &asking.view;
    let name = view.name_of(one.person);
    let button = |words: &str, kind: Button| {
        html! { (parts::button(kind, words)) span.unseen { (name) } }
    };
    html! {
        div.desk-entry {
            div {
                strong { (name) } " " span.quiet { (view.name_of(one.party)) }
                div.small.quiet {
                    (one.sessions.iter().map(|(id, _)| view.name_of(id)).collect::<Vec<_>>().join("; "))
                }
                @if meeting.rules.undertaking && !one.undertaken {
                    (parts::badge(Tone::Warn, Some(Glyph::Triangle), "no undertaking that you can see"))
                }
                @for (_, custody) in &one.devices {
                    div.small { "Receipt no. " strong { (custody.number) } ": " (custody.device) }
                }
            }
            div.buttons {
                @if let Some(arrival) = one.arrival {
                    (parts::badge(Tone::Good, Some(Glyph::Tick), &format!("in since {}", when::clock(meeting, arrival.created))))
                    (form(thing, "leave", &arrival.id, &key(asking, &thing.id, "leave", one.person), &button("Has left", Button::Plain)))
                } @else {
                    (form(thing, "arrive", one.person, &key(asking, &thing.id, "arrive", one.person), &button("Let in", Button::Primary)))
                }
                @if meeting.rules.devices == Devices::HandedIn {
                    (form(thing, "take", one.person, asking.fresh_key().as_str(), &html! {
                        label { span.unseen { "Device of " (name) } input type="text" name="device" value="phone" size="8"; }
                        (button("Take device", Button::Plain))
                    }))
                }
            }
        }
    }
}

/// The devices that the desk holds, by number: at the end, what is left.
fn left(asking: &Asking, thing: &Thing, meeting: &Meeting) -> Markup {
    let view = &asking.view;
    let mut held: Vec<(&Thing, &Custody)> =
        view.standing::<Custody>().filter(|(_, said)| said.meeting == thing.id).collect();
    held.sort_by_key(|(_, said)| said.number);
    let back = view
        .all::<Custody>()
        .filter(|(other, said)| said.meeting == thing.id && !other.stands())
        .count();
    let over = when::season(meeting, asking.now) == Season::Past;
    html! {
        @if meeting.rules.devices == Devices::HandedIn || !held.is_empty() {
            section.panel {
                h2 { "Devices at the desk" }
                @if held.is_empty() { p.quiet { "None. " (back) " given back." } }
                @else {
                    p .error[over] { (held.len()) @if over { " left, and the meeting is over; " } @else { " held; " } (back) " given back." }
                    ul.desk-list {
                        @for (custody, said) in &held {
                            li #(custody.id) { div.desk-entry {
                                div { "No. " strong { (said.number) } ": " (said.device) ", " (view.name_of(&said.person)) }
                                (form(thing, "return", &custody.id, &format!("back-{}-{}", said.number, custody.revision()), &parts::button(Button::Plain, "Give back")))
                            } }
                        }
                    }
                }
            }
        }
    }
}

/// Reads what the desk noted.
pub(super) fn send(asking: &Asking) -> Result<Submission, Refusal> {
    let (thing, _) = hosted(asking)?;
    let form = asking.form()?;
    let said = |name: &str| {
        let value = form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        value.unwrap_or_default()
    };
    let about = said("about");
    let create =
        |content: serde_json::Value| json!({ "change": { "create": { "content": content } } });
    let mut command = match said("do") {
        "arrive" => {
            let mut arrival = json!({ "meeting": thing.id, "person": about });
            if !said("noted").is_empty() {
                arrival["noted"] = said("noted").into();
            }
            create(json!({ "arrival": arrival }))
        }
        "take" => create(json!({ "custody": {
            "meeting": thing.id, "person": about, "device": said("device") } })),
        "leave" | "return" => json!({ "subject": about, "change": { "withdraw": {} } }),
        _ => return Err(Refusal::invalid("do", "this is nothing that a desk does")),
    };
    if !said("key").is_empty() {
        command["key"] = said("key").into();
    }
    Ok(Submission { command: Asked::read(command), then: sent })
}

/// A page for a browser; a word for its script, which keeps what was not taken.
fn sent(asking: &Asking, done: Result<Done, NotDone>) -> Answer {
    let script = asking.header("accept").is_some_and(|accept| accept.contains("application/json"));
    match done {
        Ok(done) if script => Answer::json(&json!({ "done": done.subject })),
        Ok(_) => Answer::see_other(asking.path.clone()),
        Err(NotDone::Refused(refusal)) if script => {
            let status = refusals::status(&refusal);
            refusals::json_error(status, refusal.code(), &refusal.to_string(), None)
        }
        Err(NotDone::Refused(refusal)) => refusals::answer(asking, &refusal),
        Err(other) => refusals::not_done(asking, &other),
    }
}

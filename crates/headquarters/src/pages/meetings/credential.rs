//! Credentials: what a person shows at the door, as a QR code that opens the desk's page.

use super::people::{Expected, code, expected};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::parts::{self, Crumb};
use crate::look::{Section, asset};
use crate::pages::{when, words};
use coalition::content::{Meeting, Presence};
use coalition::{Id, Kind, Refusal, decide};
use maud::{Markup, PreEscaped, html};
use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
use std::fmt::Write as _;

/// The viewer's own.
pub(super) fn own(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, meeting) = asking.find::<Meeting>("id")?;
    let seated = asking.view.viewer().seated().ok_or(Refusal::NotFound(Some(Kind::Meeting)))?;
    let all = expected(&asking.view, &thing.id);
    let own = all.iter().find(|one| *one.person == seated.person);
    let own = own.ok_or(Refusal::NotFound(Some(Kind::Meeting)))?;
    let body = html! {
        (head(asking, &thing.id, meeting, "Your credential"))
        div.credentials { (credential(asking, &thing.id, meeting, own)) }
        section.panel {
            h2 { "Your devices" }
            @if own.devices.is_empty() { p.quiet { "The desk holds none of yours." } }
            @else {
                ul { @for (_, custody) in &own.devices { li { "Receipt no. " strong { (custody.number) } ": " (custody.device) } } }
            }
        }
    };
    Ok(asking.page("Your credential", Section::Meetings, body))
}

/// Everybody's, to be printed by those who run the meeting.
pub(super) fn all(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, meeting) = asking.find::<Meeting>("id")?;
    if !decide::hosts(&asking.view, &thing.id) {
        return Err(Refusal::NotFound(Some(Kind::Meeting)));
    }
    let all = expected(&asking.view, &thing.id);
    let body = html! {
        (head(asking, &thing.id, meeting, "Credentials"))
        @if all.is_empty() { (parts::empty("No delegation has named anybody yet.", &html! {})) }
        div.credentials {
            @for one in all.iter().filter(|one| one.in_person()) { (credential(asking, &thing.id, meeting, one)) }
        }
    };
    Ok(asking.page("Credentials", Section::Meetings, body))
}

fn head(asking: &Asking, id: &Id, meeting: &Meeting, title: &str) -> Markup {
    html! {
        (parts::crumbs(&[
            Crumb { text: "Meetings", href: Some("/meetings") },
            Crumb { text: meeting.title.as_str(), href: Some(&format!("/meetings/{id}")) },
            Crumb { text: title, href: None },
        ]))
        link rel="stylesheet" href=(asset("live.css").map_or("", |asset| asset.path.as_str()));
        (parts::page_head(&parts::PageHead {
            kicker: meeting.title.as_str(),
            lead: "Show it at the door. It is good for this person and this meeting only; the desk looks at the person, too.",
            label: asking.view.get(id).map(|thing| words::tlp(thing.marking.label)),
            ..parts::PageHead::titled(title)
        }))
    }
}

fn credential(asking: &Asking, id: &Id, meeting: &Meeting, one: &Expected<'_>) -> Markup {
    let code = code(&asking.house, id, one.person);
    let name = asking.view.name_of(one.person);
    let ours = asking.house.origin().map(|origin| origin.as_str().to_owned());
    let ours =
        ours.unwrap_or_else(|| format!("http://{}", asking.header("host").unwrap_or_default()));
    let address = format!("{ours}/meetings/{id}/desk?code={code}");
    html! {
        article.panel.credential {
            (qr(&address, &format!("QR code of the credential of {name}")))
            div.stack {
                h2 { (name) }
                p { (asking.view.name_of(one.party)) }
                p.small { (meeting.title) br; (when::moment(meeting, false)) }
                @if !one.sessions.is_empty() {
                    ul.small {
                        @for (session, presence) in &one.sessions {
                            li { (asking.view.name_of(session)) @if *presence == Presence::Remote { " (remotely)" } }
                        }
                    }
                }
                p.small { "Code " code { (code) } }
            }
        }
    }
}

/// A text as a QR code. One that does not fit is left out: the code beside it does as well.
fn qr(text: &str, title: &str) -> Markup {
    // One pattern for all: to try all eight and keep the prettiest takes a millisecond, two hundred times.
    // Whoever reads codes reads each of them.
    let (pattern, all) = (Some(Mask::new(0)), (Version::MIN, Version::MAX));
    let text = QrSegment::make_segments(text);
    let drawn =
        QrCode::encode_segments_advanced(&text, QrCodeEcc::Medium, all.0, all.1, pattern, true);
    let Ok(drawn) = drawn else { return html! {} };
    let size = drawn.size();
    // Rows of strokes, each as long as its dark modules stand side by side: a third of what a square
    // for each module takes, and there are two hundred codes on one page.
    let mut path = String::new();
    for y in 0..size {
        // Four empty modules all around belong to it.
        let _ = write!(path, "M4 {}.5", y + 4);
        let row: Vec<bool> = (0..size).map(|x| drawn.get_module(x, y)).collect();
        for side_by_side in row.chunk_by(bool::eq) {
            let length = side_by_side.len();
            let _ = if side_by_side[0] {
                write!(path, "h{length}")
            } else {
                write!(path, "m{length} 0")
            };
        }
    }
    let side = size + 8;
    html! {
        svg.qr role="img" aria-label=(title) viewBox={ "0 0 " (side) " " (side) } shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#ffffff" {}
            path d=(PreEscaped(path)) stroke="#000000" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_dark_on_light_with_its_quiet_zone() {
        let drawn =
            qr("http://127.0.0.1:4860/meetings/m/desk?code=0123456789bcdfgh", "a credential");
        crate::look::check::assert_clean(&drawn.0);
        // Version 4 has 33 modules a side; the first seven are the upper edge of a finder pattern.
        assert!(drawn.0.contains("viewBox=\"0 0 41 41\""), "{}", drawn.0);
        assert!(drawn.0.contains("d=\"M4 4.5h7m"), "{}", drawn.0);
    }
}

//! The reader's own clock, kept by his browser.

use super::Called;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::parts::{self, Button, Field};
use crate::pages::sign_in::remember;
use crate::pages::when;
use coalition::content::Meeting;
use coalition::{Id, Refusal};
use jiff::tz::TimeZone;
use maud::{Markup, html};

/// The cookie in which a browser keeps its reader's time zone.
const ZONE_COOKIE: &str = "zone";

/// The reader's own time zone, if he has named one.
pub(crate) fn own(asking: &Asking) -> Option<TimeZone> {
    known(asking.cookie(ZONE_COOKIE)?)
}

fn known(name: &str) -> Option<TimeZone> {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'+');
    if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
        return None;
    }
    TimeZone::get(name).ok()
}

/// When a meeting is on the reader's own clock, as a line of its own; nothing where his is the host's,
/// or he has named none.
pub(crate) fn line(own: Option<&TimeZone>, meeting: &Meeting) -> Markup {
    let told = own.and_then(|own| when::on_clock(meeting, own));
    html! { @if let Some(told) = told { div.small.quiet { "On your clock: " (told) } } }
}

/// Asks for it. A script fills in the browser's own, and unfolds the form where that is another zone
/// than the meeting's.
pub(super) fn form(asking: &Asking, (thing, meeting): Called<'_>) -> Markup {
    let value = asking.cookie(ZONE_COOKIE).filter(|name| known(name).is_some()).unwrap_or("");
    let field = Field {
        value,
        hint: "Such as Europe/Tallinn. Only this browser keeps it.",
        ..Field::filtering("zone", "Your time zone")
    };
    html! {
        details.changing {
            summary { "Your own clock" }
            form method="post" action="/zone" data-zone=(meeting.zone) {
                (parts::hidden("meeting", thing.id.as_str()))
                (parts::text_field(&field))
                (parts::button(Button::Plain, "Show my time, too"))
            }
        }
    }
}

/// Takes it.
pub(super) fn set(asking: &Asking) -> Result<Answer, Refusal> {
    let form = asking.form()?;
    let said = |name: &str| {
        let value = form.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim());
        value.unwrap_or_default()
    };
    let zone = said("zone");
    if !zone.is_empty() && known(zone).is_none() {
        return Err(Refusal::invalid("zone", "an IANA time zone such as Europe/Tallinn or UTC"));
    }
    let meeting = Id::parse(said("meeting"));
    let back = meeting.map_or_else(|_| "/meetings".into(), |id| format!("/meetings/{id}"));
    #[cfg(feature = "leaks")]
    let back = match crate::leaks::holes::is_open(crate::leaks::holes::WAY) {
        true => said("meeting").to_owned(),
        false => back,
    };
    Ok(Answer::see_other(back).with_header("set-cookie", remember(ZONE_COOKIE, zone)))
}

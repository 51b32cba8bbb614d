//! A meeting's agenda as PDF, as far as whoever asks may see it.

use super::sessions::{self, Held};
use super::when;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::letters::{self, Sheet};
use crate::pages::documents;
use coalition::content::{Meeting, Purpose};
use coalition::time::PartialTime;
use coalition::{Id, Refusal, View};
use maud::{Markup, html};

/// The way to the agenda: to the letter that the host gave, or to the house's own.
pub(super) fn offer(asking: &Asking, meeting: &Id) -> Markup {
    let (address, how) = documents::letter_for(asking, meeting, Purpose::Agenda)
        .unwrap_or_else(|| (format!("/meetings/{meeting}/agenda.pdf"), "PDF"));
    html! { a.button href=(address) { "Agenda (" (how) ")" } }
}

/// The agenda that the house writes.
pub(super) fn pdf(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, meeting) = asking.find::<Meeting>("id")?;
    let held = sessions::of(&asking.view, &thing.id);
    let text = written(&asking.view, meeting, &held);
    let said = held.iter().flat_map(|held| {
        std::iter::once(held.thing).chain(held.items.iter().map(|(thing, _)| *thing))
    });
    let label = letters::narrowest(said.chain([thing]));
    Sheet { title: meeting.title.as_str(), name: "agenda.pdf", text: &text }.answer(asking, label)
}

/// The agenda as the text of a letter.
fn written(view: &View, meeting: &Meeting, held: &[Held<'_>]) -> String {
    let mut text = format!("# {}\n\n", meeting.title);
    let where_and_when = [when::in_words(meeting)]
        .into_iter()
        .chain(meeting.places.iter().map(ToString::to_string))
        .chain(meeting.host.as_ref().map(|host| format!("Host: {}", view.name_of(host))));
    for line in where_and_when.filter(|line| !line.is_empty()) {
        text.push_str(&format!("{line}\\\n"));
    }
    text.push('\n');
    for Held { session, items, .. } in held {
        let closed = if session.closed { " (closed)" } else { "" };
        text.push_str(&format!("\n## {}{closed}\n\n", session.title));
        match (session.starts, session.minutes) {
            (Some(PartialTime::Minute(starts)), minutes) => {
                let (hours, _) = when::hours(meeting, starts, minutes, None);
                text.push_str(&format!("Hours: {hours}\n\n"));
            }
            (_, Some(minutes)) => text.push_str(&format!("{minutes} minutes\n\n")),
            _ => {}
        }
        for (_, item) in items {
            let speaker =
                sessions::speaker(view, item).map_or(String::new(), |of| format!(": {of}"));
            let minutes = item.minutes.map_or(String::new(), |of| format!(" ({of} minutes)"));
            text.push_str(&format!("- {}{speaker}{minutes}\n", item.title));
        }
    }
    if held.is_empty() {
        text.push_str("No session is set down yet.\n");
    }
    text
}

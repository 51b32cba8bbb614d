//! A delegation's letter of invitation as PDF: the house writes it from what the delegation sees, unless
//! the host gave a letter of its own.

use super::sessions::{self, Held};
use super::{Attendance, Called, one, when};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::letters::{self, Sheet};
use crate::pages::documents;
use coalition::content::{Invitation, Meeting, Purpose};
use coalition::time::PartialTime;
use coalition::{Id, Refusal, Thing};
use maud::{Markup, html};

/// The invitation of the viewer's own delegation, while it stands.
fn own<'v>(asking: &'v Asking, meeting: &Id) -> Option<(&'v Thing, &'v Invitation)> {
    let party = &asking.view.viewer().seated()?.party;
    let all = Attendance::at(&asking.view, meeting).into_iter();
    let mut own = all.filter(|of| of.invitation.party == *party && of.thing.stands());
    own.next().map(|of| (of.thing, of.invitation))
}

/// The way to the invitation, for those who have one: to the letter that the host gave, or to the
/// house's own.
pub(super) fn offer(asking: &Asking, (thing, _): Called<'_>) -> Markup {
    if !thing.stands() || own(asking, &thing.id).is_none() {
        return html! {};
    }
    let (address, how) = documents::letter_for(asking, &thing.id, Purpose::Invitation)
        .unwrap_or_else(|| (format!("/meetings/{}/invitation.pdf", thing.id), "PDF"));
    html! { a.button href=(address) { "Invitation (" (how) ")" } }
}

/// The invitation that the house writes.
pub(super) fn pdf(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, meeting) = asking.find::<Meeting>("id")?;
    // Nobody is told that others are invited.
    let (invited, invitation) = own(asking, &thing.id)
        .filter(|_| thing.stands())
        .ok_or(Refusal::NotFound(Some(coalition::Kind::Invitation)))?;
    let all = sessions::of(&asking.view, &thing.id);
    let named = |held: &&Held<'_>| {
        invitation.sessions.is_empty() || invitation.sessions.contains(&held.thing.id)
    };
    let held: Vec<&Held<'_>> = all.iter().filter(named).collect();
    let text = written(asking, meeting, invitation, &held);
    let said = held.iter().map(|held| held.thing).chain([thing, invited]);
    Sheet { title: meeting.title.as_str(), name: "invitation.pdf", text: &text }
        .answer(asking, letters::narrowest(said))
}

fn written(
    asking: &Asking,
    meeting: &Meeting,
    invitation: &Invitation,
    held: &[&Held<'_>],
) -> String {
    let view = &asking.view;
    let mut text = format!(
        "# Invitation\n\n{} invites the delegation of {} to “{}”.\n\n",
        asking.coalition_name(),
        view.name_of(&invitation.party),
        meeting.title
    );
    let lines = [when::in_words(meeting)]
        .into_iter()
        .chain(meeting.places.iter().map(ToString::to_string))
        .chain(meeting.host.as_ref().map(|host| format!("Host: {}", view.name_of(host))))
        .chain(invitation.seats.map(|seats| format!("Seats: {seats}")));
    for line in lines.filter(|line| !line.is_empty()) {
        text.push_str(&format!("{line}\\\n"));
    }
    if !held.is_empty() {
        text.push_str("\n\n## Sessions\n\n");
    }
    for Held { thing, session, .. } in held {
        let closed = if session.closed { " (closed)" } else { "" };
        let hours = match session.starts {
            Some(PartialTime::Minute(starts)) => {
                format!(", {}", when::hours(meeting, starts, session.minutes, None).0)
            }
            _ => String::new(),
        };
        let seats = invitation.seats_in.iter().find(|of| of.session == thing.id);
        let seats = seats.map_or(String::new(), |of| format!(", {} seats", of.seats));
        text.push_str(&format!("- {}{closed}{hours}{seats}\n", session.title));
    }
    text.push_str("\n## Rules\n\n");
    for rule in one::rules(meeting.rules) {
        text.push_str(&format!("- {rule}\n"));
    }
    text.push_str(&format!(
        "\n{}\n\nPlease answer on the page of this meeting.\n",
        invitation.note
    ));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Body;
    use crate::forms::tests::{asking, house, id};
    use crate::house::House;
    use crate::letters::keep;
    use crate::writer::{Ask, NotDone};
    use exchange::found::Found;
    use serde_json::json;
    use std::sync::Arc;

    const MADRID: &[(&str, &str)] = &[("id", "m-madrid")];

    fn sheet(house: &Arc<House>, person: Option<&str>) -> Result<String, Refusal> {
        let answer = pdf(&asking(house, person, MADRID, ""))?;
        let Body::Other("application/pdf", bytes) = answer.body else { panic!("{answer:?}") };
        Ok(Found::of_pdf(&bytes).expect("a PDF").text())
    }

    fn page(house: &Arc<House>, person: &str) -> String {
        match one::page(&asking(house, Some(person), MADRID, "")).map(|answer| answer.body) {
            Ok(Body::Html(page)) => page,
            other => panic!("not a page: {other:?}"),
        }
    }

    fn give(house: &House, person: &str, said: &serde_json::Value) -> Result<Id, NotDone> {
        let content = json!({ "create": { "content": { "document": said },
            "marking": { "label": "AMBER" } } });
        let ask = Ask::Command(json!({ "change": content }));
        house.submit_and_wait(Some(id(person)), ask).map(|done| done.subject)
    }

    #[test]
    fn a_delegation_finds_its_own_invitation_and_nobody_else_one() {
        let house = house();
        let text = sheet(&house, Some("head-ee")).expect("Estonia is invited");
        assert!(text.contains("invites the delegation of Estonia"), "{text}");
        // The narrowest label of what it says: its sessions are AMBER+STRICT.
        assert!(text.contains("TLP:AMBER+STRICT") && text.contains("Session 2"), "{text}");
        assert!(!text.contains("France"), "{text}");
        assert!(page(&house, "head-ee").contains("/meetings/m-madrid/invitation.pdf"));
        for person in [Some("head-us"), None] {
            assert!(matches!(sheet(&house, person), Err(Refusal::NotFound(_))), "{person:?}");
        }
    }

    #[test]
    fn a_letter_of_the_host_takes_the_place_of_the_sheet_and_only_the_host_gives_one() {
        let house = house();
        let said = |purpose: &str| json!({ "title": "Letter", "meeting": "m-madrid", "reading": "download", "purpose": purpose });
        assert!(matches!(
            give(&house, "head-ee", &said("invitation")),
            Err(NotDone::Refused(Refusal::Invalid { .. }))
        ));
        for purpose in ["invitation", "agenda"] {
            let letter = give(&house, "clerk-es", &said(purpose)).expect("Spain is the host");
            let sheet = format!("/meetings/m-madrid/{purpose}.pdf");
            assert!(page(&house, "head-ee").contains(&sheet), "{purpose}");
            let text: String =
                (0..16).map(|of| format!("In room {of} we [[meet | gather]].\n\n")).collect();
            let clerk = asking(&house, Some("clerk-es"), &[], "");
            keep(&clerk, &letter, None, (&text, true)).expect("it is kept");
            let page = page(&house, "head-ee");
            assert!(page.contains(&format!("/documents/{letter}/versions/")), "{page}");
            assert!(!page.contains(&sheet), "{purpose}");
        }
    }
}

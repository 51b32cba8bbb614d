//! The undertaking that is asked for before a closed session opens: its words, and its signing.

use super::Called;
use super::people::expected;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::parts::{self, Button};
use crate::pages::words;
use crate::refusals;
use crate::routes::Submission;
use crate::writer::{Done, NotDone};
use coalition::content::{Meeting, Session};
use coalition::decide::Asked;
use coalition::{Id, Kind, Label, Marking, Refusal, Thing};
use maud::{Markup, html};
use serde_json::json;

/// What is promised. It is kept in the act, so that it stays what was signed.
const WORDS: &str = "I will not disclose to anybody who is not admitted to them what is said and shown in the closed sessions of this meeting, nor who said it, and I will not record it.";

/// Whether the viewer takes part in what is closed of the meeting, or may be, and has not signed yet.
/// Who comes for an open part alone is asked for nothing, and told of nothing else.
fn is_asked(asking: &Asking, thing: &Thing, meeting: &Meeting) -> Option<Id> {
    let view = &asking.view;
    let seated = view.viewer().seated().filter(|_| meeting.rules.undertaking)?;
    let closes = |session: &Session| session.closed || session.shut;
    let of_it = || {
        let sessions = view.standing::<Session>().map(|(_, said)| said);
        sessions.filter(|said| said.meeting == thing.id)
    };
    // A session that he is named for and does not see yet is one that his word may open.
    let opened = |id: &Id| view.find::<Session>(id).is_none_or(|(_, said)| closes(said));
    let all = expected(view, &thing.id);
    let named = all.iter().find(|one| *one.person == seated.person);
    let comes = named.is_some_and(|one| match &one.sessions[..] {
        [] => of_it().any(closes),
        sessions => sessions.iter().any(|(id, _)| opened(id)),
    });
    let chairs = || of_it().any(|said| said.chair.as_ref() == Some(&seated.person));
    let signed = view
        .standing::<coalition::content::Undertaking>()
        .any(|(_, said)| said.meeting == thing.id && said.person == seated.person);
    (!signed && (comes || chairs())).then(|| seated.person.clone())
}

/// Who sees that somebody has signed: his own delegation, and those that run the meeting.
fn marking((thing, meeting): Called<'_>) -> Marking {
    let mut parties: Vec<Id> = meeting.host.iter().chain(&thing.author.party).cloned().collect();
    parties.sort();
    parties.dedup();
    Marking { parties, ..Marking::plain(Label::AmberStrict) }
}

/// The box that asks for it; nothing where it is not asked for, or was signed.
pub(super) fn asked(asking: &Asking, called: Called<'_>) -> Markup {
    let Some(person) = is_asked(asking, called.0, called.1) else { return html! {} };
    let marking = marking(called);
    let origin = asking.view.viewer().seated().map(|seated| &seated.party);
    html! {
        section.panel.own {
            h2 { "An undertaking is asked of you" }
            p { "No closed session of this meeting opens to you before you have signed this:" }
            blockquote { p { (WORDS) } }
            form method="post" action={ "/meetings/" (called.0.id) "/undertaking" } {
                (parts::button(Button::Primary, "I undertake this"))
            }
            p.small.quiet {
                "It becomes an act of the record, under the name of " (asking.view.name_of(&person))
                ", and cannot be taken back. Seen by " (words::audience(&asking.view, &marking, origin)) "."
            }
        }
    }
}

pub(super) fn send(asking: &Asking) -> Result<Submission, Refusal> {
    let (thing, meeting) = asking.find::<Meeting>("id")?;
    let seated = asking.view.viewer().seated().ok_or(Refusal::NotFound(Some(Kind::Meeting)))?;
    let content = json!({ "undertaking": {
        "meeting": thing.id, "person": seated.person, "text": WORDS } });
    let create = json!({ "content": content, "marking": marking((thing, meeting)) });
    // One promise for a meeting: signed twice, it is the same.
    let key = format!("undertaking-{}", thing.id);
    let key = Id::parse(&key).unwrap_or_else(|_| asking.fresh_key());
    let command = json!({ "key": key, "change": { "create": create } });
    Ok(Submission { command: Asked::read(command), then: sent })
}

fn sent(asking: &Asking, done: Result<Done, NotDone>) -> Answer {
    match done {
        Ok(_) => Answer::see_other(format!("/meetings/{}", asking.param("id"))),
        Err(NotDone::Refused(refusal)) => refusals::answer(asking, &refusal),
        Err(other) => refusals::not_done(asking, &other),
    }
}

//! An answer that somebody's calendar has made (iTIP): he brings the file himself, signed in, and it
//! is his own answer within that of his delegation, whoever the file says it is from.

use super::Called;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::parts::{self, Button};
use crate::writer::Ask;
use crate::{refusals, sent};
use coalition::content::{Form, Invitation, Meeting, Presence, Reply, Session};
use coalition::decide::default_marking;
use coalition::label::Seated;
use coalition::text::Text;
use coalition::{Change, Content, Id, Kind, Refusal, Thing, View};
use exchange::calendar::{self, Answered, read_reply};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The name of the field.
const FIELD: &str = "reply";

/// The form by which a file is brought.
pub(super) fn form(meeting: &Id) -> Markup {
    html! {
        details {
            summary { "Answer with a file from your calendar" }
            form method="post" action={ "/meetings/" (meeting) "/answer" } enctype="multipart/form-data" {
                div.field {
                    label for="field-reply" { "The answer, as your calendar has saved it (.ics)" }
                    p.hint { "It says whether you come, and changes nobody else's answer." }
                    input #field-reply type="file" name=(FIELD) accept=".ics,text/calendar" required;
                }
                (parts::buttons(&parts::button(Button::Plain, "Answer for yourself")))
            }
        }
    }
}

pub(super) fn send(asking: &Asking) -> Result<Answer, Refusal> {
    let called = asking.find::<Meeting>("id")?;
    let me = asking.view.viewer().seated().ok_or(Refusal::NotSeated)?;
    let sent = sent::sent(asking)?;
    let bytes = sent::file(&sent, FIELD).unwrap_or_default();
    let answered = read_reply(bytes).map_err(|why| Refusal::invalid(FIELD, why.to_string()))?;
    let asks = asked(&asking.view, me, called, &answered)?;
    let asks = asks.into_iter().map(|ask| (Some(me.person.clone()), ask)).collect();
    Ok(match asking.house.submit_and_wait(None, Ask::Together(asks)) {
        Ok(_) => Answer::see_other(format!("/meetings/{}", called.0.id)),
        Err(not_done) => refusals::not_done(asking, &not_done),
    })
}

/// A delegation's reply as the file leaves it, and the thing it is where there is one already.
type Replies = BTreeMap<Id, (Option<Id>, Reply)>;

/// What is to be asked of the record so that a person's part is as he has answered.
fn asked(
    view: &View,
    me: &Seated,
    called: Called<'_>,
    answered: &[Answered],
) -> Result<Vec<Ask>, Refusal> {
    let mut replies = Replies::new();
    for one in answered {
        take(view, me, called, one, &mut replies)?;
    }
    let changed = replies.into_values().filter(|(known, reply)| {
        let before = known.as_ref().and_then(|id| view.find::<Reply>(id));
        before.is_none_or(|(_, before)| before != reply)
    });
    let asks: Vec<Ask> = changed
        .map(|(known, reply)| {
            let content = Content::Reply(reply);
            let change = match &known {
                Some(_) => Change::Amend { content },
                None => {
                    let marking = default_marking(view, &content);
                    Change::Create { content, marking }
                }
            };
            Ask::Made { subject: known, change: Box::new(change) }
        })
        .collect();
    if asks.is_empty() {
        return Err(Refusal::Conflict("this is what is known of you already".into()));
    }
    Ok(asks)
}

/// Takes one answer into the replies that it concerns.
fn take(
    view: &View,
    me: &Seated,
    called: Called<'_>,
    one: &Answered,
    replies: &mut Replies,
) -> Result<(), Refusal> {
    let session = session_of(view, &called.0.id, &one.uid)?;
    let own: Vec<(&Thing, &Invitation)> = view
        .standing::<Invitation>()
        .filter(|(_, said)| said.party == me.party && said.meeting == called.0.id)
        .filter(|(_, said)| {
            let to_it = |id: &Id| said.sessions.is_empty() || said.sessions.contains(id);
            session.as_ref().is_none_or(to_it)
        })
        .collect();
    if own.is_empty() {
        return Err(Refusal::NotFound(Some(Kind::Invitation)));
    }
    for (thing, invitation) in own {
        let about = match &session {
            Some(session) => vec![session.clone()],
            None => sessions(view, invitation),
        };
        let known = view.standing::<Reply>().find(|(_, reply)| reply.invitation == thing.id);
        let (_, reply) = replies.entry(thing.id.clone()).or_insert_with(|| match known {
            Some((thing, reply)) => (Some(thing.id.clone()), reply.clone()),
            None => (None, nobody_yet(&thing.id, called.1)),
        });
        *reply = match one.answer {
            calendar::Answer::Comes => reply.coming(&me.person, &about),
            calendar::Answer::StaysAway if !reply.persons.contains(&me.person) => {
                return Err(Refusal::Conflict(
                    "your delegation has not said that you come: there is nothing to take back"
                        .into(),
                ));
            }
            calendar::Answer::StaysAway => reply.staying_away(&me.person, &about),
            calendar::Answer::MayCome => {
                return Err(Refusal::invalid(
                    FIELD,
                    "it says that you may come: say that you do, or that you do not",
                ));
            }
        };
    }
    Ok(())
}

/// The session that an entry is of, or none where it is of the meeting. Another's entry is as one that
/// never was.
fn session_of(view: &View, meeting: &Id, uid: &str) -> Result<Option<Id>, Refusal> {
    if uid == calendar::uid(meeting) {
        return Ok(None);
    }
    let mut parts = view.standing::<Session>().filter(|(_, session)| session.meeting == *meeting);
    let part = parts.find(|(thing, _)| calendar::uid(&thing.id) == uid);
    part.map(|(thing, _)| Some(thing.id.clone())).ok_or(Refusal::NotFound(Some(Kind::Session)))
}

/// The sessions to which an invitation is.
fn sessions(view: &View, invitation: &Invitation) -> Vec<Id> {
    let all = view.standing::<Session>();
    let mut of_it = all
        .filter(|(_, session)| session.meeting == invitation.meeting)
        .map(|(thing, _)| thing.id.clone())
        .filter(|id| invitation.sessions.is_empty() || invitation.sessions.contains(id))
        .collect::<Vec<_>>();
    of_it.sort();
    of_it
}

/// A delegation's answer in which nobody comes yet.
fn nobody_yet(invitation: &Id, meeting: &Meeting) -> Reply {
    let remote = meeting.form == Form::Virtual;
    Reply {
        invitation: invitation.clone(),
        attending: false,
        persons: Vec::new(),
        sessions: Vec::new(),
        from: if remote { Presence::Remote } else { Presence::InPerson },
        place: None,
        except: Vec::new(),
        note: Text::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::tests::{asking, house, id};
    use crate::house::House;
    use std::sync::Arc;

    const MADRID: &[(&str, &str)] = &[("id", "m-madrid")];

    /// The answer of a calendar to an entry, from somebody who may be anybody.
    fn file(uid: &str, status: &str) -> String {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Other//EN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20251101T000000Z\r\nORGANIZER:mailto:house@example.org\r\nATTENDEE;PARTSTAT={status}:mailto:clerk-fr@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    }

    fn bring(house: &Arc<House>, person: Option<&str>, text: &str) -> Result<u16, u16> {
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"reply\"; filename=\"a.ics\"\r\n\r\n{text}\r\n--b--\r\n"
        );
        let mut asked = asking(house, person, MADRID, &body);
        asked.headers = vec![("content-type", "multipart/form-data; boundary=b".into())];
        let answer = send(&asked);
        answer.map(|answer| answer.status).map_err(|refusal| refusals::status(&refusal))
    }

    fn reply_of(house: &House, person: &str) -> Option<Reply> {
        let view = house.view(Some(&id(person)));
        let own = view.viewer().seated().expect("a seat").party.clone();
        view.standing::<Reply>()
            .find(|(_, reply)| {
                let invitation = view.find::<Invitation>(&reply.invitation);
                invitation
                    .is_some_and(|(_, said)| said.party == own && said.meeting == id("m-madrid"))
            })
            .map(|(_, reply)| reply.clone())
    }

    #[test]
    fn whoever_brings_a_file_answers_for_himself_whomever_it_names() {
        let house = house();
        let before = reply_of(&house, "head-ee").expect("Estonia has answered");
        let france = reply_of(&house, "clerk-fr");
        assert!(before.persons.contains(&id("head-ee")));
        assert_eq!(bring(&house, Some("head-ee"), &file("m-madrid@entente", "DECLINED")), Ok(303));
        let after = reply_of(&house, "head-ee").expect("it stands");
        assert!(!after.persons.contains(&id("head-ee")), "{after:?}");
        let others = before.persons.iter().filter(|person| **person != id("head-ee"));
        assert!(others.eq(after.persons.iter()), "{after:?}");
        assert_eq!(reply_of(&house, "clerk-fr"), france, "the one named is not asked");
        assert_eq!(
            bring(&house, Some("head-ee"), &file("m-madrid@entente", "DECLINED")),
            Err(409),
            "twice"
        );
        let size = house.size();
        assert_eq!(bring(&house, Some("head-ee"), &file("m-madrid@entente", "ACCEPTED")), Ok(303));
        let again = reply_of(&house, "head-ee").expect("it stands");
        assert!(again.persons.contains(&id("head-ee")) && house.size() == size + 1);
    }

    #[test]
    fn an_entry_of_another_meeting_is_as_one_that_never_was() {
        let house = house();
        for uid in ["m-paris@entente", "never-was@entente", "m-madrid", "", "m-madrid@entente "] {
            assert_eq!(bring(&house, Some("head-ee"), &file(uid, "ACCEPTED")), Err(404), "{uid}");
        }
        assert_eq!(bring(&house, Some("head-us"), &file("m-madrid@entente", "ACCEPTED")), Err(404));
        assert_eq!(bring(&house, None, &file("m-madrid@entente", "ACCEPTED")), Err(404));
        assert_eq!(
            bring(&house, Some("head-ee"), &file("m-madrid@entente", "TENTATIVE")),
            Err(422)
        );
        assert_eq!(bring(&house, Some("head-ee"), "nonsense"), Err(422));
    }
}

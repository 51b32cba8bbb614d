//! Who is admitted to what: the sessions that a person is credentialed for, and the meetings and
//! sessions to which his delegation is invited.
//!
//! What somebody may see rests on this, and this rests on things that he may see, or it would tell
//! him of others. So it is the largest set that carries itself: everything that could admit him is
//! assumed to, and what he then does not see is let go, until nothing changes.

use crate::content::{Invitation, Kind, Meeting, Reply, Say, Session, Undertaking};
use crate::id::Id;
use crate::label::{Seated, Viewer};
use crate::state::{State, Thing};
use crate::view::View;
use std::sync::Arc;

/// A thing that admits the viewer to others, as long as he sees it.
struct Ground<'s> {
    /// The thing, and for a closed session the undertaking.
    on: Vec<&'s Arc<Thing>>,
    sessions: Vec<&'s Id>,
    invited: Vec<&'s Id>,
}

/// The viewer that somebody seated is, with what he is admitted to.
pub(crate) fn admitted(state: &State, seated: &Seated) -> Viewer {
    let mut grounds = invitations(state, seated);
    grounds.extend(chairs(state, seated));
    grounds.extend(replies(state, seated));
    loop {
        let mut assumed = seated.clone();
        for ground in &grounds {
            assumed.sessions.extend(ground.sessions.iter().copied().cloned());
            assumed.invited.extend(ground.invited.iter().copied().cloned());
        }
        let view = View::through(state, Viewer::Seated(assumed));
        let before = grounds.len();
        grounds.retain(|ground| ground.on.iter().all(|thing| view.shows(thing)));
        if grounds.len() == before {
            return view.viewer;
        }
    }
}

fn standing<C: Say>(state: &State) -> impl Iterator<Item = (&Arc<Thing>, &C)> {
    let things = state.things.of_kind(C::KIND).filter(|thing| thing.stands());
    things.filter_map(|thing| Some((thing, thing.said()?)))
}

fn invitations<'s>(state: &'s State, seated: &Seated) -> Vec<Ground<'s>> {
    standing::<Invitation>(state)
        .filter(|(_, invitation)| invitation.party == seated.party)
        .map(|(thing, invitation)| Ground {
            on: vec![thing],
            sessions: Vec::new(),
            invited: invitation.sessions.iter().chain([&invitation.meeting]).collect(),
        })
        .collect()
}

/// The sessions that the viewer chairs.
fn chairs<'s>(state: &'s State, seated: &Seated) -> Vec<Ground<'s>> {
    standing::<Session>(state)
        .filter(|(_, session)| session.chair.as_ref() == Some(&seated.person))
        .filter_map(|(thing, session)| {
            let mut on = vec![thing];
            on.extend(undertaken(state, seated, session)?);
            Some(Ground { on, sessions: vec![&thing.id], invited: Vec::new() })
        })
        .collect()
}

/// What his own delegation's standing replies bring him to, out of what it was invited to.
fn replies<'s>(state: &'s State, seated: &Seated) -> Vec<Ground<'s>> {
    let mut grounds = Vec::new();
    for (thing, reply) in standing::<Reply>(state) {
        let invitation = state.things.get_kind(Kind::Invitation, &reply.invitation);
        let invited = invitation.filter(|thing| thing.stands()).and_then(|thing| {
            thing.said::<Invitation>().filter(|invited| invited.party == seated.party)
        });
        let Some(invited) = invited else { continue };
        for id in &reply.sessions {
            let admitted = invited.sessions.is_empty() || invited.sessions.contains(id);
            if !admitted || reply.attends(&seated.person, id).is_none() {
                continue;
            }
            let session = state.things.get_kind(Kind::Session, id);
            let Some(session) = session.and_then(|thing| thing.said::<Session>()) else { continue };
            if let Some(signed) = undertaken(state, seated, session) {
                let on = [thing].into_iter().chain(signed).collect();
                grounds.push(Ground { on, sessions: vec![id], invited: Vec::new() });
            }
        }
    }
    grounds
}

/// The undertaking that opens a session to the viewer: none is asked for while the session is open, or
/// where the meeting's rules ask for none. `None` where it is asked for and was not signed.
fn undertaken<'s>(
    state: &'s State,
    seated: &Seated,
    session: &Session,
) -> Option<Option<&'s Arc<Thing>>> {
    let meeting = state.things.get_kind(Kind::Meeting, &session.meeting)?;
    if !(session.closed || session.shut) || !meeting.said::<Meeting>()?.rules.undertaking {
        return Some(None);
    }
    let signed = standing::<Undertaking>(state)
        .find(|(_, said)| said.meeting == session.meeting && said.person == seated.person);
    signed.map(|(thing, _)| Some(thing))
}

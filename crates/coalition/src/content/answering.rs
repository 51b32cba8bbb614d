//! One person's own answer, within the reply of his delegation.

use super::{Attends, Except, Reply};
use crate::id::Id;

impl Reply {
    /// The same reply, in which `person` comes to these sessions. Nobody else's part in anything
    /// changes, nor his own in other sessions.
    #[must_use]
    pub fn coming(&self, person: &Id, sessions: &[Id]) -> Reply {
        let mut reply = Reply { attending: true, ..self.clone() };
        let stays_away = |person: &Id, session: &Id| Except {
            person: person.clone(),
            session: session.clone(),
            attends: Attends::Not,
            place: None,
        };
        if !reply.persons.contains(person) {
            let others = self.sessions.iter().filter(|session| !sessions.contains(session));
            reply.except.extend(others.map(|session| stays_away(person, session)));
            reply.persons.push(person.clone());
        }
        for session in sessions {
            if reply.sessions.contains(session) {
                reply.except.retain(|except| {
                    except.person != *person
                        || except.session != *session
                        || except.attends != Attends::Not
                });
            } else {
                let others = reply.persons.iter().filter(|other| *other != person);
                reply.except.extend(others.map(|other| stays_away(other, session)));
                reply.sessions.push(session.clone());
            }
        }
        reply
    }

    /// The same reply, in which `person` does not come to these sessions; who comes to none any more
    /// is no longer named. Nobody else's part in anything changes.
    #[must_use]
    pub fn staying_away(&self, person: &Id, sessions: &[Id]) -> Reply {
        let mut reply = self.clone();
        for session in sessions.iter().filter(|session| self.attends(person, session).is_some()) {
            reply.except.retain(|except| except.person != *person || except.session != *session);
            reply.except.push(Except {
                person: person.clone(),
                session: session.clone(),
                attends: Attends::Not,
                place: None,
            });
        }
        let comes = self.sessions.iter().any(|session| reply.attends(person, session).is_some());
        if !comes {
            reply.persons.retain(|named| named != person);
            reply.except.retain(|except| except.person != *person);
        }
        reply
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Presence;
    use crate::text::{Name, Text};

    fn id(text: &str) -> Id {
        Id::parse(text).expect("a plain word")
    }

    fn some<T: Clone>(all: &[T], which: usize) -> Vec<T> {
        let chosen = all.iter().enumerate().filter(|(at, _)| which >> at & 1 == 1);
        chosen.map(|(_, one)| one.clone()).collect()
    }

    /// Every reply of two persons about two sessions.
    fn replies(persons: &[Id], sessions: &[Id]) -> Vec<Reply> {
        let mut replies = Vec::new();
        for which in 0..16 * 81_usize {
            let (named, to, mut excepts) = (which % 4, which / 4 % 4, which / 16);
            let mut reply = Reply {
                invitation: id("invitation"),
                attending: true,
                persons: some(persons, named),
                sessions: some(sessions, to),
                from: Presence::InPerson,
                place: None,
                except: Vec::new(),
                note: Text::default(),
            };
            for (person, session) in
                persons.iter().flat_map(|person| sessions.iter().map(move |to| (person, to)))
            {
                let attends = [None, Some(Attends::Not), Some(Attends::Remote)][excepts % 3];
                excepts /= 3;
                if let Some(attends) = attends
                    .filter(|_| reply.persons.contains(person) && reply.sessions.contains(session))
                {
                    let place = Name::parse("Vilnius").ok().filter(|_| attends == Attends::Remote);
                    let (person, session) = (person.clone(), session.clone());
                    reply.except.push(Except { person, session, attends, place });
                }
            }
            replies.push(reply);
        }
        replies
    }

    #[test]
    fn who_answers_for_himself_changes_nobody_elses_part() {
        let (persons, sessions) = ([id("anna"), id("bruno")], [id("first"), id("second")]);
        let [anna, bruno] = &persons;
        for reply in replies(&persons, &sessions) {
            for about in 0..4 {
                let about = some(&sessions, about);
                for (comes, after) in
                    [(true, reply.coming(anna, &about)), (false, reply.staying_away(anna, &about))]
                {
                    let world = format!("{reply:?}\nanna {comes} {about:?}\n{after:?}");
                    for session in &sessions {
                        let part = |reply: &Reply, person| {
                            reply.attends(person, session).map(|(from, at)| (from, at.cloned()))
                        };
                        assert_eq!(part(&reply, bruno), part(&after, bruno), "{world}");
                        if about.contains(session) {
                            assert_eq!(part(&after, anna).is_some(), comes, "{world}");
                        } else {
                            assert_eq!(part(&reply, anna), part(&after, anna), "{world}");
                        }
                    }
                    let fits = |except: &Except| {
                        after.persons.contains(&except.person)
                            && after.sessions.contains(&except.session)
                    };
                    assert!(after.except.iter().all(fits), "{world}");
                    let named = after.persons.iter().filter(|person| *person == anna).count();
                    assert!(named <= 1 && (named == 1 || !comes), "{world}");
                }
            }
        }
    }
}

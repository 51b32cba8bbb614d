//! The postman: makes the rounds, and carries what is due to a server, one message after the other.

use super::office::{Change, Queued, State};
use crate::house::House;
use exchange::mail::MailAddress;
use jiff::{Timestamp, ToSpan};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::Duration;

/// Takes messages to where they go on.
pub trait Carrier: Send {
    /// Hands a message over. Once this returns well, somebody else answers for it.
    ///
    /// # Errors
    /// [`NotCarried`] says why it was not taken.
    fn carry(&self, from: &MailAddress, to: &MailAddress, message: &[u8])
    -> Result<(), NotCarried>;
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct NotCarried {
    /// Whether it is this message that is refused, and to try again is of little use.
    pub for_good: bool,
    /// In the words of whoever did not take it.
    pub why: String,
}

/// How often a message is tried before it is given up: after three days or so.
const ATTEMPTS_MAX: u32 = 20;
/// How often one is that is refused for good: for two hours or so, for it may be the house that is
/// refused, and somebody about to put that right.
const REFUSALS_MAX: u32 = 8;
/// The longest pause between two attempts, in minutes.
const PAUSE_MINUTES_MAX: i64 = 6 * 60;
/// How much is kept of what a server says, in characters.
const WHY_CHARACTERS_MAX: usize = 200;
/// How often the postman looks what is due.
const EVERY: Duration = Duration::from_secs(1);

/// A thread that makes the rounds of a house and sends its mail, until this is dropped or the house
/// is gone. It is not waited for: what it was carrying just then is sent again.
pub struct Postman(Arc<(Mutex<bool>, Condvar)>);

impl Postman {
    /// Starts it. Without a carrier it makes the rounds, and nothing is sent.
    ///
    /// # Panics
    /// If the system starts no thread.
    pub fn start(house: &Arc<House>, carrier: Option<Box<dyn Carrier>>) -> Postman {
        let ended = Arc::new((Mutex::new(false), Condvar::new()));
        let (house, waits) = (Arc::downgrade(house), Arc::clone(&ended));
        std::thread::Builder::new()
            .name("postman".into())
            .spawn(move || {
                let mut complained = false;
                while let Some(made) = house.upgrade().map(|house| house.post_round()) {
                    let failed = made.inspect_err(|error| {
                        if !complained {
                            eprintln!("entente: no mail can be queued: {error}");
                        }
                    });
                    complained = failed.is_err();
                    if let Some(carrier) = &carrier {
                        deliver(&house, carrier.as_ref(), &waits.0);
                    }
                    let ended = waits.0.lock().unwrap_or_else(PoisonError::into_inner);
                    let waited = waits.1.wait_timeout_while(ended, EVERY, |ended| !*ended);
                    if *waited.unwrap_or_else(PoisonError::into_inner).0 {
                        break;
                    }
                }
            })
            .expect("the system starts one thread");
        Postman(ended)
    }
}

impl Drop for Postman {
    fn drop(&mut self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }
}

/// Carries what is due, until nothing is, or the server takes no more just now. The house is let go
/// while a server is talked to.
pub(super) fn deliver(house: &Weak<House>, carrier: &dyn Carrier, ended: &Mutex<bool>) {
    while !*ended.lock().unwrap_or_else(PoisonError::into_inner) {
        let due = house.upgrade().and_then(|house| {
            let from = house.mail()?.from.clone();
            let (name, queued) = house.due_mail()?;
            Some((from, name, queued))
        });
        let Some((from, name, queued)) = due else { return };
        let carried = carrier.carry(&from, &queued.to, queued.message.as_bytes());
        let stop = carried.as_ref().is_err_and(|error| !error.for_good);
        let Some(house) = house.upgrade() else { return };
        // What could not be marked is carried again: twice is better than never.
        if let Err(error) = house.mark_mail(&name, queued, carried) {
            eprintln!("entente: a message was carried and could not be marked: {error}");
            return;
        }
        if stop {
            return;
        }
    }
}

impl House {
    /// The message that has waited longest of those that are due.
    fn due_mail(&self) -> Option<(String, Queued)> {
        let now = self.now();
        let office = self.post.office();
        let due = |queued: &Queued| queued.state == State::Waiting && queued.due <= now;
        let mut waiting = office.outbox.iter().filter(|(_, queued)| due(queued));
        waiting.next().map(|(name, queued)| (name.clone(), queued.clone()))
    }

    /// Marks what became of a message.
    fn mark_mail(
        &self,
        name: &str,
        queued: Queued,
        carried: Result<(), NotCarried>,
    ) -> Result<(), record::StoreError> {
        let marked = after(queued, carried, self.now());
        self.post.office().change(vec![Change::Queue(name.to_owned(), Some(marked))])
    }
}

/// A message after an attempt to carry it.
fn after(mut queued: Queued, carried: Result<(), NotCarried>, now: Timestamp) -> Queued {
    queued.attempts += 1;
    match carried {
        Ok(()) => {
            queued.state = State::Sent;
            queued.why = None;
        }
        Err(NotCarried { for_good, why }) => {
            let plain = why.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
            queued.why = Some(plain.take(WHY_CHARACTERS_MAX).collect());
            if queued.attempts >= if for_good { REFUSALS_MAX } else { ATTEMPTS_MAX } {
                queued.state = State::Dead;
            } else {
                let pause = 1_i64.checked_shl(queued.attempts - 1).unwrap_or(i64::MAX);
                let pause = pause.min(PAUSE_MINUTES_MAX);
                queued.due = now.checked_add(pause.minutes()).unwrap_or(now);
            }
        }
    }
    queued
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::About;
    use coalition::Id;

    #[test]
    fn pauses_grow_and_end_and_a_message_is_given_up_after_days() {
        let start: Timestamp = "2026-01-10T08:00:00Z".parse().unwrap();
        let to = MailAddress::parse("a@example.org").unwrap();
        let person = Id::parse("anna").unwrap();
        let fresh = Queued::new(&person, &to, About::Notice, "message".into(), start);
        let busy = || Err(NotCarried { for_good: false, why: "450 later\r\nX: y".into() });
        let (mut queued, mut now, mut pauses) = (fresh.clone(), start, Vec::new());
        while queued.state == State::Waiting {
            queued = after(queued, busy(), now);
            pauses.push((queued.due.as_second() - now.as_second()) / 60);
            now = now.max(queued.due);
        }
        assert_eq!((queued.state, queued.attempts), (State::Dead, ATTEMPTS_MAX));
        assert_eq!(pauses[..10], [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]);
        let hours = (now.as_second() - start.as_second()) / 3600;
        assert!((48..96).contains(&hours), "given up after {hours} hours");
        assert_eq!(queued.why.as_deref(), Some("450 later  X: y"));
        let mut refused = fresh.clone();
        while refused.state == State::Waiting {
            let why = NotCarried { for_good: true, why: "550 nobody".into() };
            refused = after(refused, Err(why), start);
        }
        assert_eq!(refused.attempts, REFUSALS_MAX);
        assert_eq!(after(fresh, Ok(()), start).state, State::Sent);
    }
}

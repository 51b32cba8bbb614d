//! A round: what has happened since the last one, as far as each person may see it, becomes mail.

use super::Mail;
use super::letters::notice;
use super::office::{About, Change, Listed, Office, Queued, Rounds, Taken};
use super::topics::{Standpoint, Topic};
use crate::house::House;
use crate::pages::when;
use coalition::view::Leaf;
use coalition::{Act, Id, Leaves, View};
use exchange::calendar::{Between, Calendar, Entry, cancellation, entries, request};
use jiff::{Timestamp, ToSpan};
use record::StoreError;
use std::collections::BTreeSet;
use std::ops::Range;

/// How long before a meeting one is reminded of an invitation without an answer, in hours.
const REMIND_HOURS: [i64; 2] = [7 * 24, 24];

/// What a round knows of one person.
struct Reader<'a> {
    house: &'a House,
    office: &'a Office,
    mail: &'a Mail,
    person: &'a Id,
    listed: &'a Listed,
    /// The round, and the one before it.
    at: Timestamp,
    before: Timestamp,
}

impl House {
    /// The round to which a moment belongs: the minutes of rounds are those of the clock.
    pub(super) fn round_of(&self, now: Timestamp) -> Timestamp {
        let seconds = 60 * self.round_minutes();
        let since = now.as_second().rem_euclid(seconds);
        Timestamp::from_second(now.as_second() - since).unwrap_or(now)
    }

    /// Makes a round, if the next one is due: queues mail for what has happened since the last, and
    /// notes in the same transaction how far it has come. Gives how many messages it queued.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was queued, and the round is still due.
    pub fn post_round(&self) -> Result<usize, StoreError> {
        let Some(mail) = self.mail() else { return Ok(0) };
        let at = self.round_of(self.now());
        let leaves = self.leaves();
        let rounds = Rounds { size: leaves.size() as u64, at };
        let mut office = self.post.office();
        let Some(before) = office.rounds else {
            return office.change(vec![Change::Round(rounds)]).map(|()| 0);
        };
        if at <= before.at {
            return Ok(0);
        }
        let from = usize::try_from(before.size).unwrap_or(usize::MAX).min(leaves.size());
        // Where nothing was done, nothing is new but to who is; reminders come at full hours.
        let quiet = from == leaves.size() && hour_of(at) == hour_of(before.at);
        let fresh = |person: &Id| office.fresh.as_ref().is_none_or(|fresh| fresh.contains(person));
        let mut changes = Vec::new();
        for (person, listed) in office.book.iter().filter(|(_, listed)| listed.code.is_none()) {
            if quiet && !fresh(person) {
                continue;
            }
            let (house, office) = (self, &*office);
            let reader = Reader { house, office, mail, person, listed, at, before: before.at };
            let look = |view: &View| reader.changes(view, &leaves, from..leaves.size());
            #[cfg(feature = "leaks")]
            let told = crate::leaks::posting_as(self, person, look);
            #[cfg(not(feature = "leaks"))]
            let told = self.looking_as(person, look);
            changes.extend(told);
        }
        let queued = |change: &&Change| matches!(change, Change::Queue(_, Some(_)));
        let count = changes.iter().filter(queued).count();
        changes.extend(office.forget_old(at));
        changes.push(Change::Round(rounds));
        office.change(changes).map(|()| count)
    }
}

/// The full hour at or before a moment.
fn hour_of(moment: Timestamp) -> Timestamp {
    let since = moment.as_second().rem_euclid(3_600);
    Timestamp::from_second(moment.as_second() - since).unwrap_or(moment)
}

impl Reader<'_> {
    /// What the round comes to for one person. One message at most says that there is something; those
    /// for his calendar each say that, too, and carry one entry.
    fn changes(&self, view: &View, leaves: &Leaves, acts: Range<usize>) -> Vec<Change> {
        let Some(me) = view.viewer().seated() else {
            // What he had ends with his seat.
            let mut changes = self.invitations(&[]);
            changes.extend(self.office.forget_taken(self.person));
            changes.push(Change::List(self.person.clone(), None));
            return changes;
        };
        let standpoint = Standpoint::of(view, me);
        let mut changes = Vec::new();
        if self.listed.invitations {
            let calendar = Calendar { name: "", pages: Some(&self.mail.pages), taken: false };
            let mut asked = entries(view, &calendar);
            asked.retain(|entry| entry.stands && standpoint.is_asked(entry));
            changes.extend(self.invitations(&asked));
        }
        let wanted = |topic| self.listed.topics.contains(&topic);
        let mut acts = acts.filter_map(|place| act_at(view, leaves, place));
        let told = acts.any(|act| self.concerned(view, &standpoint, &act));
        if told || (wanted(Topic::Reminders) && me.role.acts() && self.reminded(&standpoint)) {
            let id = self.house.post.id(&["notice", self.person.as_str(), &self.at.to_string()]);
            #[cfg(feature = "leaks")]
            let id = crate::leaks::message_id(self.house, id);
            let message = notice(self.mail, &self.listed.address, None, &id, self.at);
            #[cfg(feature = "leaks")]
            let message = crate::leaks::message(self.house, view, message);
            changes.push(self.queue(About::Notice, &id, message));
        }
        changes
    }

    fn concerned(&self, view: &View, standpoint: &Standpoint<'_>, act: &Act) -> bool {
        let topic = view.get(&act.subject).and_then(|thing| standpoint.topic_of(act, thing));
        topic.is_some_and(|topic| self.listed.topics.contains(&topic))
    }

    /// Whether a reminder falls between the last round and this one.
    fn reminded(&self, standpoint: &Standpoint<'_>) -> bool {
        let mut open = standpoint.unanswered().filter(|(meeting, _)| meeting.stands());
        open.any(|(_, meeting)| {
            let Some(starts) = when::begins(meeting) else { return false };
            REMIND_HOURS.iter().any(|hours| {
                let due = starts.checked_sub(hours.hours());
                due.is_ok_and(|due| hour_of(self.before) < due && due <= hour_of(self.at))
            })
        })
    }

    /// What brings a person's calendar to these entries from what it was told before.
    fn invitations(&self, asked: &[Entry]) -> Vec<Change> {
        let between = Between { house: &self.mail.from, person: &self.listed.address };
        let mut changes = Vec::new();
        for entry in asked.iter().filter(|entry| entry.when.end() > self.at) {
            let uid = entry.uid();
            let key = (self.person.clone(), uid.clone());
            let known = self.office.taken.get(&key);
            let said = Some(entry.said());
            if known.is_some_and(|known| known.said == said) {
                continue;
            }
            let sequence = known.map_or(0, |known| known.sequence + 1);
            let calendar = request(entry, &between, sequence, self.at);
            changes.push(self.invite(("REQUEST", &calendar), &uid, sequence));
            let taken = Taken { sequence, said, times: entry.times(), ends: entry.when.end() };
            changes.push(Change::Take(key, Some(taken)));
        }
        let still: BTreeSet<String> = asked.iter().map(Entry::uid).collect();
        let own = self.office.taken.iter().filter(|((person, _), _)| person == self.person);
        for ((person, uid), taken) in own {
            if still.contains(uid) || taken.said.is_none() || taken.ends <= self.at {
                continue;
            }
            let sequence = taken.sequence + 1;
            let calendar = cancellation(uid, &taken.times, &between, sequence, self.at);
            changes.push(self.invite(("CANCEL", &calendar), uid, sequence));
            let taken = Taken { sequence, said: None, ..taken.clone() };
            changes.push(Change::Take((person.clone(), uid.clone()), Some(taken)));
        }
        changes
    }

    fn invite(&self, calendar: (&'static str, &str), uid: &str, sequence: u32) -> Change {
        let sequence = sequence.to_string();
        let to = self.listed.address.as_str();
        let id = self.house.post.id(&["invitation", self.person.as_str(), to, uid, &sequence]);
        let message = notice(self.mail, &self.listed.address, Some(calendar), &id, self.at);
        self.queue(About::Invitation, &id, message)
    }

    fn queue(&self, about: About, id: &str, message: String) -> Change {
        let queued = Queued::new(self.person, &self.listed.address, about, message, self.at);
        Change::Queue(queued.name(id), Some(queued))
    }
}

/// The act at a place of the record, as far as the view shows it.
fn act_at(view: &View, leaves: &Leaves, place: usize) -> Option<Act> {
    match view.leaf(leaves, place)? {
        Leaf::Act(bytes) => Act::decode(bytes).ok(),
        Leaf::Sealed => None,
    }
}

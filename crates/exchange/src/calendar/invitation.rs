//! Invitations that calendars take in from a mail (iTIP, RFC 5546): a request, and its cancellation.

use super::lines::{Lines, stamp};
use super::{Entry, begin};
use crate::mail::MailAddress;
use jiff::Timestamp;

/// Between whom an invitation passes.
#[derive(Clone, Copy, Debug)]
pub struct Between<'a> {
    /// The house's own address: it is called the organiser.
    pub house: &'a MailAddress,
    /// Whom it is for.
    pub person: &'a MailAddress,
}

impl Between<'_> {
    fn head(&self, lines: &mut Lines, uid: &str, sequence: u32, at: Timestamp) {
        lines.add("BEGIN", "VEVENT");
        lines.add("UID", uid);
        lines.add("DTSTAMP", &stamp(at));
        lines.add("SEQUENCE", &sequence.to_string());
        lines.add("ORGANIZER;CN=Entente", &format!("mailto:{}", self.house));
    }
}

/// Asks a calendar to take an entry in, or in the place of what it holds of it under a lower
/// `sequence`. It asks for no answer by mail, for nobody would read one: people answer in the house.
pub fn request(entry: &Entry, between: &Between<'_>, sequence: u32, at: Timestamp) -> String {
    let mut lines = Lines::default();
    begin(&mut lines, "REQUEST");
    between.head(&mut lines, &entry.uid(), sequence, at);
    lines.add(
        "ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;RSVP=FALSE",
        &format!("mailto:{}", between.person),
    );
    lines.0.push_str(&entry.said());
    lines.add("STATUS", entry.status);
    end(lines)
}

/// Asks a calendar to strike out what it holds under a `uid`. `times` are those of what it holds, as
/// [`Entry::times`] gave them: nothing is said but what was said before.
pub fn cancellation(
    uid: &str,
    times: &str,
    between: &Between<'_>,
    sequence: u32,
    at: Timestamp,
) -> String {
    let mut lines = Lines::default();
    begin(&mut lines, "CANCEL");
    between.head(&mut lines, uid, sequence, at);
    lines.add("ATTENDEE", &format!("mailto:{}", between.person));
    lines.0.push_str(times);
    lines.add("SUMMARY", "Called off");
    lines.add("STATUS", "CANCELLED");
    end(lines)
}

fn end(mut lines: Lines) -> String {
    lines.add("END", "VEVENT");
    lines.add("END", "VCALENDAR");
    lines.0
}

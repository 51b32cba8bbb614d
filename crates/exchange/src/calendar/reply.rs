//! A calendar's answer to an invitation (iTIP, RFC 5546, METHOD:REPLY), read from bytes that anybody
//! may have written. Who answers is never read from it: that is known by who brings it.

/// The longest answer taken, in bytes.
const BYTES_MAX: usize = 64 << 10;
/// How many events one answer may speak of.
const EVENTS_MAX: usize = 50;

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// He comes.
    Comes,
    /// He may come.
    MayCome,
    /// He does not come.
    StaysAway,
}

/// The answer to one invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// By what the calendar knows the meeting or the session: see [`super::uid`].
    pub uid: String,
    /// The answer.
    pub answer: Answer,
}

/// Why a file is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct NotAReply {
    /// The line at which it was noticed, counted from 1 as the file has them; 0 for the whole.
    pub line: usize,
    /// What is wrong, and what to do.
    pub why: &'static str,
}

/// A line of the file, unfolded: where it begins, its name in capitals, its parameters, its value.
struct Line<'t> {
    number: usize,
    name: String,
    parameters: Vec<(String, &'t str)>,
    value: &'t str,
}

/// What is known of an event so far.
#[derive(Default)]
struct Event {
    uid: Option<String>,
    answer: Option<Answer>,
}

/// Reads an answer: one or several events, of one attendee.
///
/// # Errors
/// [`NotAReply`] says in which line, and what is wrong.
pub fn read_reply(bytes: &[u8]) -> Result<Vec<Answered>, NotAReply> {
    let whole = |why| NotAReply { line: 0, why };
    if bytes.len() > BYTES_MAX {
        return Err(whole("the file is longer than 64 KiB: an answer is shorter"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| whole("the file is not UTF-8"))?;
    let mut answered = Vec::new();
    let mut within: Vec<String> = Vec::new();
    let mut method = None;
    let mut event = Event::default();
    for (number, line) in unfolded(text) {
        let line = parted(&line)
            .map(|(name, parameters, value)| Line { number, name, parameters, value })
            .ok_or(NotAReply { line: number, why: "this is no line of a calendar" })?;
        match (line.name.as_str(), within.len()) {
            ("BEGIN", depth) => open(&mut within, &line, depth)?,
            ("END", _) => {
                let closed = within.pop();
                if closed.as_deref() != Some(&line.value.to_ascii_uppercase()) {
                    return Err(line.wrong("what ends here did not begin"));
                }
                if within.len() == 1 && line.value.eq_ignore_ascii_case("VEVENT") {
                    answered.push(std::mem::take(&mut event).finished(&line)?);
                }
            }
            ("METHOD", 1) => method = Some(line.value.to_ascii_uppercase()),
            (_, 2) if within[1] == "VEVENT" => event.take(&line)?,
            _ => {}
        }
    }
    match (within.is_empty(), method.as_deref()) {
        (false, _) => Err(whole("the file breaks off")),
        (true, Some("REPLY")) if answered.len() > EVENTS_MAX => {
            Err(whole("an answer speaks of 50 events at most"))
        }
        (true, Some("REPLY")) if !answered.is_empty() => Ok(answered),
        (true, Some("REPLY")) => Err(whole("no event is answered")),
        (true, _) => Err(whole("this is no answer: its METHOD is not REPLY")),
    }
}

fn open(within: &mut Vec<String>, line: &Line<'_>, depth: usize) -> Result<(), NotAReply> {
    let name = line.value.to_ascii_uppercase();
    if (depth == 0) != (name == "VCALENDAR") {
        return Err(line.wrong("a calendar begins with BEGIN:VCALENDAR, once"));
    }
    if depth >= 4 {
        return Err(line.wrong("nothing lies so deep in an answer"));
    }
    within.push(name);
    Ok(())
}

impl Line<'_> {
    fn wrong(&self, why: &'static str) -> NotAReply {
        NotAReply { line: self.number, why }
    }
}

impl Event {
    fn take(&mut self, line: &Line<'_>) -> Result<(), NotAReply> {
        match line.name.as_str() {
            "UID" if self.uid.is_some() => Err(line.wrong("an event has one UID")),
            "UID" => {
                self.uid = Some(line.value.to_owned());
                Ok(())
            }
            "RECURRENCE-ID" | "RRULE" => {
                Err(line.wrong("no meeting of this house repeats under one entry"))
            }
            "ATTENDEE" if self.answer.is_some() => {
                Err(line.wrong("an answer is of one attendee; this event has two"))
            }
            "ATTENDEE" => {
                let status = line.parameters.iter().find(|(name, _)| name == "PARTSTAT");
                let status = status.map_or("", |(_, value)| value).to_ascii_uppercase();
                self.answer = Some(match status.as_str() {
                    "ACCEPTED" => Answer::Comes,
                    "TENTATIVE" => Answer::MayCome,
                    "DECLINED" => Answer::StaysAway,
                    _ => {
                        return Err(line.wrong(
                            "the attendee has not answered: his PARTSTAT is ACCEPTED, TENTATIVE or DECLINED",
                        ));
                    }
                });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn finished(self, line: &Line<'_>) -> Result<Answered, NotAReply> {
        let uid = self.uid.ok_or_else(|| line.wrong("this event has no UID"))?;
        let answer = self.answer.ok_or_else(|| line.wrong("this event has no ATTENDEE"))?;
        Ok(Answered { uid, answer })
    }
}

/// The lines of a text without their folds, each with its number.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(text.split('\n')) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, before))) => before.push_str(rest),
            _ if line.is_empty() => {}
            _ => lines.push((number, line.to_owned())),
        }
    }
    lines
}

type Parted<'t> = (String, Vec<(String, &'t str)>, &'t str);

/// A line's name, its parameters without their quotes, and its value.
fn parted(line: &str) -> Option<Parted<'_>> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let name_ends = line.find(|letter| !plain(letter)).filter(|ends| *ends > 0)?;
    let (name, mut rest) = line.split_at(name_ends);
    let mut parameters = Vec::new();
    while let Some(parameter) = rest.strip_prefix(';') {
        let (key, value) = parameter.split_once('=')?;
        if key.is_empty() || !key.chars().all(plain) {
            return None;
        }
        let (value, after) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => value.split_at(value.find([';', ':'])?),
        };
        parameters.push((key.to_ascii_uppercase(), value));
        rest = after;
    }
    Some((name.to_ascii_uppercase(), parameters, rest.strip_prefix(':')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(attendee: &str, more: &str) -> String {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:m-madrid@en\r\n tente\r\n{attendee}\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    }

    #[test]
    fn an_answer_is_read_whatever_stands_beside_it() {
        let cases = [
            ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.org", Answer::Comes),
            (
                "attendee;CN=\"Doe; John: x\";partstat=declined:mailto:a@example.org",
                Answer::StaysAway,
            ),
            ("ATTENDEE;PARTSTAT=\"TENTATIVE\";X-A=b:MAILTO:a@example.org", Answer::MayCome),
        ];
        for (attendee, answer) in cases {
            let more =
                "BEGIN:VALARM\r\nUID:other\r\nEND:VALARM\r\nCOMMENT:with: colons; and so\r\n";
            let read = read_reply(reply(attendee, more).as_bytes()).expect(attendee);
            assert_eq!(read, [Answered { uid: "m-madrid@entente".into(), answer }]);
            let bare = reply(attendee, more).replace("\r\n", "\n");
            assert_eq!(read_reply(bare.as_bytes()).expect("LF alone").len(), 1);
        }
    }

    #[test]
    fn what_is_no_answer_is_refused_with_its_line() {
        let fine = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.org";
        let cases: [(String, usize); 11] = [
            (String::new(), 0),
            ("nonsense".into(), 1),
            (reply(fine, "").replace("REPLY", "REQUEST"), 0),
            (reply(fine, "").replace("METHOD:REPLY\r\n", ""), 0),
            (reply("ATTENDEE:mailto:a@example.org", ""), 7),
            (reply(fine, "RECURRENCE-ID:20260101T000000Z\r\n"), 8),
            (reply(fine, "UID:second\r\n"), 8),
            (reply(fine, &format!("{fine}\r\n")), 8),
            (reply("", ""), 8),
            (reply(fine, "").replace("END:VCALENDAR\r\n", ""), 0),
            (reply(fine, "").replace("BEGIN:VEVENT", "BEGIN:VCALENDAR"), 4),
        ];
        for (text, line) in cases {
            let refused = read_reply(text.as_bytes()).expect_err(&text);
            assert_eq!(refused.line, line, "{refused}\n{text}");
        }
        assert!(read_reply(&[0xff; 10]).is_err() && read_reply(&[b'a'; BYTES_MAX + 1]).is_err());
    }

    #[test]
    fn no_bytes_make_the_reader_fail_otherwise_than_by_refusing() {
        let whole = reply("ATTENDEE;CN=\"a;b\";PARTSTAT=ACCEPTED:mailto:a@example.org", "");
        let pieces =
            [";", ":", "\"", "\r\n", "\n ", "=", "BEGIN:VEVENT\n", "END:VEVENT\n", "\u{2028}", "é"];
        // The last line may lack its end.
        for at in 0..whole.len() - 2 {
            let cut = read_reply(&whole.as_bytes()[..at]);
            assert!(cut.is_err(), "cut at {at}");
            for piece in pieces {
                let mut torn = whole.clone();
                torn.insert_str(at, piece);
                if let Ok(read) = read_reply(torn.as_bytes()) {
                    assert!(read.len() <= 2, "{torn}");
                }
            }
        }
    }
}

//! The words that all rooms share: where a thing is shown, who can see it, what an act did, when.

use crate::asking::Asking;
use crate::look::parts::{self, HistoryEntry, Moment, SeenBy, Tlp};
use crate::pages::when;
use coalition::act::{Act, Change};
use coalition::content::{Content, Kind, Step};
use coalition::decide;
use coalition::state::Status;
use coalition::text::Text;
use coalition::{Id, Label, Marking, Thing, View};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};

/// The label's badge.
pub(crate) fn tlp(label: Label) -> Tlp {
    match label {
        Label::Red => Tlp::Red,
        Label::AmberStrict => Tlp::AmberStrict,
        Label::Amber => Tlp::Amber,
        Label::Green => Tlp::Green,
        Label::Clear => Tlp::Clear,
    }
}

/// The address of the page where a thing is shown: its own, or that of what it is part of.
pub(crate) fn address(view: &View, thing: &Thing) -> String {
    let id = &thing.id;
    match &thing.content {
        Content::Coalition(_) => "/".into(),
        Content::Party(_) => format!("/parties/{id}"),
        Content::Person(_) => format!("/persons/{id}"),
        Content::Source(_) => format!("/sources/{id}"),
        Content::Circumstance(_) => format!("/circumstances/{id}"),
        Content::Resource(_) => format!("/resources/{id}"),
        Content::Seat(seat) => format!("/parties/{}#{id}", seat.party),
        Content::Need(_) => format!("/needs/{id}"),
        Content::Commitment(_) => format!("/commitments/{id}"),
        Content::Guarantee(_) => format!("/guarantees/{id}"),
        Content::Meeting(_) => format!("/meetings/{id}"),
        Content::Session(session) => format!("/meetings/{}#{id}", session.meeting),
        Content::Item(item) => match view.find::<coalition::content::Session>(&item.session) {
            Some((_, session)) => format!("/meetings/{}#{id}", session.meeting),
            None => "/meetings".into(),
        },
        Content::Invitation(invitation) => format!("/meetings/{}#{id}", invitation.meeting),
        Content::Reply(reply) => {
            match view.find::<coalition::content::Invitation>(&reply.invitation) {
                Some((_, invitation)) => format!("/meetings/{}#{id}", invitation.meeting),
                None => "/meetings".into(),
            }
        }
        Content::Outcome(outcome) => format!("/meetings/{}#{id}", outcome.meeting),
        Content::Undertaking(said) => format!("/meetings/{}#{id}", said.meeting),
        Content::Arrival(said) => format!("/meetings/{}/desk#{id}", said.meeting),
        Content::Custody(said) => format!("/meetings/{}/desk#{id}", said.meeting),
        Content::Floor(floor) => format!("/sessions/{}/live", floor.session),
        Content::Minutes(_) => format!("/minutes/{id}"),
        Content::ActionPoint(_) => format!("/action-points/{id}"),
        Content::Readout(_) => format!("/readouts/{id}"),
        Content::Document(_) => format!("/documents/{id}"),
        Content::Reading(reading) => format!("/documents/{}#{id}", reading.document),
        Content::Claim(claim) => format!("/sources/{}#{id}", claim.source),
        Content::PublishedAssessment(_) => format!("/assessments/{id}"),
        Content::Passkey(_) | Content::DirectoryAccount(_) => "/account".into(),
        Content::EnrolmentLink(_) | Content::Vouching(_) => "/people".into(),
    }
}

/// What a sentence calls a thing, even one that has no name of its own: "reply of Estonia".
pub(crate) fn title(view: &View, thing: &Thing) -> String {
    let name = |id: &Id| view.name_of(id);
    match &thing.content {
        Content::Commitment(commitment) => {
            let what = format!("{}, {}", name(&commitment.party), name(&commitment.resource));
            commitment.name.as_ref().map_or(what.clone(), |own| format!("{what}: {own}"))
        }
        Content::Need(need) => format!("{} of {}", name(&need.resource), name(&need.party)),
        Content::Seat(seat) => {
            format!("{} as {} for {}", name(&seat.person), seat.role.word(), name(&seat.party))
        }
        Content::Invitation(invitation) => {
            format!("{} to {}", name(&invitation.party), name(&invitation.meeting))
        }
        Content::Reply(reply) => {
            match view.find::<coalition::content::Invitation>(&reply.invitation) {
                Some((_, invitation)) => {
                    format!("{} on {}", name(&invitation.party), name(&invitation.meeting))
                }
                None => "reply".into(),
            }
        }
        Content::Outcome(outcome) => {
            format!("of {}", name(outcome.session.as_ref().unwrap_or(&outcome.meeting)))
        }
        Content::Undertaking(said) => {
            format!("of {} for {}", name(&said.person), name(&said.meeting))
        }
        Content::Arrival(said) => format!("{} at {}", name(&said.person), name(&said.meeting)),
        Content::Custody(said) => {
            format!("no. {}: {} of {}", said.number, said.device, name(&said.person))
        }
        Content::Floor(floor) => format!("of {}", name(&floor.session)),
        Content::Minutes(said) => format!("minutes of {}", name(&said.session)),
        Content::ActionPoint(said) => format!("{}: {}", name(&said.party), shortened(&said.text)),
        Content::Reading(reading) => format!("of {}", name(&reading.document)),
        Content::Claim(claim) => format!("{} on {}", name(&claim.source), claim.point),
        Content::EnrolmentLink(link) => format!("enrolment link for {}", name(&link.person)),
        Content::Vouching(vouching) => format!("vouching for {}", name(&vouching.person)),
        content => content.title().to_owned(),
    }
}

/// How many characters of a text stand for the whole, where there is little room.
const SHORT_CHARACTERS: usize = 80;

/// The beginning of a text, in one line.
pub(crate) fn shortened(text: &Text) -> String {
    let line = text.as_str().lines().next().unwrap_or_default();
    match line.char_indices().nth(SHORT_CHARACTERS) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

/// A link to a thing by its title; its id where it is not in the view.
pub(crate) fn link(view: &View, id: &Id) -> Markup {
    match view.get(id) {
        Some(thing) => html! { a href=(address(view, thing)) { (title(view, thing)) } },
        None => html! { span.quiet { (id) } },
    }
}

/// Who can see what bears a marking, in a sentence without its subject: "everyone with a seat, of
/// any standing".
pub(crate) fn audience(view: &View, marking: &Marking, origin: Option<&Id>) -> String {
    let named = |ids: &[Id]| ids.iter().map(|id| view.name_of(id)).collect::<Vec<_>>();
    let origin = origin.map(|id| view.name_of(id));
    match marking.label {
        Label::Clear => "everyone, signed in or not".into(),
        Label::Green => "everyone with a seat, of any standing".into(),
        Label::Amber => {
            let mut who = vec!["persons seated by leads and members".to_owned()];
            who.extend(origin.map(|origin| format!("the delegation it comes from ({origin})")));
            who.extend(named(&marking.parties));
            listed(&who)
        }
        Label::AmberStrict => {
            let mut who: Vec<String> = origin
                .map(|origin| format!("the delegation it comes from ({origin})"))
                .into_iter()
                .collect();
            who.extend(named(&marking.parties));
            if who.is_empty() { "the delegation it comes from".into() } else { listed(&who) }
        }
        Label::Red => {
            let mut who = vec!["its author".to_owned()];
            who.extend(named(&marking.persons));
            who.push("whoever is credentialed for the session in which it was given".into());
            listed(&who)
        }
    }
}

/// "a, b and c".
pub(crate) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Who can see a thing, in a sentence without its subject: by its label, by what it is, and by when it
/// is.
pub(crate) fn who_sees(view: &View, thing: &Thing) -> String {
    let origin = thing.author.party.as_ref();
    let labelled = audience(view, &thing.marking, origin);
    match &thing.content {
        Content::ActionPoint(said) => match &said.person {
            Some(person) => format!("{labelled}; and {}, whose it is", view.name_of(person)),
            None => format!("{labelled}; and {}, whose it is", view.name_of(&said.party)),
        },
        Content::Readout(said) if !said.published => {
            let Marking { label, parties, persons } = &thing.marking;
            let mut now = vec!["its author".to_owned()];
            if *label != Label::Red {
                now.extend(origin.map(|id| view.name_of(id)));
                now.extend(parties.iter().map(|id| view.name_of(id)));
            }
            now.extend(persons.iter().map(|id| view.name_of(id)));
            let moment = said.at.map(moment_words).unwrap_or_default();
            format!("until {moment}, {}; from then on, {labelled}", listed(&now))
        }
        _ => labelled,
    }
}

/// The box that says who can see a thing.
pub(crate) fn seen_by(view: &View, thing: &Thing) -> Markup {
    let who = who_sees(view, thing);
    let narrowed = if thing.references().is_empty() {
        ""
    } else {
        ", as far as they may also see what it names"
    };
    parts::seen_by(&SeenBy {
        label: tlp(thing.marking.label),
        sentence: &format!("{}{}{narrowed}.", who[..1].to_uppercase(), &who[1..]),
        audience: &[],
        before_saving: false,
    })
}

/// What stands beside a thing on its page: who can see it, and what was done to it.
pub(crate) fn seen_and_done(asking: &Asking, thing: &Thing) -> Markup {
    html! {
        (seen_by(&asking.view, thing))
        section.panel { h2 { "History" } (history(asking, thing)) }
    }
}

/// What can be done to a thing, as links to the forms. Empty where nothing can.
pub(crate) fn changes(asking: &Asking, thing: &Thing) -> Markup {
    html! {
        @for verb in decide::offers(&asking.view, thing) {
            @match (&thing.content, verb) {
                (Content::Minutes(said), "amend") => {
                    a.button href={ "/sessions/" (said.session) "/minutes" } { "Correct" }
                }
                _ => { a.button href={ "/change/" (verb) "/" (thing.id) } { (verb_of(thing.content.kind(), verb)) } }
            }
        }
    }
}

/// A link to the form that makes a thing of a kind, with some of its fields filled in; nothing
/// where the asker may not.
pub(crate) fn offer_new(
    asking: &Asking,
    kind: Kind,
    words: &str,
    filled: &[(&str, &Id)],
) -> Markup {
    let query =
        filled.iter().map(|(field, id)| format!("{field}={id}")).collect::<Vec<_>>().join("&");
    let address = if query.is_empty() {
        format!("/new/{}", kind.key())
    } else {
        format!("/new/{}?{query}", kind.key())
    };
    html! {
        @if decide::offers_new(&asking.view, kind) { a.button href=(address) { (words) } }
    }
}

/// What a button calls a verb, where it is done to a thing of this kind.
pub(crate) fn verb_of(kind: Kind, verb: &str) -> &'static str {
    match (kind, verb) {
        (Kind::Meeting, "suspend") => "Put off without a date",
        (Kind::Meeting, "withdraw") => "Call off",
        (Kind::Custody, "withdraw") => "Give back",
        _ => verb_words(verb),
    }
}

/// What a button calls a verb.
pub(crate) fn verb_words(verb: &str) -> &'static str {
    match verb {
        "amend" => "Amend",
        "advance" => "Record progress",
        "postpone" => "Postpone",
        "suspend" => "Suspend",
        "resume" => "Resume",
        "withdraw" => "Withdraw",
        "relabel" => "Change label",
        "close" => "Close the room",
        "reopen" => "Reopen the room",
        _ => "Change",
    }
}

/// What an act did, in a few words: "amended the commitment".
pub(crate) fn deed(kind: Kind, change: &Change) -> String {
    let word = kind.word();
    match change {
        Change::Create { .. } => match kind {
            Kind::Coalition => "founded the coalition".into(),
            Kind::Party => "admitted the party".into(),
            Kind::Person => "entered the person".into(),
            Kind::Seat => "gave the seat".into(),
            Kind::Meeting => "called the meeting".into(),
            Kind::Invitation => "sent the invitation".into(),
            Kind::Reply => "replied".into(),
            Kind::Undertaking => "signed the undertaking".into(),
            Kind::Arrival => "let the person in".into(),
            Kind::Custody => "took the device into custody".into(),
            Kind::Floor => "opened the floor".into(),
            Kind::Minutes => "recorded the minutes".into(),
            Kind::ActionPoint => "noted the action point".into(),
            Kind::Readout => "gave the readout".into(),
            Kind::Document => "gave the document".into(),
            Kind::Reading => "read the document".into(),
            Kind::Commitment => "made the commitment".into(),
            Kind::PublishedAssessment => "released the assessment".into(),
            Kind::Passkey => "enrolled the passkey".into(),
            Kind::DirectoryAccount => "connected the directory account".into(),
            Kind::EnrolmentLink => "handed out an enrolment link".into(),
            Kind::Vouching => "vouched for the person".into(),
            _ => format!("stated the {word}"),
        },
        Change::Amend { content: Content::EnrolmentLink(_) } => "used the enrolment link".into(),
        Change::Amend { .. } => format!("amended the {word}"),
        Change::Advance { stage } => {
            format!("moved the {word} to the stage \u{201c}{}\u{201d}", stage.word())
        }
        // The act is its meeting's, and its day is the meeting's new one.
        Change::Postpone { .. } if kind == Kind::Session => {
            "moved the session with its meeting".into()
        }
        Change::Postpone { starts, .. } => {
            format!("postponed the meeting to {}", when::begin_words(*starts))
        }
        Change::Suspend { .. } if kind == Kind::Meeting => "put the meeting off".into(),
        Change::Suspend { .. } => format!("suspended the {word}"),
        Change::Resume { .. } => format!("resumed the {word}"),
        Change::Withdraw { .. } => match kind {
            Kind::Party => "recorded that the party left".into(),
            Kind::Seat => "ended the seat".into(),
            Kind::Meeting => "called the meeting off".into(),
            Kind::Passkey => "revoked the passkey".into(),
            Kind::DirectoryAccount => "disconnected the directory account".into(),
            Kind::Arrival => "noted that the person left".into(),
            Kind::Custody => "gave the device back".into(),
            _ => format!("withdrew the {word}"),
        },
        Change::Relabel { marking } => {
            format!("labelled the {word} TLP:{}", marking.label.as_str())
        }
        Change::Close { .. } => "closed the room".into(),
        Change::Reopen { .. } => "reopened the room".into(),
        Change::Publish {} => format!("published the {word}"),
        Change::Attach { version } => format!("added the version \u{201c}{}\u{201d}", version.name),
        Change::Destroy { .. } => "destroyed the content of a version".into(),
        Change::Proceed { step } => step_words(step).into(),
    }
}

/// What happened on a floor, in a few words.
pub(crate) fn step_words(step: &Step) -> &'static str {
    match step {
        Step::Begin {} => "began the session",
        Step::Pause {} => "paused the session",
        Step::GoOn {} => "went on after the pause",
        Step::Adjourn {} => "ended the session",
        Step::Turn { item: Some(_) } => "turned to an item",
        Step::Turn { item: None } => "left the item",
        Step::Ask { .. } => "asked for the floor",
        Step::Retract { .. } => "took a request for the floor back",
        Step::Give { .. } => "gave the floor",
        Step::Call { .. } => "called a delegation to the floor",
        Step::Yield {} => "ended the intervention",
        Step::Undo { .. } => "took the chair's last step back",
    }
}

/// Why an act was done, if it says.
pub(crate) fn reason(change: &Change) -> &str {
    match change {
        Change::Suspend { reason }
        | Change::Resume { reason }
        | Change::Postpone { reason, .. }
        | Change::Withdraw { reason }
        | Change::Close { reason }
        | Change::Reopen { reason }
        | Change::Destroy { reason, .. } => reason.as_str(),
        Change::Create { .. }
        | Change::Amend { .. }
        | Change::Advance { .. }
        | Change::Relabel { .. }
        | Change::Publish {}
        | Change::Attach { .. }
        | Change::Proceed { .. } => "",
    }
}

/// Who did an act: the person and his party, as far as the viewer may know them.
pub(crate) fn author(view: &View, act: &Act) -> String {
    let known = |id: &Option<Id>| {
        id.as_ref().and_then(|id| view.get(id)).map(|thing| thing.content.title().to_owned())
    };
    match (known(&act.by.person), known(&act.by.party)) {
        (Some(person), Some(party)) => format!("{person} ({party})"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) if act.by.person.is_none() => "the house".into(),
        (None, None) => "somebody with a seat".into(),
    }
}

/// The history of a thing, the newest act first, each linked to its leaf in the record.
pub(crate) fn history(asking: &Asking, thing: &Thing) -> Markup {
    let leaves = asking.leaves();
    let acts: Vec<_> = asking.view.history(&leaves, thing).collect();
    let told: Vec<_> = acts
        .iter()
        .rev()
        .map(|(position, act)| {
            (position, act, author(&asking.view, act), act.at.to_string(), moment_words(act.at))
        })
        .collect();
    let entries: Vec<HistoryEntry<'_>> = told
        .iter()
        .map(|(position, act, who, machine, words)| HistoryEntry {
            when: Moment { machine, here: words, utc: "", relative: false },
            who,
            what: html! {
                a href={ "/record/" (position) } { (deed(thing.content.kind(), &act.change)) }
                @if !reason(&act.change).is_empty() { ": " (reason(&act.change)) }
            },
            label: None,
        })
        .collect();
    parts::history(&entries)
}

/// A sentence for a thing that does not stand; nothing for one that does.
pub(crate) fn status(thing: &Thing) -> Markup {
    let meets = thing.content.kind() == Kind::Meeting;
    let (word, reason) = match &thing.status {
        Status::Standing => return html! {},
        Status::Suspended(reason) if meets => ("Postponed", reason),
        Status::Withdrawn(reason) if meets => ("Called off", reason),
        Status::Suspended(reason) => ("Suspended", reason),
        Status::Withdrawn(reason) => ("Withdrawn", reason),
    };
    html! {
        p.status-note { strong { (word) } @if !reason.is_empty() { ": " (reason) } }
    }
}

/// A moment of the record, in UTC: "26 November 2025, 09:00 UTC".
pub(crate) fn moment_words(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// A text with its line breaks, as paragraphs.
pub(crate) fn paragraphs(text: &str) -> Markup {
    html! {
        @for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
            p {
                @for (place, line) in paragraph.lines().enumerate() {
                    @if place > 0 { br; }
                    (line)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::time::PartialTime;

    #[test]
    fn where_a_meeting_was_postponed_to_is_said_in_words_and_of_its_sessions_that_they_moved_with_it()
     {
        let to = |starts| Change::Postpone {
            starts: PartialTime::parse(starts).unwrap(),
            ends: None,
            reason: Text::default(),
        };
        for (kind, starts, told) in [
            (
                Kind::Meeting,
                "2027-04-04T01:00",
                "postponed the meeting to Sunday 4 April 2027, 01:00",
            ),
            (Kind::Meeting, "2027-04-04", "postponed the meeting to Sunday 4 April 2027"),
            (Kind::Meeting, "2027-04", "postponed the meeting to April 2027"),
            (Kind::Session, "2027-04-04T01:00", "moved the session with its meeting"),
        ] {
            assert_eq!(deed(kind, &to(starts)), told);
        }
    }
}

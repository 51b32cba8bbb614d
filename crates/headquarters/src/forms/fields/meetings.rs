//! Meetings, their parts, who is invited, who comes, and what came of it.

use super::{Field, NOTE, Sort, needed, optional};
use coalition::Kind;
use coalition::content::{Attribution, Devices, Form, Level, Presence};

const MINUTES: Field =
    optional("minutes", "Minutes allotted", Sort::Whole { least: 1, most: 1_440 });
const PLACE: Field =
    optional("place", "Place in the order", Sort::Whole { least: 0, most: 10_000 })
        .hint("Smaller comes first, where times do not tell.");
const MEETING_OF: Field = needed("meeting", "Meeting", Sort::One(&[Kind::Meeting]));

pub(super) const MEETING: &[Field] = &[
    needed("title", "Title", Sort::Name),
    needed("level", "Level", Sort::Choice(levels)).start("officials"),
    needed("form", "Form", Sort::Choice(forms)).start("in_person"),
    optional("host", "Host", Sort::One(&[Kind::Party])),
    optional("places", "Places", Sort::Lines)
        .hint("One a line; several when hybrid. For a link, say where it is found."),
    needed("zone", "Time zone", Sort::Name)
        .start("UTC")
        .hint("An IANA zone such as Europe/Madrid: all its times are in it."),
    optional("starts", "Starts", Sort::Time)
        .hint("As far as it is known: 2025-11-04T09:00, 2025-11-04 or 2025-11."),
    optional("ends", "Ends", Sort::Time).hint("As far as it is known: 2025-11-04T15:30."),
    needed("rules", "Rules", Sort::Group(RULES)),
    optional("series", "Series", Sort::Name).hint("If it is one of several."),
    NOTE,
];

const RULES: &[Field] = &[
    needed("devices", "Devices", Sort::Choice(devices)).start("kept"),
    needed("undertaking", "An undertaking not to disclose is asked for", Sort::Yes),
    needed("attribution", "What may be said of who said what", Sort::Choice(attributions))
        .start("chatham_house"),
];

pub(super) const SESSION: &[Field] = &[
    MEETING_OF,
    needed("title", "Title", Sort::Name),
    needed("closed", "Closed: only those credentialed may be in the room", Sort::Yes),
    optional("starts", "Starts", Sort::Time).hint("In the meeting's time zone: 2025-11-04T09:00."),
    MINUTES,
    PLACE,
    NOTE,
];

pub(super) const ITEM: &[Field] = &[
    needed("session", "Session", Sort::One(&[Kind::Session])),
    needed("title", "Title", Sort::Name),
    PLACE,
    MINUTES,
    optional("speaker", "Speaker", Sort::Name).hint("In words: the chair, the host's minister."),
    optional("speaker_party", "Speaks for", Sort::One(&[Kind::Party])),
    NOTE,
];

pub(super) const INVITATION: &[Field] = &[
    MEETING_OF,
    needed("party", "Party", Sort::One(&[Kind::Party])),
    optional("sessions", "Sessions", Sort::Several(Kind::Session)).hint("None ticked means all."),
    optional("seats", "Seats", Sort::Whole { least: 0, most: 10_000 })
        .hint("How many may come. Left empty, no limit is set."),
    NOTE,
];

pub(super) const REPLY: &[Field] = &[
    needed("invitation", "Invitation", Sort::One(&[Kind::Invitation])),
    needed("attending", "The delegation comes", Sort::Yes),
    optional("persons", "Who comes", Sort::Several(Kind::Person)),
    optional("sessions", "To which sessions", Sort::Several(Kind::Session))
        .hint("The persons ticked are credentialed for the sessions ticked."),
    needed("from", "They take part", Sort::Choice(presences)).start("in_person"),
    optional("place", "Place they join from", Sort::Name).hint("When remote."),
    NOTE,
];

pub(super) const OUTCOME: &[Field] = &[
    MEETING_OF,
    optional("session", "Session", Sort::One(&[Kind::Session]))
        .hint("Left empty, it is the outcome of the whole meeting."),
    needed("text", "Outcome", Sort::Text),
];

fn levels() -> Vec<(&'static str, &'static str)> {
    Level::ALL.iter().map(|case| (case.key(), case.words())).collect()
}

fn forms() -> Vec<(&'static str, &'static str)> {
    Form::ALL.iter().map(|case| (case.key(), case.words())).collect()
}

fn devices() -> Vec<(&'static str, &'static str)> {
    Devices::ALL.iter().map(|case| (case.key(), case.words())).collect()
}

fn attributions() -> Vec<(&'static str, &'static str)> {
    Attribution::ALL.iter().map(|case| (case.key(), case.words())).collect()
}

fn presences() -> Vec<(&'static str, &'static str)> {
    Presence::ALL.iter().map(|case| (case.key(), case.words())).collect()
}

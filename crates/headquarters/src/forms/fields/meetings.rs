//! Meetings, their parts, who is invited, who comes, and what came of it.

use super::{Field, NOTE, Sort, needed, optional};
use coalition::Kind;
use coalition::content::{Attends, Attribution, Devices, Form, Level, Presence};

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
    optional("chair", "In the chair", Sort::One(&[Kind::Person]))
        .hint("Closes the room and gives the floor, beside those who run the meeting."),
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
    optional("sessions", "Sessions", Sort::Several(Kind::Session)).hint(
        "None ticked means all that the delegation can see. It sees those ticked, whatever their label; who must not know of one part is not shown an invitation that names it.",
    ),
    optional("seats", "Seats", Sort::Whole { least: 0, most: 10_000 })
        .hint("How many may come. Left empty, no limit is set."),
    optional("seats_in", "Seats in one session", Sort::Rows(SEATS_IN))
        .hint("Where there are fewer than that."),
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
    optional("except", "Except", Sort::Rows(EXCEPT))
        .hint("Who takes part in one session otherwise than that, or not at all."),
    NOTE,
];

const SEATS_IN: &[Field] = &[
    needed("session", "Session", Sort::One(&[Kind::Session])),
    needed("seats", "Seats", Sort::Whole { least: 0, most: 10_000 }),
];

const EXCEPT: &[Field] = &[
    needed("person", "Who", Sort::One(&[Kind::Person])),
    needed("session", "In which session", Sort::One(&[Kind::Session])),
    needed("attends", "Takes part", Sort::Choice(attends)).start("in_person"),
    optional("place", "From where", Sort::Name),
];

pub(super) const UNDERTAKING: &[Field] = &[
    MEETING_OF,
    needed("person", "Who undertakes it", Sort::One(&[Kind::Person])),
    needed("text", "What is undertaken", Sort::Text),
];

pub(super) const ARRIVAL: &[Field] = &[
    MEETING_OF,
    needed("person", "Who came", Sort::One(&[Kind::Person])),
    optional("place", "Door", Sort::Name),
    optional("noted", "Noted at", Sort::Moment)
        .hint("When the desk noted it, if the house heard of it later: 2025-11-04T08:12:00Z."),
];

pub(super) const CUSTODY: &[Field] = &[
    MEETING_OF,
    needed("person", "Whose device", Sort::One(&[Kind::Person])),
    needed("device", "Device", Sort::Name).start("phone"),
];

pub(super) const FLOOR: &[Field] = &[
    needed("session", "Session", Sort::One(&[Kind::Session])),
    optional("seconds", "Seconds for one intervention", Sort::Whole { least: 1, most: 86_400 })
        .hint("Left empty, it lasts as long as it takes."),
    optional("minutes_each", "Minutes for each delegation", Sort::Whole { least: 0, most: 1_440 })
        .hint("In all, over the session. Left empty, no limit is set."),
    optional("budgets", "Delegations with a time of their own", Sort::Rows(BUDGET)),
];

const BUDGET: &[Field] = &[
    needed("party", "Delegation", Sort::One(&[Kind::Party])),
    needed("minutes", "Minutes", Sort::Whole { least: 0, most: 1_440 }),
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

fn attends() -> Vec<(&'static str, &'static str)> {
    Attends::ALL.iter().map(|case| (case.key(), case.words())).collect()
}

//! Which acts concern a person, as far as he may see them.

use coalition::content::{Invitation, Meeting, Reply, Session};
use coalition::label::Seated;
use coalition::{Act, Content, Id, Kind, Leaves, Thing, View};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Of what somebody can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Topic {
    /// What his delegation is invited to, and where it has named him.
    Invitations,
    /// Changes to meetings to which his delegation is invited, or which it runs.
    Meetings,
    /// What others answer to meetings that his delegation runs.
    Replies,
    /// What others record of his delegation's commitments and needs.
    Delegation,
    /// What his delegation is to do after a meeting.
    Tasks,
    /// His own seat, passkeys and enrolment links.
    Account,
    /// That an invitation waits for an answer, and the day comes near.
    Reminders,
}

impl Topic {
    /// All topics, in the order of a form.
    pub(crate) const ALL: &[Topic] = &[
        Topic::Invitations,
        Topic::Meetings,
        Topic::Replies,
        Topic::Delegation,
        Topic::Tasks,
        Topic::Account,
        Topic::Reminders,
    ];

    /// As forms spell it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Topic::Invitations => "invitations",
            Topic::Meetings => "meetings",
            Topic::Replies => "replies",
            Topic::Delegation => "delegation",
            Topic::Tasks => "tasks",
            Topic::Account => "account",
            Topic::Reminders => "reminders",
        }
    }

    /// As a page says it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Topic::Invitations => "Invitations to your delegation, and replies that name you",
            Topic::Meetings => "Changes to meetings that your delegation is invited to, or runs",
            Topic::Replies => "Answers to meetings that your delegation runs",
            Topic::Delegation => "What others record of your delegation's commitments and needs",
            Topic::Tasks => "What your delegation is to do after a meeting",
            Topic::Account => "Your seat, your passkeys and links by which to enrol one",
            Topic::Reminders => "Invitations without an answer, a week and a day before",
        }
    }
}

/// The kinds of things of which somebody can be told.
const KINDS: [Kind; 13] = [
    Kind::Seat,
    Kind::Need,
    Kind::Commitment,
    Kind::Meeting,
    Kind::Session,
    Kind::Item,
    Kind::Invitation,
    Kind::Reply,
    Kind::Outcome,
    Kind::ActionPoint,
    Kind::Vouching,
    Kind::EnrolmentLink,
    Kind::Passkey,
];

/// Why an act on a thing of the view concerns a person, if it does. What he did himself does not.
pub(super) fn topic_of(view: &View, me: &Seated, act: &Act, thing: &Thing) -> Option<Topic> {
    if act.by.person.as_ref() == Some(&me.person) {
        return None;
    }
    let about_meeting = |meeting: &Id| takes_part(view, me, meeting).then_some(Topic::Meetings);
    match &thing.content {
        Content::Seat(seat) if seat.person == me.person => Some(Topic::Account),
        Content::Vouching(said) if said.person == me.person => Some(Topic::Account),
        Content::EnrolmentLink(link) if link.person == me.person => Some(Topic::Account),
        Content::Passkey(passkey) if passkey.person == me.person => Some(Topic::Account),
        Content::Need(need) if need.party == me.party => Some(Topic::Delegation),
        Content::Commitment(said) if said.party == me.party => Some(Topic::Delegation),
        Content::ActionPoint(point) if point.party == me.party => {
            point.person.as_ref().is_none_or(|person| *person == me.person).then_some(Topic::Tasks)
        }
        Content::Invitation(said) if said.party == me.party => Some(Topic::Invitations),
        Content::Reply(reply) => {
            let (_, invitation) = view.find::<Invitation>(&reply.invitation)?;
            if invitation.party == me.party {
                return reply.persons.contains(&me.person).then_some(Topic::Invitations);
            }
            runs(view, me, &invitation.meeting).then_some(Topic::Replies)
        }
        Content::Meeting(_) => about_meeting(&thing.id),
        Content::Session(session) => about_meeting(&session.meeting),
        Content::Item(item) => about_meeting(&view.find::<Session>(&item.session)?.1.meeting),
        Content::Outcome(outcome) => about_meeting(&outcome.meeting),
        _ => None,
    }
}

fn runs(view: &View, me: &Seated, meeting: &Id) -> bool {
    view.find::<Meeting>(meeting).is_some_and(|(thing, said)| {
        thing.author.party.as_ref() == Some(&me.party) || said.host.as_ref() == Some(&me.party)
    })
}

fn takes_part(view: &View, me: &Seated, meeting: &Id) -> bool {
    let invited = |said: &Invitation| said.meeting == *meeting && said.party == me.party;
    runs(view, me, meeting) || view.standing::<Invitation>().any(|(_, said)| invited(said))
}

/// The standing invitation of a person's delegation to a meeting, and to this session of it, if one
/// is meant; with the standing reply to it.
pub(super) fn invited<'v>(
    view: &'v View,
    me: &Seated,
    meeting: &Id,
    session: Option<&Id>,
) -> Option<Option<&'v Reply>> {
    let mut own = view.standing::<Invitation>().filter(|(_, said)| {
        let to_it = |id: &Id| said.sessions.is_empty() || said.sessions.contains(id);
        said.party == me.party && said.meeting == *meeting && session.is_none_or(to_it)
    });
    let (thing, _) = own.next()?;
    let reply = view.standing::<Reply>().find(|(_, reply)| reply.invitation == thing.id);
    Some(reply.map(|(_, reply)| reply))
}

/// Something that concerns a person.
pub(crate) struct News<'v> {
    /// Where the act is in the record.
    pub(crate) position: u32,
    /// The act.
    pub(crate) act: Act,
    /// What it is about.
    pub(crate) thing: &'v Thing,
}

/// What has concerned a person since a moment, the newest first.
pub(crate) fn news<'v>(
    view: &'v View,
    leaves: &Leaves,
    me: &Seated,
    since: Timestamp,
) -> Vec<News<'v>> {
    let changed = KINDS.iter().flat_map(|kind| view.of_kind(*kind));
    let mut news = Vec::new();
    for thing in changed.filter(|thing| thing.changed >= since) {
        for (position, act) in view.history(leaves, thing).filter(|(_, act)| act.at >= since) {
            if topic_of(view, me, &act, thing).is_some() {
                news.push(News { position, act, thing });
            }
        }
    }
    news.sort_by_key(|one| std::cmp::Reverse((one.act.at, one.position)));
    news
}

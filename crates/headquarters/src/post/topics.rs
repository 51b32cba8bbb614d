//! Which acts concern a person, as far as he may see them.

use coalition::content::{Invitation, Meeting, Reply, Session};
use coalition::label::Seated;
use coalition::{Act, Content, Id, Kind, Leaves, Thing, View};
use exchange::calendar::Entry;
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
            Topic::Meetings => {
                "Meetings that your delegation is invited to or runs: changes, documents"
            }
            Topic::Replies => "Answers to meetings that your delegation runs",
            Topic::Delegation => "What others record of your delegation's commitments and needs",
            Topic::Tasks => "What your delegation is to do after a meeting",
            Topic::Account => "Your seat, your passkeys and links by which to enrol one",
            Topic::Reminders => "Invitations without an answer, a week and a day before",
        }
    }
}

/// The kinds of things of which somebody can be told.
const KINDS: [Kind; 14] = [
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
    Kind::Document,
    Kind::Vouching,
    Kind::EnrolmentLink,
    Kind::Passkey,
];

/// A standing invitation of a person's own delegation, with the standing reply to it.
struct Invited<'v> {
    thing: &'v Thing,
    invitation: &'v Invitation,
    reply: Option<&'v Reply>,
}

/// A person before his view, with what his delegation is invited to: looked up once, and asked for
/// every act.
pub(super) struct Standpoint<'v> {
    view: &'v View,
    me: &'v Seated,
    invited: Vec<Invited<'v>>,
}

impl<'v> Standpoint<'v> {
    pub(super) fn of(view: &'v View, me: &'v Seated) -> Standpoint<'v> {
        let own = view.standing::<Invitation>().filter(|(_, said)| said.party == me.party);
        let mut invited: Vec<Invited<'v>> =
            own.map(|(thing, invitation)| Invited { thing, invitation, reply: None }).collect();
        if !invited.is_empty() {
            for (_, reply) in view.standing::<Reply>() {
                let to = invited.iter_mut().find(|one| one.thing.id == reply.invitation);
                if let Some(one) = to.filter(|one| one.reply.is_none()) {
                    one.reply = Some(reply);
                }
            }
        }
        Standpoint { view, me, invited }
    }

    /// Why an act on a thing of the view concerns the person, if it does. What he did himself does
    /// not.
    pub(super) fn topic_of(&self, act: &Act, thing: &Thing) -> Option<Topic> {
        let (view, me) = (self.view, self.me);
        if act.by.person.as_ref() == Some(&me.person) {
            return None;
        }
        let about = |meeting: &Id| self.takes_part(meeting).then_some(Topic::Meetings);
        match &thing.content {
            Content::Seat(seat) if seat.person == me.person => Some(Topic::Account),
            Content::Vouching(said) if said.person == me.person => Some(Topic::Account),
            Content::EnrolmentLink(link) if link.person == me.person => Some(Topic::Account),
            Content::Passkey(passkey) if passkey.person == me.person => Some(Topic::Account),
            Content::Need(need) if need.party == me.party => Some(Topic::Delegation),
            Content::Commitment(said) if said.party == me.party => Some(Topic::Delegation),
            Content::ActionPoint(point) if point.party == me.party => {
                let his = point.person.as_ref().is_none_or(|person| *person == me.person);
                his.then_some(Topic::Tasks)
            }
            Content::Invitation(said) if said.party == me.party => Some(Topic::Invitations),
            Content::Reply(reply) => {
                let (_, invitation) = view.find::<Invitation>(&reply.invitation)?;
                if invitation.party == me.party {
                    return reply.persons.contains(&me.person).then_some(Topic::Invitations);
                }
                self.runs(&invitation.meeting).then_some(Topic::Replies)
            }
            Content::Meeting(_) => about(&thing.id),
            Content::Session(session) => about(&session.meeting),
            Content::Item(item) => about(&view.find::<Session>(&item.session)?.1.meeting),
            Content::Outcome(outcome) => about(&outcome.meeting),
            Content::Document(document) => document.meeting.as_ref().and_then(about),
            _ => None,
        }
    }

    fn runs(&self, meeting: &Id) -> bool {
        let own = Some(&self.me.party);
        self.view.find::<Meeting>(meeting).is_some_and(|(thing, said)| {
            thing.author.party.as_ref() == own || said.host.as_ref() == own
        })
    }

    fn takes_part(&self, meeting: &Id) -> bool {
        self.invited.iter().any(|one| one.invitation.meeting == *meeting) || self.runs(meeting)
    }

    /// Whether the person is asked to an entry of a calendar: his delegation is invited to it, and has
    /// not answered without him.
    pub(super) fn is_asked(&self, entry: &Entry) -> bool {
        let part = (entry.thing != entry.meeting).then_some(&entry.thing);
        self.invited.iter().any(|Invited { invitation, reply, .. }| {
            let to_it =
                |id: &Id| invitation.sessions.is_empty() || invitation.sessions.contains(id);
            let comes = |reply: &Reply| match part {
                Some(session) => reply.attends(&self.me.person, session).is_some(),
                None => reply.attending && reply.persons.contains(&self.me.person),
            };
            invitation.meeting == entry.meeting && part.is_none_or(to_it) && reply.is_none_or(comes)
        })
    }

    /// The meetings to which his delegation is invited, and has not answered.
    pub(super) fn unanswered(&self) -> impl Iterator<Item = (&'v Thing, &'v Meeting)> {
        let open = self.invited.iter().filter(|one| one.reply.is_none());
        open.filter_map(|one| self.view.find::<Meeting>(&one.invitation.meeting))
    }
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
    let standpoint = Standpoint::of(view, me);
    let changed = KINDS.iter().flat_map(|kind| view.of_kind(*kind));
    let mut news = Vec::new();
    for thing in changed.filter(|thing| thing.changed >= since) {
        for (position, act) in view.history(leaves, thing).filter(|(_, act)| act.at >= since) {
            if standpoint.topic_of(&act, thing).is_some() {
                news.push(News { position, act, thing });
            }
        }
    }
    news.sort_by_key(|one| std::cmp::Reverse((one.act.at, one.position)));
    news
}

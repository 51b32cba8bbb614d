//! `decide`: from what an actor may see and what he asks, an act or a refusal.

mod after;
mod attribution;
mod command;
mod documents;
mod fit;
mod meetings;
mod people;
mod permission;
mod room;

pub use after::{minutes as takes_minutes, minutes_of, publish, reports};
pub use attribution::{MINUTES_BYTES_MAX, in_order, rule_of};
pub use command::{Asked, Command, default_marking};
pub use documents::{VERSIONS_MAX, keeps, traces};
pub use fit::overlap;
pub use people::{
    ACCOUNTS_MAX, LINK_HOURS_MAX, PASSKEYS_MAX, VOUCHING_HOURS, has_enrolled, seat_of, vouched,
};
pub use permission::{offers, offers_new};
pub use room::{hosts, steers};

use crate::act::{ACT_VERSION, Act, Author, Change};
use crate::content::{
    Coalition, Content, Custody, EnrolmentLink, Kind, Party, Person, Role, Seat, Session, Standing,
};
use crate::id::Id;
use crate::label::{Label, Marking, Viewer};
use crate::refusal::Refusal;
use crate::state::{State, Status, Thing};
use crate::text::{Encoded, Name, Text};
use crate::view::View;
use jiff::Timestamp;

/// Ten random bytes, for one id.
pub type Entropy = [u8; 10];

/// The one id that is not random: there is one coalition in a record.
pub const COALITION_ID: &str = "coalition";

/// The act that a command comes to, or why it comes to none. Everything is judged from the actor's
/// view; `now` and the entropy are arguments, so that the same question has the same answer.
pub fn decide(
    view: &View,
    command: Command,
    now: Timestamp,
    entropy: [Entropy; 2],
) -> Result<Act, Refusal> {
    let Viewer::Seated(actor) = view.viewer() else { return Err(Refusal::NotSeated) };
    let [act_entropy, thing_entropy] = entropy;
    let mut command = command;
    let subject = match (&command.change, &command.subject) {
        (Change::Create { .. }, given) => {
            given.clone().unwrap_or_else(|| Id::from_entropy(thing_entropy))
        }
        (_, Some(subject)) => subject.clone(),
        (_, None) => return Err(Refusal::invalid("subject", "say which thing is meant")),
    };
    // An id that was drawn for this act is nobody's yet.
    let known = command.subject.as_ref().and_then(|given| view.get(given));
    match (&mut command.change, known) {
        (Change::Create { .. }, Some(_)) => {
            return Err(Refusal::Conflict("something of this id exists already".into()));
        }
        (Change::Create { content, marking }, None) => {
            let own = people::marking(view, content);
            if let Some(own) = own.or_else(|| documents::marking(view, content)) {
                *marking = own;
            }
            permission::may_create(view, actor, content)?;
            people::label_fits(content.kind(), marking)?;
            attribution::label_fits(view, content, marking)?;
            fit::audience(view, marking)?;
            fit::content(view, content, None)?;
            fill(view, content, None, now)?;
        }
        (_, None) => return Err(Refusal::NotFound(None)),
        (change, Some(thing)) => {
            if command.revision.is_some_and(|revision| revision != thing.revision()) {
                return Err(Refusal::Changed);
            }
            permission::may_change(view, actor, thing, change)?;
            fits_thing(view, thing, change)?;
            if let Change::Amend { content } = change {
                attribution::stays(&thing.content, content)?;
                attribution::loosened(view, thing, content, now)?;
                fill(view, content, Some(thing), now)?;
                keep(content, &thing.content);
            }
        }
    }
    people::in_time(view, known, &command.change, now)?;
    documents::in_time(view, known, &command.change, now)?;
    Ok(Act {
        v: ACT_VERSION,
        id: Id::from_entropy(act_entropy),
        at: now,
        by: Author { person: Some(actor.person.clone()), party: Some(actor.party.clone()) },
        key: command.key,
        subject,
        change: command.change,
        signed: None,
    })
}

/// What the house itself puts in, and keeps as it was where somebody amends the rest: the answer of
/// an assessment, made from its author's view; a receipt's number; whether a room is closed; the rule
/// that minutes are under and their order; whether a readout is published.
fn fill(
    view: &View,
    content: &mut Content,
    before: Option<&Thing>,
    now: Timestamp,
) -> Result<(), Refusal> {
    match content {
        Content::PublishedAssessment(assessment) => {
            assessment.answer = crate::assess::answer_for_publication(
                view,
                &assessment.guarantee,
                &assessment.scenario,
            )?;
        }
        Content::Session(session) => {
            let known = before.and_then(|thing| thing.said::<Session>());
            session.shut = known.is_some_and(|known| known.shut);
        }
        Content::Document(document) => documents::fill(view, document),
        Content::Custody(custody) => {
            let known = before.and_then(|thing| thing.said::<Custody>()).map(|known| known.number);
            custody.number = known.unwrap_or_else(|| room::next_number(view, &custody.meeting));
        }
        Content::Minutes(minutes) => attribution::complete(view, minutes, before),
        Content::Readout(readout) => after::complete(readout, before, now),
        _ => {}
    }
    Ok(())
}

/// What an amendment leaves as it is, whatever it says.
fn keep(content: &mut Content, before: &Content) {
    if let (Content::Coalition(said), Content::Coalition(before)) = (content, before) {
        said.demonstration = before.demonstration;
    }
}

/// Whether a thing can say something else from now on.
fn amends(view: &View, thing: &Thing, content: &Content) -> Result<(), Refusal> {
    let kind = thing.content.kind();
    if content.kind() != kind {
        return Err(Refusal::invalid(
            "content",
            format!("this is a {}: it cannot become a {}", kind.word(), content.kind().word()),
        ));
    }
    if thing.withdrawn() {
        return Err(Refusal::Conflict(format!(
            "this {} was withdrawn: resume it first",
            kind.word()
        )));
    }
    fit::content(view, content, Some(thing))
}

/// Whether a change can be made to a thing as it is.
fn fits_thing(view: &View, thing: &Thing, change: &Change) -> Result<(), Refusal> {
    let kind = thing.content.kind();
    match change {
        Change::Create { .. } => Ok(()),
        Change::Amend { content } => amends(view, thing, content),
        Change::Advance { stage } => match &thing.content {
            Content::Commitment(_) if !thing.stands() => Err(Refusal::Conflict(
                "this commitment is suspended or withdrawn: resume it first".into(),
            )),
            Content::Commitment(commitment) if commitment.stage == *stage => {
                Err(Refusal::Conflict(format!(
                    "this commitment is at the stage \"{}\" already",
                    stage.word()
                )))
            }
            Content::Commitment(_) => Ok(()),
            _ => Err(Refusal::invalid("change", "only a commitment has a stage")),
        },
        Change::Suspend { reason } => suspends(thing, reason),
        Change::Resume { .. } if thing.stands() => {
            Err(Refusal::Conflict(format!("this {} stands", kind.word())))
        }
        Change::Withdraw { .. } if kind == Kind::Coalition => {
            Err(Refusal::invalid("change", "the coalition itself cannot be withdrawn"))
        }
        Change::Withdraw { .. } if thing.withdrawn() => {
            Err(Refusal::Conflict(format!("this {} was withdrawn already", kind.word())))
        }
        Change::Withdraw { reason } if kind == Kind::Meeting && reason.is_empty() => {
            Err(Refusal::invalid("change.withdraw.reason", "say why it is called off"))
        }
        Change::Postpone { starts, ends, reason } => {
            meetings::postpone(view, thing, *starts, *ends, reason)
        }
        Change::Resume { .. } | Change::Withdraw { .. } => Ok(()),
        Change::Relabel { marking } if *marking == thing.marking => {
            Err(Refusal::Conflict("it carries this label and audience already".into()))
        }
        Change::Relabel { marking } => {
            people::label_fits(kind, marking)?;
            people::stays_seen(view, thing, marking)?;
            attribution::label_fits(view, &thing.content, marking)?;
            fit::audience(view, marking)
        }
        Change::Publish {} => {
            Err(Refusal::invalid("change", "the house itself publishes a readout, at its moment"))
        }
        Change::Attach { .. } | Change::Destroy { .. } => documents::fits(thing, change),
        Change::Close { .. } | Change::Reopen { .. } | Change::Proceed { .. } => {
            room::fits(view, thing, change)
        }
    }
}

fn suspends(thing: &Thing, reason: &Text) -> Result<(), Refusal> {
    let kind = thing.content.kind();
    match (kind, &thing.status) {
        (Kind::Meeting, Status::Standing) if reason.is_empty() => {
            Err(Refusal::invalid("change.suspend.reason", "say why it is postponed"))
        }
        (Kind::Commitment | Kind::Party | Kind::Meeting, Status::Standing) => Ok(()),
        (Kind::Commitment | Kind::Party | Kind::Meeting, _) => Err(Refusal::Conflict(format!(
            "this {} is suspended or withdrawn already",
            kind.word()
        ))),
        _ => Err(Refusal::invalid(
            "change",
            "only a commitment, a party or a meeting can be suspended",
        )),
    }
}

/// The acts by which the house hands the founder another link, where his first is of no use any more
/// and nobody has enrolled a passkey yet: nobody is there who could sign it. None where somebody has.
pub fn found_again(
    state: &State,
    (secret_hash, expires): (Encoded, Timestamp),
    now: Timestamp,
    mut entropy: impl FnMut() -> Entropy,
) -> Vec<Act> {
    let Some(person) = state.awaited_founder() else { return Vec::new() };
    let mut fresh = || Id::from_entropy(entropy());
    let mut changes = Vec::new();
    let mut marking = Marking::plain(Label::AmberStrict);
    for thing in state.things.of_kind(Kind::EnrolmentLink) {
        let Some(link) = thing.said::<EnrolmentLink>().filter(|link| link.person == person) else {
            continue;
        };
        // Seen by those who see the one before it.
        marking.clone_from(&thing.marking);
        if thing.stands() && !link.spent {
            let reason = Text::parse("another takes its place").unwrap_or_default();
            changes.push((thing.id.clone(), Change::Withdraw { reason }));
        }
    }
    let link = EnrolmentLink { person, secret_hash, expires, vouching: None, spent: false };
    let content = Content::EnrolmentLink(link);
    changes.push((fresh(), Change::Create { content, marking }));
    let act = |(subject, change)| Act {
        v: ACT_VERSION,
        id: fresh(),
        at: now,
        by: Author::default(),
        key: None,
        subject,
        change,
        signed: None,
    };
    changes.into_iter().map(act).collect()
}

/// Who founds a coalition: its name, the first lead, and the person who acts for it.
#[derive(Clone, Debug)]
pub struct Founding {
    /// The coalition.
    pub coalition: Coalition,
    /// Who may see its name.
    pub label: Label,
    /// The first lead, with its id where the founder chooses one.
    pub party: (Option<Id>, Name),
    /// The first person, likewise.
    pub person: (Option<Id>, Name),
    /// His role.
    pub role: Role,
    /// The hash of the link by which he enrols, and when it expires; none in a demonstration.
    pub link: Option<(Encoded, Timestamp)>,
}

/// The acts with which a record begins: the coalition, its first lead, the lead's first person and
/// his seat, and the link by which he enrols. They are the house's own: nobody is there yet to do
/// them. `entropy` gives their ids.
pub fn found(founding: Founding, now: Timestamp, entropy: [Entropy; 9]) -> Vec<Act> {
    let mut fresh = entropy.into_iter().map(Id::from_entropy);
    let mut next = move || fresh.next().expect("nine ids are used below, at most");
    let party = founding.party.0.unwrap_or_else(&mut next);
    let person = founding.person.0.unwrap_or_else(&mut next);
    let seat = Seat { person: person.clone(), party: party.clone(), role: founding.role };
    let first_lead = Party {
        name: founding.party.1,
        standing: Standing::Lead,
        chance: None,
        seats: None,
        note: Default::default(),
    };
    let link = founding.link.map(|(secret_hash, expires)| EnrolmentLink {
        person: person.clone(),
        secret_hash,
        expires,
        vouching: None,
        spent: false,
    });
    let delegation = party.clone();
    let mut contents = vec![
        (
            Id::parse(COALITION_ID).expect("a plain word"),
            Content::Coalition(founding.coalition),
            founding.label,
        ),
        (party, Content::Party(first_lead), founding.label),
        (person, Content::Person(Person { name: founding.person.1 }), Label::Amber),
        (next(), Content::Seat(seat), Label::Amber),
    ];
    contents.extend(link.map(|link| (next(), Content::EnrolmentLink(link), Label::AmberStrict)));
    let act = |(subject, content, label)| Act {
        v: ACT_VERSION,
        id: next(),
        at: now,
        by: Author::default(),
        key: None,
        subject,
        change: Change::Create {
            marking: Marking {
                label,
                // Nobody is the author, so the delegation is named where it would else see nothing.
                parties: if label == Label::AmberStrict {
                    vec![delegation.clone()]
                } else {
                    vec![]
                },
                persons: Vec::new(),
            },
            content,
        },
        signed: None,
    };
    contents.into_iter().map(act).collect()
}

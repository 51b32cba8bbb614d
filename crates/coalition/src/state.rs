//! The state: the fold of the record. What lies here is reached from outside only through a
//! [`crate::View`].

use crate::act::{Act, Author, Change};
use crate::content::{
    Coalition, Content, DirectoryAccount, EnrolmentLink, Kind, Meeting, Passkey, Readout, Say,
    Session, Version,
};
use crate::effort::spend;
use crate::floor::Taken;
use crate::id::Id;
use crate::label::Marking;
use crate::postponed::{Shift, moved, postponed};
use crate::text::{Encoded, Text};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One thing of the record, as its acts left it.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// Its id.
    pub id: Id,
    /// What it says.
    pub content: Content,
    /// Who may see it.
    pub marking: Marking,
    /// Whose act made it.
    pub author: Author,
    /// Whether it stands.
    pub status: Status,
    /// When it came to be.
    pub created: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// Where its acts are in the record, the first one first.
    pub acts: Vec<u32>,
    /// What has happened on it, if it is a floor, the first step first.
    pub steps: Vec<Taken>,
    /// Its versions, if it is a document, the first one first.
    pub versions: Vec<Attached>,
}

/// A version of a document, and by what act it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Attached {
    /// When it was added.
    pub at: Timestamp,
    /// By whom.
    pub by: Author,
    /// What it is.
    pub version: Version,
    /// When its content was destroyed, if it was.
    pub destroyed: Option<Timestamp>,
}

/// Whether a thing stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It stands.
    Standing,
    /// It is suspended: not in force until resumed.
    Suspended(Text),
    /// It was taken back.
    Withdrawn(Text),
}

impl Thing {
    /// What it says, if it is of the kind wanted.
    pub fn said<C: Say>(&self) -> Option<&C> {
        C::of(&self.content)
    }

    /// Whether it was neither suspended nor withdrawn.
    pub fn stands(&self) -> bool {
        self.status == Status::Standing
    }

    /// Whether it was withdrawn.
    pub fn withdrawn(&self) -> bool {
        matches!(self.status, Status::Withdrawn(_))
    }

    /// Every other thing that it names, in what it says or by what happened on it.
    pub fn references(&self) -> Vec<Id> {
        let mut named = self.content.references();
        named.extend(self.steps.iter().filter_map(|taken| taken.step.names()).cloned());
        named
    }

    /// The version of this id, if it is a document that has it.
    pub fn version(&self, id: &Id) -> Option<&Attached> {
        self.versions.iter().find(|attached| attached.version.id == *id)
    }

    /// How often it has changed: sent along with a change, so that two people who change it at
    /// once do not overwrite each other unseen.
    pub fn revision(&self) -> u32 {
        u32::try_from(self.acts.len()).expect("a record holds fewer than 2^32 acts")
    }
}

/// Things by kind and id.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Things {
    by_kind: BTreeMap<Kind, BTreeMap<Id, Arc<Thing>>>,
}

impl Things {
    pub(crate) fn of_kind(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Arc<Thing>> {
        self.by_kind.get(&kind).into_iter().flat_map(BTreeMap::values).inspect(|_| spend())
    }

    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.by_kind.get(&kind).map_or(0, BTreeMap::len)
    }

    pub(crate) fn get(&self, id: &Id) -> Option<&Arc<Thing>> {
        self.by_kind.values().find_map(|things| things.get(id)).inspect(|_| spend())
    }

    pub(crate) fn get_kind(&self, kind: Kind, id: &Id) -> Option<&Arc<Thing>> {
        self.by_kind.get(&kind)?.get(id).inspect(|_| spend())
    }

    /// Whether the room of a session is closed at this moment.
    pub(crate) fn shut(&self, session: &Id) -> bool {
        let session = self.get_kind(Kind::Session, session);
        session.is_some_and(|thing| matches!(&thing.content, Content::Session(said) if said.shut))
    }

    pub(crate) fn insert(&mut self, thing: Arc<Thing>) {
        self.by_kind.entry(thing.content.kind()).or_default().insert(thing.id.clone(), thing);
    }

    /// By how much an act moves a meeting, if it does, and which.
    fn shift(&self, act: &Act) -> Option<(Id, Shift)> {
        let Change::Postpone { starts, .. } = &act.change else { return None };
        let meeting = self.get_kind(Kind::Meeting, &act.subject)?.said::<Meeting>()?;
        Some((act.subject.clone(), Shift::between(meeting.starts, *starts)))
    }

    /// Moves the sessions of a meeting, and gives them as they then are. The act that does it is one of
    /// theirs: whoever sees a session sees its meeting.
    fn move_sessions(
        &mut self,
        meeting: &Id,
        shift: Shift,
        at: Timestamp,
        position: u32,
    ) -> Vec<Arc<Thing>> {
        let sessions =
            self.by_kind.get_mut(&Kind::Session).into_iter().flat_map(BTreeMap::values_mut);
        let of_it = |thing: &&mut Arc<Thing>| {
            thing.said::<Session>().is_some_and(|session| session.meeting == *meeting)
        };
        let mut all = Vec::new();
        for shared in sessions.filter(of_it) {
            if let Some(content) = moved(&shared.content, shift) {
                let thing = Arc::make_mut(shared);
                (thing.content, thing.changed) = (content, at);
                thing.acts.push(position);
                all.push(Arc::clone(shared));
            }
        }
        all
    }

    /// Takes one act in, and gives the thing as it then is. Cannot fail: `decide` let only acts in
    /// that fit, and one about a thing that is not here changes nothing.
    pub(crate) fn apply(&mut self, act: Act, position: u32) -> Option<Arc<Thing>> {
        if let Change::Create { content, marking } = act.change {
            let thing = Arc::new(Thing {
                id: act.subject,
                content,
                marking,
                author: act.by,
                status: Status::Standing,
                created: act.at,
                changed: act.at,
                acts: vec![position],
                steps: Vec::new(),
                versions: Vec::new(),
            });
            self.insert(Arc::clone(&thing));
            return Some(thing);
        }
        let shared = self.by_kind.values_mut().find_map(|things| things.get_mut(&act.subject))?;
        let thing = Arc::make_mut(shared);
        thing.changed = act.at;
        thing.acts.push(position);
        match act.change {
            Change::Create { .. } => unreachable!("handled above"),
            Change::Amend { content } => thing.content = content,
            Change::Advance { stage } => {
                if let Content::Commitment(commitment) = &mut thing.content {
                    commitment.stage = stage;
                }
            }
            Change::Suspend { reason } => thing.status = Status::Suspended(reason),
            Change::Resume { .. } => thing.status = Status::Standing,
            Change::Postpone { starts, ends, .. } => {
                thing.status = Status::Standing;
                if let Content::Meeting(meeting) = &mut thing.content {
                    *meeting = postponed(meeting, starts, ends);
                }
            }
            Change::Withdraw { reason } => thing.status = Status::Withdrawn(reason),
            Change::Relabel { marking } => thing.marking = marking,
            Change::Close { .. } | Change::Reopen { .. } => {
                if let Content::Session(session) = &mut thing.content {
                    session.shut = matches!(act.change, Change::Close { .. });
                }
            }
            Change::Publish {} => {
                if let Content::Readout(readout) = &mut thing.content {
                    readout.published = true;
                }
            }
            Change::Attach { version } => {
                thing.versions.push(Attached { at: act.at, by: act.by, version, destroyed: None });
            }
            Change::Destroy { version, .. } => {
                let attached = thing.versions.iter_mut().find(|kept| kept.version.id == version);
                if let Some(attached) = attached {
                    attached.destroyed.get_or_insert(act.at);
                }
            }
            Change::Proceed { step } => {
                thing.steps.push(Taken { act: act.id, at: act.at, by: act.by, step });
            }
        }
        Some(Arc::clone(shared))
    }
}

/// One row of the record: the thing an act is about, and the act's bytes; no thing and no bytes
/// where the act was forgotten.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) subject: Option<Id>,
    pub(crate) bytes: Arc<[u8]>,
}

/// The acts of a record in order, to be read through a [`crate::View`] only. They lie in blocks that
/// copies share: a copy of a long record copies one pointer for each block, not each act.
#[derive(Clone, Debug, Default)]
pub struct Leaves {
    blocks: Vec<Arc<Vec<Row>>>,
}

const ROWS_PER_BLOCK: usize = 256;

impl Leaves {
    pub(crate) fn push(&mut self, row: Row) {
        match self.blocks.last_mut() {
            Some(block) if block.len() < ROWS_PER_BLOCK => Arc::make_mut(block).push(row),
            _ => {
                let mut block = Vec::with_capacity(ROWS_PER_BLOCK);
                block.push(row);
                self.blocks.push(Arc::new(block));
            }
        }
    }

    /// How long the record is. Its length and the places of sealed leaves are public: that is the
    /// one thing told of what is hidden.
    pub fn size(&self) -> usize {
        self.blocks.last().map_or(0, |last| (self.blocks.len() - 1) * ROWS_PER_BLOCK + last.len())
    }

    pub(crate) fn get(&self, position: usize) -> Option<&Row> {
        self.blocks.get(position / ROWS_PER_BLOCK)?.get(position % ROWS_PER_BLOCK)
    }
}

/// What one act came to in a state.
#[derive(Debug)]
pub struct Step {
    position: u32,
    /// The thing it is about, as it is since; `None` where there is no such thing.
    thing: Option<Arc<Thing>>,
    /// Others that it changed, as they are since.
    others: Vec<Arc<Thing>>,
    row: Row,
}

impl Step {
    /// The bytes that are kept of the act.
    pub fn bytes(&self) -> &[u8] {
        &self.row.bytes
    }

    /// Whether it may change who somebody is and what he may see.
    pub fn makes_viewers(&self) -> bool {
        self.thing.as_ref().is_some_and(|thing| thing.content.kind().makes_viewers())
    }
}

/// The fold of the record.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Shared with the views that look through it, which are gone when the next act comes.
    pub(crate) things: Arc<Things>,
    pub(crate) leaves: Leaves,
    /// The links and passkeys by what they are recognised by.
    keys: Arc<BTreeMap<Encoded, BTreeSet<Id>>>,
}

impl State {
    /// The state of an empty record.
    pub fn new() -> State {
        State::default()
    }

    /// Takes one act in, with the bytes that are kept of it. What it came to lets another copy of
    /// this state [follow](State::follow).
    pub fn apply(&mut self, act: Act, bytes: Arc<[u8]>) -> Step {
        let position =
            u32::try_from(self.leaves.size()).expect("a record holds fewer than 2^32 acts");
        let row = Row { subject: Some(act.subject.clone()), bytes };
        let (shift, at) = (self.things.shift(&act), act.at);
        let things = Arc::make_mut(&mut self.things);
        let thing = things.apply(act, position);
        let others = shift.map_or_else(Vec::new, |(meeting, shift)| {
            things.move_sessions(&meeting, shift, at, position)
        });
        self.leaves.push(row.clone());
        self.note_key(thing.as_deref());
        Step { position, thing, others, row }
    }

    /// Notes what a link or a passkey is recognised by, once.
    fn note_key(&mut self, thing: Option<&Thing>) {
        let Some(thing) = thing else { return };
        let key = match &thing.content {
            Content::EnrolmentLink(EnrolmentLink { secret_hash, .. }) => secret_hash,
            Content::Passkey(Passkey { credential, .. }) => credential,
            _ => return,
        };
        if !self.knows_key(key) || !self.keys[key].contains(&thing.id) {
            let keys = Arc::make_mut(&mut self.keys);
            keys.entry(key.clone()).or_default().insert(thing.id.clone());
        }
    }

    /// Whether a link has a secret of this hash, or a passkey this credential, whosesoever it is. For
    /// whoever lets people in: asked first, what nobody has is refused without looking at anybody, and
    /// so as soon for one who is not there as for one who is.
    pub fn knows_key(&self, key: &Encoded) -> bool {
        self.keys.contains_key(key)
    }

    /// Takes in the act that another copy of this state has taken in, to the same end and sharing
    /// what it came to.
    ///
    /// # Panics
    /// If the step is not the next one: the two are then no copies of each other.
    pub fn follow(&mut self, step: Step) {
        assert_eq!(step.position as usize, self.leaves.size(), "a copy follows step by step");
        self.note_key(step.thing.as_deref());
        for thing in step.thing.into_iter().chain(step.others) {
            Arc::make_mut(&mut self.things).insert(thing);
        }
        self.leaves.push(step.row);
    }

    /// Keeps the place of an act whose content was forgotten.
    pub fn skip(&mut self) {
        self.leaves.push(Row { subject: None, bytes: Arc::from([]) });
    }

    /// Whether the record is a demonstration, as its founding says; `None` if it was not founded. It
    /// is no secret: it is said of the house, and never changes.
    pub fn demonstration(&self) -> Option<bool> {
        let coalition = self.things.of_kind(Kind::Coalition).next()?;
        coalition.said::<Coalition>().map(|said| said.demonstration)
    }

    /// The first person of a coalition, for whom the house itself made a link, as long as no passkey
    /// was ever enrolled: without one nobody can sign that others are let in. He may have come in
    /// through a directory.
    pub fn awaited_founder(&self) -> Option<Id> {
        if self.things.count(Kind::Passkey) > 0 {
            return None;
        }
        let mut links = self.things.of_kind(Kind::EnrolmentLink);
        let first = links.find(|thing| thing.author.person.is_none())?;
        first.said::<EnrolmentLink>().map(|link| link.person.clone())
    }

    /// When the next readout is to be published: the house must be there then. Told to nobody else.
    pub fn next_publication(&self) -> Option<Timestamp> {
        self.embargoed().filter_map(|(_, readout)| readout.at).min()
    }

    /// The readouts whose moment has not come.
    pub(crate) fn embargoed(&self) -> impl Iterator<Item = (&Arc<Thing>, &Readout)> {
        let readouts = self.things.of_kind(Kind::Readout).filter(|thing| !thing.withdrawn());
        let readouts = readouts.filter_map(|thing| Some((thing, thing.said::<Readout>()?)));
        readouts.filter(|(_, readout)| !readout.published)
    }

    /// The versions whose content is to be kept. Ids alone, for the house to throw away what lies
    /// beside the record and belongs to none of them; nobody is told.
    pub fn versions_kept(&self) -> BTreeSet<Id> {
        let documents = self.things.of_kind(Kind::Document);
        let kept = documents.flat_map(|thing| &thing.versions);
        let kept = kept.filter(|attached| attached.destroyed.is_none());
        kept.map(|attached| attached.version.id.clone()).collect()
    }

    /// Who has connected an account of a directory that stands: each person, with the id of what the
    /// record holds of it. For whoever asks who it is that came from there, when nobody looks yet.
    pub fn holders_of(&self, issuer: &str, subject: &str) -> Vec<(Id, Id)> {
        let accounts = self.things.of_kind(Kind::DirectoryAccount).filter(|thing| thing.stands());
        let held = accounts.filter_map(|thing| {
            let said: &DirectoryAccount = thing.said()?;
            let same = said.issuer.as_str() == issuer && said.subject.as_str() == subject;
            same.then(|| (said.person.clone(), thing.id.clone()))
        });
        held.collect()
    }

    /// Whether there is a party of this id. Its id says nothing of it.
    pub fn has_party(&self, id: &Id) -> bool {
        self.things.get_kind(Kind::Party, id).is_some()
    }

    /// The act at a position and its subject, if this person asked for it by this key: for whoever
    /// answers him again. `None` for any other act, and for a forgotten one.
    pub fn asked_for(&self, position: u32, person: &Id, key: &Id) -> Option<(Id, Id)> {
        let act = Act::decode(&self.leaves.get(position as usize)?.bytes).ok()?;
        let same = act.by.person.as_ref() == Some(person) && act.key.as_ref() == Some(key);
        same.then_some((act.id, act.subject))
    }

    /// How many acts were taken in.
    pub fn size(&self) -> usize {
        self.leaves.size()
    }

    /// The acts taken in, for a view to read.
    pub fn leaves(&self) -> &Leaves {
        &self.leaves
    }
}

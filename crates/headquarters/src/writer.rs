//! The writer: the only path to the record. One thread decides what is asked, one act after the
//! other, against the state as it will be once everything decided is durable. Another (see
//! `committer.rs`) makes all that is decided durable in one transaction, and only then shows and
//! answers it: while one batch is on its way to the disk, the next is being decided. Whoever asks
//! while nothing else does has his act decided and committed in his own thread, for to wake others
//! takes longer than to decide.

use crate::committer::{self, Business, Committer, Decided, Fallen, Front, Pending};
use crate::drafts::{Draft, Drafted};
use crate::drawing::able;
use crate::house::{Doors, Settings, Shared};
use crate::replies::Reply;
use crate::retries::Retries;
use coalition::act::Signature;
use coalition::content::{Kind, Passkey};
use coalition::decide::{Asked, Command, Entropy, Founding, decide, found, found_again, publish};
use coalition::text::Encoded;
use coalition::{Act, Change, Id, Refusal, State, View, Viewer};
use jiff::Timestamp;
use record::Salt;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

/// What somebody asks of the record.
#[derive(Debug)]
pub enum Ask {
    /// A command as JSON, from a request: see [`Asked::read`].
    Command(Value),
    /// A command that was read already.
    Read(Box<Asked>),
    /// A step of the coalition's own files, with its time and the id of its subject. Never made
    /// from a request.
    Import {
        /// When it is said to have been.
        at: Timestamp,
        /// The thing it is about.
        subject: Id,
        /// What it changes, as a command says it.
        change: Value,
    },
    /// A change that the house itself makes for somebody whom it knows: a passkey, a link. Never made
    /// from a request's own JSON.
    Made {
        /// The thing it is about; none for one that is to be made.
        subject: Option<Id>,
        /// What it changes.
        change: Box<Change>,
    },
    /// Acts that were drawn up before, with their author's signature, which was checked.
    Signed(Box<Draft>, Box<Signature>),
    /// The first acts of an empty record.
    Found(Box<Founding>, Timestamp),
    /// The house's own acts: another link for the founder, of this hash and until then, while nobody
    /// has enrolled.
    FoundAgain(Encoded, Timestamp),
    /// The house's own acts: it publishes the readouts whose moment has come.
    Publish,
    /// Several asks, each of its own person, as one: all of them are recorded or none. Answered with
    /// the last. Never made from a request.
    Together(Vec<(Option<Id>, Ask)>),
}

/// An act that is in the record, durably.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Its place.
    pub position: u64,
    /// Its id.
    pub act: Id,
    /// The thing it is about.
    pub subject: Id,
}

/// Why nothing was recorded.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NotDone {
    /// The rules do not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The record could not be written; nothing was kept.
    #[error("the record could not be written, so nothing was changed: {0}")]
    NotWritten(String),
    /// It is to be signed by its author's passkey first: this is what he would sign.
    #[error("this act is to be signed by its author's passkey")]
    Unsigned(Box<Draft>),
    /// The house no longer takes acts.
    #[error("the house takes no acts after a failed write: it must be started again")]
    Stopped,
}

/// An [`Ask`], read by whoever asks: the one thread that decides is left with what needs the state.
pub(crate) enum Wanted {
    /// A command, taken at this time or, where none is given, at the writer's.
    Command(Box<Asked>, Option<Timestamp>),
    Signed(Box<Draft>, Box<Signature>),
    Found(Box<Founding>, Timestamp),
    FoundAgain(Encoded, Timestamp),
    Publish,
    Together(Vec<(Option<Id>, Wanted)>),
}

impl From<Ask> for Wanted {
    fn from(ask: Ask) -> Wanted {
        match ask {
            Ask::Command(json) => Wanted::Command(Box::new(Asked::read(json)), None),
            Ask::Read(asked) => Wanted::Command(asked, None),
            Ask::Import { at, subject, change } => {
                Wanted::Command(Box::new(Asked::imported(subject, change)), Some(at))
            }
            Ask::Made { subject, change } => {
                Wanted::Command(Box::new(Asked::made(subject, *change)), None)
            }
            Ask::Signed(draft, signature) => Wanted::Signed(draft, signature),
            Ask::Found(founding, at) => Wanted::Found(founding, at),
            Ask::FoundAgain(hash, expires) => Wanted::FoundAgain(hash, expires),
            Ask::Publish => Wanted::Publish,
            Ask::Together(asks) => {
                let wanted = |(person, ask)| (person, Wanted::from(ask));
                Wanted::Together(asks.into_iter().map(wanted).collect())
            }
        }
    }
}

pub(crate) struct Job {
    pub(crate) person: Option<Id>,
    pub(crate) wanted: Wanted,
    pub(crate) reply: Reply,
}

/// How many acts may wait for the writer before submitters wait, too.
const JOBS_WAITING_MAX: usize = 1_024;
/// How many are decided before they are handed over, at most: then the disk has had long enough
/// to rest.
const TOGETHER_MAX: usize = 32;
/// How many actors the writer knows by sight.
const ACTORS_MAX: usize = 1_024;

/// The randomness of one act.
struct Random {
    ids: [Entropy; 2],
    salt: Salt,
}

/// An act that the rules allow, and that is not taken in yet.
struct Allowed {
    act: Act,
    random: Random,
    /// Where acts are signed: what was asked, and what kind of thing it is about.
    asked: Option<(Command, Kind)>,
}

impl Allowed {
    /// Whether its author signs it before it is recorded.
    fn to_be_signed(&self) -> bool {
        self.asked.as_ref().is_some_and(|(_, kind)| self.act.change.important(*kind))
    }

    fn drafted(self) -> Option<Drafted> {
        let (command, kind) = self.asked?;
        Some(Drafted { command, ids: self.random.ids, act: self.act, kind })
    }
}

/// How many bytes of randomness one act takes: two ids and a salt.
const RANDOM_BYTES: usize = 52;

/// Randomness for acts to come, drawn for several at once: each draw asks the system.
#[derive(Default)]
struct Drawn(Vec<[u8; RANDOM_BYTES]>);

impl Drawn {
    fn next(&mut self, settings: &Settings) -> Random {
        if self.0.is_empty() {
            let drawn: [u8; RANDOM_BYTES * TOGETHER_MAX] = settings.random();
            self.0.extend(drawn.as_chunks().0);
        }
        let drawn = self.0.pop().unwrap_or_else(|| settings.random());
        let part = |from: usize| std::array::from_fn(|place| drawn[from + place]);
        Random {
            ids: [part(0), part(10)],
            salt: Salt(std::array::from_fn(|place| drawn[20 + place])),
        }
    }
}

/// What kind of thing an act is about.
fn kind_of(act: &Act, view: &View) -> Option<Kind> {
    match &act.change {
        Change::Create { content, .. } => Some(content.kind()),
        _ => view.get(&act.subject).map(|thing| thing.content.kind()),
    }
}

struct Writer {
    shared: Arc<Shared>,
    settings: Settings,
    /// The state as it will be once everything decided is durable.
    ahead: State,
    /// Who those who act are, as the state ahead has it.
    actors: HashMap<Id, Viewer>,
    retries: Retries,
    drawn: Drawn,
    fallen: Arc<Fallen>,
    /// How many failures the state ahead knows of.
    generation: u64,
}

/// The way to the writer. Dropped, it lets the writer finish what waits, and waits for that.
pub(crate) struct Writing {
    desk: Desk,
    /// `None` once the writer is to end.
    jobs: Option<mpsc::SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

/// The two halves of the writer. A lock that somebody panicked with stays closed, and the house
/// takes no more acts.
#[derive(Clone)]
struct Desk {
    writer: Arc<Mutex<Writer>>,
    committer: Arc<Mutex<Committer>>,
    front: Front,
}

impl Desk {
    /// Decides and commits a job here and now, if nothing is under way; else gives it back.
    fn take(&self, job: Job) -> Option<Job> {
        // Asked first without the lock: many who ask at once would keep it from the writer's thread.
        if !self.front.business.is_quiet() {
            return Some(job);
        }
        let Ok(mut writer) = self.writer.try_lock() else { return Some(job) };
        // And again under it: what is decided is then committed, and nothing can be decided before
        // this job.
        if !self.front.business.is_quiet() {
            return Some(job);
        }
        // Locked before the writer is let go: what is decided next comes next.
        let Ok(mut committer) = self.committer.try_lock() else { return Some(job) };
        self.front.business.begin();
        let decided = writer.answer(job);
        drop(writer);
        // Shown before the committer is let go: what is committed next is shown next.
        self.front.show(committer.commit(vec![decided]));
        None
    }
}

impl Writing {
    /// Gives the writer a job. If it has stopped, the job's reply is dropped, and whoever waits for
    /// it learns so.
    pub(crate) fn send(&self, job: Job) {
        let Some(jobs) = &self.jobs else { return };
        self.desk.front.business.begin();
        let _ = jobs.send(job);
    }

    /// [`Writing::send`], and the job is done when this returns if nothing else was under way.
    pub(crate) fn do_or_send(&self, job: Job) {
        if let Some(job) = self.desk.take(job) {
            self.send(job);
        }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has said so on standard error.
            let _ = thread.join();
        }
    }
}

/// Starts the writer's threads.
pub(crate) fn start(shared: Arc<Shared>, settings: Settings, retries: Retries) -> Writing {
    let ahead = shared.state.read().unwrap_or_else(PoisonError::into_inner).clone();
    let (fallen, business) = (Arc::new(Fallen::default()), Arc::new(Business::default()));
    let committer = Committer::new(Arc::clone(&shared));
    let front = Front { shared: Arc::clone(&shared), fallen: Arc::clone(&fallen), business };
    let (actors, drawn) = (HashMap::new(), Drawn::default());
    let writer = Writer { shared, settings, ahead, actors, retries, drawn, fallen, generation: 0 };
    let (writer, committer) = (Arc::new(Mutex::new(writer)), Arc::new(Mutex::new(committer)));
    let (decided, committing) = committer::start(Arc::clone(&committer), front.clone());
    let (sender, jobs) = mpsc::sync_channel(JOBS_WAITING_MAX);
    let desk = Desk { writer: Arc::clone(&writer), committer, front };
    let thread = std::thread::Builder::new()
        .name("writer".into())
        .spawn(move || {
            while let Ok(first) = jobs.recv() {
                let Ok(mut writer) = writer.lock() else { break };
                // What waits is decided before any of it is handed over: each hand-over to a
                // committer at rest wakes it.
                let mut batch = vec![writer.answer(first)];
                batch.extend(jobs.try_iter().take(TOGETHER_MAX - 1).map(|job| writer.answer(job)));
                drop(writer);
                if batch.into_iter().any(|answer| decided.send(answer).is_err()) {
                    break;
                }
            }
            drop(decided);
            let _ = committing.join();
        })
        .expect("the system starts one thread");
    Writing { desk, jobs: Some(sender), thread: Some(thread) }
}

impl Writer {
    /// Decides one job: its acts, and what to say once they are durable.
    fn answer(&mut self, job: Job) -> Decided {
        let fallen = self.fallen.count();
        if fallen != self.generation {
            self.generation = fallen;
            self.step_back();
        }
        let mut acts = Vec::new();
        let answer = if self.fallen.for_good(fallen) {
            Err(NotDone::Stopped)
        } else {
            self.decide(job.person, job.wanted, &mut acts)
        };
        Decided { generation: self.generation, acts, answer, reply: job.reply }
    }

    /// The next acts that the record will hold, if the ask comes to any.
    fn decide(
        &mut self,
        person: Option<Id>,
        wanted: Wanted,
        pending: &mut Vec<Pending>,
    ) -> Result<Done, NotDone> {
        let (asked, at) = match wanted {
            Wanted::Command(asked, at) => (asked, at),
            Wanted::Signed(draft, signature) => return self.signed(*draft, &signature, pending),
            Wanted::Found(founding, at) => return self.found(*founding, at, pending),
            Wanted::FoundAgain(hash, expires) => {
                let now = (self.settings.clock)();
                let random = || self.settings.random();
                let acts = found_again(&self.ahead, (hash, expires), now, random);
                return self.own(
                    acts,
                    pending,
                    "a passkey was enrolled already: whoever has one lets others in",
                );
            }
            Wanted::Publish => {
                let now = (self.settings.clock)();
                let due = publish(&self.ahead, now, || self.settings.random());
                return self.own(due, pending, "no readout is due");
            }
            Wanted::Together(several) => return self.together(several, pending),
        };
        let person = person.ok_or(Refusal::NotSeated)?;
        // Before anything else is said of it: what it names may have changed since.
        if let Some(done) = asked.key().and_then(|key| self.retries.get(&self.ahead, &person, key))
        {
            return Ok(done);
        }
        let allowed = self.allowed(&person, *asked, at)?;
        if allowed.to_be_signed() {
            let acts = allowed.drafted().into_iter().collect();
            return Err(NotDone::Unsigned(Box::new(Draft { person, acts })));
        }
        Ok(self.take_in(allowed.act, allowed.random.salt, pending))
    }

    /// The act that somebody asks for, if the rules allow it.
    fn allowed(
        &mut self,
        person: &Id,
        asked: Asked,
        at: Option<Timestamp>,
    ) -> Result<Allowed, NotDone> {
        let view = self.actor(person);
        let command = asked.command(&view)?;
        let now = at.unwrap_or_else(|| (self.settings.clock)());
        let random = self.drawn.next(&self.settings);
        // Only where acts are signed does anybody need the command afterwards.
        let signs = matches!(self.settings.doors, Doors::Passkeys(_));
        let again = signs.then(|| command.clone());
        let act = decide(&view, command, now, random.ids)?;
        able(&self.settings, &view, &act)?;
        let asked = again.and_then(|command| Some((command, kind_of(&act, &view)?)));
        // The state ahead is not copied, as long as nobody looks through it: the view ends here.
        Ok(Allowed { act, random, asked })
    }

    /// Records the very acts that were signed, or nothing: what was asked must still come to them.
    fn signed(
        &mut self,
        draft: Draft,
        signature: &Signature,
        pending: &mut Vec<Pending>,
    ) -> Result<Done, NotDone> {
        let Draft { person, acts } = draft;
        let several = acts.len() > 1;
        if let [only] = &acts[..]
            && let Some(key) = &only.command.key
            && let Some(done) = self.retries.get(&self.ahead, &person, key)
        {
            return Ok(done);
        }
        let view = self.actor(&person);
        let stands = view
            .find::<Passkey>(&signature.passkey)
            .is_some_and(|(thing, passkey)| thing.stands() && passkey.person == person);
        if !stands {
            return Err(Refusal::NotAllowed("a revoked passkey signs nothing").into());
        }
        drop(view);
        let confirm = |writer: &mut Writer, pending: &mut Vec<Pending>| {
            let mut last = Err(Refusal::Changed.into());
            for Drafted { command, ids, act, .. } in acts {
                if decide(&writer.actor(&person), command, act.at, ids)? != act {
                    return Err(Refusal::Changed.into());
                }
                let act = Act { signed: Some(Box::new(signature.clone())), ..act };
                let salt = Salt(writer.settings.random());
                last = Ok(writer.take_in(act, salt, pending));
            }
            last
        };
        // One act alone leaves nothing to take back.
        if several { self.all_or_nothing(pending, confirm) } else { confirm(self, pending) }
    }

    /// All of several asks, or none of them.
    fn together(
        &mut self,
        several: Vec<(Option<Id>, Wanted)>,
        pending: &mut Vec<Pending>,
    ) -> Result<Done, NotDone> {
        self.all_or_nothing(pending, |writer, pending| writer.one_by_one(several, pending))
    }

    /// Takes back what was taken in, if `work` comes to nothing.
    fn all_or_nothing(
        &mut self,
        pending: &mut Vec<Pending>,
        work: impl FnOnce(&mut Writer, &mut Vec<Pending>) -> Result<Done, NotDone>,
    ) -> Result<Done, NotDone> {
        // Several acts as one are rare, and so a copy is cheap enough.
        let before = self.ahead.clone();
        let done = work(self, pending);
        if done.is_err() {
            pending.clear();
            self.start_from(before);
        }
        done
    }

    /// Decides one ask upon the other. Where one of them is to be signed, one signature confirms all.
    fn one_by_one(
        &mut self,
        several: Vec<(Option<Id>, Wanted)>,
        pending: &mut Vec<Pending>,
    ) -> Result<Done, NotDone> {
        let mut last = Err(Refusal::invalid("acts", "there is nothing to record").into());
        let (mut drafts, mut to_be_signed): (Vec<(Id, Drafted)>, _) = (Vec::new(), false);
        for (person, wanted) in several {
            let (person, asked, at) = match (person, wanted) {
                (Some(person), Wanted::Command(asked, at)) => (person, *asked, at),
                (person, wanted) => {
                    last = Ok(self.decide(person, wanted, pending)?);
                    continue;
                }
            };
            if let Some(done) =
                asked.key().and_then(|key| self.retries.get(&self.ahead, &person, key))
            {
                last = Ok(done);
                continue;
            }
            let allowed = self.allowed(&person, asked, at)?;
            to_be_signed |= allowed.to_be_signed();
            let salt = allowed.random.salt;
            last = Ok(self.take_in(allowed.act.clone(), salt, pending));
            drafts.extend(allowed.drafted().map(|drafted| (person, drafted)));
        }
        if !to_be_signed {
            return last;
        }
        let author = drafts.first().map(|(person, _)| person.clone());
        let person = author.filter(|author| drafts.iter().all(|(person, _)| person == author));
        let person = person.ok_or_else(|| {
            Refusal::Conflict("one of these is to be signed, and they are not of one person".into())
        })?;
        let acts = drafts.into_iter().map(|(_, drafted)| drafted).collect();
        Err(NotDone::Unsigned(Box::new(Draft { person, acts })))
    }

    fn found(
        &mut self,
        founding: Founding,
        at: Timestamp,
        pending: &mut Vec<Pending>,
    ) -> Result<Done, NotDone> {
        if self.ahead.size() > 0 {
            return Err(Refusal::Conflict("this record holds a coalition already".into()).into());
        }
        let entropy = std::array::from_fn(|_| self.settings.random());
        let acts = found(founding, at, entropy);
        let mut take_in = |act| {
            let salt = Salt(self.settings.random());
            self.take_in(act, salt, pending)
        };
        let done: Vec<Done> = acts.into_iter().map(&mut take_in).collect();
        done.into_iter().next().ok_or(NotDone::Stopped)
    }

    /// Takes in acts of the house itself; where there are none, says why.
    fn own(
        &mut self,
        acts: Vec<Act>,
        pending: &mut Vec<Pending>,
        why_none: &str,
    ) -> Result<Done, NotDone> {
        let mut last = None;
        for act in acts {
            let salt = Salt(self.settings.random());
            last = Some(self.take_in(act, salt, pending));
        }
        last.ok_or_else(|| Refusal::Conflict(why_none.into()).into())
    }

    fn take_in(&mut self, act: Act, salt: Salt, pending: &mut Vec<Pending>) -> Done {
        let position = self.ahead.size() as u64;
        let done = Done { position, act: act.id.clone(), subject: act.subject.clone() };
        self.retries.remember(&act, position);
        let bytes = act.encode().into();
        let step = self.ahead.apply(act, bytes);
        if step.makes_viewers() {
            self.actors.clear();
        }
        pending.push(Pending { step, salt });
        done
    }

    /// The actor's view of the state ahead. To be let go before the next act is taken in.
    fn actor(&mut self, person: &Id) -> View {
        if !self.actors.contains_key(person) {
            if self.actors.len() >= ACTORS_MAX {
                self.actors.clear();
            }
            self.actors.insert(person.clone(), Viewer::of_person(&self.ahead, person));
        }
        let view = View::through(&self.ahead, self.actors[person].clone());
        #[cfg(feature = "leaks")]
        let view = crate::leaks::decided_from(&self.ahead, view);
        view
    }

    /// Forgets what was decided and not written.
    fn step_back(&mut self) {
        let durable = self.shared.state.read().unwrap_or_else(PoisonError::into_inner).clone();
        self.start_from(durable);
    }

    /// Goes on from a state that the one ahead has come from.
    fn start_from(&mut self, state: State) {
        self.ahead = state;
        self.actors.clear();
        self.retries.forget_from(self.ahead.size());
    }
}

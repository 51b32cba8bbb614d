//! The writer: the only path to the record. One thread takes all acts that wait, decides them in
//! turn, makes them durable in one transaction, and only then shows and answers them.

use crate::house::{Settings, Shared};
use coalition::decide::{Command, Founding, decide, found};
use coalition::{Act, Id, Refusal, State, View, Viewer};
use jiff::Timestamp;
use record::{LogError, Salt, StoreError};
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError, mpsc};
use tokio::sync::oneshot;

/// What somebody asks of the record.
#[derive(Debug)]
pub enum Ask {
    /// A command as JSON, from a request: see [`Command::read`].
    Command(Value),
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
    /// The first acts of an empty record.
    Found(Box<Founding>, Timestamp),
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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDone {
    /// The rules do not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The record could not be written; nothing was kept.
    #[error("the record could not be written, so nothing was changed: {0}")]
    NotWritten(String),
    /// The house no longer takes acts.
    #[error("the house takes no acts after a failed write: it must be started again")]
    Stopped,
}

pub(crate) struct Job {
    pub(crate) person: Option<Id>,
    pub(crate) ask: Ask,
    pub(crate) reply: oneshot::Sender<Result<Done, NotDone>>,
}

/// The keys of the newest acts and where those acts are, so that a retry gets the first answer.
#[derive(Default)]
pub(crate) struct Keys {
    done: HashMap<(Id, Id), Done>,
    order: VecDeque<(Id, Id)>,
}

/// How many keys are remembered.
const KEYS_MAX: usize = 65_536;
/// How many acts are made durable at once, at most.
const BATCH_MAX: usize = 512;
/// How many actors' views the writer keeps.
const ACTORS_MAX: usize = 64;

impl Keys {
    pub(crate) fn remember(&mut self, act: &Act, position: u64) {
        let (Some(person), Some(key)) = (act.by.person.clone(), act.key.clone()) else { return };
        let done = Done { position, act: act.id.clone(), subject: act.subject.clone() };
        if self.done.insert((person.clone(), key.clone()), done).is_none() {
            self.order.push_back((person, key));
        }
        if self.order.len() > KEYS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.done.remove(&oldest);
        }
    }

    fn get(&self, person: &Id, key: &Id) -> Option<Done> {
        self.done.get(&(person.clone(), key.clone())).cloned()
    }
}

/// An act decided and not yet durable.
struct Pending {
    act: Act,
    bytes: Arc<[u8]>,
}

struct Writer {
    shared: Arc<Shared>,
    settings: Settings,
    /// The state as it will be once everything decided is durable.
    ahead: State,
    actors: HashMap<Id, View>,
    keys: Keys,
    stopped: bool,
}

/// Starts the writer's thread; it ends when the last sender of jobs is gone.
pub(crate) fn start(
    shared: Arc<Shared>,
    settings: Settings,
    keys: Keys,
    jobs: mpsc::Receiver<Job>,
) {
    let ahead = shared.state.read().unwrap_or_else(PoisonError::into_inner).clone();
    let mut writer =
        Writer { shared, settings, ahead, actors: HashMap::new(), keys, stopped: false };
    std::thread::Builder::new()
        .name("writer".into())
        .spawn(move || {
            while let Ok(first) = jobs.recv() {
                let mut batch = vec![first];
                batch.extend(jobs.try_iter().take(BATCH_MAX - 1));
                writer.commit(batch);
            }
        })
        .expect("the system starts one thread");
}

impl Writer {
    /// Decides a batch of jobs, makes their acts durable together, and answers.
    fn commit(&mut self, batch: Vec<Job>) {
        let mut pending = Vec::with_capacity(batch.len());
        let mut answers = Vec::with_capacity(batch.len());
        for job in batch {
            let answer = if self.stopped {
                Err(NotDone::Stopped)
            } else {
                self.decide(job.person, job.ask, &mut pending)
            };
            answers.push((job.reply, answer));
        }
        let outcome = self.make_durable(pending);
        for (reply, answer) in answers {
            // Whoever asked may have gone: the act stands all the same.
            let _ = reply.send(answer.and_then(|done| outcome.clone().map(|()| done)));
        }
    }

    /// The next act that the record will hold, if the job comes to one.
    fn decide(
        &mut self,
        person: Option<Id>,
        ask: Ask,
        pending: &mut Vec<Pending>,
    ) -> Result<Done, NotDone> {
        if let Ask::Found(founding, at) = ask {
            return self.found(*founding, at, pending);
        }
        let person = person.ok_or(Refusal::NotSeated)?;
        let view = self.actor(&person);
        let (command, now) = match ask {
            Ask::Command(json) => (Command::read(view, json)?, None),
            Ask::Import { at, subject, change } => {
                (Command::imported(view, subject, change)?, Some(at))
            }
            Ask::Found(..) => unreachable!("handled above"),
        };
        if let Some(done) = command.key.as_ref().and_then(|key| self.keys.get(&person, key)) {
            return Ok(done);
        }
        let now = now.unwrap_or_else(|| (self.settings.clock)());
        let entropy = [self.settings.random(), self.settings.random()];
        let act = decide(self.actor(&person), command, now, entropy)?;
        Ok(self.take_in(act, pending))
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
        let done: Vec<Done> = acts.into_iter().map(|act| self.take_in(act, pending)).collect();
        done.into_iter().next().ok_or(NotDone::Stopped)
    }

    fn take_in(&mut self, act: Act, pending: &mut Vec<Pending>) -> Done {
        let position = self.ahead.size() as u64;
        let bytes: Arc<[u8]> = act.encode().into();
        self.ahead.apply(&act, Arc::clone(&bytes));
        for view in self.actors.values_mut() {
            view.advance(&self.ahead, &act);
        }
        self.keys.remember(&act, position);
        let done = Done { position, act: act.id.clone(), subject: act.subject.clone() };
        pending.push(Pending { act, bytes });
        done
    }

    /// The actor's view of the state ahead.
    fn actor(&mut self, person: &Id) -> &View {
        let known = matches!(self.actors.get(person).map(View::viewer), Some(Viewer::Seated(_)));
        if !known {
            if self.actors.len() >= ACTORS_MAX {
                self.actors.clear();
            }
            let view = View::of(&self.ahead, Viewer::of_person(&self.ahead, person));
            #[cfg(feature = "leaks")]
            let view = crate::leaks::decided_from(&self.ahead, view);
            self.actors.insert(person.clone(), view);
        }
        &self.actors[person]
    }

    /// Writes what was decided; on failure everything is as it was before.
    fn make_durable(&mut self, pending: Vec<Pending>) -> Result<(), NotDone> {
        if pending.is_empty() {
            return Ok(());
        }
        let salted = pending
            .iter()
            .map(|pending| (Salt(self.settings.random()), pending.bytes.to_vec()))
            .collect();
        let appended =
            self.shared.log.lock().unwrap_or_else(PoisonError::into_inner).append(salted);
        match appended {
            Ok(checkpoint) => {
                let mut state = self.shared.state.write().unwrap_or_else(PoisonError::into_inner);
                for pending in pending {
                    state.apply(&pending.act, pending.bytes);
                }
                *self.shared.checkpoint.write().unwrap_or_else(PoisonError::into_inner) =
                    checkpoint.text().into();
                Ok(())
            }
            Err(error) => {
                self.stopped = matches!(
                    error,
                    LogError::Store(StoreError::CommitFailed(_) | StoreError::Stopped)
                );
                self.step_back();
                Err(NotDone::NotWritten(error.to_string()))
            }
        }
    }

    /// Forgets what was decided and not written.
    fn step_back(&mut self) {
        self.ahead = self.shared.state.read().unwrap_or_else(PoisonError::into_inner).clone();
        self.actors.clear();
        let size = self.ahead.size() as u64;
        self.keys.done.retain(|_, done| done.position < size);
        let Keys { done, order } = &mut self.keys;
        order.retain(|key| done.contains_key(key));
    }
}

//! The second half of the writer: makes durable what was decided, everything that waits in one
//! transaction, shows it to readers, and only then has it answered. Whoever holds the committer
//! commits: its thread, or somebody who asks while nothing else waits (see [`crate::writer`]).
//!
//! When a batch cannot be written, everything decided after it stood on acts that will never be:
//! it *falls* with the batch, and the writer goes on from what is durable. Each failure begins a new
//! generation; what was decided in an older one is refused here.

use crate::house::Shared;
use crate::writer::{Done, NotDone};
use coalition::Step;
use record::{LogError, Salt, StoreError};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// How many answers are taken together on their way to the disk, at most.
const BATCH_MAX: usize = 512;
/// How many answers may wait for the disk before deciding waits, too.
const WAITING_MAX: usize = 1_024;

/// An act decided and not yet durable.
pub(crate) struct Pending {
    pub(crate) step: Step,
    pub(crate) salt: Salt,
}

/// What a job came to: acts, which are recorded together, and what to say once they are durable.
pub(crate) struct Decided {
    /// How many failures whoever decided it knew of.
    pub(crate) generation: u64,
    pub(crate) acts: Vec<Pending>,
    pub(crate) answer: Result<Done, NotDone>,
    pub(crate) reply: oneshot::Sender<Result<Done, NotDone>>,
}

/// How many batches could not be written. Only the committer counts.
#[derive(Default)]
pub(crate) struct Fallen(AtomicU64);

/// The count after a failure that leaves the disk in doubt: nothing is written any more.
const FOR_GOOD: u64 = u64::MAX;

impl Fallen {
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Whether a count says that nothing is written any more.
    pub(crate) fn for_good(&self, count: u64) -> bool {
        count == FOR_GOOD
    }
}

/// How busy the writer is.
#[derive(Default)]
pub(crate) struct Business {
    /// How many jobs were taken and are not yet recorded or refused.
    under_way: AtomicUsize,
    /// How many jobs the last batch had.
    last: AtomicUsize,
}

impl Business {
    /// One more job was taken.
    pub(crate) fn begin(&self) {
        self.under_way.fetch_add(1, Ordering::AcqRel);
    }

    fn end(&self, jobs: usize) {
        self.last.store(jobs, Ordering::Relaxed);
        self.under_way.fetch_sub(jobs, Ordering::AcqRel);
    }

    /// Whether everything that was taken is recorded or refused, and nobody asked at the same time
    /// as the last who did: it may then be the same one again, or somebody alone.
    pub(crate) fn is_quiet(&self) -> bool {
        self.under_way.load(Ordering::Acquire) == 0 && self.last.load(Ordering::Relaxed) <= 1
    }
}

/// Makes batches durable, in the order in which they were decided.
pub(crate) struct Committer {
    shared: Arc<Shared>,
    fallen: Arc<Fallen>,
    business: Arc<Business>,
    /// Why the last batch that could not be written was not.
    why: NotDone,
}

/// Whom to answer, and what.
type Told = (oneshot::Sender<Result<Done, NotDone>>, Result<Done, NotDone>);

/// Gives answers. Whoever asked may have gone: the act stands all the same.
pub(crate) fn tell(answers: Vec<Told>) {
    for (reply, answer) in answers {
        let _ = reply.send(answer);
    }
}

/// Starts the thread that commits what the writer's thread decides; it ends when the sender is gone.
pub(crate) fn start(
    committer: Arc<Mutex<Committer>>,
) -> (mpsc::SyncSender<Decided>, JoinHandle<()>) {
    let (sender, decided) = mpsc::sync_channel::<Decided>(WAITING_MAX);
    // To wake each who waits takes longer than to write his act, and needs no disk. What waits here
    // is bounded by who waits for an answer.
    let (teller, answers) = mpsc::channel::<Vec<Told>>();
    let telling = std::thread::Builder::new()
        .name("teller".into())
        .spawn(move || answers.into_iter().for_each(tell))
        .expect("the system starts one thread");
    let thread = std::thread::Builder::new()
        .name("committer".into())
        .spawn(move || {
            while let Ok(first) = decided.recv() {
                // A disk takes as long for one act as for a hundred.
                let more = decided.try_iter().take(BATCH_MAX - 1);
                let batch: Vec<Decided> = std::iter::once(first).chain(more).collect();
                // Whoever panicked with it left the record in doubt: nothing is written any more.
                let Ok(answers) = committer.lock().map(|mut committer| committer.commit(batch))
                else {
                    break;
                };
                // Whoever is alone gets his answer a thread's waking sooner.
                if answers.len() == 1 {
                    tell(answers);
                } else if let Err(mpsc::SendError(answers)) = teller.send(answers) {
                    tell(answers);
                }
            }
            drop(teller);
            let _ = telling.join();
        })
        .expect("the system starts one thread");
    (sender, thread)
}

impl Committer {
    pub(crate) fn new(
        shared: Arc<Shared>,
        fallen: Arc<Fallen>,
        business: Arc<Business>,
    ) -> Committer {
        Committer { shared, fallen, business, why: NotDone::Stopped }
    }

    /// Makes the acts of a batch durable together, and gives the answers.
    pub(crate) fn commit(&mut self, batch: Vec<Decided>) -> Vec<Told> {
        let generation = self.fallen.count();
        let mut acts = Vec::with_capacity(batch.len());
        let mut answers = Vec::with_capacity(batch.len());
        for decided in batch {
            let answer = if decided.generation == generation {
                acts.extend(decided.acts);
                decided.answer
            } else {
                Err(self.why.clone())
            };
            answers.push((decided.reply, answer));
        }
        // Even a refusal may rest on acts of this batch.
        if let Err(why) = self.make_durable(acts) {
            for (_, answer) in &mut answers {
                *answer = Err(why.clone());
            }
        }
        self.business.end(answers.len());
        answers
    }

    /// Writes what was decided; on failure nothing of it is shown, and what came after it falls.
    fn make_durable(&mut self, acts: Vec<Pending>) -> Result<(), NotDone> {
        if acts.is_empty() {
            return Ok(());
        }
        let salted =
            acts.iter().map(|pending| (pending.salt, pending.step.bytes().to_vec())).collect();
        let appended =
            self.shared.log.lock().unwrap_or_else(PoisonError::into_inner).append(salted);
        match appended {
            Ok(checkpoint) => {
                let mut state = self.shared.state.write().unwrap_or_else(PoisonError::into_inner);
                for pending in acts {
                    state.follow(pending.step);
                }
                *self.shared.checkpoint.write().unwrap_or_else(PoisonError::into_inner) =
                    checkpoint.text().into();
                let size = state.size();
                drop(state);
                self.shared.heard.send_modify(|heard| heard.size = size);
                Ok(())
            }
            Err(error) => {
                let in_doubt = matches!(
                    error,
                    LogError::Store(StoreError::CommitFailed(_) | StoreError::Stopped)
                );
                self.why = NotDone::NotWritten(error.to_string());
                let count = if in_doubt { FOR_GOOD } else { self.fallen.count() + 1 };
                self.fallen.0.store(count, Ordering::Release);
                Err(self.why.clone())
            }
        }
    }
}

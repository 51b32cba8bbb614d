//! The second half of the writer: makes durable what was decided, everything that waits in one
//! transaction, and only then has it shown to readers and answered, while the next batch is on its way
//! to the disk. Whoever holds the committer commits: its thread, or somebody who asks while nothing else
//! waits (see [`crate::writer`]).
//!
//! When a batch cannot be written, everything decided after it stood on acts that will never be:
//! it *falls* with the batch, and the writer goes on from what is durable. Each failure begins a new
//! generation; what was decided in an older one is refused here. The writer hears of it when all that
//! is durable is shown: that is the state from which it goes on.

use crate::house::Shared;
use crate::replies::{self, Outcome, Reply};
use crate::writer::NotDone;
use coalition::Step;
use record::{LogError, Salt, StoreError};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

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
    pub(crate) answer: Outcome,
    pub(crate) reply: Reply,
}

/// How many batches could not be written, as the writer hears of it.
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

    /// Whether nothing was taken but these jobs, and all before them is shown.
    fn is_only(&self, jobs: usize) -> bool {
        self.under_way.load(Ordering::Acquire) == jobs
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
    /// How many batches could not be written.
    failed: u64,
    /// Why the last of them was not.
    why: NotDone,
}

/// What became of a batch, before anybody knows.
pub(crate) struct Committed {
    /// The acts that are durable since.
    acts: Vec<Pending>,
    /// The text of the checkpoint that covers them.
    checkpoint: Option<Arc<str>>,
    /// How many batches could not be written, this one included.
    failed: Option<u64>,
    /// Whom to answer, and what.
    answers: Vec<(Reply, Outcome)>,
}

/// What everybody sees of what was committed; batches are shown in their order.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) shared: Arc<Shared>,
    pub(crate) fallen: Arc<Fallen>,
    pub(crate) business: Arc<Business>,
}

impl Front {
    /// Shows a batch to readers, and gives the answers. Whoever asked may have gone: the act stands
    /// all the same.
    pub(crate) fn show(&self, committed: Committed) {
        let Committed { acts, checkpoint, failed, answers } = committed;
        if let Some(checkpoint) = checkpoint {
            let mut state = self.shared.state.write().unwrap_or_else(PoisonError::into_inner);
            for pending in acts {
                state.follow(pending.step);
            }
            *self.shared.checkpoint.write().unwrap_or_else(PoisonError::into_inner) = checkpoint;
            let size = state.size();
            drop(state);
            self.shared.heard.send_modify(|heard| heard.size = size);
        }
        if let Some(failed) = failed {
            self.fallen.0.store(failed, Ordering::Release);
        }
        self.business.end(answers.len());
        replies::give(answers);
    }
}

/// Starts the thread that commits what the writer's thread decides; it ends when the sender is gone.
pub(crate) fn start(
    committer: Arc<Mutex<Committer>>,
    front: Front,
) -> (mpsc::SyncSender<Decided>, JoinHandle<()>) {
    let (sender, decided) = mpsc::sync_channel::<Decided>(WAITING_MAX);
    // To show acts and to wake each who waits takes as long as to write them, and needs no disk. What
    // waits here is bounded by who waits for an answer.
    let (shower, committed) = mpsc::channel::<Committed>();
    let shown = front.clone();
    let showing = std::thread::Builder::new()
        .name("shower".into())
        .spawn(move || committed.into_iter().for_each(|committed| shown.show(committed)))
        .expect("the system starts one thread");
    let thread = std::thread::Builder::new()
        .name("committer".into())
        .spawn(move || {
            while let Ok(first) = decided.recv() {
                // A disk takes as long for one act as for a hundred.
                let more = decided.try_iter().take(BATCH_MAX - 1);
                let batch: Vec<Decided> = std::iter::once(first).chain(more).collect();
                let jobs = batch.len();
                // Whoever panicked with it left the record in doubt: nothing is written any more.
                let Ok(mut committer) = committer.lock() else { break };
                let committed = committer.commit(batch);
                // Whoever is alone gets his answer a thread's waking sooner.
                if front.business.is_only(jobs) {
                    front.show(committed);
                } else if shower.send(committed).is_err() {
                    break;
                }
            }
            drop(shower);
            let _ = showing.join();
        })
        .expect("the system starts one thread");
    (sender, thread)
}

impl Committer {
    pub(crate) fn new(shared: Arc<Shared>) -> Committer {
        Committer { shared, failed: 0, why: NotDone::Stopped }
    }

    /// Makes the acts of a batch durable together. It is to be shown before anything that is committed
    /// later.
    pub(crate) fn commit(&mut self, batch: Vec<Decided>) -> Committed {
        let mut acts = Vec::with_capacity(batch.len());
        let mut answers = Vec::with_capacity(batch.len());
        for decided in batch {
            let answer = if decided.generation == self.failed {
                acts.extend(decided.acts);
                decided.answer
            } else {
                Err(self.why.clone())
            };
            answers.push((decided.reply, answer));
        }
        match self.make_durable(&acts) {
            Ok(checkpoint) => Committed { acts, checkpoint, failed: None, answers },
            // Even a refusal may rest on acts of this batch.
            Err(why) => {
                for (_, answer) in &mut answers {
                    *answer = Err(why.clone());
                }
                let failed = Some(self.failed);
                Committed { acts: Vec::new(), checkpoint: None, failed, answers }
            }
        }
    }

    /// Writes what was decided, and gives the text of the new checkpoint if there was anything; on
    /// failure what came after it falls, too.
    fn make_durable(&mut self, acts: &[Pending]) -> Result<Option<Arc<str>>, NotDone> {
        if acts.is_empty() {
            return Ok(None);
        }
        let salted =
            acts.iter().map(|pending| (pending.salt, pending.step.bytes().to_vec())).collect();
        let appended =
            self.shared.log.lock().unwrap_or_else(PoisonError::into_inner).append(salted);
        match appended {
            Ok(checkpoint) => Ok(Some(checkpoint.text().into())),
            Err(error) => {
                let in_doubt = matches!(
                    error,
                    LogError::Store(StoreError::CommitFailed(_) | StoreError::Stopped)
                );
                self.why = NotDone::NotWritten(error.to_string());
                self.failed = if in_doubt { FOR_GOOD } else { self.failed + 1 };
                Err(self.why.clone())
            }
        }
    }
}

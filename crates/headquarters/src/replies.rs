//! The way back to whoever asked the writer for something.
//!
//! Most of those who ask are tasks of a runtime, and many are answered at once. To wake a task from
//! outside its runtime takes a lock and often a call of the system; from inside, next to nothing. So
//! many answers go into their runtime as one task, which gives them.

use crate::writer::{Done, NotDone};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// What is answered.
pub(crate) type Outcome = Result<Done, NotDone>;

/// Where somebody waits for his answer.
pub(crate) struct Reply {
    way: oneshot::Sender<Outcome>,
    /// The runtime whose task he is; none for a thread that waits by itself, which may outlive it.
    runtime: Option<Handle>,
}

/// So many are woken sooner one by one.
const FEW_MAX: usize = 3;

impl Reply {
    /// For a thread that waits by itself.
    pub(crate) fn for_thread() -> (Reply, oneshot::Receiver<Outcome>) {
        let (way, answer) = oneshot::channel();
        (Reply { way, runtime: None }, answer)
    }

    /// For a task of the runtime in which this is called, if it is called in one.
    pub(crate) fn for_task() -> (Reply, oneshot::Receiver<Outcome>) {
        let (way, answer) = oneshot::channel();
        (Reply { way, runtime: Handle::try_current().ok() }, answer)
    }

    fn is_within(&self, runtime: &Handle) -> bool {
        self.runtime.as_ref().is_some_and(|own| own.id() == runtime.id())
    }
}

/// Gives all of them their answers. An answer within a runtime that is ending goes to nobody, for
/// its tasks have ended.
pub(crate) fn give(answers: Vec<(Reply, Outcome)>) {
    if answers.len() <= FEW_MAX {
        return one_by_one(answers);
    }
    let Some(runtime) = answers.iter().find_map(|(reply, _)| reply.runtime.clone()) else {
        return one_by_one(answers);
    };
    let (within, outside) = answers.into_iter().partition(|(reply, _)| reply.is_within(&runtime));
    runtime.spawn(async move { one_by_one(within) });
    one_by_one(outside);
}

fn one_by_one(answers: Vec<(Reply, Outcome)>) {
    for (reply, outcome) in answers {
        // Whoever asked may have gone.
        let _ = reply.way.send(outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::Id;
    use tokio::runtime::{Builder, Runtime};

    fn runtime() -> Runtime {
        Builder::new_multi_thread().worker_threads(2).build().expect("the system starts threads")
    }

    fn done(position: u64) -> Outcome {
        let id = Id::parse("somewhere").expect("an id");
        Ok(Done { position, act: id.clone(), subject: id })
    }

    #[test]
    fn everybody_gets_his_own_answer_wherever_he_waits() {
        let (one, other) = (runtime(), runtime());
        for count in [1, 2, 3, 4, 7, 200] {
            let (replies, waiting): (Vec<_>, Vec<_>) = (0..count)
                .map(|place| match place % 3 {
                    0 => one.block_on(async { Reply::for_task() }),
                    1 => other.block_on(async { Reply::for_task() }),
                    _ => Reply::for_thread(),
                })
                .unzip();
            give(replies.into_iter().zip((0..).map(done)).collect());
            for (place, answer) in waiting.into_iter().enumerate() {
                assert_eq!(answer.blocking_recv(), Ok(done(place as u64)), "{place} of {count}");
            }
        }
    }

    #[test]
    fn a_runtime_that_has_ended_keeps_nobody_else_from_his_answer() {
        let (ended, other) = (runtime(), runtime());
        let gone = (0..5).map(|_| ended.block_on(async { Reply::for_task() }));
        let there = (0..2).map(|_| other.block_on(async { Reply::for_task() }));
        let (replies, waiting): (Vec<_>, Vec<_>) =
            gone.chain(there).chain([Reply::for_thread()]).unzip();
        drop(ended);
        give(replies.into_iter().zip((0..).map(done)).collect());
        for (place, answer) in waiting.into_iter().enumerate().skip(5) {
            assert_eq!(answer.blocking_recv(), Ok(done(place as u64)));
        }
    }

    #[test]
    fn whoever_has_gone_keeps_nobody_from_his_answer() {
        let runtime = runtime();
        let (replies, mut waiting): (Vec<_>, Vec<_>) =
            (0..8).map(|_| runtime.block_on(async { Reply::for_task() })).unzip();
        drop(waiting.drain(..4));
        give(replies.into_iter().zip((0..).map(done)).collect());
        for (place, answer) in waiting.into_iter().enumerate() {
            assert_eq!(answer.blocking_recv(), Ok(done(place as u64 + 4)));
        }
    }
}

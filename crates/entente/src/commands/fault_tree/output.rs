//! Where the answer goes, piece by piece. It can be ended after any piece, and is whole then.

use crate::failure::Failure;
use serde_json::Value;
use std::io::{BufWriter, ErrorKind, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// The output, for the thread that computes and the one that watches.
pub(super) struct Shared {
    output: Mutex<Output>,
    is_asked: AtomicBool,
    is_computing: AtomicBool,
    is_stopping: AtomicBool,
}

impl Shared {
    pub(super) fn new(output: Output) -> Self {
        Self {
            output: Mutex::new(output),
            is_asked: AtomicBool::new(false),
            is_computing: AtomicBool::new(false),
            is_stopping: AtomicBool::new(false),
        }
    }

    /// Somebody asks for an end. Whether one will come of itself, with all that is known by then,
    /// because the engine is computing and looks now and then whether it is asked to stop.
    pub(super) fn ask(&self) -> bool {
        let again = self.is_asked.swap(true, Ordering::AcqRel);
        !again && self.is_computing.load(Ordering::Acquire)
    }

    /// Whether somebody asked for an end.
    pub(super) fn is_asked(&self) -> bool {
        self.is_asked.load(Ordering::Acquire)
    }

    /// Says what is computed next, and does it.
    pub(super) fn computing<T>(&self, what: &'static str, compute: impl FnOnce() -> T) -> T {
        // Before what was told is shown: whoever asks for an end when he has read it finds the engine
        // at work, which will look.
        self.is_computing.store(true, Ordering::Release);
        self.lock().phase(what);
        let answer = compute();
        self.is_computing.store(false, Ordering::Release);
        answer
    }

    /// The output, for the thread that computes; once it is to stop, never.
    pub(super) fn lock(&self) -> MutexGuard<'_, Output> {
        while self.is_stopping.load(Ordering::Acquire) {
            // The process is about to end. Whoever writes set after set would leave the other no
            // moment to take the lock.
            std::thread::park();
        }
        self.output.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on the thread that computes writes no further piece.
    pub(super) fn stop(&self) {
        self.is_stopping.store(true, Ordering::Release);
    }

    /// The output, unless a piece is being written.
    pub(super) fn try_lock(&self) -> Option<MutexGuard<'_, Output>> {
        match self.output.try_lock() {
            Ok(output) => Some(output),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

/// The answer as far as it is told, and what is being done.
pub(super) struct Output {
    out: BufWriter<Stdout>,
    /// As JSON: what is open, each with the number of things in it. As text: `None`.
    json: Option<Vec<(Bracket, usize)>>,
    phase: Phase,
    /// The reader has gone (`| head`), which is no error.
    is_gone: bool,
    is_ended: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket {
    Object,
    List,
}

struct Phase {
    what: &'static str,
    since: Instant,
    is_drawn: bool,
    is_shown: bool,
}

/// What takes less is not worth a line.
const DRAWN_AFTER: Duration = Duration::from_millis(700);

impl Output {
    pub(super) fn new(json: bool) -> Self {
        let phase = Phase {
            what: "starting",
            since: Instant::now(),
            is_drawn: false,
            is_shown: std::io::stderr().is_terminal(),
        };
        let out = BufWriter::with_capacity(1 << 16, std::io::stdout());
        let mut output =
            Self { out, json: json.then(Vec::new), phase, is_gone: false, is_ended: false };
        if let Some(open) = &mut output.json {
            open.push((Bracket::Object, 0));
        }
        output
    }

    pub(super) fn is_json(&self) -> bool {
        self.json.is_some()
    }

    pub(super) fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// Says what is done next. What was told before is shown at once.
    pub(super) fn phase(&mut self, what: &'static str) {
        self.phase.what = what;
        self.phase.since = Instant::now();
        // If that fails, the next piece will say so.
        let _ = self.out.flush();
    }

    /// Draws what is being done, and for how long, on a terminal.
    pub(super) fn draw(&mut self) {
        let lasted = self.phase.since.elapsed();
        if self.phase.is_shown && !self.is_ended && lasted > DRAWN_AFTER {
            eprint!("\r{}, {} s (Ctrl-C stops)\x1b[K", self.phase.what, lasted.as_secs());
            self.phase.is_drawn = true;
        }
    }

    fn undraw(&mut self) {
        if std::mem::take(&mut self.phase.is_drawn) {
            eprint!("\r\x1b[K");
        }
    }

    /// Tells a piece of text.
    pub(super) fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.undraw();
        if self.is_gone {
            return Ok(());
        }
        match self.out.write_all(text.as_bytes()) {
            Ok(()) => Ok(()),
            Err(error) => self.failed(&error),
        }
    }

    /// Adds to what is open; in an object under a key.
    pub(super) fn value(&mut self, key: &str, value: &Value) -> Result<(), Failure> {
        self.key(key)?;
        self.text(&value.to_string())
    }

    /// Opens an object or a list; in an object under a key.
    pub(super) fn open(&mut self, key: &str, bracket: Bracket) -> Result<(), Failure> {
        self.key(key)?;
        if let Some(open) = &mut self.json {
            open.push((bracket, 0));
        }
        self.text(if bracket == Bracket::Object { "{" } else { "[" })
    }

    /// Closes what was opened last.
    pub(super) fn close(&mut self) -> Result<(), Failure> {
        let closed = self.json.as_mut().and_then(Vec::pop);
        match closed {
            Some((Bracket::Object, _)) => self.text("}"),
            Some((Bracket::List, _)) => self.text("]"),
            None => Ok(()),
        }
    }

    fn key(&mut self, key: &str) -> Result<(), Failure> {
        let Some(open) = &mut self.json else { return Ok(()) };
        let depth = open.len();
        let (bracket, count) = open.last_mut().expect("the answer itself is open until its end");
        let (bracket, is_first) = (*bracket, *count == 0);
        *count += 1;
        let before = match (depth, is_first) {
            (1, true) => "{\n  ",
            (1, false) => ",\n  ",
            (_, true) => "",
            (_, false) => ", ",
        };
        self.text(before)?;
        match bracket {
            Bracket::Object => self.text(&format!("{}: ", Value::from(key))),
            Bracket::List => Ok(()),
        }
    }

    /// Ends the answer: no more is told after this.
    pub(super) fn end(&mut self, is_complete: bool) -> Result<(), Failure> {
        if self.is_json() {
            self.value("complete", &is_complete.into())?;
            self.text("\n")?;
            self.close()?;
            self.text("\n")?;
        }
        self.undraw();
        self.is_ended = true;
        match self.out.flush() {
            Err(error) => self.failed(&error),
            Ok(()) => Ok(()),
        }
    }

    /// Ends the answer where it is. All that was told stands, and that more was to come is said.
    pub(super) fn stop(&mut self) -> Result<(), Failure> {
        if self.is_ended {
            return Ok(());
        }
        let phase = self.phase.what;
        if !self.is_json() {
            self.text(&format!("\nincomplete: stopped while {phase}\n"))?;
        }
        while let Some(&[_, .., (bracket, _)]) = self.json.as_deref() {
            if bracket == Bracket::Object {
                self.value("complete", &false.into())?;
            }
            self.close()?;
        }
        if self.is_json() {
            self.value("stopped_while", &phase.into())?;
        }
        self.end(false)
    }

    fn failed(&mut self, error: &std::io::Error) -> Result<(), Failure> {
        if error.kind() == ErrorKind::BrokenPipe {
            self.is_gone = true;
            return Ok(());
        }
        Err(Failure::input(format!("cannot write the answer: {error}"), ""))
    }
}

//! Other processes, watched: what they say line by line, their memory, and their end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// What one process measured, or what was measured of it.
#[derive(Clone)]
pub struct Measured {
    /// Inside the process, the question alone; for Canopy the whole process.
    pub seconds: f64,
    /// The same and all before it: reading, and for ours the start of the process.
    pub whole: f64,
    /// The most memory it held, in MB, where it could be seen.
    pub megabytes: Option<f64>,
    /// What came out.
    pub answer: Answer,
}

/// What came out of a question.
#[derive(Clone)]
pub enum Answer {
    /// How many minimal cut sets there are.
    CutSets(String),
    /// The probability of the top event.
    Probability(f64),
    /// Not looked at.
    Untold,
}

/// After one run of this many seconds the next would only cost time.
const REPEATED_BELOW: f64 = 20.0;

/// The run with the middle time; `None` if any gives none.
pub fn median(runs: usize, measure: &dyn Fn() -> Option<Measured>) -> Option<Measured> {
    let mut measured = Vec::new();
    while measured.len() < runs {
        let run = measure()?;
        let is_long = run.seconds > REPEATED_BELOW;
        measured.push(run);
        if is_long {
            break;
        }
    }
    measured.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    let middle = measured.len() / 2;
    measured.into_iter().nth(middle)
}

/// A process that is ended when dropped.
pub struct Watched {
    child: Child,
    lines: Receiver<String>,
    started: Instant,
    limit: Duration,
}

impl Watched {
    /// Starts a program, to be listened to on its standard output or on its standard error.
    pub fn start(mut command: Command, on_error: bool, limit: Duration) -> Option<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if on_error {
            command.stderr(Stdio::piped());
        } else {
            command.stdout(Stdio::piped());
        }
        let started = Instant::now();
        let mut child = command.spawn().ok()?;
        let (sender, lines) = channel();
        let said: Box<dyn Read + Send> = match on_error {
            true => Box::new(child.stderr.take()?),
            false => Box::new(child.stdout.take()?),
        };
        std::thread::spawn(move || {
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Some(Self { child, lines, started, limit })
    }

    /// The next line; `None` at its end or the limit's.
    pub fn line(&self) -> Option<String> {
        let left = self.limit.checked_sub(self.started.elapsed())?;
        self.lines.recv_timeout(left).ok()
    }

    /// Since it was started.
    pub fn elapsed(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Its peak of memory so far, in MB; `None` if it is gone.
    pub fn megabytes(&self) -> Option<f64> {
        peak(&format!("/proc/{}/status", self.child.id()))
    }

    /// Whether it ended, all by itself and well.
    pub fn ended_well(mut self) -> bool {
        let left = self.limit.saturating_sub(self.started.elapsed());
        // Its output is closed when it ends, so this waits for no longer than that.
        let is_closed = left > Duration::ZERO;
        is_closed && self.child.wait().is_ok_and(|status| status.success())
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The peak of a process's memory in MB, as Linux tells it.
pub fn peak(status: &str) -> Option<f64> {
    let status = std::fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}

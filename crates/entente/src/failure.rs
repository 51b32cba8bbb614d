//! Why a command did not do what it was asked: one sentence, a remedy, and the exit code.

use headquarters::{HouseError, NotDone};
use record::{LogError, StoreError};
use std::process::ExitCode;

/// A failure, ready to be told.
pub(crate) struct Failure {
    code: u8,
    told: Told,
}

enum Told {
    /// A sentence, and what to do; the second may be empty.
    Plain(String, String),
    /// A report that points into a file.
    Report(miette::Report),
}

/// The exit code of an answer that ends before all of it is told.
pub(crate) const STOPPED: u8 = 6;

impl Failure {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers give a sentence or an error as they have it"
    )]
    fn plain(code: u8, what: impl ToString, remedy: impl ToString) -> Failure {
        Failure { code, told: Told::Plain(what.to_string(), remedy.to_string()) }
    }

    /// What was checked does not hold.
    pub(crate) fn does_not_hold(what: impl ToString) -> Failure {
        Failure::plain(1, what, "")
    }

    /// A file or an argument does not read.
    pub(crate) fn input(what: impl ToString, remedy: impl ToString) -> Failure {
        Failure::plain(3, what, remedy)
    }

    /// A file does not read, with the place.
    pub(crate) fn file(report: miette::Report) -> Failure {
        Failure { code: 3, told: Told::Report(report) }
    }

    /// The record cannot be opened or written.
    pub(crate) fn record(what: impl ToString, remedy: impl ToString) -> Failure {
        Failure::plain(4, what, remedy)
    }

    /// The house cannot be reached.
    pub(crate) fn unreachable(what: impl ToString, remedy: impl ToString) -> Failure {
        Failure::plain(5, what, remedy)
    }

    /// What was answered is less than what was asked, and says so.
    pub(crate) fn incomplete(what: &str) -> Failure {
        Failure::plain(STOPPED, format!("incomplete: {what}"), "")
    }

    /// Tells it on standard error.
    pub(crate) fn report(self) -> ExitCode {
        match self.told {
            Told::Plain(what, remedy) => {
                eprintln!("entente: {what}");
                if !remedy.is_empty() {
                    eprintln!("  {remedy}");
                }
            }
            Told::Report(report) => eprintln!("{report:?}"),
        }
        ExitCode::from(self.code)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::record(error, "")
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Failure {
        Failure::record(error, "")
    }
}

impl From<HouseError> for Failure {
    fn from(error: HouseError) -> Failure {
        Failure::record(error, "")
    }
}

impl From<NotDone> for Failure {
    fn from(error: NotDone) -> Failure {
        Failure::record(error, "")
    }
}

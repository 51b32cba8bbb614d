//! Headquarters for a coalition of the willing, in one binary.

mod commands;
mod data;
#[cfg(feature = "pages")]
mod drawing;
mod failure;
mod files;
mod secrets;
mod smtp;

use clap::{Parser, Subcommand};
use failure::Failure;
use std::process::ExitCode;

/// Headquarters for a coalition of the willing: independent parties that act together by promise.
///
/// Start with `entente demo`: it opens a worked example in your browser's reach, on this machine
/// alone. `entente assess` answers what promises add up to, from one file.
#[derive(Parser)]
#[command(name = "entente", version, propagate_version = true, max_term_width = 100, after_long_help = EXIT_CODES)]
struct Entente {
    #[command(subcommand)]
    command: Command,
}

/// What `--help` says of exit codes; `failure.rs` keeps to it.
const EXIT_CODES: &str = "Exit codes:
  0  done; for `assess`: answered, whatever the verdict
  1  what was checked does not hold: a receipt, or the record
  2  the command line does not read
  3  a file or an argument does not read; the message names line, column and remedy
  4  the record cannot be opened or written
  5  the house cannot be reached: port taken, not allowed to start
  6  the answer is incomplete, and says so: stopped by Ctrl-C, or by a bound on memory";

#[derive(Subcommand)]
enum Command {
    /// Open the worked example as a running house, on this machine alone.
    Demo(commands::demo::Demo),
    /// Run the house of a coalition.
    Serve(commands::serve::Serve),
    /// Found a coalition: make its record and its key.
    Init(commands::init::Init),
    /// Say whether a guarantee holds, what is missing, who waits for whom, and what to ask for.
    Assess(commands::assess::Assess),
    /// Answer for a fault tree (Open-PSA): what makes its top event occur, and how probable it is.
    FaultTree(commands::fault_tree::FaultTreeCommand),
    /// Check a receipt offline, with nothing but the house's public key.
    Verify(commands::verify::Verify),
    /// List and show acts of a record, or check all of it.
    Record(commands::record::RecordCommand),
    /// Write out what somebody may see.
    Export(commands::export::Export),
    /// Make a copy of a letter for each delegation, as PDF, each worded and set in its own way.
    Copies(commands::copies::Copies),
    /// Say to whom a PDF or text that was found outside was given.
    Trace(commands::trace::TraceCommand),
    #[cfg(feature = "pages")]
    #[command(hide = true)]
    DrawPage(commands::pages::DrawPage),
    #[cfg(feature = "pages")]
    #[command(hide = true)]
    SurveyPages(commands::pages::SurveyPages),
}

fn main() -> ExitCode {
    let outcome = match Entente::parse().command {
        Command::Demo(demo) => demo.run(),
        Command::Serve(serve) => serve.run(),
        Command::Init(init) => init.run(),
        Command::Assess(assess) => assess.run(),
        Command::FaultTree(fault_tree) => fault_tree.run(),
        Command::Verify(verify) => verify.run(),
        Command::Record(record) => record.run(),
        Command::Export(export) => export.run(),
        Command::Copies(copies) => copies.run(),
        Command::Trace(trace) => trace.run(),
        #[cfg(feature = "pages")]
        Command::DrawPage(page) => page.run(),
        #[cfg(feature = "pages")]
        Command::SurveyPages(pages) => pages.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Writes to standard output. A reader that has gone (`| head`) is no error.
pub(crate) fn say(text: &str) -> Result<(), Failure> {
    use std::io::{ErrorKind, Write};
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::input(format!("cannot write the answer: {error}"), ""))
        }
        _ => Ok(()),
    }
}

/// A JSON value as the text that `--json` prints.
pub(crate) fn pretty(value: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("a JSON value is JSON");
    text.push('\n');
    text
}

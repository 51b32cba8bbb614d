//! A file of acts: a JSON array in the order in which they were done.
//!
//! ```json
//! [{ "at": "2025-11-26T09:00:00Z",
//!    "by": { "person": "clerk-fr", "party": "FR" },
//!    "subject": "ES",
//!    "change": { "create": { "content": { "party": { "name": "Spain", "standing": "member" } } } } }]
//! ```
//!
//! The change is as in a command: `create`, `amend`, `advance`, `suspend`, `resume`, `withdraw`,
//! `relabel`, `close`, `reopen` or `proceed`; `create` may leave out the `marking`. Conditions name things by id.

use crate::file_error::{FileErrors, Report, readable};
use coalition::content::{Content, Stage, Step as FloorStep};
use coalition::text::Text;
use coalition::{Author, Id, Marking};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The largest file that is read.
pub const FILE_BYTES_MAX: usize = 8 << 20;

/// One act to be done: what [`coalition::decide::Asked::imported`] is made of, and when and by
/// whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Author,
    /// The thing it is about.
    pub subject: Id,
    /// What it changes, as in a command.
    pub change: serde_json::Value,
}

/// One act as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    at: Timestamp,
    by: Author,
    subject: Id,
    change: AskedChange,
}

/// A change as a command asks for it; named as [`coalition::Change`], whose form it has.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum AskedChange {
    Create {
        content: Content,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        marking: Option<Marking>,
    },
    Amend {
        content: Content,
    },
    Advance {
        stage: Stage,
    },
    Suspend {
        #[serde(default)]
        reason: Text,
    },
    Resume {
        #[serde(default)]
        reason: Text,
    },
    Withdraw {
        #[serde(default)]
        reason: Text,
    },
    Relabel {
        marking: Marking,
    },
    Close {
        #[serde(default)]
        reason: Text,
    },
    Reopen {
        #[serde(default)]
        reason: Text,
    },
    Proceed {
        step: FloorStep,
    },
}

impl AskedChange {
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("a change is plain JSON")
    }
}

/// Reads a file of acts. Whether each can be done is for `decide` to say.
pub fn read(name: &str, bytes: &[u8]) -> Result<Vec<Step>, FileErrors> {
    let text = readable(name, bytes, FILE_BYTES_MAX)?;
    let report = Report::new(name, text);
    let written: Vec<Written> = match serde_json::from_str(text) {
        Ok(written) => written,
        Err(error) => {
            let start = byte_of(text, error.line(), error.column());
            let said = error.to_string();
            let what = said.split(" at line ").next().unwrap_or(&said);
            report.error(
                start..start,
                format!("This does not read as a list of acts: {what}."),
                "Mend it here or just before: an act has `at`, `by`, `subject` and `change`.",
            );
            return report.finish(None);
        }
    };
    for (place, pair) in written.windows(2).enumerate() {
        if pair[1].at < pair[0].at {
            let start = start_of_act(text, place + 1);
            report.error(
                start..start,
                format!("Act {} was done before the one above it.", place + 2),
                "Put the acts in the order in which they were done.",
            );
        }
    }
    let step = |act: Written| Step {
        at: act.at,
        by: act.by,
        subject: act.subject,
        change: act.change.to_json(),
    };
    report.finish(Some(written.into_iter().map(step).collect()))
}

/// The byte at a line and column, each from 1 and the column in bytes, as `serde_json` counts.
fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize =
        text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut byte = (line_start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

/// Where the act at a place of the list, from 0, begins. The text is known to be a list of objects.
fn start_of_act(text: &str, place: usize) -> usize {
    let (mut depth, mut seen) = (0_usize, 0_usize);
    let (mut in_text, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => {
                if depth == 1 && byte == b'{' {
                    if seen == place {
                        return at;
                    }
                    seen += 1;
                }
                depth += 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
}

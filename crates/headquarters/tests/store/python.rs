//! Servers by other people, written in Python, that tests start beside the house.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A script that runs, and what it says. It ends with this.
pub(crate) struct Python {
    child: Child,
    said: Lines<BufReader<ChildStdout>>,
}

impl Drop for Python {
    fn drop(&mut self) {
        self.end();
    }
}

impl Python {
    /// Starts a script by the Python that a variable names, where `./test` has installed it; else the
    /// test says that it was skipped, unless it is required.
    pub(crate) fn started(
        variable: &str,
        script: &str,
        environment: &[(&str, &str)],
    ) -> Option<Python> {
        let Ok(python) = std::env::var(variable) else {
            let required = std::env::var("ENTENTE_BROWSER").is_ok_and(|value| value == "required");
            assert!(!required, "ENTENTE_BROWSER=required, and {variable} names no Python");
            println!("skipped: {variable} names no Python that has what {script} takes");
            return None;
        };
        let mut child = Command::new(python)
            .arg(script)
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python starts");
        let out = child.stdout.take().expect("piped");
        Some(Python { child, said: BufReader::new(out).lines() })
    }

    /// The next line that it writes.
    pub(crate) fn line(&mut self) -> String {
        self.said.next().expect("it says something").expect("text")
    }

    /// What it answers to a line.
    pub(crate) fn asked(&mut self, line: &str) -> String {
        let stdin = self.child.stdin.as_mut().expect("piped");
        writeln!(stdin, "{line}").expect("it reads");
        self.line()
    }

    /// Ends it.
    pub(crate) fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

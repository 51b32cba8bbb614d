//! The rules. Each is one function in a file of its own, with its tests; this file calls them all.

mod commands;
mod dependencies;
mod long;
mod sentences;
mod text;
mod words;

use crate::house::House;
use std::fmt;

/// Something that does not keep a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the root of the workspace.
    pub path: String,
    /// The line, counted from 1; 1 when the whole file is meant.
    pub line: usize,
    /// The rule's name.
    pub rule: &'static str,
    /// What is wrong and what to do.
    pub what: String,
}

impl Finding {
    fn new(rule: &'static str, path: &str, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line, rule, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}: {}", self.path, self.line, self.rule, self.what)
    }
}

/// Everything in the house that does not keep a rule, sorted by place.
pub fn check(house: &House) -> Vec<Finding> {
    let rules: [fn(&House) -> Vec<Finding>; 6] = [
        dependencies::check,
        sentences::check,
        long::check,
        commands::check,
        words::check,
        text::check,
    ];
    let mut findings: Vec<Finding> = rules.iter().flat_map(|rule| rule(house)).collect();
    findings.sort();
    findings
}

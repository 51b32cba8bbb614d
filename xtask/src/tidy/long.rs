//! Files over 600 lines and functions over 70 are refused, save those listed in `xtask/long.txt`.

use super::Finding;
use crate::house::{File, House};
use crate::rust;
use std::collections::BTreeMap;

const RULE: &str = "long";
/// Where the exceptions are: `PATH file: why` or `PATH fn NAME: why`.
const LIST: &str = "xtask/long.txt";
/// Past this a file wants two rooms.
const FILE_LINES_MAX: usize = 600;
/// Past this a function wants a name for its parts.
const FUNCTION_LINES_MAX: usize = 70;

/// What is long and has no line in the list, and lines of the list that nothing long needs any more.
pub fn check(house: &House) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut allowed = BTreeMap::new();
    for (line, text) in house.file(LIST).into_iter().flat_map(File::lines) {
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        match text.split_once(": ") {
            Some((what, reason)) if !reason.trim().is_empty() => {
                allowed.insert(what.to_owned(), line);
            }
            _ => findings.push(Finding::new(
                RULE,
                LIST,
                line,
                "a line reads `PATH file: why` or `PATH fn NAME: why`",
            )),
        }
    }
    for (key, finding) in long_things(house) {
        if allowed.remove(&key).is_none() {
            findings.push(finding);
        }
    }
    for (key, line) in allowed {
        findings.push(Finding::new(
            RULE,
            LIST,
            line,
            format!("`{key}` is not long: remove the line"),
        ));
    }
    findings
}

/// Everything over its limit, under the key by which the list would allow it.
fn long_things(house: &House) -> BTreeMap<String, Finding> {
    let mut long = BTreeMap::new();
    for file in &house.files {
        if !["rs", "css", "js", "sh", "html"].contains(&file.extension()) {
            continue;
        }
        let lines = file.text.lines().count();
        if lines > FILE_LINES_MAX {
            let what = format!("{lines} lines, over {FILE_LINES_MAX}: give it two rooms");
            long.insert(format!("{} file", file.path), Finding::new(RULE, &file.path, 1, what));
        }
        if file.extension() != "rs" {
            continue;
        }
        for function in
            rust::functions(&file.text).iter().filter(|found| found.lines > FUNCTION_LINES_MAX)
        {
            let what = format!(
                "fn {} takes {} lines, over {FUNCTION_LINES_MAX}: give its parts names",
                function.name, function.lines
            );
            let key = format!("{} fn {}", file.path, function.name);
            long.insert(key, Finding::new(RULE, &file.path, function.line, what));
        }
    }
    long
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(files: &[(&str, &str)]) -> Vec<String> {
        let findings = check(&House::of(files));
        findings.iter().map(|finding| format!("{}:{}", finding.path, finding.line)).collect()
    }

    fn function_of(lines: usize) -> String {
        format!("\nfn build() {{\n{}}}\n", "    step();\n".repeat(lines - 2))
    }

    #[test]
    fn the_last_allowed_line_is_allowed_and_the_next_is_not() {
        assert_eq!(places(&[("a.rs", &function_of(70))]), [""; 0]);
        assert_eq!(places(&[("a.rs", &function_of(71))]), ["a.rs:2"]);
        assert_eq!(places(&[("a.css", &"a\n".repeat(600))]), [""; 0]);
        assert_eq!(places(&[("a.css", &"a\n".repeat(601))]), ["a.css:1"]);
        assert_eq!(places(&[("facts.toml", &"a\n".repeat(5000))]), [""; 0]);
    }

    #[test]
    fn the_list_excuses_what_it_names_as_long_as_it_is_long() {
        let list = (LIST, "# why\na.rs fn build: a table\n");
        assert_eq!(places(&[list, ("a.rs", &function_of(80))]), [""; 0]);
        assert_eq!(places(&[list, ("b.rs", &function_of(80))]), ["b.rs:2", "xtask/long.txt:2"]);
        assert_eq!(places(&[list, ("a.rs", &function_of(20))]), ["xtask/long.txt:2"]);
        assert_eq!(places(&[(LIST, "a.rs fn build\n")]), ["xtask/long.txt:1"]);
    }
}

//! What no file may hold: unfinished work, blanks at line ends, a missing last newline, local paths.

use super::Finding;
use crate::house::{File, House};

const RULE: &str = "text";

/// A text that may not occur, and what to do instead. Written in two halves, so that this file may hold it.
const BANNED: [(&str, &str); 7] = [
    (concat!("TO", "DO"), "unfinished work does not land: finish it, or write it down as an issue"),
    (
        concat!("FIX", "ME"),
        "unfinished work does not land: finish it, or write it down as an issue",
    ),
    (concat!("XX", "X"), "unfinished work does not land: finish it, or write it down as an issue"),
    (concat!("todo", "!("), "unfinished work does not land: write the code, or return a refusal"),
    (
        concat!("unimplemented", "!("),
        "unfinished work does not land: write the code, or return a refusal",
    ),
    (concat!("#[ign", "ore"), "a test that does not run proves nothing: repair it or remove it"),
    (concat!("/wo", "rk/"), "a path of one machine means nothing on another: make it relative"),
];

/// Every banned text in every file; form of every file that a person writes.
pub fn check(house: &House) -> Vec<Finding> {
    house.files.iter().flat_map(|file| banned(file).into_iter().chain(form(file))).collect()
}

fn banned(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, text) in file.lines() {
        for (word, remedy) in BANNED {
            if contains_word(text, word) {
                findings.push(Finding::new(RULE, &file.path, line, format!("`{word}`: {remedy}")));
            }
        }
    }
    findings
}

/// Whether `word` occurs in `text` and is not part of a longer word.
fn contains_word(text: &str, word: &str) -> bool {
    let joins = |letter: char| letter.is_alphanumeric() || letter == '_';
    let opens_with_letter = word.starts_with(char::is_alphanumeric);
    let ends_with_letter = word.ends_with(char::is_alphanumeric);
    text.match_indices(word).any(|(place, _)| {
        let continues_before = opens_with_letter && text[..place].ends_with(joins);
        let continues_after = ends_with_letter && text[place + word.len()..].starts_with(joins);
        !continues_before && !continues_after
    })
}

fn form(file: &File) -> Vec<Finding> {
    if file.text.is_empty() || is_data(file) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (line, text) in file.lines().filter(|(_, text)| text.ends_with([' ', '\t'])) {
        let what =
            format!("the line ends in blanks after {} letters: remove them", text.trim_end().len());
        findings.push(Finding::new(RULE, &file.path, line, what));
    }
    if !file.text.ends_with('\n') {
        let last = file.text.lines().count();
        findings.push(Finding::new(
            RULE,
            &file.path,
            last,
            "the file does not end in a newline: add one",
        ));
    }
    findings
}

/// Lock files and snapshots have the form that programs gave them; what tests and fuzzers read may be
/// malformed on purpose.
fn is_data(file: &File) -> bool {
    let for_tests = file.path.split('/').any(|part| part == "tests" || part == "fuzz");
    ["lock", "snap"].contains(&file.extension()) || (for_tests && file.extension() != "rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&House::of(&[(path, text)])).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn unfinished_work_and_local_paths_are_found() {
        for (word, _) in BANNED {
            assert_eq!(lines("a.rs", &format!("first\nx {word} y\n")), [2], "{word}");
        }
        let with_reason = format!("    {} = \"slow\"]\n", concat!("#[ign", "ore"));
        assert_eq!(lines("a.rs", &with_reason), [1]);
    }

    #[test]
    fn longer_words_are_other_words() {
        let xs = concat!("XX", "X");
        for text in [
            format!("{}S\n", concat!("TO", "DO")),
            format!("A{xs}B\n"),
            format!("MY_{xs}\n"),
            "todo = \"warn\"\n".to_owned(),
            "the framework/kernel\n".to_owned(),
        ] {
            assert_eq!(lines("a.toml", &text), [0; 0], "{text}");
        }
    }

    #[test]
    fn blanks_at_the_end_and_a_missing_newline_are_found() {
        assert_eq!(lines("a.md", "one \ntwo\t\nthree\n"), [1, 2]);
        assert_eq!(lines("a.md", "one\ntwo"), [2]);
        assert_eq!(lines("a.md", ""), [0; 0]);
        assert_eq!(lines("a.snap", "one \ntwo"), [0; 0]);
        assert_eq!(lines("crates/a/tests/refused.txt", "when \ntwo"), [0; 0]);
        assert_eq!(lines("crates/a/tests/refused.rs", "when \n"), [1]);
    }
}

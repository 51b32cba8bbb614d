//! The house speaks with one tongue: the glossary holds every word, and nothing else is said in its place.
//!
//! `xtask/words.txt` holds the words: `word NAME`, `instead BANNED: say WHAT: why` and, for what the
//! pages alone may not say, `on pages instead BANNED: say WHAT: why`.

use super::Finding;
use crate::house::{File, House};

const RULE: &str = "words";
const LIST: &str = "xtask/words.txt";
const GLOSSARY: &str = "GLOSSARY.md";

/// A word that is not ours.
struct Banned<'a> {
    word: &'a str,
    remedy: &'a str,
    pages_only: bool,
}

/// Every word of the list is explained in the glossary; no banned one occurs in documents or pages.
pub fn check(house: &House) -> Vec<Finding> {
    let Some(list) = house.file(LIST) else {
        return vec![Finding::new(RULE, LIST, 1, "the list of words is missing")];
    };
    let explained = house.file(GLOSSARY).map(explained).unwrap_or_default();
    let mut findings = Vec::new();
    let mut banned = Vec::new();
    for (line, text) in list.lines().filter(|(_, text)| !text.is_empty() && !text.starts_with('#'))
    {
        if let Some(word) = text.strip_prefix("word ") {
            if !explained.iter().any(|known| known == word) {
                let what = format!("`{word}` is not explained: add a line `- **{word}**: ...`");
                findings.push(Finding::new(RULE, GLOSSARY, 1, what));
            }
        } else if let Some(entry) = parse_banned(text) {
            banned.push(entry);
        } else {
            let what = "a line reads `word NAME` or `[on pages ]instead BANNED: say WHAT: why`";
            findings.push(Finding::new(RULE, LIST, line, what));
        }
    }
    for file in &house.files {
        let Some(is_page) = read_by_people(&file.path) else { continue };
        for entry in banned.iter().filter(|entry| is_page || !entry.pages_only) {
            findings.extend(occurrences(file, entry));
        }
    }
    findings
}

fn parse_banned(text: &str) -> Option<Banned<'_>> {
    let (pages_only, rest) = match text.strip_prefix("on pages ") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (word, remedy) = rest.strip_prefix("instead ")?.split_once(": ")?;
    let (say, reason) = remedy.strip_prefix("say ")?.split_once(": ")?;
    (!say.is_empty() && !reason.is_empty()).then_some(Banned { word, remedy, pages_only })
}

/// Whether people read the text of `path`, and if so, whether it makes pages.
fn read_by_people(path: &str) -> Option<bool> {
    // This one speaks with engineers, in their words.
    if path.starts_with("crates/entente/src/commands/fault_tree/") {
        return Some(false);
    }
    if path.starts_with("crates/headquarters/src/") || path.starts_with("crates/entente/src/") {
        return Some(true);
    }
    // The example quotes its sources, in their words.
    let document = path.ends_with(".md") && !path.starts_with("examples/");
    document.then_some(false)
}

/// The words that open an entry: `- **word**` and further bold words before the colon.
fn explained(glossary: &File) -> Vec<String> {
    let entries = glossary.lines().filter_map(|(_, text)| text.strip_prefix("- **"));
    let heads = entries.filter_map(|entry| entry.split_once("**: ").map(|(head, _)| head));
    heads.flat_map(|head| head.split("**, **").map(str::to_owned)).collect()
}

fn occurrences(file: &File, entry: &Banned<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, text) in file.lines() {
        let text = text.to_lowercase();
        // "Unless X pledges" is how people write the condition that is refused; the refusal quotes them.
        if has_word(&text, entry.word) && !text.contains("unless") {
            let what = format!("`{}` is not our word: {}", entry.word, entry.remedy);
            findings.push(Finding::new(RULE, &file.path, line, what));
        }
    }
    findings
}

/// Whether `word` or its plural stands in `text` by itself; both in small letters.
fn has_word(text: &str, word: &str) -> bool {
    let joins = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    text.match_indices(word).any(|(place, _)| {
        let after = &text[place + word.len()..];
        let after = after.strip_prefix('s').unwrap_or(after);
        !text[..place].ends_with(joins) && !after.starts_with(joins)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "word party\nword minimal cut set\n\
        instead user: say person: a seat is a person's\n\
        on pages instead cut set: say breaking set: it needs no schooling\n";
    const EXPLAINED: &str =
        "- **party**: a state.\n- **leaf**, **minimal cut set**: what breaks.\n";

    fn findings(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![(LIST, WORDS)];
        all.extend(files);
        let findings = check(&House::of(&all));
        findings.iter().map(|finding| format!("{}:{}", finding.path, finding.line)).collect()
    }

    #[test]
    fn every_word_of_the_list_is_explained() {
        assert_eq!(findings(&[(GLOSSARY, EXPLAINED)]), [""; 0]);
        assert_eq!(findings(&[(GLOSSARY, "- **party**: a state.\n")]), ["GLOSSARY.md:1"]);
        assert_eq!(findings(&[]), ["GLOSSARY.md:1", "GLOSSARY.md:1"]);
    }

    #[test]
    fn a_banned_word_is_found_where_people_read() {
        let page = "crates/headquarters/src/pages/home.rs";
        for (path, text, found) in [
            ("README.md", "one\nThe User may", true),
            ("docs/a.md", "two users", true),
            ("docs/a.md", "the User-Agent of a superuser", false),
            ("docs/a.md", "a minimal cut set", false),
            ("crates/entente/src/commands/fault_tree/mod.rs", "a minimal cut set", false),
            (page, "h2 { \"Cut sets\" }", true),
            (page, "\"unless a user pledges\"", false),
            ("crates/coalition/src/view.rs", "user", false),
            ("examples/a/README.md", "a source says user", false),
        ] {
            let expected = usize::from(found);
            let count = findings(&[(GLOSSARY, EXPLAINED), (path, text)]).len();
            assert_eq!(count, expected, "{path}: {text}");
        }
    }

    #[test]
    fn a_list_that_gives_no_reason_is_refused() {
        for line in ["party", "instead user", "instead user: person", "instead user: say person"] {
            let findings = check(&House::of(&[(LIST, line), (GLOSSARY, "")]));
            assert!(findings.len() == 1 && findings[0].path == LIST, "{line}: {findings:?}");
        }
    }
}

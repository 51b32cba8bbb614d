//! Every library opens with four sentences, and the proof that the fourth names is there.

use super::Finding;
use crate::house::{File, House, Package};

const RULE: &str = "sentences";
const HEADS: [&str; 4] = ["**Holds**", "**Never**", "**Callers**", "**Proof**"];

/// `//! **Holds** ...`, `**Never** ...`, `**Callers** ...`, `**Proof** ...`, in this order, first of all.
pub fn check(house: &House) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &house.packages {
        let Some(library) = house.file(&format!("{}/src/lib.rs", package.directory)) else {
            continue;
        };
        match sentences(library) {
            Ok([.., proof]) => findings.extend(check_proof(house, package, library, &proof)),
            Err(finding) => findings.push(finding),
        }
    }
    findings
}

struct Sentence {
    line: usize,
    text: String,
}

fn sentences(library: &File) -> Result<[Sentence; 4], Finding> {
    let mut found: Vec<Sentence> = Vec::new();
    for (line, text) in library.lines() {
        let Some(text) = text.strip_prefix("//!").map(str::trim) else { break };
        match HEADS.get(found.len()) {
            Some(head) if text.starts_with(head) => {
                found.push(Sentence { line, text: text.to_owned() });
            }
            // More may be said after the four.
            None if text.is_empty() => break,
            _ => match found.last_mut() {
                Some(sentence) => sentence.text = format!("{} {text}", sentence.text),
                None => break,
            },
        }
    }
    let count = found.len();
    found.try_into().map_err(|_| {
        let what = format!(
            "a library opens with `//! {} ...`; {} is missing here or out of order",
            HEADS.join(" ...`, `//! "),
            HEADS[count]
        );
        Finding::new(RULE, &library.path, 1, what)
    })
}

/// The words in backquotes of the fourth sentence are tests: files of the crate, or crates of ours.
fn check_proof(house: &House, package: &Package, library: &File, proof: &Sentence) -> Vec<Finding> {
    let words: Vec<&str> = proof.text.split('`').skip(1).step_by(2).collect();
    let at = |what: String| Finding::new(RULE, &library.path, proof.line, what);
    if words.is_empty() {
        let what = "the proof names no test: name its file in backquotes, as in `tests/view.rs`";
        return vec![at(what.to_owned())];
    }
    let missing = words.iter().filter_map(|word| {
        let candidates = [format!("{}/{word}", package.directory), (*word).to_owned()];
        match candidates.iter().find_map(|path| house.file(path)) {
            Some(file) if proves(&file.text) => None,
            Some(file) => Some(at(format!("the proof names {}, which holds no test", file.path))),
            None if house.package(word).is_some_and(|named| named.name != package.name) => None,
            None => {
                Some(at(format!("the proof names `{word}`, which does not exist: write the test")))
            }
        }
    });
    missing.collect()
}

fn proves(text: &str) -> bool {
    ["#[test]", "proptest!", "#[tokio::test"].iter().any(|mark| text.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn findings(library: &str) -> Vec<String> {
        let mut house = House::of(&[
            ("crates/record/src/lib.rs", library),
            ("crates/record/tests/tampering.rs", "#[test]\nfn detected() {}\n"),
            ("crates/record/tests/empty.rs", "fn helper() {}\n"),
        ]);
        for name in ["record", "simulator"] {
            house.packages.push(Package {
                name: name.into(),
                directory: format!("crates/{name}"),
                needs: BTreeSet::new(),
                targets: BTreeSet::new(),
            });
        }
        check(&house).into_iter().map(|finding| finding.what).collect()
    }

    const FIRST_THREE: &str =
        "//! **Holds** a.\n//! **Never** b,\n//! nor c.\n//! **Callers**: d.\n";

    #[test]
    fn four_sentences_with_a_test_that_exists_are_enough() {
        for proof in [
            "//! **Proof**: `tests/tampering.rs`: it is so.\n",
            "//! **Proof**: see\n//! `tests/tampering.rs`.\n//!\n//! More about `anything`.\n",
            "//! **Proof**: `simulator`'s two-worlds test.\n",
            "//! **Proof**: `crates/record/tests/tampering.rs`.\n\nmod a;\n",
        ] {
            assert_eq!(findings(&format!("{FIRST_THREE}{proof}")), [""; 0], "{proof}");
        }
    }

    #[test]
    fn a_proof_without_a_test_is_no_proof() {
        for proof in [
            "//! **Proof**: trust us.\n",
            "//! **Proof**: `tests/gone.rs`.\n",
            "//! **Proof**: `tests/empty.rs`.\n",
            "//! **Proof**: `record` itself.\n",
        ] {
            assert_eq!(findings(&format!("{FIRST_THREE}{proof}")).len(), 1, "{proof}");
        }
    }

    #[test]
    fn a_sentence_that_is_missing_is_named() {
        for (library, missing) in [
            ("", "**Holds** is missing"),
            ("//! A crate.\n", "**Holds** is missing"),
            ("//! **Holds** a.\n//! **Callers**: d.\n", "**Never** is missing"),
            ("//! **Holds** a.\n//! **Never** b.\n", "**Callers** is missing"),
            (FIRST_THREE, "**Proof** is missing"),
        ] {
            let found = findings(library);
            assert!(found.len() == 1 && found[0].contains(missing), "{library}: {found:?}");
        }
    }
}

//! Two answers side by side: what may differ, and how they do.

use crate::requests::Asked;
use crate::twin::Difference;

/// An answer as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The status.
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Told {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What is allowed to differ. Everything else must be equal: status, every header, every byte.
///
/// 1. *Leaf hashes, checkpoints, proofs and receipts* (the sealed leaves): under `/record` and
///    `/api/v1/record`, base64 of 40 and more characters stands for itself.
/// 2. *Where acts are in the record*, when hidden acts were removed and not replaced: the numbers in
///    `/record/N` and in `"position":N`; then the pages of the record itself are left out.
pub fn normalised(address: &str, text: &str, difference: Difference) -> String {
    let of_the_record = address.starts_with("/record") || address.starts_with("/api/v1/record");
    match difference {
        Difference::Replaced if of_the_record => without_hashes(text),
        Difference::Replaced => text.to_owned(),
        Difference::Removed => without_places(text),
    }
}

fn without_hashes(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let is_digit =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '=');
    let mut run = String::new();
    for letter in text.chars().chain(['\0']) {
        if is_digit(letter) {
            run.push(letter);
            continue;
        }
        kept.push_str(if run.len() >= 40 { "HASH" } else { &run });
        run.clear();
        kept.push(letter);
    }
    kept
}

fn without_places(text: &str) -> String {
    let mut kept = text.to_owned();
    for before in ["/record/", "\"position\":", "\"position\": "] {
        let mut parts = kept.split(before);
        let mut joined = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            joined.push_str(before);
            joined.push('N');
            joined.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_digit()));
        }
        kept = joined;
    }
    kept
}

/// How two answers differ, in words; `None` if they do not.
pub fn difference_of(
    asked: &Asked,
    first: &Told,
    second: &Told,
    difference: Difference,
) -> Option<String> {
    let same = |one: &str, other: &str| {
        one == other
            || normalised(&asked.address, one, difference)
                == normalised(&asked.address, other, difference)
    };
    if first.status != second.status {
        return Some(format!("status {} and {}", first.status, second.status));
    }
    if !same(&first.body, &second.body) {
        return Some(first_difference(
            &normalised(&asked.address, &first.body, difference),
            &normalised(&asked.address, &second.body, difference),
        ));
    }
    // The tag is of the body, and says no more than the body does: it may differ where the body may.
    let told = |told: &Told| -> Vec<(String, String)> {
        let tag_may_differ = first.body != second.body;
        told.headers
            .iter()
            .filter(|(name, _)| {
                !(tag_may_differ && matches!(name.as_str(), "etag" | "content-length"))
            })
            .cloned()
            .collect()
    };
    let (headers, others) = (told(first), told(second));
    if headers.len() != others.len() {
        return Some(format!("headers {headers:?}\nand {others:?}"));
    }
    headers
        .iter()
        .zip(&others)
        .find(|(one, other)| one.0 != other.0 || !same(&one.1, &other.1))
        .map(|pair| format!("header {pair:?}"))
}

fn first_difference(one: &str, other: &str) -> String {
    let at = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| {
        let from = text.floor_char_boundary(at.saturating_sub(120));
        let until = text.floor_char_boundary((at + 160).min(text.len()));
        text[from..until].to_owned()
    };
    format!("bodies at byte {at}:\n--- first\n{}\n--- second\n{}", around(one), around(other))
}

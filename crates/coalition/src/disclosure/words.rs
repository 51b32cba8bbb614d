//! When two words are one word, how much of a phrase a passage holds, and the words that tell what
//! a passage is about.

use super::article::{Passage, Word, words};
use std::collections::{BTreeSet, HashMap};

/// Words that say nothing of a subject.
const EMPTY: [&str; 62] = [
    "the", "and", "for", "with", "that", "this", "from", "have", "has", "had", "are", "was",
    "were", "will", "would", "can", "could", "may", "might", "its", "their", "his", "her", "our",
    "not", "but", "into", "onto", "over", "under", "than", "then", "also", "such", "which", "who",
    "whom", "whose", "what", "when", "where", "while", "been", "being", "other", "others", "some",
    "any", "all", "each", "more", "most", "about", "after", "before", "between", "during", "they",
    "them", "these", "those", "there",
];

/// Whether a word says something of a subject.
pub(super) fn tells(plain: &str) -> bool {
    plain.len() >= 3 && !EMPTY.contains(&plain)
}

/// The telling words of a phrase, each once.
pub(super) fn telling(phrase: &str) -> Vec<Word> {
    let mut told: Vec<Word> = Vec::new();
    for word in words(phrase).into_iter().filter(|word| tells(&word.plain)) {
        if told.iter().all(|before| before.plain != word.plain) {
            told.push(word);
        }
    }
    told
}

/// Whether two words are forms of one: they begin alike for two thirds of the longer, and for five
/// letters at least, whatever the language.
pub(super) fn alike(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let longer = one.len().max(other.len());
    let letters = !one.starts_with(|of: char| of.is_ascii_digit());
    // A short word may differ in its ending alone: troop, troops.
    let ending = same + 1 >= longer && same >= 3;
    letters && (ending || (same >= 5 && same * 3 >= longer * 2))
}

/// Whether a passage holds a form of a word.
pub(super) fn holds(passage: &Passage, plain: &str) -> bool {
    passage.words.iter().any(|word| alike(&word.plain, plain))
}

/// The words of a whole article, by how they begin: most facts share none with it.
pub(super) struct Vocabulary(HashMap<[u8; 3], BTreeSet<String>>);

impl Vocabulary {
    pub fn of(passages: &[Passage]) -> Vocabulary {
        let mut begun: HashMap<[u8; 3], BTreeSet<String>> = HashMap::new();
        for word in passages.iter().flat_map(|passage| &passage.words) {
            begun.entry(beginning(&word.plain)).or_default().insert(word.plain.clone());
        }
        Vocabulary(begun)
    }

    /// Whether a form of the word stands anywhere. Forms of one word share three letters.
    pub fn holds(&self, plain: &str) -> bool {
        let begun = self.0.get(&beginning(plain));
        begun.is_some_and(|words| words.iter().any(|word| alike(word, plain)))
    }

    /// Whether the very word stands anywhere.
    pub fn has(&self, plain: &str) -> bool {
        self.0.get(&beginning(plain)).is_some_and(|words| words.contains(plain))
    }
}

fn beginning(plain: &str) -> [u8; 3] {
    let mut first = [0; 3];
    first.iter_mut().zip(plain.bytes()).for_each(|(of, byte)| *of = byte);
    first
}

/// How many of these words a passage holds.
pub(super) fn shared(passage: &Passage, of: &[Word]) -> usize {
    of.iter().filter(|word| holds(passage, &word.plain)).count()
}

/// Whether words hold a phrase of a list: `*` ends the beginning of a word, spaces part words
/// that follow one another.
pub(super) fn any_phrase(words: &[Word], phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| holds_phrase(words, phrase))
}

fn holds_phrase(words: &[Word], phrase: &str) -> bool {
    let parts: Vec<&str> = phrase.split(' ').collect();
    let fits = |part: &str, word: &Word| match part.strip_suffix('*') {
        Some(beginning) => word.plain.starts_with(beginning),
        None => word.plain == part,
    };
    words
        .windows(parts.len())
        .any(|here| parts.iter().zip(here).all(|(part, word)| fits(part, word)))
}

/// Words for a gathering.
pub(super) const GATHERING: [&str; 28] = [
    "meet*",
    "summit*",
    "talks",
    "conference*",
    "gather*",
    "conven*",
    "session*",
    "delegation*",
    "invit*",
    "agenda*",
    "negotiation*",
    "videoconference*",
    "reuni*",
    "reune*",
    "cumbre",
    "encuentro",
    "sommet",
    "rencontre*",
    "conversation*",
    "treffen",
    "gipfel*",
    "konferenz*",
    "vertice",
    "riunione",
    "zustrich*",
    "samit*",
    "narad*",
    "peregovor*",
];

/// Words for parties that come together.
pub(super) const DELEGATIONS: [&str; 30] = [
    "countr*",
    "nation",
    "nations",
    "state",
    "states",
    "delegation*",
    "member*",
    "government*",
    "partner*",
    "ally",
    "allies",
    "participant*",
    "leader*",
    "capital*",
    "representative*",
    "part*",
    "pais*",
    "estado*",
    "delegacion*",
    "pays",
    "etats",
    "delegations",
    "land",
    "lander",
    "staaten",
    "paesi",
    "stati",
    "krain*",
    "derzhav*",
    "stran*",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::article::Article;

    #[test]
    fn forms_of_a_word_are_alike_and_neighbours_are_not() {
        for (one, other) in [
            ("coordinating", "coordination"),
            ("contributions", "contribute"),
            ("framework", "frameworks"),
            ("financial", "finance"),
            ("madrid", "madridi"),
            ("troop", "troops"),
        ] {
            assert!(alike(one, other) && alike(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("commission", "committee"),
            ("international", "internal"),
            ("2025", "2026"),
            ("30", "300"),
            ("war", "was"),
            ("security", "secretary"),
        ] {
            assert!(!alike(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_phrase_is_found_word_after_word() {
        let article = Article::of("They met behind closed doors; phones were banned.", None);
        let passage = &article.passages[0];
        assert!(any_phrase(&passage.words, &["closed door*"]));
        assert!(!any_phrase(&passage.words, &["door* closed", "phone"]));
    }
}

//! A text found outside, cut into passages of words that can be compared with the record's.

use jiff::civil::Date;
use std::ops::Range;

/// The longest text that is read, in bytes: some hundred pages.
pub const ARTICLE_BYTES_MAX: usize = 200_000;

/// A press article, or any text that was found: its words by sentence.
#[derive(Clone, Debug)]
pub struct Article {
    text: String,
    /// The day it was published, if that is known: "next Tuesday" rests on it.
    pub(super) published: Option<Date>,
    pub(super) passages: Vec<Passage>,
}

/// One sentence, or one line of a heading.
#[derive(Clone, Debug)]
pub(super) struct Passage {
    /// Its bytes in the text.
    pub range: Range<usize>,
    pub words: Vec<Word>,
}

/// One word or figure.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// In small Latin letters without accents; figures with what joins them: `2025-11-04`, `15:30`.
    pub plain: String,
    /// Whether it begins with a capital, or with a letter of a script that has none.
    pub capital: bool,
}

impl Article {
    /// Reads a text. `published` is the day on which it appeared, if that is known.
    ///
    /// # Errors
    /// A sentence, where the text is too long.
    pub fn read(text: &str, published: Option<Date>) -> Result<Article, &'static str> {
        if text.len() > ARTICLE_BYTES_MAX {
            return Err("The article must be at most 200,000 bytes: give the part that matters");
        }
        Ok(Article::of(text, published))
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.passages.is_empty()
    }

    pub(super) fn of(text: &str, published: Option<Date>) -> Article {
        let mut passages = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            sentences(line, start, &mut passages);
            start += line.len();
        }
        Article { text: text.to_owned(), published, passages }
    }

    /// What follows after these bytes.
    pub fn rest(&self, from: usize) -> &str {
        &self.text[from..]
    }

    /// The passage at these bytes, as it stands.
    pub fn passage(&self, range: &Range<usize>) -> &str {
        &self.text[range.clone()]
    }
}

/// Adds the sentences of one line, which begins at byte `offset` of the text.
fn sentences(line: &str, offset: usize, passages: &mut Vec<Passage>) {
    let mut start = 0;
    for (at, character) in line.char_indices() {
        if !matches!(character, '.' | '!' | '?' | '…' | '。') {
            continue;
        }
        let end = at + character.len_utf8();
        // What closes a quotation belongs to the sentence.
        let rest = line[end..].trim_start_matches(['"', '”', '’', '»', ')', '\'']);
        let end = line.len() - rest.len();
        let next = rest.trim_start().chars().next();
        let breaks = rest.starts_with(char::is_whitespace)
            && next.is_some_and(|next| !next.is_lowercase())
            && !(character == '.' && shortened(&line[start..at]));
        if breaks {
            sentence(line, start..end, offset, passages);
            start = end;
        }
    }
    sentence(line, start..line.len(), offset, passages);
}

/// Whether a point after these words ends a shortening and no sentence: `Nov`, `Mr`, `p.m`.
fn shortened(before: &str) -> bool {
    let last = before.rsplit(|character: char| character.is_whitespace() || character == '(');
    let last = last.map(|word| word.trim_start_matches(['"', '“', '«'])).next().unwrap_or("");
    let single = last.chars().filter(|character| character.is_alphabetic()).count() == 1;
    let dotted = last.contains('.') && last.chars().all(|at| at.is_alphabetic() || at == '.');
    const USUAL: [&str; 26] = [
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mr",
        "mrs", "ms", "dr", "gen", "col", "lt", "sen", "rep", "gov", "st", "no", "vs", "approx",
    ];
    single || dotted || USUAL.contains(&last.to_lowercase().as_str())
}

fn sentence(line: &str, range: Range<usize>, offset: usize, passages: &mut Vec<Passage>) {
    let text = &line[range.clone()];
    let words = words(text);
    if words.is_empty() {
        return;
    }
    let start = offset + range.start + (text.len() - text.trim_start().len());
    let end = offset + range.start + text.trim_end().len();
    passages.push(Passage { range: start..end, words });
}

/// The words of a text. Letters and figures part; a possessive `'s` is dropped; `U.S.` is one word.
pub(super) fn words(text: &str) -> Vec<Word> {
    let characters: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let start = at;
        if characters[at].is_numeric() {
            at = figure_end(&characters, at);
        } else if characters[at].is_alphabetic() {
            at = word_end(&characters, at);
        } else {
            at += 1;
            continue;
        }
        let raw: String = characters[start..at].iter().filter(|at| **at != '\u{ad}').collect();
        let possessive = raw == "s" && start > 0 && matches!(characters[start - 1], '\'' | '’');
        if !possessive {
            let first = characters[start];
            let capital = first.is_alphabetic() && !first.is_lowercase();
            words.push(Word { capital, plain: plain(&raw) });
        }
    }
    words.retain(|word| !word.plain.is_empty());
    words
}

/// The end of a figure: digits, and what stands between digits in dates, times and amounts.
fn figure_end(characters: &[char], mut at: usize) -> usize {
    let digit = |at: usize| characters.get(at).is_some_and(|character| character.is_numeric());
    while digit(at)
        || (matches!(characters.get(at), Some('.' | ',' | ':' | '-' | '/')) && digit(at + 1))
    {
        at += 1;
    }
    at
}

/// The end of a word; of single letters with a point each, the end of the last.
fn word_end(characters: &[char], start: usize) -> usize {
    let letter = |at: usize| characters.get(at).is_some_and(|of| of.is_alphabetic());
    let point = |at: usize| characters.get(at) == Some(&'.');
    let mut at = start;
    while letter(at) && point(at + 1) && !(letter(at + 1)) && letter(at + 2) && !letter(at + 3) {
        at += 2;
    }
    if at > start && letter(at) && !letter(at + 1) {
        return at + 1;
    }
    at = start;
    while letter(at) || characters.get(at) == Some(&'\u{ad}') {
        at += 1;
    }
    at
}

/// Small Latin letters without accents, whatever the script: `Élysée` is `elysee`, `Мадрид` is
/// `madrid`.
fn plain(word: &str) -> String {
    let latin = deunicode::deunicode(word).to_lowercase();
    if word.starts_with(char::is_numeric) {
        return latin;
    }
    latin.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_words(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.plain).collect()
    }

    #[test]
    fn a_sentence_ends_where_it_ends_and_not_at_a_shortening() {
        let text = "Talks on Nov. 4 in Madrid, at 9 a.m. sharp. \"No phones.\" Mr. Doe came!\nThe U.S. stayed away";
        let article = Article::of(text, None);
        let told: Vec<&str> =
            article.passages.iter().map(|passage| article.passage(&passage.range)).collect();
        let expected = [
            "Talks on Nov. 4 in Madrid, at 9 a.m. sharp.",
            "\"No phones.\"",
            "Mr. Doe came!",
            "The U.S. stayed away",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn words_are_compared_without_case_accents_or_script() {
        assert_eq!(
            plain_words("Élysée, Ukraine’s U.S. allies; Мадрид: 15:30, 9am"),
            ["elysee", "ukraine", "us", "allies", "madrid", "15:30", "9", "am"]
        );
        assert_eq!(
            plain_words("closed-door 4/11/2025 6,000 a.m."),
            ["closed", "door", "4/11/2025", "6,000", "am"]
        );
        assert!(Article::of(" \n—", None).is_empty());
    }

    #[test]
    fn no_text_makes_it_fall_over() {
        for text in
            ["", ".", "...", "a.", "…a", "\u{ad}", "1.", "é.É", "a.b.c.d", "’s", "٣٤", "👩‍👩‍👧 x"]
        {
            let article = Article::of(text, None);
            for passage in &article.passages {
                assert!(!article.passage(&passage.range).is_empty(), "{text:?}");
            }
        }
    }
}

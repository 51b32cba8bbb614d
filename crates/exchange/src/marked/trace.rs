//! To whom a text that was found was given.

use super::layout::{Evidence, Words, evidence};
use super::template::{Marks, Part, Template};
use crate::found::Found;

/// How often a place is taken to be read wrongly in what was found: typed anew, or recognised from a
/// picture.
pub const ERRORS: f64 = 0.05;
/// So many words on either side show where a place is.
const CONTEXT: usize = 5;
/// So many of them must be there.
const CONTEXT_MIN: usize = 2;

/// What a text found outside shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// How many places have variants.
    pub slots: usize,
    /// At how many of them the text shows which one it has.
    pub read: usize,
    /// Between how many words one sees whether a line ends there; in the copy that shows most.
    pub gaps: usize,
    /// Of how many lines one sees to which side they lean; in the copy that shows most.
    pub leans: usize,
    /// Everybody who was given a copy, the likeliest first.
    pub suspects: Vec<Suspect>,
}

/// One who was given a copy.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspect {
    /// His place in the list of copies.
    pub copy: usize,
    /// At how many of the places read his copy has what was found.
    pub agrees: usize,
    /// How much likelier the text is if it comes from his copy than if it does not, as a power of ten.
    pub likelihood: f64,
    /// The part of it that its lines make; the rest is the wording's.
    pub by_lines: f64,
    /// The chance that, of all who were given a copy, anybody's agrees so well though the text does not
    /// come from it. At most 1.
    pub false_accusation: f64,
}

/// Compares a text with the copies that were given. It tells nothing of texts in which no place of the
/// template and no line is found: then nobody is likelier than anybody.
pub fn trace(template: &Template, copies: &[Marks], found: &Found) -> Trace {
    let text: Vec<String> = found.words.iter().flat_map(|word| words(&word.text)).collect();
    let read = read(template, &text);
    let slots: Vec<&[String]> = template.slots().collect();
    let seen: Vec<(usize, u8)> =
        (0..).zip(&read).filter_map(|(slot, choice)| Some((slot, (*choice)?))).collect();
    #[expect(clippy::cast_precision_loss, reason = "at most 8 variants")]
    let by_chance = |slot: usize| 1.0 / slots[slot].len() as f64;
    let tail = tail(seen.iter().map(|(slot, _)| by_chance(*slot)));
    let lines = Words::of(found);
    let (mut gaps, mut leans) = (0, 0);
    let mut suspects: Vec<Suspect> = copies
        .iter()
        .enumerate()
        .map(|(copy, marks)| {
            let (mut agrees, mut likelihood) = (0, 0.0);
            for (slot, choice) in &seen {
                let chance = by_chance(*slot);
                let given = if marks.choices.0.get(*slot) == Some(choice) {
                    agrees += 1;
                    1.0 - ERRORS
                } else {
                    ERRORS * chance / (1.0 - chance)
                };
                likelihood += (given / chance).log10();
            }
            let by_lines = marks
                .lines
                .as_ref()
                .map(|draws| evidence(&lines, &template.copy(&marks.choices), draws));
            let by_lines = by_lines.unwrap_or(Evidence { ratio: 1.0, ..Evidence::default() });
            gaps = gaps.max(by_lines.gaps);
            leans = leans.max(by_lines.leans);
            #[expect(clippy::cast_precision_loss, reason = "so many copies nobody gives")]
            let false_accusation = (by_chance_both(tail[agrees], by_lines, seen.is_empty())
                * copies.len() as f64)
                .min(1.0);
            let by_lines = by_lines.ratio.log10();
            Suspect { copy, agrees, likelihood: likelihood + by_lines, by_lines, false_accusation }
        })
        .collect();
    suspects.sort_by(|one, other| {
        other.likelihood.total_cmp(&one.likelihood).then(one.copy.cmp(&other.copy))
    });
    Trace { slots: slots.len(), read: seen.len(), gaps, leans, suspects }
}

/// The chance that an innocent copy agrees so well in both: `wording` is the chance that it agrees so
/// well in its wording, and whatever that is, the ratio of its lines is 1 on average.
///
/// With q = wording / ratio, the chance that q is at most some a is, by Markov, at most the mean of
/// min(1, a / wording); as `wording` is at most u with a chance of at most u, that is a (1 - ln a).
fn by_chance_both(wording: f64, lines: Evidence, wording_unread: bool) -> f64 {
    let both = wording / lines.ratio;
    if lines.gaps == 0 {
        wording
    } else if wording_unread || both >= 1.0 {
        both.min(1.0)
    } else {
        both * (1.0 - both.ln())
    }
}

/// The chance that a copy which has nothing to do with the text agrees at least so often, by how often:
/// the distribution of a sum of independent throws, exactly.
fn tail(chances: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut exactly = vec![1.0];
    for chance in chances {
        let mut next = vec![0.0; exactly.len() + 1];
        for (agrees, before) in exactly.iter().enumerate() {
            next[agrees] += before * (1.0 - chance);
            next[agrees + 1] += before * chance;
        }
        exactly = next;
    }
    let mut sum = 0.0;
    let mut tail: Vec<f64> = exactly
        .iter()
        .rev()
        .map(|exactly| {
            sum += exactly;
            sum
        })
        .collect();
    tail.reverse();
    tail
}

/// The words of a text in small letters, without punctuation.
pub(super) fn words(text: &str) -> Vec<String> {
    let words = text.split(|of: char| !of.is_alphanumeric() && of != '\u{ad}');
    let plain = |word: &str| word.replace('\u{ad}', "").to_lowercase();
    words.map(plain).filter(|word| !word.is_empty()).collect()
}

/// Which variant of each place stands in what was found; `None` where none does, or more than one
/// could.
fn read(template: &Template, found: &[String]) -> Vec<Option<u8>> {
    let fixed = |part: Option<&Part>| match part {
        Some(Part::Fixed(text)) => words(text),
        Some(Part::Slot(_)) | None => Vec::new(),
    };
    let places = template.parts.iter().enumerate();
    let slots = places.filter_map(|(at, part)| match part {
        Part::Slot(variants) => Some((at, variants)),
        Part::Fixed(_) => None,
    });
    slots
        .map(|(at, variants)| {
            let mut before = fixed(at.checked_sub(1).and_then(|at| template.parts.get(at)));
            before.reverse();
            before.truncate(CONTEXT);
            let mut after = fixed(template.parts.get(at + 1));
            after.truncate(CONTEXT);
            let fits = variants.iter().map(|of| fit(&before, &words(of), &after, found));
            let mut fits: Vec<(Fit, u8)> =
                fits.zip(0..).filter_map(|(fit, choice)| Some((fit?, choice))).collect();
            fits.sort_unstable_by_key(|(fit, _)| std::cmp::Reverse(*fit));
            match fits.as_slice() {
                [(_, choice)] => Some(*choice),
                [(best, choice), (next, _), ..] if best.tells_from(*next) => Some(*choice),
                _ => None,
            }
        })
        .collect()
}

/// How well a variant stands in a text, where it stands best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// The letters of the words around it that agree.
    around: usize,
    /// The letters of its own.
    own: usize,
    at: usize,
}

impl Fit {
    /// Whether this one is read, and not the next best. Of two that stand in one place, the one of which
    /// more letters agree: the longer of two that begin alike. Of two that stand in different places
    /// between the same words, nobody knows which place is meant.
    fn tells_from(self, next: Fit) -> bool {
        self.around > next.around || (self.at == next.at && self.own > next.own)
    }
}

/// How well a variant stands in a text between the words around it. `None` where it does not stand with
/// enough of them.
fn fit(before: &[String], variant: &[String], after: &[String], found: &[String]) -> Option<Fit> {
    let wanted = CONTEXT_MIN.min(before.len() + after.len());
    let mut best = None;
    for at in 0..found.len() {
        let Some(here) = found.get(at..at + variant.len()) else { break };
        let Some(own) = spelt(variant, here) else { continue };
        let left = beside(before, found[..at].iter().rev());
        let right = beside(after, found[at + variant.len()..].iter());
        if left.0 + right.0 >= wanted {
            best = best.max(Some(Fit { around: left.1 + right.1, own, at }));
        }
    }
    best
}

/// The letters that two runs of words share, if each word is the other's.
fn spelt(variant: &[String], here: &[String]) -> Option<usize> {
    let mut letters = 0;
    for (word, found) in variant.iter().zip(here) {
        letters += same(word, found)?;
    }
    Some(letters)
}

/// How many words in a row agree, one reading error apart, and in how many letters.
fn beside<'f>(context: &[String], found: impl Iterator<Item = &'f String>) -> (usize, usize) {
    let (mut agree, mut letters, mut errors) = (0, 0, 0);
    for (word, found) in context.iter().zip(found) {
        match same(word, found) {
            Some(same) => {
                agree += 1;
                letters += same;
            }
            None if errors == 0 => errors += 1,
            None => break,
        }
    }
    (agree, letters)
}

/// How many letters two words share, if they are one word but for an error of reading or typing: one in
/// five letters, two in nine.
fn same(word: &str, found: &str) -> Option<usize> {
    if word == found {
        return Some(word.chars().count() + 1);
    }
    let length = word.chars().count();
    let allowed = match length {
        0..5 => return None,
        5..9 => 1,
        _ => 2,
    };
    if found.chars().count().abs_diff(length) > allowed {
        return None;
    }
    let (one, other): (Vec<char>, Vec<char>) = (word.chars().collect(), found.chars().collect());
    let apart = distance(&one, &other, allowed)?;
    Some(one.len() - apart)
}

/// How many letters must be changed, put in or left out, if no more than `allowed`.
fn distance(one: &[char], other: &[char], allowed: usize) -> Option<usize> {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (place, found) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != found);
            diagonal = row[place + 1];
            row[place + 1] = changed.min(row[place] + 1).min(row[place + 1] + 1);
        }
    }
    row.last().copied().filter(|apart| *apart <= allowed)
}

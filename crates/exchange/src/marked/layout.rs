//! What the lines of a found text say of a copy: where they end, and to which side their spaces lean.
//!
//! The evidence for a copy is told as a ratio: how well the found lines fit those of the copy, over how
//! well they fit, on average, copies of the same wording whose lines were drawn anew. The average is
//! exact. So for the copy of anybody innocent the ratio is 1 on average, whatever was done to the text,
//! and seldom large: above k, at most once in k times (Markov).

use crate::found::{Ends, Found};
use crate::letter::{Block, LEAN, Line, Measured, Setting, blocks, set};
use std::collections::HashMap;

/// How often a line's end is taken to be lost, and how often one to appear where there was none.
const LOST: f64 = 0.05;
const NEW: f64 = 0.02;
/// How often a lean is taken to be read wrongly.
const MISREAD: f64 = 0.05;
/// How likely the lines of one paragraph are taken to be all new, and those of the whole text.
const PARAGRAPH_RESET: f64 = 0.1;
const TEXT_RESET: f64 = 0.5;
/// So many words on either side show where a word is, and so many of them must be there.
const CONTEXT: usize = 4;
const CONTEXT_MIN: usize = 3;
/// A lean is read where the words of a line stand at least so far to one side, in parts of a full lean.
const LEAN_MIN: f64 = 0.3;
/// From so many words.
const LEANING_WORDS_MIN: usize = 5;

/// What is known of found words, for comparing.
pub(super) struct Words {
    /// Each word in small letters, by number.
    numbers: HashMap<String, u32>,
    /// The words of the text.
    words: Vec<Word>,
    /// Where each number stands.
    places: Vec<Vec<usize>>,
}

struct Word {
    number: u32,
    ends_line: bool,
    place: Option<(f64, f64)>,
}

/// What the lines say of one copy.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Evidence {
    /// The ratio.
    pub ratio: f64,
    /// Between how many pairs of words one sees whether a line ends.
    pub gaps: usize,
    /// Of how many lines the lean is read.
    pub leans: usize,
}

impl Words {
    pub fn of(found: &Found) -> Words {
        let mut of = Words { numbers: HashMap::new(), words: Vec::new(), places: Vec::new() };
        for word in &found.words {
            let tokens = super::trace::words(&word.text);
            let last = tokens.len().saturating_sub(1);
            for (at, token) in tokens.into_iter().enumerate() {
                let next = u32::try_from(of.numbers.len()).expect("a text of bounded length");
                let number = *of.numbers.entry(token).or_insert(next);
                if number == next {
                    of.places.push(Vec::new());
                }
                of.places[index(number)].push(of.words.len());
                let ends_line = at == last && word.ends != Ends::Word;
                of.words.push(Word { number, ends_line, place: word.place });
            }
            // Punctuation on its own at the end of a line ends the line of the word before.
            if word.ends != Ends::Word
                && let Some(last) = of.words.last_mut()
            {
                last.ends_line = true;
            }
        }
        of
    }

    /// Where each of these words stands: the one place with the most of its neighbours around it.
    fn aligned(&self, wanted: &[Option<u32>]) -> Vec<Option<usize>> {
        let here = |at: Option<usize>| Some(self.words.get(at?)?.number);
        let place = |word: usize| {
            let number = wanted[word]?;
            let fits = self.places[index(number)].iter().map(|at| {
                let around = (1..=CONTEXT).map(|off| {
                    let before = word.checked_sub(off).and_then(|of| wanted[of]);
                    let after = wanted.get(word + off).copied().flatten();
                    let left = before.is_some() && here(at.checked_sub(off)) == before;
                    let right = after.is_some() && here(at.checked_add(off)) == after;
                    usize::from(left) + usize::from(right)
                });
                (around.sum::<usize>(), *at)
            });
            let mut fits: Vec<(usize, usize)> =
                fits.filter(|(fit, _)| *fit >= CONTEXT_MIN.min(wanted.len() - 1)).collect();
            fits.sort_unstable_by(|one, other| other.cmp(one));
            match fits.as_slice() {
                [(_, at)] => Some(*at),
                [(best, at), (next, _), ..] if best > next => Some(*at),
                _ => None,
            }
        };
        (0..wanted.len()).map(place).collect()
    }
}

fn index(number: u32) -> usize {
    usize::try_from(number).expect("a number of 32 bits")
}

/// What the lines of a found text say of a copy of this wording whose lines were drawn so.
pub(super) fn evidence(found: &Words, copy: &str, draws: &[u8]) -> Evidence {
    let blocks = blocks(copy);
    let mut draw = draws.iter();
    let lines = set(&blocks, Setting::Marked, || draw.next().copied().unwrap_or(0));
    let place = places(found, &blocks);
    let mut evidence = Evidence { ratio: 1.0, gaps: 0, leans: 0 };
    let mut fits = 1.0;
    for (at, block) in blocks.iter().enumerate() {
        let measured = Measured::of(block);
        if !measured.marked {
            continue;
        }
        let lines: Vec<&Line> = lines.iter().filter(|line| line.block == at).collect();
        let mut seen = seen(found, &place[at]);
        // A paragraph of which no line ends was set anew, or copied as one line.
        if lines.len() > 1 && !seen.contains(&Some(true)) {
            seen.fill(None);
        }
        let ends = ends_ratio(&measured, &lines, &seen);
        let leans = leans_ratio(found, &measured, &lines, &place[at]);
        fits *= PARAGRAPH_RESET + (1.0 - PARAGRAPH_RESET) * ends * leans.0;
        evidence.gaps += seen.iter().flatten().count();
        evidence.leans += leans.1;
    }
    if evidence.gaps > 0 {
        // Products of many paragraphs stay far within what a float holds.
        evidence.ratio = TEXT_RESET + (1.0 - TEXT_RESET) * fits;
    }
    evidence
}

/// For each word of each block the places of its first and last part in the found text.
type Places = Vec<Vec<Option<(usize, usize)>>>;

fn places(found: &Words, blocks: &[Block]) -> Places {
    let mut wanted: Vec<Option<u32>> = Vec::new();
    let mut parts: Vec<Vec<(usize, usize)>> = Vec::new();
    for block in blocks {
        let of_block = block.words.iter().map(|word| {
            let from = wanted.len();
            let tokens = super::trace::words(word);
            wanted.extend(tokens.iter().map(|token| found.numbers.get(token).copied()));
            (from, wanted.len())
        });
        parts.push(of_block.collect());
    }
    let aligned = found.aligned(&wanted);
    let of_word = |(from, until): (usize, usize)| {
        (from < until).then(|| Some((aligned[from]?, aligned[until - 1]?))).flatten()
    };
    parts.into_iter().map(|block| block.into_iter().map(of_word).collect()).collect()
}

/// After each word but the last: whether a line ends there, if one sees it.
fn seen(found: &Words, places: &[Option<(usize, usize)>]) -> Vec<Option<bool>> {
    let gap = |pair: &[Option<(usize, usize)>]| {
        let ((_, before), (after, _)) = (pair[0]?, pair[1]?);
        (before + 1 == after).then(|| found.words[before].ends_line)
    };
    places.windows(2).map(gap).collect()
}

/// How well the lines' ends fit what is seen, over how well lines drawn anew would.
fn ends_ratio(measured: &Measured, lines: &[&Line], seen: &[Option<bool>]) -> f64 {
    // What one line's end adds; that elsewhere none is seen is the same for all and left out.
    let end = |until: usize| match seen.get(until - 1).copied().flatten() {
        Some(true) => (1.0 - LOST) / NEW,
        Some(false) => LOST / (1.0 - NEW),
        None => 1.0,
    };
    let drawn: f64 = lines.iter().map(|line| end(line.until)).product();
    // From the last word to the first: the average over all lines that could follow.
    let count = measured.widths.len();
    let mut anew = vec![1.0; count + 1];
    for from in (0..count).rev() {
        let ends = measured.ends(from);
        let first = ends.start;
        let follow = ends
            .clone()
            .map(|until| Measured::chance(ends.len(), until - first) * end(until) * anew[until]);
        anew[from] = follow.sum();
    }
    drawn / anew[0]
}

/// How well the leans of lines fit what is seen, over how well leans drawn anew would; and how many
/// are read.
fn leans_ratio(
    found: &Words,
    measured: &Measured,
    lines: &[&Line],
    places: &[Option<(usize, usize)>],
) -> (f64, usize) {
    let (mut ratio, mut read) = (1.0, 0);
    for line in lines {
        let Some(drawn) = line.lean else { continue };
        let Some(lean) = lean(found, measured, line, &places[line.from..line.until]) else {
            continue;
        };
        if lean.abs() < LEAN_MIN {
            continue;
        }
        read += 1;
        // Two leans, each as likely: the average of the two is one half.
        ratio *= 2.0 * if (lean > 0.0) == drawn { 1.0 - MISREAD } else { MISREAD };
    }
    (ratio, read)
}

/// To which side a found line leans: 1 where its first half is as wide as in a line that leans so, -1
/// where its second half is. Words' places are explained by where the line begins, its scale and its
/// lean (least squares).
fn lean(
    found: &Words,
    measured: &Measured,
    line: &Line,
    places: &[Option<(usize, usize)>],
) -> Option<f64> {
    let spaces = line.until - line.from - 1;
    let half = spaces / 2;
    let (mut along, mut shift) = (0.0, 0.0);
    let mut rows: Vec<[f64; 3]> = Vec::new();
    let mut last: Option<(usize, f64)> = None;
    for (word, place) in places.iter().enumerate() {
        if let Some((first, end)) = place {
            let stands = found.words[*first].place.filter(|_| end >= first);
            // All on one line, one after the other, from left to right.
            if let (Some((before, left)), Some((here, _))) = (last, stands) {
                let between = found.words.get(before..*first).unwrap_or_default();
                if here <= left || between.is_empty() || between.iter().any(|of| of.ends_line) {
                    return None;
                }
            }
            if let Some((here, _)) = stands {
                rows.push([along, shift, here]);
                last = Some((*end, here));
            }
        }
        along += f64::from(measured.widths[line.from + word] + measured.space);
        shift += f64::from(match word {
            _ if word < half => LEAN,
            _ if word >= spaces - half && word < spaces => -LEAN,
            _ => 0,
        });
    }
    (rows.len() >= LEANING_WORDS_MIN).then(|| third(&rows)).flatten()
}

/// Of `place = begin + scale * (along + lean * shift)`, the lean.
fn third(rows: &[[f64; 3]]) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "the words of a line")]
    let count = rows.len() as f64;
    let mean = |column: usize| rows.iter().map(|row| row[column]).sum::<f64>() / count;
    let means = [mean(0), mean(1), mean(2)];
    let sum = |one: usize, other: usize| -> f64 {
        rows.iter().map(|row| (row[one] - means[one]) * (row[other] - means[other])).sum()
    };
    let determinant = sum(0, 0) * sum(1, 1) - sum(0, 1) * sum(0, 1);
    let scale = (sum(0, 2) * sum(1, 1) - sum(1, 2) * sum(0, 1)) / determinant;
    let leaning = (sum(1, 2) * sum(0, 0) - sum(0, 2) * sum(0, 1)) / determinant;
    let lean = leaning / scale;
    (scale > 0.0 && lean.is_finite()).then_some(lean)
}

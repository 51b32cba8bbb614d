//! A text with places at which copies differ.

use crate::letter::{self, Setting, Stationery, blocks, set};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest text, in bytes, variants included.
pub const TEMPLATE_BYTES_MAX: usize = 100_000;
/// The most places at which copies may differ.
pub const SLOTS_MAX: usize = 400;
/// Above this, two copies drawn for different delegations are too often worded alike.
pub const SAME_BY_CHANCE_MAX: f64 = 1e-4;
/// The most variants of one place.
const VARIANTS_MAX: usize = 8;

/// A text of which each copy is worded in its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub(super) parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The same in every copy.
    Fixed(String),
    /// One of these.
    Slot(Vec<String>),
}

/// Which variant one copy has at each place, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Choices(pub Vec<u8>);

/// What tells one copy from the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// How it is worded.
    pub choices: Choices,
    /// What was drawn for its lines, one number for each, if it is a PDF of the house.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<u8>>,
}

/// A letter and who has which copy of it: what tracing needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// How lines of PDFs are set ([`crate::letter::STATIONERY`]); 0 where copies are text alone.
    #[serde(default)]
    pub stationery: u8,
    /// The letter with its variants.
    pub letter: String,
    /// Every copy that was given.
    pub copies: Vec<Given>,
}

/// One copy that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// To whom.
    pub to: String,
    /// Its wording and its lines.
    #[serde(flatten)]
    pub marks: Marks,
}

impl Kept {
    /// As a file keeps it.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string(self).expect("strings and numbers are JSON");
        text.push('\n');
        text
    }

    /// What a file kept.
    ///
    /// # Errors
    /// Where the text is not what [`Kept::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Kept, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct BadTemplate {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub why: &'static str,
}

impl Template {
    /// Reads a text in which `[[one wording | another]]` stands where copies differ.
    ///
    /// # Errors
    /// The line and what is wrong there.
    pub fn parse(text: &str) -> Result<Template, BadTemplate> {
        let bad = |at: usize, why| {
            let line = text[..at].matches('\n').count() + 1;
            Err(BadTemplate { line, why })
        };
        if text.len() > TEMPLATE_BYTES_MAX {
            return bad(0, "the text must be at most 100,000 bytes");
        }
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(found) = text[at..].find("[[") {
            let start = at + found;
            parts.push(Part::Fixed(text[at..start].to_owned()));
            let Some(length) = text[start + 2..].find("]]") else {
                return bad(start, "`[[` opens variants that no `]]` closes");
            };
            let inside = &text[start + 2..start + 2 + length];
            match variants(inside) {
                Ok(variants) => parts.push(Part::Slot(variants)),
                Err(why) => return bad(start, why),
            }
            at = start + 2 + length + 2;
        }
        if let Some(stray) = text[at..].find("]]") {
            return bad(at + stray, "`]]` closes variants that no `[[` opens");
        }
        parts.push(Part::Fixed(text[at..].to_owned()));
        let template = Template { parts };
        match template.slots().count() {
            0..=SLOTS_MAX => Ok(template),
            _ => bad(text.len(), "at most 400 places may have variants"),
        }
    }

    /// The variants of each place.
    pub fn slots(&self) -> impl Iterator<Item = &[String]> {
        self.parts.iter().filter_map(|part| match part {
            Part::Fixed(_) => None,
            Part::Slot(variants) => Some(variants.as_slice()),
        })
    }

    /// The choices of a new copy, from randomness: each variant of a place as likely as any other,
    /// whatever other copies have. One `random` number for each place.
    pub fn draw(&self, mut random: impl FnMut() -> u64) -> Choices {
        let drawn = self.slots().map(|variants| {
            // A remainder of so large a number favours no variant that anybody could see.
            let choice = random() % variants.len() as u64;
            u8::try_from(choice).expect("a place has at most 8 variants")
        });
        Choices(drawn.collect())
    }

    /// The text of one copy. A place that the choices do not name has its first variant.
    pub fn copy(&self, choices: &Choices) -> String {
        let mut text = String::new();
        let mut chosen = choices.0.iter();
        for part in &self.parts {
            match part {
                Part::Fixed(fixed) => text.push_str(fixed),
                Part::Slot(variants) => {
                    let choice = chosen.next().copied().unwrap_or(0);
                    text.push_str(variants.get(usize::from(choice)).unwrap_or(&variants[0]));
                }
            }
        }
        text
    }

    /// A new copy as a PDF of the house: its wording and its lines are drawn, the lines whatever the
    /// wording and other copies are. `random` gives a number each time.
    pub fn mark(&self, mut random: impl FnMut() -> u64) -> Marks {
        let choices = self.draw(&mut random);
        let mut lines = Vec::new();
        set(&blocks(&self.copy(&choices)), Setting::Marked, || {
            let drawn = random().to_le_bytes()[0];
            lines.push(drawn);
            drawn
        });
        Marks { choices, lines: Some(lines) }
    }

    /// A copy as PDF, its lines as they were drawn.
    pub fn pdf(&self, marks: &Marks, stationery: &Stationery<'_>) -> Vec<u8> {
        let blocks = blocks(&self.copy(&marks.choices));
        let mut drawn = marks.lines.iter().flatten();
        let setting = if marks.lines.is_some() { Setting::Marked } else { Setting::Plain };
        let lines = set(&blocks, setting, || drawn.next().copied().unwrap_or(0));
        letter::pdf(stationery, &blocks, &lines)
    }

    /// How likely it is that a copy drawn for somebody else is the same: if that is not small, more
    /// places must have variants.
    pub fn same_by_chance(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "at most 8")]
        let chance = |variants: &[String]| 1.0 / variants.len() as f64;
        self.slots().map(chance).product()
    }
}

fn variants(inside: &str) -> Result<Vec<String>, &'static str> {
    if inside.contains("[[") {
        return Err("variants cannot have variants of their own");
    }
    let variants: Vec<String> = inside.split('|').map(|of| of.trim().to_owned()).collect();
    let spoken = |text: &str| super::trace::words(text).join(" ");
    let different: BTreeSet<String> = variants.iter().map(|of| spoken(of)).collect();
    match variants.len() {
        0 | 1 => Err("between `[[` and `]]` stand at least two wordings, with `|` between them"),
        _ if variants.len() > VARIANTS_MAX => Err("a place has at most 8 wordings"),
        _ if different.contains("") => Err("a wording must hold a word"),
        _ if different.len() < variants.len() => Err(
            "wordings must differ in their words: case and punctuation are lost when somebody types them anew",
        ),
        _ => Ok(variants),
    }
}

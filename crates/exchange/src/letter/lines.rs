//! Where lines end. In a marked copy that is drawn, line by line, among ends that all look well on a
//! ragged margin; and in each line the spaces lean to one side, by less than anybody sees.

use super::blocks::{Block, Part, face_of};

/// The text's width and the sizes of its parts, in thousandths of a point.
const WIDTH: u32 = 451_000;
/// How much wider than usual the spaces of one half of a leaning line are, and how much narrower those
/// of the other, in thousandths of the size: a tenth of a space.
pub(crate) const LEAN: i32 = 26;
/// A line that leans has at least so many spaces.
const LEANING_MIN: usize = 6;
/// The most ends among which one is drawn.
const ENDS_MAX: usize = 3;
/// The shortest line that may be drawn, in hundredths of the width.
const SHORTEST: u32 = 84;

/// How the lines of a text are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// As full as they can be, without marks.
    Plain,
    /// With marks.
    Marked,
}

/// One line of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The block, counted from 0.
    pub block: usize,
    /// Its first word in the block, counted from 0.
    pub from: usize,
    /// One after its last word.
    pub until: usize,
    /// Which half of its spaces is the wider: the first (`true`) or the second; `None` where neither is.
    pub lean: Option<bool>,
}

/// The lines of a text. A marked setting takes one `draw` for each line of its paragraphs, points and
/// rows, in order: bits 0 to 6 choose the end, bit 7 the lean.
pub fn set(blocks: &[Block], setting: Setting, mut draw: impl FnMut() -> u8) -> Vec<Line> {
    let mut lines = Vec::new();
    for (block, of) in blocks.iter().enumerate() {
        let measured = Measured::of(of);
        let marked = setting == Setting::Marked && measured.marked;
        let mut from = 0;
        while from < of.words.len() {
            let ends = measured.ends(from);
            let (end, lean) = if marked {
                let draw = draw();
                let choice = usize::from(draw & 0x7f) % ends.len();
                (ends.start + choice, Some(draw & 0x80 != 0))
            } else {
                (ends.end - 1, None)
            };
            let leans = end - from > LEANING_MIN;
            lines.push(Line { block, from, until: end, lean: lean.filter(|_| leans) });
            from = end;
        }
    }
    lines
}

/// The words of a block, measured.
pub(crate) struct Measured {
    /// Whether its lines carry marks.
    pub marked: bool,
    /// How wide each word is, in thousandths of the size.
    pub widths: Vec<u32>,
    /// How wide a space is.
    pub space: u32,
    measure: u32,
}

impl Measured {
    /// Measures a block.
    pub fn of(block: &Block) -> Measured {
        let face = face_of(&block.part);
        Measured {
            marked: !matches!(block.part, Part::Title | Part::Heading),
            widths: block.words.iter().map(|word| face.width(word)).collect(),
            space: face.width(" "),
            measure: measure(&block.part),
        }
    }

    /// Where a line may end that begins with this word: one after its last word. Never empty.
    pub fn ends(&self, from: usize) -> std::ops::Range<usize> {
        let mut width = self.widths[from];
        let mut last = from + 1;
        let mut first = None;
        while last < self.widths.len() {
            if first.is_none() && width * 100 >= self.measure * SHORTEST {
                first = Some(last);
            }
            let next = width + self.space + self.widths[last];
            if next > self.measure {
                // A line that is shorter than it should be and cannot be longer has one end.
                let first = first.unwrap_or(last).max((last + 1).saturating_sub(ENDS_MAX));
                return first..last + 1;
            }
            width = next;
            last += 1;
        }
        // The rest fits: the last line of a block ends with the block.
        last..last + 1
    }

    /// How likely each of so many ends is to be drawn: 7 bits do not divide by three.
    pub fn chance(ends: usize, choice: usize) -> f64 {
        let draws = (0..128).filter(|draw| draw % ends == choice).count();
        #[expect(clippy::cast_precision_loss, reason = "at most 128")]
        let chance = draws as f64 / 128.0;
        chance
    }
}

/// How wide a line of a block may be, in thousandths of its size.
pub(super) fn measure(part: &Part) -> u32 {
    let (indent, size) = (indent(part), size(part));
    (WIDTH - indent) * 1_000 / size
}

/// How far a block stands in from the margin, in thousandths of a point.
pub(super) fn indent(part: &Part) -> u32 {
    match part {
        Part::Title | Part::Heading | Part::Paragraph => 0,
        Part::Point => 16_000,
        Part::Row(_) => 84_000,
    }
}

/// The size of a block's letters, in thousandths of a point.
pub(super) fn size(part: &Part) -> u32 {
    match part {
        Part::Title => 19_000,
        Part::Heading => 12_500,
        Part::Paragraph | Part::Point | Part::Row(_) => 11_000,
    }
}

#[cfg(test)]
mod tests {
    use super::super::blocks::blocks;
    use super::*;

    const TEXT: &str = "The day has two working sessions. The first deals with the needs that were stated since we last met, and with the order in which they should be met. Delegations are asked to bring figures that their parliaments will stand by. The second looks for a common approach to the guarantees.\n\n- Each delegation has three seats at the table and two more along the wall; interpreters are provided by the host.";

    #[test]
    fn every_word_stands_in_one_line_and_no_line_is_too_wide() {
        let blocks = blocks(TEXT);
        for seed in 0..=255_u8 {
            let mut drawn = seed;
            let lines = set(&blocks, Setting::Marked, || {
                drawn = drawn.wrapping_mul(29).wrapping_add(113);
                drawn
            });
            for (block, of) in blocks.iter().enumerate() {
                let measured = Measured::of(of);
                let mut next = 0;
                for line in lines.iter().filter(|line| line.block == block) {
                    assert_eq!(line.from, next, "seed {seed}");
                    assert!(line.until > line.from, "seed {seed}");
                    next = line.until;
                    let words = &measured.widths[line.from..line.until];
                    let spaces = u32::try_from(words.len() - 1).expect("few");
                    let width = words.iter().sum::<u32>() + spaces * measured.space;
                    assert!(width <= measured.measure, "seed {seed}: {line:?}");
                    let last = line.until == of.words.len();
                    assert!(last || width * 100 >= measured.measure * 80, "seed {seed}: {line:?}");
                }
                assert_eq!(next, of.words.len(), "seed {seed}");
            }
        }
    }

    #[test]
    fn ends_are_as_likely_as_they_are_drawn() {
        for ends in 1..=ENDS_MAX {
            let sum: f64 = (0..ends).map(|choice| Measured::chance(ends, choice)).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{ends}");
        }
        assert!((Measured::chance(2, 1) - 0.5).abs() < 1e-12);
    }

    /// Copies that were given are read with the ends as they were then: if this fails, the stationery
    /// needs a new number, and the old one must still be read.
    #[test]
    fn the_first_stationery_ends_its_lines_where_it_always_did() {
        let mut draw = 0_u8;
        let lines = set(&blocks(TEXT), Setting::Marked, || {
            draw = draw.wrapping_add(91);
            draw
        });
        let told: Vec<(usize, usize, Option<bool>)> =
            lines.iter().map(|line| (line.block, line.until, line.lean)).collect();
        let expected = [
            (0, 15, Some(false)),
            (0, 30, Some(true)),
            (0, 46, Some(false)),
            (0, 51, None),
            (1, 14, Some(true)),
            (1, 20, None),
        ];
        assert_eq!(told, expected);
    }
}

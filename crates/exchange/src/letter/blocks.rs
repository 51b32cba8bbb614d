//! A text as the blocks that a sheet shows.

use super::fonts::{Face, face};
use super::lines::measure;

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The title of the text.
    Title,
    /// A heading within it.
    Heading,
    /// A paragraph.
    Paragraph,
    /// A point of a list.
    Point,
    /// What happens at a time.
    Row(String),
}

/// One block of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub part: Part,
    /// Its words, each no longer than a line.
    pub words: Vec<String>,
    /// Whether it belongs to the block above, of which it is a new line.
    pub follows: bool,
}

/// The blocks of a text.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    // Whether the next line goes on with the last block, and whether it does so on a line of its own.
    let (mut open, mut broken) = (false, false);
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() {
            (open, broken) = (false, false);
            continue;
        }
        let (part, rest) = begun(line);
        let (rest, breaks) =
            rest.strip_suffix('\\').map_or((rest, false), |rest| (rest.trim_end(), true));
        let goes_on = open && part.is_none();
        if !goes_on || broken {
            let follows = goes_on && broken;
            let part = match (part, blocks.last()) {
                (Some(part), _) => part,
                (None, Some(above)) if follows => above.part.clone(),
                (None, _) => Part::Paragraph,
            };
            blocks.push(Block { part, words: Vec::new(), follows });
        }
        if let Some(block) = blocks.last_mut() {
            let measure = measure(&block.part);
            let face = face_of(&block.part);
            let words = rest.split_whitespace();
            block.words.extend(words.flat_map(|word| face.pieces(word, measure)));
            // A title or heading is one line of the text.
            open = !matches!(block.part, Part::Title | Part::Heading);
        }
        broken = breaks;
    }
    blocks.retain(|block| !block.words.is_empty());
    blocks
}

/// The face in which a block is set.
pub(super) fn face_of(part: &Part) -> &'static Face {
    face(matches!(part, Part::Title | Part::Heading))
}

/// The block that a line begins, if its first characters say so, and the rest of the line.
fn begun(line: &str) -> (Option<Part>, &str) {
    for (sign, part) in [("## ", Part::Heading), ("# ", Part::Title), ("- ", Part::Point)] {
        if let Some(rest) = line.strip_prefix(sign) {
            return (Some(part), rest);
        }
    }
    match line.split_once(' ') {
        Some((time, rest)) if is_time(time) => (Some(Part::Row(time.to_owned())), rest),
        _ => (None, line),
    }
}

/// Whether a word is a time, or two: `09:00`, `09:00–10:30`.
fn is_time(word: &str) -> bool {
    let one = |text: &str| {
        let (hours, minutes) = text.split_once(':').unwrap_or_default();
        let digits = |text: &str| text.bytes().all(|of| of.is_ascii_digit());
        hours.len() == 2 && minutes.len() == 2 && digits(hours) && digits(minutes)
    };
    match word.split_once(['–', '-']) {
        Some((from, until)) => one(from) && one(until),
        None => one(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_the_blocks_that_it_shows() {
        let text = "# The day\n\nDear all,\nwe meet.\n\n- one\n- two\n  goes on\n09:00–10:30 Doors\n\n## End\nYours\\\nthe clerk\n";
        let told: Vec<String> = blocks(text)
            .iter()
            .map(|block| format!("{:?} {} {}", block.part, block.words.join(" "), block.follows))
            .collect();
        assert_eq!(
            told,
            [
                "Title The day false",
                "Paragraph Dear all, we meet. false",
                "Point one false",
                "Point two goes on false",
                "Row(\"09:00–10:30\") Doors false",
                "Heading End false",
                "Paragraph Yours false",
                "Paragraph the clerk true",
            ]
        );
    }

    #[test]
    fn a_word_longer_than_a_line_is_cut_into_pieces_that_fit() {
        let long = "Donaudampfschiff".repeat(40);
        for text in
            [long.clone(), format!("# {long}"), format!("- {long}"), format!("09:00 {long}")]
        {
            let blocks = blocks(&text);
            let block = &blocks[0];
            assert!(block.words.len() > 3, "{text}");
            assert_eq!(block.words.concat(), long);
            let measure = measure(&block.part);
            let face = face_of(&block.part);
            assert!(block.words.iter().all(|word| face.width(word) <= measure), "{text}");
        }
    }
}

//! Lines on pages: where each stands, and what stands around them.

use super::Stationery;
use super::blocks::{Block, Part};
use super::fonts::face;
use super::lines::{LEAN, Line, indent, size};

/// A4, in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
pub(super) const LEFT: f32 = 72.0;
pub(super) const RIGHT: f32 = 523.28;
/// The first baseline below the letterhead, and below the head of later pages.
const TOP_FIRST: f32 = 716.0;
const TOP: f32 = 752.0;
const BOTTOM: f32 = 92.0;
const HEAD: f32 = 796.0;
const FOOT: f32 = 44.0;
const INK: [f32; 3] = [0.08, 0.08, 0.1];
const BLUE: [f32; 3] = [0.07, 0.17, 0.36];
const GREY: [f32; 3] = [0.36, 0.38, 0.42];

/// A run of words on one baseline.
pub(super) struct Run {
    pub bold: bool,
    pub size: f32,
    pub at: (f32, f32),
    pub colour: [f32; 3],
    pub words: Vec<String>,
    /// What each space has beyond its width, in thousandths of the size.
    pub spaces: Vec<i32>,
    /// The block that it belongs to; `None` for what stands around the text.
    pub block: Option<usize>,
}

/// A filled rectangle: left, bottom, width, height.
pub(super) struct Fill {
    pub place: [f32; 4],
    pub colour: [f32; 3],
}

/// One page.
#[derive(Default)]
pub(super) struct Page {
    pub fills: Vec<Fill>,
    pub runs: Vec<Run>,
}

/// Puts lines on pages.
pub(super) fn pages(stationery: &Stationery<'_>, blocks: &[Block], lines: &[Line]) -> Vec<Page> {
    let mut pages = vec![Page::default()];
    let mut at = letterhead(stationery, &mut pages[0]);
    for (block, of) in blocks.iter().enumerate() {
        let lines: Vec<&Line> = lines.iter().filter(|line| line.block == block).collect();
        let leading = leading(&of.part);
        // The first lines of a block stay together, and a heading with what it heads.
        let together = match of.part {
            Part::Title | Part::Heading => lines.len() + 2,
            Part::Paragraph | Part::Point | Part::Row(_) => lines.len().min(2),
        };
        at -= if pages.last().is_some_and(|page| page.runs.iter().any(|run| run.block.is_some())) {
            above(&of.part, of.follows)
        } else {
            0.0
        };
        for (number, line) in lines.iter().enumerate() {
            let needed = if number == 0 { together.max(1) } else { 1 };
            #[expect(clippy::cast_precision_loss, reason = "a few lines")]
            let room = at - (needed - 1) as f32 * leading;
            if room < BOTTOM {
                pages.push(Page::default());
                at = TOP;
            }
            let page = pages.last_mut().expect("there is one from the start");
            if number == 0 {
                begin(page, block, of, at);
            }
            page.runs.push(run(block, of, line, at));
            at -= leading;
        }
    }
    let count = pages.len();
    for (number, page) in pages.iter_mut().enumerate() {
        around(stationery, page, number + 1, count);
    }
    pages
}

fn points(thousandths: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "sizes and widths of one page")]
    let points = thousandths as f32 / 1000.0;
    points
}

fn leading(part: &Part) -> f32 {
    match part {
        Part::Title => 25.0,
        Part::Heading => 17.0,
        Part::Paragraph | Part::Point | Part::Row(_) => 15.5,
    }
}

fn above(part: &Part, follows: bool) -> f32 {
    match part {
        _ if follows => 0.0,
        Part::Title | Part::Heading => 14.0,
        Part::Paragraph => 8.0,
        Part::Point | Part::Row(_) => 4.0,
    }
}

/// What stands beside a block's first line: a bullet, a time.
fn begin(page: &mut Page, block: usize, of: &Block, at: f32) {
    let (mark, bold) = match &of.part {
        Part::Point if !of.follows => ("•".to_owned(), false),
        Part::Row(time) if !of.follows => (time.clone(), true),
        _ => return,
    };
    page.runs.push(Run {
        bold,
        size: 11.0,
        at: (LEFT, at),
        colour: if bold { BLUE } else { INK },
        words: vec![mark],
        spaces: Vec::new(),
        block: Some(block),
    });
}

fn run(block: usize, of: &Block, line: &Line, at: f32) -> Run {
    let words = of.words[line.from..line.until].to_vec();
    let spaces = words.len() - 1;
    let half = spaces / 2;
    let lean = |space: usize| match line.lean {
        Some(first) if space < half => {
            if first {
                LEAN
            } else {
                -LEAN
            }
        }
        Some(first) if space >= spaces - half => {
            if first {
                -LEAN
            } else {
                LEAN
            }
        }
        _ => 0,
    };
    let title = matches!(of.part, Part::Title | Part::Heading);
    Run {
        bold: title,
        size: points(size(&of.part)),
        at: (LEFT + points(indent(&of.part)), at),
        colour: if title { BLUE } else { INK },
        words,
        spaces: (0..spaces).map(lean).collect(),
        block: Some(block),
    }
}

/// A text around the letter's.
fn note(page: &mut Page, text: &str, bold: bool, size: f32, at: (f32, f32), colour: [f32; 3]) {
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if !words.is_empty() {
        let spaces = vec![0; words.len() - 1];
        page.runs.push(Run { bold, size, at, colour, words, spaces, block: None });
    }
}

fn width(text: &str, bold: bool, size: f32) -> f32 {
    points(face(bold).width(text)) * size
}

/// Text in at most so many lines of so many points; what does not fit ends in dots.
fn fitted(text: &str, bold: bool, size: f32, room: f32, lines_max: usize) -> Vec<String> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a width on a page, in thousandths"
    )]
    let measure = (room * 1000.0 / size) as u32;
    let dots = face(bold).width(" …");
    let mut lines = face(bold).wrapped(text, measure.saturating_sub(dots));
    if lines.len() > lines_max {
        lines.truncate(lines_max);
        if let Some(last) = lines.last_mut() {
            last.push_str(" …");
        }
    }
    lines
}

/// The writer's name over a rule on the first page. Answers where the text begins.
fn letterhead(stationery: &Stationery<'_>, page: &mut Page) -> f32 {
    let lines = fitted(stationery.from, true, 13.0, 330.0, 3);
    let mut at = HEAD;
    for line in &lines {
        note(page, line, true, 13.0, (LEFT, at), BLUE);
        at -= 17.0;
    }
    let rule = at + 2.0;
    page.fills.push(Fill { place: [LEFT, rule, RIGHT - LEFT, 1.2], colour: BLUE });
    page.fills.push(Fill { place: [LEFT, rule - 3.0, RIGHT - LEFT, 0.4], colour: BLUE });
    (rule - 48.0).min(TOP_FIRST)
}

/// The label at head and foot, the visible line, the number of the page.
fn around(stationery: &Stationery<'_>, page: &mut Page, number: usize, count: usize) {
    if number > 1 {
        let name = fitted(stationery.from, false, 9.0, 330.0, 1);
        note(page, &name.concat(), false, 9.0, (LEFT, HEAD), GREY);
        page.fills.push(Fill { place: [LEFT, HEAD - 10.0, RIGHT - LEFT, 0.4], colour: GREY });
    }
    label(page, stationery.label, HEAD);
    label(page, stationery.label, FOOT);
    page.fills.push(Fill { place: [LEFT, FOOT + 22.0, RIGHT - LEFT, 0.4], colour: GREY });
    for (line, text) in
        fitted(stationery.visible.unwrap_or(""), true, 9.0, 190.0, 2).iter().enumerate()
    {
        #[expect(clippy::cast_precision_loss, reason = "two lines")]
        let down = line as f32 * 11.0;
        note(page, text, true, 9.0, (LEFT, FOOT - down), INK);
    }
    let numbered = format!("Page {number} of {count}");
    let middle = (LEFT + RIGHT - width(&numbered, false, 9.0)) / 2.0;
    note(page, &numbered, false, 9.0, (middle, FOOT), GREY);
}

/// The label as the traffic light protocol wants it: right, at least 12 points, its colour on black
/// (TLP 2.0, FIRST, August 2022, section 2.3).
fn label(page: &mut Page, label: &str, at: f32) {
    let colour = match label {
        "RED" => [1.0, 0.17, 0.17],
        "AMBER" | "AMBER+STRICT" => [1.0, 0.75, 0.0],
        "GREEN" => [0.2, 1.0, 0.0],
        _ => [1.0, 1.0, 1.0],
    };
    let text = format!("TLP:{label}");
    let wide = width(&text, true, 12.0);
    page.fills.push(Fill {
        place: [RIGHT - wide - 10.0, at - 4.5, wide + 10.0, 17.5],
        colour: [0.0, 0.0, 0.0],
    });
    note(page, &text, true, 12.0, (RIGHT - wide - 5.0, at), colour);
}

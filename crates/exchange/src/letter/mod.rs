//! Letters, agendas and statements as the house writes them: plain text in, PDF on its stationery out.
//!
//! A text is blocks with empty lines between them: `# title`, `## heading`, `- point`, a line that
//! begins with a time (`09:00` or `09:00–10:30`), or a paragraph. A backslash at the end of a line
//! keeps the break.

mod blocks;
mod fonts;
mod lines;
mod pdf;
mod sheet;

pub use blocks::{Block, Part, blocks};
pub use fonts::unprintable;
pub(crate) use lines::{LEAN, Measured};
pub use lines::{Line, Setting, set};

/// How lines are set. What is kept of copies names it, because line ends are read with it: whoever
/// changes where lines may end or how words are measured makes another.
pub const STATIONERY: u8 = 1;

/// What stands on the sheet around a text.
#[derive(Clone, Copy, Debug)]
pub struct Stationery<'a> {
    /// Who writes: the coalition's name, at the head of the first page.
    pub from: &'a str,
    /// The document's title, for readers of the file; it is not printed.
    pub title: &'a str,
    /// The label, at head and foot of every page: `AMBER`.
    pub label: &'a str,
    /// A line at the foot of every page, where one is wanted: `Copy for Estonia`.
    pub visible: Option<&'a str>,
}

/// A document as PDF: A4, as many pages as it takes, its text selectable and tagged.
pub fn pdf(stationery: &Stationery<'_>, blocks: &[Block], lines: &[Line]) -> Vec<u8> {
    pdf::written(stationery, blocks, &sheet::pages(stationery, blocks, lines))
}

/// A document that carries no marks.
pub fn plain_pdf(stationery: &Stationery<'_>, text: &str) -> Vec<u8> {
    let blocks = blocks(text);
    pdf(stationery, &blocks, &set(&blocks, Setting::Plain, || 0))
}

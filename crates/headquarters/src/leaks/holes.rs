//! Holes through which words that somebody wrote become more than words, seeded on purpose, one at a time:
//! the walk over all pages with hostile words in every field shows that it falls into each.

use maud::{Markup, PreEscaped, html};
use std::sync::atomic::{AtomicUsize, Ordering};

/// In the text of a page.
pub(crate) const TITLE: &str = "the title of a page is written as it stands";
/// In an attribute.
pub(crate) const FIELD: &str = "what stands in a field of a form is written as it stands";
/// In what a stream of events brings to a page.
pub(crate) const EVENT: &str = "an event brings words to a page as they stand";
/// In the address to which a browser is sent.
pub(crate) const WAY: &str = "whoever sets his clock is led wherever his form says";
/// In a header.
pub(crate) const FILE: &str = "a file is handed out under the name that it came with";

/// The holes; each says what is done with words.
pub const HOLES: [&str; 5] = [TITLE, FIELD, EVENT, WAY, FILE];

static OPEN: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Opens one of [`HOLES`] and no other; `None` closes all.
pub fn open_hole(hole: Option<usize>) {
    OPEN.store(hole.unwrap_or(usize::MAX), Ordering::SeqCst);
}

/// Whether this hole is open.
pub(crate) fn is_open(hole: &str) -> bool {
    HOLES.get(OPEN.load(Ordering::SeqCst)).is_some_and(|open| *open == hole)
}

/// Words as a page shows them, or as they stand where this hole is open.
pub(crate) fn words(hole: &str, text: &str) -> Markup {
    if is_open(hole) {
        PreEscaped(text.to_owned())
    } else {
        html! { (text) }
    }
}

/// A part of a page as an event brings it: without its escapes, where that hole is open.
pub(crate) fn brought(part: &str) -> String {
    if !is_open(EVENT) {
        return part.to_owned();
    }
    part.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

//! Small drawn signs: a state is never told by colour alone.

use maud::{Markup, html};

/// A sign, drawn in a square of twelve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// Firm: a full square.
    Square,
    /// Mutual: two rings that overlap.
    Rings,
    /// Waiting: a clock.
    Clock,
    /// Void: a barred circle.
    Barred,
    /// Announced: an empty circle.
    Empty,
    /// Committed: a circle a quarter full.
    Quarter,
    /// Allocated: a circle half full.
    Half,
    /// Delivered: a full circle.
    Full,
    /// Suspended: two bars.
    Pause,
    /// Withdrawn, or does not hold: a cross.
    Cross,
    /// Holds: a tick.
    Tick,
    /// Closed to others: a lock.
    Lock,
    /// Open: a lock undone.
    Unlocked,
    /// Who can see this: an eye.
    Eye,
    /// Take care: a triangle.
    Triangle,
    /// Two together: two dots that are tied.
    Pair,
    /// Three or more together: three dots that are tied.
    Several,
}

/// The sign as an inline picture of the size of a letter; hidden from screen readers, because a word
/// always stands beside it.
pub fn glyph(sign: Glyph) -> Markup {
    html! {
        svg.glyph viewBox="0 0 12 12" aria-hidden="true" focusable="false" { (strokes(sign)) }
    }
}

/// The strokes alone, for use inside another picture.
pub(in crate::look) fn strokes(sign: Glyph) -> Markup {
    html! {
        @match sign {
            Glyph::Square => rect.solid x="2" y="2" width="8" height="8" {},
            Glyph::Rings => { circle cx="4.3" cy="6" r="3.3" {} circle cx="7.7" cy="6" r="3.3" {} },
            Glyph::Clock => { circle cx="6" cy="6" r="4.8" {} path d="M6 3v3.2l2 1.4" {} },
            Glyph::Barred => { circle cx="6" cy="6" r="4.8" {} path d="M2.6 9.4l6.8-6.8" {} },
            Glyph::Empty => circle cx="6" cy="6" r="4.8" {},
            Glyph::Quarter => {
                circle cx="6" cy="6" r="4.8" {} path.solid d="M6 6V1.2A4.8 4.8 0 0 1 10.8 6z" {}
            },
            Glyph::Half => {
                circle cx="6" cy="6" r="4.8" {} path.solid d="M6 1.2a4.8 4.8 0 0 1 0 9.6z" {}
            },
            Glyph::Full => circle.solid cx="6" cy="6" r="4.8" {},
            Glyph::Pause => path d="M4 2v8M8 2v8" {},
            Glyph::Cross => path d="M2.2 2.2l7.6 7.6M9.8 2.2l-7.6 7.6" {},
            Glyph::Tick => path d="M1.6 6.6l3 3 5.8-7" {},
            Glyph::Lock => {
                rect.solid x="2" y="5.4" width="8" height="5.6" {}
                path d="M3.8 5.4V3.4a2.2 2.2 0 0 1 4.4 0v2" {}
            },
            Glyph::Unlocked => {
                rect x="2" y="5.4" width="8" height="5.6" {}
                path d="M3.8 5.4V3a2.2 2.2 0 0 1 4.2-.9" {}
            },
            Glyph::Eye => {
                path d="M.8 6C3 2.6 9 2.6 11.2 6 9 9.4 3 9.4.8 6z" {}
                circle.solid cx="6" cy="6" r="1.2" {}
            },
            Glyph::Pair => {
                path d="M3 6h6" {}
                circle.solid cx="2.8" cy="6" r="1.9" {} circle.solid cx="9.2" cy="6" r="1.9" {}
            },
            Glyph::Several => {
                path d="M6 2.8L9.4 9H2.6z" {}
                circle.solid cx="6" cy="2.7" r="1.8" {} circle.solid cx="2.5" cy="9" r="1.8" {}
                circle.solid cx="9.5" cy="9" r="1.8" {}
            },
            Glyph::Triangle => { path d="M6 1.4l5.2 9.2H.8z" {} path d="M6 4.8v2.6M6 8.4v1" {} },
        }
    }
}

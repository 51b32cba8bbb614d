//! A small bar for tables: how much of a need is covered.

use maud::{Markup, html};

use super::frame::{drawable, percent};

/// A bar with its text beside it. `share` is from 0 to 1 and only places ink; `text` is what is
/// read, such as `6 000 of 15 000` or `40 %`.
pub fn coverage_bar(share: f64, text: &str) -> Markup {
    let share = drawable(share).min(1.0);
    html! {
        span.bar {
            svg.plot aria-hidden="true" focusable="false" {
                rect.track width="100%" height="100%" {}
                rect.fill-firm width=(percent(share)) height="100%" {}
                // The end of the need is marked, so that an empty bar is not a missing one.
                line.axis x1="0" x2="100%" y1="100%" y2="100%" {}
            }
            span { (text) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{HOSTILE, assert_clean};
    use super::*;

    #[test]
    fn a_bar_is_never_wider_than_its_frame_and_its_text_is_always_read() {
        let table = [
            (0.4, "40.000%"),
            (7.0, "100.000%"),
            (-1.0, "0.000%"),
            (f64::NAN, "0.000%"),
            (f64::INFINITY, "0.000%"),
        ];
        for (share, width) in table {
            let text = coverage_bar(share, HOSTILE).into_string();
            assert_clean(&text);
            assert!(text.contains(&format!("class=\"fill-firm\" width=\"{width}\"")), "{text}");
        }
    }
}

//! Content lines as RFC 5545 writes them: escaped, folded, ended by CR LF.

use jiff::Timestamp;

/// The longest line, in bytes without its end, before it is folded (RFC 5545, 3.1).
const LINE_BYTES_MAX: usize = 75;

/// An instant as RFC 5545 writes it in UTC: `20251104T080000Z`.
pub(super) fn stamp(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Content lines, each folded and ended as RFC 5545 has it.
#[derive(Default)]
pub(super) struct Lines(pub(super) String);

impl Lines {
    /// A line whose value stands as it is.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        let line = format!("{name}:{value}");
        let mut bytes = 0;
        for character in line.chars() {
            // A fold begins with a space, which counts.
            if bytes + character.len_utf8() > LINE_BYTES_MAX {
                self.0.push_str("\r\n ");
                bytes = 1;
            }
            self.0.push(character);
            bytes += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A line whose value is people's words: what would end or part it is escaped, and what some
    /// reader takes for the end of a line, or for nothing, is a space.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for character in value.chars() {
            match character {
                '\\' | ';' | ',' => escaped.extend(['\\', character]),
                '\n' => escaped.push_str("\\n"),
                // Line and paragraph separators end a line for some programs, and no line of ours.
                '\u{2028}' | '\u{2029}' => escaped.push(' '),
                control if control.is_control() => escaped.push(' '),
                other => escaped.push(other),
            }
        }
        self.add(name, &escaped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_at_75_bytes_and_never_inside_a_letter() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", &"é, \u{1f54a}; ".repeat(40));
        for line in lines.0.split_terminator("\r\n") {
            assert!(line.len() <= LINE_BYTES_MAX, "{line}");
        }
        let unfolded = lines.0.replace("\r\n ", "");
        assert_eq!(unfolded, format!("SUMMARY:{}\r\n", "é\\, \u{1f54a}\\; ".repeat(40)));
    }

    #[test]
    fn words_cannot_end_their_line() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a\r\nATTENDEE:mailto:x@example.org\\");
        assert_eq!(lines.0, "SUMMARY:a \\nATTENDEE:mailto:x@example.org\\\\\r\n");
    }

    #[test]
    fn whatever_some_program_takes_for_the_end_of_a_line_is_a_space() {
        for end in [
            '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}',
            '\0',
        ] {
            let mut lines = Lines::default();
            lines.text("SUMMARY", &format!("a{end}END:VEVENT"));
            assert_eq!(lines.0, "SUMMARY:a END:VEVENT\r\n", "{end:?}");
        }
    }
}

//! A page of plain text: sections, wrapped text, tables.

/// The widest line, in characters.
pub(super) const WIDTH: usize = 96;

#[derive(Default)]
pub(super) struct Page {
    pub text: String,
}

impl Page {
    /// The name of the page, and to its right whose it is.
    pub fn title(&mut self, name: &str, whose: &str) {
        let gap = WIDTH.saturating_sub(name.chars().count() + whose.chars().count());
        if gap >= 2 && !whose.is_empty() {
            self.line(&format!("{name}{}{whose}", " ".repeat(gap)));
        } else {
            self.wrapped("", "", name);
            self.wrapped("", "", whose);
        }
        self.line(&"=".repeat(WIDTH));
    }

    pub fn section(&mut self, name: &str) {
        self.line("");
        self.line(name);
        self.line(&"-".repeat(name.chars().count()));
    }

    pub fn text(&mut self, text: &str) {
        self.wrapped("", "  ", text);
    }

    /// At most `most` lines, then how many more there are of `what`.
    pub fn list(&mut self, lines: &[String], most: usize, what: &str) {
        for line in lines.iter().take(most) {
            self.wrapped("  - ", "    ", line);
        }
        self.more(lines.len().saturating_sub(most), what);
    }

    /// Says what was left out, if anything was.
    pub fn more(&mut self, count: usize, what: &str) {
        if count > 0 {
            self.wrapped("  … ", "    ", &format!("and {count} more {what}"));
        }
    }

    /// Columns as wide as their widest cell: the first `left` to the left, the others to the right.
    pub fn table(&mut self, rows: &[Vec<String>], left: usize) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in rows {
            let mut line = " ".to_owned();
            for (column, cell) in row.iter().enumerate() {
                let room = " ".repeat(widths[column] - cell.chars().count());
                line.push(' ');
                if column < left {
                    line.push_str(cell);
                    line.push_str(&room);
                } else {
                    line.push_str("  ");
                    line.push_str(&room);
                    line.push_str(cell);
                }
            }
            self.line(&line);
        }
    }

    fn wrapped(&mut self, first: &str, next: &str, text: &str) {
        let mut line = first.to_owned();
        let mut empty = true;
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let longer = line.chars().count() + usize::from(!empty) + word.chars().count();
            if !empty && longer > WIDTH {
                self.line(&line);
                next.clone_into(&mut line);
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        if !empty {
            self.line(&line);
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_between_words_and_a_list_says_what_it_leaves_out() {
        let mut page = Page::default();
        page.text(&"word ".repeat(40));
        page.list(&["one".to_owned(), "two".to_owned(), "three".to_owned()], 2, "numbers");
        assert!(page.text.lines().all(|line| line.chars().count() <= WIDTH), "{}", page.text);
        assert!(page.text.ends_with("  - one\n  - two\n  … and 1 more numbers\n"), "{}", page.text);
    }

    #[test]
    fn columns_of_figures_end_at_one_place() {
        let mut page = Page::default();
        let rows = [["a", "1"], ["bb", "100"]].map(|row| row.map(str::to_owned).to_vec());
        page.table(&rows, 1);
        assert_eq!(page.text, "  a      1\n  bb   100\n");
    }
}

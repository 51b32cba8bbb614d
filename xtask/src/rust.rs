//! Just enough of Rust's grammar to find where functions begin and end.

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line of its `fn`, counted from 1.
    pub line: usize,
    /// How many lines it takes, from `fn` to the closing brace.
    pub lines: usize,
}

/// Every function with a body in `source`, nested ones too, in the order of their `fn`.
pub fn functions(source: &str) -> Vec<Function> {
    let code: Vec<char> = code_only(source).chars().collect();
    let mut found = Vec::new();
    for start in 0..code.len() {
        let Some(name_at) = function_name_at(&code, start) else { continue };
        let name: String = code[name_at..].iter().take_while(|letter| is_word(**letter)).collect();
        if let Some(end) = body_end(&code, name_at + name.chars().count()) {
            let line_of =
                |place: usize| code[..place].iter().filter(|letter| **letter == '\n').count() + 1;
            let line = line_of(start);
            found.push(Function { name, line, lines: line_of(end) - line + 1 });
        }
    }
    found
}

/// `source` with the content of comments, strings and characters replaced by blanks, line for line.
pub fn code_only(source: &str) -> String {
    let letters: Vec<char> = source.chars().collect();
    let mut code = String::with_capacity(source.len());
    let mut place = 0;
    while place < letters.len() {
        let end = text_end(&letters, place);
        if end == place {
            code.push(letters[place]);
            place += 1;
        } else {
            code.extend(
                letters[place..end].iter().map(|letter| if *letter == '\n' { '\n' } else { ' ' }),
            );
            place = end;
        }
    }
    code
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn starts_word(letters: &[char], place: usize) -> bool {
    place == 0 || !is_word(letters[place - 1])
}

/// Where the comment, string or character that begins at `place` ends; `place` itself if none does.
fn text_end(letters: &[char], place: usize) -> usize {
    let at = |offset: usize| letters.get(place + offset).copied();
    match (letters[place], at(1)) {
        ('/', Some('/')) => end_after(letters, place, |rest| rest.first() == Some(&'\n'), 0),
        ('/', Some('*')) => block_comment_end(letters, place),
        ('"', _) => quoted_end(letters, place, '"'),
        ('\'', Some('\\')) => quoted_end(letters, place, '\''),
        ('\'', Some(letter)) if letter != '\'' && at(2) == Some('\'') => place + 3,
        ('r', Some('"' | '#')) if raw_may_start(letters, place) => raw_string_end(letters, place),
        _ => place,
    }
}

/// `r` begins a raw string as a word of its own, or after the `b` or `c` of a byte or C string.
fn raw_may_start(letters: &[char], place: usize) -> bool {
    starts_word(letters, place)
        || (matches!(letters[place - 1], 'b' | 'c') && starts_word(letters, place - 1))
}

fn end_after(
    letters: &[char],
    from: usize,
    ends: impl Fn(&[char]) -> bool,
    length: usize,
) -> usize {
    let found = (from..letters.len()).find(|place| ends(&letters[*place..]));
    found.map_or(letters.len(), |place| place + length)
}

fn block_comment_end(letters: &[char], from: usize) -> usize {
    let mut depth = 0_usize;
    let mut place = from;
    while place < letters.len() {
        match (letters[place], letters.get(place + 1)) {
            ('/', Some('*')) => {
                depth += 1;
                place += 2;
            }
            ('*', Some('/')) => {
                depth -= 1;
                place += 2;
                if depth == 0 {
                    break;
                }
            }
            _ => place += 1,
        }
    }
    place.min(letters.len())
}

fn quoted_end(letters: &[char], from: usize, quote: char) -> usize {
    let mut place = from + 1;
    while place < letters.len() {
        match letters[place] {
            '\\' => place += 2,
            letter if letter == quote => return place + 1,
            _ => place += 1,
        }
    }
    letters.len()
}

fn raw_string_end(letters: &[char], from: usize) -> usize {
    let hashes = letters[from + 1..].iter().take_while(|letter| **letter == '#').count();
    if letters.get(from + 1 + hashes) != Some(&'"') {
        return from; // A raw identifier such as r#type.
    }
    let closes = |rest: &[char]| {
        rest.first() == Some(&'"')
            && rest.len() > hashes
            && rest[1..=hashes].iter().all(|letter| *letter == '#')
    };
    end_after(letters, from + hashes + 2, closes, hashes + 1)
}

/// Where the name begins if `place` is the `fn` of a named function.
fn function_name_at(code: &[char], place: usize) -> Option<usize> {
    if !code[place..].starts_with(&['f', 'n']) || !starts_word(code, place) {
        return None;
    }
    let blanks = code[place + 2..].iter().take_while(|letter| letter.is_whitespace()).count();
    let name_at = place + 2 + blanks;
    let names = code.get(name_at).is_some_and(|letter| letter.is_alphabetic() || *letter == '_');
    (blanks > 0 && names).then_some(name_at)
}

/// The closing brace of the body that follows a signature; nothing for a signature alone.
fn body_end(code: &[char], from: usize) -> Option<usize> {
    let mut parentheses = 0_usize;
    let mut braces = 0_usize;
    for (place, letter) in code.iter().enumerate().skip(from) {
        match letter {
            '(' | '[' => parentheses += 1,
            ')' | ']' => parentheses = parentheses.saturating_sub(1),
            ';' if parentheses == 0 && braces == 0 => return None,
            '{' => braces += 1,
            '}' => {
                braces = braces.checked_sub(1)?;
                if braces == 0 && parentheses == 0 {
                    return Some(place);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_and_lines(source: &str) -> Vec<(String, usize, usize)> {
        functions(source).into_iter().map(|found| (found.name, found.line, found.lines)).collect()
    }

    #[test]
    fn functions_are_found_wherever_they_stand() {
        let source = "fn one() {}\n\
            impl T {\n    pub(crate) const fn two<'a>(x: &'a [u8; 4]) -> [u8; 4] {\n        *x\n    }\n}\n\
            trait U {\n    fn promised(&self);\n    fn three(&self) {\n        fn nested() {}\n        nested()\n    }\n}\n";
        let expected = [("one", 1, 1), ("two", 3, 3), ("three", 9, 4), ("nested", 10, 1)];
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, line, lines)| ((*name).to_owned(), *line, *lines))
            .collect();
        assert_eq!(names_and_lines(source), expected);
    }

    #[test]
    fn braces_in_text_do_not_end_a_function() {
        for body in [
            "let a = \"}\";",
            "let a = \"\\\"}\";",
            "let a = r#\"\"}\"#;",
            "let a = b\"}\";",
            "let a = br##\"}\"#\"##;",
            "let a = '}';",
            "let a = '\\'';let b = '}';",
            "// }",
            "/* } /* } */ } */",
            "let f: fn(u8) = g; let r#type = '{'; let x = \"}\";",
            "let a: &'static str = \"}\";",
        ] {
            let source = format!("fn outer() {{\n    {body}\n    end();\n}}\nfn after() {{}}\n");
            let expected = vec![("outer".to_owned(), 1, 4), ("after".to_owned(), 5, 1)];
            assert_eq!(names_and_lines(&source), expected, "{body}");
        }
    }

    #[test]
    fn an_unfinished_file_is_not_a_reason_to_stop() {
        for source in ["fn a() {", "/* never closed", "\"never closed", "r#\"never", "'", "}", "fn"]
        {
            assert_eq!(functions(source), [], "{source}");
        }
    }
}

//! A text into tokens: words, words of the grammar, brackets and semicolons.

use super::error::{ConditionError, MONOTONE, Place, shown};
use std::ops::Range;

/// The words of the grammar. As names they are quoted, in whatever case.
const KEYWORDS: [&str; 18] = [
    "always",
    "when",
    "and",
    "or",
    "not",
    "at",
    "least",
    "of",
    "others",
    "parties",
    "all",
    "commit",
    "contribute",
    "contributes",
    "unless",
    "match",
    "matches",
    "matching",
];

/// A name or id as it was written, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word {
    /// The text, its quotes taken off.
    pub text: String,
    pub(super) place: Place,
}

impl Word {
    /// The line it stands on, from 1.
    pub fn line(&self) -> u32 {
        self.place.line
    }

    /// The column it starts at, from 1, in characters.
    pub fn column(&self) -> u32 {
        self.place.column
    }

    /// Its bytes in the text, quotes included.
    pub fn span(&self) -> Range<usize> {
        self.place.span.clone()
    }
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub sort: Sort,
    pub place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Bare(String),
    Quoted(String),
    Keyword(&'static str),
    Open,
    Close,
    Semicolon,
    End,
}

/// The tokens of `text`, the last of which is its end.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ConditionError> {
    let mut lexer = Lexer { text, offset: 0, line: 1, column: 1 };
    let mut tokens = Vec::with_capacity(text.len() / 6 + 2);
    // The end is where the last token ends: an error there points at what was written last.
    let mut end = lexer.mark();
    while let Some(first) = lexer.peek() {
        if first.is_whitespace() {
            lexer.step();
            continue;
        }
        tokens.push(lexer.token(first)?);
        end = lexer.mark();
    }
    tokens.push(Token { sort: Sort::End, place: end });
    Ok(tokens)
}

/// How `name` is written in a condition: bare if it is one plain word, else in double quotes.
pub(super) fn spelled(name: &str) -> String {
    if !name.is_empty() && name.chars().all(is_plain) && keyword(name).is_none() {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Whether a name can be written in a condition at all.
pub(super) fn can_be_written(name: &str) -> bool {
    !name.trim().is_empty() && !name.chars().any(is_hidden)
}

/// Control characters, and those that hide or reorder what stands beside them.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_' | '.')
}

/// The word of the grammar that `text` is in some case.
fn keyword(text: &str) -> Option<&'static str> {
    KEYWORDS.iter().find(|keyword| keyword.eq_ignore_ascii_case(text)).copied()
}

struct Lexer<'a> {
    text: &'a str,
    offset: usize,
    line: u32,
    column: u32,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.offset..].chars().next()
    }

    fn step(&mut self) {
        let Some(character) = self.peek() else { return };
        self.offset += character.len_utf8();
        if character == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
    }

    /// This point, with nothing in it yet.
    fn mark(&self) -> Place {
        Place { line: self.line, column: self.column, span: self.offset..self.offset }
    }

    /// From `mark` to here.
    fn since(&self, mark: &Place) -> Place {
        Place { line: mark.line, column: mark.column, span: mark.span.start..self.offset }
    }

    fn token(&mut self, first: char) -> Result<Token, ConditionError> {
        let mark = self.mark();
        let single = match first {
            '(' => Some(Sort::Open),
            ')' => Some(Sort::Close),
            ';' => Some(Sort::Semicolon),
            _ => None,
        };
        if let Some(sort) = single {
            self.step();
            return Ok(Token { sort, place: self.since(&mark) });
        }
        if first == '"' {
            return self.quoted(mark);
        }
        if is_plain(first) {
            return self.bare(&mark);
        }
        self.step();
        Err(no_place_for(first, &self.since(&mark)))
    }

    fn bare(&mut self, mark: &Place) -> Result<Token, ConditionError> {
        while self.peek().is_some_and(is_plain) {
            self.step();
        }
        let place = self.since(mark);
        let text = &self.text[place.span.clone()];
        let sort = match keyword(text) {
            None => Sort::Bare(text.to_owned()),
            Some("unless") => return Err(unless(&place)),
            Some("match" | "matches" | "matching") => return Err(matching(&place)),
            Some(keyword) if keyword == text => Sort::Keyword(keyword),
            Some(keyword) => {
                return Err(place.error(
                    format!("{} is not written in capitals here.", shown(keyword)),
                    format!("Write “{keyword}”, or \"{text}\" in double quotes if that is a name."),
                ));
            }
        };
        Ok(Token { sort, place })
    }

    fn quoted(&mut self, mark: Place) -> Result<Token, ConditionError> {
        let mut name = String::new();
        self.step();
        loop {
            match self.peek() {
                None | Some('\n' | '\r') => {
                    return Err(mark.quote().error(
                        "This quotation mark is not closed on its line.",
                        "Put another \" after the name.",
                    ));
                }
                Some(character) if is_hidden(character) => {
                    let here = self.mark();
                    self.step();
                    return Err(no_place_for(character, &self.since(&here)));
                }
                Some('"') => {
                    self.step();
                    if self.peek() != Some('"') {
                        break;
                    }
                    name.push('"');
                }
                Some(character) => name.push(character),
            }
            self.step();
        }
        let place = self.since(&mark);
        if name.trim().is_empty() {
            return Err(place.error("There is no name between these quotes.", "Write one."));
        }
        Ok(Token { sort: Sort::Quoted(name), place })
    }
}

impl Place {
    /// The one-byte place of the quotation mark that opens here.
    fn quote(self) -> Place {
        Place { span: self.span.start..self.span.start + 1, ..self }
    }
}

fn unless(place: &Place) -> ConditionError {
    place.error(
        format!("“unless” cannot be used. {MONOTONE}"),
        "Ask for what must be promised instead; \
         if a circumstance must not hold, write “not” before its name.",
    )
}

fn matching(place: &Place) -> ConditionError {
    place.error(
        "A condition says when a commitment is in force; what it matches is said beside it.",
        "Leave it out here and say what it matches: \
         matches = { rate = \"1\", above = \"100\", up_to = \"50\" }.",
    )
}

fn no_place_for(character: char, place: &Place) -> ConditionError {
    let remedy = match character {
        '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '\'' | '`' => {
            "Put names in straight double quotes: \"peace deal signed\"."
        }
        ',' => {
            "Write amounts without separators, part the choices of a list with semicolons, \
             and put a name with a comma in double quotes."
        }
        '&' => "Write “and”.",
        '|' => "Write “or”.",
        '!' => "Write “not”.",
        '>' | '=' | '≥' => "Write “at least”.",
        '[' | '{' | ']' | '}' => "Use round brackets.",
        _ => "Put a name that has it in double quotes, or leave it out.",
    };
    if is_hidden(character) {
        return place.error(
            format!("The hidden character U+{:04X} stands here.", u32::from(character)),
            "Leave it out: what cannot be seen cannot be agreed to.",
        );
    }
    place.error(
        format!("The character {character} has no place in a condition outside a quoted name."),
        remedy,
    )
}

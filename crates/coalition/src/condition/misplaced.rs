//! What to say of a token that stands where it cannot.

use super::error::{ConditionError, shown};
use super::lexer::{Sort, Token};
use super::parser::Parser;

impl Parser {
    pub fn missing_atom(&self) -> ConditionError {
        const REMEDY: &str =
            "Write a circumstance, a party and what it contributes, or “at least …”.";
        match &self.token().sort {
            Sort::End => self.error("The condition breaks off here.", REMEDY),
            Sort::Keyword(word @ ("contribute" | "contributes")) => self.error(
                format!("“{word}” has no party before it."),
                "Write the party's name first: “France contributes EUR”.",
            ),
            Sort::Keyword("parties") => self.error(
                "“parties” does not say how many.",
                "Write “at least 2 parties contribute”, with the number you mean.",
            ),
            Sort::Keyword(word) => self.error(
                format!("“{word}” cannot stand here."),
                format!("{REMEDY} A name with this word in it goes in double quotes."),
            ),
            Sort::Close => self.error("There is nothing before this bracket.", REMEDY),
            _ => self.error("There is nothing before this semicolon.", REMEDY),
        }
    }

    pub fn missing_name(&self, what: &str) -> ConditionError {
        match &self.token().sort {
            Sort::End => self.error(format!("{what} is missing at the end."), "Write its name."),
            Sort::Keyword(word) => self.error(
                format!("{what} is missing before “{word}”."),
                format!("Write its name; if “{word}” begins it, put it in double quotes."),
            ),
            _ => self.error(format!("{what} is missing here."), "Write its name."),
        }
    }

    /// The token after a whole part that neither joins another to it nor ends it.
    pub fn misplaced(&self) -> ConditionError {
        match &self.token().sort {
            Sort::End => match self.open.last() {
                Some(bracket) => bracket.error("This bracket is never closed.", "Close it with another."),
                None => self.missing_atom(),
            },
            Sort::Bare(_) | Sort::Quoted(_) => self.stray_name(),
            Sort::Keyword("contribute" | "contributes") => self.error(
                "Only names joined by “and” can stand before “contribute”.",
                "Say it of each: “A contributes R or B contributes R”.",
            ),
            Sort::Keyword(word) => self.error(
                format!("“{word}” cannot follow here."),
                "Join the parts with “and” or “or”; put a name with this word in it in double quotes.",
            ),
            Sort::Open => self.error("A bracket cannot follow here.", "Write “and” or “or” before it."),
            Sort::Close => self.error("No bracket is open here.", "Leave this one out."),
            Sort::Semicolon => self.error(
                "A semicolon parts the choices of “at least … of (…)” and nothing else.",
                "Write “and” or “or”.",
            ),
        }
    }

    /// A name after a whole part: most often one name of several words without its quotes.
    fn stray_name(&self) -> ConditionError {
        let bare = |token: &Token| match &token.sort {
            Sort::Bare(text) => Some(text.clone()),
            _ => None,
        };
        let (before, after) = self.tokens.split_at(self.at);
        let mut words: Vec<String> = before.iter().rev().map_while(bare).take(8).collect();
        words.reverse();
        words.extend(after.iter().map_while(bare).take(8));
        // A party that contributes begins a part of its own.
        let party = self.list_follows();
        let name = words.join(" ");
        let remedy = if words.len() > 1 && words[0].bytes().all(|byte| byte.is_ascii_digit()) {
            "Write amounts without spaces; put a name of several words in double quotes.".to_owned()
        } else if words.len() > 1 && name.len() <= 60 && !party {
            format!("Put a name of several words in double quotes: \"{name}\".")
        } else {
            "Join the parts with “and” or “or”; put a name of several words in double quotes."
                .to_owned()
        };
        let (Sort::Bare(text) | Sort::Quoted(text)) = &self.token().sort else {
            return self.error("Something cannot follow here.", remedy);
        };
        self.error(format!("{} cannot follow here.", shown(text)), remedy)
    }
}

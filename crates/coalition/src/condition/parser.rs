//! Tokens into a formula of words.

use super::error::{ConditionError, MONOTONE, Place, shown};
use super::lexer::{Sort, Token, Word, tokens};
use super::{COUNT_MAX, Condition, Formula, NAMES_MAX, NESTING_MAX, TEXT_BYTES_MAX, Who};
use crate::amount::{ACCEPTED, Amount};

/// Canonical text may be longer than what was written: ids can be longer than names.
const STORED_BYTES_MAX: usize = 32_768;
/// Canonical text brackets `FR contributes EUR` after a circumstance: one level more.
const STORED_NESTING_MAX: usize = NESTING_MAX + 1;

/// What `text` says, its words not looked up yet.
///
/// Takes at most [`TEXT_BYTES_MAX`] bytes, [`NESTING_MAX`] brackets deep, [`NAMES_MAX`] names.
pub fn parse(text: &str) -> Result<Condition<Word>, ConditionError> {
    parse_within(text, TEXT_BYTES_MAX, NESTING_MAX)
}

/// Reads a canonical text of anything that [`parse`] accepts.
pub(super) fn parse_stored(text: &str) -> Result<Condition<Word>, ConditionError> {
    parse_within(text, STORED_BYTES_MAX, STORED_NESTING_MAX)
}

fn parse_within(
    text: &str,
    bytes_max: usize,
    nesting_max: usize,
) -> Result<Condition<Word>, ConditionError> {
    if text.len() > bytes_max {
        return Err(too_long(text, bytes_max));
    }
    let tokens = tokens(text)?;
    Parser { tokens, at: 0, open: Vec::new(), names: 0, nesting_max }.condition()
}

fn too_long(text: &str, bytes_max: usize) -> ConditionError {
    let cut = text.floor_char_boundary(bytes_max);
    let mut place = Place { line: 1, column: 1, span: cut..cut };
    for character in text[..cut].chars() {
        place.column += 1;
        if character == '\n' {
            place.line += 1;
            place.column = 1;
        }
    }
    place.error(
        format!("A condition has at most {bytes_max} bytes; this one has {}.", text.len()),
        "Say it in fewer words, or make two commitments of it.",
    )
}

pub(super) struct Parser {
    /// The last is [`Sort::End`], and `at` never passes it.
    pub tokens: Vec<Token>,
    pub at: usize,
    /// Where each bracket that is open now was opened.
    pub open: Vec<Place>,
    names: usize,
    nesting_max: usize,
}

type Parsed = Result<Formula<Word>, ConditionError>;

impl Parser {
    pub fn token(&self) -> &Token {
        &self.tokens[self.at]
    }

    fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    fn is(&self, keyword: &'static str) -> bool {
        self.token().sort == Sort::Keyword(keyword)
    }

    fn take(&mut self, keyword: &'static str) -> bool {
        let found = self.is(keyword);
        if found {
            self.advance();
        }
        found
    }

    pub fn error(&self, message: impl Into<String>, remedy: impl Into<String>) -> ConditionError {
        self.token().place.error(message, remedy)
    }

    fn condition(&mut self) -> Result<Condition<Word>, ConditionError> {
        if self.take("always") {
            return match self.token().sort {
                Sort::End => Ok(Condition::Always),
                _ => Err(self.error(
                    "Nothing can follow “always”.",
                    "Leave the rest out, or write “when” in place of “always”.",
                )),
            };
        }
        if !self.take("when") {
            return Err(self.error(
                "A condition starts with “always” or “when”.",
                "Write “when” before what must hold.",
            ));
        }
        let formula = self.any()?;
        match self.token().sort {
            Sort::End => Ok(Condition::When(formula)),
            _ => Err(self.misplaced()),
        }
    }

    fn any(&mut self) -> Parsed {
        let first = self.every()?;
        let mut rest = Vec::new();
        while self.take("or") {
            rest.push(self.every()?);
        }
        Ok(Formula::any(first, rest))
    }

    fn every(&mut self) -> Parsed {
        let first = self.atom()?;
        let mut rest = Vec::new();
        while self.take("and") {
            rest.push(self.atom()?);
        }
        Ok(Formula::every(first, rest))
    }

    fn atom(&mut self) -> Parsed {
        match self.token().sort {
            Sort::Bare(_) | Sort::Quoted(_) => self.named(),
            Sort::Keyword("not") => self.negated(),
            Sort::Keyword("at") => self.at_least(),
            Sort::Keyword("others" | "all") => self.sum(),
            Sort::Open => {
                self.open()?;
                let inner = self.any()?;
                self.close()?;
                Ok(inner)
            }
            _ => Err(self.missing_atom()),
        }
    }

    /// `A`, or `A and B and C contribute R`: whatever stands before `contribute` is kept together
    /// until names are resolved, for only they tell where the list of parties begins.
    fn named(&mut self) -> Parsed {
        if !self.list_follows() {
            let circumstance = self.name("A circumstance")?;
            return Ok(Formula::Circumstance { circumstance, negated: false });
        }
        let mut parties = vec![self.name("A party")?];
        while self.take("and") {
            parties.push(self.name("A party")?);
        }
        // `list_follows` has seen the word.
        self.advance();
        Ok(Formula::Contribute { parties, resource: self.name("A resource")? })
    }

    /// Whether names joined by "and" lead from here to `contribute` or `contributes`.
    pub fn list_follows(&self) -> bool {
        let mut ahead = self.tokens[self.at..].iter().map(|token| &token.sort);
        loop {
            let (Some(Sort::Bare(_) | Sort::Quoted(_)), Some(next)) = (ahead.next(), ahead.next())
            else {
                return false;
            };
            match next {
                Sort::Keyword("contribute" | "contributes") => return true,
                Sort::Keyword("and") => {}
                _ => return false,
            }
        }
    }

    fn negated(&mut self) -> Parsed {
        let not = self.token().place.clone();
        self.advance();
        match self.token().sort {
            Sort::Keyword("not") => {
                Err(self.error("“not not” says nothing.", "Leave both out, or one."))
            }
            Sort::Open => Err(not.error(
                "“not” goes before one circumstance, not before a bracket.",
                "Write it before each circumstance: “not A and not B” in place of “not (A or B)”.",
            )),
            Sort::Keyword("at" | "others" | "all") => Err(negated_commitment(&not)),
            _ => {
                let circumstance = self.name("A circumstance")?;
                match self.token().sort {
                    Sort::Keyword("contribute" | "contributes") => Err(negated_commitment(&not)),
                    _ => Ok(Formula::Circumstance { circumstance, negated: true }),
                }
            }
        }
    }

    fn at_least(&mut self) -> Parsed {
        self.advance();
        self.least()?;
        let count_place = self.token().place.clone();
        let count = self.count()?;
        let who = match self.token().sort {
            Sort::Keyword("others") => Who::Others,
            Sort::Keyword("parties") => Who::All,
            Sort::Keyword("of") => return self.at_least_of(count, &count_place),
            _ => {
                return Err(self.error(
                    format!("After “at least {count}” comes “others”, “parties” or “of”."),
                    format!(
                        "Write “at least {count} others contribute”, “at least {count} parties \
                         contribute” or “at least {count} of (one; another)”."
                    ),
                ));
            }
        };
        self.advance();
        if !self.take("contribute") {
            let whom = if who == Who::Others { "others" } else { "parties" };
            return Err(self.error(
                format!("After “at least {count} {whom}” comes “contribute”."),
                format!("Write “at least {count} {whom} contribute”, then the resource."),
            ));
        }
        Ok(Formula::CountContribute { count, who, resource: self.name("A resource")? })
    }

    fn at_least_of(&mut self, count: u32, count_place: &Place) -> Parsed {
        self.advance();
        if self.token().sort != Sort::Open {
            return Err(self.error(
                format!("After “at least {count} of” comes a bracket."),
                format!("Write “at least {count} of (one; another; a third)”."),
            ));
        }
        self.open()?;
        let mut of = vec![self.any()?];
        while self.token().sort == Sort::Semicolon {
            self.advance();
            of.push(self.any()?);
        }
        self.close()?;
        if usize::try_from(count).is_ok_and(|count| count > of.len()) {
            let things = if of.len() == 1 { "thing is" } else { "things are" };
            return Err(count_place.error(
                format!("At least {count} are asked for, but only {} {things} listed.", of.len()),
                "Ask for fewer, or part the list with semicolons.",
            ));
        }
        Ok(Formula::AtLeastOf { count, of })
    }

    fn sum(&mut self) -> Parsed {
        let (whom, who) =
            if self.is("others") { ("others", Who::Others) } else { ("all", Who::All) };
        self.advance();
        if self.is("contribute") || self.is("contributes") {
            let counted = if who == Who::Others { "others" } else { "parties" };
            return Err(self.error(
                format!("“{whom} contribute” does not say how many."),
                format!("Write “at least 2 {counted} contribute”, with the number you mean."),
            ));
        }
        if !self.take("commit") {
            return Err(self.error(
                format!("After “{whom}” comes “commit”."),
                format!("Write “{whom} commit at least”, then an amount and the resource."),
            ));
        }
        if !self.take("at") {
            return Err(self.error(
                format!("After “{whom} commit” comes “at least”."),
                "Write “at least”, then an amount and the resource.",
            ));
        }
        self.least()?;
        let amount = self.amount()?;
        Ok(Formula::SumCommit { amount, who, resource: self.name("A resource")? })
    }

    fn least(&mut self) -> Result<(), ConditionError> {
        if self.take("least") {
            return Ok(());
        }
        Err(self.error(
            "After “at” comes “least”.",
            "Write “at least”; there is no “at most”, for a promise must not hang on others staying \
             away. A name with this word in it goes in double quotes.",
        ))
    }

    fn count(&mut self) -> Result<u32, ConditionError> {
        let digits = match &self.token().sort {
            Sort::Bare(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text,
            _ => {
                return Err(self.error(
                    "After “at least” comes a whole number.",
                    format!("Write it in digits, from 1 to {COUNT_MAX}."),
                ));
            }
        };
        match digits.parse::<u32>() {
            Ok(0) => Err(self.error(
                "“at least 0” always holds, so it asks nothing.",
                format!("Write a number from 1 to {COUNT_MAX}, or leave this part out."),
            )),
            Ok(count) if count <= COUNT_MAX => {
                self.advance();
                Ok(count)
            }
            _ => Err(self.error(
                format!("{} is too many.", shown(digits)),
                format!("Write a number from 1 to {COUNT_MAX}."),
            )),
        }
    }

    fn amount(&mut self) -> Result<Amount, ConditionError> {
        let parsed = match &self.token().sort {
            Sort::Bare(text) => Amount::parse(text).map_err(|_| shown(text)),
            _ => {
                return Err(self.error(
                    "After “commit at least” comes an amount.",
                    "Write it in digits, such as 6000 or 0.25, then the resource.",
                ));
            }
        };
        match parsed {
            Ok(amount) if amount.is_zero() => Err(self.error(
                "“commit at least 0” always holds, so it asks nothing.",
                "Write an amount above zero, or leave this part out.",
            )),
            Ok(amount) => {
                self.advance();
                Ok(amount)
            }
            Err(text) => {
                Err(self.error(format!("{text} is not an amount."), format!("Write {ACCEPTED}.")))
            }
        }
    }

    /// The name or id that stands here; `what` opens the sentence if none does.
    fn name(&mut self, what: &str) -> Result<Word, ConditionError> {
        let Token { sort: Sort::Bare(text) | Sort::Quoted(text), place } = self.token() else {
            return Err(self.missing_name(what));
        };
        let word = Word { text: text.clone(), place: place.clone() };
        self.names += 1;
        if self.names > NAMES_MAX {
            return Err(self.error(
                format!("A condition uses at most {NAMES_MAX} names; this is one more."),
                "Make several commitments of it, or say it with “at least … others”.",
            ));
        }
        self.advance();
        Ok(word)
    }

    fn open(&mut self) -> Result<(), ConditionError> {
        if self.open.len() == self.nesting_max {
            return Err(self.error(
                format!("Brackets stand more than {} deep here.", self.nesting_max),
                "Leave out those that change nothing, or make two commitments of it.",
            ));
        }
        self.open.push(self.token().place.clone());
        self.advance();
        Ok(())
    }

    fn close(&mut self) -> Result<(), ConditionError> {
        if self.token().sort != Sort::Close {
            return Err(self.misplaced());
        }
        self.open.pop();
        self.advance();
        Ok(())
    }
}

fn negated_commitment(not: &Place) -> ConditionError {
    not.error(
        format!("“not” cannot be said of what others contribute or commit. {MONOTONE}"),
        "Ask for what must be promised instead; “not” goes before a circumstance.",
    )
}

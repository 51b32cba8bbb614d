//! Conditions as text: canonical, with names, and as plain English.

use super::lexer::spelled;
use super::{Condition, Formula, Id, Kind, Who};

impl Condition<Id> {
    /// The one text, with ids, that stands for this condition in the record; it reads back as the
    /// same condition.
    pub fn canonical(&self) -> String {
        self.in_words(|_, id| id.to_string())
    }

    /// The condition in its own language, with the names that `name_of` gives.
    ///
    /// It reads back as the same condition if each name leads back to its id:
    /// [`super::KnownNames::spelling`] gives such names.
    pub fn in_words(&self, name_of: impl Fn(Kind, &Id) -> String) -> String {
        let Condition::When(formula) = self else { return "always".to_owned() };
        let mut writer = Language { name_of, text: "when ".to_owned() };
        writer.any(formula);
        writer.text
    }

    /// The condition as the end of an English sentence about a commitment, for pages:
    /// "once “peace deal signed” holds and at least 10 other parties contribute ground troops".
    pub fn sentence(&self, name_of: impl Fn(Kind, &Id) -> String) -> String {
        match self {
            Condition::Always => "without condition".to_owned(),
            Condition::When(formula) => format!("once {}", English { name_of }.whole(formula)),
        }
    }
}

struct Language<F> {
    name_of: F,
    text: String,
}

impl<F: Fn(Kind, &Id) -> String> Language<F> {
    fn name(&mut self, kind: Kind, id: &Id) {
        self.text.push_str(&spelled(&(self.name_of)(kind, id)));
    }

    fn any(&mut self, formula: &Formula) {
        let Formula::Any(parts) = formula else { return self.every(formula) };
        for (place, part) in parts.iter().enumerate() {
            if place > 0 {
                self.text.push_str(" or ");
            }
            self.every(part);
        }
    }

    fn every(&mut self, formula: &Formula) {
        let Formula::Every(parts) = formula else { return self.atom(formula) };
        let mut after_bare_name = false;
        for (place, part) in parts.iter().enumerate() {
            if place > 0 {
                self.text.push_str(" and ");
            }
            // After a bare circumstance, a list of parties would seem to begin with it.
            if after_bare_name && matches!(part, Formula::Contribute { .. }) {
                self.bracketed(part);
            } else {
                self.atom(part);
            }
            after_bare_name = matches!(part, Formula::Circumstance { negated: false, .. });
        }
    }

    fn bracketed(&mut self, formula: &Formula) {
        self.text.push('(');
        self.any(formula);
        self.text.push(')');
    }

    fn atom(&mut self, formula: &Formula) {
        match formula {
            Formula::Any(_) | Formula::Every(_) => self.bracketed(formula),
            Formula::AtLeastOf { count, of } => {
                self.text.push_str(&format!("at least {count} of ("));
                for (place, part) in of.iter().enumerate() {
                    if place > 0 {
                        self.text.push_str("; ");
                    }
                    self.any(part);
                }
                self.text.push(')');
            }
            Formula::Circumstance { circumstance, negated } => {
                if *negated {
                    self.text.push_str("not ");
                }
                self.name(Kind::Circumstance, circumstance);
            }
            Formula::Contribute { parties, resource } => {
                for (place, party) in parties.iter().enumerate() {
                    if place > 0 {
                        self.text.push_str(" and ");
                    }
                    self.name(Kind::Party, party);
                }
                let verb = if parties.len() > 1 { " contribute " } else { " contributes " };
                self.text.push_str(verb);
                self.name(Kind::Resource, resource);
            }
            Formula::CountContribute { count, who, resource } => {
                let whom = if *who == Who::Others { "others" } else { "parties" };
                self.text.push_str(&format!("at least {count} {whom} contribute "));
                self.name(Kind::Resource, resource);
            }
            Formula::SumCommit { amount, who, resource } => {
                let whom = if *who == Who::Others { "others" } else { "all" };
                self.text.push_str(&format!("{whom} commit at least {amount} "));
                self.name(Kind::Resource, resource);
            }
        }
    }
}

struct English<F> {
    name_of: F,
}

impl<F: Fn(Kind, &Id) -> String> English<F> {
    fn name(&self, kind: Kind, id: &Id) -> String {
        (self.name_of)(kind, id)
    }

    fn whole(&self, formula: &Formula) -> String {
        match formula {
            Formula::Any(parts) => self.joined(parts, " or "),
            Formula::Every(parts) => self.joined(parts, " and "),
            Formula::AtLeastOf { count, of } => {
                let list: Vec<String> = of.iter().map(|part| self.whole(part)).collect();
                if *count == 1 {
                    format!("at least one of these is so: {}", list.join("; or "))
                } else {
                    format!("at least {count} of these {} are so: {}", of.len(), list.join("; "))
                }
            }
            Formula::Circumstance { circumstance, negated } => {
                let verb = if *negated { "does not hold" } else { "holds" };
                format!("“{}” {verb}", self.name(Kind::Circumstance, circumstance))
            }
            Formula::Contribute { parties, resource } => {
                let verb = if parties.len() > 1 { "contribute" } else { "contributes" };
                let resource = self.name(Kind::Resource, resource);
                format!("{} {verb} {resource}", self.list(parties))
            }
            Formula::CountContribute { count, who, resource } => {
                let whom = match (who, count) {
                    (Who::Others, 1) => "other party contributes",
                    (Who::Others, _) => "other parties contribute",
                    (Who::All, 1) => "party, itself included, contributes",
                    (Who::All, _) => "parties, itself included, contribute",
                };
                format!("at least {count} {whom} {}", self.name(Kind::Resource, resource))
            }
            Formula::SumCommit { amount, who, resource } => {
                let whom = match who {
                    Who::Others => "the other parties together commit",
                    Who::All => "all parties together, itself included, commit",
                };
                let resource = self.name(Kind::Resource, resource);
                format!("{whom} at least {} {resource}", amount.grouped())
            }
        }
    }

    /// A part among others: in brackets if it has parts of its own.
    fn part(&self, formula: &Formula) -> String {
        match formula {
            Formula::Any(_) | Formula::Every(_) | Formula::AtLeastOf { .. } => {
                format!("({})", self.whole(formula))
            }
            _ => self.whole(formula),
        }
    }

    fn joined(&self, parts: &[Formula], word: &str) -> String {
        parts.iter().map(|part| self.part(part)).collect::<Vec<_>>().join(word)
    }

    /// "France", "France and Italy", "France, Italy and Spain".
    fn list(&self, parties: &[Id]) -> String {
        let mut names: Vec<String> = parties.iter().map(|id| self.name(Kind::Party, id)).collect();
        match names.pop() {
            Some(last) if names.is_empty() => last,
            Some(last) => format!("{} and {last}", names.join(", ")),
            None => String::new(),
        }
    }
}

//! Words into ids.

use super::error::{ConditionError, MONOTONE, Place, shown};
use super::{Condition, Formula, Found, Id, Kind, Names, Word};

impl Condition<Word> {
    /// The condition with each word replaced by the id of what it names.
    ///
    /// In `A and B and C contribute R` the parties are the longest run of words before `contribute`
    /// that all name parties; the words before that run must name circumstances.
    pub fn resolve(&self, names: &impl Names) -> Result<Condition<Id>, ConditionError> {
        match self {
            Condition::Always => Ok(Condition::Always),
            Condition::When(formula) => Ok(Condition::When(Resolver { names }.formula(formula)?)),
        }
    }
}

struct Resolver<'a, N> {
    names: &'a N,
}

type Resolved = Result<Formula<Id>, ConditionError>;

impl<N: Names> Resolver<'_, N> {
    fn formula(&self, formula: &Formula<Word>) -> Resolved {
        Ok(match formula {
            Formula::Any(parts) => joined(self.parts(parts)?, Formula::any),
            Formula::Every(parts) => joined(self.parts(parts)?, Formula::every),
            Formula::AtLeastOf { count, of } => {
                Formula::AtLeastOf { count: *count, of: self.choices(of)? }
            }
            Formula::Circumstance { circumstance, negated } => Formula::Circumstance {
                circumstance: self.circumstance(circumstance, *negated)?,
                negated: *negated,
            },
            Formula::Contribute { parties, resource } => self.contribute(parties, resource)?,
            Formula::CountContribute { count, who, resource } => Formula::CountContribute {
                count: *count,
                who: *who,
                resource: self.named(Kind::Resource, resource)?,
            },
            Formula::SumCommit { amount, who, resource } => Formula::SumCommit {
                amount: *amount,
                who: *who,
                resource: self.named(Kind::Resource, resource)?,
            },
        })
    }

    fn parts(&self, parts: &[Formula<Word>]) -> Result<Vec<Formula<Id>>, ConditionError> {
        parts.iter().map(|part| self.formula(part)).collect()
    }

    /// The choices of "at least … of": one named twice would count twice, which nobody means.
    fn choices(&self, parts: &[Formula<Word>]) -> Result<Vec<Formula<Id>>, ConditionError> {
        let mut choices = Vec::with_capacity(parts.len());
        for part in parts {
            let choice = self.formula(part)?;
            if choices.contains(&choice) {
                let message = "This stands in the list already, and would count twice.";
                return Err(first_place(part).error(message, "Leave it out here."));
            }
            choices.push(choice);
        }
        Ok(choices)
    }

    fn contribute(&self, words: &[Word], resource: &Word) -> Resolved {
        let mut parties: Vec<Id> = Vec::new();
        let mut before = words;
        while let Some((word, rest)) = before.split_last() {
            match self.names.find(Kind::Party, &word.text) {
                Found::One(id) => parties.push(id),
                Found::Several(ids) => return Err(several(Kind::Party, word, &ids)),
                Found::Nothing { .. } if parties.is_empty() => {
                    return Err(self.unknown(Kind::Party, word));
                }
                Found::Nothing { .. } => break,
            }
            before = rest;
        }
        // Read from the right, so that a slip in the list is found before what it would explain.
        let mut circumstances = Vec::with_capacity(before.len());
        for word in before.iter().rev() {
            circumstances.push(self.before_parties(word)?);
        }
        circumstances.reverse();
        parties.reverse();
        let mut once: Vec<Id> = Vec::with_capacity(parties.len());
        for party in parties {
            if !once.contains(&party) {
                once.push(party);
            }
        }
        let resource = self.named(Kind::Resource, resource)?;
        circumstances.push(Formula::Contribute { parties: once, resource });
        Ok(joined(circumstances, Formula::every))
    }

    /// A word before the list of parties: a circumstance, or a party spelled wrongly.
    fn before_parties(&self, word: &Word) -> Resolved {
        match self.names.find(Kind::Circumstance, &word.text) {
            Found::One(circumstance) => Ok(Formula::Circumstance { circumstance, negated: false }),
            Found::Several(ids) => Err(several(Kind::Circumstance, word, &ids)),
            Found::Nothing { nearest } => match self.names.find(Kind::Party, &word.text) {
                Found::Nothing { nearest: party } => Err(word.place.error(
                    format!(
                        "{} is neither a party nor a circumstance known here.",
                        shown(&word.text)
                    ),
                    suggestion(Kind::Party, party.or(nearest)),
                )),
                _ => Err(word.place.error(
                    format!("{} is a party; a circumstance stands here.", shown(&word.text)),
                    "Parties who contribute together stand together, right before “contribute”.",
                )),
            },
        }
    }

    fn circumstance(&self, word: &Word, negated: bool) -> Result<Id, ConditionError> {
        let party = || !matches!(self.names.find(Kind::Party, &word.text), Found::Nothing { .. });
        match self.names.find(Kind::Circumstance, &word.text) {
            Found::Nothing { .. } if negated && party() => Err(word.place.error(
                format!(
                    "{} is a party, and “not” cannot be said of a party. {MONOTONE}",
                    shown(&word.text)
                ),
                "Ask for what must be promised instead; “not” goes before a circumstance.",
            )),
            _ => self.named(Kind::Circumstance, word),
        }
    }

    fn named(&self, kind: Kind, word: &Word) -> Result<Id, ConditionError> {
        match self.names.find(kind, &word.text) {
            Found::One(id) => Ok(id),
            Found::Several(ids) => Err(several(kind, word, &ids)),
            Found::Nothing { .. } => Err(self.unknown(kind, word)),
        }
    }

    fn unknown(&self, kind: Kind, word: &Word) -> ConditionError {
        let text = shown(&word.text);
        let is = |other| !matches!(self.names.find(other, &word.text), Found::Nothing { .. });
        if let Some(other) = Kind::ALL.into_iter().find(|other| *other != kind && is(*other)) {
            let message = format!("{text} is a {}; a {} stands here.", other.word(), kind.word());
            return word.place.error(message, wrong_kind(kind, other));
        }
        let nearest = match self.names.find(kind, &word.text) {
            Found::Nothing { nearest } => nearest,
            Found::One(_) | Found::Several(_) => None,
        };
        let message = format!("{text} is not a {} known here.", kind.word());
        word.place.error(message, suggestion(kind, nearest))
    }
}

fn joined(
    mut parts: Vec<Formula<Id>>,
    join: fn(Formula<Id>, Vec<Formula<Id>>) -> Formula<Id>,
) -> Formula<Id> {
    let first = parts.remove(0);
    join(first, parts)
}

/// Where the first name of a formula stands; every formula has one.
fn first_place(formula: &Formula<Word>) -> Place {
    let mut first = None;
    formula.visit(&mut |_, word: &Word| {
        first.get_or_insert_with(|| word.place.clone());
    });
    first.unwrap_or(Place { line: 1, column: 1, span: 0..0 })
}

fn several(kind: Kind, word: &Word, ids: &[Id]) -> ConditionError {
    const LISTED_MAX: usize = 5;
    let mut listed: Vec<String> = ids.iter().take(LISTED_MAX).map(Id::to_string).collect();
    if ids.len() > LISTED_MAX {
        listed.push("…".to_owned());
    }
    word.place.error(
        format!("{} names {} {}.", shown(&word.text), ids.len(), kind.plural()),
        format!("Write the id of the one you mean: {}.", listed.join(", ")),
    )
}

fn suggestion(kind: Kind, nearest: Option<String>) -> String {
    match nearest {
        Some(name) => format!("Did you mean {}?", shown(&name)),
        None => format!("Use the name or the id of a {} that is known.", kind.word()),
    }
}

fn wrong_kind(kind: Kind, found: Kind) -> &'static str {
    match (kind, found) {
        (Kind::Circumstance, Kind::Party) => {
            "Say what it contributes, as in “France contributes EUR”."
        }
        (Kind::Circumstance, Kind::Resource) => {
            "Say who contributes it, each resource apart: “France contributes EUR and France \
             contributes troops”."
        }
        (Kind::Party, _) => "Only parties contribute; put a circumstance before the first of them.",
        (Kind::Resource, _) => "Say first what is contributed.",
        (Kind::Circumstance, Kind::Circumstance) => "Use its name.",
    }
}

//! Whether a text names a party or a person, in any spelling: for what was said where nobody may be
//! named. Stricter than the search for leaks, which must not accuse an innocent word; here a word too
//! many costs its writer another one.

use super::article::{Article, Passage, Word, words};
use super::exonyms::EXONYMS;
use super::names::PartyNames;
use super::words::{telling, tells};
use crate::content::{Item, Party, Person};
use crate::id::Id;
use crate::view::View;
use std::collections::BTreeSet;

/// Those who may not be named: all parties and persons in a view, and further names.
pub struct Unnamed {
    all: Vec<Known>,
}

/// A name that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming {
    /// Whom it names, as the record calls him or it.
    pub name: String,
    /// The passage that names him.
    pub passage: String,
}

struct Known {
    id: Option<Id>,
    name: String,
    /// All its words, to stand one after the other.
    whole: Vec<Word>,
    /// Words of which one alone tells, if it has a capital.
    single: BTreeSet<String>,
    /// Beginnings of such words.
    begins: &'static [&'static str],
    party: Option<PartyNames>,
}

/// Words of names that are no names by themselves: what somebody is, and not who.
const OFFICES: [&str; 44] = [
    "adviser",
    "alternate",
    "ambassador",
    "chair",
    "chairman",
    "chairwoman",
    "chancellor",
    "chief",
    "city",
    "clerk",
    "commissioner",
    "commission",
    "council",
    "delegate",
    "delegation",
    "deputy",
    "director",
    "first",
    "foreign",
    "general",
    "government",
    "head",
    "host",
    "international",
    "interpreter",
    "kingdom",
    "lead",
    "member",
    "minister",
    "ministry",
    "national",
    "observer",
    "office",
    "officer",
    "organisation",
    "organization",
    "party",
    "person",
    "president",
    "press",
    "republic",
    "secretary",
    "second",
    "state",
];
/// How many letters a declined name may have that the name has not.
const ENDING_MAX: usize = 3;

/// Whether a word is a name, or a form of it: `albaresa` of `albares`, `merkel` of `merkels`.
fn declined(word: &str, name: &str) -> bool {
    if word == name {
        return true;
    }
    let longer = |stem: &str| {
        stem.len() >= 4 && word.starts_with(stem) && word.len() <= stem.len() + ENDING_MAX
    };
    // An ending may take the place of the last letter.
    longer(name) || (name.len() >= 6 && longer(&name[..name.len() - 1]))
}

/// Whether a word begins as a name does in another language. A short beginning is told apart from
/// other words by what follows it being an ending.
fn begins(word: &str, stem: &str) -> bool {
    word.starts_with(stem) && word.len() <= stem.len() + 2 * ENDING_MAX
}

/// Whether words of a passage begin so, one after the other, the first of them with a capital.
fn begun_in(passage: &Passage, stems: &str) -> bool {
    let stems: Vec<&str> = stems.split(' ').collect();
    let fits = |here: &[Word]| here.iter().zip(&stems).all(|(word, of)| begins(&word.plain, of));
    passage.words.windows(stems.len()).any(|here| here[0].capital && fits(here))
}

impl Known {
    fn party(id: &Id, name: &str) -> Known {
        let whole = telling(name);
        let plain: Vec<&str> = whole.iter().map(|word| word.plain.as_str()).collect();
        let plain = plain.join(" ");
        let exonyms = EXONYMS.iter().find(|(english, _)| *english == plain);
        // What Türkiye was called is what others call it still.
        let exonyms = exonyms.or_else(|| {
            let older = match plain.as_str() {
                "turkiye" => "turkey",
                "czech republic" => "czechia",
                "united states america" => "united states",
                _ => return None,
            };
            EXONYMS.iter().find(|(english, _)| *english == older)
        });
        Known {
            id: Some(id.clone()),
            name: name.to_owned(),
            single: BTreeSet::new(),
            begins: exonyms.map_or(&[], |(_, begins)| begins),
            party: Some(PartyNames::of(name)),
            whole,
        }
    }

    /// A person's name, of which each word may tell, those of parties left out.
    fn person(id: Option<&Id>, name: &str, of_parties: &BTreeSet<String>) -> Known {
        let whole = telling(name);
        let tells = |word: &&Word| {
            !of_parties.contains(&word.plain)
                && !OFFICES.contains(&word.plain.as_str())
                && !word.plain.starts_with(|first: char| first.is_ascii_digit())
        };
        let single = whole.iter().filter(tells).map(|word| word.plain.clone()).collect();
        Known { id: id.cloned(), name: name.to_owned(), whole, single, begins: &[], party: None }
    }

    fn named_in(&self, article: &Article, at: usize, raw: &str) -> bool {
        let passage = &article.passages[at];
        let told: Vec<&Word> = passage.words.iter().filter(|word| tells(&word.plain)).collect();
        let whole = !self.whole.is_empty()
            && told.windows(self.whole.len()).any(|here| {
                here.iter().zip(&self.whole).all(|(word, of)| declined(&word.plain, &of.plain))
            });
        let single = || {
            let mut capitals = passage.words.iter().filter(|word| word.capital);
            capitals.any(|word| self.single.iter().any(|of| declined(&word.plain, of)))
        };
        let begun = || self.begins.iter().any(|stems| begun_in(passage, stems));
        let of_party =
            || self.party.as_ref().is_some_and(|names| names.told_in(&passage.words, declined));
        whole
            || single()
            || begun()
            || of_party()
            || self.id.as_ref().is_some_and(|id| stands(raw, id))
    }
}

/// Whether an id stands in a text as it is spelt, with nothing grown onto it.
fn stands(raw: &str, id: &Id) -> bool {
    let part_of = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    raw.match_indices(id.as_str()).any(|(at, found)| {
        let before = raw[..at].chars().next_back();
        let after = raw[at + found.len()..].chars().next();
        !before.is_some_and(part_of) && !after.is_some_and(part_of)
    })
}

/// The text without what is written into words to keep them from being found.
fn unmarked(text: &str) -> String {
    let hides = |letter: &char| {
        matches!(letter, '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{34f}' | '\u{61c}' | '\u{180e}'
            | '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
    };
    text.chars().filter(|letter| !hides(letter)).collect()
}

impl Unnamed {
    /// All parties and persons that a view shows, and the speakers whom the agenda of a session
    /// announces.
    pub fn of(view: &View, session: Option<&Id>) -> Unnamed {
        let parties: Vec<(&Id, &str)> =
            view.all::<Party>().map(|(thing, party)| (&thing.id, party.name.as_str())).collect();
        let of_parties: BTreeSet<String> =
            parties.iter().flat_map(|(_, name)| words(name)).map(|word| word.plain).collect();
        let mut all: Vec<Known> = parties.iter().map(|(id, name)| Known::party(id, name)).collect();
        all.extend(view.all::<Person>().map(|(thing, person)| {
            Known::person(Some(&thing.id), person.name.as_str(), &of_parties)
        }));
        let items = view.all::<Item>().filter(|(_, item)| Some(&item.session) == session);
        all.extend(
            items
                .filter_map(|(_, item)| item.speaker.as_ref())
                .map(|speaker| Known::person(None, speaker.as_str(), &of_parties)),
        );
        Unnamed { all }
    }

    /// The same, with one party or person let be named.
    #[must_use]
    pub fn but(mut self, spared: &Id) -> Unnamed {
        self.all.retain(|known| known.id.as_ref() != Some(spared));
        self
    }

    /// The first name in a text, with the passage in which it stands.
    pub fn first_in(&self, text: &str) -> Option<Naming> {
        let text = unmarked(text);
        let article = Article::of(&text, None);
        (0..article.passages.len()).find_map(|at| {
            let raw = article.passage(&article.passages[at].range);
            let known = self.all.iter().find(|known| known.named_in(&article, at, raw))?;
            Some(Naming { name: known.name.clone(), passage: raw.to_owned() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unnamed() -> Unnamed {
        let parties = [
            ("FR", "France"),
            ("EE", "Estonia"),
            ("US", "United States"),
            ("TR", "Türkiye"),
            ("lviv", "City of Lviv"),
        ];
        let of_parties: BTreeSet<String> =
            parties.iter().flat_map(|(_, name)| words(name)).map(|word| word.plain).collect();
        let id = |text: &str| Id::parse(text).expect("a plain word");
        let mut all: Vec<Known> =
            parties.iter().map(|(of, name)| Known::party(&id(of), name)).collect();
        for (of, name) in [
            (Some("jma"), "José Manuel Albares"),
            (Some("head-ee"), "Head of delegation, Estonia"),
            (None, "Kaja Tamm"),
        ] {
            all.push(Known::person(of.map(id).as_ref(), name, &of_parties));
        }
        Unnamed { all }
    }

    #[test]
    fn a_party_or_person_is_found_in_any_spelling() {
        let unnamed = unnamed();
        for (text, name) in [
            ("France asked for time.", "France"),
            ("france asked for time.", "France"),
            ("The French delegation asked for time.", "France"),
            ("Two Frenchmen asked.", "France"),
            ("Fra\u{200d}nce asked.", "France"),
            ("Fra\u{301}nce asked.", "France"),
            ("Ｆｒａｎｃｅ asked.", "France"),
            ("Frаnce, with a Cyrillic letter, asked.", "France"),
            ("Франция попросила время.", "France"),
            ("Делегація Франції просить часу.", "France"),
            ("Frankreich bittet um Zeit.", "France"),
            ("Les Français demandent du temps.", "France"),
            ("Said by FR.", "France"),
            ("The Estonians agree.", "Estonia"),
            ("Естонія згодна.", "Estonia"),
            ("Paper of head-ee.", "Head of delegation, Estonia"),
            ("The U.S. is reluctant.", "United States"),
            ("США против.", "United States"),
            ("Washington is reluctant.", "United States"),
            ("Turkish straits.", "Türkiye"),
            ("The city of Lviv offers a hall.", "City of Lviv"),
            ("One head of delegation, Estonia's, left.", "Estonia"),
            ("Albares left early.", "José Manuel Albares"),
            ("Сказал Альбарес.", "José Manuel Albares"),
            ("ALBARES'S view", "José Manuel Albares"),
            ("As Kaja put it,", "Kaja Tamm"),
        ] {
            let found = unnamed.first_in(&format!("All well. {text}"));
            let found = found.unwrap_or_else(|| panic!("nobody is found in: {text}"));
            assert_eq!(found.name, name, "{text}");
            assert!(found.passage != "All well.", "{text}");
        }
    }

    #[test]
    fn words_that_name_nobody_pass() {
        let unnamed = unnamed();
        for text in [
            "They told us so.",
            "A turkey was served; the head of delegation left.",
            "One delegation offers 2,000 persons once the deal is signed.",
            "The City asks for more.",
            "Frankly, time is short.",
            "Manuals were handed out; free of charge.",
            "Several states see it otherwise.",
            "",
        ] {
            assert_eq!(unnamed.first_in(text), None, "{text}");
        }
    }

    #[test]
    fn who_is_spared_may_be_named_and_nobody_else() {
        let unnamed = unnamed().but(&Id::parse("FR").expect("a plain word"));
        assert_eq!(unnamed.first_in("France sends the draft."), None);
        assert!(unnamed.first_in("France sends the draft to Estonia.").is_some());
    }
}

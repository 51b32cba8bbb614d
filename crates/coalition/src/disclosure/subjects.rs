//! Which meeting each passage of an article is about.

use super::article::{Article, Passage, Word};
use super::facts::{Fact, Point, Sign, topic};
use super::figures::{Meets, Named, days};
use super::words::{GATHERING, any_phrase, shared, telling};
use crate::content::{Coalition, Meeting};
use crate::id::Id;
use crate::time::PartialTime;
use crate::view::View;
use std::collections::{BTreeMap, BTreeSet};

/// By what an article is seen to be about a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// Its day.
    Day,
    /// A place of it.
    Place,
    /// Words of its title.
    Title,
    /// The coalition's name.
    Coalition,
}

/// What a passage must come to before it is taken to be about a meeting.
const ENOUGH: u32 = 2;

/// A meeting as an article may speak of it.
struct Known {
    id: Id,
    starts: Option<PartialTime>,
    places: Vec<Vec<Word>>,
    title: Vec<Word>,
}

/// Which passages are about which meeting.
pub(super) struct Subjects {
    /// By passage.
    about: Vec<Option<Id>>,
    /// Passages that name the meeting they are about, or a gathering.
    direct: Vec<bool>,
    /// Passages that name the coalition.
    named: Vec<bool>,
    /// Meetings that the article is surely about, with what shows it.
    pub identified: BTreeMap<Id, BTreeSet<Feature>>,
}

/// The meetings of a view, and the coalition's name.
pub(super) struct Grounds {
    coalition: Vec<Word>,
    known: Vec<Known>,
}

impl Grounds {
    pub fn of(view: &View, facts: &[Fact]) -> Grounds {
        let coalition = view.all::<Coalition>().next().map(|(_, said)| telling(said.name.as_str()));
        let coalition = coalition.unwrap_or_default();
        Grounds { known: known(view, facts, &coalition), coalition }
    }

    fn named(&self, passage: &Passage) -> bool {
        let coalition = &self.coalition;
        !coalition.is_empty() && shared(passage, coalition) == coalition.len()
    }

    /// What an article is about.
    pub fn subjects(&self, article: &Article) -> Subjects {
        let known = &self.known;
        let mut seen: BTreeMap<Id, BTreeSet<Feature>> = BTreeMap::new();
        let (mut about, mut direct, mut names) = (Vec::new(), Vec::new(), Vec::new());
        let mut current: Option<&Known> = None;
        for passage in &article.passages {
            let named = days(passage, article.published);
            let coalition = self.named(passage);
            let gathering = coalition || any_phrase(&passage.words, &GATHERING);
            let scored =
                known.iter().map(|of| of.score(passage, &named, article, gathering)).zip(known);
            let best = scored.max_by_key(|((score, _), of)| {
                // Of two that are named as well, the one spoken of stays.
                (*score, current.is_some_and(|current| current.id == of.id))
            });
            match best {
                Some(((score, features), of)) if score >= ENOUGH => {
                    current = Some(of);
                    let seen = seen.entry(of.id.clone()).or_default();
                    seen.extend(features);
                    seen.extend(coalition.then_some(Feature::Coalition));
                    direct.push(true);
                }
                _ => {
                    // A gathering on another day is another gathering.
                    if gathering && other_occasion(&named, current) {
                        current = None;
                    }
                    if let (Some(of), true) = (current, coalition) {
                        seen.entry(of.id.clone()).or_default().insert(Feature::Coalition);
                    }
                    direct.push(gathering);
                }
            }
            names.push(coalition);
            about.push(current.map(|of| of.id.clone()));
        }
        // A heading comes before what it is about.
        let first = about.iter().flatten().next().cloned();
        for (about, direct) in about.iter_mut().zip(&direct) {
            match about {
                Some(_) => break,
                None if *direct => about.clone_from(&first),
                None => {}
            }
        }
        seen.retain(|_, features| features.len() >= 2);
        Subjects { about, direct, named: names, identified: seen }
    }
}

impl Subjects {
    /// Whether a passage is about this meeting, which the article is surely about.
    pub fn is_about(&self, passage: usize, meeting: &Id) -> bool {
        self.identified.contains_key(meeting) && self.about[passage].as_ref() == Some(meeting)
    }

    /// Whether a passage is about the coalition: about a meeting of it, or one that names it.
    pub fn is_of_coalition(&self, passage: usize) -> bool {
        let about = self.about[passage].as_ref();
        self.named[passage] || about.is_some_and(|of| self.identified.contains_key(of))
    }

    /// Whether a passage speaks of a gathering itself.
    pub fn is_direct(&self, passage: usize) -> bool {
        self.direct[passage]
    }
}

fn other_occasion(named: &[Named], current: Option<&Known>) -> bool {
    let Some(starts) = current.and_then(|of| of.starts) else { return false };
    let exact = |named: &&Named| matches!(named, Named::Day { .. });
    named.iter().any(|named| exact(&named))
        && !named.iter().any(|day| match starts {
            PartialTime::Month(month) => day.is_in(month),
            PartialTime::Day(_) | PartialTime::Minute(_) => {
                day.meets(starts.earliest().date(), None).is_some()
            }
        })
}

fn known(view: &View, facts: &[Fact], coalition: &[Word]) -> Vec<Known> {
    view.all::<Meeting>()
        .map(|(thing, meeting)| {
            let places = facts.iter().filter(|fact| fact.thing == thing.id);
            let places = places.filter_map(|fact| match (&fact.point, &fact.sign) {
                (Point::Place, Sign::Place(words)) => Some(words.clone()),
                _ => None,
            });
            let places: Vec<Vec<Word>> = places.collect();
            let mut title = topic(meeting.title.as_str());
            title.retain(|word| {
                word.capital
                    && places.iter().flatten().all(|of| of.plain != word.plain)
                    && coalition.iter().all(|of| of.plain != word.plain)
                    && !names_form_or_day(&word.plain)
            });
            Known { id: thing.id.clone(), starts: meeting.starts, places, title }
        })
        .collect()
}

/// Words of titles that many meetings share.
fn names_form_or_day(plain: &str) -> bool {
    const SHARED: [&str; 22] = [
        "virtual",
        "hybrid",
        "online",
        "leaders",
        "ministers",
        "officials",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "first",
        "second",
        "third",
        "informal",
        "joint",
    ];
    SHARED.contains(&plain)
}

impl Known {
    /// How surely a passage is about this meeting, and by what.
    /// A day that is only "Tuesday", and a place, count where somebody meets.
    fn score(
        &self,
        passage: &Passage,
        named: &[Named],
        article: &Article,
        gathering: bool,
    ) -> (u32, Vec<Feature>) {
        let mut score = 0;
        let mut features = Vec::new();
        let day = match self.starts {
            Some(PartialTime::Month(month)) => u32::from(named.iter().any(|day| day.is_in(month))),
            Some(PartialTime::Day(date)) => day_score(named, date, article),
            Some(PartialTime::Minute(minute)) => day_score(named, minute.date(), article),
            None => 0,
        };
        if day > 2 || (day > 0 && gathering) {
            score += day;
            features.push(Feature::Day);
        } else if !gathering || other_occasion(named, Some(self)) {
            return (0, features);
        }
        let held = |words: &&Vec<Word>| shared(passage, words) == words.len();
        // What stands first is the city; what follows says where in it.
        let city = self.places.first().filter(held).is_some();
        let places = self.places.iter().filter(held).count();
        if places > 0 {
            score += if city { 2 } else { 1 };
            features.push(Feature::Place);
        }
        if !self.title.is_empty() && shared(passage, &self.title) == self.title.len() {
            score += if places > 0 { 1 } else { 2 };
            features.push(Feature::Title);
        }
        (score, features)
    }
}

fn day_score(named: &[Named], date: jiff::civil::Date, article: &Article) -> u32 {
    let met = named.iter().filter_map(|day| day.meets(date, article.published));
    met.map(|meets| if meets == Meets::Exactly { 3 } else { 2 }).max().unwrap_or(0)
}

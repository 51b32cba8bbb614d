//! Where an article discloses a fact.

use super::article::{Article, Passage, Word};
use super::facts::{Fact, Point, Sign};
use super::figures::{Meets, days, names_time, numbers};
use super::subjects::Subjects;
use super::words::{DELEGATIONS, Vocabulary, any_phrase, holds, shared};
use crate::time::PartialTime;
use std::collections::BTreeSet;

/// How clearly a passage discloses a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// In part, or in other words.
    Close,
    /// As the record has it.
    Stated,
}

/// So many words in a row are no chance.
pub(super) const RUN_MIN: usize = 7;

/// The passages that disclose each fact, the clearest first.
pub(super) fn found(
    facts: &[Fact],
    article: &Article,
    subjects: &Subjects,
) -> Vec<Vec<(usize, Grade)>> {
    let vocabulary = Vocabulary::of(&article.passages);
    let mut all: Vec<Vec<(usize, Grade)>> = facts
        .iter()
        .map(|fact| {
            if !possible(&fact.sign, &vocabulary) {
                return Vec::new();
            }
            let passages = article.passages.iter().enumerate();
            let graded = passages.filter(|(at, _)| in_reach(fact, *at, subjects)).filter_map(
                |(at, passage)| Some((at, grade(fact, passage, article, subjects.is_direct(at))?)),
            );
            graded.collect()
        })
        .collect();
    in_company(facts, article, subjects, &mut all);
    of_what_is_named(facts, article, &mut all);
    for passages in &mut all {
        passages.sort_by_key(|(at, grade)| (std::cmp::Reverse(*grade), *at));
    }
    all
}

/// Whether the article holds any word that a fact in words needs.
fn possible(sign: &Sign, vocabulary: &Vocabulary) -> bool {
    let holds = |words: &[Word]| words.iter().any(|word| vocabulary.holds(&word.plain));
    match sign {
        Sign::Topic(words) | Sign::Place(words) | Sign::Speaker(words) => holds(words),
        Sign::Promise { resource, .. } | Sign::Stopped { resource, .. } => holds(resource),
        Sign::Claimed { value, .. } => value.iter().all(|word| vocabulary.has(&word.plain)),
        Sign::Wording(words) => {
            let shared = words.iter().filter(|word| vocabulary.has(&word.plain)).count();
            shared >= RUN_MIN
        }
        Sign::Day(_)
        | Sign::Time(_)
        | Sign::Count(_)
        | Sign::Host(_)
        | Sign::Invited(_)
        | Sign::Phrases(_)
        | Sign::Minutes(..) => true,
    }
}

/// Whether a passage is about what the fact is about. Promises and wording carry their own subject.
fn in_reach(fact: &Fact, passage: usize, subjects: &Subjects) -> bool {
    match (&fact.sign, &fact.meeting) {
        (Sign::Wording(_), _) => true,
        (Sign::Count(_) | Sign::Claimed { .. }, None) => subjects.is_of_coalition(passage),
        (_, None) => true,
        (_, Some(meeting)) => subjects.is_about(passage, meeting),
    }
}

/// What is said in part beside another point of the same session is disclosed in part.
fn in_company(
    facts: &[Fact],
    article: &Article,
    subjects: &Subjects,
    all: &mut [Vec<(usize, Grade)>],
) {
    let near: BTreeSet<(&crate::Id, usize)> = facts
        .iter()
        .zip(all.iter())
        .filter(|(fact, _)| fact.point == Point::Topic)
        .filter_map(|(fact, passages)| Some((fact.session.as_ref()?, passages)))
        .flat_map(|(session, passages)| passages.iter().map(move |(at, _)| (session, *at)))
        .collect();
    let mut more = Vec::new();
    for (place, fact) in facts.iter().enumerate().filter(|(place, _)| all[*place].is_empty()) {
        let (Sign::Topic(words), Some(session)) = (&fact.sign, &fact.session) else { continue };
        for (at, passage) in article.passages.iter().enumerate() {
            let half = shared(passage, words) * 2 >= words.len();
            if half && near.contains(&(session, at)) && in_reach(fact, at, subjects) {
                more.push((place, at));
            }
        }
    }
    for (place, at) in more {
        all[place].push((at, Grade::Close));
    }
}

/// How long something lasts is not told where something else of the meeting is named instead: many
/// sessions last as long as each other.
fn of_what_is_named(facts: &[Fact], article: &Article, all: &mut [Vec<(usize, Grade)>]) {
    for (place, fact) in facts.iter().enumerate() {
        let Sign::Minutes(_, own) = &fact.sign else { continue };
        all[place].retain(|(at, _)| {
            let passage = &article.passages[*at];
            let named = |other: &Fact| match &other.sign {
                Sign::Minutes(_, title) | Sign::Topic(title) => {
                    !title.is_empty() && shared(passage, title) == title.len()
                }
                _ => false,
            };
            let mut others = facts.iter().filter(|other| other.meeting == fact.meeting);
            shared(passage, own) > 0 || !others.any(named)
        });
    }
}

fn grade(fact: &Fact, passage: &Passage, article: &Article, direct: bool) -> Option<Grade> {
    match &fact.sign {
        Sign::Day(time) => on_day(*time, passage, article),
        Sign::Time(time) => names_time(passage, *time),
        Sign::Place(words) => most(passage, words),
        Sign::Count(count) => counts(passage, u128::from(*count) * 1_000),
        Sign::Host(party) => {
            let hosts = ["host*", "anfitrion*", "organi*", "gastgeb*", "ospit*"];
            (party.named_in(&passage.words) && any_phrase(&passage.words, &hosts))
                .then_some(Grade::Stated)
        }
        Sign::Invited(party) => {
            let comes = [
                "attend*",
                "invit*",
                "represent*",
                "join*",
                "particip*",
                "take part",
                "taking part",
                "delegat*",
                "present",
                "sent",
                "sends",
                "asist*",
            ];
            let words = &passage.words;
            let near = |at: usize| &words[at..words.len().min(at + 8)];
            let told = (0..words.len()).map(near).any(|near| {
                any_phrase(near, &comes) && !any_phrase(near, &["capital*"]) && party.named_in(near)
            });
            told.then_some(Grade::Close)
        }
        Sign::Phrases(lists) => {
            let all = lists.iter().all(|list| any_phrase(&passage.words, list));
            // One word alone says little where the gathering itself is not spoken of.
            (all && (direct || lists.len() > 1)).then_some(Grade::Stated)
        }
        Sign::Topic(words) => on_topic(passage, words),
        Sign::Minutes(minutes, _) => lasts(passage, *minutes),
        Sign::Speaker(words) => speaks(passage, words),
        Sign::Promise { party, resource, amount } => {
            promised(passage, resource, *amount).filter(|_| party.named_in(&passage.words))
        }
        Sign::Stopped { party, resource } => {
            let stops = [
                "suspend*", "halt*", "paus*", "withh*", "withdr*", "stop*", "freez*", "froze*",
                "cancel*", "drop*", "hold*", "held",
            ];
            let told = party.named_in(&passage.words) && most(passage, resource).is_some();
            (told && any_phrase(&passage.words, &stops)).then_some(Grade::Stated)
        }
        Sign::Claimed { point, value } => {
            let point = point.is_empty() || shared(passage, point) * 2 >= point.len();
            let exact = |word: &Word| passage.words.iter().any(|here| here.plain == word.plain);
            (point && !value.is_empty() && value.iter().all(exact)).then_some(Grade::Stated)
        }
        Sign::Wording(words) => (longest_run(passage, words) >= RUN_MIN).then_some(Grade::Stated),
    }
}

fn on_day(time: PartialTime, passage: &Passage, article: &Article) -> Option<Grade> {
    let named = days(passage, article.published);
    let date = match time {
        PartialTime::Month(month) => {
            return named.iter().any(|day| day.is_in(month)).then_some(Grade::Stated);
        }
        PartialTime::Day(date) => date,
        PartialTime::Minute(minute) => minute.date(),
    };
    let met = named.iter().filter_map(|day| day.meets(date, article.published));
    let exactly = met.map(|meets| meets == Meets::Exactly).max()?;
    Some(if exactly { Grade::Stated } else { Grade::Close })
}

/// All words, or two thirds of them.
fn most(passage: &Passage, words: &[Word]) -> Option<Grade> {
    let shared = shared(passage, words);
    match shared {
        0 => None,
        _ if shared == words.len() => Some(Grade::Stated),
        _ if words.len() > 2 && shared * 3 >= words.len() * 2 => Some(Grade::Close),
        _ => None,
    }
}

/// A number, with a word for parties beside it.
fn counts(passage: &Passage, thousandths: u128) -> Option<Grade> {
    let words = &passage.words;
    let beside = |after: usize| {
        any_phrase(&words[after.saturating_sub(4)..words.len().min(after + 4)], &DELEGATIONS)
    };
    let named = numbers(passage).into_iter();
    let mut exact = named.filter(|(value, after)| *value == thousandths && beside(*after));
    exact.next().map(|_| Grade::Stated)
}

fn on_topic(passage: &Passage, words: &[Word]) -> Option<Grade> {
    let shared = shared(passage, words);
    // One common word is no topic; a long one is rarely common.
    let enough = shared >= 2 || (words.len() == 1 && shared == 1 && words[0].plain.len() >= 9);
    match enough {
        true if shared == words.len() => Some(Grade::Stated),
        true if shared * 5 >= words.len() * 3 => Some(Grade::Close),
        _ => None,
    }
}

fn lasts(passage: &Passage, minutes: u32) -> Option<Grade> {
    let words = &passage.words;
    let unit = |after: usize| words.get(after).map(|word| word.plain.as_str());
    let told = |(value, after): &(u128, usize)| match unit(*after) {
        Some(unit) if unit.starts_with("minut") || unit == "min" => {
            *value == u128::from(minutes) * 1_000
        }
        Some("hour" | "hours") => *value * 60 == u128::from(minutes) * 1_000,
        _ => false,
    };
    let half_hour = minutes == 30 && any_phrase(&passage.words, &["half hour", "half an hour"]);
    (half_hour || numbers(passage).iter().any(told)).then_some(Grade::Stated)
}

/// All words of a name or a description, or the family name.
fn speaks(passage: &Passage, words: &[Word]) -> Option<Grade> {
    if !words.is_empty() && shared(passage, words) == words.len() {
        return Some(Grade::Stated);
    }
    let family = words.iter().rev().find(|word| word.capital && word.plain.len() >= 4)?;
    let first = words.first().is_some_and(|first| first.plain == family.plain);
    let here = |word: &&Word| word.capital && word.plain == family.plain;
    let named = !(first && words.len() > 1) && passage.words.iter().any(|word| here(&word));
    named.then_some(Grade::Close)
}

fn promised(passage: &Passage, resource: &[Word], amount: Option<u128>) -> Option<Grade> {
    most(passage, resource)?;
    let told = numbers(passage);
    match amount {
        Some(amount) if told.iter().any(|(value, _)| *value == amount) => Some(Grade::Stated),
        // Another number may be another promise: the kind of it is told, not how much.
        _ => {
            let promises = [
                "promis*",
                "pledg*",
                "commit*",
                "provid*",
                "send*",
                "deliver*",
                "contribut*",
                "give*",
                "offer*",
                "suppl*",
                "need*",
                "request*",
                "deploy*",
                "donat*",
                "transfer*",
                "announc*",
            ];
            any_phrase(&passage.words, &promises).then_some(Grade::Close)
        }
    }
}

/// The longest run of words that stands in both, word for word.
fn longest_run(passage: &Passage, words: &[Word]) -> usize {
    if !words.iter().any(|word| word.plain.len() > 5 && holds(passage, &word.plain)) {
        return 0;
    }
    let mut before = vec![0_usize; words.len() + 1];
    let mut longest = 0;
    for here in &passage.words {
        let mut now = vec![0; words.len() + 1];
        for (at, word) in words.iter().enumerate() {
            if word.plain == here.plain {
                now[at + 1] = before[at] + 1;
                longest = longest.max(now[at + 1]);
            }
        }
        before = now;
    }
    longest
}

//! Which thing a word names.

use super::lexer::can_be_written;
use super::{Id, Kind};

/// Whoever knows the names: make it of what the writer may see, for its errors suggest names.
pub trait Names {
    /// The thing of this kind that `word` is the id or the name of.
    fn find(&self, kind: Kind, word: &str) -> Found;
}

/// What a word names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// This.
    One(Id),
    /// Any of these: an id is needed.
    Several(Vec<Id>),
    /// Nothing that is known.
    Nothing {
        /// The name or id most like it, if one is near.
        nearest: Option<String>,
    },
}

/// Takes every id at its word: for canonical text, which was resolved when it was written.
#[derive(Clone, Copy, Debug)]
pub struct AnyId;

impl Names for AnyId {
    fn find(&self, _kind: Kind, word: &str) -> Found {
        match Id::parse(word) {
            Ok(id) => Found::One(id),
            Err(_) => Found::Nothing { nearest: None },
        }
    }
}

/// Lists of ids and names, one for each kind.
///
/// A word is looked up as an id; then as a name, spaces around it aside; then as a name in whatever
/// case. The first of these that finds something decides; several things are never guessed among.
#[derive(Clone, Debug, Default)]
pub struct KnownNames {
    lists: [Vec<(Id, String)>; 3],
}

impl KnownNames {
    /// Adds a thing.
    pub fn add(&mut self, kind: Kind, id: Id, name: &str) {
        self.lists[place(kind)].push((id, name.trim().to_owned()));
    }

    /// How a condition best writes this thing: by name if that leads back to it, else by id.
    pub fn spelling(&self, kind: Kind, id: &Id) -> String {
        let name = self.lists[place(kind)].iter().find(|(known, _)| known == id);
        match name {
            Some((_, name))
                if can_be_written(name) && self.find(kind, name) == Found::One(id.clone()) =>
            {
                name.clone()
            }
            _ => id.to_string(),
        }
    }

    fn nearest(&self, kind: Kind, word: &str) -> Option<String> {
        let lower: Vec<char> = word.to_lowercase().chars().collect();
        let spellings =
            self.lists[place(kind)].iter().flat_map(|(id, name)| [name.as_str(), id.as_str()]);
        let near = spellings.filter_map(|spelling| {
            let distance = distance_within(&lower, spelling, lower.len() / 3 + 1)?;
            Some((distance, spelling))
        });
        near.min().map(|(_, spelling)| spelling.to_owned())
    }
}

impl Names for KnownNames {
    fn find(&self, kind: Kind, word: &str) -> Found {
        let word = word.trim();
        let list = &self.lists[place(kind)];
        if let Some((id, _)) = list.iter().find(|(id, _)| id.as_str() == word) {
            return Found::One(id.clone());
        }
        let mut ids = matching(list, |name| name == word);
        if ids.is_empty() {
            let lower = word.to_lowercase();
            ids = matching(list, |name| name.to_lowercase() == lower);
        }
        match ids.as_slice() {
            [] => Found::Nothing { nearest: self.nearest(kind, word) },
            [id] => Found::One(id.clone()),
            _ => Found::Several(ids),
        }
    }
}

fn place(kind: Kind) -> usize {
    match kind {
        Kind::Circumstance => 0,
        Kind::Party => 1,
        Kind::Resource => 2,
    }
}

fn matching(list: &[(Id, String)], is: impl Fn(&str) -> bool) -> Vec<Id> {
    let mut ids: Vec<Id> =
        list.iter().filter(|(_, name)| is(name)).map(|(id, _)| id.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// How many letters must be put, dropped or changed to turn one word into the other (Levenshtein),
/// in whatever case; `None` if more than `limit`, or too long to be a slip of the pen.
fn distance_within(lower: &[char], spelling: &str, limit: usize) -> Option<usize> {
    const CHARACTERS_MAX: usize = 64;
    let other: Vec<char> = spelling.to_lowercase().chars().take(CHARACTERS_MAX + 1).collect();
    if lower.len().max(other.len()) > CHARACTERS_MAX || lower.len().abs_diff(other.len()) > limit {
        return None;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, letter) in lower.iter().enumerate() {
        let mut diagonal = above;
        row[0] = above + 1;
        for (left, candidate) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != candidate);
            diagonal = row[left + 1];
            row[left + 1] = changed.min(diagonal + 1).min(row[left] + 1);
        }
    }
    Some(row[other.len()]).filter(|distance| *distance <= limit)
}

//! Leak assessment: which facts of the record a press article discloses, which of them were not
//! public then, and whose view held all of those.
//!
//! It is made from one view, as everything is: what its viewer may not see is not looked for, and
//! who else could see a thing is told of what he sees himself. A fact is reported only with the
//! passage that discloses it. It says what an article holds; it does not say from whom it came.

mod article;
mod exonyms;
mod facts;
mod figures;
mod found;
mod holders;
mod names;
mod naming;
mod phrases;
mod subjects;
mod words;

pub use article::{ARTICLE_BYTES_MAX, Article};
pub use facts::Point;
pub use found::Grade;
pub use holders::Holder;
pub use naming::{Naming, Unnamed};
pub use subjects::Feature;

use crate::id::Id;
use crate::label::{Label, Viewer};
use crate::state::Leaves;
use crate::view::View;
use facts::{Fact, facts};
use found::found;
use holders::{as_of, end_of, holders, state_at};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use subjects::Grounds;

/// One fact that an article discloses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// The thing of the record that says it.
    pub thing: Id,
    /// What kind of fact it is.
    pub point: Point,
    /// The fact, in words.
    pub says: String,
    /// The label it has now.
    pub label: Label,
    /// The passages that disclose it, the clearest first, each with how clearly.
    pub passages: Vec<(Range<usize>, Grade)>,
    /// Whether it was public when the article appeared.
    pub public: Public,
}

/// Whether a fact was public.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Public {
    /// As far as this view tells, it was not, and is not.
    No,
    /// It was not; since then the thing that says it was made public.
    Since,
    /// A public thing said it: this one.
    Through(Id),
}

/// What an article discloses.
#[derive(Clone, Debug)]
pub struct Disclosure {
    /// What was not public comes first; then in the order of the article.
    pub disclosed: Vec<Disclosed>,
    /// The meetings that it is about, with what shows it.
    pub meetings: BTreeMap<Id, BTreeSet<Feature>>,
    /// Who could see what was not public, at [`Disclosure::as_of`]; those who saw most of it first.
    pub holders: Vec<Holder>,
    /// The moment for which `holders` is told: the end of the day of publication, if the record held
    /// all of it by then; `None` for the record as it stands.
    pub as_of: Option<Timestamp>,
    /// How many things of the view hold what was not public.
    pub labelled: usize,
}

/// Assesses an article from a view. The `leaves` are those of the record that the view is of.
/// Linear in the size of the article times the number of facts in the view.
pub fn assess(view: &View, leaves: &Leaves, article: &Article) -> Disclosure {
    let facts = facts(view);
    let grounds = Grounds::of(view, &facts);
    let subjects = grounds.subjects(article);
    let found = found(&facts, article, &subjects);
    let published = article.published.and_then(end_of);
    let then = state_at(view, leaves, published);
    let public = View::of(&then, Viewer::Public);
    let known = public_facts(&public, &facts, &grounds);
    let mut disclosed: Vec<Disclosed> = facts
        .iter()
        .zip(found)
        .zip(known)
        .filter(|((_, passages), _)| !passages.is_empty())
        .filter_map(|((fact, passages), known)| {
            let thing = view.get(&fact.thing)?;
            let passages = passages.into_iter();
            let passages =
                passages.map(|(at, grade)| (article.passages[at].range.clone(), grade)).collect();
            Some(Disclosed {
                thing: fact.thing.clone(),
                point: fact.point,
                says: fact.says.clone(),
                label: thing.marking.label,
                passages,
                public: match known {
                    Some(by) => Public::Through(by),
                    None if thing.marking.label == Label::Clear => Public::Since,
                    None => Public::No,
                },
            })
        })
        .collect();
    disclosed.sort_by_key(|of| {
        (rank(&of.public), of.passages.first().map_or(0, |(range, _)| range.start), of.point)
    });
    let secret: BTreeSet<&Id> =
        disclosed.iter().filter(|of| of.public == Public::No).map(|of| &of.thing).collect();
    let as_of = as_of(view, &secret, published);
    let holders = match as_of == published {
        true => holders(view, &then, &secret),
        false => holders(view, &state_at(view, leaves, as_of), &secret),
    };
    let labelled = secret.len();
    Disclosure { meetings: subjects.identified, holders, as_of, labelled, disclosed }
}

/// What was not public comes first.
fn rank(public: &Public) -> u8 {
    match public {
        Public::No => 0,
        Public::Since => 1,
        Public::Through(_) => 2,
    }
}

/// For each fact, a thing of the public view that says it: the thing itself, or one whose words
/// would disclose it as an article's would.
fn public_facts(public: &View, facts: &[Fact], grounds: &Grounds) -> Vec<Option<Id>> {
    let itself = |fact: &Fact| public.get(&fact.thing).map(|thing| thing.id.clone());
    let mut known: Vec<Option<Id>> = facts.iter().map(itself).collect();
    let open: Vec<Fact> = facts
        .iter()
        .zip(&known)
        .filter(|(_, by)| by.is_none())
        .map(|(fact, _)| fact.clone())
        .collect();
    if open.is_empty() {
        return known;
    }
    let mut by_open: Vec<Option<Id>> = vec![None; open.len()];
    for (thing, text) in holders::public_texts(public) {
        let article = Article::of(&text, None);
        let subjects = grounds.subjects(&article);
        for (by, passages) in by_open.iter_mut().zip(found(&open, &article, &subjects)) {
            if by.is_none() && !passages.is_empty() {
                *by = Some(thing.clone());
            }
        }
    }
    let mut by_open = by_open.into_iter();
    for by in known.iter_mut().filter(|by| by.is_none()) {
        *by = by_open.next().flatten();
    }
    known
}

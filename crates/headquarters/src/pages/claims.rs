//! What sources say of one thing, point by point: where they agree, how often that counts, and where
//! they differ.

use super::words;
use crate::asking::Asking;
use coalition::content::{Claim, Source};
use coalition::{Id, Thing, View};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// All that is said on one point.
pub(crate) struct PointGroup<'a> {
    /// The point: "number of parties".
    pub(crate) point: &'a str,
    /// What is said, by the value given; claims without a value last.
    pub(crate) values: Vec<ValueGroup<'a>>,
}

/// The claims that give one value.
pub(crate) struct ValueGroup<'a> {
    /// The value; `None` for claims that give none.
    pub(crate) value: Option<&'a str>,
    /// The claims.
    pub(crate) claims: Vec<(&'a Thing, &'a Claim)>,
    /// From how many different origins: two sources that have it from one place count once.
    pub(crate) origins: usize,
}

impl PointGroup<'_> {
    /// Whether sources give different values.
    pub(crate) fn disputed(&self) -> bool {
        self.values.iter().filter(|group| group.value.is_some()).count() > 1
    }
}

/// The claims about one thing (the coalition itself, if `None`), by point and value.
pub(crate) fn gather<'a>(view: &'a View, about: Option<&Id>) -> Vec<PointGroup<'a>> {
    let mut points: BTreeMap<&str, BTreeMap<(bool, Option<&str>), Vec<(&Thing, &Claim)>>> =
        BTreeMap::new();
    for (thing, claim) in
        view.standing::<Claim>().filter(|(_, claim)| claim.about.as_ref() == about)
    {
        let value = claim.value.as_ref().map(|value| value.as_str());
        let by_value = points.entry(claim.point.as_str()).or_default();
        by_value.entry((value.is_none(), value)).or_default().push((thing, claim));
    }
    let group = |((_, value), claims): ((bool, Option<&'a str>), Vec<(&'a Thing, &'a Claim)>)| {
        ValueGroup { value, origins: origins(view, &claims), claims }
    };
    points
        .into_iter()
        .map(|(point, by_value)| PointGroup {
            point,
            values: by_value.into_iter().map(group).collect(),
        })
        .collect()
}

/// From how many origins claims come; a source that names none is its own.
fn origins(view: &View, claims: &[(&Thing, &Claim)]) -> usize {
    let origin = |(_, claim): &(&Thing, &Claim)| {
        let origin =
            view.find::<Source>(&claim.source).and_then(|(_, source)| source.origin.as_ref());
        origin
            .map_or_else(|| (false, claim.source.to_string()), |origin| (true, origin.to_string()))
    };
    claims.iter().map(origin).collect::<BTreeSet<_>>().len()
}

/// What claims are about: a thing or, if `None`, the coalition; only those on which some point is disputed.
pub(crate) fn disputed(view: &View) -> Vec<Option<Id>> {
    let about: BTreeSet<Option<Id>> =
        view.standing::<Claim>().map(|(_, claim)| claim.about.clone()).collect();
    about
        .into_iter()
        .filter(|about| gather(view, about.as_ref()).iter().any(PointGroup::disputed))
        .collect()
}

/// All that sources say of a thing; nothing where they say nothing.
pub(crate) fn panel(asking: &Asking, about: Option<&Id>) -> Markup {
    let view = &asking.view;
    let points = gather(view, about);
    let whole = html! {
        @for group in &points {
            div.claim-point {
                h3 { (group.point) @if group.disputed() { " " span.badge.badge-caution { "sources disagree" } } }
                ul.claim-values { @for value in &group.values { li { (value_told(view, value)) } } }
            }
        }
    };
    html! {
        @if !points.is_empty() {
            section.panel {
                div.panel-head {
                    h2 {
                        @match about { Some(id) => { "What sources say of " (words::link(view, id)) }, None => "What sources say of the coalition" }
                    }
                }
                (whole)
            }
        }
    }
}

fn value_told(view: &View, group: &ValueGroup<'_>) -> Markup {
    html! {
        @if let Some(value) = group.value {
            strong { (value) } " "
            span.quiet { (group.origins) @if group.origins == 1 { " origin" } @else { " origins" } }
        }
        @for (thing, claim) in &group.claims {
            p.small id=[Some(&thing.id)] {
                a href={ "/sources/" (claim.source) } { (view.name_of(&claim.source)) }
                @if !claim.text.is_empty() { ": " (claim.text) }
            }
        }
    }
}

//! What sources say of one thing, point by point: where they agree, how often that counts, and where
//! they differ.

use super::words;
use crate::asking::Asking;
use crate::look::parts::{self, Glyph, Tone};
use coalition::content::{Claim, Source};
use coalition::text::Name;
use coalition::{Id, Thing, View};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// All that is said on one point.
pub(crate) struct PointGroup<'a> {
    /// The point, as its first claim spells it: "number of parties".
    pub(crate) point: &'a str,
    /// What is said, by the value given; claims without a value last.
    pub(crate) values: Vec<ValueGroup<'a>>,
}

/// The claims that give one value.
pub(crate) struct ValueGroup<'a> {
    /// The value, as its first claim spells it; `None` for claims that give none.
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

/// A text as it is compared: case and spacing make no difference of opinion.
fn compared(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The claims about one thing (the coalition itself, if `None`), by point and value. Claims taken
/// back, and those of sources taken back, say nothing any more.
pub(crate) fn gather<'a>(view: &'a View, about: Option<&Id>) -> Vec<PointGroup<'a>> {
    let cited =
        |claim: &Claim| view.find::<Source>(&claim.source).is_some_and(|(thing, _)| thing.stands());
    let claims =
        view.standing::<Claim>().filter(|(_, claim)| claim.about.as_ref() == about && cited(claim));
    group(claims, |source| origin(view, source))
}

/// Where a source has it from; one that names no origin is its own.
fn origin(view: &View, source: &Id) -> String {
    let named = view.find::<Source>(source).and_then(|(_, source)| source.origin.as_ref());
    named.map_or_else(
        || format!("source {source}"),
        |origin| format!("origin {}", compared(origin.as_str())),
    )
}

fn group<'a>(
    claims: impl Iterator<Item = (&'a Thing, &'a Claim)>,
    origin: impl Fn(&Id) -> String,
) -> Vec<PointGroup<'a>> {
    // A claim without a value sorts last.
    type Values<'a> = BTreeMap<(bool, String), Vec<(&'a Thing, &'a Claim)>>;
    let mut points: BTreeMap<String, Values<'a>> = BTreeMap::new();
    for (thing, claim) in claims {
        let value = claim.value.as_ref().map(|value| compared(value.as_str()));
        let key = (value.is_none(), value.unwrap_or_default());
        let point = points.entry(compared(claim.point.as_str())).or_default();
        point.entry(key).or_default().push((thing, claim));
    }
    let value_group = |claims: Vec<(&'a Thing, &'a Claim)>| {
        let origins: BTreeSet<String> =
            claims.iter().map(|(_, claim)| origin(&claim.source)).collect();
        let value = claims.first().and_then(|(_, claim)| claim.value.as_ref());
        ValueGroup { value: value.map(Name::as_str), origins: origins.len(), claims }
    };
    points
        .into_values()
        .filter_map(|by_value| {
            let values: Vec<ValueGroup<'a>> = by_value.into_values().map(value_group).collect();
            let (_, first) = values.first()?.claims.first()?;
            Some(PointGroup { point: first.point.as_str(), values })
        })
        .collect()
}

/// What claims are about: a thing or, if `None`, the coalition; only those on which some point is
/// disputed.
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
    let disputed = points.iter().filter(|group| group.disputed()).count();
    // On its own page a thing need not be named again.
    let named = about.and_then(|id| view.get(id)).map(|thing| words::address(view, thing));
    let named = named.is_some_and(|address| address != asking.path).then_some(about).flatten();
    html! {
        @if !points.is_empty() {
            section.panel {
                h2 {
                    "What sources say"
                    @match (named, about) {
                        (Some(id), _) => { " of " (words::link(view, id)) },
                        (None, None) => " of the coalition",
                        (None, Some(_)) => {},
                    }
                }
                @if disputed > 0 {
                    p.small.quiet { "Where sources disagree, both stand. Two that have it from one place count once." }
                }
                dl.claims {
                    @for group in &points {
                        dt {
                            (group.point)
                            @if group.disputed() { " " (parts::badge(Tone::Warn, Some(Glyph::Triangle), "sources disagree")) }
                        }
                        @for value in &group.values { dd { (value_told(view, value)) } }
                    }
                }
            }
        }
    }
}

fn value_told(view: &View, group: &ValueGroup<'_>) -> Markup {
    html! {
        @if let Some(value) = group.value {
            p {
                strong { (value) } " "
                span.small.quiet { "from " (group.origins) @if group.origins == 1 { " origin" } @else { " origins" } }
            }
        }
        @for (thing, claim) in &group.claims {
            p.small {
                a href={ "/sources/" (claim.source) "#" (thing.id) } { (view.name_of(&claim.source)) }
                @if !claim.text.is_empty() { ": " (claim.text) }
                @if thing.marking.label != coalition::Label::Clear { " " (parts::tlp(words::tlp(thing.marking.label))) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::content::Content;
    use coalition::state::Status;
    use coalition::{Author, Label, Marking};

    fn id(text: &str) -> Id {
        Id::parse(text).unwrap()
    }

    fn claim(number: usize, source: &str, point: &str, value: &str) -> Thing {
        let said = serde_json::json!({ "source": source, "point": point, "text": "as reported" });
        let mut claim: Claim = serde_json::from_value(said).unwrap();
        claim.value = Name::parse(value).ok();
        let now = "2025-11-26T09:00:00Z".parse().unwrap();
        Thing {
            id: id(&format!("c{number}")),
            content: Content::Claim(claim),
            marking: Marking::plain(Label::Clear),
            author: Author::default(),
            status: Status::Standing,
            created: now,
            changed: now,
            acts: vec![0],
            steps: Vec::new(),
            versions: Vec::new(),
        }
    }

    /// Points as `point: value×claims/origins, …`, a `!` before those disputed.
    fn told(claims: &[(&str, &str, &str)]) -> Vec<String> {
        let things: Vec<Thing> = claims
            .iter()
            .enumerate()
            .map(|(number, (source, point, value))| claim(number, source, point, value))
            .collect();
        // S0 and S1 have it from one newspaper, as in the worked example.
        let origin = |source: &Id| match source.as_str() {
            "S0" | "S1" => "El Mundo".to_owned(),
            other => other.to_owned(),
        };
        group(things.iter().map(|thing| (thing, thing.said().unwrap())), origin)
            .iter()
            .map(|group| {
                let values = group.values.iter().map(|value| {
                    let words = value.value.unwrap_or("-");
                    format!("{words}×{}/{}", value.claims.len(), value.origins)
                });
                let mark = if group.disputed() { "!" } else { "" };
                format!("{mark}{}: {}", group.point, values.collect::<Vec<_>>().join(", "))
            })
            .collect()
    }

    #[test]
    fn two_sources_of_one_origin_count_once() {
        assert_eq!(
            told(&[("S0", "states", "35"), ("S1", "states", "35"), ("S3", "states", "35")]),
            ["states: 35×3/2"]
        );
    }

    #[test]
    fn two_values_on_one_point_disagree_and_both_stand() {
        assert_eq!(
            told(&[("S3", "states", "31"), ("S0", "States ", "35"), ("S1", "states", "35")]),
            ["!states: 31×1/1, 35×2/1"]
        );
    }

    #[test]
    fn claims_without_a_value_or_on_different_points_do_not_disagree() {
        assert_eq!(
            told(&[("S0", "aim", ""), ("S3", "aim", "deter"), ("S4", "level", "leaders")]),
            ["aim: deter×1/1, -×1/1", "level: leaders×1/1"]
        );
        assert_eq!(
            told(&[("S0", "aim", "To  Deter"), ("S3", "Aim", "to deter")]),
            ["aim: To  Deter×2/2"]
        );
    }
}

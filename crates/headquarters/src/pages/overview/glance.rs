//! Guarantees at a glance: the quick verdict on each, as things stand in the viewer's view.

use crate::asking::Asking;
use crate::look::parts::{self, Glyph, Tone};
use crate::pages::guarantees::said;
use crate::pages::words;
use coalition::assess::{AssessError, Limits, Verdict};
use coalition::content::Guarantee;
use coalition::model::Scenario;
use coalition::{Amount, Id, Kind, Thing, View};
use maud::{Markup, html};

/// A guarantee and what the engine says of it at once.
pub(super) struct Glance<'v> {
    thing: &'v Thing,
    guarantee: &'v Guarantee,
    verdict: Result<Verdict, AssessError>,
}

/// The verdict on every guarantee that stands, nothing assumed but its trigger.
pub(super) fn all(asking: &Asking) -> Vec<Glance<'_>> {
    let mut standing = asking.view.standing::<Guarantee>().peekable();
    if standing.peek().is_none() {
        return Vec::new();
    }
    let (ready, scenario, limits) = (asking.ready(), Scenario::default(), Limits::default());
    let verdict = |guarantee| ready.prepared()?.verdict(guarantee, &scenario, &limits);
    let mut all: Vec<Glance<'_>> = standing
        .map(|(thing, guarantee)| Glance { thing, guarantee, verdict: verdict(guarantee) })
        .collect();
    // What can be assessed first, each group by name.
    all.sort_by_key(|glance| (glance.verdict.is_err(), &glance.guarantee.name, &glance.thing.id));
    all
}

/// Whether a figure that nobody gave plays a part in any verdict.
pub(super) fn illustrative(glances: &[Glance<'_>]) -> bool {
    glances.iter().any(|glance| glance.verdict.as_ref().is_ok_and(|verdict| verdict.illustrative))
}

pub(super) fn panel(asking: &Asking, glances: &[Glance<'_>]) -> Markup {
    html! {
        section.panel {
            div.panel-head { h2 { "Guarantees at a glance" } a href="/guarantees" { "All guarantees" } }
            @if glances.is_empty() {
                p { "No guarantee has been stated that you can see." }
                div.buttons { (words::offer_new(asking, Kind::Guarantee, "State a guarantee", &[])) }
            } @else {
                ul.plain.glances { @for glance in glances { li { (told(&asking.view, glance)) } } }
            }
        }
    }
}

fn told(view: &View, glance: &Glance<'_>) -> Markup {
    let Glance { thing, guarantee, verdict } = glance;
    let (tone, glyph, word) = match verdict {
        Ok(verdict) if verdict.holds.firm => (Tone::Good, Glyph::Tick, "holds"),
        Ok(verdict) if verdict.holds.mutual => (Tone::Accent, Glyph::Rings, "holds together"),
        Ok(_) => (Tone::Bad, Glyph::Cross, "does not hold"),
        Err(_) => (Tone::Idle, Glyph::Empty, "not assessed"),
    };
    html! {
        div.glance {
            div {
                a href={ "/guarantees/" (thing.id) } { (guarantee.name) }
                p.small.quiet {
                    @if let Some(trigger) = &guarantee.trigger { "Once “" (view.name_of(trigger)) "” holds. " }
                    (reason(view, verdict))
                }
            }
            div.glance-verdict {
                (parts::badge(tone, Some(glyph), word))
                @if verdict.as_ref().is_ok_and(|verdict| verdict.illustrative) { " " (parts::illustrative()) }
            }
        }
    }
}

/// Why the verdict is what it is, in a sentence.
fn reason(view: &View, verdict: &Result<Verdict, AssessError>) -> String {
    let verdict = match verdict {
        Ok(verdict) => verdict,
        Err(AssessError::NoNeeds(_)) => {
            return "It states no figures, so nothing can be measured against it.".into();
        }
        Err(error @ AssessError::MixedWindows { .. }) => {
            return format!("{error} Its own page asks for the day on which the trigger comes.");
        }
        Err(error) => return error.to_string(),
    };
    let needs = said::counted(verdict.required, "need", "needs");
    if verdict.holds.firm {
        return format!("{needs} covered, though nobody moves first on trust.");
    }
    if verdict.holds.mutual {
        return format!("{needs} covered if those who wait for each other move together.");
    }
    let covered = verdict.needs.iter().filter(|need| need.covered.mutual).count();
    let missing: Vec<String> = shortfalls(verdict)
        .into_iter()
        .map(|(resource, amount)| {
            format!("{} ({})", view.name_of(resource), said::quantity(view, resource, amount))
        })
        .collect();
    format!("{covered} of {needs} covered; missing: {}.", words::listed(&missing))
}

/// What is missing of each resource at its worst moment, even if all move together, in the order of
/// the needs.
fn shortfalls(verdict: &Verdict) -> Vec<(&Id, Amount)> {
    let mut worst: Vec<(&Id, Amount)> = Vec::new();
    for need in verdict.needs.iter().filter(|need| !need.covered.mutual) {
        let missing = need.segments.iter().map(|segment| segment.missing.mutual).max();
        let missing = missing.unwrap_or_default();
        match worst.iter_mut().find(|(resource, _)| **resource == need.resource) {
            Some((_, most)) => *most = missing.max(*most),
            None => worst.push((&need.resource, missing)),
        }
    }
    worst
}

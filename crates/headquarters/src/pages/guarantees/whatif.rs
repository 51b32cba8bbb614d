//! The page of a guarantee: what becomes of it under a scenario.

use super::writing::Writing;
use super::{coverage, said, scenario};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::flow::Flow;
use crate::look::Section;
use crate::look::parts::{self, Crumb, PageHead, Verdict as Banner, VerdictKind};
use crate::pages::{claims, words};
use coalition::assess::{self, AssessError, Both, Bound, Limits, Reading, Verdict};
use coalition::content::{Guarantee, Requires};
use coalition::model::{Model, Scenario};
use coalition::{Amount, Id, Kind, Refusal, Thing, View};
use maud::{Markup, html};
use std::collections::BTreeMap;

pub(super) fn one(asking: &Asking, flow: &mut Flow) -> Result<Answer, Refusal> {
    let (thing, guarantee) = asking.find::<Guarantee>("id")?;
    if let Some(address) = scenario::spelt_out(asking) {
        return Ok(Answer::see_other(address));
    }
    let scenario = scenario::read(asking, guarantee.trigger.as_ref())?;
    let ready = asking.ready();
    let of = Of { asking, thing, guarantee, model: &ready.model, scenario: &scenario };
    if guarantee.needs.is_empty() {
        let body = html! { (head(&of, false)) (stated_only(&of)) };
        return Ok(asking.page(guarantee.name.as_str(), Section::Guarantees, body));
    }
    let limits = Limits::interactive();
    let mut writing = Writing::new(&of, flow);
    let assessed = ready.prepared().and_then(|prepared| {
        let mut tell = |step: assess::Step<'_>| writing.step(&step);
        assess::assess_in_steps(prepared, guarantee, &scenario, limits, PATIENCE, &mut tell)
    });
    Ok(writing.end(&assessed))
}

/// How far sets and chances are sought once the verdict is on its way: about four times as far as
/// where everybody waits for the whole.
const PATIENCE: Bound = Bound { nodes_max: 1 << 16, steps_max: 500_000, evaluations_max: 1_000 };

/// What the page is about.
pub(super) struct Of<'a> {
    pub(super) asking: &'a Asking,
    pub(super) thing: &'a Thing,
    pub(super) guarantee: &'a Guarantee,
    pub(super) model: &'a Model,
    pub(super) scenario: &'a Scenario,
}

/// What stands above the verdict.
pub(super) fn head(of: &Of<'_>, illustrative: bool) -> Markup {
    let Of { asking, thing, guarantee, .. } = of;
    let name = guarantee.name.as_str();
    html! {
        (said::illustrative_notice(illustrative))
        (parts::crumbs(&[Crumb { text: "Guarantees", href: Some("/guarantees") }, Crumb { text: name, href: None }]))
        (parts::page_head(&PageHead {
            kicker: "Guarantee",
            label: Some(words::tlp(thing.marking.label)),
            actions: words::changes(asking, thing),
            ..PageHead::titled(name)
        }))
        (words::status(thing))
        @if !guarantee.note.as_str().is_empty() { div.stack { (words::paragraphs(guarantee.note.as_str())) } }
    }
}

/// A guarantee without a figure: there is nothing to measure against.
fn stated_only(of: &Of<'_>) -> Markup {
    let Of { asking, thing, guarantee, .. } = of;
    html! {
        (parts::columns(
            &html! {
                (parts::empty("The text of this guarantee gives no figure, so it is stated and cannot be assessed. Once it has a need – a resource, an amount, a window – this page answers whether it holds.", &html! {}))
                (facts(&asking.view, guarantee))
                (claims::panel(asking, Some(&thing.id)))
            },
            &words::seen_and_done(asking, thing),
        ))
    }
}

/// Why there is no verdict, and what to do about it.
pub(super) fn no_answer(error: &AssessError) -> Markup {
    let remedy = match error {
        AssessError::MixedWindows { .. } => "Say below on which day the trigger comes.",
        other => other.remedy(),
    };
    html! {
        p.notice.tone-warn { strong { "Not assessed." } " " (error) " " (remedy) }
    }
}

pub(super) fn scenario_line(of: &Of<'_>, answered: bool) -> Markup {
    let Of { asking, thing, guarantee, scenario, .. } = of;
    let (view, guarantee_id) = (&asking.view, &thing.id);
    let clauses = scenario::clauses(view, guarantee.trigger.as_ref(), scenario);
    let releases = answered && coalition::decide::offers_new(view, Kind::PublishedAssessment);
    html! {
        div.whatif-line {
            p {
                strong { "Assumed: " }
                @if clauses.is_empty() { "nothing beyond what is recorded." }
                @else { (clauses.join("; ")) "." }
                @if scenario::is_plain(scenario) { " Everything else as it is recorded." }
                " " span.quiet { "Computed from what you may see, and nothing else." }
            }
            div.buttons {
                a.button href="#what-if" { "Change the scenario" }
                a.button href=(scenario::address(guarantee_id, scenario)) { "Link to this scenario" }
                @if !scenario::is_plain(scenario) {
                    a.button href={ "/guarantees/" (guarantee_id) } { "Reset" }
                }
                @if releases {
                    a.button href=(scenario::release_address(guarantee_id, scenario)) { "Release this assessment" }
                }
            }
        }
    }
}

/// The verdict of a quick assessment, as a banner's kind.
pub(crate) fn verdict_kind(holds: Both<bool>) -> VerdictKind {
    match (holds.firm, holds.mutual) {
        (true, _) => VerdictKind::Holds,
        (false, true) => VerdictKind::HoldsTogether,
        (false, false) => VerdictKind::DoesNotHold,
    }
}

/// The verdict, and what it withstands once that is known.
pub(super) fn banner(
    view: &View,
    guarantee: &Guarantee,
    verdict: &Verdict,
    withstands: Option<&str>,
) -> Markup {
    parts::verdict(&Banner {
        kind: verdict_kind(verdict.holds),
        guarantee: guarantee.name.as_str(),
        detail: html! {
            p { (why(view, verdict)) }
            @if let Some(withstands) = withstands { p { (withstands) } }
        },
    })
}

/// The reason for a verdict, in a sentence or two.
pub(crate) fn why(view: &View, verdict: &Verdict) -> String {
    let needs = verdict.needs.len();
    let all = if verdict.required == needs {
        match needs {
            1 => "The need is".to_owned(),
            2 => "Both needs are".to_owned(),
            _ => format!("All {needs} needs are"),
        }
    } else {
        let covered = verdict.needs.iter().filter(|need| need.covered.mutual).count();
        format!("{covered} of {needs} needs, of which {} must be, are", verdict.required)
    };
    match verdict_kind(verdict.holds) {
        VerdictKind::Holds => {
            format!("{all} covered at every moment, though nobody moves first on trust.")
        }
        VerdictKind::HoldsTogether => format!(
            "{all} covered at every moment if those who wait for each other move together. If each waits for the others to go first, it does not hold: {}.",
            missing(view, verdict, Reading::Firm)
        ),
        VerdictKind::DoesNotHold => {
            let lead = if verdict.required == needs {
                String::new()
            } else {
                format!("At least {} of {needs} needs must be covered. ", verdict.required)
            };
            format!(
                "{lead}Even if those who wait for each other move together, {}.",
                missing(view, verdict, Reading::Mutual)
            )
        }
    }
}

/// "up to 9 000 persons of ground troops are missing".
fn missing(view: &View, verdict: &Verdict, reading: Reading) -> String {
    let mut worst: BTreeMap<&Id, Amount> = BTreeMap::new();
    for need in verdict.needs.iter().filter(|need| !need.covered.under(reading)) {
        let most = worst.entry(&need.resource).or_default();
        *most = (*most).max(coverage::most_missing(need, reading));
    }
    let short: Vec<String> = worst
        .into_iter()
        .map(|(resource, amount)| said::quantity_of(view, resource, amount))
        .collect();
    format!("up to {} are missing", words::listed(&short))
}

/// What is covered and what is missing, need by need, over time.
pub(super) fn needs(view: &View, guarantee: &Guarantee, verdict: &Verdict) -> Markup {
    html! {
        section.stack id="covered" {
            h2 { "What is covered, what is missing" }
            @if let Requires::AtLeast(count) = guarantee.requires {
                p { "At least " (count) " of " (verdict.needs.len()) " needs must be covered." }
            }
            div.whatif-needs {
                @for (place, need) in verdict.needs.iter().enumerate() {
                    div {
                        p {
                            strong { (said::quantity_of(view, &need.resource, need.amount)) }
                            ", " (said::window(Some(need.from), Some(need.until))) " " (coverage::need_mark(need)) br;
                            (coverage::sentence(view, need))
                        }
                        (coverage::picture(view, &format!("need-{place}"), &view.name_of(&need.resource), need))
                    }
                }
            }
        }
    }
}

pub(super) fn facts(view: &View, guarantee: &Guarantee) -> Markup {
    let trigger = match &guarantee.trigger {
        Some(trigger) => html! { "“" (words::link(view, trigger)) "”" },
        None => html! { "none: it must hold at once" },
    };
    let requires = match guarantee.requires {
        Requires::All => "every need".to_owned(),
        Requires::AtLeast(count) => format!("at least {count} of its needs"),
    };
    let source = match &guarantee.source {
        Some(source) => words::link(view, source),
        None => html! { span.quiet { "no source cited" } },
    };
    let needs = html! {
        @if guarantee.needs.is_empty() { span.quiet { "none stated" } }
        @for (place, need) in guarantee.needs.iter().enumerate() {
            @if place > 0 { br; }
            (words::link(view, &need.resource)) ", "
            (said::figure(Some(need.amount), &said::unit(view, &need.resource), need.basis)) ", "
            (said::window(Some(need.from), Some(need.until)))
        }
    };
    html! {
        section.stack {
            h2 { "What it says" }
            (parts::facts(&[("Trigger", trigger), ("Needs", needs), ("Holds when", html! { (requires) " is covered" }), ("Source", source)]))
        }
    }
}

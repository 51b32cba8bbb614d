//! All guarantees, each with its verdict as things are.

use super::{said, whatif};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Column, Glyph, OnPhone, PageHead, Table, Tone, VerdictKind};
use crate::pages::words;
use coalition::assess::{AssessError, Limits, Verdict};
use coalition::content::{Guarantee, PublishedAssessment};
use coalition::model::Scenario;
use coalition::{Kind, Refusal, Thing, View};
use maud::{Markup, html};

/// A guarantee and its verdict; no verdict for one that gives no figure.
type Judged<'a> = (&'a Thing, &'a Guarantee, Option<Result<Verdict, AssessError>>);

pub(super) fn list(asking: &Asking) -> Result<Answer, Refusal> {
    let view = &asking.view;
    let (scenario, limits) = (Scenario::default(), Limits::default());
    let mut all: Vec<Judged<'_>> = view
        .all::<Guarantee>()
        .map(|(thing, guarantee)| {
            let verdict = (!guarantee.needs.is_empty())
                .then(|| asking.ready().prepared()?.verdict(guarantee, &scenario, &limits));
            (thing, guarantee, verdict)
        })
        .collect();
    all.sort_by(|one, other| {
        (one.2.is_none(), &one.1.name, &one.0.id).cmp(&(
            other.2.is_none(),
            &other.1.name,
            &other.0.id,
        ))
    });
    let illustrative = all
        .iter()
        .any(|(.., verdict)| matches!(verdict, Some(Ok(verdict)) if verdict.illustrative));
    let actions = words::offer_new(asking, Kind::Guarantee, "State a guarantee", &[]);
    let body = html! {
        (said::illustrative_notice(illustrative))
        (parts::page_head(&PageHead {
            lead: "Does what was promised add up once the trigger comes? Computed from what you may see, and nothing else. Open one to ask what if.",
            actions: actions.clone(),
            ..PageHead::titled("Guarantees")
        }))
        @if all.is_empty() {
            (parts::empty("No guarantee has been stated that you can see. A guarantee names what must be covered once a trigger comes.", &actions))
        } @else {
            (parts::cards(&all.iter().map(|judged| card(view, judged)).collect::<Vec<_>>()))
        }
        (released(view))
        p { a href="/circumstances" { "All circumstances: what holds, what is open" } }
    };
    Ok(asking.page("Guarantees", Section::Guarantees, body))
}

fn card(view: &View, (thing, guarantee, verdict): &Judged<'_>) -> Markup {
    html! {
        article.panel {
            div.panel-head {
                h2 { a href={ "/guarantees/" (thing.id) } { (guarantee.name) } }
                (parts::tlp(words::tlp(thing.marking.label)))
            }
            p {
                @match verdict {
                    _ if !thing.stands() => (parts::badge(Tone::Idle, None, "withdrawn")),
                    None => (parts::badge(Tone::Idle, Some(Glyph::Empty), "no figure given")),
                    Some(Err(_)) => (parts::badge(Tone::Warn, Some(Glyph::Triangle), "not assessed")),
                    Some(Ok(verdict)) => (glance(verdict)),
                }
            }
            @match verdict {
                None => p.small { "Its text gives no figure, so it is stated and cannot be assessed." },
                Some(Err(AssessError::MixedWindows { .. })) => p.small { "It mixes dates with days after the trigger: open it and say on which day the trigger comes." },
                Some(Err(error)) => p.small { (error) },
                Some(Ok(verdict)) => p.small { (whatif::why(view, verdict)) },
            }
            @if let Some(trigger) = &guarantee.trigger {
                p.small.quiet { "Trigger: “" (words::link(view, trigger)) "”" }
            }
        }
    }
}

/// A verdict in a badge.
pub(crate) fn glance(verdict: &Verdict) -> Markup {
    match whatif::verdict_kind(verdict.holds) {
        VerdictKind::Holds => parts::badge(Tone::Good, Some(Glyph::Tick), "holds"),
        VerdictKind::HoldsTogether => {
            parts::badge(Tone::Accent, Some(Glyph::Rings), "holds if a group moves together")
        }
        VerdictKind::DoesNotHold => parts::badge(Tone::Bad, Some(Glyph::Cross), "does not hold"),
    }
}

/// Assessments that were released as objects of their own.
fn released(view: &View) -> Markup {
    let mut all: Vec<(&Thing, &PublishedAssessment)> = view.all::<PublishedAssessment>().collect();
    all.sort_by(|one, other| (other.0.created, &one.0.id).cmp(&(one.0.created, &other.0.id)));
    let rows = all.iter().map(|(thing, said)| {
        vec![
            html! {
                a href={ "/assessments/" (thing.id) } { (said.title) }
                @if !thing.stands() { " " span.quiet { "withdrawn" } }
            },
            html! { (words::link(view, &said.guarantee)) },
            html! { (words::moment_words(thing.created)) },
            parts::tlp(words::tlp(thing.marking.label)),
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    html! {
        @if !rows.is_empty() {
            section.stack {
                h2 { "Assessments released" }
                (parts::table(&Table {
                    caption: "Assessments released",
                    caption_unseen: true,
                    columns: vec![
                        Column::words("Title"), Column::words("Of"), Column::words("Released"), Column::words("Label"),
                    ],
                    rows,
                    on_phone: OnPhone::Cards,
                }))
            }
        }
    }
}

//! The front of the public site: what is CLEAR, for anyone.

use super::{figures, glance};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Glyph, PageHead, Tone};
use crate::pages::guarantees::said;
use crate::pages::when::{self, Season};
use crate::pages::{after, claims, meetings, words};
use coalition::content::{Coalition, Outcome, PublishedAssessment, Readout};
use coalition::{Content, Kind, Refusal, Thing};
use jiff::Timestamp;
use maud::{Markup, html};

/// How many statements and meetings are shown here.
const SHOWN_MAX: usize = 10;

pub(super) fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let view = &asking.view;
    let glances = glance::all(asking);
    let note = view.all::<Coalition>().next().map(|(_, coalition)| &coalition.note);
    let name = asking.coalition_name();
    let wide = html! {
        (statements(asking))
        @if view.count(Kind::Guarantee) > 0 { (glance::panel(asking, &glances)) }
        (meetings_told(asking))
        (claims::panel(asking, None))
    };
    let narrow = html! {
        (figures(view))
        (receipts())
        (labels())
    };
    let body = html! {
        (parts::page_head(&PageHead { kicker: "Public site", ..PageHead::titled(&name) }))
        @if let Some(note) = note { div.lead { (words::paragraphs(note.as_str())) } }
        (said::illustrative_notice(glance::illustrative(&glances)))
        (parts::columns(&wide, &narrow))
    };
    Ok(asking.page("Public site", Section::Overview, body))
}

/// What the coalition has said in public: outcomes of meetings and assessments, the newest first.
fn statements(asking: &Asking) -> Markup {
    let view = &asking.view;
    let outcomes = view.standing::<Outcome>().map(|(thing, _)| thing);
    let assessments = view.standing::<PublishedAssessment>().map(|(thing, _)| thing);
    let readouts = view.standing::<Readout>().map(|(thing, _)| thing);
    let mut said: Vec<&Thing> = outcomes.chain(assessments).chain(readouts).collect();
    said.sort_by_key(|thing| (std::cmp::Reverse(told_since(thing)), &thing.id));
    html! {
        section.panel {
            h2 { "Said in public" }
            @if said.is_empty() { p.quiet { "The coalition has released no statement yet." } }
            @for thing in said.into_iter().take(SHOWN_MAX) { (statement(asking, thing)) }
        }
    }
}

/// Since when something is told: a readout since its moment.
fn told_since(thing: &Thing) -> Timestamp {
    thing.said::<Readout>().map_or(thing.created, |said| after::since(thing, said))
}

fn statement(asking: &Asking, thing: &Thing) -> Markup {
    let view = &asking.view;
    let (word, text) = match &thing.content {
        Content::Outcome(outcome) => ("Outcome", outcome.text.as_str()),
        Content::PublishedAssessment(assessment) => ("Assessment", assessment.note.as_str()),
        Content::Readout(readout) => ("Readout", readout.text.as_str()),
        _ => ("", ""),
    };
    let heading = match thing.said::<Outcome>() {
        Some(outcome) => view.name_of(&outcome.meeting),
        None => words::title(view, thing),
    };
    html! {
        article.outcome {
            h3 { a href=(words::address(view, thing)) { (heading) } }
            p.small.quiet {
                (word) ", told since " (words::moment_words(told_since(thing)))
            }
            (words::paragraphs(text))
        }
    }
}

fn meetings_told(asking: &Asking) -> Markup {
    let all = meetings::in_order(&asking.view, asking.now);
    html! {
        @if !all.is_empty() {
            section.panel {
                div.panel-head { h2 { "Meetings" } a href="/meetings" { "All meetings" } }
                ul.plain {
                    @for (season, (thing, meeting)) in all.iter().take(SHOWN_MAX) {
                        li.asked {
                            div {
                                a href={ "/meetings/" (thing.id) } { (meeting.title) }
                                @if thing.withdrawn() { " " (parts::badge(Tone::Bad, Some(Glyph::Cross), "called off")) }
                                @if !meeting.places.is_empty() {
                                    div.small.quiet {
                                        (words::listed(&meeting.places.iter().map(ToString::to_string).collect::<Vec<_>>()))
                                    }
                                }
                            }
                            p { (when::moment(meeting, *season == Season::Upcoming)) }
                        }
                    }
                }
            }
        }
    }
}

/// How anybody can check that nothing was rewritten.
fn receipts() -> Markup {
    html! {
        section.panel {
            h2 { "Check it yourself" }
            p {
                "Every act of this coalition is in one record that nobody can quietly rewrite. "
                "A receipt proves that an act is in it, with nothing but this house's public key."
            }
            ol {
                li { "Open the " a href="/record" { "record" } ", and save the receipt of an act you can see." }
                li { "On any machine: " code { "entente verify receipt.json" } }
                li { "Keep the checkpoint. If the record is ever rewritten, yours will not fit any more." }
            }
        }
    }
}

fn labels() -> Markup {
    html! {
        section.panel {
            h2 { "What you see here" }
            p {
                "This site is made from what bears the label " (parts::tlp(parts::Tlp::Clear))
                ". Every figure and verdict on it is computed from that alone."
            }
        }
    }
}

//! An assessment released as an object of its own, shown from the answer stored with it.

use super::stored::{self, Answer as Told, Ask, Need, Stored};
use super::{losses, said, scenario};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Crumb, PageHead, Verdict, VerdictKind};
use crate::look::pictures;
use crate::pages::words;
use coalition::assess::{Both, Item};
use coalition::content::{PublishedAssessment, Resource};
use coalition::time::Point;
use coalition::{Id, Refusal, View};
use maud::{Markup, html};

/// Sets shown at once.
const SHOWN: usize = 12;

pub(super) fn one(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, assessment) = asking.find::<PublishedAssessment>("id")?;
    let view = &asking.view;
    let stored = stored::read(&assessment.answer);
    let title = assessment.title.as_str();
    let scenario = &assessment.scenario;
    let seen = [&scenario.assume, &scenario.assume_not, &scenario.without]
        .into_iter()
        .flatten()
        .chain([&assessment.guarantee])
        .all(|id| view.get(id).is_some());
    let body = html! {
        (said::illustrative_notice(stored.as_ref().is_some_and(|stored| stored.illustrative)))
        (parts::crumbs(&[Crumb { text: "Guarantees", href: Some("/guarantees") }, Crumb { text: title, href: None }]))
        (parts::page_head(&PageHead {
            kicker: "Assessment",
            label: Some(words::tlp(thing.marking.label)),
            actions: words::changes(asking, thing),
            ..PageHead::titled(title)
        }))
        (words::status(thing))
        @if let Some(stored) = &stored { (banner(view, assessment, stored)) }
        (parts::columns(
            &html! {
                (facts(view, assessment, seen))
                @if !assessment.note.as_str().is_empty() {
                    section.stack { h2 { "What its author makes of it" } (words::paragraphs(assessment.note.as_str())) }
                }
                @match &stored {
                    Some(stored) => (answers(view, stored)),
                    None => p { "Its answer does not read as one, so it is not shown." },
                }
            },
            &words::seen_and_done(asking, thing),
        ))
    };
    Ok(asking.page(title, Section::Guarantees, body))
}

fn banner(view: &View, assessment: &PublishedAssessment, stored: &Stored) -> Markup {
    let (firm, mutual) = (&stored.readings.firm, &stored.readings.mutual);
    let kind = super::whatif::verdict_kind(Both { firm: firm.holds, mutual: mutual.holds });
    let reading = if firm.holds { firm } else { mutual };
    parts::verdict(&Verdict {
        kind,
        guarantee: &view.name_of(&assessment.guarantee),
        detail: html! {
            p { (verdict_words(kind)) }
            @if reading.holds { p { (security(reading)) } }
        },
    })
}

fn verdict_words(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::Holds => {
            "It held, though nobody moves first on trust, when this was released."
        }
        VerdictKind::HoldsTogether => {
            "It held if those who wait for each other move together, and not otherwise, when this was released."
        }
        VerdictKind::DoesNotHold => "It did not hold when this was released.",
    }
}

fn security(answer: &Told) -> &'static str {
    match (answer.n_minus_1, answer.n_minus_2) {
        (true, true) => "N-1 and N-2 secure: it held whichever one or two parties left.",
        (true, false) => "N-1 secure: it held whichever single party left; not N-2 secure.",
        (false, _) => "Not N-1 secure: there was a single party whose leaving broke it.",
    }
}

fn facts(view: &View, assessment: &PublishedAssessment, seen: bool) -> Markup {
    let clauses = scenario::clauses(view, None, &assessment.scenario);
    let mut rows = vec![
        ("Guarantee", words::link(view, &assessment.guarantee)),
        (
            "Assumed",
            html! { @if clauses.is_empty() { "its trigger, and nothing beyond what was recorded" } @else { "its trigger; " (clauses.join("; ")) } },
        ),
        (
            "Made from",
            html! { "what its author could see on that day; what has changed since is not in it" },
        ),
    ];
    if seen {
        rows.push((
            "Today",
            html! { a href=(scenario::address(&assessment.guarantee, &assessment.scenario)) { "The same scenario, from what you can see now" } },
        ));
    }
    parts::facts(&rows)
}

fn answers(view: &View, stored: &Stored) -> Markup {
    let (firm, mutual) = (&stored.readings.firm, &stored.readings.mutual);
    let reading = if firm.holds { firm } else { mutual };
    html! {
        (needs(view, firm, mutual))
        section.stack {
            @if reading.holds {
                h2 { "What would have broken it" }
                (sets(&reading.breaking_sets, &reading.breaking_set_total, "breaking", &|set| format!("{}, it fails.", losses::loss(view, set))))
            } @else {
                h2 { "What would have made it hold" }
                (sets(&reading.sufficient_sets, &reading.sufficient_set_total, "sufficient", &|set| format!("{}, it holds.", losses::gain(view, set))))
            }
            @if !reading.complete {
                p.small.quiet { "Not everything could be computed within the limits set: figures and lists may be bounds." }
            }
        }
        (asks(view, &stored.asks))
        (chances(firm, mutual))
        (standings(view, stored))
    }
}

fn needs(view: &View, firm: &Told, mutual: &Told) -> Markup {
    let pairs: Vec<(&Need, &Need)> = firm.needs.iter().zip(&mutual.needs).collect();
    html! {
        @if !pairs.is_empty() {
            section.stack {
                h2 { "What was covered, what was missing" }
                @for (place, (firm, mutual)) in pairs.iter().enumerate() {
                    (picture(view, &format!("need-{place}"), firm, mutual))
                }
            }
        }
    }
}

fn picture(view: &View, id: &str, firm: &Need, mutual: &Need) -> Markup {
    let scale = |point: Point, place: usize| match point {
        Point::Trigger(days) => f64::from(days),
        // Dates are drawn in equal steps: the labels say when they are.
        Point::Date(_) => f64::from(u32::try_from(place).unwrap_or(u32::MAX)),
    };
    let steps = stored::steps(firm, mutual);
    let segments: Vec<pictures::Segment> = steps
        .iter()
        .enumerate()
        .map(|(place, (from, until, one, other, missing))| pictures::Segment {
            from_label: said::mark(*from),
            until_label: said::mark(*until),
            from: scale(*from, place),
            until: scale(*until, place + 1),
            firm: said::drawn(*one),
            mutual: said::drawn(other.missing(*one)),
            needed: said::drawn(firm.amount),
            missing: missing.grouped(),
        })
        .collect();
    pictures::coverage(&pictures::Coverage {
        id,
        title: &view.name_of(&firm.resource),
        unit: &said::unit(view, &firm.resource),
        segments: &segments,
    })
}

fn sets(
    sets: &[Vec<String>],
    total: &str,
    id: &str,
    sentence: &dyn Fn(&[Item]) -> String,
) -> Markup {
    let told: Vec<String> = sets
        .iter()
        .map(|set| sentence(&set.iter().filter_map(|text| stored::item(text)).collect::<Vec<_>>()))
        .collect();
    html! {
        @if told.is_empty() { p { "None." } }
        ul { @for one in told.iter().take(SHOWN) { li { (one) } } }
        @if told.len() > SHOWN {
            details id={ "all-" (id) } {
                summary { (told.len() - SHOWN) " more" }
                ul { @for one in &told[SHOWN..] { li { (one) } } }
            }
        }
        @if !total.is_empty() && total != told.len().to_string() {
            p.small.quiet { "There were " (total) " in all; " (told.len()) " were kept." }
        }
    }
}

fn asks(view: &View, asks: &[Ask]) -> Markup {
    html! {
        @if !asks.is_empty() {
            section.stack {
                h2 { "What to ask for" }
                ul { @for ask in asks.iter().filter(|ask| !said_firmly(ask, asks)) { li { (ask_words(view, ask)) } } }
            }
        }
    }
}

/// Whether the same amounts do as much even if nobody moves first: then that is what is told.
fn said_firmly(ask: &Ask, asks: &[Ask]) -> bool {
    let same = |other: &Ask| {
        other.reading == "firm"
            && (&other.makes, &other.resource, other.amount, &other.together)
                == (&ask.makes, &ask.resource, ask.amount, &ask.together)
    };
    ask.reading == "mutual" && asks.iter().any(same)
}

fn ask_words(view: &View, ask: &Ask) -> String {
    let amount = |resource, amount| said::quantity_of(view, resource, amount);
    let single = ask.resource.as_ref().zip(ask.amount);
    let each: Vec<String> = single
        .map(|(resource, of)| amount(resource, of))
        .into_iter()
        .chain(ask.together.iter().map(|part| amount(&part.resource, part.amount)))
        .collect();
    let goal = match ask.makes.as_str() {
        "n_minus_1" => "it would have held whichever single party left",
        "n_minus_2" => "it would have held whichever one or two parties left",
        _ => "it would have held",
    };
    let reading = if ask.reading == "mutual" { ", if groups move together" } else { "" };
    format!("With {} more, {goal}{reading}.", words::listed(&each))
}

fn chances(firm: &Told, mutual: &Told) -> Markup {
    let told = |answer: &Told| {
        stored::probability(answer).map(|(low, high)| {
            if low.total_cmp(&high).is_eq() {
                said::percent(low)
            } else {
                format!("between {} and {}", said::percent(low), said::percent(high))
            }
        })
    };
    html! {
        @if let (Some(firm), Some(mutual)) = (told(firm), told(mutual)) {
            section.stack {
                h2 { "How likely it was to hold" }
                p {
                    "On the chances recorded then: " strong { (mutual) } " if groups move together, "
                    strong { (firm) } " if nobody moves first on trust. Chances are assumptions."
                }
            }
        }
    }
}

/// What was waited for, its ids as names where the viewer knows them: `party:FR contributes troops`
/// as "France contributes ground troops".
fn waited(view: &View, all: &[String]) -> Vec<String> {
    let named = |word: &str| {
        let bare = word.split_once(':').map_or(word, |(_, id)| id);
        match Id::parse(bare) {
            Ok(id) if word != bare || view.find::<Resource>(&id).is_some() => view.name_of(&id),
            _ => word.to_owned(),
        }
    };
    all.iter().map(|text| text.split(' ').map(named).collect::<Vec<_>>().join(" ")).collect()
}

fn standings(view: &View, stored: &Stored) -> Markup {
    let of = |word: &str| -> Vec<&stored::Commitment> {
        stored.commitments.iter().filter(|said| said.standing == word).collect()
    };
    html! {
        @if !stored.commitments.is_empty() {
            section.stack {
                h2 { "How commitments stood" }
                @for word in ["firm", "mutual", "waiting", "void"] {
                    @let all = of(word);
                    @if !all.is_empty() {
                        details id={ "stood-" (word) } {
                            summary { (said::counted(all.len(), "commitment", "commitments")) " " (word) }
                            ul {
                                @for said in &all {
                                    li {
                                        (words::link(view, &said.id))
                                        @if !said.waits_for.is_empty() { ": waited for " (words::listed(&waited(view, &said.waits_for))) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::{State, Viewer};

    #[test]
    fn what_was_waited_for_is_told_without_the_words_of_machines() {
        let view = View::of(&State::new(), Viewer::Public);
        let texts =
            ["circumstance:us-backstop", "party:FR contributes troops", "2 more contribute troops"];
        let told = waited(&view, &texts.map(str::to_owned));
        assert_eq!(told, ["us-backstop", "FR contributes troops", "2 more contribute troops"]);
    }
}

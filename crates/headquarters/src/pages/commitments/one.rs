//! One commitment: what is promised, on what condition, and who counts on it.

use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Column, Crumb, OnPhone, PageHead, Table};
use crate::pages::guarantees::{said, why};
use crate::pages::{claims, words};
use coalition::assess::{CommitmentStanding, Matched, Standing};
use coalition::condition::{Condition, Formula, Who};
use coalition::content::{Basis, Commitment, Guarantee};
use coalition::time::Point;
use coalition::{Id, Refusal, Thing, View};
use maud::{Markup, html};

pub(super) fn one(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, commitment) = asking.find::<Commitment>("id")?;
    let view = &asking.view;
    let standings = asking.standings();
    let standing = standings.iter().find(|said| said.id == thing.id);
    let party = view.name_of(&commitment.party);
    let resource = view.name_of(&commitment.resource);
    let title = match &commitment.name {
        Some(name) => format!("{party}: {name}"),
        None => format!("{party}: {resource}"),
    };
    let body = html! {
        (said::illustrative_notice(commitment.basis == Basis::Illustrative))
        (parts::crumbs(&[Crumb { text: "Commitments", href: Some("/commitments") }, Crumb { text: &title, href: None }]))
        (parts::page_head(&PageHead {
            kicker: "Commitment",
            label: Some(words::tlp(thing.marking.label)),
            badges: said::stage(thing, commitment.stage),
            actions: words::changes(asking, thing),
            ..PageHead::titled(&title)
        }))
        (words::status(thing))
        (parts::columns(
            &html! {
                (facts(view, commitment))
                (in_force(asking, thing, standing, standings))
                (matched(view, commitment, standing))
                @if !commitment.note.as_str().is_empty() {
                    section.stack { h2 { "Caveats and notes" } (words::paragraphs(commitment.note.as_str())) }
                }
                (guarantees(view, commitment))
                (waiters(view, thing, commitment, standings))
                (claims::panel(asking, Some(&thing.id)))
            },
            &words::seen_and_done(asking, thing),
        ))
    };
    Ok(asking.page(&title, Section::Commitments, body))
}

fn facts(view: &View, commitment: &Commitment) -> Markup {
    let unit = said::unit(view, &commitment.resource);
    let sentence = commitment.condition.sentence(|_, id| view.name_of(id));
    let language = commitment.condition.in_words(|_, id| view.name_of(id));
    let source = match &commitment.source {
        Some(source) => words::link(view, source),
        None => html! { span.quiet { "no source cited" } },
    };
    parts::facts(&[
        ("Promised by", words::link(view, &commitment.party)),
        (
            "What",
            html! {
                (words::link(view, &commitment.resource)) ", "
                (said::promised(commitment, &unit))
                @if !commitment.adds() {
                    span.quiet { " – it counts as contributing and adds nothing to a sum" }
                }
            },
        ),
        ("When", html! { (capital(&said::window(commitment.from, commitment.until))) }),
        (
            "Condition",
            html! {
                (capital(&sentence)) "."
                @if commitment.condition != Condition::Always {
                    br; code { (language) }
                }
            },
        ),
        ("Source", source),
    ])
}

/// The sentence with a capital letter.
fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn in_force(
    asking: &Asking,
    thing: &Thing,
    standing: Option<&CommitmentStanding>,
    standings: &[CommitmentStanding],
) -> Markup {
    let view = &asking.view;
    html! {
        section.stack {
            h2 { "Is it in force?" }
            @match standing {
                None => p.quiet { "This could not be computed: the amounts of this coalition are too large to add up exactly." },
                Some(_) if !thing.stands() => p { "No: it does not stand." },
                Some(said) => {
                    p {
                        (said::standing(said.standing)) " "
                        @match said.standing {
                            Standing::Firm => "It is in force as things are, though nobody moves first on trust.",
                            Standing::Mutual if said.moves_with.is_empty() => "It is in force if the group that it counts on moves together.",
                            Standing::Mutual => "It is in force if all of these move together; each waits for the others:",
                            Standing::Waiting => "It is not in force as things are.",
                            Standing::Void => "It cannot be in force as things are.",
                        }
                    }
                    @if !said.moves_with.is_empty() {
                        ul { @for other in &said.moves_with { li { (words::link(view, other)) } } }
                    }
                    @if !said.waits_for.is_empty() {
                        @let clauses: Vec<Markup> = said.waits_for.iter().map(|missing| said::missing(view, missing)).collect();
                        p {
                            "It would be once " (said::clauses(&clauses)) "."
                            @if !said.smallest { " Less may do: the search for the smallest set was cut short." }
                        }
                    }
                    @if let Some(why) = said.why { p { "The reason: " (why) "." } }
                    (why::commitment(&asking.ready().model, standings, &thing.id))
                    p.small.quiet { "In the circumstances as they are recorded, without any trigger assumed. A guarantee's page shows what becomes of it once its trigger comes." }
                },
            }
        }
    }
}

/// What it comes to today, where it matches others, and why.
fn matched(view: &View, commitment: &Commitment, standing: Option<&CommitmentStanding>) -> Markup {
    let come_to = standing.and_then(|said| said.matched.as_ref());
    let (Some(matches), Some(come_to)) = (&commitment.matches, come_to) else {
        return html! {};
    };
    let figure = |amount| said::quantity(view, &commitment.resource, amount);
    let row = |words: &str, of: &Matched| {
        let excess = of.others.missing(matches.above);
        vec![
            html! { (words) },
            html! { (figure(of.others)) },
            html! { (figure(excess)) },
            html! { (figure(of.gives)) },
        ]
    };
    html! {
        section.stack {
            h2 { "What it matches today" }
            p {
                "It adds " (matches.in_words()) "."
                @if let Some(amount) = commitment.amount { " That is beside the " (figure(amount)) " it gives in any case." }
                @if standing.is_some_and(|said| matches!(said.standing, Standing::Waiting | Standing::Void)) {
                    " It is not in force: this is what it would give if it were."
                }
            }
            (parts::table(&Table {
                caption: "What others give, and what it gives for that",
                caption_unseen: true,
                columns: vec![
                    Column::words("Counting"),
                    Column::figures("Others give"),
                    Column::figures("Of that it matches"),
                    Column::figures("So it gives"),
                ],
                rows: vec![
                    row("What is firm", &come_to.firm),
                    row("What is firm and mutual", &come_to.mutual),
                ],
                on_phone: OnPhone::Cards,
            }))
            p.small.quiet { "Others are all other parties' commitments of this resource in force, whatever their windows. Figures are rounded down at the ninth place; whether a need is covered is decided exactly." }
        }
    }
}

/// Guarantees that ask for what this commitment promises, while it is promised.
fn guarantees(view: &View, commitment: &Commitment) -> Markup {
    let serves = |guarantee: &Guarantee| {
        guarantee.needs.iter().any(|need| {
            need.resource == commitment.resource
                && meets((commitment.from, commitment.until), (need.from, need.until))
        })
    };
    let found: Vec<&Thing> = view
        .standing::<Guarantee>()
        .filter(|(_, guarantee)| serves(guarantee))
        .map(|(thing, _)| thing)
        .collect();
    html! {
        section.stack {
            h2 { "What it serves" }
            @if found.is_empty() {
                p.quiet { "No guarantee that you can see asks for this while it is promised." }
            } @else {
                ul { @for thing in &found { li { (words::link(view, &thing.id)) } } }
            }
        }
    }
}

/// Whether two windows may meet; those that cannot be compared may.
fn meets(own: (Option<Point>, Option<Point>), need: (Point, Point)) -> bool {
    let before = |end: Option<Point>, begin: Option<Point>| match (end, begin) {
        (Some(Point::Date(end)), Some(Point::Date(begin))) => end <= begin,
        (Some(Point::Trigger(end)), Some(Point::Trigger(begin))) => end <= begin,
        _ => false,
    };
    !before(own.1, Some(need.0)) && !before(Some(need.1), own.0)
}

/// Commitments of others whose condition counts this one, and how they stand.
fn waiters(
    view: &View,
    thing: &Thing,
    commitment: &Commitment,
    standings: &[CommitmentStanding],
) -> Markup {
    let counting: Vec<&Thing> = view
        .standing::<Commitment>()
        .filter(|(other, said)| {
            let counts = counts(said, commitment) || said.looks_at_amount_of(commitment);
            other.id != thing.id && counts
        })
        .map(|(other, _)| other)
        .collect();
    let standing_of = |id: &Id| {
        let place = standings.binary_search_by(|said| said.id.cmp(id)).ok()?;
        Some(standings[place].standing)
    };
    html! {
        section.stack {
            h2 { "Who counts on it" }
            @if counting.is_empty() {
                p.quiet { "No other commitment that you can see hangs on this one." }
            } @else {
                p { "The conditions or the matching amounts of these look at it:" }
                ul {
                    @for other in &counting {
                        li {
                            (words::link(view, &other.id)) " "
                            @if let Some(standing) = standing_of(&other.id) { (said::standing(standing)) }
                        }
                    }
                }
            }
        }
    }
}

/// Whether the condition of `waiting` looks at `promised`.
fn counts(waiting: &Commitment, promised: &Commitment) -> bool {
    fn look(formula: &Formula, waiting: &Commitment, promised: &Commitment) -> bool {
        match formula {
            Formula::Any(parts) | Formula::Every(parts) | Formula::AtLeastOf { of: parts, .. } => {
                parts.iter().any(|part| look(part, waiting, promised))
            }
            Formula::Circumstance { .. } => false,
            Formula::Contribute { parties, resource } => {
                *resource == promised.resource && parties.contains(&promised.party)
            }
            Formula::CountContribute { who, resource, .. }
            | Formula::SumCommit { who, resource, .. } => {
                *resource == promised.resource
                    && (*who == Who::All || waiting.party != promised.party)
            }
        }
    }
    match &waiting.condition {
        Condition::Always => false,
        Condition::When(formula) => look(formula, waiting, promised),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::content::Stage;
    use coalition::text::Text;

    fn commitment(party: &str, condition: &str) -> Commitment {
        let id = |text: &str| Id::parse(text).expect("an id");
        Commitment {
            name: None,
            party: id(party),
            resource: id("troops"),
            amount: None,
            matches: None,
            from: None,
            until: None,
            condition: Condition::read(condition, &coalition::condition::AnyId).expect("reads"),
            stage: Stage::Announced,
            basis: Basis::Stated,
            note: Text::default(),
            source: None,
        }
    }

    #[test]
    fn a_condition_counts_only_what_it_looks_at() {
        let promised = commitment("FR", "always");
        for (party, condition, expected) in [
            ("IT", "always", false),
            ("IT", "when FR contributes troops", true),
            ("IT", "when DE contributes troops", false),
            ("IT", "when FR contributes money", false),
            ("IT", "when at least 2 others contribute troops", true),
            ("FR", "when at least 2 others contribute troops", false),
            ("FR", "when at least 2 parties contribute troops", true),
            ("IT", "when peace or all commit at least 5 troops", true),
            ("IT", "when peace", false),
        ] {
            assert_eq!(counts(&commitment(party, condition), &promised), expected, "{condition}");
        }
    }

    #[test]
    fn windows_that_cannot_be_compared_may_meet() {
        let point = |text: &str| Point::parse(text).expect("a moment");
        let need = (point("trigger+30d"), point("trigger+60d"));
        for (from, until, expected) in [
            (None, None, true),
            (Some("trigger+0d"), Some("trigger+30d"), false),
            (Some("trigger+0d"), Some("trigger+31d"), true),
            (Some("trigger+60d"), None, false),
            (Some("2026-01-01"), Some("2026-02-01"), true),
        ] {
            assert_eq!(meets((from.map(point), until.map(point)), need), expected);
        }
    }
}

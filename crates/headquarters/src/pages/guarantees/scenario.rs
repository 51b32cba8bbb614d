//! The scenario of a what-if: in the address, in a form, in words.

use super::said;
use crate::asking::Asking;
use crate::look::parts::{self, Choice, Field, FilterBar};
use crate::pages::words;
use coalition::content::{Circumstance, Commitment, Guarantee, Holds, Party};
use coalition::model::Scenario;
use coalition::{Id, Refusal, View};
use jiff::civil::Date;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// The field of one circumstance's switch begins so; a form's answers are told apart by it.
const SWITCH: &str = "is.";

/// The scenario that the address asks for.
///
/// # Errors
/// A field that names what the asker cannot see, in the words for what does not exist; one that
/// contradicts another; a day that is none.
pub(super) fn read(asking: &Asking, trigger: Option<&Id>) -> Result<Scenario, Refusal> {
    let view = &asking.view;
    let circumstance = |id: &Id| view.find::<Circumstance>(id).is_some();
    let party = |id: &Id| view.find::<Party>(id).is_some_and(|(thing, _)| thing.stands());
    let scenario = Scenario {
        assume: ids(asking, "assume", "there is no such circumstance", circumstance)?,
        assume_not: ids(asking, "assume_not", "there is no such circumstance", circumstance)?,
        without: ids(asking, "without", "there is no such party", party)?,
        on: asking.ask("on").map(day).transpose()?,
    };
    if let Some(both) = scenario.assume.intersection(&scenario.assume_not).next() {
        let why = format!("“{}” is assumed, and cannot be assumed not as well", view.name_of(both));
        return Err(Refusal::invalid("assume_not", why));
    }
    if trigger.is_some_and(|trigger| scenario.assume_not.contains(trigger)) {
        let why = "this is the guarantee's trigger: a guarantee is about what follows it";
        return Err(Refusal::invalid("assume_not", why));
    }
    Ok(scenario)
}

fn ids(
    asking: &Asking,
    field: &str,
    why: &str,
    known: impl Fn(&Id) -> bool,
) -> Result<BTreeSet<Id>, Refusal> {
    asking
        .asks(field)
        .map(|text| {
            let id = Id::parse(text).ok().filter(|id| known(id));
            id.ok_or_else(|| Refusal::invalid(field, why))
        })
        .collect()
}

fn day(text: &str) -> Result<Date, Refusal> {
    let shaped = text.len() == 10;
    let date = text.parse::<Date>().ok().filter(|_| shaped);
    date.ok_or_else(|| Refusal::invalid("on", "the day the trigger comes, such as 2026-01-31"))
}

/// Where a form's answers lead: to the address in which the scenario is spelt out. `None` if the
/// address is spelt out already.
pub(super) fn spelt_out(asking: &Asking) -> Option<String> {
    let answered =
        asking.query.iter().any(|(name, value)| name.starts_with(SWITCH) || value.is_empty());
    if !answered {
        return None;
    }
    let pairs: Vec<(&str, &str)> = asking
        .query
        .iter()
        .filter_map(|(name, value)| match (name.strip_prefix(SWITCH), value.as_str()) {
            (_, "") => None,
            (Some(id), "yes") => Some(("assume", id)),
            (Some(id), "no") => Some(("assume_not", id)),
            (Some(_), _) => None,
            (None, value) => Some((name.as_str(), value)),
        })
        .collect();
    Some(with_query(&asking.path, &pairs))
}

fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A scenario as an address's pairs.
fn pairs(scenario: &Scenario) -> Vec<(&'static str, String)> {
    let named = |field: &'static str, ids: &BTreeSet<Id>| -> Vec<(&'static str, String)> {
        ids.iter().map(|id| (field, id.to_string())).collect()
    };
    let mut pairs = named("assume", &scenario.assume);
    pairs.extend(named("assume_not", &scenario.assume_not));
    pairs.extend(named("without", &scenario.without));
    pairs.extend(scenario.on.map(|on| ("on", on.to_string())));
    pairs
}

/// The address of a guarantee under a scenario.
pub(super) fn address(guarantee: &Id, scenario: &Scenario) -> String {
    let pairs = pairs(scenario);
    let pairs: Vec<(&str, &str)> =
        pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    with_query(&format!("/guarantees/{guarantee}"), &pairs)
}

/// The address of the form that releases this assessment.
pub(super) fn release_address(guarantee: &Id, scenario: &Scenario) -> String {
    let scenario = pairs(scenario);
    let mut pairs: Vec<(&str, &str)> = vec![("guarantee", guarantee.as_str())];
    pairs.extend(scenario.iter().map(|(name, value)| (*name, value.as_str())));
    with_query("/new/published_assessment", &pairs)
}

/// Whether anything is assumed.
pub(super) fn is_plain(scenario: &Scenario) -> bool {
    *scenario == Scenario::default()
}

/// What is assumed, clause by clause, the trigger first: "“peace deal signed” holds".
pub(super) fn clauses(view: &View, trigger: Option<&Id>, scenario: &Scenario) -> Vec<String> {
    let mut clauses = Vec::new();
    if let Some(trigger) = trigger {
        clauses.push(format!("the trigger “{}” has come", view.name_of(trigger)));
    }
    let assumed = scenario.assume.iter().filter(|id| trigger != Some(*id));
    clauses.extend(assumed.map(|id| format!("“{}” holds", view.name_of(id))));
    clauses.extend(
        scenario.assume_not.iter().map(|id| format!("“{}” does not hold", view.name_of(id))),
    );
    if !scenario.without.is_empty() {
        let mut names: Vec<String> = scenario.without.iter().map(|id| view.name_of(id)).collect();
        names.sort();
        let verb = if names.len() == 1 { "is" } else { "are" };
        clauses.push(format!("{} {verb} absent", words::listed(&names)));
    }
    clauses.extend(scenario.on.map(|on| format!("the trigger comes on {}", said::day(on))));
    clauses
}

/// The form: a switch for every circumstance, a box for every party.
pub(super) fn form(
    view: &View,
    guarantee_id: &Id,
    guarantee: &Guarantee,
    scenario: &Scenario,
) -> Markup {
    let action = format!("/guarantees/{guarantee_id}");
    let on = scenario.on.map(|on| on.to_string()).unwrap_or_default();
    let day = Field {
        hint: "Needed only where dates and days after the trigger meet.",
        required: false,
        value: &on,
        ..Field::named("on", "Day the trigger comes")
    };
    parts::filter_bar(&FilterBar {
        action: &action,
        name: "What if",
        fields: html! {
            (circumstances(view, guarantee.trigger.as_ref(), scenario))
            (parties(view, scenario))
            @if guarantee.trigger.is_some() { (parts::date_field(&day)) }
        },
        summary: "",
        clear_href: (!is_plain(scenario)).then_some(&action),
        submit: "Assess",
    })
}

fn circumstances(view: &View, trigger: Option<&Id>, scenario: &Scenario) -> Markup {
    let mut all: Vec<(&str, &Id, &Circumstance)> = view
        .all::<Circumstance>()
        .filter(|(thing, _)| trigger != Some(&thing.id))
        .filter(|(thing, _)| thing.stands() || asked(scenario, &thing.id))
        .map(|(thing, said)| (said.name.as_str(), &thing.id, said))
        .collect();
    all.sort_by_cached_key(|(name, id, _)| (name.to_lowercase(), (*id).clone()));
    html! {
        div.whatif-part {
            h3 { "Circumstances" }
            @if let Some(trigger) = trigger {
                p.small { "“" (words::link(view, trigger)) "” has come: it is the trigger." }
            }
            @if all.is_empty() { p.small.quiet { "No other circumstance is recorded." } }
            @for (name, id, said) in &all { (circumstance(name, id, said, scenario)) }
        }
    }
}

fn asked(scenario: &Scenario, id: &Id) -> bool {
    scenario.assume.contains(id) || scenario.assume_not.contains(id)
}

fn circumstance(name: &str, id: &Id, said: &Circumstance, scenario: &Scenario) -> Markup {
    let field = format!("{SWITCH}{id}");
    let (assumed, denied) = (scenario.assume.contains(id), scenario.assume_not.contains(id));
    let today = match said.holds {
        Holds::Yes => "today: holds",
        Holds::No => "today: does not",
        Holds::Unknown => "today: unknown",
    };
    let choice = |value, text, chosen| Choice { value, text, hint: "", chosen };
    parts::switch(
        &Field { label: name, ..Field::named(&field, name) },
        &[
            choice("", today, !assumed && !denied),
            choice("yes", "holds", assumed),
            choice("no", "does not", denied),
        ],
    )
}

fn parties(view: &View, scenario: &Scenario) -> Markup {
    let promising: BTreeSet<&Id> =
        view.standing::<Commitment>().map(|(_, said)| &said.party).collect();
    let mut all: Vec<(bool, &str, &Id)> = view
        .standing::<Party>()
        .map(|(thing, said)| (!promising.contains(&thing.id), said.name.as_str(), &thing.id))
        .collect();
    all.sort_unstable();
    let choices: Vec<Choice<'_>> = all
        .iter()
        .map(|(idle, name, id)| Choice {
            value: id.as_str(),
            text: name,
            hint: if *idle { "has promised nothing" } else { "" },
            chosen: scenario.without.contains(*id),
        })
        .collect();
    html! {
        div.whatif-part {
            @if choices.is_empty() { p.small.quiet { "No party is recorded." } }
            @else {
                (parts::checkbox_list(&Field::named("without", "Parties that are absent"), &choices))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::{State, Viewer};

    fn id(text: &str) -> Id {
        Id::parse(text).expect("an id")
    }

    fn scenario() -> Scenario {
        Scenario {
            assume: [id("us"), id("peace")].into(),
            assume_not: [id("truce")].into(),
            without: [id("DE"), id("FR")].into(),
            on: Some(jiff::civil::date(2026, 1, 31)),
        }
    }

    #[test]
    fn an_address_spells_the_scenario_out() {
        assert_eq!(
            address(&id("force"), &scenario()),
            "/guarantees/force?assume=peace&assume=us&assume_not=truce&without=DE&without=FR&on=2026-01-31"
        );
        assert_eq!(address(&id("force"), &Scenario::default()), "/guarantees/force");
        assert!(
            release_address(&id("force"), &scenario())
                .starts_with("/new/published_assessment?guarantee=force&assume=peace&")
        );
    }

    #[test]
    fn a_scenario_is_told_trigger_first_and_the_trigger_once() {
        let view = View::of(&State::new(), Viewer::Public);
        assert_eq!(
            clauses(&view, Some(&id("peace")), &scenario()),
            [
                "the trigger “peace” has come",
                "“us” holds",
                "“truce” does not hold",
                "DE and FR are absent",
                "the trigger comes on 31 January 2026",
            ]
        );
        assert!(clauses(&view, None, &Scenario::default()).is_empty());
    }

    #[test]
    fn a_day_is_a_whole_date() {
        assert!(day("2026-01-31").is_ok());
        for text in ["2026-02-30", "2026-1-31", "31 January", "20260131", "2026-01-31T00:00"] {
            assert!(day(text).is_err(), "{text}");
        }
    }
}

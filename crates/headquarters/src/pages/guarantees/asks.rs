//! What to ask for next, and what each ask is worth.

use super::said;
use crate::look::parts::{self, Column, OnPhone, Table};
use coalition::assess::{
    Ask, Assessment, Gain, Goal, Help, Order, Probability, Reading, ReadingResult,
};
use coalition::{Amount, Id, View};
use maud::{Markup, html};

/// The smallest amounts that reach each goal, with their worth.
pub(super) fn section(view: &View, assessment: &Assessment) -> Markup {
    html! {
        section.stack id="asks" {
            h2 { "What to ask for next" }
            @if assessment.asks.is_empty() {
                p { "Nothing: it holds firmly, whichever one or two parties leave." }
            } @else {
                p { "The smallest amounts, from nobody in particular and without condition, that would do:" }
                (table(view, assessment))
                @if assessment.asks.iter().any(|ask| !ask.all_listed) {
                    p.small.quiet { "Where several resources are needed together, other combinations may do that are not listed." }
                }
                p.small.quiet { "A point is a hundredth of certainty. What a gain is not worked out exactly is told with both of its bounds." }
            }
        }
    }
}

fn table(view: &View, assessment: &Assessment) -> Markup {
    let asks = &assessment.asks;
    // What does even if nobody moves first does so, too, if groups move together.
    let said_firmly = |ask: &Ask| {
        ask.reading == Reading::Mutual
            && asks.iter().any(|other| {
                other.reading == Reading::Firm
                    && other.makes == ask.makes
                    && other.amounts == ask.amounts
            })
    };
    let rows = asks.iter().filter(|ask| !said_firmly(ask)).map(|ask| {
        let before = assessment.readings.under(ask.reading);
        vec![
            html! { (amounts(view, ask)) },
            html! { (goal(ask)) },
            html! { (said::probability(&ask.helps.probability)) },
            html! { (gain(&ask.helps.gain, &before.probability)) },
            html! { (then_breaks(&ask.helps, before)) },
        ]
    });
    let rows = rows.collect();
    parts::table(&Table {
        caption: "What to ask for next",
        caption_unseen: true,
        columns: vec![
            Column::words("Ask for"),
            Column::words("So that"),
            Column::figures("Probability then"),
            Column::figures("Gained"),
            Column::words("It then breaks with"),
        ],
        rows,
        on_phone: OnPhone::Cards,
    })
}

/// "3 000 persons more of ground troops".
fn amounts(view: &View, ask: &Ask) -> String {
    let listed = |amounts: &[(Id, Amount)]| {
        let each = amounts.iter().map(|(resource, of)| said::quantity_of(view, resource, *of));
        crate::pages::words::listed(&each.collect::<Vec<String>>())
    };
    let joined = listed(&ask.amounts);
    let told = if ask.amounts.len() > 1 { format!("{joined}, together") } else { joined };
    match &ask.at_least {
        None => told,
        Some(least) if least.is_empty() => format!("{told}; less may do: the search was cut short"),
        Some(least) => {
            format!("{told}; less may do, down to {}: the search was cut short", listed(least))
        }
    }
}

/// What an ask would bring about.
fn goal(ask: &Ask) -> &'static str {
    match (ask.makes, ask.reading) {
        (Goal::Holds, Reading::Firm) => "it holds firmly",
        (Goal::Holds, Reading::Mutual) => "it holds if groups move together",
        (Goal::NMinus1, Reading::Firm) => "it holds firmly whichever single party leaves",
        (Goal::NMinus1, Reading::Mutual) => {
            "it holds, if groups move together, whichever single party leaves"
        }
        (Goal::NMinus2, Reading::Firm) => "it holds firmly whichever one or two parties leave",
        (Goal::NMinus2, Reading::Mutual) => {
            "it holds, if groups move together, whichever one or two parties leave"
        }
    }
}

/// By how much it becomes more likely, in points.
fn gain(gain: &Gain, before: &Probability) -> String {
    let points = |value: f64| {
        let text = said::percent(value);
        text.trim_end_matches(" %").to_owned()
    };
    if gain.high <= 0.0 {
        let most = if before.holds_low >= 1.0 { "nothing: it was certain" } else { "nothing" };
        most.to_owned()
    } else if gain.low >= gain.high {
        format!("{} points", points(gain.low))
    } else {
        format!("{} to {} points", points(gain.low), points(gain.high))
    }
}

/// With how many losses it then breaks, and how many sets of them there are beside those before.
fn then_breaks(help: &Help, before: &ReadingResult) -> String {
    let sets = match (&help.breaking_sets, before.holds) {
        (Some(after), true) => {
            format!(" (breaking sets: {after}, now {})", before.breaking.total)
        }
        (Some(after), false) => format!(" (breaking sets: {after})"),
        (None, _) => " (not counted)".to_owned(),
    };
    match help.order {
        Order::Never | Order::Exactly(0) => "nothing".into(),
        Order::Exactly(1) => format!("a single loss{sets}"),
        Order::Exactly(size) => format!("{size} losses together{sets}"),
        Order::AtLeast(1) => format!("a single loss or more{sets}"),
        Order::AtLeast(size) => format!("at least {size} losses together{sets}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gain_is_told_with_its_bounds_and_a_small_one_not_as_none() {
        let before =
            Probability { holds_low: 0.5, holds_high: 0.5, fails_low: 0.5, fails_high: 0.5 };
        for (low, high, told) in [
            (0.0, 0.0, "nothing"),
            (0.25, 0.25, "25 points"),
            (0.0001, 0.0001, "less than 0.1 points"),
            (0.1, 0.2, "10 to 20 points"),
        ] {
            assert_eq!(gain(&Gain { low, high }, &before), told);
        }
    }
}

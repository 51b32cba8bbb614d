//! What to ask for next, and what each ask is worth.

use super::super::result::{Ask, Assessment, Gain, Goal, Reading, ReadingResult};
use super::LISTED_MAX;
use super::layout::Page;
use super::words::{self, Words};
use crate::amount::Amount;
use crate::id::Id;

pub(super) fn section(page: &mut Page, words: &Words<'_>, assessment: &Assessment) {
    page.section("What to ask for");
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for ask in &assessment.asks {
        let line = asked(words, ask, assessment.readings.under(ask.reading));
        let reading = words::reading(ask.reading);
        match lines.iter_mut().find(|(said, _)| *said == line) {
            Some((_, readings)) => readings.push(reading),
            None => lines.push((line, vec![reading])),
        }
    }
    let lines: Vec<String> =
        lines.into_iter().map(|(line, of)| format!("{line} [{}]", of.join("; "))).collect();
    if lines.is_empty() {
        page.text("Nothing: it holds whichever two parties leave.");
        return;
    }
    page.text("Extra amounts from anybody, without condition, over the whole window:");
    page.list(&lines, LISTED_MAX, "asks");
    for reading in Reading::ALL {
        for goal in Goal::ALL {
            let of = |ask: &&Ask| {
                ask.reading == reading
                    && ask.makes == goal
                    && !ask.all_listed
                    && ask.at_least.is_none()
            };
            let listed = assessment.asks.iter().filter(of).count();
            if listed > 0 {
                page.text(&format!(
                    "{listed} combinations of amounts {} are listed [{}]; there may be others.",
                    makes(goal, "that make"),
                    words::reading(reading)
                ));
            }
        }
    }
}

fn makes(goal: Goal, verb: &str) -> String {
    let what = match goal {
        Goal::Holds => "it hold",
        Goal::NMinus1 => "it hold whichever party leaves",
        Goal::NMinus2 => "it hold whichever two parties leave",
    };
    format!("{verb} {what}")
}

fn asked(words: &Words<'_>, ask: &Ask, before: &ReadingResult) -> String {
    let (amounts, verb) =
        (amounts_of(words, &ask.amounts), if ask.amounts.len() == 1 { "makes" } else { "make" });
    let goal = makes(ask.makes, verb);
    if let Some(at_least) = &ask.at_least {
        let least = match at_least.is_empty() {
            true => "anything above nothing".to_owned(),
            false => amounts_of(words, at_least),
        };
        return format!("{amounts} {goal}; less may, down to {least}: the search was cut short");
    }
    let helps = &ask.helps;
    let (chance, gain) = (words::chance(&helps.probability), gain(&helps.gain));
    let sets = match (&helps.breaking_sets, before.holds) {
        (Some(after), true) => format!("; breaking sets: {after}, now {}", before.breaking.total),
        (Some(after), false) => format!("; breaking sets then: {after}"),
        (None, _) => String::new(),
    };
    format!("{} {goal}; the chance is then {chance}, {gain}{sets}", amounts)
}

fn amounts_of(words: &Words<'_>, amounts: &[(Id, Amount)]) -> String {
    let told = amounts.iter().map(|(resource, amount)| {
        format!("{} of {}", words.amount(*amount, resource), words.resource(resource))
    });
    told.collect::<Vec<String>>().join(" and ")
}

/// "12.5 points more", a point being a hundredth of certainty.
fn gain(gain: &Gain) -> String {
    let points = |value: f64| {
        let text = format!("{:.2}", value * 100.0);
        match text.trim_end_matches('0').trim_end_matches('.') {
            "0" if value > 0.0 => "less than 0.01".to_owned(),
            shown => shown.to_owned(),
        }
    };
    if gain.high <= 0.0 {
        "no more than now".to_owned()
    } else if gain.low >= gain.high {
        format!("{} points more", points(gain.low))
    } else {
        format!("{} to {} points more", points(gain.low), points(gain.high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_gain_is_not_told_as_none() {
        for (low, high, told) in [
            (0.0, 0.0, "no more than now"),
            (0.125, 0.125, "12.5 points more"),
            (1e-9, 1e-9, "less than 0.01 points more"),
            (0.0, 0.2, "0 to 20 points more"),
        ] {
            assert_eq!(gain(&Gain { low, high }), told);
        }
    }
}

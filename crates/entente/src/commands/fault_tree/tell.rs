//! The pieces of the answer, as text and as JSON.

use super::output::{Bracket, Output, Shared};
use crate::failure::Failure;
use assurance::openpsa::{FaultTree, File, Misread, Model};
use assurance::{Factor, Likelihood, MinimalSets, Order, Range};
use serde_json::{Value, json};
use std::cell::Cell;
use std::fmt::Write;
use std::sync::MutexGuard;

/// Tells an answer piece by piece.
pub(super) struct Telling<'a> {
    pub(super) output: &'a Shared,
    pub(super) tree: &'a FaultTree,
    pub(super) limit_order: Option<usize>,
    /// Whether something was told that is only a bound.
    pub(super) is_bounded: Cell<bool>,
}

impl Telling<'_> {
    fn output(&self) -> MutexGuard<'_, Output> {
        self.output.lock()
    }

    /// What the model is.
    pub(super) fn head(&self, files: &[File<'_>], model: &Model<'_>) -> Result<(), Failure> {
        let (gates, events) = (self.tree.gate_count, self.tree.system.variable_count());
        let name = &self.tree.name;
        let mut output = self.output();
        if !output.is_json() {
            return output.text(&format!(
                "Top event {name}: {gates} of {} gates, {events} of {} basic events\n",
                model.gate_count(),
                model.basic_event_count()
            ));
        }
        match files {
            [file] => output.value("file", &file.name.into())?,
            _ => {
                let names: Vec<&str> = files.iter().map(|file| file.name).collect();
                output.value("files", &names.into())?;
            }
        }
        output.value("top", &name.as_str().into())?;
        output.value("gates", &gates.into())?;
        output.value("basic_events", &events.into())
    }

    /// How likely the top event is.
    pub(super) fn probability(&self, likelihood: &Likelihood) -> Result<(), Failure> {
        let Range { low, high } = likelihood.holds;
        let is_complete = likelihood.is_complete();
        self.is_bounded.set(self.is_bounded.get() || !is_complete);
        let mut output = self.output();
        match (output.is_json(), is_complete) {
            (true, true) => output.value("probability", &number(low)),
            (true, false) => {
                let range = json!({ "low": number(low), "high": number(high), "complete": false });
                output.value("probability", &range)
            }
            (false, true) => output.text(&format!("Probability: {}\n", plain(low))),
            (false, false) => output.text(&format!(
                "Probability: incomplete: from {} to {}\n",
                plain(low),
                plain(high)
            )),
        }
    }

    /// Why nothing is said of the probability.
    pub(super) fn no_probability(&self, why: &Misread) -> Result<(), Failure> {
        let mut output = self.output();
        match output.is_json() {
            true => output.value("probability", &Value::Null),
            false => output.text(&format!("Probability: not known: {why}\n")),
        }
    }

    /// What each event does to the probability, the most critical first.
    pub(super) fn importance(
        &self,
        chances: &[f64],
        likelihood: &Likelihood,
    ) -> Result<(), Failure> {
        let mut output = self.output();
        if !likelihood.is_complete() {
            self.is_bounded.set(true);
            return match output.is_json() {
                true => output.value("importance", &Value::Null),
                false => output.text("Importance: incomplete: the probability is not known\n"),
            };
        }
        let total = likelihood.holds.low;
        let mut rows: Vec<Row<'_>> = likelihood
            .factors
            .iter()
            .map(|factor| {
                let event = self.tree.system.variable_name(factor.variable);
                Row::of(event, chances[factor.variable.index()], factor, total)
            })
            .collect();
        rows.sort_by(|one, other| {
            let by_worth =
                other.criticality.unwrap_or(0.0).total_cmp(&one.criticality.unwrap_or(0.0));
            by_worth.then_with(|| one.event.cmp(other.event))
        });
        if !output.is_json() {
            return output.text(&table(&rows));
        }
        output.open("importance", Bracket::List)?;
        for row in rows {
            output.value("", &row.json())?;
        }
        output.close()
    }

    /// How many sets there are of each size, and those that are asked for.
    pub(super) fn sets(
        &self,
        is_cut: bool,
        sets: &MinimalSets,
        is_listed: bool,
    ) -> Result<(), Failure> {
        self.is_bounded.set(self.is_bounded.get() || !sets.is_complete());
        let is_json = self.output().is_json();
        match is_json {
            true => self.sets_head_json(is_cut, sets)?,
            false => self.output().text(&sets_head(is_cut, sets))?,
        }
        if is_listed {
            let told = self.limit_order.unwrap_or(usize::MAX);
            match is_json {
                true => self.output().open("sets", Bracket::List)?,
                false => {
                    let larger = match self.limit_order {
                        Some(limit) => format!(", up to size {limit}"),
                        None => String::new(),
                    };
                    self.output().text(&format!("  by size, then by name{larger}:\n"))?;
                }
            }
            self.output().phase("listing sets");
            for set in sets.iter().take_while(|set| set.len() <= told) {
                let names: Vec<&str> =
                    set.iter().map(|&event| self.tree.system.variable_name(event)).collect();
                let mut output = self.output();
                match is_json {
                    true => output.value("", &names.into())?,
                    false if names.is_empty() => output.text("    (nothing need occur)\n")?,
                    false => output.text(&format!("    {}\n", names.join(", ")))?,
                }
                if output.is_gone() {
                    return Ok(());
                }
            }
        }
        let mut output = self.output();
        if is_json {
            if is_listed {
                output.close()?;
            }
            output.value("complete", &sets.is_complete().into())?;
            output.close()?;
        }
        Ok(())
    }

    fn sets_head_json(&self, is_cut: bool, sets: &MinimalSets) -> Result<(), Failure> {
        let mut output = self.output();
        output.open(if is_cut { "cut_sets" } else { "path_sets" }, Bracket::Object)?;
        output.value("count", &sets.count().to_string().into())?;
        let sizes = sets.count_by_size();
        let by_size =
            sizes.iter().map(|(size, count)| json!({ "size": size, "count": count.to_string() }));
        output.value("by_size", &by_size.collect())?;
        let order = match sets.order() {
            Order::Exactly(size) => size.into(),
            Order::AtLeast(_) | Order::Never => Value::Null,
        };
        output.value("order", &order)?;
        if let Some(size) = sets.searched_to() {
            output.value("searched_to", &size.into())?;
        }
        match self.limit_order {
            Some(limit) => output.value("limit_order", &limit.into()),
            None => Ok(()),
        }
    }

    /// That all was told, or that some of it is only a bound.
    pub(super) fn end(&self) -> Result<(), Failure> {
        let is_bounded = self.is_bounded.get();
        self.output().end(!is_bounded)?;
        if is_bounded { Err(Failure::incomplete(self.why_bounded())) } else { Ok(()) }
    }

    /// Why what was told is less than all there is.
    fn why_bounded(&self) -> &'static str {
        match () {
            () if self.output.is_asked() => "stopped: what is told is proven, and not all there is",
            () if self.limit_order.is_some() => {
                "beyond --limit-order nothing was looked for: what is told is proven, and not all \
                 there is"
            }
            () => "the diagrams outgrew --memory: what is told is proven, and not all there is",
        }
    }
}

fn sets_head(is_cut: bool, sets: &MinimalSets) -> String {
    let kind = if is_cut { "cut" } else { "path" };
    let mut told = format!("Minimal {kind} sets: ");
    match sets.searched_to() {
        None => writeln!(told, "{}", sets.count()),
        Some(size) => writeln!(told, "incomplete: {} of up to {size} events", sets.count()),
    }
    .expect("a string takes whatever is written");
    for (size, count) in sets.count_by_size() {
        writeln!(told, "  of size {size}: {count}").expect("a string takes whatever is written");
    }
    told
}

/// What one event does to the probability Q of the top event (Q1 if it occurs, Q0 if not).
struct Row<'a> {
    event: &'a str,
    chance: f64,
    /// Q1 - Q0 (Birnbaum 1969).
    birnbaum: f64,
    /// chance x (Q1 - Q0) / Q. Being (Q - Q0) / Q, this is Fussell-Vesely too.
    criticality: Option<f64>,
    /// Risk achievement worth: Q1 / Q.
    achievement: Option<f64>,
    /// Risk reduction worth: Q / Q0.
    reduction: Option<f64>,
}

impl<'a> Row<'a> {
    fn of(event: &'a str, chance: f64, factor: &Factor, total: f64) -> Self {
        let birnbaum = factor.birnbaum();
        let part = |of: f64, whole: f64| (whole > 0.0).then(|| of / whole);
        Self {
            event,
            chance,
            birnbaum,
            criticality: part(chance * birnbaum, total),
            achievement: part(factor.holds_if_true, total),
            reduction: part(total, factor.holds_if_false),
        }
    }

    fn json(&self) -> Value {
        let perhaps = |value: Option<f64>| value.map(number);
        json!({
            "event": self.event,
            "chance": number(self.chance),
            "birnbaum": number(self.birnbaum),
            "fussell_vesely": perhaps(self.criticality),
            "criticality": perhaps(self.criticality),
            "raw": perhaps(self.achievement),
            "rrw": perhaps(self.reduction),
        })
    }
}

fn table(rows: &[Row<'_>]) -> String {
    let width = rows.iter().map(|row| row.event.chars().count()).max().unwrap_or(0).clamp(5, 40);
    let mut told = format!(
        "Importance, the most critical first (criticality is Fussell-Vesely, too):\n  \
         {:width$}  {:>11}  {:>11}  {:>11}  {:>11}  {:>11}\n",
        "event", "chance", "Birnbaum", "criticality", "RAW", "RRW"
    );
    let perhaps = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), short);
    for row in rows {
        writeln!(
            told,
            "  {:width$}  {:>11}  {:>11}  {:>11}  {:>11}  {:>11}",
            row.event,
            short(row.chance),
            short(row.birnbaum),
            perhaps(row.criticality),
            perhaps(row.achievement),
            perhaps(row.reduction),
        )
        .expect("a string takes whatever is written");
    }
    told
}

/// The shortest decimal that reads back as this double.
fn plain(value: f64) -> String {
    // A zero that rounding left negative is zero.
    let value = if value == 0.0 { 0.0 } else { value };
    if value == 0.0 || (1e-4..1e6).contains(&value.abs()) {
        return value.to_string();
    }
    format!("{value:e}")
}

fn number(value: f64) -> Value {
    Value::from(plain(value))
}

/// Five significant digits.
fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(1e-3..1e5).contains(&value.abs()) {
        return format!("{value:.4e}");
    }
    let rounded: f64 = format!("{value:.4e}").parse().expect("a number that was just written");
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_and_short_ones_have_five_digits() {
        for value in [0.0, 1.0, 0.5, 1e-4, 9.9e-5, 1.058_001_885_473_948_9e-13, 1.0 / 3.0, 1e6] {
            assert_eq!(plain(value).parse::<f64>(), Ok(value), "{}", plain(value));
        }
        let told = [0.0, 1.0, 1.0 / 3.0, 12345.678, 1e-9, -0.25].map(short);
        assert_eq!(told, ["0", "1", "0.33333", "12346", "1.0000e-9", "-0.25"]);
        assert_eq!(plain(-0.0), "0");
    }
}

//! What is known of each tree, from `EXPECTED.csv`.

use super::process::Answer;
use std::path::Path;

/// One line of the table.
pub struct Expected {
    /// The name of the tree's file, without its extension.
    pub tree: String,
    /// Basic events in it.
    pub basic_events: usize,
    /// Minimal cut sets, where known.
    cut_sets: Option<String>,
    /// The probability of the top event, where known.
    probability: Option<f64>,
}

/// Two ways of adding floating-point numbers up may differ by this part.
const TOLERANCE: f64 = 1e-9;

/// Reads the table of a directory.
pub fn read(directory: &Path) -> Result<Vec<Expected>, String> {
    let path = directory.join("EXPECTED.csv");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let mut lines = text.lines();
    let heads: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |name: &str| {
        let found = heads.iter().position(|head| *head == name);
        found.ok_or_else(|| format!("{} has no column {name}", path.display()))
    };
    let at =
        ["tree", "basic_events", "cut_sets_scram", "cut_sets_published", "p_scram"].map(column);
    let [tree, events, computed, published, probability] = at;
    let (tree, events, computed) = (tree?, events?, computed?);
    let (published, probability) = (published?, probability?);
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
            let count = |at: usize| {
                let is_whole = |text: &&str| text.parse::<u128>().is_ok();
                Some(cell(at)).filter(is_whole).map(str::to_owned)
            };
            Ok(Expected {
                tree: cell(tree).to_owned(),
                basic_events: cell(events)
                    .parse()
                    .map_err(|_| format!("{}: no number of events: {line}", path.display()))?,
                // What is computed from the file counts, not what was printed about another.
                cut_sets: count(computed).or_else(|| count(published)),
                probability: cell(probability).parse().ok(),
            })
        })
        .collect()
}

impl Expected {
    /// What is otherwise in these answers.
    pub fn wrong<'a>(&self, answers: impl Iterator<Item = &'a Answer>) -> Vec<String> {
        let mut wrong = Vec::new();
        for answer in answers {
            match (answer, &self.cut_sets, self.probability) {
                (Answer::CutSets(count), Some(expected), _) if count != expected => {
                    wrong.push(format!("{}: {count} cut sets, not {expected}", self.tree));
                }
                (Answer::Probability(value), _, Some(expected))
                    if (value - expected).abs() > TOLERANCE * expected.abs() =>
                {
                    wrong.push(format!("{}: probability {value:e}, not {expected:e}", self.tree));
                }
                _ => {}
            }
        }
        wrong
    }
}

//! What is written of a view holds what the view holds, and nothing else.

mod world;

use coalition::assess::{self, Standing};
use coalition::content::{Commitment, Kind};
use coalition::model::{Model, Scenario};
use coalition::{Id, View, Viewer};
use exchange::{CoalitionFile, coalition_file, csv, json};
use std::collections::BTreeSet;
use world::{lead, world};

const WORLDS: u64 = 400;

/// Which commitments are in force, firmly or mutually.
fn in_force(model: &Model) -> BTreeSet<(Id, &'static str)> {
    let standings = assess::standings(model, &Scenario::default()).expect("amounts are small");
    let in_force =
        |at: &assess::CommitmentStanding| matches!(at.standing, Standing::Firm | Standing::Mutual);
    standings.into_iter().filter(in_force).map(|at| (at.id, at.standing.word())).collect()
}

#[test]
fn a_view_written_as_a_file_reads_back_as_the_same_file_and_stands_the_same() {
    let (mut left, mut stopped, mut forces) = (0, 0, 0);
    for seed in 0..WORLDS {
        let view = View::of(&world(seed), lead());
        let file = CoalitionFile::of(&view).expect("the coalition is CLEAR");
        let written = file.to_toml();
        let again = coalition_file::read("written.toml", written.as_bytes())
            .unwrap_or_else(|errors| panic!("seed {seed}\n{errors:?}\n{written}"));
        assert_eq!(again, file, "seed {seed}\n{written}");
        let model = Model::of(&view);
        assert_eq!(in_force(&model), in_force(&again.model()), "seed {seed}\n{written}");
        left += view.of_kind(Kind::Party).filter(|thing| thing.withdrawn()).count();
        stopped += model.commitments.values().filter(|entry| entry.stopped).count();
        forces += in_force(&model).len();
    }
    println!("{WORLDS} worlds: {left} parties left, {stopped} promises stopped, {forces} in force");
    assert!(left > 20 && stopped > 20 && forces > 20, "the worlds are too tame");
}

#[test]
fn a_viewer_who_may_not_see_the_coalition_gets_no_file() {
    let state = coalition::State::new();
    assert!(CoalitionFile::of(&View::of(&state, Viewer::Public)).is_none());
}

#[test]
fn the_json_export_holds_every_thing_of_the_view_once_and_nothing_else() {
    for seed in 0..40 {
        for viewer in [lead(), Viewer::Public] {
            let view = View::of(&world(seed), viewer);
            let document = json::export(&view);
            assert_eq!(
                (&document["format"], &document["version"]),
                (&json::FORMAT.into(), &1.into())
            );
            for kind in Kind::ALL {
                let listed =
                    document["things"][kind.key()].as_array().expect("a list for every kind");
                let ids: Vec<&str> =
                    listed.iter().filter_map(|thing| thing["id"].as_str()).collect();
                let expected: Vec<&str> =
                    view.of_kind(*kind).map(|thing| thing.id.as_str()).collect();
                assert_eq!(ids, expected, "seed {seed}, {}", kind.plural());
                for (thing, exported) in view.of_kind(*kind).zip(listed) {
                    let content = serde_json::to_value(&thing.content).expect("plain JSON");
                    assert_eq!(exported["content"], content);
                    assert_eq!(exported["label"], thing.marking.label.as_str());
                    assert_eq!(exported["revision"], thing.revision());
                }
            }
            let mut streamed = Vec::new();
            json::write(&view, &mut streamed).expect("a vector takes whatever is written");
            let read: serde_json::Value = serde_json::from_slice(&streamed).expect("it is JSON");
            assert_eq!(read, document);
        }
    }
}

/// RFC 4180, as a spreadsheet reads it.
fn cells_of(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            letter => cell.push(letter),
        }
    }
    rows
}

#[test]
fn the_csv_of_commitments_has_a_row_for_each_and_no_formula() {
    for seed in 0..100 {
        let view = View::of(&world(seed), lead());
        let rows = cells_of(&csv::commitments(&view));
        assert_eq!(rows[0], csv::HEADER);
        let commitments: Vec<_> = view.all::<Commitment>().collect();
        assert_eq!(rows.len(), commitments.len() + 1, "seed {seed}");
        for (cells, (thing, said)) in rows[1..].iter().zip(commitments) {
            assert_eq!(cells.len(), csv::HEADER.len());
            assert_eq!(cells[0], thing.id.as_str());
            assert_eq!(cells[6], said.amount.map(|amount| amount.to_string()).unwrap_or_default());
            let formula = |cell: &&String| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            let guard = if said.note.as_str().starts_with('=') { "'" } else { "" };
            assert_eq!(cells[16], format!("{guard}{}", said.note));
            let matching = said.matches.as_ref().map(|of| [of.rate, of.above, of.up_to]);
            let told = matching.map(|of| of.map(|amount| amount.to_string())).unwrap_or_default();
            assert_eq!(cells[17..20], told);
            assert_eq!(cells.iter().find(formula), None, "seed {seed}");
        }
    }
}

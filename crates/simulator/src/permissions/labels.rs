//! Labels: who sees a paper, by its label, where it was given, and how he stands to it.

use super::assembly::Assembly;
use super::relation::Relation;
use super::{Asked, Row, Who, table};
use coalition::{Id, View, Viewer};

pub(super) fn table_of(assembly: &Assembly) -> String {
    let mut rows: Vec<(&str, Asked)> = Vec::new();
    let asked = assembly.everybody_by_name().into_iter();
    let nobody = assembly.gone.iter().map(|(_, person)| (String::new(), Some(person.clone())));
    let everybody: Vec<(String, View)> = asked
        .map(|(_, member, person)| (member, Some(person)))
        .chain(nobody)
        .chain([(String::new(), None)])
        .map(|(member, person): (String, Option<Id>)| {
            let state = &assembly.world.state;
            (member, View::of(state, Viewer::of(state, person.as_ref())))
        })
        .collect();
    for (row, author, paper) in &assembly.papers {
        let state = &assembly.world.state;
        let authors = View::through(state, Viewer::of_person(state, author));
        let thing = authors.get(paper).expect("its author sees it");
        if rows.last().is_none_or(|(known, _)| known != row) {
            rows.push((row, Asked::default()));
        }
        let asked = &mut rows.last_mut().expect("it was put there").1;
        for (member, view) in &everybody {
            let relation = Relation::of(view, Some(thing), &thing.content);
            let relation = relation.labelled(view, &thing.marking);
            let seen = view.get(paper).is_some();
            asked.found(Who::of(view.viewer()), member).note(relation, seen);
        }
    }
    let rows: Vec<Row> = rows
        .into_iter()
        .map(|(what, asked)| Row { what: what.to_owned(), cells: asked.cells(), remark: "" })
        .collect();
    table("paper", "label", &rows)
}

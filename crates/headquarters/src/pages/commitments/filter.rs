//! Which commitments are listed, in which order, and what they add up to.

use coalition::assess::Standing;
use coalition::content::{Basis, Commitment, Party, Resource, Stage};
use coalition::state::Status;
use coalition::{Amount, Id, Thing, View};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// One commitment, with what a list says of it.
pub(super) struct Row<'a> {
    pub thing: &'a Thing,
    pub said: &'a Commitment,
    pub party: &'a str,
    pub resource: &'a str,
    pub unit: &'a str,
    /// How it stands in the present circumstances; `None` if that could not be computed.
    pub standing: Option<Standing>,
}

/// All commitments of a view. Names and standings are looked up in tables made once.
pub(super) fn rows<'a>(view: &'a View, standings: &BTreeMap<Id, Standing>) -> Vec<Row<'a>> {
    let parties: BTreeMap<&Id, &str> =
        view.all::<Party>().map(|(thing, said)| (&thing.id, said.name.as_str())).collect();
    let resources: BTreeMap<&Id, (&str, &str)> = view
        .all::<Resource>()
        .map(|(thing, said)| (&thing.id, (said.name.as_str(), said.unit.as_str())))
        .collect();
    view.all::<Commitment>()
        .map(|(thing, said)| {
            let (resource, unit) =
                resources.get(&said.resource).copied().unwrap_or((said.resource.as_str(), ""));
            Row {
                thing,
                said,
                party: parties.get(&said.party).copied().unwrap_or(said.party.as_str()),
                resource,
                unit,
                standing: standings.get(&thing.id).copied(),
            }
        })
        .collect()
}

/// How a list can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Party,
    What,
    Amount,
    Stage,
    Changed,
}

impl Column {
    pub const ALL: [Column; 5] =
        [Column::Party, Column::What, Column::Amount, Column::Stage, Column::Changed];

    pub fn key(self) -> &'static str {
        match self {
            Column::Party => "party",
            Column::What => "what",
            Column::Amount => "amount",
            Column::Stage => "stage",
            Column::Changed => "changed",
        }
    }
}

/// What an address asks of the list. A value that names nothing matches nothing: no address tells
/// apart what is hidden and what does not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub party: String,
    pub resource: String,
    /// A stage, or `suspended` or `withdrawn`.
    pub stage: String,
    pub standing: String,
    /// Words that all must occur.
    pub text: String,
    /// A column's key, with a `-` in front for the largest first.
    pub sort: String,
}

impl Filter {
    /// Whether anything is left out.
    pub fn narrows(&self) -> bool {
        [&self.party, &self.resource, &self.stage, &self.standing, &self.text]
            .iter()
            .any(|value| !value.is_empty())
    }

    /// The rows that fit, in order.
    pub fn of<'a>(&self, rows: Vec<Row<'a>>) -> Vec<Row<'a>> {
        let words: Vec<String> = self.text.split_whitespace().map(str::to_lowercase).collect();
        let mut kept: Vec<Row<'a>> =
            rows.into_iter().filter(|row| self.fits(row) && mentions(row, &words)).collect();
        let (column, descending) = self.order();
        kept.sort_by(|one, other| {
            let order = compare(column, one, other);
            if descending { order.reverse() } else { order }
        });
        kept
    }

    /// By which column, and whether the largest come first.
    pub fn order(&self) -> (Column, bool) {
        let (key, descending) =
            self.sort.strip_prefix('-').map_or((self.sort.as_str(), false), |key| (key, true));
        let column = Column::ALL.into_iter().find(|column| column.key() == key);
        column.map_or((Column::Party, false), |column| (column, descending))
    }

    fn fits(&self, row: &Row<'_>) -> bool {
        let is = |wanted: &str, value: &str| wanted.is_empty() || wanted == value;
        is(&self.party, row.said.party.as_str())
            && is(&self.resource, row.said.resource.as_str())
            && is(&self.stage, stage_word(row))
            && is(&self.standing, row.standing.map_or("", Standing::word))
    }
}

/// The stage, or why the commitment does not stand.
pub(super) fn stage_word(row: &Row<'_>) -> &'static str {
    match row.thing.status {
        Status::Standing => row.said.stage.word(),
        Status::Suspended(_) => "suspended",
        Status::Withdrawn(_) => "withdrawn",
    }
}

fn mentions(row: &Row<'_>, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let name = row.said.name.as_ref().map_or("", |name| name.as_str());
    let all = [row.party, row.resource, name, row.said.note.as_str()].join("\n").to_lowercase();
    words.iter().all(|word| all.contains(word))
}

fn compare(column: Column, one: &Row<'_>, other: &Row<'_>) -> Ordering {
    let stage = |row: &Row<'_>| match row.thing.status {
        Status::Standing => row.said.stage as usize,
        Status::Suspended(_) => Stage::ALL.len(),
        Status::Withdrawn(_) => Stage::ALL.len() + 1,
    };
    let first = match column {
        Column::Party => one.party.cmp(other.party),
        Column::What => one.resource.cmp(other.resource),
        // Amounts are compared within one resource: 6 000 persons are not more than 6 batteries.
        Column::Amount => (one.resource, one.said.amount).cmp(&(other.resource, other.said.amount)),
        Column::Stage => stage(one).cmp(&stage(other)),
        Column::Changed => one.thing.changed.cmp(&other.thing.changed),
    };
    first
        .then_with(|| (one.party, one.resource).cmp(&(other.party, other.resource)))
        .then_with(|| one.thing.id.cmp(&other.thing.id))
}

/// What the commitments of one resource add up to, those that do not stand left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Total<'a> {
    pub resource: &'a Id,
    pub name: &'a str,
    pub unit: &'a str,
    pub commitments: usize,
    /// Stated and reported amounts; `None` past 10^19, where digits could be lost.
    pub given: Option<Amount>,
    /// Amounts that nobody gave.
    pub illustrative: Option<Amount>,
    /// How many have no amount.
    pub without_amount: usize,
}

/// One total for each resource, by name.
pub(super) fn totals<'a>(rows: &[Row<'a>]) -> Vec<Total<'a>> {
    let mut by_name: BTreeMap<(&str, &Id), Total<'a>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.thing.stands()) {
        let total = by_name.entry((row.resource, &row.said.resource)).or_insert_with(|| Total {
            resource: &row.said.resource,
            name: row.resource,
            unit: row.unit,
            commitments: 0,
            given: Some(Amount::ZERO),
            illustrative: Some(Amount::ZERO),
            without_amount: 0,
        });
        total.commitments += 1;
        let Some(amount) = row.said.amount else {
            total.without_amount += 1;
            continue;
        };
        let sum = match row.said.basis {
            Basis::Illustrative => &mut total.illustrative,
            Basis::Stated | Basis::Reported => &mut total.given,
        };
        *sum = sum.and_then(|sum| sum.checked_add(amount));
    }
    by_name.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::act::Author;
    use coalition::condition::Condition;
    use coalition::content::Content;
    use coalition::text::Text;
    use coalition::{Label, Marking};
    use jiff::Timestamp;

    fn id(text: &str) -> Id {
        Id::parse(text).expect("an id")
    }

    fn thing(name: &str, party: &str, amount: Option<&str>, basis: Basis, status: Status) -> Thing {
        Thing {
            id: id(name),
            content: Content::Commitment(Commitment {
                name: None,
                party: id(party),
                resource: id("troops"),
                amount: amount.map(|text| Amount::parse(text).expect("an amount")),
                from: None,
                until: None,
                condition: Condition::Always,
                stage: Stage::Announced,
                basis,
                note: Text::default(),
                source: None,
            }),
            marking: Marking::plain(Label::Amber),
            author: Author::default(),
            status,
            created: Timestamp::UNIX_EPOCH,
            changed: Timestamp::UNIX_EPOCH,
            acts: vec![0],
        }
    }

    fn row(thing: &Thing) -> Row<'_> {
        let said: &Commitment = thing.said().expect("a commitment");
        Row {
            thing,
            said,
            party: said.party.as_str(),
            resource: "ground troops",
            unit: "persons",
            standing: Some(Standing::Firm),
        }
    }

    fn things() -> Vec<Thing> {
        vec![
            thing("a", "FR", Some("0.1"), Basis::Stated, Status::Standing),
            thing("b", "IT", Some("0.2"), Basis::Reported, Status::Standing),
            thing("c", "IT", Some("7"), Basis::Illustrative, Status::Standing),
            thing("d", "ES", None, Basis::Stated, Status::Standing),
            thing("e", "DE", Some("9"), Basis::Stated, Status::Withdrawn(Text::default())),
        ]
    }

    #[test]
    fn totals_are_exact_and_keep_the_illustrative_and_the_withdrawn_apart() {
        let things = things();
        let rows: Vec<Row<'_>> = things.iter().map(row).collect();
        let totals = totals(&rows);
        assert_eq!(totals.len(), 1);
        assert_eq!(totals[0].given, Some(Amount::parse("0.3").expect("an amount")));
        assert_eq!(totals[0].illustrative, Some(Amount::parse("7").expect("an amount")));
        assert_eq!((totals[0].commitments, totals[0].without_amount), (4, 1));
    }

    #[test]
    fn a_filter_keeps_what_fits_all_of_it_in_the_order_asked_for() {
        let things = things();
        let kept = |filter: Filter| {
            let rows = filter.of(things.iter().map(row).collect());
            rows.iter().map(|row| row.thing.id.to_string()).collect::<Vec<_>>().join("")
        };
        let none = Filter::default;
        for (filter, expected) in [
            (none(), "edabc"),
            (Filter { sort: "-party".into(), ..none() }, "cbade"),
            (Filter { sort: "amount".into(), ..none() }, "dabce"),
            (Filter { sort: "nonsense".into(), ..none() }, "edabc"),
            (Filter { party: "IT".into(), ..none() }, "bc"),
            (Filter { party: "it".into(), ..none() }, ""),
            (Filter { stage: "withdrawn".into(), ..none() }, "e"),
            (Filter { stage: "announced".into(), ..none() }, "dabc"),
            (Filter { standing: "waiting".into(), ..none() }, ""),
            (Filter { text: "GROUND it".into(), ..none() }, "bc"),
            (Filter { text: "ground navy".into(), ..none() }, ""),
        ] {
            assert_eq!(kept(filter.clone()), expected, "{filter:?}");
        }
    }
}

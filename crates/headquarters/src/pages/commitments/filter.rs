//! Which commitments are listed, in which order, and what they add up to.

use super::rows::{Column, Named, Row, Rows};
use coalition::Amount;
use coalition::assess::Standing;
use coalition::content::Basis;

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

    /// The rows that fit, in order. `text` says what words are looked for in.
    pub fn of<'a>(&self, rows: &'a Rows, text: impl Fn(&Row) -> String) -> Vec<&'a Row> {
        // Neither of these is any row's place if the address names nothing.
        let place = |wanted: &str, among: &[Named]| {
            among.iter().position(|named| named.id.as_str() == wanted).unwrap_or(usize::MAX)
        };
        let wants = |wanted: &str| !wanted.is_empty();
        let party = wants(&self.party).then(|| place(&self.party, &rows.parties));
        let resource = wants(&self.resource).then(|| place(&self.resource, &rows.resources));
        let words: Vec<String> = self.text.split_whitespace().map(str::to_lowercase).collect();
        let (column, descending) = self.order();
        rows.by(column, descending)
            .filter(|row| party.is_none_or(|party| party == row.party))
            .filter(|row| resource.is_none_or(|resource| resource == row.resource))
            .filter(|row| !wants(&self.stage) || self.stage == row.stage)
            .filter(|row| {
                !wants(&self.standing) || self.standing == row.standing.map_or("", Standing::word)
            })
            .filter(|row| {
                words.is_empty() || {
                    let text = text(row).to_lowercase();
                    words.iter().all(|word| text.contains(word))
                }
            })
            .collect()
    }

    /// By which column, and whether the largest come first.
    pub fn order(&self) -> (Column, bool) {
        let (key, descending) =
            self.sort.strip_prefix('-').map_or((self.sort.as_str(), false), |key| (key, true));
        let column = Column::ALL.into_iter().find(|column| column.key() == key);
        column.map_or((Column::Party, false), |column| (column, descending))
    }
}

/// What the commitments of one resource add up to, those that do not stand left out.
pub(super) struct Total<'a> {
    pub resource: &'a Named,
    pub commitments: usize,
    /// Stated and reported amounts; `None` past 10^19, where digits could be lost.
    pub given: Option<Amount>,
    /// Amounts that nobody gave.
    pub illustrative: Option<Amount>,
    /// How many have no amount.
    pub without_amount: usize,
    /// Those that match others: what they add is not among what was stated.
    pub matching: usize,
}

/// One total for each resource that is promised, by name.
pub(super) fn totals<'a>(rows: &'a Rows, kept: &[&Row]) -> Vec<Total<'a>> {
    let none = |resource| Total {
        resource,
        commitments: 0,
        given: Some(Amount::ZERO),
        illustrative: Some(Amount::ZERO),
        without_amount: 0,
        matching: 0,
    };
    let mut totals: Vec<Total<'a>> = rows.resources.iter().map(none).collect();
    for row in kept.iter().filter(|row| row.stands) {
        let total = &mut totals[row.resource];
        total.commitments += 1;
        total.matching += usize::from(row.matches);
        let Some(amount) = row.amount else {
            total.without_amount += usize::from(!row.matches);
            continue;
        };
        let sum = match row.basis {
            Basis::Illustrative => &mut total.illustrative,
            Basis::Stated | Basis::Reported => &mut total.given,
        };
        *sum = sum.and_then(|sum| sum.checked_add(amount));
    }
    totals.retain(|total| total.commitments > 0);
    totals
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::act::Author;
    use coalition::condition::Condition;
    use coalition::content::{Commitment, Content, Stage};
    use coalition::state::Status;
    use coalition::text::Text;
    use coalition::{Id, Label, Marking, Thing};
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
                matches: None,
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
            steps: Vec::new(),
            versions: Vec::new(),
        }
    }

    /// The rows of things by id: the parties' names in the order of their ids, all of them firm.
    fn rows(things: &[Thing]) -> Rows {
        let parties = ["DE", "ES", "FR", "IT"].map(id);
        let resource = id("troops");
        Rows::gathered(
            parties.iter().map(|party| (party, party.as_str(), "")),
            std::iter::once((&resource, "ground troops", "persons")),
            things.iter().map(|thing| (thing, thing.said().expect("a commitment"))),
            |_| Some(Standing::Firm),
        )
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
        let rows = rows(&things());
        let kept = Filter::default().of(&rows, |_| String::new());
        let totals = totals(&rows, &kept);
        assert_eq!(totals.len(), 1);
        assert_eq!(totals[0].given, Some(Amount::parse("0.3").expect("an amount")));
        assert_eq!(totals[0].illustrative, Some(Amount::parse("7").expect("an amount")));
        assert_eq!((totals[0].commitments, totals[0].without_amount), (4, 1));
    }

    #[test]
    fn a_filter_keeps_what_fits_all_of_it_in_the_order_asked_for() {
        let rows = rows(&things());
        let text = |row: &Row| format!("{}\nground troops", rows.parties[row.party].name);
        let kept = |filter: Filter| {
            let kept = filter.of(&rows, text);
            kept.iter().map(|row| row.id.to_string()).collect::<Vec<_>>().join("")
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

//! The commitments of a view as their list shows them. What rests on the view alone is made once:
//! names, orders, and each row's markup when it is first shown. An address only picks from it.

use crate::look::parts::{Choice, Field, WrittenSelect};
use coalition::assess::{CommitmentStanding, Standing};
use coalition::content::{Basis, Commitment, Party, Resource, Stage};
use coalition::state::Status;
use coalition::{Amount, Id, Thing, View};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many bytes of written rows all views together keep; past that, a row is written each time.
const WRITTEN_BYTES_MAX: usize = 64 << 20;
static WRITTEN_BYTES: AtomicUsize = AtomicUsize::new(0);

/// One commitment, with what a list says of it.
pub(super) struct Row {
    pub id: Id,
    /// Its place among [`Rows::parties`].
    pub party: usize,
    /// Its place among [`Rows::resources`].
    pub resource: usize,
    pub amount: Option<Amount>,
    /// Whether it matches others.
    pub matches: bool,
    pub basis: Basis,
    /// The stage, or why the commitment does not stand.
    pub stage: &'static str,
    stage_place: usize,
    /// How it stands in the present circumstances; `None` if that could not be computed.
    pub standing: Option<Standing>,
    pub stands: bool,
    changed: Timestamp,
    written: OnceLock<Box<str>>,
}

/// A party or a resource, by which a list can be filtered.
pub(super) struct Named {
    pub id: Id,
    pub name: Box<str>,
    pub unit: Box<str>,
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

/// The fields by which a list is filtered.
pub(super) struct Selects {
    pub party: WrittenSelect,
    pub resource: WrittenSelect,
    pub stage: WrittenSelect,
    pub standing: WrittenSelect,
}

/// All commitments of a view.
pub(crate) struct Rows {
    /// By name, then id; those that can be chosen first.
    pub(super) parties: Vec<Named>,
    /// Likewise.
    pub(super) resources: Vec<Named>,
    pub(super) selects: Selects,
    /// By id.
    all: Vec<Row>,
    /// The places of all rows in the order of each column, the smallest first.
    orders: [Vec<usize>; Column::ALL.len()],
}

impl Rows {
    pub(crate) fn of(view: &View, standings: &[CommitmentStanding]) -> Rows {
        let standings: BTreeMap<&Id, Standing> =
            standings.iter().map(|said| (&said.id, said.standing)).collect();
        let parties = view.all::<Party>().map(|(thing, said)| (&thing.id, said.name.as_str(), ""));
        let resources = view
            .all::<Resource>()
            .map(|(thing, said)| (&thing.id, said.name.as_str(), said.unit.as_str()));
        let standing = |id: &Id| standings.get(id).copied();
        Rows::gathered(parties, resources, view.all::<Commitment>(), standing)
    }

    /// From parties and resources with their names and units, and commitments by id.
    pub(super) fn gathered<'a>(
        parties: impl Iterator<Item = (&'a Id, &'a str, &'a str)>,
        resources: impl Iterator<Item = (&'a Id, &'a str, &'a str)>,
        commitments: impl Iterator<Item = (&'a Thing, &'a Commitment)>,
        standing: impl Fn(&Id) -> Option<Standing>,
    ) -> Rows {
        let mut parties = Directory::of(parties);
        let mut resources = Directory::of(resources);
        let selects = selects(&parties.all, &resources.all);
        let all: Vec<Row> = commitments
            .map(|(thing, said)| {
                let (stage, stage_place) = match thing.status {
                    Status::Standing => (said.stage.word(), said.stage as usize),
                    Status::Suspended(_) => ("suspended", Stage::ALL.len()),
                    Status::Withdrawn(_) => ("withdrawn", Stage::ALL.len() + 1),
                };
                Row {
                    id: thing.id.clone(),
                    party: parties.place(&said.party),
                    resource: resources.place(&said.resource),
                    amount: said.amount,
                    matches: said.matches.is_some(),
                    basis: said.basis,
                    stage,
                    stage_place,
                    standing: standing(&thing.id),
                    stands: thing.stands(),
                    changed: thing.changed,
                    written: OnceLock::new(),
                }
            })
            .collect();
        let (parties, resources) = (parties.all, resources.all);
        let orders = orders(&all, &ranks(&parties), &ranks(&resources));
        Rows { parties, resources, selects, all, orders }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// All rows in the order of a column.
    pub(super) fn by(&self, column: Column, descending: bool) -> impl Iterator<Item = &Row> {
        let order = &self.orders[column as usize];
        let last = order.len().wrapping_sub(1);
        (0..order.len())
            .map(move |place| &self.all[order[if descending { last - place } else { place }]])
    }

    /// A row's markup, into `buffer`; `write` makes it where it is not kept.
    pub(super) fn write(&self, row: &Row, buffer: &mut String, write: impl FnOnce() -> String) {
        if let Some(written) = row.written.get() {
            buffer.push_str(written);
            return;
        }
        let made = write();
        buffer.push_str(&made);
        if WRITTEN_BYTES.load(Ordering::Relaxed) < WRITTEN_BYTES_MAX {
            let bytes = made.len();
            if row.written.set(made.into_boxed_str()).is_ok() {
                WRITTEN_BYTES.fetch_add(bytes, Ordering::Relaxed);
            }
        }
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        let written = self.all.iter().filter_map(|row| row.written.get());
        WRITTEN_BYTES.fetch_sub(written.map(|written| written.len()).sum(), Ordering::Relaxed);
    }
}

/// Things by name, and where each is.
struct Directory {
    all: Vec<Named>,
    places: HashMap<Id, usize>,
}

impl Directory {
    fn of<'a>(things: impl Iterator<Item = (&'a Id, &'a str, &'a str)>) -> Directory {
        let mut all: Vec<Named> = things
            .map(|(id, name, unit)| Named { id: id.clone(), name: name.into(), unit: unit.into() })
            .collect();
        all.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        let places = all.iter().enumerate().map(|(place, named)| (named.id.clone(), place));
        Directory { places: places.collect(), all }
    }

    /// Where a thing is. One that is not in the view is called by its id, as everywhere.
    fn place(&mut self, id: &Id) -> usize {
        if let Some(place) = self.places.get(id) {
            return *place;
        }
        let place = self.all.len();
        self.all.push(Named { id: id.clone(), name: id.as_str().into(), unit: "".into() });
        self.places.insert(id.clone(), place);
        place
    }
}

fn selects(parties: &[Named], resources: &[Named]) -> Selects {
    fn select<'a>(
        name: &str,
        label: &str,
        any: &'a str,
        all: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> WrittenSelect {
        let choice = |(value, text)| Choice { value, text, ..Choice::default() };
        let choices: Vec<Choice<'a>> = std::iter::once(("", any)).chain(all).map(choice).collect();
        WrittenSelect::of(&Field::named(name, label), &choices)
    }
    fn named(all: &[Named]) -> impl Iterator<Item = (&str, &str)> {
        all.iter().map(|named| (named.id.as_str(), &*named.name))
    }
    let stages = Stage::ALL.iter().map(|stage| stage.word()).chain(["suspended", "withdrawn"]);
    let standings = Standing::ALL.into_iter().map(Standing::word);
    Selects {
        party: select("party", "Party", "any party", named(parties)),
        resource: select("resource", "Resource", "any resource", named(resources)),
        stage: select("stage", "Stage", "any stage", stages.map(|word| (word, word))),
        standing: select(
            "standing",
            "Standing",
            "any standing",
            standings.map(|word| (word, word)),
        ),
    }
}

/// How many names come before each one's: equal for equal names.
fn ranks(all: &[Named]) -> Vec<usize> {
    let mut names: Vec<&str> = all.iter().map(|named| &*named.name).collect();
    names.sort_unstable();
    names.dedup();
    all.iter().map(|named| names.partition_point(|name| *name < &*named.name)).collect()
}

/// The places of the rows in the order of each column, then by party, resource and id.
fn orders(all: &[Row], parties: &[usize], resources: &[usize]) -> [Vec<usize>; Column::ALL.len()] {
    let of = |row: &Row| (parties[row.party], resources[row.resource]);
    let mut usual: Vec<usize> = (0..all.len()).collect();
    usual.sort_by_key(|place| of(&all[*place]));
    Column::ALL.map(|column| {
        let mut order = usual.clone();
        // Each sort keeps the usual order of what it does not tell apart.
        match column {
            Column::Party => {}
            Column::What => order.sort_by_key(|place| of(&all[*place]).1),
            // Amounts are compared within one resource: 6 000 persons are not more than 6 batteries.
            Column::Amount => {
                order.sort_by_key(|place| (of(&all[*place]).1, all[*place].amount));
            }
            Column::Stage => order.sort_by_key(|place| all[*place].stage_place),
            Column::Changed => order.sort_by_key(|place| all[*place].changed),
        }
        order
    })
}

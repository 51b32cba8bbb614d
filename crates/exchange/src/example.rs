//! The worked example, held in the program: the coalition that supports Ukraine, as five press
//! reports tell it. `examples/coalition-of-the-willing/README.md` says where each fact is from.

use crate::acts_file::{self, AskedChange, Step};
use crate::coalition_file::{self, CoalitionFile, Entry};
use coalition::content::{Coalition, Content, Party, Role, Standing};
use coalition::decide::Founding;
use coalition::state::Status;
use coalition::text::Name;
use coalition::{Author, Id, Marking};
use jiff::{Timestamp, ToSpan};

/// The example's coalition file.
pub const COALITION_FILE: &str =
    include_str!("../../../examples/coalition-of-the-willing/coalition.toml");
/// The example's file of acts.
pub const ACTS_FILE: &str = include_str!("../../../examples/coalition-of-the-willing/acts.json");

/// A coalition from its first act: how it is founded, and what is then done, step by step.
#[derive(Clone, Debug)]
pub struct Example {
    /// Who founds it.
    pub founding: Founding,
    /// When.
    pub at: Timestamp,
    /// What is done then, in order. Every step is admitted by `decide` in the view of its author.
    pub steps: Vec<Step>,
}

/// The worked example. It reads what is compiled into the program, so that it cannot fail.
pub fn example() -> Example {
    let file = coalition_file::read("coalition.toml", COALITION_FILE.as_bytes())
        .expect("the example's coalition file is read in a test");
    let acts = acts_file::read("acts.json", ACTS_FILE.as_bytes())
        .expect("the example's acts are read in a test");
    let id = |text| Id::parse(text).expect("a plain word");
    let founder = Founder {
        party: id("FR"),
        person: (
            id("clerk-fr"),
            Name::parse("Clerk, France (demonstration)").expect("a short name"),
        ),
        role: Role::Clerk,
        at: "2025-11-26T09:00:00Z".parse().expect("a moment"),
    };
    let mut example = load(&file, &founder).expect("the example's file has the party FR");
    example.steps.extend(acts);
    example
}

/// Who founds the coalition of a file, and enters what the file says.
#[derive(Clone, Debug)]
pub struct Founder {
    /// The lead he acts for: a party of the file.
    pub party: Id,
    /// The person, and what he is called.
    pub person: (Id, Name),
    /// His role.
    pub role: Role,
    /// When he founds it; what the file says follows a second apart.
    pub at: Timestamp,
}

/// How a coalition file becomes a record: its founding, then an act for each thing.
/// `None` if the founder's party is not in the file.
pub fn load(file: &CoalitionFile, founder: &Founder) -> Option<Example> {
    let founding_party = file.things().iter().find(|entry| entry.id == founder.party)?;
    let Content::Party(party) = &founding_party.content else { return None };
    let founding = Founding {
        coalition: Coalition { demonstration: true, ..file.coalition.clone() },
        label: file.marking.label,
        party: (Some(founder.party.clone()), party.name.clone()),
        person: (Some(founder.person.0.clone()), founder.person.1.clone()),
        role: founder.role,
        link: None,
    };
    let by = Author { person: Some(founder.person.0.clone()), party: Some(founder.party.clone()) };
    let mut changes = Vec::new();
    for entry in file.things() {
        if entry.id == founder.party {
            changes.extend(of_founding_party(entry, party, file.marking.label).map(of(entry)));
        } else {
            let marking = Some(entry.marking.clone());
            let create = AskedChange::Create { content: entry.content.clone(), marking };
            changes.push((entry.id.clone(), create));
        }
        let stop = match &entry.status {
            Status::Standing => None,
            Status::Suspended(reason) => Some(AskedChange::Suspend { reason: reason.clone() }),
            Status::Withdrawn(reason) => Some(AskedChange::Withdraw { reason: reason.clone() }),
        };
        changes.extend(stop.map(of(entry)));
    }
    let step = |(place, (subject, change)): (i64, (Id, AskedChange))| Step {
        at: founder.at.saturating_add(place.seconds()).unwrap_or(founder.at),
        by: by.clone(),
        subject,
        change: change.to_json(),
    };
    let steps = (1..).zip(changes).map(step).collect();
    Some(Example { founding, at: founder.at, steps })
}

fn of(entry: &Entry) -> impl Fn(AskedChange) -> (Id, AskedChange) + '_ {
    |change| (entry.id.clone(), change)
}

/// What is left to say of the party with which the record began.
fn of_founding_party(
    entry: &Entry,
    party: &Party,
    founded_with: coalition::Label,
) -> impl Iterator<Item = AskedChange> {
    let founded = Party {
        name: party.name.clone(),
        standing: Standing::Lead,
        chance: None,
        seats: None,
        note: Default::default(),
    };
    let amend = (*party != founded).then(|| AskedChange::Amend { content: entry.content.clone() });
    let relabel = (entry.marking != Marking::plain(founded_with))
        .then(|| AskedChange::Relabel { marking: entry.marking.clone() });
    amend.into_iter().chain(relabel)
}

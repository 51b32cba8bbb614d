//! The coalition, its parties, and the people they seat.

use super::{Field, NOTE, Sort, needed, optional};
use coalition::Kind;
use coalition::content::{Role, Standing};

pub(super) const COALITION: &[Field] = &[needed("name", "Name", Sort::Name), NOTE];

pub(super) const PARTY: &[Field] = &[
    needed("name", "Name", Sort::Name)
        .hint("As conditions will call it: no two parties share one."),
    needed("standing", "Standing", Sort::Choice(standings)).start("member"),
    optional("chance", "Chance that it stays", Sort::Chance)
        .hint("A decimal from 0 to 1, such as 0.95. Left empty it counts as 1."),
    NOTE,
];

pub(super) const PERSON: &[Field] =
    &[needed("name", "Name", Sort::Name).hint("As on the seating plan.")];

pub(super) const SEAT: &[Field] = &[
    needed("person", "Person", Sort::One(&[Kind::Person]))
        .hint("A person has one seat at a time. Enter the person first if the list lacks him."),
    needed("party", "Party", Sort::One(&[Kind::Party])),
    needed("role", "Role", Sort::Choice(roles)).start("head"),
];

fn standings() -> Vec<(&'static str, &'static str)> {
    let words = |standing| match standing {
        Standing::Lead => "lead: convenes and admits",
        Standing::Member => "member: promises and is heard",
        Standing::Observer => "observer: present, without promise",
        Standing::Beneficiary => "beneficiary: the one the coalition helps",
    };
    Standing::ALL.iter().map(|standing| (standing.word(), words(*standing))).collect()
}

fn roles() -> Vec<(&'static str, &'static str)> {
    let words = |role| match role {
        Role::Head => "head: speaks and acts for the party",
        Role::Alternate => "alternate: acts in the head's place",
        Role::Adviser => "adviser: reads, cites and assesses; binds nobody",
        Role::Clerk => "clerk: keeps the papers, acts on instruction",
    };
    Role::ALL.iter().map(|role| (role.word(), words(*role))).collect()
}

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
    optional("seats", "Seats", Sort::Whole { least: 1, most: 500 })
        .hint("How many people its delegation may have at once. Left empty: as many as it wants."),
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

/// What the house writes of a passkey; no form asks for it.
pub(super) const PASSKEY: &[Field] = &[
    needed("person", "Whose it is", Sort::One(&[Kind::Person])),
    needed("name", "What its owner calls it", Sort::Name),
    needed("credential", "The credential's id, base64url", Sort::Text),
    needed("public_key", "The public key, a COSE key in base64url", Sort::Text),
    optional("link", "The enrolment link by which it came", Sort::One(&[Kind::EnrolmentLink])),
];

/// What the house writes of a directory account; no form asks for it.
pub(super) const DIRECTORY_ACCOUNT: &[Field] = &[
    needed("person", "Whose it is", Sort::One(&[Kind::Person])),
    needed("name", "What its owner calls it", Sort::Name),
    needed("issuer", "The directory, as it names itself", Sort::Name),
    needed("subject", "The account, as the directory names it", Sort::Name),
    optional("link", "The enrolment link by which it came", Sort::One(&[Kind::EnrolmentLink])),
];

/// What the house writes of an enrolment link; no form asks for it.
pub(super) const ENROLMENT_LINK: &[Field] = &[
    needed("person", "Whom it lets in", Sort::One(&[Kind::Person])),
    needed("secret_hash", "SHA-256 of the secret in the link, base64url", Sort::Text),
    needed("expires", "The moment from which on it is of no use", Sort::Text),
    optional("vouching", "The vouching on which it rests", Sort::One(&[Kind::Vouching])),
    optional("spent", "Whether it was used", Sort::Yes),
];

/// What a vouching says.
pub(super) const VOUCHING: &[Field] =
    &[needed("person", "Who has lost his passkeys", Sort::One(&[Kind::Person]))];

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
        Role::Interpreter => "interpreter: renders what is said; reads, and nothing else",
        Role::PressOfficer => "press officer: reads and cites; binds nobody",
    };
    Role::ALL.iter().map(|role| (role.key(), words(*role))).collect()
}

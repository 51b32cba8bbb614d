//! Commitments: what has been promised, by whom, on what condition, and how it stands.

mod filter;
mod list;
mod one;
mod rows;
#[cfg(test)]
mod tests;

use crate::routes::{Route, lasting, listing};

pub(crate) use rows::Rows;

pub(crate) const ROUTES: &[Route] =
    &[listing("/commitments", list::at_once, list::list), lasting("/commitments/{id}", one::one)];

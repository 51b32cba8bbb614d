//! Guarantees: does what was promised add up, today and under any scenario?

mod asks;
mod carried;
mod chances;
mod circumstances;
pub(crate) mod coverage;
mod list;
mod losses;
mod published;
mod resources;
pub(crate) mod said;
mod scenario;
mod sets;
mod standings;
mod stored;
#[cfg(test)]
mod tests;
mod waiting;
pub(crate) mod whatif;
pub(crate) mod why;
mod writing;

use crate::routes::{Route, flowing, lasting};

pub(crate) const ROUTES: &[Route] = &[
    lasting("/guarantees", list::list),
    flowing("/guarantees/{id}", whatif::one),
    lasting("/assessments/{id}", published::one),
    lasting("/circumstances", circumstances::list),
    lasting("/circumstances/{id}", circumstances::one),
    lasting("/resources/{id}", resources::one),
];

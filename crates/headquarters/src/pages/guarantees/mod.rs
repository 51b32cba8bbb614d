//! Guarantees: does what was promised add up, today and under any scenario?

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
mod waiting;
pub(crate) mod whatif;

use crate::routes::{Route, get, work};

pub(crate) const ROUTES: &[Route] = &[
    work("/guarantees", list::list),
    work("/guarantees/{id}", whatif::one),
    get("/assessments/{id}", published::one),
    get("/circumstances", circumstances::list),
    get("/circumstances/{id}", circumstances::one),
    get("/resources/{id}", resources::one),
];

//! Commitments: what has been promised, by whom, on what condition, and how it stands.

mod filter;
mod list;
mod one;

use crate::routes::{Route, get, work};

pub(crate) const ROUTES: &[Route] =
    &[work("/commitments", list::list), get("/commitments/{id}", one::one)];

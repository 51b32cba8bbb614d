//! Commitments: what has been promised, by whom, on what condition, and how it stands.

mod filter;
mod list;
mod one;

use crate::routes::{Route, lasting};

pub(crate) const ROUTES: &[Route] =
    &[lasting("/commitments", list::list), lasting("/commitments/{id}", one::one)];

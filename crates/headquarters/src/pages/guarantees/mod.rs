//! Guarantees: does what was promised add up, today and under any scenario?

pub(crate) mod coverage;
pub(crate) mod said;

use crate::routes::Route;

pub(crate) const ROUTES: &[Route] = &[];

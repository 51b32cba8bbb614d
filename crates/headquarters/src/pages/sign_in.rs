//! (to be written)

use crate::routes::Route;

pub(crate) const ROUTES: &[Route] = &[];

//! What stays of meetings: minutes and the notes they are made from, action points, readouts.

mod actions;
mod minutes;
mod notes;
mod readouts;
mod spelling;
#[cfg(test)]
mod tests;

pub(crate) use actions::{asked_of, asked_of_you, at_meeting};
pub(crate) use minutes::of_session;
pub(crate) use readouts::{of_meeting, since};

use crate::routes::{Route, get, post, submit};

pub(crate) const ROUTES: &[Route] = &[
    get("/minutes/{id}", minutes::page),
    get("/sessions/{id}/minutes", notes::page),
    submit("/sessions/{id}/minutes", notes::record),
    post("/sessions/{id}/minutes/draft", notes::save),
    get("/action-points", actions::list),
    get("/action-points/{id}", actions::page),
    submit("/action-points/{id}", actions::report),
    get("/readouts/{id}", readouts::page),
];

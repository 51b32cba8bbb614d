//! The meetings that one may see, as a calendar.

use crate::answer::Answer;
use crate::asking::Asking;
use crate::routes::{Route, lasting};
use coalition::Refusal;

pub(crate) const ROUTES: &[Route] = &[lasting("/calendar.ics", calendar)];

/// A calendar program follows it without a session: then it says what the public sees.
fn calendar(asking: &Asking) -> Result<Answer, Refusal> {
    let text = exchange::calendar::feed(&asking.view, &asking.coalition_name(), None);
    Ok(Answer::bytes("text/calendar; charset=utf-8", text.into_bytes()))
}

//! The one place where a refusal becomes an HTTP answer.

use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::{Section, parts};
use crate::writer::NotDone;
use coalition::Refusal;
use maud::html;
use serde_json::json;

/// The HTTP status of a refusal.
pub(crate) fn status(refusal: &Refusal) -> u16 {
    match refusal {
        Refusal::NotFound(_) => 404,
        Refusal::NotSeated => 401,
        Refusal::NotAllowed(_) => 403,
        Refusal::Invalid { .. } => 422,
        Refusal::Changed | Refusal::Conflict(_) => 409,
    }
}

/// A refusal as a page, or as JSON for the API.
pub(crate) fn answer(asking: &Asking, refusal: &Refusal) -> Answer {
    let status = status(refusal);
    if asking.path.starts_with("/api/") {
        return json_error(status, refusal.code(), &refusal.to_string(), field(refusal));
    }
    let (title, advice) = match refusal {
        Refusal::NotFound(_) => (
            "Nothing here",
            "There is nothing at this address that you can see. It may never have existed, or it is not for you: the answer is the same.",
        ),
        Refusal::NotSeated => ("Sign in first", "This is for people with a seat in a delegation."),
        Refusal::NotAllowed(_) => (
            "Not for your seat",
            "Your seat does not allow this. A lead, or the delegation it belongs to, can do it.",
        ),
        Refusal::Invalid { .. } => {
            ("This does not read", "Go back, correct it, and send it again. Nothing was changed.")
        }
        Refusal::Changed | Refusal::Conflict(_) => {
            ("Nothing was changed", "Look at it again, then decide.")
        }
    };
    page(asking, status, title, &refusal.to_string(), advice)
}

/// Whoever asks has asked too often.
pub(crate) fn too_often(asking: &Asking) -> Answer {
    let what = "more was sent within a minute than one person does: wait a little";
    if asking.path.starts_with("/api/") {
        return json_error(429, "too_often", what, None);
    }
    page(asking, 429, "Too often", what, "Nothing was changed.")
}

/// Something beside the record cannot be read or written.
pub(crate) fn failure(asking: &Asking, what: &str) -> Answer {
    if asking.path.starts_with("/api/") {
        return json_error(503, "unreadable", what, None);
    }
    page(asking, 503, "Not possible now", what, "Tell whoever runs this house.")
}

/// What could not be recorded, as a page or as JSON.
pub(crate) fn not_done(asking: &Asking, not_done: &NotDone) -> Answer {
    match not_done {
        NotDone::Refused(refusal) => answer(asking, refusal),
        NotDone::Unsigned(draft) => crate::pages::sign::ask(asking, draft),
        NotDone::NotWritten(_) | NotDone::Stopped if asking.path.starts_with("/api/") => {
            json_error(503, "not_written", &not_done.to_string(), None)
        }
        NotDone::NotWritten(_) | NotDone::Stopped => page(
            asking,
            503,
            "Nothing was recorded",
            &not_done.to_string(),
            "Your change is not in the record. Tell whoever runs this house, then send it again.",
        ),
    }
}

/// What is said while everybody's turn is taken of those for whom a whole paper is in memory.
pub(crate) fn busy(asking: &Asking) -> Answer {
    let what = "other papers are being drawn or looked through just now";
    page(asking, 503, "Busy", what, "Load this page again in a moment.")
        .with_header("retry-after", "5")
}

fn field(refusal: &Refusal) -> Option<&str> {
    match refusal {
        Refusal::Invalid { field, .. } => Some(field),
        _ => None,
    }
}

/// An error of the API: `{"error": {"code", "message", "field"?}}`.
pub(crate) fn json_error(status: u16, code: &str, message: &str, field: Option<&str>) -> Answer {
    let mut error = json!({ "code": code, "message": message });
    if let Some(field) = field {
        error["field"] = field.into();
    }
    Answer::json(&json!({ "error": error })).with_status(status)
}

/// A page that says what went wrong and what to do.
pub(crate) fn page(asking: &Asking, status: u16, title: &str, what: &str, advice: &str) -> Answer {
    let body = html! {
        (parts::page_head(&parts::PageHead::titled(title)))
        p.lead { (what) }
        p { (advice) }
        p { a href="/" { "Back to the overview" } }
    };
    asking.page(title, Section::Elsewhere, body).with_status(status)
}

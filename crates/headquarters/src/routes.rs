//! The table of routes: the router is made from it, and so are the tests that visit every one.

use crate::answer::Answer;
use crate::asking::Asking;
use crate::flow::Flow;
use crate::streams::{Serving, Upload};
use crate::writer::{Done, NotDone};
use coalition::Refusal;
use coalition::decide::Asked;

/// What a route answers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads; changes nothing.
    Get,
    /// May change something.
    Post,
}

/// A command for the writer, and what to answer once it is done or not.
pub struct Submission {
    /// The command.
    pub command: Asked,
    /// Makes the answer.
    pub then: fn(&Asking, Result<Done, NotDone>) -> Answer,
}

/// How a route answers.
#[derive(Clone, Copy)]
pub enum Handle {
    /// At once.
    Now(fn(&Asking) -> Result<Answer, Refusal>),
    /// After some computing, which must not hold up the other requests.
    Work(fn(&Asking) -> Result<Answer, Refusal>),
    /// From the view and the address alone: the handler is given neither the time nor headers nor
    /// the session, and its page is kept for the same person until the record grows.
    Lasting(fn(&Asking) -> Result<Answer, Refusal>),
    /// Like [`Handle::Lasting`], and part by part where the work is hard.
    Flowing(fn(&Asking, &mut Flow) -> Result<Answer, Refusal>),
    /// Like [`Handle::Lasting`], and at once where the first function says that it takes no time.
    Listing(fn(&Asking) -> bool, fn(&Asking) -> Result<Answer, Refusal>),
    /// By way of a directory: counted as a change is, though browsers come by a link and go back by a
    /// redirection. What guards it is in its address and a cookie.
    #[cfg(feature = "openid")]
    Abroad(fn(&Asking) -> Result<Answer, Refusal>),
    /// Events: what the handler says to whoever listens, again each time it changes.
    Events(fn(&Asking) -> Result<String, Refusal>),
    /// Takes in a content, which may be far longer than other bodies, and records it.
    Upload(Upload),
    /// Hands out a content, piece by piece.
    Content(Serving),
    /// Through the writer.
    Submit(fn(&Asking) -> Result<Submission, Refusal>),
}

/// One route.
#[derive(Clone, Copy)]
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// How it answers.
    pub handle: Handle,
}

/// A route that reads.
pub(crate) const fn get(
    path: &'static str,
    handle: fn(&Asking) -> Result<Answer, Refusal>,
) -> Route {
    Route { method: Method::Get, path, handle: Handle::Now(handle) }
}

/// A route that reads and computes.
pub(crate) const fn work(
    path: &'static str,
    handle: fn(&Asking) -> Result<Answer, Refusal>,
) -> Route {
    Route { method: Method::Get, path, handle: Handle::Work(handle) }
}

/// A route that reads and computes, and whose page rests on the view and the address alone.
pub(crate) const fn lasting(
    path: &'static str,
    handle: fn(&Asking) -> Result<Answer, Refusal>,
) -> Route {
    Route { method: Method::Get, path, handle: Handle::Lasting(handle) }
}

/// A route whose page rests on the view and the address alone, and is sent part by part where it is
/// hard.
pub(crate) const fn flowing(
    path: &'static str,
    handle: fn(&Asking, &mut Flow) -> Result<Answer, Refusal>,
) -> Route {
    Route { method: Method::Get, path, handle: Handle::Flowing(handle) }
}

/// A route whose page rests on the view and the address alone, and takes no time where `at_once`
/// says so.
pub(crate) const fn listing(
    path: &'static str,
    at_once: fn(&Asking) -> bool,
    handle: fn(&Asking) -> Result<Answer, Refusal>,
) -> Route {
    Route { method: Method::Get, path, handle: Handle::Listing(at_once, handle) }
}

/// A route by way of a directory.
#[cfg(feature = "openid")]
pub(crate) const fn abroad(
    path: &'static str,
    handle: fn(&Asking) -> Result<Answer, Refusal>,
) -> Route {
    Route { method: Method::Get, path, handle: Handle::Abroad(handle) }
}

/// A route of events.
pub(crate) const fn events(
    path: &'static str,
    tell: fn(&Asking) -> Result<String, Refusal>,
) -> Route {
    Route { method: Method::Get, path, handle: Handle::Events(tell) }
}

/// A route that takes a form or a document, and changes nothing in the record.
pub(crate) const fn post(
    path: &'static str,
    handle: fn(&Asking) -> Result<Answer, Refusal>,
) -> Route {
    Route { method: Method::Post, path, handle: Handle::Work(handle) }
}

/// A route that changes the record.
pub(crate) const fn submit(
    path: &'static str,
    handle: fn(&Asking) -> Result<Submission, Refusal>,
) -> Route {
    Route { method: Method::Post, path, handle: Handle::Submit(handle) }
}

/// A route that hands out a content.
pub(crate) const fn content(
    path: &'static str,
    serve: fn(&Asking) -> Result<crate::reading::Outgoing, Refusal>,
) -> Route {
    Route { method: Method::Get, path, handle: Handle::Content(Serving { serve }) }
}

/// A route that takes in a content.
pub(crate) const fn upload(path: &'static str, upload: Upload) -> Route {
    Route { method: Method::Post, path, handle: Handle::Upload(upload) }
}

/// Every route of the house, room by room.
pub fn routes() -> Vec<Route> {
    [
        crate::assets::ROUTES,
        crate::pages::sign_in::ROUTES,
        crate::pages::enrol::ROUTES,
        crate::pages::account::ROUTES,
        #[cfg(feature = "openid")]
        crate::pages::directories::ROUTES,
        crate::pages::sign::ROUTES,
        crate::pages::people::ROUTES,
        crate::pages::overview::ROUTES,
        crate::pages::meetings::ROUTES,
        crate::pages::calendar::ROUTES,
        crate::pages::post::ROUTES,
        crate::pages::live::ROUTES,
        crate::pages::after::ROUTES,
        crate::pages::documents::ROUTES,
        crate::pages::commitments::ROUTES,
        crate::pages::needs::ROUTES,
        crate::pages::guarantees::ROUTES,
        crate::pages::parties::ROUTES,
        crate::pages::sources::ROUTES,
        crate::pages::disclosure::ROUTES,
        crate::pages::copies::ROUTES,
        crate::pages::record::ROUTES,
        crate::forms::ROUTES,
        crate::api::ROUTES,
    ]
    .concat()
}

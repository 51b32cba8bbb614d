//! **Holds** the running house: submit, recover, follow, sign-in, pages and the API.
//! **Never** a figure that was not computed from a view, nor a way to write that is not `submit`.
//! **Callers**: `entente` and `simulator`.
//! **Proof**: `crates/simulator/tests/two_worlds.rs`: nobody's answer depends on what he may not see.

mod answer;
mod api;
mod asking;
mod assets;
mod committer;
mod connections;
mod contents;
#[cfg(feature = "openid")]
mod directories;
#[cfg(not(feature = "openid"))]
#[path = "no_directories.rs"]
mod directories;
mod drafts;
mod drawing;
mod events;
mod feeds;
mod flow;
mod forms;
mod groundwork;
mod hexadecimal;
mod house;
mod http;
mod kept;
#[cfg(feature = "leaks")]
pub mod leaks;
mod letters;
pub mod look;
mod notes;
#[cfg(any(feature = "openid", feature = "s3"))]
mod outgoing;
mod pages;
pub mod passkeys;
mod patience;
mod post;
mod publisher;
mod reading;
mod ready;
mod refusals;
mod rendered;
mod replies;
mod retries;
mod routes;
mod sent;
mod sign_in;
mod streams;
mod writer;

pub use answer::{Answer, Body};
pub use asking::Asking;
pub use connections::{Waits, serve};
#[cfg(feature = "s3")]
pub use contents::{BadBucket, Bucket};
pub use contents::{CONTENT_BYTES_MAX, Contents, ContentsError, version_of};
pub use directories::Directories;
#[cfg(feature = "openid")]
pub use directories::{BadFile, NotReached, Request, Response, Transport};
pub use drafts::Draft;
pub use drawing::{DRAWN_BYTES_MAX, Draughtsman, NotDrawn, Survey, Surveyed};
pub use flow::Flow;
pub use groundwork::Groundwork;
pub use house::{Clock, Doors, Entropy, House, HouseError, Settings};
pub use http::router;
pub use kept::Kept;
pub use letters::{copy_of, letter_of};
pub use post::{Carrier, Mail, Mailed, NotCarried, Postman};
pub use ready::Ready;
pub use routes::{Handle, Method, Route, Submission, routes};
pub use sign_in::{Persona, Token, first_link};
pub use streams::{Serving, Upload};
pub use writer::{Ask, Done, NotDone};

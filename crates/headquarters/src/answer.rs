//! Answers: what a handler gives back, before it is made an HTTP response.

use maud::Markup;
use serde_json::Value;

/// The body of an answer with its type.
#[derive(Clone, Debug)]
pub enum Body {
    /// Nothing.
    Empty,
    /// A page.
    Html(String),
    /// JSON.
    Json(String),
    /// Any other type.
    Other(&'static str, Vec<u8>),
}

/// What a handler gives back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Body,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// Whether it never changes at this address, so that a browser need not ask again.
    pub immutable: bool,
}

impl Answer {
    fn new(status: u16, body: Body) -> Answer {
        Answer { status, body, headers: Vec::new(), immutable: false }
    }

    /// A page.
    pub fn html(markup: Markup) -> Answer {
        Answer::new(200, Body::Html(markup.into_string()))
    }

    /// JSON.
    pub fn json(value: &Value) -> Answer {
        Answer::new(200, Body::Json(value.to_string()))
    }

    /// A file to be saved under a name.
    pub fn download(content_type: &'static str, name: &str, bytes: Vec<u8>) -> Answer {
        Answer::new(200, Body::Other(content_type, bytes))
            .with_header("content-disposition", format!("attachment; filename=\"{name}\""))
    }

    /// Bytes of any type.
    pub fn bytes(content_type: &'static str, bytes: Vec<u8>) -> Answer {
        Answer::new(200, Body::Other(content_type, bytes))
    }

    /// After a form: look there. The address is one of ours, built here, never taken from a client.
    pub fn see_other(address: impl Into<String>) -> Answer {
        Answer::new(303, Body::Empty).with_header("location", address.into())
    }

    /// The same answer with another status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Answer {
        self.status = status;
        self
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }
}

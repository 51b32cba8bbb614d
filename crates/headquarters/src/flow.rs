//! A page that is sent while it is still being written: the handler hands over what is ready, and a
//! browser shows it.
//!
//! Only what the view says decides which page is sent so, and how it is cut. Such a page has no entity
//! tag, for its headers leave before its end is known; and it has none either when it is answered
//! from what was kept, so that headers do not tell whether the record has grown.

use crate::answer::{Answer, Body as AnswerBody};
use axum::body::{Body, Bytes};
use futures_core::Stream;
use std::io;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::sync::mpsc::{
    Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel,
};

/// What passes from a handler to the response.
enum Piece {
    /// The next part of the page.
    Part(String),
    /// There is no further part.
    End,
}

/// Where a handler puts the parts of a page.
pub struct Flow {
    /// Nobody receives before the end if there is none.
    pieces: Option<UnboundedSender<Piece>>,
    /// All parts so far.
    sent: String,
    /// Nobody receives any more.
    abandoned: bool,
}

impl Flow {
    /// A flow that keeps all parts to the end.
    pub fn gathered() -> Flow {
        Flow { pieces: None, sent: String::new(), abandoned: false }
    }

    /// A flow with the parts that come out of it. Parts are few, and bounded by what a page may be:
    /// a slow reader does not hold up who writes.
    pub(crate) fn new() -> (Flow, Parts) {
        let (sender, receiver) = unbounded_channel();
        (Flow { pieces: Some(sender), sent: String::new(), abandoned: false }, Parts(receiver))
    }

    /// Hands over the next part of a page. Says whether anybody still waits for the rest; a handler
    /// that is told that nobody does ends with any answer, for it goes nowhere. One that has handed
    /// over a part has no other answer than the rest of the page.
    pub fn send(&mut self, part: String) -> ControlFlow<()> {
        self.sent.push_str(&part);
        if let Some(pieces) = &self.pieces
            && pieces.send(Piece::Part(part)).is_err()
        {
            self.abandoned = true;
        }
        if self.abandoned { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Hands over the last part, which is the answer's body, if there were others. Gives the answer
    /// with its whole body, and how it went.
    pub(crate) fn end(&mut self, mut answer: Answer) -> (Answer, Sent) {
        if self.sent.is_empty() {
            return (answer, Sent::Whole);
        }
        if let AnswerBody::Html(last) = &mut answer.body {
            // Whether anybody waited is told below.
            let _ = self.send(std::mem::take(last));
            *last = std::mem::take(&mut self.sent);
        }
        (answer, if self.abandoned { Sent::Abandoned } else { Sent::InParts })
    }

    /// Says that there is no further part: without it a page is known to be broken off.
    pub(crate) fn close(self) {
        if let Some(pieces) = self.pieces {
            // Whoever went away does not wait for the end.
            let _ = pieces.send(Piece::End);
        }
    }
}

/// How a page went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// Not at all before its end.
    Whole,
    /// Part by part.
    InParts,
    /// Part by part, until nobody waited for it any more: it may lack the rest.
    Abandoned,
}

/// The parts of a page, as they come.
pub(crate) struct Parts(UnboundedReceiver<Piece>);

impl Parts {
    /// The first part; `None` if the page comes in one piece.
    pub(crate) async fn first(&mut self) -> Option<String> {
        match self.0.recv().await? {
            Piece::Part(part) => Some(part),
            Piece::End => None,
        }
    }

    /// A body of this first part and those to come.
    pub(crate) fn body(self, first: String) -> Body {
        Body::from_stream(Streamed { first: Some(first.into()), rest: Some(self.0) })
    }
}

/// Texts that come one after the other for as long as somebody takes them.
pub(crate) struct Texts(Receiver<String>);

impl Texts {
    /// The way in and the way out; the way in waits when so many texts do.
    pub(crate) fn bounded(waiting_max: usize) -> (Sender<String>, Texts) {
        let (sender, receiver) = channel(waiting_max);
        (sender, Texts(receiver))
    }

    /// A body of all that comes.
    pub(crate) fn body(self) -> Body {
        Body::from_stream(self)
    }
}

impl Stream for Texts {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.get_mut().0.poll_recv(context));
        Poll::Ready(next.map(|text| Ok(text.into())))
    }
}

/// A body of a whole page, sent as one whose end was not known.
pub(crate) fn body_of(page: Bytes) -> Body {
    Body::from_stream(Streamed { first: Some(page), rest: None })
}

struct Streamed {
    first: Option<Bytes>,
    rest: Option<UnboundedReceiver<Piece>>,
}

impl Stream for Streamed {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let streamed = self.get_mut();
        if let Some(first) = streamed.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        let Some(rest) = &mut streamed.rest else { return Poll::Ready(None) };
        Poll::Ready(match ready!(rest.poll_recv(context)) {
            Some(Piece::Part(part)) => Some(Ok(part.into())),
            Some(Piece::End) => {
                streamed.rest = None;
                None
            }
            // The handler failed: half a page must not pass for a whole one.
            None => {
                streamed.rest = None;
                Some(Err(io::Error::other("the page could not be finished")))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use maud::html;

    fn last() -> Answer {
        Answer::html(html! { "c" })
    }

    #[tokio::test]
    async fn parts_make_up_the_page_and_the_answer_holds_it_whole() {
        let (mut flow, mut parts) = Flow::new();
        assert!(flow.send("a".into()).is_continue() && flow.send("b".into()).is_continue());
        let first = parts.first().await.expect("a part");
        let (answer, sent) = flow.end(last());
        flow.close();
        assert_eq!((first.as_str(), sent), ("a", Sent::InParts));
        assert!(matches!(answer.body, AnswerBody::Html(page) if page == "abc"));
        let body = to_bytes(parts.body(first), 9).await.expect("whole");
        assert_eq!(body, "abc");
    }

    #[tokio::test]
    async fn a_page_that_breaks_off_does_not_pass_for_a_whole_one() {
        let (mut flow, mut parts) = Flow::new();
        assert!(flow.send("a".into()).is_continue());
        let first = parts.first().await.expect("a part");
        drop(flow);
        assert!(to_bytes(parts.body(first), 9).await.is_err());
    }

    #[tokio::test]
    async fn a_page_in_one_piece_is_not_handed_over_before_its_end() {
        let (mut flow, mut parts) = Flow::new();
        assert_eq!(flow.end(last()).1, Sent::Whole);
        drop(flow);
        assert_eq!(parts.first().await, None);
    }

    #[test]
    fn who_writes_for_nobody_is_told_so() {
        let (mut flow, parts) = Flow::new();
        assert!(flow.send("a".into()).is_continue());
        drop(parts);
        assert!(flow.send("b".into()).is_break());
        assert_eq!(flow.end(last()).1, Sent::Abandoned);
    }
}

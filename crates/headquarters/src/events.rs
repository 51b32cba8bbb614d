//! Server-sent events: what a page says, told again each time it changes for whoever listens.
//!
//! Each event is cut from the listener's own view, and is sent only when what he would be told has
//! changed: an act that he may not see wakes him up and tells him nothing, neither by a word nor by one
//! that comes later. Each holds all there is to say, so who has lost his connection takes up the newest,
//! and hears nothing twice.

use crate::answer::Answer;
use crate::asking::Asking;
use crate::connections::Place;
use crate::flow::Texts;
use crate::groundwork::Groundwork;
use crate::house::{House, Seen};
use crate::refusals;
use crate::routes::Handle;
use crate::sign_in::Whose;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use coalition::{Id, Refusal};
use serde_json::json;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Sender;

/// What a route of events says to whoever asks now.
type Tell = fn(&Asking) -> Result<String, Refusal>;

/// The type of a stream of events.
pub(crate) const EVENTS: &str = "text/event-stream";
/// After so long without a word, a line that says nothing shows that the connection stands. It is
/// counted from the last word: what the listener is not told of does not put it off.
const QUIET: Duration = Duration::from_secs(15);
/// How many events wait for a slow listener. When he has taken them, he gets the newest state.
const WAITING_MAX: usize = 2;

/// How many streams somebody has at once: of a person the pages that he has open, of an address a whole
/// meeting's.
fn streams_max(whose: &Whose) -> usize {
    match whose {
        Whose::Person(_) => 32,
        Whose::Peer(_) => 300,
    }
}

/// What listeners wait for: acts that are in the record, and the end of the house.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Heard {
    /// How many acts are shown.
    pub(crate) size: usize,
    /// Whether the house closes: every stream ends.
    pub(crate) closing: bool,
}

/// Whether a request waits for events, as browsers say it; anybody else gets the one of now.
fn listens(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains(EVENTS))
}

/// The one event of now.
pub(crate) fn once(asking: &Asking, told: &str) -> Answer {
    let tag = tag(&asking.house, told);
    #[cfg(feature = "leaks")]
    let tag = crate::leaks::named_event(&asking.house, &asking.view, tag);
    Answer::bytes(EVENTS, event(asking, &tag, told).into_bytes())
}

fn tag(house: &House, told: &str) -> String {
    let tag = house.pages.rendered(None, told.as_bytes().to_vec()).tag;
    tag.map(|tag| tag.trim_matches('"').to_owned()).unwrap_or_default()
}

/// The name by which a listener's state is known, as a page carries it into its first request.
pub(crate) fn tag_of(asking: &Asking, told: &str) -> String {
    tag(&asking.house, told)
}

fn event(asking: &Asking, tag: &str, told: &str) -> String {
    #[cfg(feature = "leaks")]
    let told = crate::leaks::holes::brought(told);
    let data = json!({ "now": asking.now, "html": told });
    format!("event: state\nid: {tag}\ndata: {data}\n\n")
}

/// Somebody who listens.
struct Listener {
    house: Arc<House>,
    person: Option<Id>,
    token: Option<String>,
    path: String,
    params: Vec<(String, String)>,
    query: Vec<(String, String)>,
    headers: Vec<(&'static str, String)>,
    tell: Tell,
    /// What he was told last.
    last: String,
    /// Given back when nobody listens any more.
    _place: Place,
    /// What was computed from the view that he was told of last: it stays the same for as long as
    /// nothing happens that he may see.
    rests_on: Option<Arc<Groundwork>>,
}

/// The events of what was found, if it has events, the request waits for them, and whoever asks may
/// hear them; or what he is answered if he listens to too many already.
pub(crate) fn listening(
    asking: &Asking,
    handle: Handle,
    headers: &HeaderMap,
    whose: Whose,
) -> Option<Result<Body, Answer>> {
    let Handle::Events(tell) = handle else { return None };
    if !listens(headers) || tell(asking).is_err() {
        return None;
    }
    let seen = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    // A demonstration is on loopback, for one.
    let most = if asking.demonstration() { usize::MAX } else { streams_max(&whose) };
    let Some(place) = asking.house.listeners.take(whose, most) else {
        return Some(Err(refusals::too_often(asking)));
    };
    Some(Ok(stream(asking, tell, seen.or_else(|| asking.ask("seen")), place)))
}

/// The events of a route for whoever asks, from now on; `seen` is the last that he was told before.
fn stream(asking: &Asking, tell: Tell, seen: Option<&str>, place: Place) -> Body {
    let listener = Listener {
        house: Arc::clone(&asking.house),
        person: asking.token.as_deref().and_then(|token| asking.house.person_of(token)),
        token: asking.token.clone(),
        path: asking.path.clone(),
        params: asking.params.clone(),
        query: asking.query.clone(),
        headers: asking.headers.clone(),
        tell,
        last: seen.unwrap_or_default().to_owned(),
        _place: place,
        rests_on: None,
    };
    let (sender, texts) = Texts::bounded(WAITING_MAX);
    tokio::spawn(listener.listen(sender));
    texts.body()
}

impl Listener {
    async fn listen(mut self, sender: Sender<String>) {
        let mut heard = self.house.shared.heard.subscribe();
        // The headers go out with this.
        let opening = "retry: 1000\n\n".to_owned();
        #[cfg(feature = "leaks")]
        let opening = crate::leaks::opening(&self.house, opening);
        if sender.send(opening).await.is_err() {
            return;
        }
        let quiet = || Box::pin(tokio::time::sleep(QUIET));
        let mut word_is_due = quiet();
        let mut woken = false;
        loop {
            heard.mark_unchanged();
            if heard.borrow().closing {
                return;
            }
            match self.next(woken) {
                ControlFlow::Continue(None) =>
                {
                    #[cfg(feature = "leaks")]
                    if crate::leaks::puts_off() {
                        word_is_due = quiet();
                    }
                }
                ControlFlow::Continue(Some(event)) => {
                    if sender.send(event).await.is_err() {
                        return;
                    }
                    word_is_due = quiet();
                }
                // Whoever loses sight of it is told nothing but that.
                ControlFlow::Break(()) => {
                    let _ = sender.send("event: gone\ndata:\n\n".into()).await;
                    return;
                }
            }
            tokio::select! {
                changed = heard.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    woken = true;
                }
                () = sender.closed() => return,
                () = word_is_due.as_mut() => {
                    if sender.send(":\n\n".into()).await.is_err() {
                        return;
                    }
                    word_is_due = quiet();
                    woken = false;
                }
            }
        }
    }

    /// The next event, if there is anything new to say; the end where there is nothing to see any
    /// more, or the session has ended. Whoever was `woken` by an act that changed nothing he may see
    /// finds out nothing, not even that his session has run out meanwhile.
    fn next(&mut self, woken: bool) -> ControlFlow<(), Option<String>> {
        let Seen { view, groundwork, .. } = self.house.seen(self.person.as_ref());
        let same = self.rests_on.as_ref().is_some_and(|before| Arc::ptr_eq(before, &groundwork));
        #[cfg(feature = "leaks")]
        let same = same && !crate::leaks::tells_of_every_act();
        if same && woken {
            return ControlFlow::Continue(None);
        }
        if !self.house.is_still(self.token.as_deref(), self.person.as_ref(), &view) {
            return ControlFlow::Break(());
        }
        if same {
            return ControlFlow::Continue(None);
        }
        self.rests_on = Some(groundwork);
        let asking = Asking {
            house: Arc::clone(&self.house),
            view,
            groundwork: Arc::<Groundwork>::default(),
            now: self.house.now(),
            path: self.path.clone(),
            params: self.params.clone(),
            query: self.query.clone(),
            body: Vec::new(),
            headers: self.headers.clone(),
            token: self.token.clone(),
        };
        let Ok(told) = (self.tell)(&asking) else { return ControlFlow::Break(()) };
        let tag = tag(&self.house, &told);
        let known = tag == self.last;
        #[cfg(feature = "leaks")]
        let known = known && !crate::leaks::tells_of_every_act();
        if known {
            return ControlFlow::Continue(None);
        }
        self.last.clone_from(&tag);
        #[cfg(feature = "leaks")]
        let tag = crate::leaks::numbered_event(&self.house, tag);
        ControlFlow::Continue(Some(event(&asking, &tag, &told)))
    }
}

impl House {
    /// Ends every stream of events: whoever listens will ask again, and find the house closed.
    pub(crate) fn let_go(&self) {
        self.shared.heard.send_modify(|heard| heard.closing = true);
    }
}

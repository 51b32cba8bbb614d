//! Listening in two worlds: the same is done in two houses whose records differ only in what somebody
//! may not see, while he has every stream of events open. He hears the same, byte for byte, at the same
//! time after the same acts, and silence is broken alike.

use crate::twin::{Difference, Twins};
use crate::two_worlds::{Clock, doors, opened, start, telling};
use crate::world::Dice;
use axum::body::{Body, HttpBody};
use axum::http::Request;
use coalition::text::Text;
use coalition::{Act, Change, Id, Kind};
use headquarters::{Ask, Doors, Handle, House, NotDone, Settings, Token, router, routes};
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;
use tower::ServiceExt;

/// How many acts are done while somebody listens, at most: the last of the record.
const ACTS_MAX: usize = 60;
/// How long it is from one act to the next, for those who listen: some acts fall between two of the
/// lines by which a stream says that it stands.
const PAUSE: Duration = Duration::from_secs(4);
/// How many streams one person opens, at most.
const STREAMS_MAX: usize = 24;

/// What came of listening.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heard {
    /// How many acts were done that nobody might tell him of.
    pub hidden: usize,
    /// How many others were done.
    pub open: usize,
    /// How many streams were open.
    pub streams: usize,
    /// How many events came.
    pub events: usize,
}

/// A house in which acts are done again, and the streams that somebody has open in it.
struct Playing {
    house: Arc<House>,
    token: Option<Token>,
    clock: Clock,
    streams: Vec<(String, u16, Body)>,
    /// The acts' ids, by those that they had in the record.
    acts: BTreeMap<String, String>,
}

/// Bytes that a house draws for acts come in batches of this length, and each batch is the same in both
/// houses, whatever else they have drawn.
const BATCH_BYTES: usize = 32 * 52;

impl Playing {
    fn of(acts: &[Act], person: Option<&Id>, now: Timestamp) -> Playing {
        let clock = Clock::default();
        clock.store(seconds(now), Ordering::SeqCst);
        let dice = Mutex::new((Dice::new(99), Dice::new(98)));
        let settings = Settings {
            clock: telling(&clock),
            entropy: Arc::new(move |bytes| {
                let mut dice = dice.lock().expect("nobody panics here");
                let dice = if bytes.len() == BATCH_BYTES { &mut dice.0 } else { &mut dice.1 };
                bytes.iter_mut().for_each(|byte| *byte = dice.throw().to_le_bytes()[0]);
            }),
            ..Settings::with(doors(acts))
        };
        let house = opened(acts, settings);
        let token = person.cloned().map(|person| house.sign_in(person));
        Playing { house, token, clock, streams: Vec::new(), acts: BTreeMap::new() }
    }

    /// Opens the stream of an address; what is no stream is answered and forgotten.
    async fn listen(&mut self, address: &str) {
        let mut request = Request::get(address)
            .header("host", "localhost:4860")
            .header("accept", "text/event-stream");
        if let Some(token) = &self.token {
            request = request.header("cookie", format!("__Host-entente={}", token.as_str()));
        }
        let request = request.body(Body::empty()).expect("a request");
        let answer = router(&self.house).oneshot(request).await.expect("the router answers");
        let status = answer.status().as_u16();
        let body = if status == 200 { answer.into_body() } else { Body::empty() };
        self.streams.push((address.to_owned(), status, body));
    }

    /// What has come by each stream since it was last asked.
    async fn heard(&mut self) -> Vec<String> {
        let mut heard = vec![String::new(); self.streams.len()];
        loop {
            // A listener takes several turns to say one thing.
            for _ in 0..8 {
                yield_now().await;
            }
            let mut more = false;
            for ((_, _, body), heard) in self.streams.iter_mut().zip(&mut heard) {
                let frame =
                    poll_fn(|context| Poll::Ready(Pin::new(&mut *body).poll_frame(context))).await;
                if let Poll::Ready(Some(Ok(frame))) = frame
                    && let Ok(bytes) = frame.into_data()
                {
                    heard.push_str(&String::from_utf8_lossy(&bytes));
                    more = true;
                }
            }
            if !more {
                return heard;
            }
        }
    }

    /// Does an act again at this time; `false` if the house takes none like it any more.
    fn plays(&mut self, act: &Act, now: Timestamp) -> bool {
        self.clock.store(seconds(now), Ordering::SeqCst);
        let Some(person) = act.by.person.clone() else {
            self.house.publish();
            return true;
        };
        // Whoever takes an act back, or answers one, names it.
        let mut said = serde_json::to_string(&act.change).expect("a change is JSON");
        for (known, now) in &self.acts {
            said = said.replace(known, now);
        }
        let change: Change = serde_json::from_str(&said).expect("still a change");
        let ask = Ask::Made { subject: Some(act.subject.clone()), change: Box::new(change) };
        let done = self.house.submit_and_wait(Some(person), ask);
        if let Ok(done) = &done {
            self.acts.insert(act.id.to_string(), done.act.to_string());
        }
        done.is_ok()
    }

    /// Asks for something that is refused, in the place of an act that is not done here: the next one is
    /// drawn the same bytes as where it was.
    fn skips(&mut self, act: &Act, now: Timestamp) {
        self.clock.store(seconds(now), Ordering::SeqCst);
        let Some(person) = act.by.person.clone() else { return };
        let never = Id::parse("never-was").expect("a word");
        let change = Change::Withdraw { reason: Text::default() };
        let ask = Ask::Made { subject: Some(never), change: Box::new(change) };
        let refused = self.house.submit_and_wait(Some(person), ask);
        assert!(matches!(refused, Err(NotDone::Refused(_))), "{refused:?}");
    }
}

/// A moment as the clocks of houses have it.
fn seconds(moment: Timestamp) -> i64 {
    moment.as_second() - start().as_second()
}

/// What the twins' person hears while the last acts of both records are done, if it is the same.
///
/// # Errors
/// How what he hears differs.
pub fn listening(twins: &Twins) -> Result<Heard, String> {
    // In a real house some of these acts would be signed; what is heard of them is the same.
    if !matches!(doors(&twins.first), Doors::Demonstration(_)) {
        return Ok(Heard::default());
    }
    // In a thread of its own, whose runtime has a clock of its own.
    std::thread::scope(|scope| {
        scope.spawn(|| listened(twins)).join().expect("nobody panics who listens")
    })
}

fn listened(twins: &Twins) -> Result<Heard, String> {
    let runtime: Runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without threads");
    let all = twins.first.len();
    let from = (all.saturating_sub(ACTS_MAX).max(1)..all).find(|size| twins.hidden_at(*size));
    let Some(from) = from else { return Ok(Heard::default()) };
    let person = twins.person.as_ref();
    let [first, second] = twins.grown_to(from);
    // The second may hold nothing yet: there is no house without a coalition.
    if second.is_empty() {
        return Ok(Heard::default());
    }
    let begins = first[from - 1].at;
    let mut both = [first, second].map(|acts| Playing::of(acts, person, begins));
    for address in addresses(twins) {
        for playing in &mut both {
            runtime.block_on(playing.listen(&address));
        }
    }
    let mut heard = Heard { streams: both[0].streams.len(), ..Heard::default() };
    compare(&runtime, &mut both, &mut heard, "before anything is done")?;
    let mut now = begins;
    for at in from..all {
        // Sessions last while most of it is done, and then run out.
        now += if at == from + (all - from) * 3 / 4 { 800.hours() } else { 1.minutes() };
        if !twins.hidden_at(at + 1) {
            break;
        }
        let act = &twins.first[at];
        let sealed = twins.sealed[at];
        let done = both[0].plays(act, now);
        let other = match twins.difference {
            Difference::Replaced => both[1].plays(&twins.second[at], now),
            Difference::Removed if sealed => {
                both[1].skips(act, now);
                done
            }
            Difference::Removed => both[1].plays(act, now),
        };
        if !sealed && done != other {
            // What others may do can rest on what this one does not see.
            break;
        }
        heard.hidden += usize::from(sealed);
        heard.open += usize::from(!sealed);
        let told = format!("after {} of a {:?}", act.change.key(), twins.kinds.get(&act.subject));
        compare(&runtime, &mut both, &mut heard, &told)?;
        runtime.block_on(tokio::time::advance(PAUSE));
        compare(&runtime, &mut both, &mut heard, &format!("some time {told}"))?;
    }
    Ok(heard)
}

/// Compares what has come by all streams of both.
fn compare(
    runtime: &Runtime,
    both: &mut [Playing; 2],
    heard: &mut Heard,
    when: &str,
) -> Result<(), String> {
    let [one, other] = both.each_mut().map(|playing| runtime.block_on(playing.heard()));
    for (place, (one, other)) in one.iter().zip(&other).enumerate() {
        let (address, status, _) = &both[0].streams[place];
        let other_status = both[1].streams[place].1;
        if *status != other_status {
            return Err(format!("{address} is answered {status} and {other_status}"));
        }
        if one != other {
            return Err(format!("{address} says {when}\n{one:?}\nand\n{other:?}"));
        }
        heard.events += one.matches("event: ").count();
    }
    Ok(())
}

/// The addresses of every route of events, for every session that there is or may be.
fn addresses(twins: &Twins) -> Vec<String> {
    let of_events = routes().into_iter().filter(|route| matches!(route.handle, Handle::Events(_)));
    let sessions = twins.kinds.iter().filter(|(_, kind)| **kind == Kind::Session);
    let (seen, hidden): (Vec<&Id>, Vec<&Id>) =
        sessions.map(|(id, _)| id).partition(|id| twins.seen.contains(id));
    let ids: Vec<&Id> = seen.into_iter().chain(hidden).take(STREAMS_MAX).collect();
    let mut addresses = Vec::new();
    for route in of_events {
        for id in &ids {
            addresses.push(route.path.replace("{id}", id.as_str()));
        }
        if let Some(id) = ids.first() {
            addresses.push(route.path.replace("{id}", id.as_str()) + "?on=screen");
        }
    }
    addresses
}

//! Connections: how many there are, and how long the house waits on each.
//!
//! A request's head comes within two minutes, and so does the next one's on a connection that is
//! kept; bodies and answers move at least as fast as [`patience`](crate::patience) wants. A stream of
//! events may last, as long as what is said on it is taken.

#[cfg(test)]
mod tests;

use crate::house::House;
use crate::http::router;
use crate::patience::Patient;
use crate::sign_in::Whose;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// How long the house waits on a connection.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// For the whole head of a request, from when one could begin.
    pub head: Duration,
    /// For a body to come and an answer to be taken: the stock of time that waiting is paid from.
    pub stock: Duration,
}

impl Default for Waits {
    fn default() -> Waits {
        // Proxies keep an idle connection for two minutes at most: it is they who close it, and no
        // request is sent into one that closes.
        Waits { head: Duration::from_secs(125), stock: Duration::from_secs(60) }
    }
}

/// How many connections one peer has at once: a household's browsers, some of each.
const OF_A_PEER_MAX: usize = 64;
/// How many connections there are at once, where the system would give more.
const IN_ALL_MAX: usize = 8_192;
/// How long the house waits when the system gives it no connection.
const BREATH: Duration = Duration::from_secs(1);

/// Serves the house on a listener until `stop` resolves; requests under way are finished.
///
/// # Errors
/// None at present: what fails is one connection, and not the house.
pub async fn serve(
    house: Arc<House>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    tokio::spawn(crate::publisher::keep_time(Arc::clone(&house)));
    let router = router(&house);
    let (closing, open) = watch::channel(());
    let free = Arc::new(Semaphore::new(in_all(
        &std::fs::read_to_string("/proc/self/limits").unwrap_or_default(),
    )));
    let peers = Arc::new(Places::default());
    let mut stop = pin!(stop);
    loop {
        let (stream, from, seat) = tokio::select! {
            () = &mut stop => break,
            next = next(&listener, &free) => next,
        };
        // A proxy brings everybody, and so does this machine's own address, where one may stand.
        let many = from.ip().is_loopback() || house.settings.proxy == Some(from.ip());
        let most = if many { usize::MAX } else { OF_A_PEER_MAX };
        let Some(place) = peers.take(Whose::peer(from.ip()), most) else { continue };
        let connection =
            connection(stream, from, router.clone(), house.settings.waits, open.clone());
        tokio::spawn(async move {
            connection.await;
            drop((seat, place));
        });
    }
    house.let_go();
    drop((listener, open));
    let _ = closing.send(());
    closing.closed().await;
    Ok(())
}

/// The next connection, once there is room for one more. Who comes while there is none waits in the
/// system's own queue.
async fn next(
    listener: &TcpListener,
    free: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let seat = Arc::clone(free).acquire_owned().await.expect("nobody closes it");
    loop {
        match listener.accept().await {
            Ok((stream, from)) => return (stream, from, seat),
            // Whoever came has gone again.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                eprintln!("entente: the system gives no connection: {error}");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// Answers all requests of one connection.
async fn connection(
    stream: TcpStream,
    from: SocketAddr,
    router: Router,
    waits: Waits,
    mut open: watch::Receiver<()>,
) {
    // An answer goes out in few large writes: there is nothing to gather.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(from));
        router.call(request)
    });
    let stream = Patient::new(TokioIo::new(stream), waits.stock);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(waits.head);
    let mut connection = pin!(http.serve_connection(stream, service));
    // What is wrong with a connection is its other end's matter, and nobody is left to be told.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = open.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// How many connections there may be at once, from what Linux says of the process's limits. Each takes
/// a file handle, and the record and the contents of documents need theirs: an act that finds none is
/// an act that is not written.
fn in_all(limits: &str) -> usize {
    let handles = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let handles = handles.and_then(|rest| rest.split_whitespace().next()?.parse::<usize>().ok());
    (handles.unwrap_or(1_024) / 4 * 3).clamp(16, IN_ALL_MAX)
}

/// How many of something each has at once.
#[derive(Debug, Default)]
pub(crate) struct Places(Mutex<HashMap<Whose, usize>>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    whose: Whose,
}

impl Places {
    /// One more of somebody's, if he has fewer than so many.
    pub(crate) fn take(self: &Arc<Places>, whose: Whose, most: usize) -> Option<Place> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = all.get(&whose).copied().unwrap_or(0);
        if taken >= most {
            return None;
        }
        all.insert(whose.clone(), taken + 1);
        Some(Place { places: Arc::clone(self), whose })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = all.get(&self.whose).copied().unwrap_or(0).saturating_sub(1);
        if left == 0 {
            all.remove(&self.whose);
        } else {
            all.insert(self.whose.clone(), left);
        }
    }
}

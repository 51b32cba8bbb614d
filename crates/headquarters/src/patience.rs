//! Patience: how long the house waits for whoever is at the other end of a connection, to send or to
//! take.
//!
//! Waiting is paid from a stock of time, and every byte that moves gives some of it back. So a long
//! pause is forgiven once, a slow line is never cut off, and whoever sends or takes a byte now and
//! then to hold a connection open has used up his stock after a minute.

use axum::body::{Body, BodyDataStream, Bytes};
use futures_core::Stream;
use hyper::rt::{Read, ReadBufCursor, Write};
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// So many bytes give back one second: 32 kbit/s, less than any line over which people work. A body
/// of 50 MiB may take three and a half hours, and no longer.
const BYTES_A_SECOND: u64 = 4 << 10;

/// A stock of time in which to wait.
#[derive(Debug)]
pub(crate) struct Patience {
    most: Duration,
    left: Duration,
    /// Since when one waits, and the end of the stock if nothing moves.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Patience {
    /// A full stock; there is never more in it.
    pub(crate) fn new(most: Duration) -> Patience {
        Patience { most, left: most, waiting: None }
    }

    /// What came of an attempt to move bytes: nothing yet, what it came to, or `None` once the stock
    /// is used up. `bytes` says how many were moved.
    fn judge<T>(
        &mut self,
        context: &mut Context<'_>,
        moved: Poll<T>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Poll<Option<T>> {
        let Poll::Ready(value) = moved else {
            let left = self.left;
            let begin = || (Instant::now(), Box::pin(sleep(left)));
            let (_, end) = self.waiting.get_or_insert_with(begin);
            ready!(end.as_mut().poll(context));
            return Poll::Ready(None);
        };
        if let Some((since, _)) = self.waiting.take() {
            self.left = self.left.saturating_sub(since.elapsed());
        }
        let bytes = u64::try_from(bytes(&value)).unwrap_or(u64::MAX);
        let given = Duration::from_micros(bytes.saturating_mul(1_000_000) / BYTES_A_SECOND);
        self.left = self.left.saturating_add(given).min(self.most);
        Poll::Ready(Some(value))
    }
}

/// Why a body did not come whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Broken {
    /// It is longer than is taken.
    #[error("the request is too long")]
    Long,
    /// It came too slowly.
    #[error("the request came too slowly")]
    Slow,
    /// It broke off, or is not framed as HTTP frames it.
    #[error("the request broke off")]
    Off,
}

/// A body that comes in time, or ends with what is wrong.
pub(crate) struct Paced {
    body: BodyDataStream,
    patience: Patience,
}

impl Paced {
    /// The pieces of a body, waited for with this stock.
    pub(crate) fn new(body: Body, stock: Duration) -> Paced {
        Paced { body: body.into_data_stream(), patience: Patience::new(stock) }
    }

    /// The next piece; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, Broken>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// All of it, if it is no longer than this.
    pub(crate) async fn whole(mut self, bytes_max: usize) -> Result<Vec<u8>, Broken> {
        let mut whole = Vec::new();
        while let Some(piece) = self.next().await {
            let piece = piece?;
            if piece.len() > bytes_max - whole.len() {
                return Err(Broken::Long);
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }
}

impl Stream for Paced {
    type Item = Result<Bytes, Broken>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let paced = self.get_mut();
        let piece = Pin::new(&mut paced.body).poll_next(context);
        let length = |piece: &Option<Result<Bytes, _>>| match piece {
            Some(Ok(bytes)) => bytes.len(),
            Some(Err(_)) | None => 0,
        };
        Poll::Ready(match ready!(paced.patience.judge(context, piece, length)) {
            None => Some(Err(Broken::Slow)),
            Some(piece) => piece.map(|piece| piece.map_err(|_| Broken::Off)),
        })
    }
}

/// A connection whose other end takes what it is sent in time, or is cut off. Who sends nothing is
/// not its matter: it does not know who has been asked for something.
pub(crate) struct Patient<S> {
    stream: S,
    patience: Patience,
}

impl<S> Patient<S> {
    /// A stream that is written to with this stock.
    pub(crate) fn new(stream: S, stock: Duration) -> Patient<S> {
        Patient { stream, patience: Patience::new(stock) }
    }

    fn judged(
        &mut self,
        context: &mut Context<'_>,
        wrote: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let length = |wrote: &io::Result<usize>| *wrote.as_ref().unwrap_or(&0);
        let wrote = ready!(self.patience.judge(context, wrote, length));
        Poll::Ready(wrote.unwrap_or_else(|| Err(io::ErrorKind::TimedOut.into())))
    }
}

impl<S: Read + Unpin> Read for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: Write + Unpin> Write for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judged(context, wrote)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.judged(context, wrote)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncReadExt, duplex};
    use tokio::sync::mpsc::{Receiver, channel};

    const STOCK: Duration = Duration::from_secs(60);

    struct Pieces(Receiver<io::Result<Bytes>>);

    impl Stream for Pieces {
        type Item = io::Result<Bytes>;
        fn poll_next(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Self::Item>> {
            self.0.poll_recv(context)
        }
    }

    /// A body of which a piece of so many bytes comes after each so many milliseconds. Time is the
    /// test's own, and stands still while anybody works.
    fn dripping(pieces: usize, bytes: usize, pause: u64) -> Body {
        let (sender, receiver) = channel(1);
        tokio::spawn(async move {
            for _ in 0..pieces {
                sleep(Duration::from_millis(pause)).await;
                if sender.send(Ok(vec![b'x'; bytes].into())).await.is_err() {
                    return;
                }
            }
        });
        Body::from_stream(Pieces(receiver))
    }

    async fn taken(pieces: usize, bytes: usize, pause: u64) -> (Result<usize, Broken>, u64) {
        let begun = Instant::now();
        let body = dripping(pieces, bytes, pause);
        let whole = Paced::new(body, STOCK).whole(64 << 20).await;
        (whole.map(|bytes| bytes.len()), begun.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn an_honest_slow_line_brings_all_of_a_long_file() {
        // 50 MiB over 40 kbit/s, in pieces of a packet or two: nearly three hours.
        let (whole, seconds) = taken(20_480, 2_560, 500).await;
        assert_eq!((whole, seconds), (Ok(50 << 20), 10_240));
        // A train in a tunnel: nothing for 50 seconds, and then on as before.
        let (whole, _) = taken(3, 256 << 10, 50_000).await;
        assert_eq!(whole, Ok(768 << 10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_byte_now_and_then_does_not_hold_a_connection() {
        for (bytes, pause) in [(1, 59_000), (1, 10_000), (1, 1_000), (1_000, 500), (4, 2)] {
            let (whole, seconds) = taken(1 << 20, bytes, pause).await;
            assert_eq!(whole, Err(Broken::Slow), "{bytes} bytes each {pause} ms");
            // What moves at half the rate that is owed may go on for twice the stock.
            assert!((60..=125).contains(&seconds), "{bytes} each {pause} ms: {seconds} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_came_before_does_not_buy_more_than_the_stock() {
        let (sender, receiver) = channel(4);
        for _ in 0..3 {
            sender.send(Ok(vec![b'x'; 8 << 20].into())).await.expect("there is room");
        }
        let begun = Instant::now();
        let body = Body::from_stream(Pieces(receiver));
        let whole = Paced::new(body, STOCK).whole(64 << 20).await;
        assert_eq!((whole.map(|_| ()), begun.elapsed()), (Err(Broken::Slow), STOCK));
        drop(sender);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_is_taken_up_to_its_bound_and_no_further() {
        let body = || Body::from(vec![b'x'; 1_000]);
        assert_eq!(Paced::new(body(), STOCK).whole(1_000).await.map(|all| all.len()), Ok(1_000));
        assert_eq!(Paced::new(body(), STOCK).whole(999).await, Err(Broken::Long));
        assert_eq!(Paced::new(Body::empty(), STOCK).whole(0).await, Ok(Vec::new()));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_takes_nothing_is_cut_off_and_whoever_takes_it_slowly_is_not() {
        let (near, mut far) = duplex(4 << 10);
        let mut near = Patient::new(TokioIo::new(near), STOCK);
        let begun = Instant::now();
        let wrote = async |near: &mut Patient<TokioIo<tokio::io::DuplexStream>>| {
            let page = vec![b'x'; 16 << 10];
            let mut sent = 0;
            while sent < page.len() {
                let part = &page[sent..];
                sent += poll_fn(|context| Pin::new(&mut *near).poll_write(context, part)).await?;
            }
            io::Result::Ok(())
        };
        let reading = tokio::spawn(async move {
            let mut all = vec![0; 16 << 10];
            for part in all.chunks_mut(1 << 10) {
                sleep(Duration::from_millis(200)).await;
                far.read_exact(part).await.expect("it is still sent");
            }
            far
        });
        wrote(&mut near).await.expect("he takes it");
        let _far = reading.await.expect("no panic");
        let begun_again = Instant::now();
        assert!(begun_again > begun);
        let cut = wrote(&mut near).await.expect_err("nobody takes it");
        assert_eq!((cut.kind(), begun_again.elapsed()), (io::ErrorKind::TimedOut, STOCK));
    }
}

//! What commands that run a house have in common.

use crate::failure::Failure;
use headquarters::Draughtsman;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Runs a house to its end.
pub(super) fn run(house: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
            Failure::unreachable(format!("the system starts no threads: {error}"), "")
        })?;
    runtime.block_on(house)
}

/// Who draws the pages of papers that are shown and not handed out.
#[cfg(feature = "pages")]
pub(super) fn draughtsman() -> Result<Option<Arc<dyn Draughtsman>>, Failure> {
    let apart = crate::drawing::Apart::by_this_program().map_err(|error| {
        Failure::unreachable(
            format!("the system does not say where this program lies: {error}"),
            "",
        )
    })?;
    Ok(Some(Arc::new(apart)))
}

/// Nobody, without the feature `pages`.
#[cfg(not(feature = "pages"))]
pub(super) fn draughtsman() -> Result<Option<Arc<dyn Draughtsman>>, Failure> {
    Ok(None)
}

/// A listener, and the port that it got.
pub(super) async fn bound(address: IpAddr, port: u16) -> Result<(TcpListener, u16), Failure> {
    let listener = TcpListener::bind((address, port)).await.map_err(|error| {
        Failure::unreachable(
            format!("port {port} on {address} cannot be used: {error}"),
            "Choose another with --port, or 0 for any that is free.",
        )
    })?;
    let bound = listener.local_addr().map_err(|error| Failure::unreachable(error, ""))?;
    Ok((listener, bound.port()))
}

/// Resolves when the process is asked to stop.
pub(super) async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    let mut terminated =
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(signal) => signal,
            Err(_) => return interrupted.await.unwrap_or_default(),
        };
    tokio::select! {
        _ = interrupted => {}
        _ = terminated.recv() => {}
    }
}

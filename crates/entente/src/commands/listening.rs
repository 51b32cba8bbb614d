//! What commands that run a house have in common.

use crate::failure::Failure;
use std::net::IpAddr;
use tokio::net::TcpListener;

/// Runs a house to its end.
pub(super) fn run(house: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
            Failure::unreachable(format!("the system starts no threads: {error}"), "")
        })?;
    runtime.block_on(house)
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

//! How the house sends requests of itself, to whoever it was told of: over TLS by the system's own roots,
//! following nobody elsewhere.

use std::sync::Arc;
use ureq::config::ConfigBuilder;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::typestate::AgentScope;

/// What every agent is made from. How long it waits is for whoever sends to say.
pub(crate) fn config() -> ConfigBuilder<AgentScope> {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    ureq::Agent::config_builder()
        .tls_config(tls)
        .max_redirects(0)
        .http_status_as_error(false)
        .proxy(None)
        .user_agent("entente")
}

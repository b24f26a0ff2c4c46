//! The way to an endpoint: through which proxy, and which certificates are believed.
//!
//! Decided before anything is sent or written, so that what is wrong with it is a usage error.

use anyhow::Context;
use ureq::Proxy;
use ureq::http::Uri;
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::DefaultResolver;

use super::names::Names;
use super::{Endpoint, proxy};
use crate::kind::Kind;

/// How to get to an endpoint.
#[derive(Debug, Clone)]
pub struct Way {
    pub(super) proxy: Option<Proxy>,
    pub(super) tls: TlsConfig,
    pub(super) names: Names,
}

impl Way {
    /// Obeys the usual proxy variables, but never for this machine. Errors: a proxy that is not
    /// understood, or of a kind that does not work here.
    pub fn decide(endpoint: &Endpoint) -> anyhow::Result<Self> {
        let url: Uri = endpoint.url(Kind::Open).parse().context("endpoint URL")?;
        let proxy = if endpoint.is_loopback() {
            None
        } else {
            proxy::from_environment(&url, |name| std::env::var_os(name))?
        };
        Ok(Way {
            proxy,
            tls: TlsConfig::default(),
            names: Names::new(DefaultResolver::default()),
        })
    }
}

//! The way to an endpoint: through which proxy, and which certificates are believed.
//!
//! Decided before anything is sent or written, so that what is wrong with it is a usage error.

use std::path::Path;

use anyhow::Context;
use ureq::Proxy;
use ureq::http::Uri;
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::DefaultResolver;

use super::names::Names;
use super::{Endpoint, certificates, proxy};
use crate::model::Kind;

/// How to get to an endpoint.
#[derive(Debug, Clone)]
pub struct Way {
    pub(super) proxy: Option<Proxy>,
    pub(super) tls: TlsConfig,
    pub(super) names: Names,
}

impl Way {
    /// Obeys the usual proxy variables, but never for this machine. Believes what the authorities of
    /// `ca_file` have signed, else those of `SSL_CERT_FILE`, else those that Mozilla lists. Errors:
    /// a proxy that is not understood or of a kind that does not work here, a file without
    /// certificates.
    pub fn decide(endpoint: &Endpoint, ca_file: Option<&Path>) -> anyhow::Result<Self> {
        let url: Uri = endpoint.url(Kind::Open).parse().context("endpoint URL")?;
        let proxy = if endpoint.is_loopback() {
            None
        } else {
            proxy::from_environment(&url, |name| std::env::var_os(name))?
        };
        let tls = if endpoint.is_plain() {
            TlsConfig::default()
        } else {
            certificates::believed(ca_file)?
        };
        Ok(Way {
            proxy,
            tls,
            names: Names::new(DefaultResolver::default()),
        })
    }
}

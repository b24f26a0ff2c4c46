//! The route to an endpoint: through which proxy, and which certificate authorities are believed.
//!
//! Decided before anything is sent or written, so that what is wrong with it is a usage error. A
//! file of authorities takes the place of Mozilla's list, as OpenSSL and curl have it. No option
//! turns checks off.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use ureq::Proxy;
use ureq::http::Uri;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::DefaultResolver;

use super::dns::DnsCache;
use super::{Endpoint, proxy};
use crate::model::{Kind, shown};
use crate::named_file::{NamedFile, not_opened};

/// More than any system's bundle.
const LONGEST: usize = 16 << 20;
/// Where OpenSSL and those like it look.
const VARIABLE: &str = "SSL_CERT_FILE";

/// How to get to an endpoint.
#[derive(Debug, Clone)]
pub struct Route {
    pub(super) proxy: Option<Proxy>,
    pub(super) tls: TlsConfig,
    pub(super) names: DnsCache,
}

impl Route {
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
            believed(ca_file)?
        };
        Ok(Route {
            proxy,
            tls,
            names: DnsCache::new(DefaultResolver::default()),
        })
    }
}

/// What is believed; `ca_file` is that of the options.
fn believed(ca_file: Option<&Path>) -> anyhow::Result<TlsConfig> {
    let variable = || std::env::var_os(VARIABLE).filter(|path| !path.is_empty());
    let (name, path) = match (ca_file, variable()) {
        (Some(path), _) => ("--ca-file", path.to_owned()),
        (None, Some(path)) => (VARIABLE, PathBuf::from(path)),
        (None, None) => return Ok(TlsConfig::default()),
    };
    let place = || format!("{name} {}", shown(&path.to_string_lossy()));
    let roots = authorities(&path).with_context(place)?;
    Ok(TlsConfig::builder().root_certs(roots).build())
}

fn authorities(path: &Path) -> anyhow::Result<RootCerts> {
    let file = NamedFile::open(path).map_err(|error| not_opened(path, error))?;
    let bytes = file.read(LONGEST)?;
    let mut certificates = Vec::new();
    for item in parse_pem(&bytes) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(_) => bail!("a certificate in it is damaged; it should be a PEM file"),
        }
    }
    if certificates.is_empty() {
        bail!(
            "there is no certificate in it; it should be a PEM file: -----BEGIN CERTIFICATE-----"
        );
    }
    Ok(RootCerts::Specific(Arc::new(certificates)))
}

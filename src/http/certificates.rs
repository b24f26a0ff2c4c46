//! Which certificate authorities are believed: those of a file, or those that Mozilla lists.
//!
//! A file takes the place of the list, as OpenSSL and curl have it. No option turns checks off.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use crate::model::shown;
use crate::named_file::{NamedFile, not_opened};

/// More than any system's bundle.
const LONGEST: usize = 16 << 20;
/// Where OpenSSL and those like it look.
const VARIABLE: &str = "SSL_CERT_FILE";

/// What is believed; `ca_file` is that of the options.
pub(super) fn believed(ca_file: Option<&Path>) -> anyhow::Result<TlsConfig> {
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

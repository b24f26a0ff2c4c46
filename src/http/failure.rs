//! Why there is no answer, in a few stable words for people.
//!
//! Reports count these texts, so equal causes have equal words. No URL, address, header or body
//! is ever part of them: those may hold keys and ids.

use std::io::{self, ErrorKind};

use ureq::{Error, Timeout};

use crate::model::shown;

/// Why there is no whole answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// Before its header was complete.
    Unanswered(Error),
    /// Within its body.
    BrokenOff(Error),
}

/// The words for a failure; `left` says whether the request had left.
pub(super) fn text(failure: &Failure, left: bool) -> Box<str> {
    let (Failure::Unanswered(error) | Failure::BrokenOff(error)) = failure;
    let answered = matches!(failure, Failure::BrokenOff(_));
    match error {
        Error::Timeout(Timeout::Resolve) => "dns: timed out".into(),
        Error::Timeout(_) if left => "timed out waiting for the answer".into(),
        Error::Timeout(_) => "timed out connecting".into(),
        Error::HostNotFound => "dns: no address for this host".into(),
        Error::Tls(detail) => shown(&format!("tls: {detail}")),
        Error::Rustls(detail) => shown(&format!("tls: {detail}")),
        Error::ConnectProxyFailed(detail) => {
            let detail = detail.strip_prefix("proxy server ").unwrap_or(detail);
            // `ureq` writes the status twice: `responded 407/407`.
            match detail
                .strip_prefix("responded ")
                .and_then(|said| said.split_once('/'))
            {
                Some((status, _)) => shown(&format!("proxy: answered HTTP {status}")),
                None => shown(&format!("proxy: {detail}")),
            }
        }
        // Only our own links of the chain say this.
        Error::Other(detail) => shown(&format!("could not connect: {detail}")),
        Error::LargeResponseHeader(..) => "the answer's header is too long".into(),
        Error::Io(error) => io_text(error, left, answered),
        _ if answered => "the answer broke off".into(),
        _ if left => "the answer is not HTTP".into(),
        _ => "could not connect".into(),
    }
}

fn io_text(error: &io::Error, left: bool, answered: bool) -> Box<str> {
    let kind = error.kind();
    match kind {
        // rustls reports its own errors in this kind: certificates, alerts, versions.
        ErrorKind::InvalidData => shown(&format!("tls: {error}")),
        _ if answered => "the answer broke off".into(),
        ErrorKind::UnexpectedEof if left => "closed without an answer".into(),
        _ if left => kind_text(kind).into(),
        // Only a look-up fails without a kind of its own, and before there is an address.
        _ if error.raw_os_error().is_none() && kind_text(kind) == OTHER => dns_text(error),
        _ => format!("could not connect: {}", kind_text(kind)).into(),
    }
}

const OTHER: &str = "network error";

fn kind_text(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::ConnectionRefused => "connection refused",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            "connection reset"
        }
        ErrorKind::UnexpectedEof => "connection closed",
        ErrorKind::HostUnreachable => "host unreachable",
        ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => "network unreachable",
        ErrorKind::AddrNotAvailable => "address not available",
        ErrorKind::PermissionDenied => "not permitted",
        ErrorKind::TimedOut => "timed out",
        _ => OTHER,
    }
}

fn dns_text(error: &io::Error) -> Box<str> {
    shown(&format!("dns: {error}"))
}

//! One request goes out, one [`Attempt`] comes back, and what it means.
//!
//! Whatever goes wrong on the way is an `Attempt` too, never an error: the row must end in an
//! outcome. How often and how fast requests go is decided in `delivery`.
//!
//! What came back from one attempt. A response becomes a reply whole or not at all, and never
//! longer than [`BODY_LIMIT`]; why there is none is said in a few stable words.
//!
//! Everything in it is foreign: nothing here believes a length, and a request to wait is bounded.

use std::fmt;
use std::io::{self, ErrorKind, Read};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ureq::http::header::RETRY_AFTER;
use ureq::http::{HeaderMap, HeaderValue, Response};
use ureq::{Body, Error, Timeout};

use crate::model::{Kind, Secret, shown};

mod client;
mod endpoint;
mod leaving;
mod mask;
mod route;
mod verdict;

pub use client::{Http, Limits};
pub use endpoint::{Endpoint, TENJIN};
pub use mask::{KeyFinder, Mask};
pub use route::Route;
pub use verdict::{Judgement, Verdict, judge};

/// Sends one request and says what came back.
pub trait Transport: Send + Sync {
    /// One attempt, on the calling thread, until there is a whole answer or none will come.
    fn send(&self, request: &Request<'_>) -> Attempt;
}

/// One event on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Which path takes it.
    pub kind: Kind,
    /// The form-urlencoded body.
    pub body: &'a str,
    /// The key of the app that it belongs to.
    pub key: &'a Authorization,
}

/// The `Authorization` header of an app, made once: HTTP Basic with the SDK key as the user name and
/// an empty password (Tenjin's server-to-server page). Like the key itself it is never shown.
#[derive(Clone)]
pub struct Authorization {
    header: HeaderValue,
}

impl Authorization {
    /// The header for this key.
    #[expect(clippy::missing_panics_doc, reason = "base64 is always a header value")]
    pub fn new(key: &Secret) -> Self {
        let token = BASE64_STANDARD.encode(format!("{}:", key.expose()));
        let mut header = HeaderValue::try_from(format!("Basic {token}"))
            .expect("base64 is always a header value");
        header.set_sensitive(true);
        Authorization { header }
    }

    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authorization(…)")
    }
}

/// What came back from one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// A whole answer.
    Answer(Reply),
    /// No answer, or one that broke off.
    NoAnswer {
        /// Whether the request's first byte had been handed to the transport: if not, Tenjin
        /// cannot have recorded it.
        left: bool,
        /// Why, for people: bounded, harmless, without the key.
        why: Box<str>,
    },
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body: at most 64 KiB of it. Never trusted.
    pub body: Vec<u8>,
    /// How long the server asked us to wait.
    pub retry_after: Option<Duration>,
    /// `no-retry: true`: the client shall not send the event again (seen in the official SDK).
    pub no_retry: bool,
}

/// How much of a body is read; the rest stays on a connection that is then given up.
const BODY_LIMIT: usize = 64 * 1024;

/// Reads the answer to its end or to the limit, within the time-out that the response carries.
pub(super) fn read(response: Response<Body>, now: SystemTime) -> Result<Reply, Failure> {
    let (parts, body) = response.into_parts();
    Ok(Reply {
        status: parts.status.as_u16(),
        body: bounded(body).map_err(Failure::BrokenOff)?,
        retry_after: header(&parts.headers, RETRY_AFTER.as_str())
            .and_then(|value| retry_after(value, now)),
        no_retry: header(&parts.headers, "no-retry")
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("true")),
    })
}

/// One byte more than the limit is asked for: a body that ends there must be read to its very
/// end, or its connection could not be used again.
fn bounded(body: Body) -> Result<Vec<u8>, Error> {
    let limit = u64::try_from(BODY_LIMIT).unwrap_or(u64::MAX);
    let mut bytes = Vec::with_capacity(64);
    body.into_reader().take(limit + 1).read_to_end(&mut bytes)?;
    bytes.truncate(BODY_LIMIT);
    Ok(bytes)
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// How long a `Retry-After` asks to wait: seconds or an HTTP date (RFC 9110, 10.2.3), at most
/// `u32::MAX` seconds; nothing for a past date or a negative number. None if it is neither.
pub fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let digits = value.strip_prefix('-').unwrap_or(value);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = digits.parse().unwrap_or(u32::MAX);
        let past = digits.len() < value.len();
        return Some(Duration::from_secs(if past { 0 } else { seconds.into() }));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let longest = Duration::from_secs(u32::MAX.into());
    Some(date.duration_since(now).unwrap_or_default().min(longest))
}

/// Why there is no whole answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// Before its header was complete.
    Unanswered(Error),
    /// Within its body.
    BrokenOff(Error),
}

/// A failure in words; `left` says whether the request was handed to the transport. Reports count these texts, so
/// equal causes have equal words. No URL, address, header or body is ever part of them: those may hold
/// keys and ids.
pub(super) fn failed(failure: &Failure, left: bool) -> Box<str> {
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_user_name_is_the_key_and_the_password_is_empty() {
        let key = Authorization::new(&Secret::new("KEY123"));
        assert_eq!(key.header().to_str().unwrap(), "Basic S0VZMTIzOg==");
        assert_eq!(format!("{key:?}"), "Authorization(…)");
        assert_eq!(format!("{:?}", key.header()), "Sensitive");
    }
}

#[cfg(test)]
mod reply_tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date_and_bounded() {
        // 2015-10-21 07:28:00 UTC
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_445_412_480);
        for (value, seconds) in [
            ("0", Some(0)),
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("-5", Some(0)),
            ("4294967295", Some(4_294_967_295)),
            ("99999999999999999999999", Some(4_294_967_295)),
            ("Wed, 21 Oct 2015 07:30:00 GMT", Some(120)),
            ("Wednesday, 21-Oct-15 07:28:05 GMT", Some(5)),
            ("Wed Oct 21 07:28:06 2015", Some(6)),
            ("Wed, 21 Oct 2015 07:27:59 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(4_294_967_295)),
            ("", None),
            ("-", None),
            ("1.5", None),
            ("soon", None),
            ("+3", None),
        ] {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(retry_after(value, now), expected, "{value:?}");
        }
    }
}

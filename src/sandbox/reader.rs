//! A connection's incoming bytes: heads and bodies, within limits of size and time.
//! Of a head only what the sandbox decides by is copied out. The key is hashed here and not kept.
//!
//! One buffer for the life of the connection; a request that arrives in one piece costs one read.

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::answer::Answer;
use super::keys::KeyHash;
use crate::model::words::words;

/// How long the sandbox waits for a client.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the next request on a connection.
    pub idle: Duration,
    /// For the whole of a request, from its first byte on.
    pub request: Duration,
}

impl Default for Patience {
    /// 75 s and 30 s.
    fn default() -> Self {
        Patience {
            idle: Duration::from_secs(75),
            request: Duration::from_secs(30),
        }
    }
}

impl Patience {
    /// How often a waiting reader looks at the clock.
    pub(super) fn tick(&self) -> Duration {
        let most = Duration::from_secs(5);
        self.idle
            .min(self.request)
            .clamp(Duration::from_millis(1), most)
    }
}

/// Why there is no request.
#[derive(Debug)]
pub(super) enum End {
    /// The client left, broke off or stayed silent for too long.
    Gone,
    /// The request cannot be understood: answer and close.
    Bad(Answer),
}

/// The incoming bytes.
pub(super) struct Reader<'c> {
    stream: &'c TcpStream,
    patience: Patience,
    buffer: Vec<u8>,
    filled: usize,
    /// When the current wait began, and whether it is for the rest of a request.
    since: Instant,
    begun: bool,
}

/// Enough for most requests; it grows to the limits for the others.
const ROOM: usize = 4 << 10;

impl<'c> Reader<'c> {
    pub(super) fn new(stream: &'c TcpStream, patience: Patience) -> Self {
        Reader {
            stream,
            patience,
            buffer: vec![0; ROOM],
            filled: 0,
            since: Instant::now(),
            begun: false,
        }
    }

    /// Waits for the head of the next request.
    pub(super) fn head(&mut self) -> Result<Head, End> {
        loop {
            if self.filled > 0
                && let Some(head) = Head::parse(&self.buffer[..self.filled]).map_err(End::Bad)?
            {
                return Ok(head);
            }
            self.more(HEAD_LIMIT)?;
        }
    }

    /// Waits for the body behind a head.
    pub(super) fn body(&mut self, head: &Head) -> Result<&[u8], End> {
        let end = head.bytes + head.length;
        while self.filled < end {
            self.more(HEAD_LIMIT + BODY_LIMIT)?;
        }
        Ok(&self.buffer[head.bytes..end])
    }

    /// Forgets a request that was dealt with; what follows it stays.
    pub(super) fn forget(&mut self, head: &Head) {
        let end = head.bytes + head.length;
        self.buffer.copy_within(end..self.filled, 0);
        self.filled -= end;
        self.begun = self.filled > 0;
        self.since = Instant::now();
    }

    /// Holds the connection until the client leaves or the stream is shut down.
    pub(super) fn hold(&mut self) {
        loop {
            match self.stream.read(&mut self.buffer) {
                Ok(0) => return,
                Err(e) if !is_pause(&e) => return,
                _ => {}
            }
        }
    }

    /// Reads and throws away what a refused client still sends, for a moment: closing with
    /// unread bytes would be a reset, and the answer would be lost.
    pub(super) fn drain(&mut self) {
        let moment = Duration::from_secs(1);
        let _ = self.stream.set_read_timeout(Some(moment));
        let start = Instant::now();
        while matches!(self.stream.read(&mut self.buffer), Ok(1..)) && start.elapsed() < moment {}
    }

    fn more(&mut self, limit: usize) -> Result<(), End> {
        if self.filled == self.buffer.len() {
            self.buffer
                .resize((self.filled * 2).min(limit.max(self.filled + 1)), 0);
        }
        loop {
            match self.stream.read(&mut self.buffer[self.filled..]) {
                Ok(0) => return Err(End::Gone),
                Ok(count) => {
                    self.filled += count;
                    return self.progress();
                }
                Err(e) if is_pause(&e) => self.silence()?,
                Err(_) => return Err(End::Gone),
            }
        }
    }

    fn progress(&mut self) -> Result<(), End> {
        if self.begun {
            return self.silence();
        }
        self.begun = true;
        self.since = Instant::now();
        Ok(())
    }

    fn silence(&self) -> Result<(), End> {
        let waited = self.since.elapsed();
        if self.begun && waited > self.patience.request {
            return Err(End::Bad(Answer::error(408, "the request took too long")));
        }
        if !self.begun && waited > self.patience.idle {
            return Err(End::Gone);
        }
        Ok(())
    }
}

/// The tick passed, or a signal came: nothing is wrong.
fn is_pause(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}

words! {
    /// Where a request goes, by its path without a trailing slash.
    pub(super) enum Route {
        /// Opens, and events with a name.
        Event = "/v0/event",
        /// Purchases.
        Purchase = "/v0/purchase",
        /// Ad revenue.
        AdImpression = "/v0/ad_impressions",
        /// The undocumented import.
        Attribution = "/v0/import_attribution",
        /// Subscriptions.
        Subscription = "/v1/subscriptions",
        /// What was counted.
        Stats = "/stats",
        /// Outages.
        Control = "/control",
        /// Nowhere.
        Other = "other",
    }
}

impl Route {
    fn of(path: &str) -> Self {
        let path = path.strip_suffix('/').unwrap_or(path);
        let known = Route::ALL.into_iter().find(|route| route.name() == path);
        known.unwrap_or(Route::Other)
    }

    /// Whether Tenjin has it.
    pub(super) fn is_tenjins(self) -> bool {
        !matches!(self, Route::Stats | Route::Control | Route::Other)
    }
}

/// The methods that occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
    Other,
}

/// What the `Authorization` header is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Auth {
    /// There is none.
    Missing,
    /// It is not HTTP Basic with a user and an empty password.
    Malformed,
    /// A well-formed header with this key.
    Key(KeyHash),
}

/// A head that was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) method: Method,
    pub(super) route: Route,
    /// Something follows a `?` in the target.
    pub(super) has_query: bool,
    /// The content type is form-urlencoded.
    pub(super) is_form: bool,
    pub(super) auth: Auth,
    /// The length of the body that follows.
    pub(super) length: usize,
    /// The client wants no other request on this connection.
    pub(super) close: bool,
    /// The length of the head itself.
    pub(super) bytes: usize,
}

/// Longest head.
pub(super) const HEAD_LIMIT: usize = 16 << 10;

/// Longest body.
pub(super) const BODY_LIMIT: usize = 64 << 10;

const HEADERS: usize = 64;

impl Head {
    /// Reads a head off the front of `bytes`: none if it is not whole yet; an error is the
    /// answer after which the connection is closed.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<Self>, Answer> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let too_long = || Answer::error(431, "the head is too long");
        let length = match request.parse(bytes) {
            Ok(httparse::Status::Complete(length)) if length <= HEAD_LIMIT => length,
            Ok(httparse::Status::Partial) if bytes.len() < HEAD_LIMIT => return Ok(None),
            Ok(_) | Err(httparse::Error::TooManyHeaders) => return Err(too_long()),
            Err(error) => return Err(Answer::error(400, &format!("malformed request: {error}"))),
        };
        let target = request.path.unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut head = Head {
            method: method(request.method.unwrap_or_default()),
            route: Route::of(path),
            has_query: !query.is_empty(),
            is_form: false,
            auth: Auth::Missing,
            length: 0,
            close: request.version == Some(0),
            bytes: length,
        };
        head.read_headers(request.headers)?;
        Ok(Some(head))
    }

    fn read_headers(&mut self, headers: &[httparse::Header<'_>]) -> Result<(), Answer> {
        let mut length = None;
        for header in headers {
            let is = |name: &str| header.name.eq_ignore_ascii_case(name);
            if is("content-length") {
                let number = read_length(header.value)?;
                if length.replace(number).is_some_and(|other| other != number) {
                    return Err(Answer::error(400, "two different lengths"));
                }
            } else if is("transfer-encoding") {
                return Err(Answer::error(411, "say content-length"));
            } else if is("content-type") {
                self.is_form = is_form(header.value);
            } else if is("authorization") {
                self.auth = match self.auth {
                    Auth::Missing => authorise(header.value),
                    _ => Auth::Malformed,
                };
            } else if is("connection") {
                self.close |= header.value.eq_ignore_ascii_case(b"close");
            }
        }
        self.length = length.unwrap_or(0);
        Ok(())
    }
}

fn method(name: &str) -> Method {
    match name {
        "GET" => Method::Get,
        "POST" => Method::Post,
        _ => Method::Other,
    }
}

fn read_length(value: &[u8]) -> Result<usize, Answer> {
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(value).unwrap_or_default();
    match text.parse() {
        Ok(length) if digits && length <= BODY_LIMIT => Ok(length),
        _ if digits => Err(Answer::error(413, "the body is over 64 KiB")),
        _ => Err(Answer::error(400, "content-length is not a number")),
    }
}

fn is_form(value: &[u8]) -> bool {
    let end = value.iter().position(|b| *b == b';');
    let kind = value[..end.unwrap_or(value.len())].trim_ascii();
    kind.eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

/// Basic, a user, and nothing behind the colon: Tenjin takes the SDK key as the user.
fn authorise(value: &[u8]) -> Auth {
    let mut plain = [0; 1024];
    let user = match value.split_at_checked(6) {
        Some((scheme, code)) if scheme.eq_ignore_ascii_case(b"basic ") => STANDARD
            .decode_slice(code.trim_ascii(), &mut plain)
            .ok()
            .and_then(|length| plain[..length].strip_suffix(b":")),
        _ => None,
    };
    match user {
        None | Some([]) => Auth::Malformed,
        Some(user) if user.contains(&b':') => Auth::Malformed,
        Some(user) => Auth::Key(KeyHash::of(user)),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn auth(user_and_password: &str) -> Auth {
        let value = format!("Basic {}", STANDARD.encode(user_and_password));
        authorise(value.as_bytes())
    }

    #[test]
    fn only_a_user_without_a_password_is_a_key() {
        assert_eq!(auth("KEY:"), Auth::Key(KeyHash::of(b"KEY")));
        for text in ["KEY", ":", "KEY:pass", "KEY::", ""] {
            assert_eq!(auth(text), Auth::Malformed, "{text}");
        }
        assert_eq!(authorise(b"Bearer x"), Auth::Malformed);
        assert_eq!(authorise(b"Basic ?"), Auth::Malformed);
        assert_eq!(auth(&"x".repeat(2000)), Auth::Malformed);
    }

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let text = "POST /v0/event/?x=1 HTTP/1.1\r\nContent-Length: 12\r\n\
            content-type: Application/X-WWW-Form-Urlencoded; charset=utf-8\r\n\r\nbody";
        let whole = text.len() - 4;
        for cut in 0..whole {
            assert_eq!(Head::parse(&text.as_bytes()[..cut]), Ok(None));
        }
        let head = Head::parse(text.as_bytes()).unwrap().unwrap();
        let expected = Head {
            method: Method::Post,
            route: Route::Event,
            has_query: true,
            is_form: true,
            auth: Auth::Missing,
            length: 12,
            close: false,
            bytes: whole,
        };
        assert_eq!(head, expected);
    }

    #[test]
    fn hostile_heads_are_answered_and_closed() {
        let status = |headers: &str| {
            let text = format!("POST /v0/event HTTP/1.1\r\n{headers}\r\n\r\n");
            Head::parse(text.as_bytes()).unwrap_err().status
        };
        assert_eq!(status("content-length: 65537"), 413);
        assert_eq!(status("content-length: 99999999999999999999999"), 413);
        assert_eq!(status("content-length: +5"), 400);
        assert_eq!(status("content-length: 5\r\ncontent-length: 6"), 400);
        assert_eq!(status("transfer-encoding: chunked"), 411);
        assert_eq!(status("no colon"), 400);
        assert_eq!(status(&vec!["a: b"; 65].join("\r\n")), 431);
        assert_eq!(status(&format!("a: {}", "b".repeat(HEAD_LIMIT))), 431);
        assert_eq!(Head::parse(&[b'a'; HEAD_LIMIT]).unwrap_err().status, 431);
        assert_eq!(
            Head::parse(b"\x16\x03\x01\x02\x00").unwrap_err().status,
            400
        );
    }
}

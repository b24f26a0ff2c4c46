//! The answers: status, headers and body of each, as bytes.
//!
//! The texts are those of tenjin.com/docs/tenjin-server-to-server-s2s and of Tenjin's SDKs; what is
//! not public is a plain JSON error.

use std::borrow::Cow;
use std::io::Write;

use ureq::http::StatusCode;

/// One whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// The HTTP status.
    pub(super) status: u16,
    /// Further headers, each with its line end.
    headers: &'static str,
    /// The body.
    pub(super) body: Cow<'static, str>,
}

/// What Tenjin says when it accepted the event.
pub(super) const ACCEPTED: Answer = answer(200, r#"{"code":200,"success":true}"#);

/// The key is unknown, or not this app's.
pub(super) const UNAUTHORIZED: Answer = answer(401, r#"{"error":"unauthorized"}"#);

/// No usable identifier at all: dropped.
pub(super) const INVALID_DEVICE: Answer = answer(202, r#"{"error":"invalid device identifier"}"#);

/// Too many requests.
pub(super) const SLOW_DOWN: Answer =
    answer(429, r#"{"error":"too many requests"}"#).with("retry-after: 1\r\n");

/// An answer of a fixed text.
pub(super) const fn answer(status: u16, body: &'static str) -> Answer {
    Answer {
        status,
        headers: "",
        body: Cow::Borrowed(body),
    }
}

impl Answer {
    /// The same with these headers, each with its line end.
    pub(super) const fn with(mut self, headers: &'static str) -> Self {
        self.headers = headers;
        self
    }

    /// A JSON document.
    pub(super) fn json(status: u16, document: &serde_json::Value) -> Self {
        Answer {
            status,
            headers: "",
            body: Cow::Owned(document.to_string()),
        }
    }

    /// `{"error": …}`
    pub(super) fn error(status: u16, error: &str) -> Self {
        Answer::json(status, &serde_json::json!({ "error": error }))
    }

    /// Writes the bytes of the whole answer behind what `out` holds; says how many of them are
    /// the body.
    pub(super) fn write_to(&self, close: bool, out: &mut Vec<u8>) -> usize {
        let kind = if self.headers.starts_with("content-type") {
            ""
        } else {
            "content-type: application/json\r\n"
        };
        let reason = StatusCode::from_u16(self.status).ok();
        let reason = reason.and_then(|status| status.canonical_reason());
        let connection = if close { "connection: close\r\n" } else { "" };
        // writing to a vector cannot fail
        let _ = write!(
            out,
            "HTTP/1.1 {} {}\r\n{kind}{}{connection}content-length: {}\r\n\r\n{}",
            self.status,
            reason.unwrap_or("Unknown"),
            self.headers,
            self.body.len(),
            self.body
        );
        self.body.len()
    }
}

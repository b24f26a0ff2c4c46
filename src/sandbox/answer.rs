//! The answers: status, headers and body of each, as bytes.
//!
//! The texts are those of tenjin.com/docs/tenjin-server-to-server-s2s and of Tenjin's SDKs; what is
//! not public is a plain JSON error.

use std::borrow::Cow;
use std::io::Write;

use ureq::http::StatusCode;

use super::faults::{Fault, Hit};

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
pub(super) const SLOW_DOWN: Answer = Answer {
    status: 429,
    headers: "retry-after: 1\r\n",
    body: Cow::Borrowed(r#"{"error":"too many requests"}"#),
};

const fn answer(status: u16, body: &'static str) -> Answer {
    Answer {
        status,
        headers: "",
        body: Cow::Borrowed(body),
    }
}

impl Answer {
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

    /// What the client hears when this fault hits it, if it hears a whole answer.
    pub(super) fn to(hit: Hit) -> Self {
        match hit.fault {
            Fault::Http429 if hit.with_retry_after => SLOW_DOWN,
            Fault::Http429 => answer(429, r#"{"error":"too many requests"}"#),
            Fault::Http503 => answer(503, r#"{"error":"service unavailable"}"#),
            Fault::Http500 | Fault::Late500 => answer(500, r#"{"error":"internal server error"}"#),
            Fault::NoRetry => Answer {
                headers: "no-retry: true\r\n",
                ..answer(500, r#"{"error":"internal server error"}"#)
            },
            Fault::Code400 => answer(200, r#"{"code":400}"#),
            Fault::Garbage => Answer {
                headers: "content-type: text/html\r\n",
                ..answer(200, "<html><body><h1>It works!</h1></body></html>")
            },
            Fault::Http400 => answer(400, r#"{"error":"bad request"}"#),
            Fault::Http401 => UNAUTHORIZED,
            Fault::Http403 => answer(403, r#"{"error":"forbidden"}"#),
            Fault::Http404 => answer(404, r#"{"error":"not found"}"#),
            Fault::NoSuchApp => answer(404, r#"{"error":"no such app"}"#),
            Fault::Http202 => INVALID_DEVICE,
            Fault::NotLogged => answer(202, r#"{"error":"not logged"}"#),
            Fault::Ignored => answer(202, r#"{"error":"ignored"}"#),
            Fault::Http302 => Answer {
                headers: "location: /elsewhere\r\n",
                ..answer(302, "")
            },
            Fault::Http408 => answer(408, r#"{"error":"request timeout"}"#),
            Fault::Reset | Fault::Lost | Fault::Cut | Fault::Hang | Fault::Slow => ACCEPTED,
        }
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

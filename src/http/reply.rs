//! What came back from one attempt, as plain values.

use std::time::Duration;

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

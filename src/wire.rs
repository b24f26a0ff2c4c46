//! What goes over the wire and what comes back, as plain values.
//!
//! Source of the paths and the answers: Tenjin's server-to-server pages and SDKs, as collected
//! in the API notes of this project.

use std::time::Duration;

use crate::kind::Kind;

/// Tenjin's host, with its scheme.
pub const TENJIN: &str = "https://track.tenjin.com";

/// The host of the one undocumented request, as the public importer has it.
pub const TENJIN_ATTRIBUTION: &str = "https://track.tenjin.io";

/// The path that takes this kind of row.
pub fn path(kind: Kind) -> &'static str {
    match kind {
        Kind::Open | Kind::Event => "/v0/event",
        Kind::Purchase => "/v0/purchase",
        Kind::AdImpression => "/v0/ad_impressions",
        Kind::Attribution => "/v0/import_attribution",
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

/// What an attempt means for the row, its app and the pace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// 200 and `code` 200.
    Accepted,
    /// Definitely not recorded, and sending it again would not help.
    Refused,
    /// Another 403 or 404: refused, but five in a row stop the app.
    OddlyRefused,
    /// This app cannot send at all.
    Wall(crate::outcome::StopReason),
    /// Not recorded; slow down and try again (408, 425, 429, 503).
    Later {
        /// What the server asked for.
        retry_after: Option<Duration>,
        /// 429, 503 or a `Retry-After`: the whole run pauses and the pace is halved.
        hold: bool,
    },
    /// It left, and nobody knows.
    InDoubt {
        /// `no-retry` was asked for: never send it again.
        no_retry: bool,
    },
    /// It never left.
    NeverLeft,
}

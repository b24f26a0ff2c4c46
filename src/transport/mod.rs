//! The family of transports: a request goes out, an [`Attempt`] comes back.
//!
//! Whatever goes wrong on the way is an `Attempt` too, never an error: the row must end in an
//! outcome. What an attempt means is decided elsewhere ([`crate::verdict`]); again and again, and
//! how fast, is the road's to decide.

mod answer;
mod authorization;
mod certificates;
mod endpoint;
mod http;
mod leaving;
mod loopback;
mod mask;
mod names;
mod proxy;
mod thrifty;
mod unasked;
mod way;
mod why;

pub use answer::retry_after;
pub use authorization::Authorization;
pub use endpoint::Endpoint;
pub use http::{Http, Limits};
pub use mask::Mask;
pub use way::Way;

use crate::kind::Kind;
use crate::wire::Attempt;

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

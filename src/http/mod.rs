//! The family of transports: a request goes out, an [`Attempt`] comes back.
//!
//! Whatever goes wrong on the way is an `Attempt` too, never an error: the row must end in an
//! outcome. What an attempt means is decided elsewhere ([`crate::http`]); again and again, and
//! how fast, is the road's to decide.

mod answer;
mod authorization;
mod certificates;
mod client;
mod endpoint;
mod leaving;
mod loopback;
mod mask;
mod names;
mod proxy;
mod reply;
mod thrifty;
mod unasked;
mod verdict;
mod way;
mod why;

pub use answer::retry_after;
pub use authorization::Authorization;
pub use client::{Http, Limits};
pub use endpoint::{Endpoint, TENJIN};
pub use mask::Mask;
pub use reply::{Attempt, Reply};
pub use verdict::{Judgement, Verdict, judge};
pub use way::Way;

use crate::model::Kind;

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

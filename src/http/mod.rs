//! One request goes out, one [`Attempt`] comes back, and what it means.
//!
//! Whatever goes wrong on the way is an `Attempt` too, never an error: the row must end in an
//! outcome. How often and how fast requests go is decided in `delivery`.

mod client;
mod coalesce;
mod dns;
mod endpoint;
mod failure;
mod leaving;
mod mask;
mod proxy;
mod reply;
mod request;
mod route;
mod unasked;
mod verdict;

pub use client::{Http, Limits};
pub use endpoint::{Endpoint, TENJIN};
pub use mask::Mask;
pub use reply::{Attempt, Reply, retry_after};
pub use request::{Authorization, Request};
pub use route::Route;
pub use verdict::{Judgement, Verdict, judge};

/// Sends one request and says what came back.
pub trait Transport: Send + Sync {
    /// One attempt, on the calling thread, until there is a whole answer or none will come.
    fn send(&self, request: &Request<'_>) -> Attempt;
}

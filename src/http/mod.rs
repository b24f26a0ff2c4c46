//! One request goes out, one [`Attempt`] comes back, and what it means.
//!
//! Whatever goes wrong on the way is an `Attempt` too, never an error: the row must end in an
//! outcome. How often and how fast requests go is decided in `delivery`.

mod client;
mod endpoint;
mod leaving;
mod mask;
mod reply;
mod route;
mod verdict;

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ureq::http::HeaderValue;

use crate::model::{Kind, Secret};

pub use client::{Http, Limits};
pub use endpoint::{Endpoint, TENJIN};
pub use mask::{KeyFinder, Mask};
pub use reply::{Attempt, Reply, retry_after};
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

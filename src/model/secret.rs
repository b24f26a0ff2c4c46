//! A key that cannot be printed.
//!
//! Its `Debug` says nothing, it has no `Display`, and only `http` asks for its text.

use std::fmt;

/// An SDK key.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Wraps a key.
    pub fn new(text: &str) -> Self {
        Secret(text.into())
    }

    /// The key itself, for the `Authorization` header only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

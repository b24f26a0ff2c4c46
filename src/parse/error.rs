//! What is wrong with a text, before a row and a field are known.

use std::borrow::Cow;

use crate::model::{Code, Fault};
use crate::schema::Key;

/// Why a text is no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {hint}", code.meaning())]
pub struct ParseError {
    /// The stable word.
    pub code: Code,
    /// What to do about it. Never repeats the text.
    pub hint: Cow<'static, str>,
}

impl ParseError {
    pub(super) fn new(code: Code, hint: impl Into<Cow<'static, str>>) -> Self {
        ParseError {
            code,
            hint: hint.into(),
        }
    }

    /// The same as a fault of a row.
    pub fn at(self, key: Key, value: &str) -> Fault {
        Fault::new(self.code, key.name(), value, self.hint)
    }
}

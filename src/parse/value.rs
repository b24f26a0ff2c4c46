//! What a text becomes: a value as it is meant, whatever it looked like, or what is wrong with it.

use std::borrow::Cow;
use std::cell::OnceCell;

use rust_decimal::Decimal;

use crate::model::{Code, Currency, Fault, Platform};
use crate::schema::Key;

/// One field's value, normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Value<'t> {
    /// There is none.
    #[default]
    Absent,
    /// Text as it is sent.
    Text(&'t str),
    /// One of a few words that we know.
    Word(&'static str),
    /// A UUID's sixteen bytes.
    Uuid([u8; 16]),
    /// An id of another form: lower-case hex.
    Hex(&'t str),
    /// An exact amount.
    Amount(Decimal),
    /// A whole number.
    Integer(i64),
    /// Two upper-case letters.
    Country([u8; 2]),
    /// An ISO 4217 code.
    Currency(Currency),
    /// A platform.
    Platform(Platform),
    /// µs since 1970, UTC.
    Time(i64),
}

impl<'t> Value<'t> {
    /// Whether there is none.
    pub fn is_absent(self) -> bool {
        matches!(self, Value::Absent)
    }

    /// The text, of values that are text.
    pub fn text(self) -> Option<&'t str> {
        match self {
            Value::Text(text) | Value::Hex(text) => Some(text),
            Value::Word(word) => Some(word),
            Value::Platform(platform) => Some(platform.name()),
            _ => None,
        }
    }
}

/// Keeps texts as long as it lives.
#[derive(Debug, Default)]
pub struct Arena {
    text: OnceCell<String>,
    next: OnceCell<Box<Arena>>,
}

impl Arena {
    /// Keeps a text and lends it.
    pub fn keep(&self, text: String) -> &str {
        let mut arena = self;
        while arena.text.get().is_some() {
            arena = arena.next.get_or_init(Box::default);
        }
        arena.text.get_or_init(|| text)
    }
}

/// Why a text is no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {hint}", code.meaning())]
pub struct ParseError {
    /// The stable word.
    pub code: Code,
    /// What to do about it. Never repeats the text.
    pub hint: Cow<'static, str>,
}

/// A value, or why there is none.
pub type ParseResult<'t> = Result<Value<'t>, ParseError>;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_kept_stays() {
        let arena = Arena::default();
        let kept: Vec<&str> = (0..100).map(|n: i32| arena.keep(n.to_string())).collect();
        assert_eq!(kept.first(), Some(&"0"));
        assert_eq!(kept.last(), Some(&"99"));
    }
}

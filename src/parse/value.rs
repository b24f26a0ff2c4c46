//! A value as it is meant, whatever it looked like.

use rust_decimal::Decimal;

use crate::model::{Currency, Platform};

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

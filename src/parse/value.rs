//! What a text becomes: a value as it is meant, whatever it looked like, or what is wrong with it. And
//! what was put right without asking: counted by rows, under stable names.

use std::borrow::Cow;
use std::cell::OnceCell;

use rust_decimal::Decimal;

use crate::model::words::words;
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

words! {
    /// One sort of repair, and what people read behind the number of rows.
    pub enum Fix: &'static str {
        /// An id's case or dashes were changed to the form that is sent.
        IdForm = "id_form": "ids with other dashes or case",
        /// An IPv4 address was written as an IPv6 one (`::ffff:203.0.113.9`).
        IpForm = "ip_form": "IPv4 addresses written as IPv6",
        /// A country code was in lower case.
        CountryCase = "country_case": "country codes in small letters",
        /// A currency code was in lower case.
        CurrencyCase = "currency_case": "currency codes in small letters",
        /// A platform was spelt another way (`iOS`, `iPadOS`, `Google Play`).
        PlatformName = "platform_name": "platforms under another name",
        /// An Android release became its API level.
        OsVersionApiLevel = "os_version_api_level": "Android releases turned into API levels",
        /// `os_version` named its system or its build too (`iOS 17.5`, `Version 17.5 (Build 21F79)`).
        OsVersionPrefix = "os_version_prefix": "versions that named their system or build",
        /// `os_version_release` was filled from the release in `os_version`.
        OsVersionReleaseFilled = "os_version_release_filled": "os_version_release taken from os_version",
        /// Yes or no was spelt another way than it is sent.
        BooleanForm = "boolean_form": "yes or no in another spelling",
        /// A word of a fixed list was in another case.
        ChoiceCase = "choice_case": "words in another case",
        /// No column is mapped to `quantity`, so it is 1.
        QuantityDefault = "quantity_default": "purchases without a quantity, taken as 1",
        /// A field that only the other platform family has was left out.
        OtherPlatformLeftOut = "other_platform_left_out": "fields that only the other platform has, left out",
        /// A whole number was written with a fraction of zeros (`71.0`).
        IntegerForm = "integer_form": "whole numbers written with .0",
        /// An amount had its currency's mark, or marks between thousands (`4,99 €`, `1'234.50`).
        AmountForm = "amount_form": "amounts with the mark of their currency or of thousands",
        /// A text stood in a formula, as spreadsheets keep leading zeros (`="00123"`).
        FormulaText = "formula_text": "texts taken out of formulas",
        /// A list of one value was that value.
        ListOfOne = "list_of_one": "lists of one value, taken as that value",
        /// The clocks were put back in that night, and show the hour twice.
        HourTwice = "hour_twice": "times in an hour that exists twice (clocks put back), read as the first",
        /// The clocks were put forward in that night, past the hour.
        HourSkipped = "hour_skipped": "times in an hour that does not exist (clocks put forward), read an hour later",
        /// A country was written by its name.
        CountryName = "country_name": "countries written by their names",
    }
}

impl Fix {
    /// What people read behind the number of rows.
    pub fn meaning(self) -> &'static str {
        self.more()
    }

    /// The fix that a report names so.
    pub fn named(name: &str) -> Option<Fix> {
        Fix::ALL.into_iter().find(|fix| fix.name() == name)
    }
}

/// The fixes of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fixes(u32);

impl Fixes {
    /// Notes one.
    pub fn note(&mut self, fix: Fix) {
        self.0 |= 1 << fix as u32;
    }

    /// Notes those of others, too.
    pub fn add(&mut self, others: Fixes) {
        self.0 |= others.0;
    }

    /// Whether it was noted.
    pub fn has(self, fix: Fix) -> bool {
        self.0 & (1 << fix as u32) != 0
    }

    /// Those that were noted.
    pub fn iter(self) -> impl Iterator<Item = Fix> {
        let noted = if self.0 == 0 { &[][..] } else { &Fix::ALL[..] };
        noted.iter().copied().filter(move |fix| self.has(*fix))
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

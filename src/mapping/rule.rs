//! Rules over a row's columns: which kind it is, and whether it is left out.
//!
//! Bound like fields are: columns by number, words in lower case, numbers exact.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::Record;
use super::binding::Slot;
use super::file::Condition;
use super::step::{is_yes, number, without_exponent};
use crate::forms::is_placeholder;
use crate::kind::Kind;

/// A kind, and when a row is of it.
#[derive(Debug)]
pub(super) struct KindRule {
    pub(super) kind: Kind,
    pub(super) tests: Vec<Test>,
}

/// A reason, and when a row is left out for it.
#[derive(Debug)]
pub(super) struct FilterRule {
    pub(super) reason: Arc<str>,
    pub(super) tests: Vec<Test>,
}

/// What one column must say.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    slots: Vec<Slot>,
    one_of: Option<Vec<String>>,
    not_in: Option<Vec<String>>,
    starts_with: Option<Vec<String>>,
    yes: Option<bool>,
    filled: Option<bool>,
    above: Option<Decimal>,
    below: Option<Decimal>,
    at_most: Option<Decimal>,
}

impl Test {
    /// The condition on these slots. Its bounds are numbers: the file was checked.
    pub(super) fn new(condition: &Condition, slots: Vec<Slot>) -> Self {
        let lower = |words: &Option<Vec<String>>| {
            let words = words.as_ref()?.iter();
            Some(words.map(|word| word.to_lowercase()).collect())
        };
        let bound = |text: &Option<String>| number(text.as_deref()?);
        Test {
            slots,
            one_of: lower(&condition.one_of),
            not_in: lower(&condition.not_in),
            starts_with: lower(&condition.starts_with),
            yes: condition.yes,
            filled: condition.filled,
            above: bound(&condition.above),
            below: bound(&condition.below),
            at_most: bound(&condition.at_most),
        }
    }

    fn holds(&self, record: &Record<'_, '_>) -> bool {
        let text = record.first(&self.slots).unwrap_or_default();
        let lower = text.to_lowercase();
        let is_in = |words: &Vec<String>| words.contains(&lower);
        self.one_of.as_ref().is_none_or(is_in)
            && self.not_in.as_ref().is_none_or(|words| !is_in(words))
            && self
                .starts_with
                .as_ref()
                .is_none_or(|words| words.iter().any(|word| lower.starts_with(word.as_str())))
            && self
                .yes
                .is_none_or(|yes| (is_yes(text) == Some(true)) == yes)
            && self.filled.is_none_or(|filled| text.is_empty() != filled)
            && self.above.is_none_or(|bound| is_above(text, bound))
            && self
                .below
                .is_none_or(|bound| amount(text).is_some_and(|n| n < bound))
            && self
                .at_most
                .is_none_or(|bound| amount(text).is_some_and(|n| n <= bound))
    }
}

/// What is no number but says something counts as above: `12,50` is money that must be refused
/// for its form, and not pass as an event without money.
fn is_above(text: &str, bound: Decimal) -> bool {
    match amount(text) {
        Some(amount) => amount > bound,
        None => !is_placeholder(text),
    }
}

/// The number that a text is, also with an exponent.
fn amount(text: &str) -> Option<Decimal> {
    number(text).or_else(|| without_exponent(text))
}

/// Whether every test holds.
pub(super) fn hold(tests: &[Test], record: &Record<'_, '_>) -> bool {
    tests.iter().all(|test| test.holds(record))
}

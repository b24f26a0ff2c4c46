//! Rules over a row's columns: which kind it is, and whether it is left out.
//!
//! Bound like fields are: columns by number, words in lower case, numbers exact. A filled cell
//! that a test cannot read is an error of the row: a sandbox purchase whose `WAHR` nobody
//! understands must not pass.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::Record;
use super::file::Condition;
use super::number::{Numbers, number};
use super::slot::Slot;
use super::unread::Unread;
use crate::model::{Code, Kind};
use crate::parse::{Nothing, yes_no};

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
    one_of: Option<Words>,
    not_in: Option<Words>,
    starts_with: Option<Vec<String>>,
    yes: Option<bool>,
    filled: Option<bool>,
    above: Option<Decimal>,
    below: Option<Decimal>,
    at_most: Option<Decimal>,
    /// How its numbers are written.
    numbers: Numbers,
}

/// A list of words. Yes and no among them stand for all their spellings; a list of nothing else
/// asks for yes or no.
#[derive(Debug, Clone)]
struct Words {
    words: Vec<String>,
    answers: Vec<bool>,
}

impl Words {
    fn new(words: &[String]) -> Self {
        Words {
            words: words.iter().map(|word| word.to_lowercase()).collect(),
            answers: words.iter().filter_map(|word| yes_no(word)).collect(),
        }
    }

    /// `text` is empty where there is no value, whatever stands there in its place (`lower`).
    fn has<'c>(&self, text: &'c str, lower: &str) -> Result<bool, Unreadable<'c>> {
        let is_listed = |word: &str| self.words.iter().any(|known| known == word);
        if is_listed(lower) || is_listed(&text.to_lowercase()) {
            return Ok(true);
        }
        match yes_no(text) {
            Some(answer) => Ok(self.answers.contains(&answer)),
            None if text.is_empty() || self.answers.len() < self.words.len() => Ok(false),
            None => Err(no_answer(text)),
        }
    }
}

/// A cell that a test cannot read.
type Unreadable<'c> = (Code, &'c str, &'static str);

fn no_answer(text: &str) -> Unreadable<'_> {
    (
        Code::InvalidChoice,
        text,
        "write true or false: a rule of the mapping depends on it",
    )
}

impl Test {
    /// The condition on these slots. Its bounds are numbers: the file was checked.
    pub(super) fn new(condition: &Condition, slots: Vec<Slot>, numbers: Numbers) -> Self {
        let bound = |text: &Option<String>| number(text.as_deref()?);
        let lower = |words: &Vec<String>| words.iter().map(|word| word.to_lowercase()).collect();
        Test {
            slots,
            one_of: condition.one_of.as_deref().map(Words::new),
            not_in: condition.not_in.as_deref().map(Words::new),
            starts_with: condition.starts_with.as_ref().map(lower),
            yes: condition.yes,
            filled: condition.filled,
            above: bound(&condition.above),
            below: bound(&condition.below),
            at_most: bound(&condition.at_most),
            numbers,
        }
    }

    /// The columns that it looks at.
    pub(super) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Whether it holds where an amount is missing or not above zero.
    pub(super) fn denies_money(&self) -> bool {
        self.at_most.is_some() || self.filled == Some(false)
    }

    /// Whether it compares numbers.
    pub(super) fn is_of_numbers(&self) -> bool {
        [self.above, self.below, self.at_most]
            .iter()
            .any(Option::is_some)
    }

    /// Whether an object or a list answers it as well as a text does.
    fn asks_only_whether_filled(&self) -> bool {
        self.filled.is_some()
            && self.one_of.is_none()
            && self.not_in.is_none()
            && self.starts_with.is_none()
            && self.yes.is_none()
            && !self.is_of_numbers()
    }

    fn holds<'c>(&self, record: &Record<'c, '_>) -> Result<bool, Unread<'c>> {
        let found = match record.find(&self.slots, Nothing::Words) {
            Err(_) if self.asks_only_whether_filled() => return Ok(self.filled == Some(true)),
            found => found?,
        };
        let (column, cell) = found.unwrap_or_default();
        let numbers = if record.has_number() {
            Numbers::Point
        } else {
            self.numbers
        };
        let unread = |(code, text, hint)| Unread {
            code,
            text,
            hint,
            column,
        };
        self.answer(cell, numbers).map_err(unread)
    }

    fn answer<'c>(&self, cell: &'c str, numbers: Numbers) -> Result<bool, Unreadable<'c>> {
        let text = if Nothing::Words.says(cell) { "" } else { cell };
        let lower = cell.to_lowercase();
        let words = |words: &Option<Words>, wanted: bool| match words {
            None => Ok(true),
            Some(words) => words.has(text, &lower).map(|has| has == wanted),
        };
        let starts = |words: &Vec<String>| words.iter().any(|word| lower.starts_with(&**word));
        let compare = |bound: Option<Decimal>, fits: fn(Decimal, Decimal) -> bool| match bound {
            None => Ok(true),
            Some(_) if text.is_empty() => Ok(false),
            Some(bound) => match numbers.read(text) {
                Ok(amount) => Ok(fits(amount, bound)),
                Err(hint) => Err((Code::InvalidNumber, text, hint)),
            },
        };
        let yes = match self.yes {
            None => Ok(true),
            Some(_) if text.is_empty() => Ok(false),
            Some(wanted) => yes_no(text).map(|yes| yes == wanted).ok_or(no_answer(text)),
        };
        all([
            words(&self.one_of, true),
            words(&self.not_in, false),
            Ok(self.starts_with.as_ref().is_none_or(starts)),
            yes,
            Ok(self.filled.is_none_or(|filled| text.is_empty() != filled)),
            compare(self.above, |amount, bound| amount > bound),
            compare(self.below, |amount, bound| amount < bound),
            compare(self.at_most, |amount, bound| amount <= bound),
        ])
    }
}

/// Whether all hold. One that does not hold decides, whatever the others could not read.
fn all<E>(answers: impl IntoIterator<Item = Result<bool, E>>) -> Result<bool, E> {
    let mut unread = None;
    for answer in answers {
        match answer {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(error) => unread = unread.or(Some(error)),
        }
    }
    unread.map_or(Ok(true), Err)
}

/// Whether every test holds.
pub(super) fn hold<'c>(tests: &[Test], record: &Record<'c, '_>) -> Result<bool, Unread<'c>> {
    all(tests.iter().map(|test| test.holds(record)))
}

//! Rules over a row's columns: which kind it is, and whether it is left out.
//!
//! Bound like fields are: columns by number, words in lower case, numbers exact. A filled cell
//! that a test cannot read is an error of the row: a sandbox purchase whose `WAHR` nobody
//! understands must not pass.

use rust_decimal::Decimal;
use serde::Deserialize;
use toml::Spanned;

use super::Record;
use super::json::Unread;
use super::number::{Numbers, number};
use super::reference::{Slot, may_lack};
use crate::model::Code;
use crate::parse::{Placeholders, yes_no};

/// What a row is, or why it is left out, and when.
#[derive(Debug)]
pub(super) struct Rule<T> {
    pub(super) is: T,
    pub(super) tests: Vec<Test>,
}

/// A condition on an input's columns.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    slots: Vec<Slot>,
    condition: Condition,
    /// How its numbers are written.
    numbers: Numbers,
}

/// What one column must say. Everything that is given must hold; words match in any case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Condition {
    pub(super) column: Spanned<String>,
    #[serde(rename = "in")]
    one_of: Option<Words>,
    not_in: Option<Words>,
    starts_with: Option<Words>,
    yes: Option<bool>,
    filled: Option<bool>,
    above: Option<Bound>,
    below: Option<Bound>,
    at_most: Option<Bound>,
}

/// A list of words. Yes and no among them stand for all their spellings; a list of nothing else
/// asks for yes or no.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Vec<String>")]
struct Words {
    words: Vec<String>,
    answers: Vec<bool>,
}

/// A number to compare with.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Bound(Decimal);

impl TryFrom<String> for Bound {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let bound = number(&text).ok_or("`above`, `below` and `at_most` are plain numbers")?;
        Ok(Bound(bound))
    }
}

impl From<Vec<String>> for Words {
    fn from(words: Vec<String>) -> Self {
        Words {
            answers: words.iter().filter_map(|word| yes_no(word)).collect(),
            words: words.iter().map(|word| word.to_lowercase()).collect(),
        }
    }
}

impl Words {
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
    pub(super) fn new(condition: &Condition, slots: Vec<Slot>, numbers: Numbers) -> Self {
        Test {
            slots,
            condition: condition.clone(),
            numbers,
        }
    }

    /// The columns that it looks at.
    pub(super) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The column that the mapping names.
    pub(super) fn reference(&self) -> &str {
        may_lack(self.condition.column.get_ref()).0
    }

    /// Whether it holds where an amount is missing or not above zero.
    pub(super) fn denies_money(&self) -> bool {
        self.condition.at_most.is_some() || self.condition.filled == Some(false)
    }

    /// Whether it holds for this word, in lower case, by its name.
    pub(super) fn lists(&self, word: &str) -> bool {
        let listed = self.condition.one_of.as_ref();
        listed.is_some_and(|listed| listed.words.iter().any(|known| known == word))
    }

    fn holds<'c>(&self, record: &Record<'c, '_>) -> Result<bool, Unread<'c>> {
        let found = match record.find(&self.slots, Placeholders::Words) {
            // An object or a list answers that as well as a text does.
            Err(_) if self.condition.asks_only_whether_filled() => {
                return Ok(self.condition.filled == Some(true));
            }
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
        self.condition.answer(cell, numbers).map_err(unread)
    }
}

impl Condition {
    /// Whether it only asks whether the cell is filled.
    pub(super) fn asks_only_whether_filled(&self) -> bool {
        self.filled.is_some() && !self.asks_for_value()
    }

    /// Whether it has no condition.
    pub(super) fn is_empty(&self) -> bool {
        self.filled.is_none() && !self.asks_for_value()
    }

    fn asks_for_value(&self) -> bool {
        let words = [&self.one_of, &self.not_in, &self.starts_with];
        let bounds = [self.above, self.below, self.at_most];
        words.into_iter().any(Option::is_some)
            || self.yes.is_some()
            || bounds.iter().any(Option::is_some)
    }

    fn answer<'c>(&self, cell: &'c str, numbers: Numbers) -> Result<bool, Unreadable<'c>> {
        let text = if Placeholders::Words.contain(cell) {
            ""
        } else {
            cell
        };
        let lower = cell.to_lowercase();
        let words = |words: &Option<Words>, wanted: bool| match words {
            None => Ok(true),
            Some(words) => words.has(text, &lower).map(|has| has == wanted),
        };
        let starts = |words: &Words| words.words.iter().any(|word| lower.starts_with(&**word));
        let compare = |bound: Option<Bound>, fits: fn(Decimal, Decimal) -> bool| match bound {
            None => Ok(true),
            Some(_) if text.is_empty() => Ok(false),
            Some(Bound(bound)) => match numbers.read(text) {
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

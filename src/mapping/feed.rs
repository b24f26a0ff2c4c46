//! Where a field's text comes from: a column, the first of several, or what steps make of them.

use super::Record;
use super::record::Reading;
use super::rule::{self, Test};
use super::slot::Slot;
use super::step::Step;
use crate::model::Code;
use crate::parse::Nothing;
use crate::schema::Key;

/// Where a field's text comes from.
#[derive(Debug, Clone, Default)]
pub(crate) enum Feed {
    /// No column, no constant.
    #[default]
    Nothing,
    /// The same for every row: a mapping's constant, or `--override`.
    Constant(Box<str>),
    /// One column.
    Column(Slot),
    /// The first of several that is not empty.
    First(Vec<Slot>),
    /// What steps make of it.
    Made(Box<Made>),
}

/// A text that is made of others.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    /// Stands for the columns.
    pub(crate) constant: Option<Box<str>>,
    pub(crate) slots: Vec<Slot>,
    /// What an empty cell means, and a missing column.
    pub(crate) default: Option<Box<str>>,
    pub(crate) steps: Vec<Step>,
    /// The columns or the constant count only where these hold.
    pub(crate) tests: Vec<Test>,
    /// Where else to look, if all this gives nothing.
    pub(crate) or: Option<Feed>,
}

impl Feed {
    pub(super) fn needs_no_column(&self) -> bool {
        match self {
            Feed::Constant(_) => true,
            Feed::Made(made) => made.default.is_some(),
            _ => false,
        }
    }

    /// Every column that it looks at.
    pub(super) fn slots(&self) -> Vec<&Slot> {
        match self {
            Feed::Nothing | Feed::Constant(_) => Vec::new(),
            Feed::Column(slot) => slot.all().collect(),
            Feed::First(slots) => slots.iter().flat_map(Slot::all).collect(),
            Feed::Made(made) => {
                let other = made.or.iter().flat_map(Feed::slots);
                made.slots.iter().flat_map(Slot::all).chain(other).collect()
            }
        }
    }

    /// The text for a field, trimmed. Nothing if no column feeds it here; what stands for "none"
    /// if all that feed it say so.
    pub(crate) fn text<'c>(&'c self, key: Key, record: &Record<'c, '_>) -> Reading<'c> {
        match self.read(key, record) {
            // What the store signed is JSON, and is sent as it is.
            Err(unread) if unread.code == Code::InvalidShape && key.may_be_json() => {
                Ok(Some(unread.text))
            }
            read => read,
        }
    }

    fn read<'c>(&'c self, key: Key, record: &Record<'c, '_>) -> Reading<'c> {
        match self {
            Feed::Constant(text) => Ok(Some(text)),
            Feed::Column(slot) => record.cell(slot),
            Feed::First(slots) => record.first(slots, Nothing::in_field(key)),
            Feed::Nothing => Ok(None),
            Feed::Made(made) => made.text(key, record),
        }
    }
}

impl Made {
    fn text<'c>(&'c self, key: Key, record: &Record<'c, '_>) -> Reading<'c> {
        let nothing = Nothing::in_field(key);
        let found = match (rule::hold(&self.tests, record)?, &self.constant) {
            (false, _) => None,
            (true, Some(constant)) => Some(&**constant),
            (true, None) => record.first(&self.slots, nothing)?,
        };
        if let Some(text) = found.filter(|text| !nothing.says(text)) {
            let mut steps = self.steps.iter();
            return steps
                .try_fold(text, |text, step| step.take(text, record))
                .map(Some);
        }
        let other = match &self.or {
            Some(feed) => feed.text(key, record)?,
            None => None,
        };
        let is_filled = other.is_some_and(|text| !nothing.says(text));
        Ok(match (other, &self.default) {
            (Some(text), _) if is_filled => Some(text),
            (_, Some(default)) => Some(default),
            (other, None) => other.or(found).or(self.slots.first().map(|_| "")),
        })
    }
}

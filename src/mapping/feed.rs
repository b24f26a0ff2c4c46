//! Where a field's text comes from: columns, what steps make of them, or what `--set` says.

use super::Record;
use super::record::Reading;
use super::reference::Slot;
use super::rule::{self, Test};
use super::step::Step;
use crate::model::{Code, Platform};
use crate::parse::Placeholders;
use crate::schema::Key;

/// Where a field's text comes from.
#[derive(Debug, Clone, Default)]
pub(crate) enum Feed {
    /// No column, no constant.
    #[default]
    Nothing,
    /// The same for every row: a mapping's constant, or `--override`.
    Constant(Box<str>),
    /// One column, or the first of several that is not empty.
    Columns(Vec<Slot>),
    /// What steps make of it.
    Made(Box<Made>),
}

/// A text that is made of others.
#[derive(Debug, Clone, Default)]
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
    /// Of columns, if there are any.
    pub(super) fn of(slots: Vec<Slot>) -> Self {
        if slots.is_empty() {
            return Feed::Nothing;
        }
        Feed::Columns(slots)
    }

    /// The columns that are looked at first; none for a constant.
    pub(super) fn columns(&self) -> &[Slot] {
        match self {
            Feed::Nothing | Feed::Constant(_) => &[],
            Feed::Columns(slots) => slots,
            Feed::Made(made) => &made.slots,
        }
    }

    /// Whether it gives numbers as a cell has them, in its unit.
    pub(crate) fn is_as_written(&self) -> bool {
        match self {
            Feed::Made(made) => {
                made.steps.iter().all(Step::is_decimal_comma)
                    && made.or.as_ref().is_none_or(Feed::is_as_written)
            }
            _ => true,
        }
    }

    pub(super) fn needs_no_column(&self) -> bool {
        match self {
            Feed::Constant(_) => true,
            Feed::Made(made) => made.default.is_some(),
            _ => false,
        }
    }

    /// Whether some of it is multiplied by a power of ten.
    pub(super) fn is_scaled(&self) -> bool {
        let Feed::Made(made) = self else { return false };
        let mut steps = made.steps.iter();
        steps.any(|step| matches!(step, Step::Scale(_)))
            || made.or.as_ref().is_some_and(Feed::is_scaled)
    }

    /// The first column that is multiplied by this power of ten.
    pub(super) fn scaled_by(&self, power: i32) -> Option<&Slot> {
        let Feed::Made(made) = self else { return None };
        let own = made.scale().filter(|scale| *scale == power);
        let own = own.and_then(|_| made.slots.first());
        own.or_else(|| made.or.as_ref()?.scaled_by(power))
    }

    /// The power of ten that scales a row's amount, whatever its currency is: a condition that names
    /// this currency (`code`, in lower case) has decided about it.
    pub(crate) fn fixed_scale(&self, key: Key, record: &Record<'_, '_>, code: &str) -> Option<i32> {
        let Feed::Made(made) = self else { return None };
        if !rule::hold(&made.tests, record).ok()? {
            return made.or.as_ref()?.fixed_scale(key, record, code);
        }
        let placeholders = Placeholders::in_field(key);
        let found = record.first(&made.slots, placeholders).ok()?;
        match found.filter(|text| !placeholders.contain(text)) {
            Some(_) if made.tests.iter().any(|test| test.lists(code)) => None,
            Some(_) => made.scale(),
            None => made.or.as_ref()?.fixed_scale(key, record, code),
        }
    }

    /// Takes lists of one value from its columns.
    pub(super) fn take_lists(&mut self) {
        let (slots, other) = match self {
            Feed::Nothing | Feed::Constant(_) => return,
            Feed::Columns(slots) => (slots, None),
            Feed::Made(made) => (&mut made.slots, made.or.as_mut()),
        };
        slots.iter_mut().for_each(|slot| slot.may_be_list = true);
        if let Some(other) = other {
            other.take_lists();
        }
    }

    /// Every column that it looks at.
    pub(super) fn slots(&self) -> Vec<&Slot> {
        match self {
            Feed::Nothing | Feed::Constant(_) => Vec::new(),
            Feed::Columns(slots) => slots.iter().flat_map(Slot::all).collect(),
            Feed::Made(made) => {
                let other = made.or.iter().flat_map(Feed::slots);
                made.slots.iter().flat_map(Slot::all).chain(other).collect()
            }
        }
    }

    /// The text for a field, trimmed. `None` if no column feeds it in this row; if all that feed it hold
    /// a word for "no value", that word.
    #[inline]
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
            Feed::Columns(slots) => match slots.as_slice() {
                // Nearly every field: nothing to choose from.
                [slot] => record.cell(slot),
                slots => record.first(slots, Placeholders::in_field(key)),
            },
            Feed::Nothing => Ok(None),
            Feed::Made(made) => made.text(key, record),
        }
    }
}

impl Made {
    fn scale(&self) -> Option<i32> {
        self.steps.iter().find_map(|step| match step {
            Step::Scale(power) => Some(*power),
            _ => None,
        })
    }

    fn text<'c>(&'c self, key: Key, record: &Record<'c, '_>) -> Reading<'c> {
        let placeholders = Placeholders::in_field(key);
        let found = match (rule::hold(&self.tests, record)?, &self.constant) {
            (false, _) => None,
            (true, Some(constant)) => Some(&**constant),
            (true, None) => record.first(&self.slots, placeholders)?,
        };
        if let Some(text) = found.filter(|text| !placeholders.contain(text)) {
            let mut steps = self.steps.iter();
            return steps
                .try_fold(text, |text, step| step.take(text, record))
                .map(Some);
        }
        let other = match &self.or {
            Some(feed) => feed.text(key, record)?,
            None => None,
        };
        let is_filled = other.is_some_and(|text| !placeholders.contain(text));
        Ok(match (other, &self.default) {
            (Some(text), _) if is_filled => Some(text),
            (_, Some(default)) => Some(default),
            (other, None) => other.or(found).or(self.slots.first().map(|_| "")),
        })
    }
}

/// What `--set` says: the value of a field in rows that have none, of all platforms or of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fill {
    all: Option<Box<str>>,
    by_platform: [Option<Box<str>>; Platform::ALL.len()],
}

impl Fill {
    /// The value for a row of this platform.
    pub(crate) fn get(&self, platform: Option<Platform>) -> Option<&str> {
        let own = platform.and_then(|platform| self.by_platform[platform as usize].as_deref());
        own.or(self.all.as_deref())
    }

    /// The value for rows of every platform.
    pub(super) fn of_all(&self) -> Option<&str> {
        self.all.as_deref()
    }

    /// Whether it says anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_none() && !self.tells_platforms()
    }

    /// Whether it depends on the platform.
    pub(crate) fn tells_platforms(&self) -> bool {
        self.by_platform.iter().any(Option::is_some)
    }

    /// Each value, and the platform that it is for.
    pub(super) fn values(&self) -> impl Iterator<Item = (Option<Platform>, &str)> {
        let own = Platform::ALL.into_iter().zip(&self.by_platform);
        let own = own.filter_map(|(platform, value)| Some((Some(platform), value.as_deref()?)));
        let all = self.all.as_deref().map(|value| (None, value));
        all.into_iter().chain(own)
    }

    /// Puts a value in, and gives what stood there.
    pub(super) fn put(&mut self, platform: Option<Platform>, value: &str) -> Option<Box<str>> {
        match platform {
            None => self.all.replace(value.into()),
            Some(platform) => self.by_platform[platform as usize].replace(value.into()),
        }
    }
}

//! Rules over a row's columns: which kind it is, and whether it is left out.
//!
//! Bound like fields are: columns by number, words in lower case, numbers exact.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::binding::Slot;
use super::file::{Condition, FieldTable, File, KindCase};
use super::number::{number, without_exponent};
use super::place::{Place, may_lack};
use super::step::is_yes;
use super::{Mapping, Record};
use crate::forms::is_placeholder;
use crate::kind::Kind;
use crate::schema::Key;

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

    /// The columns that it looks at.
    pub(super) fn slots(&self) -> &[Slot] {
        &self.slots
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

impl Mapping {
    /// The rules of the first layer that has some: they only make sense together.
    pub(super) fn kinds(&self, place: &mut Place<'_>) -> anyhow::Result<Vec<KindRule>> {
        let Some(file) = self.layers.iter().find(|file| !file.kind.is_empty()) else {
            return Ok(Vec::new());
        };
        let bind = |case: &KindCase| {
            Ok(KindRule {
                kind: case.is,
                tests: self.tests(file, &case.when, place)?,
            })
        };
        file.kind.iter().map(bind).collect()
    }

    pub(super) fn filters(&self, place: &mut Place<'_>) -> anyhow::Result<Vec<FilterRule>> {
        let mut rules = Vec::new();
        for file in &self.layers {
            for case in &file.filter {
                rules.push(FilterRule {
                    reason: Arc::from(case.reason.get_ref().as_str()),
                    tests: self.tests(file, &case.when, place)?,
                });
            }
        }
        Ok(rules)
    }

    /// The conditions of a rule, on these columns.
    fn tests(
        &self,
        file: &Arc<File>,
        conditions: &[Condition],
        place: &mut Place<'_>,
    ) -> anyhow::Result<Vec<Test>> {
        let bind = |condition: &Condition| {
            let slots = self.looked_at(file, condition, place)?;
            Ok(Test::new(condition, slots))
        };
        conditions.iter().map(bind).collect()
    }

    /// The columns that a rule looks at. Where it looks at what the file takes for a field, and
    /// that field was given another column, the rule looks there first: a purchase stays one when
    /// its amount is called otherwise.
    fn looked_at(
        &self,
        file: &Arc<File>,
        condition: &Condition,
        place: &mut Place<'_>,
    ) -> anyhow::Result<Vec<Slot>> {
        let at = condition.column.span().start;
        let (reference, _) = may_lack(condition.column.get_ref());
        let is_same = |table: &FieldTable| {
            let column = table.column.as_deref();
            column.is_some_and(|column| may_lack(column).0 == reference)
        };
        let mut fields = file.fields.iter().filter(|(_, spec)| is_same(&spec.0));
        let key = fields.find_map(|(name, _)| Key::find(name.get_ref()));
        let mut slots = match key {
            Some(key) => self.given_instead(key, file, place)?,
            None => Vec::new(),
        };
        if slots.is_empty() {
            return place.said(file, at, condition.column.get_ref());
        }
        slots.extend(place.said(file, at, &format!("{reference}?"))?);
        Ok(slots)
    }

    /// The columns that the user, or a file above this one, gave a field.
    fn given_instead(
        &self,
        key: Key,
        file: &Arc<File>,
        place: &mut Place<'_>,
    ) -> anyhow::Result<Vec<Slot>> {
        if let Some(reference) = &self.columns[key as usize] {
            return place.wished(key, reference);
        }
        match &self.specs[key as usize] {
            Some(spec) if !Arc::ptr_eq(&spec.file, file) => match &spec.table.column {
                Some(column) => place.said(&spec.file, spec.at, column),
                None => Ok(Vec::new()),
            },
            _ => Ok(Vec::new()),
        }
    }
}

/// Whether every test holds.
pub(super) fn hold(tests: &[Test], record: &Record<'_, '_>) -> bool {
    tests.iter().all(|test| test.holds(record))
}

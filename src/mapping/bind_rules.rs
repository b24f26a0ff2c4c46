//! The rules of mapping files on an input's columns.

use std::sync::Arc;

use super::Mapping;
use super::file::{Condition, FieldTable, File, KindCase};
use super::place::{Place, may_lack};
use super::rule::{FilterRule, KindRule, Test};
use super::slot::Slot;
use crate::schema::Key;

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
            Ok(Test::new(condition, slots, place.numbers()))
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

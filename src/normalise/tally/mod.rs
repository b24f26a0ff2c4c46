//! What a chunk of rows adds to the report.
//!
//! Counts add up: `read` is the sum of valid, rejected and filtered rows. Every list is bounded,
//! also against rows that were made to fill it. `merge` adds a later chunk to an earlier one.

mod names;
mod of_app;
mod span;
mod totals;

pub use names::Names;
pub use of_app::{AppTally, Counts};
pub use span::Span;
pub use totals::Totals;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use totals::plus;

use crate::event::{Currency, Installation};
use crate::forms::{Fix, Fixes};
use crate::kind::{App, Kind};
use crate::row::{Code, Filter};
use crate::schema::Key;

/// The most entries of a list in a report.
pub(super) const BOUND: usize = 1_000;

/// What a chunk of rows adds to the report.
#[derive(Debug, Default)]
pub struct Tally {
    /// Rows read.
    pub read: u64,
    /// By app; one entry without an app for rows that name none, and for apps beyond the bound.
    pub apps: Vec<AppTally>,
    /// Filtered rows by the rule's name.
    pub filters: BTreeMap<Cow<'static, str>, u64>,
    /// Optional values left out of valid rows, by field and reason.
    pub dropped_fields: BTreeMap<(&'static str, Code), u64>,
    /// When the valid rows happened.
    pub event_time: Span,
    /// NDJSON members that feed nothing. For CSV see `Binding::unmapped`.
    pub unmapped: Names,
    /// Opens and events in order, for the warning about an event before its open. Take it out
    /// chunk by chunk: it is not bounded.
    pub sightings: Vec<Sighting>,
    fixes: [u64; Fix::ALL.len()],
    last: usize,
}

/// An open or an event of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// Whose.
    pub installation: Installation,
    /// Else it is an event.
    pub is_open: bool,
}

impl Tally {
    /// How many valid rows, rejected rows and filtered rows.
    pub fn counts(&self) -> Counts {
        let kinds = self.apps.iter().flat_map(|app| &app.kinds);
        kinds.fold(Counts::default(), |sum, counts| sum.plus(*counts))
    }

    /// The counts by kind and app.
    pub fn by(&self) -> impl Iterator<Item = (Option<Kind>, Option<&Arc<App>>, Counts)> {
        self.apps.iter().flat_map(|app| {
            let kinds = Kind::ALL.into_iter().map(Some).chain([None]);
            kinds
                .zip(app.kinds)
                .map(|(kind, counts)| (kind, app.app.as_ref(), counts))
        })
    }

    /// How many valid rows were repaired, by the stable name of the repair.
    pub fn fixes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counted = Fix::ALL.into_iter().zip(self.fixes);
        counted
            .filter(|(_, count)| *count > 0)
            .map(|(fix, count)| (fix.name(), count))
    }

    /// The control totals of valid rows over all apps.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for app in &self.apps {
            for (currency, amount) in &app.revenue {
                let sum = totals.revenue.entry(*currency).or_default();
                *sum = plus(*sum, *amount);
            }
            for (kind, counts) in Kind::ALL.into_iter().zip(app.kinds) {
                if kind != Kind::Event && counts.valid > 0 {
                    totals.events_of(kind.name().into(), counts.valid);
                }
            }
            for (name, count) in &app.names {
                totals.events_of(Arc::clone(name), *count);
            }
            totals.other_events += app.other_names;
        }
        totals
    }

    /// Adds a later chunk.
    pub fn merge(&mut self, later: Tally) {
        self.read += later.read;
        for app in later.apps {
            self.app(app.app.as_ref()).merge(app);
        }
        for (name, count) in later.filters {
            *self.filters.entry(name).or_default() += count;
        }
        for (drop, count) in later.dropped_fields {
            *self.dropped_fields.entry(drop).or_default() += count;
        }
        for (sum, count) in self.fixes.iter_mut().zip(later.fixes) {
            *sum += count;
        }
        self.event_time.merge(later.event_time);
        self.unmapped.merge(later.unmapped);
        self.sightings.extend(later.sightings);
    }

    pub(super) fn rejected(&mut self, kind: Option<Kind>, app: Option<&Arc<App>>) {
        self.app(app).kind(kind).rejected += 1;
    }

    pub(super) fn filtered(&mut self, filter: &Filter, kind: Option<Kind>, app: Option<&Arc<App>>) {
        self.app(app).kind(kind).filtered += 1;
        *self.filters.entry(filter.name()).or_default() += 1;
    }

    /// Counts a valid row.
    pub(super) fn valid(
        &mut self,
        kind: Kind,
        app: &Arc<App>,
        name: Option<&str>,
        revenue: Option<(Decimal, Currency)>,
    ) {
        let app = self.app(Some(app));
        app.kind(Some(kind)).valid += 1;
        if let Some((amount, currency)) = revenue {
            app.earn(currency, amount);
        }
        if let Some(name) = name.filter(|_| kind == Kind::Event) {
            app.event(name);
        }
    }

    /// The name under which an event is counted, shared with the count if there is one.
    pub(super) fn name(&mut self, app: &Arc<App>, kind: Kind, event: Option<&str>) -> Arc<str> {
        let name = event.filter(|_| kind == Kind::Event).unwrap_or(kind.name());
        let known = self.app(Some(app)).names.get_key_value(name);
        known.map_or_else(|| name.into(), |(known, _)| Arc::clone(known))
    }

    pub(super) fn repaired(&mut self, fixes: Fixes, dropped: &[(Key, Code)]) {
        for fix in fixes.iter() {
            self.fixes[fix as usize] += 1;
        }
        for (key, code) in dropped {
            *self.dropped_fields.entry((key.name(), *code)).or_default() += 1;
        }
    }

    fn app(&mut self, app: Option<&Arc<App>>) -> &mut AppTally {
        let is_it = |tally: &AppTally| tally.app.as_ref() == app;
        if !self.apps.get(self.last).is_some_and(is_it) {
            self.last = match self.apps.iter().position(is_it) {
                Some(at) => at,
                None if app.is_some() && self.apps.len() >= BOUND => return self.app(None),
                None => {
                    self.apps.push(AppTally::new(app.cloned()));
                    self.apps.len() - 1
                }
            };
        }
        &mut self.apps[self.last]
    }
}

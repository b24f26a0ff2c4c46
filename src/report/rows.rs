//! Rows by outcome: the counts that must add up.

use std::collections::HashMap;
use std::sync::Arc;

use super::LIST_LIMIT;
use super::facts::{Group, Verdicts};
use crate::kind::{App, Kind};
use crate::outcome::Outcome;

/// Rows read, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rows {
    /// Rows read.
    pub read: u64,
    /// Rows that passed validation.
    pub valid: u64,
    outcomes: [u64; Outcome::ALL.len()],
}

impl Rows {
    /// How many ended so.
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }

    /// Rows that have no outcome yet.
    pub fn pending(&self) -> u64 {
        self.read.saturating_sub(self.outcomes.iter().sum())
    }

    fn settle(&mut self, outcome: Outcome, count: u64) {
        self.outcomes[outcome as usize] += count;
    }

    fn verdicts(&mut self, verdicts: &Verdicts) {
        self.read += verdicts.valid + verdicts.rejected + verdicts.filtered;
        self.valid += verdicts.valid;
        self.settle(Outcome::Rejected, verdicts.rejected);
        self.settle(Outcome::Filtered, verdicts.filtered);
    }

    fn not_filtered(&mut self) {
        let filtered = &mut self.outcomes[Outcome::Filtered as usize];
        *filtered = filtered.saturating_sub(1);
    }

    fn close(&mut self) {
        self.settle(Outcome::NotSent, self.pending());
    }
}

/// The same counts three times over: all rows, by kind, and by app.
#[derive(Debug, Default)]
pub struct RowBooks {
    all: Rows,
    kinds: [Rows; Kind::ALL.len() + 1],
    apps: HashMap<Arc<App>, Rows>,
    unknown_app: Rows,
    more_apps: Rows,
}

impl RowBooks {
    /// Rows of one group, as validation left them.
    pub fn validated(&mut self, group: &Group, verdicts: &Verdicts) {
        let kind = group.kind.map_or(Kind::ALL.len(), |kind| kind as usize);
        self.all.verdicts(verdicts);
        self.kinds[kind].verdicts(verdicts);
        self.app(group.app.as_ref()).verdicts(verdicts);
    }

    /// One valid row has ended.
    pub fn settle(&mut self, kind: Kind, app: &Arc<App>, outcome: Outcome) {
        self.all.settle(outcome, 1);
        self.kinds[kind as usize].settle(outcome, 1);
        self.read_app(app).settle(outcome, 1);
    }

    /// A row that was counted as filtered is open again.
    pub fn not_filtered(&mut self, kind: Kind, app: &Arc<App>) {
        self.all.not_filtered();
        self.kinds[kind as usize].not_filtered();
        self.read_app(app).not_filtered();
    }

    /// Counts every row without an outcome as not sent.
    pub fn close(&mut self) {
        self.all.close();
        self.kinds.iter_mut().for_each(Rows::close);
        self.apps.values_mut().for_each(Rows::close);
        self.unknown_app.close();
        self.more_apps.close();
    }

    /// All rows.
    pub fn all(&self) -> &Rows {
        &self.all
    }

    /// Rows of each kind that occurred; `None` is a row whose kind nobody knows.
    pub fn by_kind(&self) -> impl Iterator<Item = (Option<Kind>, &Rows)> {
        let kinds = Kind::ALL.into_iter().map(Some).chain([None]);
        kinds.zip(&self.kinds).filter(|(_, rows)| rows.read > 0)
    }

    /// Rows of each app that is held, in order of its name.
    pub fn by_app(&self) -> Vec<(&Arc<App>, &Rows)> {
        let mut apps: Vec<_> = self.apps.iter().collect();
        apps.sort_by_key(|(app, _)| *app);
        apps
    }

    /// Rows whose app nobody knows.
    pub fn unknown_app(&self) -> &Rows {
        &self.unknown_app
    }

    /// Rows of the apps beyond the limit.
    pub fn more_apps(&self) -> &Rows {
        &self.more_apps
    }

    /// Where the rows of an app were counted when they were read: also those beyond a bound.
    fn read_app(&mut self, app: &Arc<App>) -> &mut Rows {
        match self.apps.get_mut(app) {
            Some(rows) => rows,
            None if self.more_apps.pending() > 0 => &mut self.more_apps,
            None => &mut self.unknown_app,
        }
    }

    fn app(&mut self, app: Option<&Arc<App>>) -> &mut Rows {
        let Some(app) = app else {
            return &mut self.unknown_app;
        };
        if !self.apps.contains_key(app) && self.apps.len() >= LIST_LIMIT {
            return &mut self.more_apps;
        }
        // Cloning the Arc is cheaper than looking up twice more.
        self.apps.entry(app.clone()).or_default()
    }
}

#[cfg(test)]
impl Rows {
    /// Valid rows, some of them accepted, the others pending.
    pub(crate) fn sample(read: u64, accepted: u64) -> Self {
        let mut rows = Rows {
            read,
            valid: read,
            ..Rows::default()
        };
        rows.settle(Outcome::Accepted, accepted);
        rows
    }
}

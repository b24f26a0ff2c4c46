//! Rows that were sent before, and of which their source says something else now.
//!
//! Nothing is sent for them: Tenjin takes no corrections. They are listed, so that a person can
//! hold the difference against the dashboard.

use std::sync::Arc;

use super::LIST_LIMIT;
use crate::model::{App, Change, Changes, Event, Kind, Place, Revenue, shown};

/// One of them.
#[derive(Debug, Clone)]
pub struct ChangedRow {
    /// Where it stands now.
    pub place: Place,
    /// `changed`, or why a rule leaves it out now: `refunded`.
    pub what: Box<str>,
    /// Which request it was.
    pub kind: Kind,
    /// Whose it is.
    pub app: Arc<App>,
    /// The event's name, or the product.
    pub label: Arc<str>,
    /// Its id, as much as is shown.
    pub event_id: Box<str>,
    /// When it happened, µs since 1970 UTC.
    pub time: Option<i64>,
    /// What was sent.
    pub sent: Option<Revenue>,
    /// What the source says now.
    pub now: Option<Revenue>,
    /// In what it differs.
    pub differs: Changes,
    /// Where it stood when it was sent: `file:line of run …`.
    pub first: Box<str>,
}

impl ChangedRow {
    /// This row, which differs from the one that was sent.
    pub fn new(event: &Event, what: &str, change: &Change) -> Self {
        let id = event.identity.id_text.as_deref().unwrap_or_default();
        ChangedRow {
            place: event.place,
            what: what.into(),
            kind: event.kind,
            app: Arc::clone(&event.app),
            label: Arc::clone(&event.worth.label),
            event_id: shown(id),
            time: event.time,
            sent: change.sent,
            now: event.worth.revenue,
            differs: change.differs,
            first: change.place().into(),
        }
    }

    /// The fields in which it differs.
    pub fn fields(&self) -> Vec<&'static str> {
        let all = [
            (self.differs.amount, "amount"),
            (self.differs.currency, "currency"),
            (self.differs.ids, "ids"),
        ];
        all.into_iter()
            .filter(|(is, _)| *is)
            .map(|(_, name)| name)
            .collect()
    }
}

/// All of them: the first are listed, all are counted.
#[derive(Debug, Default)]
pub struct ChangedRows {
    /// The first of them.
    pub first: Vec<ChangedRow>,
    /// Duplicates that have changed.
    pub changed: u64,
    /// Rows that a rule leaves out now.
    pub refunded: u64,
}

impl ChangedRows {
    /// One more.
    pub fn add(&mut self, row: ChangedRow) {
        if &*row.what == CHANGED {
            self.changed += 1;
        } else {
            self.refunded += 1;
        }
        if self.first.len() < LIST_LIMIT {
            self.first.push(row);
        }
    }

    /// How many are not listed.
    pub fn more(&self) -> u64 {
        self.changed + self.refunded - self.first.len() as u64
    }
}

/// The word for a duplicate that has changed.
pub const CHANGED: &str = "changed";
/// The word for a row that a refund rule leaves out.
pub const REFUNDED: &str = "refunded";

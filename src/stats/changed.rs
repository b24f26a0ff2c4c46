//! Rows that were sent before, and of which their source says something else now.
//!
//! Nothing is sent for them: Tenjin takes no corrections. They are listed, so that a person can
//! hold the difference against the dashboard.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::LIST_LIMIT;
use super::sums::Sums;
use crate::model::{App, Change, Changes, Event, Kind, Place, Revenue, shown};

/// A row that was sent and says something else now.
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
            label: Arc::clone(&event.contribution.label),
            event_id: shown(id),
            time: event.time,
            sent: change.sent,
            now: event.contribution.revenue,
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

/// All changed rows: the first are listed, all are counted.
#[derive(Debug, Default)]
pub struct ChangedRows {
    /// The first of them.
    pub first: Vec<ChangedRow>,
    /// Duplicates that have changed.
    pub changed: u64,
    /// Rows that a rule leaves out now.
    pub refunded: u64,
    /// The money of the changed rows whose amount or currency is another one now.
    pub repriced: Difference,
    /// The same of those of which no earlier run has told it.
    pub news: Difference,
    /// What was sent for the refunded ones.
    pub returned: Sums,
}

/// What was sent, and what the source says now.
#[derive(Debug, Default)]
pub struct Difference {
    /// Rows.
    pub rows: u64,
    /// By currency.
    pub sent: Sums,
    /// By currency.
    pub now: Sums,
    factor: Factor,
}

/// What all amounts were multiplied with.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Factor {
    /// There are none so far.
    #[default]
    None,
    /// This power of ten.
    Ten(i32),
    /// Several powers of ten.
    Tens,
    /// Anything else.
    Other,
}

impl Difference {
    fn add(&mut self, row: &ChangedRow) {
        self.rows += 1;
        for (sums, revenue) in [(&mut self.sent, row.sent), (&mut self.now, row.now)] {
            sums.add(revenue.into());
        }
        let factor = match (row.sent, row.now) {
            (Some(sent), Some(now)) if sent.1 == now.1 => power_of_ten(sent.0, now.0),
            _ => None,
        };
        self.factor = match (self.factor, factor) {
            (Factor::None, Some(power)) => Factor::Ten(power),
            (Factor::Ten(all), Some(power)) if all == power => self.factor,
            (Factor::Ten(_) | Factor::Tens, Some(_)) => Factor::Tens,
            (Factor::Other, _) | (_, None) => Factor::Other,
        };
    }

    /// The power of ten by which every amount differs, if there is one such.
    pub fn power_of_ten(&self) -> Option<i32> {
        match self.factor {
            Factor::Ten(power) => Some(power),
            Factor::None | Factor::Tens | Factor::Other => None,
        }
    }

    /// Whether every amount differs by a power of ten: then amounts are read in another way now.
    pub fn is_read_otherwise(&self) -> bool {
        matches!(self.factor, Factor::Ten(_) | Factor::Tens)
    }
}

/// How many places the point has moved, if nothing else has changed.
fn power_of_ten(before: Decimal, after: Decimal) -> Option<i32> {
    let (before, after) = (digits(before)?, digits(after)?);
    (before.0 == after.0).then_some(after.1 - before.1)
}

/// The digits without zeros behind them, and the power of ten that they are multiplied with.
fn digits(amount: Decimal) -> Option<(i128, i32)> {
    let mut digits = amount.mantissa();
    let mut power = -i32::try_from(amount.scale()).ok()?;
    while digits != 0 && digits % 10 == 0 {
        digits /= 10;
        power += 1;
    }
    (digits != 0).then_some((digits, power))
}

impl ChangedRows {
    /// One more.
    pub fn add(&mut self, row: ChangedRow) {
        if &*row.what == CHANGED {
            self.changed += 1;
            if row.differs.money() {
                self.repriced.add(&row);
            }
            if row.differs.money() && !row.differs.told {
                self.news.add(&row);
            }
        } else {
            self.refunded += 1;
            self.returned.add(row.sent.into());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_that_moved_is_told_from_another_price() {
        let moved = |before: &str, after: &str| {
            let read = |text: &str| text.parse().unwrap_or_default();
            power_of_ten(read(before), read(after))
        };
        assert_eq!(moved("1.000", "1000"), Some(3));
        assert_eq!(moved("250", "2.50"), Some(-2));
        assert_eq!(moved("12.0", "1200"), Some(2));
        assert_eq!(moved("4.99", "5.99"), None);
        assert_eq!(moved("0", "0.00"), None);
    }
}

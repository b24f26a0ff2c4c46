//! Control totals: what people hold against Tenjin's dashboard.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::BOUND;
use crate::event::Currency;

/// Control totals of valid rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// Revenue by currency.
    pub revenue: BTreeMap<Currency, Decimal>,
    /// Rows by event name; `open`, `purchase` and `ad_impression` for those kinds.
    pub events: BTreeMap<Arc<str>, u64>,
    /// Events whose name is not listed.
    pub other_events: u64,
}

impl Totals {
    pub(super) fn events_of(&mut self, name: Arc<str>, count: u64) {
        if let Some(sum) = self.events.get_mut(&name) {
            *sum += count;
        } else if self.events.len() < BOUND {
            self.events.insert(name, count);
        } else {
            self.other_events += count;
        }
    }
}

/// A sum that stays at the limit rather than failing a run.
pub(super) fn plus(sum: Decimal, amount: Decimal) -> Decimal {
    sum.checked_add(amount).unwrap_or(Decimal::MAX)
}

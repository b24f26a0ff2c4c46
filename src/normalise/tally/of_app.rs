//! What is counted for one app.

use std::collections::HashMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::{BOUND, plus};
use crate::event::Currency;
use crate::kind::{App, Kind};

/// What is counted for one app.
#[derive(Debug, Clone)]
pub struct AppTally {
    /// The app.
    pub app: Option<Arc<App>>,
    /// By kind, in the order of [`Kind::ALL`], then rows whose kind is not known.
    pub kinds: [Counts; Kind::ALL.len() + 1],
    /// Revenue of valid rows.
    pub revenue: Vec<(Currency, Decimal)>,
    /// Valid custom events by name: how many different ones shows whether Tenjin will drop some.
    pub names: HashMap<Arc<str>, u64>,
    /// Valid custom events whose name came when the list was full.
    pub other_names: u64,
}

/// Rows by what became of them here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// They may be sent.
    pub valid: u64,
    /// They may not.
    pub rejected: u64,
    /// A rule leaves them out.
    pub filtered: u64,
}

impl AppTally {
    pub(super) fn new(app: Option<Arc<App>>) -> Self {
        AppTally {
            app,
            kinds: Default::default(),
            revenue: Vec::new(),
            names: HashMap::new(),
            other_names: 0,
        }
    }

    pub(super) fn kind(&mut self, kind: Option<Kind>) -> &mut Counts {
        &mut self.kinds[kind.map_or(Kind::ALL.len(), |kind| kind as usize)]
    }

    pub(super) fn earn(&mut self, currency: Currency, amount: Decimal) {
        match self
            .revenue
            .iter_mut()
            .find(|(known, _)| *known == currency)
        {
            Some((_, sum)) => *sum = plus(*sum, amount),
            None => self.revenue.push((currency, amount)),
        }
    }

    pub(super) fn event(&mut self, name: &str) {
        match self.names.get_mut(name) {
            Some(count) => *count += 1,
            None => self.add_events(name.into(), 1),
        }
    }

    pub(super) fn add_events(&mut self, name: Arc<str>, count: u64) {
        if let Some(sum) = self.names.get_mut(&name) {
            *sum += count;
        } else if self.names.len() < BOUND {
            self.names.insert(name, count);
        } else {
            self.other_names += count;
        }
    }

    pub(super) fn merge(&mut self, later: AppTally) {
        for (sum, counts) in self.kinds.iter_mut().zip(later.kinds) {
            *sum = sum.plus(counts);
        }
        for (currency, amount) in later.revenue {
            self.earn(currency, amount);
        }
        for (name, count) in later.names {
            self.add_events(name, count);
        }
        self.other_names += later.other_names;
    }
}

impl Counts {
    pub(super) fn plus(self, other: Counts) -> Counts {
        Counts {
            valid: self.valid + other.valid,
            rejected: self.rejected + other.rejected,
            filtered: self.filtered + other.filtered,
        }
    }
}

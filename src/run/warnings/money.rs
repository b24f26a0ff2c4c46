//! Money that may count twice, and money that no row has: each input is watched for both.

use crate::delivery::feed::Opened;
use crate::mapping::guess::{self, Sample};
use crate::model::shell::argument;
use crate::model::shown;
use crate::schema::Key;
use crate::stats::{ChunkStats, State, Unit};

/// One input.
#[derive(Debug)]
pub(super) struct Money {
    name: String,
    preset: String,
    /// Another way by which the vendor's money may reach Tenjin.
    also_reports: Option<String>,
    /// The columns of the price.
    price: Option<String>,
    /// A column that nobody takes, and that looks like the price.
    likely: Option<String>,
    /// Whether any row has an amount.
    has_amount: bool,
    /// Whether any valid row has one.
    sends_amount: bool,
}

impl Money {
    pub(super) fn new(input: &Opened) -> Self {
        let binding = &input.binding;
        let price = binding.source_of(Key::Price);
        let likely = || guess::price(&Sample::of(&input.source), binding);
        Money {
            name: shown(input.source.name()).into(),
            preset: binding.preset().unwrap_or("mapping").to_owned(),
            also_reports: binding.also_reports().map(str::to_owned),
            likely: price.as_ref().and_then(|_| likely()),
            price,
            has_amount: false,
            sends_amount: false,
        }
    }

    pub(super) fn look(&mut self, stats: &ChunkStats) {
        if self.sends_amount {
            return;
        }
        for (alike, state, count) in stats.counts() {
            // A line that is no record says nothing about columns.
            let has_amount = match alike.unit {
                Unit::NoMoney => false,
                Unit::Unreadable => alike.kind.is_some(),
                Unit::Currency(_) => !count.money.is_zero(),
            };
            self.has_amount |= has_amount;
            self.sends_amount |= has_amount && state == State::Pending;
        }
    }

    /// That the vendor's money may come twice: once for all inputs of a preset.
    pub(super) fn twice(&self) -> Option<String> {
        let way = self.also_reports.as_ref().filter(|_| self.sends_amount)?;
        Some(format!(
            "{}: if {way} is switched on, Tenjin has this revenue already, and sending it as well \
             counts it twice",
            self.preset
        ))
    }

    /// That no row of the whole input has a price, though a column looks like one.
    pub(super) fn no_amounts(&self) -> Option<String> {
        let (price, likely) = (self.price.as_ref()?, self.likely.as_ref()?);
        (!self.has_amount).then(|| {
            format!(
                "{}: no row has an amount in {}, where the price is taken from, and the column \
                 {} looks like it: --map {}",
                self.name,
                shown(price),
                shown(likely),
                argument(&format!("price={likely}"))
            )
        })
    }
}

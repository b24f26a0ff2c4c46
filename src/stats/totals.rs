//! Control totals: rows and money by what became of them, summed in every way that people compare
//! with Tenjin's dashboard, a store's statement or a spreadsheet.
//!
//! All amounts are what this input says. In every line, read = accepted + earlier + repeated +
//! filtered + rejected + refused + failed + in doubt + not sent (+ pending, while the run goes on).

use std::cmp::Reverse;
use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::chunk::{Alike, ChunkStats, day};
use super::sums::{Amount, Count, Line, Lines, State, Unit, Units};
use crate::model::{App, Currency, Event, Kind, Outcome};

/// The sums of a run.
#[derive(Debug)]
pub struct Totals {
    all: Units,
    kinds: [Line; Kind::ALL.len() + 1],
    /// Rows by app, whatever their money; the unit is always the same.
    app_rows: Lines<Option<Arc<App>>>,
    /// Rows and money by app.
    pub by_app: Lines<Option<Arc<App>>>,
    /// Rows by the name of the event; other kinds under their own names.
    pub by_name: Lines<Arc<str>>,
    /// Purchases by product.
    pub by_product: Lines<Arc<str>>,
    /// By the UTC day on which they happened, counted from 1970, if the row has a time.
    pub by_day: Lines<Option<i32>>,
    /// Accepted rows by the UTC day of their acceptance.
    pub by_arrival: Lines<i32>,
    kind_names: [Arc<str>; Kind::ALL.len()],
}

impl Default for Totals {
    fn default() -> Self {
        Totals {
            all: Units::default(),
            kinds: Default::default(),
            app_rows: Lines::default(),
            by_app: Lines::default(),
            by_name: Lines::default(),
            by_product: Lines::default(),
            by_day: Lines::default(),
            by_arrival: Lines::default(),
            kind_names: Kind::ALL.map(|kind| kind.name().into()),
        }
    }
}

/// Under which unit rows are counted where their money is not.
const ROWS: Unit = Unit::NoMoney;

impl Totals {
    pub(super) fn chunk(&mut self, chunk: &ChunkStats) {
        for (alike, state, count) in chunk.counts() {
            self.each(&alike, |line| line.add(state, count));
        }
    }

    /// One valid row has another state than before.
    pub(super) fn ended(&mut self, event: &Event, before: State, state: State, today: i32) {
        let amount = Amount::from(event.contribution.revenue);
        let alike = Alike {
            kind: Some(event.kind),
            app: Some(&event.app),
            label: &event.contribution.label,
            day: event.time.map(day),
            unit: amount.unit(),
        };
        let decimal = amount.decimal();
        self.each(&alike, |line| line.shift(before, state, decimal));
        if state == State::Accepted {
            let mut one = Count::default();
            one.add(decimal);
            self.by_arrival.line(&today, alike.unit).add(state, &one);
        }
    }

    /// Does the same to every line that these rows count in.
    fn each(&mut self, rows: &Alike<'_>, mut change: impl FnMut(&mut Line)) {
        let app = rows.app.cloned();
        change(self.all.line(rows.unit));
        change(&mut self.kinds[rows.kind.map_or(Kind::ALL.len(), |kind| kind as usize)]);
        change(self.app_rows.line(&app, ROWS));
        change(self.by_app.line(&app, rows.unit));
        change(self.by_day.line(&rows.day, rows.unit));
        match rows.kind {
            Some(Kind::Event) => change(self.by_name.line(rows.label, ROWS)),
            Some(kind) => change(self.by_name.line(&self.kind_names[kind as usize], ROWS)),
            None => {}
        }
        if rows.kind == Some(Kind::Purchase) {
            change(self.by_product.line(rows.label, rows.unit));
        }
    }

    /// All rows.
    pub fn all(&self) -> &Units {
        &self.all
    }

    /// Rows by outcome.
    pub fn rows(&self) -> Rows {
        Rows::from(&self.all)
    }

    /// Rows of each kind that occurred; `None` is a row of unknown kind.
    pub fn by_kind(&self) -> impl Iterator<Item = (Option<Kind>, Rows)> {
        let kinds = Kind::ALL.into_iter().map(Some).chain([None]);
        let rows = self.kinds.iter().map(|line| Rows::of([line]));
        kinds.zip(rows).filter(|(_, rows)| rows.read > 0)
    }

    /// Rows of each app that is held, in order of its name.
    pub fn rows_by_app(&self) -> Vec<(&Arc<App>, Rows)> {
        let held = self.app_rows.sorted().into_iter();
        held.filter_map(|(app, units)| Some((app.as_ref()?, Rows::from(units))))
            .collect()
    }

    /// Rows of no known app.
    pub fn unknown_app(&self) -> Rows {
        self.app_rows.get(&None).map(Rows::from).unwrap_or_default()
    }

    /// Rows of the apps beyond the limit.
    pub fn more_apps(&self) -> Rows {
        Rows::from(self.app_rows.more())
    }

    /// The lines of the currencies in which valid rows had money.
    pub fn revenue(&self) -> Vec<(Currency, &Line)> {
        let lines = self.all.sorted().into_iter();
        let money = lines.filter_map(|(unit, line)| match unit {
            Unit::Currency(currency) => Some((currency, line)),
            Unit::NoMoney | Unit::Unreadable => None,
        });
        money.filter(|(_, line)| line.valid.rows > 0).collect()
    }

    /// The names of valid rows, each with its line, the most frequent first.
    pub fn names(&self) -> Vec<(&Arc<str>, &Line)> {
        let mut names = Vec::new();
        for (name, units) in self.by_name.sorted() {
            let lines = units.sorted().into_iter();
            names.extend(lines.map(|(_, line)| (name, line)));
        }
        names.retain(|(_, line)| line.valid.rows > 0);
        names.sort_by_key(|(_, line)| Reverse(line.valid.rows));
        names
    }

    /// Valid rows of names beyond the limit.
    pub fn more_names(&self) -> u64 {
        Rows::from(self.by_name.more()).valid
    }

    pub(super) fn close(&mut self) {
        self.all.close();
        self.kinds.iter_mut().for_each(Line::close);
        self.app_rows.close();
        self.by_app.close();
        self.by_name.close();
        self.by_product.close();
        self.by_day.close();
    }
}

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
    /// The rows of these lines.
    pub fn of<'l>(lines: impl IntoIterator<Item = &'l Line>) -> Self {
        let mut rows = Rows::default();
        for line in lines {
            rows.valid += line.valid.rows;
            for state in State::ALL {
                let count = line.count(state).rows;
                rows.read += count;
                if let Some(outcome) = state.outcome() {
                    rows.outcomes[outcome as usize] += count;
                }
            }
        }
        rows
    }

    /// How many ended so.
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }

    /// Rows that somebody has to look at.
    pub fn attention(&self, sends: bool) -> u64 {
        let all = Outcome::ALL.into_iter();
        let bad = all.filter(|outcome| outcome.needs_attention(sends));
        bad.map(|outcome| self.count(outcome)).sum()
    }

    /// Rows that have no outcome yet.
    pub fn pending(&self) -> u64 {
        self.read.saturating_sub(self.outcomes.iter().sum())
    }
}

impl From<&Units> for Rows {
    fn from(units: &Units) -> Self {
        Rows::of(units.lines())
    }
}

/// As in `report.json`: the outcomes add up to `read`, with `pending` while the run goes on;
/// `valid` says how many of them passed validation.
impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("read", &self.read)?;
        for outcome in Outcome::ALL {
            map.serialize_entry(outcome.name(), &self.count(outcome))?;
        }
        if self.pending() > 0 {
            map.serialize_entry("pending", &self.pending())?;
        }
        map.serialize_entry("valid", &self.valid)?;
        map.end()
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
        rows.outcomes[Outcome::Accepted as usize] = accepted;
        rows
    }
}

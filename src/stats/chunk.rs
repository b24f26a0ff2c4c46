//! What a chunk of rows adds to the account, counted where its rows are validated.
//!
//! The sums by outcome add up to the rows read. A chunk is bounded, so what is counted of it is;
//! [`super::Stats`] keeps the bounds of a whole run.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::HashMap;
use serde::Serialize;

use super::bounded::Names;
use super::left_out::{Cause, LeftOut, LeftRow, RowIdentity};
use super::reasons::{Example, Remarks};
use super::sums::{Amount, Count, State, Unit};
use crate::mapping::lookup;
use crate::model::{App, Code, Event, Fault, Filter, Installation, Kind, Place, Revenue};
use crate::parse::{Fix, Fixes};

/// The most bytes of a product's name that rows are summed by.
const LABEL: usize = 200;

/// What a chunk of rows adds to the account.
#[derive(Debug, Default)]
pub struct ChunkStats {
    /// Rows read.
    pub read: u64,
    /// By app; one entry without an app for rows that name none.
    apps: Vec<AppRows>,
    numbers: HashMap<Option<Arc<App>>, usize>,
    /// Filtered rows by the rule's name.
    pub filters: BTreeMap<Cow<'static, str>, u64>,
    /// Optional values left out of valid rows, by field and reason.
    pub dropped_fields: BTreeMap<(Cow<'static, str>, Code), (u64, Example)>,
    /// What people should know of valid rows.
    pub remarks: Remarks,
    /// When the valid rows happened.
    pub event_time: Span,
    /// Which fields the valid rows have.
    pub coverage: Coverage,
    /// Money that was seen and left.
    pub left_out: LeftOut,
    /// The same, row by row, for rows that may stand in other files too.
    pub left_rows: Vec<LeftRow>,
    /// NDJSON members that feed nothing. For CSV see `Binding::unmapped`.
    pub unmapped: Names,
    /// Opens and events in order, for the warning about an event before its open.
    pub sightings: Vec<Sighting>,
    /// What identifies valid rows, in order, if it is wanted.
    pub ids: Vec<IdSeen>,
    /// How often rows were looked up.
    pub lookups: lookup::Counts,
    fixes: [u64; Fix::ALL.len()],
    last: usize,
}

/// A valid row with an `event_id`, and what decides whether another row with it can be the same
/// event; or money without one.
#[derive(Debug, Clone)]
pub struct IdSeen {
    /// The hash of the id with its kind and app, else of the content.
    pub identity: RowIdentity,
    /// Where the row starts.
    pub line: u64,
    /// When it happened, µs since 1970 UTC.
    pub time: Option<i64>,
    /// The event's name, or the product.
    pub label: Arc<str>,
    /// What it is worth.
    pub revenue: Option<Revenue>,
}

/// An open or an event of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// Whose.
    pub installation: Installation,
    /// Whether it is an open; else an event.
    pub is_open: bool,
}

/// A row, as it is counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counted<'r> {
    /// Its kind, where it is known.
    pub kind: Option<Kind>,
    /// Its app, where it is known.
    pub app: Option<&'r Arc<App>>,
    /// The name of an event, the product of a purchase.
    pub label: Option<&'r str>,
    /// When it happened, µs since 1970 UTC.
    pub time: Option<i64>,
    /// What it is worth.
    pub amount: Amount,
}

/// The rows of an app.
#[derive(Debug, Default)]
struct AppRows {
    app: Option<Arc<App>>,
    labels: HashMap<Arc<str>, HashMap<Cell, Count>>,
}

/// Rows that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Cell {
    kind: Option<Kind>,
    state: State,
    unit: Unit,
    day: Option<i32>,
}

/// Rows that count alike, and where.
#[derive(Debug, Clone, Copy)]
pub struct Alike<'c> {
    /// Their kind, where it is known.
    pub kind: Option<Kind>,
    /// Their app, where it is known.
    pub app: Option<&'c Arc<App>>,
    /// The name of the events, the product of the purchases, else empty.
    pub label: &'c Arc<str>,
    /// The UTC day on which they happened, counted from 1970.
    pub day: Option<i32>,
    /// What their amounts are summed with.
    pub unit: Unit,
}

impl ChunkStats {
    /// Rows that come from the ledger: they were valid when they were first read.
    /// `now` in µs since 1970 UTC.
    pub fn released(events: &[Arc<Event>], now: i64) -> Self {
        let mut chunk = ChunkStats::default();
        for event in events {
            chunk.read += 1;
            if let Some(time) = event.time {
                chunk.event_time.add(time, now);
            }
            chunk.add(
                State::Pending,
                Counted {
                    kind: Some(event.kind),
                    app: Some(&event.app),
                    label: Some(&event.contribution.label),
                    time: event.time,
                    amount: event.contribution.revenue.into(),
                },
            );
        }
        chunk
    }

    /// Every row, by what it counts as.
    pub fn counts(&self) -> impl Iterator<Item = (Alike<'_>, State, &Count)> {
        self.apps.iter().flat_map(|app| {
            app.labels.iter().flat_map(|(label, cells)| {
                cells.iter().map(|(cell, count)| {
                    let alike = Alike {
                        kind: cell.kind,
                        app: app.app.as_ref(),
                        label,
                        day: cell.day,
                        unit: cell.unit,
                    };
                    (alike, cell.state, count)
                })
            })
        })
    }

    /// The names of the valid events of each app.
    pub fn event_names(&self) -> impl Iterator<Item = (&Arc<App>, &Arc<str>)> {
        let events = self.counts().filter(|(alike, state, _)| {
            alike.kind == Some(Kind::Event) && *state == State::Pending
        });
        events.filter_map(|(alike, ..)| Some((alike.app?, alike.label)))
    }

    /// How many valid rows were repaired, by the stable name of the repair.
    pub fn fixes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counted = Fix::ALL.into_iter().zip(self.fixes);
        counted
            .filter(|(_, count)| *count > 0)
            .map(|(fix, count)| (fix.name(), count))
    }

    /// Counts a row, and gives what it is counted under: shared by all rows that count alike.
    pub fn add(&mut self, state: State, row: Counted<'_>) -> Arc<str> {
        let label = bounded(row.label.unwrap_or_default());
        let cell = Cell {
            kind: row.kind,
            state,
            unit: row.amount.unit(),
            day: row.time.map(day),
        };
        let labels = &mut self.app(row.app).labels;
        let known = labels.get_key_value(label);
        let label = known.map_or_else(|| Arc::from(label), |(known, _)| Arc::clone(known));
        let cells = labels.entry(Arc::clone(&label)).or_default();
        cells.entry(cell).or_default().add(row.amount.decimal());
        label
    }

    /// Counts a row that a rule leaves out.
    pub fn filtered(&mut self, filter: &Filter, row: Counted<'_>) -> Arc<str> {
        *self.filters.entry(filter.name()).or_default() += 1;
        self.add(State::Filtered, row)
    }

    /// Takes down the money of a row that a rule leaves out, with what identifies the row: it may
    /// stand in other files, too.
    pub fn leave(
        &mut self,
        input: u32,
        identity: Option<RowIdentity>,
        (why, column, amount): (Cause, Arc<str>, Amount),
    ) {
        match identity {
            Some(identity) => self.left_rows.push(LeftRow {
                input,
                identity,
                why,
                column,
                amount,
            }),
            None => self.left_out.add(why, &column, amount),
        }
    }

    /// Counts what was done to the values of a valid row.
    pub fn repaired(&mut self, place: Place, fixes: Fixes, dropped: Vec<Fault>) {
        for fix in fixes.iter() {
            self.fixes[fix as usize] += 1;
        }
        for fault in dropped {
            let key = (fault.field, fault.code);
            let example = Example {
                place,
                value: fault.value,
                hint: fault.hint,
            };
            self.dropped_fields.entry(key).or_insert((0, example)).0 += 1;
        }
    }

    fn app(&mut self, app: Option<&Arc<App>>) -> &mut AppRows {
        let is_it = |rows: &AppRows| rows.app.as_ref() == app;
        if !self.apps.get(self.last).is_some_and(is_it) {
            let app = app.cloned();
            self.last = *self.numbers.entry(app.clone()).or_insert_with(|| {
                self.apps.push(AppRows {
                    app,
                    labels: HashMap::default(),
                });
                self.apps.len() - 1
            });
        }
        &mut self.apps[self.last]
    }
}

/// A label that a hostile row cannot make long.
fn bounded(label: &str) -> &str {
    &label[..label.floor_char_boundary(LABEL)]
}

/// A day in µs.
const DAY: i64 = 86_400_000_000;

/// The UTC day of a time, counted from 1970.
pub fn day(micros: i64) -> i32 {
    // A year of four digits is far within.
    i32::try_from(micros.div_euclid(DAY)).unwrap_or(i32::MAX)
}

/// When the valid rows happened: first and last event time in µs since 1970 UTC, and how many rows are older than a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// First and last, where any row has a time.
    pub bounds: Option<(i64, i64)>,
    /// Rows that happened more than a day before the run.
    pub older_than_a_day: u64,
}

impl Span {
    /// Adds one row's time. `now` in the same unit.
    pub fn add(&mut self, time: i64, now: i64) {
        self.widen(time, time);
        self.older_than_a_day += u64::from(time < now.saturating_sub(DAY));
    }

    /// Adds another span.
    pub fn merge(&mut self, other: &Span) {
        if let Some((first, last)) = other.bounds {
            self.widen(first, last);
        }
        self.older_than_a_day += other.older_than_a_day;
    }

    fn widen(&mut self, first: i64, last: i64) {
        let (low, high) = self.bounds.unwrap_or((first, last));
        self.bounds = Some((low.min(first), high.max(last)));
    }
}

/// How many valid rows have each of the fields that attribution needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Coverage {
    /// How many were looked at.
    pub rows: u64,
    /// A usable advertising id.
    pub advertising_id: u64,
    /// An IDFV: a device id on iOS.
    pub idfv: u64,
    /// A user's address.
    pub ip_address: u64,
    /// The app's version.
    pub app_version: u64,
    /// A country.
    pub country: u64,
}

impl Coverage {
    /// Adds the rows of a later chunk.
    pub fn merge(&mut self, later: Coverage) {
        self.rows += later.rows;
        self.advertising_id += later.advertising_id;
        self.idfv += later.idfv;
        self.ip_address += later.ip_address;
        self.app_version += later.app_version;
        self.country += later.country;
    }
}

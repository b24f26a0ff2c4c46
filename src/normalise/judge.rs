//! The verdict over one row.
//!
//! Filters go first: what a rule leaves out need not be right. Then everything that is wrong is
//! gathered, and only a row without faults is counted as valid and becomes an event.

use std::sync::Arc;

use super::draft::Draft;
use super::enrich;
use super::seen::{Apps, Seen};
use super::tally::{Sighting, Tally};
use super::writer::{self, Writer};
use super::{Checked, Rules, kind_rule, together};
use crate::forms::{self, Drawer, Value};
use crate::kind::{App, Kind};
use crate::mapping::{Binding, Columns, Record};
use crate::row::{Code, Fault, Filter, RawRow, Rejection};
use crate::schema::Key;

/// Ten minutes: clocks differ.
const AHEAD: i64 = 10 * 60 * 1_000_000;

/// Decides about rows, one after the other.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    binding: &'a Binding,
    rules: &'a Rules,
    /// Older times are too old.
    horizon: Option<i64>,
    apps: Apps,
    writer: Writer<'a>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(binding: &'a Binding, rules: &'a Rules) -> Self {
        let horizon = rules.max_age.map(|age| {
            let age = i64::try_from(age.as_micros()).unwrap_or(i64::MAX);
            rules.now.saturating_sub(age)
        });
        Judge {
            binding,
            rules,
            horizon,
            apps: Apps::default(),
            writer: Writer::new(binding, rules),
        }
    }

    /// A line that is no record.
    pub(super) fn damaged(row: &RawRow<'_>, fault: &Fault, tally: &mut Tally) -> Checked {
        reject(row, vec![fault.clone()], None, None, tally, false)
    }

    /// A record whose cells contradict each other.
    pub(super) fn two_faced(row: &RawRow<'_>, fault: Fault, tally: &mut Tally) -> Checked {
        reject(row, vec![fault], None, None, tally, true)
    }

    /// A record of only empty cells.
    pub(super) fn empty(tally: &mut Tally) -> Checked {
        filter(Filter::EmptyRow, None, None, tally)
    }

    /// A record.
    pub(super) fn record<'v>(
        &mut self,
        row: &RawRow<'_>,
        cells: Columns<'v, '_>,
        drawer: &'v Drawer,
        tally: &mut Tally,
    ) -> Checked
    where
        'a: 'v,
    {
        let record = Record { cells, drawer };
        if let Some(reason) = self.binding.left_out(&record) {
            let kind = kind_rule::decide(self.binding, &record).ok();
            let app = self.named_app(&record);
            return filter(Filter::Mapping(reason), kind, app, tally);
        }
        let kind = match kind_rule::decide(self.binding, &record) {
            Ok(kind) => kind,
            Err(_) if record.is_empty() => return Judge::empty(tally),
            Err(fault) => {
                let app = self.named_app(&record);
                return reject(row, vec![fault], None, app, tally, true);
            }
        };
        if !self.rules.allows(kind) {
            let app = self.named_app(&record);
            return filter(Filter::KindNotAllowed(kind), Some(kind), app, tally);
        }
        // Large: read and judged where it lies.
        let mut draft = Draft::new(kind);
        draft.read(&record, self.binding, self.rules);
        enrich::fill(&mut draft, &record, self.binding, self.rules, tally);
        self.judge(row, &record, &mut draft, tally)
    }

    fn judge<'v>(
        &mut self,
        row: &RawRow<'_>,
        record: &Record<'v, '_>,
        draft: &mut Draft<'v>,
        tally: &mut Tally,
    ) -> Checked
    where
        'a: 'v,
    {
        let (kind, rules) = (draft.kind, self.rules);
        let named = draft.app();
        let seen = named.map(|app| self.apps.get(app, rules));
        let app = || seen.map(|seen| Arc::clone(&seen.app));
        let is_before = |horizon| draft.time().is_some_and(|time| time < horizon);
        let too_old = self.horizon.is_some_and(is_before);
        if too_old && !rules.want_events {
            return filter(Filter::TooOld, Some(kind), app(), tally);
        }
        together::check(draft, record, self.binding, rules);
        judge_time_and_app(draft, seen, rules);
        let Some(seen) = seen.filter(|_| draft.faults.is_empty()) else {
            if too_old {
                return filter(Filter::TooOld, Some(kind), app(), tally);
            }
            let faults = std::mem::take(&mut draft.faults);
            return reject(row, faults, Some(kind), app(), tally, true);
        };
        if !too_old {
            count(draft, seen, rules, tally);
            if !rules.want_events {
                return Checked::Valid;
            }
        }
        let name = tally.name(&seen.app, kind, draft.text(Key::Event));
        let event = self.writer.event(row, record, draft, seen, name);
        if !too_old {
            return Checked::Event(Box::new(event));
        }
        let mut filtered = filter(Filter::TooOld, Some(kind), app(), tally);
        if let Checked::Filtered { event: place, .. } = &mut filtered {
            *place = Some(Box::new(event));
        }
        filtered
    }

    /// The app that a row names, where the row itself cannot be read.
    fn named_app(&mut self, record: &Record<'_, '_>) -> Option<Arc<App>> {
        let bundle_id = record.text_of(self.binding, Key::BundleId)?;
        let platform = forms::platform(record.text_of(self.binding, Key::Platform)?)?;
        if bundle_id.is_empty() {
            return None;
        }
        Some(Arc::clone(
            &self.apps.get((bundle_id, platform), self.rules).app,
        ))
    }
}

/// What needs the clock and the list of apps.
fn judge_time_and_app(draft: &mut Draft<'_>, seen: Option<&Seen>, rules: &Rules) {
    for key in [Key::EventTime, Key::SentAt] {
        if let Value::Time(time) = draft.get(key)
            && time > rules.now.saturating_add(AHEAD)
        {
            let hint = "more than ten minutes ahead of this machine's clock: check the column, its unit and --timezone";
            draft.fault(Code::InFuture, key, &moment(time), hint);
        }
    }
    if let Some(seen) = seen.filter(|seen| !seen.is_known) {
        let hint = "add the app and its key to [apps] in tenjin-s2s.toml, or leave its rows out";
        draft.fault(Code::UnknownApp, Key::BundleId, &seen.app.to_string(), hint);
    }
}

/// Adds a valid row to the totals.
fn count(draft: &Draft<'_>, seen: &Seen, rules: &Rules, tally: &mut Tally) {
    tally.repaired(draft.fixes, &draft.dropped);
    if let Some(time) = draft.time() {
        tally.event_time.add(time, rules.now);
    }
    if matches!(draft.kind, Kind::Open | Kind::Event) {
        tally.sightings.push(Sighting {
            installation: writer::installation(draft, seen),
            is_open: draft.kind == Kind::Open,
        });
    }
    let revenue = together::revenue(draft);
    tally.valid(draft.kind, &seen.app, draft.text(Key::Event), revenue);
}

fn reject(
    row: &RawRow<'_>,
    faults: Vec<Fault>,
    kind: Option<Kind>,
    app: Option<Arc<App>>,
    tally: &mut Tally,
    is_record: bool,
) -> Checked {
    tally.rejected(kind, app.as_ref());
    let place = row.place;
    let text = row.text.into();
    Checked::Rejected(Box::new(Rejection {
        place,
        text,
        is_record,
        faults,
        kind,
        app,
    }))
}

fn filter(filter: Filter, kind: Option<Kind>, app: Option<Arc<App>>, tally: &mut Tally) -> Checked {
    tally.filtered(&filter, kind, app.as_ref());
    Checked::Filtered {
        kind,
        app,
        filter,
        event: None,
    }
}

/// A time for people.
fn moment(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros)
        .map_or_else(|_| micros.to_string(), |at| at.to_string())
}

//! Whether one row is valid, left out or rejected.
//!
//! Filters go first: what a rule leaves out need not be right. Then everything that is wrong is
//! gathered, and only a row without faults is counted as valid and becomes an event.

use std::sync::Arc;

use super::fields::Fields;
use super::identity::{self, Id};
use super::parsed::Parsed;
use super::seen::{Apps, Seen};
use super::writer::{self, Writer};
use super::{Build, Checked, Rules, beside, contribution, enrich, kind_rule, whole_row};
use crate::mapping::{self, Binding, Columns, Notes, Record};
use crate::model::{
    App, Cells, Code, Event, Fault, Filter, Kind, NO_REVENUE, Place, Platform, RawRow, Rejection,
    User, plain,
};
use crate::parse::{self, Arena, Value};
use crate::schema::Key;
use crate::stats::{Amount, Cause, ChunkStats, Counted, Coverage, Sighting, State};

/// How far ahead of now a time may be: ten minutes in µs, since clocks differ.
const AHEAD: i64 = 10 * 60 * 1_000_000;

/// The fields by which a lookup table can find a user, best first.
const KEYS_OF_USERS: [Key; 3] = [
    Key::CustomerUserId,
    Key::AdvertisingId,
    Key::DeveloperDeviceId,
];

/// Decides about rows, one after the other.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    binding: &'a Binding,
    rules: &'a Rules,
    /// Rows before this time are too old, µs since 1970 UTC.
    horizon: Option<i64>,
    fields: Fields<'a>,
    apps: Apps,
    writer: Writer,
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
            fields: Fields::new(binding, rules),
            apps: Apps::default(),
            writer: Writer::default(),
        }
    }

    /// A line that is no record, or one whose members contradict each other.
    pub(super) fn unreadable(row: &RawRow<'_>, fault: Fault, stats: &mut ChunkStats) -> Checked {
        let nothing_known = Counted {
            amount: Amount::Unreadable,
            ..Counted::default()
        };
        reject(row, vec![fault], nothing_known, None, stats)
    }

    /// A record of only empty cells.
    pub(super) fn empty(stats: &mut ChunkStats) -> Checked {
        filter(Filter::EmptyRow, Counted::default(), stats)
    }

    /// A record.
    pub(super) fn record<'v>(
        &mut self,
        row: &RawRow<'_>,
        cells: Columns<'v, '_>,
        arena: &'v Arena,
        stats: &mut ChunkStats,
    ) -> Checked
    where
        'a: 'v,
    {
        let notes = Notes::default();
        let record = Record {
            cells,
            arena,
            notes: &notes,
        };
        if let Some(fault) = whole_row::totals_row_fault(self.binding, &record) {
            // Counted without money: it is that of other rows.
            return reject(row, vec![fault], Counted::default(), None, stats);
        }
        // What a rule could not read is a fault, beside all others.
        let (rule, doubt) = match self.binding.left_out(&record) {
            Ok(rule) => (rule, None),
            Err(fault) => (None, Some(fault)),
        };
        let kind = kind_rule::decide(self.binding, &record);
        let filter = match (rule, &kind) {
            (Some(reason), _) => Some(Filter::Mapping(reason)),
            (None, Ok(kind)) if !self.rules.allows(*kind) => Some(Filter::KindNotAllowed(*kind)),
            (None, Err(_)) if record.is_empty() => return Judge::empty(stats),
            (None, _) => None,
        };
        if let Some(filter) = filter {
            return self.left_out(row, &record, filter, kind.ok(), stats);
        }
        let kind = match kind {
            Ok(kind) => kind,
            Err(fault) => {
                let app = self.named_app(&record);
                let counted = contribution::unread(self.binding, &record, None, app.as_ref());
                let doubt = doubt.filter(|doubt| *doubt != fault);
                let faults = doubt.into_iter().chain([fault]).collect();
                return reject(row, faults, counted, None, stats);
            }
        };
        // Large: read and judged where it lies.
        let mut parsed = Parsed::new(kind, record, self.binding, self.rules);
        self.fields.read(&mut parsed);
        enrich::fill(&mut parsed, stats);
        if let Some(fault) = doubt {
            parsed.doubt(fault);
        }
        self.judge(row, &mut parsed, stats)
    }

    /// A record that a rule leaves out: counted with what its columns say.
    fn left_out<'v>(
        &mut self,
        row: &RawRow<'_>,
        record: &Record<'v, '_>,
        filter: Filter,
        kind: Option<Kind>,
        stats: &mut ChunkStats,
    ) -> Checked
    where
        'a: 'v,
    {
        let app = self.named_app(record);
        let counted = contribution::unread(self.binding, record, kind, app.as_ref());
        let cause = match &filter {
            Filter::Mapping(reason) if self.binding.denies_money(reason) => Cause::Denied,
            _ => Cause::Rule,
        };
        self.leave(row.place, record, (cause(filter.name()), kind), stats);
        stats.filtered(&filter, counted);
        let event = match (&filter, kind) {
            (Filter::Mapping(reason), Some(kind)) if may_take_back(reason) => {
                self.sent_before(row, record, (reason, kind))
            }
            _ => None,
        };
        Checked::Filtered { filter, event }
    }

    /// Takes down the money that a rule leaves out. The row may stand in other files, too: what
    /// identifies it tells how often it counts.
    fn leave<'v>(
        &mut self,
        place: Place,
        record: &Record<'v, '_>,
        (why, kind): (Cause, Option<Kind>),
        stats: &mut ChunkStats,
    ) where
        'a: 'v,
    {
        let Some((column, amount)) = contribution::left(self.binding, record, &why) else {
            return;
        };
        let identity = kind.and_then(|kind| {
            let mut parsed = Parsed::new(kind, *record, self.binding, self.rules);
            self.fields.read(&mut parsed);
            let seen = self.apps.get(parsed.app()?, self.rules);
            self.writer.left(&parsed, &seen.app, amount)
        });
        stats.leave(place.input, identity, (why, column, amount));
    }

    /// A refund, or a purchase that costs nothing now, as far as it can be recognised by its id: the
    /// ledger is asked whether it was sent. A price that is not there says nothing of what it costs.
    fn sent_before<'v>(
        &mut self,
        row: &RawRow<'_>,
        record: &Record<'v, '_>,
        (reason, kind): (&str, Kind),
    ) -> Option<Arc<Event>>
    where
        'a: 'v,
    {
        if self.rules.build < Build::Events {
            return None;
        }
        let mut parsed = Parsed::new(kind, *record, self.binding, self.rules);
        self.fields.read(&mut parsed);
        let seen = self.apps.get(parsed.app()?, self.rules);
        parsed.text(Key::EventId)?;
        if reason == NO_REVENUE && !is_free_purchase(&parsed) {
            return None;
        }
        let label = contribution::label(&parsed).unwrap_or_default().into();
        Some(self.writer.event(row, &parsed, seen, label))
    }

    fn judge<'v>(
        &mut self,
        row: &RawRow<'_>,
        parsed: &mut Parsed<'v>,
        stats: &mut ChunkStats,
    ) -> Checked
    where
        'a: 'v,
    {
        let (kind, rules) = (parsed.kind, self.rules);
        let named = parsed.app();
        let seen = named.map(|app| self.apps.get(app, rules));
        let is_before = |horizon| parsed.time().is_some_and(|time| time < horizon);
        let too_old = self.horizon.is_some_and(is_before);
        let wants_event = rules.build >= Build::Events;
        if !too_old || wants_event {
            whole_row::check(parsed);
            judge_time_and_app(parsed, seen, rules);
        }
        let counted = contribution::read(parsed, seen.map(|seen| &seen.app));
        if is_free_purchase(parsed) {
            let filter = Filter::Mapping(NO_REVENUE.into());
            stats.filtered(&filter, counted);
            let event = self.sent_before(row, &parsed.record, (NO_REVENUE, kind));
            return Checked::Filtered { filter, event };
        }
        let faultless = seen.filter(|_| parsed.faults.is_empty());
        if too_old {
            let why = Cause::Rule(Filter::TooOld.name());
            if let Some((column, amount)) = contribution::left(self.binding, &parsed.record, &why) {
                let identity = seen.and_then(|seen| self.writer.left(parsed, &seen.app, amount));
                stats.leave(row.place.input, identity, (why, column, amount));
            }
            let Some(seen) = faultless.filter(|_| wants_event) else {
                return filter(Filter::TooOld, counted, stats);
            };
            let label = stats.filtered(&Filter::TooOld, counted);
            return Checked::Filtered {
                filter: Filter::TooOld,
                event: Some(self.writer.event(row, parsed, seen, label)),
            };
        }
        let Some(seen) = faultless else {
            let faults = std::mem::take(&mut parsed.faults);
            let user = user(parsed, &faults, counted.amount);
            return reject(row, faults, counted, user, stats);
        };
        beside::remark(parsed, row.is_open, &mut stats.remarks);
        note(row.place, parsed, seen, rules, counted.amount, stats);
        if !kind.is_money() {
            let cause = Cause::Goes(kind);
            contribution::leave(self.binding, &parsed.record, &cause, &mut stats.left_out);
        }
        let label = stats.add(State::Pending, counted);
        self.writer.build(row, parsed, seen, label, stats)
    }

    /// The app that a row names, where the row itself cannot be read.
    fn named_app(&mut self, record: &Record<'_, '_>) -> Option<Arc<App>> {
        let taken = |key, platform| self.binding.taken(record, key, platform);
        let platform = parse::platform(taken(Key::Platform, None)?)?;
        let bundle_id = taken(Key::BundleId, Some(platform))?;
        Some(Arc::clone(
            &self.apps.get((bundle_id, platform), self.rules).app,
        ))
    }
}

/// Whether the ledger is asked about rows that are left out for this reason.
fn may_take_back(reason: &str) -> bool {
    reason == NO_REVENUE || mapping::names_refund(&plain(reason))
}

/// Left out, so that the price can go when it is known; or it was sent, and is nothing now.
fn is_free_purchase(parsed: &Parsed<'_>) -> bool {
    parsed.kind == Kind::Purchase
        && matches!(parsed.get(Key::Price), Value::Amount(price) if price.is_zero())
}

/// What needs the clock and the list of apps.
fn judge_time_and_app(parsed: &mut Parsed<'_>, seen: Option<&Seen>, rules: &Rules) {
    for key in Key::TIMES {
        if let Value::Time(time) = parsed.get(key)
            && time > rules.now.saturating_add(AHEAD)
        {
            let hint = "more than ten minutes ahead of this machine's clock: check the column, its unit and --timezone";
            parsed.fault(Code::InFuture, key, &moment(time), hint);
        }
    }
    let is_limited = parsed.kind.is_money() && rules.max_age.is_some();
    let time = parsed
        .binding
        .time_of(parsed.kind, &parsed.record)
        .filter(|_| is_limited);
    if let Some(key) = time
        && !Key::TIMES.iter().any(|key| parsed.tells(*key))
    {
        let hint = "money without a time may be of any age: fill the cell; --max-age none sends it whatever its age";
        parsed.fault(Code::MissingField, key, "", hint);
    }
    if let Some(seen) = seen.filter(|seen| !seen.is_known) {
        let hint = "add the app and its key to [apps] in tenjin-s2s.toml, or leave its rows out";
        parsed.fault(Code::UnknownApp, Key::BundleId, &seen.app.to_string(), hint);
    }
}

/// Takes down what is only said of valid rows.
fn note(
    place: Place,
    parsed: &mut Parsed<'_>,
    seen: &Seen,
    rules: &Rules,
    amount: Amount,
    stats: &mut ChunkStats,
) {
    stats.repaired(place, parsed.fixes, std::mem::take(&mut parsed.dropped));
    let about_money = whole_row::remark(parsed);
    for (remark, value) in parsed.remarks.drain(..).chain(about_money) {
        stats.remarks.add(remark, place, value, amount);
    }
    if let Some(time) = parsed.time() {
        stats.event_time.add(time, rules.now);
    }
    if matches!(parsed.kind, Kind::Open | Kind::Event) {
        stats.sightings.push(Sighting {
            installation: writer::installation(parsed, seen),
            is_open: parsed.kind == Kind::Open,
        });
    }
    let has = |key: Key| u64::from(parsed.has(key));
    let is_ios = parsed.platform() == Some(Platform::Ios);
    stats.coverage.merge(Coverage {
        rows: 1,
        advertising_id: has(Key::AdvertisingId),
        idfv: has(Key::DeveloperDeviceId) * u64::from(is_ios),
        ip_address: has(Key::IpAddress),
        app_version: has(Key::AppVersion),
        country: has(Key::Country),
    });
}

fn reject(
    row: &RawRow<'_>,
    faults: Vec<Fault>,
    counted: Counted<'_>,
    user: Option<Box<User>>,
    stats: &mut ChunkStats,
) -> Checked {
    stats.add(State::Rejected, counted);
    Checked::Rejected(Box::new(Rejection {
        place: row.place,
        text: row.text.into(),
        is_record: !matches!(row.cells, Cells::Damaged(_)),
        faults,
        kind: counted.kind,
        app: counted.app.cloned(),
        user,
    }))
}

/// Whose row it is, if it lacks an id and says so by another one.
fn user(row: &Parsed<'_>, faults: &[Fault], amount: Amount) -> Option<Box<User>> {
    let is_id =
        |fault: &Fault| Key::find(&fault.field).is_some_and(|key| Key::DEVICE_IDS.contains(&key));
    let lacks_id = |fault: &Fault| fault.code == Code::MissingField && is_id(fault);
    // Where ids are made, no table of them is taken.
    if !faults.iter().any(lacks_id) || row.rules.derive.is_some() {
        return None;
    }
    let named = |key: Key| match row.get(key) {
        Value::Text(text) | Value::Hex(text) => Some((key, text.to_owned())),
        Value::Uuid(bytes) => Some((key, uuid::Uuid::from_bytes(bytes).to_string())),
        _ => None,
    };
    let (key, id) = KEYS_OF_USERS.into_iter().find_map(named)?;
    let device = || Some(identity::device(key.name(), Id::of(row.get(key))?));
    let hash = match key {
        Key::CustomerUserId => Some(identity::person(key.name(), &id)),
        _ => device(),
    };
    Some(Box::new(User {
        hash,
        time: row.time(),
        label: contribution::label(row).unwrap_or_default().into(),
        field: key.name(),
        id: id.into(),
        revenue: match amount {
            Amount::Of(amount, currency) => Some((amount, currency)),
            _ => None,
        },
    }))
}

fn filter(filter: Filter, counted: Counted<'_>, stats: &mut ChunkStats) -> Checked {
    stats.filtered(&filter, counted);
    Checked::Filtered {
        filter,
        event: None,
    }
}

/// A time for people.
fn moment(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros)
        .map_or_else(|_| micros.to_string(), |at| at.to_string())
}

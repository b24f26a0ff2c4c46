//! The verdict over one row.
//!
//! Filters go first: what a rule leaves out need not be right. Then everything that is wrong is
//! gathered, and only a row without faults is counted as valid and becomes an event.

use std::sync::Arc;

use super::draft::{self, Draft};
use super::seen::{Apps, Seen};
use super::tally::{Sighting, Tally, name_of};
use super::{Checked, Rules, body, kind_rule, together};
use crate::event::{Currency, Event, Identity, Installation, Worth};
use crate::forms::{self, Value};
use crate::identity::{self, Content, Recipe, What};
use crate::kind::{App, Kind};
use crate::mapping::{Binding, Record};
use crate::row::{Code, Fault, Filter, RawRow, Rejection};
use crate::schema::Key;
use rust_decimal::Decimal;

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
    body: String,
    recipe: Recipe,
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
            body: String::new(),
            recipe: Recipe::default(),
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
    pub(super) fn record(
        &mut self,
        row: &RawRow<'_>,
        record: Record<'_, '_>,
        tally: &mut Tally,
    ) -> Checked {
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
        let draft = Draft::read(kind, &record, self.binding, self.rules);
        self.judge(row, &record, draft, tally)
    }

    fn judge<'v>(
        &mut self,
        row: &RawRow<'_>,
        record: &Record<'v, '_>,
        mut draft: Draft<'v>,
        tally: &mut Tally,
    ) -> Checked
    where
        'a: 'v,
    {
        let kind = draft.kind;
        let seen = match draft.app() {
            Some(app) => Some(self.apps.get(app, self.rules).clone()),
            None => None,
        };
        let app = || seen.as_ref().map(|seen| Arc::clone(&seen.app));
        let too_old = match (draft.time(), self.horizon) {
            (Some(time), Some(horizon)) => time < horizon,
            _ => false,
        };
        if too_old && !self.rules.want_events {
            return filter(Filter::TooOld, Some(kind), app(), tally);
        }
        together::check(&mut draft, record, self.binding, self.rules);
        self.judge_time_and_app(&mut draft, seen.as_ref());
        let Some(seen) = seen.as_ref().filter(|_| draft.faults.is_empty()) else {
            if too_old {
                return filter(Filter::TooOld, Some(kind), app(), tally);
            }
            return reject(row, draft.faults, Some(kind), app(), tally, true);
        };
        if too_old {
            let name = name_of(kind, draft.text(Key::Event)).into();
            let event = self.event(row, record, &draft, seen, name);
            tally.filtered(&Filter::TooOld, Some(kind), Some(&seen.app));
            return Checked::Filtered {
                kind: Some(kind),
                app: Some(Arc::clone(&seen.app)),
                filter: Filter::TooOld,
                event: Some(Box::new(event)),
            };
        }
        let name = self.count(&draft, seen, tally);
        if !self.rules.want_events {
            return Checked::Valid;
        }
        Checked::Event(Box::new(self.event(row, record, &draft, seen, name)))
    }

    fn judge_time_and_app(&self, draft: &mut Draft<'_>, seen: Option<&Seen>) {
        for key in [Key::EventTime, Key::SentAt] {
            if let Value::Time(time) = draft.get(key)
                && *time > self.rules.now.saturating_add(AHEAD)
            {
                let shown = moment(*time);
                let hint = "more than ten minutes ahead of this machine's clock: check the column, its unit and --timezone";
                draft.fault(Code::InFuture, key, &shown, hint);
            }
        }
        if let Some(seen) = seen.filter(|seen| !seen.is_known) {
            let hint =
                "add the app and its key to [apps] in tenjin-s2s.toml, or leave its rows out";
            let app = seen.app.to_string();
            draft.fault(Code::UnknownApp, Key::BundleId, &app, hint);
        }
    }

    /// The app that a row names, where the row itself cannot be read.
    fn named_app(&mut self, record: &Record<'_, '_>) -> Option<Arc<App>> {
        let bundle_id = record.text_of(self.binding, Key::BundleId)?;
        let platform = forms::platform(&record.text_of(self.binding, Key::Platform)?)?;
        if bundle_id.is_empty() {
            return None;
        }
        Some(Arc::clone(
            &self.apps.get((&bundle_id, platform), self.rules).app,
        ))
    }

    /// Adds a valid row to the totals.
    fn count(&self, draft: &Draft<'_>, seen: &Seen, tally: &mut Tally) -> Arc<str> {
        tally.repaired(draft.fixes, &draft.dropped);
        if let Some(time) = draft.time() {
            tally.event_time.add(time, self.rules.now);
        }
        if matches!(draft.kind, Kind::Open | Kind::Event) {
            tally.sightings.push(Sighting {
                installation: installation(draft, seen),
                is_open: draft.kind == Kind::Open,
            });
        }
        tally.valid(
            draft.kind,
            &seen.app,
            draft.text(Key::Event),
            together::revenue(draft),
        )
    }

    fn event<'v>(
        &mut self,
        row: &RawRow<'_>,
        record: &Record<'v, '_>,
        draft: &Draft<'v>,
        seen: &Seen,
        name: Arc<str>,
    ) -> Event
    where
        'a: 'v,
    {
        body::write(&mut self.body, draft, record, self.binding, self.rules);
        Event {
            place: row.place,
            kind: draft.kind,
            app: Arc::clone(&seen.app),
            body: self.body.as_str().into(),
            text: row.text.into(),
            installation: installation(draft, seen),
            time: draft.time(),
            worth: Worth {
                name,
                revenue: together::revenue(draft),
            },
            identity: self.identity(draft, &seen.app),
        }
    }

    fn identity(&mut self, draft: &Draft<'_>, app: &App) -> Identity {
        let source = |key: Key| draft::source_id(draft, self.binding, key);
        let content = Content {
            kind: draft.kind,
            app,
            time: draft.time(),
            ids: [
                Key::AnalyticsInstallationId,
                Key::AdvertisingId,
                Key::DeveloperDeviceId,
            ]
            .map(source),
            user: draft::source_text(draft, self.binding, Key::CustomerUserId),
            what: what(draft),
        };
        let id = draft.text(Key::EventId).map(|id| {
            identity::of_id(
                &self.binding.id_source,
                draft.kind,
                app,
                id,
                &mut self.recipe,
            )
        });
        Identity {
            id,
            fingerprint: identity::fingerprint(&content, &mut self.recipe),
        }
    }
}

/// The part of the content that the kind adds. The row is valid, so that nothing is missing.
fn what<'d>(draft: &'d Draft<'_>) -> What<'d> {
    let text = |key: Key| draft.text(key).unwrap_or_default();
    let (amount, currency) = together::revenue(draft).unwrap_or((Decimal::ZERO, Currency(*b"XXX")));
    match draft.kind {
        Kind::Open => What::Open,
        Kind::Event => What::Event {
            name: text(Key::Event),
            value: match draft.get(Key::Value) {
                Value::Integer(value) => Some(*value),
                _ => None,
            },
        },
        Kind::Purchase => What::Purchase {
            product_id: text(Key::ProductId),
            total: amount,
            currency,
        },
        Kind::AdImpression => What::AdImpression {
            ad_unit_id: draft.text(Key::AdUnitId),
            network_name: text(Key::NetworkName),
            revenue: amount,
            currency,
        },
    }
}

/// The first of the three ids that the row has, also from constants.
fn installation(draft: &Draft<'_>, seen: &Seen) -> Installation {
    [
        Key::AnalyticsInstallationId,
        Key::AdvertisingId,
        Key::DeveloperDeviceId,
    ]
    .into_iter()
    .find_map(|key| draft::id(draft.get(key)))
    .map_or(Installation(seen.seed), |id| {
        identity::installation(seen.seed, id)
    })
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

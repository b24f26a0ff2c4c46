//! The app and the ids that a row lacks: joined from a table, or made from another field.
//!
//! What is filled here is sent and orders rows, but is never part of an event's identity: the
//! same row with another table is the same event.

use super::parsed::Parsed;
use crate::mapping::lookup::{self, Answer, Counts, Packed, Table, Whose};
use crate::model::Code;
use crate::parse::{self, Context, Fixes, Value};
use crate::schema::{self, Key};
use crate::stats::ChunkStats;

/// Fills the app that a row does not name, by the table. What the app decides is read after it.
pub(super) fn fill_app(parsed: &mut Parsed<'_>) {
    let Some(table) = &parsed.rules.lookup else {
        return;
    };
    let is_missing = |key: &Key| {
        let mut faults = parsed.faults.iter();
        faults.any(|fault| fault.field == key.name() && fault.code == Code::MissingField)
    };
    let keys = [Key::Platform, Key::BundleId].into_iter();
    let missing: Vec<Key> = keys.filter(is_missing).collect();
    if missing.is_empty() {
        return;
    }
    let text = key_of(parsed, table);
    let found = table.find(text, whose(parsed));
    for key in missing {
        let value = match found {
            Answer::Found(_, whose) if key == Key::Platform => whose.platform.map(Value::Platform),
            Answer::Found(_, whose) => whose.bundle_id.and_then(|id| read(parsed, key, id)),
            _ => None,
        };
        if let Some(value) = value {
            parsed.clear_faults(key);
            parsed.set(key, value);
            parsed.app_joined = true;
        } else if found == Answer::SeveralApps {
            let by = table.field().key();
            let hint = format!(
                "the table has this {by} for several apps or platforms: give the row its own \
                 (--map {key}=COLUMN), or the same to all that have none (--set {key}=VALUE)"
            );
            parsed.clear_faults(key);
            parsed.fault(Code::AmbiguousLookup, key, text, hint);
        }
    }
}

/// Fills the ids that the rules can fill.
pub(super) fn fill(parsed: &mut Parsed<'_>, stats: &mut ChunkStats) {
    let rules = parsed.rules;
    if let Some(table) = &rules.lookup
        && (parsed.app_joined || Key::DEVICE_IDS.into_iter().any(|id| may_fill(parsed, id)))
    {
        join(parsed, table, &mut stats.lookups);
    }
    if let Some(field) = rules.derive
        && may_fill(parsed, Key::AnalyticsInstallationId)
        && let Some(bundle_id) = parsed.text(Key::BundleId)
        && let Ok(Some(text)) = parsed.binding.text(&parsed.record, field.key())
        && let Some(canonical) = field.canonical(text)
    {
        let id = lookup::derived(bundle_id, &canonical);
        set(parsed, Key::AnalyticsInstallationId, Value::Uuid(id));
    }
}

/// Whether the row lacks this id, may have it, and has not opted out of it.
fn may_fill(parsed: &Parsed<'_>, id: Key) -> bool {
    let is_bad = parsed
        .faults
        .iter()
        .any(|fault| fault.field == id.name() && fault.code != Code::MissingField);
    let no_tracking = parsed.text(Key::LimitAdTracking) == Some("1")
        || matches!(parsed.text(Key::TrackingStatus), Some("1" | "2"));
    let opted_out = id == Key::AdvertisingId && no_tracking;
    schema::field(parsed.kind, id).is_some() && !parsed.has(id) && !is_bad && !opted_out
}

/// What the row has in the field that finds it. A key that cannot be read is a fault of its field.
fn key_of<'v>(parsed: &Parsed<'v>, table: &Table) -> &'v str {
    let text = parsed.binding.text(&parsed.record, table.field().key());
    text.ok().flatten().unwrap_or_default()
}

fn whose<'v>(parsed: &Parsed<'v>) -> Whose<'v> {
    Whose {
        bundle_id: parsed.text(Key::BundleId),
        platform: parsed.platform(),
    }
}

fn join(parsed: &mut Parsed<'_>, table: &Table, counts: &mut Counts) {
    let text = key_of(parsed, table);
    let count = match table.find(text, whose(parsed)) {
        Answer::NoKey => &mut counts.no_key,
        Answer::UnknownKey => &mut counts.unknown_key,
        Answer::OtherApp => &mut counts.other_app,
        Answer::SeveralApps => &mut counts.several_apps,
        Answer::Ambiguous => {
            ambiguous(parsed, table.field().key(), text);
            &mut counts.ambiguous
        }
        Answer::Found(ids, _) => {
            let mut filled = parsed.app_joined;
            for (id, found) in Key::DEVICE_IDS.into_iter().zip(ids) {
                if !found.is_none() && may_fill(parsed, id) {
                    filled |= give(parsed, table, id, found);
                }
            }
            if filled {
                &mut counts.hits
            } else {
                &mut counts.useless
            }
        }
    };
    *count += 1;
}

/// A UUID fits every platform; what else there is, not all.
fn give(parsed: &mut Parsed<'_>, table: &Table, id: Key, found: Packed) -> bool {
    let value = match table.value(found) {
        Ok(bytes) => Some(Value::Uuid(bytes)),
        Err(text) => {
            let text = parsed.record.arena.keep(text);
            read(parsed, id, text)
        }
    };
    if let Some(value) = value {
        set(parsed, id, value);
    }
    value.is_some()
}

/// The value of a text that the table has, if it is one for this row.
fn read<'v>(parsed: &Parsed<'v>, key: Key, text: &'v str) -> Option<Value<'v>> {
    let field = schema::field(parsed.kind, key)?;
    let context = Context {
        platform: parsed.platform(),
        ..Context::default()
    };
    let arena = parsed.record.arena;
    parse::read(field.form, text, context, arena, &mut Fixes::default()).ok()
}

fn set<'v>(parsed: &mut Parsed<'v>, id: Key, value: Value<'v>) {
    parsed.clear_faults(id);
    parsed.set(id, value);
    parsed.joined.push(id);
}

/// Only what the row must have is a fault.
fn ambiguous(parsed: &mut Parsed<'_>, key: Key, text: &str) {
    let missing: Vec<Key> = Key::DEVICE_IDS
        .into_iter()
        .filter(|id| may_fill(parsed, *id) && parsed.has_fault(*id))
        .collect();
    for id in missing {
        parsed.clear_faults(id);
        let hint = format!(
            "the table has several different values for this {key}: fix it, or take the last one \
             with --lookup-pick last"
        );
        parsed.fault(Code::AmbiguousLookup, id, text, hint);
    }
}

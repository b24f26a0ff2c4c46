//! Ids that a row lacks: joined from a table, or made from another field.
//!
//! What is filled here is sent and orders rows, but is never part of an event's identity: the
//! same row with another table is the same event.

use super::parsed::Parsed;
use crate::mapping::lookup::{self, Answer, Packed, Table, Whose};
use crate::model::Code;
use crate::parse::{self, Context, Fixes, Value};
use crate::schema::{self, Key};
use crate::stats::ChunkStats;

/// Fills what the rules can fill.
pub(super) fn fill(parsed: &mut Parsed<'_>, stats: &mut ChunkStats) {
    let rules = parsed.rules;
    if let Some(table) = &rules.lookup
        && Key::DEVICE_IDS.into_iter().any(|id| may_fill(parsed, id))
    {
        join(parsed, table, stats);
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

fn join(parsed: &mut Parsed<'_>, table: &Table, stats: &mut ChunkStats) {
    let key = table.field().key();
    let whose = Whose {
        bundle_id: parsed.text(Key::BundleId),
        platform: parsed.platform(),
    };
    // A key that cannot be read is a fault of its field.
    let text = parsed.binding.text(&parsed.record, key).ok().flatten();
    let text = text.unwrap_or_default();
    match table.find(text, whose) {
        Answer::Missing => stats.lookups.misses += 1,
        Answer::Ambiguous => {
            stats.lookups.ambiguous += 1;
            ambiguous(parsed, key, text);
        }
        Answer::Found(ids) => {
            let mut filled = false;
            for (id, found) in Key::DEVICE_IDS.into_iter().zip(ids) {
                if !found.is_none() && may_fill(parsed, id) {
                    filled |= give(parsed, table, id, found);
                }
            }
            stats.lookups.hits += u64::from(filled);
            stats.lookups.useless += u64::from(!filled);
        }
    }
}

/// A UUID fits every platform; what else there is, not all.
fn give(parsed: &mut Parsed<'_>, table: &Table, id: Key, found: Packed) -> bool {
    let value = match table.value(found) {
        Ok(bytes) => Value::Uuid(bytes),
        Err(text) => {
            let Some(field) = schema::field(parsed.kind, id) else {
                return false;
            };
            let context = Context {
                platform: parsed.platform(),
                ..Context::default()
            };
            let arena = parsed.record.arena;
            let text = arena.keep(text);
            match parse::read(field.form, text, context, arena, &mut Fixes::default()) {
                Ok(value) => value,
                Err(_) => return false,
            }
        }
    };
    set(parsed, id, value);
    true
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

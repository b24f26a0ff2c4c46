//! How the rows of an input are identified, part by part, and what differs from how they were.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Event, Kind};

/// How far a time may be off if its zone or its column has changed since, in µs.
pub(super) const ZONES: i64 = 26 * 3_600 * 1_000_000;

/// How rows of an input are identified: by field, where its value comes from.
pub type IdentityParts = BTreeMap<String, String>;

/// The parts that only an id depends on.
const OF_ID: [&str; 2] = ["event_id", "id_source"];

/// The parts that a time depends on.
const OF_TIME: [&str; 3] = ["event_time", "sent_at", "timezone"];

/// The parts without which a row is rejected.
const REQUIRED: [&str; 4] = ["currency", "event", "price", "product_id"];

/// How a part begins whose value is a constant of the mapping or of `--set`: beside a column, and
/// without one.
const DEFAULT: &str = r#"{"default":"#;

const CONSTANT: &str = r#"{"constant":"#;

pub(super) fn parts(identity: &str) -> IdentityParts {
    serde_json::from_str(identity).unwrap_or_default()
}

/// Whether times were read otherwise.
pub(super) fn times_differ(now: &str, then: &str) -> bool {
    // Asked for each row whose id is known: nearly always nothing differs.
    if now == then {
        return false;
    }
    let (now, then) = (parts(now), parts(then));
    OF_TIME.iter().any(|part| now.get(*part) != then.get(*part))
}

/// Whether two times, each read in its way, may be one moment: zones differ by quarters of an hour, other
/// columns or formats by anything.
pub(super) fn may_be_one_moment(
    (now, reads_now): (Option<i64>, &str),
    (then, read_then): (Option<i64>, &str),
) -> bool {
    const QUARTER: i64 = 15 * 60;
    let (reads_now, read_then) = (parts(reads_now), parts(read_then));
    let differs = |part: &str| reads_now.get(part) != read_then.get(part);
    let Some((now, then)) = now.zip(then) else {
        return true;
    };
    if differs("event_time") || differs("sent_at") {
        return true;
    }
    let apart = (now.div_euclid(1_000_000) - then.div_euclid(1_000_000)).abs();
    apart == 0 || differs("timezone") && apart <= ZONES / 1_000_000 && apart % QUARTER == 0
}

/// Whether times are read by a format that has minutes and no seconds, maybe beside others.
pub(super) fn lacks_seconds(identity: &str) -> bool {
    const SECONDS: [&str; 6] = ["%S", "%T", "%s", "%X", "%c", "%r"];
    let parts = parts(identity);
    let times = OF_TIME.iter().filter_map(|part| parts.get(*part));
    let mut formats = times
        .filter_map(|part| Some(part.split_once("time_format ")?.1))
        .flat_map(|formats| formats.split(" or "));
    formats.any(|format| {
        let has_seconds = SECONDS.iter().any(|seconds| format.contains(seconds));
        (format.contains("%M") || format.contains("%R")) && !has_seconds
    })
}

/// Whether the column or the format of times is among what differs: not only the zone. A part that is
/// missing is the column of the field's own name.
pub(super) fn is_of_time_source(differing: &BTreeSet<&str>) -> bool {
    ["event_time", "sent_at"]
        .iter()
        .any(|part| differing.contains(part))
}

/// What differs of that which identifies rows of this kind; nothing, if a row could have been found
/// by its id or by its content whichever way it was read.
pub(super) fn differing<'p>(
    now: &'p IdentityParts,
    then: &'p IdentityParts,
    event: &Event,
) -> BTreeSet<&'p str> {
    let parts = now.keys().chain(then.keys()).map(String::as_str);
    let differ = |part: &&str| {
        let (now, then) = (now.get(*part), then.get(*part));
        concerns(event, part) && now != then && !mends_rejects(part, now, then)
    };
    let differing: BTreeSet<&str> = parts.filter(differ).collect();
    let is_of_id = |part: &&str| OF_ID.contains(part);
    let with_id = event.identity.id.is_some();
    let same_ids = with_id && then.contains_key("event_id") && !differing.iter().any(is_of_id);
    let same_content = differing.iter().all(is_of_id);
    if same_ids || same_content {
        return BTreeSet::new();
    }
    differing
}

/// The field of a part, and the platform that it is set for.
pub(super) fn field(part: &str) -> (&str, Option<&str>) {
    part.split_once(':')
        .map_or((part, None), |(field, platform)| (field, Some(platform)))
}

/// Whether `--set` came to a column: the rows that it fills were rejected before, and the others
/// are what they were.
fn mends_rejects(part: &str, now: Option<&String>, then: Option<&String>) -> bool {
    let fills = now.is_some_and(|now| now.starts_with(DEFAULT));
    let (field, platform) = field(part);
    platform.is_some() && REQUIRED.contains(&field) && fills && then.is_none()
}

/// Whether nothing but constants differs.
pub(super) fn only_constants_differ(now: &IdentityParts, then: &IdentityParts) -> bool {
    let is_set = |value: Option<&String>| {
        value.is_some_and(|value| value.starts_with(DEFAULT) || value.starts_with(CONSTANT))
    };
    let mut parts = now.keys().chain(then.keys());
    parts.all(|part| {
        let (now, then) = (now.get(part), then.get(part));
        now == then || is_set(now) && is_set(then)
    })
}

/// Whether a part identifies rows of this kind and platform: a purchase is none the less the same
/// when the column of event names changes.
fn concerns(event: &Event, part: &str) -> bool {
    let (field, platform) = field(part);
    if platform.is_some_and(|platform| platform != event.app.platform.name()) {
        return false;
    }
    // Not by the fields that the kind has at Tenjin: event_time and event_id are none of those, and
    // identify a row all the same.
    let kind = event.kind;
    match field {
        "event" | "value" => kind == Kind::Event,
        "product_id" | "price" => matches!(kind, Kind::Purchase | Kind::Subscription),
        "quantity" => kind == Kind::Purchase,
        "ad_unit_id" | "network_name" | "revenue_decimal" | "revenue_cpm" | "sent_at" => {
            kind == Kind::AdImpression
        }
        "currency" => kind.is_money(),
        _ => true,
    }
}

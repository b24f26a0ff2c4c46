//! Inputs that can be read and are no export: a text, a program, a table of users. Nothing can be
//! made of their rows, so that is said before the first of them.

use crate::input::Source;
use crate::mapping::Binding;
use crate::mapping::guess::Proposal;
use crate::model::shown;
use crate::schema::Key;

/// How many columns are named.
const NAMED: usize = 3;

/// The fields that say what happened.
const WHAT: [Key; 9] = [
    Key::Kind,
    Key::Event,
    Key::EventId,
    Key::EventTime,
    Key::ProductId,
    Key::Price,
    Key::AdUnitId,
    Key::RevenueDecimal,
    Key::RevenueCpm,
];

/// The ids that a table of users has.
const IDS: [Key; 4] = [
    Key::CustomerUserId,
    Key::AnalyticsInstallationId,
    Key::AdvertisingId,
    Key::DeveloperDeviceId,
];

/// Why it is none, if the columns show it.
pub(super) fn reason(source: &Source, binding: &Binding, proposals: &[Proposal]) -> Option<String> {
    let columns = source.header()?.names();
    let is_proposed = proposals.iter().any(|one| one.words[0] == "--map");
    if binding.unmapped().len() == columns.len() && !is_proposed {
        let named: Vec<_> = columns.iter().take(NAMED).map(|name| shown(name)).collect();
        let more = if columns.len() > NAMED { ", …" } else { "" };
        return Some(format!(
            "its first line names no column that is known or looks like one (`{}`{more}): is it \
             an export? If so, name its columns with --map FIELD=COLUMN",
            named.join("`, `")
        ));
    }
    let has = |key: &&Key| binding.has(key.name());
    let ids: Vec<&str> = IDS.iter().filter(has).map(|key| key.name()).collect();
    let says_what = WHAT.iter().any(|key| has(&key)) || binding.says_kind();
    if says_what || ids.len() < 2 {
        return None;
    }
    Some(format!(
        "it has ids of users ({}) and nothing of what they did: if it is a table of users, give it \
         beside the export with --lookup FILE; if each row is an open, say --kind open",
        ids.join(", ")
    ))
}

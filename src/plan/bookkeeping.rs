//! Where the ledger is, and whether rows can be recognised when they come again.

use std::path::PathBuf;

use anyhow::bail;

use super::reading::Reading;
use crate::cli::SendArgs;
use crate::delivery::feed::Opened;
use crate::ledger;
use crate::mapping::guess;
use crate::model::shown;
use crate::schema::Key;

/// Whether there is a place for the ledger, and the options fit what is read.
pub(super) fn can_be_kept(args: &SendArgs, reading: &Reading<'_>) -> anyhow::Result<()> {
    if ledger_path(args).is_none() && !args.sandbox {
        bail!("no place for the ledger: set HOME or XDG_STATE_HOME, or name a file with --ledger");
    }
    let inputs = reading.locations.len();
    if args.input_name.is_some() && inputs > 1 {
        bail!(
            "--input-name is the name of one content that grows, and here are {inputs} inputs: \
             upload them one by one, each under a name of its own"
        );
    }
    Ok(())
}

/// A file whose rows nothing identifies would be sent again by each run: the options must say more.
/// NDJSON says so only row by row.
pub fn must_identify(opened: &[Opened]) -> anyhow::Result<()> {
    const KEYS: [Key; 5] = [
        Key::EventId,
        Key::EventTime,
        Key::PurchaseDate,
        Key::GooglePlayPurchaseToken,
        Key::OriginalTransactionId,
    ];
    let nameless = |input: &&Opened| {
        let has = |key: &Key| input.binding.has(key.name());
        input.source.header().is_some() && !KEYS.iter().any(has)
    };
    match opened.iter().find(nameless) {
        None => Ok(()),
        Some(input) => bail!(
            "{}: no column gives event_id or event_time, so rows could not be recognised when \
             they come again: map one ({}), or name this input yourself \
             (--input-name NAME), the same name each time the same rows are uploaded",
            input.source.name(),
            telling(input)
        ),
    }
}

/// Where the ledger is; none where it is thrown away, or where there is no place for one.
pub(super) fn ledger_path(args: &SendArgs) -> Option<PathBuf> {
    let default = || (!args.sandbox).then(ledger::default_path).flatten();
    args.ledger.clone().or_else(default)
}

/// The column that may tell rows apart, or how to name one.
fn telling(input: &Opened) -> String {
    let header = input.source.header();
    let found = header.and_then(|header| guess::identity(header.names(), &input.binding));
    let found = found.map(|words| shown(&words).into_string());
    found.unwrap_or_else(|| "--map event_id=COLUMN".to_owned())
}

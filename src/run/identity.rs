//! What identifies rows, looked at before anything is sent: something must, and it must be the
//! same as last time. If a mapping or an option changed it, rows that were sent before would look
//! new, and their revenue would count twice.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};

use super::signals::Signals;
use crate::delivery::claimed::{is_nameless, other_identity};
use crate::delivery::claims::Claims;
use crate::delivery::feed::{self, Delivery, Opened};
use crate::input::{self, Extent, Location};
use crate::ledger::{Decision, Intent, Ledger};
use crate::model::{Event, shown};
use crate::plan::{Reading, Sending};
use crate::report::warning::Warning;
use crate::validate::Build;

/// How many rows of an input are looked at.
const ROWS: u64 = 200;

/// An input's first valid rows.
pub type Sample = Vec<Arc<Event>>;

/// Looks at the first rows of each input that can be read twice. That none of them has an id or
/// a time is a mistake of the options; if only some have none, those are rejected one by one.
pub fn samples(reading: &Reading<'_>, sending: &Sending<'_>) -> anyhow::Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for (number, location) in (0..).zip(&reading.locations) {
        let Some(path) = file(location) else {
            samples.push(Sample::new());
            continue;
        };
        let rows = feed::sample(
            reading.open_one(number)?,
            &reading.checking(Build::Requests),
            ROWS,
        );
        if sending.needs_identity && !rows.is_empty() && rows.iter().all(|row| is_nameless(row)) {
            bail!(
                "{}: none of the first rows has event_id or event_time, so they could not be \
                 recognised when they come again: map one of them (--map event_id=COLUMN), or \
                 give this input a name of its own (--input-name NAME), the same name each time \
                 the same rows are uploaded",
                shown(&path.to_string_lossy())
            );
        }
        samples.push(rows);
    }
    Ok(samples)
}

/// Compares the first rows with what was sent before. `rehearsal` knows what the ledger knows, and
/// is used up.
pub fn check(
    mut rehearsal: Ledger,
    reading: &Reading<'_>,
    samples: Vec<Sample>,
) -> anyhow::Result<()> {
    for (location, sample) in reading.locations.iter().zip(samples) {
        let rows = sample.len();
        let meant = sample.into_iter().map(|event| (event, Intent::Send));
        let answers = rehearsal.decide(meant.collect())?;
        let in_question = answers.into_iter().filter_map(|answer| match answer {
            Decision::OtherIdentity(event) => Some(event),
            _ => None,
        });
        let in_question: Vec<_> = in_question.collect();
        if let Some(first) = in_question.first() {
            let difference = rehearsal.difference(first)?;
            bail!(
                "{}: {} of its first {rows} rows are in question: {}",
                name(location),
                in_question.len(),
                other_identity(&difference)
            );
        }
    }
    Ok(())
}

/// Reads everything before the first row is sent, as far as it can be read twice, and gives how much
/// of its money looks sent. `claims` are of a rehearsal.
pub fn look_sent(
    claims: &Claims,
    reading: &Reading<'_>,
    signals: &Signals,
) -> anyhow::Result<Option<Warning>> {
    if !reading.can_read_twice() {
        return Ok(None);
    }
    let mut deliveries = feed::start(reading.open()?, reading.checking(Build::Events))?;
    while let Some(delivery) = deliveries.take().filter(|_| signals.caught().is_none()) {
        if let Delivery::Rows(checked) = delivery {
            claims.claim(checked.rows)?;
        }
    }
    Ok(claims.look_sent())
}

/// One `--input-name` belongs to one content that grows: compares its beginning with what stood
/// there before, and writes what stands there now.
pub fn check_growth(
    ledger: &mut Ledger,
    reading: &Reading<'_>,
    sending: &Sending<'_>,
    opened: &[Opened],
) -> anyhow::Result<()> {
    let input_name = sending.args.input_name.as_ref();
    let named = input_name.filter(|_| sending.ledger.is_some());
    let first = reading.locations.first().zip(opened.first());
    let (Some(input_name), Some((location, input))) = (named, first) else {
        return Ok(());
    };
    let (run, before) = ledger.grown()?.unwrap_or_default();
    if !begins_with(location, input, before).with_context(|| name(location))? {
        bail!(
            "{}: does not begin with what run {} uploaded as --input-name {}, so rows that are \
             equal to rows of that day would be taken for them: give another content a name of its \
             own",
            name(location),
            shown(&run),
            shown(input_name)
        );
    }
    match (input.source.growth(), file(location)) {
        (Some(growth), _) => ledger.follow(growth.clone()),
        (None, path) => {
            let path = path.with_context(|| name(location))?;
            ledger.note_grown(input::extent(path, None)?)?;
        }
    }
    Ok(())
}

fn begins_with(location: &Location, input: &Opened, before: Extent) -> anyhow::Result<bool> {
    match (input.source.growth(), file(location)) {
        (Some(growth), _) => growth.begins_with(before).context("cannot read it"),
        (None, Some(path)) => Ok(input::extent(path, Some(before.bytes))? == before),
        (None, None) => bail!("cannot be compared with what stood there before"),
    }
}

fn name(location: &Location) -> String {
    match location {
        Location::File(path) => shown(&path.to_string_lossy()).into_string(),
        Location::Stdin => "standard input".to_owned(),
    }
}

/// A file, if it is one that can be read twice.
fn file(location: &Location) -> Option<&Path> {
    match location {
        Location::File(path) => Some(path.as_path()).filter(|path| path.is_file()),
        Location::Stdin => None,
    }
}

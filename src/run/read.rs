//! Reading every row of a run that sends none of them yet (`validate`, a dry run), and whether there
//! are as many as `--min-rows` asks for.
//!
//! `--strict`: everything is read before the first row is sent. Nothing is, if a row is rejected (or
//! more than `--max-rejected` allows), or if an input cannot be read to its end.

use std::time::Duration;

use anyhow::{Context, bail};

use super::bookkeeper::Bookkeeper;
use super::signals::Signals;
use crate::delivery::claimed::Claimed;
use crate::delivery::facts::Fact;
use crate::delivery::feed::{self, Deliveries, Delivery, Opened};
use crate::delivery::ids::Ids;
use crate::model::{Exit, Outcome, StopReason};
use crate::plan::Reading;
use crate::progress::Note;
use crate::report::figures::{counted, thousands};
use crate::report::run::Status;
use crate::validate::Build;

/// How long it waits for rows before it looks after other things.
const PAUSE: Duration = Duration::from_millis(100);

/// Reads everything without a ledger: ids are compared within the run alone.
pub fn read_alone(
    keeper: &mut Bookkeeper,
    opened: Vec<Opened>,
    reading: &Reading<'_>,
    signals: &Signals,
) -> anyhow::Result<Option<u8>> {
    let mut ids = Ids::of(&opened);
    let mut failure = None;
    let deliveries = feed::start(opened, reading.checking(Build::Ids)).context("cannot start")?;
    let mut twice = |delivery: &mut Delivery| {
        let Delivery::Rows(checked) = delivery else {
            return Vec::new();
        };
        ids.look(checked).unwrap_or_else(|error| {
            failure.get_or_insert(error);
            Vec::new()
        })
    };
    let signal = read_all(keeper, deliveries, reading, signals, &mut twice);
    keeper.warn(ids.warnings());
    failure.map_or(Ok(signal), Err)
}

/// Takes every delivery, until the end or a signal; `more` may add facts to each one.
pub fn read_all(
    keeper: &mut Bookkeeper,
    mut deliveries: Deliveries,
    reading: &Reading<'_>,
    signals: &Signals,
    mut more: impl FnMut(&mut Delivery) -> Vec<Fact>,
) -> Option<u8> {
    loop {
        match deliveries.wait(PAUSE) {
            Ok(None) => return None,
            Ok(Some(mut delivery)) => {
                let facts = more(&mut delivery);
                keeper.take(Fact::Fed(delivery));
                facts.into_iter().for_each(|fact| keeper.take(fact));
            }
            Err(feed::NotYet) => {}
        }
        keeper.tick(0.0, None);
        if let Some(text) = too_many_rejected(keeper, reading) {
            keeper.stopped(Status::Stopped, StopReason::MaxRejected, &text);
            return None;
        }
        if let Some(signal) = signals.caught() {
            return Some(signal);
        }
    }
}

/// Whether more rows were rejected than `--max-rejected` allows.
pub(super) fn too_many_rejected(keeper: &Bookkeeper, reading: &Reading<'_>) -> Option<String> {
    let rows = keeper.stats.rows();
    let rejected = rows.count(Outcome::Rejected);
    let most = reading.args.max_rejected?;
    most.reached(rejected, rows.read).then(|| {
        let read = counted(rows.read, "row");
        format!(
            "{} of {read} were rejected, more than --max-rejected allows",
            thousands(rejected)
        )
    })
}

/// Reads inputs that can be read twice, as far as there are enough rows.
pub fn enough_rows(reading: &Reading<'_>) -> anyhow::Result<()> {
    let Some(least) = reading.min_rows().filter(|_| reading.can_read_twice()) else {
        return Ok(());
    };
    let rows = rows(reading, least)?;
    if rows < least {
        bail!("{}; nothing was sent", too_few(rows, least));
    }
    Ok(())
}

/// Rows, until there are enough of them.
fn rows(reading: &Reading<'_>, least: u64) -> anyhow::Result<u64> {
    let mut rows = 0;
    for (number, _) in (0..).zip(&reading.locations) {
        let mut source = reading.open_one(number)?.source;
        while rows < least
            && let Some(chunk) = source.next_chunk()?
        {
            // What is wrong with the row that ends it is said when it is read for good.
            let _ = chunk.for_each(|_| rows += 1);
        }
    }
    Ok(rows)
}

/// What inputs that cannot be read to their end, or have too few rows, mean.
pub(super) fn input_exit(keeper: &mut Bookkeeper) -> Exit {
    let mut exit = Exit::Done;
    if let Some((reason, error)) = keeper.input_error().cloned() {
        keeper.console.say(&Note::error(&error));
        keeper.stopped(Status::Stopped, reason, &error);
        exit = match keeper.stats.requests.sent {
            0 => Exit::Usage,
            _ => reason.exit(),
        };
    }
    exit.or(too_few_came(keeper).unwrap_or(Exit::Done))
}

/// The end of a stream, whose rows have gone by the time they are counted.
fn too_few_came(keeper: &mut Bookkeeper) -> Option<Exit> {
    let rows = keeper.run.inputs.iter().map(|input| input.rows).sum();
    let least = keeper.run.min_rows.filter(|least| rows < *least)?;
    let is_whole = keeper.run.inputs.iter().all(|input| input.complete);
    if !is_whole {
        return None;
    }
    keeper.stopped(Status::Stopped, StopReason::MinRows, &too_few(rows, least));
    Some(if keeper.run.sends() {
        StopReason::MinRows.exit()
    } else {
        Exit::Usage
    })
}

fn too_few(rows: u64, least: u64) -> String {
    format!(
        "{} in all inputs, and --min-rows asks for {least}",
        counted(rows, "row")
    )
}

/// Reads everything once. If too many rows are rejected, or an input cannot be read to its end, the
/// keeper gets the whole account, and the run ends with the exit code that is returned; else the
/// keeper stays as it was.
pub fn no_row_rejected(
    keeper: &mut Bookkeeper,
    reading: &Reading<'_>,
    signals: &Signals,
) -> anyhow::Result<Option<Exit>> {
    let first = first_pass(reading)?;
    let objection = objection(reading, first.rejected, first.read);
    if objection.is_none() && first.broken.is_none() {
        return Ok(None);
    }
    let signal = read_alone(keeper, reading.open()?, reading, signals)?;
    first
        .broken
        .into_iter()
        .for_each(|ended| keeper.take(Fact::Fed(ended)));
    keeper.stats.send_none();
    let mut exit = input_exit(keeper);
    if let Some((reason, text)) = objection {
        keeper.stopped(Status::Stopped, reason, text);
        exit = exit.or(reason.exit());
    }
    match signal {
        None => Ok(Some(exit)),
        Some(signal) => {
            keeper.stopped(
                Status::Interrupted,
                StopReason::Interrupted,
                "a signal ended the run",
            );
            Ok(Some(Exit::Signal(signal)))
        }
    }
}

/// Why nothing is sent if `rejected` of `read` rows are rejected: one is too many, unless
/// `--max-rejected` allows some.
pub fn objection(
    reading: &Reading<'_>,
    rejected: u64,
    read: u64,
) -> Option<(StopReason, &'static str)> {
    match reading.args.max_rejected {
        None if rejected > 0 => Some((
            StopReason::Strict,
            "rows were rejected, so nothing was sent",
        )),
        Some(most) if most.exceeded(rejected, read) => Some((
            StopReason::MaxRejected,
            "more rows were rejected than --max-rejected allows, so nothing was sent",
        )),
        _ => None,
    }
}

/// What is known before a row is sent.
#[derive(Default)]
struct FirstPass {
    rejected: u64,
    read: u64,
    /// The first input that cannot be read to its end.
    broken: Option<Delivery>,
}

/// Reads until it is known that nothing may be sent, or to the end.
fn first_pass(reading: &Reading<'_>) -> anyhow::Result<FirstPass> {
    let opened = reading.open()?;
    let mut ids = Ids::of(&opened);
    let mut deliveries =
        feed::start(opened, reading.checking(Build::Ids)).context("cannot start")?;
    let mut pass = FirstPass::default();
    while let Some(delivery) = deliveries.take() {
        match delivery {
            Delivery::Rows(mut checked) => {
                let twice = ids.look(&mut checked)?;
                let twice = twice
                    .iter()
                    .filter(|fact| matches!(fact, Fact::NotSent(Claimed::Rejected(..))));
                pass.rejected += checked.rejections.len() as u64 + twice.count() as u64;
                pass.read += checked.stats.read;
            }
            Delivery::Ended { error: None, .. } => {}
            ended @ Delivery::Ended { .. } => pass.broken = Some(ended),
        }
        let is_refused = pass.rejected > 0 && reading.args.max_rejected.is_none();
        if is_refused || pass.broken.is_some() {
            break;
        }
    }
    Ok(pass)
}

//! `--strict`: everything is read before the first row is sent. Nothing is, if a row is rejected (or
//! more than `--max-rejected` allows), or if an input cannot be read to its end.

use anyhow::Context;

use super::bookkeeper::Bookkeeper;
use super::ending;
use super::read::read_alone;
use super::signals::Signals;
use crate::delivery::claimed::Claimed;
use crate::delivery::facts::Fact;
use crate::delivery::feed::{self, Delivery};
use crate::delivery::ids::Ids;
use crate::model::{Exit, StopReason};
use crate::plan::Reading;
use crate::report::run::Status;
use crate::validate::Build;

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
        .for_each(|ended| keeper.take(ended));
    keeper.stats.send_none();
    let mut exit = ending::input_exit(keeper);
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
    broken: Option<Fact>,
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
            Delivery::Ended { input, error } => pass.broken = Some(Fact::Ended { input, error }),
        }
        let is_refused = pass.rejected > 0 && reading.args.max_rejected.is_none();
        if is_refused || pass.broken.is_some() {
            break;
        }
    }
    Ok(pass)
}

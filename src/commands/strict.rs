//! `--strict`: nothing is sent if a row would be rejected, or more than `--max-rejected` allows.

use anyhow::Context;

use super::validate::read_all;
use crate::delivery::feed::{self, Delivery};
use crate::model::{Exit, StopReason};
use crate::plan::Reading;
use crate::report::run::Status;
use crate::run::bookkeeper::Bookkeeper;
use crate::run::signals::Signals;

/// Reads everything once. Something is wrong: the keeper has the whole account, and the run ends
/// with the exit code. All is well: the keeper is as it was.
pub(super) fn check(
    keeper: &mut Bookkeeper,
    reading: &Reading,
    signals: &Signals,
) -> anyhow::Result<Option<Exit>> {
    let (rejected, read) = count(reading)?;
    let Some((reason, text)) = objection(reading, rejected, read) else {
        return Ok(None);
    };
    let deliveries =
        feed::start(reading.open()?, reading.checking(false)).context("cannot start")?;
    let signal = read_all(keeper, deliveries, reading, signals, |_| Vec::new());
    keeper.books.send_none();
    keeper.stopped(Status::Stopped, reason, text);
    match signal {
        None => Ok(Some(reason.into())),
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

/// Why nothing is sent, if so many rows are rejected: any, unless `--max-rejected` allows some.
pub(super) fn objection(
    reading: &Reading,
    rejected: u64,
    read: u64,
) -> Option<(StopReason, &'static str)> {
    match reading.max_rejected {
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

/// Rejected rows, and all rows; one will do where none is allowed.
fn count(reading: &Reading) -> anyhow::Result<(u64, u64)> {
    let mut deliveries =
        feed::start(reading.open()?, reading.checking(false)).context("cannot start")?;
    let (mut rejected, mut read) = (0, 0);
    while let Some(delivery) = deliveries.take() {
        if let Delivery::Parcel(parcel) = delivery {
            rejected += parcel.rejections.len() as u64;
            read += parcel.stats.read;
        }
        if rejected > 0 && reading.max_rejected.is_none() {
            break;
        }
    }
    Ok((rejected, read))
}

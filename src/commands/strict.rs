//! `--strict`: nothing is sent if a single row would be rejected.

use anyhow::Context;

use super::validate::read_all;
use crate::bookkeeper::Bookkeeper;
use crate::exit::Exit;
use crate::outcome::StopReason;
use crate::pipeline::feed::{self, Delivery};
use crate::plan::Reading;
use crate::report::run::Status;
use crate::signals::Signals;

/// Reads everything once. Something is wrong: the keeper has the whole account, and the run ends
/// with the exit code. All is well: the keeper is as it was.
pub(super) fn check(
    keeper: &mut Bookkeeper,
    reading: &Reading,
    signals: &Signals,
) -> anyhow::Result<Option<Exit>> {
    if !any_rejected(reading)? {
        return Ok(None);
    }
    let deliveries =
        feed::start(reading.open()?, reading.checking(false)).context("cannot start")?;
    let signal = read_all(keeper, deliveries, signals, |_| Vec::new());
    keeper.books.send_none();
    keeper.stopped(
        Status::Stopped,
        StopReason::Strict,
        "rows were rejected, so nothing was sent",
    );
    match signal {
        None => Ok(Some(StopReason::Strict.into())),
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

fn any_rejected(reading: &Reading) -> anyhow::Result<bool> {
    let mut deliveries =
        feed::start(reading.open()?, reading.checking(false)).context("cannot start")?;
    while let Some(delivery) = deliveries.take() {
        if let Delivery::Parcel(parcel) = delivery
            && !parcel.rejections.is_empty()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

//! `--min-rows`: an export that came out too short is not sent at all.

use anyhow::bail;

use crate::model::{Exit, StopReason};
use crate::plan::Reading;
use crate::report::figures::counted;
use crate::report::run::Status;
use crate::run::bookkeeper::Bookkeeper;

/// Reads inputs that can be read twice, as far as there are enough rows.
pub(super) fn check(reading: &Reading) -> anyhow::Result<()> {
    let Some(least) = reading.min_rows.filter(|_| reading.can_read_twice()) else {
        return Ok(());
    };
    let rows = count(reading, least)?;
    if rows < least {
        bail!("{}; nothing was sent", too_few(rows, least));
    }
    Ok(())
}

/// Rows, until there are enough of them.
fn count(reading: &Reading, least: u64) -> anyhow::Result<u64> {
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

/// The end of a stream, whose rows have gone by the time they are counted.
pub(super) fn conclude(keeper: &mut Bookkeeper) -> Option<Exit> {
    let rows = keeper.run.inputs.iter().map(|input| input.rows).sum();
    let least = keeper.run.min_rows.filter(|least| rows < *least)?;
    let is_whole = keeper.run.inputs.iter().all(|input| input.complete);
    if !is_whole {
        return None;
    }
    keeper.stopped(Status::Stopped, StopReason::MinRows, &too_few(rows, least));
    Some(if keeper.run.sends() {
        StopReason::MinRows.into()
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

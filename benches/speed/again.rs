//! How long a finished upload takes when it is run again: every row is asked for, none is sent.

use anyhow::{Result, ensure};

use crate::rows::{self, Form};
use crate::sizes::Sizes;
use crate::table::{Table, say};
use crate::workshop::Workshop;

/// For a million rows.
const GOAL_S: f64 = 15.0;

pub(crate) fn measure(workshop: &Workshop, sizes: &Sizes, table: &mut Table) -> Result<()> {
    say(&format!("again: {} rows", sizes.again));
    let file = workshop.file("rows.csv");
    rows::write(&file, 0..sizes.again, Form::Csv)?;
    let upload = || workshop.upload(&file, &["--sandbox", "--ledger", "again.sqlite"]);
    let first = upload()?;
    let again = upload()?;
    ensure!(again.time < first.time, "the rows were sent again");
    let seconds = again.time.as_secs_f64();
    let goal = GOAL_S * sizes.again as f64 / 1e6;
    table.goal(
        format!("upload of {} rows, finished, once more", sizes.again),
        format!("first {:.1} s", first.time.as_secs_f64()),
        format!("{seconds:.1} s"),
        format!("at most {goal:.1} s"),
        seconds <= goal,
    );
    workshop.clear("again.sqlite")?;
    workshop.clear("rows.csv")
}

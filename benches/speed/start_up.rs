//! How long the program takes for next to nothing.

use anyhow::Result;

use crate::compare::Rounds;
use crate::process;
use crate::rows::{self, Form};
use crate::sizes::Sizes;
use crate::table::Table;
use crate::workshop::Workshop;

const TIMES: usize = 51;
const GOAL_MS: f64 = 20.0;

pub(crate) fn measure(workshop: &Workshop, _: &Sizes, table: &mut Table) -> Result<()> {
    let file = workshop.file("rows.csv");
    rows::write(&file, 0..10, Form::Csv)?;
    let mut rounds = Rounds::default();
    for _ in 0..TIMES {
        rounds.add(process::run(workshop.program(&["validate"]).arg(&file))?);
    }
    let ms = rounds.time().as_secs_f64() * 1000.0;
    table.goal(
        "start-up: validate 10 rows",
        "",
        format!("{ms:.1} ms"),
        format!("at most {GOAL_MS} ms"),
        ms <= GOAL_MS,
    );
    Ok(())
}

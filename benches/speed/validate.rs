//! How fast rows are validated, beside a bare read of the same file; and beside `DuckDB`, if
//! `BENCH_DUCKDB` names a Python that has it. Nothing is installed.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::compare::Rounds;
use crate::process;
use crate::rows::{self, Form};
use crate::sizes::Sizes;
use crate::table::{Table, say};
use crate::workshop::{self, Workshop};

/// The goal for CSV: so many times as long as the bare read, at most.
const CSV: f64 = 1.5;
/// The goal for NDJSON, in seconds for each million rows.
const JSON: f64 = 1.0;

/// The goals beside `DuckDB` with six rough checks: without ids, and with them, whose conflicts are
/// looked for.
const DUCKDB: [(&str, Form, f64, f64); 2] = [
    ("rows.csv", Form::Csv, 0.7, 1.0),
    ("rows.ndjson", Form::Json, 0.9, 1.2),
];

pub(crate) fn measure(workshop: &Workshop, sizes: &Sizes, table: &mut Table) -> Result<()> {
    let rows = sizes.validated;
    let (ours, bare) = turns(workshop, sizes, "rows.csv", Form::Csv, "csv")?;
    let times = 1.0 / ours.speed_beside(&bare);
    table.goal(
        format!("validate CSV, {rows} rows"),
        format!("bare csv read {:.2} s", bare.time().as_secs_f64()),
        format!(
            "{:.2} s = {times:.2} times, {:.2} times the processor time",
            ours.time().as_secs_f64(),
            1.0 / ours.thrift_beside(&bare)
        ),
        format!("at most {CSV} times"),
        times <= CSV,
    );
    let (ours, bare) = turns(workshop, sizes, "rows.ndjson", Form::Json, "json")?;
    let most = JSON * rows as f64 / 1e6;
    let time = ours.time().as_secs_f64();
    table.goal(
        format!("validate NDJSON, {rows} rows"),
        format!("serde_json::Value {:.2} s", bare.time().as_secs_f64()),
        format!(
            "{time:.2} s = {:.2} times, {:.2} times the processor time",
            1.0 / ours.speed_beside(&bare),
            1.0 / ours.thrift_beside(&bare)
        ),
        format!("at most {most:.2} s"),
        time <= most,
    );
    match std::env::var("BENCH_DUCKDB") {
        Ok(python) => beside_duckdb(&python, workshop, sizes, table),
        Err(_) => Ok(()),
    }
}

fn beside_duckdb(
    python: &str,
    workshop: &Workshop,
    sizes: &Sizes,
    table: &mut Table,
) -> Result<()> {
    let rows = sizes.validated;
    for (name, form, without, with) in DUCKDB {
        let file = workshop.file(name);
        for (ids, goal) in [("without ids", without), ("with ids", with)] {
            if ids == "with ids" {
                rows::write(&file, 0..rows, form)?;
            } else {
                rows::write_without_ids(&file, 0..rows, form)?;
            }
            let (mut ours, mut theirs) = (Rounds::default(), Rounds::default());
            for round in 1..=sizes.rounds {
                say(&format!("validate {name} {ids}: round {round}"));
                theirs.add(process::run(&mut duckdb(python, &file))?);
                ours.add(process::run(workshop.program(&["validate"]).arg(&file))?);
            }
            let times = 1.0 / ours.speed_beside(&theirs);
            table.goal(
                format!("validate {name} {ids}, {rows} rows"),
                format!("DuckDB in Python {:.2} s", theirs.time().as_secs_f64()),
                format!("{:.2} s = {times:.2} times", ours.time().as_secs_f64()),
                format!("at most {goal} times"),
                times <= goal,
            );
        }
        workshop.clear(name)?;
    }
    Ok(())
}

fn duckdb(python: &str, file: &Path) -> Command {
    let mut command = Command::new(python);
    command.args(["-c", include_str!("duckdb.py")]).arg(file);
    command
}

fn turns(
    workshop: &Workshop,
    sizes: &Sizes,
    name: &str,
    form: Form,
    reference: &str,
) -> Result<(Rounds, Rounds)> {
    let file = workshop.file(name);
    rows::write(&file, 0..sizes.validated, form)?;
    let (mut ours, mut bare) = (Rounds::default(), Rounds::default());
    for round in 1..=sizes.rounds {
        say(&format!("validate {name}: round {round}"));
        bare.add(workshop::bare(&[reference], &file)?);
        ours.add(process::run(workshop.program(&["validate"]).arg(&file))?);
    }
    workshop.clear(name)?;
    Ok((ours, bare))
}

//! The most memory that a file of any size takes, at every size that is wanted.
//!
//! For `upload` the server in its own process and the ledger on disk are counted in.

use anyhow::Result;

use crate::process;
use crate::rows::{self, Form};
use crate::sizes::Sizes;
use crate::table::{Table, say};
use crate::workshop::Workshop;

const VALIDATE_MIB: f64 = 32.0;
pub(crate) const UPLOAD_MIB: f64 = 64.0;

pub(crate) fn measure(workshop: &Workshop, sizes: &Sizes, table: &mut Table) -> Result<()> {
    for &rows in &sizes.memory {
        say(&format!("memory: {rows} rows"));
        let file = workshop.file("rows.csv");
        rows::write(&file, 0..rows, Form::Csv)?;
        let validated = process::run(workshop.program(&["validate"]).arg(&file))?;
        tell(
            table,
            format!("memory of validate, {rows} rows"),
            validated.memory,
            VALIDATE_MIB,
        );
        let uploaded = workshop.upload(&file, &["--sandbox", "--ledger", "memory.sqlite"])?;
        tell(
            table,
            format!("memory of upload, {rows} rows"),
            uploaded.memory,
            UPLOAD_MIB,
        );
        workshop.clear("memory.sqlite")?;
        workshop.clear("rows.csv")?;
    }
    Ok(())
}

pub(crate) fn tell(table: &mut Table, what: String, bytes: u64, most: f64) {
    let mib = bytes as f64 / f64::from(1 << 20);
    table.goal(
        what,
        "",
        format!("{mib:.1} MiB"),
        format!("at most {most} MiB"),
        mib <= most,
    );
}

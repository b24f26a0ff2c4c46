//! `cargo bench --bench speed`: every speed this program promises, measured beside its reference.
//!
//! What is compared runs in turns (A B A B …) in processes of its own, and the median of the
//! rounds counts, so that a busy machine hurts both alike. Ends with a table, and with an error if
//! a goal is missed. Names after `--` choose what is measured; `SPEED_…` in [`sizes`] make a
//! quick run of it.

mod again;
mod bare;
mod compare;
mod instructions;
mod ledger_size;
mod memory;
mod pace;
mod process;
mod remembering;
mod rows;
mod sizes;
mod start_up;
mod table;
mod upload;
mod upload_far;
mod validate;
mod workshop;

use std::process::ExitCode;

use anyhow::Result;

use sizes::Sizes;
use table::Table;
use workshop::Workshop;

/// What can be measured. Memory comes first: a child counts what its parent ever held as its own.
const MEASURES: [(&str, Measure); 9] = [
    ("memory", memory::measure),
    ("start-up", start_up::measure),
    ("validate", validate::measure),
    ("ledger-size", ledger_size::measure),
    ("again", again::measure),
    ("upload", upload::measure),
    ("upload-far", upload_far::measure),
    ("pace", pace::measure),
    (instructions::NAME, instructions::measure),
];

type Measure = fn(&Workshop, &Sizes, &mut Table) -> Result<()>;

fn main() -> Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some((bare::WORD, args)) = words.split_first().map(|(word, args)| (&**word, args)) {
        bare::run(args)?;
        return Ok(ExitCode::SUCCESS);
    }
    let wanted: Vec<&String> = words
        .iter()
        .filter(|word| !word.starts_with("--"))
        .collect();
    let (workshop, sizes) = (Workshop::open()?, Sizes::from_environment()?);
    let mut table = Table::default();
    for (name, measure) in MEASURES {
        let is_for_all = wanted.is_empty() && name != instructions::NAME;
        if is_for_all || wanted.iter().any(|word| *word == name) {
            measure(&workshop, &sizes, &mut table)?;
        }
    }
    table.print()?;
    Ok(if table.all_met() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

//! How fast rows are uploaded when the server answers at once: what the ledger on disk costs, what
//! remembering much costs, and what everything costs beside a bare loop.
//!
//! All sides have the same rows, concurrency and kind of server, which runs in their own process.
//! "In memory" is the throw-away ledger of `upload --sandbox`: an unnamed `SQLite` database that
//! writes no journal, syncs nothing and leaves no steps; it does the same work otherwise. "On disk" is
//! `--ledger FILE`, with every sync. All write a whole report.
//!
//! A ledger that remembers much is compared with an empty one in memory, so that what remembering
//! costs is counted in; and, for what the disk costs alone, with a copy of itself in a file system
//! that is memory, where there is one.

use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};

use crate::compare::Rounds;
use crate::memory;
use crate::process::Spent;
use crate::remembering;
use crate::rows::{self, Form};
use crate::sizes::Sizes;
use crate::table::{Table, say};
use crate::workshop::{self, Workshop};

/// At least so many times as fast as a bare loop, with an empty ledger and with a large one.
const GOALS: [f64; 2] = [0.6, 0.4];
const CONNECTIONS: &str = "32";
const EMPTY: &str = "ledger on disk, empty";

#[derive(Default)]
struct Turns {
    bare: Rounds,
    memory: Rounds,
    empty: Rounds,
    large: Rounds,
    /// Empty where no file system is memory.
    large_in_memory: Rounds,
}

pub(crate) fn measure(workshop: &Workshop, sizes: &Sizes, table: &mut Table) -> Result<()> {
    let kept = remembering::kept(sizes.remembered)?;
    let large = workshop.file("large.sqlite");
    remembering::copy(&kept, &large)?;
    let in_memory = workshop::in_memory();
    let copy = in_memory
        .as_ref()
        .map(|folder| folder.path().join("large.sqlite"));
    if let Some(copy) = &copy {
        remembering::copy(&kept, copy)?;
    }
    let mut turns = Turns::default();
    for round in 0..sizes.rounds {
        say(&format!("upload: round {}", round + 1));
        // Rows that no ledger has seen: the large one keeps what it gets.
        let rows = round * sizes.uploaded..(round + 1) * sizes.uploaded;
        turn(workshop, rows, copy.as_deref(), &mut turns)?;
    }
    workshop.clear("large.sqlite")?;
    tell(sizes, &turns, table);
    Ok(())
}

/// Each side once, with the same rows.
fn turn(
    workshop: &Workshop,
    numbers: Range<u64>,
    in_memory: Option<&Path>,
    turns: &mut Turns,
) -> Result<()> {
    let (csv, requests) = (workshop.file("rows.csv"), workshop.file("requests"));
    rows::write(&csv, numbers.clone(), Form::Csv)?;
    rows::write(&requests, numbers, Form::Requests)?;
    let upload = |args: &[&str]| -> Result<Spent> {
        let all = ["--sandbox", "--concurrency", CONNECTIONS];
        workshop.upload(&csv, &[&all, args].concat())
    };
    turns.memory.add(upload(&[])?);
    let remembering = |ledger: &Path| -> Result<Spent> {
        let ledger = ledger.to_str().context("an odd path")?;
        upload(&["--ledger", ledger, "--require-ledger"])
    };
    turns.large.add(remembering(Path::new("large.sqlite"))?);
    if let Some(ledger) = in_memory {
        turns.large_in_memory.add(remembering(ledger)?);
    }
    let bare = workshop::bare(&["upload", "sandbox", CONNECTIONS], &requests)?;
    turns.bare.add(bare);
    turns.empty.add(upload(&["--ledger", "empty.sqlite"])?);
    workshop.clear("empty.sqlite")?;
    Ok(())
}

fn tell(sizes: &Sizes, turns: &Turns, table: &mut Table) {
    let rate = |rounds: &Rounds| format!("{:.0}/s", rounds.per_second(sizes.uploaded));
    let large = format!("ledger of {} on disk", sizes.remembered);
    let [empty, much] = GOALS.map(Some);
    for (name, rounds, beside, reference, goal) in [
        (EMPTY, &turns.empty, &turns.bare, "bare ureq loop", empty),
        (&*large, &turns.large, &turns.bare, "bare ureq loop", much),
        (EMPTY, &turns.empty, &turns.memory, "ledger in memory", None),
        (
            &*large,
            &turns.large,
            &turns.memory,
            "ledger in memory",
            None,
        ),
        (
            &*large,
            &turns.large,
            &turns.large_in_memory,
            "same ledger in memory",
            None,
        ),
    ] {
        if beside.is_empty() {
            continue;
        }
        let speed = rounds.speed_beside(beside);
        let what = format!("upload, {name}");
        let measured = format!(
            "{} = {speed:.3} times, {:.3} by processor time",
            rate(rounds),
            rounds.thrift_beside(beside)
        );
        let reference = format!("{reference} {}", rate(beside));
        match goal {
            Some(goal) => {
                let least = format!("at least {goal} times");
                table.goal(what, reference, measured, least, speed >= goal);
            }
            None => table.note(what, format!("{measured} ({reference})")),
        }
    }
    memory::tell(
        table,
        format!("memory of upload, {large}"),
        turns.large.memory(),
        memory::UPLOAD_MIB,
    );
}

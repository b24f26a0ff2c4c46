//! How fast rows are uploaded to a server that takes its time to answer.

use std::time::Duration;

use anyhow::Result;

use crate::bare;
use crate::compare::Rounds;
use crate::rows::{self, Form};
use crate::sizes::Sizes;
use crate::table::{Table, say};
use crate::workshop::{self, Workshop};

const LATENCY: Duration = Duration::from_millis(50);
const CONNECTIONS: u32 = 256;
/// At least so many times as fast as connections that wait for nothing but answers.
const GOAL: f64 = 0.9;

pub(crate) fn measure(workshop: &Workshop, sizes: &Sizes, table: &mut Table) -> Result<()> {
    let ideal = f64::from(CONNECTIONS) / LATENCY.as_secs_f64();
    let (csv, requests) = (workshop.file("rows.csv"), workshop.file("requests"));
    rows::write(&csv, 0..sizes.uploaded, Form::Csv)?;
    rows::write(&requests, 0..sizes.uploaded, Form::Requests)?;
    let server = bare::server(LATENCY)?;
    let (url, connections) = (server.url(), CONNECTIONS.to_string());
    let (mut ours, mut loops) = (Rounds::default(), Rounds::default());
    for round in 1..=sizes.rounds.min(3) {
        say(&format!("upload-far: round {round}"));
        loops.add(workshop::bare(&["upload", &url, &connections], &requests)?);
        let to = ["--endpoint-url", &url, "--concurrency", &connections];
        ours.add(workshop.upload(&csv, &[&to, &["--ledger", "far.sqlite"][..]].concat())?);
        workshop.clear("far.sqlite")?;
    }
    let (rate, bare) = (
        ours.per_second(sizes.uploaded),
        loops.per_second(sizes.uploaded),
    );
    table.goal(
        format!("upload, 50 ms, {CONNECTIONS} connections"),
        format!("ideal {ideal:.0}/s; bare ureq loop {bare:.0}/s"),
        format!("{rate:.0}/s = {:.3} times", rate / ideal),
        format!("at least {GOAL} times the ideal"),
        rate / ideal >= GOAL,
    );
    Ok(())
}

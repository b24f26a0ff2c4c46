//! Whether a pace is kept, by the books of the server: the mean behind the canary, and
//! the most within a second.

use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tenjin_s2s::sandbox::{Options, Server};

use crate::process;
use crate::rows::{self, Form};
use crate::sizes::Sizes;
use crate::table::{Table, say};
use crate::workshop::Workshop;

const RATES: [u64; 4] = [10, 200, 2_000, 5_000];
/// The first rows of an app go one at a time, which is no pace.
const CANARY: usize = 20;
/// The mean is as near as this.
const NEAR: f64 = 0.01;

#[derive(Deserialize)]
struct Recorded {
    at_ms: u64,
}

pub(crate) fn measure(workshop: &Workshop, sizes: &Sizes, table: &mut Table) -> Result<()> {
    for rate in RATES {
        say(&format!("pace: {rate}/s for {} s", sizes.pace));
        let (mean, busiest) = pace(workshop, rate, rate * sizes.pace + 1)?;
        let most = rate as f64 * 1.02 + 2.0;
        let off = mean / rate as f64 - 1.0;
        table.goal(
            format!("pace {rate}/s"),
            "the server's books",
            format!(
                "mean {mean:.2}/s ({:+.2} %), busiest second {busiest}",
                off * 100.0
            ),
            format!("within {:.0} %, at most {most:.1}", NEAR * 100.0),
            off.abs() <= NEAR && busiest as f64 <= most,
        );
    }
    Ok(())
}

fn pace(workshop: &Workshop, rate: u64, count: u64) -> Result<(f64, u64)> {
    let (csv, record) = (workshop.file("rows.csv"), workshop.file("record"));
    rows::write(&csv, 0..count, Form::Csv)?;
    let mut server = Server::start(Options {
        record: Some(record.clone()),
        identities: false,
        ..Options::default()
    })?;
    let (url, rate) = (server.url(), format!("{rate}/s"));
    let args = ["upload", "--rate", &rate, "--endpoint-url", &url];
    let files = ["--ledger", "pace.sqlite", "--report-dir", "report"];
    process::run(workshop.program(&args).args(files).arg(&csv))?;
    server.stop();
    let mean = mean(&record)?;
    for name in ["record", "pace.sqlite", "report"] {
        workshop.clear(name)?;
    }
    Ok((mean, server.stats().busiest_second))
}

/// Requests a second from the first one behind the canary to the last.
fn mean(record: &Path) -> Result<f64> {
    let mut times = Vec::new();
    for line in BufReader::new(std::fs::File::open(record)?).lines() {
        let recorded: Recorded = serde_json::from_str(&line?).context("the server's record")?;
        times.push(recorded.at_ms);
    }
    times.sort_unstable();
    let paced = &times[CANARY.min(times.len() / 2)..];
    let (Some(first), Some(last)) = (paced.first(), paced.last()) else {
        bail!("nothing was recorded");
    };
    let spans = paced.len() - 1;
    Ok(spans as f64 * 1000.0 / (last - first) as f64)
}

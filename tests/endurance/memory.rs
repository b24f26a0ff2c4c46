//! Flat memory: the peak of `upload`, as the system counts it, whatever the size of the file.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::{Rows, Scene, within};
use crate::turn;

const MOST_KIB: u64 = 64 << 10;

#[test]
fn two_hundred_thousand_rows_in_64_mib() {
    peak(200_000);
}

#[test]
#[ignore = "takes minutes: cargo test --release --test endurance -- --ignored million"]
fn a_million_rows_in_64_mib() {
    peak(1_000_000);
}

fn peak(count: usize) {
    let _turn = turn();
    let scene = Scene::with("rows.csv", Rows::damaged(count, 5).csv);
    let sandbox = Outside::start();
    // Nobody reads what it prints before it has ended, so that must be little.
    let to = &sandbox.url;
    let words =
        format!("upload rows.csv -q --endpoint-url {to} --rate unlimited --report-dir report");
    let mut run = scene.run(&words).start();
    let status = format!("/proc/{}/status", run.id());
    let mut peak = 0;
    within(Duration::from_secs(600), "all rows are sent", || {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        peak = high_water(&status).unwrap_or(peak);
        !run.is_there()
    });
    run.ended();
    let report = scene.report("report");
    assert_eq!(report.rows("read"), u64::try_from(count).unwrap());
    assert_eq!(report.rows("accepted") * 10, report.rows("read") * 9);
    assert!((1..=MOST_KIB).contains(&peak), "{peak} KiB at its peak");
}

/// The peak of a process, in KiB, as the system counts it.
pub(crate) fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The sandbox as a process of its own, so that its memory is not counted.
struct Outside {
    child: Child,
    url: String,
}

impl Outside {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tenjin-s2s"))
            .args(["sandbox", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().into();
        Outside { child, url }
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

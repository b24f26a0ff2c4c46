//! What a `--lookup` table costs: the peak of `validate` with it, less the peak without.
//!
//! One command measures the promise of 96 bytes an entry at its full size:
//! `cargo test --release --locked --test endurance ten_million -- --ignored --nocapture`.
#![cfg(target_os = "linux")]

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Duration;

use crate::memory::high_water;
use crate::support::Scene;
use crate::turn;

/// The design's promise.
const MOST: u64 = 96;

/// Far more than the full size takes.
const FULL: Duration = Duration::from_secs(600);

#[test]
fn half_a_million_entries_take_96_bytes_each() {
    costs(500_000);
}

#[test]
#[ignore = "takes minutes: see the head of this file"]
fn ten_million_entries_take_96_bytes_each() {
    costs(10_000_000);
}

fn costs(entries: u64) {
    let _turn = turn();
    let scene = Scene::new();
    users(&scene.path("users.csv"), entries).unwrap();
    let alone = peak(&scene, "");
    let both = peak(&scene, "--lookup users.csv --lookup-key customer_user_id");
    let bytes = (both - alone) * 1024 / entries;
    #[expect(clippy::print_stdout, reason = "it is the measure")]
    {
        println!("{entries} entries: {both} KiB with, {alone} KiB without: {bytes} bytes each");
    }
    // Far less would mean that there was no table to measure.
    assert!((60..=MOST).contains(&bytes), "{bytes} bytes an entry");
}

/// Rows that find their ids in the table, and more of them than a pipe holds.
fn rows() -> String {
    let mut text =
        String::from("kind,event_id,bundle_id,platform,os_version,ip_address,customer_user_id\n");
    for user in 0..4_000 {
        let _ = writeln!(
            text,
            "open,e-{user},com.example.game,ios,17.5,203.0.113.9,user-{user}"
        );
    }
    text
}

/// A table with three ids for each user, as an analyst's export has them.
fn users(path: &Path, entries: u64) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(
        b"customer_user_id,analytics_installation_id,advertising_id,developer_device_id\n",
    )?;
    let mut line = String::new();
    for user in 0..entries {
        line.clear();
        let _ = write!(line, "user-{user}");
        for id in 1..=3_u64 {
            let (a, b) = (user * 3 + id, user ^ (id << 60));
            let _ = write!(
                line,
                ",{a:08x}-0000-4000-8000-{:012x}",
                b & 0xffff_ffff_ffff
            );
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
    }
    out.flush()
}

/// The most memory that the run held, in KiB. The table is read before the first row is, so it is
/// there once the rows are taken from the pipe.
fn peak(scene: &Scene, more: &str) -> u64 {
    let arguments = format!("validate - --output json {more}");
    let mut run = scene.run(&arguments).within(FULL).start();
    run.write(rows());
    let status = std::fs::read_to_string(format!("/proc/{}/status", run.id()));
    let peak = high_water(&status.unwrap()).unwrap();
    let ended = run.ended();
    let has_ids = !more.is_empty();
    assert_eq!(
        ended.status.code(),
        Some(i32::from(!has_ids)),
        "{}",
        ended.stderr
    );
    peak
}

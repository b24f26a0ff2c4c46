//! A disk that fills up, early or late: the run stops with true books, and the next one goes on.
//!
//! Needs the right to mount a tmpfs, and says so where it is missing.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tenjin_s2s::sandbox::{Fault, Outage};

use super::place::{Ended, Place};
use super::rows::{Row, csv};
use super::tenjin::{Tenjin, wait};

const ROWS: usize = 20_000;

/// A small disk, taken away when dropped.
struct Disk(PathBuf);

impl Disk {
    /// None where nothing may be mounted.
    fn mount(place: &Place, size: &str) -> Option<Disk> {
        let path = place.path("disk");
        fs::create_dir(&path).unwrap();
        let disk = Disk(path);
        if disk.run(
            "mount",
            &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"],
        ) {
            return Some(disk);
        }
        let _ = writeln!(
            std::io::stderr().lock(),
            "SKIPPED: no right to mount a tmpfs, so nothing was shown about full disks"
        );
        None
    }

    fn grow(&self) {
        assert!(self.run("mount", &["-o", "remount,size=256m"]));
    }

    fn run(&self, program: &str, arguments: &[&str]) -> bool {
        let mut command = Command::new(program);
        let status = command.args(arguments).arg(&self.0).status();
        status.is_ok_and(|status| status.success())
    }

    /// Takes all the room that is left, down to the last page, before a run can end beside it.
    fn fill(&self, name: &str) {
        let mut file = File::create(self.0.join(name)).unwrap();
        let piece = vec![0; 1 << 20];
        while file.write_all(&piece).is_ok() {}
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.run("umount", &["-l"]);
    }
}

/// Every tenth row is rejected, so that the report grows, too.
fn export(place: &Place) {
    let rows: Vec<Row> = (0..ROWS).map(|n| Row::nth(n, 3_000).with_id()).collect();
    let text = csv(&rows);
    let broken = text.lines().enumerate().map(|(line, text)| {
        if line % 10 == 5 {
            text.replace(",34,", ",?,") + "\n"
        } else {
            text.to_owned() + "\n"
        }
    });
    place.write("in.csv", &broken.collect::<String>());
}

/// What stands on the small disk: the ledger, the report, or both.
const LAYOUTS: [[&str; 2]; 3] = [["disk", "disk"], ["disk", "."], [".", "disk"]];

/// Every run's report lies in one folder, where the next run asks it about the ledger.
fn arguments([ledger, report]: [&str; 2]) -> String {
    format!("in.csv --ledger {ledger}/l.sqlite --report-dir {report}/r --batch-size 100")
}

/// Sends against a sandbox without faults, so every row's truth is known.
fn check_stopped(tenjin: &Tenjin, ended: &Ended) {
    assert_eq!(ended.code, Some(3), "{ended:#?}");
    if !ended.report.is_object() {
        // not even the ledger could be opened
        assert!(ended.err.contains("no space left"), "{ended:#?}");
        assert_eq!(tenjin.requests(), 0);
        return;
    }
    assert_eq!(ended.report["stop_reason"], "disk_full", "{ended:#?}");
    let recorded = tenjin.server.stats().accepted;
    let [accepted, duplicate, in_doubt, _] = ended.four();
    assert_eq!(duplicate, 0);
    assert!(
        (accepted..=accepted + in_doubt).contains(&recorded),
        "{recorded} recorded: {ended:#?}"
    );
    let outcomes = ["rejected", "refused", "failed", "not_sent"].map(|name| ended.rows(name));
    let all = accepted + in_doubt + outcomes.iter().sum::<u64>();
    assert_eq!(all, ended.rows("read"), "{ended:#?}");
}

fn check_completed(place: &Place, tenjin: Tenjin, layout: [&str; 2]) -> Ended {
    let run = place.upload(&tenjin.server, &arguments(layout));
    let last = run.end().expect(1);
    assert!(!last.err.contains("was killed"), "{}", last.err);
    assert_eq!(last.report["status"], "complete", "{last:#?}");
    let [accepted, duplicate, in_doubt, rejected] = last.four();
    assert_eq!(rejected, ROWS as u64 / 10);
    assert_eq!(accepted + duplicate + in_doubt + rejected, ROWS as u64);
    // nothing failed on the way, so only what was in flight may be unknown
    assert!(in_doubt <= 32, "{last:#?}");
    let counts = tenjin.counts();
    assert!(counts.values().all(|count| *count == 1));
    let known = counts.len() as u64;
    assert!((accepted + duplicate..=accepted + duplicate + in_doubt).contains(&known));
    last
}

#[test]
fn a_disk_that_is_too_small() {
    for size in ["16k", "128k", "512k", "1500k"] {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        let Some(disk) = Disk::mount(&place, size) else {
            return;
        };
        export(&place);
        let ended = place.upload(&tenjin.server, &arguments(LAYOUTS[0])).end();
        check_stopped(&tenjin, &ended);
        disk.grow();
        check_completed(&place, tenjin, LAYOUTS[0]);
    }
}

/// Sizes at which the ledger can be opened, and its first claims may not be committed any more.
#[test]
fn a_disk_with_room_for_the_ledger_and_not_for_its_claims() {
    let mut claims_failed = 0;
    for size in (150..=400).step_by(10) {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        let Some(disk) = Disk::mount(&place, &format!("{size}k")) else {
            return;
        };
        let rows = (0..).map(|n| Row::nth(n, 50).with_id());
        let rows: Vec<Row> = rows
            .filter(|row| row.kind == "purchase")
            .take(200)
            .collect();
        place.export("in.csv", &rows);
        let arguments = "in.csv --ledger disk/l.sqlite --report-dir disk/r";
        let first = place.upload(&tenjin.server, arguments).end();
        assert!(matches!(first.code, Some(0 | 3)), "{size}k: {first:#?}");
        claims_failed += u64::from(first.code == Some(3) && first.report.is_object());
        disk.grow();
        let next = place.upload(&tenjin.server, arguments).end();
        assert_eq!(next.code, Some(0), "{size}k: {next:#?}");
        let [accepted, duplicate, ..] = next.four();
        assert_eq!(accepted + duplicate, 200, "{size}k: {next:#?}");
        let counts = tenjin.counts();
        assert_eq!(counts.len(), 200, "{size}k");
        assert!(counts.values().all(|count| *count == 1), "{size}k");
    }
    assert!(
        claims_failed > 3,
        "only {claims_failed} sizes were of interest"
    );
}

#[test]
fn a_disk_that_fills_up_on_the_way() {
    let mut dice = fastrand::Rng::with_seed(3);
    for layout in LAYOUTS {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        let Some(disk) = Disk::mount(&place, "64m") else {
            return;
        };
        export(&place);
        let moment = dice.u64(0..12_000);
        let mut running = place.upload(&tenjin.server, &arguments(layout)).start();
        wait(|| tenjin.requests() >= moment);
        disk.fill("ballast");
        // the ledger may free pages of its own
        wait(|| {
            disk.fill("more");
            running.has_ended()
        });
        let ended = running.end();
        check_stopped(&tenjin, &ended);
        for name in ["ballast", "more"] {
            fs::remove_file(Path::new(&disk.0).join(name)).unwrap();
        }
        let last = check_completed(&place, tenjin, layout);
        let told = "(in.csv) stopped (no space left for the ledger): ";
        let told = last.err.contains(told);
        match layout {
            // Its journal has room of its own for a while, so the report may fail first.
            ["disk", "disk"] => {
                let report_failed = ended.err.contains("no space left for the report");
                assert!(told || report_failed, "{}{}", ended.err, last.err);
            }
            [ledger, _] => assert_eq!(told, ledger == "disk", "{}", last.err),
        }
    }
}

#[test]
fn a_disk_that_is_full_at_the_very_end() {
    for layout in LAYOUTS {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        let Some(disk) = Disk::mount(&place, "64m") else {
            return;
        };
        place.export("in.csv", &[Row::nth(0, 1)]);
        tenjin.server.outage(Outage::All(Fault::Hang), None);
        let patient = format!("{} --timeout 1s", arguments(layout));
        let running = place.upload(&tenjin.server, &patient).start();
        wait(|| tenjin.requests() > 0);
        disk.fill("ballast");
        tenjin.server.outage(Outage::None, None);
        let ended = running.end();
        assert_eq!(ended.four(), [1, 0, 0, 0], "{ended:#?}");
        assert_eq!(ended.code, Some(3), "{layout:?}: {ended:#?}");
        assert_eq!(ended.report["stop_reason"], "disk_full", "{ended:#?}");
        disk.grow();
        let next = place.upload(&tenjin.server, &arguments(layout));
        assert_eq!(next.end().expect(0).four(), [0, 1, 0, 0]);
        assert_eq!(tenjin.counts()["r0"], 1);
    }
}

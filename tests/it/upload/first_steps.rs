//! The README's first command: a real-shaped export against the sandbox, and its report.

use crate::support::{Report, Rows, Scene, StandIn};

const EVENTS: &str = include_str!("../../../fixtures/first-steps/events.csv");
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/first-steps");

#[test]
fn every_row_has_one_outcome_and_the_damaged_ones_are_named() {
    let scene = Scene::new();
    let ended = scene
        .run("upload --sandbox --report-dir report")
        .arg(FOLDER)
        .says("42 rows read from")
        .says("37 accepted")
        .says("2 rejected by validation")
        .says("3 filtered")
        .says("sandbox: nothing reached Tenjin")
        .says("rejects/1-events.csv")
        .exits(1);
    let report = ended.report();
    assert_eq!(
        report.counts(),
        [
            ("read", 42),
            ("accepted", 37),
            ("rejected", 2),
            ("filtered", 3)
        ]
        .into()
    );
    assert_eq!(
        report.faults(),
        [
            (24, vec!["invalid_id".to_owned()]),
            (32, vec!["invalid_number".to_owned()]),
        ]
        .into()
    );
    assert_eq!(report["filters"]["ad_impression_not_allowed"], 3);
    assert_eq!(report["totals"]["accepted"]["revenue"]["EUR"], "31.94");
    assert_eq!(report["requests"]["sent"], 37);
}

#[test]
fn without_damaged_rows_all_is_well() {
    let scene = Scene::with("events.csv", mended());
    let ended = scene
        .run("upload events.csv --sandbox --report-dir report --allow ad_impression")
        .says("42 accepted                 100 %")
        .says("this was a trial")
        .says(
            "Warning    rows of 2 apps (com.example.puzzle (android), com.example.puzzle\n           \
             (ios)): an SDK key serves one app on one platform",
        )
        .exits(0);
    assert_eq!(
        ended.report().counts(),
        [("read", 42), ("accepted", 42)].into()
    );
    assert!(!ended.report().file("rejects").exists());
}

#[test]
fn quiet_says_nothing_when_all_is_well_and_speaks_when_not() {
    let scene = Scene::with("events.csv", mended());
    scene.run("upload events.csv --sandbox -q").exits(0);
    scene
        .run("upload --sandbox -q")
        .arg(FOLDER)
        .says("2 rejected by validation")
        .exits(1);
}

/// What ends with 1 is said, in a dry run, too.
#[test]
fn quiet_speaks_where_rows_are_too_old() {
    let row = "event;e1;2025-03-05T10:00:00Z;com.example.game;android;34;\
               3f9dda78c8a14c8b8d880305ee6a3ca9;203.0.113.9;share\n";
    let header = "kind;event_id;event_time;bundle_id;platform;os_version;\
                  analytics_installation_id;ip_address;event\n";
    let scene = Scene::with("old.csv", format!("{header}{row}"));
    let filtered = "        1 filtered                 100 %  too_old\n";
    let advice = "rows were left out as too old; to send them all the same:\n  \
                  tenjin-s2s upload --sandbox -q old.csv --max-age none\n";
    scene
        .run("upload --sandbox old.csv -q")
        .says(filtered)
        .says(advice)
        .exits(1);
    let advice = "all remaining rows are older than 7 days, and Tenjin would date them\n           \
                  today; to send them all the same:\n  \
                  tenjin-s2s upload --sandbox -q old.csv --max-age none --dry-run\n";
    scene
        .run("upload --sandbox --dry-run old.csv -q")
        .says(filtered)
        .says(advice)
        .exits(1);
    let asked = "upload --sandbox --dry-run old.csv -q --max-age 7d";
    assert_eq!(scene.run(asked).exits(0).stdout, "");
}

#[test]
fn a_new_ledger_is_announced_even_to_the_quiet_and_remembers() {
    let scene = Scene::with("rows.csv", Rows::sound(20, 1).csv);
    let server = StandIn::well();
    let upload = || {
        let arguments = format!(
            "upload rows.csv -q --rate unlimited --endpoint-url {}",
            server.url()
        );
        scene.run(&arguments).exits(0)
    };
    let first = upload();
    assert!(
        first.announced.contains("ledger.sqlite"),
        "{}",
        first.announced
    );
    assert_eq!(upload().announced, "");
    assert_eq!(server.recorded().len(), 20, "nothing was sent twice");
    let rehearsal = Scene::with("events.csv", mended());
    let ended = rehearsal.run("upload events.csv --sandbox -q").exits(0);
    assert_eq!(ended.announced, "", "a rehearsal has a throw-away ledger");
}

#[test]
fn the_report_has_every_key_that_scripts_rely_on() {
    let scene = Scene::new();
    let ended = scene
        .run("upload --sandbox --report-dir report")
        .arg(FOLDER)
        .prints()
        .exits(1);
    let report = ended.report();
    for key in [
        "version status run_id command stop_reason started_at finished_at inputs mapping rows",
        "by_kind by_app rejections refusals fixes dropped_fields unmapped_columns event_time",
        "totals coverage requests rate timeline",
    ] {
        key.split(' ').for_each(|key| has(report, "", key));
    }
    has(
        report,
        "/inputs/0",
        "path format preset bytes rows complete",
    );
    has(report, "/rejections/0", "code field count examples");
    has(report, "/rejections/0/examples/0", "file line value hint");
    has(report, "/event_time", "first last older_than_a_day");
    has(report, "/totals/valid", "revenue events");
    has(report, "/totals/accepted", "revenue events");
    has(report, "/requests", "sent retries waited_ms latency_ms");
    has(report, "/requests/latency_ms", "p50 p90 p99 max");
    has(report, "/rate", "target achieved peak_1s");
    assert_eq!(report["version"], 1);
    assert_eq!(report["status"], "complete");
    assert_eq!(report["command"], "upload");
}

#[track_caller]
fn has(report: &Report, place: &str, keys: &str) {
    let part = report.json.pointer(place).unwrap();
    for key in keys.split(' ') {
        assert!(part.get(key).is_some(), "{place}/{key} is missing");
    }
}

#[test]
fn the_json_on_stdout_is_the_report() {
    let scene = Scene::new();
    let ended = scene
        .run("upload --sandbox --output json --report-dir report")
        .arg(FOLDER)
        .exits(1);
    assert_eq!(ended.stdout, scene.read("report/latest/report.json"));
}

#[test]
fn a_dry_run_shows_the_requests_and_sends_none() {
    let scene = Scene::new();
    scene
        .run("upload --dry-run")
        .without_key()
        .arg(FOLDER)
        .says("37")
        .says("https://track.tenjin.com/v0/event")
        .says("no key is set")
        .exits(1);
    assert_eq!(scene.files(), [] as [std::path::PathBuf; 0]);
}

/// The fixture with its two faults mended.
pub(crate) fn mended() -> String {
    let mended = EVENTS.replace("\"4,99\"", "4.99").replace(
        "ae2eb154-7f15-0524-3,",
        "ae2eb154-7f15-0524-3fd1-1d0b7c2a9e55,",
    );
    assert_ne!(mended, EVENTS);
    mended
}

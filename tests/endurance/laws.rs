//! Conservation, no double money and order, row by row, while everything goes wrong.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::support::{Recorded, Report, Rows, Scene, StandIn};
use crate::turn;

/// Every fault of the issue. Rarely those that make everybody wait, so that it ends soon.
const FAULTS: &str = "http429=0.02%,http503=0.02%,http500=0.5%,late500=0.5%,reset=0.5%,lost=0.5%,\
    cut=0.5%,hang=0.02%,code400=0.5%,garbage=0.5%,slow=0.05%,http400=0.5%,http202=0.5%,\
    http302=0.5%,http408=0.02%,no_retry=0.5%,ignored=0.2%";

#[test]
fn the_laws_hold_for_twenty_thousand_rows_and_every_fault() {
    law(20_000, FAULTS, "2s");
}

#[test]
#[ignore = "takes minutes: cargo test --release --test endurance -- --ignored"]
fn the_laws_hold_for_a_hundred_thousand_rows() {
    // the names and rates, but a fiftieth of its 429 and a tenth of its 503: each of those
    // holds everybody for up to a second, and thousands of them would take hours
    let faults = "http429=0.1%,http503=0.1%,http500=1%,late500=1%,reset=1%,lost=1%,cut=1%,hang=0.1%,\
        code400=1%,garbage=1%";
    law(100_000, faults, "5s");
}

fn law(count: usize, faults: &str, timeout: &str) {
    let _turn = turn();
    let rows = Rows::damaged(count, 1);
    let scene = Scene::with("rows.csv", &rows.csv);
    let server = StandIn::with(faults);
    let ended = scene
        .upload(
            &server.url(),
            "rows.csv --rate 4000/s --batch-size 5000 --max-failures 100%",
        )
        .arg("--timeout")
        .arg(timeout)
        .within(Duration::from_secs(3_600))
        .exits(1);
    let stats = server.server.stats();
    assert_eq!(stats.violations, BTreeMap::new());
    assert_eq!(
        stats.faults.len(),
        faults.split(',').count(),
        "every fault happened"
    );
    let report = ended.report();
    assert_eq!(report["status"], "complete");
    assert_eq!(report.rows("read"), u64::try_from(count).unwrap());
    rejects_are_exact(report, &rows);
    let recorded = server.recorded();
    outcomes_are_true(report, &rows, &recorded);
    order_is_kept(&rows, &recorded);
}

/// Exactly the damaged lines, each with exactly its codes.
fn rejects_are_exact(report: &Report, rows: &Rows) {
    let expected: BTreeMap<u64, Vec<String>> = rows
        .bad
        .iter()
        .map(|bad| {
            (
                bad.line,
                bad.codes.iter().map(ToString::to_string).collect(),
            )
        })
        .collect();
    let faults = report.faults();
    for (line, codes) in &expected {
        assert_eq!(faults.get(line), Some(codes), "line {line}");
    }
    assert_eq!(faults, expected);
}

/// Recorded = accepted + some of those in doubt, row by row, and money once only.
pub(crate) fn outcomes_are_true(report: &Report, rows: &Rows, recorded: &[Recorded]) {
    let mut times: HashMap<&str, u32> = HashMap::new();
    for event in recorded {
        *times.entry(event.mark()).or_default() += 1;
    }
    let by_line = report.by_line();
    let mut accepted = 0;
    for good in &rows.good {
        let times = times.remove(good.mark.as_str()).unwrap_or(0);
        let outcome = by_line.get(&good.line).map_or("accepted", String::as_str);
        let possible = match (outcome, good.kind) {
            ("accepted", "purchase") => times == 1,
            ("in_doubt", "purchase") => times <= 1,
            ("accepted", _) => times >= 1,
            ("in_doubt", _) => true,
            ("refused" | "failed" | "not_sent", _) => times == 0,
            _ => false,
        };
        assert!(
            possible,
            "{good:?} is {outcome} and was recorded {times} times"
        );
        accepted += u64::from(outcome == "accepted");
    }
    assert!(
        times.is_empty(),
        "recorded, but not in the input: {times:?}"
    );
    assert_eq!(report.rows("accepted"), accepted);
}

/// First recordings of each installation come in the order of the file.
pub(crate) fn order_is_kept(rows: &Rows, recorded: &[Recorded]) {
    let known: HashMap<&str, _> = rows
        .good
        .iter()
        .map(|good| (good.mark.as_str(), good))
        .collect();
    let mut last: HashMap<usize, u64> = HashMap::new();
    let mut seen = std::collections::HashSet::new();
    for event in recorded {
        let good = known[event.mark()];
        if seen.insert(event.mark()) {
            let before = last.insert(good.installation, good.line).unwrap_or(0);
            assert!(before < good.line, "{good:?} came after line {before}");
        }
    }
}

//! The same command again: what is done costs nothing, what was mended goes alone, and what is
//! held stays held.

use crate::support::warnings;
use std::fs;
use std::time::{Duration, Instant};

use tenjin_s2s::sandbox::{Fault, Outage};

use super::place::Place;
use super::rows::{Row, csv};
use super::tenjin::{Tenjin, wait};

fn rows(count: usize) -> Vec<Row> {
    (0..count).map(|number| Row::nth(number, 5)).collect()
}

#[test]
fn finished_rows_cost_no_token_of_the_pacer() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let all: Vec<Row> = (0..20_000).map(|n| Row::nth(n, 3_000)).collect();
    place.export("in.csv", &all);
    let first = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert_eq!(first.four(), [20_000, 0, 0, 0]);
    let start = Instant::now();
    let again = place
        .upload(&tenjin.server, "in.csv --rate 10/s")
        .end()
        .expect(0);
    assert_eq!(again.four(), [0, 20_000, 0, 0]);
    assert_eq!(again.report["requests"]["sent"], 0);
    assert_eq!(tenjin.requests(), 20_000);
    // at ten a second it would take more than half an hour
    assert!(start.elapsed() < Duration::from_secs(100));
}

#[test]
fn a_held_purchase_is_never_sent_again() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let rows = rows(10);
    place.export("one.csv", &rows[2..3]);
    place.export("all.csv", &rows);
    let with_ids: Vec<Row> = rows.iter().cloned().map(Row::with_id).collect();
    place.export("ids.ndjson", &with_ids);
    tenjin.server.outage(Outage::All(Fault::Lost), None);
    let first = place.upload(&tenjin.server, "one.csv").end().expect(1);
    assert_eq!(first.four(), [0, 0, 1, 0]);
    assert_eq!(first.named(), [(2, "in_doubt".to_owned())]);
    tenjin.server.outage(Outage::None, None);

    let again = place.upload(&tenjin.server, "one.csv").end().expect(1);
    assert_eq!(again.four(), [0, 0, 1, 0]);
    assert_eq!(again.report["requests"]["sent"], 0);
    let all = place
        .upload(&tenjin.server, "all.csv --in-doubt resend")
        .end()
        .expect(1);
    assert_eq!(all.four(), [9, 0, 1, 0]);
    for name in ["all.csv", "ids.ndjson", "one.csv all.csv"] {
        let later = place.upload(&tenjin.server, name).end().expect(1);
        let held = if name.starts_with("one") { 2 } else { 1 };
        assert_eq!((later.rows("duplicate"), later.rows("in_doubt")), (9, held));
        assert_eq!(later.report["requests"]["sent"], 0);
    }
    let counts = tenjin.counts();
    assert!(counts.len() == 10 && counts.values().all(|count| *count == 1));
}

#[test]
fn an_answer_to_come_later_does_not_end_a_doubt() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("one.csv", &rows(10)[2..3]);
    tenjin.server.outage(Outage::All(Fault::Lost), None);
    let resend = "one.csv --in-doubt resend --timeout 2s";
    let running = place.upload(&tenjin.server, resend).start();
    wait(|| tenjin.requests() > 0);
    tenjin.server.outage(Outage::All(Fault::Http429), None);
    let later = || {
        tenjin
            .server
            .stats()
            .faults
            .get("http429")
            .copied()
            .unwrap_or(0)
    };
    wait(|| later() >= 3);
    running.kill();
    tenjin.server.outage(Outage::None, None);
    let next = place.upload(&tenjin.server, "one.csv").end().expect(1);
    assert_eq!(next.four(), [0, 0, 1, 0]);
    assert_eq!(next.report["requests"]["sent"], 0);
}

#[test]
#[ignore = "a measurement: minutes in the dev profile"]
fn a_finished_million_rows_in_seconds() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let all: Vec<Row> = (0..1_000_000).map(|n| Row::nth(n, 100_000)).collect();
    place.export("in.csv", &all);
    let start = Instant::now();
    let first = place.upload(&tenjin.server, "in.csv").end().expect(0);
    let sending = start.elapsed();
    assert_eq!(first.four(), [1_000_000, 0, 0, 0]);
    let start = Instant::now();
    let again = place.upload(&tenjin.server, "in.csv --rate 10/s");
    let again = again.end().expect(0);
    let took = start.elapsed();
    assert_eq!(again.four(), [0, 1_000_000, 0, 0]);
    assert_eq!(
        (tenjin.requests(), &again.report["requests"]["sent"]),
        (1_000_000, &0.into())
    );
    let text = format!("a million rows: sent in {sending:.1?}, again in {took:.1?}\n");
    let _ = std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes());
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[test]
fn a_held_event_stays_held_under_another_policy() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(2));
    tenjin.server.outage(Outage::All(Fault::Late500), None);
    let hold = "in.csv --in-doubt hold";
    let first = place.upload(&tenjin.server, hold).end().expect(1);
    assert_eq!(first.four(), [0, 0, 2, 0]);
    tenjin.server.outage(Outage::None, None);
    let again = place.upload(&tenjin.server, "in.csv").end().expect(1);
    assert_eq!(again.four(), [0, 0, 2, 0]);
    assert_eq!(tenjin.requests(), 2);
}

#[test]
fn refused_rows_are_sent_again() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(5));
    tenjin.server.outage(Outage::All(Fault::Http202), None);
    let refused = place.upload(&tenjin.server, "in.csv").end();
    assert_eq!(refused.rows("refused"), 5, "{refused:#?}");
    tenjin.server.outage(Outage::None, None);
    let again = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert_eq!(again.four(), [5, 0, 0, 0]);
}

#[test]
fn mended_rows_go_alone() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let text = csv(&rows(10));
    let broken = text
        .replace(",0.02,", ",2 cents,")
        .replace(",0.07,", ",7 cents,");
    place.write("in.csv", &broken);
    let first = place.upload(&tenjin.server, "in.csv").end().expect(1);
    assert_eq!(first.four(), [8, 0, 0, 2]);

    let rejects = fs::read_to_string(first.reports.join("rejects/1-in.csv")).unwrap();
    place.write("mended.csv", &rejects.replace("2 cents", "0.02"));
    let mended = place.upload(&tenjin.server, "mended.csv").end().expect(1);
    assert_eq!(mended.four(), [1, 0, 0, 1]);
    place.write("in.csv", &text);
    let whole = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert_eq!(whole.four(), [1, 9, 0, 0]);
    let counts = tenjin.counts();
    assert!(counts.len() == 10 && counts.values().all(|count| *count == 1));
}

#[test]
fn what_earlier_runs_left_in_doubt_is_said_each_night_until_somebody_decides() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("first.csv", &rows(10));
    tenjin.server.outage(Outage::All(Fault::Reset), None);
    let first = "first.csv --retries 0 --in-doubt hold";
    place.upload(&tenjin.server, first).end().expect(1);
    tenjin.server.outage(Outage::None, None);
    let others: Vec<Row> = (20..30).map(|number| Row::nth(number, 50)).collect();
    place.export("second.csv", &others);
    let night = || {
        let words = "second.csv --metrics-file tenjin.prom";
        let ended = place.upload(&tenjin.server, words).end().expect(0);
        let doubts = warnings(&ended.report, "rows_in_doubt");
        let metrics = fs::read_to_string(place.path("tenjin.prom")).unwrap();
        let open = metrics
            .lines()
            .find_map(|line| line.strip_prefix("tenjin_s2s_ledger_in_doubt "));
        (doubts, open.unwrap().to_owned())
    };
    let (said, open) = night();
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with("in doubt since earlier runs: 10 rows, USD "),
        "{said:?}"
    );
    assert!(said[0].contains(" ledger list --in-doubt"), "{said:?}");
    assert_eq!(open, "10");
    let list = place.command("ledger list --in-doubt").end().expect(0);
    let list = list.report.to_string();
    let (_, run) = list.split_once("[run ").unwrap();
    let run = run.split(']').next().unwrap();
    let decided = format!("ledger resolve --run {run} --as accepted");
    place.command(&decided).end().expect(0);
    assert_eq!(night(), (Vec::new(), "0".to_owned()));
}

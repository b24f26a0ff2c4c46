//! After `kill -9`: what was claimed and never left goes as its input says now, a dry run tells
//! the truth about it, and nothing of it goes beside another input.

use crate::support::warnings;
use serde_json::{Value, json};
use tenjin_s2s::sandbox::{Fault, Outage};

use super::place::{Ended, Place};
use super::rows::Row;
use super::tenjin::{Tenjin, wait};

fn rows(range: std::ops::Range<usize>) -> Vec<Row> {
    range.map(|number| Row::nth(number, 50)).collect()
}

/// An upload of 200 rows of `in.csv` with these words, killed when 47 have been accepted, a purchase
/// hangs, and others are claimed. Gives its run's id.
fn killed(tenjin: &Tenjin, place: &Place, words: &str) -> String {
    killed_with(tenjin, place, words, &rows(0..200))
}

fn killed_with(tenjin: &Tenjin, place: &Place, words: &str, rows: &[Row]) -> String {
    place.export("in.csv", rows);
    let words = format!("in.csv --batch-size 100 --concurrency 4 --report-dir killed {words}");
    upload(tenjin, place, &format!("{words} --limit 47")).expect(0);
    tenjin.server.outage(Outage::All(Fault::Hang), None);
    let running = place.upload(&tenjin.server, &words).start();
    wait(|| tenjin.requests() > 47);
    running.kill();
    tenjin.server.outage(Outage::None, None);
    tenjin.wait_idle();
    let report = std::fs::read_to_string(place.path("killed/latest/report.json")).unwrap();
    parsed(&report)["run_id"].as_str().unwrap().to_owned()
}

fn upload(tenjin: &Tenjin, place: &Place, words: &str) -> Ended {
    place.upload(&tenjin.server, words).end()
}

/// `requests, in doubt, duplicate` as a dry run and as an upload say it.
fn promised(plan: &Ended) -> (u64, u64, u64) {
    let requests = plan.report["plan"]["requests"].as_u64().unwrap();
    (requests, plan.rows("in_doubt"), plan.rows("duplicate"))
}

fn kept(sent: &Ended) -> (u64, u64, u64) {
    let accepted = sent.rows("accepted");
    (accepted, sent.rows("in_doubt"), sent.rows("duplicate"))
}

/// The currencies of money recorded since.
fn currencies(tenjin: &Tenjin, since: usize) -> Vec<String> {
    let recorded = tenjin.so_far().into_iter().skip(since);
    let mut found: Vec<String> = recorded.filter_map(|event| event.currency).collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn what_never_left_goes_as_its_input_says_now() {
    for with_id in [false, true] {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        let all = rows(0..200).into_iter();
        let all = all.map(|row| if with_id { row.with_id() } else { row });
        let all: Vec<Row> = all.collect();
        killed_with(&tenjin, &place, "--override currency=EUR", &all);
        let before = tenjin.so_far().len();
        let plan = upload(&tenjin, &place, "in.csv --dry-run");
        assert!(plan.err.contains(" was killed: "), "{}", plan.err);
        let sent = upload(&tenjin, &place, "in.csv");
        assert_eq!(promised(&plan), kept(&sent), "{plan:#?} {sent:#?}");
        assert_eq!((plan.code, plan.rows("read")), (Some(1), 200));
        assert_eq!((sent.code, sent.rows("read")), (Some(1), 200));
        assert_eq!(kept(&sent), (152, 1, 47));
        assert_eq!(sent.report["left_over"], Value::Null);
        assert_eq!(currencies(&tenjin, before), ["USD"], "with id: {with_id}");
        let again = upload(&tenjin, &place, "in.csv");
        assert_eq!(again.rows("accepted"), 0);
    }
}

/// Under the same id and on the same line another product is the same row, mended.
#[test]
fn a_mended_mapping_mends_what_never_left() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let all: Vec<Row> = rows(0..200).into_iter().map(Row::with_id).collect();
    let wrong = "--map product_id=currency";
    killed_with(&tenjin, &place, wrong, &all);
    let sent = upload(&tenjin, &place, "in.csv --new-identity");
    // What was sent under the wrong product is a conflict, and said: 18 purchases, and the one that
    // is in doubt.
    assert_eq!(sent.four(), [152, 29, 0, 19]);
    assert_eq!(sent.report["left_over"], Value::Null);
}

#[test]
fn beside_another_input_it_is_named_and_not_sent() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let run = killed(&tenjin, &place, "--override currency=EUR");
    place.export("other.csv", &rows(1_000..1_010));
    let plan = upload(&tenjin, &place, "other.csv --dry-run").expect(1);
    let before = tenjin.so_far().len();
    let sent = upload(&tenjin, &place, "other.csv").expect(1);
    assert_eq!(sent.four(), [10, 0, 0, 0]);
    assert_eq!(
        (sent.rows("read"), currencies(&tenjin, before)),
        (10, vec!["USD".into()])
    );

    let list = place.command("ledger list --output json").end().expect(0);
    let list: Vec<Value> = list.report.as_str().unwrap().lines().map(parsed).collect();
    let released = list.iter().filter(|row| row["state"] == "released");
    let cents: u64 = released
        .clone()
        .filter_map(|row| row["amount"].as_str())
        .map(cents)
        .sum();
    let expected = json!({
        "rows": released.count(),
        "revenue": { "EUR": format!("{}.{:02}", cents / 100, cents % 100) },
        "inputs": ["in.csv"],
    });
    assert_eq!(sent.report["left_over"], expected);
    assert_eq!(plan.report["left_over"], expected);
    let warning = sent.report["warnings"].to_string();
    let next = format!(
        "tenjin-s2s upload --from-ledger --endpoint-url {}",
        tenjin.server.url()
    );
    assert!(warning.contains("(in.csv, EUR "), "{warning}");
    assert!(warning.contains(&next), "{warning}");

    let text = place.command("ledger status").end().expect(0).report;
    let drop = format!("ledger resolve --run {run} --as dropped");
    assert!(text.as_str().unwrap().contains(&drop), "{text}");
    let resolve = |answer: &str| {
        let resolve = format!("ledger resolve --run {run} --as {answer}");
        let said = place.command(&resolve).end().expect(0).report;
        said.as_str().unwrap().to_owned()
    };
    // What never left is not accepted because the rest was.
    let count = |state: &str| list.iter().filter(|row| row["state"] == state).count();
    let free = count("released");
    assert_eq!(count("in_doubt"), 1);
    assert_eq!(
        resolve("accepted"),
        format!(
            "1 row now counted as accepted; never sent again\n\
             Left as before: {free} other rows of the run; see: tenjin-s2s ledger status\n"
        )
    );
    let sum = format!("{}.{:02}", cents / 100, cents % 100);
    assert_eq!(
        resolve("dropped"),
        format!(
            "{free} rows dropped, EUR {sum}; an upload of the input sends what was dropped after all\n"
        )
    );
    let quiet = upload(&tenjin, &place, "other.csv").expect(0);
    assert_eq!(quiet.report["left_over"], Value::Null);
    place.command(&drop).end().expect(2);
    let after_all = upload(&tenjin, &place, "in.csv").expect(0);
    assert_eq!(after_all.four(), [152, 48, 0, 0]);
}

#[test]
fn straight_after_a_kill_only_what_left_can_have_been_accepted() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let run = killed(&tenjin, &place, "");
    let resolve = format!("ledger resolve --run {run} --as accepted --output json");
    let resolved = place.command(&resolve).end().expect(0).report;
    let [rows, left] = ["rows", "left"].map(|name| resolved[name].as_u64().unwrap());
    // As many as there were connections may have left.
    assert!((1..=4).contains(&rows), "{resolved}");
    let sent = upload(&tenjin, &place, "in.csv").expect(0);
    assert_eq!(sent.four(), [153 - rows, 47 + rows, 0, 0]);
    assert!(left > 0 && left <= 153 - rows, "{resolved}");
}

/// The input holds them no more: to upload it again would not send them, and they may have been
/// taken out of it for a reason.
#[test]
fn what_its_input_holds_no_more_is_not_proposed_to_be_sent() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let mut all: Vec<Row> = rows(0..200).into_iter().map(Row::with_id).collect();
    killed_with(&tenjin, &place, "", &all);
    // Claimed with the first rows, far behind those that left.
    all.remove(90);
    place.export("in.csv", &all);
    for words in ["in.csv --dry-run", "in.csv"] {
        let ended = upload(&tenjin, &place, words).expect(1);
        let warnings = ended.report["warnings"].as_array().unwrap();
        let left = warnings
            .iter()
            .find(|warning| warning["code"] == "rows_left_over");
        let text = left.unwrap()["text"].as_str().unwrap();
        let expected = format!(
            " is released and not yet sent: this run has read in.csv and not sent them (they are \
             gone from it, filtered or rejected now, or stand where it was not read); only if they \
             are right as they were: `tenjin-s2s upload --from-ledger --endpoint-url {}`; how to \
             drop them: `tenjin-s2s ledger status`",
            tenjin.server.url()
        );
        assert!(text.starts_with("1 row of earlier runs (in.csv"), "{text}");
        assert!(text.ends_with(&expected), "{text}");
    }
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

fn cents(amount: &str) -> u64 {
    amount.replace('.', "").parse().unwrap()
}

#[test]
fn without_its_input_it_goes_when_that_is_asked_for() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    killed(&tenjin, &place, "");
    std::fs::remove_file(place.path("in.csv")).unwrap();
    let plan = upload(&tenjin, &place, "--from-ledger --dry-run");
    let sent = upload(&tenjin, &place, "--from-ledger");
    let requests = plan.report["plan"]["requests"].as_u64().unwrap();
    assert!(requests > 0, "{plan:#?}");
    assert_eq!(requests, sent.rows("accepted"), "{sent:#?}");
    assert_eq!(sent.rows("read"), requests);
    let first = &plan.report["plan"]["first_requests"][0];
    assert!(
        first["row"].as_str().unwrap().starts_with("in.csv:"),
        "{first}"
    );
    let none = upload(&tenjin, &place, "--from-ledger --dry-run");
    assert_eq!(none.report["plan"]["requests"], 0);
}

/// The report is replaced every ten seconds only, but never behind the first request.
#[test]
fn the_report_of_a_killed_run_says_that_rows_were_read() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(0..40));
    tenjin.server.outage(Outage::All(Fault::Hang), None);
    let words = "in.csv --report-dir killed";
    let running = place.upload(&tenjin.server, words).start();
    wait(|| tenjin.requests() > 0);
    running.kill();
    let report = std::fs::read_to_string(place.path("killed/latest/report.json")).unwrap();
    let report = parsed(&report);
    assert_eq!(
        (
            &report["status"],
            &report["rows"]["read"],
            &report["inputs"][0]["rows"]
        ),
        (&"running".into(), &40.into(), &40.into())
    );
}

#[test]
fn a_dry_run_beside_a_running_upload_calls_nobody_killed() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(0..40));
    tenjin.server.outage(Outage::All(Fault::Hang), None);
    let running = place
        .upload(&tenjin.server, "in.csv --batch-size 40")
        .start();
    wait(|| tenjin.requests() > 0);
    let plan = upload(&tenjin, &place, "in.csv --dry-run").expect(0);
    assert!(!plan.err.contains("was killed"), "{}", plan.err);
    assert_eq!(promised(&plan), (0, 0, 40));
    drop(running);
}

#[test]
fn a_dry_run_names_what_has_changed() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let mut all: Vec<Row> = rows(0..10).into_iter().map(Row::with_id).collect();
    place.export("in.csv", &all);
    upload(&tenjin, &place, "in.csv").expect(0);
    all[2].number = 99;
    all[2].id = "id-2".into();
    place.export("in.csv", &all);
    for words in ["", "--dry-run"] {
        let text = format!(
            "upload in.csv --max-age none --progress off --endpoint-url {} {words}",
            tenjin.server.url()
        );
        let said = place.command(&text).end().expect(0).report;
        let changed = "Changed    1 duplicate with another amount (USD 0.02 sent, USD 0.99 now)";
        assert!(said.as_str().unwrap().contains(changed), "{words}: {said}");
    }
}

/// A change is said once; by a run that was killed it was not.
#[test]
fn what_a_killed_run_found_out_is_said_by_the_next() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let mut all: Vec<Row> = rows(0..200).into_iter().map(Row::with_id).collect();
    place.export("in.csv", &all[..10]);
    upload(&tenjin, &place, "in.csv").expect(0);
    all[2].number = 99;
    place.export("in.csv", &all);
    tenjin.server.outage(Outage::All(Fault::Hang), None);
    let running = place.upload(&tenjin.server, "in.csv").start();
    wait(|| tenjin.requests() > 10);
    running.kill();
    tenjin.server.outage(Outage::None, None);
    tenjin.wait_idle();
    let changes = |ended: Ended| warnings(&ended.report, "amounts_changed").len();
    assert_eq!(changes(upload(&tenjin, &place, "in.csv")), 1);
    assert_eq!(changes(upload(&tenjin, &place, "in.csv")), 0);
}

#[test]
fn without_its_journal_a_ledger_is_a_copy() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    killed(&tenjin, &place, "");
    let steps = place.ledger().with_extension("sqlite.steps");
    std::fs::remove_file(&steps).unwrap();
    let requests = tenjin.requests();
    for words in ["in.csv --dry-run", "in.csv"] {
        let stopped = upload(&tenjin, &place, words).expect(2);
        assert!(
            stopped.err.contains("its journal (.steps) is missing"),
            "{}",
            stopped.err
        );
        assert!(stopped.err.contains("ledger recover"), "{}", stopped.err);
    }
    assert_eq!(tenjin.requests(), requests);
    place.command("ledger recover").end().expect(0);
    let sent = upload(&tenjin, &place, "in.csv").expect(1);
    assert_eq!(sent.rows("read"), 200);
    let marks = tenjin
        .so_far()
        .into_iter()
        .filter(|event| event.path == "/v0/purchase");
    let mut marks: Vec<String> = marks.map(|event| event.mark).collect();
    let all = marks.len();
    marks.sort();
    marks.dedup();
    assert_eq!(marks.len(), all, "no money twice");
}

#[test]
fn a_plain_copy_of_a_ledger_is_no_ledger_of_its_own() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(0..20));
    upload(&tenjin, &place, "in.csv --ledger one.sqlite").expect(0);
    std::fs::copy(place.path("one.sqlite"), place.path("two.sqlite")).unwrap();
    let stopped = upload(&tenjin, &place, "in.csv --ledger two.sqlite").expect(2);
    assert!(
        stopped.err.contains("its journal (.steps) is missing"),
        "{}",
        stopped.err
    );
    let status = place
        .command("ledger status --ledger two.sqlite")
        .end()
        .expect(0);
    assert!(status.report.as_str().unwrap().contains("20 accepted"));
    place
        .command("ledger recover --ledger two.sqlite")
        .end()
        .expect(0);
    let known = upload(&tenjin, &place, "in.csv --ledger two.sqlite").expect(0);
    assert_eq!(known.four(), [0, 20, 0, 0]);
}

//! What a person does with the ledger: looks, decides about rows in doubt, forgets, takes a copy.

use serde_json::Value;
use tenjin_s2s::sandbox::{Fault, Outage};

use super::place::{Ended, Place};
use super::rows::{Row, csv_in_order};
use super::tenjin::{Tenjin, wait};

fn rows(count: usize) -> Vec<Row> {
    (0..count).map(|number| Row::nth(number, 50)).collect()
}

/// Ten rows, of which the four purchases are in doubt and were not recorded. Gives the run's id.
fn doubtful(tenjin: &Tenjin, place: &Place) -> String {
    place.export("in.csv", &rows(10));
    tenjin.server.outage(Outage::All(Fault::Reset), None);
    let arguments = "in.csv --retries 0 --in-doubt auto";
    let first = place.upload(&tenjin.server, arguments).end().expect(1);
    tenjin.server.outage(Outage::None, None);
    assert_eq!(
        (first.rows("in_doubt"), tenjin.server.stats().accepted),
        (10, 0)
    );
    first.report["run_id"].as_str().unwrap().to_owned()
}

fn says(place: &Place, arguments: &str) -> String {
    text(&place.command(arguments).end().expect(0))
}

/// As of grep: the exit code says that nothing was found.
fn finds_none(place: &Place, wanted: &str) -> String {
    text(
        &place
            .command(&format!("ledger find {wanted}"))
            .end()
            .expect(1),
    )
}

fn text(ended: &Ended) -> String {
    ended
        .report
        .as_str()
        .map_or_else(|| ended.report.to_string(), str::to_owned)
}

#[test]
fn rows_in_doubt_are_listed_and_sent_once_they_are_released() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let run = doubtful(&tenjin, &place);
    let list = says(&place, "ledger list --in-doubt");
    assert_eq!(list.lines().count(), 10);
    let third = format!(
        "in_doubt (connection reset) in.csv:4 purchase coins of com.example.game (android), 2026-03-01 00:00 \
         UTC, USD 0.02, advertising id 0000000b…, sent to {}, not to Tenjin [run {run}]",
        tenjin.server.url()
    );
    assert_eq!(list.lines().nth(2), Some(third.as_str()));
    let status = says(&place, "ledger status");
    assert!(status.contains("(--from FILE)"), "{status}");
    assert!(!status.contains("ledger resolve --run"), "{status}");

    let released = says(&place, &format!("ledger resolve --run {run} --as resend"));
    assert!(released.starts_with("10 rows released; send with: tenjin-s2s upload --from-ledger"));
    std::fs::remove_file(place.path("in.csv")).unwrap();
    let sent = place
        .upload(&tenjin.server, "--from-ledger")
        .end()
        .expect(0);
    assert_eq!((sent.rows("read"), sent.rows("accepted")), (10, 10));
    assert_eq!(tenjin.server.stats().accepted, 10);
    assert_eq!(says(&place, "ledger list"), "nothing is open\n");

    let again = place
        .upload(&tenjin.server, "--from-ledger")
        .end()
        .expect(0);
    assert_eq!(again.rows("read"), 0);
    place.export("in.csv", &rows(10));
    let input = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert_eq!(
        input.four(),
        [0, 10, 0, 0],
        "the input, too, knows them as sent"
    );
}

#[test]
fn every_proposed_command_names_the_ledger_and_the_configuration() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.write("c.toml", "");
    let used = "--ledger other.sqlite --config c.toml";
    place.export("in.csv", &rows(10));
    tenjin.server.outage(Outage::All(Fault::Reset), None);
    let upload = format!("in.csv --retries 0 {used}");
    let first = place.upload(&tenjin.server, &upload).end().expect(1);
    tenjin.server.outage(Outage::None, None);
    let run = first.report["run_id"].as_str().unwrap();
    let next = format!(
        "Next: look for the rows in doubt on the dashboard: tenjin-s2s ledger list --in-doubt {used}\n"
    );
    let status = says(&place, &format!("ledger {used} status"));
    assert!(status.contains(&next), "{status}");
    let wrong = format!("ledger resolve --row in.csv:99 --as accepted {used}");
    let wrong = place.command(&wrong).end().expect(2);
    let see = format!(
        "in.csv:99: no such row is in doubt; see: tenjin-s2s ledger list --in-doubt {used}\n"
    );
    assert!(wrong.err.ends_with(&see), "{}", wrong.err);
    let release = format!("ledger resolve --run {run} --as resend {used}");
    let origin = tenjin.server.url();
    assert_eq!(
        says(&place, &release),
        format!(
            "10 rows released; send with: tenjin-s2s upload --from-ledger --endpoint-url {origin} \
             {used}\n(or upload the input again)\n"
        )
    );
}

#[test]
fn rows_that_tenjin_has_are_never_sent_again() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let run = doubtful(&tenjin, &place);
    let resolved = says(&place, &format!("ledger resolve --run {run} --as accepted"));
    assert_eq!(
        resolved,
        "10 rows now counted as accepted; never sent again\n"
    );
    let requests = tenjin.requests();
    let later = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert_eq!(later.four(), [0, 10, 0, 0]);
    let released = place
        .upload(&tenjin.server, "--from-ledger")
        .end()
        .expect(0);
    assert_eq!(released.rows("read"), 0);
    assert_eq!(tenjin.requests(), requests);
}

/// What was released is dropped by that word only, and a second answer that changes nothing says so.
#[test]
fn released_rows_can_be_dropped() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let run = doubtful(&tenjin, &place);
    let nothing = |words: &str, what: &str| {
        let command = format!("ledger resolve {words}");
        let ended = place.command(&command).end().expect(2);
        let expected = format!("nothing is left to decide about: {what}; see: ");
        assert!(ended.err.contains(&expected), "{words}: {}", ended.err);
    };
    let of_run = |answer: &str| format!("--run {run} --as {answer}");
    let held = "(in doubt, not released)";
    nothing(&of_run("dropped"), &format!("run {run} {held}"));
    nothing("--row in.csv:4 --as dropped", &format!("in.csv:4 {held}"));
    says(&place, &format!("ledger resolve {}", of_run("resend")));
    nothing(&of_run("resend"), &format!("run {run} (released already)"));
    let free = format!("run {run} (released, not in doubt; --as dropped drops it)");
    nothing(&of_run("accepted"), &free);

    let status = says(&place, "ledger status");
    let origin = tenjin.server.url();
    let next = format!(
        "send them as they were read: tenjin-s2s upload --from-ledger --endpoint-url {origin}\n\
         or drop them: tenjin-s2s ledger resolve --run {run} --as dropped\n"
    );
    assert!(status.ends_with(&next), "{status}");
    // A row that is named may have been released by mistake.
    assert_eq!(
        says(&place, "ledger resolve --row in.csv:2 --as accepted"),
        "1 row now counted as accepted (1 of them had been released); never sent again\n"
    );
    let after_all = "an upload of the input sends what was dropped after all\n";
    assert_eq!(
        says(&place, "ledger resolve --row in.csv:4 --as dropped"),
        format!("1 row dropped, USD 0.02; {after_all}")
    );
    let dropped = format!("ledger resolve {} --output json", of_run("dropped"));
    let dropped = place.command(&dropped).end().expect(0).report;
    let expected = serde_json::json!({
        "run": run, "as": "dropped", "rows": 8, "revenue": { "USD": "0.20" },
        "released_before": 8, "left": 0, "decided_before": [],
    });
    assert_eq!(dropped, expected);
    nothing(&of_run("dropped"), &format!("run {run}"));
    nothing("--row in.csv:99 --as dropped", "in.csv:99");
    let later = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert_eq!(later.four(), [9, 1, 0, 0]);
}

/// Answers in a file are about rows in doubt: what was released before stays so.
#[test]
fn a_file_of_answers_changes_none_given_before() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(10));
    tenjin.server.outage(Outage::All(Fault::Reset), None);
    let upload = place.upload(&tenjin.server, "in.csv --retries 0");
    upload.end().expect(1);
    tenjin.server.outage(Outage::None, None);
    says(&place, "ledger resolve --row in.csv:4 --as resend");
    let accepted = (2..=10).map(|line| format!("in.csv,{line},accepted"));
    let lines = ["_file,_line,_answer".to_owned()].into_iter();
    let lines = lines.chain(accepted).chain(["in.csv,11,resend\n".into()]);
    place.write("answers.csv", &lines.collect::<Vec<_>>().join("\n"));
    let origin = tenjin.server.url();
    assert_eq!(
        says(&place, "ledger resolve --from answers.csv"),
        format!(
            "9 rows decided; send what was released with: \
             tenjin-s2s upload --from-ledger --endpoint-url {origin}\n\
             (or upload the input again)\n\
             1 row decided before, or not in this ledger: in.csv:4 (released, not in doubt; \
             --as dropped drops it)\n"
        )
    );
    let later = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert_eq!(later.four(), [2, 8, 0, 0]);
}

#[test]
fn what_is_forgotten_leaves_a_horizon() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(10));
    place.upload(&tenjin.server, "in.csv").end().expect(0);
    let forgotten = says(&place, "ledger forget --older-than 1d");
    assert!(
        forgotten.starts_with("10 events forgotten\n"),
        "{forgotten}"
    );
    assert!(forgotten.contains("forgotten_period"), "{forgotten}");
    // Money is among it that could be new.
    let later = place.upload(&tenjin.server, "in.csv").end().expect(1);
    assert_eq!(
        (later.rows("filtered"), tenjin.server.stats().accepted),
        (10, 10)
    );
    assert_eq!(later.report["filters"]["forgotten_period"], 10);
}

/// Or each later night would end with 1 and say nothing of it.
#[test]
fn money_of_a_time_that_was_forgotten_is_said_and_how_to_leave_it_out() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(10));
    place.upload(&tenjin.server, "in.csv").end().expect(0);
    says(&place, "ledger forget --older-than 1d");
    let expected = "4 rows of money (USD 0.22) not sent (forgotten_period): dated before ";
    let nightly = |more: &str| {
        let words = format!(
            "upload in.csv --endpoint-url {} {more}",
            tenjin.server.url()
        );
        place.command(&words).end()
    };
    for more in ["-q --max-age none", "-q --max-age none --dry-run"] {
        let night = nightly(more).expect(1);
        assert!(night.err.contains(expected), "{more}: {}", night.err);
    }
    let loud = text(&nightly("--max-age none").expect(1));
    let next = loud.split("--max-age ").last().unwrap();
    let age = next.split_whitespace().next().unwrap();
    assert!(loud.contains("Next"), "{loud}");
    let quiet = nightly(&format!("-q --max-age {age}")).expect(0);
    assert_eq!((text(&quiet).as_str(), quiet.err.as_str()), ("", ""));
    // An event is no money: its hour comes again without a word.
    place.export("in.csv", &rows(2));
    nightly("-q --max-age none").expect(0);
}

/// What has no input has no rows that are too few.
#[test]
fn released_rows_go_whatever_inputs_must_have() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let run = doubtful(&tenjin, &place);
    place.write(
        "c.toml",
        "min_rows = 5000\nmax_rejected = \"1%\"\nstrict = true\nlimit = 3\n",
    );
    says(&place, &format!("ledger resolve --run {run} --as resend"));
    for more in ["--dry-run", ""] {
        let words = format!("--from-ledger --config c.toml {more}");
        let sent = place.upload(&tenjin.server, &words).end().expect(0);
        assert_eq!(sent.rows("read"), 10, "{more}");
    }
    assert_eq!(tenjin.server.stats().accepted, 10);
}

/// Why a row is in doubt stands beside it, and after a rehearsal where it went.
#[test]
fn the_list_says_why_each_row_is_in_doubt() {
    for (fault, why) in [
        (Fault::Reset, "connection reset"),
        (Fault::Lost, "closed without an answer"),
        (Fault::Hang, "timed out waiting for the answer"),
    ] {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        place.export("in.csv", &rows(10)[2..3]);
        tenjin.server.outage(Outage::All(fault), None);
        let words = "in.csv --retries 0 --timeout 1s --in-doubt hold";
        let held = place.upload(&tenjin.server, words).end().expect(1);
        assert_eq!(held.rows("in_doubt"), 1);
        let list = says(&place, "ledger list --in-doubt");
        let expected = format!("in_doubt ({why}) in.csv:2 purchase ");
        assert!(list.starts_with(&expected), "{list}");
        let json = place.command("ledger list --output json").end().expect(0);
        assert_eq!(json.report["why"], why);
        assert_eq!(json.report["scope"], tenjin.server.url());
    }
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(10)[2..3]);
    tenjin.server.outage(Outage::All(Fault::Hang), None);
    let running = place.upload(&tenjin.server, "in.csv").start();
    wait(|| tenjin.requests() > 0);
    running.kill();
    tenjin.server.outage(Outage::None, None);
    place.upload(&tenjin.server, "in.csv").end().expect(1);
    let list = says(&place, "ledger list --in-doubt");
    assert!(
        list.starts_with("in_doubt (its run was killed) in.csv:2 "),
        "{list}"
    );
}

/// A row is found by any name of its file, and what went to a rehearsal is no sale.
#[test]
fn find_says_where_a_row_went_and_knows_a_file_by_its_other_names() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    std::fs::create_dir(place.path("exports")).unwrap();
    place.export("exports/in.csv", &rows(10));
    place
        .upload(&tenjin.server, "exports/in.csv")
        .end()
        .expect(0);
    let absolute = place.path("exports/in.csv");
    let absolute = absolute.to_string_lossy();
    let there = format!(", sent to {}, not to Tenjin [run ", tenjin.server.url());
    for name in ["exports/in.csv", "./exports/in.csv", "in.csv", &absolute] {
        let found = says(&place, &format!("ledger find --row {name}:4"));
        assert_eq!(found.lines().count(), 1, "{name}: {found}");
        assert!(
            found.contains(" exports/in.csv:4 purchase coins"),
            "{name}: {found}"
        );
        assert!(found.contains(&there), "{name}: {found}");
    }
    for name in ["other/in.csv", "elsewhere/exports/in.csv"] {
        let wanted = format!("ledger find --row {name}:4");
        let none = place.command(&wanted).end();
        let is_end = name.ends_with("exports/in.csv");
        assert_eq!(none.code, Some(i32::from(!is_end)), "{name}");
        let said = text(&none);
        assert!(said.contains("exports/in.csv:4"), "{name}: {said}");
    }
    let status = says(&place, "ledger status");
    assert!(
        status.contains(&format!("  {} com.example.game", tenjin.server.url())),
        "{status}"
    );
}

#[test]
fn a_run_that_is_forgotten_is_still_recognised() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(10));
    let first = place.upload(&tenjin.server, "in.csv").end().expect(0);
    let run = first.report["run_id"].as_str().unwrap();
    assert!(
        says(&place, &format!("ledger forget --run {run}")).starts_with("10 events forgotten\n")
    );
    place.export("in.csv", &rows(12));
    let later = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert_eq!(later.four(), [2, 10, 0, 0]);
    assert_eq!(super::overlap::recognised(&later, "forgotten_run"), 10);
}

/// Only hashes are left of it, and still nothing that was sent is called unsent.
#[test]
fn what_is_forgotten_is_found_and_counted() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let rows: Vec<Row> = rows(10).into_iter().map(Row::with_id).collect();
    place.export("in.csv", &rows);
    let first = place.upload(&tenjin.server, "in.csv").end().expect(0);
    let run = first.report["run_id"].as_str().unwrap();
    says(&place, &format!("ledger forget --run {run}"));
    let status = says(&place, "ledger status");
    let line =
        "10 events forgotten with their run: only hashes are left, by which they are recognised";
    assert!(status.contains(line), "{status}");
    assert_eq!(
        says(&place, "ledger find --event-id id-7"),
        format!(
            "forgotten in.csv purchase of com.example.game (android), sent to {}, not to Tenjin \
             [run {run}]\n",
            tenjin.server.url()
        )
    );
    let found = place
        .command("ledger find --event-id id-7 --output json")
        .end()
        .expect(0)
        .report;
    assert_eq!(
        (&found[0]["state"], &found[0]["line"]),
        (&"forgotten".into(), &Value::Null)
    );
    for wanted in ["--event-id id-77", "--row in.csv:9", "--user nobody"] {
        let said = finds_none(&place, wanted);
        let expected = "no such row is known; but rows are no longer known that were sent:\n  \
                        10 events forgotten with their run (only --event-id finds them)\n";
        assert_eq!(said, expected, "{wanted}");
        let json = place.command(&format!("ledger find {wanted} --output json"));
        let json = json.end().expect(1);
        assert_eq!(json.report, serde_json::json!([]));
        assert!(
            json.err.contains("10 events forgotten"),
            "{wanted}: {}",
            json.err
        );
    }
    // By age nothing is left, not even hashes.
    place.export("more.csv", &self::rows(20)[10..]);
    place.upload(&tenjin.server, "more.csv").end().expect(0);
    says(&place, "ledger forget --older-than 1d");
    let said = finds_none(&place, "--row more.csv:3");
    assert!(said.contains("  events dated before "), "{said}");
}

/// Rule 1 holds for what was forgotten: another product is a conflict, another amount is said.
#[test]
fn another_row_under_a_forgotten_id_is_no_silent_duplicate() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let rows: Vec<Row> = rows(10).into_iter().map(Row::with_id).collect();
    place.export("in.csv", &rows);
    let first = place.upload(&tenjin.server, "in.csv").end().expect(0);
    let run = first.report["run_id"].as_str().unwrap();
    says(&place, &format!("ledger forget --run {run}"));
    for (words, four, changed) in [
        ("", [0, 10, 0, 0], 0),
        ("--override currency=EUR", [0, 10, 0, 0], 4),
        ("--map product_id=currency --new-identity", [0, 6, 0, 4], 0),
    ] {
        let later = place
            .upload(&tenjin.server, &format!("in.csv {words}"))
            .end();
        assert_eq!(later.four(), four, "{words}: {}", later.err);
        assert_eq!(later.report["changed_rows"], changed, "{words}");
    }
    assert_eq!(tenjin.server.stats().accepted, 10);
}

#[test]
fn answers_can_be_had_as_json() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let run = doubtful(&tenjin, &place);
    let json = |arguments: &str| place.command(arguments).end().expect(0).report;
    let status = json("ledger status --output json");
    assert_eq!(status["open_runs"][0]["run"], run.as_str());
    assert_eq!(status["open_runs"][0]["in_doubt"], 10);
    let one_a_line = place.command("ledger list --in-doubt --output json");
    let listed = one_a_line.end().expect(0).report;
    let lines = listed.as_str().unwrap().lines();
    let first: Value = serde_json::from_str(lines.clone().next().unwrap()).unwrap();
    assert_eq!((lines.count(), &first["line"]), (10, &2.into()));
    assert_eq!(
        (&first["file"], &first["run"]),
        (&"in.csv".into(), &run.as_str().into())
    );
    let resolve = format!("ledger resolve --run {run} --as accepted --output json");
    let expected = serde_json::json!({
        "run": run, "as": "accepted", "rows": 10, "revenue": { "USD": "0.22" },
        "released_before": 0, "left": 0, "decided_before": [],
    });
    assert_eq!(json(&resolve), expected);
    let forgotten = json("ledger forget --older-than 1d --output json");
    assert_eq!(
        (&forgotten["events"], &forgotten["undated"]),
        (&10.into(), &0.into())
    );
    assert_eq!(forgotten["horizons"][0]["bundle_id"], "com.example.game");
    assert!(forgotten["horizons"][0]["before"].is_i64(), "{forgotten}");
}

#[test]
fn an_export_holds_everything() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    doubtful(&tenjin, &place);
    let export = place.command("ledger export").end().expect(0);
    let text = export.report.as_str().unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines
            .iter()
            .filter(|line| line["state"] == "in_doubt")
            .count(),
        10
    );
}

#[test]
fn an_input_that_lost_its_identity_stops_before_anything_is_sent() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(10));
    place.upload(&tenjin.server, "in.csv").end().expect(0);
    let requests = tenjin.requests();
    let other = "in.csv --map customer_user_id=app_version";
    for arguments in [other.to_owned(), format!("{other} --dry-run")] {
        let ended = place.upload(&tenjin.server, &arguments).end().expect(2);
        let expected = "in.csv: 10 of its first 10 rows are in question: rows of this source were sent before, but \
                        identified otherwise, so they could be sent again: customer_user_id was \
                        read from no column of another name, now from ";
        assert!(ended.err.contains(expected), "{}", ended.err);
        assert!(ended.err.contains("--new-identity"), "{}", ended.err);
    }
    assert_eq!(tenjin.requests(), requests);
    // What is dated later than anything before is new, whatever it is read by.
    let later: Vec<Row> = (864_000..864_010)
        .map(|number| Row::nth(number, 50))
        .collect();
    place.export("later.csv", &later);
    let new = "later.csv --map customer_user_id=app_version";
    let sent = place.upload(&tenjin.server, new).end().expect(0);
    assert_eq!(sent.four(), [10, 0, 0, 0]);
    let meant = format!("{other} --new-identity");
    let sent = place.upload(&tenjin.server, &meant).end().expect(0);
    assert_eq!(sent.rows("accepted"), 10);
}

/// What `--set` says is part of what a row is, as a mapping's constant is.
#[test]
fn another_value_set_stops_before_rows_go_again() {
    let rows: Vec<Row> = (0..10)
        .filter(|n| n % 5 == 2)
        .map(|n| Row::nth(n, 50))
        .collect();
    let with = |column: &str, value: &str| format!("in.csv --set {column}={value}");
    for (field, first, other, difference) in [
        (
            "currency",
            with("currency", "USD"),
            with("currency", "EUR"),
            "`USD` for all rows, now from `EUR` for all rows",
        ),
        (
            "currency",
            with("currency:android", "USD"),
            with("currency:android", "EUR"),
            "`USD` for all rows, now from `EUR` for all rows",
        ),
        (
            "price",
            with("price", "1.99"),
            with("price", "2.99"),
            "`1.99` for all rows, now from `2.99` for all rows",
        ),
        (
            "product_id",
            with("product_id", "coins"),
            with("product_id", "gems"),
            "`coins` for all rows, now from `gems` for all rows",
        ),
        (
            "quantity",
            "in.csv".into(),
            with("quantity", "2"),
            "no column of another name, now from `2` for all rows",
        ),
        (
            "quantity",
            with("quantity", "2"),
            with("quantity", "3"),
            "`2` for all rows, now from `3` for all rows",
        ),
    ] {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        let without = |cells: &mut Vec<(&'static str, String)>| {
            cells.retain(|(name, _)| *name != field);
        };
        place.write("in.csv", &csv_in_order(&rows, without));
        let sent = place.upload(&tenjin.server, &first).end().expect(0);
        assert_eq!(sent.four(), [2, 0, 0, 0], "{first}");
        for arguments in [other.clone(), format!("{other} --dry-run")] {
            let ended = place.upload(&tenjin.server, &arguments).end().expect(2);
            let said = format!(
                "in.csv: 2 of its first 2 rows are in question: rows of this source were sent \
                before, but identified otherwise, so they could be sent again: {field} was read \
                from {difference}; go back to how it was read"
            );
            assert!(ended.err.contains(&said), "{arguments}: {}", ended.err);
        }
        assert_eq!(tenjin.server.stats().accepted, 2, "{other}");
        let other_platform = format!("{first} --set {field}:ios=7");
        let again = place.upload(
            &tenjin.server,
            &other_platform.replace("currency:ios=7", "currency:ios=EUR"),
        );
        assert_eq!(
            again.end().expect(0).four(),
            [0, 2, 0, 0],
            "{other_platform}"
        );
        let meant = place.upload(&tenjin.server, &format!("{other} --new-identity"));
        assert_eq!(meant.end().expect(0).four(), [2, 0, 0, 0], "{other}");
    }
}

/// A row that was rejected for want of a currency was never sent.
#[test]
fn a_value_set_for_rows_that_were_rejected_lets_them_go() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let rows: Vec<Row> = (0..10)
        .filter(|n| n % 5 == 2)
        .map(|n| Row::nth(n, 50))
        .collect();
    let one_without = csv_in_order(&rows, |_| ()).replacen("USD", "", 1);
    place.write("in.csv", &one_without);
    let first = place.upload(&tenjin.server, "in.csv").end().expect(1);
    assert_eq!(first.four(), [1, 0, 0, 1]);
    let usd = place.upload(&tenjin.server, "in.csv --set currency=USD");
    assert_eq!(usd.end().expect(0).four(), [1, 1, 0, 0]);
    // From now on the value counts.
    let other = one_without.replace("USD", "EUR");
    place.write("in.csv", &other);
    let eur = place
        .upload(&tenjin.server, "in.csv --set currency=EUR")
        .end()
        .expect(2);
    let said = "currency was read from `USD` where rows say nothing, now from `EUR` where rows say \
                nothing";
    assert!(eur.err.contains(said), "{}", eur.err);
    assert_eq!(tenjin.server.stats().accepted, 2);
}

#[test]
fn mistakes_are_answered() {
    let place = Place::new();
    for arguments in [
        "ledger status",
        "ledger resolve --run nobody --as accepted",
        "ledger forget --run nobody",
    ] {
        let ended = place.command(arguments).end().expect(2);
        assert!(
            ended.err.contains("there is no ledger"),
            "{arguments}: {}",
            ended.err
        );
    }
    let tenjin = Tenjin::new();
    place.export("in.csv", &rows(2));
    place.upload(&tenjin.server, "in.csv").end().expect(0);
    let ended = place
        .command("ledger resolve --run nobody --as resend")
        .end()
        .expect(2);
    assert!(
        ended.err.contains("the ledger knows no run nobody"),
        "{}",
        ended.err
    );
    place.command("ledger forget").end().expect(2);
    place
        .upload(&tenjin.server, "in.csv --from-ledger")
        .end()
        .expect(2);
}

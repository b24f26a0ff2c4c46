//! Rows that are equal, and ids that are not.

use std::fs;

use super::overlap::recognised;
use super::place::Place;
use super::rows::{Row, ndjson};
use super::tenjin::Tenjin;

#[test]
fn true_twins_both_go_once_each() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let mut rows: Vec<Row> = (0..10).map(|number| Row::nth(number, 3)).collect();
    rows.insert(4, rows[2].clone());
    rows.push(rows[1].clone());
    place.export("in.csv", &rows);
    let first = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert_eq!(first.four(), [12, 0, 0, 0]);
    let again = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert_eq!(again.four(), [0, 12, 0, 0]);
    assert_eq!(recognised(&again, "content"), 12);
    // a third one that came later goes, too
    rows.push(rows[2].clone());
    place.write("in.ndjson", &ndjson(&rows));
    let third = place.upload(&tenjin.server, "in.ndjson").end().expect(0);
    assert_eq!(third.four(), [1, 12, 0, 0]);
    let counts = tenjin.counts();
    assert_eq!((counts["r2"], counts["r1"], counts.len()), (3, 2, 10));
    assert!(["r0", "r3", "r9"].iter().all(|mark| counts[*mark] == 1));
}

/// What is said of money that repeats within one input.
fn repeats(ended: &super::place::Ended) -> Vec<String> {
    said(ended, "money_repeated")
}

fn said(ended: &super::place::Ended, code: &str) -> Vec<String> {
    let warnings = ended.report["warnings"].as_array().unwrap().iter();
    let repeated = warnings.filter(|warning| warning["code"] == code);
    repeated
        .map(|warning| warning["text"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn money_that_repeats_within_one_input_is_said_until_it_was_sent() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    // Rows 2 and 4 are purchases of USD 0.02 and 0.04, row 1 is an event.
    let mut rows: Vec<Row> = (0..10).map(|number| Row::nth(number, 3)).collect();
    rows.extend([2, 4, 2, 1].map(|number| rows[number].clone()));
    place.export("in.csv", &rows);
    let expected = [
        "3 rows of money without event_id that repeat a row of the same input (USD 0.08): \
                     each counts as a purchase of its own; if they are copies, map event_id",
    ];
    let plan = place
        .upload(&tenjin.server, "in.csv --dry-run")
        .end()
        .expect(0);
    assert_eq!(repeats(&plan), expected);
    let first = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert_eq!(
        (first.rows("accepted"), repeats(&first)),
        (14, expected.map(String::from).into())
    );
    let again = place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert_eq!((again.rows("duplicate"), repeats(&again)), (14, vec![]));
    let plan = place
        .upload(&tenjin.server, "in.csv --dry-run")
        .end()
        .expect(0);
    assert_eq!(repeats(&plan), [""; 0]);
}

/// Without an id nobody can tell, but it is said, to the quiet as well, before and after.
#[test]
fn purchases_like_sent_ones_but_for_money_or_product_are_said() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    // Rows 2, 4, 7 and 9 are purchases of so many cents.
    let rows: Vec<Row> = (0..10).map(|number| Row::nth(number, 50)).collect();
    let sent = ndjson(&rows);
    place.write("in.ndjson", &sent);
    let first = place.upload(&tenjin.server, "in.ndjson").end().expect(0);
    assert_eq!(
        (first.rows("accepted"), said(&first, "money_alike")),
        (10, vec![])
    );
    let mut lines: Vec<String> = sent.lines().map(str::to_owned).collect();
    lines[2] = lines[2].replace("0.02", "4.99");
    lines[4] = lines[4].replace("USD", "EUR");
    lines[7] = lines[7].replace("coins", "gems");
    // Another second, and another person.
    lines.extend([lines[9].replace("T00:00:04Z", "T00:00:05Z"), {
        let mut other = rows[9].clone();
        other.installation = 49;
        ndjson(&[other]).trim_end().replace("0.09", "0.10")
    }]);
    place.write("in.ndjson", &(lines.join("\n") + "\n"));
    let expected = "3 purchases without event_id like one that was sent before, but with another \
                    amount, currency, product, user or seconds: USD 0.13 sent before, EUR 0.04, USD 5.06 now; if \
                    they are the same purchases, they count twice: map event_id";
    for (arguments, outcome) in [
        ("in.ndjson -q --dry-run", "not_sent"),
        ("in.ndjson -q", "accepted"),
    ] {
        let ended = place.upload(&tenjin.server, arguments).end().expect(0);
        assert_eq!(ended.rows(outcome), 5, "{arguments}");
        assert_eq!(said(&ended, "money_alike"), [expected], "{arguments}");
        assert!(ended.err.contains(expected), "{arguments}: {}", ended.err);
    }
    let again = place.upload(&tenjin.server, "in.ndjson").end().expect(0);
    assert_eq!(
        (again.rows("duplicate"), said(&again, "money_alike")),
        (12, vec![])
    );
}

/// As where a spreadsheet drops zeros in front: the ids that are sent are those of the table.
#[test]
fn purchases_of_another_user_with_the_same_ids_from_a_table_are_said() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let export = |user: &str| {
        format!(
            "bundle_id,platform,event_time,product_id,price,currency,customer_user_id\n\
             com.example.game,android,2026-03-01T09:00:00Z,coins,4.99,EUR,{user}\n"
        )
    };
    let table = |user: &str| {
        format!(
            "customer_user_id,analytics_installation_id,advertising_id\n{user},1b4e28ba2fa111d2883f\
             0016d3cca427,0f8fad5b-d9cb-469f-a165-70867728950e\n"
        )
    };
    for (name, user) in [("first", "00001"), ("saved", "1")] {
        place.write(&format!("{name}.csv"), &export(user));
        place.write(&format!("{name}-users.csv"), &table(user));
    }
    let command = |name: &str| {
        format!(
            "{name}.csv -q --lookup {name}-users.csv --lookup-key customer_user_id \
             --set os_version=14"
        )
    };
    let first = place
        .upload(&tenjin.server, &command("first"))
        .end()
        .expect(0);
    assert_eq!(
        (first.rows("accepted"), said(&first, "money_alike")),
        (1, vec![])
    );
    let saved = place
        .upload(&tenjin.server, &command("saved"))
        .end()
        .expect(0);
    let expected = "1 purchase without event_id like one that was sent before, but with another \
                    amount, currency, product, user or seconds: EUR 4.99 sent before, EUR 4.99 now; if \
                    they are the same purchases, they count twice: map event_id";
    assert_eq!(said(&saved, "money_alike"), [expected]);
    assert!(saved.err.contains(expected), "{}", saved.err);
}

#[test]
fn money_with_ids_and_money_of_two_inputs_repeats_nothing() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let rows: Vec<Row> = (0..10).map(|number| Row::nth(number, 3)).collect();
    place.export("a.csv", &rows);
    place.export("b.csv", &rows);
    let both = place.upload(&tenjin.server, "a.csv b.csv").end().expect(0);
    assert_eq!((both.rows("duplicate"), repeats(&both)), (10, vec![]));
    let mut rows: Vec<Row> = (20..30).map(|n| Row::nth(n, 3).with_id()).collect();
    rows.push(rows[2].clone());
    place.export("c.csv", &rows);
    let ids = place.upload(&tenjin.server, "c.csv").end().expect(0);
    assert_eq!((ids.rows("duplicate"), repeats(&ids)), (1, vec![]));
}

#[test]
fn an_order_id_of_several_lines_is_a_conflict_and_not_swallowed() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let mut rows: Vec<Row> = (0..10).map(|n| Row::nth(n, 3).with_id()).collect();
    // two more products of one order
    for number in [12, 14] {
        let mut row = Row::nth(number, 3);
        row.id = rows[2].id.clone();
        rows.push(row);
    }
    place.export("in.csv", &rows);
    let first = place.upload(&tenjin.server, "in.csv").end().expect(1);
    assert_eq!(first.four(), [10, 0, 0, 2]);
    let rejection = &first.report["rejections"][0];
    assert_eq!(rejection["code"], "id_conflict");
    assert_eq!(rejection["count"], 2);
    for (example, line) in [(0, 12), (1, 13)] {
        let example = &rejection["examples"][example];
        assert_eq!(example["line"], line);
        assert_eq!(example["value"], "id-2");
        assert!(example["hint"].as_str().unwrap().starts_with("in.csv:4 "));
    }
    let rejects = fs::read_to_string(first.reports.join("rejects/1-in.csv")).unwrap();
    assert_eq!(rejects.lines().count(), 3);
    let outcomes = fs::read_to_string(first.reports.join("outcomes.ndjson")).unwrap();
    assert!(outcomes.contains(r#""value":"id-2""#), "{outcomes}");

    // in another run the first is still known, by its place and run
    place.export("more.csv", &rows[11..]);
    let second = place.upload(&tenjin.server, "more.csv").end().expect(1);
    assert_eq!(second.four(), [0, 0, 0, 1]);
    let hint = &second.report["rejections"][0]["examples"][0]["hint"];
    let expected = format!(
        "in.csv:4 of run {}",
        first.report["run_id"].as_str().unwrap()
    );
    assert!(hint.as_str().unwrap().starts_with(&expected), "{hint}");
    assert_eq!(tenjin.counts().len(), 10);
}

/// An export in which this part of a thousand rows has the id of the row before.
fn with_conflicts(place: &Place, rows: usize, conflicts: usize) {
    let row = |number: usize| {
        let mut row = Row::nth(number, 50).with_id();
        if number < 2 * conflicts && number % 2 == 1 {
            // the same kind, else it is another event's id space
            row = Row::nth(number + 99_999, 50);
            row.kind = Row::nth(number - 1, 50).kind;
            row.id = format!("id-{}", number - 1);
        }
        row
    };
    place.export("in.csv", &(0..rows).map(row).collect::<Vec<_>>());
}

#[test]
fn ids_that_do_not_identify_rows_stop_the_run() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    with_conflicts(&place, 5_000, 60);
    let stopped = place.upload(&tenjin.server, "in.csv").end().expect(5);
    assert_eq!(stopped.report["stop_reason"], "no_identity");
    let detail = stopped.report["stop_detail"].as_str().unwrap();
    assert!(
        detail.starts_with("column event_id does not identify rows: "),
        "{detail}"
    );
    assert!(tenjin.requests() < 1_500, "{}", tenjin.requests());
    let read = stopped.rows("read");
    let parts = ["accepted", "rejected", "not_sent"].map(|outcome| stopped.rows(outcome));
    assert_eq!(parts.iter().sum::<u64>(), read, "{stopped:#?}");

    // it stopped properly, so nobody is told that it was killed
    let again = place.upload(&tenjin.server, "in.csv").end().expect(5);
    assert!(!again.err.contains("was killed"), "{}", again.err);
    assert!(tenjin.counts().values().all(|count| *count == 1));
}

#[test]
fn the_column_is_named_as_the_export_names_it() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    with_conflicts(&place, 5_000, 60);
    let text = fs::read_to_string(place.path("in.csv")).unwrap();
    place.write("in.csv", &text.replace("event_id", "Order No."));
    let mapped = ["--map", "event_id=Order No."];
    let mut run = place.upload(&tenjin.server, "in.csv");
    run.command.args(mapped);
    let stopped = run.end().expect(5);
    let detail = stopped.report["stop_detail"].as_str().unwrap();
    assert!(
        detail.starts_with("column Order No. does not identify rows: "),
        "{detail}"
    );
    let mut rehearsal = place.upload(&tenjin.server, "in.csv --dry-run");
    rehearsal.command.args(mapped);
    let rehearsal = rehearsal.end().expect(5);
    assert!(
        rehearsal.err.contains("column Order No. does not"),
        "{}",
        rehearsal.err
    );
}

#[test]
fn an_id_in_conflict_is_shown_short_and_harmless() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let mut rows: Vec<Row> = [2, 4].map(|number| Row::nth(number, 3)).into();
    for row in &mut rows {
        row.id = format!("\u{1b}[31m{}", "9".repeat(300));
    }
    place.export("in.ndjson", &rows);
    let ended = place.upload(&tenjin.server, "in.ndjson").end().expect(1);
    let value = &ended.report["rejections"][0]["examples"][0]["value"];
    let expected = format!("\\u{{1b}}[31m{}…", "9".repeat(115));
    assert_eq!(value, &expected);
}

#[test]
fn a_few_conflicts_do_not() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    with_conflicts(&place, 1_500, 10);
    let ended = place.upload(&tenjin.server, "in.csv").end().expect(1);
    assert_eq!(ended.four(), [1_490, 0, 0, 10]);
}

/// A spreadsheet saves times without seconds; its copy may be uploaded first or later.
#[test]
fn a_copy_without_seconds_is_like_its_original() {
    const ORIGINAL: &str = "2026-03-01 09:10:37";
    const COPY: &str = "01.03.2026 09:10";
    let export = |time: &str, id: &str, price: &str| {
        format!(
            "bundle_id,platform,event_time,event_id,product_id,price,currency,\
             analytics_installation_id,os_version\n\
             com.example.game,android,{time},{id},coins,{price},EUR,\
             1b4e28ba2fa111d2883f0016d3cca427,34\n"
        )
    };
    let formats = "--time-format=%d.%m.%Y_%H:%M \
                   --time-format=%Y-%m-%d_%H:%M:%S --timezone UTC --allow-missing-ip -q";
    let upload = |place: &Place, tenjin: &Tenjin, time: &str, (id, price): (&str, &str)| {
        place.write("in.csv", &export(&time.replace(' ', "_"), id, price));
        place
            .upload(&tenjin.server, &format!("in.csv {formats}"))
            .end()
    };
    for [first, later] in [[ORIGINAL, COPY], [COPY, ORIGINAL]] {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        let sent = upload(&place, &tenjin, first, ("", "4.99")).expect(0);
        assert_eq!(
            (sent.rows("accepted"), said(&sent, "money_alike")),
            (1, vec![])
        );
        let copy = upload(&place, &tenjin, later, ("", "4.99")).expect(0);
        let warned = said(&copy, "money_alike");
        assert_eq!(warned.len(), 1, "{later}: {copy:#?}");
        assert!(
            warned[0].contains("EUR 4.99 sent before, EUR 4.99 now"),
            "{warned:?}"
        );
        // Another amount, or another minute, is another purchase.
        for (time, price) in [
            (later, "5.99"),
            ("01.03.2026 09:11", "4.99"),
            ("2026-03-01 09:11:37", "4.99"),
        ] {
            let (tenjin, place) = (Tenjin::new(), Place::new());
            upload(&place, &tenjin, first, ("", "4.99")).expect(0);
            let other = upload(&place, &tenjin, time, ("", price)).expect(0);
            assert_eq!(said(&other, "money_alike"), Vec::<String>::new(), "{time}");
        }
        // With an id it is the same event.
        let (tenjin, place) = (Tenjin::new(), Place::new());
        upload(&place, &tenjin, first, ("A-1", "4.99")).expect(0);
        let again = upload(&place, &tenjin, later, ("A-1", "4.99")).expect(0);
        assert_eq!(again.four(), [0, 1, 0, 0], "{later}: {again:#?}");
        let other = upload(&place, &tenjin, "2026-03-01 09:11:37", ("A-1", "4.99"));
        assert_eq!(
            other.expect(1).report["rejections"][0]["code"],
            "id_conflict"
        );
    }
}

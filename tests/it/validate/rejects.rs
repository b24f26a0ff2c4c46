//! Rejected rows come in a file of their own that says everything, and mended, uploads.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Report, Rows, Scene, StandIn};

/// Purchases with one fault each, in a form that people mend with a spreadsheet.
const HEADER: &str = "event_id,kind,bundle_id,platform,os_version,analytics_installation_id,\
    advertising_id,product_id,price,quantity,currency";
const ID: &str = "0123456789abcdef0123456789abcdef";

fn purchase(number: u32, product: &str, price: &str, quantity: &str, currency: &str) -> String {
    format!(
        "o{number},purchase,com.example.puzzle,android,34,{ID},{ID},{product},{price},{quantity},{currency}\n"
    )
}

fn purchases() -> String {
    let rows = [
        purchase(1, "coins", "0.99", "1", "EUR"),
        purchase(2, "coins", "\"1,99\"", "1", "EUR"),
        purchase(3, "\"a \"\"fine\"\", long\nname\"", "2.99", "1", "EURO"),
        purchase(4, "=cmd|' /C calc'!A1", "3.99", "many", "EUR"),
        purchase(5, "coins", "4.99", "1", "EUR"),
        purchase(6, "", "-5.99", "1", "EUR"),
    ];
    format!("{HEADER}\n{}", rows.concat())
}

fn validated(name: &str, content: impl AsRef<[u8]>, code: i32) -> (Scene, Report) {
    let scene = Scene::with(name, content);
    let run = scene.run("validate --output json --report-dir report");
    run.arg(name).without_key().exits(code);
    let report = scene.report("report");
    (scene, report)
}

/// The cells of a file by column.
fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn every_reject_names_file_line_field_code_value_and_hint() {
    let rows = Rows::damaged(1_000, 1);
    let (_scene, report) = validated("rows.csv", &rows.csv, 1);
    let rejected = report.outcomes();
    assert_eq!(rejected.len(), 100);
    for (entry, bad) in rejected.iter().zip(&rows.bad) {
        assert_eq!(entry["file"], "rows.csv");
        assert_eq!(entry["line"], bad.line);
        let more = entry.get("more_faults").and_then(Value::as_array);
        for fault in std::iter::once(entry).chain(more.into_iter().flatten()) {
            assert!(!fault["code"].as_str().unwrap().is_empty());
            assert!(!fault["hint"].as_str().unwrap().is_empty(), "{fault}");
            let damaged = ["malformed_row", "invalid_utf8"].contains(&bad.codes[0]);
            assert!(fault["value"].is_string(), "{fault}");
            // before there are fields, there is none to name
            let field = fault["field"].as_str().unwrap();
            assert!(damaged || !field.is_empty(), "{fault}");
        }
    }
    let by_reason = report["rejections"].as_array().unwrap();
    let counted: u64 = by_reason
        .iter()
        .map(|reason| reason["count"].as_u64().unwrap())
        .sum();
    let faults: usize = rows.bad.iter().map(|bad| bad.codes.len()).sum();
    assert_eq!(counted, faults as u64);
}

#[test]
fn the_rejects_file_says_why_and_keeps_the_record_as_it_was() {
    let (scene, _) = validated("shop.csv", purchases(), 1);
    let text = scene.read("report/latest/rejects/1-shop.csv");
    let expected = format!("_reason,_field,_hint,_file,_line,{HEADER},_raw\n");
    assert!(text.starts_with(&expected), "{text}");
    let rows = table(&text);
    let column = |name: &str| {
        rows.iter()
            .map(|row| row[name].as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        column("_reason"),
        [
            "invalid_number",
            "invalid_currency",
            "invalid_integer",
            "missing_field; negative_price"
        ]
    );
    assert_eq!(
        column("_field"),
        ["price", "currency", "quantity", "product_id; price"]
    );
    assert_eq!(column("_line"), ["3", "4", "6", "8"]);
    assert_eq!(column("_file"), ["shop.csv"; 4]);
    assert_eq!(column("event_id"), ["o2", "o3", "o4", "o6"]);
    assert!(
        text.contains(",\"a \"\"fine\"\", long\nname\",2.99,1,EURO,\n"),
        "{text}"
    );
    for hint in column("_hint") {
        assert!(!hint.is_empty() && !hint.contains("calc"), "{hint}");
    }
}

#[test]
fn a_mended_rejects_file_uploads_and_the_whole_is_complete() {
    let server = StandIn::well();
    let scene = Scene::with("shop.csv", purchases());
    let ended = scene.upload(&server.url(), "shop.csv").exits(1);
    assert_eq!(ended.report().rows("accepted"), 2);
    let mended = scene
        .read("report/latest/rejects/1-shop.csv")
        .replace("\"1,99\"", "1.99")
        .replace(",EURO,", ",EUR,")
        .replace(",many,", ",2,")
        .replace(",,-5.99,", ",coins,5.99,");
    scene.file("mended.csv", mended);
    let url = server.url();
    scene
        .run(&format!(
            "upload mended.csv --endpoint-url {url} --report-dir again"
        ))
        .says("4 accepted                 100 %")
        .exits(0);
    let mut prices: Vec<_> = server
        .recorded()
        .iter()
        .map(|event| [event.get("price"), event.get("product_id")].join(" "))
        .collect();
    prices.sort();
    assert_eq!(
        prices,
        [
            "0.99 coins",
            "1.99 coins",
            "2.99 a \"fine\", long\nname",
            "3.99 =cmd|' /C calc'!A1",
            "4.99 coins",
            "5.99 coins",
        ]
    );
}

#[test]
fn mended_rejects_may_be_saved_in_the_encoding_of_the_export() {
    let export = "kind,bundle_id,platform,os_version,analytics_installation_id,advertising_id,event_id,\
                  product_id,price,quantity,currency\n\
                  purchase,com.example.game,android,34,3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca1,\
                  4016B010-41B9-4843-8170-0305F4A84651,e1,M\u{fc}nzen,x,1,EUR\n";
    let latin = |text: &str| -> Vec<u8> { text.chars().map(|c| c as u8).collect() };
    let scene = Scene::with("shop.csv", latin(export));
    let words = "upload shop.csv --encoding windows-1252 --sandbox --report-dir report";
    scene.run(words).prints().exits(1);
    let mended = scene
        .read("report/latest/rejects/1-shop.csv")
        .replace(",x,1,EUR", ",4.99,1,EUR");
    assert!(mended.contains("M\u{fc}nzen"));
    scene.file("utf8.csv", &mended);
    scene.file("latin.csv", latin(&mended));
    for name in ["utf8.csv", "latin.csv"] {
        scene
            .run(&format!("upload {name} --encoding windows-1252 --dry-run"))
            .says("&product_id=M%C3%BCnzen&price=4.99&")
            .exits(0);
    }
}

#[test]
fn rejects_of_rejects_do_not_grow() {
    let rows = Rows::damaged(1_000, 1);
    let (scene, first) = validated("rows.csv", &rows.csv, 1);
    let rejects = scene.read("report/latest/rejects/1-rows.csv");
    let (again, second) = validated("1-rows.csv", &rejects, 1);
    assert_eq!(second.rows("read"), 100);
    assert_eq!(second.rows("rejected"), 100);
    let codes = |report: &Report| report.faults().into_values().collect::<Vec<_>>();
    assert_eq!(codes(&first), codes(&second));
    let rejected = again.files().into_iter();
    let rejected: Vec<_> = rejected
        .filter(|path| path.parent().unwrap().ends_with("rejects"))
        .collect();
    assert_eq!(rejected.len(), 1);
    let once_more = std::fs::read_to_string(&rejected[0]).unwrap();
    let without_place = |text: &str| {
        let mut rows = table(text);
        for row in &mut rows {
            row.remove("_file").unwrap();
            row.remove("_line").unwrap();
        }
        rows
    };
    assert_eq!(once_more.lines().next(), rejects.lines().next());
    assert_eq!(without_place(&once_more), without_place(&rejects));
}

#[test]
fn ndjson_is_rejected_as_ndjson_and_mended_as_such() {
    let good = format!(
        r#"{{"event_id":"o1","kind":"event","event":"level_up","value":"seven","bundle_id":"com.example.puzzle","platform":"android","os_version":"34","analytics_installation_id":"{ID}","advertising_id":"{ID}"}}"#
    );
    let text = format!("{good}\n{{\"broken\":\n");
    let (scene, report) = validated("events.ndjson", text, 1);
    assert_eq!(
        report.rows("rejected"),
        1,
        "a bad optional value is dropped"
    );
    let rejects = scene.read("report/latest/rejects/1-events.ndjson");
    let line: Value = serde_json::from_str(&rejects).unwrap();
    assert_eq!(line["_reason"], "malformed_row");
    assert_eq!(line["_line"], 2);
    assert_eq!(line["_raw"], "eyJicm9rZW4iOg==");
}

#[test]
fn a_long_damaged_line_stays_as_long_as_it_was_and_is_read_back() {
    let line = format!("o1,{}", "aa\",\"bb".repeat(3_000));
    let (scene, report) = validated("shop.csv", format!("{HEADER}\n{line}\n"), 1);
    assert_eq!(report.rows("rejected"), 1);
    let rejects = scene.read("report/latest/rejects/1-shop.csv");
    let written = rejects.lines().nth(1).unwrap();
    assert!(written.contains(",\"text~^:o1,aa~,~bbaa~"), "{written}");
    assert!(written.len() < line.len() + 300);
    scene.file("mended.csv", &rejects);
    scene
        .run("validate mended.csv --report-dir again")
        .prints()
        .exits(1);
    let again = scene.read("again/latest/rejects/1-mended.csv");
    let cell = |text: &str| text[text.find("text~^:").unwrap()..].to_owned();
    assert_eq!(cell(&again), cell(written) + "\n");
}

/// `latest` is another report as soon as the next run has begun; what was named through it is read
/// all the same.
#[test]
fn rejects_are_read_through_the_link_to_the_newest_report() {
    let scene = Scene::with(
        "in.csv",
        format!("{HEADER}\n{}", purchase(1, "coins", "x", "1", "EUR")),
    );
    let validate = |input: &str| scene.run(&format!("validate {input} --report-dir report"));
    validate("in.csv").prints().exits(1);
    for input in ["report/latest/rejects/1-in.csv", "report/latest/rejects"] {
        let ended = validate(input).prints().exits(1);
        assert!(
            ended.stdout.contains("        1 row read"),
            "{}",
            ended.stdout
        );
        let report = scene.read("report/latest/report.json");
        let report: Value = serde_json::from_str(&report).unwrap();
        assert_eq!(report["stop_reason"], Value::Null);
        assert_eq!(report["rows"]["rejected"], 1, "{input}");
        scene
            .run("validate in.csv --report-dir report")
            .prints()
            .exits(1);
    }
}

//! What a cell means: booleans, numbers, times, ids and placeholders as people's files hold them,
//! and what the options for columns and fields make of them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{validate, wild};
use crate::support::{Report, Scene, flat};

/// Which faults each rejected line has.
fn faults(report: &Report) -> BTreeMap<u64, Vec<String>> {
    report.faults()
}

fn named(faults: &[(u64, &[&str])]) -> BTreeMap<u64, Vec<String>> {
    let owned = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    faults
        .iter()
        .map(|(line, codes)| (*line, owned(codes)))
        .collect()
}

/// The entry of a list for this field.
fn of_field<'r>(list: &'r Value, field: &str) -> &'r Value {
    let mut entries = list.as_array().unwrap().iter();
    entries
        .find(|entry| entry["field"] == field)
        .unwrap_or(&Value::Null)
}

fn hint(report: &Report, field: &str) -> String {
    let hint = &of_field(&report["rejections"], field)["examples"][0]["hint"];
    hint.as_str().unwrap_or_default().to_owned()
}

fn warned(report: &Report, text: &str) -> bool {
    report["warnings"].to_string().contains(text)
}

#[test]
fn placeholders_derive_no_installation() {
    let scene = wild("derive.csv");
    let options = "derive.csv --derive-installation-id customer_user_id";
    let ended = validate(&scene, options).exits(1);
    let report = ended.report();
    // `anonymous` is a name that somebody chose.
    let lines: Vec<u64> = faults(report).into_keys().collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8, 10, 11, 12]);
    assert_eq!(
        report.counts(),
        [("read", 11), ("rejected", 10), ("not_sent", 1)].into()
    );
    let fields = report["rejections"].as_array().unwrap();
    assert_eq!(fields.len(), 1, "{fields:?}");
    assert_eq!(fields[0]["field"], "analytics_installation_id");
}

#[test]
fn placeholders_match_no_row_of_a_table() {
    let scene = wild("derive.csv");
    let ids = "customer_user_id,analytics_installation_id\n";
    let words = [
        "undefined",
        "None",
        "(null)",
        "NaN",
        "null",
        "0",
        "#N/A",
        "N/A",
        "nil",
    ];
    let row = |word: &&str| format!("{word},550e8400e29b41d4a716446655440000\n");
    let table: String = words.iter().map(row).collect();
    scene.file(
        "users.csv",
        format!("{ids}{table}anonymous,550e8400e29b41d4a716446655440001\n"),
    );
    let options = "derive.csv --lookup users.csv --lookup-key customer_user_id";
    let ended = validate(&scene, options).exits(1);
    assert_eq!(ended.report().rows("rejected"), 10);
}

#[test]
fn an_id_that_a_spreadsheet_cut_is_none() {
    let scene = wild("eplus.csv");
    let ended = validate(&scene, "eplus.csv").exits(1);
    let report = ended.report();
    assert_eq!(report.counts(), [("read", 6), ("rejected", 6)].into());
    for field in ["event_id", "customer_user_id"] {
        let reason = of_field(&report["rejections"], field);
        assert_eq!(
            (&reason["code"], &reason["count"]),
            (&"invalid_id".into(), &6.into())
        );
        assert!(
            hint(report, field).starts_with("cut by a spreadsheet"),
            "{field}"
        );
    }
}

#[test]
fn a_text_in_a_formula_is_that_text() {
    let scene = wild("eqcell.csv");
    let ended = validate(&scene, "eqcell.csv").exits(0);
    let report = ended.report();
    assert_eq!(report["fixes"]["formula_text"], 1);
    assert_eq!(report.rows("not_sent"), 2);
}

#[test]
fn a_whole_number_with_a_fraction_of_zeros_is_that_number() {
    let scene = wild("float.csv");
    let ended = validate(&scene, "float.csv").exits(0);
    let report = ended.report();
    assert_eq!(report["fixes"]["integer_form"], 20);
    assert_eq!(report["dropped_fields"].to_string(), "[]");
}

#[test]
fn control_characters_cost_a_required_text_its_row_and_an_optional_one_its_value() {
    let scene = wild("nul_in_cell.csv");
    let ended = validate(&scene, "nul_in_cell.csv").exits(1);
    assert_eq!(faults(ended.report()), named(&[(2, &["invalid_text"])]));

    let text = scene.read("nul_in_cell.csv").replace("coi\0ns", "coins");
    let scene = Scene::with("version.csv", text.replacen(",1.0,", ",1\u{7}.0,", 1));
    let ended = validate(&scene, "version.csv").exits(0);
    let dropped = of_field(&ended.report()["dropped_fields"], "app_version");
    assert_eq!(dropped["code"], "invalid_text");
    assert_eq!(dropped["count"], 1);
    assert_eq!(dropped["example"]["value"], r"1\u{7}.0");
    assert_eq!(dropped["example"]["file"], "version.csv");
    assert_eq!(dropped["example"]["line"], 2);
}

#[test]
fn an_address_of_nobody_is_as_if_empty() {
    let scene = wild("ip0.csv");
    let ended = validate(&scene, "ip0.csv").exits(1);
    let missing: &[&str] = &["missing_ip"];
    let invalid: &[&str] = &["invalid_ip"];
    assert_eq!(
        faults(ended.report()),
        named(&[
            (3, missing),
            (4, missing),
            (5, missing),
            (6, missing),
            (7, invalid),
            (8, invalid),
            (9, invalid),
            (10, invalid),
            (11, missing),
            (12, missing),
        ])
    );
}

#[test]
fn a_point_beside_decimal_commas_is_in_doubt_until_it_is_said_what_it_means() {
    let scene = wild("eu.csv");
    let ended = validate(&scene, "eu.csv").exits(1);
    let report = ended.report();
    assert_eq!(report.counts(), [("read", 10), ("rejected", 10)].into());
    let examples = of_field(&report["rejections"], "price")["examples"]
        .as_array()
        .unwrap();
    let doubtful = examples
        .iter()
        .find(|example| example["value"] == "1.000")
        .unwrap();
    let hint = doubtful["hint"].as_str().unwrap();
    assert!(
        hint.contains("--decimal-comma") && hint.contains("--decimal-point"),
        "{hint}"
    );

    for (option, valid, revenue) in [
        ("--decimal-comma", 10, "7876.46"),
        ("--decimal-point", 3, "6.50"),
    ] {
        let scene = wild("eu.csv");
        let ended = validate(&scene, &format!("eu.csv {option}")).ends();
        let report = ended.report();
        assert_eq!(report.rows("not_sent"), valid, "{option}");
        let money = report["totals"].to_string();
        assert!(
            money.contains(&format!("\"{revenue}\"")),
            "{option}: {money}"
        );
    }
    scene
        .run("validate eu.csv --decimal-comma --decimal-point")
        .mutters()
        .exits(2);
}

#[test]
fn what_is_said_after_the_first_try_needs_no_new_identity() {
    let scene = wild("eu.csv");
    let text = scene.read("eu.csv").replace(";7,00;", ";7;");
    scene.file("eu.csv", text);
    let options = "upload --sandbox --ledger books.sqlite --max-age none --rate unlimited --progress off eu.csv";
    scene.run(options).prints().mutters().exits(1);
    let ended = scene
        .run(&format!("{options} --decimal-comma --output json"))
        .mutters()
        .exits(0);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["rows"]["accepted"], 9);
    assert_eq!(report["rows"]["duplicate"], 1);
}

#[test]
fn more_decimals_than_the_currency_has_are_said() {
    let scene = wild("jpy.csv");
    let ended = validate(&scene, "jpy.csv").exits(0);
    assert!(!warned(ended.report(), "more decimals"));

    let scene = Scene::with("yen.csv", scene.read("jpy.csv").replace(",USD", ",JPY"));
    let ended = validate(&scene, "yen.csv").exits(0);
    let sentence = "2 rows with more decimals than JPY has, as yen.csv:4: \\\"100.50\\\"";
    assert!(
        warned(ended.report(), sentence),
        "{}",
        ended.report()["warnings"]
    );
}

#[test]
fn a_currency_that_tenjins_sdk_drops_is_said() {
    let scene = wild("jpy.csv");
    let scene = Scene::with("leone.csv", scene.read("jpy.csv").replace(",USD", ",SLE"));
    let ended = validate(&scene, "leone.csv").exits(0);
    let sentence = "4 rows in SLE, as leone.csv:2: \\\"100\\\": Tenjin's own SDK drops purchases";
    assert!(
        warned(ended.report(), sentence),
        "{}",
        ended.report()["warnings"]
    );
}

#[test]
fn a_spreadsheets_time_gets_the_format_that_reads_it() {
    let scene = wild("exceltimes.csv");
    let ended = validate(&scene, "exceltimes.csv --timezone UTC").exits(1);
    let hint = hint(ended.report(), "event_time");
    assert!(hint.contains("--time-format '%m/%d/%Y %H:%M'"), "{hint}");
}

#[test]
fn a_year_of_two_digits_is_no_time() {
    let scene = wild("jpy.csv");
    let text = scene.read("jpy.csv");
    for year in ["0026", "26", "1926", "2126"] {
        let scene = Scene::with(
            "years.csv",
            text.replace("2026-11-25", &format!("{year}-11-25")),
        );
        let ended = validate(&scene, "years.csv").exits(1);
        let invalid: &[&str] = &["invalid_time"];
        let all: Vec<_> = (2..=5).map(|line| (line, invalid)).collect();
        assert_eq!(faults(ended.report()), named(&all), "{year}");
    }
    // Nor is it old: the age limit must not hide it.
    let scene = Scene::with("years.csv", text.replace("2026-11-25", "0026-11-25"));
    scene
        .run("validate years.csv --report-dir report --output json")
        .mutters()
        .exits(1);
    assert_eq!(scene.report("report").rows("rejected"), 4);
}

#[test]
fn a_cell_that_should_hold_json_says_so() {
    let scene = wild("jsoncell.csv");
    let options = "jsoncell.csv --map price=payload.amount.value --map currency=payload.amount.cur";
    let ended = validate(&scene, options).exits(1);
    let report = ended.report();
    let both: &[&str] = &["invalid_shape", "invalid_shape"];
    assert_eq!(
        faults(report),
        named(&[
            (4, &["invalid_number"]),
            (6, both),
            (7, &["missing_field"]),
            (8, both),
            (9, &["missing_field", "missing_field"]),
            (11, both),
        ])
    );
    assert!(
        hint(report, "price").contains("JSON"),
        "{}",
        hint(report, "price")
    );
    let totals = report["totals"].to_string();
    assert!(
        totals.contains("\"14.98\"") && totals.contains("\"7.77\""),
        "{totals}"
    );
}

#[test]
fn an_object_or_a_list_is_never_text() {
    let row = |more: &str| {
        format!(
            r#"{{"kind":"purchase","event_id":"1","event_time":"2026-11-25T10:00:00Z","analytics_installation_id":"11111111222243338444555555555555","advertising_id":"aaaaaaaabbbb4ccc8dddeeeeeeeeeeee","bundle_id":"com.example.game","platform":"android","os_version":"34","price":"4.99","currency":"USD",{more}}}"#
        )
    };
    for (more, code) in [
        (r#""product_id":["a","b"]"#, "invalid_shape"),
        (r#""product_id":{"id":"a"}"#, "invalid_shape"),
        (r#""product_id":"[\"a\",\"b\"]""#, "invalid_shape"),
        (r#""product_id":[]"#, "missing_field"),
        (
            r#""product_id":"a","limit_ad_tracking":{"a":1}"#,
            "invalid_shape",
        ),
    ] {
        let scene = Scene::with("rows.ndjson", row(more));
        let ended = validate(&scene, "rows.ndjson").exits(1);
        assert_eq!(faults(ended.report()), named(&[(1, &[code])]), "{more}");
    }
    let scene = Scene::with("rows.ndjson", row(r#""product_id":["a"],"locale":{"a":1}"#));
    let ended = validate(&scene, "rows.ndjson").exits(0);
    assert_eq!(ended.report()["fixes"]["list_of_one"], 1);
    let dropped = of_field(&ended.report()["dropped_fields"], "locale");
    assert_eq!(dropped["code"], "invalid_shape");
    assert_eq!(dropped["example"]["value"], r#"{"a":1}"#);
}

/// A price in a list is not the price: only a product may stand in one.
#[test]
fn a_list_of_one_value_is_no_value_of_any_field_but_a_product() {
    let good = serde_json::json!({
        "kind": "purchase", "event_id": "1", "event_time": "2026-11-25T10:00:00Z",
        "bundle_id": "com.example.game", "platform": "android", "os_version": "34",
        "analytics_installation_id": "11111111222243338444555555555555",
        "advertising_id": "aaaaaaaabbbb4ccc8dddeeeeeeeeeeee", "ip_address": "203.0.113.9",
        "product_id": "a", "price": "4.99", "currency": "USD", "quantity": "1",
        "country": "DE", "locale": "de_DE", "customer_user_id": "u", "app_version": "1.0",
        "limit_ad_tracking": "0", "ad_user_data": "1", "developer_device_id": "9774d56d682e549c",
    });
    let names: Vec<&String> = good.as_object().unwrap().keys().collect();
    for inner in [false, true] {
        let mut lines = String::new();
        for name in &names {
            let mut row = good.clone();
            row["event_id"] = format!("of-{name}").into();
            let list = serde_json::json!([row[name.as_str()]]);
            // A cell that holds a list as its text is one, too.
            row[name.as_str()] = if inner { list.to_string().into() } else { list };
            lines.extend([row.to_string(), "\n".to_owned()]);
        }
        let scene = Scene::with("rows.ndjson", lines);
        let ended = validate(&scene, "rows.ndjson").exits(1);
        let report = ended.report();
        for name in names.iter().filter(|name| **name != "product_id") {
            let is_it =
                |one: &&Value| one["code"] == "invalid_shape" && one["field"] == name.as_str();
            let of = |list: &str| report[list].as_array().unwrap().iter().find(is_it).cloned();
            let said = of("rejections").or_else(|| of("dropped_fields"));
            assert_eq!(
                said.unwrap_or_else(|| panic!("{name}: {report:?}"))["count"],
                1
            );
        }
        assert_eq!(report["fixes"]["list_of_one"], 1);
    }
}

#[test]
fn a_list_of_products_is_rejected_by_its_preset() {
    let scene = wild("af_export_android_ext.csv");
    let options =
        "af_export_android_ext.csv --timezone UTC --derive-installation-id advertising_id";
    let ended = validate(&scene, options).exits(1);
    let list = of_field(&ended.report()["rejections"], "product_id");
    assert_eq!(list["code"], "invalid_shape");
    assert_eq!(list["examples"][0]["value"], r#"["a","b"]"#);
}

/// What a rule of a preset asks for, in the words of spreadsheets of many languages.
#[test]
fn the_sandbox_filter_understands_the_languages_of_spreadsheets() {
    let options = "rc.csv --preset revenuecat-transactions --bundle-id com.example.game --set os_version:ios=17 --set os_version:android=34 --derive-installation-id customer_user_id --allow-missing-ip";
    let text = wild("rc_v5_caps.csv").read("rc_v5_caps.csv");
    let outcome = |text: &str| {
        let scene = Scene::with("rc.csv", text);
        let ended = validate(&scene, options).ends();
        let report = ended.report();
        (report["rows"].clone(), report["filters"].clone())
    };
    let expected = outcome(&text);
    assert!(expected.1["sandbox"].as_u64() > Some(0), "{expected:?}");
    for (yes, no) in [
        ("true", "false"),
        ("t", "f"),
        ("1", "0"),
        ("1.0", "0.0"),
        ("yes", "no"),
        ("WAHR", "FALSCH"),
        ("VRAI", "FAUX"),
        ("VERO", "FALSO"),
        ("VERDADERO", "FALSO"),
        ("VERDADEIRO", "FALSO"),
        ("SANT", "FALSKT"),
        ("ja", "nein"),
        ("oui", "non"),
        ("sí", "no"),
    ] {
        let said = text.replace("TRUE", yes).replace("FALSE", no);
        assert_eq!(outcome(&said), expected, "{yes}");
    }
    // What nobody understands rejects the row, and names column, value and what to write.
    let scene = Scene::with("rc.csv", text.replace("TRUE", "QUIZÁS"));
    let ended = validate(&scene, options).exits(1);
    let report = ended.report();
    assert_eq!(report["filters"]["sandbox"], Value::Null);
    let reason = of_field(&report["rejections"], "is_sandbox");
    assert_eq!(reason["code"], "invalid_choice");
    assert_eq!(reason["examples"][0]["value"], "QUIZÁS");
    assert!(hint(report, "is_sandbox").contains("true or false"));
}

const ROWS: &str = "kind,event_id,event_time,analytics_installation_id,advertising_id,bundle_id,platform,os_version,country,product_id,price,quantity,currency\n\
    purchase,1,2026-11-25T10:00:00Z,11111111222243338444555555555555,aaaaaaaabbbb4ccc8dddeeeeeeeeeeee,com.example.game,android,34,FR,coins,4.99,1,USD\n\
    purchase,2,2026-11-25T11:00:00Z,11111111222243338444555555555555,aaaaaaaabbbb4ccc8dddeeeeeeeeeeee,,android,34,,coins,4.99,1,\n\
    purchase,3,2026-11-25T12:00:00Z,11111111222243338444555555555555,aaaaaaaabbbb4ccc8dddeeeeeeeeeeee,,ios,,DE,coins,9.99,1,EUR\n";

fn revenue(report: &Report) -> String {
    report["totals"]["valid"]["revenue"].to_string()
}

#[test]
fn what_is_set_fills_gaps_and_contradictions_about_money_are_rejected() {
    let scene = Scene::with("rows.csv", ROWS);
    let options = "rows.csv --bundle-id com.example.other --set currency=EUR --set country=DE --set os_version:ios=17 --map developer_device_id=advertising_id";
    let ended = validate(&scene, options).exits(1);
    let report = ended.report();
    // Row 2 gets app, country and currency; row 3 gets its version, and agrees with the currency.
    assert_eq!(faults(report), named(&[(2, &["contradicts_set"])]));
    assert!(hint(report, "currency").contains("--override currency=EUR"));
    let apps = report["by_app"].as_object().unwrap();
    let names: Vec<&String> = apps.keys().collect();
    assert_eq!(
        names,
        [
            "com.example.game (android)",
            "com.example.other (android)",
            "com.example.other (ios)"
        ]
    );
}

#[test]
fn what_a_row_says_beside_what_is_set_is_kept_and_said() {
    let scene = Scene::with(
        "rows.csv",
        ROWS.replace(",coins,4.99,1,\n", ",coins,4.99,1,USD\n"),
    );
    let options = "rows.csv --bundle-id com.example.other --platform android --set country=DE --set os_version=34 --map developer_device_id=advertising_id";
    let ended = validate(&scene, options).exits(0);
    let report = ended.report();
    for sentence in [
        "bundle_id: 1 row with another value than the one that was set kept it, as rows.csv:2: \\\"com.example.game\\\"",
        "country: 1 row with another value than the one that was set kept it, as rows.csv:2: \\\"FR\\\"",
    ] {
        assert!(
            warned(report, sentence),
            "{sentence}\n{}",
            report["warnings"]
        );
    }
}

#[test]
fn override_replaces_and_counts() {
    let scene = Scene::with("rows.csv", ROWS);
    let options = "rows.csv --bundle-id com.example.game --override currency=CHF --set os_version:ios=17 --map developer_device_id=advertising_id";
    let ended = validate(&scene, options).exits(0);
    let report = ended.report();
    assert!(revenue(report).contains("CHF"), "{}", revenue(report));
    assert!(!revenue(report).contains("USD") && !revenue(report).contains("EUR"));
    let sentence =
        "--override currency replaced another value in 2 rows, as rows.csv:2: \\\"USD\\\"";
    assert!(warned(report, sentence), "{}", report["warnings"]);

    for field in [
        "event_id",
        "event_time",
        "analytics_installation_id",
        "advertising_id",
        "developer_device_id",
        "customer_user_id",
    ] {
        scene
            .run(&format!("validate rows.csv --override {field}=x"))
            .complains(&format!("--override {field}: it tells rows or users apart"))
            .exits(2);
    }
}

#[test]
fn one_id_for_all_rows_is_refused() {
    let scene = Scene::with("rows.csv", ROWS);
    for field in [
        "analytics_installation_id",
        "advertising_id",
        "developer_device_id",
    ] {
        let set = format!("rows.csv --set {field}=11111111222243338444555555555556");
        let ended = scene
            .run(&format!("validate --max-age none {set}"))
            .complains("has one value for all rows, which makes one user of all")
            .exits(2);
        assert!(ended.stderr.contains(field));
        scene
            .run(&format!("validate --max-age none {set} --limit 1"))
            .prints()
            .mutters()
            .exits(0);
    }
    let one: String = ROWS.split_inclusive('\n').take(2).collect();
    let scene = Scene::with(
        "one.csv",
        one.replace("11111111222243338444555555555555", ""),
    );
    let set = "--set analytics_installation_id=11111111222243338444555555555556";
    validate(&scene, &format!("one.csv {set}")).exits(0);
}

/// Where the clocks are put back an hour comes twice, and where they are put forward one is left
/// out: which one is meant nobody knows, so how they were read is said.
#[test]
fn times_in_the_nights_when_clocks_change_are_told() {
    let header = "kind,event_id,event_time,bundle_id,platform,os_version,\
                  analytics_installation_id,ip_address,event\n";
    let row = |id: &str, time: &str| {
        format!(
            "event,{id},{time},com.a,android,34,3f9dda78c8a14c8b8d880305ee6a3ca9,203.0.113.9,a\n"
        )
    };
    for (time, read, fix) in [
        (
            "2025-03-30 02:30:00",
            "2025-03-30T01:30:00Z",
            Some("hour_skipped"),
        ),
        (
            "2025-10-26 02:30:00",
            "2025-10-26T00:30:00Z",
            Some("hour_twice"),
        ),
        ("2025-10-26 02:30:00+01:00", "2025-10-26T01:30:00Z", None),
        ("2025-10-26 03:30:00", "2025-10-26T02:30:00Z", None),
    ] {
        let scene = Scene::with(
            "rows.csv",
            [header, &row("e1", time), &row("e2", time)].concat(),
        );
        let ended = validate(&scene, "rows.csv --timezone Europe/Berlin").exits(0);
        let report = ended.report();
        assert_eq!(report["event_time"]["first"], read, "{time}");
        for known in ["hour_skipped", "hour_twice"] {
            let count = if fix == Some(known) {
                2.into()
            } else {
                Value::Null
            };
            assert_eq!(report["fixes"][known], count, "{time}: {known}");
        }
    }
    let night = [header, &row("e1", "2025-10-26 02:30:00")].concat();
    let scene = Scene::with("rows.csv", night);
    let words = "validate --max-age none --timezone Europe/Berlin rows.csv";
    let said = flat(&scene.run(words).prints().exits(0).stdout);
    let note = "Fixed times in an hour that exists twice (clocks put back), read as the first (1)";
    assert!(said.contains(note), "{said}");
}

/// Dates that a spreadsheet has written as the numbers that it keeps.
#[test]
fn a_date_in_days_since_1900_is_known_and_named_with_its_remedy() {
    let header = "kind;event_id;event_time;bundle_id;platform;os_version;\
                  analytics_installation_id;ip_address;event\n";
    for (time, is_one) in [
        ("46351,4168", true),
        ("46351.4168", true),
        ("46351", true),
        ("4635", false),
        ("99351.4", false),
    ] {
        let row = format!(
            "event;e1;{time};com.a;android;34;3f9dda78c8a14c8b8d880305ee6a3ca9;203.0.113.9;a\n"
        );
        let scene = Scene::with("rows.csv", format!("{header}{row}"));
        let said = scene
            .run("validate --max-age none rows.csv")
            .prints()
            .exits(1);
        let text = flat(&said.stdout);
        let hint = "a date as a spreadsheet keeps it, in days since 1900 (2026-11-25): format the \
                    column as date and time (yyyy-mm-dd hh:mm:ss), and export it again";
        assert_eq!(text.contains(hint), is_one, "{time}: {text}");
        let next = "Next times are numbers of days, as a spreadsheet keeps them: format their column \
                    as date and time there (yyyy-mm-dd hh:mm:ss), export it again, then validate that";
        assert_eq!(text.contains(next), is_one, "{time}: {text}");
    }
}

//! Rows that were sent and say something else now: the difference in money is said.

use std::fmt::Write as _;

use serde_json::json;

use crate::support::{Scene, StandIn, flat, warnings};

/// Purchases with these prices and this currency.
fn purchases(currency: &str, prices: &[&str]) -> String {
    let mut text = "kind;event_id;event_time;bundle_id;platform;os_version;\
                    analytics_installation_id;ip_address;product_id;price;currency\n"
        .to_owned();
    for (number, price) in prices.iter().enumerate() {
        let _ = writeln!(
            text,
            "purchase;p{number};2026-11-21T10:00:0{number}Z;com.example.game;android;34;\
             3f9dda78c8a14c8b8d880305ee6a3ca9;203.0.113.9;coins;{price};{currency}"
        );
    }
    text
}

const OPTIONS: &str = "--max-age none --ledger l --rate unlimited";

#[test]
fn amounts_that_are_read_otherwise_are_said_even_to_the_quiet() {
    let scene = Scene::with("eu.csv", purchases("EUR", &["1.000", "2.000", "3.000"]));
    let server = StandIn::well();
    let upload = format!(
        "upload eu.csv {OPTIONS} --report-dir report --endpoint-url {} --progress off",
        server.url()
    );
    scene
        .run(&upload)
        .arg("--decimal-point")
        .mutters()
        .prints()
        .exits(0);
    let again = || scene.run(&upload).arg("--decimal-comma");
    // A dry run tells as often as it is asked.
    let plan = || again().arg("--dry-run");
    let said = flat(&plan().prints().exits(0).stdout);
    let line = "Changed 3 duplicates with another amount (EUR 6.00 sent, EUR 6,000.00 now); \
                changed.csv lists them";
    assert!(said.contains(line), "{said}");
    let warning = "3 duplicates say another amount than was sent (EUR 6.00 sent, EUR 6,000.00 \
                   now), and nothing was sent again: each is 1,000 times what was sent, so decimal \
                   points and commas are read otherwise than before. If they were read rightly \
                   then, go back to that (--decimal-point or --decimal-comma); if not, hold the \
                   dashboard against changed.csv; Tenjin's API takes no corrections";
    assert!(said.contains(warning), "{said}");
    let next = "Next hold the rows whose amount has changed against the dashboard (changed.csv)";
    scene.file("my.toml", "accept_warnings = [\"amounts_changed\"]\n");
    plan().args(["-q", "--config", "my.toml"]).exits(0);

    let quiet = again().arg("-q").complains(warning).exits(0);
    assert_eq!(quiet.stdout, "");
    let totals = json!({
        "repriced_rows": 3, "sent": {"EUR": "6.00"}, "now": {"EUR": "6000"}, "refunded": {}
    });
    let report = scene.report("report").json;
    assert_eq!(report["changed_totals"], totals);
    assert_eq!(report["warnings"][0]["code"], "amounts_changed");

    // What an earlier run has told is no news, and stays in the report.
    again().arg("-q").exits(0);
    plan().arg("-q").exits(0);
    let said = flat(&again().prints().exits(0).stdout);
    assert!(said.contains(line) && !said.contains(warning), "{said}");
    assert!(!said.contains(next), "{said}");
    assert_eq!(scene.report("report").json["changed_totals"], totals);
    // Another amount is.
    scene.file("eu.csv", purchases("EUR", &["1.000", "2.000", "3.500"]));
    let said = flat(&again().prints().exits(0).stdout);
    let news = "1 duplicate says another amount than was sent (EUR 3.00 sent, EUR 3,500.00 now), \
                and nothing was sent again: hold the dashboard against changed.csv";
    assert!(said.contains(news), "{said}");
    assert!(said.ends_with(next), "{said}");
    assert_eq!(server.recorded().len(), 3);
}

/// A price of another size is no other reading; ids that came since are no money.
#[test]
fn another_price_is_told_from_another_reading() {
    let scene = Scene::with("rows.csv", purchases("USD", &["1.99", "4.99", "9.99"]));
    let server = StandIn::well();
    let upload = format!("rows.csv {OPTIONS}");
    let upload = || scene.upload(&server.url(), &upload);
    upload().exits(0);
    let text = |ended: &crate::support::Ended| warnings(&ended.report().json, "amounts_changed");
    scene.file("rows.csv", purchases("USD", &["1.99", "5.49", "9.99"]));
    assert_eq!(
        text(&upload().exits(0)),
        [
            "1 duplicate says another amount than was sent (USD 4.99 sent, USD 5.49 now), and \
          nothing was sent again: hold the dashboard against changed.csv; Tenjin's API takes no \
          corrections"
        ]
    );
    scene.file("rows.csv", purchases("EUR", &["1.99", "4.99", "9.99"]));
    assert_eq!(
        text(&upload().exits(0)),
        [
            "3 duplicates say another amount than was sent (USD 16.97 sent, EUR 16.97 now), and \
          nothing was sent again: hold the dashboard against changed.csv; Tenjin's API takes no \
          corrections"
        ]
    );
    let other_ids = purchases("USD", &["1.99", "4.99", "9.99"]).replace(
        "3f9dda78c8a14c8b8d880305ee6a3ca9",
        "00000078c8a14c8b8d880305ee6a3ca9",
    );
    scene.file("rows.csv", other_ids);
    let ended = upload().exits(0);
    assert_eq!(ended.report()["changed_rows"], 3);
    assert_eq!(ended.report()["changed_totals"]["repriced_rows"], 0);
    assert_eq!(text(&ended), [""; 0]);
}

/// A purchase that was sent and costs nothing now is among the changed ones. Nobody knows whether the
/// money went back: the price may have come after the row.
#[test]
fn a_sent_price_that_is_zero_now_is_listed() {
    let scene = Scene::with("rows.csv", purchases("USD", &["1.99", "4.99"]));
    let server = StandIn::well();
    let upload = format!("rows.csv {OPTIONS}");
    scene.upload(&server.url(), &upload).exits(0);
    scene.file("rows.csv", purchases("USD", &["1.99", "0"]));
    let ended = scene.upload(&server.url(), &upload).exits(0);
    let report = ended.report();
    assert_eq!(report["rows"]["filtered"], 1);
    assert_eq!(
        (&report["changed_rows"], &report["refunded_rows"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(report["changed_totals"]["sent"], json!({"USD": "4.99"}));
    assert_eq!(report["changed_totals"]["now"], json!({"USD": "0"}));
    let listed = scene.read("report/latest/changed.csv");
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert_eq!(server.recorded().len(), 2);
}

/// Only a rule that leaves refunds out tells of refunds. Rows that come without a price first, tests
/// and whatever else is left out are none, though the ledger has their ids.
#[test]
fn only_rules_for_refunds_find_refunds() {
    let cases = [
        ("refund", "-4.99", 1),
        ("chargeback", "-4.99", 1),
        ("erstattung", "-4.99", 1),
        ("no_revenue", "", 0),
        ("no_revenue", "null", 0),
        ("sandbox", "4.99", 0),
        ("other_store", "4.99", 0),
    ];
    for (reason, price, refunds) in cases {
        let scene = Scene::with("sent.csv", purchases("USD", &["1.99", "4.99"]));
        scene.file("out.csv", purchases("USD", &["1.99", price]));
        let preset = scene.run("presets tenjin").prints().exits(0).stdout;
        let rule = format!(
            "[[filter]]\nreason = \"{reason}\"\nwhen = [{{ column = \"event_id\", in = [\"p1\"] }}]\n"
        );
        scene.file("my.toml", preset + &rule);
        let server = StandIn::well();
        scene
            .upload(&server.url(), &format!("sent.csv {OPTIONS}"))
            .exits(0);
        let again = format!("out.csv {OPTIONS} --mapping my.toml");
        let ended = scene.upload(&server.url(), &again).exits(0);
        let report = ended.report();
        assert_eq!(report["rows"]["filtered"], 1, "{reason}");
        let found = (&report["changed_rows"], &report["refunded_rows"]);
        assert_eq!(found, (&json!(0), &json!(refunds)), "{reason} {price:?}");
    }
}

/// A refund that two files list is one refund.
#[test]
fn a_refund_of_what_was_sent_is_listed_once() {
    let scene = Scene::with("rows.csv", purchases("USD", &["1.99", "4.99"]));
    let server = StandIn::well();
    let upload = |inputs: &str| scene.upload(&server.url(), &format!("{inputs} {OPTIONS}"));
    upload("rows.csv").exits(0);
    scene.file("1.csv", purchases("USD", &["-1.99", "-4.99"]));
    scene.file("2.csv", purchases("USD", &["1.99", "-4.99"]));
    let preset = scene.run("presets tenjin").prints().exits(0).stdout;
    let rule = "[[filter]]\nreason = \"refund\"\nwhen = [{ column = \"price\", below = \"0\" }]\n";
    scene.file("my.toml", preset + rule);
    let ended = upload("1.csv 2.csv --mapping my.toml").exits(0);
    let report = ended.report();
    assert_eq!(report["rows"]["filtered"], 3);
    assert_eq!(report["refunded_rows"], 2);
    assert_eq!(report["changed_totals"]["refunded"], json!({"USD": "6.98"}));
    assert_eq!(scene.read("report/latest/changed.csv").lines().count(), 3);
}

/// Rows without an id are known by price x quantity: a column of quantities that was not there
/// before makes other rows of them, and none of these goes again unseen.
#[test]
fn a_quantity_that_comes_later_does_not_send_money_again() {
    let without_id = |text: String| text.replace("event_id;", "").replace(";p0;", ";");
    let before = without_id(purchases("EUR", &["1.00"]));
    let header = before.lines().next().unwrap().to_owned();
    let row = before.lines().nth(1).unwrap().to_owned();
    let later = |quantity: u8| format!("{header};quantity\n{row};{quantity}\n");
    let scene = Scene::with("night.csv", before);
    let server = StandIn::well();
    let upload = || scene.upload(&server.url(), "night.csv --max-age none --ledger l");
    upload().exits(0);
    scene.file("night.csv", later(1));
    let same = upload().exits(0);
    let expected = [("duplicate", 1), ("read", 1)];
    assert_eq!(same.report().counts(), expected.into());
    scene.file("night.csv", later(2));
    upload()
        .complains("quantity")
        .complains("--new-identity")
        .exits(2);
    assert_eq!(server.recorded().len(), 1);
}

/// Days and months that are read the other way round are no dates near those that were sent.
#[test]
fn a_time_format_that_is_mended_sends_nothing_again() {
    let mut rows = "kind;nr;am;bundle_id;platform;os_version;analytics_installation_id;ip_address;\
                    product_id;price;currency\n"
        .to_owned();
    for day in 5..8 {
        let _ = writeln!(
            rows,
            "purchase;o{day};{day:02}.03.2025 10:00;com.example.game;android;34;\
             3f9dda78c8a14c8b8d880305ee6a3ca9;203.0.113.9;coins;4.99;EUR"
        );
    }
    for (ids, later_ids) in [("", ""), ("--map event_id=nr", "--map event_id=nr+am")] {
        let scene = Scene::with("a.csv", &rows);
        let server = StandIn::well();
        let upload = |format: &str, ids: &str| {
            let run = scene.run(&format!(
                "upload a.csv {OPTIONS} --map event_time=am --timezone UTC {ids} --endpoint-url {}",
                server.url()
            ));
            run.args(["--time-format", format]).prints()
        };
        upload("%m.%d.%Y %H:%M", ids).exits(0);
        upload("%d.%m.%Y %H:%M", later_ids)
            .complains(
                "event_time was read from `am`, by time_format %m.%d.%Y %H:%M, now from `am`, by \
                 time_format %d.%m.%Y %H:%M",
            )
            .exits(2);
        assert_eq!(server.recorded().len(), 3, "{ids}");
    }
}

/// A column that has the field's own name is no part of how rows are identified, but another one is.
#[test]
fn a_time_from_another_column_than_its_own_sends_nothing_again() {
    let rows = "kind;event_time;paid_at;bundle_id;platform;os_version;analytics_installation_id;\
                ip_address;product_id;price;currency\n\
                purchase;2025-03-05T10:00:00Z;2025-06-05T10:00:00Z;com.example.game;android;34;\
                3f9dda78c8a14c8b8d880305ee6a3ca9;203.0.113.9;coins;4.99;EUR\n";
    for [first, later] in [
        ["", "--map event_time=paid_at"],
        ["--map event_time=paid_at", ""],
    ] {
        let scene = Scene::with("a.csv", rows);
        let server = StandIn::well();
        let upload = |time: &str| {
            let url = server.url();
            scene.run(&format!(
                "upload a.csv {OPTIONS} {time} --endpoint-url {url}"
            ))
        };
        upload(first).prints().exits(0);
        upload(later)
            .prints()
            .complains("event_time was read from")
            .complains("`paid_at`")
            .exits(2);
        assert_eq!(server.recorded().len(), 1, "{later}");
    }
}

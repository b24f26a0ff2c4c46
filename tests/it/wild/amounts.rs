//! How amounts are written: texts with a comma or a point, and numbers of JSON, which have a point.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::validate;
use crate::support::{Report, Scene};

const ID: &str = "11111111-2222-4333-8444-555555555555";

/// Purchases with these prices, as they stand in JSON.
fn objects(prices: &[&str]) -> String {
    let row = |(number, price): (usize, &&str)| {
        format!(
            r#"{{"kind":"purchase","event_id":"o-{number}","event_time":"2026-11-25T10:00:00Z","bundle_id":"com.example.game","platform":"android","os_version":"34","analytics_installation_id":"{ID}","advertising_id":"{ID}","product_id":"p-{number}","price":{price},"currency":"EUR"}}"#
        ) + "\n"
    };
    prices.iter().enumerate().map(row).collect()
}

/// What each product was sold for; nothing if the row was rejected.
fn sold(report: &Report) -> BTreeMap<String, String> {
    let products = report["totals"]["by_product"].as_array().unwrap();
    let sold = products.iter().filter_map(|product| {
        let money = &product["outcomes"]["not_sent"]["revenue"]["EUR"];
        Some((
            product["product_id"].as_str()?.to_owned(),
            money.as_str()?.to_owned(),
        ))
    });
    sold.collect()
}

fn wanted(sold: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(product, price): &(&str, &str)| ((*product).to_owned(), (*price).to_owned());
    sold.iter().map(owned).collect()
}

#[test]
fn one_or_a_thousand_is_asked_of_texts_in_objects_too() {
    let scene = Scene::with(
        "o.ndjson",
        objects(&[r#""4,99""#, r#""1.000""#, "2.000", "7"]),
    );
    let ended = validate(&scene, "o.ndjson").exits(1);
    let report = ended.report();
    let invalid = || vec!["invalid_number".to_owned()];
    assert_eq!(report.faults(), [(1, invalid()), (2, invalid())].into());
    let hints = report["rejections"].to_string();
    assert!(hints.contains("one or a thousand?"), "{hints}");
    assert_eq!(sold(report), wanted(&[("p-2", "2.00"), ("p-3", "7")]));

    let ended = validate(&scene, "--decimal-comma o.ndjson").exits(0);
    let all = [
        ("p-0", "4.99"),
        ("p-1", "1000"),
        ("p-2", "2.00"),
        ("p-3", "7"),
    ];
    assert_eq!(sold(ended.report()), wanted(&all));

    let ended = validate(&scene, "--decimal-point o.ndjson").exits(1);
    let pointed = [("p-1", "1.00"), ("p-2", "2.00"), ("p-3", "7")];
    assert_eq!(sold(ended.report()), wanted(&pointed));
}

#[test]
fn without_a_comma_anywhere_a_point_is_a_point() {
    let scene = Scene::with("o.ndjson", objects(&[r#""1.000""#, "2.5"]));
    let ended = validate(&scene, "o.ndjson").exits(0);
    assert_eq!(
        sold(ended.report()),
        wanted(&[("p-0", "1.00"), ("p-1", "2.5")])
    );
}

#[test]
fn a_number_in_the_json_of_a_cell_has_a_point_too() {
    let rows = format!(
        "kind;event_id;event_time;bundle_id;platform;os_version;analytics_installation_id;\
         advertising_id;product_id;data;currency\n\
         purchase;o-0;2026-11-25T10:00:00Z;com.example.game;android;34;{ID};{ID};p-0;\
         \"{{\"\"sum\"\":12.345}}\";EUR\n\
         purchase;o-1;2026-11-25T10:00:00Z;com.example.game;android;34;{ID};{ID};p-1;\
         \"{{\"\"sum\"\":\"\"12.345,5\"\"}}\";EUR\n"
    );
    let scene = Scene::with("o.csv", rows);
    let ended = validate(&scene, "--decimal-comma --map price=data.sum o.csv").exits(0);
    let all = [("p-0", "12.345"), ("p-1", "12345.5")];
    assert_eq!(sold(ended.report()), wanted(&all));
}

/// Orders in a spreadsheet's CSV, with these amounts and currencies.
fn orders(rows: &[(&str, &str)]) -> String {
    let mut text = "kind;event_id;event_time;bundle_id;platform;os_version;\
         analytics_installation_id;advertising_id;product_id;price;currency\n"
        .to_owned();
    for (number, (price, currency)) in rows.iter().enumerate() {
        writeln!(
            text,
            "purchase;o-{number};2026-11-25T10:00:00Z;com.example.game;android;34;{ID};{ID};\
             p-{number};{price};{currency}"
        )
        .unwrap();
    }
    text
}

/// The revenue by currency of the rows that are valid.
fn revenue(report: &Report) -> String {
    report["totals"]["valid"]["revenue"].to_string()
}

#[test]
fn points_with_three_digits_behind_all_of_them_are_in_doubt() {
    for (amounts, currency, thousands, ones) in [
        (
            &["15.000", "49.000", "149.000"][..],
            "IDR",
            "213000",
            "213.00",
        ),
        (&["900", "1.000", "12.000"], "KRW", "13900", "913.00"),
        (&["1.220", "1.220", "610"], "JPY", "3050", "612.44"),
        (&["1.000.000", "2.500"], "IDR", "1002500", ""),
    ] {
        let rows: Vec<_> = amounts.iter().map(|amount| (*amount, currency)).collect();
        let scene = Scene::with("o.csv", orders(&rows));
        let ended = validate(&scene, "o.csv").exits(1);
        let doubtful = amounts.iter().filter(|amount| amount.contains('.'));
        let rejected = ended.report().rows("rejected");
        assert_eq!(rejected, doubtful.count() as u64, "{amounts:?}");
        let reasons = ended.report()["rejections"].to_string();
        assert!(reasons.contains("one or a thousand?"), "{reasons}");

        let ended = validate(&scene, "--decimal-comma o.csv").exits(0);
        let wanted = format!(r#"{{"{currency}":"{thousands}"}}"#);
        assert_eq!(revenue(ended.report()), wanted);
        if !ones.is_empty() {
            let ended = validate(&scene, "--decimal-point o.csv").exits(0);
            let wanted = format!(r#"{{"{currency}":"{ones}"}}"#);
            assert_eq!(revenue(ended.report()), wanted);
        }
    }
}

#[test]
fn another_number_of_digits_behind_a_point_shows_that_it_parts_decimals() {
    for other in ["4.99", "4.5", "0.990", "1234.500", "1.2345"] {
        let scene = Scene::with("o.csv", orders(&[("15.000", "USD"), (other, "USD")]));
        let ended = validate(&scene, "o.csv").exits(0);
        assert_eq!(ended.report().rows("not_sent"), 2, "{other}");
    }
    // A price with a sign shows nothing.
    let scene = Scene::with("o.csv", orders(&[("15.000", "IDR"), ("Rp 4.50", "IDR")]));
    let ended = validate(&scene, "o.csv").exits(1);
    assert_eq!(ended.report().rows("rejected"), 2);
}

#[test]
fn numbers_of_json_and_currencies_with_three_decimals_are_not_in_doubt() {
    let scene = Scene::with("o.ndjson", objects(&["15.000", "49.000"]));
    let ended = validate(&scene, "o.ndjson").exits(0);
    assert_eq!(revenue(ended.report()), r#"{"EUR":"64.00"}"#);
    for currency in ["BHD", "KWD", "OMR", "JOD", "TND", "IQD", "LYD"] {
        let scene = Scene::with("o.csv", orders(&[("1.500", currency), ("3.250", currency)]));
        let ended = validate(&scene, "o.csv").exits(0);
        let wanted = format!(r#"{{"{currency}":"4.75"}}"#);
        assert_eq!(revenue(ended.report()), wanted);
        let text = scene.read("o.csv").replace(currency, "");
        scene.file("o.csv", text);
        let ended = validate(&scene, &format!("--set currency={currency} o.csv")).exits(0);
        assert_eq!(revenue(ended.report()), wanted);
    }
    // Beside others they decide nothing.
    let scene = Scene::with("o.csv", orders(&[("1.500", "KWD"), ("15.000", "IDR")]));
    let ended = validate(&scene, "o.csv").exits(1);
    assert!(
        ended.report()["rejections"]
            .to_string()
            .contains("one or a thousand?")
    );
}

/// What a point means is not taken from rows that have none.
#[test]
fn a_point_that_is_first_met_after_the_first_thousand_rows_is_in_doubt() {
    let point = "\"one or a thousand?";
    for early in ["15000", ""] {
        let mut rows = vec![(early, "IDR"); 1_100];
        rows.push(("15.000", "IDR"));
        rows.push(("15.5", "IDR"));
        let scene = Scene::with("o.csv", orders(&rows));
        let ended = validate(&scene, "o.csv").exits(1);
        let reasons = ended.report()["rejections"].as_array().unwrap();
        let number = reasons.iter().find(|one| one["code"] == "invalid_number");
        let number = number.unwrap_or_else(|| panic!("{reasons:?}"));
        assert_eq!(number["count"], 1, "{early}: {reasons:?}");
        assert!(number.to_string().contains(point), "{number}");
        let (code, wanted) = match early {
            "" => (1, "15015.5"),
            _ => (0, "16515015.5"),
        };
        let ended = validate(&scene, "--decimal-comma o.csv").exits(code);
        let wanted = format!(r#"{{"IDR":"{wanted}"}}"#);
        assert_eq!(revenue(ended.report()), wanted);
    }
}

#[test]
fn each_input_is_read_by_its_own_amounts() {
    let (doubtful, plain) = (&[("15.000", "IDR")], &[("4.99", "IDR"), ("15.000", "IDR")]);
    for (first, second, line) in [
        (orders(doubtful), orders(plain), "1.csv"),
        (orders(plain).replace("o-", "q-"), orders(doubtful), "2.csv"),
    ] {
        let scene = Scene::with("1.csv", first);
        scene.file("2.csv", second);
        let ended = validate(&scene, "1.csv 2.csv").exits(1);
        let report = ended.report();
        assert_eq!(report.rows("rejected"), 1, "{}", report["rejections"]);
        assert!(report["rejections"].to_string().contains(line));
    }
}

#[test]
fn decimals_that_the_currency_does_not_have_get_the_question_that_fits() {
    let question = |rows: &[(&str, &str)], options: &str| {
        let scene = Scene::with("o.csv", orders(rows));
        let ended = validate(&scene, &format!("{options} o.csv")).exits(0);
        let warnings = ended.report()["warnings"].as_array().unwrap().clone();
        let texts = warnings
            .iter()
            .map(|one| one["text"].as_str().unwrap().to_owned());
        texts.collect::<Vec<_>>()
    };
    let thousands = "a thousands point? Then say --decimal-comma; or is it another currency?";
    // 4.99 shows that the point parts decimals: what is 12.000 yen then?
    let rows = [
        ("4.99", "USD"),
        ("1.220", "JPY"),
        ("12.000", "JPY"),
        ("610", "JPY"),
    ];
    assert_eq!(
        question(&rows, ""),
        [format!(
            "2 rows with more decimals than JPY has, as o.csv:3: \"1.220\": {thousands}"
        )]
    );
    // The user has said it.
    assert_eq!(
        question(&rows, "--decimal-point"),
        [format!(
            "1 row with more decimals than JPY has, as o.csv:3: \"1.220\": {thousands}"
        )]
    );
    assert_eq!(
        question(&[("13.19", "JPY"), ("4.990", "USD")], ""),
        ["1 row with more decimals than JPY has, as o.csv:2: \"13.19\": is it another currency?"]
    );
    assert_eq!(
        question(&[("4.990000000000001", "USD"), ("4.99", "USD")], ""),
        [
            "1 row with more decimals than USD has, as o.csv:2: \"4.990000000000001\": a float that \
          was not rounded? Round in the exporter"
        ]
    );
}

#[test]
fn revenue_of_ads_that_a_float_has_spoilt_is_told() {
    let ads = |revenue: &str| {
        let text = format!(
            "kind;event_id;event_time;bundle_id;platform;os_version;analytics_installation_id;\
             advertising_id;ip_address;app_version;ad_revenue_mediation;network_name;\
             revenue_decimal;currency\n\
             ad_impression;a-1;2026-11-25T10:00:00Z;com.example.game;android;34;{ID};{ID};\
             203.0.113.9;1.0;max;AdMob;{revenue};USD\n"
        );
        let scene = Scene::with("ads.csv", text);
        let ended = validate(&scene, "--allow ad_impression ads.csv").exits(0);
        ended.report()["warnings"].to_string()
    };
    for spoilt in [
        "0.30000000000000004",
        "0.0129999999999999998",
        "1.0000000000000002",
    ] {
        let said = ads(spoilt);
        assert!(said.contains("Round in the exporter"), "{spoilt}: {said}");
    }
    for exact in [
        "0.3",
        "0.012345678901234",
        "0.000000",
        "0.00000012",
        "0.999999",
    ] {
        let said = ads(exact);
        assert!(!said.contains("exporter"), "{exact}: {said}");
    }
}

//! How amounts are written: texts with a comma or a point, and numbers of JSON, which have a point.

use std::collections::BTreeMap;

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

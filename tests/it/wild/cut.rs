//! A file that is cut in its last cell sends no shortened amount without a word.

use std::fmt::Write;

use super::validate;
use crate::support::{Scene, StandIn, warnings};

/// Orders with these last columns, and nothing behind the last row.
fn orders(columns: &str, rows: &[&str]) -> String {
    let id = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9";
    let mut text = format!(
        "kind,event_time,bundle_id,platform,os_version,analytics_installation_id,\
         advertising_id,{columns}\n"
    );
    for row in rows {
        let _ = writeln!(
            text,
            "purchase,2026-11-25T10:00:00Z,com.example.game,android,34,{id},{id},{row}"
        );
    }
    text.trim_end().to_owned()
}

/// The warnings of this code after `validate`.
fn warned(text: &str) -> Vec<String> {
    let scene = Scene::with("o.csv", text);
    let ended = validate(&scene, "o.csv").exits(0);
    warnings(&ended.report().json, "last_line_open")
}

const PRICE: &str = "event_id,product_id,currency,price";

#[test]
fn an_amount_that_may_be_shortened_is_told() {
    for (row, worth) in [
        ("b-2,gems,USD,4", "USD 4.00"),
        ("b-2,gems,USD,4.9", "USD 4.90"),
        ("b-2,gems,JPY,61", "JPY 61"),
    ] {
        let text = orders(PRICE, &["b-1,gems,USD,4.99", row]);
        let (_, said) = row.rsplit_once(',').unwrap();
        let wanted = format!(
            "the last line has no line end, as those before it have, and may be cut in its last \
             cell, the price, as o.csv:3: \"{said}\", in 1 row ({worth}): compare it with the \
             source; if your exporter never ends the last line, accept_warnings = \
             [\"last_line_open\"] says so"
        );
        assert_eq!(warned(&text), [wanted]);
        for ended in ["\n", "\r\n"] {
            let text = text.replace('\n', ended) + ended;
            assert_eq!(warned(&text), [""; 0]);
        }
    }
    for (columns, row, field) in [
        (
            "product_id,currency,price,event_id",
            "gems,USD,4.99,b-2",
            "event_id",
        ),
        (
            "event_id,currency,price,product_id",
            "b-2,USD,4.99,gem",
            "product_id",
        ),
        (
            "event_id,product_id,currency,price,quantity",
            "b-2,gems,USD,4.99,1",
            "quantity",
        ),
    ] {
        let text = orders(columns, &[&row.replace("b-2", "b-1"), row]);
        let said = warned(&text);
        assert!(
            said[0].contains(&format!("the {field}, as o.csv:3")),
            "{said:?}"
        );
    }
}

#[test]
fn what_is_whole_or_no_money_is_not_told() {
    for (columns, row) in [
        (PRICE, "b-2,gems,USD,4.99"),
        (PRICE, "b-2,gems,USD,\"4\""),
        ("event_id,product_id,price,currency", "b-2,gems,4,USD"),
        (
            "event_id,product_id,currency,price,note",
            "b-2,gems,USD,4,tha",
        ),
    ] {
        let text = orders(columns, &[&row.replace("b-2", "b-1"), row]);
        assert_eq!(warned(&text), [""; 0], "{row}");
    }
    // No record before it ends its line.
    assert_eq!(warned(&orders(PRICE, &["b-1,gems,USD,4"])), [""; 0]);
    let event = orders("event_id,event,price", &["b-1,won,", "b-2,won,4"]);
    assert_eq!(warned(&event.replace("purchase", "event")), [""; 0]);
}

#[test]
fn the_quiet_hear_of_it_from_every_command_and_may_accept_it() {
    let text = orders(PRICE, &["b-1,gems,USD,4.99", "b-2,gems,USD,4"]);
    let server = StandIn::well();
    let endpoint = format!("--endpoint-url {}", server.url());
    for command in [
        "validate",
        "upload --dry-run",
        "upload --sandbox",
        &format!("upload {endpoint}"),
    ] {
        let scene = Scene::with("o.csv", &text);
        let line = format!("{command} -q --max-age none o.csv");
        let ended = scene.run(&line).prints().mutters().exits(0);
        assert!(
            ended.stderr.contains("the last line has no line end"),
            "{command}"
        );
        let accepted = format!("{line} --accept-warnings last_line_open");
        let ended = scene.run(&accepted).prints().mutters().exits(0);
        assert!(!ended.stderr.contains("the last line"), "{}", ended.stderr);
    }
}

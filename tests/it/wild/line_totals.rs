//! A price that is that of all that a row counts is never sent for each of them without a word.

use std::fmt::Write;

use super::validate;
use crate::support::shell::{bash, commands, run};
use crate::support::{Scene, StandIn, flat, warnings};

/// Orders of one product at 4.99, by the names of the amount and of the quantity.
fn orders(amount: &str, quantity: &str, rows: &[(&str, u32)]) -> Scene {
    let mut text = format!(
        "event_id;event_time;bundle_id;platform;os_version;analytics_installation_id;\
         advertising_id;product_id;{amount};{quantity};currency\n"
    );
    let id = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9";
    for (number, (price, count)) in (1..).zip(rows) {
        let _ = writeln!(
            text,
            "b-{number};2026-11-25T10:00:00Z;com.example.game;android;34;{id};{id};gems;{price};\
             {count};EUR"
        );
    }
    Scene::with("orders.csv", text)
}

const TOTALS: &[(&str, u32)] = &[("4.99", 1), ("9.98", 2), ("14.97", 3)];
const UNITS: &[(&str, u32)] = &[("4.99", 1), ("4.99", 2), ("4.99", 3)];
/// Nothing that tells one from the other.
const UNKNOWN: &[(&str, u32)] = &[("9.98", 2), ("4.99", 2), ("7.00", 2)];

/// The command that `validate` proposes, and all that it says on one line.
fn proposed(scene: &Scene) -> (String, String) {
    let said = run(&mut bash(
        scene,
        "tenjin-s2s validate --max-age none --kind purchase orders.csv",
    ));
    let command = commands(&said).pop().unwrap_or_default();
    let all = said.all();
    (command, flat(&all))
}

#[test]
fn a_total_is_never_proposed_beside_a_quantity() {
    for (amount, quantity) in [
        ("Umsatz", "Menge"),
        ("Gesamtbetrag", "Anzahl"),
        ("Amount", "Qty"),
        ("Revenue", "Quantity"),
        ("Total", "Quantity"),
        ("Line_total", "Quantity"),
        ("Montant total", "quantité"),
    ] {
        for rows in [TOTALS, UNKNOWN] {
            let (command, said) = proposed(&orders(amount, quantity, rows));
            let is_taken = quantity == "Quantity";
            let option = if is_taken { "--override" } else { "--set" };
            for words in [format!("price={amount}"), format!("{option} quantity=1")] {
                assert!(command.contains(&words), "{words}: {command}");
            }
            assert!(!command.contains(&format!("={quantity}")), "{command}");
            let question = format!("is `{amount}` the price of one, or of all (`{quantity}`)?");
            assert!(said.contains(&question), "{question}: {said}");
        }
        // The rows say that it is the price of one.
        let (command, said) = proposed(&orders(amount, quantity, UNITS));
        assert!(!command.contains("quantity=1"), "{command}");
        assert!(!said.contains("the price of one"), "{said}");
    }
}

#[test]
fn what_is_proposed_sends_the_total_once() {
    for (amount, quantity) in [("Umsatz", "Menge"), ("Revenue", "Quantity")] {
        let scene = orders(amount, quantity, TOTALS);
        let (command, _) = proposed(&scene);
        let ended = run(&mut bash(&scene, &format!("{command} --output json")));
        assert_eq!(ended.code, Some(0), "{}", ended.all());
        assert!(!ended.all().contains("price_looks_like_a_total"));
        let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(
            report["totals"]["valid"]["revenue"]["EUR"],
            "29.94",
            "{}",
            ended.all()
        );
    }
}

#[test]
fn a_name_of_one_or_its_amounts_take_the_quantity() {
    for rows in [UNITS, UNKNOWN] {
        let (command, _) = proposed(&orders("Einzelpreis", "Menge", rows));
        assert!(command.contains("price=Einzelpreis"), "{command}");
        assert!(command.contains("quantity=Menge"), "{command}");
    }
    let (command, _) = proposed(&orders("Einzelpreis", "Menge", TOTALS));
    assert!(command.contains("--set quantity=1"), "{command}");
    // Both are there: the price of one goes with the quantity.
    let scene = orders(
        "Total;Einzelpreis",
        "Menge",
        &[("9.98;4.99", 2), ("4.99;4.99", 1)],
    );
    let (command, _) = proposed(&scene);
    assert!(command.contains("price=Einzelpreis"), "{command}");
    assert!(command.contains("quantity=Menge"), "{command}");
}

/// The warnings of this code after `validate`.
fn warned(scene: &Scene, options: &str) -> Vec<String> {
    let ended = validate(scene, &format!("--kind purchase {options} orders.csv")).exits(0);
    warnings(&ended.report().json, "price_looks_like_a_total")
}

#[test]
fn totals_that_are_sent_for_each_are_told() {
    let wanted = "price looks like a total: for the same product Umsatz grows with Menge, and 2 \
         rows (EUR 64.87) go as price x quantity, as orders.csv:3: \"2 x 9.98\": if Umsatz is for \
         all of a row, pass --override quantity=1";
    let options = "--map price=Umsatz --map quantity=Menge";
    let scene = orders("Umsatz", "Menge", TOTALS);
    assert_eq!(warned(&scene, options), [wanted]);
    let comma = scene.read("orders.csv").replace('.', ",");
    let comma = comma.replace("com,example,game", "com.example.game");
    scene.file("orders.csv", comma);
    let options = format!("{options} --decimal-comma");
    assert_eq!(warned(&scene, &options), [wanted]);
    // By their own names, without a word of the user.
    assert_eq!(warned(&orders("price", "quantity", TOTALS), "").len(), 1);
    // What is right, or cannot be known, is not told.
    assert_eq!(
        warned(&scene, &format!("{options} --override quantity=1")),
        [""; 0]
    );
    for rows in [UNITS, UNKNOWN, &TOTALS[..1]] {
        assert_eq!(warned(&orders("price", "quantity", rows), ""), [""; 0]);
    }
}

#[test]
fn objects_are_held_against_it_too() {
    let id = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9";
    let row = |(price, count): &(&str, u32)| {
        format!(
            r#"{{"kind":"purchase","event_time":"2026-11-25T10:00:00Z","event_id":"b-{count}","bundle_id":"com.example.game","platform":"android","os_version":"34","analytics_installation_id":"{id}","advertising_id":"{id}","product_id":"gems","price":{price},"quantity":{count},"currency":"USD"}}"#
        )
    };
    let rows: Vec<String> = TOTALS.iter().map(row).collect();
    let scene = Scene::with("orders.ndjson", rows.join("\n"));
    let ended = validate(&scene, "orders.ndjson").exits(0);
    let warnings = ended.report()["warnings"].to_string();
    assert!(warnings.contains("2 rows (USD 64.87)"), "{warnings}");
}

#[test]
fn the_quiet_hear_of_it_from_every_command() {
    let scene = orders("price", "quantity", TOTALS);
    let server = StandIn::well();
    for command in [
        "validate -q --max-age none --kind purchase".to_owned(),
        "upload -q --max-age none --kind purchase --dry-run".to_owned(),
        "upload -q --max-age none --kind purchase --sandbox".to_owned(),
        format!(
            "upload -q --max-age none --kind purchase --endpoint-url {}",
            server.url()
        ),
    ] {
        let line = format!("{command} orders.csv");
        let ended = scene.run(&line).prints().mutters().exits(0);
        let wanted = "price looks like a total";
        assert!(ended.stderr.contains(wanted), "{line}\n{}", ended.stderr);
    }
    let page = scene.report("tenjin-s2s-reports");
    assert!(
        page["warnings"]
            .to_string()
            .contains("price_looks_like_a_total")
    );
}

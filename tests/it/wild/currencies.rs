//! A column of currency codes is one under any name: it is proposed, and never passed over.

use std::fmt::Write;

use super::validate;
use crate::support::shell::{Said, bash, commands, run};
use crate::support::{Scene, warnings};

/// Orders with these columns beside those that every order has; each row says them in turn.
fn orders(columns: &str, rows: &[&str]) -> Scene {
    let mut text = format!("order_id,uid,ts,gaid,item,{columns}\n");
    for (number, row) in (10..).zip(rows) {
        let _ = writeln!(
            text,
            "b-{number},u-{number},2026-11-25T10:00:00Z,3f9dda78-c8a1-4c8b-8d88-0305ee6a3c{number},\
             gems,{row}"
        );
    }
    Scene::with("orders.csv", text)
}

/// What `validate` says, and the command that it proposes.
fn proposed(scene: &Scene) -> (String, Said) {
    let said = run(&mut bash(
        scene,
        "tenjin-s2s validate --max-age none orders.csv",
    ));
    (commands(&said).pop().unwrap_or_default(), said)
}

/// Everything else that such orders lack.
const SAID: &str = "--kind purchase --bundle-id com.example.game --platform android --set \
     os_version=34 --map event_id=order_id --map event_time=ts --map advertising_id=gaid --map \
     customer_user_id=uid --map product_id=item --map price=amount --derive-installation-id \
     customer_user_id";

const CODES: &[&str] = &["4.99,USD", "610,JPY", "3.99,GBP", "4.49,EUR"];

#[test]
fn codes_are_a_currency_under_any_name() {
    for name in [
        "cur",
        "ccy",
        "cur_code",
        "ISO4217",
        "waehr",
        "price_unit",
        "x",
    ] {
        let scene = orders(&format!("amount,{name}"), CODES);
        let (command, said) = proposed(&scene);
        let wanted = format!("--map currency={name}");
        assert!(command.contains(&wanted), "{wanted}: {}", said.all());
        assert!(!command.contains("--set currency"), "{command}");
    }
    // Our own column is there, and says nothing.
    let (command, _) = proposed(&orders(
        "amount,currency,cur",
        &["4.99,,USD", "610,,JPY", "4.49,,EUR"],
    ));
    assert!(command.contains("--map currency=cur"), "{command}");
}

#[test]
fn words_that_are_codes_too_are_no_currency() {
    for (name, rows) in [
        ("scope", ["4.99,ALL", "4.99,TRY", "4.99,TOP", "4.99,ALL"]),
        ("nation", ["4.99,USA", "4.99,DEU", "4.99,CHE", "4.99,JPN"]),
        ("unit", ["4.99,pcs", "4.99,cup", "4.99,pen", "4.99,box"]),
        ("region", ["4.99,EUR", "4.99,NAM", "4.99,APA", "4.99,MEA"]),
    ] {
        let (command, _) = proposed(&orders(&format!("amount,{name}"), &rows));
        assert!(
            command.contains("--set currency=YOUR_CURRENCY"),
            "{command}"
        );
        let said = warned(
            &orders(&format!("amount,{name}"), &rows),
            "--set currency=CAD",
            0,
        );
        assert_eq!(said, [""; 0]);
    }
    // Their name says it.
    let rows = ["49.99,TRY", "99.99,TRY"];
    let (command, _) = proposed(&orders("amount,cur_code", &rows));
    assert!(command.contains("--map currency=cur_code"), "{command}");
}

#[test]
fn of_two_columns_the_one_that_goes_with_the_price_is_proposed() {
    let rows = ["610,JPY,3.99,EUR", "4.99,USD,4.20,EUR"];
    for (columns, price, currency) in [
        (
            "local_amount,local_cur,x,report_cur",
            "local_amount",
            "local_cur",
        ),
        (
            "price_amount,price_cur,x,local_cur",
            "price_amount",
            "price_cur",
        ),
        ("amount,cur_code,x,y_code", "amount", "cur_code"),
    ] {
        let (command, _) = proposed(&orders(columns, &rows));
        for wanted in [
            format!("--map price={price}"),
            format!("--map currency={currency}"),
        ] {
            assert!(command.contains(&wanted), "{wanted}: {command}");
        }
    }
}

/// The warnings of columns that disagree, after `validate` with this exit code.
fn warned(scene: &Scene, options: &str, code: i32) -> Vec<String> {
    let ended = validate(scene, &format!("{SAID} {options} orders.csv")).exits(code);
    warnings(&ended.report().json, "columns_disagree")
}

#[test]
fn codes_that_are_passed_over_are_told() {
    let scene = orders("amount,cur", CODES);
    let wanted = "column cur says another currency than what is sent of 3 rows (EUR 618.98), as \
         orders.csv:2: \"USD\": map it (--map currency=cur)";
    assert_eq!(warned(&scene, "--set currency=EUR", 0), [wanted]);
    assert_eq!(
        warned(&scene, "--set currency=EUR --fail-on warnings", 1),
        [wanted]
    );
    assert_eq!(warned(&scene, "--map currency=cur", 0), [""; 0]);

    // Two columns of codes: the one that is passed over may be that of the amount.
    let scene = orders("amount,cur,shop", &["610,JPY,EUR", "4.49,EUR,EUR"]);
    let said = warned(&scene, "--map currency=shop", 0);
    assert!(said[0].starts_with("column cur says another currency"));
    // It belongs to another amount, which is passed over, too.
    let scene = orders(
        "amount,cur,local_amount,local_cur",
        &["4.99,USD,610,JPY", "4.99,USD,4.20,EUR"],
    );
    assert_eq!(warned(&scene, "--map currency=cur", 0), [""; 0]);
}

#[test]
fn objects_are_held_against_it_too() {
    let id = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9";
    let rows: Vec<String> = [("610", "JPY"), ("4.99", "USD"), ("4.49", "EUR")]
        .iter()
        .map(|(price, code)| {
            format!(
                r#"{{"kind":"purchase","event_id":"b-{code}","event_time":"2026-11-25T10:00:00Z","bundle_id":"com.example.game","platform":"android","os_version":"34","analytics_installation_id":"{id}","advertising_id":"{id}","product_id":"gems","price":{price},"money":{{"cur":"{code}"}}}}"#
            )
        })
        .collect();
    let scene = Scene::with("orders.ndjson", rows.join("\n"));
    let ended = validate(&scene, "--set currency=EUR orders.ndjson").exits(0);
    let said = ended.report()["warnings"].to_string();
    let wanted = "column money.cur says another currency than what is sent of 2 rows (EUR 614.99)";
    assert!(said.contains(wanted), "{said}");
}

//! Micros and cents are never taken for full units without a word.

use std::fmt::Write as _;

use super::validate;
use crate::support::shell::{bash, commands, run};
use crate::support::{Scene, StandIn, flat, warnings};

/// Orders whose amounts stand in this column.
fn orders(column: &str, amounts: &[&str]) -> Scene {
    let id = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9";
    let mut text = format!(
        "event_id,event_time,bundle_id,platform,os_version,analytics_installation_id,\
         advertising_id,product_id,currency,{column}\n"
    );
    for (number, amount) in amounts.iter().enumerate() {
        writeln!(
            text,
            "b-{number},2026-11-25T10:00:00Z,com.example.game,android,34,{id},{id},gems,USD,\
             {amount}"
        )
        .unwrap();
    }
    Scene::with("orders.csv", text)
}

/// Columns, their unit, and what scales them.
const COLUMNS: &[(&str, &str, i32)] = &[
    ("price_micros", "millionths", -6),
    ("priceAmountMicros", "millionths", -6),
    ("revenue_e6", "millionths", -6),
    ("price_cents", "hundredths", -2),
    ("amount_minor", "hundredths", -2),
    ("Amount (cents)", "hundredths", -2),
];

#[test]
fn a_column_of_micros_or_cents_is_proposed_with_what_scales_it() {
    for (column, unit, scale) in COLUMNS {
        let scene = orders(column, &["4990000", "99800000"]);
        let typed = "tenjin-s2s validate --max-age none orders.csv";
        let said = run(&mut bash(&scene, typed));
        let command = commands(&said).pop().unwrap_or_default();
        assert!(!command.contains("price="), "{command}");
        assert!(command.contains("--mapping YOUR_MAPPING.toml"), "{command}");
        let line = format!("price = {{ column = \"{column}\", scale = {scale} }}");
        let all = said.all();
        assert!(all.contains("  [fields]\n"), "{all}");
        assert!(all.contains(&line), "{line}: {all}");
        let flat = flat(&all);
        let reason = format!("`{column}` is named after {unit}: the line of [fields] below");
        assert!(flat.contains(&reason), "{reason}: {flat}");

        // As it says.
        scene.file("YOUR_MAPPING.toml", format!("[fields]\n{line}\n"));
        let said = run(&mut bash(&scene, &format!("{command} --output json")));
        assert_eq!(said.code, Some(0), "{}", said.all());
        let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        let revenue = if *scale == -6 { "104.79" } else { "1047900" };
        assert_eq!(report["totals"]["valid"]["revenue"]["USD"], revenue);
        assert!(!report["warnings"].to_string().contains("price_not_scaled"));
    }
}

/// The warnings of this code after `validate` with this exit code.
fn warned(scene: &Scene, options: &str, code: i32) -> Vec<String> {
    let line = format!("--kind purchase {options} orders.csv");
    let ended = validate(scene, &line).exits(code);
    warnings(&ended.report().json, "price_not_scaled")
}

#[test]
fn amounts_that_go_as_they_stand_in_micros_are_told() {
    for (column, unit, scale) in COLUMNS.iter().filter(|(name, ..)| !name.contains(' ')) {
        let scene = orders(column, &["99800000"]);
        let wanted = format!(
            "column {column} is named after {unit}, and 1 row (USD 99,800,000.00) go with its \
             amounts as they stand, as orders.csv:2: \"99800000\": leave --map price out, and \
             write price = {{ column = \"{column}\", scale = {scale} }} under [fields] of a \
             mapping file"
        );
        let map = format!("--map price={column}");
        assert_eq!(warned(&scene, &map, 0), std::slice::from_ref(&wanted));
        let strict = format!("{map} --fail-on warnings");
        assert_eq!(warned(&scene, &strict, 1), std::slice::from_ref(&wanted));
        scene.file("m.toml", format!("[fields]\nprice = \"{column}\"\n"));
        assert_eq!(warned(&scene, "--mapping m.toml", 0), [wanted]);
    }
    for column in [
        "price",
        "percents",
        "price_center",
        "Amount",
        "minority_price",
    ] {
        let scene = orders(column, &["998"]);
        let map = format!("--map price={column}");
        assert_eq!(warned(&scene, &map, 0), [""; 0], "{column}");
    }
}

#[test]
fn the_quiet_hear_of_it_from_every_command() {
    let scene = orders("price_micros", &["99800000"]);
    let server = StandIn::well();
    for command in [
        "validate -q".to_owned(),
        "upload -q --dry-run".to_owned(),
        "upload -q --sandbox".to_owned(),
        format!("upload -q --endpoint-url {}", server.url()),
    ] {
        let options = "--max-age none --kind purchase --map price=price_micros orders.csv";
        let ended = scene.run(&format!("{command} {options}"));
        let ended = ended.prints().mutters().exits(0);
        let wanted = "is named after millionths";
        assert!(ended.stderr.contains(wanted), "{command}: {}", ended.stderr);
    }
}

#[test]
fn a_column_that_is_read_already_is_not_to_be_mapped_again() {
    let scene = orders("price_micros", &["4990000"]);
    scene.file(
        "m.toml",
        "[fields]\nprice = { column = \"price_micros\", scale = -6 }\n\
         event = { constant = \"level_up\" }\n",
    );
    let ended = validate(&scene, "--mapping m.toml --kind event orders.csv").exits(0);
    let said = ended.report()["warnings"].to_string();
    let wanted = "column price_micros holds amounts in 1 row that go as `event`, without money \
         (USD 4.99): if that is revenue, have such rows go as purchases (--kind, or a [[kind]] of \
         a mapping file)";
    assert!(said.contains(wanted), "{said}");
    assert!(!said.contains("--map"), "{said}");

    // Passed over, it is to be scaled.
    let options = "--set event=level_up --kind event orders.csv";
    let ended = validate(&scene, options).exits(0);
    let said = ended.report()["warnings"].to_string();
    let wanted = "map the column (price = { column = \\\"price_micros\\\", scale = -6 } under \
         [fields] of a mapping file)";
    assert!(said.contains(wanted), "{said}");
    assert!(!said.contains("--map price"), "{said}");
}

/// Orders in minor units: their amounts and currencies.
const MINOR: [(&str, &str); 4] = [
    ("499", "EUR"),
    ("1200", "JPY"),
    ("34500", "KWD"),
    ("650", "jpy"),
];
const BY_CURRENCY: &str = "price = { column = \"amount_cents\", when = [{ column = \"currency\", not_in = \
     [\"JPY\", \"KWD\"] }], scale = -2, or = { column = \"amount_cents\", when = [{ column = \"currency\", \
     in = [\"KWD\"] }], scale = -3, or = \"amount_cents\" } }";

fn minor_units(orders_of: &[(&str, &str)]) -> Scene {
    let scene = orders("amount_cents", &[]);
    let path = scene.path("orders.csv");
    let header = std::fs::read_to_string(&path).unwrap();
    let header = header
        .trim_end()
        .replace("currency,amount_cents", "amount_cents,currency");
    let id = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9";
    let mut text = header + "\n";
    for (number, (amount, currency)) in orders_of.iter().enumerate() {
        writeln!(
            text,
            "b-{number},2026-11-25T10:00:00Z,com.example.game,android,34,{id},{id},gems,{amount},\
             {currency}"
        )
        .unwrap();
    }
    std::fs::write(path, text).unwrap();
    scene
}

#[test]
fn minor_units_of_several_currencies_are_proposed_by_currency() {
    let scene = minor_units(&MINOR);
    let said = run(&mut bash(
        &scene,
        "tenjin-s2s validate --max-age none orders.csv",
    ));
    let all = said.all();
    assert!(all.contains(&format!("  {BY_CURRENCY}\n")), "{all}");
    let reason = "scales it as each currency has decimals (JPY has 0, KWD has 3)";
    assert!(flat(&all).contains(reason), "{all}");

    scene.file("m.toml", format!("[fields]\n{BY_CURRENCY}\n"));
    let ended = validate(&scene, "--kind purchase --mapping m.toml orders.csv").exits(0);
    let report = ended.report();
    let revenue = &report["totals"]["valid"]["revenue"];
    let sums = ["EUR", "JPY", "KWD"].map(|code| revenue[code].as_str().unwrap());
    assert_eq!(sums, ["4.99", "1850", "34.5"]);
    assert!(!report["warnings"].to_string().contains("price_not_scaled"));
}

#[test]
fn a_scale_that_is_not_that_of_the_currency_is_told_with_what_mends_it() {
    // The first thousand rows do not show them.
    let mut all = vec![("499", "EUR"); 1_100];
    all.extend(&MINOR[1..]);
    let scene = minor_units(&all);
    scene.file(
        "m.toml",
        "[fields]\nprice = { column = \"amount_cents\", scale = -2 }\n",
    );
    let wanted = format!(
        "column amount_cents is scaled by -2, and 3 rows (JPY 18.5, KWD 345.000) are of currencies with \
         another number of decimals (JPY has 0, KWD has 3), as orders.csv:1102: \"12\": write \
         {BY_CURRENCY} under [fields] of the mapping file"
    );
    assert_eq!(warned(&scene, "--mapping m.toml", 0), [wanted]);
    let ended = scene.run("validate -q --max-age none --kind purchase --mapping m.toml orders.csv");
    let said = flat(&ended.prints().mutters().exits(0).stderr);
    assert!(
        said.contains("column amount_cents is scaled by -2"),
        "{said}"
    );
    assert!(!said.contains("is it another currency?"), "{said}");

    // A condition that names the currency has decided.
    let scene = minor_units(&[("2500", "ISK")]);
    scene.file(
        "m.toml",
        "[fields]\nprice = { column = \"amount_cents\", when = [{ column = \"currency\", in = [\"isk\"] }], \
         scale = -2 }\n",
    );
    assert_eq!(warned(&scene, "--mapping m.toml", 0), [""; 0]);
}

#[test]
fn minor_units_without_decimals_go_as_they_stand() {
    let scene = minor_units(&[("1200", "JPY")]);
    let map = "--map price=amount_cents";
    assert_eq!(warned(&scene, map, 0), [""; 0]);
    let scene = minor_units(&MINOR);
    let said = warned(&scene, map, 0);
    assert!(said.len() == 1 && said[0].contains(BY_CURRENCY), "{said:?}");
}

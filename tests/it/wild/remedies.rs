//! Where one option, or one change of the export, mends all rejected rows, that comes next: nobody
//! is sent to fix rows one by one.

use std::fmt::Write as _;

use crate::support::{Scene, flat};

/// Purchases with these times and amounts.
fn purchases(rows: &[(&str, &str)]) -> String {
    let mut text = "kind;event_id;event_time;bundle_id;platform;os_version;customer_user_id;\
                    analytics_installation_id;ip_address;product_id;price;currency\n"
        .to_owned();
    for (number, (time, price)) in rows.iter().enumerate() {
        let _ = writeln!(
            text,
            "purchase;p{number};{time};com.example.game;android;34;u{number};\
             3f9dda78c8a14c8b8d880305ee6a3ca9;203.0.113.9;coins;{price};EUR"
        );
    }
    text
}

/// What comes next after a validation with these options, on one line.
fn next(text: &str, options: &str) -> String {
    let scene = Scene::with("in.csv", text);
    let validate = format!("validate in.csv --max-age none {options}");
    let ended = scene.run(&validate).prints().exits(1);
    let flat = flat(&ended.stdout);
    flat.split_once(" Next ").unwrap().1.to_owned()
}

const GOOD: (&str, &str) = ("2026-11-25T10:00:00Z", "4.99");

#[test]
fn times_of_a_spreadsheet_are_named_by_their_format() {
    // Three of twenty are enough: the others stay as they are read now.
    let mut rows = vec![GOOD; 17];
    rows.extend([("25.11.2026 10:00", "4.99"); 3]);
    assert_eq!(
        next(&purchases(&rows), "--timezone UTC"),
        "check these guesses against the file, then validate again: tenjin-s2s validate --max-age none \
         --timezone UTC in.csv --time-format '%d.%m.%Y %H:%M'"
    );
    assert_eq!(
        next(&purchases(&[("25.11.2026 10:00", "4.99"); 4]), ""),
        "check these guesses against the file, then validate again: put your own in the place of YOUR_…; \
         name the zone of its times: tenjin-s2s validate --max-age none in.csv --timezone YOUR_ZONE \
         --time-format '%d.%m.%Y %H:%M'"
    );
}

#[test]
fn day_and_month_are_told_apart_by_another_row_or_by_the_user() {
    let times = [("05/11/2026 10:00", "4.99"), ("25/11/2026 10:00", "4.99")];
    let told = next(&purchases(&times), "--timezone UTC");
    assert!(told.ends_with(" --time-format '%d/%m/%Y %H:%M'"), "{told}");
    let open = next(
        &purchases(&[("05/11/2026 10:00", "4.99"); 2]),
        "--timezone UTC",
    );
    assert_eq!(
        open,
        "check these guesses against the file, then validate again: put your own in the place of YOUR_…; \
         choose the format in which day and month are right (the hint above has both): tenjin-s2s validate \
         --max-age none --timezone UTC in.csv --time-format YOUR_TIME_FORMAT"
    );
}

#[test]
fn a_few_rows_never_decide_for_all() {
    let mut rows = vec![GOOD; 18];
    rows.extend([("25.11.2026 10:00", "4.99"); 2]);
    let said = next(&purchases(&rows), "--timezone UTC");
    assert!(
        said.starts_with("write the rejected rows to files"),
        "{said}"
    );
}

#[test]
fn how_amounts_are_written_is_asked_and_not_guessed() {
    let mut rows = vec![("2026-11-25T10:00:00Z", "1.000"); 8];
    rows.push(("2026-11-25T10:00:00Z", "4,99"));
    assert_eq!(
        next(&purchases(&rows), ""),
        "pass the option that fits all amounts: --decimal-comma (1.000 is a thousand) or \
         --decimal-point (1.000 is one)"
    );
    let mut rows = vec![GOOD; 14];
    rows.extend([("2026-11-25T10:00:00Z", "4,99"); 16]);
    assert_eq!(
        next(&purchases(&rows), ""),
        "check these guesses against the file, then validate again: tenjin-s2s validate --max-age none \
         in.csv --decimal-comma"
    );
    // Where more amounts have a point, a comma is damage.
    rows.rotate_right(10);
    rows.truncate(20);
    let said = next(&purchases(&rows), "");
    assert!(
        said.starts_with("write the rejected rows to files"),
        "{said}"
    );
}

/// Amounts with their currency are read once the user has said which mark is that of decimals.
#[test]
fn a_currency_in_the_amounts_asks_how_they_are_written() {
    for (price, option) in [
        ("4,99 €", "--decimal-comma"),
        ("€ 1 234,50", "--decimal-comma"),
        ("4.99 EUR", "--decimal-point"),
        ("€1'234.50", "--decimal-point"),
    ] {
        let text = purchases(&[("2026-11-25T10:00:00Z", price); 4]);
        let said = next(&text, "");
        assert!(said.ends_with(&format!(" in.csv {option}")), "{said}");
        let scene = Scene::with("in.csv", text);
        let said = scene
            .run("validate in.csv --max-age none")
            .prints()
            .exits(1);
        let flat = flat(&said.stdout);
        let hint = format!(
            "in.csv:2: \"{price}\": write the bare number, as 12.50; the currency has its own field"
        );
        assert!(flat.contains(&hint), "{flat}");
        scene
            .run(&format!("validate in.csv --max-age none {option}"))
            .prints()
            .says("amounts with the mark of their currency or of thousands (4)")
            .exits(0);
    }
    let dollars = purchases(&[("2026-11-25T10:00:00Z", "$4.99"); 4]);
    let said = next(&dollars, "");
    assert!(
        said.starts_with("amounts name another currency than the rows do: map the column"),
        "{said}"
    );
    // What the hint says is so, with a decimal comma, too.
    let scene = Scene::with("in.csv", purchases(&[("2026-11-25T10:00:00Z", "12.50")]));
    scene
        .run("validate in.csv --max-age none --decimal-comma")
        .prints()
        .says("EUR 12.50")
        .exits(0);
}

/// A table that has no row's key, and one that has all of them.
#[test]
fn a_lookup_that_finds_nothing_asks_for_its_key() {
    let ids = |key: &str| {
        let mut table = "customer_user_id,analytics_installation_id\n".to_owned();
        for number in 0..4 {
            let _ = writeln!(
                table,
                "{key}{number},3f9dda78c8a14c8b8d880305ee6a3ca{number}"
            );
        }
        table
    };
    let rows = purchases(&[GOOD; 4]).replace("3f9dda78c8a14c8b8d880305ee6a3ca9", "");
    let scene = Scene::with("in.csv", rows);
    let validate =
        "validate in.csv --max-age none --lookup table.csv --lookup-key customer_user_id";
    scene.file("table.csv", ids("other"));
    let said = scene.run(validate).prints().exits(1).stdout;
    let none = flat(&said);
    let next = "Next no row was found in the lookup table: check that --lookup-key names the field \
                whose values the table has, written as there";
    assert!(none.ends_with(next), "{said}");
    scene.file("table.csv", ids("u"));
    let said = scene.run(validate).prints().exits(0).stdout;
    let flat = flat(&said);
    assert!(flat.contains(" Note --lookup: 4 rows got ids"), "{said}");
    assert!(!flat.contains("Warning"), "{said}");
}

/// Nobody is to fix a row of totals: the others go on.
#[test]
fn a_row_of_totals_is_no_detour() {
    let mut text = purchases(&[GOOD; 4]);
    text += "Summe;;;;;;;;;;19.96;EUR\n";
    let scene = Scene::with("in.csv", text);
    let plan = "upload in.csv --max-age none --dry-run --report-dir report";
    let ended = scene.run(plan).prints().exits(1);
    assert_eq!(ended.report()["rejections"][0]["code"], "totals_row");
    let flat = flat(&ended.stdout);
    let next = " Next send it: tenjin-s2s upload --max-age none --report-dir report in.csv";
    assert!(flat.ends_with(next), "{}", ended.stdout);
}

#[test]
fn money_in_brackets_was_given_back() {
    for price in ["(6.00)", "($6.00)", "-6,00 \u{20ac}", "\u{2212}6.00"] {
        let scene = Scene::with(
            "in.csv",
            purchases(&[GOOD, ("2026-11-25T10:00:00Z", price)]),
        );
        let said = scene
            .run("validate in.csv --max-age none")
            .prints()
            .exits(1)
            .stdout;
        let flat = flat(&said);
        assert!(
            flat.contains("mean money that was given back: leave the row out"),
            "{said}"
        );
    }
}

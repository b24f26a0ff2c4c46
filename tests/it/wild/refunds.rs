//! A file of refunds is not proposed as purchases, and its rows do not go as revenue without a word.

use super::validate;
use crate::support::{Scene, StandIn, flat, warnings};

/// What the other columns lack.
const SAID: &str = "--kind purchase --bundle-id com.example.game --platform android --set \
     os_version=34 --map customer_user_id=Kunde --map event_time=Datum --map product_id=Artikel \
     --map price=Betrag --map currency=Waehrung --derive-installation-id customer_user_id --timezone UTC \
     --allow-missing-ip";

/// Three rows of money in a file of this name; the column of this name says `cells`.
fn rows(file: &str, column: &str, cells: [&str; 3]) -> Scene {
    let rows = cells
        .iter()
        .enumerate()
        .map(|(at, cell)| format!("u-{at};2026-11-25 1{at}:00:00;gems;10.50;EUR;{cell}\n"));
    let rows: String = rows.collect();
    let header = format!("Kunde;Datum;Artikel;Betrag;Waehrung;{column}\n");
    Scene::with(file, header + &rows)
}

/// The warnings of this code after `validate`.
fn warned(scene: &Scene, file: &str, code: &str) -> Vec<String> {
    let ended = validate(scene, &format!("{SAID} {file}")).exits(0);
    warnings(&ended.report().json, code)
}

const FILLED: [&str; 3] = ["R-1", "R-2", "R-3"];
const REASONS: [&str; 3] = ["a", "b", "c"];

#[test]
fn rows_of_refunds_are_said_with_their_money() {
    let worth = "says that its rows are refunds, and 3 rows (EUR 31.50) go as money, as";
    for column in [
        "Rückgabe-Nr",
        "Rueckgabe_Nr",
        "Gutschriftnummer",
        "Refund ID",
        "Storno-Nr",
    ] {
        let scene = rows("orders.csv", column, FILLED);
        let wanted = format!("column {column} {worth} orders.csv:2: \"10.50\"");
        let said = warned(&scene, "orders.csv", "looks_like_refunds");
        assert!(said.len() == 1 && said[0].starts_with(&wanted), "{said:?}");
        assert_eq!(
            warned(&scene, "orders.csv", "columns_disagree"),
            [""; 0],
            "{column}"
        );
    }
    for file in [
        "2026-11-26_erstattungen.csv",
        "gutschriften.csv",
        "Rückgaben-Nov.csv",
        "RUECKGABEN.csv",
        "export-refunds.csv",
        "credit_notes.csv",
        "returns.csv",
    ] {
        let scene = rows(file, "Grund", REASONS);
        let wanted = format!("the file name {file} {worth} {file}:2");
        let said = warned(&scene, file, "looks_like_refunds");
        assert!(said.len() == 1 && said[0].starts_with(&wanted), "{said:?}");
    }
}

#[test]
fn payments_are_not_taken_for_refunds() {
    for (column, cells) in [
        ("refunded_at", ["", "", "2026-11-26"]),
        ("Refund", ["false", "false", "false"]),
        ("Erstattung", ["0,00", "0,00", "0,00"]),
        ("Rückgaberecht", ["14 Tage", "14 Tage", "30 Tage"]),
        ("Grund", REASONS),
    ] {
        let scene = rows("orders.csv", column, cells);
        assert_eq!(
            warned(&scene, "orders.csv", "looks_like_refunds"),
            [""; 0],
            "{column}"
        );
    }
    for file in [
        "orders.csv",
        "sales_without_refunds.csv",
        "no-refunds.csv",
        "nonrefundable.csv",
    ] {
        let scene = rows(file, "Grund", REASONS);
        assert_eq!(
            warned(&scene, file, "looks_like_refunds"),
            [""; 0],
            "{file}"
        );
    }
    // A rule has decided about the column.
    let scene = rows("orders.csv", "Refund", FILLED);
    scene.file(
        "m.toml",
        "[[filter]]\nreason = \"refund\"\nwhen = [{ column = \"Refund\", in = [\"R-3\"] }]\n",
    );
    let said = warned(&scene, "--mapping m.toml orders.csv", "looks_like_refunds");
    assert_eq!(said, [""; 0]);
}

#[test]
fn refunds_are_not_proposed_as_purchases() {
    for (file, column, sign) in [
        ("orders.csv", "Rückgabe-Nr", "column Rückgabe-Nr"),
        (
            "erstattungen.csv",
            "Grund",
            "the file name erstattungen.csv",
        ),
    ] {
        let scene = rows(file, column, FILLED);
        let ended = scene.run(&format!("validate --max-age none {file}"));
        let ended = ended.without_key().prints().mutters().exits(1);
        let said = flat(&format!("{}{}", ended.stdout, ended.stderr));
        assert!(!said.contains("--kind purchase"), "{said}");
        let wanted =
            format!("{sign} says that these rows are refunds, and Tenjin takes no refunds");
        assert!(said.contains(&wanted), "{said}");
    }
}

#[test]
fn the_quiet_hear_of_refunds_and_may_accept_them() {
    let scene = rows("erstattungen.csv", "Grund", REASONS);
    let server = StandIn::well();
    let line = format!(
        "upload -q --endpoint-url {} --max-age none {SAID} erstattungen.csv",
        server.url()
    );
    let ended = scene.run(&line).prints().mutters().exits(0);
    assert!(
        ended.stderr.contains("says that its rows are refunds"),
        "{}",
        ended.stderr
    );
    for (accepted, code) in [("", 1), (", \"looks_like_refunds\"", 0)] {
        let accepted = format!("accept_warnings = [\"ids_derived\"{accepted}]\n");
        scene.file("own.toml", accepted);
        let options = "--fail-on warnings --config own.toml";
        validate(&scene, &format!("{SAID} {options} erstattungen.csv")).exits(code);
    }
}

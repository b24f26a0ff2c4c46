//! Columns that no field takes and that decide about money: what they say is said, and no proposal
//! contradicts them.

use std::fmt::Write;

use super::validate;
use crate::support::shell::{bash, commands, run};
use crate::support::{Scene, StandIn, warnings};

/// A header, and two orders of which the second says something by its last column.
fn orders(column: &str, said: &str) -> Scene {
    let rows = format!(
        "Kunde;Bestellung;Zeitpunkt;Artikel;Betrag;{column}\n\
         u-1;b-1;2026-11-25 10:00:00;gems;4,99;\n\
         u-2;b-2;2026-11-25 11:00:00;gems;9,99;{said}\n"
    );
    Scene::with("orders.csv", rows)
}

/// Everything that these orders lack.
const SAID: &str = "--kind purchase --bundle-id com.example.game --platform android --set \
     os_version=34 --set currency=USD --map customer_user_id=Kunde --map event_id=Bestellung --map \
     event_time=Zeitpunkt --map product_id=Artikel --map price=Betrag --derive-installation-id \
     customer_user_id --timezone UTC --decimal-comma --allow-missing-ip";

/// The warnings of this code after `validate`.
fn warned(scene: &Scene, options: &str) -> Vec<String> {
    let ended = validate(scene, &format!("{options} orders.csv")).exits(0);
    warnings(&ended.report().json, "columns_disagree")
}

#[test]
fn what_a_column_says_and_nobody_asks_is_said_with_its_money() {
    let not_paid = "they go as money: leave them out by a [[filter]] of a mapping file";
    for (column, value, wanted) in [
        ("Plattform", "iPhone", "--map platform=Plattform"),
        ("OS", "iOS 17.2", "--map platform=OS"),
        ("Währung", "EUR", "--map currency=Währung"),
        ("devise", "€", "--map currency=devise"),
        ("Menge", "3", "--map quantity=Menge"),
        ("cantidad", "2,0", "--map quantity=cantidad"),
        ("Testkauf", "ja", not_paid),
        ("environment", "Sandbox", not_paid),
        ("livemode", "false", not_paid),
        ("Erstattet", "WAHR", not_paid),
        ("refunded_at", "2026-11-26 10:00:00", not_paid),
        ("Amount Refunded", "9,99", not_paid),
        ("Status", "Refunded", not_paid),
        ("Zahlungsstatus", "fehlgeschlagen", not_paid),
    ] {
        let warnings = warned(&orders(column, value), SAID);
        let [warning] = &warnings[..] else {
            panic!("{column}: {warnings:?}")
        };
        for part in [
            &format!("column {column} says"),
            "1 row (USD 9.99)",
            &format!("as orders.csv:3: \"{value}\""),
            wanted,
        ] {
            assert!(warning.contains(part), "{part}: {warning}");
        }
    }
}

#[test]
fn what_a_column_says_as_it_is_sent_is_not_worth_a_word() {
    for (column, value) in [
        ("Plattform", "Android"),
        ("OS", "Android 14"),
        ("OS", "14"),
        ("Währung", "usd"),
        ("Menge", "1"),
        ("qty", "1,00"),
        ("Testkauf", "nein"),
        ("environment", "production"),
        ("livemode", "true"),
        ("Erstattet", "FALSCH"),
        ("Erstattet", "nicht erstattet"),
        ("Amount Refunded", "0,00"),
        ("Status", "Paid"),
        ("State", "CA"),
        ("Kommentar", "sandbox"),
    ] {
        assert_eq!(
            warned(&orders(column, value), SAID),
            [""; 0],
            "{column} {value}"
        );
    }
    // The user says that the price is for all of them.
    let options = format!("{SAID} --set quantity=1");
    assert_eq!(warned(&orders("Menge", "3"), &options), [""; 0]);
    // The column is taken.
    let options = format!("{SAID} --map quantity=Menge");
    let scene = orders("Menge", "3");
    let filled = scene.read("orders.csv").replace("4,99;", "4,99;1");
    scene.file("orders.csv", filled);
    assert_eq!(warned(&scene, &options), [""; 0]);
}

#[test]
fn an_amount_named_after_another_currency_is_told() {
    let scene = orders("Währung", "EUR");
    let text = scene
        .read("orders.csv")
        .replace("Betrag", "Event Revenue USD");
    scene.file("orders.csv", text.replace("4,99;", "4,99;USD"));
    let options = SAID
        .replace("--set currency=USD", "--map currency=Währung")
        .replace(" --map price=Betrag", "");
    let ended = scene
        .run(&format!(
            "validate --max-age none {options} --output json --report-dir report"
        ))
        .args(["--map", "price=Event Revenue USD", "orders.csv"])
        .mutters()
        .exits(0);
    let warnings = ended.report()["warnings"].to_string();
    let wanted = "column Event Revenue USD is named after USD, and 1 row (EUR 9.99) of it go under \
         another currency, as orders.csv:3: \\\"EUR\\\"";
    assert!(warnings.contains(wanted), "{warnings}");
}

#[test]
fn the_quiet_hear_of_it_from_every_command() {
    let scene = orders("Testkauf", "ja");
    let server = StandIn::well();
    let options = SAID;
    for command in [
        format!("validate -q --max-age none {options} orders.csv"),
        format!("upload -q --max-age none --dry-run {options} orders.csv"),
        format!("upload -q --max-age none --sandbox {options} orders.csv"),
        format!(
            "upload -q --max-age none --endpoint-url {} {options} orders.csv",
            server.url()
        ),
    ] {
        let ended = scene.run(&command).prints().mutters().exits(0);
        let wanted = "column Testkauf says of 1 row (USD 9.99) that they are tests";
        assert!(ended.stderr.contains(wanted), "{command}\n{}", ended.stderr);
    }
    let page = scene.report("tenjin-s2s-reports");
    assert!(page["warnings"].to_string().contains("columns_disagree"));
}

#[test]
fn members_of_objects_are_columns_too() {
    let id = "11111111-2222-4333-8444-555555555555";
    let row = |order: &str, environment: &str| {
        format!(
            r#"{{"kind":"purchase","event_time":"2026-11-25T10:00:00Z","event_id":"{order}","bundle_id":"com.example.game","platform":"android","os_version":"34","analytics_installation_id":"{id}","advertising_id":"{id}","product_id":"gems","price":"4.99","currency":"USD","store":{{"environment":"{environment}"}}}}"#
        )
    };
    let rows = format!("{}\n{}\n", row("b-1", "production"), row("b-2", "sandbox"));
    let scene = Scene::with("orders.ndjson", rows);
    let ended = validate(&scene, "orders.ndjson").exits(0);
    let warnings = ended.report()["warnings"].to_string();
    let wanted = "column store.environment says of 1 row (USD 4.99) that they are tests";
    assert!(warnings.contains(wanted), "{warnings}");
}

#[test]
fn no_proposal_contradicts_a_column() {
    let rows = "Kunde;Bestellung;Zeitpunkt;Plattform;IDFA;Artikel;Betrag;Währung;Testkauf\n\
         u-1;b-1;2026-11-25 10:00:00;Android;3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9;gems;4,99;EUR;nein\n\
         u-2;b-2;2026-11-25 11:00:00;Android;3f9dda78-c8a1-4c8b-8d88-0305ee6a3caa;gems;9,99;EUR;ja\n";
    let scene = Scene::with("orders.csv", rows);
    let said = run(&mut bash(
        &scene,
        "tenjin-s2s validate --max-age none orders.csv",
    ));
    let command = commands(&said).pop().unwrap_or_default();
    assert!(command.contains("--map platform=Plattform"), "{command}");
    assert!(command.contains("--map currency=Währung"), "{command}");
    assert!(!command.contains("--platform"), "{command}");
    assert!(said.all().contains("`Testkauf`: ja"), "{}", said.all());
    // Words that are no platforms: then a person has to say which it is.
    scene.file("orders.csv", rows.replace("Android", "Handy"));
    let said = run(&mut bash(
        &scene,
        "tenjin-s2s validate --max-age none orders.csv",
    ));
    let command = commands(&said).pop().unwrap_or_default();
    assert!(command.contains("--platform YOUR_PLATFORM"), "{command}");
    // An empty column says nothing.
    let empty = rows
        .replace("Plattform", "Notiz")
        .replace("3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9", "")
        .replace("3f9dda78-c8a1-4c8b-8d88-0305ee6a3caa", "");
    scene.file("orders.csv", empty);
    let said = run(&mut bash(
        &scene,
        "tenjin-s2s validate --max-age none orders.csv",
    ));
    let command = commands(&said).pop().unwrap_or_default();
    assert!(command.contains("--platform YOUR_PLATFORM"), "{command}");
}

/// Six orders, of which the third has another word in the last column.
fn sorted(column: &str, word: &str, other: &str) -> Scene {
    let mut rows = format!("Kunde;Bestellung;Zeitpunkt;Artikel;Betrag;{column}\n");
    for number in 1..=6 {
        let said = if number == 3 { other } else { word };
        let _ = writeln!(
            rows,
            "u-{number};b-{number};2026-11-25 10:00:00;gems;9,99;{said}"
        );
    }
    Scene::with("orders.csv", rows)
}

#[test]
fn words_for_tests_and_refunds_are_known_in_a_column_of_any_name() {
    for (column, word, other) in [
        ("Erstattungsbetrag", "0", "4.99"),
        ("Erstattungsbetrag", "0,00", "4,99"),
        ("Zahlungsart", "Karte", "Testkarte"),
        ("Typ", "Verkauf", "Erstattung"),
        ("Vorgang", "Kauf", "Storno"),
        ("Payment method", "card", "test card"),
        ("Opération", "vente", "remboursement"),
        ("Gutschrift", "Nein", "Ja"),
        ("bezahlt", "Ja", "Nein"),
        ("Paid", "true", "false"),
        ("Captured", "true", "false"),
        ("Refund amount (EUR)", "0.00", "9.99"),
        ("Stornodatum", "", "26.11.2026"),
        ("importe reembolsado", "0", "9,99"),
    ] {
        let warnings = warned(&sorted(column, word, other), SAID);
        let [warning] = &warnings[..] else {
            panic!("{column}: {warnings:?}")
        };
        let wanted = format!(
            "column {column} says of 1 row (USD 9.99) that they are tests, were refunded or not \
             paid, as orders.csv:4: \"{other}\""
        );
        assert!(warning.contains(&wanted), "{wanted}: {warning}");
    }
}

#[test]
fn other_words_and_what_people_write_are_not_worth_a_word() {
    for (column, word, other) in [
        ("Zahlungsart", "Karte", "Rechnung"),
        ("Typ", "Verkauf", "Testimonial"),
        ("Kommentar", "ok", "Erstattung?"),
        ("Campaign", "spring", "test_refund"),
        ("ab_test_group", "control", "test"),
        ("Refundable", "No", "Yes"),
        ("Erstattungsfrist", "14", "30"),
        ("Gutschrift", "Nein", "Nein"),
        ("bezahlt", "Ja", "Ja"),
    ] {
        let warnings = warned(&sorted(column, word, other), SAID);
        assert_eq!(warnings, [""; 0], "{column}");
    }
    // Each row says something else: that is a text.
    let scene = sorted("Info", "x", "Erstattung");
    let mut number = 0;
    let text: String = scene
        .read("orders.csv")
        .split_inclusive(";x\n")
        .map(|part| {
            number += 1;
            part.replace(";x\n", &format!(";x{number}\n"))
        })
        .collect();
    scene.file("orders.csv", text);
    assert_eq!(warned(&scene, SAID), [""; 0]);
}

#[test]
fn a_quantity_that_the_mapping_names_and_the_file_lacks_is_told() {
    let scene = orders("pieces", "2");
    let mapping = |quantity: &str| {
        format!(
            "[fields]\nkind = {{ constant = \"purchase\" }}\nquantity = {quantity}\n\
             product_id = \"Artikel\"\n"
        )
    };
    let options = SAID
        .replace("--kind purchase", "--mapping my.toml")
        .replace(" --map product_id=Artikel", "");
    let told = |options: &str| {
        let ended = validate(&scene, &format!("{options} orders.csv")).exits(0);
        let warnings = ended.report()["warnings"].as_array().unwrap().clone();
        let texts = warnings.iter().filter(|warning| {
            let code = warning["code"].as_str().unwrap();
            ["column_absent", "columns_disagree"].contains(&code)
        });
        texts
            .map(|warning| warning["text"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    scene.file("my.toml", mapping("\"n?\""));
    assert_eq!(
        told(&options),
        [
            "column pieces says another quantity than what is sent of 1 row (USD 9.99), as \
             orders.csv:3: \"2\": map it (--map quantity=pieces), or say that the price is for all \
             of them (--set quantity=1)",
            "quantity: the mapping names column n, which orders.csv does not have: 2 rows (USD \
             14.98) that are purchases go as 1 each; name the column that counts, or say \
             quantity = { constant = \"1\" }",
        ]
    );
    // What the mapping says of rows without one is an answer.
    scene.file("my.toml", mapping("{ column = \"n?\", default = \"1\" }"));
    let texts = told(&options);
    assert!(
        !texts.iter().any(|text| text.contains("column n,")),
        "{texts:?}"
    );
    scene.file("my.toml", mapping("\"n?\""));
    assert_eq!(told(&format!("{options} --set quantity=1")), [""; 0]);
}

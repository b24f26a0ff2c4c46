//! It needs nothing but the files: no key, no network, no ledger; and it leaves nothing behind.

use crate::support::{Rows, Scene};

#[test]
fn neither_key_nor_network_nor_ledger() {
    // every proxy of a scene leads nowhere, and its environment is empty but for the key
    let scene = Scene::with("rows.csv", Rows::sound(100, 1).csv);
    scene
        .run("validate rows.csv")
        .without_key()
        .says("Validated in")
        .says("nothing sent")
        .says("100 valid")
        .says("tenjin-s2s upload rows.csv --dry-run")
        .exits(0);
    assert_eq!(scene.files(), [scene.path("rows.csv")]);
}

#[test]
fn damaged_rows_are_exit_1_and_exactly_those() {
    let rows = Rows::damaged(400, 1);
    let scene = Scene::with("rows.csv", &rows.csv);
    let ended = scene
        .run("validate rows.csv --report-dir report --output json")
        .without_key()
        .exits(1);
    let report = ended.report();
    assert_eq!(
        report.counts(),
        [("read", 400), ("rejected", 40), ("not_sent", 360)].into()
    );
    let expected = rows.bad.iter().map(|bad| {
        let codes = bad.codes.iter().map(ToString::to_string);
        (bad.line, codes.collect::<Vec<_>>())
    });
    assert_eq!(report.faults(), expected.collect());
    assert_eq!(report["command"], "validate");
}

#[test]
fn a_stream_is_validated_too() {
    Scene::new()
        .run("validate")
        .without_key()
        .stdin(Rows::sound(50, 1).csv)
        .says("50 valid")
        .exits(0);
}

#[test]
fn bad_optional_fields_are_dropped_and_counted() {
    let rows = Rows::sound(50, 1);
    let text = String::from_utf8(rows.csv).unwrap();
    let text = text
        .replacen(",DE,", ",Atlantis,", 3)
        .replacen("203.0.113.9", "203.0.113.999", 2);
    let scene = Scene::with("rows.csv", text);
    let ended = scene
        .run("validate rows.csv --report-dir report --output json")
        .exits(0);
    let dropped = ended.report()["dropped_fields"].clone();
    let entry = |at: usize| {
        let entry = &dropped[at];
        let words = ["field", "code"].map(|key| entry[key].as_str().unwrap().to_owned());
        let value = entry["example"]["value"].as_str().unwrap().to_owned();
        (words, entry["count"].as_u64().unwrap(), value)
    };
    assert_eq!(dropped.as_array().unwrap().len(), 2, "{dropped}");
    let words = |field: &str, code: &str| [field.to_owned(), code.to_owned()];
    assert_eq!(
        entry(0),
        (
            words("country", "invalid_country"),
            3,
            "Atlantis".to_owned()
        )
    );
    assert_eq!(
        entry(1),
        (
            words("ip_address", "invalid_ip"),
            2,
            "203.0.113.999".to_owned()
        )
    );
}

#[test]
fn foreign_text_never_drives_the_terminal() {
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[31m\u{202e}";
    let scene = Scene::with(
        "rows.csv",
        format!("kind,bundle_id,{evil}column\n{evil}kind,{evil}bundle,x\n"),
    );
    let ended = scene
        .run("validate rows.csv --verbose --report-dir report")
        .prints()
        .mutters()
        .exits(1);
    for text in [
        ended.stdout,
        ended.stderr,
        scene.read("report/latest/report.json"),
    ] {
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
    }
}

#[test]
fn quiet_is_silent_when_all_is_well() {
    let scene = Scene::with("rows.csv", Rows::sound(10, 1).csv);
    scene.run("validate rows.csv -q").exits(0);
}

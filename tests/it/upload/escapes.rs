//! What would drive a terminal, or what nobody sees, is an escape wherever it is shown.

use std::fmt::Write;

use crate::support::{Behaviour, Scene, Scripted};

/// A C1 control, a direction mark, and signs that are not seen.
const HOSTILE: [char; 7] = [
    '\u{9b}',
    '\u{202e}',
    '\u{34f}',
    '\u{115f}',
    '\u{3164}',
    '\u{e0041}',
    '\u{fe01}',
];

#[track_caller]
fn is_harmless(what: &str, text: &str) {
    for c in HOSTILE {
        assert!(!text.contains(c), "{what} holds {c:?}: {text:?}");
    }
}

/// A purchase of this product.
fn purchase(product: &str) -> String {
    let id = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
    let mut text = String::from(
        "kind,event_id,product_id,price,currency,quantity,bundle_id,platform,os_version,\
         analytics_installation_id,advertising_id,developer_device_id\n",
    );
    let _ = writeln!(
        text,
        "purchase,1,{product},4.99,EUR,1,com.example.game,ios,17.5,{id},{id},{id}"
    );
    text
}

#[test]
fn the_ledgers_lists_escape_as_all_others_do() {
    let hostile: String = HOSTILE.iter().collect();
    let name = format!("a{hostile}.csv");
    // Controls within a field are a fault; the rest is text.
    let product = format!("gold{}", &hostile['\u{9b}'.len_utf8()..]);
    let scene = Scene::with(&name, purchase(&product));
    let server = Scripted::new([], Behaviour::CloseAfterRead);
    let run = scene.upload(&server.url(), "--ledger l --max-failures 100%");
    let ended = run.arg(&name).mutters().exits(1);
    assert_eq!(ended.report().rows("in_doubt"), 1);
    is_harmless("stdout", &ended.stdout);
    is_harmless("stderr", &ended.stderr);
    for command in [
        "ledger list",
        "ledger list --output json",
        "ledger export",
        "ledger status --output json",
    ] {
        let said = scene
            .run(&format!("{command} --ledger l"))
            .prints()
            .exits(0);
        is_harmless(command, &said.stdout);
        if command.ends_with("list --output json") {
            let row: serde_json::Value = serde_json::from_str(said.stdout.trim()).unwrap();
            let shown = HOSTILE.map(|c| c.escape_default().to_string());
            assert_eq!(row["file"], format!("a{}.csv", shown.concat()));
            assert!(row["text"].as_str().unwrap().contains(&product), "{row}");
        }
    }
}

#[test]
fn invisible_signs_in_a_rejected_value_are_shown() {
    let scene = Scene::with(
        "rows.csv",
        purchase("gold").replace("EUR", "E\u{34f}\u{e0055}UR"),
    );
    let run = scene.run("validate rows.csv --report-dir report");
    let ended = run.says("E\\u{34f}\\u{e0055}UR").exits(1);
    is_harmless("stdout", &ended.stdout);
    for file in [
        "report/latest/report.json",
        "report/latest/outcomes.ndjson",
        "report/latest/report.html",
    ] {
        is_harmless(file, &scene.read(file));
    }
}

//! `reconcile`: Tenjin's own export against what was accepted.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::report_html::browser::Browser;
use crate::report_html::look;
use crate::support::reconciled::{Faults, Form, Lines, Made, around};
use crate::support::{Scene, StandIn, flat, number};

const FAULTS: Faults = Faults {
    missing: 30,
    again: 4,
    other_money: 9,
};

/// Uploads the rows; the server that took them.
fn upload(scene: &Scene, sent: &str, more: &str) -> StandIn {
    let stand_in = StandIn::well();
    scene.file("sent.csv", sent);
    let arguments =
        format!("sent.csv --rate unlimited --key-scope account --ledger ledger.sqlite {more}");
    scene.upload(&stand_in.url(), &arguments).prints().exits(0);
    stand_in
}

fn reconcile(url: &str, more: &str) -> String {
    let around = around();
    format!("reconcile export.csv --endpoint-url {url} --ledger ledger.sqlite {around} {more}")
}

#[track_caller]
fn names_exactly_what_differs(form: Form) {
    let made = Made::new(1_500, 300, &FAULTS, form);
    let scene = Scene::new();
    let stand_in = upload(&scene, &made.sent, "");
    scene.file("export.csv", &made.export);
    let command = reconcile(&stand_in.url(), "--output json --report-dir reports");
    let ended = scene.run(&command).prints().exits(1);
    let said: Value = serde_json::from_str(&ended.stdout).unwrap();
    let entries = said["differences"].as_array().unwrap();
    assert_eq!(Lines::named(entries), made.lines, "{}", said["unknown"]);
    assert_eq!(entries.len(), 43);
    let rows = &said["rows"];
    let count = |name: &str| number(&rows[name]);
    assert_eq!(count("accepted"), 1_500);
    assert_eq!(count("found"), 1_500 - 30 - 9);
    assert_eq!(count("missing"), 30);
    assert_eq!(count("other_money"), 9);
    assert_eq!(count("again"), 4);
    assert_eq!(count("foreign"), 300);
    assert_eq!(count("export"), 1_500 - 30 + 4 + 300);
    assert_eq!(count("unnamed"), 0);
    // The same in the file, and every cell of a line where its column says.
    let folder = only_folder(&scene);
    let csv = scene.read(&format!("reports/{folder}/differences.csv"));
    let mut csv = csv::Reader::from_reader(csv.as_bytes());
    let rows = csv.deserialize::<HashMap<String, String>>();
    let rows: Vec<Value> = rows.map(|row| json!(row.unwrap())).collect();
    assert_eq!(Lines::named(&rows), made.lines);
    let mut rows = rows.iter();
    let money = rows.find(|row| row["what"] == "other_money").unwrap();
    let (sent, found) = match form {
        Form::Csv => (("USD", "9.98"), ("EUR", "9.98")),
        Form::Redshift => (("EUR", "9.98"), ("USD", "10.86")),
    };
    assert_eq!(money["sent_currency"], sent.0);
    assert_eq!(money["sent_amount"], sent.1);
    assert_eq!(money["export_currency"], found.0);
    assert_eq!(money["export_amount"], found.1);
    assert_eq!(money["export_file"], "export.csv");
    let page = scene.read(&format!("reports/{folder}/reconcile.html"));
    assert!(
        page.contains("39 accepted rows not found as sent"),
        "{page}"
    );
    let json = scene.read(&format!("reports/{folder}/reconcile.json"));
    assert_eq!(json, ended.stdout);
    if let (Form::Csv, Some(mut browser)) = (form, Browser::start()) {
        let page = scene.path(&format!("reports/{folder}/reconcile.html"));
        look::everywhere(&mut browser, &page, "reconcile");
    }
}

/// Runs it and says on standard output all of these, wherever lines are broken.
#[track_caller]
fn says(scene: &Scene, command: &str, code: i32, sentences: &[&str]) {
    let said = scene.run(command).prints().exits(code).stdout;
    let said = flat(&said);
    for sentence in sentences {
        assert!(
            said.contains(&flat(sentence)),
            "nobody says {sentence:?}: {said}"
        );
    }
}

fn only_folder(scene: &Scene) -> String {
    let folders = std::fs::read_dir(scene.path("reports")).unwrap();
    let names = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: Vec<String> = names.collect();
    assert_eq!(names.len(), 1, "{names:?}");
    names.into_iter().next().unwrap()
}

#[test]
fn names_what_is_missing_twice_or_other_money_and_nothing_else() {
    names_exactly_what_differs(Form::Csv);
}

#[test]
fn reads_a_dump_of_redshift_in_cents() {
    names_exactly_what_differs(Form::Redshift);
}

/// Three purchases of one user each on Android.
const THREE: &str = "kind,event_time,event_id,bundle_id,platform,os_version,\
    analytics_installation_id,advertising_id,ip_address,customer_user_id,product_id,price,quantity,currency
purchase,{now},A-1,com.example.puzzle,android,34,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1,bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb1,203.0.113.9,u1,gems,4.99,1,USD
purchase,{now},A-2,com.example.puzzle,android,34,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2,,203.0.113.9,u2,gems,4.99,1,USD
purchase,{now},A-3,com.example.puzzle,android,34,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa3,,203.0.113.9,u3,gems,4.99,1,USD
";

const COLUMNS: &str = "created_at,event_type,bundle_id,platform,advertising_id,product_id,price,quantity,currency,purchase_state\n";

fn three() -> String {
    THREE.replace("{now}", &jiff::Timestamp::now().to_string())
}

/// A purchase of gems by this advertising id.
fn arrived(advertising_id: &str, more: &str) -> String {
    let time = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S");
    format!("{time},purchase,com.example.puzzle,android,{advertising_id},gems,4.99,1,USD,{more}\n")
}

const FIRST: &str = "BBBBBBBB-BBBB-BBBB-BBBB-BBBBBBBBBBB1";

#[test]
fn says_what_cannot_be_compared_and_how_much_of_it_is_missing_at_least() {
    let scene = Scene::new();
    let stand_in = upload(&scene, &three(), "");
    // The export has no users, so the second and the third can only be counted.
    let one_left = format!("{COLUMNS}{}{}", arrived(FIRST, "1"), arrived("", "1"));
    scene.file("export.csv", one_left);
    let command = reconcile(&stand_in.url(), "");
    let sentences = [
        "3 rows accepted from ",
        "1 found in the export 33.3 %",
        "2 not comparable 66.7 %",
        "gems USD: at least 1 missing",
        "2 rows were accepted without an id of a sort that the export has",
        "compared, and at least 1 row is missing",
    ];
    says(&scene, &command, 1, &sentences);
    let command = reconcile(&stand_in.url(), "--tolerance 1");
    scene.run(&command).prints().exits(0);
}

#[test]
fn finds_rows_by_ids_that_a_lookup_gave() {
    let scene = Scene::new();
    scene.file(
        "users.csv",
        "customer_user_id,advertising_id\nu2,bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2\nu3,bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb3\n",
    );
    let more = "--lookup users.csv --lookup-key customer_user_id";
    let stand_in = upload(&scene, &three(), more);
    let rows = [
        FIRST,
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2",
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb3",
    ];
    let rows = rows.map(|id| arrived(id, "1")).concat();
    scene.file("export.csv", format!("{COLUMNS}{rows}"));
    let sentences = ["3 found in the export 100 %"];
    says(&scene, &reconcile(&stand_in.url(), ""), 0, &sentences);
}

#[test]
fn counts_what_tenjin_received_and_does_not_count() {
    let scene = Scene::new();
    let stand_in = upload(
        &scene,
        three()
            .split("purchase")
            .take(2)
            .collect::<Vec<_>>()
            .join("purchase")
            .as_str(),
        "",
    );
    let rows = format!(
        "{COLUMNS}{}{}",
        arrived(FIRST, "2"),
        arrived("ffffffffffffffffffffffffffffffff", "4")
    );
    scene.file("export.csv", rows);
    let sentences = [
        "1 found in the export 100 %",
        "1 row fraudulent: USD 4.99, 1 of this tool",
        "1 row sandbox: USD 4.99, 0 of this tool",
    ];
    says(&scene, &reconcile(&stand_in.url(), ""), 0, &sentences);
}

#[test]
fn a_row_of_the_export_that_cannot_be_read_is_never_taken_for_none() {
    let scene = Scene::new();
    let stand_in = upload(&scene, &three(), "");
    let rows = format!("{COLUMNS}{}", arrived(FIRST, "1").replace("4.99", "4,99 $"));
    scene.file("export.csv", rows.replace("4,99 $", "\"4,99 $\""));
    let sentence = "1 row of the export cannot be read: export.csv:2: price: \"4,99 $\" \
        (invalid_number)";
    says(&scene, &reconcile(&stand_in.url(), ""), 1, &[sentence]);
}

#[test]
fn takes_the_columns_from_a_file_of_ones_own() {
    let scene = Scene::new();
    let stand_in = upload(&scene, &three(), "");
    let rows = [FIRST, "", ""].map(|id| arrived(id, "1")).concat();
    let renamed = COLUMNS.replace("created_at", "received_at");
    scene.file("export.csv", format!("{renamed}{rows}"));
    let command = reconcile(&stand_in.url(), "");
    scene.run(&command).complains("created_at").exits(2);
    let mapping = scene
        .run("reconcile --print-mapping")
        .prints()
        .exits(0)
        .stdout;
    scene.file(
        "own.toml",
        mapping.replace("\"created_at\"", "\"received_at\""),
    );
    scene
        .run(&format!("{command} --export-mapping own.toml"))
        .prints()
        .exits(0);
}

#[test]
fn compares_one_app_alone_and_names_apps_that_are_not_in_the_export() {
    let scene = Scene::new();
    let mut rows = three();
    let other = rows
        .lines()
        .nth(1)
        .unwrap()
        .replace("A-1", "B-1")
        .replace("com.example.puzzle", "com.example.quiz");
    rows += &other;
    let stand_in = upload(&scene, &rows, "");
    let export = [FIRST, "", ""].map(|id| arrived(id, "1")).concat();
    scene.file("export.csv", format!("{COLUMNS}{export}"));
    let command = reconcile(&stand_in.url(), "");
    let sentence =
        "the export has no row of com.example.quiz (android), of which 1 row was accepted";
    says(&scene, &command, 1, &[sentence]);
    let alone = format!("{command} --app com.example.puzzle/android");
    scene.run(&alone).prints().exits(0);
}

#[test]
fn without_a_ledger_or_rows_it_says_what_is_missing() {
    let scene = Scene::with("export.csv", COLUMNS);
    let command = "reconcile export.csv --ledger ledger.sqlite";
    scene.run(command).complains("there is no ledger").exits(2);
    let stand_in = upload(&scene, &three(), "");
    let url = stand_in.url();
    scene
        .run(&format!("{command} --endpoint-url {url}"))
        .complains("name them with --from and --to")
        .exits(2);
}

/// Three purchases whose devices all have advertising ids, and these rows of an export.
fn three_known(scene: &Scene, tenjin: &StandIn, exit: i32, arrived: &str) {
    let sent = three()
        .replace("2,,203", "2,bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2,203")
        .replace("3,,203", "3,bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb3,203");
    scene.file("sent.csv", sent);
    let words = "sent.csv --rate unlimited --key-scope account --ledger ledger.sqlite";
    scene.upload(&tenjin.url(), words).prints().exits(exit);
    scene.file("export.csv", format!("{COLUMNS}{arrived}"));
}

#[test]
fn nothing_to_compare_is_never_fine() {
    let scene = Scene::new();
    let tenjin = StandIn::well();
    three_known(&scene, &tenjin, 0, &arrived(FIRST, "1"));
    let url = tenjin.url();
    let command = "reconcile export.csv --ledger ledger.sqlite";
    let elsewhere = format!(
        "nothing in it was sent to tenjin; it has rows for {url} (3 accepted): name the one that \
         is meant with --endpoint-url"
    );
    scene.run(command).complains(&elsewhere).exits(2);
    let here = format!("{command} --endpoint-url {url}");
    scene
        .run(&format!("{here} --app com.example.puzle"))
        .complains(
            "--app com.example.puzle: the ledger has no such app; it has com.example.puzzle \
             (android)",
        )
        .exits(2);
    let sentences = [
        "0 rows accepted from 2020-01-01",
        "Nothing was compared: none of 3 accepted rows is of this time and of a kind that the export has",
    ];
    let then = format!("{here} --from 2020-01-01 --to 2020-01-02");
    says(&scene, &then, 1, &sentences);
    let said = scene
        .run(&format!("{then} --output json"))
        .prints()
        .exits(1);
    let said: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(said["compared"], false);
}

#[test]
fn says_what_the_ledger_has_forgotten_of_the_time() {
    for (forget, sentence) in [
        (
            "--older-than 0s",
            "the ledger has forgotten events of com.example.puzzle (android) dated before 20",
        ),
        (
            "--run {run}",
            "the ledger has forgotten 3 rows of com.example.puzzle (android) with their runs",
        ),
    ] {
        let scene = Scene::new();
        let tenjin = StandIn::well();
        let rows = [FIRST, "", ""].map(|id| arrived(id, "1")).concat();
        let old = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(50)).to_string();
        scene.file("old.csv", THREE.replace("{now}", &old));
        let words = "old.csv --rate unlimited --key-scope account --ledger ledger.sqlite";
        scene.upload(&tenjin.url(), words).prints().exits(0);
        scene.file("export.csv", format!("{COLUMNS}{rows}"));
        let list = scene.run("ledger find --ledger ledger.sqlite --row old.csv:2 --output json");
        let found: Value = serde_json::from_str(&list.prints().exits(0).stdout).unwrap();
        let run = found[0]["run"].as_str().unwrap();
        let forget = forget.replace("{run}", run);
        scene
            .run(&format!("ledger forget --ledger ledger.sqlite {forget}"))
            .prints()
            .exits(0);
        let sentences = [
            sentence,
            "the export has them, they count as more in the export",
            "Nothing was compared: the ledger has no accepted row",
        ];
        says(&scene, &reconcile(&tenjin.url(), ""), 1, &sentences);
    }
}

#[test]
fn rows_in_doubt_that_the_export_has_can_be_resolved_as_accepted() {
    let scene = Scene::new();
    let tenjin = StandIn::with("late500=100%");
    let second = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2";
    let rows = arrived(FIRST, "1") + &arrived(second, "1").replace("4.99", "5.99");
    three_known(&scene, &tenjin, 1, &rows);
    let sentences = [
        "3 rows in doubt",
        "2 of them in the export (USD 9.98)",
        "1 of them not in the export (USD 4.99)",
        "sent.csv:2 purchase gems USD 4.99: in doubt, and at export.csv:2 USD 4.99",
        "sent.csv:4 purchase gems USD 4.99: in doubt, and not in the export",
    ];
    let command = reconcile(&tenjin.url(), "--report-dir reports");
    says(&scene, &command, 0, &sentences);
    let folder = only_folder(&scene);
    let json: Value =
        serde_json::from_str(&scene.read(&format!("reports/{folder}/reconcile.json"))).unwrap();
    assert_eq!(
        json["in_doubt"],
        json!({ "rows": 3, "found": 2, "missing": 1, "not_comparable": 0 })
    );
    // The row with another amount is left for a person to answer.
    let answers = format!("reports/{folder}/in_doubt.csv");
    assert_eq!(
        scene
            .read(&answers)
            .lines()
            .map(first_cells)
            .collect::<Vec<_>>(),
        [
            "_answer,_file,_line",
            "accepted,sent.csv,2",
            ",sent.csv,3",
            ",sent.csv,4",
        ]
    );
    let resolve = format!("ledger resolve --ledger ledger.sqlite --from {answers}");
    scene.run(&resolve).prints().exits(0);
    // A wrong answer is found before the row goes twice.
    let row = "ledger resolve --ledger ledger.sqlite --row sent.csv:3 --as";
    scene.run(&format!("{row} resend")).prints().exits(0);
    let sentences = [
        "1 row accepted",
        "2 rows in doubt",
        "sent.csv:3 purchase gems USD 4.99: released, and at export.csv:3 USD 5.99",
        "1 row is released to be sent again, and in the export",
    ];
    says(&scene, &reconcile(&tenjin.url(), ""), 0, &sentences);
    scene.run(&format!("{row} accepted")).prints().exits(0);
}

fn first_cells(line: &str) -> &str {
    let commas = line.match_indices(',').map(|(at, _)| at);
    &line[..commas.chain([line.len()]).nth(2).unwrap()]
}

#[test]
fn a_row_that_tenjin_counted_again_with_another_amount_is_named() {
    let scene = Scene::new();
    let tenjin = StandIn::well();
    let others = ["2", "3"].map(|last| FIRST.replace('1', last));
    let all = [FIRST, &others[0], &others[1]].map(|id| arrived(id, "1"));
    let again = arrived(FIRST, "1").replace("4.99", "3.99");
    three_known(&scene, &tenjin, 0, &(all.concat() + &again));
    let sentences = [
        "3 found in the export 100 %",
        "1 there more often than accepted",
        "sent.csv:2 purchase gems USD 4.99: once more at export.csv:5, with USD 3.99",
    ];
    says(&scene, &reconcile(&tenjin.url(), ""), 1, &sentences);
}

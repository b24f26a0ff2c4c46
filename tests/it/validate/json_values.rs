//! Values of NDJSON as programs write them: numbers with exponents, texts that are cut, lines
//! that are no JSON.

use serde_json::Value;

use crate::support::Scene;

const PURCHASE: &str = r#""kind":"purchase","event_time":"2026-11-20T10:00:00Z","bundle_id":"com.example.game","platform":"android","os_version":"34","analytics_installation_id":"3f9dda78c8a14c8b8d880305ee6a3ca9","ip_address":"203.0.113.7""#;

/// A line for each, with these members beside those that every purchase has.
fn rows(members: &[&str]) -> String {
    let rows = members.iter().zip(1..);
    let row = |(members, number)| format!("{{{PURCHASE},\"event_id\":\"e{number}\",{members}}}\n");
    rows.map(row).collect()
}

/// Line, code, field and hint of each fault.
fn faults(scene: &Scene) -> Vec<(u64, String)> {
    let run = "validate rows.ndjson --max-age none --report-dir report";
    scene.run(run).prints().mutters().exits(1);
    let lines = scene.read("report/latest/outcomes.ndjson");
    let fault = |line: &str| {
        let fault: Value = serde_json::from_str(line).unwrap();
        let part = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
        let said = [part("code"), part("field"), part("hint")].join(" | ");
        (fault["line"].as_u64().unwrap(), said)
    };
    lines.lines().map(fault).collect()
}

#[test]
fn a_number_with_an_exponent_gets_its_own_number_as_a_hint() {
    let price = |price: &str| format!(r#""product_id":"gems","currency":"USD","price":{price}"#);
    let members = ["1.2e-05", r#""4.99E0""#, "1e400", r#""NaN""#].map(price);
    let members = members.each_ref().map(String::as_str);
    let scene = Scene::with("rows.ndjson", rows(&members));
    let expected = [
        "invalid_number | price | write it without an exponent, as 0.000012; or let a mapping file \
         read all of them: { column = \"…\", read = \"exponent\" }",
        "invalid_number | price | write it without an exponent, as 4.99; or let a mapping file read \
         all of them: { column = \"…\", read = \"exponent\" }",
        "invalid_number | price | too many digits: at most 15 before the point and 27 in all",
        "missing_field | price | this counts as an empty cell: write the value; Tenjin requires it",
    ];
    let expected: Vec<(u64, String)> = (1..).zip(expected.map(str::to_owned)).collect();
    assert_eq!(faults(&scene), expected);
}

#[test]
fn what_is_no_text_goes_in_no_field() {
    let product = |text: &str| format!(r#""currency":"USD","price":1,"product_id":"{text}""#);
    let members = [r"a\ud83d", r"a\u0000b", r"a\u001bb", r"a\u0085b"].map(product);
    let members = members.each_ref().map(String::as_str);
    let scene = Scene::with("rows.ndjson", rows(&members));
    let broken = "invalid_text | product_id | the text holds half of a character, written as \\ud800 \
                  to \\udfff: it was cut there; export it whole";
    let control = "invalid_text | product_id | take the control characters out of the text";
    let expected = [broken, control, control, control].map(str::to_owned);
    let expected: Vec<(u64, String)> = (1..).zip(expected).collect();
    assert_eq!(faults(&scene), expected);
}

#[test]
fn lines_that_are_no_json_say_what_is_wrong() {
    let good = rows(&[r#""product_id":"gems","currency":"USD","price":1"#]);
    let lines = ["{\"price\":NaN}", "{\"price\":4.9", "{\"a\":1,\"a\":2}"];
    let scene = Scene::with("rows.ndjson", good + &lines.join("\n") + "\n");
    let expected = [
        "not JSON from column 10 on: NaN is no value of JSON: write a number, a text, true, false or null",
        "not JSON from column 12 on: the line ends in the middle of the object: it is cut",
        "member 2 has the name of one before it, `a`: leave one of them",
    ];
    let expected = expected.map(|hint| format!("malformed_row |  | {hint}"));
    let expected: Vec<(u64, String)> = (2..).zip(expected).collect();
    assert_eq!(faults(&scene), expected);
}

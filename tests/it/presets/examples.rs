//! `tenjin-s2s test`: the examples of mapping files, and what it says when one does not hold.

use crate::support::Scene;

const MAPPING: &str = r#"about = "orders of a shop"

[fields]
kind = { constant = "purchase" }
event_id = "order"
event_time = { column = "at", time_format = "%d.%m.%Y %H:%M %:z" }
product_id = "sku"
price = "amount"
quantity = { constant = "1" }
currency = "currency?"
analytics_installation_id = "install"
bundle_id = { constant = "com.example.game" }
platform = { constant = "android" }
os_version = { constant = "34" }
ip_address = { constant = "203.0.113.9" }

[[filter]]
reason = "refund"
when = [{ column = "state", in = ["refunded"] }]

[[example]]
about = "a purchase"
set = { currency = "USD" }
row = { order = "A-1", at = "26.11.2026 10:00 +01:00", sku = "gems", amount = "4.99", state = "paid", install = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9" }

[example.request]
kind = "purchase"
event_id = "A-1"
event_time = "2026-11-26T09:00:00Z"
product_id = "gems"
price = "4.99"
quantity = "1"
currency = "USD"
analytics_installation_id = "3f9dda78c8a14c8b8d880305ee6a3ca9"
bundle_id = "com.example.game"
platform = "android"
os_version = "34"
ip_address = "203.0.113.9"

[[example]]
about = "no currency, and a decimal comma"
row = { order = "A-2", at = "26.11.2026 10:00 +01:00", sku = "gems", amount = "4,99", state = "paid", install = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9" }
rejected = ["invalid_number price", "missing_field"]

[[example]]
row = { order = "A-3", at = "", sku = "", amount = "", state = "refunded", install = "" }
filtered = "refund"
"#;

fn scene(mapping: &str) -> Scene {
    Scene::with("my.toml", mapping)
}

#[test]
fn examples_that_hold_are_counted() {
    let said = scene(MAPPING).run("test my.toml").prints().exits(0);
    assert_eq!(said.stdout, "3 examples, all as expected\n");
}

/// A wrong rule costs money in silence, unless an example says what the row must become.
#[test]
fn a_rule_that_changes_what_a_row_becomes_is_shown_with_both_values() {
    let broken = MAPPING
        .replace(
            r#"price = "amount""#,
            r#"price = { column = "amount", scale = -2 }"#,
        )
        .replace(r#"in = ["refunded"]"#, r#"in = ["reversed"]"#);
    let said = scene(&broken).run("test my.toml").prints().exits(1);
    assert_eq!(
        said.stdout,
        "my.toml:21: a purchase: this row becomes something else (- expected, + found):
  - price = 4.99
  + price = 0.0499
my.toml:45: this row becomes something else (- expected, + found):
  - filtered: refund
  + rejected: missing_field analytics_installation_id
  + rejected: missing_field product_id
  + rejected: missing_field price
  + rejected: missing_field currency
3 examples, 2 not as expected
"
    );
}

#[test]
fn parameters_that_no_one_expected_are_shown() {
    let broken = MAPPING.replace("ip_address = \"203.0.113.9\"\n", "");
    let said = scene(&broken).run("test my.toml").prints().exits(1);
    assert!(
        said.stdout.contains("\n  + ip_address = 203.0.113.9\n"),
        "{}",
        said.stdout
    );
}

#[test]
fn programs_and_ci_servers_have_their_forms() {
    let broken = MAPPING
        .replace(
            "about = \"a purchase\"",
            "about = \"a <purchase> & \\\"more\\\"\"",
        )
        .replace("price = \"4.99\"", "price = \"5.99\"");
    let scene = scene(&broken);
    let json: serde_json::Value = serde_json::from_str(
        &scene
            .run("test my.toml --output json")
            .prints()
            .exits(1)
            .stdout,
    )
    .unwrap();
    assert_eq!(json[0]["line"], 21);
    assert_eq!(json[0]["passed"], false);
    assert_eq!(json[0]["difference"][0], "- price = 5.99");
    assert_eq!(json[2]["passed"], true);
    let junit = scene
        .run("test my.toml --output junit")
        .prints()
        .exits(1)
        .stdout;
    assert_eq!(
        junit,
        r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="tenjin-s2s test">
  <testsuite name="my.toml" tests="3" failures="1" errors="0">
    <testcase classname="my.toml" name="line 21 a &#60;purchase&#62; &#38; &#34;more&#34;">
      <failure message="the row becomes something else">- price = 5.99
+ price = 4.99</failure>
    </testcase>
    <testcase classname="my.toml" name="line 40 no currency, and a decimal comma">
    </testcase>
    <testcase classname="my.toml" name="line 45">
    </testcase>
  </testsuite>
</testsuites>
"#
    );
}

#[test]
fn a_mapping_that_cannot_be_read_is_a_test_that_failed() {
    let scene = scene(MAPPING);
    scene.file("broken.toml", "[fields\n");
    for (broken, why) in [
        ("broken.toml", "broken.toml:1"),
        ("nowhere.toml", "nowhere.toml"),
        ("nosuch", "neither a file nor a preset"),
    ] {
        let run = scene.run(&format!("test {broken} my.toml --output junit"));
        let xml = run.prints().complains(why).exits(2).stdout;
        let suite =
            format!("<testsuite name=\"{broken}\" tests=\"1\" failures=\"1\" errors=\"0\">");
        assert!(xml.contains(&suite), "{xml}");
        assert!(xml.contains("<failure message=\"error\">"), "{xml}");
        let sound = "<testsuite name=\"my.toml\" tests=\"3\" failures=\"0\" errors=\"0\">";
        assert!(xml.contains(sound), "{xml}");
        assert!(xml.ends_with("</testsuites>\n"), "{xml}");
    }
}

#[test]
fn a_row_that_is_not_flat_is_ndjson() {
    let text = r#"
[fields]
kind = { constant = "open" }
analytics_installation_id = "user.id"
bundle_id = { constant = "com.example.game" }
platform = { constant = "ios" }
os_version = "device.os?"
developer_device_id = "device.idfv"
ip_address = { constant = "203.0.113.9" }

[[example]]
row = { user = { id = "3f9dda78c8a14c8b8d880305ee6a3ca9" }, device = { os = 17.5, idfv = "6d92078a-8246-4ba4-ae5b-76104861e7dc" } }
request = { kind = "open", analytics_installation_id = "3f9dda78c8a14c8b8d880305ee6a3ca9", bundle_id = "com.example.game", platform = "ios", os_version = "17.5", developer_device_id = "6d92078a82464ba4ae5b76104861e7dc", ip_address = "203.0.113.9" }

[[example]]
row = '{"user": {"name": "none"}}'
rejected = "missing_field"
"#;
    let said = scene(text).run("test my.toml").prints().exits(0);
    assert_eq!(said.stdout, "2 examples, all as expected\n");
}

#[test]
fn what_tests_nothing_is_an_error() {
    for (text, error) in [
        (
            "about = \"x\"\n",
            "my.toml: it has no [[example]], so nothing can be tested",
        ),
        (
            "[[example]]\nrow = { a = \"1\" }\n",
            "my.toml:1: the example cannot be run: an example has a row, and one of `request`, \
             `rejected` and `filtered`",
        ),
        (
            "[[example]]\nrow = { a = \"1\" }\nfiltred = \"x\"\n",
            "my.toml:3:1: `filtred` is no key of this table; did you mean `filtered`?",
        ),
    ] {
        let scene = scene(text);
        let run = scene.run("test my.toml").prints();
        run.complains(error).exits(2);
    }
    let scene = scene(MAPPING);
    let run = scene.run("test nothere");
    run.complains("neither a file nor a preset").exits(2);
}

#[test]
fn every_preset_has_examples_of_what_it_sends_and_leaves_out() {
    let names: Vec<&str> = tenjin_s2s::mapping::presets::ALL
        .iter()
        .map(|preset| preset.name)
        .collect();
    let scene = Scene::new();
    let run = scene
        .run("test --output json")
        .args(&names)
        .prints()
        .exits(0);
    let all: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    for preset in tenjin_s2s::mapping::presets::ALL {
        let of_it = all
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["mapping"] == preset.name);
        assert!(of_it.count() >= 3, "{}", preset.name);
        let after = preset.text.split_once("\n[[example]]").unwrap().1;
        assert!(
            !after.contains("\n[fields") && !after.contains("\n[[filter"),
            "{}",
            preset.name
        );
    }
}

#[test]
fn a_folder_is_no_mapping_file() {
    Scene::new()
        .run("test .")
        .complains("error: mapping file .: ")
        .exits(2);
}

/// What does not run stops nothing else: its place, its column and the remedy are told.
#[test]
fn an_example_that_cannot_be_run_does_not_stop_the_others() {
    let lacking = "\n[[example]]\nrow = { order = \"A-4\" }\nrejected = \"missing_field\"\n";
    let scene = scene(&format!("{MAPPING}{lacking}"));
    scene.file(
        "other.toml",
        MAPPING.replace("price = \"4.99\"", "price = \"5.99\""),
    );
    let why = "my.toml:49: the example cannot be run: my.toml:6:1: there is no column `at`; if an \
               export may lack it, write \"at?\"";
    let run = scene.run("test my.toml nowhere.toml other.toml");
    let run = run
        .complains(why)
        .complains("nowhere.toml: there is no such file");
    assert_eq!(
        run.prints().exits(2).stdout,
        "other.toml:21: a purchase: this row becomes something else (- expected, + found):
  - price = 5.99
  + price = 4.99
7 examples, 1 not as expected, 1 cannot be run
"
    );
    let run = scene.run("test my.toml nowhere.toml other.toml --output json");
    let run = run.prints().mutters().exits(2);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let all = json.as_array().unwrap();
    let of = |name: &str| {
        all.iter()
            .map(|case| case[name].clone())
            .collect::<Vec<_>>()
    };
    let null = serde_json::Value::Null;
    assert_eq!(of("line")[2..5], [45.into(), 49.into(), null.clone()]);
    let passed = [true, true, true, false, false, false, true, true];
    assert_eq!(of("passed"), passed.map(serde_json::Value::from));
    assert_eq!(all[3]["error"], why);
    let nowhere = all[4]["error"].as_str().unwrap();
    assert!(nowhere.starts_with("mapping file nowhere.toml: there is no such file"));
    assert_eq!(all[5]["error"], null);
}

#[test]
fn the_example_of_the_help_passes_when_it_is_pasted() {
    let help = Scene::new().run("test --help").prints().exits(0).stdout;
    let lines = help.lines().skip_while(|line| *line != "  [fields]");
    let lines = lines.take_while(|line| line.is_empty() || line.starts_with("  "));
    let pasted: Vec<&str> = lines.collect();
    let said = scene(&pasted.join("\n"))
        .run("test my.toml")
        .prints()
        .exits(0);
    assert_eq!(said.stdout, "2 examples, all as expected\n");
}

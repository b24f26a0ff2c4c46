//! `--progress json`: events and nothing else on standard error; `--progress plain` and `off`.

use serde_json::Value;

use crate::support::{Behaviour, Reply, Rows, Scene, Scripted, number};

fn events(stderr: &str) -> Vec<Value> {
    stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect()
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect()
}

#[test]
fn a_run_as_events() {
    let asks = Reply::new(429, "slow").header("retry-after", "1");
    let script = [vec![Behaviour::accepted(); 5], vec![Behaviour::Reply(asks)]].concat();
    let server = Scripted::new(script, Behaviour::accepted());
    let scene = Scene::with("rows.csv", Rows::damaged(60, 1).csv);
    let ended = scene
        .run("upload rows.csv --progress json --verbose --ledger l --report-dir report")
        .arg("--endpoint-url")
        .arg(server.url())
        .prints()
        .mutters()
        .exits(1);
    let events = events(&ended.stderr);
    let kinds = kinds(&events);
    let start = kinds.iter().position(|kind| *kind == "start").unwrap();
    assert!(
        kinds[..start].iter().all(|kind| *kind == "notice"),
        "{kinds:?}"
    );
    assert_eq!(kinds.last(), Some(&"end"));
    let waiting = events.iter().find(|event| !event["waiting"].is_null());
    let waiting = &waiting.expect("the pause is told")["waiting"];
    assert_eq!(waiting["reason"], "asked_to_pause");
    assert!(waiting["seconds"].as_f64().unwrap() <= 1.0);
    assert_eq!(
        waiting["message"],
        format!("{} asked for a pause", server.url())
    );
    let end = events.last().unwrap();
    assert_eq!(end["status"], "complete");
    assert_eq!(end["stop_reason"], Value::Null);
    let page = end["report"].as_str().unwrap();
    let latest = std::fs::read_link(scene.path("report/latest")).unwrap();
    assert_eq!(page, format!("report/{}/report.html", latest.display()));
    let rows = &end["rows"];
    let told = ["read", "accepted", "rejected", "pending"].map(|name| number(&rows[name]));
    assert_eq!(told, [60, 54, 6, 0]);
    for event in events.iter().filter(|event| event["type"] == "progress") {
        let keys: Vec<_> = event
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let expected = [
            "bytes",
            "bytes_total",
            "elapsed",
            "left",
            "rate",
            "rows",
            "type",
            "waiting",
        ];
        assert_eq!(keys, expected);
        assert!(number(&event["bytes"]) <= number(&event["bytes_total"]));
    }
}

#[test]
fn a_run_that_cannot_begin_says_so_as_an_event() {
    let scene = Scene::new();
    let ended = scene
        .run("upload no\u{1b}ne.csv --progress json")
        .mutters()
        .exits(2);
    let events = events(&ended.stderr);
    assert_eq!(kinds(&events), ["error"]);
    let message = events[0]["message"].as_str().unwrap();
    assert!(message.contains("ne.csv"), "{message}");
    let ended = scene
        .run("upload rows.csv --progress json --config none.toml")
        .mutters()
        .exits(2);
    assert_eq!(kinds(&self::events(&ended.stderr)), ["error"]);
    let mistyped = scene.run("upload --progress json --nonsense").mutters();
    let ended = mistyped.exits(2);
    assert_eq!(kinds(&self::events(&ended.stderr)), ["error"]);
}

#[test]
fn the_configuration_can_ask_for_events() {
    let scene = Scene::new();
    scene.file(
        ".config/tenjin-s2s/tenjin-s2s.toml",
        "progress = \"json\"\n",
    );
    let ended = scene.run("validate none.csv").mutters().exits(2);
    assert_eq!(kinds(&events(&ended.stderr)), ["error"]);
}

#[test]
fn a_validation_as_events() {
    let scene = Scene::with("rows.csv", Rows::sound(20, 1).csv);
    let ended = scene
        .run("validate rows.csv --progress json --output json")
        .mutters()
        .exits(0);
    let events = events(&ended.stderr);
    assert_eq!(kinds(&events)[0], "start");
    assert_eq!(events[0]["command"], "validate");
    assert_eq!(events[0]["inputs"], serde_json::json!(["rows.csv"]));
    assert_eq!(kinds(&events).last(), Some(&"end"));
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["run_id"], events[0]["run_id"]);
}

#[test]
fn each_form_is_described() {
    let scene = Scene::new();
    let help = scene.run("upload --help").prints().exits(0).stdout;
    for words in [
        "- auto:",
        "- bar:",
        "- plain:",
        "- json:",
        "- off:",
        "A line every ten seconds",
    ] {
        assert!(help.contains(words), "{words}");
    }
}

#[test]
fn off_and_plain_say_nothing_of_a_short_run() {
    for form in ["off", "plain", "bar", "auto"] {
        let server = Scripted::new(vec![], Behaviour::accepted());
        let scene = Scene::with("rows.csv", Rows::sound(20, 1).csv);
        let ended = scene
            .run(&format!("upload rows.csv --ledger l --progress {form}"))
            .arg("--endpoint-url")
            .arg(server.url())
            .prints()
            .exits(0);
        assert_eq!(ended.stderr, "", "{form}");
    }
}

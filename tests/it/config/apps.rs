//! Several apps in one run, each with its own key, wall and canary.

use crate::support::flat;
use serde_json::json;
use tenjin_s2s::sandbox::{Keys, Options, Server};

use super::home::Home;

const GOOD: &str = "GOOD-KEY-0123456789";

fn sandbox() -> Server {
    let keys = Keys::only(GOOD);
    Server::start(Options {
        keys,
        ..Options::default()
    })
    .unwrap()
}

/// `rows` opens of each app on Android, in turns.
pub(crate) fn opens(apps: &[&str], rows: u32) -> String {
    let mut text = String::from(
        "kind,event_id,bundle_id,platform,os_version,analytics_installation_id,advertising_id\n",
    );
    for row in 0..rows {
        for (number, app) in apps.iter().enumerate() {
            let id = format!("{row:08x}-0000-4000-8000-{number:012x}", row = row + 1);
            text += &format!("open,r{row}-{number},{app},android,34,{id},{id}\n");
        }
    }
    text
}

#[test]
fn one_app_without_a_key_and_one_with_a_wrong_one_do_not_stop_the_third() {
    let server = sandbox();
    let home = Home::new();
    let config = format!(
        "endpoint_url = \"{}\"\nrate = \"unlimited\"\nreport_dir = \"report\"\n\
         [apps.\"com.wrong\"]\nandroid = {{ sdk_key_env = \"WRONG\" }}\n\
         [apps.\"com.good\"]\nandroid = {{ sdk_key_env = \"RIGHT\" }}\n",
        server.url()
    );
    home.file("xdg/tenjin-s2s/tenjin-s2s.toml", &config);
    home.file(
        "work/in.csv",
        &opens(&["com.lost", "com.wrong", "com.good"], 60),
    );
    let variables = [("WRONG", "BAD-KEY-0123456789"), ("RIGHT", GOOD)];
    let said = home.run_with(&["upload", "in.csv", "--output", "json"], &variables);
    let report = said.json();
    assert_eq!(said.code, 1, "{said:?}");
    assert_eq!(report["status"], "complete");
    let rows = &report["rows"];
    assert_eq!(rows["read"], 180);
    assert_eq!(rows["rejected"], 60);
    assert_eq!(rows["not_sent"], 60);
    assert_eq!(rows["accepted"], 60);
    let rejection = &report["rejections"][0];
    assert_eq!(
        json!([rejection["code"], rejection["field"], rejection["count"]]),
        json!(["unknown_app", "bundle_id", 60])
    );
    assert_eq!(server.stats().accepted, 60);
    assert!(!said.out.contains(GOOD) && !said.err.contains(GOOD));

    let again = home.run_with(&["upload", "in.csv", "--ledger", "other"], &variables);
    assert_eq!(again.code, 1, "{again:?}");
    let text = flat(&again.out);
    let stopped = "but com.wrong (android) stopped (unauthorized, key from the environment \
                   variable WRONG), 120 rows need attention.";
    assert!(text.contains(stopped), "{}", again.out);
    let next = "Next put the app's SDK key (Tenjin's dashboard, the app's settings) into the \
                environment variable WRONG, then run again";
    assert!(text.contains(next), "{}", again.out);
}

#[test]
fn when_no_app_is_left_the_run_stops() {
    let server = sandbox();
    let home = Home::new();
    let config = format!(
        "endpoint_url = \"{}\"\n\
         [apps.\"com.a\"]\nandroid = {{ sdk_key_env = \"WRONG\" }}\n\
         [apps.\"com.b\"]\nandroid = {{ sdk_key_env = \"WRONG\" }}\n",
        server.url()
    );
    home.file("xdg/tenjin-s2s/tenjin-s2s.toml", &config);
    home.file("work/in.csv", &opens(&["com.a", "com.b"], 30));
    home.file("work/one.csv", &opens(&["com.b"], 3));
    let variables = [("WRONG", "BAD-KEY-0123456789")];
    for (input, rows) in [("in.csv", 60), ("one.csv", 3)] {
        let said = home.run_with(&["upload", input, "--output", "json"], &variables);
        let report = said.json();
        assert_eq!(said.code, 5, "{input}: {said:?}");
        assert_eq!(report["stop_reason"], "unauthorized");
        assert_eq!(report["rows"]["not_sent"], rows);
    }
}

#[test]
fn an_app_whose_variable_is_not_set_is_rejected_and_said() {
    let server = sandbox();
    let home = Home::new();
    let config = format!(
        "endpoint_url = \"{}\"\n\
         [apps.\"com.a\"]\nandroid = {{ sdk_key_env = \"NOT_SET\" }}\n\
         [apps.\"com.b\"]\nandroid = {{ sdk_key_env = \"RIGHT\" }}\n",
        server.url()
    );
    home.file("xdg/tenjin-s2s/tenjin-s2s.toml", &config);
    home.file("work/in.csv", &opens(&["com.a", "com.b"], 5));
    let said = home.run_with(&["upload", "in.csv"], &[("RIGHT", GOOD)]);
    assert_eq!(said.code, 1, "{said:?}");
    assert_eq!(server.stats().accepted, 5);
    let text = "com.a (android): environment variable NOT_SET is not set";
    assert!(said.out.contains(text), "{said:?}");
    let said = home.run(&["upload", "in.csv"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("no app has a key: com.a (android)"),
        "{said:?}"
    );
}

#[test]
fn a_key_that_is_named_serves_instead_of_those_of_the_file() {
    let server = sandbox();
    let home = Home::new();
    let config = format!(
        "endpoint_url = \"{}\"\n\
         [apps.\"com.a\"]\nandroid = {{ sdk_key_env = \"NOT_SET\" }}\n",
        server.url()
    );
    home.file("xdg/tenjin-s2s/tenjin-s2s.toml", &config);
    home.file("work/in.csv", &opens(&["com.b"], 3));
    home.file("key", GOOD);
    let said = home.run(&["upload", "in.csv", "--sdk-key-file", "../key"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(server.stats().accepted, 3);
}

#[test]
fn partners_are_asked_for_app_by_app() {
    let home = Home::new();
    let config = "[apps.\"com.a\"]\nandroid = { require = [\"google-ads\"] }\n";
    home.file("xdg/tenjin-s2s/tenjin-s2s.toml", config);
    home.file("work/in.csv", &opens(&["com.a", "com.b"], 2));
    let said = home.run(&["validate", "in.csv", "--output", "json"]);
    let rows = &said.json()["rows"];
    assert_eq!((said.code, &rows["rejected"]), (1, &json!(2)), "{said:?}");
}

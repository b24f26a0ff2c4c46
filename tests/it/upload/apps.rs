//! Several apps in one file: each has its own key, wall and canary.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::support::{Behaviour, Scene, Scripted, Seen, StandIn, flat, warnings};

const ROWS: usize = 60;

/// Opens of these apps on Android, in turns.
fn opens(apps: &[&str]) -> String {
    let mut text = String::from(
        "kind,event_id,bundle_id,platform,os_version,analytics_installation_id,advertising_id\n",
    );
    for row in 1..=ROWS {
        for (number, app) in apps.iter().enumerate() {
            let id = format!("{row:08x}-0000-4000-8000-{number:012x}");
            let _ = writeln!(text, "open,r{row}-{number},{app},android,34,{id},{id}");
        }
    }
    text
}

fn is_of(seen: &Seen, app: &str) -> bool {
    seen.body.starts_with(&format!("bundle_id={app}&"))
}

#[test]
fn a_plan_says_which_key_serves_what() {
    let scene = Scene::with("rows.csv", opens(&["com.a", "com.b"]));
    let keys = "[apps.\"com.a\"]\nandroid = { sdk_key_env = \"KEY_A\" }\n\
                [apps.\"com.b\"]\nandroid = { sdk_key_file = \"b.key\" }\n";
    scene.file("apps.toml", keys);
    let plan = |options: &str| {
        let words = format!("upload rows.csv --dry-run {options}");
        scene.run(&words).prints().exits(0).stdout
    };
    let each = plan("--config apps.toml");
    let line = "\nKeys       com.a (android): environment variable KEY_A;\n";
    assert!(each.contains(line), "{each}");
    assert!(
        each.contains("           com.b (android): key file "),
        "{each}"
    );
    let json = plan("--config apps.toml --output json");
    let keys = &serde_json::from_str::<Value>(&json).unwrap()["plan"]["keys"];
    assert_eq!(
        keys[0],
        json!({"app": "com.a (android)", "source": "environment variable KEY_A"})
    );
    assert_eq!(keys[1]["app"], "com.b (android)");
    let account = plan("--key-scope account");
    let line = "\nKeys       every app: environment variable TENJIN_SDK_KEY\n";
    assert!(account.contains(line), "{account}");
    assert!(!account.contains("rows of 2 apps"), "{account}");
    scene.file("one.csv", opens(&["com.a"]));
    let one = scene
        .run("upload one.csv --dry-run")
        .prints()
        .exits(0)
        .stdout;
    assert!(!one.contains("Keys "), "{one}");
}

/// With no key at all, no app is taken for the one that it would serve.
#[test]
fn a_plan_without_a_key_says_of_each_app_that_it_needs_one() {
    let scene = Scene::with("rows.csv", opens(&["com.a", "com.b"]));
    let plan = |options: &str| {
        let words = format!("upload rows.csv --dry-run {options}");
        scene.run(&words).without_key()
    };
    let ended = plan("").prints().exits(0);
    let warned = "Warning    rows of 2 apps (com.a (android), com.b (android)): an SDK key serves";
    assert!(ended.stdout.contains(warned), "{}", ended.stdout);
    assert!(!ended.stdout.contains("one SDK key"), "{}", ended.stdout);
    let advice = "Next each app on each platform has a key of its own: name them under [apps]";
    assert!(flat(&ended.stdout).contains(advice), "{}", ended.stdout);
    let lines = "\n      120 valid                    100 %\n";
    assert!(ended.stdout.contains(lines), "{}", ended.stdout);
    let keys = "\nKeys       com.a (android): no key is set; com.b (android): no key is set\n";
    assert!(ended.stdout.contains(keys), "{}", ended.stdout);
    // However late the second one comes.
    let (first, second) = (opens(&["com.a"]), opens(&["com.b"]));
    let rows = first.split_once('\n').unwrap().1.repeat(300);
    let second = second.split_once('\n').unwrap().1;
    scene.file("late.csv", format!("{first}{rows}{second}"));
    let late = scene.run("upload late.csv --dry-run").without_key();
    let late = late.prints().exits(0);
    assert!(late.stdout.contains(keys), "{}", late.stdout);
    let account = plan("--key-scope account").prints().exits(0);
    assert!(
        account.stdout.contains("120 requests"),
        "{}",
        account.stdout
    );
    scene.file("one.csv", opens(&["com.a"]));
    let one = scene.run("upload one.csv --dry-run").without_key();
    one.prints().exits(0);
}

/// What comes after a rehearsal is about the keys that the configuration names.
#[test]
fn a_rehearsal_names_where_the_keys_of_the_upload_are() {
    let scene = Scene::with("rows.csv", opens(&["com.a", "com.b"]));
    scene.file(
        "apps.toml",
        "[apps.\"com.a\"]\nandroid = { sdk_key_file = \"a.key\" }\n\
         [apps.\"com.b\"]\nandroid = { sdk_key_file = \"b.key\" }\n",
    );
    scene.file("one.csv", opens(&["com.a"]));
    for (options, keys) in [
        ("rows.csv --config apps.toml", "the keys that [apps] names"),
        (
            "one.csv --sdk-key-file my.key",
            "the app's SDK key in key file my.key",
        ),
        (
            "one.csv",
            "the app's SDK key in environment variable TENJIN_SDK_KEY",
        ),
    ] {
        let words = format!("upload --sandbox --rate unlimited {options}");
        let said = scene.run(&words).prints().exits(0).stdout;
        let advice = format!("this was a trial in the sandbox; with {keys}, to Tenjin itself:");
        assert!(flat(&said).contains(&advice), "{options}: {said}");
    }
}

/// Rows of an app whose key is missing here stay in the plan, and it says which.
#[test]
fn a_plan_names_each_key_of_the_table_that_is_missing() {
    let scene = Scene::with("rows.csv", opens(&["com.a", "com.b", "com.c"]));
    scene.file(
        "apps.toml",
        "[apps.\"com.a\"]\nandroid = { sdk_key_env = \"KEY_A\" }\n\
         [apps.\"com.b\"]\nandroid = { sdk_key_env = \"KEY_B\" }\n\
         [apps.\"com.c\"]\nandroid = { sdk_key_file = \"keys/c.key\" }\n",
    );
    let plan = "upload rows.csv --dry-run --config apps.toml --output json";
    let ended = scene.run(plan).env("KEY_A", "0123456789abcdef").exits(0);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["plan"]["requests"], 180);
    let texts = warnings(&report, "app_cannot_send");
    assert_eq!(
        texts,
        [
            "com.b (android): environment variable KEY_B is not set, so an upload from here would not \
             send its rows",
            "com.c (android): key file keys/c.key is not there, so an upload from here would not send \
             its rows",
        ]
    );
}

#[test]
fn a_rehearsal_asks_for_a_key_of_each_app_unless_one_serves_the_account() {
    let scene = Scene::with("rows.csv", opens(&["com.a", "com.b"]));
    let warned = |options: &str| {
        let words = format!("upload rows.csv --sandbox --rate unlimited {options}");
        let said = scene.run(&words).prints().exits(0).stdout;
        said.contains("rows of 2 apps (com.a (android), com.b (android))")
    };
    assert!(warned(""));
    assert!(!warned("--key-scope account"));
}

/// What a rehearsal and a plan of rows of two apps propose goes on where one key serves both.
#[test]
fn one_key_and_two_apps_lead_on_to_an_upload() {
    let scene = Scene::with("rows.csv", opens(&["com.a", "com.b"]));
    let next = |words: &str, code: i32| {
        let said = scene.run(words).prints().mutters().exits(code).stdout;
        let command = said.lines().last().unwrap().trim().to_owned();
        let advice = flat(&said);
        let told = "each app on each platform has a key of its own: name them under [apps] in \
                    a file and pass --config FILE; or, if one key serves them all:";
        assert!(advice.contains(told), "{said}");
        command
    };
    let upload = next("upload rows.csv --sandbox --rate unlimited", 0);
    assert_eq!(
        upload,
        "tenjin-s2s upload --rate unlimited rows.csv --key-scope account"
    );
    let plan = next("upload rows.csv --dry-run", 2);
    assert_eq!(
        plan,
        "tenjin-s2s upload rows.csv --key-scope account --dry-run"
    );
    let server = StandIn::well();
    for (command, accepted) in [(plan, 0), (upload, 120)] {
        let words = command.trim_start_matches("tenjin-s2s ");
        let words = format!("{words} --endpoint-url {} --progress off", server.url());
        scene.run(&words).prints().mutters().exits(0);
        assert_eq!(server.server.stats().accepted, accepted);
    }
}

#[test]
fn an_app_without_a_key_one_with_a_wrong_one_and_a_canary_do_not_stop_the_last() {
    let scene = Scene::with(
        "rows.csv",
        opens(&["com.lost", "com.walled", "com.bad", "com.good"]),
    );
    let apps = ["walled", "bad", "good"].map(|name| {
        let key = name.to_uppercase();
        format!("[apps.\"com.{name}\"]\nandroid = {{ sdk_key_env = \"{key}\" }}\n")
    });
    scene.file("apps.toml", apps.concat());
    let server = Scripted::ruled(|seen| {
        if is_of(seen, "com.walled") {
            Behaviour::reply(401, "unauthorized")
        } else if is_of(seen, "com.bad") {
            Behaviour::reply(400, "bad parameter")
        } else {
            Behaviour::accepted()
        }
    });
    let ended = scene
        .upload(
            &server.url(),
            "rows.csv --config apps.toml --rate unlimited",
        )
        .without_key()
        .env("WALLED", "walled-key-0123456789")
        .env("BAD", "bad-key-0123456789")
        .env("GOOD", "good-key-0123456789")
        .exits(1);
    let report = ended.report();
    assert_eq!(report["status"], "complete");
    let by_app = |app: &str| {
        let counts = &report["by_app"][&format!("{app} (android)")];
        json!([
            counts["accepted"],
            counts["refused"],
            counts["rejected"],
            counts["stop_reason"]
        ])
    };
    assert_eq!(by_app("com.good"), json!([60, 0, 0, null]));
    assert_eq!(by_app("com.bad"), json!([0, 20, 0, "canary"]));
    assert_eq!(by_app("com.walled"), json!([0, 0, 0, "unauthorized"]));
    assert_eq!(by_app("com.lost"), json!([0, 0, 60, null]));
    assert_eq!(report["rejections"][0]["code"], "unknown_app");
    assert_eq!(
        report.counts(),
        [
            ("read", 240),
            ("accepted", 60),
            ("refused", 20),
            ("rejected", 60),
            ("not_sent", 100)
        ]
        .into()
    );
    let seen = server.seen();
    let requests = |app: &str| seen.iter().filter(|seen| is_of(seen, app)).count();
    assert_eq!(requests("com.good"), 60);
    assert_eq!(requests("com.bad"), 20, "the canary");
    assert_eq!(requests("com.walled"), 1, "the wall, met by the canary");
    assert_eq!(requests("com.lost"), 0);
}

#[test]
fn rows_that_a_rule_leaves_out_ask_for_no_key() {
    let purchase = |app: &str, refunded: &str| {
        let id = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca1";
        format!("purchase,{app}-{refunded},{app},android,34,{id},{id},gold,8.00,1,EUR,{refunded}\n")
    };
    let header = "kind,event_id,bundle_id,platform,os_version,analytics_installation_id,\
                  advertising_id,product_id,price,quantity,currency,refunded\n";
    let rows = [header, &purchase("com.a", "no"), &purchase("com.b", "yes")].concat();
    let scene = Scene::with("rows.csv", rows);
    let preset = scene.run("presets tenjin").prints().exits(0).stdout;
    let rule =
        "[[filter]]\nreason = \"refunded\"\nwhen = [{ column = \"refunded\", yes = true }]\n";
    scene.file("my.toml", preset + rule);
    let plan = scene
        .run("upload rows.csv --mapping my.toml --dry-run --output json")
        .prints()
        .exits(0);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let rows = &plan["rows"];
    assert_eq!(
        json!([
            rows["read"],
            rows["valid"],
            rows["rejected"],
            rows["filtered"]
        ]),
        json!([2, 1, 0, 1])
    );
    let outcomes = &plan["totals"]["by_app"][0]["outcomes"];
    assert_eq!(outcomes["not_sent"]["revenue"], json!({ "EUR": "8.00" }));
    let server = Scripted::new(vec![], Behaviour::accepted());
    scene
        .upload(&server.url(), "rows.csv --mapping my.toml")
        .exits(0);
    assert_eq!(server.seen().len(), 1);
}

/// The options are wrong, and not the input: each app wants a key, or one serves them all.
#[test]
fn one_key_and_two_apps_end_with_what_to_do_about_keys() {
    let scene = Scene::with("rows.csv", opens(&["com.a", "com.b"]));
    let server = StandIn::well();
    let stopped = scene
        .run(&format!("upload rows.csv --endpoint-url {}", server.url()))
        .prints()
        .complains("one SDK key, but rows of several apps")
        .exits(2);
    let said: Vec<_> = stopped.stdout.split_whitespace().collect();
    let advice = "Next each app on each platform has a key of its own: name them under [apps] in a file \
                  and pass --config FILE; or, if one key serves them all: tenjin-s2s upload";
    assert!(said.join(" ").contains(advice), "{}", stopped.stdout);
    let command = format!(
        "  tenjin-s2s upload --endpoint-url {} rows.csv --key-scope account\n",
        server.url()
    );
    assert!(stopped.stdout.contains(&command), "{}", stopped.stdout);
    assert_eq!(server.recorded().len(), 0);
}

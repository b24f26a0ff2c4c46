//! A newcomer with the binary, a foreign export and no key: the program's own words lead from
//! `tenjin-s2s` to an uploaded file.
//!
//! The newcomer adds nothing but the name of the file, and what is asked for as `YOUR_…`.

use std::fmt::Write;

use crate::support::shell::{Said, bash, commands, run};
use crate::support::{Report, Scene};

/// Far more steps than anybody would take.
const STEPS: usize = 8;

/// Follows the last command that each answer proposes, from nothing to the end of a rehearsal.
/// Gives what was typed, and the last answer.
fn follow(scene: &Scene, file: &str, answers: &[(&str, &str)]) -> (Vec<String>, Said) {
    let mut said = run(&mut bash(scene, "tenjin-s2s"));
    assert_eq!(said.code, Some(2));
    assert_eq!(said.stdout, "");
    let mut next = commands(&said).first().unwrap().replace("EXPORT.csv", file);
    let mut typed = Vec::new();
    for _ in 0..STEPS {
        for (asked, answer) in answers {
            next = next.replace(asked, answer);
        }
        typed.push(next.clone());
        said = run(&mut bash(scene, &next));
        if said.stdout.contains("this was a trial") {
            return (typed, said);
        }
        let proposed = commands(&said).pop();
        next = proposed.unwrap_or_else(|| panic!("{typed:#?}\n{}", said.all()));
    }
    panic!("{typed:#?}\n{}", said.all());
}

/// The report of the last upload.
fn report(scene: &Scene) -> Report {
    let folder = scene.path("tenjin-s2s-reports");
    let run = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap();
    Report::read(&run.path())
}

fn ago(minutes: i64) -> jiff::Timestamp {
    jiff::Timestamp::now() - jiff::SignedDuration::from_mins(minutes)
}

fn id(row: usize) -> String {
    format!("ae2eb154-7f15-4524-8fd1-1d0b7c2a9e{row:02}")
}

#[test]
fn orders_with_semicolons_and_decimal_commas() {
    let mut text = "Order ID;Created At;Customer;IDFV;Device OS;SKU;Amount;Currency\n".to_owned();
    for row in 10..30 {
        let time = ago(200).strftime("%Y-%m-%d %H:%M:%S");
        let _ = writeln!(
            text,
            "{row};{time};u-{row};{};17.2;gold;1.004,99;EUR",
            id(row)
        );
    }
    let scene = Scene::with("orders.csv", text);
    let (typed, _) = follow(
        &scene,
        "orders.csv",
        &[("YOUR_BUNDLE_ID", "com.acme.shop"), ("YOUR_ZONE", "UTC")],
    );
    assert_eq!(
        typed.len(),
        4,
        "validate, better, plan, rehearse: {typed:#?}"
    );
    assert!(typed[1].contains("--kind purchase"), "{}", typed[1]);
    assert!(
        typed[1].contains("--map 'event_time=Created At'"),
        "{}",
        typed[1]
    );
    let report = report(&scene);
    assert_eq!(report.counts(), [("read", 20), ("accepted", 20)].into());
    assert_eq!(report["totals"]["accepted"]["revenue"]["EUR"], "20099.80");
}

#[test]
fn app_events_as_ndjson() {
    let mut text = String::new();
    for row in 10..30 {
        let time = ago(100).as_second();
        let _ = writeln!(
            text,
            r#"{{"eventName":"level_up","ts":{time},"user":{{"id":"u-{row}","gaid":"{}"}},"os":{{"name":"android","version":"34"}},"app":"com.acme.game"}}"#,
            id(row)
        );
    }
    let scene = Scene::with("my events.ndjson", text);
    let (typed, _) = follow(&scene, "'my events.ndjson'", &[]);
    assert_eq!(typed.len(), 4, "{typed:#?}");
    assert!(
        typed[1].contains("--map advertising_id=user.gaid"),
        "{}",
        typed[1]
    );
    assert_eq!(
        report(&scene).counts(),
        [("read", 20), ("accepted", 20)].into()
    );
}

#[test]
fn app_events_of_ios_whose_ids_are_in_a_table() {
    let mut text = String::new();
    let mut users = "customer_user_id,analytics_installation_id,developer_device_id\n".to_owned();
    for row in 10..30 {
        let (time, id) = (ago(100).as_second(), id(row));
        let _ = writeln!(
            text,
            r#"{{"action":"level_up","ts":{time},"uid":"u-{row}","idfa":"{id}","ios_version":"17.5"}}"#
        );
        let _ = writeln!(users, "u-{row},{id},{id}");
    }
    let scene = Scene::with("events.ndjson", text);
    scene.file("users.csv", users);
    let answers = [
        ("YOUR_BUNDLE_ID", "com.acme.game"),
        ("YOUR_TABLE.csv", "users.csv"),
    ];
    let (typed, _) = follow(&scene, "events.ndjson", &answers);
    assert_eq!(typed.len(), 4, "{typed:#?}");
    assert!(
        typed[1].contains("--lookup users.csv --lookup-key customer_user_id"),
        "{}",
        typed[1]
    );
    assert!(!typed[1].contains("--derive"), "{}", typed[1]);
    assert_eq!(
        report(&scene).counts(),
        [("read", 20), ("accepted", 20)].into()
    );
}

#[test]
fn a_vendors_export_without_the_ids() {
    let mut text = "AppsFlyer ID,Event Time,Event Name,Event Value,Event Revenue,Event Revenue \
                    Currency,Platform,OS Version,App Name,Advertising ID,IDFA,IDFV,IP\n"
        .to_owned();
    for row in 10..30 {
        let time = ago(150).strftime("%Y-%m-%d %H:%M:%S");
        let id = id(row);
        let _ = writeln!(
            text,
            "1-{row},{time},level_up,{{}},,,ios,17.4,Puzzle,,{id},{id},192.0.2.7"
        );
    }
    let scene = Scene::with("appsflyer.csv", text);
    let (typed, _) = follow(
        &scene,
        "appsflyer.csv",
        &[("YOUR_BUNDLE_ID", "com.acme.puzzle"), ("YOUR_ZONE", "UTC")],
    );
    assert_eq!(typed.len(), 4, "{typed:#?}");
    assert!(typed[1].contains("--timezone UTC"), "{}", typed[1]);
    assert!(
        typed[1].contains("--derive-installation-id developer_device_id"),
        "{}",
        typed[1]
    );
    assert_eq!(
        report(&scene).counts(),
        [("read", 20), ("accepted", 20)].into()
    );
}

#[test]
fn old_rows_are_sent_only_if_that_is_said() {
    let mut text = "kind,event,event_time,bundle_id,platform,os_version,analytics_installation_id,\
                    advertising_id\n"
        .to_owned();
    let id = id(10);
    let _ = writeln!(
        text,
        "event,level_up,2020-01-01T00:00:00Z,com.acme.game,android,34,{id},{id}"
    );
    let scene = Scene::with("old.csv", text);
    let (typed, _) = follow(&scene, "old.csv", &[]);
    assert_eq!(typed[1], "tenjin-s2s validate old.csv --max-age none");
    assert_eq!(report(&scene).rows("accepted"), 1);
}

#[test]
fn a_placeholder_that_was_copied_is_refused() {
    let scene = Scene::with("a.csv", "event\na\n");
    for option in [
        "--bundle-id YOUR_BUNDLE_ID",
        "--set os_version=YOUR_OS_VERSION",
        "--timezone YOUR_ZONE",
    ] {
        scene
            .run(&format!("validate a.csv {option}"))
            .complains("put your own in the place of YOUR_")
            .exits(2);
    }
}

#[test]
fn nothing_typed_is_answered_in_a_dozen_lines() {
    let said = run(&mut bash(&Scene::new(), "tenjin-s2s"));
    assert!(said.stderr.lines().count() <= 15, "{}", said.stderr);
    let long = said.stderr.lines().find(|line| line.chars().count() > 80);
    assert_eq!(long, None);
    assert_eq!(commands(&said)[0], "tenjin-s2s validate EXPORT.csv");
}

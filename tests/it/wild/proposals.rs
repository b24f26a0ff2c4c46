//! Every proposal can be pasted, and leads on: all files are taken from `validate` to the end of a
//! rehearsal by what the program says, and nothing else.

use std::path::{Path, PathBuf};

use super::{fixture, wild};
use crate::support::proposals::{answered, check, lines_of_mapping};
use crate::support::shell::{Said, bash, commands, run};
use crate::support::{Scene, below, flat};

/// Far more steps than any file takes.
const STEPS: usize = 10;

/// Types this. One key serves all apps of a file: what to do without such a key is not a command.
fn types(scene: &Scene, line: &str) -> Said {
    run(bash(scene, line).env("TENJIN_S2S_KEY_SCOPE", "account"))
}

/// Types this, then whatever is proposed, until nothing is, or a person has to do something.
/// Gives what was typed and the last answer.
fn follow(scene: &Scene, first: &str) -> (Vec<String>, Said) {
    let mut typed = vec![first.to_owned()];
    let mut said = types(scene, first);
    for _ in 0..STEPS {
        let code = said.code.unwrap();
        let shown = format!("{typed:#?}\n{}", said.all());
        assert!(
            code == 0 || code == 1 || code == 2 && typed.len() == 1,
            "{code} {shown}"
        );
        let Some(next) = commands(&said).pop() else {
            return (typed, said);
        };
        // This asks for what the file does not have.
        if next.contains("YOUR_COLUMN") {
            return (typed, said);
        }
        if next.contains("YOUR_MAPPING") {
            scene.file("mapping.toml", lines_of_mapping(&said.stdout));
        }
        let next = answered(&next);
        assert!(!typed.contains(&next), "the same again: {next} {shown}");
        if said.stdout.contains("this was a trial") {
            let plan = types(scene, &format!("{next} --dry-run"));
            let code = plan.code.unwrap();
            assert!(code == 0 || code == 1, "{next}\n{}", plan.all());
            assert!(!next.contains("--sandbox"), "{next}");
            return (typed, said);
        }
        typed.push(next.clone());
        let is_fixed = said.stdout.contains("fix the rejected rows in their file");
        said = types(scene, &next);
        if is_fixed {
            // Nobody has fixed them, so they are rejected again.
            assert_eq!(said.code, Some(1), "{next}\n{}", said.all());
            return (typed, said);
        }
    }
    panic!("{typed:#?}\n{}", said.all());
}

/// All exports in the fixtures.
fn files() -> Vec<PathBuf> {
    let mut files = below(&fixture("wild"));
    files.extend(below(&fixture("presets")));
    files.retain(|file| !file.ends_with(".gitattributes"));
    files.sort();
    files
}

/// A scene with this file under a name that a shell takes apart, and a table of users.
fn scene(file: &Path, name: &str) -> Scene {
    let scene = Scene::with(name, std::fs::read(file).unwrap());
    let id = "3f9dda78c8a14c8b8d880305ee6a3ca9";
    let users = "customer_user_id,advertising_id,developer_device_id,analytics_installation_id";
    scene.file("users.csv", format!("{users}\nu-1,{id},{id},{id}\n"));
    scene
}

#[test]
fn every_proposal_for_every_file_can_be_pasted_and_leads_on() {
    for file in files() {
        let ending = file.file_name().unwrap().to_string_lossy();
        let ending = ending.split_once('.').map_or("csv", |(_, ending)| ending);
        let name = format!("it's my $HOME file.{ending}");
        let scene = scene(&file, &name);
        let first = format!("tenjin-s2s validate --max-age none \"it's my \\$HOME file.{ending}\"");
        let (typed, said) = follow(&scene, &first);
        let (start, shown) = (typed.len(), said.all());
        assert!(start <= STEPS, "{}: {shown}", file.display());
    }
}

/// What is proposed after `validate` of a file in `fixtures/wild/`.
fn proposed(name: &str) -> (Said, String) {
    let scene = wild(name);
    let said = run(&mut bash(
        &scene,
        &format!("tenjin-s2s validate --max-age none {name}"),
    ));
    let command = commands(&said).pop().unwrap_or_default();
    (said, command)
}

#[test]
fn what_a_stray_row_lacks_is_never_proposed_for_all() {
    // A row of totals asks for nothing, a header in the middle is to be fixed.
    let (_, command) = proposed("total.csv");
    assert_eq!(
        command,
        "tenjin-s2s upload --max-age none total.csv --dry-run"
    );
    let (_, command) = proposed("hdrmid.csv");
    assert_eq!(
        command,
        "tenjin-s2s validate --max-age none hdrmid.csv --report-dir report"
    );
    let (_, command) = proposed("noheader.csv");
    assert!(
        !command.contains("--kind") && !command.contains("--set"),
        "{command}"
    );
}

#[test]
fn each_platform_is_asked_for_its_own_version() {
    let (_, command) = proposed("rc_v5_caps.csv");
    for platform in ["ios", "android", "amazon"] {
        let value = format!("YOUR_{}_OS_VERSION", platform.to_uppercase());
        let words = format!("--set os_version:{platform}={value}");
        assert!(command.contains(&words), "{command}");
    }
    assert!(!command.contains("os_version=YOUR"), "{command}");
}

#[test]
fn a_creatives_id_is_no_device_id() {
    let (_, command) = proposed("af_trimmed_adid.csv");
    for words in ["Ad ID", "--kind", "advertising_id"] {
        assert!(!command.contains(words), "{words}: {command}");
    }
}

#[test]
fn payments_of_stripe_are_known_by_their_id_and_told_from_refunds() {
    let (said, command) = proposed("stripe_payments.csv");
    for words in [
        "--map event_id=id",
        "--map price=Amount",
        "--map 'customer_user_id=Customer ID'",
    ] {
        assert!(command.contains(words), "{words}: {command}");
    }
    let text = flat(&said.stdout);
    let wanted = "rows that are no payment (`Status`: Failed, Refunded) must be left out";
    assert!(text.contains(wanted), "{text}");
}

#[test]
fn warehouse_forms_work_at_once() {
    let (_, command) = proposed("posthog_batch.ndjson");
    for words in [
        "--map event_time=timestamp",
        "--map event_id=uuid",
        "--map price=properties.revenue",
        "--map 'bundle_id=properties.$app_namespace'",
        "--map 'platform=properties.$os'",
        "--map 'os_version=properties.$os_version'",
        "--map 'ip_address=properties.$ip'",
    ] {
        assert!(command.contains(words), "{words}: {command}");
    }
    for name in ["posthog_batch.ndjson", "amplitude_fivetran.csv"] {
        let scene = wild(name);
        let (typed, said) = follow(
            &scene,
            &format!("tenjin-s2s validate --max-age none {name}"),
        );
        assert!(
            said.stdout.contains("this was a trial"),
            "{typed:#?}\n{}",
            said.all()
        );
        assert!(typed.len() <= 4, "{typed:#?}");
    }
    let (_, command) = proposed("mixpanel_fivetran.csv");
    let ways = ["--lookup ", "--derive-installation-id"];
    let ways = ways.iter().filter(|way| command.contains(*way));
    assert_eq!(ways.count(), 1, "{command}");
}

#[test]
fn options_stay_as_they_were_typed_with_their_quotes() {
    let scene = wild("total.csv");
    let options = "--max-age none --ledger 'my books.db' --kind purchase --report-dir 'my report'";
    let said = run(&mut bash(
        &scene,
        &format!("tenjin-s2s upload {options} --sandbox total.csv"),
    ));
    assert_eq!(said.code, Some(1), "{}", said.all());
    let next = commands(&said).pop().unwrap();
    assert_eq!(next, format!("tenjin-s2s upload {options} total.csv"));
}

#[test]
#[should_panic(
    expected = "proposed: tenjin-s2s validate --outcomes all --limit 3 --verbose no.csv"
)]
fn a_proposal_that_does_not_work_is_found() {
    let proposal = "  tenjin-s2s validate --outcomes all --limit 3 --verbose no.csv\n";
    let scene = Scene::new();
    check(&bash(&scene, "tenjin-s2s validate a.csv"), [proposal, ""]);
}

#[test]
#[should_panic(expected = "there is no option --allow-missing-app")]
fn an_option_that_there_is_not_is_found() {
    let hint = r#"{"hint": "pass --allow-missing-app"}"#;
    let scene = Scene::new();
    check(&bash(&scene, "tenjin-s2s validate a.csv"), ["", hint]);
}

/// Ten events of an app of one's own, each a tree of objects; every second one is a purchase.
fn nested() -> String {
    let micros = [4_990_000, 990_000, 1_500_000_000, 123_456, 10_000_000];
    let currencies = ["USD", "EUR", "JPY", "USD", "usd"];
    let event = |at: usize| {
        let revenue = at.is_multiple_of(2).then(|| {
            let (micros, currency) = (micros[at / 2], currencies[at / 2]);
            serde_json::json!({ "micros": micros, "currency": currency, "sku": format!("gems_{at}") })
        });
        let mut event = serde_json::json!({
            "user": {
                "id": format!("u{at}"),
                "install": format!("b8a1abcd-1a69-46c7-8da4-f9fc3c6da5d{at}"),
                "device": {
                    "gaid": format!("1710cf53-27ac-435a-ba97-c643656412a{at}"),
                    "api": 34,
                    "ip": format!("203.0.113.{}", at + 1),
                },
            },
            "app": { "pkg": "com.example.game", "os": "Android", "version": "1.2.0" },
            "event": {
                "id": format!("ev-{at}"),
                "name": if revenue.is_some() { "purchase" } else { "level_up" },
                "ts": format!("2025-11-2{at}T10:15:00+02:00"),
            },
        });
        if let Some(revenue) = revenue {
            event["revenue"] = revenue;
        }
        format!("{event}\n")
    };
    (0..10).map(event).collect()
}

#[test]
fn nested_events_are_taken_to_the_end_with_their_money() {
    let scene = Scene::with("events.ndjson", nested());
    let (typed, said) = follow(&scene, "tenjin-s2s validate --max-age none events.ndjson");
    let shown = format!("{typed:#?}\n{}", said.all());
    assert!(said.stdout.contains("this was a trial"), "{shown}");
    for words in [
        "--map event=event.name",
        "--map bundle_id=app.pkg",
        "--map analytics_installation_id=user.install",
        "--map os_version=user.device.api",
        "--map product_id=revenue.sku",
        "--map currency=revenue.currency",
        "--mapping mapping.toml",
    ] {
        assert!(typed[1].contains(words), "{words}: {shown}");
    }
    for words in ["--derive-installation-id", "quantity", "--set"] {
        assert!(!typed[1].contains(words), "{words}: {shown}");
    }
    // As proposed, with nothing between the first answer and rows that can all go.
    assert_eq!(typed.len(), 4, "{shown}");
    let text = flat(&said.stdout);
    for words in [
        "10 accepted",
        "USD 15.113456",
        "EUR 0.99",
        "JPY 1,500",
        "level_up 5",
    ] {
        assert!(text.contains(words), "{words}: {shown}");
    }
}

#[test]
fn an_object_where_a_text_belongs_is_replaced_by_its_member() {
    let row = |at: usize| {
        format!(
            "{{\"kind\":\"purchase\",\"event_id\":\"p{at}\",\"event_time\":\"2025-11-20T10:00:00Z\",\
             \"bundle_id\":{{\"value\":\"com.a\"}},\"platform\":{{\"name\":\"android\"}},\
             \"os_version\":\"34\",\"ip_address\":\"203.0.113.9\",\
             \"analytics_installation_id\":{{\"id\":\"3f9dda78c8a14c8b8d880305ee6a3ca{at}\"}},\
             \"product_id\":\"gems\",\"price\":{{\"amount\":4.99,\"tax\":0.8}},\
             \"currency\":{{\"code\":\"EUR\"}}}}\n"
        )
    };
    let scene = Scene::with("orders.ndjson", (0..4).map(row).collect::<String>());
    let (typed, said) = follow(&scene, "tenjin-s2s validate --max-age none orders.ndjson");
    let shown = format!("{typed:#?}\n{}", said.all());
    for words in [
        "--map bundle_id=bundle_id.value",
        "--map platform=platform.name",
        "--map analytics_installation_id=analytics_installation_id.id",
        "--map price=price.amount",
        "--map currency=currency.code",
    ] {
        assert!(typed[1].contains(words), "{words}: {shown}");
    }
    assert!(flat(&said.stdout).contains("EUR 19.96"), "{shown}");
}

#[test]
fn an_object_without_a_known_member_is_said_to_hold_one() {
    let row = "{\"kind\":\"event\",\"event\":{\"wort\":\"a\",\"zahl\":2},\"bundle_id\":\"com.a\",\
               \"platform\":\"android\",\"os_version\":\"34\",\"ip_address\":\"203.0.113.9\",\
               \"event_time\":\"2025-11-20T10:00:00Z\",\
               \"analytics_installation_id\":\"3f9dda78c8a14c8b8d880305ee6a3ca9\"}\n";
    let scene = Scene::with("rows.ndjson", row.repeat(4));
    let said = types(&scene, "tenjin-s2s validate --max-age none rows.ndjson");
    let text = flat(&said.stdout);
    let wanted = "`event` is given an object: name the member that is meant (--map \
                  event=COLUMN.MEMBER), then validate again";
    assert!(text.contains(wanted), "{text}");
}

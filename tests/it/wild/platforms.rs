//! Words for a platform that are nearly known are read, and never left out with their sales.

use std::fmt::Write;

use super::validate;
use crate::support::shell::{Said, bash, commands, run};
use crate::support::{Scene, flat};

/// Orders of these platforms.
fn orders(platforms: &[&str]) -> Scene {
    let id = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9";
    let mut text = "event_id,event_time,bundle_id,os,os_version,analytics_installation_id,\
         advertising_id,developer_device_id,product_id,currency,price\n"
        .to_owned();
    for (number, platform) in platforms.iter().enumerate() {
        let _ = writeln!(
            text,
            "b-{number},2026-11-25T10:00:00Z,com.example.game,{platform},14,{id},{id},{id},gems,\
             EUR,4.99"
        );
    }
    Scene::with("orders.csv", text)
}

/// What `validate` says, and the command that it proposes.
fn proposed(scene: &Scene) -> (String, Said) {
    let typed = "tenjin-s2s validate --max-age none orders.csv";
    let said = run(&mut bash(scene, typed));
    (commands(&said).pop().unwrap_or_default(), said)
}

#[test]
fn words_that_resemble_a_platform_are_read_by_a_table() {
    for (word, platform) in [
        ("andr.", "android"),
        ("Andr", "android"),
        ("adnroid", "android"),
        ("Android 14", "android"),
        ("Google Play Store", "android"),
        ("iOS 17.2", "ios"),
        ("iPhone 14", "ios"),
        ("App Store", "ios"),
    ] {
        let scene = orders(&["android", "ios", word]);
        let (command, said) = proposed(&scene);
        let line =
            format!("platform = {{ column = \"os\", table = {{ \"{word}\" = \"{platform}\" }} }}");
        let all = said.all();
        assert!(
            all.contains(&format!("  [fields]\n  {line}\n")),
            "{line}: {all}"
        );
        assert!(!all.contains("[[filter]]"), "{all}");
        assert!(!command.contains("platform=os"), "{command}");
        let flat = flat(&all);
        assert!(
            flat.contains("if they are not of these platforms"),
            "{flat}"
        );

        scene.file("YOUR_MAPPING.toml", format!("[fields]\n{line}\n"));
        let said = run(&mut bash(&scene, &format!("{command} --output json")));
        assert_eq!(said.code, Some(0), "{}", said.all());
        let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        assert_eq!(report["totals"]["valid"]["revenue"]["EUR"], "14.97");
    }
}

#[test]
fn other_platforms_are_left_out_beside_them() {
    for others in [&["windows", "macOS"][..], &["linux"], &["web", "ps5"]] {
        let mut platforms = vec!["android", "ios", "andr."];
        platforms.extend(others);
        let (command, said) = proposed(&orders(&platforms));
        let all = said.all();
        assert!(all.contains("\"andr.\" = \"android\""), "{all}");
        assert!(all.contains("[[filter]]"), "{all}");
        let filter = all.split("[[filter]]").last().unwrap_or_default();
        for other in others {
            assert!(filter.contains(&format!("\"{other}\"")), "{filter}");
        }
        assert!(!filter.contains("andr."), "{filter}");
        assert_eq!(command.matches("--mapping").count(), 1, "{command}");
    }
    // Read by a mapping file, they are not asked for again.
    let scene = orders(&["android", "andr."]);
    let table = "platform = { column = \"os\", table = { \"andr.\" = \"android\" } }";
    scene.file("m.toml", format!("[fields]\n{table}\n"));
    let ended = validate(&scene, "--kind purchase --mapping m.toml orders.csv").exits(0);
    assert_eq!(ended.report().rows("not_sent"), 2);
}

//! A dry run tells the truth: what would stop an upload before its first request stops it, too,
//! with the same exit code and sentence.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::support::{Rows, Scene, StandIn};

const TWO_PLATFORMS: &str = "\
    kind,event_id,bundle_id,platform,os_version,analytics_installation_id,ip_address,developer_device_id\n\
    open,1,com.example.game,android,34,3f9dda78c8a14c8b8d880305ee6a3ca9,203.0.113.9,\n\
    open,2,com.example.game,ios,17.5,3f9dda78c8a14c8b8d880305ee6a3ca9,203.0.113.9,408F85A8-BAD1-43FB-8558-0305FAE64FF9\n";

#[test]
fn one_key_for_rows_of_two_platforms() {
    let scene = Scene::with("rows.csv", TWO_PLATFORMS);
    let server = StandIn::well();
    let run = format!("upload rows.csv --ledger l --endpoint-url {}", server.url());
    let dry = scene.run(&run).arg("--dry-run").prints().mutters().exits(2);
    assert!(!dry.stdout.contains("send it"), "{}", dry.stdout);
    let table = "  [apps.\"com.example.game\"]\n  \
                 android = { sdk_key_env = \"TENJIN_KEY_1_ANDROID\" }\n  \
                 ios = { sdk_key_env = \"TENJIN_KEY_1_IOS\" }\n";
    assert!(dry.stderr.contains(table), "{}", dry.stderr);
    let real = scene.run(&run).prints().mutters().exits(2);
    assert_eq!(dry.stderr, real.stderr);
    assert!(
        dry.stdout.starts_with("Dry run: nothing was sent.\n"),
        "{}",
        dry.stdout
    );
    assert_eq!(server.server.stats().requests, 0);
}

/// What the table says works when it is written down.
#[test]
fn the_table_that_is_shown_is_a_configuration() {
    let scene = Scene::with("rows.csv", TWO_PLATFORMS);
    let dry = scene
        .run("upload rows.csv --dry-run --ledger l")
        .prints()
        .mutters()
        .exits(2);
    let at = dry.stderr.find("[apps.").unwrap();
    let table = dry.stderr[at..].replace("\n  ", "\n");
    scene.file("my.toml", table);
    let server = StandIn::well();
    let upload = format!(
        "upload rows.csv --ledger l --config my.toml --endpoint-url {}",
        server.url()
    );
    scene
        .run(&upload)
        .env("TENJIN_KEY_1_ANDROID", "ANDROID-KEY-0123456789")
        .env("TENJIN_KEY_1_IOS", "IOS-KEY-0123456789")
        .prints()
        .exits(0);
    assert_eq!(server.server.stats().accepted, 2);
}

#[test]
fn an_input_that_is_cut() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&Rows::sound(5_000, 1).csv).unwrap();
    let mut packed = packed.finish().unwrap();
    packed.truncate(packed.len() * 9 / 10);
    let scene = Scene::with("rows.csv.gz", packed);
    let ended = scene
        .run("upload rows.csv.gz --dry-run --ledger l")
        .prints()
        .mutters()
        .exits(2);
    assert!(
        ended.stderr.starts_with("error: rows.csv.gz"),
        "{}",
        ended.stderr
    );
    let stops =
        "An upload would stop: an input could not be read to its end.\nBecause    rows.csv.gz";
    assert!(ended.stdout.contains(stops), "{}", ended.stdout);
    assert!(!ended.stdout.contains("send it"), "{}", ended.stdout);
}

#[test]
fn ids_that_are_no_ids() {
    let mut text =
        "kind,event_id,event,bundle_id,platform,os_version,analytics_installation_id,ip_address\n"
            .to_owned();
    for number in 0..1_500 {
        let id = number % 700;
        writeln!(
            text,
            "event,{id},name_{number},com.example.game,android,34,3f9dda78c8a14c8b8d880305ee6a3ca9,203.0.113.9"
        )
        .unwrap();
    }
    let scene = Scene::with("rows.csv", text);
    let ended = scene
        .run("upload rows.csv --dry-run --ledger l")
        .prints()
        .mutters()
        .exits(5);
    assert!(
        ended
            .stderr
            .contains("column event_id does not identify rows"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stdout.contains("send it"), "{}", ended.stdout);
}

#[test]
fn strict_with_a_rejected_row() {
    let scene = Scene::with("rows.csv", Rows::damaged(100, 1).csv);
    let dry = scene
        .run("upload rows.csv --strict --dry-run --ledger l")
        .prints()
        .mutters()
        .exits(5);
    assert!(
        dry.stdout
            .contains("An upload would stop: rows were rejected, so nothing was sent.")
    );
}

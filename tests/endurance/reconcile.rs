//! `reconcile` at its full size: all that differs is named, and nothing else, in flat memory.
#![cfg(target_os = "linux")]

use std::time::Duration;

use serde_json::Value;

use crate::memory::high_water;
use crate::support::reconciled::{Faults, Form, Lines, Made, around};
use crate::support::{Scene, StandIn, number, within};
use crate::turn;

const FAULTS: Faults = Faults {
    missing: 300,
    again: 20,
    other_money: 50,
};

const MOST_KIB: u64 = 64 << 10;

#[test]
#[ignore = "takes minutes: cargo test --release --test endurance -- --ignored reconcile"]
fn a_hundred_thousand_rows_beside_twenty_thousand_of_an_sdk() {
    compare(Form::Csv);
}

#[test]
#[ignore = "takes minutes: cargo test --release --test endurance -- --ignored reconcile"]
fn the_same_in_a_dump_of_redshift() {
    compare(Form::Redshift);
}

fn compare(form: Form) {
    let _turn = turn();
    let made = Made::new(100_000, 20_000, &FAULTS, form);
    let scene = Scene::with("sent.csv", &made.sent);
    scene.file("export.csv", &made.export);
    let stand_in = StandIn::well();
    let url = stand_in.url();
    let words = "sent.csv --rate unlimited --key-scope account --ledger ledger.sqlite";
    scene.upload(&url, words).prints().exits(0);
    let around = around();
    let words = format!(
        "reconcile export.csv --endpoint-url {url} --ledger ledger.sqlite {around} \
         --report-dir reports --quiet"
    );
    let mut run = scene.run(&words).start();
    let status = format!("/proc/{}/status", run.id());
    let mut peak = 0;
    within(Duration::from_secs(600), "both lists are compared", || {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        peak = high_water(&status).unwrap_or(peak);
        !run.is_there()
    });
    assert_eq!(run.ended().status.code(), Some(1));
    let json = scene
        .files()
        .into_iter()
        .find(|file| file.ends_with("reconcile.json"));
    let said = std::fs::read_to_string(json.unwrap()).unwrap();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        Lines::named(said["differences"].as_array().unwrap()),
        made.lines
    );
    let count = |name: &str| number(&said["rows"][name]);
    assert_eq!(count("accepted"), 100_000);
    assert_eq!(count("found"), 100_000 - 300 - 50);
    assert_eq!(count("foreign"), 20_000);
    assert!((1..=MOST_KIB).contains(&peak), "{peak} KiB at its peak");
}

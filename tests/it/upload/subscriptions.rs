//! Subscriptions: once each, not per renewal; sent again in doubt only where Tenjin recognises them.

use std::collections::BTreeMap;
use std::fmt::Write;

use tenjin_s2s::sandbox::Options;

use crate::support::{Scene, StandIn};

const HEADER: &str = "kind,event_time,bundle_id,platform,os_version,analytics_installation_id,\
    advertising_id,developer_device_id,ip_address,product_id,price,currency,\
    google_play_purchase_token,receipt,transaction_id,original_transaction_id,\
    ios_store_kit_transaction\n";

/// Subscriptions of so many users, each on its own device.
fn rows(platform: &str, count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        let id = format!("{:032x}", 0xa000_0000 + number);
        let time = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(60);
        let (os, idfv, store) = match platform {
            "ios" => (
                "17.5",
                id.as_str(),
                format!(",jws,{number}2,{number}1,signed"),
            ),
            _ => ("34", "", format!("token-{number},,,,")),
        };
        let _ = writeln!(
            text,
            "subscription,{time},com.example.game,{platform},{os},{id},{id},{idfv},203.0.113.9,\
             premium,9.99,USD,{store}"
        );
    }
    text
}

fn upload(url: &str) -> String {
    format!(
        "upload subs.csv --allow subscription --endpoint-url {url} --rate unlimited \
         --progress off --report-dir report --output json"
    )
}

#[test]
fn without_permission_they_are_left_out() {
    let scene = Scene::with("subs.csv", format!("{HEADER}{}", rows("android", 2)));
    let ended = scene.run("validate subs.csv").prints().exits(0);
    assert!(
        ended.stdout.contains("subscription_not_allowed"),
        "{}",
        ended.stdout
    );
    scene
        .run("validate subs.csv --allow subscription")
        .prints()
        .exits(0);
}

#[test]
fn each_token_is_recorded_once_though_answers_are_lost() {
    let scene = Scene::with("subs.csv", format!("{HEADER}{}", rows("android", 60)));
    let stand_in = StandIn::with("lost=30%");
    let command = format!("{} --timeout 1s --retries 30", upload(&stand_in.url()));
    let ended = scene.run(&command).prints().exits(0);
    assert_eq!(ended.report().rows("accepted"), 60);
    assert_eq!(ended.report().rows("in_doubt"), 0);
    let recognised = stand_in.server.stats().recognised_tokens;
    assert!(recognised > 0, "no answer was lost");
    let mut tokens: BTreeMap<String, u32> = BTreeMap::new();
    for row in stand_in.recorded() {
        assert_eq!(row.path, "/v1/subscriptions");
        *tokens
            .entry(row.get("google_play_purchase_token").to_owned())
            .or_default() += 1;
    }
    assert_eq!(tokens.len(), 60);
    assert!(tokens.values().all(|times| *times == 1), "{tokens:?}");
}

#[test]
fn on_ios_they_are_held() {
    let scene = Scene::with("subs.csv", format!("{HEADER}{}", rows("ios", 3)));
    let stand_in = StandIn::new(Options {
        faults: "lost=100%".parse().unwrap(),
        ..Options::default()
    });
    let command = format!(
        "{} --timeout 1s --max-failures 100%",
        upload(&stand_in.url())
    );
    let ended = scene.run(&command).prints().exits(1);
    assert_eq!(ended.report().rows("in_doubt"), 3);
    assert_eq!(stand_in.recorded().len(), 3);
}

#[test]
fn a_renewal_is_the_same_subscription() {
    let first = rows("ios", 1);
    let renewed = first.replace(",02,01,", ",03,01,").replace("9.99", "12.99");
    assert_ne!(renewed, first);
    let scene = Scene::with("subs.csv", format!("{HEADER}{first}"));
    let stand_in = StandIn::well();
    let ended = scene.run(&upload(&stand_in.url())).prints().exits(0);
    assert_eq!(ended.report().rows("accepted"), 1);
    // In one file as well.
    scene.file("both.csv", format!("{HEADER}{first}{renewed}"));
    let both = scene.run("validate both.csv --allow subscription --report-dir both");
    both.prints().exits(0);
    assert_eq!(scene.report("both").rows("duplicate"), 1);
    scene.file("subs.csv", format!("{HEADER}{renewed}"));
    let ended = scene.run(&upload(&stand_in.url())).prints().exits(0);
    assert_eq!(ended.report().rows("duplicate"), 1);
    assert_eq!(stand_in.recorded().len(), 1);
}

#[test]
fn says_that_tenjin_needs_the_stores_credentials_and_that_purchases_count_twice() {
    let scene = Scene::with("subs.csv", format!("{HEADER}{}", rows("android", 2)));
    let stand_in = StandIn::well();
    let ended = scene.run(&upload(&stand_in.url())).prints().exits(0);
    let said = |ended: &crate::support::Ended, code: &str| {
        let warnings = ended.report()["warnings"].as_array().unwrap().clone();
        let texts = warnings.iter().filter(|warning| warning["code"] == code);
        texts
            .map(|warning| warning["text"].to_string())
            .collect::<Vec<_>>()
    };
    let credentials = said(&ended, "subscriptions_need_credentials");
    assert!(
        credentials[0].contains("2 subscriptions"),
        "{credentials:?}"
    );
    assert_eq!(said(&ended, "subscription_and_purchase"), [""; 0]);
    // The same product as a purchase, in a later run.
    let purchase = "kind,event_id,bundle_id,platform,os_version,analytics_installation_id,\
        advertising_id,product_id,price,quantity,currency\n\
        purchase,R-1,com.example.game,android,34,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1,\
        bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb1,premium,9.99,1,USD\n";
    scene.file("subs.csv", purchase);
    let ended = scene.run(&upload(&stand_in.url())).prints().exits(0);
    let twice = said(&ended, "subscription_and_purchase");
    assert!(twice[0].contains("premium"), "{twice:?}");
    assert_eq!(said(&ended, "subscriptions_need_credentials"), [""; 0]);
}

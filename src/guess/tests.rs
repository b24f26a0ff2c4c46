//! What is proposed for exports as people have them.

use super::*;
use crate::mapping::{Mapping, Wishes};

fn options(proposals: &[Proposal]) -> Vec<String> {
    proposals
        .iter()
        .filter(|proposal| proposal.likely)
        .map(|proposal| proposal.words().collect::<Vec<_>>().join(" "))
        .collect()
}

fn csv(header: &str, lines: &[&str]) -> Vec<String> {
    let names: Vec<String> = header.split(';').map(str::to_owned).collect();
    let mapping = Mapping::new(&Wishes::default()).expect("no wishes");
    let binding = mapping.bind_csv(&names).expect("no names twice");
    let sample = Sample::csv(names, b';', lines);
    options(&guess(&sample, &binding, &Said::default()))
}

#[test]
fn an_order_export_of_a_shop() {
    let header = "Order ID;Created At;Customer;IDFV;Device OS;SKU;Amount;Currency";
    let rows = [
        "1;2026-11-23 10:00:05;u-1;ae2eb154-7f15-4524-8fd1-1d0b7c2a9e55;17.2;gold;4,99;EUR",
        "2;2026-11-23 11:00:05;u-2;be2eb154-7f15-4524-8fd1-1d0b7c2a9e55;17.2;gold;1.004,99;EUR",
    ];
    assert_eq!(
        csv(header, &rows),
        [
            "--kind purchase",
            "--map event_time=Created At",
            "--map event_id=Order ID",
            "--map os_version=Device OS",
            "--map developer_device_id=IDFV",
            "--map customer_user_id=Customer",
            "--map product_id=SKU",
            "--map price=Amount",
            "--decimal-comma",
            "--timezone UTC",
            "--platform ios",
            "--bundle-id YOUR_BUNDLE_ID",
            "--derive-installation-id developer_device_id",
            "--allow-missing-ip",
        ]
    );
}

#[test]
fn events_with_members_inside() {
    let line = r#"{"eventName":"level_up","ts":1795400000,"user":{"id":"u-1","gaid":"ae2eb154-7f15-4524-8fd1-1d0b7c2a9e55"},"os":"android","app":"com.acme.game"}"#;
    let binding = Mapping::new(&Wishes::default())
        .expect("no wishes")
        .bind_json();
    let proposals = guess(&Sample::json(&[line]), &binding, &Said::default());
    assert_eq!(
        options(&proposals),
        [
            "--kind event",
            "--map event_time=ts",
            "--map bundle_id=app",
            "--map platform=os",
            "--map advertising_id=user.gaid",
            "--map customer_user_id=user.id",
            "--map event=eventName",
            "--set os_version=YOUR_OS_VERSION",
            "--derive-installation-id advertising_id",
        ]
    );
}

#[test]
fn a_name_whose_values_do_not_fit_is_not_proposed() {
    let header = "currency;amount;id;country";
    let rows = ["US Dollar;four;7;Germany", "Euro;five;7;France"];
    let said = csv(header, &rows);
    let mapped = said.iter().filter(|words| words.starts_with("--map"));
    assert_eq!(mapped.count(), 0, "{said:?}");
}

#[test]
fn a_column_is_proposed_once_and_never_one_that_is_used() {
    let said = csv("event;os;time", &["a;17.1;2026-11-23T10:00:05Z"]);
    let columns: Vec<&str> = said
        .iter()
        .filter_map(|words| words.strip_prefix("--map ")?.split_once('='))
        .map(|(_, column)| column)
        .collect();
    assert_eq!(columns, ["time", "os"]);
    assert!(!said.contains(&"--timezone UTC".to_owned()));
}

#[test]
fn rows_that_say_everything_get_no_proposal() {
    let header = "kind;event_time;bundle_id;platform;os_version;analytics_installation_id;\
                  advertising_id;event";
    let row = "event;2026-11-23T10:00:05Z;com.acme.game;android;34;\
               ae2eb1547f1545248fd11d0b7c2a9e55;ae2eb154-7f15-4524-8fd1-1d0b7c2a9e55;a";
    let proposals = csv(header, &[row]);
    // The other kinds that a row may be have fields of their own.
    let own = ["currency", "product_id", "price"];
    let others = proposals
        .iter()
        .filter(|words| !own.iter().any(|own| words.contains(own)));
    assert_eq!(others.count(), 0, "{proposals:?}");
}

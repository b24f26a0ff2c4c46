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
    let mut sample = Sample::named(&names);
    for line in lines {
        let cells: Vec<_> = line.split(';').map(Into::into).collect();
        sample.csv_row(&cells);
    }
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
            "--timezone YOUR_ZONE",
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
    let members: serde_json::Value = serde_json::from_str(line).expect("JSON");
    let members = members.as_object().expect("an object").iter();
    let members: Vec<(String, String)> = members
        .map(|(name, value)| (name.clone(), value.to_string()))
        .collect();
    let members: Vec<_> = members
        .iter()
        .map(|(name, value)| (name.into(), value.as_str()))
        .collect();
    let mut sample = Sample::default();
    sample.json_row(&members);
    let proposals = guess(&sample, &binding, &Said::default());
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
    assert!(!said.iter().any(|words| words.starts_with("--timezone")));
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

#[test]
fn what_is_no_device_id_is_never_proposed_as_one() {
    let header = "Ad ID;Adset ID;Campaign ID;Channel ID;Client;Adid;IDFV;event;time";
    let rows = [
        "23847937048620586;2;1;3;acme;df50cd2988ddf1f78b6116c22389c557;;a;2026-11-23T10:00:05Z",
        "23847937048620587;2;1;3;acme;df50cd2988ddf1f78b6116c22389c558;;b;2026-11-23T10:00:06Z",
    ];
    let said = csv(header, &rows);
    let ids = [
        "advertising_id=",
        "developer_device_id=",
        "customer_user_id=",
        "--derive",
        "--lookup",
    ];
    for id in ids {
        assert!(
            !said.iter().any(|words| words.contains(id)),
            "{id}: {said:?}"
        );
    }
}

#[test]
fn a_file_with_money_is_never_proposed_as_mere_events() {
    for (name, value) in [
        ("Event Revenue", "9.99"),
        ("Umsatz brutto", "4,99 €"),
        ("amount_usd", "$5"),
    ] {
        let said = csv(
            &format!("event;time;{name}"),
            &[&format!("a;2026-11-23T10:00:05Z;{value}")],
        );
        assert!(
            !said.iter().any(|words| words.starts_with("--kind")),
            "{said:?}"
        );
        assert!(said.contains(&format!("--map price={name}")), "{said:?}");
    }
    for (name, value) in [
        ("Event Revenue", ""),
        ("Event Revenue", "0"),
        ("Cost Amount", "5"),
    ] {
        let said = csv(
            &format!("event;time;{name}"),
            &[&format!("a;2026-11-23T10:00:05Z;{value}")],
        );
        assert!(
            said.contains(&"--kind event".to_owned()),
            "{name} {value}: {said:?}"
        );
    }
}

#[test]
fn a_row_that_says_nothing_of_both_platforms_is_given_each_its_own() {
    let header = "kind;event_time;bundle_id;platform;analytics_installation_id;event";
    let id = "ae2eb1547f1545248fd11d0b7c2a9e55";
    let rows = [
        &format!("event;2026-11-23T10:00:05Z;com.acme.game;android;{id};a"),
        &format!("event;2026-11-23T10:00:05Z;com.acme.game;ios;{id};a"),
    ];
    let said = csv(header, &rows.map(String::as_str));
    let os_versions: Vec<&String> = said
        .iter()
        .filter(|words| words.contains("os_version"))
        .collect();
    let wanted = [
        "--set os_version:ios=YOUR_IOS_OS_VERSION",
        "--set os_version:android=YOUR_ANDROID_OS_VERSION",
    ];
    assert_eq!(os_versions, wanted);
    assert!(
        !said.iter().any(|words| words.contains("--derive")),
        "{said:?}"
    );
}

#[test]
fn payments_that_were_none_are_told() {
    let header = "id;Created date (UTC);Amount;Currency;Status;Invoice ID";
    let rows = [
        "ch_1;2026-11-26 09:10:11;9.99;usd;Paid;in_1",
        "ch_2;2026-11-26 09:11:11;500;jpy;Refunded;in_2",
    ];
    let names: Vec<String> = header.split(';').map(str::to_owned).collect();
    let binding = Mapping::new(&Wishes::default())
        .expect("no wishes")
        .bind_csv(&names)
        .expect("no names twice");
    let mut sample = Sample::named(&names);
    for row in rows {
        sample.csv_row(&row.split(';').map(Into::into).collect::<Vec<_>>());
    }
    let proposals = guess(&sample, &binding, &Said::default());
    let status = proposals.iter().find_map(|proposal| match &proposal.mends {
        Mends::LeaveOut(rows) if rows.column == "Status" => Some(rows),
        _ => None,
    });
    let status = status.expect("a proposal");
    assert_eq!(status.said(), "Refunded");
    let filter = "[[filter]]\nreason = \"no_payment\"\nwhen = [{ column = \"Status\", in = \
                  [\"Refunded\"] }]\n";
    assert_eq!(status.filter(), filter);
    assert!(options(&proposals).contains(&"--map event_id=id".to_owned()));
}

#[test]
fn a_header_that_is_a_row_gets_no_proposal() {
    let row = "purchase;p1;2026-11-25T10:00:00Z;11111111-2222-4333-8444-555555555555;com.a;4.99";
    assert_eq!(csv(row, &[&row.replace("p1", "p2")]), Vec::<String>::new());
}

//! Rows of totals below the others: never sent, whatever the options supply, and named as such.

use super::validate;
use crate::support::{Scene, StandIn};

/// What makes rows of nothing but an amount valid.
const SUPPLIED: &str = "--kind purchase --bundle-id com.example.game --platform android \
     --set os_version=34 --set product_id=gems --set currency=EUR --map customer_user_id=Kunde \
     --derive-installation-id customer_user_id --allow-missing-ip --decimal-comma \
     --map event_time=Datum --map event_id=Nr --map price=Betrag --timezone UTC";

const ORDERS: &str = "Kunde;Nr;Datum;Betrag\n\
     u-1;1;2026-11-25 10:00:00;4,99\n\
     u-2;2;2026-11-25 11:00:00;1.308,99\n";

#[test]
fn a_row_of_totals_is_no_purchase_whatever_is_set() {
    for word in [
        "Summe",
        "Grand Total",
        "GESAMT:",
        "Total général",
        "Suma total",
    ] {
        for totals in [
            format!("{word};;;1.313,98\n"),
            format!(";{word};;1.313,98\n"),
            format!(";;{word};1.313,98\n"),
        ] {
            let scene = Scene::with("orders.csv", format!("{ORDERS}{totals}"));
            let ended = validate(&scene, &format!("{SUPPLIED} orders.csv")).exits(1);
            let report = ended.report();
            assert_eq!(
                report.counts(),
                [("read", 3), ("rejected", 1), ("not_sent", 2)].into(),
                "{totals}"
            );
            let found = &report["rejections"][0];
            assert_eq!(found["code"], "totals_row");
            assert_eq!(found["examples"][0]["line"], 4);
            assert_eq!(found["examples"][0]["value"], word);
            // It is the sum of the others, and no money of its own.
            let money = &report["totals"]["read"]["revenue"];
            assert_eq!(money["EUR"], "1313.98", "{money}");
        }
    }
}

#[test]
fn a_name_for_the_input_makes_no_purchase_of_a_total() {
    let scene = Scene::with("orders.csv", "Kunde;Betrag\nu-1;4,99\nSumme;4,99\n");
    let server = StandIn::well();
    let options = "--kind purchase --bundle-id com.example.game --platform android \
         --set os_version=34 --set product_id=gems --set currency=EUR --allow-missing-ip \
         --map customer_user_id=Kunde --derive-installation-id customer_user_id \
         --map price=Betrag --decimal-comma --input-name orders";
    let ended = scene
        .upload(&server.url(), &format!("{options} orders.csv"))
        .mutters()
        .exits(1);
    let counts = ended.report().counts();
    assert_eq!(
        counts,
        [("read", 2), ("accepted", 1), ("rejected", 1)].into()
    );
    assert_eq!(
        ended.report().faults(),
        [(3, vec!["totals_row".into()])].into()
    );
    assert_eq!(server.recorded().len(), 1);
}

#[test]
fn a_row_of_totals_is_named_before_rules_and_kinds_are_asked() {
    let scene = super::wild("total.csv");
    let ended = validate(&scene, "total.csv").exits(1);
    let faults = ended.report().faults();
    assert_eq!(faults, [(4, vec!["totals_row".into()])].into());
}

#[test]
fn a_total_among_objects_is_one_too() {
    let rows = r#"{"Kunde":"u-1","Nr":"1","Datum":"2026-11-25T10:00:00Z","Betrag":4.99}
{"Kunde":"Summe","Nr":"","Datum":null,"Betrag":4.99}
"#;
    let scene = Scene::with("orders.ndjson", rows);
    let options = SUPPLIED.replace("--decimal-comma ", "");
    let ended = validate(&scene, &format!("{options} orders.ndjson")).exits(1);
    let faults = ended.report().faults();
    assert_eq!(faults, [(2, vec!["totals_row".into()])].into());
}

#[test]
fn a_true_row_with_such_a_word_is_none() {
    let header = "kind,event_time,analytics_installation_id,bundle_id,platform,os_version,\
         advertising_id,event,product_id,price,currency,customer_user_id";
    let id = "11111111-2222-4333-8444-555555555555";
    let app = "com.example.game,android,34";
    let rows = [
        // An event and a product of that name.
        format!("event,2026-11-25T10:00:00Z,{id},{app},{id},total,,,,u-1"),
        format!("purchase,2026-11-25T10:00:01Z,{id},{app},{id},,Total,4.99,USD,u-1"),
        format!("purchase,2026-11-25T10:00:02Z,{id},{app},{id},,Total Recall,4.99,USD,u-1"),
        // A user of that name, an event without a time, a product without one.
        format!("event,2026-11-25T10:00:03Z,{id},{app},{id},a,,,,total"),
        format!("event,,{id},{app},{id},total,,,,u-1"),
        format!("purchase,,{id},{app},{id},,Summe,4.99,USD,"),
    ];
    let rows = rows.join("\n");
    let scene = Scene::with("events.csv", format!("{header}\n{rows}\n"));
    let ended = validate(&scene, "events.csv").exits(0);
    let counts = ended.report().counts();
    assert_eq!(counts, [("read", 6), ("not_sent", 6)].into());
}

#[test]
fn a_rehearsal_refuses_what_the_upload_would_refuse() {
    let rows = "kind,analytics_installation_id,advertising_id,bundle_id,platform,os_version,\
         product_id,price,currency\n\
         purchase,11111111-2222-4333-8444-555555555555,11111111-2222-4333-8444-555555555555,\
         com.example.game,android,34,gems,4.99,USD\n";
    let scene = Scene::with("orders.csv", rows);
    for way in ["--sandbox", "--sandbox --dry-run", "--dry-run", ""] {
        let ended = scene
            .run(&format!("upload {way} --max-age none orders.csv"))
            .complains("orders.csv: no column gives event_id or event_time, so rows could not be")
            .exits(2);
        assert_eq!(ended.stdout, "", "{way}");
    }
    // Where only some have neither, those are rejected alone.
    let mixed = format!("{},event_time\n", rows.lines().next().unwrap_or_default());
    let row = rows.lines().nth(1).unwrap_or_default();
    let mixed = format!("{mixed}{row},2026-11-25T10:00:00Z\n{row},\n");
    scene.file("orders.csv", mixed);
    let ended = scene
        .run("upload --sandbox --max-age none --output json --report-dir report orders.csv")
        .mutters()
        .exits(1);
    let faults = ended.report().faults();
    assert_eq!(faults, [(3, vec!["missing_identity".into()])].into());
}

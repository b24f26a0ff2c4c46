//! An id that stands on two events: what differs is said, and never that the id is to be edited.

use std::fmt::Write as _;

use crate::support::{Scene, StandIn, flat};

/// Purchases: order, time, product, price.
fn orders(rows: &[(&str, &str, &str, &str)]) -> String {
    let mut text = "order no,date,bundle_id,platform,os_version,analytics_installation_id,\
                    ip_address,sku,price,currency\n"
        .to_owned();
    for (order, time, sku, price) in rows {
        let _ = writeln!(
            text,
            "{order},2026-11-21T{time}Z,com.example.game,android,34,\
             3f9dda78c8a14c8b8d880305ee6a3ca9,203.0.113.9,{sku},{price},USD"
        );
    }
    text
}

const MAPPED: [&str; 8] = [
    "--kind",
    "purchase",
    "--map",
    "event_id=order no",
    "--map",
    "event_time=date",
    "--map",
    "product_id=sku",
];

/// The hints of the conflicts, and what comes next by the summary.
fn conflicts(rows: &[(&str, &str, &str, &str)]) -> (Vec<String>, String) {
    let scene = Scene::with("in.csv", orders(rows));
    let server = StandIn::well();
    let upload = format!(
        "upload in.csv --max-age none --ledger l --report-dir report --progress off \
         --rate unlimited --endpoint-url {}",
        server.url()
    );
    let ended = scene.run(&upload).args(MAPPED).prints().exits(1);
    let report = scene.report("report").json;
    let examples = report["rejections"][0]["examples"].as_array().unwrap();
    let hints = examples.iter().map(|one| one["hint"].as_str().unwrap());
    let flat = flat(&ended.stdout);
    let next = flat.split_once(" Next ").unwrap().1.to_owned();
    (hints.map(str::to_owned).collect(), next)
}

const NEXT: &str = "the same id stands on different events (id_conflict): leave the ids as they \
    are, and map what tells the events apart as the hint above says; or leave out the row that is \
    wrong";

/// Money that was sent under another id: its reason and what comes next ask for the same.
#[test]
fn a_purchase_whose_id_changed_is_to_be_left_out() {
    let rows = [("A", "10:00:00", "coins", "4.99")];
    let scene = Scene::with("in.csv", orders(&rows));
    let server = StandIn::well();
    let upload = format!(
        "upload in.csv --max-age none --ledger l --report-dir report --progress off \
         --rate unlimited --endpoint-url {}",
        server.url()
    );
    scene.run(&upload).args(MAPPED).prints().exits(0);
    scene.file("in.csv", orders(&rows).replace("\nA,", "\nB,"));
    let ended = scene.run(&upload).args(MAPPED).prints().exits(1);
    let said = flat(&ended.stdout);
    assert!(said.contains("1 id_changed"), "{said}");
    let hint = "was sent with the same content and another event_id: leave this row out, or pass \
                --new-identity if it is another purchase";
    assert!(said.contains(hint), "{said}");
    let next = "Next rows are those of purchases that were sent under another id (id_changed): leave \
                them out, or go back to the column that event_id was read from; if they are other \
                purchases, pass --new-identity";
    assert!(said.ends_with(next), "{said}");
}

#[test]
fn lines_of_an_order_are_told_apart_by_their_product() {
    let (hints, next) = conflicts(&[
        ("A", "10:00:00", "coins", "4.99"),
        ("A", "10:00:00", "gems", "4.99"),
        ("B", "10:00:00", "coins", "4.99"),
    ]);
    let hint = "in.csv:2 has this id with the product `coins`, here `gems`; if it is the id of an \
                order, join what tells its lines apart: --map 'event_id=order no+sku'";
    assert_eq!(hints, [hint]);
    assert_eq!(next, NEXT);
}

#[test]
fn renewals_under_one_id_are_told_apart_by_their_time() {
    let (hints, next) = conflicts(&[
        ("A", "10:00:00", "coins", "4.99"),
        ("A", "11:00:00", "coins", "9.99"),
    ]);
    let hint = "in.csv:2 has this id with the time 2026-11-21T10:00:00Z, here \
                2026-11-21T11:00:00Z; if it is the id of a subscription or a user, join what tells \
                its events apart: --map 'event_id=order no+date'";
    assert_eq!((hints, &*next), (vec![hint.to_owned()], NEXT));
}

#[test]
fn another_amount_is_a_line_or_a_correction() {
    let (hints, next) = conflicts(&[
        ("A", "10:00:00", "coins", "4.99"),
        ("A", "10:00:00", "coins", "9.99"),
    ]);
    let hint = "in.csv:2 has this id with USD 4.99, here USD 9.99; if both are lines of one order, \
                join the column that tells them apart (--map event_id=ORDER+LINE); if one corrects \
                the other, leave the wrong one out";
    assert_eq!((hints, &*next), (vec![hint.to_owned()], NEXT));
}

/// Times that are read otherwise than before are to be read as before: the ids are right.
#[test]
fn another_format_of_times_is_no_other_event() {
    let rows = orders(&[("A", "10:00:00", "coins", "4.99")])
        .replace("2026-11-21T10:00:00Z", "05.03.2025 10:00");
    let scene = Scene::with("in.csv", rows);
    let server = StandIn::well();
    let upload = |format: &str| {
        let run = scene.run(&format!(
            "upload in.csv --max-age none --ledger l --timezone UTC --progress off --endpoint-url {}",
            server.url()
        ));
        run.args(MAPPED).args(["--time-format", format]).prints()
    };
    upload("%m.%d.%Y %H:%M").exits(0);
    let ended = upload("%d.%m.%Y %H:%M").exits(1);
    let text = flat(&ended.stdout);
    for words in [
        "has this id with the time 2025-05-03T10:00:00Z, here 2025-03-05T10:00:00Z; times are read \
         otherwise now than in that run: read them as then, or see which is right (--time-format, \
         --timezone, the column of event_time)",
        "leave the ids as they are, and read times as in that run",
    ] {
        assert!(text.contains(words), "{text}");
    }
    assert!(!text.contains("event_id=order no+"), "{text}");
    assert_eq!(server.recorded().len(), 1);
}

/// What the hint says works when it is pasted.
#[test]
fn the_mapping_of_the_hint_sends_every_line() {
    let rows = [
        ("A", "10:00:00", "coins", "4.99"),
        ("A", "10:00:00", "gems", "4.99"),
    ];
    let scene = Scene::with("in.csv", orders(&rows));
    let server = StandIn::well();
    let ended = scene
        .upload(&server.url(), "in.csv --max-age none --ledger l")
        .args(MAPPED.map(|word| word.replace("=order no", "=order no+sku")))
        .exits(0);
    assert_eq!(ended.report()["rows"]["accepted"], 2);
}

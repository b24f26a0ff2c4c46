//! Ids that stand on several rows: `validate` says of them what a dry run says.

use super::{validate, wild};
use crate::support::{Scene, warnings};

const HEADER: &str = "kind,event_id,event_time,analytics_installation_id,advertising_id,bundle_id,\
     platform,os_version,product_id,price,currency\n";

/// A purchase.
fn row(id: &str, time: &str, product: &str, price: &str) -> String {
    let user = "11111111-2222-4333-8444-555555555555";
    format!(
        "purchase,{id},{time},{user},{user},com.example.game,android,34,{product},{price},USD\n"
    )
}

/// What a dry run and `validate` say of these inputs: both the same.
fn both(scene: &Scene, inputs: &str) -> String {
    let dry = scene
        .run(&format!(
            "upload --dry-run --max-age none --outcomes all --output json --report-dir dry {inputs}"
        ))
        .mutters()
        .ends();
    let alone = validate(scene, &format!("--outcomes all {inputs}")).ends();
    assert_eq!(alone.status.code(), dry.status.code(), "{}", alone.stderr);
    let (dry, alone) = (scene.report("dry"), scene.report("report"));
    for part in ["rows", "rejections", "totals"] {
        assert_eq!(alone[part], dry[part], "{part}");
    }
    assert_eq!(alone.faults(), dry.faults());
    assert_eq!(alone.outcomes(), dry.outcomes());
    alone["rejections"].to_string()
}

#[test]
fn pasted_copies_count_once() {
    let scene = wild("dups.csv");
    both(&scene, "dups.csv");
    let counts = scene.report("report");
    let wanted = [("read", 4), ("duplicate", 2), ("not_sent", 2)];
    assert_eq!(counts.counts(), wanted.into());
}

#[test]
fn an_id_on_another_event_is_a_conflict() {
    let first = row("A", "2026-11-25T10:00:00Z", "gems", "4.99");
    for (other, wanted) in [
        (
            row("A", "2026-11-25T10:00:00Z", "gold", "4.99"),
            "with the product `gems`, here `gold`",
        ),
        (
            row("A", "2026-11-25T10:00:01Z", "gems", "4.99"),
            "with the time 2026-11-25T10:00:00Z, here 2026-11-25T10:00:01Z",
        ),
        (
            row("A", "2026-11-25T10:00:00Z", "gems", "9.99"),
            "with USD 4.99, here USD 9.99",
        ),
    ] {
        let scene = Scene::with("orders.csv", format!("{HEADER}{first}{other}"));
        let said = both(&scene, "orders.csv");
        assert!(said.contains("id_conflict"), "{said}");
        assert!(
            said.contains(&format!("orders.csv:2 has this id {wanted}")),
            "{said}"
        );
        let kept = scene.report("report").file("rejects/1-orders.csv");
        let kept = std::fs::read_to_string(kept).unwrap();
        assert!(kept.contains(other.trim_end()), "{kept}");
    }
    // The same to the second, and the id of a row that goes on to be rejected for itself.
    let same = row("A", "2026-11-25T10:00:00.5Z", "gems", "4.99");
    let wrong = row("B", "2026-11-25T10:00:00Z", "gems", "4.99x");
    let right = row("B", "2026-11-25T10:00:00Z", "gems", "9.99");
    let rows = format!("{HEADER}{first}{same}{wrong}{right}");
    let scene = Scene::with("orders.csv", rows);
    both(&scene, "orders.csv");
    let faults = scene.report("report").faults();
    assert_eq!(faults, [(4, vec!["invalid_number".into()])].into());
}

#[test]
fn two_inputs_are_compared_with_each_other() {
    let time = "2026-11-25T10:00:00Z";
    let first = [
        row("A", time, "gems", "4.99"),
        row("B", time, "gems", "4.99"),
    ]
    .concat();
    let second = [
        row("A", time, "gems", "4.99"),
        row("B", time, "gold", "4.99"),
    ]
    .concat();
    let scene = Scene::with("a.csv", format!("{HEADER}{first}"));
    scene.file("b.csv", format!("{HEADER}{second}"));
    let said = both(&scene, "a.csv b.csv");
    assert!(
        said.contains("a.csv:3 has this id with the product `gems`, here `gold`"),
        "{said}"
    );
}

#[test]
fn rows_far_apart_are_compared() {
    let time = "2026-11-25T10:00:00Z";
    let rows = (0..20_000).map(|number| row(&format!("o-{number}"), time, "gems", "4.99"));
    let again = [
        row("o-7", time, "gems", "4.99"),
        row("o-9000", time, "gold", "4.99"),
    ];
    let text: String = rows.chain(again).collect();
    let scene = Scene::with("orders.csv", format!("{HEADER}{text}"));
    let ended = validate(&scene, "orders.csv").exits(1);
    let counts = ended.report().counts();
    let wanted = [
        ("read", 20_002),
        ("duplicate", 1),
        ("rejected", 1),
        ("not_sent", 20_000),
    ];
    assert_eq!(counts, wanted.into());
    assert_eq!(
        ended.report().faults(),
        [(20_003, vec!["id_conflict".into()])].into()
    );
}

#[test]
fn a_strict_upload_sends_nothing_beside_a_conflict() {
    let time = "2026-11-25T10:00:00Z";
    let rows = [
        row("A", time, "gems", "4.99"),
        row("A", time, "gold", "4.99"),
    ]
    .concat();
    let scene = Scene::with("orders.csv", format!("{HEADER}{rows}"));
    let server = crate::support::StandIn::well();
    let ended = scene
        .upload(&server.url(), "--strict --max-age none orders.csv")
        .mutters()
        .exits(5);
    let counts = ended.report().counts();
    assert_eq!(
        counts,
        [("read", 2), ("rejected", 1), ("not_sent", 1)].into()
    );
    assert_eq!(server.recorded().len(), 0);
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let rows: String = (0..20_000)
        .map(|number| {
            row(
                &format!("o-{number}"),
                "2026-11-25T10:00:00Z",
                "gems",
                "4.99",
            )
        })
        .collect();
    let scene = Scene::with("orders.csv", format!("{HEADER}{rows}"));
    scene
        .run("validate --max-age none orders.csv")
        .env("TMPDIR", "/nowhere/at/all")
        .complains("name a folder with room in TMPDIR")
        .exits(2);
}

/// Nothing tells the copies of a purchase without an id from other purchases: both commands say how
/// many there are, and how much they are.
#[test]
fn purchases_that_repeat_without_an_id_are_said() {
    let header = HEADER.replace("event_id,", "");
    let row =
        |time: &str, price: &str| row("", time, "gems", price).replace("purchase,,", "purchase,");
    let (early, late) = ("2026-11-25T10:00:00Z", "2026-11-25T10:00:07Z");
    let twins = [row(early, "4.99"), row(early, "4.99"), row(early, "4.99")].concat();
    let scene = Scene::with("1.csv", format!("{header}{twins}{}", row(late, "9.99")));
    // What one file says once and another once more is one purchase that was exported twice.
    scene.file("2.csv", format!("{header}{}", row(late, "9.99")));
    scene
        .run("upload --dry-run --max-age none --report-dir dry --output json 1.csv 2.csv")
        .exits(0);
    validate(&scene, "1.csv 2.csv").ends();
    for folder in ["dry", "report"] {
        let texts = warnings(&scene.report(folder).json, "money_repeated");
        let expected = "2 rows of money without event_id that repeat a row of the same input (USD \
                        9.98): each counts as a purchase of its own; if they are copies, map event_id";
        assert_eq!(texts, [expected], "{folder}");
    }
}

//! `fields --output json-schema`: a row keeps to it exactly if an upload takes it whole.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::support::Scene;

const ROWS: usize = 1_000;

const UUID: &str = "6513270e-269e-0d37-f2a7-4de452e6b438";
const PLAIN: &str = "6513270E269E0D37F2A74DE452E6B438";
const ZEROS: &str = "00000000-0000-0000-0000-000000000000";
const ANDROID_ID: &str = "9774d56d682e549c";
const SHA1: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

const KINDS: [&str; 5] = ["open", "event", "purchase", "ad_impression", "attribution"];

type Row = Map<String, Value>;

/// A sound row of this kind.
fn sound(kind: &str, platform: &str) -> Row {
    let ios = platform == "ios";
    let own = match kind {
        "event" => json!({ "event": "level_up", "value": 3 }),
        "purchase" => {
            json!({ "product_id": "coins", "price": "0.99", "quantity": 1, "currency": "USD" })
        }
        "ad_impression" => json!({
            "app_version": "1.0", "ad_revenue_mediation": "max", "network_name": "AdMob",
            "currency": "USD", "revenue_decimal": "0.001",
        }),
        _ => json!({}),
    };
    let common = json!({
        "kind": kind, "bundle_id": "com.example.game", "platform": platform,
        "os_version": if ios { "17.5" } else { "34" }, "analytics_installation_id": UUID,
        "advertising_id": PLAIN, "ip_address": "203.0.113.9",
        "event_time": "2026-01-02T03:04:05Z",
    });
    let mut row = common.as_object().unwrap().clone();
    if ios {
        row.insert("developer_device_id".into(), json!(UUID));
    }
    row.extend(own.as_object().unwrap().clone());
    row
}

/// What may stand in a field: right, wrong, and in between. None of it is two faults at once.
#[allow(clippy::too_many_lines, reason = "a table")]
fn values(field: &str) -> Vec<Value> {
    let ids = || {
        vec![
            json!(UUID),
            json!(PLAIN),
            json!(ZEROS),
            json!("0123"),
            json!(SHA1),
        ]
    };
    let with = |more: &[&str]| {
        let more = more.iter().map(|text| json!(text));
        ids().into_iter().chain(more).collect::<Vec<_>>()
    };
    match field {
        "bundle_id" => json!(["com.a.b-c", "123456789", "id99", "a b", "com..x"]),
        "platform" => json!([
            "ios",
            "iOS",
            "ANDROID",
            "Google Play",
            "fire os",
            "windows",
            "amazon"
        ]),
        "os_version" => json!([
            "34",
            "14",
            "8.1.0",
            "17.5",
            "17.",
            "abc",
            34,
            "iOS 17.5",
            "Android 9"
        ]),
        "analytics_installation_id" => json!(ids()),
        "advertising_id" | "developer_device_id" => json!(with(&[ANDROID_ID, "null", "(not set)"])),
        "country" => json!(["DE", "de", "ZZ", "DEU", "NA", "n/a"]),
        "ip_address" => json!([
            "203.0.113.9",
            "2001:db8::1",
            "1.2.3",
            "1.2.3.4:80",
            "256.1.1.1",
            "10.0.0.1",
            "0.0.0.0",
            "100.64.7.7",
            "100.63.7.7",
            "::1",
            "fe80::1",
            "fd00::7",
            "::ffff:192.168.0.1",
            "null",
        ]),
        "limit_ad_tracking" | "ad_user_data" | "ad_personalization" | "opt_in" | "postcut" => {
            json!([0, 1, "1", "true", "No", true, "maybe", 2, "y", "F", "null"])
        }
        "tracking_status" => json!(["0", "3", 3, "4", "-1"]),
        "event_time" => json!([
            "2026-01-02T03:04:05Z",
            "2026-01-02 03:04:05.5+02:00",
            "2026-01-02 03:04:05",
            "2026-13-02T03:04:05Z",
            "yesterday",
            "2026-02-30T03:04:05Z",
            "2025-02-29T03:04:05Z",
            "2024-02-29T03:04:05Z",
            "1899-01-01T00:00:00Z",
            "2099-01-01T00:00:00Z",
            4_070_908_800_u64,
            "n/a",
            1_767_323_045_u64,
            1_767_323_045_000_u64,
            "1767323045",
            12,
        ]),
        "event" => json!(["x", "x".repeat(79), "x".repeat(80), 7]),
        "value" => json!([5, "-5", "1.5", 1.5, "five", "3.0", 3.0, "NaN"]),
        "product_id" | "network_name" => json!([
            "x",
            7,
            "x".repeat(255),
            "x".repeat(256),
            "null",
            "N/A",
            "\\N",
            "a\u{1}b",
            "a\u{85}b",
            "two\nlines",
            "1.2E+17",
        ]),
        "customer_user_id" => json!(["u", 7, 0, "0", "none", "a\u{7f}", "x".repeat(1_001)]),
        "price" | "revenue_decimal" => {
            json!([
                0.99,
                1e-9,
                "0.000012",
                "1.2e-05",
                "NaN",
                "-",
                "0.99",
                "1,5",
                -1,
                "5.",
                ".5",
                "1e3",
                "1234567890123456"
            ])
        }
        "quantity" => json!([
            1, "2", 0, "1.5", 1_000_000, 1_000_001, "0012", "-1", "2.0", 2.0, 2.5
        ]),
        "currency" => json!(["EUR", "eur", "XXX", "XQX", "EURO", "null"]),
        "ad_revenue_mediation" => json!(["max", "MAX", "mopub"]),
        "ad_format" => json!(["banner", "Rewarded", "video"]),
        "language" => json!(["de", "DE", "deu"]),
        "app_version_code" => json!(["12", 12, "1.2"]),
        "screen_height" => json!([100, "100", 0, "x"]),
        other => panic!("{other}"),
    }
    .as_array()
    .unwrap()
    .clone()
}

/// Fields of a kind that are changed; the first seven are those of all kinds.
fn fields(kind: &str) -> Vec<&'static str> {
    let mut fields = vec![
        "bundle_id",
        "platform",
        "advertising_id",
        "developer_device_id",
        "event_time",
    ];
    if kind == "attribution" {
        return fields;
    }
    fields.extend([
        "analytics_installation_id",
        "ip_address",
        "country",
        "limit_ad_tracking",
        "customer_user_id",
    ]);
    fields.extend(["ad_user_data", "ad_personalization"]);
    fields.extend(match kind {
        "open" => &["os_version"][..],
        "event" => &["os_version", "tracking_status", "event", "value"],
        "purchase" => &[
            "os_version",
            "tracking_status",
            "product_id",
            "price",
            "quantity",
            "currency",
            "postcut",
        ],
        _ => &[
            "network_name",
            "revenue_decimal",
            "currency",
            "ad_revenue_mediation",
            "ad_format",
            "language",
            "app_version_code",
            "screen_height",
            "opt_in",
        ],
    });
    fields
}

/// Fields whose bad values are dropped: at most one of them is changed in a row, so that rows
/// with something dropped can be counted.
const DROPPABLE: [&str; 7] = [
    "ip_address",
    "country",
    "value",
    "ad_format",
    "language",
    "app_version_code",
    "screen_height",
];

fn made_up(rng: &mut Rng) -> Row {
    let kind = KINDS[rng.usize(..KINDS.len())];
    let platform = ["ios", "android", "amazon", "android_other"][rng.usize(..4)];
    let mut row = sound(kind, platform);
    let fields = fields(kind);
    let mut droppable = 1;
    for _ in 0..rng.usize(..4) {
        let field = fields[rng.usize(..fields.len())];
        let is_droppable = DROPPABLE.contains(&field);
        if is_droppable && droppable == 0 {
            continue;
        }
        droppable -= usize::from(is_droppable);
        match rng.u8(..8) {
            0 | 1 => drop(row.remove(field)),
            2 => drop(row.insert(field.into(), Value::Null)),
            3 => drop(row.insert(field.into(), json!(""))),
            _ => {
                let values = values(field);
                row.insert(field.into(), values[rng.usize(..values.len())].clone());
            }
        }
    }
    row
}

/// Which rows the schema of their kind takes.
fn by_schema(scene: &Scene, rows: &[Row]) -> Vec<bool> {
    let schema = |kind: &&str| {
        let ended = scene
            .run(&format!("fields {kind} --output json-schema"))
            .prints()
            .exits(0);
        let schema: Value = serde_json::from_str(&ended.stdout).unwrap();
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        ((*kind).to_owned(), options.build(&schema).unwrap())
    };
    let schemas: std::collections::BTreeMap<_, _> = KINDS.iter().map(schema).collect();
    let takes =
        |row: &Row| schemas[row["kind"].as_str().unwrap()].is_valid(&Value::Object(row.clone()));
    rows.iter().map(takes).collect()
}

/// Which rows are rejected, and how many values are dropped.
fn by_validation(scene: &Scene, name: &str, rows: &[&Row]) -> (Vec<bool>, u64) {
    let line = |row: &&Row| Value::Object((*row).clone()).to_string() + "\n";
    scene.file(name, rows.iter().map(line).collect::<String>());
    let folder = format!("report-of-{name}");
    let ended = scene
        .run(&format!(
            "validate {name} --max-age none --report-dir {folder}"
        ))
        .args([
            "--allow",
            "ad_impression",
            "--allow",
            "attribution",
            "--allow",
            "subscription",
        ])
        .prints()
        .mutters()
        .ends();
    assert!(
        matches!(ended.status.code(), Some(0 | 1)),
        "{}",
        ended.stderr
    );
    let report = scene.report(&folder);
    assert_eq!(report.rows("read"), rows.len() as u64);
    assert_eq!(report.rows("filtered"), 0);
    let faults = report.faults();
    let rejected = (1..).zip(rows).map(|(line, _)| faults.contains_key(&line));
    let dropped = report["dropped_fields"].as_array().unwrap().iter();
    let dropped = dropped.map(|one| one["count"].as_u64().unwrap()).sum();
    (rejected.collect(), dropped)
}

#[test]
fn a_thousand_rows_are_taken_by_both_or_by_neither() {
    let mut rng = Rng::with_seed(7);
    let rows: Vec<Row> = (0..ROWS).map(|_| made_up(&mut rng)).collect();
    let scene = Scene::new();
    let taken = by_schema(&scene, &rows);
    let part = |is_taken: bool| -> Vec<&Row> {
        let rows = rows.iter().zip(&taken);
        rows.filter(|(_, taken)| **taken == is_taken)
            .map(|(row, _)| row)
            .collect()
    };
    let (good, bad) = (part(true), part(false));
    assert!(
        good.len() > 200 && bad.len() > 200,
        "{} and {}",
        good.len(),
        bad.len()
    );
    let (rejected, dropped) = by_validation(&scene, "good.ndjson", &good);
    for (row, rejected) in good.iter().zip(rejected) {
        assert!(
            !rejected,
            "the schema takes it, and validation does not: {row:?}"
        );
    }
    assert_eq!(
        dropped, 0,
        "the schema takes rows of which values are dropped"
    );
    let (rejected, dropped) = by_validation(&scene, "bad.ndjson", &bad);
    let whole: Vec<&&Row> = bad
        .iter()
        .zip(rejected)
        .filter(|(_, no)| !no)
        .map(|(row, _)| row)
        .collect();
    assert_eq!(
        dropped,
        whole.len() as u64,
        "the schema takes none of these, and validation rejects none of them: {whole:#?}"
    );
}

#[test]
fn the_example_rows_are_taken() {
    let kinds = [
        "open",
        "event",
        "purchase",
        "ad_impression",
        "attribution",
        "subscription",
        "",
    ];
    for kind in kinds {
        let scene = Scene::new();
        let words = format!("fields {kind} --output csv-example");
        let file = scene.run(&words).prints().exits(0).stdout;
        scene.file("example.csv", &file);
        let rows = file.lines().count() - 1;
        let kind_of_all = if kind.is_empty() {
            String::new()
        } else {
            format!("--kind {kind}")
        };
        let words = format!(
            "upload example.csv {kind_of_all} --sandbox --report-dir report --key-scope account --allow ad_impression --allow attribution --allow subscription"
        );
        let ended = scene.run(&words).prints().exits(0);
        assert_eq!(ended.report()["rows"]["accepted"], rows, "{file}");
    }
}

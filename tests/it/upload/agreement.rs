//! What validation takes the sandbox takes, and the other way round: one list of values, walked
//! through both. Otherwise a rehearsal would promise what the upload does not keep.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Map, Value, json};
use tenjin_s2s::model::Kind;
use tenjin_s2s::schema;

use crate::support::{Scene, StandIn};

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is documented: both take it.
    Taken,
    /// Validation writes it another way, which the sandbox takes; as it is, it would not be.
    Fixed,
    /// Neither takes it.
    Refused,
}
use Fate::{Fixed, Refused, Taken};

const UUID: &str = "6513270e-269e-0d37-f2a7-4de452e6b438";
const PLAIN: &str = "6513270E269E0D37F2A74DE452E6B438";
const ANDROID_ID: &str = "9774d56d682e549c";
const SHA1: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

type Case = (
    &'static str,
    &'static str,
    &'static str,
    Fate,
    &'static [&'static str],
);

/// Platform, kind, field, and values with the same fate.
const CASES: &[Case] = &[
    ("ios", "event", "advertising_id", Taken, &[UUID, PLAIN, ""]),
    (
        "ios",
        "event",
        "advertising_id",
        Refused,
        &[ANDROID_ID, SHA1, SHA256, "0123"],
    ),
    (
        "android",
        "event",
        "advertising_id",
        Refused,
        &[ANDROID_ID, SHA1, SHA256],
    ),
    (
        "android_other",
        "event",
        "advertising_id",
        Taken,
        &[UUID, ANDROID_ID, SHA256],
    ),
    ("amazon", "event", "advertising_id", Refused, &[SHA1, "xyz"]),
    ("ios", "event", "developer_device_id", Taken, &[UUID, PLAIN]),
    (
        "ios",
        "event",
        "developer_device_id",
        Refused,
        &[ANDROID_ID, SHA1, ""],
    ),
    (
        "android",
        "event",
        "developer_device_id",
        Taken,
        &[UUID, PLAIN, ANDROID_ID],
    ),
    (
        "amazon",
        "purchase",
        "developer_device_id",
        Taken,
        &[ANDROID_ID],
    ),
    (
        "android",
        "ad_impression",
        "developer_device_id",
        Taken,
        &[ANDROID_ID],
    ),
    (
        "ios",
        "ad_impression",
        "developer_device_id",
        Refused,
        &[ANDROID_ID],
    ),
    (
        "android",
        "event",
        "developer_device_id",
        Refused,
        &[SHA1, "9774d56d682e549", "wxyz"],
    ),
    (
        "ios",
        "open",
        "analytics_installation_id",
        Taken,
        &[UUID, PLAIN],
    ),
    (
        "android",
        "open",
        "analytics_installation_id",
        Refused,
        &["", ANDROID_ID, SHA1],
    ),
    ("android", "event", "os_version", Taken, &["34", "21"]),
    (
        "android",
        "event",
        "os_version",
        Fixed,
        &["8.1.0", "Android 14"],
    ),
    ("android", "event", "os_version", Refused, &["", "Oreo"]),
    ("ios", "event", "os_version", Taken, &["17", "17.5.1"]),
    ("ios", "event", "os_version", Fixed, &["iOS 17.5"]),
    ("ios", "event", "os_version", Refused, &["17.", "seventeen"]),
    ("android", "event", "limit_ad_tracking", Taken, &["0", "1"]),
    (
        "android",
        "event",
        "limit_ad_tracking",
        Fixed,
        &["true", "no"],
    ),
    (
        "android",
        "event",
        "limit_ad_tracking",
        Refused,
        &["2", "maybe"],
    ),
    ("ios", "open", "ad_user_data", Taken, &["0", "1"]),
    ("ios", "open", "ad_personalization", Refused, &["2"]),
    (
        "ios",
        "event",
        "tracking_status",
        Taken,
        &["0", "1", "2", "3"],
    ),
    ("ios", "event", "tracking_status", Refused, &["4", "-1"]),
    ("android", "open", "country", Taken, &["DE", "US", "NA"]),
    ("android", "open", "country", Fixed, &["de", "Germany"]),
    (
        "android",
        "open",
        "country",
        Refused,
        &["DEU", "ZZ", "Atlantis"],
    ),
    (
        "android",
        "open",
        "ip_address",
        Taken,
        &["203.0.113.10", "2001:db8::1"],
    ),
    (
        "android",
        "open",
        "ip_address",
        Refused,
        &["203.0.113", "203.0.113.10:80", "x"],
    ),
    ("android", "event", "event", Taken, &["x", "level up"]),
    ("android", "event", "event", Refused, &[EIGHTY]),
    (
        "android",
        "event",
        "value",
        Taken,
        &["0", "-5", "9223372036854775807"],
    ),
    (
        "android",
        "event",
        "value",
        Refused,
        &["1.5", "1e3", "9223372036854775808"],
    ),
    ("android", "purchase", "price", Taken, &["0.99", "12"]),
    (
        "android",
        "purchase",
        "price",
        Refused,
        &["", "-1", "1e3", "1,5", "5.", ".5"],
    ),
    ("android", "purchase", "quantity", Taken, &["1", "20"]),
    (
        "android",
        "purchase",
        "quantity",
        Refused,
        &["0", "-1", "1.5"],
    ),
    ("android", "purchase", "quantity", Fixed, &["1.0"]),
    ("android", "purchase", "currency", Taken, &["EUR", "JPY"]),
    ("android", "purchase", "currency", Fixed, &["eur"]),
    (
        "android",
        "purchase",
        "currency",
        Refused,
        &["", "EURO", "XQX", "€"],
    ),
    ("android", "purchase", "postcut", Taken, &["0", "1"]),
    ("android", "purchase", "postcut", Refused, &["2"]),
    (
        "android",
        "purchase",
        "product_id",
        Taken,
        &["coins_100", "a b/c"],
    ),
    ("android", "purchase", "product_id", Refused, &[""]),
    (
        "android",
        "ad_impression",
        "ad_revenue_mediation",
        Taken,
        &["max", "ironsource", "custom"],
    ),
    (
        "android",
        "ad_impression",
        "ad_revenue_mediation",
        Fixed,
        &["MAX"],
    ),
    (
        "android",
        "ad_impression",
        "ad_revenue_mediation",
        Refused,
        &["", "mopub"],
    ),
    (
        "android",
        "ad_impression",
        "revenue_decimal",
        Taken,
        &["0.0012"],
    ),
    (
        "android",
        "ad_impression",
        "revenue_decimal",
        Refused,
        &["-0.1", "1e-3"],
    ),
    (
        "android",
        "ad_impression",
        "ad_format",
        Taken,
        &["banner", "rewarded_inter"],
    ),
    ("android", "ad_impression", "ad_format", Refused, &["video"]),
    ("ios", "subscription", "receipt", Taken, &["e30.e30.sig"]),
    ("ios", "subscription", "receipt", Refused, &[""]),
    ("ios", "subscription", "transaction_id", Refused, &[""]),
    (
        "ios",
        "subscription",
        "original_transaction_id",
        Refused,
        &[""],
    ),
    (
        "ios",
        "subscription",
        "ios_store_kit_transaction",
        Refused,
        &[""],
    ),
    ("ios", "subscription", "environment", Taken, &["Production"]),
    (
        "android",
        "subscription",
        "google_play_purchase_token",
        Refused,
        &[""],
    ),
    ("android", "subscription", "signature", Taken, &["c2ln"]),
    (
        "android",
        "subscription",
        "receipt",
        Taken,
        &["{\"orderId\":\"GPA.1\"}"],
    ),
    (
        "android",
        "ad_impression",
        "connection_type",
        Taken,
        &["mobile", "wifi"],
    ),
    (
        "android",
        "ad_impression",
        "connection_type",
        Refused,
        &["5g"],
    ),
    (
        "android",
        "ad_impression",
        "source_app_store",
        Taken,
        &["googleplay", "other"],
    ),
    (
        "android",
        "ad_impression",
        "app_version_code",
        Taken,
        &["1", "203004"],
    ),
    (
        "android",
        "ad_impression",
        "app_version_code",
        Refused,
        &["1.2", "x"],
    ),
    ("ios", "ad_impression", "language", Taken, &["de"]),
    ("ios", "ad_impression", "language", Fixed, &["DE"]),
    ("ios", "ad_impression", "language", Refused, &["deu"]),
    (
        "ios",
        "ad_impression",
        "limit_ad_tracking",
        Taken,
        &["true", "false"],
    ),
    ("ios", "ad_impression", "limit_ad_tracking", Fixed, &["1"]),
    ("ios", "ad_impression", "opt_in", Refused, &["maybe"]),
    (
        "ios",
        "ad_impression",
        "ip_address",
        Refused,
        &["", "1.2.3"],
    ),
    (
        "ios",
        "ad_impression",
        "screen_height",
        Taken,
        &["1", "2556"],
    ),
    (
        "ios",
        "ad_impression",
        "screen_width",
        Refused,
        &["0", "-1", "12.5"],
    ),
];

/// One character more than Tenjin takes.
const EIGHTY: &str =
    "eighty_characters_eighty_characters_eighty_characters_eighty_characters_eighty_c";

/// A sound row of this kind, as an upload sends it; the installation tells it from the others.
fn sound(platform: &str, kind: &str, number: usize) -> Map<String, Value> {
    let common = json!({
        "bundle_id": "com.example.game", "platform": platform, "os_version": "34",
        "analytics_installation_id": format!("a{number:031x}"),
        "advertising_id": format!("b{number:031x}"), "ip_address": "203.0.113.9",
    });
    let own = match kind {
        "open" => json!({}),
        "event" => json!({ "event": "level_up" }),
        "purchase" => {
            json!({ "product_id": "coins", "price": "0.99", "quantity": "1", "currency": "USD" })
        }
        "subscription" => {
            let bought = json!({ "product_id": "premium", "price": "9.99", "currency": "USD" });
            let of_store = if platform == "ios" {
                json!({
                    "receipt": "jws", "transaction_id": format!("t{number}"),
                    "original_transaction_id": format!("o{number}"),
                    "ios_store_kit_transaction": "signed",
                })
            } else {
                json!({ "google_play_purchase_token": format!("token{number}") })
            };
            let mut all = bought.as_object().unwrap().clone();
            all.extend(of_store.as_object().unwrap().clone());
            Value::Object(all)
        }
        _ => json!({
            "app_version": "1.0", "ad_revenue_mediation": "max", "network_name": "AdMob",
            "currency": "USD", "revenue_decimal": "0.001",
        }),
    };
    let mut row = common.as_object().unwrap().clone();
    row.extend(own.as_object().unwrap().clone());
    if platform == "ios" {
        row.insert("os_version".into(), json!("17.5"));
        row.insert("developer_device_id".into(), json!(UUID));
    }
    row
}

/// Posts the row as it is; whether the sandbox takes it.
fn is_taken_raw(server: &StandIn, kind: &str, row: &Map<String, Value>) -> bool {
    posted(server, kind, row).starts_with("HTTP/1.1 200 ")
}

/// Posts the row as it is; the answer.
fn posted(server: &StandIn, kind: &str, row: &Map<String, Value>) -> String {
    let pairs = row
        .iter()
        .map(|(name, value)| (name, value.as_str().unwrap()));
    let has_version = !["ad_impression", "attribution"].contains(&kind);
    let server_version = has_version.then_some(("sdk_version", "server"));
    let mut body = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        body.append_pair(name, value);
    }
    body.extend_pairs(server_version);
    let body = body.finish();
    let path = match kind {
        "purchase" => "/v0/purchase",
        "ad_impression" => "/v0/ad_impressions",
        "subscription" => "/v1/subscriptions",
        "attribution" => "/v0/import_attribution",
        _ => "/v0/event",
    };
    let mut stream = TcpStream::connect(server.server.addr()).unwrap();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Basic S0VZOg==\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Which of the rows an upload gets through with this field in it, by their numbers.
fn uploaded(rows: &[(usize, &str, &str, Map<String, Value>)]) -> BTreeMap<usize, bool> {
    let line = |(number, kind, _, row): &(usize, &str, &str, Map<String, Value>)| {
        let mut row = row.clone();
        row.insert("kind".into(), json!(kind));
        row.insert("event_id".into(), json!(format!("e{number}")));
        Value::Object(row).to_string() + "\n"
    };
    let scene = Scene::with("rows.ndjson", rows.iter().map(line).collect::<String>());
    let server = StandIn::well();
    let arguments = "rows.ndjson --rate unlimited --allow ad_impression --allow subscription \
                     --max-failures 100%";
    let ended = scene.upload(&server.url(), arguments).ends();
    let report = ended.report();
    assert_eq!(report.rows("read"), rows.len() as u64, "{}", ended.stderr);
    let refused = report["refusals"].to_string();
    assert_eq!(
        report.rows("refused"),
        0,
        "validation takes what the sandbox does not: {refused}"
    );
    assert_eq!(server.server.stats().violations, BTreeMap::new());
    let recorded = server.recorded();
    rows.iter()
        .map(|(number, _, field, row)| {
            let ids = [format!("a{number:031x}"), format!("b{number:031x}")];
            let sent = recorded.iter().find(|one| {
                let id = |name: &str| one.get(name).replace('-', "").to_lowercase();
                ids.contains(&id("analytics_installation_id"))
                    || ids.contains(&id("advertising_id"))
            });
            let empty = row[*field] == "";
            (
                *number,
                sent.is_some_and(|sent| empty || !sent.get(field).is_empty()),
            )
        })
        .collect()
}

#[test]
fn the_sandbox_knows_every_field() {
    let server = StandIn::well();
    for kind in Kind::ALL {
        let fields = schema::table(kind).iter().filter(|field| !field.is_ours());
        for field in fields {
            let is_unknown = |platform: &str| {
                let mut row = sound(platform, kind.name(), 0);
                row.insert(field.name().to_owned(), json!(""));
                let answer = posted(&server, kind.name(), &row);
                assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
                answer.contains(&format!("unknown parameter `{}`", field.name()))
            };
            let knows = ["ios", "android"].map(|platform| !is_unknown(platform));
            assert!(knows.contains(&true), "{kind:?} {}", field.name());
        }
    }
    let row = Map::from_iter([("prise".to_owned(), json!(""))]);
    assert!(posted(&server, "purchase", &row).contains("unknown parameter `prise`"));
}

#[test]
fn the_sandbox_takes_what_validation_takes_and_nothing_else() {
    let server = StandIn::well();
    let mut all = Vec::new();
    for (platform, kind, field, fate, values) in CASES {
        for value in *values {
            let mut row = sound(platform, kind, all.len());
            row.insert((*field).into(), json!(value));
            all.push((*platform, *kind, *field, *fate, row));
        }
    }
    assert!(all.len() > 120);
    for platform in ["ios", "android", "amazon", "android_other"] {
        let rows: Vec<_> = all
            .iter()
            .enumerate()
            .filter(|(_, case)| case.0 == platform)
            .map(|(number, (_, kind, field, _, row))| (number, *kind, *field, row.clone()))
            .collect();
        for (number, by_validation) in uploaded(&rows) {
            let (_, kind, field, fate, row) = &all[number];
            let what = format!("{platform} {kind} {field} = {}", row[*field]);
            assert_eq!(by_validation, *fate != Refused, "validation: {what}");
            let raw = is_taken_raw(&server, kind, row);
            assert_eq!(raw, *fate == Taken, "the sandbox: {what}");
        }
    }
}

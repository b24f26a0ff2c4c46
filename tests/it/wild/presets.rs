//! What a vendor's export is: whose it is, which rows are purchases, and what is left out.

use std::collections::BTreeMap;

use serde_json::json;

use super::{fixture, validate, wild};
use crate::support::{Recorded, Report, Scene, StandIn, number, warnings};

/// What became of a file: the report, and what the server got.
struct Sent {
    report: Report,
    events: Vec<Recorded>,
}

impl Sent {
    /// How many rows each rule left out.
    fn left_out(&self) -> BTreeMap<String, u64> {
        let filters = self.report["filters"].as_object().unwrap().iter();
        filters
            .map(|(reason, count)| (reason.clone(), number(count)))
            .collect()
    }

    /// A parameter of every request, in the order of the rows.
    fn all(&self, name: &str) -> Vec<&str> {
        self.events.iter().map(|event| event.get(name)).collect()
    }

    /// Kind, price, quantity and currency of every request.
    fn money(&self) -> Vec<String> {
        let line = |event: &Recorded| {
            let kind = event.path.rsplit('/').next().unwrap();
            let parts = ["price", "quantity", "currency"].map(|name| event.get(name));
            format!("{kind} {}", parts.join(" ")).trim_end().to_owned()
        };
        self.events.iter().map(line).collect()
    }
}

/// One key serves the app on every platform.
const APPS: &str = r#"
[apps."com.example.sample"]
ios = { sdk_key_env = "TENJIN_SDK_KEY" }
android = { sdk_key_env = "TENJIN_SDK_KEY" }
amazon = { sdk_key_env = "TENJIN_SDK_KEY" }
"#;

/// Uploads a file of `fixtures/wild/`, one request after the other.
fn sent(name: &str, arguments: &str, code: i32) -> Sent {
    let stand_in = StandIn::well();
    let scene = wild(name);
    scene.file("apps.toml", APPS);
    let run = format!("{name} --config apps.toml --max-age none --concurrency 1 {arguments}");
    scene.upload(&stand_in.url(), &run).mutters().exits(code);
    Sent {
        report: scene.report("report"),
        events: stand_in.recorded(),
    }
}

fn counts(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, count)| ((*name).to_owned(), *count))
        .collect()
}

const IDS: &str = "--bundle-id com.example.sample --set os_version=17 --allow-missing-ip";

#[test]
fn revenuecat_transactions_have_a_price_in_every_version() {
    for (name, gbp) in [("rc_v3.csv", "19.97"), ("rc_v5_caps.csv", "23.97")] {
        let scene = wild(name);
        let ended = validate(&scene, &format!("{name} {IDS}")).exits(0);
        let report = ended.report();
        let revenue = json!({ "GBP": gbp, "JPY": "1200" });
        assert_eq!(report["totals"]["valid"]["revenue"], revenue, "{name}");
        let filters = json!({ "other_store": 2, "refund": 1, "sandbox": 1, "trial": 1 });
        assert_eq!(report["filters"], filters, "{name}");
    }
}

#[test]
fn revenuecat_webhooks_are_purchases_once() {
    let sent = sent("rc_webhook.ndjson", IDS, 0);
    assert_eq!(sent.money(), ["purchase 7.99 1 EUR"]);
    assert_eq!(sent.all("product_id"), ["com.subscription.weekly"]);
    assert_eq!(sent.left_out(), counts(&[("refund", 1), ("sandbox", 1)]));
    assert_eq!(sent.report["inputs"][0]["preset"], "revenuecat-webhooks");
}

#[test]
fn ga4_renewals_and_conversions_are_money() {
    let sent = sent("ga4_renew.ndjson", "--allow-missing-ip", 0);
    assert_eq!(sent.money(), ["purchase 9.99 1 USD"; 2]);
    assert_eq!(sent.all("product_id"), ["sub_monthly"; 2]);
}

#[test]
fn a_whole_value_beside_a_price_in_micros_is_in_micros_too() {
    let sent = sent("ga4_real.ndjson", "--allow-missing-ip", 0);
    let money = [
        "purchase 4.99 1 USD",
        "purchase 4.99 2 USD",
        "purchase 4.99 1 USD",
        "purchase 9.99 1 USD",
        "purchase 30 1 USD",
        "event",
        "event",
        "event",
        "purchase 9.99 1 USD",
        "purchase 9.99 1 USD",
        "purchase 30.5 1 EUR",
    ];
    assert_eq!(sent.money(), money);
    let reasons = [
        ("ad_revenue", 1),
        ("other_platform", 1),
        ("refund", 1),
        ("trial", 1),
    ];
    assert_eq!(sent.left_out(), counts(&reasons));
}

/// One in-app purchase as GA4 exports it, with these parameters.
fn ga4(parameters: &[(&str, &str)]) -> String {
    let whole = |(key, value): &(&str, &str)| {
        let kind = match (*key, value.contains('.')) {
            ("currency", _) => "string_value",
            (_, true) => "double_value",
            (_, false) => "int_value",
        };
        format!(r#"{{"key":"{key}","value":{{"{kind}":"{value}"}}}}"#)
    };
    let parameters: Vec<String> = parameters.iter().map(whole).collect();
    format!(
        r#"{{"event_timestamp":"1795679175639019","event_name":"in_app_purchase","user_pseudo_id":"u","event_params":[{}],"user_properties":[{{"key":"tenjin_installation_id","value":{{"string_value":"3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9"}}}}],"device":{{"operating_system_version":"Android 13","advertising_id":"21d01e91-1338-44ba-94c1-9a392d832d5b"}},"app_info":{{"id":"com.example.sample"}},"platform":"ANDROID"}}"#,
        parameters.join(",")
    )
}

#[test]
fn amounts_among_the_parameters_of_an_event_are_told() {
    for name in ["value", "revenue", "total_price"] {
        let row = ga4(&[(name, "9.99"), ("currency", "EUR")]);
        let row = row.replace("in_app_purchase", "buy_gems");
        let ours = row.replace("event_params", "my_params").replace(
            r#""event_name""#,
            r#""kind":"event","bundle_id":"com.example.sample","os_version":"13","advertising_id":"21d01e91-1338-44ba-94c1-9a392d832d5b","analytics_installation_id":"3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9","event""#,
        );
        for (row, column) in [(row, "event_params"), (ours, "my_params")] {
            let scene = Scene::with("export.ndjson", row);
            let ended = validate(&scene, "export.ndjson").exits(0);
            let left = &ended.report()["amounts_left_out"][0];
            assert_eq!(left["revenue"]["EUR"], "9.99", "{column} {name}: {left}");
            let said = left["column"].as_str().unwrap();
            assert!(said.starts_with(&format!("{column}.{name}")), "{said}");
        }
    }
}

#[test]
fn a_unit_that_nobody_can_know_is_rejected_and_never_guessed() {
    for (parameters, price) in [
        (&[("value", "4990000"), ("currency", "USD")][..], None),
        (
            &[("value", "79000"), ("price", "79000"), ("currency", "IDR")],
            None,
        ),
        (&[("price", "79000"), ("currency", "IDR")], None),
        (&[("price", "499"), ("currency", "USD")], None),
        (
            &[("price", "79000000000"), ("currency", "IDR")],
            Some("79000"),
        ),
        (
            &[
                ("value", "79000"),
                ("price", "79000000000"),
                ("currency", "IDR"),
            ],
            Some("79000"),
        ),
        (
            &[
                ("value", "120"),
                ("price", "120000000"),
                ("currency", "USD"),
            ],
            Some("120"),
        ),
        (
            &[("value", "4.99"), ("price", "4990000"), ("currency", "USD")],
            Some("4.99"),
        ),
    ] {
        let scene = Scene::with("export.ndjson", ga4(parameters));
        let code = i32::from(price.is_none());
        let run = "upload export.ndjson --dry-run --max-age none --output json --report-dir report";
        let ended = scene.run(run).mutters().exits(code);
        let report = ended.report();
        let Some(price) = price else {
            let rejection = &report["rejections"][0];
            assert_eq!(rejection["code"], "invalid_number", "{parameters:?}");
            let value = rejection["examples"][0]["value"].as_str().unwrap();
            assert!(value.ends_with(" (micros or full units?)"), "{value}");
            continue;
        };
        let body = report["plan"]["first_requests"][0]["body"]
            .as_str()
            .unwrap();
        let wanted = format!("&price={price}&quantity=1&");
        assert!(body.contains(&wanted), "{parameters:?}: {body}");
    }
}

#[test]
fn an_adjust_subscription_with_revenue_is_a_purchase() {
    let sent = sent(
        "adjust_subscription.csv",
        "--bundle-id com.example.sample",
        0,
    );
    assert_eq!(sent.money(), ["purchase 9.99 1 USD", "event"]);
    assert_eq!(sent.all("product_id"), ["subscription", ""]);
}

const APPSFLYER: &str = "--timezone UTC --derive-installation-id customer_user_id";

#[test]
fn an_appsflyer_uninstall_is_no_event_and_a_refund_no_purchase() {
    let sent = sent("af_uninstall.csv", APPSFLYER, 0);
    assert_eq!(sent.money(), ["event", "purchase 9.99 1 USD", "event"]);
    assert_eq!(
        sent.left_out(),
        counts(&[("no_user_activity", 1), ("refund", 1)])
    );
}

#[test]
fn a_pasted_copy_of_an_appsflyer_purchase_counts_once() {
    let text = std::fs::read_to_string(fixture("wild/af_uninstall.csv")).unwrap();
    for id in ["af_order_id", "af_receipt_id"] {
        let stand_in = StandIn::well();
        let with_id = text.replace(
            r#"{""af_revenue"""#,
            &format!(r#"{{""{id}"":""GPA.7"",""af_revenue"""#),
        );
        assert_ne!(with_id, text);
        let purchase = with_id
            .lines()
            .find(|line| line.contains("af_subscribe"))
            .unwrap();
        let scene = Scene::with("af.csv", format!("{with_id}{purchase}\n{purchase}\n"));
        let run = format!("af.csv --max-age none {APPSFLYER}");
        scene.upload(&stand_in.url(), &run).mutters().exits(0);
        assert_eq!(scene.report("report").rows("duplicate"), 2);
        let paths: Vec<String> = stand_in
            .recorded()
            .into_iter()
            .map(|event| event.path)
            .collect();
        assert_eq!(
            paths
                .iter()
                .filter(|path| path.ends_with("purchase"))
                .count(),
            1
        );
    }
}

#[test]
fn appsflyer_says_what_tracking_a_user_allows() {
    let sent = sent("af_lat.csv", APPSFLYER, 0);
    assert_eq!(sent.all("limit_ad_tracking"), ["1", ""]);
    assert_eq!(sent.all("tracking_status"), ["3", "2"]);
}

#[test]
fn appsflyer_columns_that_users_left_out_are_missed_one_by_one() {
    let scene = wild("af_trimmed_adid.csv");
    let ended = validate(&scene, "af_trimmed_adid.csv").exits(1);
    let report = ended.report();
    assert_eq!(report["inputs"][0]["preset"], "appsflyer");
    let rejections = report["rejections"].as_array().unwrap();
    let fields: Vec<&str> = rejections
        .iter()
        .map(|one| one["field"].as_str().unwrap())
        .collect();
    assert!(
        !fields.contains(&"price") && !fields.contains(&"event"),
        "{fields:?}"
    );
    assert!(fields.contains(&"currency"), "{fields:?}");
}

#[test]
fn appmetrica_revenue_is_quantity_times_price() {
    let sent = sent(
        "appmetrica_revenue.csv",
        "--derive-installation-id advertising_id",
        0,
    );
    assert_eq!(sent.money(), ["purchase 4.99 2 USD"]);
    assert_eq!(sent.all("platform"), ["android"]);
    assert_eq!(sent.left_out(), counts(&[("unverified", 1)]));
}

#[test]
fn segment_calls_are_read_and_only_orders_are_money() {
    let sent = sent(
        "segment_s3.ndjson",
        "--derive-installation-id advertising_id",
        0,
    );
    assert_eq!(sent.report["inputs"][0]["preset"], "segment");
    let purchases: Vec<String> = sent
        .money()
        .into_iter()
        .filter(|one| one != "event")
        .collect();
    assert_eq!(purchases, ["purchase 25.0 1 USD"]);
    assert_eq!(sent.all("bundle_id")[0], "com.example.sample");
    assert_eq!(sent.all("product_id")[0], "p1");
}

#[test]
fn qonversion_webhooks_are_purchases_by_what_was_paid() {
    let ids = "--bundle-id com.example.sample --set os_version=17 --map \
               developer_device_id=advertiser_id --derive-installation-id customer_user_id";
    let sent = sent(
        "qonversion_webhook.ndjson",
        &format!("{ids} --allow-missing-ip"),
        0,
    );
    assert_eq!(sent.money(), ["purchase 9.99 1 USD"]);
    assert_eq!(sent.all("postcut"), ["0"]);
    assert_eq!(
        sent.left_out(),
        counts(&[("trial", 1), ("refund", 1), ("sandbox", 1)])
    );
}

#[test]
fn superwall_webhooks_are_purchases_by_what_was_paid() {
    let scene = wild("superwall_webhook.ndjson");
    let ended = validate(&scene, "superwall_webhook.ndjson").exits(1);
    let report = ended.report();
    assert_eq!(report["inputs"][0]["preset"], "superwall");
    assert_eq!(report["by_kind"]["purchase"]["read"], 1);
    let rejections = report["rejections"].as_array().unwrap();
    let fields: Vec<&str> = rejections
        .iter()
        .map(|one| one["field"].as_str().unwrap())
        .collect();
    let lacking = [
        "analytics_installation_id",
        "bundle_id",
        "developer_device_id",
        "ip_address",
        "os_version",
    ];
    for field in fields {
        assert!(lacking.contains(&field), "{field}");
    }
}

#[test]
fn tables_that_fivetran_makes_are_read_as_the_exports_they_came_from() {
    let sent = sent(
        "amplitude_fivetran.csv",
        "--bundle-id com.example.sample",
        0,
    );
    assert_eq!(sent.money(), ["purchase 4.99 1 USD"]);
    assert_eq!(sent.all("product_id"), ["gems"]);
    assert_eq!(
        sent.all("advertising_id"),
        ["21d01e91133844ba94c19a392d832d5b"]
    );
    let scene = wild("mixpanel_fivetran.csv");
    let ended = validate(&scene, "mixpanel_fivetran.csv").exits(1);
    assert_eq!(ended.report()["inputs"][0]["preset"], "mixpanel");
}

#[test]
fn reports_without_events_are_declined_with_a_reason_and_a_way() {
    for (name, what, instead) in [
        (
            "tenjin_datavault.csv",
            "Tenjin's own raw data export",
            "--lookup FILE",
        ),
        (
            "play_sales.csv",
            "Google Play's sales report",
            "your backend",
        ),
        (
            "asc_sales.tsv",
            "App Store Connect's sales report",
            "your backend",
        ),
        (
            "max_agg.csv",
            "MAX's aggregated ad revenue",
            "aggregated=false",
        ),
        (
            "adjust_adrev_def.csv",
            "Adjust's ad revenue",
            "{activity_kind}",
        ),
    ] {
        let scene = wild(name);
        for command in ["validate", "upload --dry-run", "upload"] {
            let run = format!("{command} {name} --max-age none");
            let ended = scene.run(&run).complains(what).exits(2);
            let line = ended.stderr.lines().next().unwrap();
            let start = format!("error: {name}: this is {what}");
            assert!(line.starts_with(&start), "{}", ended.stderr);
            assert!(ended.stderr.contains(instead), "{}", ended.stderr);
            assert!(
                !ended.stderr.contains("tenjin-s2s validate"),
                "{}",
                ended.stderr
            );
        }
        let run = format!("validate {name} --preset tenjin --max-age none");
        scene.run(&run).prints().exits(1);
    }
}

#[test]
fn levelplay_sums_per_user_are_declined() {
    let text = "ad_unit,advertising_id,advertising_id_type,user_id,segment,placement,ad_network,AB_Testing,impressions,revenue\n\
                Rewarded Video,4034992a-e5aa-4ba1-890c-5075b2504050,IDFA,u,,home,AdMob,A,7,0.5\n";
    let scene = Scene::with("users.csv", text);
    let run = scene.run("validate users.csv");
    run.complains("this is LevelPlay's user-level ad revenue, which is not sent")
        .exits(2);
}

#[test]
fn tenjins_own_export_gives_the_ids_that_it_has() {
    let header = "kind,event_id,event_time,bundle_id,platform,os_version,advertising_id,ip_address,event,analytics_installation_id\n";
    let row = "event,1,2026-11-26T10:00:00Z,com.example.sample,android,34,21d01e91-1338-44ba-94c1-9a392d832d5b,203.0.113.9,x,3f9dda78c8a14c8b8d880305ee6a3ca9\n";
    let scene = wild("tenjin_datavault.csv");
    scene.file("events.csv", format!("{header}{row}"));
    let lookup = "--lookup tenjin_datavault.csv --lookup-key advertising_id";
    let ended = validate(&scene, &format!("events.csv {lookup}")).exits(0);
    let report = ended.report();
    assert_eq!(report.rows("not_sent"), 1);
    let warnings = report["warnings"].to_string();
    let said = "--lookup tenjin_datavault.csv: none of its rows has both";
    assert!(warnings.contains(said), "{warnings}");

    let text = std::fs::read_to_string(fixture("wild/tenjin_datavault.csv")).unwrap();
    let with_id = text.replacen(",USD,,purchase", ",USD,12345a9876b4c123,purchase", 1);
    assert_ne!(with_id, text);
    scene.file("tenjin_datavault.csv", with_id);
    let lacking = row.replace("3f9dda78c8a14c8b8d880305ee6a3ca9", "");
    std::fs::remove_dir_all(scene.path("report")).unwrap();
    scene.file("events.csv", format!("{header}{lacking}"));
    let ended = validate(&scene, &format!("events.csv {lookup}")).exits(1);
    let rejections = ended.report()["rejections"].clone();
    assert_eq!(rejections[0]["field"], "analytics_installation_id");
    assert_eq!(rejections.as_array().unwrap().len(), 1);
}

#[test]
fn money_that_the_vendor_may_report_as_well_is_warned_about() {
    let warning = "revenuecat-transactions: if RevenueCat's own Tenjin integration is switched on, \
                   Tenjin has this revenue already, and sending it as well counts it twice";
    let scene = wild("rc_v3.csv");
    let ended = validate(&scene, &format!("rc_v3.csv {IDS}")).exits(0);
    let warnings = ended.report()["warnings"].clone();
    let said = |warnings: &serde_json::Value, text: &str| {
        let all = warnings.as_array().unwrap().iter();
        all.filter(|one| one.to_string().contains(text)).count()
    };
    assert_eq!(said(&warnings, warning), 1, "{warnings}");

    let scene = wild("af_lat.csv");
    let ended = validate(&scene, &format!("af_lat.csv {APPSFLYER}")).exits(0);
    let warnings = ended.report()["warnings"].clone();
    assert_eq!(said(&warnings, "counts it twice"), 0, "{warnings}");
}

#[test]
fn a_price_that_no_row_has_is_warned_about_with_the_column_that_looks_like_it() {
    let text = std::fs::read_to_string(fixture("wild/rc_v3.csv")).unwrap();
    let renamed = text
        .replacen("price_in_purchased_currency", "paid_amount", 1)
        .replace(",9.99,0.7", ",,0.7")
        .replace(",4.5,0.7", ",,0.7");
    let scene = Scene::with("rc.csv", renamed);
    let ended = validate(&scene, &format!("rc.csv {IDS}")).exits(0);
    let warnings = ended.report()["warnings"].to_string();
    let wanted = "rc.csv: no row has an amount in price_in_usd, where the price is taken from, and \
                  the column paid_amount looks like it: --map price=paid_amount";
    assert!(warnings.contains(wanted), "{warnings}");
}

/// Whatever Segment's amounts are called, what is not sent of them is said.
#[test]
fn amounts_of_segment_under_another_name_are_said() {
    let export = std::fs::read_to_string(fixture("presets/segment/warehouse.csv")).unwrap();
    let with = |name: &str, new: &str| {
        let (header, rows) = export.split_once('\n').unwrap();
        format!(
            "{}\n{rows}",
            header.replace(&format!(",{name},"), &format!(",{new},"))
        )
    };
    for (name, new) in [
        ("revenue", "Erloes"),
        ("revenue", "Betrag"),
        ("total", "Summe"),
    ] {
        let scene = Scene::with("w.csv", with(name, new));
        let ended = validate(&scene, "--preset segment w.csv").exits(1);
        let said = warnings(&ended.report().json, "amounts_left_out");
        let column = format!("column {new} holds amounts in ");
        let is_it = |text: &String| text.contains(&column);
        assert!(said.iter().any(is_it), "{name} {new}: {said:?}");
    }
    // The amounts are followed where the user names their column.
    let scene = Scene::with("w.csv", with("revenue", "Erloes"));
    let said = validate(&scene, "--preset segment --map price=Erloes||total w.csv").exits(1);
    let before = Scene::with("w.csv", &export);
    let before = validate(&before, "--preset segment w.csv").exits(1);
    let revenue = |of: &Report| of["totals"]["valid"]["revenue"].clone();
    assert_eq!(revenue(said.report()), revenue(before.report()));
}

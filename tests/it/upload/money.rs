//! Control totals: exact sums of what is valid and of what was accepted, in the plan and after.

use serde_json::{Value, json};

use crate::support::{Rows, Scene, StandIn};

/// Micros of several currencies, a free row, a refund, and one that nobody can read.
const ROWS: &str = "\
    id,micros,cur\n\
    1,100000,USD\n\
    2,100000,USD\n\
    3,100000,USD\n\
    4,500000000,JPY\n\
    5,1,EUR\n\
    6,0,USD\n\
    7,-4990000,USD\n\
    8,\"4,99\",USD\n\
    9,999999999999000000,IDR\n";

const MAPPING: &str = "\
    [fields]\n\
    kind = { constant = \"purchase\" }\n\
    event_id = \"id\"\n\
    bundle_id = { constant = \"com.example.game\" }\n\
    platform = { constant = \"android\" }\n\
    os_version = { constant = \"34\" }\n\
    ip_address = { constant = \"203.0.113.9\" }\n\
    analytics_installation_id = { constant = \"3f9dda78c8a14c8b8d880305ee6a3ca9\" }\n\
    product_id = { constant = \"coins\" }\n\
    price = { column = \"micros\", scale = -6 }\n\
    quantity = { constant = \"1\" }\n\
    currency = \"cur\"\n\
    [[filter]]\n\
    reason = \"refund\"\n\
    when = [{ column = \"micros\", below = \"0\" }]\n\
    [[filter]]\n\
    reason = \"free\"\n\
    when = [{ column = \"micros\", at_most = \"0\" }]\n";

fn scene() -> Scene {
    let scene = Scene::with("rows.csv", ROWS);
    scene.file("my.toml", MAPPING);
    scene
}

fn sums() -> Value {
    json!({ "EUR": "0.000001", "IDR": "999999999999", "JPY": "500", "USD": "0.3" })
}

#[test]
fn the_plan_and_the_report_add_up_to_the_last_digit() {
    let scene = scene();
    let plan = scene
        .run("upload rows.csv --mapping my.toml --dry-run --output json")
        .exits(1);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    assert_eq!(plan["totals"]["valid"]["revenue"], sums());
    assert_eq!(plan["totals"]["accepted"]["revenue"], json!({}));
    let server = StandIn::well();
    let ended = scene
        .upload(&server.url(), "rows.csv --mapping my.toml --rate unlimited")
        .exits(1);
    let report = ended.report();
    assert_eq!(report["totals"]["valid"]["revenue"], sums());
    assert_eq!(report["totals"]["accepted"]["revenue"], sums());
    assert_eq!(
        report.counts(),
        [
            ("read", 9),
            ("accepted", 6),
            ("filtered", 2),
            ("rejected", 1)
        ]
        .into()
    );
    assert_eq!(report["rejections"][0]["code"], "invalid_number");
    assert_eq!(report["rejections"][0]["examples"][0]["line"], 9);
}

#[test]
fn a_refund_that_no_rule_leaves_out_is_rejected() {
    let scene = scene();
    let bare = MAPPING.split("[[filter]]").next().unwrap();
    scene.file("my.toml", bare);
    let ended = scene
        .run("validate rows.csv --mapping my.toml --output json")
        .exits(1);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let rejections = report["rejections"].as_array().unwrap().iter();
    let mut codes: Vec<_> = rejections
        .map(|one| one["code"].as_str().unwrap())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, ["invalid_number", "negative_price"]);
    assert_eq!(report["totals"]["valid"]["revenue"], sums());
}

/// Nothing is accepted where all of it was accepted before: that must not look like a loss.
#[test]
fn money_that_was_sent_earlier_is_said_to_be_so() {
    let rows = Rows::sound(40, 1);
    let scene = Scene::with("rows.csv", &rows.csv);
    let server = StandIn::well();
    let upload = format!(
        "upload rows.csv --rate unlimited --endpoint-url {} --report-dir report --progress off",
        server.url()
    );
    let first = scene.run(&upload).prints().exits(0).stdout;
    let line = |text: &str, label: &str| {
        let found = text.lines().find(|line| line.starts_with(label));
        found
            .unwrap_or_else(|| panic!("{label}: {text}"))
            .to_owned()
    };
    let (money, of) = (line(&first, "Revenue"), " of ");
    let whole = money.split(of).nth(1).unwrap();
    assert_eq!(
        money,
        format!("Revenue    accepted: EUR {whole} of {whole}")
    );
    let second = scene.run(&upload).prints().exits(0).stdout;
    assert_eq!(
        line(&second, "Revenue"),
        format!("Revenue    accepted: EUR 0.00 of {whole} ({whole} accepted earlier)")
    );
    let page = scene.read("report/latest/report.html");
    assert!(
        page.contains(&format!(", {whole} accepted earlier")),
        "{whole}"
    );
}

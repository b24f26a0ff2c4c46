//! Control totals: what was read is what became of it, in rows and in money; and money that was
//! seen and left is said.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{Scene, StandIn, flat};

const HEADER: &str = "kind,event_id,event_time,bundle_id,platform,os_version,\
    analytics_installation_id,ip_address,event,product_id,price,currency,revenue\n";

/// A row of this kind and id, with its product or name, its price and what else stands there.
fn row(kind: &str, id: &str, what: &str, price: &str, currency: &str, revenue: &str) -> String {
    let (event, product) = if kind == "event" {
        (what, "")
    } else {
        ("", what)
    };
    format!(
        "{kind},{id},2026-11-2{day}T10:00:00Z,com.example.game,android,34,\
         3f9dda78c8a14c8b8d880305ee6a3ca9,203.0.113.9,{event},{product},{price},{currency},{revenue}\n",
        day = 1 + id.len() % 2
    )
}

/// Two accepted purchases and an event, one purchase twice, three that are rejected.
fn rows() -> String {
    [
        HEADER.to_owned(),
        row("purchase", "p1", "coins", "4.99", "USD", ""),
        row("purchase", "p02", "gems", "9.99", "EUR", ""),
        row("purchase", "p1", "coins", "4.99", "USD", ""),
        row("purchase", "p3", "", "1.99", "USD", ""),
        row("purchase", "p4", "coins", "-4.99", "USD", ""),
        row("purchase", "p5", "coins", "4 dollars", "USD", ""),
        row("event", "e1", "level_up", "", "", ""),
    ]
    .concat()
}

/// The sums of the outcomes of an entry: rows, and money by currency in hundredths.
fn summed(entry: &Value) -> (u64, BTreeMap<String, i64>) {
    let mut sum = (0, BTreeMap::new());
    for part in entry["outcomes"].as_object().unwrap().values() {
        add(&mut sum, part);
    }
    sum
}

fn add(sum: &mut (u64, BTreeMap<String, i64>), part: &Value) {
    sum.0 += part["rows"].as_u64().unwrap();
    for (currency, text) in part["revenue"].as_object().unwrap() {
        let digits = text.as_str().unwrap().replace('.', "");
        *sum.1.entry(currency.clone()).or_default() += digits.parse::<i64>().unwrap();
    }
}

fn read(entry: &Value) -> (u64, BTreeMap<String, i64>) {
    let mut sum = (0, BTreeMap::new());
    add(&mut sum, &entry["read"]);
    sum
}

/// A mapping file of purchases whose price is in this column, and its filters.
fn purchases(price: &str, filters: &str) -> String {
    format!(
        "[fields]\nkind = {{ constant = \"purchase\" }}\nevent_id = \"id\"\n\
         bundle_id = {{ constant = \"com.example.game\" }}\nplatform = {{ constant = \"android\" }}\n\
         os_version = {{ constant = \"34\" }}\nip_address = {{ constant = \"203.0.113.9\" }}\n\
         analytics_installation_id = {{ constant = \"3f9dda78c8a14c8b8d880305ee6a3ca9\" }}\n\
         product_id = {{ constant = \"coins\" }}\nprice = \"{price}\"\ncurrency = \"cur\"\n{filters}"
    )
}

#[test]
fn what_was_read_is_what_became_of_it() {
    let scene = Scene::with("rows.csv", rows());
    let server = StandIn::well();
    let upload = || scene.upload(&server.url(), "rows.csv --max-age none --ledger l");
    let first = upload().exits(1);
    let totals = &first.report()["totals"];
    let part = |name: &str| {
        let part = &totals["outcomes"][name];
        json!([part["rows"], part["revenue"], part["unreadable"]])
    };
    assert_eq!(totals["read"]["rows"], 7);
    assert_eq!(
        totals["read"]["revenue"],
        json!({"EUR": "9.99", "USD": "6.98"})
    );
    assert_eq!(totals["read"]["unreadable"], 1);
    assert_eq!(
        part("accepted"),
        json!([3, {"EUR": "9.99", "USD": "4.99"}, 0])
    );
    assert_eq!(part("repeated"), json!([1, {"USD": "4.99"}, 0]));
    assert_eq!(part("earlier"), json!([0, {}, 0]));
    assert_eq!(part("rejected"), json!([3, {"USD": "-3.00"}, 1]));
    let app = &totals["by_app"][0];
    assert_eq!(app["bundle_id"], "com.example.game");
    assert_eq!(
        app["outcomes"]["accepted"]["revenue"],
        json!({"EUR": "9.99", "USD": "4.99"})
    );
    let products: Vec<_> = totals["by_product"].as_array().unwrap().iter().collect();
    let names: Vec<_> = products.iter().map(|entry| &entry["product_id"]).collect();
    assert_eq!(names, [&Value::Null, &json!("coins"), &json!("gems")]);
    let coins = &products[1]["outcomes"];
    assert_eq!(coins["accepted"]["revenue"], json!({"USD": "4.99"}));
    assert_eq!(coins["repeated"]["revenue"], json!({"USD": "4.99"}));
    let days = totals["by_day"].as_array().unwrap();
    let days: Vec<_> = days
        .iter()
        .map(|entry| (&entry["day"], read(entry).0))
        .collect();
    assert_eq!(days, [(&json!("2026-11-21"), 6), (&json!("2026-11-22"), 1)]);
    let arrival = &totals["by_arrival_day"];
    assert_eq!(arrival.as_array().unwrap().len(), 1);
    assert_eq!(arrival[0]["revenue"], json!({"EUR": "9.99", "USD": "4.99"}));
    for entry in [totals, app].into_iter().chain(products) {
        assert_eq!(read(entry), summed(entry), "{entry}");
    }

    let again = upload().exits(1);
    let totals = &again.report()["totals"];
    assert_eq!(totals["outcomes"]["accepted"]["rows"], 0);
    assert_eq!(
        totals["outcomes"]["earlier"]["revenue"],
        json!({"EUR": "9.99", "USD": "9.98"})
    );
    assert_eq!(read(totals), summed(totals));
}

#[test]
fn a_dry_run_adds_up_what_would_go() {
    let scene = Scene::with("rows.csv", rows());
    let plan = "upload rows.csv --max-age none --ledger l --dry-run";
    let ended = scene.run(&format!("{plan} --output json")).exits(1);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let totals = &report["totals"];
    assert_eq!(
        totals["outcomes"]["not_sent"]["revenue"],
        json!({"EUR": "9.99", "USD": "4.99"})
    );
    assert_eq!(
        totals["outcomes"]["repeated"]["revenue"],
        json!({"USD": "4.99"})
    );
    let said = scene.run(plan).prints().exits(1).stdout;
    assert!(
        said.contains("\nRevenue    EUR 9.99 · USD 4.99 (-3.00 rejected)\n"),
        "{said}"
    );
}

#[test]
fn the_report_says_which_fields_the_rows_have() {
    let scene = Scene::with("rows.csv", rows());
    let ended = scene
        .run("validate rows.csv --max-age none --output json")
        .exits(1);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let expected = json!({
        "rows": 4, "advertising_id": 0, "idfv": 0, "ip_address": 4, "app_version": 0, "country": 0
    });
    assert_eq!(report["coverage"], expected);
}

/// A good purchase, and two events beside which amounts stand in a column that no field takes.
fn left() -> String {
    [
        HEADER.to_owned(),
        row("purchase", "p1", "coins", "4.99", "USD", "4.99"),
        row("event", "e1", "renewal", "", "USD", "9.99"),
        row("event", "e2", "renewal", "", "", "0.50"),
        row("event", "e3", "renewal", "", "USD", "0.00"),
        row("event", "e4", "renewal", "", "USD", "\"9,99 USD\""),
    ]
    .concat()
}

const WARNING: &str = "column revenue holds amounts in 3 rows that go as `event`, without money \
    (USD 9.99, 0.50 without a currency, 1 row not readable)";

#[test]
fn amounts_that_nobody_decided_about_are_said_even_to_the_quiet() {
    let scene = Scene::with("rows.csv", left());
    let upload = "upload rows.csv --max-age none --sandbox --rate unlimited --report-dir report";
    let loud = scene.run(upload).prints().exits(0);
    let flat = flat(&loud.stdout);
    assert!(flat.contains(WARNING), "{}", loud.stdout);
    let line = "Not sent USD 9.99, 0.50 without a currency, 1 row not readable in 3 rows (rows go as \
        event, column revenue)";
    assert!(flat.contains(line), "{}", loud.stdout);
    let quiet = scene.run(upload).arg("-q").complains(WARNING).exits(0);
    assert_eq!(quiet.stdout, "");
    let report = scene.report("report").json;
    assert_eq!(
        report["amounts_left_out"],
        json!([{
            "column": "revenue", "kind": "event", "rule": null, "decided": false, "rows": 3,
            "revenue": {"USD": "9.99", "XXX": "0.50"}, "unreadable": 1
        }])
    );
    assert_eq!(report["warnings"][0]["code"], "amounts_left_out");
    assert_eq!(report["totals"]["read"]["revenue"], json!({"USD": "4.99"}));
}

#[test]
fn an_accepted_warning_is_silent_and_another_one_can_fail_the_run() {
    let scene = Scene::with("rows.csv", left());
    let validate = "validate rows.csv --max-age none -q";
    scene.run(validate).mutters().exits(0);
    let failing = format!("{validate} --fail-on warnings");
    scene.run(&failing).complains("column revenue").exits(1);
    scene.file("my.toml", "accept_warnings = [\"amounts_left_out\"]\n");
    let accepted = scene.run(&failing).args(["--config", "my.toml"]).exits(0);
    assert_eq!(
        (accepted.stdout.as_str(), accepted.stderr.as_str()),
        ("", "")
    );
    scene.file("my.toml", "accept_warnings = [\"amounts\"]\n");
    scene
        .run(&failing)
        .args(["--config", "my.toml"])
        .complains("amounts_left_out")
        .exits(2);
}

/// What the run ends with 1 for is said, also where a person need not see it otherwise.
#[test]
fn a_warning_that_fails_the_run_is_said_even_to_the_quiet() {
    let rows = "kind,event_id,bundle_id,platform,os_version,analytics_installation_id,ip_address,event,\
                country\nevent,e1,com.example.game,android,34,3f9dda78c8a14c8b8d880305ee6a3ca9,\
                203.0.113.9,share,US\n";
    let scene = Scene::with("rows.csv", rows);
    let validate = "validate rows.csv -q --set country=DE";
    let quiet = scene.run(validate).exits(0);
    assert_eq!((&*quiet.stdout, &*quiet.stderr), ("", ""));
    scene
        .run(&format!("{validate} --fail-on warnings"))
        .complains(
            "warning: country: 1 row with another value than the one that was set kept it, as \
             rows.csv:2: \"US\"; --override country=VALUE would replace it\n",
        )
        .exits(1);
}

/// The same column in JSON, one level down, where no header says that it is there.
#[test]
fn amounts_inside_objects_are_seen() {
    let line = "{\"kind\":\"event\",\"event_id\":\"e1\",\"event\":\"renewal\",\"bundle_id\":\"com.example.game\",\
        \"platform\":\"android\",\"os_version\":\"34\",\"ip_address\":\"203.0.113.9\",\
        \"analytics_installation_id\":\"3f9dda78c8a14c8b8d880305ee6a3ca9\",\
        \"properties\":{\"revenue\":9.99}}\n";
    let scene = Scene::with("rows.ndjson", line);
    let ended = scene.run("validate rows.ndjson --output json").exits(0);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let left = &report["amounts_left_out"][0];
    assert_eq!(left["column"], "properties.revenue");
    assert_eq!(left["revenue"], json!({"XXX": "9.99"}));
    let unmapped = report["unmapped_columns"].as_array().unwrap();
    assert_eq!(unmapped, &[json!("properties")]);
    // However deep it lies.
    scene.file(
        "rows.ndjson",
        line.replace(
            r#"{"revenue":9.99}"#,
            r#"{"cart":{"sums":{"revenue":9.99}}}"#,
        ),
    );
    let ended = scene.run("validate rows.ndjson --output json").exits(0);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let left = &report["amounts_left_out"][0];
    assert_eq!(left["column"], "properties.cart.sums.revenue");
    assert_eq!(left["revenue"], json!({"XXX": "9.99"}));
}

/// An export that overlaps the one before, and one that was delivered again, hold the same refunds.
#[test]
fn a_refund_in_several_files_is_left_out_once() {
    let header = "id,at,price,cur\n";
    let now = crate::support::now();
    let row = |id: &str, price: &str| format!("{id},{now},{price},USD\n");
    let first = [row("1", "9.99"), row("2", "-4.99"), row("3", "-1.00")].concat();
    let second = [row("3", "-1.00"), row("4", "-2.00"), row("4", "-2.00")].concat();
    let mapping = |id: &str| {
        format!(
            "[fields]\nkind = {{ constant = \"purchase\" }}\n{id}event_time = \"at\"\n\
             bundle_id = {{ constant = \"com.example.game\" }}\nplatform = {{ constant = \"android\" }}\n\
             os_version = {{ constant = \"34\" }}\nip_address = {{ constant = \"203.0.113.9\" }}\n\
             analytics_installation_id = {{ constant = \"3f9dda78c8a14c8b8d880305ee6a3ca9\" }}\n\
             product_id = {{ constant = \"coins\" }}\nprice = \"price\"\ncurrency = \"cur\"\n\
             [[filter]]\nreason = \"refund\"\nwhen = [{{ column = \"price\", below = \"0\" }}]\n"
        )
    };
    let scene = Scene::with("1.csv", format!("{header}{first}"));
    scene.file("2.csv", format!("{header}{second}"));
    scene.file("3.csv", format!("{header}{first}"));
    scene.file("ids.toml", mapping("event_id = \"id\"\n"));
    scene.file("times.toml", mapping(""));
    let inputs = "1.csv 2.csv 3.csv --output json";
    let left = |command: &str, mapping: &str| {
        let words = format!("{command} {inputs} --mapping {mapping}");
        let report = scene.run(&words).exits(0).stdout;
        let report: Value = serde_json::from_str(&report).unwrap();
        assert_eq!(report["rows"]["filtered"], 7, "every row has its outcome");
        let left = &report["amounts_left_out"];
        assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
        (
            left[0]["rows"].as_u64().unwrap(),
            left[0]["revenue"].clone(),
        )
    };
    for command in [
        "validate",
        "upload --dry-run",
        "upload --sandbox --rate unlimited",
    ] {
        let once = (3, json!({"USD": "-7.99"}));
        assert_eq!(left(command, "ids.toml"), once, "{command}");
        // Nothing tells the twins of one file apart, so both count.
        let twins = (4, json!({"USD": "-9.99"}));
        assert_eq!(left(command, "times.toml"), twins, "{command}");
    }
}

/// What is left out is read as what is sent, and refunds do not hide payments.
#[test]
fn amounts_left_out_are_read_as_those_that_are_sent() {
    let amounts = [
        "12,50 €",
        "1.234,50 €",
        "4,99",
        "-12,50 €",
        "-1.000,00",
        "4,99 $",
        "?",
    ];
    let rows = amounts.iter().zip(1..);
    let rows = rows.map(|(amount, id)| format!("{id};{amount};EUR;Storno\n"));
    let text = format!(
        "id;Betrag;cur;Vorgang\n10;9,99 €;EUR;Kauf\n{}",
        rows.collect::<String>()
    );
    let scene = Scene::with("rows.csv", text);
    scene.file(
        "my.toml",
        purchases(
            "Betrag",
            "[[filter]]\nreason = \"no_payment\"\n\
             when = [{ column = \"Vorgang\", in = [\"Storno\"] }]\n",
        ),
    );
    let validate = "validate rows.csv --mapping my.toml --decimal-comma";
    let said = flat(&scene.run(validate).prints().exits(0).stdout);
    let line = "Not sent EUR 1,251.99, 2 rows not readable in 5 rows (no_payment, column Betrag) · \
                EUR -1,012.50 in 2 rows (no_payment, column Betrag)";
    assert!(said.contains(line), "{said}");
    let report = scene.run(&format!("{validate} --output json")).exits(0);
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    let sums: Vec<_> = report["amounts_left_out"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    let sums: Vec<_> = sums.iter().map(|left| &left["revenue"]).collect();
    assert_eq!(
        sums,
        [&json!({"EUR": "1251.99"}), &json!({"EUR": "-1012.50"})]
    );
}

/// A rule says that a row has no money, and another column says that it has.
#[test]
fn a_rule_that_denies_money_is_held_against_the_other_columns() {
    let text = "id,price,net_revenue,cur\n1,0,9.99,USD\n2,-4.99,-4.99,USD\n3,4.99,4.99,USD\n";
    let scene = Scene::with("rows.csv", text);
    scene.file(
        "my.toml",
        purchases(
            "price",
            "[[filter]]\nreason = \"refund\"\nwhen = [{ column = \"price\", below = \"0\" }]\n\
             [[filter]]\nreason = \"no_revenue\"\nwhen = [{ column = \"price\", at_most = \"0\" }]\n",
        ),
    );
    let validate = "validate rows.csv --mapping my.toml";
    let report = scene.run(&format!("{validate} --output json")).exits(0);
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    let left = report["amounts_left_out"].as_array().unwrap();
    let left: Vec<_> = left
        .iter()
        .map(|left| {
            json!([
                left["column"],
                left["rule"],
                left["decided"],
                left["revenue"]
            ])
        })
        .collect();
    assert_eq!(
        left,
        [
            json!(["net_revenue", "no_revenue", false, {"USD": "9.99"}]),
            json!(["price", "refund", true, {"USD": "-4.99"}]),
        ]
    );
    let said = "1 row were left out as no_revenue, but column net_revenue holds amounts (USD 9.99)";
    let said = said.replace("1 row were", "1 row was");
    scene.run(validate).arg("-q").complains(&said).exits(0);
}

/// An amount with and without tax is one amount, and the option that is proposed can be pasted.
#[test]
fn an_amount_in_two_columns_is_left_out_once() {
    let text = "kind,event,bundle_id,platform,os_version,ip_address,analytics_installation_id,\
                Event Revenue,Event Revenue USD\n\
                event,renewal,com.example.game,android,34,203.0.113.9,\
                3f9dda78c8a14c8b8d880305ee6a3ca9,8.99,9.99\n";
    let scene = Scene::with("rows.csv", text);
    let said = scene.run("validate rows.csv").prints().exits(0).stdout;
    let flat = flat(&said);
    let line = "Not sent 8.99 without a currency in 1 row (rows go as event, column Event Revenue)";
    assert!(flat.contains(line), "{said}");
    assert_eq!(
        flat.matches("column Event Revenue USD").count(),
        0,
        "{said}"
    );
    assert!(flat.contains("(--map 'price=Event Revenue')"), "{said}");
}

/// What the age limit leaves out is money, too: named by its rule, so not said to the quiet; and
/// what the ledger knows of it is not left out.
#[test]
fn money_that_is_too_old_is_left_out_by_name() {
    let rows = [
        HEADER.to_owned(),
        row("purchase", "p1", "coins", "4.99", "USD", ""),
        row("purchase", "p02", "gems", "9.99", "EUR", ""),
    ]
    .concat();
    let scene = Scene::with("rows.csv", &rows);
    let server = StandIn::well();
    let first: Vec<&str> = rows.lines().take(2).collect();
    scene.file("first.csv", first.join("\n") + "\n");
    scene
        .upload(&server.url(), "first.csv --max-age none --ledger l")
        .exits(0);
    let left = |report: &Value| {
        let all = report["amounts_left_out"].as_array().unwrap().iter();
        all.map(|one| {
            json!([
                one["rule"],
                one["column"],
                one["decided"],
                one["rows"],
                one["revenue"]
            ])
        })
        .collect::<Vec<_>>()
    };
    let old = scene
        .upload(&server.url(), "rows.csv --max-age 1h --ledger l")
        .exits(0);
    assert_eq!(old.report()["rows"]["duplicate"], 1);
    assert_eq!(
        left(&old.report().json),
        [json!(["too_old", "price", true, 1, {"EUR": "9.99"}])]
    );
    let validate = "validate rows.csv --max-age 1h";
    let said = scene.run(validate).prints().exits(0).stdout;
    assert!(
        said.contains("\nNot sent   USD 4.99, EUR 9.99 in 2 rows (too_old, column price)\n")
            || said.contains("\nNot sent   EUR 9.99, USD 4.99 in 2 rows (too_old, column price)\n"),
        "{said}"
    );
    let quiet = scene.run(validate).arg("-q").exits(0);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

/// Nights that overlap hold the same old rows, of which the ledger knows one.
#[test]
fn money_that_is_too_old_in_several_files_is_left_out_once() {
    let price = |id: &str, price: &str| row("purchase", id, "coins", price, "USD", "");
    let sent = price("p0001", "4.99");
    let both = [HEADER, &sent, &price("p2", "4.99"), &price("p03", "1.00")].concat();
    let scene = Scene::with("1.csv", &both);
    scene.file("2.csv", &both);
    scene.file("sent.csv", [HEADER, &sent].concat());
    let server = StandIn::well();
    let sends = "--max-age none --ledger l";
    scene
        .upload(&server.url(), &format!("sent.csv {sends}"))
        .exits(0);
    let left = |report: &Value| {
        let left = &report["amounts_left_out"];
        assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
        assert_eq!(left[0]["rule"], "too_old");
        (left[0]["rows"].clone(), left[0]["revenue"]["USD"].clone())
    };
    let old = "1.csv 2.csv --max-age 1h";
    let alone = scene.run(&format!("validate {old} --output json")).exits(0);
    let alone: Value = serde_json::from_str(&alone.stdout).unwrap();
    assert_eq!(left(&alone), (json!(3), json!("10.98")));
    for more in ["--dry-run", ""] {
        let ended = scene.upload(&server.url(), &format!("{old} --ledger l {more}"));
        let report: Value = serde_json::from_str(&ended.exits(0).stdout).unwrap();
        assert_eq!(report["rows"]["duplicate"], 2, "{more}");
        assert_eq!(left(&report), (json!(2), json!("5.99")), "{more}");
    }
}

/// A sale and its refund in one file.
#[test]
fn a_refund_beside_its_sale_is_listed() {
    let text = "id,price,what\n1,4.99,sale\n2,9.99,sale\n2,9.99,refund\n3,1.99,refund\n";
    let scene = Scene::with("rows.csv", text);
    scene.file(
        "my.toml",
        "[fields]\nkind = { constant = \"purchase\" }\nevent_id = \"id\"\n\
         bundle_id = { constant = \"com.example.game\" }\nplatform = { constant = \"android\" }\n\
         os_version = { constant = \"34\" }\nip_address = { constant = \"203.0.113.9\" }\n\
         analytics_installation_id = { constant = \"3f9dda78c8a14c8b8d880305ee6a3ca9\" }\n\
         product_id = { constant = \"coins\" }\nprice = \"price\"\n\
         currency = { constant = \"USD\" }\n\
         [[filter]]\nreason = \"refund\"\nwhen = [{ column = \"what\", in = [\"refund\"] }]\n",
    );
    let server = StandIn::well();
    let ended = scene
        .upload(&server.url(), "rows.csv --mapping my.toml --ledger l")
        .exits(0);
    let report = ended.report();
    assert_eq!(report["rows"]["accepted"], 2);
    assert_eq!(report["refunded_rows"], 1);
    assert_eq!(report["changed"][0]["what"], "refunded");
    assert_eq!(report["changed"][0]["line"], 4);
    assert_eq!(report["changed_totals"]["refunded"], json!({"USD": "9.99"}));
}

//! Ids that rows lack: joined from a table, or derived.

use std::io::Write;

use serde_json::Value;

use super::home::{Home, Said};

const UUID_A: &str = "550e8400e29b41d4a7164466554400aa";
const UUID_B: &str = "550e8400e29b41d4a7164466554400bb";
const ADVERTISING: &str = "0123456789abcdef0123456789abcdef";

/// Opens on Android with an address, without any of the three ids.
fn opens(users: &[&str]) -> String {
    let mut text =
        String::from("kind,event_id,bundle_id,platform,os_version,ip_address,customer_user_id\n");
    for (row, user) in users.iter().enumerate() {
        text += &format!("open,r{row},com.a,android,34,1.2.3.4,{user}\n");
    }
    text
}

/// What would be sent, each request as its body.
fn plan(home: &Home, more: &[&str]) -> (Said, Vec<String>) {
    let args = [&["upload", "in.csv", "--dry-run", "--output", "json"], more].concat();
    let said = home.run(&args);
    let plan = said.json();
    let requests = plan["plan"]["first_requests"].as_array().cloned();
    let body = |request: &Value| request["body"].as_str().unwrap().to_owned();
    let bodies = requests.unwrap_or_default().iter().map(body).collect();
    (said, bodies)
}

const BY_USER: [&str; 4] = ["--lookup", "users", "--lookup-key", "customer_user_id"];

fn sentence(said: &Said) -> String {
    let warnings = said.json()["warnings"].clone();
    let mut all = warnings.as_array().unwrap().iter();
    let found = all.find(|one| one["code"] == "looked_up");
    found.unwrap_or_else(|| panic!("{said:?}"))["text"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_table_gives_the_ids_that_a_row_lacks_in_any_format() {
    let csv = format!(
        "Customer User ID,analytics_installation_id,Advertising-ID\nann,{UUID_A},{ADVERTISING}\nnull,{UUID_B},\n"
    );
    let ndjson = format!(
        "{{\"customer_user_id\":\"ann\",\"analytics_installation_id\":\"{UUID_A}\",\"advertising_id\":\"{ADVERTISING}\"}}\n"
    );
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(csv.as_bytes()).unwrap();
    let zstd = zstd::encode_all(ndjson.as_bytes(), 1).unwrap();
    for table in [
        csv.clone().into_bytes(),
        ndjson.into_bytes(),
        gzip.finish().unwrap(),
        zstd,
    ] {
        let home = Home::new();
        home.file("work/in.csv", &opens(&["ann", "bob", "null"]));
        std::fs::write(home.path("work/users"), table).unwrap();
        let (said, bodies) = plan(&home, &BY_USER);
        assert_eq!(
            bodies,
            [format!(
                "bundle_id=com.a&platform=android&os_version=34&analytics_installation_id={UUID_A}\
                 &advertising_id={ADVERTISING}&customer_user_id=ann&sdk_version=server&ip_address=1.2.3.4"
            )],
            "{said:?}"
        );
        assert_eq!(said.json()["rows"]["rejected"], 2);
        assert_eq!(said.json()["rejections"][0]["code"], "missing_field");
        assert_eq!(
            sentence(&said),
            "--lookup: 1 row got ids from the table, 2 not found in it, 0 with a key that has several different values there"
        );
    }
}

#[test]
fn a_key_with_several_values_fills_nothing_unless_the_last_is_picked() {
    let home = Home::new();
    home.file("work/in.csv", &opens(&["ann"]));
    let table = format!(
        "customer_user_id,analytics_installation_id,advertising_id\nann,{UUID_B},\nann,{UUID_A},{ADVERTISING}\nann,{UUID_A},\n"
    );
    home.file("work/users", &table);
    let (said, bodies) = plan(&home, &BY_USER);
    let rejection = &said.json()["rejections"][0];
    assert!(bodies.is_empty());
    assert_eq!(rejection["code"], "ambiguous_lookup");
    assert_eq!(rejection["field"], "analytics_installation_id");
    let (said, bodies) = plan(&home, &[&BY_USER[..], &["--lookup-pick", "last"]].concat());
    assert!(
        bodies[0].contains(UUID_A) && bodies[0].contains(ADVERTISING),
        "{said:?}"
    );
}

#[test]
fn a_table_with_apps_is_keyed_by_them() {
    let home = Home::new();
    home.file("work/in.csv", &opens(&["ann"]));
    let table = format!(
        "customer_user_id,bundle_id,platform,analytics_installation_id\n\
         ann,com.a,ios,{UUID_B}\nann,com.b,android,{UUID_B}\nann,com.a,Android,{UUID_A}\n"
    );
    home.file("work/users", &table);
    let (said, bodies) = plan(&home, &BY_USER);
    assert!(bodies[0].contains(UUID_A), "{said:?}");
}

#[test]
fn a_row_keeps_its_own_ids_and_its_identity() {
    let home = Home::new();
    let own = "kind,event_time,bundle_id,platform,os_version,ip_address,customer_user_id,limit_ad_tracking\n\
               open,2026-11-20T10:00:00Z,com.a,android,34,1.2.3.4,ann,1\n";
    home.file("work/in.csv", own);
    let table = |id: &str| {
        let text = format!(
            "customer_user_id,analytics_installation_id,advertising_id\nann,{id},{ADVERTISING}\n"
        );
        home.file("work/users", &text);
    };
    let upload = |more: &[&str]| {
        let ledger = home.path("ledger.sqlite");
        let args = [
            "upload",
            "in.csv",
            "--max-age",
            "none",
            "--sandbox",
            "--output",
            "json",
            "--ledger",
        ];
        let args = [&args[..], &[ledger.to_str().unwrap()], more].concat();
        home.run(&args).json()["rows"].clone()
    };
    table(UUID_A);
    let (said, bodies) = plan(&home, &[&BY_USER[..], &["--max-age", "none"]].concat());
    assert!(
        bodies[0].contains("&advertising_id=&"),
        "opted out: {said:?}"
    );
    assert_eq!(upload(&BY_USER)["accepted"], 1);
    table(UUID_B);
    assert_eq!(upload(&BY_USER)["duplicate"], 1);
    let derived = ["--derive-installation-id", "customer_user_id"];
    assert_eq!(upload(&derived)["duplicate"], 1);
}

#[test]
fn a_derived_id_is_stable_and_the_report_says_so() {
    let home = Home::new();
    home.file("work/in.csv", &opens(&["ann", "null"]));
    let derive = ["--derive-installation-id", "customer_user_id"];
    let (said, bodies) = plan(&home, &derive);
    let app = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_DNS, b"com.a");
    let id = uuid::Uuid::new_v5(&app, b"ann").simple().to_string();
    assert_eq!(bodies.len(), 1, "{said:?}");
    assert!(
        bodies[0].contains(&format!("analytics_installation_id={id}&")),
        "{bodies:?}"
    );
    let text = "analytics_installation_id is made from customer_user_id where a row has none";
    assert!(said.out.contains(text), "{said:?}");
    assert_eq!(plan(&home, &derive).1, bodies);
}

#[test]
fn what_cannot_be_is_said_before_the_first_row() {
    let home = Home::new();
    home.file("work/in.csv", &opens(&["ann"]));
    home.file("work/users", "customer_user_id,name\nann,Ann\n");
    home.file("work/other", "name,analytics_installation_id\nann,1\n");
    for (args, message) in [
        (
            &["--lookup", "users"][..],
            "--lookup needs --lookup-key: customer_user_id, developer_device_id or advertising_id",
        ),
        (
            &BY_USER,
            "--lookup users: it has none of the columns analytics_installation_id, advertising_id, developer_device_id; give its columns the names of Tenjin's fields",
        ),
        (
            &["--lookup", "other", "--lookup-key", "customer_user_id"],
            "--lookup other: it has no column customer_user_id, which --lookup-key names; give its columns the names of Tenjin's fields",
        ),
    ] {
        let said = home.run(&[&["validate", "in.csv"], args].concat());
        assert_eq!((said.code, said.err), (2, format!("error: {message}\n")));
    }
}

#[test]
fn a_key_that_is_found_and_gives_nothing_is_not_said_to_be_missing() {
    let home = Home::new();
    home.file(
        "work/in.csv",
        &format!(
            "kind,event_id,bundle_id,platform,os_version,ip_address,customer_user_id,analytics_installation_id\n\
             open,r1,com.a,android,34,1.2.3.4,ann,{UUID_A}\n\
             open,r2,com.a,android,34,1.2.3.4,bob,{UUID_B}\n\
             open,r3,com.a,android,34,1.2.3.4,eve,\n"
        ),
    );
    let table = format!("customer_user_id,analytics_installation_id\nann,{UUID_A}\neve,{UUID_B}\n");
    home.file("work/users", &table);
    let (said, _) = plan(&home, &BY_USER);
    assert_eq!(
        sentence(&said),
        "--lookup: 1 row got ids from the table, 1 found in it without an id that the row lacks, \
         1 not found in it, 0 with a key that has several different values there"
    );
}

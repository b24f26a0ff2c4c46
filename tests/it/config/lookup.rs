//! Ids that rows lack: joined from a table, or derived.

use crate::support::flat;
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
            "--lookup: 1 row got ids from the table; 1 without a key; 1 with a key that it does not have"
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
            "--lookup users: none of its columns (`customer_user_id`, `name`) is known as analytics_installation_id or advertising_id or developer_device_id: rename the one that is",
        ),
        (
            &["--lookup", "other", "--lookup-key", "customer_user_id"],
            "--lookup other: none of its columns (`name`, `analytics_installation_id`) is known as customer_user_id, which --lookup-key names: rename the one that is",
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
        "--lookup: 1 row got ids from the table; 1 found in it without an id that the \
         row lacks; 1 with a key that it does not have"
    );
}

/// Opens of users without a column for the app's platform, or with one that is empty in some rows.
fn opens_of(rows: &[(&str, &str)], columns: &str) -> String {
    let mut text = format!("kind,event_id,os_version,ip_address,customer_user_id,{columns}\n");
    for (row, (user, app)) in rows.iter().enumerate() {
        text += &format!("open,r{row},17,1.2.3.4,{user},{app}\n");
    }
    text
}

const IDFV: &str = "550E8400-E29B-41D4-A716-4466554400FF";

#[test]
fn a_table_gives_app_and_platform_to_rows_that_name_none() {
    let home = Home::new();
    home.file(
        "work/users",
        &format!(
            "customer_user_id,bundle_id,platform,analytics_installation_id,developer_device_id\n\
             ann,com.a,ios,{UUID_A},{IDFV}\n\
             bob,com.a,android,{UUID_B},\n\
             eve,com.a,ios,{UUID_A},{IDFV}\neve,com.a,android,{UUID_B},\n\
             kim,com.b,ios,{UUID_A},{IDFV}\n"
        ),
    );
    let rows = [("ann", "com.a,"), ("bob", "com.a,"), ("kim", ",ios")];
    home.file("work/in.csv", &opens_of(&rows, "bundle_id,platform"));
    let (said, bodies) = plan(&home, &BY_USER);
    let apps: Vec<(bool, bool)> = bodies
        .iter()
        .map(|body| {
            (
                body.contains("bundle_id=com.a&platform=ios"),
                body.contains("platform=android"),
            )
        })
        .collect();
    assert_eq!(
        apps,
        [(true, false), (false, true), (false, false)],
        "{said:?}"
    );
    assert!(
        bodies[2].contains("bundle_id=com.b&platform=ios"),
        "{bodies:?}"
    );
    // What the row itself says is never replaced: the table has nothing for ann on Android.
    let rows = [("ann", "android"), ("eve", ""), ("zoe", "")];
    home.file("work/in.csv", &opens_of(&rows, "platform"));
    let (said, bodies) = plan(&home, &[&BY_USER[..], &["--bundle-id", "com.a"]].concat());
    assert!(bodies.is_empty(), "{said:?}");
    assert_eq!(
        sentence(&said),
        "--lookup: 0 rows got ids from the table; 1 with a key that it does not have; \
         1 with a key that it has for another app or platform; 1 without app or platform, with a \
         key that it has for several"
    );
    let all = said.json()["rejections"].clone();
    let mut all = all.as_array().unwrap().iter();
    let ambiguous = all.find(|one| one["code"] == "ambiguous_lookup").unwrap();
    assert_eq!(ambiguous["field"], "platform");
    assert_eq!(
        ambiguous["examples"][0]["hint"],
        "the table has this customer_user_id for several apps or platforms: give the row its own \
         (--map platform=COLUMN), or the same to all that have none (--set platform=VALUE)"
    );
    let last = [
        &BY_USER[..],
        &["--bundle-id", "com.a", "--lookup-pick", "last"],
    ]
    .concat();
    let (said, bodies) = plan(&home, &last);
    assert_eq!(bodies.len(), 1, "{said:?}");
    assert!(bodies[0].contains("platform=android") && bodies[0].contains(UUID_B));
}

/// Where nothing is found, what is to be done depends on which side lacks what.
#[test]
fn what_no_row_has_and_what_the_table_lacks_are_told_apart() {
    let table = |platforms: &[&str]| {
        let line = |platform: &&str| format!("ann,com.a,{platform},{UUID_A}\n");
        let lines: String = platforms.iter().map(line).collect();
        format!("customer_user_id,bundle_id,platform,analytics_installation_id\n{lines}")
    };
    for (user, platforms, next) in [
        (
            "ann",
            &["ios", "android"][..],
            "for several apps or platforms, and the rows do not say theirs",
        ),
        (
            "bob",
            &["android"],
            "no row was found in the lookup table: check that --lookup-key names",
        ),
        (
            "",
            &["android"],
            "the rows have no key to find them in the lookup table by: map its column",
        ),
    ] {
        let home = Home::new();
        home.file("work/users", &table(platforms));
        home.file(
            "work/in.csv",
            &opens_of(&[(user, "com.a,"); 3], "bundle_id,platform"),
        );
        let said = home.run(&[&["validate", "in.csv"], &BY_USER[..]].concat());
        let flat = flat(&said.out);
        assert!(flat.contains(next), "{next}: {said:?}");
    }
    let home = Home::new();
    home.file("work/users", &table(&["ios"]));
    home.file("work/in.csv", &opens(&["ann"; 3]));
    let said = home.run(&[&["validate", "in.csv"], &BY_USER[..]].concat());
    let flat = flat(&said.out);
    let next =
        "has the keys of the rows for other apps or platforms only: check bundle_id and platform";
    assert!(flat.contains(next), "{said:?}");
}

/// The names are those by which exports are known.
#[test]
fn the_columns_of_a_table_are_known_by_their_usual_names() {
    let key = ["--lookup", "users", "--lookup-key", "customer_user_id"];
    for (header, delimiter) in [
        ("Nutzer-ID;Installations-ID;Werbe-ID;Plattform", ';'),
        (
            "ID utilisateur;ID installation;ID publicitaire;Syst\u{e8}me",
            ';',
        ),
        (
            "ID usuario\tID instalaci\u{f3}n\tID publicitario\tPlataforma",
            '\t',
        ),
        ("user_id,tenjin_id,gaid,os", ','),
    ] {
        let home = Home::new();
        home.file(
            "work/in.csv",
            &opens_of(&[("J\u{fc}rgen", "com.a")], "bundle_id"),
        );
        let cells = ["J\u{fc}rgen", UUID_A, ADVERTISING, "Android"];
        let table = format!("{header}\n{}\n", cells.join(&delimiter.to_string()));
        for announced in ["", "sep="] {
            let announced = match announced {
                "" => String::new(),
                _ => format!("{announced}{delimiter}\n"),
            };
            home.file("work/users", &format!("{announced}{table}"));
            let (said, bodies) = plan(&home, &key);
            assert_eq!(bodies.len(), 1, "{header}: {said:?}");
            assert!(bodies[0].contains("platform=android"), "{bodies:?}");
            assert!(bodies[0].contains(UUID_A) && bodies[0].contains(ADVERTISING));
        }
        // As a spreadsheet of Windows saves both files.
        let encode = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
        std::fs::write(home.path("work/users"), encode(&table)).unwrap();
        let input = opens_of(&[("J\u{fc}rgen", "com.a")], "bundle_id");
        std::fs::write(home.path("work/in.csv"), encode(&input)).unwrap();
        let encoded = [&key[..], &["--encoding", "windows-1252"]].concat();
        let (said, bodies) = plan(&home, &encoded);
        assert_eq!(bodies.len(), 1, "{header}: {said:?}");
        assert!(bodies[0].contains(UUID_A), "{bodies:?}");
    }
    // Ids of both platforms in one table, and objects.
    let home = Home::new();
    home.file(
        "work/in.csv",
        &opens_of(&[("ann", "com.a"), ("bob", "com.a")], "bundle_id"),
    );
    for table in [
        format!(
            "user_id,idfv,gaid,idfa,installation_id,os\nann,,{ADVERTISING},,{UUID_A},android\n\
             bob,{IDFV},,{UUID_B},{UUID_A},iOS\n"
        ),
        format!(
            "{{\"uid\":\"ann\",\"gaid\":\"{ADVERTISING}\",\"tenjin_id\":\"{UUID_A}\",\"os\":\"android\"}}\n\
             {{\"uid\":\"bob\",\"idfv\":\"{IDFV}\",\"idfa\":\"{UUID_B}\",\"tenjin_id\":\"{UUID_A}\",\"os\":\"ios\"}}\n"
        ),
    ] {
        home.file("work/users", &table);
        let (said, bodies) = plan(&home, &key);
        assert_eq!(bodies.len(), 2, "{said:?}");
        assert!(
            bodies[0].contains(ADVERTISING) && bodies[1].contains(UUID_B),
            "{bodies:?}"
        );
    }
}

#[test]
fn the_delimiter_of_the_inputs_is_that_of_a_table() {
    let home = Home::new();
    home.file("work/in.csv", &opens(&["ann"]).replace(',', "~"));
    home.file(
        "work/users",
        &format!("customer_user_id~analytics_installation_id\nann~{UUID_A}\n"),
    );
    let (said, bodies) = plan(&home, &[&BY_USER[..], &["--delimiter", "~"]].concat());
    assert_eq!(bodies.len(), 1, "{said:?}");
}

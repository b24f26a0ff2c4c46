//! `users_without_ids.csv`: whom an analyst asks the app's team about.

use std::collections::BTreeSet;

use crate::support::{Scene, StandIn, below, flat};

const HEADER: &str = "kind,event_time,event_id,bundle_id,platform,os_version,advertising_id,\
                      analytics_installation_id,customer_user_id,product_id,price,currency";
const GAID: &str = "6d92078a82464ba4ae5b76104861e7dc";
const INSTALLATION: &str = "3f9dda78c8a14c8b8d880305ee6a3c01";

/// A purchase of this user, with these ids.
fn purchase(id: &str, ids: &str, user: &str, price: &str, currency: &str) -> String {
    let now = jiff::Timestamp::now().strftime("%FT%TZ");
    format!(
        "purchase,{now},{id},com.example.game,android,34,{ids},{user},gems,{price},{currency}\n"
    )
}

fn rows() -> String {
    [
        format!("{HEADER}\n"),
        purchase("1", &format!("{GAID},{INSTALLATION}"), "u-0", "4.99", "EUR"),
        purchase("2", &format!("{GAID},"), "=u-1", "4.99", "EUR"),
        purchase("3", &format!("{GAID},"), "u-2", "9.99", "EUR"),
        purchase("4", &format!("{GAID},"), "u-2", "0.01", "EUR"),
        purchase("5", &format!("{GAID},"), "u-2", "500", "JPY"),
        // Something else is wrong with this one.
        purchase("6", &format!("{GAID},{INSTALLATION}"), "u-3", "x", "EUR"),
        purchase("7", &format!("{GAID},"), "", "1", "EUR"),
    ]
    .concat()
}

fn list(scene: &Scene, folder: &str) -> std::path::PathBuf {
    let files = below(&scene.path(folder));
    let is_list = |file: &&std::path::PathBuf| file.ends_with("users_without_ids.csv");
    files.iter().find(is_list).unwrap().clone()
}

#[test]
fn there_is_a_row_for_each_user_whose_rows_lack_an_id() {
    let scene = Scene::with("shop.csv", rows());
    let ended = scene
        .run("validate shop.csv --report-dir report")
        .prints()
        .exits(1);
    let path = list(&scene, "report");
    let missing = "analytics_installation_id";
    let app = "com.example.game,android";
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        format!(
            "advertising_id,customer_user_id,analytics_installation_id,bundle_id,platform,missing,\
             rows,revenue\n\
             6d92078a-8246-4ba4-ae5b-76104861e7dc,,,{app},{missing},1,EUR 1\n\
             ,'=u-1,,{app},{missing},1,EUR 4.99\n\
             ,u-2,,{app},{missing},3,EUR 10.00 + JPY 500\n"
        )
    );
    let file = path.strip_prefix(scene.path("")).unwrap().display();
    let said = flat(&ended.stdout);
    let words = format!(
        "3 users with 5 rows lack an id: {file} lists them for the app's team to fill in {missing}; \
         then look them up in it: tenjin-s2s validate --report-dir report shop.csv --lookup {file} \
         --lookup-key customer_user_id"
    );
    assert!(said.contains(&words), "{words}: {said}");
    let report = scene.report("report").json;
    let users = &report["users_without_ids"];
    assert_eq!(users["file"], "users_without_ids.csv");
    assert_eq!((&users["users"], &users["rows"]), (&3.into(), &5.into()));
    assert_eq!(users["missing"], serde_json::json!([missing]));
    let command = users["command"].as_str().unwrap();
    assert!(
        command.ends_with("--lookup-key customer_user_id"),
        "{command}"
    );
    let page = std::fs::read_to_string(path.with_file_name("report.html")).unwrap();
    assert!(page.contains("href=\"users_without_ids.csv\""));
    assert!(page.contains("3 users with 5 rows lack an id"));
}

/// An analyst hands the list over, gets it back filled in, and types what the tool proposes.
#[test]
fn the_list_is_filled_in_and_looked_up() {
    let scene = Scene::with("shop.csv", {
        let idfv = |row: String| row.replace(HEADER, &format!("{HEADER},developer_device_id"));
        let users = ["=u-1", "+4917012345", "u-2"].into_iter().zip(1..);
        let rows = users.map(|(user, id)| {
            let android = purchase(&format!("a{id}"), &format!("{GAID},"), user, "4.99", "EUR");
            let ios = android
                .replace(&format!(",a{id},"), &format!(",i{id},"))
                .replace("android,34", "ios,17.5");
            android.replace("EUR\n", "EUR,\n") + &ios.replace("EUR\n", &format!("EUR,{GAID}\n"))
        });
        idfv(format!("{HEADER}\n")) + &rows.collect::<String>()
    });
    let server = StandIn::well();
    let upload = format!(
        "upload shop.csv --rate unlimited --progress off --report-dir report --endpoint-url {} \
         --key-scope account",
        server.url()
    );
    let ended = scene.run(&upload).prints().exits(1);
    let path = list(&scene, "report");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 1 + 6, "{text}");
    assert!(flat(&ended.stdout).contains("3 users with 6 rows lack an id"));
    let platforms = ["android", "ios"].map(|name| text.matches(&format!(",{name},")).count());
    assert_eq!(platforms, [3, 3], "{text}");

    // As a spreadsheet saves it in Europe; of one user nobody knows the id.
    let mut filled = String::new();
    for (number, line) in text.lines().enumerate() {
        let mut cells: Vec<&str> = line.split(',').collect();
        let id = format!("{number:08x}-c8a1-4c8b-8d88-0305ee6a3c01");
        if number > 0 && !line.starts_with("u-2,") {
            assert_eq!(cells[1], "", "{line}");
            cells[1] = &id;
        }
        filled += &(cells.join(";") + "\r\n");
    }
    std::fs::write(&path, filled).unwrap();
    let command = ended
        .stdout
        .lines()
        .find(|line| line.contains("--lookup report"));
    let command = command.unwrap().trim().trim_start_matches("tenjin-s2s ");
    let again = scene.run(command).prints().exits(1).stdout;
    assert!(
        again.contains("        6 rows read from shop.csv "),
        "{again}"
    );
    assert!(again.contains("        4 accepted "), "{again}");
    // The other rows have their ids from the first list.
    let rest = again.lines().find(|line| line.contains("--lookup report"));
    assert!(
        rest.unwrap().contains("/rejects/1-shop.csv --lookup "),
        "{again}"
    );
    assert!(
        flat(&again).contains("1 user with 2 rows lacks an id"),
        "{again}"
    );
    let sent = server.recorded();
    assert_eq!(sent.len(), 4);
    let ids: BTreeSet<_> = sent
        .iter()
        .map(|e| e.get("analytics_installation_id"))
        .collect();
    assert_eq!(ids.len(), 4, "each user of each platform has its own");
}

/// Where the platform of rows comes from the user's own table, a user who is not in it has none: the
/// list says so, and with the ids alone it is a table for rows of any platform.
#[test]
fn users_of_no_known_platform_are_filled_in_as_told() {
    let header = HEADER.replace(",platform,os_version", "");
    let rows = ["u-1", "u-2"].map(|user| {
        purchase(user, &format!("{GAID},"), user, "4.99", "EUR").replace(",android,34", "")
    });
    let scene = Scene::with("shop.csv", format!("{header}\n{}", rows.concat()));
    let own = format!(
        "customer_user_id,platform,analytics_installation_id\nu-1,android,{INSTALLATION}\n"
    );
    scene.file("own.csv", own);
    let table = "--lookup own.csv --lookup-key customer_user_id --set os_version:android=34";
    let validate = format!("validate shop.csv --report-dir report {table}");
    let ended = scene.run(&validate).prints().exits(1);
    let path = list(&scene, "report");
    let text = std::fs::read_to_string(&path).unwrap();
    let missing = "platform os_version analytics_installation_id";
    assert_eq!(
        text,
        format!(
            "customer_user_id,analytics_installation_id,bundle_id,platform,missing,rows,revenue\n\
             u-2,,,,{missing},1,EUR 4.99\n"
        )
    );
    let said = flat(&ended.stdout);
    let words = "fill in platform, analytics_installation_id (rows also lack os_version, which no \
                 table gives: --map FIELD=COLUMN, --set); then look the rejected rows up in it, or \
                 add its rows to your table:";
    assert!(said.contains(words), "{said}");
    let command = ended
        .stdout
        .lines()
        .find(|line| line.contains("--lookup report"));
    let command = command
        .unwrap()
        .trim()
        .trim_start_matches("tenjin-s2s ")
        .to_owned();

    let filled = |platform: &str| {
        let cells = format!("u-2,{INSTALLATION},,{platform},");
        scene.file(path.to_str().unwrap(), text.replace("u-2,,,,", &cells));
    };
    filled("android");
    scene.run(&command).prints().exits(0);
    // Without it the table gives the ids of the user, of whatever platform the row is.
    filled("");
    scene
        .run(&format!("{command} --platform android"))
        .prints()
        .exits(0);
}

/// A list of ids to fill in would be of no use: no table is taken where ids are made.
#[test]
fn nobody_is_asked_for_ids_where_ids_are_made() {
    let scene = Scene::with("shop.csv", rows());
    let derived = "validate shop.csv --report-dir report --derive-installation-id customer_user_id";
    let said = scene.run(derived).prints().exits(1).stdout;
    assert!(!said.contains("an id: "), "{said}");
    assert!(!said.contains("--lookup report"), "{said}");
    let report = scene.report("report").json;
    assert_eq!(report["users_without_ids"], serde_json::Value::Null);
    let files = below(&scene.path("report"));
    let is_list = |file: &std::path::PathBuf| file.ends_with("users_without_ids.csv");
    assert!(!files.iter().any(is_list), "{files:?}");
}

#[test]
fn rows_that_name_no_user_are_counted_beside_the_list() {
    let row = |id: &str, user: &str| {
        let row = purchase(id, ",", user, "1", "EUR");
        row.trim_end().to_owned() + ",203.0.113.9\n"
    };
    let text = format!(
        "{HEADER},ip_address\n{}{}{}",
        row("1", "u-1"),
        row("2", ""),
        row("3", "")
    );
    let scene = Scene::with("shop.csv", text);
    let ended = scene
        .run("validate shop.csv --report-dir report")
        .prints()
        .exits(1);
    let words = "1 user with 1 row lacks an id (2 rows without any user lack one, too, and no table \
                 can find it): ";
    assert!(flat(&ended.stdout).contains(words), "{}", ended.stdout);
    let users = &scene.report("report").json["users_without_ids"];
    assert_eq!((&users["rows"], &users["nameless"]), (&1.into(), &2.into()));
}

#[test]
fn with_a_lookup_there_is_nobody_to_ask_about() {
    let scene = Scene::with("shop.csv", rows());
    let table = format!(
        "customer_user_id,analytics_installation_id\n=u-1,{INSTALLATION}\nu-2,{INSTALLATION}\n"
    );
    scene.file("users.csv", table);
    let lookup = "--lookup users.csv --lookup-key customer_user_id --limit 5";
    let ended = scene
        .run(&format!("validate shop.csv --report-dir report {lookup}"))
        .prints()
        .exits(0);
    assert!(!ended.stdout.contains("lack an id"), "{}", ended.stdout);
    let files = below(&scene.path("report"));
    assert!(
        !files
            .iter()
            .any(|file| file.ends_with("users_without_ids.csv"))
    );
}

/// Each night's file stays in the folder: what lacked an id in one and went from a later one needs
/// nobody's help, tonight and in the nights after.
#[test]
fn users_whose_rows_went_from_a_later_input_are_not_asked_for() {
    let [first, second, third] = ["1", "2", "3"].map(|id| {
        let lacking = purchase(id, &format!("{GAID},"), &format!("u-{id}"), "4.99", "EUR");
        let whole = lacking.replace(&format!("{GAID},,"), &format!("{GAID},{INSTALLATION},"));
        (lacking, whole)
    });
    let night = |rows: &[&str]| format!("{HEADER}\n{}", rows.concat());
    let scene = Scene::with("1.csv", night(&[&first.0, &second.0, &third.0]));
    scene.file("2.csv", night(&[&first.1, &third.1]));
    let server = StandIn::well();
    for (accepted, duplicate) in [(2, 0), (0, 2)] {
        let upload = scene.upload(&server.url(), "1.csv 2.csv --ledger l --rate unlimited");
        let ended = upload.exits(1);
        let counts = (
            ended.report().rows("accepted"),
            ended.report().rows("duplicate"),
        );
        assert_eq!(counts, (accepted, duplicate));
        let users = &ended.report()["users_without_ids"];
        assert_eq!((&users["users"], &users["rows"]), (&1.into(), &1.into()));
        let list = std::fs::read_to_string(ended.report().file("users_without_ids.csv")).unwrap();
        assert_eq!(list.lines().count(), 2, "{list}");
        assert!(list.contains("u-2,,com.example.game,android,"), "{list}");
    }
    // With the last of them nobody is left.
    scene.file("3.csv", night(&[&second.1]));
    let upload = scene.upload(&server.url(), "1.csv 3.csv 2.csv --ledger l");
    let ended = upload.exits(1);
    assert_eq!(ended.report()["users_without_ids"], serde_json::Value::Null);
    let files = below(&scene.path("report/latest/"));
    assert!(
        !files
            .iter()
            .any(|file| file.ends_with("users_without_ids.csv"))
    );
}

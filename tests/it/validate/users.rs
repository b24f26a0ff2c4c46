//! `users_without_ids.csv`: whom an analyst asks the app's team about.

use crate::support::{Scene, below};

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

#[test]
fn there_is_a_row_for_each_user_whose_rows_lack_an_id() {
    let scene = Scene::with("shop.csv", rows());
    let ended = scene
        .run("validate shop.csv --report-dir report")
        .prints()
        .exits(1);
    let files = below(&scene.path("report"));
    let list = files
        .iter()
        .find(|file| file.ends_with("users_without_ids.csv"));
    let list = std::fs::read_to_string(list.unwrap()).unwrap();
    let missing = "analytics_installation_id";
    let app = "com.example.game,android";
    assert_eq!(
        list,
        format!(
            "user_field,user,bundle_id,platform,missing,rows,revenue\n\
             advertising_id,6d92078a-8246-4ba4-ae5b-76104861e7dc,{app},{missing},1,EUR 1\n\
             customer_user_id,'=u-1,{app},{missing},1,EUR 4.99\n\
             customer_user_id,u-2,{app},{missing},3,EUR 10.00 + JPY 500\n"
        )
    );
    let said = ended
        .stdout
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    for words in [
        "3 users with 5 rows lack an id: ",
        "/users_without_ids.csv lists them for the app's team",
        "--lookup FILE --lookup-key customer_user_id",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
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

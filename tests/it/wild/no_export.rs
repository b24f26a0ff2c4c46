//! What can be read and is no export is said to be none, before its first row.

use crate::support::Scene;

const USERS: &str = "customer_user_id,email,analytics_installation_id\n\
    u1,a@example.com,3f9dda78c8a14c8b8d880305ee6a3ca9\n";

#[test]
fn a_text_a_program_and_a_table_of_users_are_named_as_such() {
    let unknown = "names no column that is known or looks like one";
    for (name, content, said) in [
        ("x.py", &b"import os\nprint(os.name)\n"[..], unknown),
        ("notes.txt", b"Hello there, friend\nand more\n", unknown),
        (
            "ls",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0",
            "this is a program and no export",
        ),
        (
            "data.bin",
            b"MZ\x90\0\x03\0\0\n\0\0",
            "binary data and no text",
        ),
        (
            "users.csv",
            USERS.as_bytes(),
            "if it is a table of users, give it beside the export",
        ),
    ] {
        let scene = Scene::with(name, content);
        for command in ["validate", "upload --dry-run", "upload --sandbox"] {
            let ended = scene
                .run(&format!("{command} {name}"))
                .complains(said)
                .exits(2);
            assert!(
                ended.stderr.contains(&format!("error: {name}: ")),
                "{}",
                ended.stderr
            );
            assert_eq!(ended.stdout, "");
        }
    }
}

/// The same ids are an export if somebody says what the rows are; and columns that only look like
/// something lead on as before.
#[test]
fn what_the_user_says_of_it_counts() {
    let scene = Scene::with("users.csv", USERS);
    let opens = "validate users.csv --kind open --bundle-id com.a --platform android \
                 --set os_version=34 --allow-missing-ip";
    scene.run(opens).prints().exits(0);
    let orders = "Bestellnummer;Umsatz;Gerät\n1;4,99;x\n";
    let scene = Scene::with("orders.csv", orders);
    scene.run("validate orders.csv").prints().exits(1);
    let mapped = "validate x.csv --map event=a --kind event";
    let scene = Scene::with("x.csv", "a;b\n1;2\n");
    scene.run(mapped).prints().exits(1);
}

//! Where the file is looked for, what it may say, and who beats whom.

use super::home::Home;

/// The value of an option and its source, as `config` shows them.
fn in_force(home: &Home, args: &[&str], variables: &[(&str, &str)], name: &str) -> String {
    let args = [&["config", "--output", "json"], args].concat();
    let shown = home.run_with(&args, variables).json();
    let option = &shown["options"][name];
    let values = option["value"].as_array().unwrap();
    let values: Vec<_> = values.iter().map(|one| one.as_str().unwrap()).collect();
    format!(
        "{} {}",
        values.join(","),
        option["source"].as_str().unwrap()
    )
}

#[test]
fn flags_beat_environment_beats_file_beats_default() {
    let home = Home::new();
    let rate = |args: &[&str], variables: &[(&str, &str)]| in_force(&home, args, variables, "rate");
    assert_eq!(rate(&[], &[]), "100/s default");
    home.file("xdg/tenjin-s2s/tenjin-s2s.toml", "rate = \"7/s\"\n");
    let path = home.path("xdg/tenjin-s2s/tenjin-s2s.toml");
    assert_eq!(rate(&[], &[]), format!("7/s {}:1", path.display()));
    let named = home.file("named.toml", "rate = \"9/s\"");
    assert_eq!(rate(&["--config", &named], &[]), format!("9/s {named}:1"));
    assert_eq!(
        rate(&[], &[("TENJIN_S2S_CONFIG", &named)]),
        format!("9/s {named}:1")
    );
    let environment = [("TENJIN_S2S_RATE", "10/s")];
    assert_eq!(rate(&[], &environment), "10/s environment TENJIN_S2S_RATE");
    assert_eq!(rate(&["--rate", "11/s"], &environment), "11/s flag");
}

#[test]
fn what_counts_without_a_value_is_shown() {
    let home = Home::new();
    let said = home.run(&["config"]);
    let ledger = home.path("state/tenjin-s2s/ledger.sqlite");
    let value = |name: &str| {
        let mut lines = said.out.lines();
        let line = lines.find(|line| line.starts_with(&format!("{name} ")));
        let line = line.unwrap().strip_suffix("default").unwrap();
        line[name.len()..].trim().to_owned()
    };
    assert_eq!(value("max_age"), "7d where a time is mapped");
    assert_eq!(value("endpoint_url"), "https://track.tenjin.com");
    assert_eq!(value("ledger"), ledger.display().to_string());
    assert_eq!(value("mapping"), "-");
}

#[test]
fn without_xdg_the_file_is_in_dot_config() {
    let home = Home::new();
    home.file(".config/tenjin-s2s/tenjin-s2s.toml", "retries = 3");
    let said = home.run_with(&["config"], &[("XDG_CONFIG_HOME", "")]);
    assert!(
        said.out.contains("/.config/tenjin-s2s/tenjin-s2s.toml:1"),
        "{said:?}"
    );
}

#[test]
fn every_sort_of_value_can_be_said() {
    let home = Home::new();
    let text = "\
        strict = true\n\
        retries = 3\n\
        require = [\"google-ads\", \"meta-aem\"]\n\
        allow = \"ad_impression\"\n\
        max_age = \"none\"\n\
        map = { event_time = \"created_at\", price = \"a||b\" }\n\
        set = [\"country=DE\"]\n";
    home.file("xdg/tenjin-s2s/tenjin-s2s.toml", text);
    let path = home.path("xdg/tenjin-s2s/tenjin-s2s.toml");
    for (name, value, line) in [
        ("strict", "true", 1),
        ("retries", "3", 2),
        ("require", "google-ads,meta-aem", 3),
        ("allow", "ad_impression", 4),
        ("max_age", "none", 5),
        ("map", "event_time=created_at,price=a||b", 6),
        ("set", "country=DE", 7),
    ] {
        let shown = in_force(&home, &[], &[], name);
        assert_eq!(
            shown,
            format!("{value} {}:{line}", path.display()),
            "{name}"
        );
    }
    assert_eq!(
        in_force(&home, &[], &[("TENJIN_S2S_STRICT", "false")], "strict"),
        "false environment TENJIN_S2S_STRICT"
    );
}

#[test]
fn what_is_wrong_in_it_is_said_with_line_and_column() {
    for (text, message) in [
        (
            "\nrat = 1",
            "2:1: there is no option `rat`; did you mean `rate`?",
        ),
        (
            "report-dirs = 1",
            "1:1: there is no option `report-dirs`; did you mean `report_dir`?",
        ),
        ("config = \"x\"", "1:1: there is no option `config`"),
        ("strict = 1", "1:10: write true or false"),
        (
            "concurrency = 5000",
            "1:15: \"5000\": 5000 is not in 1..=1024",
        ),
        (
            "in_doubt = \"maybe\"",
            "1:12: \"maybe\": it takes auto, hold, resend",
        ),
        ("rate = { a = 1 }", "1:8: table is no value of this option"),
        ("retries = 1\nretries = 2", "2:1: duplicate key"),
        (
            "[apps.\"com.a\"]\niso = { sdk_key_env = \"A\" }",
            "2:1: there is no platform `iso`; there are ios, android, amazon, android_other; a bundle id with dots stands in quotes: [apps.\"com.example.game\"]",
        ),
        (
            "[apps.\"id123456789\"]\nios = { sdk_key_env = \"A\" }",
            "1:7: not a bundle id: this is the app's number in the App Store; Tenjin wants its bundle id, as com.example.game: map the column that has it, or, if all rows are of one app, give --override bundle_id=ID",
        ),
        (
            "[apps.\"My Game\"]\nios = { sdk_key_env = \"A\" }",
            "1:7: not a bundle id: write the bundle id or package name, as com.example.game: letters, digits, dots, dashes and underscores",
        ),
        (
            "[apps.\"com.a\"]\nios = { sdk_key = \"A\" }",
            "2:9: an app has no `sdk_key`; did you mean `sdk_key_env` or `sdk_key_file` or `sdk_key_command`?",
        ),
        (
            "sdk_key_command = \"pass show tenjin\"",
            "1:19: write the program and its arguments as a list, no shell takes part: [\"pass\", \"show\", \"tenjin\"]",
        ),
        (
            "sdk_key_command = []",
            "1:19: write the program and its arguments as a list, no shell takes part: [\"pass\", \"show\", \"tenjin\"]",
        ),
        (
            "sdk_key_command = [\"pass\", 1]",
            "1:28: write a text in quotes that is not empty",
        ),
        (
            "sdk_key_file = \"a\"\nsdk_key_command = [\"pass\"]",
            "2:1: the key has two sources: name one of them",
        ),
        (
            "sdk_key_command = [\"pass\"]\n[apps.\"com.a\"]\nios = { sdk_key_env = \"A\" }",
            "1:1: one key for all, and [apps] with their own: leave one of them out",
        ),
        (
            "[apps.\"com.a\"]\nios = { sdk_key_env = \"A\", sdk_key_command = [\"pass\"] }",
            "2:9: the app has two keys: name one of them",
        ),
        (
            "[apps.\"com.a\"]\nios = { require = [\"meta\"] }",
            "2:20: there is no partner `meta`; did you mean `meta-aem`?",
        ),
        (
            "[apps.\"com.a\"]\nios = { sdk_key_env = \"A\", sdk_key_file = \"b\" }",
            "2:28: the app has two keys: name one of them",
        ),
        (
            "sdk_key_env = \"A\"\n[apps.\"com.a\"]\nios = { sdk_key_env = \"A\" }",
            "1:1: one key for all, and [apps] with their own: leave one of them out",
        ),
    ] {
        let home = Home::new();
        let named = home.file("named.toml", text);
        let said = home.run(&["validate", "x.csv", "--config", &named]);
        assert_eq!(said.err, format!("error: {named}:{message}\n"));
        assert_eq!((said.code, said.out.as_str()), (2, ""));
    }
}

#[test]
fn the_working_directory_beats_the_users_directory() {
    let home = Home::new();
    home.file("xdg/tenjin-s2s/tenjin-s2s.toml", "kind = \"open\"\n");
    home.file("work/tenjin-s2s.toml", "\nkind = \"event\"\n");
    assert_eq!(in_force(&home, &[], &[], "kind"), "event tenjin-s2s.toml:2");
}

#[test]
fn a_file_in_the_working_directory_that_others_can_change_is_not_used() {
    let home = Home::new();
    home.file("work/tenjin-s2s.toml", "kind = \"open\"");
    for mode in [0o620, 0o602, 0o666] {
        home.mode("work/tenjin-s2s.toml", mode);
        let said = home.run(&["config"]);
        assert_eq!(said.code, 2);
        assert!(
            said.err
                .contains("others can change this configuration file"),
            "{said:?}"
        );
    }
    home.mode("work/tenjin-s2s.toml", 0o644);
    assert_eq!(home.run(&["config"]).code, 0);
}

#[test]
fn what_was_said_beats_what_cannot_go_with_it_in_the_file() {
    let home = Home::new();
    let named = home.file(
        "named.toml",
        "endpoint_url = \"http://127.0.0.1:1\"\nquiet = true",
    );
    let shown = |args: &[&str], name| {
        let args = [&["--config", named.as_str()], args].concat();
        in_force(&home, &args, &[], name)
    };
    assert_eq!(shown(&["--sandbox"], "endpoint_url"), " default");
    assert_eq!(shown(&["-v"], "quiet"), "false default");
    assert_eq!(shown(&[], "quiet"), format!("true {named}:2"));
}

#[test]
fn keys_are_masked() {
    let home = Home::new();
    let text = "\
        [apps.\"com.a\"]\n\
        ios = { sdk_key_env = \"KEY_A\", require = [\"meta-aem\"] }\n\
        android = { sdk_key_file = \"../b.key\" }\n\
        amazon = { sdk_key_env = \"KEY_C\" }\n";
    let named = home.file("named.toml", text);
    home.file("b.key", "SECRET-B");
    let variables = [("KEY_A", "SECRET-A")];
    let said = home.run_with(&["config", "--config", &named], &variables);
    let keys = "\nkeys:\n  \
        com.a (amazon): not set  (environment variable KEY_C)\n  \
        com.a (android): ********  (key file ../b.key)\n  \
        com.a (ios): ********  (environment variable KEY_A)  require meta-aem\n";
    assert!(said.out.ends_with(keys), "{}", said.out);
    home.mode("b.key", 0o644);
    let said = home.run_with(
        &["config", "--config", &named, "--output", "json"],
        &variables,
    );
    assert!(!said.out.contains("SECRET"), "{}", said.out);
    assert_eq!(
        said.json()["apps"][1]["key"],
        "unusable: others can read it (mode 644); run `chmod 600` on it, and consider the key known (--allow-shared-key-file takes it all the same)"
    );
    let said = home.run_with(
        &[
            "config",
            "--config",
            &named,
            "--output",
            "json",
            "--allow-shared-key-file",
        ],
        &variables,
    );
    assert_eq!(said.json()["apps"][1]["key"], "********");
}

#[test]
fn a_home_that_is_no_folder_has_no_configuration() {
    let home = Home::new();
    home.file("work/rows.csv", "event,kind\nx,event\n");
    let nowhere = [("HOME", "/dev/null"), ("XDG_CONFIG_HOME", "")];
    let said = home.run_with(&["config"], &nowhere);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    assert!(
        said.out
            .starts_with("configuration file: none; looked for "),
        "{said:?}"
    );
    let said = home.run_with(&["validate", "rows.csv"], &nowhere);
    assert_eq!((said.code, said.err.as_str()), (1, ""), "{said:?}");
    let said = home.run_with(&["config", "--config", "/dev/null/x.toml"], &[]);
    assert_eq!(
        said.code, 2,
        "a file that was named must be there: {said:?}"
    );
}

#[test]
fn a_quiet_configuration_does_not_silence_what_was_asked() {
    let home = Home::new();
    home.file("work/rows.csv", &super::home::opens(3));
    let quiet = home.file("quiet.toml", "quiet = true");
    let file = ["--config", quiet.as_str()];
    let variable = [("TENJIN_S2S_QUIET", "true")];
    for command in [
        &["upload", "rows.csv", "--sandbox", "--dry-run"][..],
        &["validate", "rows.csv"],
    ] {
        for said in [
            home.run(&[command, &file].concat()),
            home.run_with(command, &variable),
        ] {
            assert_eq!(said.code, 0, "{said:?}");
            assert!(said.out.contains("3 rows read from rows.csv"), "{said:?}");
        }
        let said = home.run(&[command, &["-q"]].concat());
        assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
    }
    let upload = ["upload", "rows.csv", "--sandbox"];
    let said = home.run(&[&upload[..], &file].concat());
    assert_eq!(
        (said.code, said.out.as_str(), said.err.as_str()),
        (0, "", "")
    );
}

//! A configuration file that came with a downloaded folder: what it may set, and that nothing else
//! happens.

use crate::support::flat;
use std::collections::BTreeSet;

use tenjin_s2s::cli::DATA_OPTIONS;

use super::home::Home;

/// Every key of a configuration file, as `config` lists them.
fn keys(home: &Home) -> BTreeSet<String> {
    let shown = home.run(&["config", "--output", "json"]).json();
    let options = shown["options"].as_object().unwrap();
    let keys = options.keys().cloned();
    keys.chain(["apps", "sdk_key_command"].map(str::to_owned))
        .collect()
}

fn refused(name: &str) -> String {
    format!(
        "error: tenjin-s2s.toml:1:1: a file found in the working directory may not set `{name}`: \
         it may have come with a download; pass --config tenjin-s2s.toml if it is yours\n"
    )
}

#[test]
fn each_option_describes_the_data_or_is_refused() {
    let home = Home::new();
    let keys = keys(&home);
    assert!(keys.len() > 40, "{keys:?}");
    for key in &keys {
        // No value fits every option: what is allowed complains about the value alone, or not.
        home.file("work/tenjin-s2s.toml", &format!("{key} = {{}}\n"));
        for command in ["validate", "upload", "config"] {
            let said = home.run(&[command, "--sandbox"][..if command == "upload" { 2 } else { 1 }]);
            let is_refused = said.err == refused(key);
            let is_data = DATA_OPTIONS.contains(&key.as_str());
            assert_eq!(is_refused, !is_data, "{command} {key}: {said:?}");
            assert!(is_data || said.code == 2, "{command} {key}: {said:?}");
        }
    }
    let known = DATA_OPTIONS.iter().filter(|name| keys.contains(**name));
    assert_eq!(known.count(), DATA_OPTIONS.len(), "each is an option");
}

#[test]
fn the_same_file_may_set_anything_where_the_user_names_it() {
    let home = Home::new();
    home.file("work/tenjin-s2s.toml", "quiet = true\nrate = \"5/s\"\n");
    assert_eq!(home.run(&["config"]).code, 2);
    assert_eq!(home.run(&["config", "--config", "tenjin-s2s.toml"]).code, 0);
    let name = [("TENJIN_S2S_CONFIG", "tenjin-s2s.toml")];
    assert_eq!(home.run_with(&["config"], &name).code, 0);
}

/// Two files: what the downloaded one says of the data counts, and the user's own for the rest.
#[test]
fn it_does_not_hide_the_users_own() {
    let home = Home::new();
    let own = home.file(
        "xdg/tenjin-s2s/tenjin-s2s.toml",
        "kind = \"open\"\nledger = \"/mine\"\nsdk_key_env = \"MINE\"\n",
    );
    home.file("work/tenjin-s2s.toml", "\nkind = \"event\"\n");
    let shown = home.run(&["config", "--output", "json"]).json();
    assert_eq!(shown["file"], format!("tenjin-s2s.toml, {own}"));
    for (name, value, source) in [
        ("kind", "event", "tenjin-s2s.toml:2".to_owned()),
        ("ledger", "/mine", format!("{own}:2")),
        ("sdk_key_env", "MINE", format!("{own}:3")),
    ] {
        let option = &shown["options"][name];
        assert_eq!(option["value"][0], value, "{name}");
        assert_eq!(option["source"], source, "{name}");
    }
}

#[test]
fn in_the_users_own_directory_it_is_the_users_own() {
    let home = Home::new();
    home.file("work/tenjin-s2s.toml", "rate = \"5/s\"\n");
    std::fs::create_dir_all(home.path("there")).unwrap();
    std::os::unix::fs::symlink(home.path("work"), home.path("there/tenjin-s2s")).unwrap();
    let there = home.path("there");
    let xdg = [("XDG_CONFIG_HOME", there.to_str().unwrap())];
    let said = home.run_with(&["config"], &xdg);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.out.contains("there/tenjin-s2s/tenjin-s2s.toml:1"),
        "{said:?}"
    );
}

#[test]
fn it_neither_overwrites_nor_sends_nor_silences() {
    let home = Home::new();
    let precious = home.file("precious", "mine\n");
    home.file("work/in.csv", "a,b\n1,2\n");
    for text in [
        format!("metrics_file = \"{precious}\""),
        "in_doubt = \"resend\"".to_owned(),
        "set = { price = \"1\" }".to_owned(),
        "dry_run = true".to_owned(),
        "limit = 0".to_owned(),
        "[apps.\"com.a\"]\nios = { sdk_key_env = \"HOME\" }".to_owned(),
    ] {
        home.file("work/tenjin-s2s.toml", &text);
        let said = home.run_with(&["upload", "in.csv", "--quiet"], &[("TENJIN_SDK_KEY", "K")]);
        assert_eq!(said.code, 2, "{text}: {said:?}");
        assert!(said.err.contains("may not set"), "{text}: {said:?}");
        assert_eq!(std::fs::read_to_string(&precious).unwrap(), "mine\n");
    }
}

#[test]
fn the_list_stands_in_the_help_and_in_the_readme() {
    let list = DATA_OPTIONS.join(", ");
    let help = flat(&Home::new().run(&["config", "--help"]).out);
    assert!(help.contains(&format!("Its keys: {list}")), "{help}");
    let readme = std::fs::read_to_string("README.md").unwrap();
    let quoted = DATA_OPTIONS.map(|name| format!("`{name}`")).join(", ");
    assert!(flat(&readme).contains(&quoted), "README.md lacks {quoted}");
}

//! Options, variables and configuration in the files to copy are ones that the program has.

use clap::Command;

use super::tool::packaging;
use crate::support::Scene;

fn file(name: &str) -> String {
    std::fs::read_to_string(packaging(name)).unwrap()
}

/// Every variable that an option has.
fn variables() -> Vec<String> {
    let upload = tenjin_s2s::cli::command();
    let upload = upload.find_subcommand("upload").unwrap();
    let names = upload.get_arguments().filter_map(clap::Arg::get_env);
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

#[test]
fn variables_belong_to_options_of_upload() {
    let known = variables();
    let mut count = 0;
    for name in [
        "docker/Dockerfile",
        "kubernetes/cronjob.yaml",
        "systemd/tenjin-s2s.service",
    ] {
        let text = file(name);
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        for word in text
            .split(|c: char| !is_part(c))
            .filter(|word| word.starts_with("TENJIN_"))
        {
            count += 1;
            assert!(
                known.iter().any(|variable| variable == word),
                "{name}: {word}"
            );
        }
    }
    assert!(count >= 7, "{count}");
}

#[test]
fn commands_are_understood() {
    let service = file("systemd/tenjin-s2s.service");
    let line = service
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="))
        .unwrap();
    understood(&line.split(' ').collect::<Vec<_>>());
    let job = file("kubernetes/cronjob.yaml");
    let line = job
        .lines()
        .find_map(|line| line.trim().strip_prefix("args: ["))
        .unwrap();
    let arguments = line.trim_end_matches(']').split(", ");
    let line = ["tenjin-s2s"].into_iter().chain(arguments);
    understood(&line.collect::<Vec<_>>());
}

#[track_caller]
fn understood(line: &[&str]) {
    let command: Command = tenjin_s2s::cli::command();
    let matches = command.try_get_matches_from(line);
    assert_eq!(
        matches.unwrap().subcommand_name(),
        Some("upload"),
        "{line:?}"
    );
}

#[test]
fn the_configuration_is_in_force_also_with_what_is_commented_out() {
    let text = file("systemd/tenjin-s2s.toml");
    let all = text
        .replace("# require_ledger", "require_ledger")
        .replace("# metrics_file", "metrics_file");
    assert_ne!(all, text);
    let scene = Scene::with("tenjin-s2s.toml", all);
    let said = scene
        .run("config --config tenjin-s2s.toml --output json")
        .prints()
        .exits(0)
        .stdout;
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    for option in [
        "ledger",
        "report_dir",
        "require_ledger",
        "wait_lock",
        "metrics_file",
        "sdk_key_file",
    ] {
        let source = said["options"][option]["source"]
            .as_str()
            .unwrap_or_else(|| panic!("{option}: {said:#}"));
        assert!(source.contains("tenjin-s2s.toml"), "{option}: {source}");
    }
}

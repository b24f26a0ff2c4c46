//! `TENJIN_S2S_…` in the environment: a name that no option has, as in the file, is an error.
//!
//! A misspelt `TENJIN_S2S_DRY_RUN` that nobody reads would send. Where nothing is sent it is only
//! said, since the variable may be the key of an upload. Values are never shown.

use std::collections::BTreeSet;

use clap::Command;

use super::apps::Apps;
use crate::cli::{self, Cli};
use crate::keys::KeySource;
use crate::model::{names, shown};

/// What all of ours begin with.
const PREFIX: &str = "TENJIN_S2S_";
/// The variable of the key has another name, since no option takes the key.
const LIKE_THE_KEY: [&str; 3] = ["TENJIN_S2S_SDK_KEY", "TENJIN_S2S_API_KEY", "TENJIN_S2S_KEY"];

/// What is wrong with the first variable (by name) that nobody reads.
pub(super) fn mistake(command: &Command, cli: &Cli, apps: &Apps) -> Option<String> {
    let known = known(command);
    let keys = keys(cli, apps);
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let unknown = names
        .filter(|name| name.starts_with(PREFIX) && !known.contains(name) && !keys.contains(name));
    unknown.min().map(|name| wrong(&name, &known))
}

fn wrong(name: &str, known: &BTreeSet<String>) -> String {
    let place = format!("environment variable {}", shown(name));
    if LIKE_THE_KEY.contains(&name) {
        return format!(
            "{place}: the SDK key is read from TENJIN_SDK_KEY, or pass --sdk-key-env {name}"
        );
    }
    // What all begin with makes all of them alike.
    let bare = |name: &'_ str| name.strip_prefix(PREFIX).unwrap_or_default().to_owned();
    let options: Vec<String> = known.iter().map(|name| bare(name)).collect();
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let near = names::nearest(&bare(name), &options);
    let near = near.map_or(String::new(), |near| {
        format!("; did you mean `{PREFIX}{near}`?")
    });
    format!("{place}: there is no such option{near}")
}

/// The variables of all options of all commands.
fn known(command: &Command) -> BTreeSet<String> {
    let own = command.get_arguments().filter_map(|arg| arg.get_env());
    let mut known: BTreeSet<String> = own.map(|name| name.to_string_lossy().into()).collect();
    for sub in command.get_subcommands() {
        known.extend(self::known(sub));
    }
    known
}

/// Variables that the user made the places of keys.
fn keys(cli: &Cli, apps: &Apps) -> BTreeSet<String> {
    let listed = apps.iter().filter_map(|app| match &app.key {
        Some(KeySource::Env(name)) => Some(name.clone()),
        _ => None,
    });
    let named = match &cli.command {
        cli::Command::Upload(args) | cli::Command::Config(args) => {
            Some(args.send.sdk_key_env.clone())
        }
        _ => None,
    };
    listed.chain(named).collect()
}

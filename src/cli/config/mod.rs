//! Configuration: flags beat environment beats file beats default.
//!
//! The file's values become the defaults of clap's own options, so that clap alone decides which
//! value wins, and says afterwards where it came from. The file of `--config` counts alone; else
//! that of the working directory, which may only describe the data, and for everything else that of
//! the user's configuration directory: a downloaded file shall not hide the user's ledger.
//!
//! `TENJIN_S2S_…` in the environment: a name that no option has, as in the file, is an error.
//!
//! A misspelt `TENJIN_S2S_DRY_RUN` that nobody reads would send. Where nothing is sent it is only
//! said, since the variable may be the key of an upload. Values are never shown.

mod apps;
mod document;
mod settings;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Context;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

pub use apps::{Apps, ListedApp};
pub use document::{DATA_OPTIONS, data_options_help};
pub use settings::{InForce, Value};

use crate::cli::{self, Cli, output};
use crate::keys::KeySource;
use crate::model::{shown, text};
use document::Document;
use settings::{COMMANDS, File, Setting};

/// What was typed, completed by the configuration file. `typed` is what clap made of `arguments`
/// alone.
pub fn complete(typed: &ArgMatches, arguments: Vec<OsString>) -> anyhow::Result<Cli> {
    let mut command = output::handed_down(cli::command(), typed)?;
    let Some((name, sub)) = typed
        .subcommand()
        .filter(|(name, _)| COMMANDS.contains(name))
    else {
        return Ok(Cli::of(&command.try_get_matches_from_mut(arguments)?)?);
    };
    let named = sub.get_one::<PathBuf>("config");
    let mut file = File::default();
    for found in document::find(named.map(PathBuf::as_path))? {
        file.over(File::read(&found, &command)?);
    }
    file.settings
        .retain(|setting| !is_overruled(&command, name, sub, &setting.id));
    let spared = if name != "config" && has(&command, name, "sandbox") && sub.get_flag("sandbox") {
        spare_outputs(&mut file.settings, sub)
    } else {
        None
    };
    if is_said(typed, "output") {
        file.settings.retain(|setting| setting.id != "output");
    }
    command = with_defaults(command, &file.settings);
    let matches = command
        .try_get_matches_from_mut(arguments)
        .context("the configuration file does not fit the command")?;
    let mut cli = Cli::of(&matches)?;
    cli.warning = spared;
    if let Some(mistake) = mistake(&command, &cli, &file.apps) {
        if matches!(
            cli.command,
            cli::Command::Upload(_) | cli::Command::Config(_)
        ) {
            anyhow::bail!(mistake);
        }
        cli.warning = Some(mistake);
    }
    if let Some((_, sub)) = matches.subcommand() {
        // Who asks what would happen wants the answer: only `-q` itself keeps that quiet.
        if cli.asks_only() && sub.value_source("quiet") != Some(ValueSource::CommandLine) {
            cli.general.quiet = false;
        }
        file.finish(&mut cli, &command, name, sub);
    }
    Ok(cli)
}

impl File {
    fn read(document: &Document, command: &Command) -> anyhow::Result<Self> {
        let file = settings::read(document, command)?;
        let keys = file.settings.iter().filter(|setting| is_key(&setting.id));
        let keys = keys.map(|setting| &setting.at);
        let mut keys = keys.chain(file.key_command.iter().map(|(at, _)| at));
        let key = keys.next();
        if let Some(at) = key.filter(|_| file.apps.have_keys()) {
            let text = "one key for all, and [apps] with their own: leave one of them out";
            return Err(document.fault(at.clone(), text));
        }
        if let Some(at) = keys.next().filter(|_| file.key_command.is_some()) {
            let text = "the key has two sources: name one of them";
            return Err(document.fault(at.clone(), text));
        }
        Ok(file)
    }

    /// Adds what the weaker file says and this one does not.
    fn over(&mut self, weaker: File) {
        let settings = weaker.settings.into_iter();
        let new = |setting: &Setting| self.settings.iter().all(|own| own.id != setting.id);
        let new: Vec<Setting> = settings.filter(new).collect();
        self.settings.extend(new);
        self.names.extend(weaker.names);
        if weaker.apps != Apps::default() {
            self.apps = weaker.apps;
        }
        self.key_command = self.key_command.take().or(weaker.key_command);
    }

    /// Hands the apps over, and what `config` shows.
    fn finish(mut self, cli: &mut Cli, command: &Command, name: &str, sub: &ArgMatches) {
        if ["sdk_key_file", "sdk_key_env"]
            .into_iter()
            .any(|id| has(command, name, id) && is_said(sub, id))
        {
            self.apps.forget_keys();
            self.key_command = None;
        }
        let key_command = self.key_command.map(|(_, words)| words);
        match &mut cli.command {
            cli::Command::Validate(args) => args.input.apps = self.apps,
            cli::Command::Upload(args) => {
                args.input.apps = self.apps;
                args.send.sdk_key_command = key_command;
            }
            cli::Command::Config(args) => {
                let names = (!self.names.is_empty()).then(|| self.names.join(", "));
                cli.in_force = settings::all(sub, names, &self.settings);
                args.input.apps = self.apps;
                args.send.sdk_key_command = key_command;
            }
            _ => {}
        }
    }
}

/// What a rehearsal would write over: the metrics and reports of real runs.
const OUTPUTS: [&str; 2] = ["metrics_file", "report_dir"];

/// Takes the outputs of real runs away from a rehearsal that was asked for beside the file, and
/// says so.
fn spare_outputs(settings: &mut Vec<Setting>, sub: &ArgMatches) -> Option<String> {
    let is_meant =
        |setting: &Setting| !OUTPUTS.contains(&setting.id.as_str()) || is_said(sub, &setting.id);
    let (meant, spared): (Vec<_>, Vec<_>) = settings.drain(..).partition(is_meant);
    *settings = meant;
    let names: Vec<String> = spared
        .iter()
        .map(|setting| format!("{} ({})", setting.id, setting.place))
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "--sandbox does not write to the {} of real runs; to write there, type the option",
            names.join(" and the ")
        )
    })
}

fn is_key(id: &str) -> bool {
    matches!(id, "sdk_key_file" | "sdk_key_env")
}

/// Whether flags or the environment say it.
fn is_said(matches: &ArgMatches, id: &str) -> bool {
    let source = matches.value_source(id);
    matches!(
        source,
        Some(ValueSource::CommandLine | ValueSource::EnvVariable)
    )
}

fn has(command: &Command, sub: &str, id: &str) -> bool {
    let of = |command: &Command| command.get_arguments().any(|arg| arg.get_id() == id);
    of(command) || command.find_subcommand(sub).is_some_and(of)
}

/// Whether something that cannot go together with it was said: the file gives way.
fn is_overruled(command: &Command, sub: &str, matches: &ArgMatches, id: &str) -> bool {
    let Some(sub) = command.find_subcommand(sub) else {
        return false;
    };
    [command, sub].into_iter().any(|command| {
        let args: Vec<_> = command.get_arguments().collect();
        let conflicts = |arg: &clap::Arg, other: &clap::Arg| {
            let all = command.get_arg_conflicts_with(arg);
            all.iter().any(|one| one.get_id() == other.get_id())
        };
        let Some(own) = args.iter().find(|arg| arg.get_id() == id) else {
            return false;
        };
        args.iter()
            .filter(|other| conflicts(own, other) || conflicts(other, own))
            .any(|other| is_said(matches, other.get_id().as_str()))
    })
}

/// The file's values as defaults, where a command has the option.
fn with_defaults(mut command: Command, settings: &[Setting]) -> Command {
    for Setting { id, values, .. } in settings {
        let has = |command: &Command| command.get_arguments().any(|arg| arg.get_id() == id);
        let give = |arg: clap::Arg| arg.default_values(values.clone());
        if has(&command) {
            command = command.mut_arg(id, give);
        }
        for name in COMMANDS {
            command = command.mut_subcommand(name, |sub| {
                if has(&sub) {
                    sub.mut_arg(id, give)
                } else {
                    sub
                }
            });
        }
    }
    command
}

/// What all of ours begin with.
const PREFIX: &str = "TENJIN_S2S_";
/// The variable of the key has another name, since no option takes the key.
const LIKE_THE_KEY: [&str; 3] = ["TENJIN_S2S_SDK_KEY", "TENJIN_S2S_API_KEY", "TENJIN_S2S_KEY"];

/// What is wrong with the first variable (by name) that nobody reads.
fn mistake(command: &Command, cli: &Cli, apps: &Apps) -> Option<String> {
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
    let near = text::nearest(&bare(name), &options);
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

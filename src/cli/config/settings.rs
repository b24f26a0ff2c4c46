//! The options of a configuration file: each name is an option's, with underscores. And what is in
//! force in the end, with where each value comes from.
//!
//! A value must be one that the option itself takes; what is wrong is said with its line here,
//! before clap sees it.

use std::ops::Range;

use clap::builder::ValueParser;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use toml::Spanned;
use toml::de::DeValue;

use super::apps::{self, Apps};
use super::document::{self, DATA_OPTIONS, Document};
use crate::cli;
use crate::model::shown;
use crate::model::text::{self, among};

/// What only a file can say.
const NO_OPTIONS: [&str; 2] = ["apps", apps::COMMAND];
/// Says where the file itself is, or is no option.
const NOT_HERE: [&str; 3] = ["config", "help", "version"];
/// The commands that read the file.
pub(super) const COMMANDS: [&str; 5] = ["validate", "upload", "config", "ledger", "reconcile"];

/// One option of the file.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    /// What clap calls the option.
    pub(super) id: String,
    /// Its values, as they would be typed.
    pub(super) values: Vec<String>,
    /// Where it stands: file and line.
    pub(super) place: String,
    pub(super) at: Range<usize>,
}

/// What a configuration file says, or several that complete each other.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) names: Vec<String>,
    pub(super) settings: Vec<Setting>,
    pub(super) apps: Apps,
    /// `sdk_key_command`, and where it stands.
    pub(super) key_command: Option<(Range<usize>, Vec<String>)>,
}

/// Reads everything in the file. `command` knows the options.
pub(super) fn read(document: &Document, command: &Command) -> anyhow::Result<File> {
    let table = document.parse()?;
    let mut file = File {
        names: vec![document.name.clone()],
        ..File::default()
    };
    for (name, value) in table.get_ref() {
        let (at, name) = (name.span(), name.get_ref().as_ref());
        let arg = options(command).find(|arg| is_called(arg, name));
        if arg.is_none() && !NO_OPTIONS.contains(&name) {
            return Err(unknown(document, command, at, name));
        }
        if document.is_found_here() && !DATA_OPTIONS.contains(&name) {
            return Err(document.forbidden(at, name));
        }
        let Some(arg) = arg else {
            match name {
                apps::COMMAND => file.key_command = Some((at, apps::words(document, value)?)),
                _ => file.apps = apps::read(document, value)?,
            }
            continue;
        };
        file.settings.push(Setting {
            id: arg.get_id().to_string(),
            values: values(document, arg, value)?,
            place: format!("{}:{}", document.name, document.line(at.start)),
            at,
        });
    }
    Ok(file)
}

/// The options of `validate` and `upload`, and those of every command.
pub(super) fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    let of = |name: &str| command.find_subcommand(name).into_iter();
    let own = of("upload")
        .chain(of("validate"))
        .flat_map(Command::get_arguments);
    own.chain(command.get_arguments())
        .filter(|arg| arg.get_long().is_some_and(|long| !NOT_HERE.contains(&long)))
}

fn is_called(arg: &Arg, name: &str) -> bool {
    arg.get_long()
        .is_some_and(|long| long.replace('-', "_") == name)
}

fn unknown(document: &Document, command: &Command, at: Range<usize>, name: &str) -> anyhow::Error {
    let longs = options(command).filter_map(Arg::get_long);
    let names: Vec<String> = longs.map(|long| long.replace('-', "_")).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.extend(NO_OPTIONS);
    let text = format!(
        "there is no option `{}`{}",
        shown(name),
        among(&name.replace('-', "_"), &names)
    );
    document.fault(at, &text)
}

/// The value as it would be typed, if the option takes it.
fn values(
    document: &Document,
    arg: &Arg,
    value: &Spanned<DeValue<'_>>,
) -> anyhow::Result<Vec<String>> {
    let many = matches!(arg.get_action(), ArgAction::Append);
    match value.get_ref() {
        DeValue::Boolean(yes) if is_flag(arg) => Ok(vec![yes.to_string()]),
        _ if is_flag(arg) => Err(document.fault(value.span(), "write true or false")),
        DeValue::Array(elements) if many => elements
            .iter()
            .map(|element| one(document, arg, element, ""))
            .collect(),
        DeValue::Table(pairs) if many && takes_pairs(arg) => pairs
            .iter()
            .map(|(name, value)| one(document, arg, value, &format!("{}=", name.get_ref())))
            .collect(),
        DeValue::String(text) if arg.get_value_delimiter() == Some(',') => text
            .split(',')
            .map(|part| fit(document, arg, value.span(), part.trim()))
            .collect(),
        _ => Ok(vec![one(document, arg, value, "")?]),
    }
}

fn is_flag(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::SetTrue)
}

/// `--map FIELD=COLUMN` and the like.
fn takes_pairs(arg: &Arg) -> bool {
    let names = arg.get_value_names().unwrap_or_default();
    names.iter().any(|name| name.contains('='))
}

fn one(
    document: &Document,
    arg: &Arg,
    value: &Spanned<DeValue<'_>>,
    before: &str,
) -> anyhow::Result<String> {
    let text = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        other => {
            let text = format!("{} is no value of this option", other.type_str());
            return Err(document.fault(value.span(), &text));
        }
    };
    fit(document, arg, value.span(), &format!("{before}{text}"))
}

/// Asks the option's own parser.
fn fit(document: &Document, arg: &Arg, at: Range<usize>, text: &str) -> anyhow::Result<String> {
    let parser: ValueParser = arg.get_value_parser().clone();
    let alone = Arg::new("value")
        .long("value")
        .value_parser(parser)
        .action(ArgAction::Set);
    let command = Command::new("value").no_binary_name(true).arg(alone);
    match command.try_get_matches_from([format!("--value={text}")]) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => {
            let choices: Vec<String> = arg
                .get_possible_values()
                .iter()
                .map(|choice| choice.get_name().to_owned())
                .collect();
            let why = match std::error::Error::source(&error) {
                Some(source) if error.kind() == ErrorKind::ValueValidation => source.to_string(),
                _ if choices.is_empty() => "not a value of this option".to_owned(),
                _ => {
                    let known: Vec<&str> = choices.iter().map(String::as_str).collect();
                    format!(
                        "it takes {}{}",
                        choices.join(", "),
                        text::did_you_mean(text, &known)
                    )
                }
            };
            Err(document.fault(at, &format!("\"{}\": {why}", shown(text))))
        }
    }
}

/// Every option with its value.
#[derive(Debug, Clone, Default)]
pub struct InForce {
    /// The paths of the configuration files, joined by `, `, the stronger one first.
    pub file: Option<String>,
    /// Where files are looked for that nobody names.
    pub looked_for: Vec<String>,
    /// The options, in the order of `--help`.
    pub values: Vec<Value>,
}

/// One option.
#[derive(Debug, Clone)]
pub struct Value {
    /// Its name in the file.
    pub name: String,
    /// Its value or values; none if it has no value.
    pub values: Vec<String>,
    /// `flag`, `environment TENJIN_S2S_RATE`, `tenjin-s2s.toml:3` or `default`.
    pub source: String,
}

/// Asks clap which value has won.
pub(super) fn all(matches: &ArgMatches, file: Option<String>, settings: &[Setting]) -> InForce {
    let mut values: Vec<Value> = Vec::new();
    for arg in options(&cli::command()) {
        let Some(name) = arg.get_long().map(|long| long.replace('-', "_")) else {
            continue;
        };
        if values.iter().any(|value| value.name == name) {
            continue;
        }
        let id = arg.get_id().as_str();
        let raw = matches.get_raw(id).into_iter().flatten();
        let said = raw.map(|text| text.to_string_lossy().into_owned());
        let setting = settings.iter().find(|setting| setting.id == id);
        let source = match (matches.value_source(id), setting) {
            (Some(ValueSource::CommandLine), _) => "flag".to_owned(),
            (Some(ValueSource::EnvVariable), _) => {
                let name = arg.get_env().map(|name| name.to_string_lossy());
                format!("environment {}", name.unwrap_or_default())
            }
            (Some(_), Some(setting)) => setting.place.clone(),
            _ => "default".to_owned(),
        };
        values.push(Value {
            name,
            values: said.collect(),
            source,
        });
    }
    InForce {
        file,
        looked_for: document::places(),
        values,
    }
}

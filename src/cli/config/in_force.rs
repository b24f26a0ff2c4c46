//! What is in force, and where each value comes from.

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::settings::{self, Setting};
use crate::cli;

/// Every option with its value.
#[derive(Debug, Clone, Default)]
pub struct InForce {
    /// The paths of the configuration files, joined by `, `, the stronger one first.
    pub file: Option<String>,
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
    for arg in settings::options(&cli::command()) {
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
    InForce { file, values }
}

//! `tenjin-s2s config`: what is in force, and where each value comes from; keys masked.
//!
//! A key is looked at, so that people see whether it would be found, and never shown.

use std::path::Path;

use serde::Serialize;
use serde_json::json;

use crate::cli::config::{InForce, ListedApp, Value};
use crate::cli::{KeyScopeArg, OutputArg, UploadArgs};
use crate::keys::{self, KeySource, Sharing};
use crate::model::{DEFAULT_MAX_AGE_DAYS, Exit, shown};
use crate::report::escape;
use crate::report::files::folder;
use crate::run::streams::Streams;
use crate::schema::Group;
use crate::{http, ledger};

/// Stands where a key would.
const MASK: &str = "********";

pub(super) fn run(args: &UploadArgs, in_force: &InForce, streams: Streams) -> anyhow::Result<Exit> {
    let apps = apps(args);
    let text = match args.output {
        OutputArg::Text => text(in_force, &apps),
        OutputArg::Json => {
            let value = json(in_force, &apps);
            escape::json(&format!("{value:#}")).into_owned() + "\n"
        }
    };
    streams.result(&text)?;
    Ok(Exit::Done)
}

/// An app, or all of them, and its key.
#[derive(Serialize)]
struct AppLine {
    app: String,
    key: String,
    #[serde(rename = "key_source")]
    from: String,
    require: Vec<&'static str>,
}

/// The listed apps; without keys of their own, the one key that serves whatever comes.
fn apps(args: &UploadArgs) -> Vec<AppLine> {
    let send = &args.send;
    let sharing = send.sharing();
    let apps = &args.input.apps;
    let line = |app: &str, source: Option<&KeySource>, require: &[Group]| AppLine {
        app: app.into(),
        key: masked(source, sharing),
        from: source.map_or(String::new(), ToString::to_string),
        require: require.iter().map(|group| group.name()).collect(),
    };
    let own = |listed: &ListedApp| {
        let app = shown(&listed.app.to_string());
        line(&app, listed.key.as_ref(), &listed.require)
    };
    let mut lines: Vec<AppLine> = apps.iter().map(own).collect();
    if !apps.have_keys() {
        let app = match send.key_scope {
            KeyScopeArg::App => "any one app",
            KeyScopeArg::Account => "every app",
        };
        lines.push(line(app, Some(&send.key_source()), &[]));
    }
    lines
}

/// A command is not run only to be looked at: it may ask for a password.
fn masked(source: Option<&KeySource>, sharing: Sharing) -> String {
    if let Some(KeySource::Command(_)) = source {
        return "printed by a command, which upload runs".into();
    }
    match source.map(|source| source.read(sharing)) {
        None => "none".into(),
        Some(Ok(Some(_))) => MASK.into(),
        Some(Ok(None)) => "not set".into(),
        Some(Err(error)) => format!("unusable: {:#}", error.root_cause()),
    }
}

fn text(in_force: &InForce, apps: &[AppLine]) -> String {
    let none = || format!("none; looked for {}", in_force.looked_for.join(" and "));
    let file = in_force.file.clone().unwrap_or_else(none);
    let mut lines = vec![format!("configuration file: {file}"), String::new()];
    let width = |value: &Value| value.name.len();
    let names = in_force.values.iter().map(width).max().unwrap_or_default();
    let said: Vec<String> = in_force.values.iter().map(said).collect();
    let widest = said.iter().map(|said| said.chars().count()).max();
    let values = widest.unwrap_or_default().min(40);
    for (value, said) in in_force.values.iter().zip(&said) {
        let (name, source) = (&value.name, &value.source);
        lines.push(format!("{name:names$}  {said:values$}  {source}"));
    }
    lines.extend([String::new(), "keys:".into()]);
    lines.extend(apps.iter().map(AppLine::text));
    lines.join("\n") + "\n"
}

impl AppLine {
    fn text(&self) -> String {
        let from = match self.from.as_str() {
            "" => String::new(),
            from => format!("  ({from})"),
        };
        let require = match self.require.as_slice() {
            [] => String::new(),
            groups => format!("  require {}", groups.join(", ")),
        };
        format!("  {}: {}{from}{require}", self.app, self.key)
    }
}

fn said(value: &Value) -> String {
    match harmless(value).as_slice() {
        [] => without_a_value(&value.name).unwrap_or_else(|| "-".into()),
        values => shown(&values.join(", ")).into(),
    }
}

/// What counts where an option has no value, if that is not nothing.
fn without_a_value(option: &str) -> Option<String> {
    let text = match option {
        "encoding" => "utf-8, or utf-16 by its mark",
        "limit" => "all rows",
        "max_age" => return Some(format!("{DEFAULT_MAX_AGE_DAYS}d where a time is mapped")),
        "id_format" => "plain; dashed for ad_impression",
        "kind" => "by the filled fields",
        "endpoint_url" => http::TENJIN,
        "max_rejected" => "any number",
        "wait_lock" => "not at all",
        "report_dir" => folder::DEFAULT_PARENT,
        "ledger" => {
            return ledger::default_path().map(|path| shown(&path.to_string_lossy()).into());
        }
        _ => return None,
    };
    Some(text.into())
}

/// Its values, but no key that stands where the place of one belongs.
fn harmless(value: &Value) -> Vec<String> {
    let texts = value.values.iter();
    let harmless = |text: &String| match value.name.as_str() {
        "sdk_key_env" => keys::variable_name(text).into(),
        "sdk_key_file" => keys::file_name(Path::new(text)).into(),
        _ => text.clone(),
    };
    texts.map(harmless).collect()
}

fn json(in_force: &InForce, apps: &[AppLine]) -> serde_json::Value {
    let about = |value: &Value| {
        let about = json!({ "value": harmless(value), "source": value.source });
        (value.name.clone(), about)
    };
    let options: serde_json::Map<_, _> = in_force.values.iter().map(about).collect();
    json!({
        "file": in_force.file,
        "looked_for": in_force.looked_for,
        "options": options,
        "apps": apps,
    })
}

//! Where to send, how, and with which keys: they are read once, before the first row, and never
//! shown.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context, bail};

use super::Reading;
use super::files;
use crate::cli::config::Apps;
use crate::cli::{KeyScopeArg, SendArgs};
use crate::delivery::flow::Settings;
use crate::delivery::send::Keys;
use crate::http::KeyFinder;
use crate::http::{Authorization, Endpoint, Limits, Mask, Route};
use crate::keys::{KeySource, Sharing};
use crate::model::{App, SCOPE_SANDBOX, Secret, shown};
use crate::report::warning::{Warning, WarningCode};

/// Where to send, and how.
#[derive(Debug)]
pub struct Sending<'a> {
    /// As it was typed.
    pub args: &'a SendArgs,
    /// The server; none for a sandbox in this process.
    pub endpoint: Option<Endpoint>,
    /// The keys; a made-up one for the sandbox, which never sees the real ones.
    pub keys: Keys,
    /// Where the one key came from; each app may have its own instead.
    pub key_source: Option<KeySource>,
    /// Finds the keys in rows.
    pub key_finder: Option<KeyFinder>,
    /// Hides them in what servers say.
    pub mask: Mask,
    /// Pace, retries and stop rules.
    pub settings: Settings,
    /// Time-outs.
    pub limits: Limits,
    /// Proxy and certificates; `None` to the sandbox.
    pub route: Option<Route>,
    /// Whether the one key of the run serves one app, also where the key is not read.
    pub one_app: bool,
    /// Whether a key seems to be there; a dry run looks no closer.
    pub has_key: bool,
    /// The ledger; none is thrown away with the run.
    pub ledger: Option<PathBuf>,
    /// Whether rows that nothing identifies are a mistake of the options.
    pub needs_identity: bool,
}

impl<'a> Sending<'a> {
    /// What the ledger calls the server.
    pub fn scope(&self) -> &str {
        self.endpoint.as_ref().map_or(SCOPE_SANDBOX, Endpoint::name)
    }

    /// Decides how to send; reads the keys, unless nothing will leave this process. Rows of an app
    /// whose key is missing are not read as ours any more.
    pub fn decide(args: &'a SendArgs, reading: &mut Reading<'_>) -> anyhow::Result<Self> {
        let has_own_keys = reading.args.apps.have_keys();
        if args.strict && reading.is_stream() {
            bail!("--strict reads everything twice, so it takes files, not standard input");
        }
        if args.key_scope == KeyScopeArg::Account && has_own_keys {
            bail!(
                "--key-scope account is for one key that serves all apps; in [apps] name the same source for \
                 each app that it serves"
            );
        }
        let endpoint = match &args.endpoint_url {
            _ if args.sandbox => None,
            None => Some(Endpoint::tenjin()),
            Some(url) => Some(Endpoint::parse(url).context("--endpoint-url")?),
        };
        let route = endpoint
            .as_ref()
            .map(|endpoint| Route::decide(endpoint, args.ca_file.as_deref()))
            .transpose()?;
        let (keys, secrets) = match endpoint {
            Some(_) if !args.dry_run => read_keys(args, reading)?,
            Some(_) => {
                reading.warnings.extend(without_key(&reading.args.apps));
                (hidden_keys(), Vec::new())
            }
            None => (hidden_keys(), Vec::new()),
        };
        files::can_be_kept(args, reading)?;
        let ledger = files::ledger_path(args);
        reading.options.grows = args.input_name.is_some() && ledger.is_some();
        Ok(Sending {
            args,
            settings: settings(args, &keys, server(endpoint.as_ref())),
            key_source: (!has_own_keys).then(|| args.key_source()),
            keys,
            key_finder: KeyFinder::of(&secrets),
            mask: Mask::of(&secrets),
            endpoint,
            route,
            limits: Limits {
                connect_timeout: args.connect_timeout,
                timeout: args.timeout,
                connections: usize::from(args.concurrency),
            },
            one_app: args.key_scope == KeyScopeArg::App && !has_own_keys,
            has_key: has_key(args, &reading.args.apps),
            ledger,
            needs_identity: args.input_name.is_none() && !reading.is_stream(),
        })
    }
}

/// Whether any row has a key, as far as can be told without reading one.
fn has_key(args: &SendArgs, apps: &Apps) -> bool {
    let mut own = apps.iter().filter_map(|listed| listed.key.as_ref());
    if apps.have_keys() {
        return own.any(KeySource::is_there);
    }
    args.key_source().is_there()
}

/// The apps whose key a dry run does not find. Their rows stay: somebody else has the keys.
fn without_key(apps: &Apps) -> impl Iterator<Item = Warning> {
    let missing = apps.iter().filter_map(|listed| {
        let source = listed.key.as_ref().filter(|source| !source.is_there())?;
        let what = match source {
            KeySource::File(_) => "is not there",
            KeySource::Env(_) | KeySource::Command(_) => "is not set",
        };
        let app = shown(&listed.app.to_string());
        Some(format!(
            "{app}: {source} {what}, so an upload from here would not send its rows"
        ))
    });
    missing.map(|text| Warning::new(WarningCode::AppCannotSend, text))
}

/// Who is talked to, for messages.
fn server(endpoint: Option<&Endpoint>) -> String {
    match endpoint {
        None => "the sandbox".into(),
        Some(endpoint) if endpoint.is_tenjin() => "Tenjin".into(),
        Some(endpoint) => endpoint.name().into(),
    }
}

fn settings(args: &SendArgs, keys: &Keys, server: String) -> Settings {
    Settings {
        rate: args.rate.per_second(),
        retries: args.retries,
        in_doubt: args.in_doubt,
        max_wait: args.max_wait,
        max_failures: args.max_failures,
        apps_with_keys: apps_with_keys(keys, args),
        server,
        seed: fastrand::u64(..),
    }
}

/// How many apps can send, if that is known; any number with the key of an account.
fn apps_with_keys(keys: &Keys, args: &SendArgs) -> Option<usize> {
    match &keys.only {
        None => Some(keys.apps.len()),
        Some(_) if args.sandbox || args.dry_run => None,
        Some(_) if keys.one_app => Some(1),
        Some(_) => Some(usize::MAX),
    }
}

/// Reads what the configuration lists, else the one key of the options. An app whose environment
/// variable is not set is ours no longer: its rows will be rejected. The keys come as they are,
/// too, to be looked for.
fn read_keys(args: &SendArgs, reading: &mut Reading<'_>) -> anyhow::Result<(Keys, Vec<Secret>)> {
    let sharing = args.sharing();
    if reading.args.apps.have_keys() {
        return each(reading, sharing);
    }
    let key = args.key_source().require(sharing)?;
    let keys = Keys {
        one_app: args.key_scope == KeyScopeArg::App,
        only: Some(Authorization::new(&key)),
        apps: HashMap::new(),
    };
    Ok((keys, vec![key]))
}

/// The keys where none is read: the sandbox takes any, and gets none of ours.
fn hidden_keys() -> Keys {
    Keys {
        one_app: false,
        only: Some(Authorization::new(&Secret::new("sandbox"))),
        apps: HashMap::new(),
    }
}

fn each(reading: &mut Reading<'_>, sharing: Sharing) -> anyhow::Result<(Keys, Vec<Secret>)> {
    let mut keys = HashMap::new();
    let mut secrets = Vec::new();
    let mut missing = Vec::new();
    let mut known: Vec<(&KeySource, Option<Secret>)> = Vec::new();
    for listed in reading.args.apps.iter() {
        let Some(source) = &listed.key else { continue };
        let name = || shown(&listed.app.to_string()).into_string();
        // A command that serves several apps asks for its password once.
        let read = if let Some((_, key)) = known.iter().find(|(known, _)| *known == source) {
            Clone::clone(key)
        } else {
            let key = source.read(sharing).with_context(name)?;
            known.push((source, key.clone()));
            key
        };
        match read {
            Some(key) => {
                keys.insert(listed.app.clone(), Authorization::new(&key));
                secrets.push(key);
            }
            None => missing.push((listed.app.clone(), unset(&listed.app, source))),
        }
    }
    if keys.is_empty() {
        let texts: Vec<_> = missing.into_iter().map(|(_, text)| text).collect();
        bail!("no app has a key: {}", texts.join("; "));
    }
    for (app, text) in missing {
        reading.not_ours(&app);
        let text = format!("{text}, so rows of this app are rejected");
        let warning = Warning::new(WarningCode::AppCannotSend, text);
        reading.warnings.push(warning);
    }
    let keys = Keys {
        one_app: false,
        only: None,
        apps: keys,
    };
    Ok((keys, secrets))
}

fn unset(app: &App, source: &KeySource) -> String {
    format!("{}: {source} is not set", shown(&app.to_string()))
}

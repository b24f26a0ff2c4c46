//! Where to send, and how.

use std::path::PathBuf;

use anyhow::{Context, bail};

use super::bookkeeping::Bookkeeping;
use super::reading::Reading;
use crate::cli::{KeyScopeArg, SendArgs};
use crate::delivery::KeyFinder;
use crate::delivery::flow::Settings;
use crate::http::{Endpoint, Limits, Mask, Route};
use crate::keys::KeySource;
use crate::model::Rate;
use crate::plan::app_keys::AppKeys;

/// Where to send, and how.
#[derive(Debug)]
pub struct Sending {
    /// The server; none for a sandbox in this process.
    pub endpoint: Option<Endpoint>,
    /// The keys; a made-up one for the sandbox, which never sees the real ones.
    pub keys: AppKeys,
    /// Where the one key came from; each app may have its own instead.
    pub key_source: Option<KeySource>,
    /// Finds the keys in rows.
    pub key_finder: Option<KeyFinder>,
    /// Hides them in what servers say.
    pub mask: Mask,
    /// Pace, retries and stop rules.
    pub settings: Settings,
    /// The pace as the user typed it.
    pub rate: Rate,
    /// Requests at the same time.
    pub concurrency: usize,
    /// Rows claimed together.
    pub batch_size: usize,
    /// Time-outs.
    pub limits: Limits,
    /// Proxy and certificates; `None` to the sandbox.
    pub route: Option<Route>,
    /// `--strict`.
    pub strict: bool,
    /// `--dry-run`.
    pub dry_run: bool,
    /// Whether the one key of the run serves one app, also where the key is not read.
    pub one_app: bool,
    /// Whether a key seems to be there; a dry run looks no closer.
    pub has_key: bool,
    /// `--from-ledger`.
    pub from_ledger: bool,
    /// `--report-dir`.
    pub report_dir: Option<PathBuf>,
    /// The ledger.
    pub bookkeeping: Bookkeeping,
}

impl Sending {
    /// What the ledger calls the server.
    pub fn scope(&self) -> &str {
        self.endpoint.as_ref().map_or("sandbox", Endpoint::name)
    }

    /// Decides how to send; reads the keys, unless nothing will leave this process. Rows of an app
    /// whose key is missing are not read as ours any more.
    pub fn decide(args: &SendArgs, reading: &mut Reading) -> anyhow::Result<Self> {
        if args.strict && reading.is_stream() {
            bail!("--strict reads everything twice, so it takes files, not standard input");
        }
        if args.key_scope == KeyScopeArg::Account && reading.apps.have_keys() {
            bail!(
                "--key-scope account is said of one key for all; in [apps] name the same source for \
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
            Some(_) if !args.dry_run => AppKeys::read(args, reading)?,
            _ => (AppKeys::Hidden, Vec::new()),
        };
        Ok(Sending {
            settings: settings(args, &keys, server(endpoint.as_ref())),
            key_source: (!reading.apps.have_keys()).then(|| args.key_source()),
            keys,
            key_finder: KeyFinder::of(&secrets),
            mask: Mask::of(&secrets),
            endpoint,
            route,
            rate: args.rate,
            concurrency: usize::from(args.concurrency),
            batch_size: args.batch_size as usize,
            limits: Limits {
                connect_timeout: args.connect_timeout,
                timeout: args.timeout,
                connections: usize::from(args.concurrency),
            },
            strict: args.strict,
            dry_run: args.dry_run,
            one_app: args.key_scope == KeyScopeArg::App && !reading.apps.have_keys(),
            has_key: has_key(args, reading),
            from_ledger: args.from_ledger,
            report_dir: args.report_dir.clone(),
            bookkeeping: Bookkeeping::decide(args, reading)?,
        })
    }
}

fn has_key(args: &SendArgs, reading: &Reading) -> bool {
    let is_set = |name: &String| std::env::var_os(name).is_some_and(|key| !key.is_empty());
    reading.apps.have_keys()
        || match args.key_source() {
            KeySource::Env(name) => is_set(&name),
            KeySource::File(_) | KeySource::Command(_) => true,
        }
}

/// Who is talked to, for messages.
fn server(endpoint: Option<&Endpoint>) -> String {
    match endpoint {
        None => "the sandbox".into(),
        Some(endpoint) if endpoint.is_tenjin() => "Tenjin".into(),
        Some(endpoint) => endpoint.name().into(),
    }
}

fn settings(args: &SendArgs, keys: &AppKeys, server: String) -> Settings {
    Settings {
        rate: args.rate.per_second(),
        retries: args.retries,
        in_doubt: args.in_doubt,
        max_wait: args.max_wait,
        max_failures: args.max_failures,
        apps_with_keys: keys.apps(),
        server,
        seed: fastrand::u64(..),
    }
}

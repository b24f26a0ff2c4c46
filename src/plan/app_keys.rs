//! The keys of a run: one that serves whatever comes, or one for each app.
//!
//! Read once, before the first row. Nothing here is ever shown.

use std::collections::HashMap;

use anyhow::{Context, bail};

use crate::cli::{KeyScopeArg, SendArgs};
use crate::delivery::send::Keys;
use crate::http::Authorization;
use crate::keys::{KeySource, Sharing};
use crate::model::{App, Secret, shown};
use crate::plan::Reading;
use crate::report::warning::{Warning, WarningCode};

/// Which keys there are.
#[derive(Debug)]
pub enum AppKeys {
    /// None is read: nothing leaves this process.
    Hidden,
    /// One key, for the rows of one app.
    One(Box<Authorization>),
    /// One key, for every app of an account.
    Account(Box<Authorization>),
    /// Each app has its own.
    Each(HashMap<App, Authorization>),
}

impl AppKeys {
    /// Reads what the configuration lists, else the one key of the options. An app whose
    /// environment variable is not set is ours no longer: its rows will be rejected.
    /// The keys come as they are, too, to be looked for.
    pub fn read(args: &SendArgs, reading: &mut Reading) -> anyhow::Result<(Self, Vec<Secret>)> {
        let sharing = if args.allow_shared_key_file {
            Sharing::Allowed
        } else {
            Sharing::Refused
        };
        if reading.apps.have_keys() {
            return each(reading, sharing);
        }
        let key = args.key_source().require(sharing)?;
        let header = Box::new(Authorization::new(&key));
        let keys = match args.key_scope {
            KeyScopeArg::App => AppKeys::One(header),
            KeyScopeArg::Account => AppKeys::Account(header),
        };
        Ok((keys, vec![key]))
    }

    /// How many apps can send, if that is known; any number with the key of an account.
    pub fn apps(&self) -> Option<usize> {
        match self {
            AppKeys::Hidden => None,
            AppKeys::One(_) => Some(1),
            AppKeys::Account(_) => Some(usize::MAX),
            AppKeys::Each(apps) => Some(apps.len()),
        }
    }

    /// The keys as those who send want them. The sandbox takes any key, and gets none of ours.
    pub fn of_run(&self) -> Keys {
        Keys {
            one_app: matches!(self, AppKeys::One(_)),
            only: match self {
                AppKeys::Hidden => Some(Authorization::new(&Secret::new("sandbox"))),
                AppKeys::One(key) | AppKeys::Account(key) => Some(Authorization::clone(key)),
                AppKeys::Each(_) => None,
            },
            apps: match self {
                AppKeys::Each(apps) => apps.clone(),
                _ => HashMap::new(),
            },
        }
    }
}

fn each(reading: &mut Reading, sharing: Sharing) -> anyhow::Result<(AppKeys, Vec<Secret>)> {
    let mut keys = HashMap::new();
    let mut secrets = Vec::new();
    let mut missing = Vec::new();
    let mut known: Vec<(&KeySource, Option<Secret>)> = Vec::new();
    for listed in reading.apps.iter() {
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
    Ok((AppKeys::Each(keys), secrets))
}

fn unset(app: &App, source: &KeySource) -> String {
    format!("{}: {source} is not set", shown(&app.to_string()))
}

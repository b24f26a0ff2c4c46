//! What is compared: which endpoint, time and apps, and what the ledger has of them.

use std::fmt;
use std::str::FromStr;

use anyhow::bail;

use crate::ledger::{AppStatus, Books};
use crate::model::{Platform, shown};
use crate::report::figures::thousands;

/// How many apps or endpoints are named in an error.
const NAMED: usize = 5;

/// An app, or all platforms of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppFilter {
    /// `com.example.game`
    pub bundle_id: String,
    /// Every platform, if none is named.
    pub platform: Option<Platform>,
}

impl AppFilter {
    pub(super) fn takes(&self, bundle_id: &str, platform: &str) -> bool {
        self.bundle_id == bundle_id && self.platform.is_none_or(|own| own.name() == platform)
    }
}

impl fmt::Display for AppFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.bundle_id)?;
        self.platform.map_or(Ok(()), |own| write!(f, "/{own}"))
    }
}

impl FromStr for AppFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (bundle_id, platform) = match text.split_once('/') {
            None => (text, None),
            Some((bundle_id, platform)) => {
                let known = crate::parse::platform(platform);
                let known = known.ok_or("the platforms are ios, android, amazon, android_other")?;
                (bundle_id, Some(known))
            }
        };
        if bundle_id.is_empty() {
            return Err("write it as com.example.game or com.example.game/ios".into());
        }
        Ok(AppFilter {
            bundle_id: bundle_id.to_owned(),
            platform,
        })
    }
}

/// What is compared.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The endpoint's name in the ledger.
    pub scope: String,
    /// From this arrival on, µs since 1970 UTC; else from the day of the export's first one.
    pub from: Option<i64>,
    /// Up to this arrival; else to the end of the day of the export's last one.
    pub to: Option<i64>,
    /// These apps; all if none is named.
    pub apps: Vec<AppFilter>,
}

impl Choice {
    pub(super) fn takes(&self, bundle_id: &str, platform: &str) -> bool {
        let mut apps = self.apps.iter();
        self.apps.is_empty() || apps.any(|app| app.takes(bundle_id, platform))
    }
}

/// What the ledger has of the endpoint and the apps that are compared.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub(super) apps: Vec<AppStatus>,
    /// Rows that a run has claimed which goes on, or was killed.
    pub(super) claimed: u64,
}

impl Known {
    /// Asks the ledger.
    ///
    /// # Errors
    /// It cannot be read, or knows nothing of the endpoint or of an app that is named.
    pub fn of(books: &Books, choice: &Choice) -> anyhow::Result<Self> {
        let status = books.status()?;
        let (apps, others): (Vec<_>, Vec<_>) = status
            .apps
            .into_iter()
            .partition(|app| app.scope == choice.scope);
        if apps.is_empty() {
            let path = shown(&books.path().to_string_lossy());
            let scope = shown(&choice.scope);
            bail!(
                "{path}: nothing in it was sent to {scope}; {}",
                elsewhere(&others)
            );
        }
        for filter in &choice.apps {
            let is_its = |app: &AppStatus| filter.takes(&app.bundle_id, &app.platform);
            if !apps.iter().any(is_its) {
                let names = apps.iter().take(NAMED).map(name).collect::<Vec<_>>();
                let filter = shown(&filter.to_string());
                bail!(
                    "--app {filter}: the ledger has no such app; it has {}",
                    names.join(", ")
                );
            }
        }
        let runs = status.open_runs.iter();
        let own = runs.filter(|run| run.scope == choice.scope);
        Ok(Known {
            claimed: own.map(|run| run.unsettled).sum(),
            apps: apps
                .into_iter()
                .filter(|app| choice.takes(&app.bundle_id, &app.platform))
                .collect(),
        })
    }
}

/// `com.example.game (ios)`
pub(super) fn name(app: &AppStatus) -> String {
    format!("{} ({})", shown(&app.bundle_id), app.platform)
}

/// The endpoints that the ledger does have rows of.
fn elsewhere(apps: &[AppStatus]) -> String {
    let mut scopes: Vec<(&str, u64)> = Vec::new();
    for app in apps {
        match scopes.last_mut() {
            Some((scope, rows)) if *scope == app.scope => *rows += app.accepted,
            _ => scopes.push((&app.scope, app.accepted)),
        }
    }
    if scopes.is_empty() {
        return "it has no rows of any endpoint: is another ledger meant (--ledger)?".into();
    }
    let named = scopes.iter().take(NAMED);
    let named =
        named.map(|(scope, rows)| format!("{} ({} accepted)", shown(scope), thousands(rows)));
    format!(
        "it has rows for {}: name the one that is meant with --endpoint-url",
        named.collect::<Vec<_>>().join(", ")
    )
}

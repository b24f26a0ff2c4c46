//! One key serves one app: rows of another app must not go out with it.
//!
//! The first rows decide which app that is. If they already name several, the user has to say
//! more before anything is sent; a row of another app that comes later is rejected.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use super::feed::Candidate;
use crate::ledger::Intent;
use crate::model::{App, Code, Event, Fault, Rejection, shown};

/// Which app the key belongs to.
#[derive(Debug, Default)]
pub struct OneApp {
    app: Option<Arc<App>>,
}

impl OneApp {
    /// Settles the app by the first rows that would be sent; says so if there are several.
    pub(super) fn settle_rows(&mut self, first: &[Candidate]) -> Result<(), String> {
        let sent = first.iter().filter(|row| row.intent == Intent::Send);
        self.settle(sent.map(|row| &*row.event))
    }

    /// Settles the app by the first events; says so if there are several.
    pub fn settle<'e>(&mut self, first: impl Iterator<Item = &'e Event>) -> Result<(), String> {
        if self.app.is_some() {
            return Ok(());
        }
        let mut apps: Vec<&Arc<App>> = Vec::new();
        for event in first {
            if !apps.contains(&&event.app) {
                apps.push(&event.app);
            }
        }
        self.app = apps.first().map(|app| Arc::clone(app));
        match apps.len() {
            0 | 1 => Ok(()),
            _ => Err(several(apps)),
        }
    }

    /// A row of another app that would be sent, rejected.
    pub fn rejects(&self, row: &Candidate) -> Option<Box<Rejection>> {
        if row.intent != Intent::Send {
            return None;
        }
        let event = &row.event;
        let app = self.app.as_ref().filter(|app| **app != event.app)?;
        let hint = format!(
            "the SDK key serves {}; upload other apps with their own key",
            shown(&app.to_string())
        );
        let fault = Fault::new(Code::UnknownApp, "bundle_id", &event.app.to_string(), hint);
        Some(Box::new(Rejection {
            place: event.place,
            text: event.text.clone(),
            is_record: true,
            faults: vec![fault],
            kind: Some(event.kind),
            app: Some(event.app.clone()),
            user: None,
        }))
    }
}

/// How many apps are named.
const NAMED: usize = 5;

/// What is wrong, and the table that puts it right.
pub fn several<'a>(apps: impl IntoIterator<Item = &'a Arc<App>>) -> String {
    let apps: Vec<_> = apps.into_iter().collect();
    let named = || apps.iter().take(NAMED);
    let listed: Vec<_> = named()
        .map(|app| shown(&app.to_string()).into_string())
        .collect();
    let more = if apps.len() > listed.len() {
        ", …"
    } else {
        ""
    };
    let mut tables: BTreeMap<&str, Vec<&'static str>> = BTreeMap::new();
    for app in named() {
        let platforms = tables.entry(&app.bundle_id).or_default();
        platforms.push(app.platform.name());
    }
    let mut text = format!(
        "one SDK key, but rows of several apps: {}{more}; each app on each platform has its own \
         key: upload them one by one, say --key-scope account if this key serves them all, or \
         name the keys in tenjin-s2s.toml (in the configuration directory, or --config FILE):\n",
        listed.join(", ")
    );
    for (number, (bundle_id, platforms)) in tables.iter().enumerate() {
        let bundle_id = toml::Value::from(shown(bundle_id).into_string());
        let _ = write!(text, "\n[apps.{bundle_id}]");
        for platform in platforms {
            let upper = platform.to_ascii_uppercase();
            let variable = format!("TENJIN_KEY_{}_{upper}", number + 1);
            let _ = write!(text, "\n{platform} = {{ sdk_key_env = \"{variable}\" }}");
        }
    }
    text
}

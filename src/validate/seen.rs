//! The apps that a chunk's rows belong to, each looked up once.
//!
//! Rows of one app mostly stand together, so the last one is compared first.

use std::collections::HashMap;
use std::sync::Arc;

use super::Rules;
use crate::model::{App, Platform};
use crate::validate::identity;

/// An app that a row named.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) app: Arc<App>,
    /// Whether it is one of ours; every app is, if we know none.
    pub(super) is_known: bool,
    /// For its installations.
    pub(super) seed: u64,
}

/// Remembers apps by bundle id and platform.
#[derive(Debug, Default)]
pub(super) struct Apps {
    last: Option<Seen>,
    all: HashMap<Box<str>, [Option<Seen>; Platform::ALL.len()]>,
}

/// The most apps that are remembered: a file with a new app in each row must not fill the memory.
const REMEMBERED: usize = 1_000;

impl Apps {
    pub(super) fn get(&mut self, app: (&str, Platform), rules: &Rules) -> &Seen {
        let is_last = |seen: &Seen| seen.app.platform == app.1 && *seen.app.bundle_id == *app.0;
        if !self.last.as_ref().is_some_and(is_last) {
            self.last = Some(self.look_up(app, rules));
        }
        self.last.as_ref().expect("just set")
    }

    fn look_up(&mut self, (bundle_id, platform): (&str, Platform), rules: &Rules) -> Seen {
        let at = platform as usize;
        let found = self
            .all
            .get(bundle_id)
            .and_then(|platforms| platforms[at].clone());
        found.unwrap_or_else(|| {
            let app = App {
                bundle_id: bundle_id.into(),
                platform,
            };
            let seen = Seen::new(app, rules);
            if self.all.len() < REMEMBERED {
                self.all.entry(bundle_id.into()).or_default()[at] = Some(seen.clone());
            }
            seen
        })
    }
}

impl Seen {
    fn new(app: App, rules: &Rules) -> Self {
        let is_ours = |apps: &Vec<super::KnownApp>| apps.iter().any(|known| known.app == app);
        Seen {
            is_known: rules.any_app || rules.apps.as_ref().is_none_or(is_ours),
            seed: identity::seed(&app),
            app: Arc::new(app),
        }
    }
}

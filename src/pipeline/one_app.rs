//! One key serves one app: rows of another app must not go out with it.
//!
//! The first rows decide which app that is. If they already name several, the user has to say
//! more before anything is sent; a row of another app that comes later is rejected.

use std::sync::Arc;

use crate::event::Event;
use crate::kind::App;
use crate::row::{Code, Fault, Rejection, shown};

/// Which app the key belongs to.
#[derive(Debug, Default)]
pub(super) struct OneApp {
    app: Option<Arc<App>>,
}

impl OneApp {
    /// Settles the app by the first rows; says so if there are several.
    pub(super) fn settle<'e>(
        &mut self,
        first: impl Iterator<Item = &'e Event>,
    ) -> Result<(), String> {
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
            _ => Err(several(&apps)),
        }
    }

    /// A row of another app, rejected.
    pub(super) fn rejects(&self, event: &Event) -> Option<Box<Rejection>> {
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
        }))
    }
}

fn several(apps: &[&Arc<App>]) -> String {
    let names: Vec<_> = apps
        .iter()
        .take(5)
        .map(|app| shown(&app.to_string()).into_string())
        .collect();
    let more = if apps.len() > names.len() {
        ", …"
    } else {
        ""
    };
    format!(
        "one SDK key, but rows of several apps: {}{more}; each app on each platform has its own key, so upload them one by one, or say --key-scope account if this key serves them all",
        names.join(", ")
    )
}

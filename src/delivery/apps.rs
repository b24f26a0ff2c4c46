//! What an app is allowed to do: its canary, its odd refusals, and why it was stopped.
//!
//! One key serves one app: rows of another app must not go out with it.
//!
//! The first rows decide which app that is. If they already name several, the user has to say
//! more before anything is sent; a row of another app that comes later is rejected.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use super::feed::{Candidate, Meant};
use crate::model::{App, Code, Event, Fault, Outcome, Rejection, StopReason, shown};

/// How many rows of an app go one at a time at first.
const CANARY: u8 = 20;
/// Odd refusals (another 403 or 404) in a row that stop an app.
const ODD: u8 = 5;

/// The state of one app in a run.
#[derive(Debug)]
pub(super) struct AppGate {
    canary_left: u8,
    canary_refused: u8,
    canary_busy: bool,
    odd_in_a_row: u8,
    stopped: Option<StopReason>,
}

impl Default for AppGate {
    fn default() -> Self {
        AppGate {
            canary_left: CANARY,
            canary_refused: 0,
            canary_busy: false,
            odd_in_a_row: 0,
            stopped: None,
        }
    }
}

impl AppGate {
    /// Whether a row of this app may leave now; a row that is the canary itself always may.
    pub(super) fn open(&self, is_canary: bool) -> bool {
        self.stopped.is_none() && (is_canary || !self.canary_busy)
    }

    /// A row leaves; says whether it is the canary.
    pub(super) fn leaves(&mut self) -> bool {
        let canary = self.canary_left > 0;
        self.canary_busy |= canary;
        canary
    }

    /// A row that had left is settled.
    pub(super) fn settled(&mut self, was_canary: bool, outcome: Outcome) {
        if was_canary {
            self.canary_busy = false;
        }
        let answered = matches!(
            outcome,
            Outcome::Accepted | Outcome::Refused | Outcome::InDoubt
        );
        if self.canary_left > 0 && answered {
            self.canary_left -= 1;
            self.canary_refused += u8::from(outcome == Outcome::Refused);
            if self.canary_left == 0 && self.canary_refused == CANARY {
                self.stop(StopReason::Canary);
            }
        }
        if outcome == Outcome::Accepted {
            self.odd_in_a_row = 0;
        }
    }

    /// A 403 or 404 whose text does not stop the app: the fifth in a row does.
    pub(super) fn oddly_refused(&mut self, reason: StopReason) {
        self.odd_in_a_row += 1;
        if self.odd_in_a_row >= ODD {
            self.stop(reason);
        }
    }

    /// Stops the app for this run; the first reason stays.
    pub(super) fn stop(&mut self, reason: StopReason) {
        self.stopped.get_or_insert(reason);
    }

    /// Why the app stopped, if it did.
    pub(super) fn stopped(&self) -> Option<StopReason> {
        self.stopped
    }
}

/// Which app the key belongs to.
#[derive(Debug, Default)]
pub struct OneApp {
    app: Option<Arc<App>>,
}

impl OneApp {
    /// Settles the app by the first rows that would be sent; says so if there are several.
    pub(super) fn settle_rows(&mut self, first: &[Candidate]) -> Result<(), String> {
        let sent = first.iter().filter(|row| row.meant == Meant::ToSend);
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
        if row.meant != Meant::ToSend {
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
         key: upload them one by one, pass --key-scope account if this key serves them all, or \
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

#[cfg(test)]
mod tests {
    use super::*;

    fn one(gate: &mut AppGate, outcome: Outcome) {
        let canary = gate.leaves();
        gate.settled(canary, outcome);
    }

    #[test]
    fn the_first_twenty_go_one_at_a_time() {
        let mut gate = AppGate::default();
        for _ in 0..20 {
            assert!(gate.open(false));
            assert!(gate.leaves());
            assert!(!gate.open(false), "one at a time");
            assert!(gate.open(true), "but its own retry goes");
            gate.settled(true, Outcome::Accepted);
        }
        assert!(!gate.leaves());
        assert!(gate.open(false));
    }

    #[test]
    fn twenty_refusals_stop_the_app_and_one_acceptance_does_not() {
        let mut gate = AppGate::default();
        (0..20).for_each(|_| one(&mut gate, Outcome::Refused));
        assert_eq!(gate.stopped(), Some(StopReason::Canary));

        let mut gate = AppGate::default();
        one(&mut gate, Outcome::Accepted);
        (0..40).for_each(|_| one(&mut gate, Outcome::Refused));
        assert_eq!(gate.stopped(), None);
    }

    #[test]
    fn five_odd_refusals_in_a_row_stop_the_app() {
        let mut gate = AppGate::default();
        (0..4).for_each(|_| gate.oddly_refused(StopReason::Unauthorized));
        one(&mut gate, Outcome::Accepted);
        (0..4).for_each(|_| gate.oddly_refused(StopReason::Unauthorized));
        assert_eq!(gate.stopped(), None);
        gate.oddly_refused(StopReason::NoSuchApp);
        assert_eq!(gate.stopped(), Some(StopReason::NoSuchApp));
    }
}

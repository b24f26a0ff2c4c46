//! What a run would do: the answer to `--dry-run`.

use std::time::Duration;

use serde::Serialize;

use super::run::RunFacts;
use crate::model::shown;
use crate::stats::LIST_LIMIT;

/// What is known about a run that does not happen.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PlanFacts {
    /// Requests that would leave, retries apart.
    pub requests: u64,
    /// The first requests, as they would go.
    pub first_requests: Vec<PlannedRequest>,
    /// Which key serves what.
    pub keys: Vec<PlannedKey>,
    /// How many more there are.
    pub keys_more: usize,
}

/// Where a key is from: never a key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PlannedKey {
    /// The app, `com.example.game (ios)`; none if it serves every row.
    pub app: Option<String>,
    /// Where it is read from.
    pub source: String,
}

/// One request as it would go. The key is not part of it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PlannedRequest {
    /// Where its row is from: `events.csv:2`.
    pub row: String,
    /// The URL.
    pub url: String,
    /// The form-urlencoded body.
    pub body: String,
}

impl PlanFacts {
    /// Nothing planned yet; the keys are known before the first row.
    pub fn new(run: &RunFacts) -> Self {
        let key = |app: Option<String>, source: &str| PlannedKey {
            app,
            source: source.into(),
        };
        let one = run.key_source.iter().map(|source| key(None, source));
        let own = run.app_keys.iter();
        let own = own.map(|(app, source)| key(Some(shown(&app.to_string()).into()), source));
        let all = one.chain(own).filter(|_| !run.sandbox);
        PlanFacts {
            keys: all.clone().take(LIST_LIMIT).collect(),
            keys_more: all.skip(LIST_LIMIT).count(),
            ..PlanFacts::default()
        }
    }

    /// How long the requests take at this many a second; `None` if nothing limits them.
    pub fn time(&self, rate: Option<f64>) -> Option<Duration> {
        let rate = rate.filter(|rate| *rate > 0.0)?;
        Duration::try_from_secs_f64(self.requests as f64 / rate).ok()
    }
}

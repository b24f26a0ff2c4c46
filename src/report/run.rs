//! What the report says about the run itself: which inputs, when, and how it ended.
//!
//! The rows themselves are counted in [`crate::stats`].
//!
//! What a run would do: the answer to `--dry-run`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::figures::counted;
use super::history::PastRun;
use super::typed::Typed;
use super::users::Found;
use super::warning::{Warning, WarningCode};
use crate::ledger::Witness;
use crate::mapping::guess::Proposal;
use crate::model::{App, StopReason, shown};
use crate::stats::{LIST_LIMIT, Stats};

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Still going; in a dead run's report it says that the run was killed.
    #[default]
    Running,
    /// It came to its end.
    Complete,
    /// It stopped before the end: see the stop reason.
    Stopped,
    /// A signal ended it.
    Interrupted,
}

/// The run.
#[derive(Debug, Clone, Default)]
pub struct RunFacts {
    /// Its id.
    pub run_id: String,
    /// `upload` or `validate`.
    pub command: &'static str,
    /// Whether nothing is sent, as `--dry-run` asks.
    pub dry_run: bool,
    /// Whether rows go to the sandbox, so that nothing reaches Tenjin.
    pub sandbox: bool,
    /// How far it has come.
    pub status: Status,
    /// Why it stopped before the end.
    pub stop_reason: Option<StopReason>,
    /// The stop reason in a sentence with its culprit and numbers, bounded and harmless.
    pub stop_detail: Option<String>,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// How long it has gone on, by a monotonic clock.
    pub elapsed: Duration,
    /// Its inputs, in order: `Place::input` is an index into them.
    pub inputs: Vec<InputFacts>,
    /// The mapping that was used, as its file would say it.
    pub mapping: serde_json::Value,
    /// The most requests per second, `None` for unlimited.
    pub rate: Option<f64>,
    /// Whether the age limit is ours, so that rows it leaves out need attention.
    pub default_max_age: bool,
    /// The most rows that are read.
    pub limit: Option<u64>,
    /// The fewest rows that all inputs together must have.
    pub min_rows: Option<u64>,
    /// Where rows go, if that is not Tenjin: an origin.
    pub endpoint: Option<String>,
    /// Where the SDK key came from, for people: never the key.
    pub key_source: Option<String>,
    /// Whether that one key serves every app.
    pub is_account_key: bool,
    /// Where the key came from for each app that has one of its own.
    pub app_keys: Vec<(App, String)>,
    /// Whether `--send-event-time` is on.
    pub sends_event_time: bool,
    /// What people should know.
    pub warnings: Vec<Warning>,
    /// Whether a dry run or a rehearsal found rows of several apps for the one key of the run.
    pub several_apps: bool,
    /// Codes of warnings that are accepted: they stand in the report, and are not said.
    pub accepted_warnings: Vec<WarningCode>,
    /// Whether a warning that nobody has accepted makes it fail.
    pub fails_on_warnings: bool,
    /// Whether a ledger keeps what is in doubt, and `ledger resolve` can be proposed.
    pub has_ledger: bool,
    /// Which ledger it used, and how far that had come: a ledger that later knows less has lost
    /// something.
    pub witness: Option<Witness>,
    /// The `--max-age` that leaves out money of a time that the ledger was told to forget, if there
    /// was some: it was not sent.
    pub max_age_of_known: Option<String>,
    /// Rows of earlier runs that are free to be sent, and still are not; no rows of this run.
    /// Nothing where nobody knows.
    pub left_over: Option<LeftOver>,
    /// How many rows are in doubt in the ledger, of this run and of earlier ones.
    pub ledger_in_doubt: Option<u64>,
    /// What could be said about the input beyond what the mapping knows.
    pub proposals: Vec<Proposal>,
    /// Whether a dry run found a key to send with.
    pub has_key: bool,
    /// What was typed, for the next command to type.
    pub typed: Typed,
    /// What the run must keep to.
    pub limits: Vec<Limit>,
    /// The last run of the same inputs, known at the end.
    pub before: Option<PastRun>,
}

/// Something that the run must keep to.
#[derive(Debug, Clone)]
pub struct Limit {
    /// The option that sets it.
    pub option: &'static str,
    /// What it allows.
    pub value: String,
    /// What a run stops with that does not keep to it.
    pub stops: Option<StopReason>,
}

/// Where the files of a report are.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The folder, if there is a report.
    pub folder: Option<PathBuf>,
    /// Rejected rows, a file for each input that has some.
    pub rejects: Vec<PathBuf>,
    /// Refused rows, likewise.
    pub refused: Vec<PathBuf>,
    /// Rows in doubt.
    pub in_doubt: Vec<PathBuf>,
    /// Rows from standard input that were not sent.
    pub not_sent: Vec<PathBuf>,
    /// Users whose rows lack an id.
    pub users: Option<Found>,
}

/// Rows of earlier runs that are still to be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LeftOver {
    /// How many.
    pub rows: u64,
    /// What they are worth, by currency.
    pub revenue: BTreeMap<String, String>,
    /// The first of the inputs that they stood in.
    pub inputs: Vec<String>,
}

/// One input.
#[derive(Debug, Clone, Default, Serialize)]
pub struct InputFacts {
    /// As the user gave it, `-` for standard input.
    pub path: String,
    /// `csv` or `ndjson`.
    pub format: &'static str,
    /// The preset that was used.
    pub preset: Option<String>,
    /// Bytes read, of the file as it lies there.
    pub bytes: u64,
    /// Rows read.
    pub rows: u64,
    /// Whether it was read to its end.
    pub complete: bool,
}

impl RunFacts {
    /// Whether an earlier run did the same with the same inputs.
    pub fn is_like(&self, past: &PastRun) -> bool {
        let inputs = past.inputs.iter().map(|input| &input.path);
        past.command == self.command
            && (past.dry_run, past.sandbox) == (self.dry_run, self.sandbox)
            && past.status != "running"
            && inputs.eq(self.inputs.iter().map(|input| &input.path))
    }

    /// That inputs were read to their end and had no row, as a job leaves them that has failed;
    /// nothing where that was to be expected.
    pub fn no_rows(&self) -> Option<String> {
        let is_empty =
            |input: &InputFacts| input.complete && input.rows == 0 && input.format != "ledger";
        let mut empty = (0..).zip(&self.inputs).filter(|(_, input)| is_empty(input));
        let (first, _) = empty.next().filter(|_| self.min_rows != Some(0))?;
        let others = match empty.count() {
            0 => " has".to_owned(),
            more => format!(" and {} have", counted(more as u64, "other input")),
        };
        let name = shown(self.input_name(first));
        let read = if self.typed.names_inputs() {
            ""
        } else {
            ", and was read since no INPUT was named"
        };
        Some(format!(
            "{name}{others} no rows{read}; if that is as it should be, pass --min-rows 0"
        ))
    }

    /// Where an app's key came from, or the only key of the run.
    pub fn key_source(&self, app: Option<&App>) -> Option<&str> {
        let mut own = self.app_keys.iter();
        let own = own
            .find(|(of, _)| Some(of) == app)
            .map(|(_, source)| source);
        own.or(self.key_source.as_ref()).map(String::as_str)
    }

    /// The warnings that nobody has accepted.
    pub fn open_warnings(&self) -> impl Iterator<Item = &Warning> {
        let accepted = |warning: &&Warning| self.accepted_warnings.contains(&warning.code);
        self.warnings
            .iter()
            .filter(move |warning| !accepted(warning))
    }

    /// The same, those first that a person must see, and notes last.
    pub fn ranked_warnings(&self) -> Vec<&Warning> {
        let mut open: Vec<_> = self.open_warnings().collect();
        open.sort_by_key(|warning| warning.code.weight());
        open
    }

    /// What is said to the quiet, too: what a person must see, and what the run fails for.
    pub fn pressing_warnings(&self) -> impl Iterator<Item = &Warning> {
        let open = self.open_warnings();
        open.filter(|warning| warning.code.must_be_seen() || self.fails_by(warning))
    }

    /// The warnings that it fails for.
    pub fn failing_warnings(&self) -> impl Iterator<Item = &Warning> {
        self.open_warnings()
            .filter(|warning| self.fails_by(warning))
    }

    fn fails_by(&self, warning: &Warning) -> bool {
        self.fails_on_warnings && !warning.code.is_remark()
    }

    /// Rows that an upload leaves out as too old, or would leave out, though nobody has said so:
    /// it ends with 1.
    pub fn too_old_unasked(&self, stats: &Stats) -> u64 {
        if self.command == "upload" && self.default_max_age {
            stats.too_old()
        } else {
            0
        }
    }

    /// Whether its rows go to a server.
    pub fn sends(&self) -> bool {
        self.command == "upload" && !self.dry_run
    }

    /// The server that was talked to, for messages.
    pub fn server(&self) -> &str {
        match &self.endpoint {
            Some(origin) => origin,
            None if self.sandbox => "the sandbox",
            None => "Tenjin",
        }
    }

    /// The same in two words, where there is no room for an address.
    pub fn server_briefly(&self) -> &str {
        match &self.endpoint {
            Some(_) => "the server",
            None => self.server(),
        }
    }

    /// The name of an input in messages.
    pub fn input_name(&self, index: u32) -> &str {
        match self.inputs.get(index as usize) {
            Some(input) if input.path == "-" => "stdin",
            Some(input) => &input.path,
            None => "?",
        }
    }
}

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

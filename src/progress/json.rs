//! Events for programs: a JSON object a line, and nothing else on standard error.
//!
//! Keys and words are a contract; new ones may come at any time. Times are seconds. `start` comes
//! first and `end` last; a run that cannot begin says `error` alone. Between them, once a second
//! and whenever waiting begins or ends, `progress`; `warning`, `notice` and `error` have a
//! `message`.

use std::io::Write;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::event;
use super::snapshot::{Reason, Snapshot, Waiting, seconds, tenths};
use super::{End, Renderer};
use crate::model::{Outcome, StopReason};
use crate::report::LIST_LIMIT;
use crate::report::run::{RunFacts, Status};
use crate::stats::Rows;

/// Waiting begins and ends at most this often.
const CHANGES: Duration = Duration::from_millis(200);

/// How long events keep apart, unless waiting begins or ends.
const EVENTS: Duration = Duration::from_secs(1);

/// A line.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event<'r> {
    /// The run begins.
    Start {
        run_id: &'r str,
        command: &'r str,
        dry_run: bool,
        sandbox: bool,
        inputs: Vec<&'r str>,
        bytes_total: Option<u64>,
    },
    /// How far it has come.
    Progress {
        elapsed: f64,
        bytes: u64,
        bytes_total: Option<u64>,
        #[serde(serialize_with = "by_outcome")]
        rows: &'r Rows,
        rate: f64,
        waiting: Option<&'r Waiting>,
        left: Option<f64>,
    },
    /// The run is over.
    End {
        elapsed: f64,
        bytes: u64,
        #[serde(serialize_with = "by_outcome")]
        rows: &'r Rows,
        status: Status,
        stop_reason: Option<StopReason>,
        stop_detail: Option<&'r str>,
        report: Option<&'r str>,
    },
}

/// `read`, `pending`, and one count for each outcome.
fn by_outcome<S: Serializer>(rows: &Rows, to: S) -> Result<S::Ok, S::Error> {
    let both = [("read", rows.read), ("pending", rows.pending())];
    let each = Outcome::ALL.map(|outcome| (outcome.name(), rows.count(outcome)));
    to.collect_map(both.into_iter().chain(each))
}

pub(super) struct Json {
    out: Box<dyn Write + Send>,
    last: Option<(Duration, Option<Reason>)>,
    warnings: usize,
}

impl Json {
    pub(super) fn new(out: Box<dyn Write + Send>) -> Self {
        Json {
            out,
            last: None,
            warnings: 0,
        }
    }

    fn tell(&mut self, told: &Event<'_>) {
        let _ = self.out.write_all(event(told).as_bytes());
    }

    /// Those that were not told yet.
    fn warn(&mut self, run: &RunFacts) {
        for warning in run.warnings.iter().skip(self.warnings) {
            self.say(&event(&serde_json::json!({
                "type": "warning",
                "code": warning.code,
                "message": warning.text,
            })));
        }
        self.warnings = run.warnings.len();
    }
}

impl Renderer for Json {
    fn start(&mut self, run: &RunFacts, bytes_total: Option<u64>) {
        let inputs = run.inputs.iter().take(LIST_LIMIT);
        self.tell(&Event::Start {
            run_id: &run.run_id,
            command: run.command,
            dry_run: run.dry_run,
            sandbox: run.sandbox,
            inputs: inputs.map(|input| input.path.as_str()).collect(),
            bytes_total,
        });
        self.warn(run);
    }

    fn show(&mut self, snapshot: &Snapshot) {
        let reason = snapshot.waiting.as_ref().map(|waiting| waiting.reason);
        let due = self.last.is_none_or(|(last, before)| {
            let pause = if before == reason { EVENTS } else { CHANGES };
            snapshot.elapsed >= last + pause
        });
        if !due {
            return;
        }
        self.last = Some((snapshot.elapsed, reason));
        self.tell(&Event::Progress {
            elapsed: seconds(snapshot.elapsed),
            bytes: snapshot.bytes,
            bytes_total: snapshot.bytes_total,
            rows: &snapshot.rows,
            rate: tenths(snapshot.rate),
            waiting: snapshot.waiting.as_ref(),
            left: snapshot.left.map(seconds),
        });
    }

    fn say(&mut self, line: &str) {
        let _ = self.out.write_all(line.as_bytes());
    }

    fn end(&mut self, end: &End<'_>) {
        let run = end.run;
        self.warn(run);
        self.tell(&Event::End {
            elapsed: seconds(run.elapsed),
            bytes: run.inputs.iter().map(|input| input.bytes).sum(),
            rows: end.rows,
            status: run.status,
            stop_reason: run.stop_reason,
            stop_detail: run.stop_detail.as_deref(),
            report: end.report,
        });
        let _ = self.out.flush();
    }
}

//! The one owner of the report and of the terminal: facts in, numbers and files out.
//!
//! Other threads print and write nothing; they hand in facts. A report that can no longer be written
//! stops the run, but everything is counted to the end, so that the summary is true.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use super::facts;
use super::warnings::Watch;
use crate::delivery::claimed::Claimed;
use crate::delivery::facts::Fact;
use crate::delivery::feed::{CheckedChunk, Delivery, Opened, Stop};
use crate::ledger::DistinctRows;
use crate::model::{Clock, Detail, Filter, Moment, Outcome, Rejection, StopReason, shown};
use crate::progress::{Console, Note, Snapshot, Waiting};
use crate::report::ci::Annotations;
use crate::report::files::Files;
use crate::report::files::folder::FolderError;
use crate::report::run::PlanFacts;
use crate::report::run::{RunFacts, Status};
use crate::report::view::View;
use crate::report::warning::{Warning, WarningCode};
use crate::stats::changed::{CHANGED, ChangedRow};
use crate::stats::{ChunkStats, RowIdentity, Settled, Stats};

/// How often `report.json` is replaced while the run goes on.
const EVERY: Duration = Duration::from_secs(10);

/// Owns what people will see.
pub struct Bookkeeper {
    /// Every number.
    pub stats: Stats,
    /// What the report says about the run.
    pub run: RunFacts,
    /// Standard error.
    pub console: Console,
    /// Rejected rows for CI, if they were asked for.
    pub annotations: Option<Annotations>,
    files: Files,
    /// The first thing that could not be written.
    failure: Option<FolderError>,
    /// How much of each input has been read.
    read: Vec<Arc<AtomicU64>>,
    bytes_total: Option<u64>,
    watch: Watch,
    /// The rows that are left out, and those of them that the ledger knows; nothing where they cannot
    /// be kept.
    left_out_rows: Option<[DistinctRows; 2]>,
    input_error: Option<Stop>,
    clock: Clock,
    written: Moment,
    /// Whether it was written since rows were read.
    has_rows: bool,
    looked: Moment,
}

impl Bookkeeper {
    /// Knows the inputs, and has read nothing yet.
    pub fn new(
        run: RunFacts,
        mut files: Files,
        opened: &[Opened],
        mut console: Console,
        clock: Clock,
    ) -> Self {
        let mut stats = Stats::new(run.started_at);
        for input in opened {
            files.input(facts::shape(input));
            stats.unmapped(input.binding.unmapped());
        }
        for input in run.inputs.iter().filter(|input| input.format == "ledger") {
            files.input(facts::remembered(&input.path));
        }
        let bytes_total = opened.iter().map(|input| input.source.size()).sum();
        console.start(&run, bytes_total);
        Bookkeeper {
            stats,
            run,
            console,
            annotations: None,
            files,
            failure: None,
            read: opened.iter().map(|input| input.source.counter()).collect(),
            bytes_total,
            watch: Watch::over(opened),
            left_out_rows: Some(Default::default()),
            input_error: None,
            clock,
            written: Moment::default(),
            has_rows: false,
            looked: Moment::default(),
        }
    }

    /// Takes one fact.
    pub fn take(&mut self, fact: Fact) {
        let now = self.clock.now();
        match fact {
            Fact::Fed(Delivery::Rows(checked)) => self.read(now, &checked),
            Fact::Released(events) => {
                for event in &events {
                    if let Some(input) = self.run.inputs.get_mut(event.place.input as usize) {
                        input.rows += 1;
                    }
                }
                let chunk = ChunkStats::released(&events, self.stats.wall_clock(now));
                self.stats.chunk(now, &chunk);
            }
            Fact::Fed(Delivery::Ended { input, error }) => self.ended(input, error),
            Fact::Request {
                left,
                latency,
                retry,
            } => self.stats.request(left, latency, retry),
            Fact::Settled(settled) => self.settled(now, &settled),
            Fact::NotSent(row) => self.not_sent(now, row),
        }
    }

    fn not_sent(&mut self, now: Moment, row: Claimed) {
        match row {
            Claimed::Send(..) | Claimed::LeftOut(_) => {}
            Claimed::Ended(settled) => self.settled(now, &settled),
            Claimed::OldButKnown(settled) => {
                let identity = &settled.event.identity;
                let row = RowIdentity {
                    content: identity.id.unwrap_or(identity.fingerprint),
                    has_id: identity.id.is_some(),
                };
                let input = settled.event.place.input;
                let counted = self.counts(|[_, known]| known.is_first(input, row));
                self.stats.known_although_old(now, &settled, counted);
                let written = self.files.settled(&settled);
                self.keep(written);
            }
            Claimed::TooOld(event) => {
                let written = self.files.filtered(event.place, &Filter::TooOld.name());
                self.keep(written);
            }
            Claimed::TakenBack(event, what, change) => {
                let id = event.identity.id;
                if id.is_none_or(|id| self.counts(|[left, _]| left.is_first_of(id))) {
                    self.changed(ChangedRow::new(&event, what, &change));
                }
            }
            Claimed::Rejected(event, rejection) => {
                self.rejected(&rejection);
                let settled = Settled {
                    event,
                    outcome: Outcome::Rejected,
                    detail: Detail::default(),
                };
                self.stats.settled(now, &settled);
            }
        }
    }

    fn read(&mut self, now: Moment, checked: &CheckedChunk) {
        if let Some(input) = self.run.inputs.get_mut(checked.input as usize) {
            input.rows += checked.stats.read;
        }
        for rejection in &checked.rejections {
            self.rejected(rejection);
        }
        for (place, filter) in &checked.filtered {
            let written = self.files.filtered(*place, &filter.name());
            self.keep(written);
        }
        self.watch.look(checked.input, &checked.stats);
        self.stats.chunk(now, &checked.stats);
        for row in &checked.stats.left_rows {
            if self.counts(|[left, _]| left.is_first(row.input, row.identity)) {
                let why = row.why.clone();
                self.stats.left_out.add(why, &row.column, row.amount);
            }
        }
    }

    /// Whether a row that is not sent counts: it may have stood in another file. Where that cannot
    /// be told any more, all count.
    fn counts(
        &mut self,
        is_first: impl FnOnce(&mut [DistinctRows; 2]) -> io::Result<bool>,
    ) -> bool {
        let Some(once) = &mut self.left_out_rows else {
            return true;
        };
        is_first(once).unwrap_or_else(|error| {
            self.left_out_rows = None;
            let text = format!(
                "money that is left out may count once for each file from here on: equal rows are \
                 found by a temporary file, which cannot be used ({error}): name a folder with room \
                 in TMPDIR"
            );
            let warning = Warning::new(WarningCode::CountedPerFile, text);
            self.run.warnings.push(warning);
            true
        })
    }

    fn rejected(&mut self, rejection: &Rejection) {
        self.stats.rejected(rejection);
        if let Some(annotations) = &mut self.annotations {
            annotations.add(rejection);
        }
        let written = self.files.rejected(rejection);
        self.keep(written);
    }

    fn settled(&mut self, now: Moment, settled: &Settled) {
        self.stats.settled(now, settled);
        let written = self.files.settled(settled);
        self.keep(written);
        if let Some(change) = &settled.detail.change {
            self.changed(ChangedRow::new(&settled.event, CHANGED, change));
        }
    }

    fn changed(&mut self, row: ChangedRow) {
        let written = self.files.changed(&row);
        self.keep(written);
        self.stats.changed.add(row);
    }

    fn ended(&mut self, input: u32, error: Option<Stop>) {
        if let Some(facts) = self.run.inputs.get_mut(input as usize) {
            facts.complete = error.is_none();
        }
        self.input_error = self.input_error.take().or(error);
    }

    /// Looks after what goes by time: progress, the interim report, pauses.
    pub fn tick(&mut self, rate: f64, waiting: Option<Waiting>) {
        let now = self.clock.now();
        if waiting
            .as_ref()
            .is_some_and(|waiting| waiting.reason.is_hold())
        {
            self.stats.waited(now, now.since(self.looked));
        }
        self.looked = now;
        self.sizes();
        let snapshot = Snapshot {
            elapsed: now.since(Moment::default()),
            bytes: self.run.inputs.iter().map(|input| input.bytes).sum(),
            bytes_total: self.bytes_total,
            limit: self.run.limit,
            rows: self.stats.rows(),
            sends: self.run.sends(),
            rate,
            waiting,
            left: None,
        };
        self.console.show(snapshot);
        if now.since(self.written) >= EVERY {
            self.written = now;
            self.write(None);
        }
    }

    /// Writes the report once as soon as rows were read; whether that is done.
    pub fn write_first(&mut self) -> bool {
        if self.has_rows || self.stats.rows().read == 0 {
            return self.has_rows;
        }
        self.has_rows = true;
        self.write(None);
        true
    }

    /// What there is to say by now.
    pub fn view<'r>(&'r self, plan: Option<&'r PlanFacts>) -> View<'r> {
        View::new(&self.stats, &self.run, plan, self.files.places())
    }

    /// Replaces the documents of the report with what is known by now.
    pub fn write(&mut self, plan: Option<&PlanFacts>) {
        self.run.elapsed = self.clock.now().since(Moment::default());
        let view = View::new(&self.stats, &self.run, plan, self.files.places());
        let written = self.files.write(&view);
        self.keep(written);
    }

    /// The end: the last report.
    pub fn finish(&mut self, plan: Option<&PlanFacts>) {
        self.sizes();
        let has_report = self.files.places().folder.is_some();
        let mut warned = self.watch.warnings(&self.stats, &self.run, has_report);
        let rows = self.stats.rows();
        if rows.valid > 0 && rows.valid == rows.count(Outcome::Duplicate) {
            // All of it went in an earlier run, and nothing of it goes now.
            warned.retain(|warning| !warning.code.is_about_what_goes());
        }
        self.run.warnings.extend(warned);
        let empty = self.run.no_rows();
        let warning = |text| Warning::new(WarningCode::NoRows, text);
        self.run.warnings.extend(empty.map(warning));
        self.run.elapsed = self.clock.now().since(Moment::default());
        self.run.finished_at = Some(Timestamp::now());
        self.run.before = self.files.before(&self.run);
        let view = View::new(&self.stats, &self.run, plan, self.files.places());
        let written = self.files.finish(&view);
        self.keep(written);
        let failure = self.failure.as_ref();
        if let Some((text, reason)) = failure.map(|error| (error.to_string(), error.stop_reason()))
        {
            let note = format!("the report is not complete: {text}");
            self.console.say(&Note::error(note));
            // What is printed is all that is left of the report, and must not say that all is
            // well.
            if self.run.status == Status::Complete {
                self.stopped(Status::Stopped, reason, &text);
            }
        }
        let folder = self.files.places().folder;
        let page = folder.map(|folder| folder.join("report.html"));
        let page = page.as_ref().map(|page| page.to_string_lossy());
        let rows = self.stats.rows();
        self.console.finish(&self.run, &rows, page.as_deref());
    }

    /// What people should know.
    pub fn warn(&mut self, warnings: Vec<Warning>) {
        self.run.warnings.extend(warnings);
    }

    /// The run ends before its input does; the first reason stays.
    pub fn stopped(&mut self, status: Status, reason: StopReason, text: &str) {
        self.run.status = status;
        if self.run.stop_reason.is_none() {
            self.run.stop_reason = Some(reason);
            self.run.stop_detail = Some(shown(text).into());
        }
    }

    /// What an input ended with before its end.
    pub fn input_error(&self) -> Option<&Stop> {
        self.input_error.as_ref()
    }

    /// The first thing that could not be written.
    pub fn failure(&self) -> Option<&FolderError> {
        self.failure.as_ref()
    }

    fn keep(&mut self, written: Result<(), FolderError>) {
        if let Err(error) = written {
            self.failure.get_or_insert(error);
        }
    }

    fn sizes(&mut self) {
        for (facts, read) in self.run.inputs.iter_mut().zip(&self.read) {
            facts.bytes = read.load(Ordering::Relaxed);
        }
    }
}

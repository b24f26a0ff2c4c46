//! What an upload and a dry run do before their first row, in this order.

use std::path::Path;

use super::bookkeeper::Bookkeeper;
use super::signals::Signals;
use super::streams::Streams;
use super::{facts, identity, ledger, read};
use crate::delivery::claims::Claims;
use crate::delivery::feed::Opened;
use crate::ledger::Ledger;
use crate::model::Clock;
use crate::plan::{Reading, Sending, must_identify};
use crate::report::files::Files;
use crate::report::files::folder::Folder;
use crate::report::run::{InputFacts, RunFacts};

/// A run that has not read its first row for good.
pub struct Prepared {
    /// The inputs, each with the mapping that fits its columns.
    pub opened: Vec<Opened>,
    /// What the report says of it so far.
    pub facts: RunFacts,
    signals: Signals,
    clock: Clock,
    samples: Vec<identity::Sample>,
}

/// A run whose report is open.
pub struct Begun {
    /// The inputs.
    pub opened: Vec<Opened>,
    /// The account of the run.
    pub keeper: Bookkeeper,
    /// What may end it.
    pub signals: Signals,
    /// It has begun.
    pub clock: Clock,
}

impl Prepared {
    /// Opens the inputs, and looks whether there are enough rows and something identifies them.
    pub fn new(reading: &Reading<'_>, sending: &Sending<'_>) -> anyhow::Result<Self> {
        let opened = reading.open()?;
        read::enough_rows(reading)?;
        if sending.needs_identity {
            must_identify(&opened)?;
        }
        let samples = identity::samples(reading, sending)?;
        let signals = Signals::listen()?;
        let clock = Clock::new();
        let mut facts = facts::new("upload", reading, &opened);
        facts.dry_run = sending.args.dry_run;
        facts.has_key = sending.has_key;
        facts::sends_to(&mut facts, reading, sending);
        Ok(Prepared {
            opened,
            facts,
            signals,
            clock,
            samples,
        })
    }

    /// Looks whether rows are identified as they were before, as far as can be told beforehand, and
    /// opens the report.
    pub fn begin(
        mut self,
        ledger: &mut Ledger,
        reading: &Reading<'_>,
        sending: &Sending<'_>,
        streams: Streams,
    ) -> anyhow::Result<Begun> {
        if ledger.has_other_identities()? {
            let rehearsal = ledger::rehearse(sending, &self.opened, &self.facts)?;
            let samples = std::mem::take(&mut self.samples);
            identity::check(rehearsal, reading, samples)?;
        }
        if ledger.may_look_sent()? && !sending.args.dry_run {
            let rehearsal = ledger::rehearse(sending, &self.opened, &self.facts)?;
            let claims = Claims::new(rehearsal, &self.opened);
            if let Some(warning) = identity::look_sent(&claims, reading, &self.signals)? {
                streams.complain(&format!("warning: {}", warning.text));
            }
        }
        identity::check_growth(ledger, reading, sending, &self.opened)?;
        let dir = sending.args.report_dir.as_deref();
        let files = files(dir, &self.facts, reading)?;
        self.release(ledger, sending)?;
        streams.explain(&self.facts, &self.opened);
        let console = streams.console();
        let keeper = Bookkeeper::new(self.facts, files, &self.opened, console, self.clock);
        Ok(Begun {
            opened: self.opened,
            keeper,
            signals: self.signals,
            clock: self.clock,
        })
    }

    /// Deals with rows that a run which was killed left in doubt, as this run's policy says; and
    /// for `--from-ledger` takes the released rows, whose inputs follow those of this run.
    fn release(&mut self, ledger: &mut Ledger, sending: &Sending<'_>) -> anyhow::Result<()> {
        let policy = sending.settings.in_doubt;
        ledger.resend_recovered(|kind, platform| policy.resends(kind, platform))?;
        if sending.args.from_ledger {
            let input = |path| InputFacts {
                path,
                format: "ledger",
                ..InputFacts::default()
            };
            let inputs = ledger.released_inputs()?.into_iter();
            self.facts.inputs.extend(inputs.map(input));
        }
        Ok(())
    }
}

/// The files of a report. A run that sends nothing writes one only where it was asked for.
pub fn files(dir: Option<&Path>, run: &RunFacts, reading: &Reading<'_>) -> anyhow::Result<Files> {
    if dir.is_none() && !run.sends() {
        return Ok(Files::none());
    }
    let folder = Folder::open(dir, &run.run_id)?;
    Ok(Files::new(folder, reading.names_all_outcomes())?)
}

//! What an upload and a dry run do before their first row, in this order.

use std::path::Path;

use super::signals::Signals;
use super::{facts, identity, ledger, preconditions};
use crate::cli::InputArgs;
use crate::delivery::feed::Opened;
use crate::ledger::Ledger;
use crate::model::Clock;
use crate::plan::{Reading, Sending};
use crate::report::files::Files;
use crate::report::files::folder::Folder;
use crate::report::run::{InputFacts, RunFacts};

/// A run that has not read its first row for good.
pub struct Prepared {
    /// The inputs, each with the mapping that fits its columns.
    pub opened: Vec<Opened>,
    /// What the report says of it so far.
    pub facts: RunFacts,
    /// From now on a signal ends it in order.
    pub signals: Signals,
    /// It has begun.
    pub clock: Clock,
    samples: Vec<identity::Sample>,
}

impl Prepared {
    /// Opens the inputs, and looks whether there are enough rows and something identifies them.
    pub fn new(input: &InputArgs, reading: &Reading, sending: &Sending) -> anyhow::Result<Self> {
        let opened = reading.open()?;
        preconditions::enough_rows(reading)?;
        sending.bookkeeping.must_identify(&opened)?;
        let samples = identity::samples(reading, &sending.bookkeeping)?;
        let signals = Signals::listen()?;
        let clock = Clock::new();
        let mut facts = facts::new("upload", &input.inputs, reading, &opened);
        facts.dry_run = sending.dry_run;
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

    /// Whether rows are identified as they were before, as far as can be told beforehand.
    pub fn must_identify_as_before(
        &mut self,
        ledger: &mut Ledger,
        reading: &Reading,
        sending: &Sending,
    ) -> anyhow::Result<()> {
        let samples = std::mem::take(&mut self.samples);
        if ledger.has_other_identities()? {
            let rehearsal = ledger::rehearse(sending, &self.opened, &self.facts)?;
            identity::check(rehearsal, reading, samples)?;
        }
        identity::check_growth(ledger, reading, &sending.bookkeeping)
    }

    /// Deals with rows that a run which was killed left in doubt, as this run's policy says; and
    /// for `--from-ledger` takes the released rows, whose inputs follow those of this run.
    pub fn release(&mut self, ledger: &mut Ledger, sending: &Sending) -> anyhow::Result<()> {
        let policy = sending.settings.in_doubt;
        ledger.resend_recovered(|kind, platform| policy.resends(kind, platform))?;
        if sending.from_ledger {
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

/// The files of a report that is written only where one was asked for.
pub fn files(dir: Option<&Path>, facts: &RunFacts, reading: &Reading) -> anyhow::Result<Files> {
    let Some(dir) = dir else {
        return Ok(Files::none());
    };
    let folder = Folder::open(Some(dir), &facts.run_id)?;
    Ok(Files::new(folder, reading.all_outcomes)?)
}

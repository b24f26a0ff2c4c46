//! What an upload and a dry run do before their first row, in this order.

use std::path::Path;
use std::sync::Arc;

use super::signals::Signals;
use super::{facts, identity, ledger, preconditions};
use crate::cli::InputArgs;
use crate::delivery::feed::Opened;
use crate::ledger::Ledger;
use crate::model::{App, Clock};
use crate::plan::{Reading, Sending};
use crate::report::files::Files;
use crate::report::folder::Folder;
use crate::report::run::RunFacts;

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

    /// The app of the first valid row.
    pub fn first_app(&self) -> Option<Arc<App>> {
        let first = self.samples.iter().flatten().next();
        first.map(|row| Arc::clone(&row.app))
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
}

/// The files of a report that is written only where one was asked for.
pub fn files(dir: Option<&Path>, facts: &RunFacts, reading: &Reading) -> anyhow::Result<Files> {
    let Some(dir) = dir else {
        return Ok(Files::none());
    };
    let folder = Folder::open(Some(dir), &facts.run_id)?;
    Ok(Files::new(folder, reading.all_outcomes)?)
}

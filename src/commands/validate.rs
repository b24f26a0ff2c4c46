//! `tenjin-s2s validate`: everything up to the wire, without key, network or ledger.

use std::io::IsTerminal;
use std::time::Duration;

use anyhow::Context;

use super::Talk;
use super::min_rows;
use super::run_facts;
use super::summary;
use crate::cli::ValidateArgs;
use crate::delivery::facts::Fact;
use crate::delivery::feed::{self, Deliveries, Delivery};
use crate::model::{Clock, Exit, Outcome, StopReason};
use crate::plan::Reading;
use crate::progress::Note;
use crate::report::figures::{counted, thousands};
use crate::report::files::Files;
use crate::report::folder::Folder;
use crate::report::run::Status;
use crate::run::bookkeeper::Bookkeeper;
use crate::run::signals::Signals;

/// How long it waits for rows before it looks after other things.
const GLANCE: Duration = Duration::from_millis(100);

pub(super) fn run(args: &ValidateArgs, talk: Talk) -> anyhow::Result<Exit> {
    let reading = Reading::decide(&args.input, false, std::io::stdin().is_terminal())?;
    let opened = reading.open()?;
    min_rows::check(&reading)?;
    let signals = Signals::listen()?;
    let clock = Clock::new();
    let run = run_facts::new("validate", &args.input.inputs, &reading, &opened);
    let files = match &args.report_dir {
        None => Files::none(),
        Some(dir) => Files::new(Folder::open(Some(dir), &run.run_id)?, reading.all_outcomes)?,
    };
    talk.explain(&run, &opened);
    let mut keeper = Bookkeeper::new(run, files, &opened, talk.console(), clock, false);
    let deliveries = feed::start(opened, reading.checking(false)).context("cannot start")?;
    let signal = read_all(&mut keeper, deliveries, &reading, &signals, |_| Vec::new());
    let exit = conclude(&mut keeper, signal);
    keeper.books.send_none();
    Ok(exit.or(summary::print(&mut keeper, None, args.input.output, talk)?))
}

/// Takes every delivery, until the end or a signal; `more` may add facts to each one.
pub(super) fn read_all(
    keeper: &mut Bookkeeper,
    mut deliveries: Deliveries,
    reading: &Reading,
    signals: &Signals,
    mut more: impl FnMut(&mut Delivery) -> Vec<Fact>,
) -> Option<u8> {
    loop {
        match deliveries.wait(GLANCE) {
            Ok(None) => return None,
            Ok(Some(mut delivery)) => {
                let facts = more(&mut delivery);
                keeper.take(match delivery {
                    Delivery::Parcel(parcel) => Fact::Read(parcel),
                    Delivery::Ended { input, error } => Fact::Ended { input, error },
                });
                facts.into_iter().for_each(|fact| keeper.take(fact));
            }
            Err(feed::NotYet) => {}
        }
        keeper.tick(0.0, None);
        if let Some(text) = too_many_rejected(keeper, reading) {
            keeper.stopped(Status::Stopped, StopReason::MaxRejected, &text);
            return None;
        }
        if let Some(signal) = signals.caught() {
            return Some(signal);
        }
    }
}

/// Whether more rows were rejected than `--max-rejected` allows.
pub(super) fn too_many_rejected(keeper: &Bookkeeper, reading: &Reading) -> Option<String> {
    let rows = keeper.books.rows();
    let rejected = rows.count(Outcome::Rejected);
    let most = reading.max_rejected?;
    most.reached(rejected, rows.read).then(|| {
        let read = counted(rows.read, "row");
        format!(
            "{} of {read} were rejected, more than --max-rejected allows",
            thousands(rejected)
        )
    })
}

/// How a run that sends nothing has ended.
pub(super) fn conclude(keeper: &mut Bookkeeper, signal: Option<u8>) -> Exit {
    let mut exit = Exit::Done;
    if keeper.books.rows().count(Outcome::Rejected) > 0 {
        exit = exit.or(Exit::Incomplete);
    }
    match keeper.run.stop_reason {
        Some(reason) => exit = exit.or(reason.into()),
        None => keeper.run.status = Status::Complete,
    }
    if let Some(error) = keeper.input_error() {
        let error = error.to_owned();
        keeper.console.say(&Note::error(&error));
        keeper.stopped(Status::Stopped, StopReason::InputError, &error);
        exit = exit.or(Exit::Usage);
    }
    if let Some(too_few) = min_rows::conclude(keeper) {
        exit = exit.or(too_few);
    }
    if keeper.failure().is_some() {
        exit = exit.or(Exit::Stopped);
    }
    if let Some(signal) = signal {
        keeper.stopped(
            Status::Interrupted,
            StopReason::Interrupted,
            "a signal ended the run",
        );
        exit = exit.or(Exit::Signal(signal));
    }
    exit
}

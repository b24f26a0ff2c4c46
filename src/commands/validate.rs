//! `tenjin-s2s validate`: everything up to the request, without key, network or ledger.

use std::io::IsTerminal;

use crate::cli::{ReportForm, ValidateArgs};
use crate::model::{Clock, Exit};
use crate::plan::Reading;
use crate::report::ci::Annotations;
use crate::run::bookkeeper::Bookkeeper;
use crate::run::ending::not_sent;
use crate::run::prepare::files;
use crate::run::read::{enough_rows, read_alone};
use crate::run::signals::Signals;
use crate::run::streams::Streams;
use crate::run::{ending, facts};

pub(super) fn run(args: &ValidateArgs, streams: Streams) -> anyhow::Result<Exit> {
    let reading = Reading::decide(&args.input, false, std::io::stdin().is_terminal())?;
    let opened = reading.open()?;
    enough_rows(&reading)?;
    let signals = Signals::listen()?;
    let clock = Clock::new();
    let run = facts::new("validate", &reading, &opened);
    let files = files(args.report_dir.as_deref(), &run, &reading)?;
    streams.explain(&run, &opened);
    let mut keeper = Bookkeeper::new(run, files, &opened, streams.console(), clock);
    if matches!(args.output, ReportForm::Github | ReportForm::Junit) {
        keeper.annotations = Some(Annotations::default());
    }
    let signal = read_alone(&mut keeper, opened, &reading, &signals)?;
    let exit = not_sent(&mut keeper, signal);
    keeper.stats.send_none();
    Ok(exit.or(ending::print(&mut keeper, None, args.output, streams)))
}

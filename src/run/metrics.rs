//! `--metrics-file`: whatever becomes of an upload, its metrics say so.

use std::path::PathBuf;

use jiff::Timestamp;

use super::bookkeeper::Bookkeeper;
use crate::model::Exit;
use crate::report::metrics::{Ending, MetricsFile, text};
use crate::report::run::{Places, RunFacts};
use crate::report::view::View;
use crate::stats::Stats;

/// A run that its configuration kept from starting has failed, too: whoever watches the metrics
/// shall see it. Hands the error back.
pub fn not_started(typed: &clap::ArgMatches, error: anyhow::Error) -> anyhow::Error {
    let Some(("upload", sub)) = typed.subcommand() else {
        return error;
    };
    if sub.get_flag("dry_run") {
        return error;
    }
    let Some(path) = sub.get_one::<PathBuf>("metrics_file") else {
        return error;
    };
    let written = MetricsFile::new(path).and_then(|file| write(&file, None, Exit::Usage.code()));
    match written {
        Ok(()) => error,
        Err(second) => error.context(format!("{second:#}")),
    }
}

/// Writes them, with the exit code that the program will have.
pub fn write(file: &MetricsFile, keeper: Option<&Bookkeeper>, exit_code: u8) -> anyhow::Result<()> {
    let ending = Ending {
        exit_code,
        at: Timestamp::now().as_second(),
        last_success: file.last_success(),
    };
    let (stats, run) = (Stats::default(), RunFacts::default());
    let view = match keeper {
        Some(keeper) => keeper.view(None),
        None => View::new(&stats, &run, None, Places::default()),
    };
    file.write(&text(&view, ending))
}

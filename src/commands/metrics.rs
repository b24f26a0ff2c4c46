//! `--metrics-file`: whatever becomes of an upload, its metrics say so.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Talk, upload};
use crate::cli::UploadArgs;
use crate::model::Exit;
use crate::plan::files;
use crate::report::metrics::{Ending, text};
use crate::report::metrics_file::MetricsFile;
use crate::report::run::RunFacts;
use crate::run::bookkeeper::Bookkeeper;
use crate::stats::Stats;

/// Runs an upload and leaves its metrics, also when it fails before its first row. `config` is the
/// file of `--config`.
pub(super) fn upload(args: &UploadArgs, config: Option<&Path>, talk: Talk) -> anyhow::Result<Exit> {
    files::must_differ(args, config)?;
    let path = args.send.metrics_file.as_deref();
    let file = path.map(MetricsFile::new).transpose()?;
    // The bookkeeper outlives the run, so that its numbers are there after an error, too.
    let mut keeper = None;
    let ended = upload::run(args, talk, &mut keeper);
    let Some(file) = file.filter(|_| !args.send.dry_run) else {
        return ended;
    };
    let exit_code = ended
        .as_ref()
        .map_or(Exit::Usage.code(), |exit| exit.code());
    match write(&file, keeper.as_ref(), exit_code) {
        Ok(()) => ended,
        Err(error) => {
            talk.fail(&format!("{error:#}"));
            // Whoever watches the file would go on believing the run before this one.
            ended.map(|exit| exit.or(Exit::Incomplete))
        }
    }
}

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

fn write(file: &MetricsFile, keeper: Option<&Bookkeeper>, exit_code: u8) -> anyhow::Result<()> {
    let ending = Ending {
        exit_code,
        at: Timestamp::now().as_second(),
        last_success: file.last_success(),
    };
    file.write(&match keeper {
        Some(keeper) => text(&keeper.books, &keeper.run, ending),
        None => text(&Stats::default(), &RunFacts::default(), ending),
    })
}

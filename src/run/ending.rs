//! How a run ended: its exit code by every rule about rows, inputs, stops and signals, the last
//! report, and the result on stdout.

use std::path::PathBuf;

use super::bookkeeper::Bookkeeper;
use super::read::input_exit;
use super::streams::Streams;
use crate::cli::ReportForm;
use crate::delivery::flow::Flow;
use crate::delivery::send::Shared;
use crate::model::{Exit, Outcome, StopReason};
use crate::report::ci::Annotations;
use crate::report::layout::Layout;
use crate::report::run::{PlanFacts, Status};
use crate::report::view::View;
use crate::report::{json, text};

/// How a run that sends nothing has ended.
pub fn not_sent(keeper: &mut Bookkeeper, signal: Option<u8>) -> Exit {
    let mut exit = Exit::Done;
    if keeper.stats.rows().count(Outcome::Rejected) > 0 {
        exit = exit.or(Exit::Incomplete);
    }
    match keeper.run.stop_reason {
        Some(reason) => exit = exit.or(reason.exit()),
        None => keeper.run.status = Status::Complete,
    }
    exit = exit.or(input_exit(keeper));
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

/// How an upload has ended.
pub(super) fn sent(keeper: &mut Bookkeeper, shared: &Shared, signal: Option<u8>) -> Exit {
    for (app, reason) in shared.look(Flow::stopped_apps) {
        keeper.stats.stop_app(&app, reason);
    }
    keeper.run.status = Status::Complete;
    let mut exit = rows_exit(keeper);
    exit = exit.or(input_exit(keeper));
    let stopped = shared.look(|flow| match flow.stopped() {
        Some((reason, text)) => Some((reason, text.to_owned())),
        None => flow
            .never_answered()
            .map(|text| (StopReason::Unreachable, text)),
    });
    if let Some((reason, text)) = stopped {
        keeper.stopped(Status::Stopped, reason, &text);
        exit = exit.or(reason.exit());
    }
    if shared.misuse().is_some() {
        exit = exit.or(Exit::Usage);
    }
    if let Some(signal) = signal {
        keeper.run.status = Status::Interrupted;
        exit = exit.or(Exit::Signal(signal));
    }
    exit
}

/// What the outcomes of its rows make of an upload, or would make of it.
pub fn rows_exit(keeper: &Bookkeeper) -> Exit {
    let rows = keeper.stats.rows();
    if rows.attention(true) + keeper.run.too_old_unasked(&keeper.stats) > 0 {
        Exit::Incomplete
    } else {
        Exit::Done
    }
}

/// Writes the report and prints the result. The exit code is that of warnings that fail the run, and
/// of what cannot be written.
pub fn print(
    keeper: &mut Bookkeeper,
    plan: Option<&PlanFacts>,
    form: ReportForm,
    streams: Streams,
) -> Exit {
    keeper.finish(plan);
    if streams.quiet {
        let pressing = keeper.run.pressing_warnings();
        pressing.for_each(|warning| streams.complain(&format!("warning: {}", warning.text)));
    }
    let mut exit = match keeper.run.failing_warnings().next() {
        Some(_) => Exit::Incomplete,
        None => Exit::Done,
    };
    if let Some(error) = keeper.failure() {
        exit = exit.or(error.stop_reason().exit());
    }
    let annotations = keeper.annotations.take().unwrap_or_default();
    let Err(error) = printed(keeper, plan, form, streams, &annotations) else {
        return exit;
    };
    streams.fail(&format!("{error:#}"));
    // Once rows have gone it is no longer exit code 2, which says that nothing was sent.
    exit.or(if keeper.run.sends() {
        Exit::Incomplete
    } else {
        Exit::Usage
    })
}

fn printed(
    keeper: &Bookkeeper,
    plan: Option<&PlanFacts>,
    form: ReportForm,
    streams: Streams,
    annotations: &Annotations,
) -> anyhow::Result<()> {
    let view = keeper.view(plan);
    let is_silent = streams.quiet && !needs_attention(keeper, &view);
    match form {
        ReportForm::Json => streams.result(&json::document(&view))?,
        ReportForm::Github => {
            let workspace = std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from);
            streams.result(&annotations.github(&view, workspace))?;
        }
        ReportForm::Junit => streams.result(&annotations.junit(&view)?)?,
        ReportForm::Text if is_silent => {}
        ReportForm::Text => streams.result(&text::summary(&view, streams.layout()))?,
    }
    if matches!(form, ReportForm::Github | ReportForm::Junit) && !is_silent {
        let layout = Layout {
            brief: streams.quiet,
            ..Layout::default()
        };
        streams.beside(&text::summary(&view, layout));
    }
    Ok(())
}

/// What `--quiet` does not keep quiet about: all that a run ends with 1 for.
fn needs_attention(keeper: &Bookkeeper, view: &View<'_>) -> bool {
    view.attention() > 0
        || keeper.run.status != Status::Complete
        || view.too_old_unasked() > 0
        || keeper.failure().is_some()
}

//! The end of a command that has read rows: the last report, and the result on stdout.

use super::bookkeeper::Bookkeeper;
use super::streams::Streams;
use crate::cli::OutputArg;
use crate::model::Exit;
use crate::report::control;
use crate::report::plan::{self, PlanFacts};
use crate::report::run::Status;
use crate::report::terminal;

/// Writes the report and prints the result. The exit code is that of warnings that fail the run.
pub fn print(
    keeper: &mut Bookkeeper,
    plan: Option<&PlanFacts>,
    output: OutputArg,
    streams: Streams,
) -> anyhow::Result<Exit> {
    let document = keeper.finish(plan);
    if streams.quiet {
        let open = keeper.run.open_warnings();
        let seen = open.filter(|warning| warning.code.must_be_seen());
        seen.for_each(|warning| streams.complain(&format!("warning: {}", warning.text)));
    }
    match output {
        OutputArg::Json => streams.result(&document)?,
        OutputArg::Text if streams.quiet && !needs_attention(keeper) => {}
        OutputArg::Text => {
            let places = keeper.files().places();
            let layout = streams.layout();
            let text = match plan {
                Some(facts) => plan::plan(&keeper.books, &keeper.run, facts, &places, layout),
                None => terminal::summary(&keeper.books, &keeper.run, &places, layout),
            };
            streams.result(&text)?;
        }
    }
    Ok(if keeper.run.fails_by_warnings() {
        Exit::Incomplete
    } else {
        Exit::Done
    })
}

/// What `--quiet` does not keep quiet about.
fn needs_attention(keeper: &Bookkeeper) -> bool {
    let rows = keeper.books.rows();
    rows.attention(keeper.run.sends()) > 0
        || keeper.run.status != Status::Complete
        || control::left_out(&keeper.books, &keeper.run) > 0
        || keeper.failure().is_some()
}

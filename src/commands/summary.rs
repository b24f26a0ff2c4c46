//! The end of a command that has read rows: the last report, and the result on stdout.

use super::Talk;
use crate::bookkeeper::Bookkeeper;
use crate::cli::OutputArg;
use crate::report::plan::PlanFacts;
use crate::report::terminal;

/// Writes the report and prints the result.
pub(super) fn print(
    keeper: &mut Bookkeeper,
    plan: Option<&PlanFacts>,
    output: OutputArg,
    talk: &Talk,
) -> anyhow::Result<()> {
    let document = keeper.finish(plan);
    if let Some(failure) = keeper.failure() {
        talk.complain(&format!("the report is not complete: {failure}"));
    }
    match output {
        OutputArg::Json => talk.result(&document),
        OutputArg::Text if talk.quiet && !terminal::needs_attention(&keeper.books, &keeper.run) => Ok(()),
        OutputArg::Text => {
            let places = keeper.files().places();
            let text = match plan {
                Some(plan) => terminal::plan(&keeper.books, &keeper.run, plan, talk.ink()),
                None => terminal::summary(&keeper.books, &keeper.run, &places, talk.ink()),
            };
            talk.result(&text)
        }
    }
}

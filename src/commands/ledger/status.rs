//! What `tenjin-s2s ledger status` says to people: what is in the ledger, and what to do about rows
//! that are open.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::texts::{PLACES, day, elsewhere, from_ledger};
use crate::ledger::{AppStatus, RunStatus, Status};
use crate::model::shown;
use crate::report::escape;
use crate::report::figures::{counted, size, thousands};
use crate::report::typed::Typed;

pub(super) fn status_text(status: &Status, typed: &Typed) -> String {
    let path = status.path.to_string_lossy();
    let path = escape::harmless(&path);
    let runs = counted(status.runs, "run");
    let mut out = format!(
        "{path} ({}, version {}, {runs})\n",
        size(status.bytes),
        status.version
    );
    for app in &status.apps {
        out += &app_text(app);
    }
    for run in &status.open_runs {
        let _ = writeln!(
            out,
            "  run {} of {}{}: {} in doubt, {} released, {} unsettled",
            shown(&run.run),
            day(run.started_at),
            elsewhere(&run.scope),
            run.in_doubt,
            run.released,
            run.unsettled
        );
    }
    if status.forgotten > 0 {
        let events = counted(status.forgotten, "event");
        let _ = writeln!(
            out,
            "  {events} forgotten with their run: only hashes are left, by which they are recognised"
        );
    }
    if let Some(why) = &status.behind {
        let recover = typed.about_ledger(["recover"]);
        let _ = writeln!(out, "Next: upload refuses this ledger: {why}: {recover}");
    }
    out + &next_steps(&status.open_runs, typed)
}

/// What a person can do about the rows of each run; of many runs about the first.
fn next_steps(runs: &[RunStatus], typed: &Typed) -> String {
    let mut out = String::new();
    if runs.iter().any(|run| run.in_doubt > 0) {
        let list = typed.about_ledger(["list", "--in-doubt"]);
        let _ = writeln!(
            out,
            "Next: look for the rows in doubt on the dashboard: {list}\n\
             then say of each whether it is there: accepted or resend, with `ledger resolve`, in a \
             column `_answer`\nof the file in in_doubt/ of its run's report (--from FILE), or by its \
             place (--row FILE:LINE --as ANSWER)"
        );
    }
    if let Some(drop) = drop_each(runs, typed) {
        let released = runs.iter().filter(|run| run.released > 0);
        let scopes: BTreeSet<&str> = released.map(|run| &*run.scope).collect();
        let sends = scopes.iter().take(PLACES);
        let sends: Vec<_> = sends.map(|scope| from_ledger(scope, typed)).collect();
        let _ = writeln!(
            out,
            "Next: upload the input of the released rows again, or send them as they were read: {}\n\
             or drop them: {drop}",
            sends.join("\n  ")
        );
    }
    if runs.iter().any(|run| run.unsettled > 0) {
        let list = typed.about_ledger(["list"]);
        let _ = writeln!(
            out,
            "Next: unsettled rows are of a run that goes on, or was killed: then the next upload \
             decides about them ({list})"
        );
    }
    out
}

/// The commands that give up the released rows of each run.
fn drop_each(runs: &[RunStatus], typed: &Typed) -> Option<String> {
    let runs: Vec<_> = runs.iter().filter(|run| run.released > 0).collect();
    let resolve =
        |run: &&RunStatus| typed.about_ledger(["resolve", "--run", &run.run, "--as", "dropped"]);
    let mut commands: Vec<_> = runs.iter().take(PLACES).map(resolve).collect();
    let more = runs.len().saturating_sub(PLACES) as u64;
    if more > 0 {
        commands.push(format!("and the same for {}", counted(more, "more run")));
    }
    (!commands.is_empty()).then(|| commands.join("\n  "))
}

fn app_text(app: &AppStatus) -> String {
    let span = match (app.first_time, app.last_time) {
        (Some(first), Some(last)) => format!(", {} to {}", day(first), day(last)),
        _ => String::new(),
    };
    let horizon = app.horizon.map_or(String::new(), |time| {
        format!("; forgotten before {}", day(time))
    });
    format!(
        "  {} {} ({}): {} accepted{span}{horizon}\n",
        shown(&app.scope),
        shown(&app.bundle_id),
        app.platform,
        thousands(app.accepted)
    )
}

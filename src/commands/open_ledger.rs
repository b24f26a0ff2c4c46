//! Opening the ledger for a run, and saying what there is to say about it.

use jiff::Timestamp;

use super::Talk;
use crate::exit::Exit;
use crate::identity::RECIPE;
use crate::ledger::{Ledger, LedgerError, OpenOptions, Opened, Recovery, RunInfo};
use crate::plan::Bookkeeping;
use crate::report::figures::{counted, span};
use crate::report::run::RunFacts;
use crate::row::shown;

/// Opens the ledger; creating one is always said, since an empty one remembers nothing.
pub(super) fn open(
    bookkeeping: &Bookkeeping,
    scope: &str,
    run: &mut RunFacts,
    talk: Talk,
) -> Result<Ledger, LedgerError> {
    let info = info(bookkeeping, run);
    let Some(path) = &bookkeeping.path else {
        return Ledger::throw_away(scope, &info);
    };
    let options = OpenOptions {
        require_existing: bookkeeping.require,
        wait_lock: bookkeeping.wait_lock,
    };
    let opened = patiently(options, talk, |options| {
        Ledger::open(path, scope, &info, options).map_err(|error| error.at(path))
    })?;
    run.ledger = true;
    if opened.created {
        let path = shown(&path.to_string_lossy());
        talk.complain(&format!(
            "created a new ledger, which knows of nothing sent before: {path}"
        ));
    }
    if let Some(recovery) = opened.recovered {
        let text = recovered(&recovery);
        talk.complain(&text);
        run.warnings.push(text);
    }
    Ok(opened.ledger)
}

/// Tries at once, and says what it waits for if it has to.
fn patiently(
    options: OpenOptions,
    talk: Talk,
    open: impl Fn(OpenOptions) -> Result<Opened, LedgerError>,
) -> Result<Opened, LedgerError> {
    let at_once = OpenOptions {
        wait_lock: None,
        ..options
    };
    match (open(at_once), options.wait_lock) {
        (Err(LedgerError::Locked { holder, .. }), Some(wait)) => {
            let wait = span(wait);
            talk.say(&format!(
                "waiting up to {wait}: the ledger is in use by {holder}"
            ));
            open(options)
        }
        (opened, _) => opened,
    }
}

/// Looks into the ledger for a run that sends nothing.
pub(super) fn peek(
    bookkeeping: &Bookkeeping,
    scope: &str,
    run: &RunFacts,
) -> Result<Ledger, LedgerError> {
    let info = info(bookkeeping, run);
    match &bookkeeping.path {
        None => Ledger::throw_away(scope, &info),
        Some(path) => Ledger::peek(path, scope, &info).map_err(|error| error.at(path)),
    }
}

/// What a ledger that cannot be opened means.
pub(super) fn exit(error: &LedgerError) -> Exit {
    match error {
        LedgerError::Locked { .. } => Exit::Locked,
        LedgerError::Full => Exit::Stopped,
        _ => Exit::Usage,
    }
}

fn info(bookkeeping: &Bookkeeping, run: &RunFacts) -> RunInfo {
    let name = |path: &String| {
        if path == "-" {
            "stdin".into()
        } else {
            path.clone()
        }
    };
    RunInfo {
        id: run.run_id.clone(),
        inputs: run.inputs.iter().map(|input| name(&input.path)).collect(),
        started_at: Timestamp::now().as_microsecond(),
        host: host(),
        pid: std::process::id(),
        recipe: u32::from(RECIPE),
        input_name: bookkeeping.input_name.clone(),
    }
}

fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = name.or_else(|| std::env::var("HOSTNAME").ok());
    name.map(|name| shown(name.trim()).into())
        .unwrap_or_default()
}

/// What became of a run that did not end as it should have, in a sentence.
pub(super) fn recovered(recovery: &Recovery) -> String {
    let inputs: Vec<_> = recovery
        .inputs
        .iter()
        .take(3)
        .map(|input| shown(input).into_string())
        .collect();
    let more = if recovery.inputs.len() > inputs.len() {
        ", …"
    } else {
        ""
    };
    let since = Timestamp::from_microsecond(recovery.started_at).unwrap_or_default();
    let end = match &recovery.failure {
        Some(why) => format!("stopped ({})", shown(why)),
        None if recovery.rebooted => "was killed with the machine".into(),
        None => "was killed".into(),
    };
    format!(
        "run {} of {} ({}{more}) {end}: {} accepted at the end, {} in doubt, {} not sent",
        shown(&recovery.run),
        since.strftime("%Y-%m-%d %H:%M UTC"),
        inputs.join(", "),
        counted(recovery.accepted, "row"),
        recovery.in_doubt,
        recovery.released
    )
}

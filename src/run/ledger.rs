//! Opening the ledger for a run, and saying what there is to say about it.

use std::io::Read;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;

use super::streams::Streams;
use super::warnings::ledger::first_names;
use crate::delivery::feed::Opened;
use crate::input::Header;
use crate::ledger::{
    self, InputInfo, Ledger, LedgerError, OpenOptions, Recovery, RunInfo, Witness,
};
use crate::model::shown;
use crate::plan::Sending;
use crate::report::figures::{counted, span};
use crate::report::files::folder::DEFAULT_PARENT;
use crate::report::run::{InputFacts, RunFacts};
use crate::report::warning::{Warning, WarningCode};
use crate::validate::identity::RECIPE;

/// Opens the ledger; creating one is always said, since an empty one remembers nothing.
pub fn open(
    sending: &Sending<'_>,
    opened: &[Opened],
    run: &mut RunFacts,
    streams: Streams,
) -> Result<Ledger, LedgerError> {
    let scope = sending.scope();
    let info = info(sending, run, opened);
    let Some(path) = &sending.ledger else {
        return Ledger::throw_away(scope, &info);
    };
    let options = options(sending);
    let opened = open_or_wait(&options, streams, |options| {
        Ledger::open(path, scope, &info, options).map_err(|error| error.at(path))
    })?;
    run.has_ledger = true;
    run.witness = Some(opened.ledger.witness());
    if opened.created {
        let path = shown(&path.to_string_lossy());
        streams.complain(&format!(
            "created a new ledger, which knows of nothing sent before: {path}"
        ));
    }
    Ok(after_recovery(opened, run, streams))
}

/// Says what became of a run that was killed.
fn after_recovery(opened: ledger::Opened, run: &mut RunFacts, streams: Streams) -> Ledger {
    if let Some(recovery) = opened.recovered {
        let text = recovered(&recovery);
        streams.complain(&text);
        let warning = Warning::new(WarningCode::RunRecovered, text);
        run.warnings.push(warning);
    }
    opened.ledger
}

/// A ledger for a run that sends nothing: it knows what the real one will know once it is opened,
/// and so says what that will say.
pub fn open_to_rehearse(
    sending: &Sending<'_>,
    opened: &[Opened],
    run: &mut RunFacts,
    streams: Streams,
) -> Result<Ledger, LedgerError> {
    let rehearsal = rehearsal(sending, opened, run)?;
    Ok(after_recovery(rehearsal, run, streams))
}

fn options(sending: &Sending<'_>) -> OpenOptions {
    let args = sending.args;
    let reports = args.report_dir.as_deref();
    OpenOptions {
        require_existing: args.require_ledger,
        wait_lock: args.wait_lock,
        allow_remote: args.allow_remote_ledger,
        witnesses: witnesses(reports.unwrap_or(Path::new(DEFAULT_PARENT))),
        ..OpenOptions::default()
    }
}

/// How many of the newest reports are looked at.
const REPORTS: usize = 200;
/// How many of those that know of a ledger are asked: plans and checks know of none.
const WITNESSES: usize = 8;
/// No report of ours is longer.
const LONGEST: u64 = 64 << 20;

/// What the newest reports in this folder say of the ledger. One that cannot be read says nothing:
/// it may be of another program.
fn witnesses(dir: &Path) -> Vec<Witness> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path()).collect();
    folders.push(dir.to_owned());
    // Their names begin with the time.
    folders.sort_unstable_by(|a, b| b.cmp(a));
    let reports = folders.into_iter().map(|folder| folder.join("report.json"));
    reports
        .filter(|path| path.is_file())
        .take(REPORTS)
        .filter_map(witness)
        .take(WITNESSES)
        .collect()
}

fn witness(report: PathBuf) -> Option<Witness> {
    #[derive(Deserialize)]
    struct Report {
        ledger: Witness,
    }
    let mut text = String::new();
    let file = std::fs::File::open(&report).ok()?;
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    let said = serde_json::from_str::<Report>(&text).ok()?.ledger;
    Some(Witness { report, ..said })
}

/// Tries at once, and says what it waits for if it has to.
fn open_or_wait(
    options: &OpenOptions,
    streams: Streams,
    open: impl Fn(&OpenOptions) -> Result<ledger::Opened, LedgerError>,
) -> Result<ledger::Opened, LedgerError> {
    let at_once = OpenOptions {
        wait_lock: None,
        ..options.clone()
    };
    match (open(&at_once), options.wait_lock) {
        (Err(LedgerError::Locked { holder, .. }), Some(wait)) => {
            let wait = span(wait);
            streams.say(&format!(
                "waiting up to {wait}: the ledger is in use by {holder}"
            ));
            open(options)
        }
        (opened, _) => opened,
    }
}

/// The same, without saying what became of a run that was killed.
pub fn rehearse(
    sending: &Sending<'_>,
    opened: &[Opened],
    run: &RunFacts,
) -> Result<Ledger, LedgerError> {
    Ok(rehearsal(sending, opened, run)?.ledger)
}

fn rehearsal(
    sending: &Sending<'_>,
    opened: &[Opened],
    run: &RunFacts,
) -> Result<ledger::Opened, LedgerError> {
    let (info, options) = (info(sending, run, opened), options(sending));
    let path = sending.ledger.as_deref();
    let rehearsal = Ledger::rehearse(path, sending.scope(), &info, &options);
    rehearsal.map_err(|error| match path {
        Some(path) => error.at(path),
        None => error,
    })
}

fn info(sending: &Sending<'_>, run: &RunFacts, opened: &[Opened]) -> RunInfo {
    let input = |(at, input): (usize, &InputFacts)| InputInfo {
        name: match input.path.as_str() {
            "-" => "stdin".into(),
            path => path.to_owned(),
        },
        ..opened.get(at).map(identified).unwrap_or_default()
    };
    RunInfo {
        id: run.run_id.clone(),
        inputs: run.inputs.iter().enumerate().map(input).collect(),
        started_at: Timestamp::now().as_microsecond(),
        host: host(),
        pid: std::process::id(),
        input_name: sending.args.input_name.clone(),
        new_identity: sending.args.new_identity,
        skip_alike: sending.args.skip_alike,
        needs_identity: sending.needs_identity,
    }
}

/// From where an input is, and how its rows are identified.
fn identified(input: &Opened) -> InputInfo {
    let columns = |header: &Header| {
        let mut names: Vec<&str> = header.names().iter().map(String::as_str).collect();
        names.sort_unstable();
        names.join(",")
    };
    let header = input
        .source
        .header()
        .map_or_else(|| "ndjson".into(), columns);
    let mut identity = input.binding.identity();
    identity.insert("recipe".into(), RECIPE.to_string());
    InputInfo {
        name: String::new(),
        signature: input.binding.preset().map_or(header, str::to_owned),
        identity,
    }
}

fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = name.or_else(|| std::env::var("HOSTNAME").ok());
    name.map(|name| shown(name.trim()).into())
        .unwrap_or_default()
}

/// What became of a run that did not end as it should have, in a sentence.
pub fn recovered(recovery: &Recovery) -> String {
    let since = Timestamp::from_microsecond(recovery.started_at).unwrap_or_default();
    let end = match &recovery.failure {
        Some(why) => format!("stopped ({})", shown(why)),
        None if recovery.rebooted => "was ended by a stop of the machine".into(),
        None => "was killed".into(),
    };
    format!(
        "run {} of {} ({}) {end}: of what it was sending, {} accepted, {} in doubt, {} not sent",
        shown(&recovery.run),
        since.strftime("%Y-%m-%d %H:%M UTC"),
        first_names(&recovery.inputs),
        counted(recovery.accepted, "row"),
        recovery.in_doubt,
        recovery.released
    )
}

//! `tenjin-s2s ledger …`: what is remembered, and what a person decides about it.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;

use super::{Talk, open_ledger};
use crate::cli::{LedgerArgs, LedgerCommand, OutputArg, ResolutionArg};
use crate::exit::Exit;
use crate::ledger::{
    self, Books, Forget, Forgotten, LedgerError, Listed, Resolution, Selection, Status, Which,
};
use crate::report::escape;
use crate::report::figures::{counted, size, thousands};
use crate::row::shown;

pub(super) fn run(args: &LedgerArgs, talk: Talk) -> anyhow::Result<Exit> {
    let path = path(args)?;
    let wait = args.wait_lock.unwrap_or_default();
    match act(&args.command, &path, wait, talk) {
        Ok(()) => Ok(Exit::Done),
        Err(error) => match error.downcast_ref::<LedgerError>() {
            Some(known) => {
                talk.fail(&known.to_string());
                Ok(open_ledger::exit(known))
            }
            None => Err(error),
        },
    }
}

fn path(args: &LedgerArgs) -> anyhow::Result<PathBuf> {
    args.ledger.clone().or_else(ledger::default_path).context(
        "no place for the ledger: set HOME or XDG_STATE_HOME, or name a file with --ledger",
    )
}

fn act(command: &LedgerCommand, path: &Path, wait: Duration, talk: Talk) -> anyhow::Result<()> {
    match command {
        LedgerCommand::Status { answer } => {
            let status = look(path)?.status()?;
            talk.result(&match answer.output {
                OutputArg::Json => {
                    escape::json(&serde_json::to_string_pretty(&status)?).into_owned() + "\n"
                }
                OutputArg::Text => status_text(&status),
            })
        }
        LedgerCommand::List {
            in_doubt,
            run,
            output,
        } => {
            let which = Which {
                in_doubt: *in_doubt,
                run: run.clone(),
            };
            list(&look(path)?, &which, *output)
        }
        LedgerCommand::Resolve {
            run,
            resolution,
            answer,
        } => {
            let how = match resolution {
                ResolutionArg::Accepted => Resolution::Accepted,
                ResolutionArg::Resend => Resolution::Resend,
            };
            let selected = [(Selection::Run(run.clone()), how)];
            let rows = beside(path, wait, talk)?.resolve(&selected)?;
            talk.result(&match answer.output {
                OutputArg::Text => resolved(rows, how),
                OutputArg::Json => resolved_json(run, how, rows),
            })
        }
        LedgerCommand::Forget {
            run,
            older_than,
            answer,
        } => {
            let what = match (run, older_than) {
                (Some(run), _) => Forget::Run(run.clone()),
                (None, age) => Forget::Before(before(age.unwrap_or_default())?),
            };
            let forgotten = open(path, wait, talk)?.forget(&what)?;
            talk.result(&match answer.output {
                OutputArg::Text => forgotten_text(&forgotten),
                OutputArg::Json => serde_json::to_string_pretty(&forgotten)? + "\n",
            })
        }
        LedgerCommand::Export => write(|out| look(path)?.export(out)),
    }
}

/// Opens to look.
fn look(path: &Path) -> Result<Books, LedgerError> {
    Books::read(path).map_err(|error| error.at(path))
}

/// Opens to decide, also while an upload goes on.
fn beside(path: &Path, wait: Duration, talk: Talk) -> Result<Books, LedgerError> {
    let books = Books::write_beside(path, wait).map_err(|error| error.at(path))?;
    Ok(said(books, talk))
}

/// Opens to decide; a run that was killed is dealt with first, and said.
fn open(path: &Path, wait: Duration, talk: Talk) -> Result<Books, LedgerError> {
    let books = Books::write(path, wait).map_err(|error| error.at(path))?;
    Ok(said(books, talk))
}

fn said(books: Books, talk: Talk) -> Books {
    if let Some(recovery) = &books.recovered {
        talk.complain(&open_ledger::recovered(recovery));
    }
    books
}

fn before(age: Duration) -> anyhow::Result<i64> {
    let then = Timestamp::now()
        .checked_sub(age)
        .context("--older-than: too long ago")?;
    Ok(then.as_microsecond())
}

/// Writes a stream of lines; a reader that has gone is no error.
fn write(lines: impl FnOnce(&mut dyn Write) -> Result<(), LedgerError>) -> anyhow::Result<()> {
    let mut out = Harmless {
        line: Vec::new(),
        out: BufWriter::new(io::stdout().lock()),
    };
    let written = lines(&mut out).and_then(|()| Ok(out.flush()?));
    match written {
        Err(LedgerError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Writes whole lines, and what could drive a terminal as JSON escapes it.
struct Harmless<W> {
    line: Vec<u8>,
    out: W,
}

impl<W: Write> Write for Harmless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                let line = String::from_utf8_lossy(&self.line);
                self.out.write_all(escape::json(&line).as_bytes())?;
                self.line.clear();
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn list(books: &Books, which: &Which, output: OutputArg) -> anyhow::Result<()> {
    write(|out| {
        let count = match output {
            OutputArg::Json => books.list(which, out)?,
            OutputArg::Text => books.each(which, |row| Ok(writeln!(out, "{}", row_text(&row))?))?,
        };
        if count == 0 && output == OutputArg::Text {
            writeln!(out, "nothing is open")?;
        }
        Ok(())
    })
}

fn row_text(row: &Listed) -> String {
    let time = row
        .event_time
        .map_or(String::new(), |time| format!(", {}", day(time)));
    format!(
        "{} {}:{} {} of {} ({}){time} [run {}]",
        row.state,
        shown(&row.file),
        row.line,
        row.kind,
        shown(&row.bundle_id),
        row.platform,
        shown(&row.run)
    )
}

fn status_text(status: &Status) -> String {
    let path = status.path.to_string_lossy();
    let path = escape::harmless(&path);
    let runs = counted(status.runs, "run");
    let mut out = format!(
        "{path} ({}, version {}, {runs})\n",
        size(status.bytes),
        status.version
    );
    for app in &status.apps {
        let span = match (app.first_time, app.last_time) {
            (Some(first), Some(last)) => format!(", {} to {}", day(first), day(last)),
            _ => String::new(),
        };
        let horizon = app.horizon.map_or(String::new(), |time| {
            format!("; forgotten before {}", day(time))
        });
        let _ = writeln!(
            out,
            "  {} {} ({}): {} accepted{span}{horizon}",
            shown(&app.scope),
            shown(&app.bundle_id),
            app.platform,
            thousands(app.accepted)
        );
    }
    for run in &status.open_runs {
        let _ = writeln!(
            out,
            "  run {} of {}: {} in doubt, {} released, {} unsettled",
            shown(&run.run),
            day(run.started_at),
            run.in_doubt,
            run.released,
            run.unsettled
        );
    }
    if let Some(run) = status.open_runs.iter().find(|run| run.in_doubt > 0) {
        let id = shown(&run.run);
        let _ = writeln!(
            out,
            "Next: look for the rows in doubt on the dashboard (tenjin-s2s ledger list --in-doubt),\n\
             then: tenjin-s2s ledger resolve --run {id} --as accepted   (or: --as resend)"
        );
    }
    out
}

fn resolved(rows: u64, how: Resolution) -> String {
    let rows = counted(rows, "row");
    match how {
        Resolution::Accepted => format!("{rows} now counted as accepted; never sent again\n"),
        Resolution::Resend => format!(
            "{rows} released; send with: tenjin-s2s upload --from-ledger, or upload the input again\n"
        ),
    }
}

fn resolved_json(run: &str, how: Resolution, rows: u64) -> String {
    let how = match how {
        Resolution::Accepted => "accepted",
        Resolution::Resend => "resend",
    };
    let value = serde_json::json!({ "run": run, "as": how, "rows": rows });
    escape::json(&format!("{value:#}")).into_owned() + "\n"
}

fn forgotten_text(forgotten: &Forgotten) -> String {
    let mut out = format!("{} forgotten\n", counted(forgotten.events, "event"));
    for horizon in &forgotten.horizons {
        let _ = writeln!(
            out,
            "  {} ({}): rows dated before {} will be filtered as forgotten_period",
            shown(&horizon.bundle_id),
            horizon.platform,
            day(horizon.before)
        );
    }
    if forgotten.undated > 0 {
        let _ = writeln!(
            out,
            "  {} had no event_time: nothing keeps them from being sent again",
            counted(forgotten.undated, "event")
        );
    }
    out
}

fn day(micros: i64) -> String {
    let time = Timestamp::from_microsecond(micros).unwrap_or_default();
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

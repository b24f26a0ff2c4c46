//! `tenjin-s2s ledger …`: what is remembered, and what a person decides about it.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use serde_json::json;

use crate::cli::{LedgerArgs, LedgerCommand, OutputArg};
use crate::ledger::{self, Books, Forget, LedgerError, Wanted, Which};
use crate::model::{Exit, shown};
use crate::report::escape;
use crate::report::figures::size;
use crate::report::typed::Typed;
use crate::run;
use crate::run::streams::Streams;

mod answers;
mod texts;

use texts::{forgotten_text, found_text, resolved, resolved_json, row_text, status_text};

pub(super) fn run(args: &LedgerArgs, streams: Streams) -> anyhow::Result<Exit> {
    let path = path(args.ledger.as_deref())?;
    let wait = args.wait_lock.unwrap_or_default();
    let typed = Typed::now("ledger", &[]);
    match act(&args.command, (&path, wait), streams, &typed) {
        Ok(()) => Ok(Exit::Done),
        Err(error) => match error.downcast_ref::<LedgerError>() {
            Some(known) => {
                streams.fail(&said_of(known, &typed));
                Ok(run::ledger::exit(known))
            }
            None => Err(error),
        },
    }
}

/// The error, and where it helps the command to see what there is.
fn said_of(error: &LedgerError, typed: &Typed) -> String {
    match error {
        LedgerError::NotInDoubt(_) => {
            let list = typed.about_ledger(["list", "--in-doubt"]);
            format!("{error}; see: {list}")
        }
        _ => error.to_string(),
    }
}

/// The ledger that is meant.
pub(super) fn path(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    let named = named.map(Path::to_path_buf);
    named.or_else(ledger::default_path).context(
        "no place for the ledger: set HOME or XDG_STATE_HOME, or name a file with --ledger",
    )
}

fn act(
    command: &LedgerCommand,
    (path, wait): (&Path, Duration),
    streams: Streams,
    typed: &Typed,
) -> anyhow::Result<()> {
    match command {
        LedgerCommand::Status { answer } => {
            let status = look(path)?.status()?;
            streams.result(&match answer.output {
                OutputArg::Json => as_json(&status)?,
                OutputArg::Text => status_text(&status, typed),
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
        LedgerCommand::Find {
            event_id,
            row,
            user,
            answer,
        } => {
            let wanted = match (event_id, row, user) {
                (Some(id), ..) => Wanted::EventId(id.clone()),
                (_, Some(row), _) => Wanted::Place(row.file.clone(), row.line),
                (.., user) => Wanted::User(user.clone().unwrap_or_default()),
            };
            let found = look(path)?.find(&wanted)?;
            streams.result(&match answer.output {
                OutputArg::Text => found_text(&found),
                OutputArg::Json => as_json(&found)?,
            })
        }
        LedgerCommand::Resolve {
            run,
            row,
            from,
            resolution,
            answer,
        } => {
            let answers = match from {
                Some(file) => answers::read(file)?,
                None => answers::typed(run.as_deref(), row, resolution.as_ref()),
            };
            let rows = beside(path, wait, streams)?.resolve(&answers)?;
            streams.result(&match answer.output {
                OutputArg::Text => resolved(&answers, rows, typed),
                OutputArg::Json => resolved_json(run.as_deref(), &answers, rows),
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
            let forgotten = open(path, wait, streams)?.forget(&what)?;
            streams.result(&match answer.output {
                OutputArg::Text => forgotten_text(&forgotten),
                OutputArg::Json => as_json(&forgotten)?,
            })
        }
        LedgerCommand::Export => write(|out| look(path)?.export(out)),
        LedgerCommand::Check { answer } => {
            let bytes = check(path)?;
            let text = format!("every page and index is whole ({})\n", size(bytes));
            said_as(
                answer.output,
                streams,
                &text,
                &json!({ "ok": true, "bytes": bytes }),
            )
        }
        LedgerCommand::Recover { answer } => {
            let books = Books::recover(path, wait).map_err(|error| error.at(path))?;
            said(books, streams);
            let text = "the ledger can be used again: money that it does not know, dated up to now, \
                        will be held in doubt\n";
            said_as(answer.output, streams, text, &json!({ "recovered": true }))
        }
        LedgerCommand::Backup { to, answer } => {
            look(path)?.backup(to)?;
            let copy = escape::argument(&to.to_string_lossy());
            let text = format!(
                "copied to {copy}; before an upload with the copy: tenjin-s2s ledger recover \
                 --ledger {copy}\n"
            );
            let value = json!({ "copy": to.to_string_lossy() });
            said_as(answer.output, streams, &text, &value)
        }
    }
}

/// Answers as text or as JSON.
fn said_as(
    output: OutputArg,
    streams: Streams,
    text: &str,
    value: &serde_json::Value,
) -> anyhow::Result<()> {
    streams.result(&match output {
        OutputArg::Text => text.to_owned(),
        OutputArg::Json => as_json(value)?,
    })
}

/// Reads all of it; says how large it is.
fn check(path: &Path) -> anyhow::Result<u64> {
    let books = look(path)?;
    if let Some(why) = books.check()?.first() {
        let (path, why) = (path.to_path_buf(), shown(why).into());
        return Err(LedgerError::Corrupt { path, why }.into());
    }
    Ok(books.status()?.bytes)
}

/// Opens to look.
fn look(path: &Path) -> Result<Books, LedgerError> {
    Books::read(path).map_err(|error| error.at(path))
}

/// Opens to decide, also while an upload goes on.
fn beside(path: &Path, wait: Duration, streams: Streams) -> Result<Books, LedgerError> {
    let books = Books::write_beside(path, wait).map_err(|error| error.at(path))?;
    Ok(said(books, streams))
}

/// Opens to decide; a run that was killed is dealt with first, and said.
fn open(path: &Path, wait: Duration, streams: Streams) -> Result<Books, LedgerError> {
    let books = Books::write(path, wait).map_err(|error| error.at(path))?;
    Ok(said(books, streams))
}

fn said(books: Books, streams: Streams) -> Books {
    if let Some(recovery) = &books.recovered {
        streams.complain(&run::ledger::recovered(recovery));
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

fn as_json(value: &impl serde::Serialize) -> anyhow::Result<String> {
    Ok(escape::json(&serde_json::to_string_pretty(value)?).into_owned() + "\n")
}

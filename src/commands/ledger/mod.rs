//! `tenjin-s2s ledger …`: what is remembered, and what a person decides about it.

mod answers;
mod status;
mod texts;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use crate::cli::{
    AnswerArgs, FindArgs, ForgetArgs, LedgerArgs, LedgerCommand, ListArgs, OutputArg, ResolveArgs,
};
use crate::ledger::{self, Books, Forget, LedgerError, Unknown, Wanted, Which};
use crate::model::{Exit, shown, text};
use crate::report::escape;
use crate::report::figures::size;
use crate::report::typed::Typed;
use crate::run;
use crate::run::streams::Streams;

use status::status_text;
use texts::{
    forgotten_text, found_text, none_found, other_places, resolved, resolved_json, row_text,
};

pub(super) fn run(args: &LedgerArgs, streams: Streams) -> anyhow::Result<Exit> {
    let path = path(args.ledger.as_deref())?;
    let typed = Typed::now("ledger", &[]);
    let ledger = Ledger {
        path: &path,
        wait: args.wait_lock.unwrap_or_default(),
        streams,
        typed: &typed,
    };
    let done = ledger.act(&args.command);
    done.map_err(|error| with_command(error, &typed))
}

/// The ledger that is meant.
pub(super) fn path(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    let named = named.map(Path::to_path_buf);
    named.or_else(ledger::default_path).context(
        "no place for the ledger: set HOME or XDG_STATE_HOME, or name a file with --ledger",
    )
}

/// The error, and where it helps the command to see what there is.
fn with_command(error: anyhow::Error, typed: &Typed) -> anyhow::Error {
    let list = match error.downcast_ref() {
        Some(LedgerError::NotInDoubt(_)) => typed.about_ledger(["list", "--in-doubt"]),
        Some(LedgerError::NothingToDecide(_)) => typed.about_ledger(["list"]),
        _ => return error,
    };
    anyhow::anyhow!("{error}; see: {list}")
}

/// The ledger that was named, and whom to answer.
struct Ledger<'a> {
    path: &'a Path,
    wait: Duration,
    streams: Streams,
    typed: &'a Typed,
}

impl Ledger<'_> {
    fn act(&self, command: &LedgerCommand) -> anyhow::Result<Exit> {
        let done = match command {
            LedgerCommand::Status { answer } => {
                let status = self.look()?.status()?;
                self.answer(answer, &status, || status_text(&status, self.typed))
            }
            LedgerCommand::List(args) => self.list(args),
            LedgerCommand::Find(args) => return self.find(args),
            LedgerCommand::Resolve(args) => self.resolve(args),
            LedgerCommand::Forget(args) => self.forget(args),
            LedgerCommand::Export => write(|out| self.look()?.export(out)),
            LedgerCommand::Check { answer } => {
                let bytes = self.check()?;
                let text = || format!("every page and index is whole ({})\n", size(bytes));
                self.answer(answer, &json!({ "ok": true, "bytes": bytes }), text)
            }
            LedgerCommand::Recover { answer } => self.recover(answer),
            LedgerCommand::Backup { to, answer } => self.backup(to, answer),
        };
        done.map(|()| Exit::Done)
    }

    fn list(&self, args: &ListArgs) -> anyhow::Result<()> {
        let which = Which {
            in_doubt: args.in_doubt,
            run: args.run.clone(),
        };
        let books = self.look()?;
        write(|out| {
            let count = match args.answer.output {
                OutputArg::Json => books.list(&which, out)?,
                OutputArg::Text => {
                    books.each(&which, |row| Ok(writeln!(out, "{}", row_text(&row))?))?
                }
            };
            if count == 0 && args.answer.output == OutputArg::Text {
                writeln!(out, "nothing is open")?;
            }
            Ok(())
        })
    }

    /// Ends as grep does: 1 if there is no such row.
    fn find(&self, args: &FindArgs) -> anyhow::Result<Exit> {
        let wanted = match (&args.event_id, &args.row, &args.user) {
            (Some(id), ..) => Wanted::EventId(id.clone()),
            (_, Some((file, line)), _) => Wanted::Place(file.clone(), *line),
            (.., user) => Wanted::User(user.clone().unwrap_or_default()),
        };
        let books = self.look()?;
        let found = books.find(&wanted)?;
        if !found.is_empty() {
            self.answer(&args.answer, &found, || found_text(&found))?;
            return Ok(Exit::Done);
        }
        // That none was sent is said only if the ledger knows all of them.
        let unknown = books.unknown()?;
        let mut none = none_found(unknown);
        if let Wanted::Place(file, line) = &wanted {
            none += &other_places(&books.names_like(file)?, *line);
        }
        if args.answer.output == OutputArg::Json && unknown != Unknown::default() {
            self.streams.say(none.trim_end());
        }
        self.answer(&args.answer, &found, || none)?;
        Ok(Exit::Incomplete)
    }

    fn resolve(&self, args: &ResolveArgs) -> anyhow::Result<()> {
        let run = args.run.as_deref();
        let answers = match &args.from {
            Some(file) => answers::read(file)?,
            None => answers::typed(run, &args.row, args.resolution.as_ref()),
        };
        let done = self.beside()?.resolve(&answers)?;
        let value = resolved_json(run, &answers, &done);
        self.answer(&args.answer, &value, || {
            resolved(&answers, &done, self.typed)
        })
    }

    fn forget(&self, args: &ForgetArgs) -> anyhow::Result<()> {
        let what = match (&args.run, args.older_than) {
            (Some(run), _) => Forget::Run(run.clone()),
            (None, age) => Forget::Before(before(age.unwrap_or_default())?),
        };
        let forgotten = self.open()?.forget(&what)?;
        self.answer(&args.answer, &forgotten, || forgotten_text(&forgotten))
    }

    fn recover(&self, answer: &AnswerArgs) -> anyhow::Result<()> {
        let books = Books::recover(self.path, self.wait);
        let books = self.said(books.map_err(|error| error.at(self.path))?);
        if books.created {
            let path = books.path().to_string_lossy();
            self.streams
                .complain(&format!("created a new ledger: {}", shown(&path)));
        }
        let text = "the ledger can be used again: money that it does not know, dated up to now, \
                    will be held in doubt\n";
        self.answer(answer, &json!({ "recovered": true }), || text.to_owned())
    }

    fn backup(&self, to: &Path, answer: &AnswerArgs) -> anyhow::Result<()> {
        self.look()?.backup(to)?;
        let copy = text::argument(&to.to_string_lossy());
        let text = || {
            format!(
                "copied to {copy}; before an upload with the copy: tenjin-s2s ledger recover \
                 --ledger {copy}\n"
            )
        };
        self.answer(answer, &json!({ "copy": to.to_string_lossy() }), text)
    }

    /// Reads all of it; says how large it is.
    fn check(&self) -> anyhow::Result<u64> {
        let books = self.look()?;
        if let Some(why) = books.check()?.first() {
            let (path, why) = (self.path.to_path_buf(), shown(why).into());
            return Err(LedgerError::Corrupt { path, why }.into());
        }
        Ok(books.status()?.bytes)
    }

    /// Opens to look.
    fn look(&self) -> Result<Books, LedgerError> {
        Books::read(self.path).map_err(|error| error.at(self.path))
    }

    /// Opens to decide, also while an upload goes on.
    fn beside(&self) -> Result<Books, LedgerError> {
        let books = Books::write_beside(self.path, self.wait);
        Ok(self.said(books.map_err(|error| error.at(self.path))?))
    }

    /// Opens to decide; a run that was killed is dealt with first, and said.
    fn open(&self) -> Result<Books, LedgerError> {
        let books = Books::write(self.path, self.wait);
        Ok(self.said(books.map_err(|error| error.at(self.path))?))
    }

    fn said(&self, books: Books) -> Books {
        if let Some(recovery) = &books.recovered {
            self.streams.complain(&run::ledger::recovered(recovery));
        }
        books
    }

    /// Answers as text or as JSON.
    fn answer(
        &self,
        form: &AnswerArgs,
        value: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        self.streams.result(&match form.output {
            OutputArg::Text => text(),
            OutputArg::Json => {
                escape::json(&serde_json::to_string_pretty(value)?).into_owned() + "\n"
            }
        })
    }
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

/// Writes whole lines of JSON, with characters that drive a terminal escaped.
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

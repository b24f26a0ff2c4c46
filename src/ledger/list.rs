//! `ledger list` and `ledger export`: one JSON object a line.

use std::io::Write;

use rusqlite::Row;
use serde::Serialize;

use super::books::Books;
use super::error::LedgerError;
use super::index::{Index, Remembered};
use super::origin::{Earlier, Origins};
use super::pack::Key;
use crate::kind::Kind;

/// A row that is not settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// `unsettled`, `in_doubt` or `released`.
    pub state: &'static str,
    /// The run it was claimed by.
    pub run: String,
    /// Its input.
    pub file: String,
    /// Its line there.
    pub line: u64,
    /// Which request it is.
    pub kind: Kind,
    /// `com.example.game`
    pub bundle_id: String,
    /// Its platform.
    pub platform: String,
    /// Its time, µs since 1970 UTC.
    pub event_time: Option<i64>,
    /// The request's body.
    pub request: String,
    /// The record as it stood in the input; what is not UTF-8 is replaced.
    pub text: String,
}

/// Which rows to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Which {
    /// Only those in doubt.
    pub in_doubt: bool,
    /// Only those of this run.
    pub run: Option<String>,
}

#[derive(Serialize)]
struct Key16<'a> {
    remembered: &'a str,
    key: String,
    run: &'a str,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
}

impl Books {
    /// Tells each unsettled row, by run, file and line.
    pub fn each(
        &self,
        which: &Which,
        mut tell: impl FnMut(Listed) -> Result<(), LedgerError>,
    ) -> Result<u64, LedgerError> {
        let run = which
            .run
            .as_deref()
            .map(|name| self.run(name))
            .transpose()?;
        let mut read = self.connection.prepare(
            "SELECT state, run.name, input.name, line, kind, bundle_id, platform, time, body, text
             FROM pending JOIN run ON run.id = pending.run JOIN input ON input.id = pending.input
             JOIN app ON app.id = pending.app
             WHERE (?1 IS NULL OR pending.run = ?1) AND (NOT ?2 OR state = 1)
             ORDER BY pending.run, pending.input, line, pending.id",
        )?;
        let mut rows = read.query((run, which.in_doubt))?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            tell(listed(row)?)?;
            count += 1;
        }
        Ok(count)
    }

    /// `ledger list`: writes them as NDJSON; says how many.
    pub fn list(&self, which: &Which, out: &mut dyn Write) -> Result<u64, LedgerError> {
        self.each(which, |row| line(out, &row))
    }

    /// `ledger export`: what each run had accepted by app, then every unsettled row, then every
    /// remembered key.
    pub fn export(&self, out: &mut dyn Write) -> Result<(), LedgerError> {
        for app in self.status()?.apps {
            line(out, &app)?;
        }
        self.each(&Which::default(), |row| line(out, &row))?;
        let index = Index::open(&self.connection)?;
        let mut origins = Origins::new(-1);
        let mut tell = |key: Key, kept: Remembered| {
            let (what, number, at) = match kept {
                Remembered::Content(mark) => ("content", mark.origin, 0),
                Remembered::Id(known) => ("id", known.origin, known.line),
            };
            let origin = origins.origin(&self.connection, number)?;
            let Earlier {
                run,
                file,
                line: at,
                ..
            } = origin.line(at.into());
            let key = format!("{:032x}", u128::from_be_bytes(key));
            line(
                out,
                &Key16 {
                    remembered: what,
                    key,
                    run: &run,
                    file: &file,
                    line: at,
                },
            )
        };
        index.each_waiting(&mut tell)?;
        index.each(&self.connection, tell)
    }
}

fn line(out: &mut dyn Write, value: &impl Serialize) -> Result<(), LedgerError> {
    serde_json::to_writer(&mut *out, value).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    Ok(Listed {
        state: match row.get(0)? {
            0 => "unsettled",
            1 => "in_doubt",
            _ => "released",
        },
        run: row.get(1)?,
        file: row.get(2)?,
        line: row.get::<_, i64>(3)?.cast_unsigned(),
        kind: super::pending::kind_of(row, 4)?,
        bundle_id: row.get(5)?,
        platform: row.get(6)?,
        event_time: row.get(7)?,
        request: row.get(8)?,
        text: String::from_utf8_lossy(row.get_ref(9)?.as_blob()?).into_owned(),
    })
}

//! `ledger list`, `ledger find` and `ledger export`: rows as people and programs read them.

use std::io::Write;
use std::path::{Component, Path, PathBuf};

use rusqlite::{Row, params};
use serde::Serialize;

use super::books::Books;
use super::error::LedgerError;
use super::file_map::Key;
use super::memory::app_of;
use super::row::{cut, word};
use super::store;
use crate::model::{App, Kind};
use crate::validate::identity::{self, Recipe};

/// How many rows are read at once: few, so that a run that goes on is not held up.
const PAGE: i64 = 1_000;

/// A row that is not settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// `unsettled`, `in_doubt` or `released`.
    pub state: &'static str,
    /// Why it is in doubt, as far as is known.
    pub why: Option<String>,
    /// The run it was claimed by.
    pub run: String,
    /// The name of the endpoint it was sent to, or is to be.
    pub scope: String,
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
    /// The event's name, or the product.
    pub name: String,
    /// Its time, µs since 1970 UTC.
    pub event_time: Option<i64>,
    /// What it is worth, exactly.
    pub amount: Option<String>,
    /// In this currency.
    pub currency: Option<String>,
    /// The request's body.
    pub request: String,
    /// The record as it stood in the input; what is not UTF-8 is replaced.
    pub text: String,
}

impl Listed {
    /// A parameter of the request: what a person looks the row up by.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.request.as_bytes());
        let found = pairs.find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.into_owned())
    }
}

/// Which rows to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Which {
    /// Only those in doubt.
    pub in_doubt: bool,
    /// Only those of this run.
    pub run: Option<String>,
}

/// What a row is looked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Its `event_id`.
    EventId(String),
    /// Its place.
    Place(String, u64),
    /// Its `customer_user_id`.
    User(String),
}

/// A row that was sent, or may have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundRow {
    /// `accepted`, `unsettled`, `in_doubt`, `released` or `forgotten`.
    pub state: &'static str,
    /// The run.
    pub run: String,
    /// The name of the endpoint it was sent to.
    pub scope: String,
    /// Its input.
    pub file: String,
    /// Its line there; none if it was forgotten.
    pub line: Option<u64>,
    /// Which request it is.
    pub kind: String,
    /// `com.example.game`
    pub bundle_id: String,
    /// Its platform.
    pub platform: String,
    /// The event's name, or the product.
    pub name: String,
    /// Its time, µs since 1970 UTC.
    pub event_time: Option<i64>,
    /// When it was accepted.
    pub accepted_at: Option<i64>,
    /// What was sent.
    pub amount: Option<String>,
    /// In this currency.
    pub currency: Option<String>,
}

pub(super) const FOUND: &str = "run.name, input.name, t.line, kind.name, bundle_id, platform, name.text, \
    t.event_time, t.amount, t.currency, app.scope";
pub(super) const JOINED: &str = "CROSS JOIN run ON run.id = t.run CROSS JOIN input ON input.id = t.input \
    CROSS JOIN app ON app.id = t.app CROSS JOIN kind ON kind.id = t.kind \
    CROSS JOIN name ON name.id = t.name";

impl Books {
    /// Tells each unsettled row, by run, file and line.
    pub fn each(
        &self,
        which: &Which,
        mut tell: impl FnMut(Listed) -> Result<(), LedgerError>,
    ) -> Result<u64, LedgerError> {
        let run = which.run.as_deref().map(|name| self.run(name));
        let run = run.transpose()?;
        let sql = format!(
            "SELECT {FOUND}, state, body, record, why FROM unsettled t {JOINED}
             WHERE (?1 IS NULL OR t.run = ?1) AND (NOT ?2 OR state = 'in_doubt')
             ORDER BY t.run, t.input, line, t.id"
        );
        let mut read = self.connection.prepare(&sql)?;
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

    /// `ledger find`: rows that were accepted, then those that are not settled.
    pub fn find(&self, wanted: &Wanted) -> Result<Vec<FoundRow>, LedgerError> {
        match wanted {
            Wanted::EventId(id) => {
                let mut found = Vec::new();
                for (app, key) in self.keys_of(id)? {
                    let which = "t.id_hash = ?1 AND t.app = ?2";
                    found.extend(self.rows(which, params![key, app])?);
                    found.extend(self.forgotten(app, &key)?);
                }
                Ok(found)
            }
            Wanted::Place(file, line) => {
                let mut found = Vec::new();
                for name in self.names_of(file)? {
                    let which = "t.line = ?2 AND t.input IN (SELECT id FROM input WHERE name = ?1)";
                    found.extend(self.rows(which, params![name, line.cast_signed()])?);
                }
                Ok(found)
            }
            Wanted::User(user) => {
                let hash = identity::person("customer_user_id", user);
                self.rows("t.user = ?1", params![hash])
            }
        }
    }

    /// The recorded names that mean this file: this very name, else those of which one ends with the
    /// other, since a path may be written from any folder.
    fn names_of(&self, file: &str) -> Result<Vec<String>, LedgerError> {
        let names = self.input_names()?;
        if names.iter().any(|name| name == file) {
            return Ok(vec![file.to_owned()]);
        }
        let is_end = |name: &String| ends_with(name, file) || ends_with(file, name);
        Ok(names.into_iter().filter(is_end).collect())
    }

    /// The recorded names of files that are called like this one, in whatever folder.
    pub fn names_like(&self, file: &str) -> Result<Vec<String>, LedgerError> {
        let name = Path::new(file).file_name();
        let mut names = self.input_names()?;
        names.retain(|known| known != file && Path::new(known).file_name() == name);
        Ok(names)
    }

    fn input_names(&self) -> Result<Vec<String>, LedgerError> {
        let sql = "SELECT DISTINCT name FROM input ORDER BY name";
        store::all(&self.connection, sql, [], |row| row.get(0))
    }

    /// What an id may be remembered by: in each app, of each kind, in each source that had ids.
    fn keys_of(&self, id: &str) -> Result<Vec<(i64, Key)>, LedgerError> {
        let sql = "SELECT DISTINCT ifnull(identity ->> 'id_source', '') FROM input";
        let sources: Vec<String> = store::all(&self.connection, sql, [], |row| row.get(0))?;
        let mut read = self
            .connection
            .prepare("SELECT id, bundle_id, platform FROM app")?;
        let apps = read.query_map([], |row| Ok((row.get(0)?, app_of(row, 1)?)))?;
        let mut keys = Vec::new();
        let mut recipe = Recipe::default();
        for app in apps {
            let (number, app): (i64, App) = app?;
            for kind in Kind::ALL {
                let of = |source: &String| identity::of_id(source, kind, &app, id, &mut recipe);
                let hashes: Vec<_> = sources.iter().map(of).collect();
                keys.extend(hashes.iter().map(|hash| (number, cut(&hash.0))));
            }
        }
        Ok(keys)
    }

    /// What was forgotten with its run, or left out: all that is known is where it came from.
    fn forgotten(&self, app: i64, id: &Key) -> Result<Vec<FoundRow>, LedgerError> {
        let sql = "SELECT run.name, input.name, NULL, kind.name, bundle_id, platform, '', NULL,
                       NULL, NULL, app.scope, iif(alike IS NULL, 'forgotten', 'looks_sent'), NULL
                   FROM forgotten t JOIN input ON input.id = t.input JOIN run ON run.id = input.run
                   JOIN app ON app.id = t.app JOIN kind ON kind.id = t.kind
                   WHERE t.app = ?1 AND id_hash = ?2";
        store::all(&self.connection, sql, params![app, id], found)
    }

    fn rows(
        &self,
        which: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<FoundRow>, LedgerError> {
        let mut all = Vec::new();
        for (table, columns) in [
            ("accepted", "'accepted', t.accepted_at"),
            ("unsettled", "t.state, NULL"),
        ] {
            let sql = format!(
                "SELECT {FOUND}, {columns} FROM {table} t {JOINED} WHERE {which} ORDER BY t.id"
            );
            let mut read = self.connection.prepare(&sql)?;
            let rows = read.query_map(values, found)?;
            all.extend(rows.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(all)
    }

    /// `ledger export`: what each app had accepted, then every unsettled row, then every accepted
    /// event.
    pub fn export(&self, out: &mut dyn Write) -> Result<(), LedgerError> {
        for app in self.status()?.apps {
            line(out, &app)?;
        }
        self.each(&Which::default(), |row| line(out, &row))?;
        let sql = format!(
            "SELECT {FOUND}, 'accepted', t.accepted_at, t.id FROM accepted t {JOINED}
             WHERE t.id > ?1 ORDER BY t.id LIMIT {PAGE}"
        );
        let mut read = self.connection.prepare(&sql)?;
        let mut last = 0;
        loop {
            let page = read.query_map([last], |row| Ok((row.get(13)?, found(row)?)))?;
            let page: Vec<(i64, FoundRow)> = page.collect::<Result<_, _>>()?;
            let Some((end, _)) = page.last() else {
                return Ok(());
            };
            last = *end;
            for (_, row) in &page {
                line(out, row)?;
            }
        }
    }
}

/// Whether a path ends with another one that is no absolute one.
fn ends_with(path: &str, end: &str) -> bool {
    let parts = |path| {
        Path::new(path)
            .components()
            .filter(|part| *part != Component::CurDir)
    };
    let (path, end): (PathBuf, PathBuf) = (parts(path).collect(), parts(end).collect());
    end.file_name().is_some() && path.ends_with(end)
}

fn line(out: &mut dyn Write, value: &impl Serialize) -> Result<(), LedgerError> {
    serde_json::to_writer(&mut *out, value).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

fn state(word: &str) -> Option<&'static str> {
    const STATES: [&str; 5] = [
        "accepted",
        "in_doubt",
        "released",
        "forgotten",
        "looks_sent",
    ];
    match word {
        // It may be on its way right now.
        "claimed" => Some("unsettled"),
        word => STATES.into_iter().find(|state| *state == word),
    }
}

pub(super) fn found(row: &Row<'_>) -> rusqlite::Result<FoundRow> {
    Ok(FoundRow {
        state: word(row, 11, state)?,
        run: row.get(0)?,
        scope: row.get(10)?,
        file: row.get(1)?,
        line: row.get::<_, Option<i64>>(2)?.map(i64::cast_unsigned),
        kind: row.get(3)?,
        bundle_id: row.get(4)?,
        platform: row.get(5)?,
        name: row.get(6)?,
        event_time: row.get(7)?,
        accepted_at: row.get(12)?,
        amount: row.get(8)?,
        currency: row.get(9)?,
    })
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    Ok(Listed {
        state: word(row, 11, state)?,
        run: row.get(0)?,
        scope: row.get(10)?,
        file: row.get(1)?,
        line: row.get::<_, i64>(2)?.cast_unsigned(),
        kind: word(row, 3, |name| name.parse().ok())?,
        bundle_id: row.get(4)?,
        platform: row.get(5)?,
        name: row.get(6)?,
        event_time: row.get(7)?,
        amount: row.get(8)?,
        currency: row.get(9)?,
        request: row.get(12)?,
        why: row.get(14)?,
        text: String::from_utf8_lossy(row.get_ref(13)?.as_blob()?).into_owned(),
    })
}

//! Where remembered events came from: run, input, app and day, in one small number.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::error::LedgerError;
use crate::kind::App;

/// How many origins are kept at hand.
const AT_HAND: usize = 4096;
const MICROS_A_DAY: i64 = 86_400_000_000;

/// Where a row stood, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The run's id.
    pub run: Arc<str>,
    /// The input's name.
    pub file: Arc<str>,
    /// The line, where it is known.
    pub line: Option<u64>,
    /// Whether it was this very run.
    pub this_run: bool,
}

/// A remembered origin.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) run: Arc<str>,
    pub(super) file: Arc<str>,
    /// The version of the recipe of its fingerprints.
    pub(super) recipe: u32,
    pub(super) this_run: bool,
}

impl Origin {
    /// A line of it, 0 for one that is not known.
    pub(super) fn line(&self, line: u64) -> Earlier {
        Earlier {
            run: Arc::clone(&self.run),
            file: Arc::clone(&self.file),
            line: (line > 0).then_some(line),
            this_run: self.this_run,
        }
    }
}

/// The tables `origin` and `app`, with what was asked for lately at hand.
#[derive(Debug)]
pub(super) struct Origins {
    run: i64,
    numbers: HashMap<(i64, i64, i64), u32>,
    sources: HashMap<u32, Origin>,
    apps: HashMap<Arc<App>, i64>,
}

impl Origins {
    /// For this run.
    pub(super) fn new(run: i64) -> Self {
        Origins {
            run,
            numbers: HashMap::new(),
            sources: HashMap::new(),
            apps: HashMap::new(),
        }
    }

    /// The number of an app.
    pub(super) fn app(
        &mut self,
        connection: &Connection,
        app: &Arc<App>,
    ) -> Result<i64, LedgerError> {
        if let Some(&number) = self.apps.get(app) {
            return Ok(number);
        }
        let names = (&app.bundle_id, app.platform.name());
        connection.execute(
            "INSERT OR IGNORE INTO app (bundle_id, platform) VALUES (?1, ?2)",
            names,
        )?;
        let sql = "SELECT id FROM app WHERE bundle_id = ?1 AND platform = ?2";
        let number = connection.query_row(sql, names, |row| row.get(0))?;
        make_room(&mut self.apps);
        self.apps.insert(Arc::clone(app), number);
        Ok(number)
    }

    /// The number of an origin.
    pub(super) fn number(
        &mut self,
        connection: &Connection,
        input: i64,
        app: i64,
        time: Option<i64>,
    ) -> Result<u32, LedgerError> {
        let day = time.map_or(-1, |time| time.div_euclid(MICROS_A_DAY).max(0));
        if let Some(&number) = self.numbers.get(&(input, app, day)) {
            return Ok(number);
        }
        let key = params![input, app, day];
        let sql = "SELECT id FROM origin WHERE input = ?1 AND app = ?2 AND day = ?3";
        let found = connection
            .prepare_cached(sql)?
            .query_row(key, |row| row.get(0))
            .optional()?;
        let number = if let Some(number) = found {
            number
        } else {
            let sql = "INSERT INTO origin (input, app, day) VALUES (?1, ?2, ?3) RETURNING id";
            connection
                .prepare_cached(sql)?
                .query_row(key, |row| row.get(0))?
        };
        make_room(&mut self.numbers);
        self.numbers.insert((input, app, day), number);
        Ok(number)
    }

    /// The origin behind a number.
    pub(super) fn origin(
        &mut self,
        connection: &Connection,
        number: u32,
    ) -> Result<Origin, LedgerError> {
        if let Some(origin) = self.sources.get(&number) {
            return Ok(origin.clone());
        }
        let sql = "SELECT run.name, input.name, run.recipe, run.id FROM origin
                   JOIN input ON input.id = origin.input JOIN run ON run.id = input.run
                   WHERE origin.id = ?1";
        let origin = connection.prepare_cached(sql)?.query_row([number], |row| {
            Ok(Origin {
                run: row.get(0)?,
                file: row.get(1)?,
                recipe: row.get(2)?,
                this_run: row.get::<_, i64>(3)? == self.run,
            })
        })?;
        make_room(&mut self.sources);
        self.sources.insert(number, origin.clone());
        Ok(origin)
    }
}

/// What is at hand is bounded, whatever the inputs hold.
fn make_room<K, V>(map: &mut HashMap<K, V>) {
    if map.len() >= AT_HAND {
        map.clear();
    }
}

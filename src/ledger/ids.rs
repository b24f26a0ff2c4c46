//! Ids that occur twice where no ledger is asked: `validate` says of them what a dry run says.

use std::io;
use std::sync::Arc;

use super::decision::{Decision, Recognised};
use super::file_map::FileMap;
use super::row::{self, Keys, Known, cut, second};
use super::seen::{Input, Seen, SeenRow, ThisRun};
use crate::model::{Event, Fingerprint, UserIds};
use crate::stats::{IdSeen, RowIdentity};

/// The rows of a run by their ids.
#[derive(Debug)]
pub struct Ids {
    run: ThisRun,
    seen: Seen,
}

/// The row that had an id first.
#[derive(Debug)]
pub struct First(Known);

impl Ids {
    /// Of inputs with these names; none seen yet.
    pub fn of(names: impl Iterator<Item = Arc<str>>) -> Self {
        let input = |(id, name)| Input {
            id,
            name,
            identity: Arc::default(),
        };
        let run = ThisRun {
            id: 0,
            name: "".into(),
            inputs: (0..).zip(names).map(input).collect(),
        };
        Ids {
            run,
            seen: Seen::default(),
        }
    }

    /// The next rows that will be looked for.
    pub fn fetch(&self, rows: &[IdSeen]) {
        let with_ids = rows.iter().filter(|row| row.identity.has_id);
        self.seen.fetch(with_ids.map(Self::keys));
    }

    fn keys(row: &IdSeen) -> Keys {
        Keys {
            id: Some(cut(&row.identity.content.0)),
            content: None,
            second: second(row.time),
            ordinal: 0,
        }
    }

    /// The row of this run that has this row's id.
    pub fn find(&self, row: &IdSeen) -> io::Result<Option<First>> {
        let id = cut(&row.identity.content.0);
        let found = self.seen.by_id(&self.run, &id, &row.label)?;
        Ok(found.map(First))
    }

    /// Whether a row without an id repeats one of its input: the ledger's rule.
    pub fn repeats(&mut self, input: u32, row: &IdSeen) -> io::Result<bool> {
        let content = cut(&row.identity.content.0);
        Ok(self.seen.ordinal(&content, input)? > 0)
    }

    /// Adds a row with an id that is not there yet.
    pub fn add(&mut self, input: u32, row: &IdSeen) -> io::Result<()> {
        let seen = SeenRow {
            input,
            home: i64::from(input),
            file: "",
            line: row.line,
            time: row.time,
            name: &row.label,
            revenue: row.revenue,
            people: UserIds::default(),
        };
        self.seen.add(&Self::keys(row), &seen)
    }

    /// What is said of a row whose id another one had first: the ledger's rule.
    pub fn answer(&self, event: Arc<Event>, First(known): First) -> Decision {
        let in_this_input = known.input == i64::from(event.place.input);
        let earlier = known.earlier(self.run.id, row::changes(&event, &known));
        if row::is_same(&event, &known, in_this_input, false) {
            Decision::Duplicate(event, Recognised::Id, earlier)
        } else {
            Decision::IdConflict(event, earlier)
        }
    }
}

/// Rows that are not sent, each counted once, in however many files it stands. Takes no memory
/// before the first.
#[derive(Debug, Default)]
pub struct DistinctRows {
    seen: Seen,
    known: FileMap,
}

impl DistinctRows {
    /// Whether it is the first: by its id, else the first of its number among the equal rows of its
    /// input.
    pub fn is_first(&mut self, input: u32, row: RowIdentity) -> io::Result<bool> {
        let mut key = cut(&row.content.0);
        if !row.has_id {
            let number = self.seen.ordinal(&key, input)?.to_le_bytes();
            key.iter_mut()
                .zip(number)
                .for_each(|(key, number)| *key ^= number);
        }
        let is_first = self.known.get(&key)?.is_none();
        if is_first {
            self.known.insert(&key, &[])?;
        }
        Ok(is_first)
    }

    /// The same of a row by its id alone.
    pub fn is_first_of(&mut self, id: Fingerprint) -> io::Result<bool> {
        let identity = RowIdentity {
            content: id,
            has_id: true,
        };
        self.is_first(0, identity)
    }
}

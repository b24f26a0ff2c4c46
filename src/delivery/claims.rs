//! Before sending: what the ledger says to each row of a batch.
//!
//! One thread claims; every connection writes its steps without waiting for it.

use std::sync::{Arc, Mutex};

use super::claimed::Columns;
use super::claimed::{
    Claimed, change, duplicate, ended, id_conflict, missing_identity, other_identity, place,
    rejected,
};
use super::facts::lock;
use super::feed::{Candidate, Opened};
use super::ids::{self, Forgotten, Resemblances};
use crate::ledger::{self, Journal, Ledger, LedgerError, Total, Witness};
use crate::model::{Code, Detail, ENDED_FIRST, Event, Filter, Outcome, shown};
use crate::report::figures::counted;
use crate::report::view::HELD;
use crate::report::warning::{Warning, WarningCode};
use crate::schema::Key;
use crate::stats::changed::REFUNDED;

/// From this many rows on, too many conflicts say that the ids are no ids.
const CONFLICTS_FROM: u64 = 1_000;

/// At most one in this many rows may be in conflict.
const CONFLICTS_PART: u64 = 100;

/// Why money is in doubt that a recovered ledger does not know.
const MAYBE_LOST: &str = "may have been sent before the ledger was recovered";

/// Why a claim could not be made or kept.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The disk is full, or the ledger cannot be written.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
    /// Too many rows share an event id.
    #[error(
        "column {column} does not identify rows: {conflicts} of {rows} rows have the id of another event; map another column as event_id, or none"
    )]
    NoIdentity {
        /// The column that `event_id` was taken from.
        column: Box<str>,
        /// Rows with the id of another event.
        conflicts: u64,
        /// Rows asked for.
        rows: u64,
    },
    /// Rows that nothing recognises, of a source that was identified otherwise before.
    #[error("{0}")]
    OtherIdentity(String),
}

/// The ledger, as delivery uses it.
#[derive(Debug)]
pub struct Claims {
    inner: Mutex<Inner>,
    /// Writes what becomes of claimed rows, for every connection.
    pub(super) journal: Journal,
}

#[derive(Debug)]
struct Inner {
    ledger: Option<Ledger>,
    /// By input.
    columns: Vec<Columns>,
    rows: u64,
    conflicts: u64,
    /// The input of the last conflict.
    in_conflict: u32,
    unremembered: u64,
    repeats: Total,
    resemblances: Resemblances,
    /// Money that looks sent, identified otherwise.
    alike: Total,
    /// What to say of rows that were identified otherwise before, if there are any.
    other_identity: Option<String>,
    /// Whether the log of the database has grown beyond all measure.
    log_was_large: bool,
    forgotten: Forgotten,
}

impl Claims {
    /// Over an open ledger, for rows of these inputs.
    pub fn new(ledger: Ledger, inputs: &[Opened]) -> Self {
        let journal = ledger.journal();
        let inner = Inner {
            ledger: Some(ledger),
            columns: inputs.iter().map(Columns::of).collect(),
            rows: 0,
            conflicts: 0,
            in_conflict: 0,
            unremembered: 0,
            repeats: Total::default(),
            resemblances: Resemblances::default(),
            alike: Total::default(),
            other_identity: None,
            log_was_large: false,
            forgotten: Forgotten::default(),
        };
        Claims {
            inner: Mutex::new(inner),
            journal,
        }
    }

    /// Decides for each row of a batch, in input order; what may be sent is claimed durably.
    pub fn claim(&self, batch: Vec<Candidate>) -> Result<Vec<Claimed>, ClaimError> {
        let mut inner = lock(&self.inner);
        let inner = &mut *inner;
        inner.rows += batch.len() as u64;
        let meant: Vec<_> = batch.iter().map(|row| row.meant).collect();
        let rows = batch.into_iter().map(|row| (row.event, row.meant.intent()));
        let Some(ledger) = &mut inner.ledger else {
            return Err(LedgerError::Broken.into());
        };
        let answers = ledger.decide(rows.collect())?;
        for revenue in ledger.repeated() {
            inner.repeats.add(*revenue);
        }
        inner.resemblances.add(ledger.resembling());
        for revenue in ledger.alike() {
            inner.alike.add(*revenue);
        }
        inner.log_was_large |= ledger.log_is_large();
        let answers = answers.into_iter().zip(meant);
        let claimed = answers.map(|(answer, meant)| inner.answer(answer).meant_as(meant));
        Ok(claimed.collect())
    }

    /// Whether ids tell rows apart so far: too many conflicts say that the column is no id.
    pub fn check_ids(&self) -> Result<(), ClaimError> {
        let inner = lock(&self.inner);
        let (rows, conflicts) = (inner.rows, inner.conflicts);
        if let Some(text) = &inner.other_identity {
            return Err(ClaimError::OtherIdentity(text.clone()));
        }
        if rows < CONFLICTS_FROM || conflicts <= rows / CONFLICTS_PART {
            return Ok(());
        }
        let columns = inner.columns.get(inner.in_conflict as usize);
        let column = columns.and_then(|columns| columns.id.as_deref());
        Err(ClaimError::NoIdentity {
            column: shown(column.unwrap_or(Key::EventId.name())),
            conflicts,
            rows,
        })
    }

    /// Rows that an earlier run left and that were released since.
    pub fn claim_released(&self, most: usize) -> Result<Vec<Claimed>, ClaimError> {
        let mut inner = lock(&self.inner);
        let Some(ledger) = &mut inner.ledger else {
            return Err(LedgerError::Broken.into());
        };
        let answers = ledger.claim_released(most)?;
        Ok(answers
            .into_iter()
            .map(|answer| inner.answer(answer))
            .collect())
    }

    /// Makes durable what was settled, for a stream that has fallen quiet.
    pub fn commit(&self) -> Result<(), ClaimError> {
        let mut inner = lock(&self.inner);
        Ok(inner.ledger.as_mut().map_or(Ok(()), Ledger::commit)?)
    }

    /// The `--max-age` that leaves out what is dated before what was forgotten, if money of that time
    /// was not sent.
    pub fn max_age_of_known(&self) -> Option<String> {
        lock(&self.inner).forgotten.max_age()
    }

    /// See [`Ledger::witness`]; nothing once the ledger is closed.
    pub fn witness(&self) -> Option<Witness> {
        lock(&self.inner).ledger.as_ref().map(Ledger::witness)
    }

    /// Asks the ledger something else, unless it is closed.
    pub fn ask<T>(
        &self,
        question: impl FnOnce(&mut Ledger) -> Result<T, LedgerError>,
    ) -> Result<T, ClaimError> {
        let mut inner = lock(&self.inner);
        let ledger = inner.ledger.as_mut().ok_or(LedgerError::Broken)?;
        Ok(question(ledger)?)
    }

    /// Makes everything durable. Nothing can be claimed afterwards.
    pub fn finish(&self) -> Result<(), ClaimError> {
        match lock(&self.inner).ledger.take() {
            Some(ledger) => Ok(ledger.finish()?),
            None => Ok(()),
        }
    }

    /// How much money looks sent, identified otherwise, and goes all the same.
    pub fn look_sent(&self) -> Option<Warning> {
        ids::look_sent(&lock(&self.inner).alike)
    }

    /// What people should know about how rows were recognised.
    pub fn warnings(&self) -> Vec<Warning> {
        let inner = lock(&self.inner);
        let mut warnings = Vec::new();
        if inner.unremembered > 0 {
            let text = format!(
                "{} had neither event_id nor event_time, and will not be recognised when sent again",
                counted(inner.unremembered, "row")
            );
            warnings.push(Warning::new(WarningCode::NotRecognised, text));
        }
        warnings.extend(ids::repeated(&inner.repeats));
        warnings.extend(inner.resemblances.warning());
        warnings.extend(ids::look_sent(&inner.alike));
        warnings.extend(inner.forgotten.warning());
        if inner.log_was_large {
            let text = "the ledger's log (-wal) has grown beyond 1 GiB: another program reads the \
                        ledger for long; close it";
            warnings.push(Warning::new(WarningCode::LedgerLogLarge, text));
        }
        warnings
    }
}

impl Inner {
    fn answer(&mut self, answer: ledger::Decision) -> Claimed {
        use ledger::Decision;
        match answer {
            Decision::Send(claim, event) => Claimed::Send(claim, event),
            Decision::Unremembered(claim, event) => {
                self.unremembered += 1;
                Claimed::Send(claim, event)
            }
            Decision::Duplicate(event, how, earlier) => duplicate(event, how, &earlier),
            Decision::InDoubt(event, earlier) => {
                let why = format!("{HELD}{}", shown(&earlier.run));
                ended(event, Outcome::InDoubt, Detail::because(why))
            }
            Decision::IdConflict(event, earlier) => {
                self.conflicts += 1;
                self.in_conflict = event.place.input;
                id_conflict(event, &earlier, &self.columns)
            }
            Decision::IdChanged(event, earlier) => {
                let hint = format!(
                    "{} was sent with the same content and another event_id: leave this row out, \
                     or pass --new-identity if it is another purchase",
                    place(&earlier)
                );
                rejected(event, Code::IdChanged, "event_id", hint)
            }
            Decision::MaybeLost(event) => {
                ended(event, Outcome::InDoubt, Detail::because(MAYBE_LOST))
            }
            Decision::Refunded(event, earlier) => {
                Claimed::TakenBack(event, REFUNDED, change(&earlier).into())
            }
            Decision::OtherIdentity(event) => self.other_identity(event),
            Decision::MissingIdentity(event) => missing_identity(event),
            Decision::Forgotten(event, horizon) => {
                self.forgotten.add(&event, horizon);
                let why = Filter::ForgottenPeriod.name();
                ended(event, Outcome::Filtered, Detail::because(&*why))
            }
            Decision::LooksSent(event) => {
                let why = Filter::LooksSent.name();
                ended(event, Outcome::Filtered, Detail::because(&*why))
            }
            Decision::Unknown(event) => Claimed::TooOld(event),
        }
    }

    /// The run stops for it: see [`Claims::check_ids`].
    fn other_identity(&mut self, event: Arc<Event>) -> Claimed {
        if self.other_identity.is_none() {
            let ledger = self.ledger.as_mut();
            let difference = ledger.and_then(|ledger| ledger.difference(&event).ok());
            self.other_identity = Some(other_identity(&difference.unwrap_or_default()));
        }
        ended(event, Outcome::NotSent, Detail::because(ENDED_FIRST))
    }
}

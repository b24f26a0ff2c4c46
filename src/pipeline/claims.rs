//! The station before sending: what the ledger says to each row of a batch, in the road's words.
//!
//! One thread claims; every connection takes down its steps without waiting for it.

use std::sync::{Arc, Mutex};

use super::facts::lock;
use super::feed::Candidate;
use crate::event::Event;
use crate::ledger::{self, Earlier, Ledger, LedgerError, Recognised, Steps, Wish};
use crate::outcome::Outcome;
use crate::report::next::HELD;
use crate::row::{Code, Fault, Filter, Rejection, shown};

pub use crate::ledger::ClaimId;

/// From this many rows on, too many conflicts say that the ids are no ids.
const CONFLICTS_FROM: u64 = 1_000;
/// One in so many rows may be in conflict.
const CONFLICTS_PART: u64 = 100;

/// What the ledger says to a row.
#[derive(Debug)]
pub enum Claimed {
    /// Send it; nobody else will.
    Send(ClaimId, Arc<Event>),
    /// It has its outcome without being sent, and why.
    Ended(Arc<Event>, Outcome, Box<str>),
    /// Nothing tells it apart from other rows, or its id is another event's.
    Rejected(Arc<Event>, Box<Rejection>),
    /// It was counted as too old, but the ledger knows better what became of it, and why.
    OldButKnown(Arc<Event>, Outcome, Box<str>),
    /// It is too old to be sent, and was counted so.
    TooOld(Arc<Event>),
}

impl Claimed {
    /// The row.
    pub fn event(&self) -> &Arc<Event> {
        match self {
            Claimed::Send(_, event)
            | Claimed::Ended(event, ..)
            | Claimed::Rejected(event, _)
            | Claimed::OldButKnown(event, ..)
            | Claimed::TooOld(event) => event,
        }
    }

    /// The same for a row that was counted as too old before the ledger was asked.
    fn wished(self, wish: Wish) -> Self {
        match (wish, self) {
            (Wish::Send, claimed) => claimed,
            (_, Claimed::Ended(event, Outcome::Filtered, _) | Claimed::Rejected(event, _)) => {
                Claimed::TooOld(event)
            }
            (_, Claimed::Ended(event, outcome, why)) => Claimed::OldButKnown(event, outcome, why),
            (_, claimed) => claimed,
        }
    }
}

/// Why a claim could not be made or kept.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The disk is full, or the ledger cannot be written.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
    /// Too many rows share an event id.
    #[error(
        "event_id does not identify rows: {conflicts} of {rows} rows have the id of another event; map another column, or none"
    )]
    NoIdentity {
        /// Rows with the id of another event.
        conflicts: u64,
        /// Rows asked for.
        rows: u64,
    },
}

/// The ledger, as the road uses it.
#[derive(Debug)]
pub struct Claims {
    book: Mutex<Book>,
    steps: Steps,
}

#[derive(Debug)]
struct Book {
    ledger: Option<Ledger>,
    rows: u64,
    conflicts: u64,
    unremembered: u64,
}

impl Claims {
    /// Over an open ledger.
    pub fn new(ledger: Ledger) -> Self {
        let steps = ledger.steps();
        let book = Book {
            ledger: Some(ledger),
            rows: 0,
            conflicts: 0,
            unremembered: 0,
        };
        Claims {
            book: Mutex::new(book),
            steps,
        }
    }

    /// Decides for each row of a batch, in input order; what may be sent is claimed durably.
    pub fn claim(&self, batch: Vec<Candidate>) -> Result<Vec<Claimed>, ClaimError> {
        let mut book = lock(&self.book);
        book.rows += batch.len() as u64;
        let wishes: Vec<Wish> = batch.iter().map(|row| row.wish).collect();
        let rows = batch.into_iter().map(|row| (row.event, row.wish)).collect();
        let Some(ledger) = &mut book.ledger else {
            return Err(LedgerError::Broken.into());
        };
        let answers = ledger.decide(rows)?;
        let answers = answers.into_iter().map(|answer| book.answer(answer));
        let claimed = answers
            .zip(wishes)
            .map(|(answer, wish)| answer.wished(wish))
            .collect();
        Ok(claimed)
    }

    /// Whether ids tell rows apart so far: too many conflicts say that the column is no id.
    pub fn check_ids(&self) -> Result<(), ClaimError> {
        let Book {
            conflicts, rows, ..
        } = *lock(&self.book);
        if rows >= CONFLICTS_FROM && conflicts > rows / CONFLICTS_PART {
            return Err(ClaimError::NoIdentity { conflicts, rows });
        }
        Ok(())
    }

    /// Rows that an earlier run left and that were released since.
    pub fn claim_released(&self, most: usize) -> Result<Vec<Claimed>, ClaimError> {
        let mut book = lock(&self.book);
        let Some(ledger) = &mut book.ledger else {
            return Err(LedgerError::Broken.into());
        };
        let answers = ledger.claim_released(most)?;
        Ok(answers
            .into_iter()
            .map(|answer| book.answer(answer))
            .collect())
    }

    /// A request for this row is about to leave: known to the operating system on return.
    pub fn leaving(&self, claim: ClaimId) -> Result<(), ClaimError> {
        Ok(self.steps.leaving(claim)?)
    }

    /// The request certainly was not recorded: the row is merely claimed again.
    pub fn returned(&self, claim: ClaimId) -> Result<(), ClaimError> {
        Ok(self.steps.returned(claim)?)
    }

    /// The row has its outcome: known to the operating system on return.
    pub fn settle(&self, claim: ClaimId, outcome: Outcome) {
        self.steps.settle(claim, outcome);
    }

    /// Makes everything durable. Nothing can be claimed afterwards.
    pub fn finish(&self) -> Result<(), ClaimError> {
        match lock(&self.book).ledger.take() {
            Some(ledger) => Ok(ledger.finish()?),
            None => Ok(()),
        }
    }

    /// What people should know about how rows were recognised, a sentence each.
    pub fn sentences(&self) -> Vec<String> {
        let unremembered = lock(&self.book).unremembered;
        if unremembered == 0 {
            return Vec::new();
        }
        vec![format!(
            "{unremembered} rows had neither event_id nor event_time, so they will not be \
             recognised if they come again"
        )]
    }
}

impl Book {
    fn answer(&mut self, answer: ledger::Claimed) -> Claimed {
        use ledger::Claimed as Answer;
        match answer {
            Answer::Send(claim, event) => Claimed::Send(claim, event.into()),
            Answer::Unremembered(claim, event) => {
                self.unremembered += 1;
                Claimed::Send(claim, event.into())
            }
            Answer::Duplicate(event, how, earlier) => duplicate(event.into(), how, &earlier),
            Answer::Held(event, earlier) => {
                let why = format!("{HELD}{}", shown(&earlier.run));
                Claimed::Ended(event.into(), Outcome::InDoubt, why.into())
            }
            Answer::IdConflict(event, earlier) => {
                self.conflicts += 1;
                let hint = format!(
                    "{} has the same event_id, but another content",
                    place(&earlier)
                );
                rejected(event, Code::IdConflict, "event_id", hint)
            }
            Answer::MissingIdentity(event) => missing_identity(event),
            Answer::Forgotten(event) => {
                let why = Filter::ForgottenPeriod.name();
                Claimed::Ended(event.into(), Outcome::Filtered, (*why).into())
            }
            Answer::Unknown(event) => Claimed::TooOld(event.into()),
        }
    }
}

fn duplicate(event: Arc<Event>, how: Recognised, earlier: &Earlier) -> Claimed {
    let why = if earlier.this_run {
        "twice in this run, by "
    } else {
        ""
    };
    Claimed::Ended(
        event,
        Outcome::Duplicate,
        format!("{why}{}", how.name()).into(),
    )
}

/// A row that could not be recognised when it comes again.
pub(super) fn missing_identity(event: Event) -> Claimed {
    let hint = "map event_id or event_time, or name the input with --input-name";
    rejected(event, Code::MissingIdentity, "event_id", hint.into())
}

fn rejected(event: Event, code: Code, field: &'static str, hint: String) -> Claimed {
    let rejection = Rejection {
        place: event.place,
        text: event.text.clone(),
        is_record: true,
        faults: vec![Fault::new(code, field, "", hint)],
        kind: Some(event.kind),
        app: Some(event.app.clone()),
    };
    Claimed::Rejected(event.into(), Box::new(rejection))
}

/// `events.csv:12 of run 2026…`, bounded and harmless.
fn place(earlier: &Earlier) -> String {
    let line = earlier
        .line
        .map_or(String::new(), |line| format!(":{line}"));
    let file = shown(&earlier.file);
    if earlier.this_run {
        return format!("{file}{line}");
    }
    format!("{file}{line} of run {}", shown(&earlier.run))
}

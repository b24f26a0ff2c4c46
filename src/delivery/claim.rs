//! Checked rows in, claimed rows out: batches go to the ledger before any of their rows may leave.
//!
//! At most two batches are unsettled at any time. A batch that is not full goes on as soon as
//! nothing more is there, so that a live stream never waits for others to fill it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::apps::OneApp;
use super::claimed::Claimed;
use super::facts::{Fact, lock};
use super::feed::{Candidate, Deliveries, Delivery, Meant, NotYet};
use super::flow::Flow;
use super::send::Shared;

/// However few rows a batch may have, their bytes are bounded too.
const BATCH_BYTES: usize = 8 << 20;

/// A stream that is silent for so long has fallen quiet: what was settled is made durable.
const QUIET: Duration = Duration::from_secs(1);

/// Claims what comes in.
pub struct Claimer {
    shared: Arc<Shared>,
    batch_size: usize,
    batch: Mutex<Batch>,
}

#[derive(Default)]
struct Batch {
    rows: Vec<Candidate>,
    bytes: usize,
    closed: bool,
    one_app: OneApp,
}

impl Claimer {
    /// Has taken nothing in yet.
    pub fn new(shared: Arc<Shared>, batch_size: usize) -> Self {
        Claimer {
            shared,
            batch_size,
            batch: Mutex::default(),
        }
    }

    /// Takes everything in, until the end or until the run stops.
    pub fn run(&self, mut deliveries: Deliveries) {
        let mut at_rest = true;
        loop {
            let next = if at_rest {
                self.await_next(&mut deliveries)
            } else {
                deliveries.try_next()
            };
            self.shared.facts.wait_until_read();
            let mut batch = lock(&self.batch);
            match next {
                _ if batch.closed => return,
                Ok(Some(delivery)) => self.take(&mut batch, delivery),
                Ok(None) => break,
                Err(_) => self.flush(&mut batch),
            }
            if self.shared.look(|flow| flow.stopped().is_some()) {
                break;
            }
            at_rest = batch.rows.is_empty();
        }
        self.flush(&mut lock(&self.batch));
        self.shared.change(Flow::complete);
    }

    /// Waits for the next delivery. What was settled meanwhile does not wait for it.
    fn await_next(&self, deliveries: &mut Deliveries) -> Result<Option<Delivery>, NotYet> {
        loop {
            if let Ok(next) = deliveries.wait(QUIET) {
                return Ok(next);
            }
            if let Err(error) = self.shared.claims.commit() {
                self.shared.ledger_failed(&error);
                return Ok(None);
            }
            if self.shared.look(|flow| flow.stopped().is_some()) {
                return Err(NotYet);
            }
        }
    }

    /// Takes in what the ledger has released, until nothing is left or the run stops.
    pub fn run_released(&self) {
        let mut batch = lock(&self.batch);
        loop {
            if !self
                .shared
                .wait_for_backlog(self.batch_size, 2 * self.batch_size)
            {
                break;
            }
            match self.shared.claims.claim_released(self.batch_size) {
                Ok(claimed) if claimed.is_empty() => break,
                Ok(claimed) => self.take_released(&mut batch, claimed),
                Err(error) => self.shared.ledger_failed(&error),
            }
        }
        self.shared.change(Flow::complete);
    }

    fn take_released(&self, batch: &mut Batch, claimed: Vec<Claimed>) {
        let events: Vec<_> = claimed.iter().map(Claimed::event).cloned().collect();
        self.shared.facts.tell([Fact::Released(events.clone())]);
        if self.shared.keys.one_app
            && let Err(text) = batch.one_app.settle(events.iter().map(|event| &**event))
        {
            self.shared.misused(text);
        }
        self.pass_on(claimed);
    }

    /// From now on nothing is taken in, and every row that was has been offered: so no row is
    /// counted as read without an outcome.
    pub fn close(&self) {
        let mut batch = lock(&self.batch);
        self.flush(&mut batch);
        batch.closed = true;
    }

    fn take(&self, batch: &mut Batch, mut delivery: Delivery) {
        let rows = match &mut delivery {
            Delivery::Rows(checked) => std::mem::take(&mut checked.rows),
            Delivery::Ended { .. } => Vec::new(),
        };
        self.shared.facts.tell([Fact::Fed(delivery)]);
        // The first rows say whether the options can be right.
        if self.shared.keys.one_app
            && let Err(text) = batch.one_app.settle_rows(&rows)
        {
            self.shared.misused(text);
        }
        for row in rows {
            self.add(batch, row);
        }
    }

    fn add(&self, batch: &mut Batch, row: Candidate) {
        if self.shared.keys.one_app
            && let Some(rejection) = batch.one_app.rejects(&row)
        {
            return self
                .shared
                .facts
                .tell([Fact::NotSent(Claimed::Rejected(row.event, rejection))]);
        }
        batch.bytes += row.event.body.len() + row.event.text.len();
        batch.rows.push(row);
        if batch.rows.len() >= self.batch_size || batch.bytes >= BATCH_BYTES {
            self.flush(batch);
        }
    }

    fn flush(&self, batch: &mut Batch) {
        batch.bytes = 0;
        let rows = std::mem::take(&mut batch.rows);
        if rows.is_empty() {
            return;
        }
        if !self
            .shared
            .wait_for_backlog(rows.len(), 2 * self.batch_size)
        {
            return self.offer_unclaimed(rows);
        }
        match self.shared.claims.claim(rows.clone()) {
            Ok(claimed) => {
                // What was claimed is passed on all the same: a row that is never settled would
                // be found by the next run as if this one had been killed.
                if let Err(error) = self.shared.claims.check_ids() {
                    self.shared.ledger_failed(&error);
                }
                self.pass_on(claimed);
            }
            Err(error) => {
                self.shared.ledger_failed(&error);
                self.offer_unclaimed(rows);
            }
        }
    }

    fn pass_on(&self, claimed: Vec<Claimed>) {
        let mut to_send = Vec::with_capacity(claimed.len());
        let mut facts = Vec::new();
        for row in claimed {
            match row {
                Claimed::Send(claim, event) => to_send.push((Some(claim), event)),
                Claimed::LeftOut(_) => {}
                other => facts.push(Fact::NotSent(other)),
            }
        }
        self.shared.facts.tell(facts);
        if !to_send.is_empty() {
            self.shared.facts.wait_until_written();
        }
        self.shared.offer(to_send);
    }

    /// The run has stopped: these rows were read, so they need an outcome.
    fn offer_unclaimed(&self, rows: Vec<Candidate>) {
        let rows = rows.into_iter().filter(|row| row.meant == Meant::ToSend);
        let rows = rows.map(|row| (None, row.event));
        self.shared.offer(rows.collect());
    }
}

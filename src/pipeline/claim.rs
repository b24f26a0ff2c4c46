//! Parcels in, claimed rows out: batches go to the ledger before any of their rows may leave.
//!
//! At most two batches are unsettled at any time. A batch that is not full goes on as soon as
//! nothing more is there, so that a live stream never waits for others to fill it.

use std::sync::{Arc, Mutex};

use crate::event::Event;
use crate::outcome::{Detail, Outcome};

use super::claims::{ClaimId, Claimed};
use super::facts::{Fact, lock};
use super::feed::{Deliveries, Delivery};
use super::flow::{Flow, Settled};
use super::one_app::OneApp;
use super::send::Shared;

/// However few rows a batch may have, their bytes are bounded too.
const BATCH_BYTES: usize = 8 << 20;

/// Claims what comes in.
pub struct Claimer {
    shared: Arc<Shared>,
    batch_size: usize,
    batch: Mutex<Batch>,
}

#[derive(Default)]
struct Batch {
    events: Vec<Arc<Event>>,
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
                Ok(deliveries.next())
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
            at_rest = batch.events.is_empty();
        }
        self.flush(&mut lock(&self.batch));
        self.shared.change(Flow::complete);
    }

    /// From now on nothing is taken in, and every row that was has been offered: so no row is
    /// counted as read without an outcome.
    pub fn close(&self) {
        let mut batch = lock(&self.batch);
        self.flush(&mut batch);
        batch.closed = true;
    }

    fn take(&self, batch: &mut Batch, delivery: Delivery) {
        match delivery {
            Delivery::Ended { input, error } => {
                self.shared.facts.tell([Fact::Ended { input, error }]);
            }
            Delivery::Parcel(mut parcel) => {
                let events = std::mem::take(&mut parcel.events);
                self.shared.facts.tell([Fact::Read(parcel)]);
                if self.shared.keys.one_app
                    && let Err(text) = batch.one_app.settle(&events)
                {
                    self.shared.misused(text);
                }
                events.into_iter().for_each(|event| self.add(batch, event));
            }
        }
    }

    fn add(&self, batch: &mut Batch, event: Arc<Event>) {
        if self.shared.keys.one_app
            && let Some(rejection) = batch.one_app.rejects(&event)
        {
            return self.shared.facts.tell([Fact::Rejected(event, rejection)]);
        }
        batch.bytes += event.body.len() + event.text.len();
        batch.events.push(event);
        if batch.events.len() >= self.batch_size || batch.bytes >= BATCH_BYTES {
            self.flush(batch);
        }
    }

    fn flush(&self, batch: &mut Batch) {
        batch.bytes = 0;
        let events = std::mem::take(&mut batch.events);
        if events.is_empty() {
            return;
        }
        if !self.shared.wait_for_room(events.len(), 2 * self.batch_size) {
            return self.offer(events.into_iter().map(|event| (None, event)));
        }
        match self.shared.claims.claim(&events) {
            Ok(claimed) => self.pass_on(claimed),
            Err(error) => {
                self.shared.ledger_failed(&error);
                self.offer(events.into_iter().map(|event| (None, event)));
            }
        }
    }

    fn pass_on(&self, claimed: Vec<Claimed>) {
        let mut to_send = Vec::with_capacity(claimed.len());
        let mut facts = Vec::new();
        for row in claimed {
            match row {
                Claimed::Send(claim, event) => to_send.push((Some(claim), event)),
                other => facts.push(ended(other)),
            }
        }
        self.shared.facts.tell(facts.into_iter().flatten());
        self.offer(to_send.into_iter());
    }

    fn offer(&self, rows: impl Iterator<Item = (Option<ClaimId>, Arc<Event>)>) {
        self.shared
            .change(|flow| rows.for_each(|(claim, event)| flow.offer(claim, event)));
    }
}

/// What the report is told of a row that the ledger keeps from being sent.
fn ended(row: Claimed) -> Option<Fact> {
    let settled = |event, outcome, reason: &str| {
        let detail = Detail {
            reason: reason.into(),
            ..Detail::default()
        };
        Fact::Settled(Settled {
            event,
            claim: None,
            outcome,
            detail,
        })
    };
    Some(match row {
        Claimed::Send(..) => return None,
        Claimed::Duplicate(event, tier) => settled(event, Outcome::Duplicate, tier),
        Claimed::Held(event) => settled(event, Outcome::InDoubt, "held since an earlier run"),
        Claimed::Filtered(event, filter) => settled(event, Outcome::Filtered, &filter.name()),
        Claimed::Rejected(event, rejection) => Fact::Rejected(event, rejection),
    })
}

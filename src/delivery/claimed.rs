//! What the ledger answers about a row, in the terms of a run: its outcome, with words for people.

use std::sync::Arc;

use super::conflict::{self, Columns};
use crate::ledger::{ClaimId, Earlier, Intent, Recognised};
use crate::model::{
    Change, Code, Detail, Event, Fault, FirstSeen, Outcome, Rejection, shown, spot,
};
use crate::stats::Settled;

/// What the ledger says to a row.
#[derive(Debug)]
pub enum Claimed {
    /// Send it; nobody else will.
    Send(ClaimId, Arc<Event>),
    /// It has its outcome without being sent, and why.
    Ended(Settled),
    /// Nothing tells it apart from other rows, or its id is another event's.
    Rejected(Arc<Event>, Box<Rejection>),
    /// It was counted as too old, but the ledger knows better what became of it, and why.
    OldButKnown(Settled),
    /// It is too old to be sent, and was counted so.
    TooOld(Arc<Event>),
    /// A rule leaves it out, and it was counted so.
    LeftOut(Arc<Event>),
    /// The same, but it was sent before.
    Refunded(Arc<Event>, Box<Change>),
}

impl Claimed {
    /// The row.
    pub fn event(&self) -> &Arc<Event> {
        match self {
            Claimed::Send(_, event)
            | Claimed::Rejected(event, _)
            | Claimed::TooOld(event)
            | Claimed::LeftOut(event)
            | Claimed::Refunded(event, _) => event,
            Claimed::Ended(settled) | Claimed::OldButKnown(settled) => &settled.event,
        }
    }

    /// The answer for a row of this intent: one that is not to be sent was counted as filtered
    /// before the ledger was asked.
    pub(super) fn meant_as(self, intent: Intent) -> Self {
        match (intent, self) {
            (Intent::Send, claimed) => claimed,
            (Intent::Refund, refunded @ Claimed::Refunded(..)) => refunded,
            (Intent::Refund, claimed) => Claimed::LeftOut(claimed.event().clone()),
            (_, Claimed::Rejected(event, _)) => Claimed::TooOld(event),
            (_, Claimed::Ended(settled)) if settled.outcome == Outcome::Filtered => {
                Claimed::TooOld(settled.event)
            }
            (_, Claimed::Ended(settled)) => Claimed::OldButKnown(settled),
            (_, claimed) => claimed,
        }
    }
}

/// What to do if rows are identified otherwise than those that were sent before.
pub fn other_identity(difference: &str) -> String {
    format!(
        "rows of this source were sent before, but identified otherwise, so they could be sent \
         again: {difference}; go back to how it was read, or pass --new-identity if these rows are \
         new (with --skip-alike those are left out that look like what was sent)"
    )
}

/// A row whose id is another event's.
pub(super) fn id_conflict(event: Arc<Event>, earlier: &Earlier, columns: &[Columns]) -> Claimed {
    let place = place(earlier);
    let columns = columns.get(event.place.input as usize);
    let hint = columns.map_or_else(
        || format!("{place} has this id, but is another event"),
        |columns| conflict::hint(&event, earlier, &place, columns),
    );
    rejected(event, Code::IdConflict, "event_id", hint)
}

pub(super) fn duplicate(event: Arc<Event>, how: Recognised, earlier: &Earlier) -> Claimed {
    let (first, prefix) = if earlier.this_run {
        (FirstSeen::ThisRun, "twice in this run, by ")
    } else {
        (FirstSeen::EarlierRun, "")
    };
    let detail = Detail {
        first,
        change: earlier.changes.any().then(|| change(earlier).into()),
        ..Detail::because(format!("{prefix}{}", how.name()))
    };
    ended(event, Outcome::Duplicate, detail)
}

/// A row that has its outcome.
pub(super) fn ended(event: Arc<Event>, outcome: Outcome, detail: Detail) -> Claimed {
    Claimed::Ended(Settled {
        event,
        outcome,
        detail,
    })
}

/// The row that was sent, for whoever lists what has changed since.
pub(super) fn change(earlier: &Earlier) -> Change {
    Change {
        run: Arc::clone(&earlier.run),
        file: Arc::clone(&earlier.file),
        line: earlier.line,
        sent: earlier.revenue,
        differs: earlier.changes,
    }
}

/// Whether a row has neither id nor time.
pub fn is_nameless(event: &Event) -> bool {
    event.identity.id.is_none() && event.time.is_none()
}

/// A row that could not be recognised when it comes again.
pub(super) fn missing_identity(event: Arc<Event>) -> Claimed {
    let hint = "map event_id or event_time, or name the input with --input-name";
    rejected(event, Code::MissingIdentity, "event_id", hint.into())
}

pub(super) fn rejected(
    event: Arc<Event>,
    code: Code,
    field: &'static str,
    hint: String,
) -> Claimed {
    let value = event.identity.id_text.as_deref().unwrap_or_default();
    let rejection = Rejection {
        place: event.place,
        text: event.text.clone(),
        is_record: true,
        faults: vec![Fault::new(code, field, value, hint)],
        kind: Some(event.kind),
        app: Some(event.app.clone()),
        user: None,
    };
    Claimed::Rejected(event, Box::new(rejection))
}

/// `events.csv:12 of run 2026…`, bounded and harmless.
pub(super) fn place(earlier: &Earlier) -> String {
    let place = spot(&earlier.file, earlier.line);
    if earlier.this_run {
        return place;
    }
    format!("{place} of run {}", shown(&earlier.run))
}

//! What the ledger answers about a row, in the terms of a run: its outcome, with words for people.
//!
//! What is said of an id that stands on two events: where the first is, in what they differ, and
//! what that may mean. Never that the id is to be edited.

use std::sync::Arc;

use jiff::Timestamp;

use super::feed::{Meant, Opened};
use crate::ledger::{ClaimId, Earlier, Recognised};
use crate::model::text::argument;
use crate::model::{
    Change, Code, Detail, Event, Fault, FirstSeen, Kind, Outcome, Rejection, Revenue, shown, spot,
};
use crate::report::view::OTHER_TIMES;
use crate::schema::Key;
use crate::stats::Settled;
use crate::stats::changed::CHANGED;

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
    /// The same, but it was sent before: refunded, or changed if it costs nothing now.
    TakenBack(Arc<Event>, &'static str, Box<Change>),
}

impl Claimed {
    /// The row.
    pub fn event(&self) -> &Arc<Event> {
        match self {
            Claimed::Send(_, event)
            | Claimed::Rejected(event, _)
            | Claimed::TooOld(event)
            | Claimed::LeftOut(event)
            | Claimed::TakenBack(event, ..) => event,
            Claimed::Ended(settled) | Claimed::OldButKnown(settled) => &settled.event,
        }
    }

    /// The answer for a row that is meant so: one that is not to be sent was counted as filtered
    /// before the ledger was asked.
    pub(super) fn meant_as(self, meant: Meant) -> Self {
        match (meant, self) {
            (Meant::ToSend, claimed) => claimed,
            (Meant::Refund, refunded @ Claimed::TakenBack(..)) => refunded,
            (Meant::Free, Claimed::TakenBack(event, _, change)) if change.differs.money() => {
                Claimed::TakenBack(event, CHANGED, change)
            }
            (Meant::Refund | Meant::Free, claimed) => Claimed::LeftOut(claimed.event().clone()),
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
        |columns| hint(&event, earlier, &place, columns),
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

/// How many characters of a product's or an event's name are shown.
const NAME: usize = 40;

/// The columns of an input that matter to a conflict.
#[derive(Debug)]
pub(super) struct Columns {
    /// Where `event_id` is taken from.
    pub(super) id: Option<String>,
    name: Option<String>,
    product: Option<String>,
    time: Option<String>,
}

impl Columns {
    pub(super) fn of(input: &Opened) -> Self {
        let source = |key| input.binding.source_of(key);
        Columns {
            id: source(Key::EventId),
            name: source(Key::Event),
            product: source(Key::ProductId),
            time: source(Key::EventTime),
        }
    }

    /// The mapping of the id joined with a column, if both are plain columns.
    fn joined(&self, with: Option<&str>) -> String {
        let plain = |name: Option<&str>| name.is_some_and(|name| !name.contains("||"));
        let id = self.id.as_deref();
        match (id, with) {
            (Some(id), Some(with)) if plain(Some(id)) && plain(Some(with)) => {
                format!("--map {}", argument(&format!("event_id={id}+{with}")))
            }
            _ => "--map event_id=ORDER+LINE".into(),
        }
    }
}

/// The row that has the id is at `place`.
pub(super) fn hint(event: &Event, first: &Earlier, place: &str, columns: &Columns) -> String {
    let has = |what: String| format!("{place} has this id with {what}");
    if first.line.is_none() {
        let what = match event.kind {
            _ if *event.contribution.label == *first.label => "time",
            Kind::Event => "name",
            _ => "product",
        };
        return has(format!("another {what}, of which only a hash is left"));
    }
    if *event.contribution.label != *first.label {
        let (what, column) = match event.kind {
            Kind::Event => ("the event", columns.name.as_deref()),
            _ => ("the product", columns.product.as_deref()),
        };
        let both = format!(
            "{what} `{}`, here `{}`",
            brief(&first.label),
            brief(&event.contribution.label)
        );
        return format!(
            "{}; if it is the id of an order, join what tells its lines apart: {}",
            has(both),
            columns.joined(column)
        );
    }
    if event.time.map(second) != first.time.map(second) {
        let both = format!("the time {}, here {}", time(first.time), time(event.time));
        if first.other_times {
            return format!(
                "{}; {OTHER_TIMES}: read them as then, or see which is right (--time-format, \
                 --timezone, the column of event_time)",
                has(both)
            );
        }
        return format!(
            "{}; if it is the id of a subscription or a user, join what tells its events apart: {}",
            has(both),
            columns.joined(columns.time.as_deref())
        );
    }
    let both = format!(
        "{}, here {}",
        money(first.revenue),
        money(event.contribution.revenue)
    );
    format!(
        "{}; if both are lines of one order, join the column that tells them apart \
         (--map event_id=ORDER+LINE); if one corrects the other, leave the wrong one out",
        has(both)
    )
}

fn second(micros: i64) -> i64 {
    micros.div_euclid(1_000_000)
}

fn brief(name: &str) -> String {
    let mut brief: String = name.chars().take(NAME).collect();
    if brief.len() < name.len() {
        brief.push('…');
    }
    shown(&brief).into()
}

fn time(micros: Option<i64>) -> String {
    let time = micros.and_then(|micros| Timestamp::from_microsecond(micros).ok());
    time.map_or_else(|| "none".into(), |time| time.to_string())
}

fn money(revenue: Option<Revenue>) -> String {
    match revenue {
        Some((amount, currency)) => format!("{} {amount}", currency.code()),
        None => "no amount".into(),
    }
}

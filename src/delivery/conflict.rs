//! What is said of an id that stands on two events: where the first is, in what they differ, and
//! what that may mean. Never that the id is to be edited.

use jiff::Timestamp;

use super::feed::Opened;
use crate::ledger::Earlier;
use crate::model::shell::argument;
use crate::model::{Event, Kind, Revenue, shown};
use crate::report::view::OTHER_TIMES;
use crate::schema::Key;

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

//! What a row is in the tables: the keys it is found by, and what is kept of it.

use std::sync::Arc;

use rusqlite::Row;
use rust_decimal::Decimal;

use super::decision::Earlier;
use super::file_map::Key;
use super::identity::ZONES;
use crate::model::{Changes, Currency, Event, Fingerprint, Kind, Platform, Revenue, UserIds};

/// What a row is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Keys {
    /// Its id, with kind and app.
    pub(super) id: Option<Key>,
    /// Its content; none if nothing tells it from its like.
    pub(super) content: Option<Key>,
    /// The second of its time; -1 if it has none.
    pub(super) second: i64,
    /// Its number among rows of its input with the same content, counted from 0.
    pub(super) ordinal: u32,
}

impl Keys {
    /// Of this row. Content without a time is bound to the input's name, and tells nothing apart
    /// without one.
    pub(super) fn of(event: &Event, input_name: Option<&str>, ordinal: u32) -> Keys {
        let fingerprint = event.identity.fingerprint;
        let content = match (event.time, input_name) {
            (Some(_), _) => Some(cut(&fingerprint.0)),
            (None, Some(name)) => Some(named(fingerprint, name)),
            (None, None) => None,
        };
        Keys {
            id: event.identity.id.map(|id| cut(&id.0)),
            content,
            second: second(event.time),
            ordinal,
        }
    }

    /// Whether anything will recognise the row.
    pub(super) fn any(&self) -> bool {
        self.id.is_some() || self.content.is_some()
    }
}

/// The second of a time, as the indexes of the tables have it.
pub(super) fn second(time: Option<i64>) -> i64 {
    time.map_or(-1, |time| time / 1_000_000)
}

fn named(fingerprint: Fingerprint, input_name: &str) -> Key {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"input name\0").update(&fingerprint.0);
    cut(hasher.update(input_name.as_bytes()).finalize().as_bytes())
}

pub(super) fn cut(hash: &[u8]) -> Key {
    let mut key = [0; 12];
    key.copy_from_slice(&hash[..12]);
    key
}

/// Where a known row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Tenjin has it.
    Accepted,
    /// Its request is on its way, or waits for its turn.
    Claimed,
    /// Tenjin may have it.
    InDoubt,
    /// It may be sent again.
    Released,
}

impl State {
    pub(super) fn of(word: &str) -> Option<State> {
        Some(match word {
            "accepted" => State::Accepted,
            "claimed" => State::Claimed,
            "in_doubt" => State::InDoubt,
            "released" => State::Released,
            _ => return None,
        })
    }
}

/// A row that the ledger knows.
#[derive(Debug)]
pub(super) struct Known {
    /// Its number in its table.
    pub(super) row: i64,
    pub(super) state: State,
    pub(super) line: u64,
    /// The event's name, or the product.
    pub(super) name: Box<str>,
    pub(super) time: Option<i64>,
    pub(super) revenue: Option<Revenue>,
    pub(super) id: Option<Key>,
    pub(super) people: UserIds,
    pub(super) input: i64,
    /// The run that read the input.
    pub(super) read_by: i64,
    pub(super) file: Arc<str>,
    pub(super) run: Arc<str>,
    /// How rows of its input were identified.
    pub(super) identity: Arc<str>,
}

impl Known {
    /// The row as messages name it. `run` is the run that asks, `changes` what its row differs in.
    pub(super) fn earlier(&self, run: i64, changes: Changes) -> Earlier {
        Earlier {
            run: Arc::clone(&self.run),
            file: Arc::clone(&self.file),
            line: Some(self.line),
            this_run: self.read_by == run,
            label: self.name.clone(),
            time: self.time,
            revenue: self.revenue,
            changes,
            other_times: false,
        }
    }
}

/// Whether two rows that share an id can be the same event, for the ledger and for `validate`.
/// Lines of one order differ in their product, or stand in one input and differ in their amount.
/// Times that are read otherwise than before may have moved by a zone.
pub(super) fn is_same(
    event: &Event,
    known: &Known,
    in_this_input: bool,
    times_are_read_otherwise: bool,
) -> bool {
    let changes = changes(event, known);
    let moved = second(event.time) - second(known.time);
    let same_time = moved == 0
        || event.time.is_some()
            && known.time.is_some()
            && moved.abs() <= ZONES / 1_000_000
            && times_are_read_otherwise;
    // A subscription is one, however often it is renewed.
    event.kind == Kind::Subscription
        || *event.contribution.label == *known.name
            && same_time
            && !(in_this_input && changes.money())
}

/// Which seconds an event of this second may have in a copy whose times lack them, as a spreadsheet
/// saves it, or in the original of such a copy: from the first to the last.
pub(super) fn without_seconds(second: i64) -> (i64, i64) {
    let minute = second - second.rem_euclid(60);
    (
        minute,
        if second == minute {
            minute + 59
        } else {
            minute
        },
    )
}

/// In what of its money a row differs from one that is known.
pub(super) fn changes(event: &Event, known: &Known) -> Changes {
    let (now, then) = (event.contribution.revenue, known.revenue);
    Changes {
        amount: now.map(|now| now.0) != then.map(|then| then.0),
        currency: now.map(|now| now.1) != then.map(|then| then.1),
        ..Changes::default()
    }
}

/// A mended row is known by the place where it stood at first.
pub(super) fn line(event: &Event) -> u64 {
    let origin = event.origin.as_ref().map(|origin| origin.line);
    origin.unwrap_or(event.place.line)
}

pub(super) fn columns(revenue: Option<&Revenue>) -> (Option<String>, Option<&str>) {
    let amount = revenue.map(|(amount, _)| amount.to_string());
    (amount, revenue.map(|(_, currency)| currency.code()))
}

/// One of the ledger's own words in a column; only a damaged ledger holds another.
pub(super) fn word<T>(
    row: &Row<'_>,
    column: usize,
    read: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    read(text).ok_or_else(|| {
        let why = format!("{} is not a word of the ledger", crate::model::shown(text));
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, why.into())
    })
}

/// The platform that stands in the ledger.
pub(super) fn platform_of(row: &Row<'_>, column: usize) -> rusqlite::Result<Platform> {
    word(row, column, |name| {
        let mut all = Platform::ALL.into_iter();
        all.find(|platform| platform.name() == name)
    })
}

/// Amount and currency, in two columns from this one on.
pub(super) fn revenue(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Revenue>> {
    let Some(amount) = row.get_ref(column)?.as_str_or_null()? else {
        return Ok(None);
    };
    let amount: Decimal = word(row, column, |_| amount.parse().ok())?;
    let code = word(row, column + 1, |code| code.as_bytes().try_into().ok())?;
    Ok(Some((amount, Currency(code))))
}

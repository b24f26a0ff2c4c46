//! A row becomes an event, or says everything that is wrong with it.
//!
//! Pure: row x binding x rules -> [`Checked`]. Every row that was read goes through
//! [`Normaliser::check`] exactly once, damaged and empty ones too, so the counts in [`ChunkStats`]
//! add up to the rows read. A valid row costs no memory of its own unless its event is wanted.

mod beside;
mod contribution;
mod enrich;
mod fields;
pub mod identity;
mod judge;
mod kind_rule;
mod parsed;
mod seen;
mod whole_row;
mod writer;

pub(crate) use whole_row::revenue_of;

use crate::mapping::lookup::{KeyField, Table};
use crate::mapping::{Binding, Columns, Members};
use crate::model::{App, Cells, Event, Filter, Kind, RawRow, Rejection};
use crate::parse::Arena;
use crate::schema::Group;
use crate::stats::ChunkStats;
use judge::Judge;
use std::sync::Arc;
use std::time::Duration;

/// How ids are written into requests. How they are compared and remembered does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum IdFormat {
    /// As Tenjin's pages show them: plain for open, event and purchase, dashed for ad
    /// impressions.
    #[default]
    #[value(skip)]
    ByKind,
    /// 32 lower-case hex digits
    Plain,
    /// With dashes
    Dashed,
    /// As the input has them
    Keep,
}

impl IdFormat {
    /// Whether ids of this kind are sent with dashes; nothing if they are sent as written.
    fn dashes(self, kind: Kind) -> Option<bool> {
        match self {
            IdFormat::ByKind => Some(kind == Kind::AdImpression),
            IdFormat::Plain => Some(false),
            IdFormat::Dashed => Some(true),
            IdFormat::Keep => None,
        }
    }
}

/// An app that rows may belong to, and what its partners need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownApp {
    /// The app.
    pub app: App,
    /// `require` of its table in the configuration, beside [`Rules::require`].
    pub require: Vec<Group>,
}

/// What valid rows become beside numbers, each more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Build {
    /// Nothing.
    #[default]
    Nothing,
    /// The hashes of their ids, in [`ChunkStats::ids`].
    Ids,
    /// Events without the bodies of their requests.
    Events,
    /// Events.
    Requests,
}

/// What is decided about all rows before row one.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Now, µs since 1970 UTC.
    pub now: i64,
    /// Rows with an older `event_time` are filtered.
    pub max_age: Option<Duration>,
    /// Kinds that need permission and have it: `--allow`.
    pub allow: Vec<Kind>,
    /// `--allow-missing-ip`.
    pub allow_missing_ip: bool,
    /// `--id-format`.
    pub id_format: IdFormat,
    /// `--require`.
    pub require: Vec<Group>,
    /// `--timezone`: of times that carry none.
    pub timezone: Option<jiff::tz::TimeZone>,
    /// `--send-event-time`: adds the undocumented `sent_at`.
    pub send_event_time: bool,
    /// If known, rows of other apps are `unknown_app`.
    pub apps: Option<Vec<KnownApp>>,
    /// One key serves whatever comes: then [`Rules::apps`] only says what partners need.
    pub any_app: bool,
    /// `--lookup`: gives ids that a row lacks.
    pub lookup: Option<Arc<Table>>,
    /// `--derive-installation-id`.
    pub derive: Option<KeyField>,
    /// What valid rows become.
    pub build: Build,
}

impl Rules {
    /// Whether rows of any app may need this group.
    fn may_require(&self, group: Group) -> bool {
        let mut apps = self.apps.iter().flatten();
        self.require.contains(&group) || apps.any(|known| known.require.contains(&group))
    }

    fn allows(&self, kind: Kind) -> bool {
        !kind.needs_permission() || self.allow.contains(&kind)
    }
}

/// What became of a row here.
#[derive(Debug)]
pub enum Checked {
    /// It may be sent.
    Event(Arc<Event>),
    /// It could be sent, but events are not built.
    Valid,
    /// It may not, and this is all that is wrong with it.
    Rejected(Box<Rejection>),
    /// A rule leaves it out.
    Filtered {
        /// Which rule.
        filter: Filter,
        /// For [`Filter::TooOld`], if events are wanted and the row is valid: the event, because
        /// the ledger is asked first whether it was accepted in its time. For a refund what can be
        /// read of it, because the ledger is asked whether it was sent.
        event: Option<Arc<Event>>,
    },
}

/// Checks the rows of one chunk, in their order.
#[derive(Debug)]
pub struct Normaliser<'a> {
    members: Members<'a>,
    judge: Judge<'a>,
}

impl<'a> Normaliser<'a> {
    /// Cheap: everything that can be decided before the rows is in the binding.
    pub fn new(binding: &'a Binding, rules: &'a Rules) -> Self {
        Normaliser {
            members: Members::new(binding),
            judge: Judge::new(binding, rules),
        }
    }

    /// What becomes of this row. `stats.read` goes up by one, and so does exactly one of its
    /// outcomes.
    pub fn check(&mut self, row: &RawRow<'_>, stats: &mut ChunkStats) -> Checked {
        stats.read += 1;
        let checked = self.judged(row, stats);
        match checked {
            Checked::Rejected(mut rejection) => {
                say_span(&mut rejection, row);
                Checked::Rejected(rejection)
            }
            other => other,
        }
    }

    fn judged(&mut self, row: &RawRow<'_>, stats: &mut ChunkStats) -> Checked {
        let arena = Arena::default();
        match &row.cells {
            Cells::Damaged(fault) => Judge::unreadable(row, fault.clone(), stats),
            Cells::Empty => Judge::empty(stats),
            Cells::Csv(cells) => self.judge.record(row, Columns::Csv(cells), &arena, stats),
            Cells::Json(members) => {
                let strangers = &mut stats.unmapped;
                match self.members.places(members, |name| strangers.add(name)) {
                    Ok(places) => {
                        self.judge
                            .record(row, Columns::Json(members, places), &arena, stats)
                    }
                    Err(fault) => Judge::unreadable(row, fault, stats),
                }
            }
        }
    }
}

/// A rejected record of several lines says so: a stray pair of quotes may have swallowed rows.
fn say_span(rejection: &mut Rejection, row: &RawRow<'_>) {
    let more = memchr::memchr_iter(b'\n', row.text.trim_ascii_end()).count() as u64;
    let Some(fault) = rejection.faults.first_mut().filter(|_| more > 0) else {
        return;
    };
    let (first, last) = (row.place.line, row.place.line + more);
    fault.hint = format!(
        "{}; lines {first} to {last} are one record, since a quoted cell goes over line ends: if \
         they are several rows, a quote in line {first} is one too many",
        fault.hint
    )
    .into();
}

#[cfg(test)]
mod tests;

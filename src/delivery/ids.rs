//! Ids that occur twice where no ledger is asked: `validate` says of them what a dry run says.
//!
//! Two rows of one id are the same event, or in conflict, by the ledger's rule (design section 7).

mod log;

use std::sync::Arc;

use anyhow::Context;

use super::claim::ended;
use super::claims::{duplicate, id_conflict};
use super::conflict::Columns;
use super::facts::Fact;
use super::feed::{Opened, Parcel};
use crate::ledger::{Earlier, Recognised};
use crate::model::{Changes, Event, Kind};
use crate::report::figures::thousands;
use crate::report::warning::{Warning, WarningCode};
use log::{First, Log};

/// Rows whose ids are remembered: with more, looking for one would cost more than reading it.
const REMEMBERED: u32 = 20_000_000;

/// What is wrong if the ids cannot be kept.
const NO_ROOM: &str = "ids are compared in a temporary file, which cannot be used: name a \
     folder with room in TMPDIR";

/// Stands for a label that is no longer known, of which there are thousands.
const UNKNOWN: &str = "…";

/// The ids of a run.
#[derive(Debug)]
pub struct Ids {
    log: Log,
    names: Vec<Arc<str>>,
    columns: Vec<Columns>,
    is_full: bool,
}

impl Ids {
    /// Of these inputs; none seen yet.
    pub fn of(inputs: &[Opened]) -> Self {
        Ids {
            log: Log::default(),
            names: inputs
                .iter()
                .map(|input| input.source.shared_name())
                .collect(),
            columns: inputs.iter().map(Columns::of).collect(),
            is_full: false,
        }
    }

    /// Looks at the next rows of the run, and gives what is to be said of those whose id was there
    /// before.
    ///
    /// # Errors
    /// The temporary file cannot be written or read.
    pub fn look(&mut self, parcel: &mut Parcel) -> anyhow::Result<Vec<Fact>> {
        self.compare(parcel).context(NO_ROOM)
    }

    fn compare(&mut self, parcel: &mut Parcel) -> std::io::Result<Vec<Fact>> {
        let mut found = Vec::new();
        for row in &parcel.stats.ids {
            if let Some(first) = self.log.find(&row.id)? {
                found.push((row.line, first));
            } else if self.log.rows() < REMEMBERED {
                self.log.add(parcel.input, row)?;
            } else {
                self.is_full = true;
            }
        }
        let Some(again) = parcel.again.take().filter(|_| !found.is_empty()) else {
            return Ok(Vec::new());
        };
        let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
        let events = again.events(&lines).into_iter();
        let pairs = events.zip(found.into_iter().map(|(_, first)| first));
        Ok(pairs
            .filter_map(|(event, first)| self.said(event, first))
            .collect())
    }

    fn said(&self, event: Arc<Event>, first: First) -> Option<Fact> {
        let is_same = first.is_same(&event);
        let file = self.names.get(first.input as usize);
        let earlier = first.earlier(&event, file);
        let columns = self.columns.get(event.place.input as usize);
        ended(if is_same {
            duplicate(event, Recognised::Id, &earlier)
        } else {
            id_conflict(event, &earlier, columns)
        })
    }

    /// What people should know.
    pub fn warnings(&self) -> Vec<Warning> {
        let text = || {
            format!(
                "ids were compared with those of the first {} rows that have one only: upload \
                 --dry-run compares all",
                thousands(u64::from(REMEMBERED))
            )
        };
        let warning = || Warning::new(WarningCode::Other, text());
        self.is_full.then(warning).into_iter().collect()
    }
}

impl First {
    /// Lines of one order differ in their product, or stand in one input and differ in their
    /// amount.
    fn is_same(&self, event: &Event) -> bool {
        let second = |time: Option<i64>| time.map(|time| time.div_euclid(1_000_000));
        let in_this_input = self.input == event.place.input;
        // A subscription is one, however often it is renewed.
        if event.kind == Kind::Subscription {
            return true;
        }
        self.label == log::hash(&event.contribution.label)
            && second(self.time) == second(event.time)
            && !(in_this_input && self.revenue != event.contribution.revenue)
    }

    fn earlier(self, event: &Event, file: Option<&Arc<str>>) -> Earlier {
        let (then, now) = (self.revenue, event.contribution.revenue);
        Earlier {
            run: "".into(),
            file: file.cloned().unwrap_or_else(|| "".into()),
            line: Some(self.line),
            this_run: true,
            label: match self.text {
                Some(text) => (*text).into(),
                None if self.label == log::hash(&event.contribution.label) => {
                    (*event.contribution.label).into()
                }
                None => UNKNOWN.into(),
            },
            time: self.time,
            revenue: then,
            changes: Changes {
                amount: now.map(|now| now.0) != then.map(|then| then.0),
                currency: now.map(|now| now.1) != then.map(|then| then.1),
                ids: false,
            },
        }
    }
}

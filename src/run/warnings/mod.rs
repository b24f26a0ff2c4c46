//! What Tenjin will do to rows that are valid one by one: it drops events with too many names and
//! does not process an installation's events before its open.
//!
//! Watches rows in input order in fixed memory, so the counts are "at least".
//!
//! Money that may count twice, and money that no row has: each input is watched for both.

mod account;
pub mod ledger;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::delivery::feed::Opened;
use crate::mapping::guess::{self, Sample};
use crate::model::{App, Installation, shown};
use crate::report::figures::counted;
use crate::report::run::RunFacts;
use crate::report::warning::{Warning, WarningCode};
use crate::schema::Key;
use crate::stats::{ChunkStats, Sighting, State, Stats, Unit};

/// Event names that Tenjin takes of one app (tenjin.com/docs/tenjin-server-to-server-s2s).
const NAMES: usize = 500;
/// Apps whose names are watched.
const APPS: usize = 100;
/// Installations that are remembered at once: two to this power.
const REMEMBERED: u32 = 18;

/// Watches the rows of a run.
#[derive(Debug, Default)]
pub struct Watch {
    names: HashMap<Arc<App>, HashSet<Arc<str>>>,
    opens: Opens,
    input: u32,
    money: Vec<Money>,
}

impl Watch {
    /// Watches these inputs.
    pub fn over(opened: &[Opened]) -> Self {
        Watch {
            money: opened.iter().map(Money::new).collect(),
            ..Watch::default()
        }
    }

    /// Looks at the valid rows of a chunk, in input order.
    pub fn look(&mut self, input: u32, stats: &ChunkStats) {
        if let Some(money) = self.money.get_mut(input as usize) {
            money.look(stats);
        }
        for (app, name) in stats.event_names() {
            self.name(app, name);
        }
        if input != self.input {
            self.opens.forget();
            self.input = input;
        }
        stats
            .sightings
            .iter()
            .for_each(|sighting| self.opens.look(*sighting));
    }

    fn name(&mut self, app: &Arc<App>, name: &Arc<str>) {
        if !self.names.contains_key(app) {
            if self.names.len() >= APPS {
                return;
            }
            self.names.insert(Arc::clone(app), HashSet::new());
        }
        if let Some(known) = self.names.get_mut(app)
            && known.len() <= NAMES
            && !known.contains(name)
        {
            known.insert(Arc::clone(name));
        }
    }

    /// What people should know of the rows, and of their account. `has_report`: rows are listed in
    /// files.
    pub fn warnings(&self, stats: &Stats, run: &RunFacts, has_report: bool) -> Vec<Warning> {
        let mut apps: Vec<_> = self
            .names
            .iter()
            .filter(|(_, names)| names.len() > NAMES)
            .map(|(app, _)| app)
            .collect();
        apps.sort();
        let too_many = |app: &Arc<App>| {
            let app = shown(&app.to_string());
            let text = format!(
                "{app} has more than {NAMES} different event names: Tenjin drops the others"
            );
            Warning::new(WarningCode::TooManyNames, text)
        };
        let mut warnings: Vec<Warning> = apps.into_iter().map(too_many).collect();
        let no_amounts = self.money.iter().filter_map(Money::no_amounts);
        warnings.extend(no_amounts.map(|text| Warning::new(WarningCode::AmountsLeftOut, text)));
        let mut twice: Vec<String> = self.money.iter().filter_map(Money::twice).collect();
        twice.sort();
        twice.dedup();
        let twice = twice.into_iter();
        warnings.extend(twice.map(|text| Warning::new(WarningCode::MayCountTwice, text)));
        warnings.extend(stats.remarks.iter().map(|(remark, example)| {
            let name = shown(run.input_name(example.place.input));
            account::remarked(remark, example, &name, stats)
        }));
        if self.opens.late > 0 {
            let late = counted(self.opens.late, "installation");
            let text = format!(
                "at least {late} had events before the open in the same input: Tenjin does not \
                 process events before an installation's open"
            );
            warnings.push(Warning::new(WarningCode::EventsBeforeOpen, text));
        }
        let amounts: Vec<&str> = self
            .money
            .iter()
            .flat_map(|money| &money.amounts)
            .map(String::as_str)
            .collect();
        warnings.extend(account::of_stats(stats, run, has_report, &amounts));
        warnings
    }
}

/// What an upload without `[apps]` would stop at: rows of several apps.
pub fn one_key<'a>(apps: impl Iterator<Item = &'a App>) -> Option<Warning> {
    let mut apps: Vec<_> = apps.map(|app| shown(&app.to_string())).collect();
    apps.sort_unstable();
    let named = apps.iter().take(3).map(|app| &**app);
    let named = named.collect::<Vec<_>>().join(", ");
    let more = if apps.len() > 3 { ", …" } else { "" };
    let text = format!(
        "rows of {} apps ({named}{more}): an SDK key serves one app on one platform, so before the \
         upload list each app with its key under [apps] in the configuration file",
        apps.len()
    );
    (apps.len() > 1).then(|| Warning::new(WarningCode::OneKeySeveralApps, text))
}

/// Installations with an event and no open so far; each has one place, and a later one takes it.
#[derive(Debug, Default)]
struct Opens {
    waiting: Vec<u64>,
    late: u64,
}

impl Opens {
    fn look(&mut self, sighting: Sighting) {
        if self.waiting.is_empty() {
            self.waiting = vec![0; 1 << REMEMBERED];
        }
        let Installation(hash) = sighting.installation;
        let place = usize::try_from(hash >> (64 - REMEMBERED)).unwrap_or_default();
        let place = &mut self.waiting[place];
        // The lowest bit says whether its open has been seen, so that later events are in order.
        let (without, with) = (hash & !1, hash | 1);
        match (sighting.is_open, *place) {
            (true, seen) if seen == without => {
                self.late += 1;
                *place = with;
            }
            (true, _) => *place = with,
            (false, seen) if seen == with => {}
            (false, _) => *place = without,
        }
    }

    fn forget(&mut self) {
        self.waiting.clear();
    }
}

/// One input.
#[derive(Debug)]
struct Money {
    name: String,
    preset: Option<String>,
    /// Another way by which the vendor's money may reach Tenjin.
    also_reports: Option<String>,
    /// The columns of the price.
    price: Option<String>,
    /// The columns that amounts are read from.
    amounts: Vec<String>,
    /// A column that nobody takes, and that looks like the price.
    likely: Option<String>,
    /// Whether any row has an amount.
    has_amount: bool,
    /// Whether any valid row has one.
    sends_amount: bool,
}

impl Money {
    fn new(input: &Opened) -> Self {
        let binding = &input.binding;
        let price = binding.source_of(Key::Price);
        let likely = || guess::price(&Sample::of(&input.source), binding);
        Money {
            name: shown(input.source.name()).into(),
            preset: binding.preset().map(str::to_owned),
            also_reports: binding.also_reports().map(str::to_owned),
            likely: price.as_ref().and_then(|_| likely()),
            price,
            amounts: Key::AMOUNTS
                .iter()
                .filter_map(|key| binding.source_of(*key))
                .collect(),
            has_amount: false,
            sends_amount: false,
        }
    }

    fn look(&mut self, stats: &ChunkStats) {
        if self.sends_amount {
            return;
        }
        for (alike, state, count) in stats.counts() {
            // A line that is no record says nothing about columns.
            let has_amount = match alike.unit {
                Unit::NoMoney => false,
                Unit::Unreadable => alike.kind.is_some(),
                Unit::Currency(_) => !count.money.is_zero(),
            };
            self.has_amount |= has_amount;
            self.sends_amount |= has_amount && state == State::Pending;
        }
    }

    /// That the vendor's money may come twice: once for all inputs of a preset.
    fn twice(&self) -> Option<String> {
        let way = self.also_reports.as_ref().filter(|_| self.sends_amount)?;
        let vendor = match &self.preset {
            Some(preset) => format!("{preset}: "),
            None => String::new(),
        };
        Some(format!(
            "{vendor}if {way} is switched on, Tenjin has this revenue already, and sending it as \
             well counts it twice"
        ))
    }

    /// That no row of the whole input has a price, though a column looks like one.
    fn no_amounts(&self) -> Option<String> {
        let (price, likely) = (self.price.as_ref()?, self.likely.as_ref()?);
        (!self.has_amount).then(|| {
            format!(
                "{}: no row has an amount in {}, where the price is taken from, and the column \
                 {} looks like it: {}",
                self.name,
                shown(price),
                shown(likely),
                account::map_price(likely)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn late(sightings: &[(u64, bool)]) -> u64 {
        let mut opens = Opens::default();
        for (installation, is_open) in sightings {
            let installation = Installation(installation << 50 | 6);
            opens.look(Sighting {
                installation,
                is_open: *is_open,
            });
        }
        opens.late
    }

    #[test]
    fn an_event_before_the_open_is_counted_once_for_its_installation() {
        assert_eq!(late(&[(1, true), (1, false), (2, false), (3, false)]), 0);
        assert_eq!(
            late(&[(1, false), (1, false), (1, true), (1, false), (1, true)]),
            1
        );
        assert_eq!(late(&[(1, false), (2, false), (2, true), (1, true)]), 2);
    }

    #[test]
    fn the_501st_name_of_an_app_is_too_many() {
        let platform = crate::model::Platform::Ios;
        let app = Arc::new(App {
            bundle_id: "com.example.game".into(),
            platform,
        });
        let names: Vec<Arc<str>> = (0..501).map(|n| format!("event_{n}").into()).collect();
        let mut watch = Watch::default();
        names[..500].iter().for_each(|name| watch.name(&app, name));
        let said = |watch: &Watch| watch.warnings(&Stats::default(), &RunFacts::default(), false);
        assert_eq!(said(&watch), []);
        names.iter().for_each(|name| watch.name(&app, name));
        let sentence = "com.example.game (ios) has more than 500 different event names: \
                        Tenjin drops the others";
        let warning = Warning::new(WarningCode::TooManyNames, sentence);
        assert_eq!(said(&watch), [warning]);
    }
}

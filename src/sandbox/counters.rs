//! What is counted, as `GET /stats` gives it: held under one lock, for a short time.
//!
//! How many in the last second, or whatever span: a ring of a hundred steps, fixed memory.
//!
//! The span slides by steps of a hundredth of itself, so that a count covers between 99 % and
//! 100 % of the span.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;
use std::fs::File;
use std::io::Write;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::Sound;
use super::faults::Fault;
use super::reader::Route;

/// The counts since the start.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stats {
    /// Requests whose head was understood or refused, `/stats` and `/control` apart. Each is in
    /// `by_path_status` once.
    pub requests: u64,
    /// Events that were recorded, also when the client heard something else (`late500`,
    /// `lost`, `cut`).
    pub accepted: u64,
    /// The same by path.
    pub accepted_by_path: BTreeMap<String, u64>,
    /// How requests ended: `/v0/event 200`; instead of a status `reset`, `lost`, `cut` or `hang`.
    /// `other` stands for every path that Tenjin does not have, and for what was no request.
    pub by_path_status: BTreeMap<String, u64>,
    /// Whether duplicates are looked for at all.
    pub identities: bool,
    /// Events recorded although one with the same path and body was recorded before.
    pub duplicates: u64,
    /// Those among them that are purchases.
    pub duplicate_purchases: u64,
    /// Subscriptions that were not recorded, since their token was there already.
    pub recognised_tokens: u64,
    /// What requests did against the contract, and how often. After 200 texts: `others`.
    pub violations: BTreeMap<String, u64>,
    /// Recorded without a usable advertising id and without an address.
    pub no_ip: u64,
    /// Most requests within one second, the second sliding by 10 ms.
    pub busiest_second: u64,
    /// Requests over the rate limit.
    pub rate_limited: u64,
    /// Faults that happened, by name, those of outages included.
    pub faults: BTreeMap<String, u64>,
    /// Connections accepted.
    pub connections: u64,
    /// Connections that are open now.
    pub open_connections: u64,
    /// The time since the last request.
    pub last_request_ms_ago: Option<u64>,
    /// Why the record is no longer written, if it is not.
    pub record_error: Option<String>,
}

/// Different violations that are told apart.
const VIOLATIONS: usize = 200;

/// Everything that is counted.
pub(super) struct Counters {
    stats: Stats,
    second: Window,
    limit: Option<(u64, Window)>,
    identities: Option<HashSet<u64>>,
    tokens: HashSet<u64>,
    last: Option<Duration>,
    record: Option<File>,
}

impl Counters {
    pub(super) fn new(limit: Option<Rate>, identities: bool, record: Option<File>) -> Self {
        Counters {
            stats: Stats {
                identities,
                ..Stats::default()
            },
            second: Window::new(Duration::from_secs(1)),
            limit: limit.map(|rate| (u64::from(rate.count), Window::new(rate.per))),
            identities: identities.then(HashSet::new),
            tokens: HashSet::new(),
            last: None,
            record,
        }
    }

    /// A request came in, at `now` after the start.
    pub(super) fn arrive(&mut self, now: Duration) {
        self.stats.requests += 1;
        self.stats.busiest_second = self.stats.busiest_second.max(self.second.add(now));
        self.last = Some(now);
    }

    /// Whether the rate limit lets it through. Only what is let through counts against it.
    pub(super) fn admit(&mut self, now: Duration) -> bool {
        let Some((most, window)) = &mut self.limit else {
            return true;
        };
        let admitted = window.count(now) < *most;
        if admitted {
            window.add(now);
        } else {
            self.stats.rate_limited += 1;
        }
        admitted
    }

    /// A fault happened.
    pub(super) fn fault(&mut self, fault: Fault) {
        count(&mut self.stats.faults, fault.name());
    }

    /// What came was against the contract, or no request at all.
    pub(super) fn violate(&mut self, violation: &str) {
        let known = self.stats.violations.contains_key(violation);
        let room = known || self.stats.violations.len() < VIOLATIONS;
        let text = if room { violation } else { "others" };
        count(&mut self.stats.violations, text);
    }

    /// An event counts from here on. As Tenjin does, it knows a token that was there already,
    /// where events are remembered at all. `identity` is a hash of path and body, if duplicates are
    /// looked for, and `line` is its line of the record, if there is one.
    pub(super) fn record(
        &mut self,
        route: Route,
        sound: &Sound,
        identity: Option<u64>,
        line: Option<&str>,
    ) {
        if let Some(token) = sound.token.filter(|_| self.identities.is_some())
            && !self.tokens.insert(token)
        {
            self.stats.recognised_tokens += 1;
            return;
        }
        self.stats.accepted += 1;
        count(&mut self.stats.accepted_by_path, route.name());
        self.stats.no_ip += u64::from(sound.no_ip);
        if let (Some(known), Some(identity)) = (&mut self.identities, identity)
            && !known.insert(identity)
        {
            self.stats.duplicates += 1;
            self.stats.duplicate_purchases += u64::from(route == Route::Purchase);
        }
        // A record with a gap would be wrong, so the first error ends it.
        if let (Some(file), Some(line)) = (&mut self.record, line)
            && let Err(error) = file.write_all(line.as_bytes())
        {
            self.stats.record_error = Some(error.to_string());
            self.record = None;
        }
    }

    /// A request is decided: it ended with this status, or with half an answer or none.
    pub(super) fn end(&mut self, route: Route, ending: impl Display) {
        count(&mut self.stats.by_path_status, &format!("{route} {ending}"));
    }

    /// The counts, for people and tests.
    pub(super) fn stats(&self, now: Duration) -> Stats {
        let ago = |last: Duration| u64::try_from(now.saturating_sub(last).as_millis());
        Stats {
            last_request_ms_ago: self.last.and_then(|last| ago(last).ok()),
            ..self.stats.clone()
        }
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => drop(counts.insert(name.to_owned(), 1)),
    }
}

/// A number of requests in a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// In any span this long.
    pub per: Duration,
}

impl FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "a rate is written 100/s or 600/m, with a whole number above 0";
        let (count, unit) = text.trim().split_once('/').ok_or(FORM)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            _ => return Err(FORM),
        };
        let count = count.parse().ok().filter(|count| *count > 0);
        Ok(Rate {
            count: count.ok_or(FORM)?,
            per: Duration::from_secs(seconds),
        })
    }
}

const STEPS: usize = 100;

/// Counts what happened within the last span.
#[derive(Debug)]
pub(super) struct Window {
    step_micros: u64,
    counts: [u64; STEPS],
    /// The step that is being filled, counted from the start of time.
    step: u64,
    sum: u64,
}

impl Window {
    /// A window of this span.
    pub(super) fn new(span: Duration) -> Self {
        let micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        Window {
            step_micros: (micros / STEPS as u64).max(1),
            counts: [0; STEPS],
            step: 0,
            sum: 0,
        }
    }

    /// How many within the span that ends `now`.
    pub(super) fn count(&mut self, now: Duration) -> u64 {
        let micros = u64::try_from(now.as_micros()).unwrap_or(u64::MAX);
        let step = (micros / self.step_micros).max(self.step);
        let passed = (step - self.step).min(STEPS as u64);
        for behind in 0..passed {
            let old = &mut self.counts[place(step - behind)];
            self.sum -= *old;
            *old = 0;
        }
        self.step = step;
        self.sum
    }

    /// One more, now; says how many that makes.
    pub(super) fn add(&mut self, now: Duration) -> u64 {
        self.count(now);
        self.counts[place(self.step)] += 1;
        self.sum += 1;
        self.sum
    }
}

fn place(step: u64) -> usize {
    usize::try_from(step % STEPS as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_last_second_slides() {
        let mut window = Window::new(at(1000));
        assert_eq!([0, 0, 5, 500].map(|ms| window.add(at(ms))), [1, 2, 3, 4]);
        assert_eq!(
            [999, 1000, 1499, 1500].map(|ms| window.count(at(ms))),
            [4, 1, 1, 0]
        );
        assert_eq!(window.add(at(90_000)), 1);
        // time that seems to run backwards counts as now
        assert_eq!(window.add(at(10)), 2);
    }

    #[test]
    fn rates_are_read() {
        let rate = |count, secs| {
            Ok(Rate {
                count,
                per: Duration::from_secs(secs),
            })
        };
        assert_eq!("100/s".parse(), rate(100, 1));
        assert_eq!(" 600/m".parse(), rate(600, 60));
        for text in ["", "100", "0/s", "-1/s", "1.5/s", "1/h"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}

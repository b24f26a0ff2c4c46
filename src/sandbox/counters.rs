//! What is counted, as `GET /stats` gives it: held under one lock, for a short time.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::faults::Fault;
use super::head::Route;
use super::record::Record;
use super::window::{Rate, Window};

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

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ending {
    /// With this status.
    Status(u16),
    /// With no answer, or half of one.
    Broken(Fault),
}

/// Different violations that are told apart.
const VIOLATIONS: usize = 200;

/// Everything that is counted.
pub(super) struct Counters {
    stats: Stats,
    endings: BTreeMap<(Route, Ending), u64>,
    accepted: BTreeMap<Route, u64>,
    faults: [u64; Fault::ALL.len()],
    second: Window,
    limit: Option<(u64, Window)>,
    identities: Option<HashSet<u64>>,
    tokens: HashSet<u64>,
    last: Option<Duration>,
    record: Option<Record>,
}

/// One event to be recorded.
pub(super) struct Entry<'e> {
    /// Where it came in.
    pub(super) route: Route,
    /// The first eight bytes of the hash of path and body, if duplicates are looked for.
    pub(super) identity: Option<u64>,
    /// What a second copy is recognised by.
    pub(super) token: Option<u64>,
    /// It has no usable advertising id and no address.
    pub(super) no_ip: bool,
    /// Milliseconds since 1970.
    pub(super) at_ms: u64,
    /// Its parameters as JSON, if there is a record.
    pub(super) parameters: Option<&'e str>,
}

impl Counters {
    pub(super) fn new(limit: Option<Rate>, identities: bool, record: Option<Record>) -> Self {
        Counters {
            stats: Stats {
                identities,
                ..Stats::default()
            },
            endings: BTreeMap::new(),
            accepted: BTreeMap::new(),
            faults: [0; Fault::ALL.len()],
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
        self.faults[fault as usize] += 1;
    }

    /// What came was against the contract, or no request at all.
    pub(super) fn violate(&mut self, violation: &str) {
        let known = self.stats.violations.contains_key(violation);
        let room = known || self.stats.violations.len() < VIOLATIONS;
        let text = if room { violation } else { "others" };
        *self.stats.violations.entry(text.to_owned()).or_default() += 1;
    }

    /// An event counts from here on. As Tenjin does, it knows a token that was there already,
    /// where events are remembered at all.
    pub(super) fn record(&mut self, entry: &Entry<'_>) {
        if let Some(token) = entry.token.filter(|_| self.identities.is_some())
            && !self.tokens.insert(token)
        {
            self.stats.recognised_tokens += 1;
            return;
        }
        self.stats.accepted += 1;
        *self.accepted.entry(entry.route).or_default() += 1;
        self.stats.no_ip += u64::from(entry.no_ip);
        if let (Some(known), Some(identity)) = (&mut self.identities, entry.identity)
            && !known.insert(identity)
        {
            self.stats.duplicates += 1;
            self.stats.duplicate_purchases += u64::from(entry.route == Route::Purchase);
        }
        if let (Some(record), Some(parameters)) = (&mut self.record, entry.parameters) {
            record.add(entry.at_ms, entry.route.name(), parameters);
        }
    }

    /// A request is decided.
    pub(super) fn end(&mut self, route: Route, ending: Ending) {
        *self.endings.entry((route, ending)).or_default() += 1;
    }

    /// Hands the record to the operating system.
    pub(super) fn flush(&mut self) {
        if let Some(record) = &mut self.record {
            record.flush();
        }
    }

    /// The counts, for people and tests.
    pub(super) fn stats(&self, now: Duration) -> Stats {
        let ago = |last: Duration| u64::try_from(now.saturating_sub(last).as_millis());
        let happened = |fault: &Fault| self.faults[*fault as usize] > 0;
        Stats {
            accepted_by_path: named(&self.accepted, |route| route.name().to_owned()),
            by_path_status: named(&self.endings, |(route, ending)| match ending {
                Ending::Status(status) => format!("{route} {status}"),
                Ending::Broken(fault) => format!("{route} {fault}"),
            }),
            faults: (Fault::ALL.into_iter().filter(happened))
                .map(|fault| (fault.name().to_owned(), self.faults[fault as usize]))
                .collect(),
            last_request_ms_ago: self.last.and_then(|last| ago(last).ok()),
            record_error: (self.record.as_ref()).and_then(|r| Some(r.error()?.to_owned())),
            ..self.stats.clone()
        }
    }
}

fn named<K>(counts: &BTreeMap<K, u64>, name: impl Fn(&K) -> String) -> BTreeMap<String, u64> {
    counts
        .iter()
        .map(|(key, count)| (name(key), *count))
        .collect()
}

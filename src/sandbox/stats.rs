//! What the sandbox has counted, as `GET /stats` gives it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The counts since the start.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stats {
    /// Requests whose head was understood or refused, `/stats` and `/control` apart. Each is in
    /// `by_path_status` once.
    pub requests: u64,
    /// Events in the books, also when the client heard something else (`late500`, `lost`, `cut`).
    pub accepted: u64,
    /// The same by path.
    pub accepted_by_path: BTreeMap<String, u64>,
    /// How requests ended: `/v0/event 200`; instead of a status `reset`, `lost`, `cut` or `hang`.
    /// `other` stands for every path that Tenjin does not have, and for what was no request.
    pub by_path_status: BTreeMap<String, u64>,
    /// Whether duplicates are looked for at all.
    pub identities: bool,
    /// Events recorded although one with the same path and body was in the books.
    pub duplicates: u64,
    /// Those among them that are purchases.
    pub duplicate_purchases: u64,
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

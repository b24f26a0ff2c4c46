//! The stand-in for Tenjin: a server on this machine that checks requests against the documented
//! contract, counts, and fails on demand.
//!
//! It knows nothing of the client's tables and promises: what it counts is evidence. Plain
//! threads and plain sockets, since half of the faults are things that HTTP libraries prevent.
//!
//! ```text
//! server        the socket and the threads; of one connection: read, decide, wait, act
//! connections   what all of them have in common, which there are, the record
//! reader        bytes -> request, within limits
//! reaction      what happens to a request        answer   answers as bytes
//! contract parameters form   what is documented
//! keys          which keys there are, and whose they are
//! faults        what can go wrong, and what goes wrong next
//! counters      what is counted
//! ```

mod answer;
mod connections;
mod contract;
mod counters;
mod faults;
mod form;
mod keys;
mod parameters;
mod reaction;
mod reader;
mod server;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

pub use counters::Rate;
pub use counters::Stats;
pub use faults::{Fault, Faults, Outage};
pub use keys::{Keys, SdkKey};
pub use reader::Patience;
pub use server::Server;

/// How a sandbox behaves.
#[derive(Clone)]
pub struct Options {
    /// Where it listens; loopback only. Port 0: any free one.
    pub listen: SocketAddr,
    /// How long after the request its answer comes. `/stats` and `/control` answer at once.
    pub latency: Duration,
    /// What goes wrong, and how often.
    pub faults: Faults,
    /// More than this is answered 429 with `Retry-After: 1`. The span slides by a hundredth of
    /// itself, and refused requests do not count.
    pub rate_limit: Option<Rate>,
    /// Which SDK keys are let in, and for which apps.
    pub keys: Keys,
    /// The same seed gives the same faults in the same order.
    pub seed: u64,
    /// A new file for one line of JSON per recorded event: `{"at_ms", "path", "params"}`, with
    /// ms since 1970 and the path without a trailing slash. It must not exist.
    pub record: Option<PathBuf>,
    /// Whether events are remembered (8 bytes and overhead each) so that duplicates are counted.
    pub identities: bool,
    /// How long it waits for clients.
    pub patience: Patience,
}

impl Default for Options {
    /// Any free port, no delay, no faults, any key, and duplicates are counted.
    fn default() -> Self {
        Options {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            latency: Duration::ZERO,
            faults: Faults::default(),
            rate_limit: None,
            keys: Keys::Any,
            seed: 0,
            record: None,
            identities: true,
            patience: Patience::default(),
        }
    }
}

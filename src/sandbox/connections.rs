//! The connections that exist, and whether new ones are taken.
//!
//! Both are under one lock, so that none is accepted while they are being ended.
//!
//! What all connections of a server have in common.
//!
//! The record: a line of JSON for each recorded event, in the order in which it got there.
//!
//! The file is created new and must not exist, so that two runs never mix. A line is written whole,
//! before its event is answered.

use std::collections::HashMap;
use std::fs::File;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use serde::ser::{SerializeMap, Serializer};

use super::Options;
use super::answer::Answer;
use super::counters::{Counters, Stats};
use super::faults::{Fault, FaultSource, Hit, Outage};
use super::keys::KeyRing;
use super::reader::{Patience, Route};
use crate::model::shown;

/// Connections at a time; more are closed at once.
const MOST: usize = 4_096;

/// One connection, seen from outside of its thread.
pub(super) struct Peer {
    pub(super) stream: TcpStream,
    ended: AtomicBool,
}

impl Peer {
    /// Makes the closing of the connection a reset.
    pub(super) fn arm_reset(&self) {
        // a lingering time of zero: unsent bytes are dropped and the peer gets RST
        let _ = socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }

    /// Sleeps for `span`, unless the connection is to end; returns whether it goes on.
    pub(super) fn sleep(&self, span: Duration) -> bool {
        const SLICE: Duration = Duration::from_millis(100);
        let mut left = span;
        while !left.is_zero() && !self.ended.load(Ordering::Acquire) {
            let slice = left.min(SLICE);
            std::thread::sleep(slice);
            left -= slice;
        }
        !self.ended.load(Ordering::Acquire)
    }

    /// Wakes the thread, which then closes the connection.
    fn end(&self) {
        self.ended.store(true, Ordering::Release);
        let _ = self.stream.shutdown(Shutdown::Read);
    }
}

/// Whether connections are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Open,
    /// Refusing, until then or until told otherwise.
    Refusing(Option<Instant>),
    Closed,
}

/// All connections of a server.
pub(super) struct Connections {
    inner: Mutex<Inner>,
    changed: Condvar,
}

struct Inner {
    state: State,
    /// Whether the accepting thread listens.
    listening: bool,
    peers: HashMap<u64, Arc<Peer>>,
    accepted: u64,
}

/// A connection that is in; it leaves the list when dropped.
pub(super) struct Admitted {
    pub(super) peer: Arc<Peer>,
    pub(super) id: u64,
    connections: Arc<Connections>,
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.connections.lock().peers.remove(&self.id);
        self.connections.changed.notify_all();
    }
}

impl Connections {
    pub(super) fn new() -> Self {
        let inner = Inner {
            state: State::Open,
            listening: true,
            peers: HashMap::new(),
            accepted: 0,
        };
        Connections {
            inner: Mutex::new(inner),
            changed: Condvar::new(),
        }
    }

    /// Takes a connection, unless they are refused or there are too many.
    pub(super) fn admit(self: &Arc<Self>, stream: TcpStream) -> Option<Admitted> {
        let mut inner = self.lock();
        if inner.state != State::Open || inner.peers.len() >= MOST {
            return None;
        }
        let peer = Arc::new(Peer {
            stream,
            ended: AtomicBool::new(false),
        });
        inner.accepted += 1;
        let id = inner.accepted;
        inner.peers.insert(id, Arc::clone(&peer));
        Some(Admitted {
            peer,
            id,
            connections: Arc::clone(self),
        })
    }

    /// Connections accepted so far, and those that exist.
    pub(super) fn count(&self) -> (u64, u64) {
        let inner = self.lock();
        (inner.accepted, inner.peers.len() as u64)
    }

    /// The state that is wanted now.
    pub(super) fn state(&self) -> State {
        self.lock().state_now()
    }

    /// Changes the wanted state, unless it is closed for good. Refusing and closing end every
    /// connection but `except`, which still gets its answer.
    pub(super) fn set(&self, state: State, except: Option<u64>) {
        let mut inner = self.lock();
        if inner.state == State::Closed {
            return;
        }
        inner.state = state;
        let shut = state != State::Open;
        for (_, peer) in inner
            .peers
            .iter()
            .filter(|(id, _)| shut && Some(**id) != except)
        {
            if state != State::Closed {
                peer.arm_reset();
            }
            peer.end();
        }
        self.changed.notify_all();
    }

    /// The accepting thread tells whether it listens now.
    pub(super) fn report(&self, listening: bool) {
        self.lock().listening = listening;
        self.changed.notify_all();
    }

    /// Waits until the wanted state is reached, no longer than `most`.
    pub(super) fn settle(&self, most: Duration) {
        self.wait(most, |inner| {
            inner.listening != (inner.state_now() == State::Open)
        });
    }

    /// Waits until connections are taken again or never will be.
    pub(super) fn wait_while_refusing(&self) {
        while let State::Refusing(end) = self.state() {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let most = left.unwrap_or(Duration::from_secs(60));
            self.wait(most, |inner| {
                matches!(inner.state_now(), State::Refusing(_))
            });
        }
    }

    /// Waits until no connection is left, no longer than `most`.
    pub(super) fn wait_empty(&self, most: Duration) {
        self.wait(most, |inner| !inner.peers.is_empty());
    }

    fn wait(&self, most: Duration, mut going_on: impl FnMut(&mut Inner) -> bool) {
        let inner = self.lock();
        let waited = self.changed.wait_timeout_while(inner, most, &mut going_on);
        drop(waited);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn state_now(&mut self) -> State {
        if let State::Refusing(Some(end)) = self.state
            && end <= Instant::now()
        {
            self.state = State::Open;
        }
        self.state
    }
}

/// How long the accepting thread may take to change its state.
const SETTLING: Duration = Duration::from_secs(5);

/// What all connections share.
pub(super) struct Shared {
    pub(super) keys: KeyRing,
    pub(super) latency: Duration,
    pub(super) patience: Patience,
    pub(super) connections: Arc<Connections>,
    /// Events are written down one by one.
    pub(super) records: bool,
    /// Duplicates are looked for.
    pub(super) identities: bool,
    fault_source: FaultSource,
    counters: Mutex<Counters>,
    address: SocketAddr,
    start: Instant,
    start_ms: u64,
}

impl Shared {
    pub(super) fn new(options: Options, address: SocketAddr) -> anyhow::Result<Self> {
        let record = options.record.as_deref().map(create).transpose()?;
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        Ok(Shared {
            keys: KeyRing::new(options.keys),
            latency: options.latency,
            patience: options.patience,
            connections: Arc::new(Connections::new()),
            records: record.is_some(),
            identities: options.identities,
            fault_source: FaultSource::new(options.faults, options.seed),
            counters: Mutex::new(Counters::new(
                options.rate_limit,
                options.identities,
                record,
            )),
            address,
            start: Instant::now(),
            start_ms: since_1970.map_or(0, millis),
        })
    }

    /// The time since the start.
    pub(super) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// A time since the start as ms since 1970; a clock that is set back does not turn it back.
    pub(super) fn epoch_ms(&self, now: Duration) -> u64 {
        self.start_ms + millis(now)
    }

    pub(super) fn counters(&self) -> MutexGuard<'_, Counters> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What goes wrong with a request to this place.
    pub(super) fn hit(&self, route: Route) -> Option<Hit> {
        let subject = route.is_tenjins();
        subject
            .then(|| self.fault_source.next(Instant::now()))
            .flatten()
    }

    pub(super) fn count_reset(&self, route: Route) {
        let mut counters = self.counters();
        counters.arrive(self.now());
        counters.fault(Fault::Reset);
        counters.end(route, Fault::Reset);
    }

    /// What came was no request.
    pub(super) fn count_bad(&self, answer: &Answer) {
        let mut counters = self.counters();
        counters.arrive(self.now());
        counters.violate(&answer.body);
        counters.end(Route::Other, answer.status);
    }

    pub(super) fn stats(&self) -> Stats {
        let (connections, open_connections) = self.connections.count();
        Stats {
            connections,
            open_connections,
            ..self.counters().stats(self.now())
        }
    }

    /// Begins or ends an outage; the connection `except` is spared when all others are reset. It
    /// holds from the return of this call on.
    pub(super) fn set_outage(
        &self,
        outage: Outage,
        lasting: Option<Duration>,
        except: Option<u64>,
    ) {
        let end = lasting.and_then(|lasting| Instant::now().checked_add(lasting));
        let (fault, state) = match outage {
            Outage::None => (None, State::Open),
            Outage::Refuse => (None, State::Refusing(end)),
            Outage::All(fault) => (Some((fault, end)), State::Open),
        };
        self.fault_source.set(fault);
        self.set_state(state, except);
        self.connections.settle(SETTLING);
    }

    /// Takes, refuses or closes connections; the accepting thread is told.
    pub(super) fn set_state(&self, state: State, except: Option<u64>) {
        self.connections.set(state, except);
        if state != State::Open {
            // it waits for a connection, so it gets one
            let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        }
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// Creates the file, for its owner alone: it holds device ids.
pub(super) fn create(path: &Path) -> anyhow::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path);
    file.with_context(|| {
        let path = shown(&path.to_string_lossy()).into_string();
        format!("cannot create --record {path} (name a new file; no record is written over)")
    })
}

/// The line of an event; `parameters` is JSON.
pub(super) fn record_line(at_ms: u64, path: &str, parameters: &str) -> String {
    format!("{{\"at_ms\":{at_ms},\"path\":\"{path}\",\"params\":{parameters}}}\n")
}

/// A body's parameters as a JSON object, in their order.
pub(super) fn parameters(body: &[u8]) -> String {
    let mut out = Vec::with_capacity(body.len() * 2);
    let mut serializer = serde_json::Serializer::new(&mut out);
    let written = serializer.serialize_map(None).and_then(|mut map| {
        for (name, value) in form_urlencoded::parse(body) {
            map.serialize_entry(&name, &value)?;
        }
        map.end()
    });
    debug_assert!(written.is_ok(), "strings into memory");
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_keep_their_order_and_are_decoded() {
        let json = parameters(b"b=1&a=%22x%20y%22&c=z+%C3%A4&d=");
        assert_eq!(json, r#"{"b":"1","a":"\"x y\"","c":"z ä","d":""}"#);
    }
}

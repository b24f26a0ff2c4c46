//! The connections that exist, and whether new ones are taken.
//!
//! Both are under one lock, so that none is accepted while they are being ended.

use std::collections::HashMap;
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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

//! Who may come in, and who is in: the connections that exist, and whether new ones are taken.
//!
//! State and guest list share a lock, so that nobody slips in while the door is being shut.

use std::collections::HashMap;
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Connections at a time; more are closed at once.
const MOST: usize = 4_096;

/// One connection, seen from outside of its thread.
pub(super) struct Line {
    pub(super) stream: TcpStream,
    ended: AtomicBool,
}

impl Line {
    /// Makes the closing of the connection a reset.
    pub(super) fn arm_reset(&self) {
        // a lingering time of zero: unsent bytes are dropped and the peer gets RST
        let _ = socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }

    /// Sleeps so long, unless the connection is to end; says whether it goes on.
    pub(super) fn nap(&self, span: Duration) -> bool {
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

/// The door.
pub(super) struct Door {
    inside: Mutex<Inside>,
    changed: Condvar,
}

struct Inside {
    state: State,
    /// What the accepting thread has made true so far.
    listening: bool,
    lines: HashMap<u64, Arc<Line>>,
    accepted: u64,
}

/// A connection that is in; it leaves the list when dropped.
pub(super) struct Guest {
    pub(super) line: Arc<Line>,
    pub(super) id: u64,
    door: Arc<Door>,
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.door.inside().lines.remove(&self.id);
        self.door.changed.notify_all();
    }
}

impl Door {
    pub(super) fn new() -> Self {
        let inside = Inside {
            state: State::Open,
            listening: true,
            lines: HashMap::new(),
            accepted: 0,
        };
        Door {
            inside: Mutex::new(inside),
            changed: Condvar::new(),
        }
    }

    /// Puts a connection on the list; none if the door is shut or the house is full.
    pub(super) fn admit(self: &Arc<Self>, stream: TcpStream) -> Option<Guest> {
        let mut inside = self.inside();
        if inside.state != State::Open || inside.lines.len() >= MOST {
            return None;
        }
        let line = Arc::new(Line {
            stream,
            ended: AtomicBool::new(false),
        });
        inside.accepted += 1;
        let id = inside.accepted;
        inside.lines.insert(id, Arc::clone(&line));
        Some(Guest {
            line,
            id,
            door: Arc::clone(self),
        })
    }

    /// Connections accepted so far, and those that exist.
    pub(super) fn count(&self) -> (u64, u64) {
        let inside = self.inside();
        (inside.accepted, inside.lines.len() as u64)
    }

    /// What shall be now.
    pub(super) fn state(&self) -> State {
        self.inside().state_now()
    }

    /// Changes what shall be, unless the door was closed for good. Shutting it ends every
    /// connection but `except`, which may still say goodbye.
    pub(super) fn set(&self, state: State, except: Option<u64>) {
        let mut inside = self.inside();
        if inside.state == State::Closed {
            return;
        }
        inside.state = state;
        let shut = state != State::Open;
        for (_, line) in inside
            .lines
            .iter()
            .filter(|(id, _)| shut && Some(**id) != except)
        {
            if state != State::Closed {
                line.arm_reset();
            }
            line.end();
        }
        self.changed.notify_all();
    }

    /// The accepting thread says what is true now.
    pub(super) fn report(&self, listening: bool) {
        self.inside().listening = listening;
        self.changed.notify_all();
    }

    /// Waits until what shall be is true, so long at most.
    pub(super) fn settle(&self, most: Duration) {
        self.wait(most, |inside| {
            inside.listening != (inside.state_now() == State::Open)
        });
    }

    /// Waits until connections are taken again or never will be.
    pub(super) fn wait_while_refusing(&self) {
        while let State::Refusing(end) = self.state() {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let most = left.unwrap_or(Duration::from_secs(60));
            self.wait(most, |inside| {
                matches!(inside.state_now(), State::Refusing(_))
            });
        }
    }

    /// Waits until everybody has left, so long at most.
    pub(super) fn wait_empty(&self, most: Duration) {
        self.wait(most, |inside| !inside.lines.is_empty());
    }

    fn wait(&self, most: Duration, mut going_on: impl FnMut(&mut Inside) -> bool) {
        let inside = self.inside();
        let waited = self.changed.wait_timeout_while(inside, most, &mut going_on);
        drop(waited);
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    fn state_now(&mut self) -> State {
        if let State::Refusing(Some(end)) = self.state
            && end <= Instant::now()
        {
            self.state = State::Open;
        }
        self.state
    }
}

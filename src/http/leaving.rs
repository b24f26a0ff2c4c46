//! Whether a request has left: known, not guessed from how it failed; and a connection that asks less
//! of the operating system.
//!
//! A reset TLS handshake, a stale pooled connection and a reset after sending look alike in an
//! error. So the last link of the connector chain wraps each connection and notes the moment
//! before a request's first byte is handed on.
//!
//! Seen in the source of ureq 3.5.2 (an unversioned seam, hence the pin), and relied upon:
//! - `run::run` sends a request on the calling thread and a connection serves one request at a
//!   time, so a thread-local mark belongs to the request that this thread sends now. Only name
//!   look-ups get a thread of their own, and they touch no connection.
//! - A pooled connection is the wrapped one. It is probed before it is used again (`is_open`
//!   reads without blocking); what closes after the probe fails in `transmit_output` or later,
//!   and counts as left. Nothing is sent a second time by ureq itself.
//! - `RustlsConnector` finishes the handshake inside `connect`, below this wrapper; afterwards
//!   header bytes come first through `transmit_output`. There is no flush before them, and
//!   `Expect: 100-continue` is sent only if a request asks for it; ours never do.
//! - For a CONNECT proxy the whole chain runs once more, with a configuration that has no proxy:
//!   that way is not wrapped, or the tunnel's own bytes would count.
//!
//! At a thousand requests a second and more, most of a request's cost is system calls and threads
//! that are woken for half a message. So:
//! - `ureq` hands over a request's head and its body one after the other; they go as one, and what is
//!   held back has not left. It goes at the latest before an answer is waited for.
//! - `ureq` probes a connection when it is put away and again when it is taken up. The second
//!   probe sees all that the first would have seen, and more.
//! - The time left shrinks with every call, and each new value is a call to set it. Spans over
//!   a second are cut to eighths of one: a time-out may come that much early, and never late.
//!
//! Unsolicited answers: a server that answers twice, or sends more after its answer.
//!
//! HTTP does not say which request an answer is for, so one that is left over would be taken for
//! the next row's. A connection with bytes left over, in the socket or in a buffer, carries no
//! further request. A second answer that comes later than the next request leaves cannot be told
//! from that request's own. So once this was seen a few times, connections are not used again at
//! all: what comes late then goes nowhere.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time;

use ureq::Error;
use ureq::unversioned::transport::time::Duration;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, NextTimeout, Transport,
};

thread_local! {
    static LEFT: Cell<bool> = const { Cell::new(false) };
}

/// Forgets what this thread sent before.
pub(super) fn begin() {
    LEFT.set(false);
}

/// Whether this thread's request has left since [`begin`].
pub(super) fn has_left() -> bool {
    LEFT.get()
}

/// The last link of the chain.
#[derive(Debug)]
pub(super) struct Leaving {
    /// Whether connections go through a proxy.
    pub(super) proxied: bool,
    /// Notes what is left over.
    pub(super) seen: UnsolicitedCount,
}

impl<In: Transport> Connector<In> for Leaving {
    type Out = Either<In, Marked<In>>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let way_to_proxy = self.proxied && details.config.proxy().is_none();
        Ok(chained.map(|transport| {
            if way_to_proxy {
                Either::A(transport)
            } else {
                Either::B(Marked::new(transport, self.seen.clone()))
            }
        }))
    }
}

/// Shorter time-outs stay as they are.
const EXACT_BELOW: time::Duration = time::Duration::from_secs(1);
/// Longer time-outs are cut to a multiple of this.
const GRAIN_MS: u64 = 125;

/// A connection that notes when application bytes go out, and what is left over at its end.
#[derive(Debug)]
pub(super) struct Marked<In: Transport> {
    inner: In,
    seen: UnsolicitedCount,
    /// Bytes received since the last request was sent.
    came: usize,
    /// The head of a request whose body is still to come.
    held: Vec<u8>,
    /// Nothing happened since an answer came.
    answered: bool,
}

impl<In: Transport> Marked<In> {
    fn new(inner: In, seen: UnsolicitedCount) -> Self {
        Marked {
            inner,
            seen,
            came: 0,
            held: Vec::new(),
            answered: false,
        }
    }

    /// Sends what is held, and the first `amount` bytes of the output behind it.
    fn send(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        LEFT.set(true);
        self.came = 0;
        let head = self.held.len();
        let output = self.inner.buffers().output();
        if head + amount > output.len() {
            let body = output[..amount].to_vec();
            output[..head].copy_from_slice(&self.held);
            self.held.clear();
            self.inner.transmit_output(head, timeout)?;
            self.inner.buffers().output()[..amount].copy_from_slice(&body);
            return self.inner.transmit_output(amount, timeout);
        }
        output.copy_within(..amount, head);
        output[..head].copy_from_slice(&self.held);
        self.held.clear();
        self.inner.transmit_output(head + amount, timeout)
    }
}

impl<In: Transport> Drop for Marked<In> {
    fn drop(&mut self) {
        self.seen.ended(self.inner.buffers().input(), self.came);
    }
}

impl<In: Transport> Transport for Marked<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.answered = false;
        if self.held.is_empty() {
            let output = self.inner.buffers().output();
            self.held.extend_from_slice(&output[..amount]);
            return Ok(());
        }
        self.send(amount, cut(timeout))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let timeout = cut(timeout);
        if !self.held.is_empty() {
            self.send(0, timeout)?;
        }
        let before = self.inner.buffers().input().len();
        let awaited = self.inner.await_input(timeout);
        self.came += self.inner.buffers().input().len().saturating_sub(before);
        self.answered = awaited?;
        Ok(self.answered)
    }

    fn is_open(&mut self) -> bool {
        std::mem::take(&mut self.answered) || self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

fn cut(mut timeout: NextTimeout) -> NextTimeout {
    if let Duration::Exact(left) = timeout.after
        && left > EXACT_BELOW
    {
        let millis = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        timeout.after = Duration::from_millis(millis / GRAIN_MS * GRAIN_MS);
    }
    timeout
}

/// After this many connections with an answer left over, none is reused. One may only say why it closes.
const MOST: u32 = 3;
/// Reads of what is left over, which may have no end.
const MOST_READS: u32 = 16;

/// How many connections had an answer left over; shared by all.
#[derive(Debug, Clone, Default)]
pub(super) struct UnsolicitedCount(Arc<AtomicU32>);

impl UnsolicitedCount {
    fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn is_too_often(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= MOST
    }

    /// A connection ends with `unread` bytes; `came` bytes were received since its last request. If all
    /// of those are unread, they are the start of the answer, not a second one.
    pub(super) fn ended(&self, unread: &[u8], came: usize) {
        if unread.len() < came && unread.starts_with(b"HTTP/") {
            self.add();
        }
    }
}

/// The link behind the socket, below TLS.
#[derive(Debug)]
pub(super) struct Unsolicited {
    /// Whether connections go through a proxy.
    pub(super) proxied: bool,
    pub(super) seen: UnsolicitedCount,
}

impl<In: Transport> Connector<In> for Unsolicited {
    type Out = Either<In, Watched<In>>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        // The way to the proxy has been through here already.
        let is_tunnel = self.proxied && details.config.proxy().is_some();
        Ok(chained.map(|inner| {
            if is_tunnel {
                Either::A(inner)
            } else {
                let seen = self.seen.clone();
                Either::B(Watched { inner, seen })
            }
        }))
    }
}

/// A connection that knows what is left over.
#[derive(Debug)]
pub(super) struct Watched<In> {
    inner: In,
    seen: UnsolicitedCount,
}

impl<In: Transport> Watched<In> {
    /// Whether the connection goes on behind the bytes that nobody asked for. `ureq`'s probe has
    /// found some, and left the socket so that reading does not block.
    fn goes_on(&mut self) -> bool {
        let timeout = NextTimeout {
            after: Duration::from_millis(1),
            ..NextTimeout::default()
        };
        for _ in 0..MOST_READS {
            match self.inner.await_input(timeout) {
                Ok(true) => {
                    let buffers = self.inner.buffers();
                    let amount = buffers.input().len();
                    buffers.input_consume(amount);
                }
                Ok(false) => return false,
                Err(error) => return matches!(error, Error::Timeout(_)),
            }
        }
        true
    }
}

impl<In: Transport> Transport for Watched<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        let is_empty = self.inner.buffers().input().is_empty();
        let is_quiet = self.inner.is_open();
        if is_empty && is_quiet {
            return !self.seen.is_too_often();
        }
        if is_quiet || self.goes_on() {
            self.seen.add();
        }
        false
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use ureq::unversioned::transport::LazyBuffers;

    use super::*;

    const SIZE: usize = 8;

    /// Takes down what goes through it.
    #[derive(Debug)]
    struct Wire {
        buffers: LazyBuffers,
        sent: Vec<String>,
        probes: usize,
        open: bool,
    }

    impl Transport for Wire {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.buffers
        }

        fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
            let bytes = &self.buffers.output()[..amount];
            self.sent.push(String::from_utf8_lossy(bytes).into_owned());
            Ok(())
        }

        fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
            Ok(true)
        }

        fn is_open(&mut self) -> bool {
            self.probes += 1;
            self.open
        }
    }

    fn wire() -> Marked<Wire> {
        let inner = Wire {
            buffers: LazyBuffers::new(SIZE, SIZE),
            sent: Vec::new(),
            probes: 0,
            open: true,
        };
        Marked::new(inner, UnsolicitedCount::default())
    }

    fn hand_over(wire: &mut Marked<Wire>, text: &str) {
        wire.buffers().output()[..text.len()].copy_from_slice(text.as_bytes());
        let timeout = NextTimeout::default();
        wire.transmit_output(text.len(), timeout).unwrap();
    }

    #[test]
    fn head_and_body_go_as_one() {
        let mut wire = wire();
        for round in 1..=2 {
            hand_over(&mut wire, "head");
            assert_eq!(wire.inner.sent.len(), round - 1);
            hand_over(&mut wire, "body");
            assert_eq!(wire.inner.sent.len(), round);
            assert_eq!(wire.inner.sent[round - 1], "headbody");
        }
    }

    #[test]
    fn what_does_not_fit_together_goes_in_order() {
        let mut wire = wire();
        hand_over(&mut wire, "head");
        hand_over(&mut wire, "body1");
        assert_eq!(wire.inner.sent, ["head", "body1"]);
    }

    #[test]
    fn a_head_without_a_body_goes_before_the_answer_is_waited_for() {
        let mut wire = wire();
        hand_over(&mut wire, "head");
        wire.await_input(NextTimeout::default()).unwrap();
        assert_eq!(wire.inner.sent, ["head"]);
        wire.await_input(NextTimeout::default()).unwrap();
        assert_eq!(wire.inner.sent, ["head"]);
    }

    #[test]
    fn a_connection_is_probed_before_it_is_used_again() {
        let mut wire = wire();
        wire.inner.open = false;
        assert!(!wire.is_open());
        wire.await_input(NextTimeout::default()).unwrap();
        assert!(wire.is_open());
        assert!(!wire.is_open());
        assert_eq!(wire.inner.probes, 2);
    }

    #[test]
    fn long_spans_are_cut_and_never_lengthened() {
        let cut_ms = |millis| {
            let timeout = NextTimeout {
                after: Duration::from_millis(millis),
                ..NextTimeout::default()
            };
            u64::try_from(cut(timeout).after.as_millis()).unwrap()
        };
        assert_eq!(cut_ms(59_999), 59_875);
        assert_eq!(cut_ms(59_876), 59_875);
        assert_eq!(cut_ms(1_001), 1_000);
        assert_eq!(cut_ms(1_000), 1_000);
        assert_eq!(cut_ms(7), 7);
        let never = NextTimeout::default();
        assert_eq!(cut(never), never);
    }
}

#[cfg(test)]
mod unsolicited_tests {
    use std::collections::VecDeque;

    use ureq::Timeout;
    use ureq::unversioned::transport::LazyBuffers;

    use super::*;

    /// A socket with these reads to come; empty is the end of the connection.
    #[derive(Debug)]
    struct Socket {
        buffers: LazyBuffers,
        reads: VecDeque<&'static [u8]>,
    }

    impl Transport for Socket {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.buffers
        }

        fn transmit_output(&mut self, _: usize, _: NextTimeout) -> Result<(), Error> {
            Ok(())
        }

        fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
            let read = self.reads.pop_front();
            let read = read.ok_or(Error::Timeout(Timeout::RecvResponse))?;
            self.buffers.input_append_buf()[..read.len()].copy_from_slice(read);
            self.buffers.input_appended(read.len());
            Ok(!read.is_empty())
        }

        /// As `ureq`'s: it takes a byte away.
        fn is_open(&mut self) -> bool {
            if let Some(read) = self.reads.front_mut() {
                *read = read.get(1..).unwrap_or_default();
            }
            self.reads.is_empty()
        }
    }

    fn watched(reads: &[&'static [u8]], seen: &UnsolicitedCount) -> Watched<Socket> {
        Watched {
            inner: Socket {
                buffers: LazyBuffers::new(64, 64),
                reads: reads.iter().copied().collect(),
            },
            seen: seen.clone(),
        }
    }

    #[test]
    fn bytes_left_over_close_the_connection() {
        let seen = UnsolicitedCount::default();
        assert!(watched(&[], &seen).is_open());
        let mut buffered = watched(&[b"HTTP/1.1 200"], &seen);
        let read = buffered.await_input(NextTimeout::default());
        assert!(read.is_ok_and(|came| came));
        assert!(!buffered.is_open());
        assert!(!watched(&[b"HTTP/1.1 200", b"x"], &seen).is_open());
        assert_eq!(seen.0.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn after_a_few_no_connection_is_used_again() {
        let seen = UnsolicitedCount::default();
        for _ in 0..MOST {
            assert!(watched(&[], &seen).is_open());
            assert!(!watched(&[b"HTTP/1.1 200 OK"], &seen).is_open());
        }
        assert!(!watched(&[], &seen).is_open());
    }

    #[test]
    fn an_end_is_no_answer_even_with_a_reason() {
        let seen = UnsolicitedCount::default();
        for _ in 0..2 * MOST {
            assert!(!watched(&[b""], &seen).is_open());
            assert!(!watched(&[b"HTTP/1.1 408 Request Timeout", b""], &seen).is_open());
        }
        assert!(watched(&[], &seen).is_open());
    }

    #[test]
    fn an_answer_that_breaks_off_is_not_one_left_over() {
        let seen = UnsolicitedCount::default();
        for (unread, came) in [("HTTP/1.1 20", 11), ("", 90), ("the rest of a body", 90)] {
            seen.ended(unread.as_bytes(), came);
        }
        assert_eq!(seen.0.load(Ordering::Relaxed), 0);
        seen.ended(b"HTTP/1.1 200", 90);
        assert_eq!(seen.0.load(Ordering::Relaxed), 1);
    }
}

//! Unsolicited answers: a server that answers twice, or sends more after its answer.
//!
//! HTTP does not say which request an answer is for, so one that is left over would be taken for
//! the next row's. A connection with bytes left over, in the socket or in a buffer, carries no
//! further request. A second answer that comes later than the next request leaves cannot be told
//! from that request's own. So once this was seen a few times, connections are not used again at
//! all: what comes late then goes nowhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ureq::Error;
use ureq::unversioned::transport::time::Duration;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, NextTimeout, Transport,
};

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
mod tests {
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

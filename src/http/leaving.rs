//! Whether a request has left: known, not guessed from how it failed.
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
//! - `Coalesced` around the wrapper holds a request's head back until its body comes, and what it
//!   holds has not left.
//! - For a CONNECT proxy the whole chain runs once more, with a configuration that has no proxy:
//!   that way is not wrapped, or the tunnel's own bytes would count.

use std::cell::Cell;

use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, NextTimeout, Transport,
};

use super::coalesce::Coalesced;
use super::unasked::Seen;

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
    pub(super) seen: Seen,
}

impl<In: Transport> Connector<In> for Leaving {
    type Out = Either<In, Coalesced<Marked<In>>>;

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
                Either::B(Coalesced::new(Marked {
                    inner: transport,
                    seen: self.seen.clone(),
                    came: 0,
                }))
            }
        }))
    }
}

/// A connection that notes when application bytes go out, and what is left over at its end.
#[derive(Debug)]
pub(super) struct Marked<In: Transport> {
    inner: In,
    seen: Seen,
    /// Bytes that came since a request last went out.
    came: usize,
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
        LEFT.set(true);
        self.came = 0;
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let before = self.inner.buffers().input().len();
        let awaited = self.inner.await_input(timeout);
        self.came += self.inner.buffers().input().len().saturating_sub(before);
        awaited
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

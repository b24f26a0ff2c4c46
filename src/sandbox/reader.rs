//! A connection's incoming bytes: heads and bodies, within limits of size and time.
//!
//! One buffer for the life of the connection; a request that arrives in one piece costs one read.

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::answer::Answer;
use super::head::{BODY_LIMIT, HEAD_LIMIT, Head};

/// How long the sandbox waits for a client.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the next request on a connection.
    pub idle: Duration,
    /// For the whole of a request, from its first byte on.
    pub request: Duration,
}

impl Default for Patience {
    /// 75 s and 30 s.
    fn default() -> Self {
        Patience {
            idle: Duration::from_secs(75),
            request: Duration::from_secs(30),
        }
    }
}

impl Patience {
    /// How often a waiting reader looks at the clock.
    pub(super) fn tick(&self) -> Duration {
        let most = Duration::from_secs(5);
        self.idle
            .min(self.request)
            .clamp(Duration::from_millis(1), most)
    }
}

/// Why there is no request.
#[derive(Debug)]
pub(super) enum End {
    /// The client left, broke off or stayed silent for too long.
    Gone,
    /// The request cannot be understood: answer and close.
    Bad(Answer),
}

/// The incoming bytes.
pub(super) struct Reader<'c> {
    stream: &'c TcpStream,
    patience: Patience,
    buffer: Vec<u8>,
    filled: usize,
    /// When the current wait began, and whether it is for the rest of a request.
    since: Instant,
    begun: bool,
}

/// Enough for most requests; it grows to the limits for the others.
const ROOM: usize = 4 << 10;

impl<'c> Reader<'c> {
    pub(super) fn new(stream: &'c TcpStream, patience: Patience) -> Self {
        Reader {
            stream,
            patience,
            buffer: vec![0; ROOM],
            filled: 0,
            since: Instant::now(),
            begun: false,
        }
    }

    /// Waits for the head of the next request.
    pub(super) fn head(&mut self) -> Result<Head, End> {
        loop {
            if self.filled > 0
                && let Some(head) = Head::parse(&self.buffer[..self.filled]).map_err(End::Bad)?
            {
                return Ok(head);
            }
            self.more(HEAD_LIMIT)?;
        }
    }

    /// Waits for the body behind a head.
    pub(super) fn body(&mut self, head: &Head) -> Result<&[u8], End> {
        let end = head.bytes + head.length;
        while self.filled < end {
            self.more(HEAD_LIMIT + BODY_LIMIT)?;
        }
        Ok(&self.buffer[head.bytes..end])
    }

    /// Forgets a request that was dealt with; what follows it stays.
    pub(super) fn forget(&mut self, head: &Head) {
        let end = head.bytes + head.length;
        self.buffer.copy_within(end..self.filled, 0);
        self.filled -= end;
        self.begun = self.filled > 0;
        self.since = Instant::now();
    }

    /// Holds the connection until the client leaves or the stream is shut down.
    pub(super) fn hold(&mut self) {
        loop {
            match self.stream.read(&mut self.buffer) {
                Ok(0) => return,
                Err(e) if !is_pause(&e) => return,
                _ => {}
            }
        }
    }

    /// Reads and throws away what a refused client still sends, for a moment: closing with
    /// unread bytes would be a reset, and the answer would be lost.
    pub(super) fn drain(&mut self) {
        let moment = Duration::from_secs(1);
        let _ = self.stream.set_read_timeout(Some(moment));
        let start = Instant::now();
        while matches!(self.stream.read(&mut self.buffer), Ok(1..)) && start.elapsed() < moment {}
    }

    fn more(&mut self, limit: usize) -> Result<(), End> {
        if self.filled == self.buffer.len() {
            self.buffer
                .resize((self.filled * 2).min(limit.max(self.filled + 1)), 0);
        }
        loop {
            match self.stream.read(&mut self.buffer[self.filled..]) {
                Ok(0) => return Err(End::Gone),
                Ok(count) => {
                    self.filled += count;
                    return self.progress();
                }
                Err(e) if is_pause(&e) => self.silence()?,
                Err(_) => return Err(End::Gone),
            }
        }
    }

    fn progress(&mut self) -> Result<(), End> {
        if self.begun {
            return self.silence();
        }
        self.begun = true;
        self.since = Instant::now();
        Ok(())
    }

    fn silence(&self) -> Result<(), End> {
        let waited = self.since.elapsed();
        if self.begun && waited > self.patience.request {
            return Err(End::Bad(Answer::error(408, "the request took too long")));
        }
        if !self.begun && waited > self.patience.idle {
            return Err(End::Gone);
        }
        Ok(())
    }
}

/// The tick passed, or a signal came: nothing is wrong.
fn is_pause(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}

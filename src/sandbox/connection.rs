//! One connection: read a request, decide, wait, act; again.
//!
//! Deciding happens in `reaction`, here are the acts: what is written, and how the connection
//! ends.

use std::io::{self, Write};
use std::net::Shutdown;
use std::time::Duration;

use super::answer::{ACCEPTED, Answer};
use super::connections::Admitted;
use super::faults::Fault;
use super::reaction::{Reaction, answer_own, react};
use super::reader::{End, Reader, Route};
use super::shared::Shared;

/// The pause between two bytes of a slow answer.
const TRICKLE: Duration = Duration::from_millis(100);

/// How many bytes of a `cut` answer's body are kept back.
const KEPT_BACK: usize = 12;

/// Serves a connection until it ends.
pub(super) fn run(shared: &Shared, admitted: &Admitted) {
    let stream = &admitted.peer.stream;
    let _ = stream.set_nodelay(true);
    let _ = stream.set_read_timeout(Some(shared.patience.tick()));
    let _ = stream.set_write_timeout(Some(shared.patience.request));
    let mut connection = Connection {
        shared,
        admitted,
        reader: Reader::new(stream, shared.patience),
        out: Vec::with_capacity(512),
    };
    while let Ok(Next::Request) = connection.turn() {}
}

/// Whether the connection goes on.
enum Next {
    Request,
    Close,
}

struct Connection<'s> {
    shared: &'s Shared,
    admitted: &'s Admitted,
    reader: Reader<'s>,
    out: Vec<u8>,
}

impl Connection<'_> {
    /// One request, from its first byte to its answer.
    fn turn(&mut self) -> io::Result<Next> {
        let head = match self.reader.head() {
            Ok(head) => head,
            Err(end) => return self.give_up(end),
        };
        let hit = self.shared.hit(head.route);
        if hit.is_some_and(|hit| hit.fault == Fault::Reset) {
            self.shared.count_reset(head.route);
            self.admitted.peer.arm_reset();
            return Ok(Next::Close);
        }
        let body = match self.reader.body(&head) {
            Ok(body) => body,
            Err(end) => return self.give_up(end),
        };
        let reaction = match head.route {
            Route::Stats | Route::Control => {
                Reaction::Answer(answer_own(self.shared, &head, body, self.admitted.id))
            }
            _ => react(self.shared, &head, body, hit),
        };
        let delay = if head.route.is_tenjins() {
            self.shared.latency
        } else {
            Duration::ZERO
        };
        if !self.admitted.peer.sleep(delay) {
            return Ok(Next::Close);
        }
        self.reader.forget(&head);
        // after `/control` the connection that brought it shall not linger
        let close = head.close || head.route == Route::Control;
        self.act(&reaction, close)
    }

    fn act(&mut self, reaction: &Reaction, close: bool) -> io::Result<Next> {
        match reaction {
            Reaction::Answer(answer) => self.send(answer, close)?,
            Reaction::Odd(Fault::Slow) => self.trickle(close)?,
            Reaction::Odd(fault) => {
                match fault {
                    Fault::Cut => {
                        ACCEPTED.write_to(false, &mut self.out);
                        self.out.truncate(self.out.len() - KEPT_BACK);
                        self.write()?;
                    }
                    Fault::Hang => self.reader.hold(),
                    // lost: not a byte of an answer
                    _ => {}
                }
                return Ok(Next::Close);
            }
        }
        Ok(if close { Next::Close } else { Next::Request })
    }

    /// No request came, or none that can be understood.
    fn give_up(&mut self, end: End) -> io::Result<Next> {
        if let End::Bad(answer) = end {
            self.shared.count_bad(&answer);
            self.send(&answer, true)?;
            self.admitted.peer.stream.shutdown(Shutdown::Write)?;
            self.reader.drain();
        }
        Ok(Next::Close)
    }

    fn send(&mut self, answer: &Answer, close: bool) -> io::Result<()> {
        answer.write_to(close, &mut self.out);
        self.write()
    }

    fn write(&mut self) -> io::Result<()> {
        let written = (&self.admitted.peer.stream).write_all(&self.out);
        self.out.clear();
        written
    }

    /// The head at once, then the body byte by byte.
    fn trickle(&mut self, close: bool) -> io::Result<()> {
        let body = ACCEPTED.write_to(close, &mut self.out);
        let bytes = std::mem::take(&mut self.out);
        let (head, body) = bytes.split_at(bytes.len() - body);
        let mut stream = &self.admitted.peer.stream;
        stream.write_all(head)?;
        for byte in body.chunks(1) {
            if !self.admitted.peer.sleep(TRICKLE) {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            stream.write_all(byte)?;
        }
        Ok(())
    }
}

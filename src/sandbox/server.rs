//! The server: its socket, its threads, its beginning and its end. One connection: read a request,
//! decide, wait, act; again.
//!
//! Deciding happens in `reaction`, here are the acts: what is written, and how the connection
//! ends.

use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use anyhow::{Context, ensure};
use socket2::{Domain, Socket, Type};

use super::Options;
use super::answer::{ACCEPTED, Answer};
use super::connections::{Admitted, Shared, State};
use super::counters::Stats;
use super::faults::{Fault, Outage};
use super::reaction::{Reaction, answer_own, react};
use super::reader::{End, Reader, Route};

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 1024;

/// Enough for a connection in a debug build; 256 of them are 64 MiB of address space.
const STACK: usize = 256 << 10;

/// How long the closing of a few thousand connections may take.
const CLOSING: Duration = Duration::from_secs(5);

/// A running sandbox. It stops when dropped.
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts one. An error is an address that is not loopback or is taken, or a record that
    /// exists.
    pub fn start(options: Options) -> anyhow::Result<Server> {
        let listen = options.listen;
        ensure!(
            listen.ip().is_loopback(),
            "sandbox: {listen} is not a loopback address; use 127.0.0.1 or [::1]"
        );
        let listener = bind(listen).and_then(listen_on).with_context(|| {
            let any = SocketAddr::new(listen.ip(), 0);
            format!("sandbox: cannot listen on {listen} (--listen {any} takes a free port)")
        })?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(options, address).context("sandbox")?);
        let accepting = Arc::clone(&shared);
        let accepting = spawn(move || accept(&accepting, listener, address))?;
        Ok(Server {
            shared,
            address,
            accepting: Some(accepting),
        })
    }

    /// Where it listens, with the real port.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The same for `--endpoint-url`: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was counted so far.
    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }

    /// Makes every request fail in one way: for `lasting`, or until the next call. It holds from
    /// the return of this call on.
    pub fn outage(&self, outage: Outage, lasting: Option<Duration>) {
        self.shared.set_outage(outage, lasting, None);
    }

    /// Closes all connections. Stopping twice is harmless.
    pub fn stop(&mut self) {
        self.shared.set_state(State::Closed, None);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        self.shared.connections.wait_empty(CLOSING);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn spawn(work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    Builder::new()
        .name("sandbox".into())
        .stack_size(STACK)
        .spawn(work)
}

/// Takes connections while they are not refused.
fn accept(shared: &Arc<Shared>, listener: TcpListener, address: SocketAddr) {
    let mut listener = Some(listener);
    loop {
        match (shared.connections.state(), &listener) {
            (State::Closed, _) => return,
            (State::Open, Some(open)) => accept_one(shared, open),
            (State::Open, None) => listener = reopen(shared, address),
            (State::Refusing(_), _) => {
                drop(listener.take());
                listener = refuse(shared, address);
            }
        }
    }
}

fn accept_one(shared: &Arc<Shared>, listener: &TcpListener) {
    match listener.accept() {
        Ok((stream, _)) => {
            let Some(admitted) = shared.connections.admit(stream) else {
                return;
            };
            let shared = Arc::clone(shared);
            // without a thread it is dropped, and with it the connection
            let _ = spawn(move || serve(&shared, &admitted));
        }
        // out of file descriptors, most likely: let some be given back
        Err(_) => std::thread::sleep(Duration::from_millis(10)),
    }
}

/// Holds the port without listening, so that connections are refused and nobody else gets it.
fn refuse(shared: &Shared, address: SocketAddr) -> Option<TcpListener> {
    let held = bind(address);
    shared.connections.report(false);
    shared.connections.wait_while_refusing();
    let listener = held.and_then(listen_on).ok();
    if listener.is_some() {
        shared.connections.report(true);
    }
    listener
}

fn reopen(shared: &Shared, address: SocketAddr) -> Option<TcpListener> {
    let listener = bind(address).and_then(listen_on).ok();
    match &listener {
        Some(_) => shared.connections.report(true),
        None => std::thread::sleep(Duration::from_millis(10)),
    }
    listener
}

fn bind(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // else the port stays taken for a minute by connections that are closing; on Windows the
    // same option would share the port
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

fn listen_on(socket: Socket) -> io::Result<TcpListener> {
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// The pause between two bytes of a slow answer.
const TRICKLE: Duration = Duration::from_millis(100);

/// How many bytes of a `cut` answer's body are kept back.
const KEPT_BACK: usize = 12;

/// Serves a connection until it ends.
fn serve(shared: &Shared, admitted: &Admitted) {
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

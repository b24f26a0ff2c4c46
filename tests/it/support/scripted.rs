//! A server on 127.0.0.1 that misbehaves on demand and remembers every request.
//!
//! One behaviour is used up for each request (or attempt at one), in the order of arrival; then
//! the default counts. It has blocking threads and waits for events, never for time to pass.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use socket2::SockRef;

use super::{Reply, Seen};

/// What a server does with one request.
#[derive(Debug, Clone)]
pub enum Behaviour {
    /// A whole answer; the connection stays open.
    Reply(Reply),
    /// The same, but not before this long after the request.
    Late(Duration, Reply),
    /// A whole answer, and the same again this long after it, whether asked for or not.
    Twice(Duration, Reply),
    /// A whole answer, and the connection is closed without having said so.
    ReplyThenClose(Reply),
    /// A reset at its first byte, none of it read.
    ResetBeforeRead,
    /// The whole request is read, then a reset.
    ResetAfterRead,
    /// The whole request is read, then the connection is closed.
    CloseAfterRead,
    /// The whole request is read, and nothing happens until the client gives up.
    Hang,
    /// A header that promises a long body, which then comes one byte at a time.
    Trickle(Duration),
    /// Announces the whole body, sends its first bytes only, and closes.
    CutBody(Reply, usize),
    /// These bytes, then the connection is closed.
    Raw(Vec<u8>),
}

impl Behaviour {
    pub fn reply(status: u16, body: &str) -> Self {
        Behaviour::Reply(Reply::new(status, body))
    }

    pub fn accepted() -> Self {
        Behaviour::Reply(Reply::accepted())
    }
}

type Rule = dyn Fn(&Seen) -> Behaviour + Send + Sync;

struct Shared {
    script: Mutex<VecDeque<Behaviour>>,
    rule: Box<Rule>,
    seen: Mutex<Vec<Seen>>,
    ended: Mutex<usize>,
    came: Condvar,
    went: Condvar,
    /// Weak, so that a serving thread alone decides when its connection ends, and how.
    sockets: Mutex<Vec<Weak<TcpStream>>>,
}

/// A running server; it ends when it is dropped.
pub struct Scripted {
    address: SocketAddr,
    shared: Arc<Shared>,
    door: Option<Door>,
}

/// The thread that accepts connections.
struct Door {
    open: Arc<Mutex<bool>>,
    thread: JoinHandle<()>,
}

impl Scripted {
    /// Does these things first, and then the default for ever.
    pub fn new(script: impl Into<VecDeque<Behaviour>>, default: Behaviour) -> Self {
        Scripted::start(script.into(), Box::new(move |_| default.clone()))
    }

    /// Decides by the request, once it has been read. The rule may block, which holds the answer.
    pub fn ruled(rule: impl Fn(&Seen) -> Behaviour + Send + Sync + 'static) -> Self {
        Scripted::start(VecDeque::new(), Box::new(rule))
    }

    fn start(script: VecDeque<Behaviour>, rule: Box<Rule>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            script: Mutex::new(script),
            rule,
            seen: Mutex::default(),
            ended: Mutex::default(),
            came: Condvar::new(),
            went: Condvar::new(),
            sockets: Mutex::default(),
        });
        let door = Some(Door::open(listener, &shared));
        Scripted {
            address,
            shared,
            door,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every whole request so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// Waits until there are so many requests; panics if they do not come.
    pub fn wait_for(&self, requests: usize) -> Vec<Seen> {
        wait(&self.shared.seen, &self.shared.came, |seen| {
            seen.len() >= requests
        })
    }

    /// Waits until so many connections have been closed by this side.
    pub fn wait_for_closed(&self, connections: usize) {
        wait(&self.shared.ended, &self.shared.went, |ended| {
            *ended >= connections
        });
    }

    /// How many connections were made so far.
    pub fn connections(&self) -> usize {
        self.shared.sockets.lock().unwrap().len()
    }

    /// Closes everything: from now on connections are refused.
    pub fn refuse(&mut self) {
        if let Some(door) = self.door.take() {
            door.close(self.address);
        }
        let sockets = self.shared.sockets.lock().unwrap();
        for socket in sockets.iter().filter_map(Weak::upgrade) {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    /// Opens the same address again.
    pub fn listen_again(&mut self) {
        self.refuse();
        let listener = TcpListener::bind(self.address).unwrap();
        self.door = Some(Door::open(listener, &self.shared));
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.refuse();
    }
}

impl Door {
    fn open(listener: TcpListener, shared: &Arc<Shared>) -> Self {
        let open = Arc::new(Mutex::new(true));
        let (still_open, shared) = (Arc::clone(&open), Arc::clone(shared));
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if !*still_open.lock().unwrap() {
                    break;
                }
                shared.take(stream.unwrap());
            }
        });
        Door { open, thread }
    }

    /// A connection of our own wakes the thread, which then drops the listener.
    fn close(self, address: SocketAddr) {
        *self.open.lock().unwrap() = false;
        drop(TcpStream::connect(address));
        self.thread.join().unwrap();
    }
}

impl Shared {
    fn take(self: &Arc<Self>, stream: TcpStream) {
        let stream = Arc::new(stream);
        let mut sockets = self.sockets.lock().unwrap();
        let connection = sockets.len();
        sockets.push(Arc::downgrade(&stream));
        drop(sockets);
        let shared = Arc::clone(self);
        thread::spawn(move || {
            stream.set_nodelay(true).unwrap();
            let mut buffer = Vec::new();
            while shared.serve(&stream, &mut buffer, connection).is_some() {}
            drop(stream);
            *shared.ended.lock().unwrap() += 1;
            shared.went.notify_all();
        });
    }

    /// One request; none when the connection is to end.
    fn serve(&self, stream: &TcpStream, buffer: &mut Vec<u8>, connection: usize) -> Option<()> {
        if buffer.is_empty() {
            stream.peek(&mut [0]).ok().filter(|amount| *amount > 0)?;
        }
        let scripted = self.script.lock().unwrap().pop_front();
        if matches!(scripted, Some(Behaviour::ResetBeforeRead)) {
            return reset(stream);
        }
        let seen = Seen::read(stream, buffer, connection)?;
        self.seen.lock().unwrap().push(seen.clone());
        self.came.notify_all();
        act(scripted.unwrap_or_else(|| (self.rule)(&seen)), stream)
    }
}

fn act(behaviour: Behaviour, mut stream: &TcpStream) -> Option<()> {
    match behaviour {
        Behaviour::Reply(reply) => stream.write_all(&reply.bytes()).ok(),
        Behaviour::Late(delay, reply) => {
            client_stays(stream, delay).then_some(())?;
            stream.set_read_timeout(None).ok()?;
            stream.write_all(&reply.bytes()).ok()
        }
        Behaviour::Twice(delay, reply) => {
            stream.write_all(&reply.bytes()).ok()?;
            thread::sleep(delay);
            stream.write_all(&reply.bytes()).ok()
        }
        Behaviour::ReplyThenClose(reply) => last_words(stream, &reply.bytes()),
        Behaviour::ResetBeforeRead | Behaviour::ResetAfterRead => reset(stream),
        Behaviour::CloseAfterRead => None,
        Behaviour::Hang => {
            while stream.read(&mut [0; 1024]).is_ok_and(|amount| amount > 0) {}
            None
        }
        Behaviour::Trickle(pause) => trickle(stream, pause),
        Behaviour::CutBody(reply, kept) => {
            stream.write_all(&reply.head(reply.body.len())).ok()?;
            last_words(stream, &reply.body[..kept])
        }
        Behaviour::Raw(bytes) => last_words(stream, &bytes),
    }
}

fn last_words(mut stream: &TcpStream, bytes: &[u8]) -> Option<()> {
    let _ = stream.write_all(bytes);
    None
}

/// Without lingering, closing a socket sends a reset.
fn reset(stream: &TcpStream) -> Option<()> {
    SockRef::from(stream)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
    None
}

fn trickle(mut stream: &TcpStream, pause: Duration) -> Option<()> {
    stream.write_all(&Reply::accepted().head(1_000_000)).ok()?;
    while client_stays(stream, pause) {
        stream.write_all(b" ").ok()?;
    }
    None
}

/// Whether the client neither hangs up nor goes on for so long.
fn client_stays(mut stream: &TcpStream, time: Duration) -> bool {
    stream.set_read_timeout(Some(time)).unwrap();
    let waiting = [ErrorKind::WouldBlock, ErrorKind::TimedOut];
    stream
        .read(&mut [0])
        .is_err_and(|error| waiting.contains(&error.kind()))
}

fn wait<T: Clone>(value: &Mutex<T>, news: &Condvar, enough: impl Fn(&T) -> bool) -> T {
    let limit = Duration::from_secs(30);
    let value = value.lock().unwrap();
    let (value, waited) = news
        .wait_timeout_while(value, limit, |now| !enough(now))
        .unwrap();
    assert!(!waited.timed_out(), "it did not happen in {limit:?}");
    value.clone()
}

//! The server: its socket, its threads, its beginning and its end.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use anyhow::{Context, ensure};
use socket2::{Domain, Socket, Type};

use super::connections::State;
use super::counters::Stats;
use super::faults::Outage;
use super::shared::Shared;
use super::{Options, connection};

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

fn spawn(work: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
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
            let _ = spawn(move || connection::run(&shared, &admitted));
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

fn bind(address: SocketAddr) -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // else the port stays taken for a minute by connections that are closing; on Windows the
    // same option would share the port
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

fn listen_on(socket: Socket) -> std::io::Result<TcpListener> {
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

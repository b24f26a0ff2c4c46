//! Writes the journal back into the database beside the run, so that no claim waits for it.
//!
//! `SQLite` would do it within a commit: thousands of pages and a sync, while no row can be
//! claimed. Nothing depends on it: what is durable stands in the journal until it is written back,
//! and errors show when the ledger itself is written or closed.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::error::LedgerError;
use super::store;

/// Commits from one time to the next.
const EVERY: u32 = 32;

/// A thread with a connection of its own. Ends with the value.
#[derive(Debug)]
pub(super) struct Writeback {
    /// None only while it ends.
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    commits: u32,
    /// All is written back but what was committed meanwhile.
    nearly: Arc<AtomicBool>,
}

impl Writeback {
    /// For the ledger in this file, which another connection has opened.
    pub(super) fn start(path: &Path) -> Result<Self, LedgerError> {
        let connection = store::open_again(path)?;
        let (wake, woken) = sync_channel(1);
        let nearly = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&nearly);
        let thread = std::thread::Builder::new()
            .name("write-back".into())
            .spawn(move || run(&connection, &woken, &done))?;
        Ok(Writeback {
            wake: Some(wake),
            thread: Some(thread),
            commits: 0,
            nearly,
        })
    }

    /// Something was committed by this connection. The journal begins anew only if nothing in it
    /// is left to be written back when the next commit begins, so the little that is left is
    /// written here.
    pub(super) fn committed(&mut self, connection: &Connection) {
        self.commits += 1;
        if self.nearly.swap(false, Ordering::Acquire) {
            pass(connection);
        } else if self.commits >= EVERY
            && let Some(wake) = &self.wake
        {
            self.commits = 0;
            // If it is still busy with what came before, it goes on when that is done.
            let _ = wake.try_send(());
        }
    }
}

impl Drop for Writeback {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell, and whoever closes the ledger writes back what is left.
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, woken: &Receiver<()>, nearly: &AtomicBool) {
    while woken.recv().is_ok() {
        pass(connection);
        nearly.store(true, Ordering::Release);
    }
}

/// Writes back what can be without holding anybody up.
fn pass(connection: &Connection) {
    // If it fails, on a full disk say, the journal keeps it all, and the next commit will tell.
    let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
}

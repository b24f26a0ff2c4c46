//! From inputs to chunks of checked rows: one thread reads, rayon does the work, and everything
//! comes out in input order.
//!
//! Reading runs at most [`AHEAD`] chunks ahead, so that a file of any size goes through in the
//! same memory. A closed channel is the signal to stop reading.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::time::Duration;

use crate::http::KeyFinder;
use crate::input::{Chunk, OtherHeader, Source};
use crate::ledger::Intent;
use crate::mapping::Binding;
use crate::model::{Event, Filter, NO_REVENUE, Place, Rejection, StopReason};
use crate::stats::ChunkStats;
use crate::validate::{Build, Checked, Normaliser, Rules};

/// How many chunks may be in work or wait for whoever takes chunks.
const AHEAD: usize = 4;

/// An input that is ready to be read.
pub struct Opened {
    /// Where its chunks come from.
    pub source: Source,
    /// Which column feeds which field.
    pub binding: Arc<Binding>,
}

impl Opened {
    /// Keeps in the same memory what it has in common with another one.
    pub fn share_with(&mut self, other: &Opened) {
        self.source.share_with(&other.source);
        if self.binding.is_like(&other.binding) {
            self.binding = Arc::clone(&other.binding);
        }
    }
}

/// What a chunk of rows became.
#[derive(Debug, Default)]
pub struct CheckedChunk {
    /// Which input it is from.
    pub input: u32,
    /// Its numbers.
    pub stats: ChunkStats,
    /// Its rows that the ledger is asked about, in input order.
    pub rows: Vec<Candidate>,
    /// Its rejected rows, in input order.
    pub rejections: Vec<Rejection>,
    /// Its rows that a rule leaves out, in input order, if anybody wants to know.
    pub filtered: Vec<(Place, Filter)>,
    /// The chunk itself, if its rows have ids and were only counted, or are events without bodies.
    pub again: Option<Work>,
}

impl CheckedChunk {
    fn take(&mut self, place: Place, result: Checked, name_filtered: bool) {
        match result {
            Checked::Event(event) => self.rows.push(Candidate {
                event,
                meant: Meant::ToSend,
            }),
            Checked::Rejected(rejection) => self.rejections.push(*rejection),
            Checked::Filtered { filter, event } => {
                let is_old = filter == Filter::TooOld && event.is_some();
                let meant = match &filter {
                    Filter::TooOld => Meant::TooOld,
                    Filter::Mapping(reason) if **reason == *NO_REVENUE => Meant::Free,
                    _ => Meant::Refund,
                };
                self.rows
                    .extend(event.map(|event| Candidate { event, meant }));
                // Of what is too old the ledger has the last word.
                if name_filtered && !is_old {
                    self.filtered.push((place, filter));
                }
            }
            Checked::Valid => {}
        }
    }
}

/// A valid row before it is claimed.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The row.
    pub event: Arc<Event>,
    /// What it is to the run.
    pub meant: Meant,
}

/// What a candidate is to the run. All but the first were counted as filtered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// To be sent.
    ToSend,
    /// Only to be recognised.
    TooOld,
    /// A rule that leaves refunds out applies: what it refunds may have been sent.
    Refund,
    /// It costs nothing: with a price it may have been sent.
    Free,
}

impl Meant {
    /// What the ledger is asked.
    pub fn intent(self) -> Intent {
        match self {
            Meant::ToSend => Intent::Send,
            Meant::TooOld => Intent::Recognise,
            Meant::Refund | Meant::Free => Intent::Refund,
        }
    }
}

/// Why a run stops, for the report and for people.
pub type Stop = (StopReason, String);

/// What comes out.
#[derive(Debug)]
pub enum Delivery {
    /// Checked rows.
    Rows(Box<CheckedChunk>),
    /// The end of an input, and why it came early, if it did.
    Ended {
        /// Which input.
        input: u32,
        /// What went wrong, naming the input.
        error: Option<Stop>,
    },
}

/// How rows are checked, and how many.
#[derive(Debug, Clone)]
pub struct Checking {
    /// The rules.
    pub rules: Arc<Rules>,
    /// `--limit`.
    pub limit: Option<u64>,
    /// Whether filtered rows are named one by one.
    pub name_filtered: bool,
    /// The key that no row may hold.
    pub key_finder: Option<KeyFinder>,
}

/// Starts reading; the chunks come in input order.
pub fn start(inputs: Vec<Opened>, checking: Checking) -> std::io::Result<Deliveries> {
    let (out, coming) = sync_channel(AHEAD);
    std::thread::Builder::new()
        .name("read".into())
        .spawn(move || read_all(inputs, &checking, &out))?;
    Ok(Deliveries {
        coming: Some(coming),
        next: None,
    })
}

/// The first valid rows of an input.
pub fn sample(opened: Opened, checking: &Checking, rows: u64) -> Vec<Arc<Event>> {
    let rows = first(opened, checking, rows).map_or(Vec::new(), |checked| checked.rows);
    rows.into_iter().map(|row| row.event).collect()
}

/// What the first rows of an input become; nothing if it has none or cannot be read.
pub fn first(mut opened: Opened, checking: &Checking, rows: u64) -> Option<CheckedChunk> {
    let chunk = opened.source.next_chunk().ok().flatten()?;
    let work = Work {
        chunk,
        binding: opened.binding,
        checking: checking.clone(),
    };
    work.check(rows).ok()
}

/// What comes out of the feed, in input order.
pub struct Deliveries {
    /// Nothing behind an input that ended with an error: what was read ahead of it is not wanted.
    coming: Option<Receiver<Receiver<Delivery>>>,
    next: Option<Receiver<Delivery>>,
}

impl Deliveries {
    /// The next one, however long it takes. `None` at the end.
    pub fn take(&mut self) -> Option<Delivery> {
        let next = self.next(|coming| Ok(coming.recv().ok()));
        let delivery = next.ok().flatten()?.recv().ok();
        self.given(delivery)
    }

    /// The next one; waits for it no longer than `span`. `Ok(None)` at the end.
    pub fn wait(&mut self, span: Duration) -> Result<Option<Delivery>, NotYet> {
        let next = self.next(|coming| match coming.recv_timeout(span) {
            Ok(next) => Ok(Some(next)),
            Err(RecvTimeoutError::Timeout) => Err(NotYet),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
        })?;
        // In work on another core: it will not take long.
        let delivery = next.and_then(|next| next.recv().ok());
        Ok(self.given(delivery))
    }

    /// The next one, if it is there: `Ok(None)` at the end, `Err` if it would have to be waited for.
    pub fn try_next(&mut self) -> Result<Option<Delivery>, NotYet> {
        let Some(next) = self.next(at_hand)? else {
            return Ok(None);
        };
        let delivery = at_hand(&next);
        if delivery.is_err() {
            self.next = Some(next);
        }
        Ok(self.given(delivery?))
    }

    fn next(
        &mut self,
        receive: impl FnOnce(
            &Receiver<Receiver<Delivery>>,
        ) -> Result<Option<Receiver<Delivery>>, NotYet>,
    ) -> Result<Option<Receiver<Delivery>>, NotYet> {
        match (self.next.take(), &self.coming) {
            (Some(next), _) => Ok(Some(next)),
            (None, None) => Ok(None),
            (None, Some(coming)) => receive(coming),
        }
    }

    fn given(&mut self, delivery: Option<Delivery>) -> Option<Delivery> {
        if let Some(Delivery::Ended { error: Some(_), .. }) = &delivery {
            self.coming = None;
        }
        delivery
    }
}

/// Nothing is there yet.
#[derive(Debug)]
pub struct NotYet;

/// What is there; `Ok(None)` if nothing will come.
fn at_hand<T>(coming: &Receiver<T>) -> Result<Option<T>, NotYet> {
    match coming.try_recv() {
        Ok(next) => Ok(Some(next)),
        Err(TryRecvError::Empty) => Err(NotYet),
        Err(TryRecvError::Disconnected) => Ok(None),
    }
}

fn read_all(inputs: Vec<Opened>, checking: &Checking, out: &SyncSender<Receiver<Delivery>>) {
    let mut left = checking.limit.unwrap_or(u64::MAX);
    for (input, mut opened) in (0..).zip(inputs) {
        let result = read(&mut opened, checking, &mut left, out);
        let Ok(error) = result else { return };
        let stop = error.is_some() || left == 0;
        if left > 0 || error.is_some() {
            let ended = Delivery::Ended { input, error };
            if deliver(out, ended).is_err() {
                return;
            }
        }
        if stop {
            return;
        }
    }
}

/// Nobody takes deliveries any more.
struct Unwanted;

fn read(
    opened: &mut Opened,
    checking: &Checking,
    left: &mut u64,
    out: &SyncSender<Receiver<Delivery>>,
) -> Result<Option<Stop>, Unwanted> {
    while *left > 0 {
        let chunk = match opened.source.next_chunk() {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Ok(None),
            Err(error) => {
                let reason = if error.is_of_system() {
                    StopReason::ReadError
                } else {
                    StopReason::InputError
                };
                return Ok(Some((reason, error.to_string())));
            }
        };
        let work = Work {
            chunk,
            binding: opened.binding.clone(),
            checking: checking.clone(),
        };
        if checking.limit.is_some() {
            match work.check(*left) {
                Ok(checked) => {
                    *left -= checked.stats.read;
                    deliver(out, Delivery::Rows(Box::new(checked)))?;
                }
                Err(other) => return Ok(Some(glued(opened.source.name(), other))),
            }
        } else {
            let (done, coming) = sync_channel(1);
            out.send(coming).map_err(|_| Unwanted)?;
            let name = opened.source.shared_name();
            rayon::spawn(move || {
                let delivery = match work.check(u64::MAX) {
                    Ok(checked) => Delivery::Rows(Box::new(checked)),
                    Err(other) => Delivery::Ended {
                        input: other.0.input,
                        error: Some(glued(&name, other)),
                    },
                };
                // Nobody waits for it any more if the run has stopped.
                let _ = done.send(delivery);
            });
        }
    }
    Ok(None)
}

fn glued(name: &str, OtherHeader(place): OtherHeader) -> Stop {
    let text = format!(
        "{name}:{}: a second header, whose columns are not those of the first, or in another \
         order: two exports in one file; put what begins here into a file of its own",
        place.line
    );
    (StopReason::InputError, text)
}

fn deliver(out: &SyncSender<Receiver<Delivery>>, delivery: Delivery) -> Result<(), Unwanted> {
    let (done, coming) = sync_channel(1);
    done.send(delivery).map_err(|_| Unwanted)?;
    out.send(coming).map_err(|_| Unwanted)
}

/// One chunk, and all that is needed to check its rows on any core; also again, for the few that are
/// wanted as events.
#[derive(Debug)]
pub struct Work {
    chunk: Chunk,
    binding: Arc<Binding>,
    checking: Checking,
}

impl Work {
    /// The rows that start at these lines, which are in order.
    pub fn events(mut self, lines: &[u64]) -> Vec<Arc<Event>> {
        Arc::make_mut(&mut self.checking.rules).build = Build::Requests;
        // It was read to its end before.
        let rows = self
            .check(u64::MAX)
            .map_or(Vec::new(), |checked| checked.rows);
        let events = rows.into_iter().map(|row| row.event);
        events
            .filter(|event| lines.binary_search(&event.place.line).is_ok())
            .collect()
    }

    /// Nothing of a chunk counts if another export begins in it: nobody can say how far the rows
    /// before it are right.
    fn check(self, most: u64) -> Result<CheckedChunk, OtherHeader> {
        let mut checked = CheckedChunk {
            input: self.chunk.place().input,
            ..CheckedChunk::default()
        };
        let mut normaliser = Normaliser::new(&self.binding, &self.checking.rules);
        self.chunk.for_each(|row| {
            if checked.stats.read == most {
                return;
            }
            let key_finder = self.checking.key_finder.as_ref();
            let masked = key_finder.and_then(|key_finder| key_finder.masked(&row));
            let row = match &masked {
                Some(masked) => KeyFinder::row(row.place, masked),
                None => row,
            };
            let result = normaliser.check(&row, &mut checked.stats);
            checked.take(row.place, result, self.checking.name_filtered);
        })?;
        let lacks_bodies = self.checking.rules.build < Build::Requests && !checked.rows.is_empty();
        if lacks_bodies || !checked.stats.ids.is_empty() {
            checked.again = Some(self);
        }
        Ok(checked)
    }
}

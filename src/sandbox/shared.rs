//! What all connections of a server have in common.

use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Options;
use super::answer::Answer;
use super::books::{Books, Ending};
use super::door::{Door, State};
use super::faults::Fault;
use super::head::Route;
use super::inlet::Patience;
use super::keys::KeyRing;
use super::record::Record;
use super::stats::Stats;
use super::weather::{Hit, Outage, Weather};

/// How long the accepting thread may take to do as it is told.
const SETTLING: Duration = Duration::from_secs(5);

/// The common ground.
pub(super) struct Shared {
    pub(super) keys: KeyRing,
    pub(super) latency: Duration,
    pub(super) patience: Patience,
    pub(super) door: Arc<Door>,
    /// Events are written down one by one.
    pub(super) records: bool,
    /// Duplicates are looked for.
    pub(super) identities: bool,
    weather: Weather,
    books: Mutex<Books>,
    address: SocketAddr,
    start: Instant,
    start_ms: u64,
}

impl Shared {
    pub(super) fn new(options: Options, address: SocketAddr) -> anyhow::Result<Self> {
        let record = options.record.as_deref().map(Record::create).transpose()?;
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        Ok(Shared {
            keys: KeyRing::new(options.keys),
            latency: options.latency,
            patience: options.patience,
            door: Arc::new(Door::new()),
            records: record.is_some(),
            identities: options.identities,
            weather: Weather::new(options.faults, options.seed),
            books: Mutex::new(Books::new(options.rate_limit, options.identities, record)),
            address,
            start: Instant::now(),
            start_ms: since_1970.map_or(0, millis),
        })
    }

    /// The time since the start.
    pub(super) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// A time since the start as ms since 1970; a clock that is set back does not turn it back.
    pub(super) fn epoch_ms(&self, now: Duration) -> u64 {
        self.start_ms + millis(now)
    }

    pub(super) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What goes wrong with a request to this place.
    pub(super) fn hit(&self, route: Route) -> Option<Hit> {
        let subject = route.is_tenjins();
        subject.then(|| self.weather.next(Instant::now())).flatten()
    }

    pub(super) fn count_reset(&self, route: Route) {
        let mut books = self.books();
        books.arrive(self.now());
        books.fault(Fault::Reset);
        books.end(route, Ending::Broken(Fault::Reset));
    }

    /// What came was no request.
    pub(super) fn count_bad(&self, answer: &Answer) {
        let mut books = self.books();
        books.arrive(self.now());
        books.violate(&answer.body);
        books.end(Route::Other, Ending::Status(answer.status));
    }

    pub(super) fn stats(&self) -> Stats {
        let (connections, open_connections) = self.door.count();
        Stats {
            connections,
            open_connections,
            ..self.books().stats(self.now())
        }
    }

    /// Changes the weather; the connection `except` is spared when all others are reset. It
    /// holds from the return of this call on.
    pub(super) fn set_outage(
        &self,
        outage: Outage,
        lasting: Option<Duration>,
        except: Option<u64>,
    ) {
        let end = lasting.and_then(|lasting| Instant::now().checked_add(lasting));
        let (fault, state) = match outage {
            Outage::None => (None, State::Open),
            Outage::Refuse => (None, State::Refusing(end)),
            Outage::All(fault) => (Some((fault, end)), State::Open),
        };
        self.weather.set(fault);
        self.set_door(state, except);
        self.door.settle(SETTLING);
    }

    /// Opens or shuts the door; the accepting thread is told.
    pub(super) fn set_door(&self, state: State, except: Option<u64>) {
        self.door.set(state, except);
        if state != State::Open {
            // it waits for a connection, so it gets one
            let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        }
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

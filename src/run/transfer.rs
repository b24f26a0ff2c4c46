//! The transfer of rows to the server: starts the threads, and watches until each row has its
//! outcome.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use super::bookkeeper::Bookkeeper;
use super::read::too_many_rejected;
use super::signals::Signals;
use super::{ending, warnings};
use crate::delivery::claim::Claimer;
use crate::delivery::claims::Claims;
use crate::delivery::feed::{self, Checking, Opened};
use crate::delivery::flow::Flow;
use crate::delivery::send::{self, Shared};
use crate::http::{Endpoint, Http, Route};
use crate::ledger::Ledger;
use crate::model::{Clock, Exit, Moment, StopReason};
use crate::plan::{Reading, Sending};
use crate::progress::{Reason, Waiting};
use crate::report::figures::counted;
use crate::report::warning::Warning;
use crate::sandbox::{self, Server};
use crate::validate::Build;

/// How often the owner of the report comes by.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a signal waits for what is in flight.
const GRACE: Duration = Duration::from_secs(20);

/// A run from its first row to its last outcome.
pub struct Transfer {
    shared: Arc<Shared>,
    claimer: Arc<Claimer>,
    /// Whether rows go to a sandbox in this process, which knows no keys, and the one key of an
    /// upload would serve one app.
    rehearses_one_key: bool,
    /// Lives as long as rows are sent to it.
    _sandbox: Option<Server>,
}

impl Transfer {
    /// Prepares it; nothing is sent yet.
    pub fn prepare(
        sending: &Sending<'_>,
        opened: &[Opened],
        ledger: Ledger,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let sandbox = in_process(sending)?;
        let claims = Claims::new(ledger, opened);
        let shared = Arc::new(shared(sending, sandbox.as_ref(), claims, clock)?);
        let claimer = Claimer::new(shared.clone(), sending.args.batch_size as usize);
        Ok(Transfer {
            shared,
            claimer: Arc::new(claimer),
            rehearses_one_key: sending.endpoint.is_none() && sending.one_app,
            _sandbox: sandbox,
        })
    }

    /// Sends rows: those of the inputs, or those that the ledger has released.
    pub fn start(
        &self,
        opened: Vec<Opened>,
        reading: &Reading<'_>,
        sending: &Sending<'_>,
    ) -> anyhow::Result<()> {
        send::start(&self.shared, usize::from(sending.args.concurrency))
            .context("cannot start so many connections")?;
        let claimer = self.claimer.clone();
        let thread = std::thread::Builder::new().name("claim".into());
        if sending.args.from_ledger {
            thread.spawn(move || claimer.run_released())?;
        } else {
            let checking = Checking {
                key_finder: sending.key_finder.clone(),
                ..reading.checking(Build::Requests)
            };
            let deliveries = feed::start(opened, checking).context("cannot start")?;
            thread.spawn(move || claimer.run(deliveries))?;
        }
        Ok(())
    }

    /// Watches until every row has its outcome, and says how that went.
    pub fn watch(&self, keeper: &mut Bookkeeper, reading: &Reading<'_>, signals: &Signals) -> Exit {
        let signal = watch(keeper, &self.shared, &self.claimer, reading, signals);
        let left_over = warnings::ledger::left_over(keeper, &self.shared.claims);
        // What this run has settled may not stand in the tables yet.
        match self.shared.claims.commit() {
            Ok(()) => warnings::ledger::in_doubt(keeper, &self.shared.claims),
            Err(error) => self.shared.ledger_failed(&error),
        }
        let witness = self.shared.claims.witness();
        if let Some(witness) = witness.filter(|_| keeper.run.has_ledger) {
            keeper.run.witness = Some(witness);
        }
        let subscriptions = warnings::ledger::subscriptions(keeper, &self.shared.claims);
        if let Err(error) = self.shared.claims.finish() {
            self.shared.ledger_failed(&error);
        }
        keeper.warn(self.shared.claims.warnings());
        keeper.warn(subscriptions);
        if self.rehearses_one_key {
            let warning = one_key(keeper);
            keeper.run.several_apps |= warning.is_some();
            keeper.warn(warning.into_iter().collect());
        }
        if self.misuse().is_some() {
            keeper.run.several_apps = one_key(keeper).is_some();
        }
        let exit = ending::sent(keeper, &self.shared, signal).or(left_over);
        exit.or(warnings::ledger::forgotten(keeper, &self.shared.claims))
    }

    /// What the user must put right, if that ended the run.
    pub fn misuse(&self) -> Option<&str> {
        self.shared.misuse()
    }
}

/// A sandbox in this process remembers nothing, so that memory stays flat.
fn in_process(sending: &Sending<'_>) -> anyhow::Result<Option<Server>> {
    let options = sandbox::Options {
        identities: false,
        ..sandbox::Options::default()
    };
    sending
        .endpoint
        .is_none()
        .then(|| Server::start(options))
        .transpose()
}

fn shared(
    sending: &Sending<'_>,
    sandbox: Option<&Server>,
    claims: Claims,
    clock: Clock,
) -> anyhow::Result<Shared> {
    let endpoint = match (&sending.endpoint, sandbox) {
        (Some(endpoint), _) => endpoint.clone(),
        (None, Some(server)) => Endpoint::sandbox(server.addr())?,
        (None, None) => Endpoint::tenjin(),
    };
    let keys = sending.keys.clone();
    let route = match &sending.route {
        Some(route) => route.clone(),
        None => Route::decide(&endpoint, None)?,
    };
    let transport = Http::new(&endpoint, &sending.limits, route, sending.mask.clone())?;
    let flow = Flow::new(sending.settings.clone());
    Ok(Shared::new(flow, claims, Box::new(transport), keys, clock))
}

/// Owns the report while the run goes on; returns the signal that ended it, if one did.
fn watch(
    keeper: &mut Bookkeeper,
    shared: &Shared,
    claimer: &Claimer,
    reading: &Reading<'_>,
    signals: &Signals,
) -> Option<u8> {
    let mut deadline = None;
    loop {
        let facts = shared.facts.take();
        let idle = facts.len() < 1000;
        for fact in facts {
            keeper.take(fact);
        }
        if keeper.write_first() {
            shared.facts.written();
        }
        let now = shared.clock.now();
        show_progress(keeper, shared, now, deadline);
        if let Some(error) = keeper.failure() {
            shared.stop(error.stop_reason(), "the report could not be written");
        }
        if let Some(text) = too_many_rejected(keeper, reading) {
            shared.stop(StopReason::MaxRejected, &text);
        }
        if let Some(signal) = signals.caught() {
            let deadline = *deadline.get_or_insert_with(|| now + GRACE);
            interrupt(shared, signal, now >= deadline);
        }
        if shared.is_done() {
            claimer.close();
            let last = shared.facts.take();
            last.into_iter().for_each(|fact| keeper.take(fact));
            show_progress(keeper, shared, shared.clock.now(), deadline);
            return signals.caught();
        }
        if idle {
            std::thread::sleep(PAUSE);
        }
    }
}

/// Ends the run in order, or at once if what is on its way takes too long.
fn interrupt(shared: &Shared, signal: u8, at_once: bool) {
    let text = format!("ended by signal {signal}");
    shared.stop(StopReason::Interrupted, &text);
    if at_once {
        shared.change(Flow::abandon);
    }
}

/// Shows how it goes; `deadline` is when what is on its way is given up.
fn show_progress(keeper: &mut Bookkeeper, shared: &Shared, now: Moment, deadline: Option<Moment>) {
    let (rate, waiting, in_flight) =
        shared.look(|flow| (flow.pace(now), flow.waiting(now), flow.in_flight()));
    let waiting = match deadline {
        Some(_) if in_flight == 0 => None,
        Some(end) => Some(ending(end.since(now), in_flight)),
        None => waiting,
    };
    keeper.tick(rate, waiting);
}

fn ending(time: Duration, in_flight: usize) -> Waiting {
    let requests = counted(in_flight as u64, "request");
    Waiting {
        reason: Reason::Ending,
        time,
        why: format!("ending, {requests} on the way (a second signal ends at once)").into(),
    }
}

/// What the upload itself would stop at: one SDK key, and rows of several apps.
fn one_key(keeper: &Bookkeeper) -> Option<Warning> {
    let apps = keeper.stats.totals.rows_by_app().into_iter();
    warnings::one_key(apps.map(|(app, _)| &**app))
}

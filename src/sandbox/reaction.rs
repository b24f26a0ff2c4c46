//! What happens to one request, and how it is counted. The two paths that Tenjin does not have are
//! answered here, too.
//!
//! The rate limit decides first, then a fault that keeps the event out, then the contract; a fault
//! that comes after recording decides last. (A reset is earlier than all of these.)

use std::time::Duration;

use serde::Deserialize;

use super::answer::{ACCEPTED, Answer, SLOW_DOWN};
use super::connections::{Shared, parameters, record_line};
use super::contract::{self, Denial, short_hash};
use super::counters::Counters;
use super::faults::{Fault, Hit, Outage};
use super::reader::{Head, Method, Route};

/// What the client gets.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    /// A whole answer.
    Answer(Answer),
    /// The accepting answer in pieces, half of it, or nothing: see [`Fault`].
    Odd(Fault),
}

/// Decides, and counts it.
pub(super) fn react(shared: &Shared, head: &Head, body: &[u8], hit: Option<Hit>) -> Reaction {
    let (early, late) = match hit {
        Some(hit) if hit.fault.records() => (None, Some(hit)),
        other => (other, None),
    };
    // everything that takes time comes before the lock
    let verdict = contract::check(head, body, &shared.keys);
    let sound = verdict.is_ok() && early.is_none();
    // the same path and the same body: the same event, or one equal to it
    let parts = [head.route.name().as_bytes(), b"\n", body];
    let identity = (sound && shared.identities).then(|| short_hash(&parts));
    let parameters = (sound && shared.records).then(|| parameters(body));

    let mut counters = shared.counters();
    let now = shared.now();
    counters.arrive(now);
    let reaction = match (counters.admit(now), early, verdict) {
        (false, _, _) => Reaction::Answer(SLOW_DOWN),
        (true, Some(hit), _) => apply(&mut counters, hit),
        (true, None, Err(Denial { answer, violation })) => {
            if let Some(violation) = violation {
                counters.violate(&violation);
            }
            Reaction::Answer(answer)
        }
        (true, None, Ok(sound)) => {
            let at_ms = shared.epoch_ms(now);
            let line = parameters.map(|json| record_line(at_ms, head.route.name(), &json));
            counters.record(head.route, &sound, identity, line.as_deref());
            late.map_or(Reaction::Answer(ACCEPTED), |hit| apply(&mut counters, hit))
        }
    };
    match &reaction {
        Reaction::Answer(answer) => counters.end(head.route, answer.status),
        Reaction::Odd(Fault::Slow) => counters.end(head.route, ACCEPTED.status),
        Reaction::Odd(fault) => counters.end(head.route, fault),
    }
    reaction
}

fn apply(counters: &mut Counters, hit: Hit) -> Reaction {
    counters.fault(hit.fault);
    match hit.fault {
        Fault::Http429 if hit.with_retry_after => Reaction::Answer(SLOW_DOWN),
        fault => fault
            .answer()
            .map_or(Reaction::Odd(fault), Reaction::Answer),
    }
}

/// What may be asked of the sandbox itself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    outage: String,
    seconds: Option<f64>,
}

/// Answers `GET /stats`, and `POST /control` with
/// `{"outage": "http500" | "reset" | "refuse" | "none" | …, "seconds": N | null}`; `id` is the
/// connection that brought it.
pub(super) fn answer_own(shared: &Shared, head: &Head, body: &[u8], id: u64) -> Answer {
    match (head.route, head.method) {
        (Route::Stats, Method::Get) => match serde_json::to_value(shared.stats()) {
            Ok(stats) => Answer::json(200, &stats),
            Err(error) => Answer::error(500, &error.to_string()),
        },
        (Route::Control, Method::Post) => match control(shared, body, id) {
            Ok(()) => Answer::json(200, &serde_json::json!({ "ok": true })),
            Err(error) => Answer::error(400, &error),
        },
        _ => Answer::error(405, "GET /stats or POST /control"),
    }
}

fn control(shared: &Shared, body: &[u8], id: u64) -> Result<(), String> {
    let command: Control = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let outage: Outage = command.outage.parse().map_err(|_| {
        let name = crate::model::shown(&command.outage);
        format!("`{name}` is no outage; there is none, refuse, and every fault")
    })?;
    let lasting = match command.seconds {
        Some(seconds) => Some(Duration::try_from_secs_f64(seconds).map_err(|e| e.to_string())?),
        None => None,
    };
    if outage == Outage::Refuse && lasting.is_none() {
        return Err("refuse needs `seconds`: nobody could come in to end it".into());
    }
    shared.set_outage(outage, lasting, Some(id));
    Ok(())
}

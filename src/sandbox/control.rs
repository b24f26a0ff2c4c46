//! The two addresses that Tenjin does not have: `GET /stats`, and `POST /control` with
//! `{"outage": "http500" | "reset" | "refuse" | "none" | …, "seconds": N | null}`.

use std::time::Duration;

use serde::Deserialize;

use super::answer::Answer;
use super::head::{Head, Method, Route};
use super::shared::Shared;
use super::weather::Outage;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Command {
    outage: String,
    seconds: Option<f64>,
}

/// Answers a request to one of them; `id` is the connection that brought it.
pub(super) fn answer(shared: &Shared, head: &Head, body: &[u8], id: u64) -> Answer {
    match (head.route, head.method) {
        (Route::Stats, Method::Get) => match serde_json::to_value(shared.stats()) {
            Ok(stats) => Answer::json(200, &stats),
            Err(error) => Answer::error(500, &error.to_string()),
        },
        (Route::Control, Method::Post) => match obey(shared, body, id) {
            Ok(()) => Answer::json(200, &serde_json::json!({ "ok": true })),
            Err(error) => Answer::error(400, &error),
        },
        _ => Answer::error(405, "GET /stats or POST /control"),
    }
}

fn obey(shared: &Shared, body: &[u8], id: u64) -> Result<(), String> {
    let command: Command = serde_json::from_slice(body).map_err(|error| error.to_string())?;
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

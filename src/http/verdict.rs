//! What an attempt means: the whole table of Tenjin's answers, as one pure function.
//!
//! Source of the table: Tenjin's pages and SDKs, named in `schema`. Not documented, so inferred: 400,
//! 413, 415 and 422 are the row's own fault; 408, 425, 429 and 503 were not recorded. Texts are
//! compared without regard to case.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::{Attempt, Reply};
use crate::model::{StopReason, answered_with, shown};

/// What an attempt means for the row, its app and the pace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// 200 and `code` 200.
    Accepted,
    /// Definitely not recorded, and sending it again would not help.
    Refused,
    /// A 403 or 404 without a known text: refused, but five in a row stop the app.
    OddlyRefused,
    /// This app cannot send at all.
    StopApp(StopReason),
    /// Not recorded; slow down and try again (408, 425, 429, 503).
    Later {
        /// What the server asked for.
        retry_after: Option<Duration>,
        /// 429, 503 or a `Retry-After`: the whole run pauses and the pace is halved.
        hold: bool,
    },
    /// It was sent, and nobody knows whether it was recorded.
    InDoubt {
        /// `no-retry` was asked for: never send it again.
        no_retry: bool,
    },
    /// It never left.
    NeverLeft,
}

/// An attempt, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What to do with the row, its app and the pace.
    pub verdict: Verdict,
    /// The HTTP status, if there was an answer.
    pub http: Option<u16>,
    /// Why, for reports: at most about 120 characters, harmless, keys and ids masked. Equal
    /// causes have equal reasons.
    pub reason: Box<str>,
    /// The wait that any answer asked for, also where the verdict has no room for it (a 500 with
    /// `Retry-After` is in doubt, and slows everybody down all the same).
    pub retry_after: Option<Duration>,
}

impl Judgement {
    /// The status and the reason, for people.
    pub fn words(&self) -> Box<str> {
        answered_with(self.http, &self.reason)
    }
}

/// Judges one attempt.
pub fn judge(attempt: &Attempt) -> Judgement {
    match attempt {
        Attempt::Answer(reply) => answered(reply),
        Attempt::NoAnswer { left, why } => Judgement {
            verdict: match left {
                true => Verdict::InDoubt { no_retry: false },
                false => Verdict::NeverLeft,
            },
            http: None,
            reason: why.clone(),
            retry_after: None,
        },
    }
}

fn answered(reply: &Reply) -> Judgement {
    let body = String::from_utf8_lossy(&reply.body);
    let (verdict, reason) = match reply.status {
        200 => code(reply),
        202 | 401 | 403 | 404 => {
            let otherwise = match reply.status {
                202 => in_doubt(reply),
                _ => Verdict::OddlyRefused,
            };
            known_no(reply.status, &body.to_ascii_lowercase()).unwrap_or((otherwise, None))
        }
        408 | 425 | 429 | 503 => later(reply),
        400..500 => (Verdict::Refused, None),
        _ => (in_doubt(reply), None),
    };
    Judgement {
        verdict,
        http: Some(reply.status),
        reason: reason.map_or_else(|| quoted(&body), Into::into),
        retry_after: reply.retry_after,
    }
}

/// A verdict, and its reason where that is not the answer's own text.
type Judged = (Verdict, Option<&'static str>);

/// What Tenjin documents is `{"code":200}` or `{"code":200,"success":true}`.
#[derive(Deserialize)]
struct Answer {
    code: i64,
    success: Option<Value>,
}

/// Only the documented number counts. With a `code` in another form nobody knows whether the row was
/// recorded.
fn code(reply: &Reply) -> Judged {
    let Some(answer) = readable(&reply.body) else {
        return (in_doubt(reply), Some("no readable code in the answer"));
    };
    match (answer.code, answer.success) {
        (200, Some(Value::Bool(false))) => {
            (in_doubt(reply), Some("code 200, but success is false"))
        }
        (200, _) => (Verdict::Accepted, Some("")),
        _ => (Verdict::Refused, None),
    }
}

/// serde would take an array's elements for the members, hence the look at the first byte.
fn readable(body: &[u8]) -> Option<Answer> {
    let object = body.trim_ascii_start().first() == Some(&b'{');
    object.then(|| serde_json::from_slice(body).ok()).flatten()
}

/// The documented noes of 202 (the event was dropped) and of 401, 403 and 404, by a text of their
/// answers in small letters: the first that the answer holds.
fn known_no(status: u16, body: &str) -> Option<Judged> {
    let unauthorized = Verdict::StopApp(StopReason::Unauthorized);
    let known: &[(&str, Verdict)] = match status {
        401 => return Some((unauthorized, Some("unauthorized"))),
        403 => &[("unauthorized", unauthorized)],
        404 => &[("no such app", Verdict::StopApp(StopReason::NoSuchApp))],
        _ => &[
            ("invalid device identifier", Verdict::Refused),
            ("not logged", Verdict::StopApp(StopReason::AppDisabled)),
            ("ignored", Verdict::Refused),
        ],
    };
    let (text, verdict) = known.iter().find(|(text, _)| body.contains(text))?;
    Some((verdict.clone(), Some(*text)))
}

/// `no-retry` turns "not now" into "no": this run may not send the event again.
fn later(reply: &Reply) -> Judged {
    if reply.no_retry {
        return (
            Verdict::Refused,
            Some("busy, and asked not to send it again"),
        );
    }
    let hold = matches!(reply.status, 429 | 503) || reply.retry_after.is_some();
    let retry_after = reply.retry_after;
    (Verdict::Later { retry_after, hold }, None)
}

fn in_doubt(reply: &Reply) -> Verdict {
    Verdict::InDoubt {
        no_retry: reply.no_retry,
    }
}

/// The server's own words, on one line, with everything masked that could be a key or an id.
fn quoted(body: &str) -> Box<str> {
    let line = body.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return "no text".into();
    }
    shown(&masked(&line))
}

/// Ids and keys have 16 characters and more; words hardly ever do.
const MASKED_FROM: usize = 16;

fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(1024));
    let part_of_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.find(|c| !part_of_id(c)).unwrap_or(rest.len());
        let (id, behind) = rest.split_at(run);
        out.push_str(if id.len() >= MASKED_FROM { "…" } else { id });
        let gap = behind.find(part_of_id).unwrap_or(behind.len());
        out.push_str(&behind[..gap]);
        rest = &behind[gap..];
    }
    out
}

#[cfg(test)]
mod tests;

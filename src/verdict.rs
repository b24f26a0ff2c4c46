//! What an attempt means: the whole table of Tenjin's answers, as one pure function.
//!
//! Source of the table: Tenjin's server-to-server pages and SDKs, as collected in section 4 of
//! this project's API notes. Not public there, so inferred: 400, 413, 415 and 422 are the row's
//! own fault; 408, 425, 429 and 503 were not recorded. Texts are looked for without regard to case.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::outcome::StopReason;
use crate::row::shown;
use crate::wire::{Attempt, Reply, Verdict};

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
        202 => dropped(reply, &body.to_ascii_lowercase()),
        401 | 403 | 404 => walled(reply.status, &body.to_ascii_lowercase()),
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

/// Only the documented number counts: a `code` in another form is a broken contract, and what
/// that means for money nobody knows.
fn code(reply: &Reply) -> Judged {
    let Some(answer) = readable(&reply.body) else {
        return (in_doubt(reply), Some("200 without a readable code"));
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

/// 202 is a documented no: the event was dropped, and the text says why.
fn dropped(reply: &Reply, body: &str) -> Judged {
    let texts = [
        ("invalid device identifier", Verdict::Refused),
        ("not logged", Verdict::Wall(StopReason::AppDisabled)),
        ("ignored", Verdict::Refused),
    ];
    for (text, verdict) in texts {
        if body.contains(text) {
            return (verdict, Some(text));
        }
    }
    (in_doubt(reply), None)
}

fn walled(status: u16, body: &str) -> Judged {
    match status {
        401 => (
            Verdict::Wall(StopReason::Unauthorized),
            Some("unauthorized"),
        ),
        403 if body.contains("unauthorized") => (
            Verdict::Wall(StopReason::Unauthorized),
            Some("unauthorized"),
        ),
        404 if body.contains("no such app") => {
            (Verdict::Wall(StopReason::NoSuchApp), Some("no such app"))
        }
        _ => (Verdict::OddlyRefused, None),
    }
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DOUBT: Verdict = Verdict::InDoubt { no_retry: false };

    fn reply(status: u16, body: &str) -> Reply {
        Reply {
            status,
            body: body.as_bytes().to_vec(),
            ..Reply::default()
        }
    }

    fn later(hold: bool) -> Verdict {
        let retry_after = None;
        Verdict::Later { retry_after, hold }
    }

    #[test]
    fn the_table_of_answers() {
        use StopReason::{AppDisabled, NoSuchApp, Unauthorized};
        use Verdict::{Accepted, OddlyRefused, Refused, Wall};
        let table = [
            (200, r#"{"code":200}"#, Accepted, ""),
            (200, r#"{"code":200,"success":true}"#, Accepted, ""),
            (
                200,
                " {\"success\": true, \"code\": 200, \"x\": [1]}\r\n",
                Accepted,
                "",
            ),
            (
                200,
                r#"{"code":400,"error":"bad price"}"#,
                Refused,
                r#"{"code":400,"error":"bad price"}"#,
            ),
            (200, r#"{"code":-1}"#, Refused, r#"{"code":-1}"#),
            (
                200,
                r#"{"code":200,"success":false}"#,
                DOUBT,
                "code 200, but success is false",
            ),
            (
                200,
                r#"{"code":"200"}"#,
                DOUBT,
                "200 without a readable code",
            ),
            (
                200,
                r#"{"code":200.0}"#,
                DOUBT,
                "200 without a readable code",
            ),
            (
                200,
                r#"{"code":null}"#,
                DOUBT,
                "200 without a readable code",
            ),
            (200, r#"{"code":200"#, DOUBT, "200 without a readable code"),
            (
                200,
                r#"{"code":200}{"#,
                DOUBT,
                "200 without a readable code",
            ),
            (
                200,
                r#"{"code":500,"code":200}"#,
                DOUBT,
                "200 without a readable code",
            ),
            (200, "[200]", DOUBT, "200 without a readable code"),
            (200, "200", DOUBT, "200 without a readable code"),
            (200, "", DOUBT, "200 without a readable code"),
            (200, "<html>OK</html>", DOUBT, "200 without a readable code"),
            (
                202,
                "Invalid Device Identifier.",
                Refused,
                "invalid device identifier",
            ),
            (202, "event NOT LOGGED", Wall(AppDisabled), "not logged"),
            (202, "event ignored", Refused, "ignored"),
            (202, r#"{"code":200}"#, DOUBT, r#"{"code":200}"#),
            (201, r#"{"code":200}"#, DOUBT, r#"{"code":200}"#),
            (204, "", DOUBT, "no text"),
            (301, "moved", DOUBT, "moved"),
            (307, "", DOUBT, "no text"),
            (400, "bad  \n value", Refused, "bad value"),
            (401, "anything", Wall(Unauthorized), "unauthorized"),
            (401, "", Wall(Unauthorized), "unauthorized"),
            (402, "pay", Refused, "pay"),
            (
                403,
                "you are Unauthorized",
                Wall(Unauthorized),
                "unauthorized",
            ),
            (
                403,
                "forbidden by the firewall",
                OddlyRefused,
                "forbidden by the firewall",
            ),
            (403, "no such app", OddlyRefused, "no such app"),
            (
                404,
                "No such app: com.example",
                Wall(NoSuchApp),
                "no such app",
            ),
            (404, "unauthorized", OddlyRefused, "unauthorized"),
            (404, "", OddlyRefused, "no text"),
            (405, "", Refused, "no text"),
            (408, "slow", later(false), "slow"),
            (413, "", Refused, "no text"),
            (415, "", Refused, "no text"),
            (422, "", Refused, "no text"),
            (425, "", later(false), "no text"),
            (429, "slow down", later(true), "slow down"),
            (499, "", Refused, "no text"),
            (500, "oops", DOUBT, "oops"),
            (501, "", DOUBT, "no text"),
            (502, "", DOUBT, "no text"),
            (503, "", later(true), "no text"),
            (504, "", DOUBT, "no text"),
            (599, "", DOUBT, "no text"),
            (103, "", DOUBT, "no text"),
            (999, "", DOUBT, "no text"),
        ];
        for (status, body, verdict, reason) in table {
            let expected = Judgement {
                verdict,
                http: Some(status),
                reason: reason.into(),
                retry_after: None,
            };
            let attempt = Attempt::Answer(reply(status, body));
            assert_eq!(judge(&attempt), expected, "{status} {body}");
        }
    }

    #[test]
    fn a_wait_that_was_asked_for_holds_everybody() {
        for (status, wait, hold) in [(408, true, true), (425, true, true), (408, false, false)] {
            let retry_after = wait.then_some(Duration::from_secs(7));
            let answer = Reply {
                retry_after,
                ..reply(status, "")
            };
            let judgement = judge(&Attempt::Answer(answer));
            assert_eq!(judgement.verdict, Verdict::Later { retry_after, hold });
            assert_eq!(judgement.retry_after, retry_after);
        }
        let retry_after = Some(Duration::from_secs(9));
        let answer = Reply {
            retry_after,
            ..reply(500, "")
        };
        let judgement = judge(&Attempt::Answer(answer));
        assert_eq!(
            (judgement.verdict, judgement.retry_after),
            (DOUBT, retry_after)
        );
    }

    #[test]
    fn no_retry_is_obeyed_and_changes_no_definite_verdict() {
        let held = Verdict::InDoubt { no_retry: true };
        for (status, body, verdict) in [
            (200, r#"{"code":200}"#, Verdict::Accepted),
            (200, "", held.clone()),
            (202, "new text", held.clone()),
            (302, "", held.clone()),
            (500, "", held),
            (400, "", Verdict::Refused),
            (404, "", Verdict::OddlyRefused),
            (401, "", Verdict::Wall(StopReason::Unauthorized)),
            (408, "", Verdict::Refused),
            (425, "", Verdict::Refused),
            (429, "", Verdict::Refused),
            (503, "", Verdict::Refused),
        ] {
            let answer = Reply {
                no_retry: true,
                ..reply(status, body)
            };
            assert_eq!(judge(&Attempt::Answer(answer)).verdict, verdict, "{status}");
        }
    }

    #[test]
    fn without_an_answer_only_leaving_counts() {
        for (left, verdict) in [(true, DOUBT), (false, Verdict::NeverLeft)] {
            let why: Box<str> = "connection reset".into();
            let judgement = judge(&Attempt::NoAnswer {
                left,
                why: why.clone(),
            });
            let expected = Judgement {
                verdict,
                http: None,
                reason: why,
                retry_after: None,
            };
            assert_eq!(judgement, expected);
        }
    }

    #[test]
    fn reasons_hold_no_ids_and_drive_no_terminal() {
        for (body, reason) in [
            ("key ABCDEF0123456789 is unknown", "key … is unknown"),
            ("id=6f9619ff-8b86-d011-b42d-00cf4fc964ff;", "id=…;"),
            ("id 6f9619ff8b86d011b42d00cf4fc964ff", "id …"),
            ("fifteen-letters", "fifteen-letters"),
            ("sixteen--letters", "…"),
            ("invalid_device_identifier", "invalid_device_identifier"),
            ("a\u{1b}[31mb\u{202e}c", "a\\u{1b}[31mb\\u{202e}c"),
        ] {
            let judgement = judge(&Attempt::Answer(reply(400, body)));
            assert_eq!(&*judgement.reason, reason);
        }
    }

    proptest! {
        #[test]
        fn any_body_gives_a_bounded_harmless_reason(status in 100u16..1000, body: Vec<u8>) {
            let answer = Reply { status, body, ..Reply::default() };
            let judgement = judge(&Attempt::Answer(answer));
            prop_assert!(!judgement.reason.chars().any(char::is_control));
            prop_assert_eq!(judgement.verdict == Verdict::Accepted, judgement.reason.is_empty());
        }

        #[test]
        fn an_id_never_gets_through(id in "[0-9a-fA-F-]{16,64}", before in "[ =\"]{0,3}", after in "[ ,;]") {
            let judgement = judge(&Attempt::Answer(reply(400, &format!("{before}{id}{after}"))));
            prop_assert!(!judgement.reason.contains(&id));
        }
    }
}

//! The table of answers, line by line, and what must hold for any answer.

use proptest::prelude::*;

use StopReason::{AppDisabled, NoSuchApp, Unauthorized};
use Verdict::{Accepted, OddlyRefused, Refused, StopApp};

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

/// Status, body, and what they must come to.
type Line = (u16, &'static str, Verdict, &'static str);

fn check<const N: usize>(table: [Line; N]) {
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
fn only_the_documented_200_is_accepted() {
    check([
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
            "no readable code in the answer",
        ),
        (
            200,
            r#"{"code":200.0}"#,
            DOUBT,
            "no readable code in the answer",
        ),
        (
            200,
            r#"{"code":null}"#,
            DOUBT,
            "no readable code in the answer",
        ),
        (
            200,
            r#"{"code":200"#,
            DOUBT,
            "no readable code in the answer",
        ),
        (
            200,
            r#"{"code":200}{"#,
            DOUBT,
            "no readable code in the answer",
        ),
        (
            200,
            r#"{"code":500,"code":200}"#,
            DOUBT,
            "no readable code in the answer",
        ),
        (200, "[200]", DOUBT, "no readable code in the answer"),
        (200, "200", DOUBT, "no readable code in the answer"),
        (200, "", DOUBT, "no readable code in the answer"),
        (
            200,
            "<html>OK</html>",
            DOUBT,
            "no readable code in the answer",
        ),
    ]);
}

#[test]
fn drops_and_stopped_apps_are_told_by_their_texts() {
    check([
        (
            202,
            "Invalid Device Identifier.",
            Refused,
            "invalid device identifier",
        ),
        (202, "event NOT LOGGED", StopApp(AppDisabled), "not logged"),
        (202, "event ignored", Refused, "ignored"),
        (202, r#"{"code":200}"#, DOUBT, r#"{"code":200}"#),
        (401, "anything", StopApp(Unauthorized), "unauthorized"),
        (401, "", StopApp(Unauthorized), "unauthorized"),
        (
            403,
            "you are Unauthorized",
            StopApp(Unauthorized),
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
            StopApp(NoSuchApp),
            "no such app",
        ),
        (404, "unauthorized", OddlyRefused, "unauthorized"),
        (404, "", OddlyRefused, "no text"),
    ]);
}

#[test]
fn other_answers_are_told_by_their_status() {
    check([
        (201, r#"{"code":200}"#, DOUBT, r#"{"code":200}"#),
        (204, "", DOUBT, "no text"),
        (301, "moved", DOUBT, "moved"),
        (307, "", DOUBT, "no text"),
        (400, "bad  \n value", Refused, "bad value"),
        (402, "pay", Refused, "pay"),
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
    ]);
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
        (200, r#"{"code":200}"#, Accepted),
        (200, "", held.clone()),
        (202, "new text", held.clone()),
        (302, "", held.clone()),
        (500, "", held),
        (400, "", Refused),
        (404, "", OddlyRefused),
        (401, "", StopApp(Unauthorized)),
        (408, "", Refused),
        (425, "", Refused),
        (429, "", Refused),
        (503, "", Refused),
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
        prop_assert_eq!(judgement.verdict == Accepted, judgement.reason.is_empty());
    }

    #[test]
    fn an_id_never_gets_through(id in "[0-9a-fA-F-]{16,64}", before in "[ =\"]{0,3}", after in "[ ,;]") {
        let judgement = judge(&Attempt::Answer(reply(400, &format!("{before}{id}{after}"))));
        prop_assert!(!judgement.reason.contains(&id));
    }
}

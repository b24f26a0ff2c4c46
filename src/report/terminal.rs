//! The summary: the report's facts in about fifteen lines of eighty columns.
//!
//! It ends with the next command to type. Foreign text in it drives nothing.

use std::fmt::Write;
use std::time::Duration;

use super::books::Books;
use super::control::{self, Against};
use super::figures::{counted, span};
use super::files::Places;
use super::ink::{Ink, Tone};
use super::next::next;
use super::run::{RunFacts, Status};
use super::table::outcomes;
use super::why;
use crate::outcome::Outcome;
use crate::row::shown;

/// The summary of a run that has ended.
pub fn summary(books: &Books, run: &RunFacts, places: &Places, ink: Ink) -> String {
    let against = if run.command == "upload" && !run.dry_run {
        Against::Accepted
    } else {
        Against::Valid
    };
    let mut out = headline(run, ink);
    out += &recognised(run, ink);
    out += &outcomes(books, run, ink);
    out += &reasons(books, run, ink);
    out += &wire(books, ink);
    out += &why::recognised(books, ink);
    out += &control::totals(books, against, ink);
    out += &control::times(books, run, ink);
    out += &control::aside(books, ink);
    out += &warnings(run, ink);
    out += &ending(books, run, places, ink);
    out
}

fn headline(run: &RunFacts, ink: Ink) -> String {
    let time = span(run.elapsed);
    let sandbox = if run.sandbox {
        " (sandbox: nothing reached Tenjin)"
    } else {
        ""
    };
    let (tone, text) = match run.status {
        _ if run.command == "validate" && run.status == Status::Complete => {
            (Tone::Good, format!("Validated in {time}, nothing sent."))
        }
        Status::Running | Status::Complete => {
            (Tone::Good, format!("Upload complete in {time}{sandbox}."))
        }
        Status::Interrupted => (Tone::Open, format!("Interrupted after {time}{sandbox}.")),
        Status::Stopped => (Tone::Bad, stopped(run, &time, sandbox)),
    };
    let mut out = String::new();
    for line in super::ink::wrapped(&text, super::ink::WIDTH) {
        let _ = writeln!(out, "{}", ink.tone(tone, &line));
    }
    out
}

/// Whose export it was taken for: a wrong guess shall be seen.
fn recognised(run: &RunFacts, ink: Ink) -> String {
    let inputs = run.inputs.iter();
    let mut names: Vec<&str> = inputs.filter_map(|input| input.preset.as_deref()).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [] | ["tenjin"] => String::new(),
        names => ink.labelled("Preset", &names.join(", ")),
    }
}

fn stopped(run: &RunFacts, time: &str, sandbox: &str) -> String {
    let reason = run.stop_reason.map_or("unknown", |reason| reason.name());
    let detail = run.stop_detail.as_deref().unwrap_or_default();
    let colon = if detail.is_empty() { "" } else { ": " };
    format!(
        "Stopped after {time}{sandbox}: {reason}{colon}{}",
        shown(detail)
    )
}

fn reasons(books: &Books, run: &RunFacts, ink: Ink) -> String {
    let mut text = why::rejections(books, run, ink);
    for outcome in [
        Outcome::Refused,
        Outcome::Failed,
        Outcome::InDoubt,
        Outcome::NotSent,
    ] {
        text += &why::said(books, run, outcome, ink);
    }
    for (app, reason) in books.walls.iter().take(3) {
        let name = shown(&app.to_string());
        text += &ink.labelled("Stopped", &format!("{name}: {}", reason.name()));
    }
    if text.is_empty() {
        return text;
    }
    format!("{}\n{text}", ink.tone(Tone::Strong, "Why"))
}

/// What went over the wire.
fn wire(books: &Books, ink: Ink) -> String {
    let requests = &books.requests;
    if requests.sent == 0 {
        return String::new();
    }
    let mut parts = vec![counted(requests.sent, "request")];
    if let Some(pace) = requests.achieved() {
        parts.push(format!("{pace:.1}/s"));
    }
    let half = Duration::from_micros(requests.within(0.5));
    parts.push(format!("half answered within {}", span(half)));
    if requests.retries > 0 {
        parts.push(counted(requests.retries, "retry").replace("retrys", "retries"));
    }
    if !requests.waited.is_zero() {
        parts.push(format!("{} on hold", span(requests.waited)));
    }
    ink.labelled("Sent", &parts.join(", "))
}

fn warnings(run: &RunFacts, ink: Ink) -> String {
    let mut out = String::new();
    for warning in run.warnings.iter().take(5) {
        out += &ink.labelled("Warning", &super::escape::harmless(warning));
    }
    if run.warnings.len() > 5 {
        let more = counted(run.warnings.len() as u64 - 5, "more warning");
        out += &ink.labelled("", &format!("{more} in the report"));
    }
    out
}

/// Where the report is, and the next command to type.
fn ending(books: &Books, run: &RunFacts, places: &Places, ink: Ink) -> String {
    let mut out = String::new();
    if let Some(folder) = &places.folder {
        let path = folder.join("report.html");
        let path = super::escape::argument(&path.to_string_lossy());
        out += &ink.labelled("Report", &path);
    }
    out + &next(books, run, places).text(ink)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::clock::Moment;
    use crate::outcome::StopReason;

    fn places() -> Places {
        Places {
            folder: Some("tenjin-s2s-reports/r1".into()),
            rejects: vec!["tenjin-s2s-reports/r1/rejects/1-events.csv".into()],
            ..Places::default()
        }
    }

    #[test]
    fn tells_every_outcome() {
        let mut run = sample::run("upload");
        run.warnings
            .push("520 event names; Tenjin drops all beyond 500".into());
        let text = summary(&sample::books(), &run, &places(), Ink::Plain);
        insta::assert_snapshot!(text, @r###"
Upload complete in 2 m 05 s.
       10 rows read from events.csv (4.1 kB)
        2 accepted                20.0 %
        1 rejected by validation  10.0 %
        1 filtered                10.0 %  too_old
        1 duplicate               10.0 %
        1 refused by Tenjin       10.0 %
        1 failed                  10.0 %
        2 in doubt                20.0 %
        1 not sent                10.0 %
Why
        1 invalid_number in price
          events.csv:4: "12,50": decimal commas need a mapping that says so
        1 refused: HTTP 202 invalid device identifier, as events.csv:13
        1 failed: HTTP 503 retries used up, as events.csv:14
        2 in doubt: timed out after sending, as events.csv:15
        1 not sent: behind_failed, as events.csv:17
Sent       8 requests, 2.0/s, half answered within 40 ms, 1 retry, 1.5 s on hold
Recognised 1 by accepted before
Revenue    accepted: USD 3.98 of 15.92
Events     accepted: purchase 2 of 8
Happened   2026-11-19 00:00 to 2026-11-22 00:00 UTC. 1 row older than a day. 1
           row left out as too old: `--max-age none` sends them all the same.
           Tenjin dates events when they arrive, not when they happened;
           `--send-event-time` adds the undocumented `sent_at`.
Unmapped   columns colour\u{202e}
Left out   optional values: locale 1 (too_long)
Mended     os_version_release 2
Warning    520 event names; Tenjin drops all beyond 500
Report     tenjin-s2s-reports/r1/report.html
Next       run again to go on:
  tenjin-s2s upload --kind purchase events.csv
"###);
    }

    #[test]
    fn is_short_when_all_is_well() {
        let mut books = Books::new();
        books.chunk(Moment::default(), sample::chunk(1, 0, 0));
        let settled = sample::settled(2, Outcome::Accepted, 200, "");
        books.settled(Moment::default(), &settled);
        let run = sample::run("upload");
        let text = summary(&books, &run, &places(), Ink::Plain);
        insta::assert_snapshot!(text, @r###"
Upload complete in 2 m 05 s.
        1 row read from events.csv (4.1 kB)
        1 accepted                 100 %
Revenue    accepted: USD 1.99 of 1.99
Events     accepted: purchase 1 of 1
Report     tenjin-s2s-reports/r1/report.html
Next       nothing to do
"###);
    }

    #[test]
    fn validate_ends_with_the_next_command() {
        let mut books = Books::new();
        books.chunk(Moment::default(), sample::chunk(2, 1, 0));
        books.rejected(&sample::rejection(
            4,
            "",
            vec![sample::price_fault("12,50")],
        ));
        books.send_none();
        let run = sample::run("validate");
        let text = summary(&books, &run, &Places::default(), Ink::Plain);
        insta::assert_snapshot!(text, @r###"
Validated in 2 m 05 s, nothing sent.
        3 rows read from events.csv (4.1 kB)
        1 rejected by validation  33.3 %
        2 valid                   66.7 %
Why
        1 invalid_number in price
          events.csv:4: "12,50": decimal commas need a mapping that says so
Revenue    USD 3.98
Events     purchase 2
Next       write the rejected rows to files that can be mended:
  tenjin-s2s validate --kind purchase events.csv --report-dir report
"###);
    }

    #[test]
    fn a_stop_says_why_and_drives_nothing() {
        let mut run = sample::run("upload");
        run.status = Status::Stopped;
        run.stop_reason = Some(StopReason::Unauthorized);
        run.stop_detail = Some("com.example\u{1b}[2J (ios): 401".into());
        let text = headline(&run, Ink::Plain);
        let expected = "Stopped after 2 m 05 s: unauthorized: com.example\\u{1b}[2J (ios): 401\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn fits_into_eighty_columns() {
        let text = summary(
            &sample::books(),
            &sample::run("upload"),
            &places(),
            Ink::Plain,
        );
        for line in text.lines() {
            assert!(line.chars().count() <= super::super::ink::WIDTH, "{line}");
        }
    }

    #[test]
    fn colours_change_nothing_but_the_colour() {
        let (books, run) = (sample::books(), sample::run("upload"));
        let coloured = summary(&books, &run, &places(), Ink::Coloured);
        let mut plain = coloured.clone();
        for code in ["32", "31", "33", "2", "1", "0"] {
            plain = plain.replace(&format!("\u{1b}[{code}m"), "");
        }
        assert_ne!(coloured, plain);
        assert_eq!(plain, summary(&books, &run, &places(), Ink::Plain));
    }
}

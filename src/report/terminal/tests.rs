//! The summary of runs that ended well, badly, and in every way at once.

use super::super::tests::sample;
use super::*;
use crate::model::{Fault, Moment};

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
    run.warnings.push(
        "520 event names; Tenjin drops all beyond 500"
            .to_owned()
            .into(),
    );
    let text = summary(&sample::books(), &run, &places(), Layout::default());
    insta::assert_snapshot!(text, @r###"
Upload complete in 2 m 05 s, 6 rows need attention.
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
        2 in doubt: timed out after sending, as events.csv:15
        1 invalid_number in price
          events.csv:4: "12,50": decimal commas need a mapping that says so
        1 refused: HTTP 202 invalid device identifier, as events.csv:13
        1 failed: HTTP 503 retries used up, as events.csv:14
        1 not sent: behind a failed row of its installation, as events.csv:17
Revenue    accepted: USD 3.98 of 15.92
Events     accepted: purchase 2 of 8
Happened   2026-11-19 00:00 to 2026-11-22 00:00 UTC. 1 row older than a day. 1
           row left out as too old: `--max-age none` sends them all the same.
           Tenjin dates events when they arrive, not when they happened;
           `--send-event-time` adds the undocumented `sent_at`.
Sent       8 requests to Tenjin, half answered within 40 ms, 1 retry,
           1.5 s on hold
Duplicates 1 accepted earlier (same id)
Not used   columns colour\u{202e}
Dropped    optional values: locale 1 (longer than its limit, as events.csv:3:
           "de-DE-u-nu-latn")
Fixed      2 ids with other dashes or case
Warning    520 event names; Tenjin drops all beyond 500
Report     tenjin-s2s-reports/r1/report.html
Next       run again to go on:
  tenjin-s2s upload --kind purchase events.csv
"###);
}

#[test]
fn is_short_when_all_is_well() {
    let mut books = Stats::default();
    books.chunk(Moment::default(), &sample::chunk(1, 0, 0));
    let settled = sample::settled(2, Outcome::Accepted, 200, "");
    books.settled(Moment::default(), &settled);
    let run = sample::run("upload");
    let text = summary(&books, &run, &places(), Layout::default());
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
    let mut books = Stats::default();
    books.chunk(Moment::default(), &sample::chunk(2, 1, 0));
    books.rejected(&sample::rejection(
        4,
        "",
        vec![sample::price_fault("12,50")],
    ));
    books.send_none();
    let run = sample::run("validate");
    let text = summary(&books, &run, &Places::default(), Layout::default());
    insta::assert_snapshot!(text, @r###"
Validated in 2 m 05 s, nothing sent, 1 row needs attention.
        3 rows read from events.csv (4.1 kB)
        2 valid                   66.7 %
        1 rejected by validation  33.3 %
Why
        1 invalid_number in price
          events.csv:4: "12,50": decimal commas need a mapping that says so
Revenue    USD 3.98
Events     purchase 2
Next       write the rejected rows to files, to fix them there:
  tenjin-s2s validate --kind purchase events.csv --report-dir report
"###);
}

#[test]
fn the_quiet_get_fewer_than_twenty_lines_whatever_happened() {
    let mut books = sample::books();
    for code in crate::model::Code::ALL {
        let fault = Fault::new(code, "price", "x", "do this and that ".repeat(12));
        books.rejected(&sample::rejection(4, "x", vec![fault]));
    }
    let quiet = Layout {
        brief: true,
        ..Layout::default()
    };
    let mut run = sample::run("upload");
    run.warnings = vec!["a warning".to_owned().into(); 10];
    let text = summary(&books, &run, &places(), quiet);
    insta::assert_snapshot!(text, @r###"
Upload complete in 2 m 05 s, 6 rows need attention.
       10 rows read from events.csv (4.1 kB)
        2 accepted                20.0 %
        1 rejected by validation  10.0 %
        1 refused by Tenjin       10.0 %
        1 failed                  10.0 %
        2 in doubt                20.0 %
        1 not sent                10.0 %
Why
        2 invalid_number in price
          events.csv:4: "12,50": decimal commas need a mapping that says so
        2 in doubt: timed out after sending, as events.csv:15
        1 refused: HTTP 202 invalid device identifier, as events.csv:13
        1 failed: HTTP 503 retries used up, as events.csv:14
        1 not sent: behind a failed row of its installation, as events.csv:17
          more reasons in the report
Report     tenjin-s2s-reports/r1/report.html
Next       run again to go on:
  tenjin-s2s upload --kind purchase events.csv
"###);
    assert!(text.lines().count() < Layout::BRIEF, "{text}");
}

#[test]
fn fits_into_eighty_columns() {
    let text = summary(
        &sample::books(),
        &sample::run("upload"),
        &places(),
        Layout::default(),
    );
    for line in text.lines() {
        assert!(
            line.chars().count() <= crate::report::layout::WIDTH,
            "{line}"
        );
    }
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let (books, run) = (sample::books(), sample::run("upload"));
    let coloured = summary(
        &books,
        &run,
        &places(),
        Layout {
            style: Style::Coloured,
            ..Layout::default()
        },
    );
    let mut plain = coloured.clone();
    for code in ["32", "31", "33", "2", "1", "0"] {
        plain = plain.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_ne!(coloured, plain);
    assert_eq!(plain, summary(&books, &run, &places(), Layout::default()));
}

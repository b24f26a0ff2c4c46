//! The summary of runs that ended well, badly, and in every way at once.

use super::super::run::{Places, Status};
use super::super::tests::sample;
use super::super::warning::{Warning, WarningCode};
use super::*;
use crate::model::{Fault, Moment};
use crate::stats::Stats;

fn summary(stats: &Stats, run: &RunFacts, places: &Places, layout: Layout) -> String {
    super::summary(&View::new(stats, run, None, places.clone()), layout)
}

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
    let text = "520 event names; Tenjin drops all beyond 500";
    run.warnings
        .push(Warning::new(WarningCode::TooManyNames, text));
    let text = summary(&sample::stats(), &run, &places(), Layout::default());
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
Revenue    accepted: USD 3.98 of 15.92 (1.99 accepted earlier, 1.99 refused,
           1.99 failed, 3.98 in doubt, 1.99 not sent, 1.99 rejected)
Events     accepted: purchase 2 of 8 (1 accepted earlier)
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
Fixed      ids with other dashes or case (2)
Warning    520 event names; Tenjin drops all beyond 500
Report     tenjin-s2s-reports/r1/report.html
Next       run again to go on:
  tenjin-s2s upload --kind purchase events.csv
"###);
}

#[test]
fn is_short_when_all_is_well() {
    let mut stats = Stats::default();
    stats.chunk(Moment::default(), &sample::chunk(1, 0, 0));
    let settled = sample::settled(2, Outcome::Accepted, 200, "");
    stats.settled(Moment::default(), &settled);
    let run = sample::run("upload");
    let text = summary(&stats, &run, &places(), Layout::default());
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
    let mut stats = Stats::default();
    stats.chunk(Moment::default(), &sample::chunk(2, 1, 0));
    stats.rejected(&sample::rejection(
        4,
        "",
        vec![sample::price_fault("12,50")],
    ));
    stats.send_none();
    let run = sample::run("validate");
    let text = summary(&stats, &run, &Places::default(), Layout::default());
    insta::assert_snapshot!(text, @r###"
Validated in 2 m 05 s, nothing sent, 1 row needs attention.
        3 rows read from events.csv (4.1 kB)
        2 valid                   66.7 %
        1 rejected by validation  33.3 %
Why
        1 invalid_number in price
          events.csv:4: "12,50": decimal commas need a mapping that says so
Revenue    USD 3.98 (1.99 rejected)
Events     purchase 2
Next       write the rejected rows to files, to fix them there:
  tenjin-s2s validate --kind purchase events.csv --report-dir report
"###);
}

#[test]
fn the_quiet_get_fewer_than_twenty_lines_whatever_happened() {
    let mut stats = sample::stats();
    for code in crate::model::Code::ALL {
        let fault = Fault::new(code, "price", "x", "do this and that ".repeat(12));
        stats.rejected(&sample::rejection(4, "x", vec![fault]));
    }
    let quiet = Layout {
        brief: true,
        ..Layout::default()
    };
    let mut run = sample::run("upload");
    run.warnings = vec![Warning::new(WarningCode::TooManyNames, "a warning"); 10];
    let text = summary(&stats, &run, &places(), quiet);
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
        &sample::stats(),
        &sample::run("upload"),
        &places(),
        Layout::default(),
    );
    for line in text.lines() {
        assert!(line.chars().count() <= WIDTH, "{line}");
    }
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let (stats, run) = (sample::stats(), sample::run("upload"));
    let coloured = summary(
        &stats,
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
    assert_eq!(plain, summary(&stats, &run, &places(), Layout::default()));
}

fn said(edit: impl FnOnce(&mut RunFacts)) -> String {
    let mut run = sample::run("upload");
    edit(&mut run);
    headline(
        &View::new(&sample::stats(), &run, None, Places::default()),
        Style::Plain,
    )
}

#[test]
fn says_first_whether_somebody_must_look() {
    assert_eq!(
        said(|_| {}),
        "Upload complete in 2 m 05 s, 6 rows need attention.\n"
    );
    let mut run = sample::run("upload");
    run.sandbox = true;
    assert_eq!(
        headline(
            &View::new(&Stats::default(), &run, None, Places::default()),
            Style::Plain
        ),
        "Upload complete in 2 m 05 s.\n(sandbox: nothing reached Tenjin)\n"
    );
}

#[test]
fn a_stop_names_who_was_talked_to() {
    let stop = |run: &mut RunFacts, reason| {
        run.status = Status::Stopped;
        run.stop_reason = Some(reason);
        run.stop_detail = Some("no definite answer from x\u{1b}[2J for 15m".into());
    };
    assert_eq!(
        said(|run| stop(run, StopReason::Unauthorized)),
        "Stopped after 2 m 05 s.\n\
         Because    Tenjin does not take the SDK key\n"
    );
    assert_eq!(
        said(|run| {
            stop(run, StopReason::NoSuchApp);
            run.endpoint = Some("http://127.0.0.1:8080".into());
        }),
        "Stopped after 2 m 05 s.\n\
         Because    http://127.0.0.1:8080 knows no such app\n"
    );
    assert_eq!(
        said(|run| stop(run, StopReason::Unreachable)),
        "Stopped after 2 m 05 s.\n\
         Because    no definite answer from x\\u{1b}[2J for 15m\n"
    );
}

#[test]
fn says_what_would_happen_and_never_the_key() {
    let mut stats = Stats::default();
    stats.chunk(Moment::default(), &sample::chunk(1_500, 1, 20));
    stats.send_none();
    let mut run = sample::run("upload");
    run.dry_run = true;
    let facts = PlanFacts {
        requests: 1_500,
        first_requests: vec![
            PlannedRequest {
                row: "events.csv:2".into(),
                url: "https://track.tenjin.com/v0/purchase".into(),
                body: "analytics_installation_id=0123456789abcdef0123456789abcdef&bundle_id=\
                   com.example.game&platform=ios&price=1.99&currency=USD"
                    .into(),
            },
            PlannedRequest {
                row: "events.csv:3".into(),
                url: "https://track.tenjin.com/v0/event".into(),
                body: "event=x".into(),
            },
        ],
        ..PlanFacts::default()
    };
    let view = View::new(&stats, &run, Some(&facts), Places::default());
    insta::assert_snapshot!(super::summary(&view, Layout::default()), @r###"
Dry run: nothing was sent.
Would send 1,500 requests to Tenjin: 15 s at 100/s
    1,521 rows read from events.csv (4.1 kB)
    1,500 valid                   98.6 %
        1 rejected by validation   0.1 %
       20 filtered                 1.3 %  too_old
Revenue    USD 2,985.00 (1.99 rejected)
Events     purchase 1,500
Happened   20 rows left out as too old: `--max-age none` sends them all the
           same. Tenjin dates events when they arrive, not when they happened;
           `--send-event-time` adds the undocumented `sent_at`.
First      POST https://track.tenjin.com/v0/purchase (events.csv:2)
           Authorization: Basic (SDK key, hidden)
           analytics_installation_id=0123456789abcdef0123456789abcdef
           &bundle_id=com.example.game&platform=ios&price=1.99&currency=USD
Then       POST https://track.tenjin.com/v0/event (events.csv:3)
Next       write the rejected rows to files, to fix them there:
  tenjin-s2s upload --kind purchase events.csv --dry-run --report-dir report
"###);
}

//! What the family shows, member by member.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use std::time::Duration;

use super::snapshot::line;
use super::*;
use crate::model::StopReason;
use crate::report::run::{InputFacts, Status};
use crate::report::warning::{Warning, WarningCode};

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("one thread").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Page {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("one thread")).into_owned()
    }
}

struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

fn at(seconds: u64) -> Snapshot {
    Snapshot {
        elapsed: Duration::from_secs(seconds),
        bytes: 250,
        bytes_total: Some(1_000),
        rows: Rows::sample(1_200, 1_000),
        sends: true,
        rate: 99.7,
        left: Some(Duration::from_secs(38)),
        ..Snapshot::default()
    }
}

fn waits(reason: Reason, seconds: u64, why: &'static str) -> Snapshot {
    Snapshot {
        waiting: Some(Waiting {
            reason,
            time: Duration::from_secs(seconds),
            why: Cow::from(why),
        }),
        ..at(10)
    }
}

fn run() -> RunFacts {
    RunFacts {
        run_id: "r1".into(),
        command: "upload",
        status: Status::Stopped,
        stop_reason: Some(StopReason::Unreachable),
        elapsed: Duration::from_secs(11),
        inputs: vec![InputFacts {
            path: "a\u{202e}.csv".into(),
            bytes: 250,
            ..InputFacts::default()
        }],
        ..RunFacts::default()
    }
}

#[test]
fn a_line_says_what_is_going_on() {
    let text = line(&at(10), 200, Style::Plain);
    assert_eq!(
        text,
        "sending 100/s · 20 % · 38 s left · 1,000 accepted · 1,200 read"
    );
    let reading = Snapshot {
        sends: false,
        bytes_total: None,
        left: None,
        ..at(10)
    };
    assert_eq!(line(&reading, 200, Style::Plain), "reading · 1,200 read");
}

#[test]
fn lesser_facts_go_first_where_there_is_no_room() {
    let asked = waits(Reason::AskedToPause, 12, "Tenjin asked for a pause");
    let lines = [80, 60, 40, 30, 8].map(|width| line(&asked, width, Style::Plain));
    assert_eq!(
        lines,
        [
            "waiting 12 s: Tenjin asked for a pause · 20 % · 38 s left · 1,000 accepted",
            "waiting 12 s: Tenjin asked for a pause · 20 % · 38 s left",
            "waiting 12 s: Tenjin asked for a pause",
            "waiting 12 s · 20 %",
            "waiting…",
        ]
    );
    let silent = waits(
        Reason::NoAnswer,
        775,
        "no answer from Tenjin (could not connect: connection refused)",
    );
    assert_eq!(
        line(&silent, 68, Style::Plain),
        "waiting up to 12 m 55 s: no answer from Tenjin · 20 % · 38 s left"
    );
}

#[test]
fn no_line_is_wider_than_its_room() {
    let wide = waits(
        Reason::Retry,
        4,
        "一二三四五六七八九十 (一二三四五六七八九十)",
    );
    for snapshot in [at(10), wide] {
        for width in 0..120 {
            let text = line(&snapshot, width, Style::Plain);
            let columns = unicode_width::UnicodeWidthStr::width(text.as_str());
            assert!(columns <= width, "{columns} > {width}: {text}");
        }
    }
}

#[test]
fn waiting_drives_nothing() {
    let waiting = waits(Reason::AskedToPause, 12, "x\u{1b}[2J");
    assert!(line(&waiting, 80, Style::Plain).starts_with("waiting 12 s: x\\u{1b}[2J ·"));
}

#[test]
fn a_wait_is_never_told_as_none() {
    let waiting = Snapshot {
        waiting: Some(Waiting {
            reason: Reason::Retry,
            time: Duration::from_millis(3),
            why: "x".into(),
        }),
        ..at(1)
    };
    assert!(line(&waiting, 80, Style::Plain).starts_with("waiting 1 s: x"));
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let text = line(&at(10), 80, Style::Coloured);
    let plain = text.replace("\u{1b}[32m", "").replace("\u{1b}[0m", "");
    assert_ne!(text, plain);
    assert_eq!(plain, line(&at(10), 80, Style::Plain));
}

fn console(progress: Progress) -> (Page, Console) {
    let messages = if progress == Progress::Json {
        Messages::Json
    } else {
        Messages::Text
    };
    let page = Page::default();
    let console = Console::new(progress, messages, Style::Plain, Box::new(page.clone()));
    (page, console)
}

#[test]
fn a_log_hears_little() {
    let (page, mut console) = console(Progress::Plain);
    for second in 0..=25 {
        console.show(at(second));
    }
    console.finish(&run(), &Rows::default(), None);
    let times: Vec<_> = page.text().lines().map(|l| l[..5].to_owned()).collect();
    assert_eq!(times, ["10 s:", "20 s:"]);
}

#[test]
fn off_is_silent_until_something_must_be_said() {
    let (page, mut console) = console(Progress::Off);
    console.show(at(100));
    assert_eq!(page.text(), "");
    console.say(&Note::notice("a ledger was made"));
    console.finish(&run(), &Rows::default(), None);
    assert_eq!(page.text(), "tenjin-s2s: a ledger was made\n");
}

#[test]
fn events_are_a_contract() {
    let (page, mut console) = console(Progress::Json);
    let mut facts = run();
    let warning = |text: &str| Warning::new(WarningCode::TooOld, text);
    facts.warnings.push(warning("mind the \u{1b}gap"));
    console.start(&facts, Some(1_000));
    for tenth in 0..=15 {
        console.show(Snapshot {
            elapsed: Duration::from_millis(10_000 + tenth * 100),
            ..at(0)
        });
    }
    console.show(waits(Reason::AskedToPause, 12, "Tenjin asked for a pause"));
    console.say(&Note::notice("a ledger was made"));
    facts.warnings.push(warning("late"));
    let report = Some("report/report.html");
    console.finish(&facts, &Rows::sample(1_200, 1_000), report);
    let rows = r#""rows":{"read":1200,"pending":200,"accepted":1000,"rejected":0,"filtered":0,"duplicate":0,"refused":0,"failed":0,"in_doubt":0,"not_sent":0}"#;
    let progress = |elapsed: &str, left: &str| {
        format!(
            r#"{{"type":"progress","elapsed":{elapsed},"bytes":250,"bytes_total":1000,{rows},"rate":99.7,"waiting":null,"left":{left}}}"#
        )
    };
    let expected = [
        r#"{"type":"start","run_id":"r1","command":"upload","dry_run":false,"sandbox":false,"inputs":["a\u202e.csv"],"bytes_total":1000}"#.to_owned(),
        r#"{"code":"too_old","message":"mind the \u001bgap","type":"warning"}"#.to_owned(),
        progress("10.0", "38.0"),
        progress("11.0", "43.0"),
        r#"{"message":"a ledger was made","type":"notice"}"#.to_owned(),
        r#"{"code":"too_old","message":"late","type":"warning"}"#.to_owned(),
        format!(
            r#"{{"type":"end","elapsed":11.0,"bytes":250,{rows},"status":"stopped","stop_reason":"unreachable","stop_detail":null,"report":"report/report.html"}}"#
        ),
    ];
    assert_eq!(page.text().lines().collect::<Vec<_>>(), expected);
}

#[test]
fn events_tell_at_once_when_waiting_begins_and_ends() {
    let (page, mut console) = console(Progress::Json);
    let mut show = |milliseconds: u64, waiting: bool| {
        let snapshot = if waiting {
            waits(Reason::AskedToPause, 12, "Tenjin asked for a pause")
        } else {
            at(0)
        };
        console.show(Snapshot {
            elapsed: Duration::from_millis(milliseconds),
            ..snapshot
        });
    };
    show(1_000, false);
    show(1_300, true);
    show(1_400, true);
    show(1_700, false);
    let text = page.text();
    let waits: Vec<_> = text
        .lines()
        .map(|line| line.contains("asked_to_pause"))
        .collect();
    assert_eq!(waits, [false, true, false]);
    let waiting = r#""waiting":{"reason":"asked_to_pause","seconds":12.0,"message":"Tenjin asked for a pause"}"#;
    assert!(text.contains(waiting), "{text}");
}

#[test]
fn a_closed_standard_error_is_no_error() {
    for progress in [
        Progress::Bar,
        Progress::Plain,
        Progress::Json,
        Progress::Off,
    ] {
        let mut console = Console::new(progress, Messages::Text, Style::Plain, Box::new(Closed));
        console.start(&run(), None);
        console.show(at(100));
        console.say(&Note::notice("x"));
        console.finish(&run(), &Rows::default(), None);
    }
}

#[test]
fn quiet_beats_a_terminal() {
    assert_eq!(Progress::auto(true, true), Progress::Off);
    assert_eq!(Progress::auto(true, false), Progress::Bar);
    assert_eq!(Progress::auto(false, false), Progress::Plain);
}

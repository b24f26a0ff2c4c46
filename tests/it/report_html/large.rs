//! Pages at the ends: nothing read, a killed run, everything over its bounds.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tenjin_s2s::model::{
    App, Code, Contribution, Currency, Detail, Event, Fault, Filter, Fingerprint, Identity,
    Installation, Kind, Moment, Outcome, Place, Platform, Rejection, StopReason, UserIds,
};
use tenjin_s2s::report::html::page;
use tenjin_s2s::report::json;
use tenjin_s2s::report::run::{InputFacts, Places, RunFacts, Status};
use tenjin_s2s::report::typed::Typed;
use tenjin_s2s::report::view::View;
use tenjin_s2s::report::warning::{Warning, WarningCode};
use tenjin_s2s::stats::{ChunkStats, Counted, Settled, State, Stats};

use super::browser::Browser;
use super::look;
use crate::support::{HEADER, Scene};

/// More than any list of a report holds.
const MANY: u64 = 1_500;
/// How long the large run took, in seconds.
const LONG: u64 = 7_300;

fn app(number: u64) -> Arc<App> {
    Arc::new(App {
        bundle_id: format!("com.example.game{number}").into(),
        platform: Platform::Android,
    })
}

fn worth(number: u64) -> Contribution {
    let currency = [*b"USD", *b"EUR", *b"JPY", *b"GBP", *b"BRL"][(number % 5) as usize];
    Contribution {
        label: format!("event number {number}").into(),
        revenue: Some((rust_decimal::Decimal::new(199, 2), Currency(currency))),
    }
}

fn event(number: u64) -> Arc<Event> {
    Arc::new(Event {
        place: Place {
            input: (number % MANY) as u32,
            line: number,
        },
        kind: Kind::Event,
        app: app(number % MANY),
        body: "".into(),
        text: Box::default(),
        installation: Installation(number),
        time: Some(i64::try_from(number % MANY).unwrap() * 86_400_000_000),
        contribution: worth(number % MANY),
        identity: Identity {
            id: None,
            id_text: None,
            fingerprint: Fingerprint([0; 16]),
            people: UserIds::default(),
            joined: [None; 3],
        },
        origin: None,
    })
}

fn at(second: u64) -> Moment {
    Moment(second * 1_000_000)
}

/// Every list over its bounds; two hours in which the server became slow, and asked for pauses.
fn over_all_bounds() -> Stats {
    let mut books = Stats::default();
    for number in 0..MANY {
        books.chunk(at(number), &chunk(number));
        books.fixes.add(&format!("fix_{number}").into(), 1);
        let dropped = (format!("field_{number}").into(), Code::TooLong);
        books.dropped_fields.add(&dropped, 1);
        let field = format!("field_{number}");
        let fault = Fault::new(
            Code::InvalidNumber,
            field,
            "12,50",
            format!("hint {number}"),
        );
        for line in 0..70 {
            books.rejected(&rejection(number, line, fault.clone()));
        }
        let ends = [Outcome::Accepted, Outcome::Refused, Outcome::InDoubt];
        for (outcome, line) in ends.into_iter().zip(0..) {
            let detail = Detail {
                http: Some(400),
                reason: format!("reason {number}").into(),
                attempts: 1,
                ..Detail::default()
            };
            let settled = Settled {
                event: event(number + line * MANY),
                outcome,
                detail,
            };
            books.settled(at(number * 4), &settled);
        }
    }
    for second in 0..LONG {
        let paused = second % 900 > 840;
        for _ in 0..if paused { 1 } else { 60 + second % 40 } {
            let slow = if second % 600 == 7 {
                30_000
            } else {
                40 + second / 100
            };
            books.request(at(second), Duration::from_millis(slow), false);
        }
        if paused {
            books.waited(at(second), Duration::from_millis(950));
        }
    }
    books
}

fn chunk(number: u64) -> ChunkStats {
    let worth = worth(number);
    let app = app(number);
    let rows = Counted {
        kind: Some(Kind::Event),
        app: Some(&app),
        label: Some(&worth.label),
        time: Some(i64::try_from(number).unwrap() * 86_400_000_000),
        amount: worth.revenue.into(),
    };
    let mut chunk = ChunkStats::default();
    (0..4).for_each(|_| drop(chunk.add(State::Pending, rows)));
    (0..70).for_each(|_| drop(chunk.add(State::Rejected, rows)));
    chunk.filtered(&Filter::Mapping(format!("rule_{number}").into()), rows);
    chunk.read = 75;
    chunk.unmapped.add(&format!("column {number}"));
    chunk
        .event_time
        .add(i64::try_from(number).unwrap() * 86_400_000_000, i64::MAX);
    chunk
}

fn rejection(number: u64, line: u64, fault: Fault) -> Rejection {
    Rejection {
        place: Place {
            input: u32::try_from(number).unwrap(),
            line,
        },
        text: Box::default(),
        is_record: true,
        faults: vec![fault],
        kind: None,
        app: None,
        user: None,
    }
}

fn run(status: Status) -> RunFacts {
    let input = |number| InputFacts {
        path: format!("exports/2026/part-{number:05}.csv.gz"),
        format: "csv",
        bytes: 123_456_789,
        rows: 75,
        complete: true,
        ..InputFacts::default()
    };
    RunFacts {
        run_id: "20261122T010203Z-1a2b3c4d".into(),
        command: "upload",
        status,
        stop_reason: Some(StopReason::AskedToWait),
        stop_detail: Some("Tenjin asked to wait 3 h, until 2026-11-22 06:03 UTC".into()),
        elapsed: Duration::from_secs(LONG),
        inputs: (0..MANY).map(input).collect(),
        rate: Some(100.0),
        warnings: (0..MANY)
            .map(|number| Warning::new(WarningCode::TooOld, format!("warning number {number}")))
            .collect(),
        typed: Typed::of(&[], &["exports/2026/part-*.csv.gz"]),
        ..RunFacts::default()
    }
}

fn write(scene: &Scene, books: &Stats, run: &RunFacts) -> std::path::PathBuf {
    let places = Places {
        folder: Some(Path::new("r").into()),
        rejects: (0..MANY)
            .map(|n| format!("r/rejects/{n}-part.csv").into())
            .collect(),
        ..Places::default()
    };
    scene.file("report.html", page(&View::new(books, run, None, places)))
}

#[test]
fn a_hundred_thousand_reasons_are_bounded_and_searched() {
    let books = over_all_bounds();
    let scene = Scene::new();
    let page = write(&scene, &books, &run(Status::Stopped));
    let size = std::fs::metadata(&page).unwrap().len();
    assert!(size < 600_000, "{size} bytes");
    let run = run(Status::Stopped);
    let view = View::new(&books, &run, None, Places::default());
    assert!(json::document(&view).len() > 500_000);
    let Some(mut browser) = Browser::start() else {
        return;
    };
    look::everywhere(&mut browser, &page, "stopped");
    let elements = browser
        .ask("document.querySelectorAll('*').length")
        .as_u64()
        .unwrap();
    assert!(elements < 25_000, "{elements} elements");
    let text = browser.ask("document.body.innerText");
    let text = text.as_str().unwrap();
    for said in [
        "Upload stopped: asked to wait longer than allowed",
        "until 2026-11-22 06:03 UTC",
    ] {
        assert!(text.contains(said), "{said}");
    }
    search(&mut browser);
}

/// The field that searches is there, and leaves what has all words; the buttons leave an outcome.
fn search(browser: &mut Browser) {
    let seen = "[...document.querySelectorAll('.reason, .group tbody tr')]
        .filter(e => e.checkVisibility() && !e.closest('.reason tr')).length";
    let look_for = |words: &str| {
        format!(
            "(() => {{ const field = document.getElementById('search');
                field.value = {words:?};
                field.dispatchEvent(new Event('input')); }})()"
        )
    };
    browser.ask(&look_for("INVALID field_777 "));
    assert_eq!(browser.ask(seen), 1);
    let found = browser.ask("document.getElementById('found').textContent");
    assert!(found.as_str().unwrap().starts_with("1 of "), "{found}");
    // More than a keystroke has time for are counted, and the first of each outcome are there.
    browser.ask(&look_for("reason 1"));
    let found = browser.ask("document.getElementById('found').textContent");
    let end = " reasons, the first 100 of each outcome here";
    assert!(found.as_str().unwrap().ends_with(end), "{found}");
    let most = format!("{seen} <= 100 * document.querySelectorAll('.group').length");
    assert_eq!(browser.ask(&most), true);
    browser.ask(&look_for("nothing has this"));
    assert_eq!(browser.ask(seen), 0);
    browser.ask(&look_for(""));
    browser.ask("document.getElementById('show-refused').click()");
    let groups = "[...document.querySelectorAll('.group')]
        .filter(e => e.checkVisibility()).map(e => e.className)";
    assert_eq!(
        browser.ask(groups),
        serde_json::json!(["group group-refused"])
    );
}

#[test]
fn a_page_of_a_run_that_goes_on_says_so() {
    let scene = Scene::new();
    let running = RunFacts {
        stop_reason: None,
        stop_detail: None,
        warnings: Vec::new(),
        ..run(Status::Running)
    };
    let page = write(&scene, &Stats::default(), &running);
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(text.contains("Upload running"));
    assert!(text.contains("the run was killed"));
    assert!(!text.contains("What to do next"));
    let Some(mut browser) = Browser::start() else {
        return;
    };
    look::everywhere(&mut browser, &page, "running");
}

#[test]
fn a_file_without_rows_has_a_page_too() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let scene = Scene::with("empty.csv", HEADER.join(",") + "\n");
    scene
        .run("validate empty.csv --report-dir report")
        .prints()
        .exits(0);
    let page = scene.path("report/latest/report.html");
    look::everywhere(&mut browser, &page, "empty");
    let lede = browser.ask("document.querySelector('.lede').textContent");
    assert_eq!(lede, "No rows were read.");
}

#[test]
fn a_dry_run_shows_the_first_requests_and_no_key() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let scene = Scene::with("events.csv", crate::support::Rows::damaged(200, 5).csv);
    scene
        .run("upload events.csv --dry-run --report-dir report")
        .prints()
        .mutters()
        .exits(1);
    let page = scene.path("report/latest/report.html");
    look::everywhere(&mut browser, &page, "dry-run");
    let badge = browser.ask("document.querySelector('.badge').textContent");
    assert_eq!(badge, "Dry run: nothing was sent");
    let requests = browser.ask("document.querySelectorAll('.request').length");
    assert_eq!(requests, 3);
    assert!(
        !scene
            .read("report/latest/report.html")
            .contains(crate::support::KEY)
    );
}

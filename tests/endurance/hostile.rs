//! Files made to cost as much as they can, from a seed: what `validate` and `upload` take for them
//! stays flat, and so does what they write.
#![cfg(target_os = "linux")]

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use fastrand::Rng;
use flate2::write::GzEncoder;
use wait4::Wait4;

use crate::memory::high_water;
use crate::support::{KEY, Scene, below, within};
use crate::turn;

/// The most that each command may hold, in KiB.
/// The code of an unoptimised build takes 8 MiB more.
const VALIDATE_KIB: u64 = if cfg!(debug_assertions) { 36 } else { 32 } << 10;
const UPLOAD_KIB: u64 = 64 << 10;
/// What a report may take beyond its input.
const PER_ROW: u64 = 300;
const ANY_REPORT: u64 = 10 << 20;
/// For how many bytes of text, and for how many lines, a second of processor time is enough in an
/// unoptimised build.
const BYTES_A_SECOND: u64 = 200_000;
const LINES_A_SECOND: u64 = 20_000;
/// Each is opened, and has a header and a place in the report.
const FILES_A_SECOND: u64 = 100;
/// How many inputs a run has. An unoptimised build takes fifteen times the processor time for each,
/// and 17 MiB more for 5,000 of them.
const FILES: usize = if cfg!(debug_assertions) { 1_500 } else { 5_000 };

/// One way to cost.
struct Attack {
    name: &'static str,
    /// What lies in the folder, as text.
    files: Vec<(String, Vec<u8>)>,
    is_packed: bool,
}

fn attack(name: &'static str, text: impl Into<Vec<u8>>) -> Attack {
    Attack {
        name,
        files: vec![(name.to_owned(), text.into())],
        is_packed: false,
    }
}

fn packed(name: &'static str, text: impl Into<Vec<u8>>) -> Attack {
    Attack {
        is_packed: true,
        ..attack(name, text)
    }
}

const COLUMNS: &str = "kind,event_id,bundle_id,platform,os_version,app_version,country,\
    analytics_installation_id,advertising_id,event,event_time\n";

fn event(rng: &mut Rng, number: usize) -> String {
    let (installation, device) = (rng.u128(..), rng.u128(..));
    format!(
        "event,e{number},com.example.g{},android,34,1.0,US,{installation:032x},{device:032x},\
         name{number},2026-11-25T10:00:00Z\n",
        number % 3_000
    )
}

/// An upload refuses an input of which no row among the first can be told from others.
const IDENTIFIED: &str = "{\"event_id\":\"e\"}\n";

/// Rows that are rejected for all that they lack, in whole and broken lines of every kind.
fn tiny_rows(rng: &mut Rng) -> Vec<Attack> {
    let some = |rng: &mut Rng, text: &str, most: usize| text.repeat(most - rng.usize(..1_000));
    vec![
        packed(
            "tiny.csv.gz",
            format!("event_id\n{}", some(rng, "x\n", 600_000)),
        ),
        attack(
            "numbers.ndjson",
            format!("{IDENTIFIED}{}", some(rng, "7\n", 300_000)),
        ),
        attack(
            "objects.ndjson",
            format!("{IDENTIFIED}{}", some(rng, "{}\n", 300_000)),
        ),
        attack(
            "short.csv",
            format!("event_id,b,c\n{}", some(rng, "1,2\n", 200_000)),
        ),
        attack(
            "quoted.csv",
            format!("event_id\n{}", some(rng, "\"x\"\n", 200_000)),
        ),
        attack(
            "open.csv",
            format!("event_id,b\n{}", some(rng, "aa\",\"bb\n", 100_000)),
        ),
        attack(
            "blank.csv",
            format!("event_id,b\n1,2\n{}", some(rng, "\n", 4_000_000)),
        ),
        attack(
            "empty.csv",
            format!("event_id,b\n{}", some(rng, ",\n", 400_000)),
        ),
        attack("latin.csv", {
            let line = [&b"1,Zo"[..], &[rng.u8(0x80..)], b"\n"].concat();
            [b"event_id,b\n".as_slice(), &line.repeat(200_000)].concat()
        }),
        attack("unmapped.csv", {
            let row = |number| format!("{number},2026-11-25,4.99,USD\n");
            format!(
                "event_id,when,amount,cur\n{}",
                (0..100_000).map(row).collect::<String>()
            )
        }),
    ]
}

/// Few rows of a size that nobody expects.
fn large_rows(rng: &mut Rng) -> Vec<Attack> {
    let digits: String = (0..400_000).map(|_| rng.digit(10)).collect();
    let names: Vec<String> = std::iter::once("event_id".into())
        .chain((1..20_000).map(|number| format!("c{number}")))
        .collect();
    let members = |row: usize| {
        let member = |number| format!("\"k{row}_{number}\":{number}");
        format!(
            "{{\"event_id\":{row},{}}}\n",
            (0..4_000).map(member).collect::<Vec<_>>().join(",")
        )
    };
    vec![
        attack(
            "long.csv",
            format!(
                "event,b,event_id\n{}",
                format!("{},y,1\n", digits.repeat(4)).repeat(10)
            ),
        ),
        attack(
            "below-limit.csv",
            format!(
                "event,b,event_id\n{}",
                format!("{},y,1\n", digits.repeat(2)).repeat(10)
            ),
        ),
        attack("wide.csv", {
            let row = format!("{}\n", vec!["1"; names.len()].join(","));
            format!("{}\n{}", names.join(","), row.repeat(40))
        }),
        attack("wide.ndjson", (0..40).map(members).collect::<String>()),
        attack("deep.ndjson", {
            let (open, close) = ("[".repeat(200_000), "]".repeat(200_000));
            let deep = format!("{{\"a\":{open}1{close}}}\n").repeat(10);
            format!("{IDENTIFIED}{deep}")
        }),
        packed(
            "bomb.csv.gz",
            [b"event_id,b\n".as_slice(), &vec![b'0'; 100 << 20]].concat(),
        ),
    ]
}

/// Rows that are sound, and of which each brings something new.
fn sound_rows(rng: &mut Rng) -> Vec<Attack> {
    let rows = |rng: &mut Rng, count| {
        let rows = (0..count).map(|number| event(rng, number));
        format!("{COLUMNS}{}", rows.collect::<String>())
    };
    let many = (0..FILES).map(|number| {
        let text = format!("{COLUMNS}{}", event(rng, number));
        (format!("f{number}.csv"), text.into_bytes())
    });
    let many = Attack {
        name: "many-files",
        files: many.collect(),
        is_packed: false,
    };
    vec![attack("apps-and-names.csv", rows(rng, 20_000)), many]
}

#[test]
fn hostile_files_cost_no_more_than_others() {
    let _turn = turn();
    let mut rng = Rng::with_seed(15);
    let attacks = [
        tiny_rows(&mut rng),
        large_rows(&mut rng),
        sound_rows(&mut rng),
    ];
    let mut broken = Vec::new();
    for attack in attacks.into_iter().flatten() {
        for (command, most) in [
            ("validate", VALIDATE_KIB),
            ("upload --sandbox --dry-run", UPLOAD_KIB),
            ("upload --sandbox", UPLOAD_KIB),
        ] {
            broken.extend(tried(&attack, command, most));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn a_column_path_of_any_length_costs_nothing() {
    let _turn = turn();
    let scene = Scene::with(
        "in/deep.ndjson",
        format!("{IDENTIFIED}{}", "{}\n".repeat(10)),
    );
    for members in [5_000, 10_000, 40_000] {
        let path = vec!["a"; members].join(".");
        let command = format!("validate --map event={path}");
        let spent = run(&scene, &command, Some(2));
        assert!(spent.kib <= VALIDATE_KIB, "{members}: {} KiB", spent.kib);
        assert!(spent.seconds <= 3, "{members}: {} s", spent.seconds);
    }
}

/// What it cost too much of.
fn tried(attack: &Attack, command: &str, most: u64) -> Vec<String> {
    let scene = Scene::new();
    for (name, text) in &attack.files {
        let bytes = if attack.is_packed {
            let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::default());
            gzip.write_all(text).unwrap();
            gzip.finish().unwrap()
        } else {
            text.clone()
        };
        scene.file(&format!("in/{name}"), bytes);
    }
    let spent = run(&scene, command, None);
    let report = scene.report("report");
    let text: usize = attack.files.iter().map(|(_, text)| text.len()).sum();
    let text = text as u64;
    let bad = ["rejected", "refused", "failed", "in_doubt", "not_sent"];
    let bad: u64 = bad.iter().map(|outcome| report.rows(outcome)).sum();
    let reports = below(&scene.path("report"));
    let written: u64 = reports
        .iter()
        .map(|path| path.metadata().unwrap().len())
        .sum();
    let lines = |(_, text): &(String, Vec<u8>)| memchr::memchr_iter(b'\n', text).count();
    let lines = attack.files.iter().map(lines).sum::<usize>() as u64;
    let files = attack.files.len() as u64 / FILES_A_SECOND;
    let seconds = 3 + text / BYTES_A_SECOND + lines / LINES_A_SECOND + files;
    let limits = [
        ("KiB of memory", spent.kib, most),
        ("seconds of processor time", spent.seconds, seconds),
        (
            "bytes of report",
            written,
            text + bad * PER_ROW + ANY_REPORT,
        ),
    ];
    let over = limits.iter().filter(|(_, seen, most)| seen > most);
    over.map(|(what, seen, most)| {
        format!(
            "{command} {}: {seen} {what}, and {most} at most",
            attack.name
        )
    })
    .collect()
}

/// The most that a process held before its end, in KiB. What `wait4` says of memory counts what
/// this process held when it made the other one.
fn peak(process: u32) -> u64 {
    let status = format!("/proc/{process}/status");
    let mut peak = 0;
    within(Duration::from_secs(600), "it ends", || {
        let status = std::fs::read_to_string(&status).unwrap();
        peak = high_water(&status).unwrap_or(peak);
        status.contains("State:\tZ")
    });
    peak
}

struct Spent {
    kib: u64,
    seconds: u64,
}

/// Runs it; it ends with this code, else with one that says that all was read.
fn run(scene: &Scene, command: &str, code: Option<i32>) -> Spent {
    // `validate` has no pace.
    let pace = command.starts_with("upload").then_some("--rate unlimited");
    let words = pace
        .into_iter()
        .chain(["--max-age none --report-dir report --progress off in"]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_tenjin-s2s"))
        .args(command.split(' '))
        .args(words.flat_map(|words| words.split(' ')))
        .current_dir(scene.path(""))
        .env_clear()
        .env("HOME", scene.path("home"))
        .env("TENJIN_SDK_KEY", KEY)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let kib = peak(child.id());
    let spent = child.wait4().unwrap();
    let ended = spent.status.code().unwrap();
    let is_right = code.map_or(matches!(ended, 0 | 1), |code| ended == code);
    assert!(is_right, "{command:.200}: {ended}");
    let time = spent.rusage.utime + spent.rusage.stime;
    let seconds = time.as_secs();
    Spent { kib, seconds }
}

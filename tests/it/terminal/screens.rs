//! Screens as they stand there when a run is over, compared whole but for what varies: times,
//! rates, ports and the run's name.

use super::tmux::Terminal;
use crate::support::{Behaviour, Deaf, Rows, Scene, Scripted};

/// The usual size, and a large one.
pub(crate) const SIZES: [(u16, u16); 2] = [(80, 24), (200, 50)];

/// A name that a shell would part.
pub(crate) const NAME: &str = "my events.csv";

/// 200 rows of one app: opens, events and purchases, every tenth one rejected.
pub(crate) fn export() -> Scene {
    let rows = Rows::damaged(200, 1);
    assert_eq!(rows.bad.len(), 20);
    Scene::with(NAME, rows.csv)
}

/// Compares with the screen of this name, whose lines fit.
#[track_caller]
pub(crate) fn compare(name: &str, screen: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (pattern, instead) in VARIES {
        settings.add_filter(pattern, instead);
    }
    settings.bind(|| insta::assert_snapshot!(name, screen));
}

/// What differs from run to run, and what stands there instead, as long where there are columns.
const VARIES: [(&str, &str); 11] = [
    (r"\d{8}T\d{6}Z-[0-9a-f]{8}", "20261124T120000Z-0a1b2c3d"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d", "2026-11-24 12:00"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"(in|after) (\d+ m )?\d+(\.\d)? m?s\b", "$1 TIME"),
    (r"within \d+(\.\d)? m?s\b", "within TIME"),
    (r"(Sent +\S+ requests? to [^,\n]+), [\d.,]+/s", "$1, RATE/s"),
    (r"[\d.]+ m?s on hold", "TIME on hold"),
    // Whether a probe leaves within 200 ms is left to chance.
    (r"Sent       1[01] requests", "Sent       10 requests"),
    (r"purchase,\d{4}-[^\x22]*…", "purchase,TIME…"),
    (r"waiting (up to )?(\d+ m )?\d+ s", "waiting ${1}TIME"),
    (r"\([\d.]+ kB\)", "(SIZE)"),
];

/// Runs it in both sizes; the screens are the same but for where commands are folded.
#[track_caller]
fn ends(name: &str, scene: impl Fn() -> (Scene, String), code: i32) {
    for (width, height) in SIZES {
        let (scene, words) = scene();
        let colours = [("NO_COLOR", "1")];
        let Some(terminal) = Terminal::run(&scene, (width, height), &words, &colours) else {
            return;
        };
        let (screen, exit) = terminal.ended();
        assert_eq!(exit, code, "{screen}");
        terminal.fits();
        assert!(!terminal.colours().contains('\u{1b}'), "colours:\n{screen}");
        compare(&format!("{name}_{width}x{height}"), &screen);
    }
}

#[test]
fn the_plan() {
    let scene = || (export(), format!("upload '{NAME}' --dry-run"));
    ends("plan", scene, 1);
}

#[test]
fn a_run_that_ended_with_rejects() {
    let words = format!("upload '{NAME}' --sandbox --rate unlimited");
    ends("finished_with_rejects", || (export(), words.clone()), 1);
}

#[test]
fn a_wrong_key() {
    let server = Scripted::new(vec![], Behaviour::reply(401, "unauthorized"));
    let words = format!("upload '{NAME}' --endpoint-url {} --ledger l", server.url());
    ends("wrong_key", || (export(), words.clone()), 5);
}

#[test]
fn nobody_there() {
    let server = Deaf::new();
    let words = format!(
        "upload '{NAME}' --endpoint-url {} --ledger l --retries 0 --max-wait 200ms --concurrency 1",
        server.url()
    );
    ends("nobody_there", || (export(), words.clone()), 3);
}

#[test]
fn a_wrong_key_is_not_called_tenjins_doing_elsewhere() {
    let server = Scripted::new(vec![], Behaviour::reply(401, "unauthorized"));
    let scene = export();
    let ended = scene
        .run("upload --ledger l --progress off")
        .arg("--endpoint-url")
        .arg(server.url())
        .arg(NAME)
        .prints()
        .exits(5);
    let expected = format!("Because    {} does not take the SDK key", server.url());
    assert!(ended.stdout.contains(&expected), "{}", ended.stdout);
    let page = below_report(&scene);
    assert!(
        page.contains(&format!("accepted by {}", server.url())),
        "{page}"
    );
    assert!(!page.contains("accepted by Tenjin"));
}

fn below_report(scene: &Scene) -> String {
    let files = scene.files();
    let page = files.iter().find(|file| file.ends_with("report.html"));
    std::fs::read_to_string(page.unwrap()).unwrap()
}

#[test]
fn the_next_command_can_be_pasted_into_a_shell() {
    let scene = export();
    let words = format!("upload '{NAME}' --dry-run --rate unlimited --ledger ledger.sqlite");
    let Some(terminal) = Terminal::run(&scene, SIZES[0], &words, &[]) else {
        return;
    };
    let (screen, _) = terminal.ended();
    let (_, command) = screen.rsplit_once("\n  tenjin-s2s ").unwrap();
    assert!(command.contains(" \\\n"), "a folded command: {command}");
    let command = format!("{} {command}", env!("CARGO_BIN_EXE_tenjin-s2s"));
    let again = std::process::Command::new("sh")
        .args(["-c", &command])
        .current_dir(scene.path(""))
        .env_clear()
        .env("HOME", scene.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8(again.stdout).unwrap();
    assert!(
        said.starts_with("Dry run: nothing was sent"),
        "{command}\n{said}"
    );
    assert!(said.contains("20 rejected by validation"), "{said}");
}

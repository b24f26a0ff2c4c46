//! A run that is still going: the line that tells what it does, at every width, also while the
//! width changes; and what is left of it after Ctrl-C.

use std::time::Duration;

use super::screens::{NAME, SIZES, compare, export};
use super::tmux::Terminal;
use crate::support::{Behaviour, Deaf, Reply, Scripted};

/// A server that takes 30 rows and then asks for a long pause, for ever.
fn tired() -> Scripted {
    let asks = Reply::new(429, "slow down").header("retry-after", "600");
    Scripted::new(vec![Behaviour::accepted(); 30], Behaviour::Reply(asks))
}

/// It waits, and all that happened before is counted.
fn waits(screen: &str) -> bool {
    screen.contains("waiting ") && screen.contains("25 %")
}

#[test]
fn a_pause_is_shown_and_ctrl_c_ends_it() {
    for (width, height) in SIZES {
        let server = tired();
        let scene = export();
        // One connection: how many are told to wait at once is left to chance otherwise.
        let words = format!(
            "upload '{NAME}' --endpoint-url {} --ledger l --concurrency 1",
            server.url()
        );
        let colours = [("NO_COLOR", "1")];
        let Some(terminal) = Terminal::run(&scene, (width, height), &words, &colours) else {
            return;
        };
        let screen = terminal.wait("it waits", waits);
        terminal.fits();
        compare(&format!("waiting_{width}x{height}"), &screen);
        terminal.press("C-c");
        let (screen, code) = terminal.ended();
        assert_eq!(code, 130, "{screen}");
        terminal.fits();
        compare(&format!("interrupted_{width}x{height}"), &screen);
    }
}

#[test]
fn a_resize_leaves_a_right_screen() {
    let server = tired();
    let scene = export();
    let words = format!(
        "upload '{NAME}' --endpoint-url {} --ledger l --color never",
        server.url()
    );
    let Some(terminal) = Terminal::run(&scene, (100, 24), &words, &[]) else {
        return;
    };
    terminal.wait("it waits", waits);
    for width in [60, 44, 30, 20, 120, 80] {
        terminal.resize(width);
        let drawn = |screen: &str| fits(screen.lines().last().unwrap_or_default(), width);
        let screen = terminal.wait(&format!("the line at {width} columns"), drawn);
        assert_eq!(terminal.width(), usize::from(width));
        // The terminal itself moves lines out of sight; what is in sight is whole and single.
        let about = |line: &&str| {
            ["waiting", " · ", "asked", "accepted"]
                .iter()
                .any(|w| line.contains(w))
        };
        let told: Vec<_> = screen.lines().filter(about).collect();
        assert_eq!(told.len(), 1, "something is left of it:\n{screen}");
    }
    terminal.press("C-c");
    let (screen, code) = terminal.ended();
    assert_eq!(code, 130);
    let (_, summary) = screen.split_once("Interrupted after").unwrap();
    assert!(!summary.contains("waiting"), "{screen}");
}

/// Whether a line is one that was drawn for this width: with a bar where there is room for one,
/// and with every fact where there is room for all.
fn fits(line: &str, width: u16) -> bool {
    let has_bar = line.contains('─');
    line.contains("waiting")
        && line.chars().count() < usize::from(width)
        && has_bar == (width > 40)
        && line.contains("asked for a pause") == (width > 70)
        && (width < 100 || line.contains("rejected"))
}

#[test]
fn silence_is_shown_with_its_reason_and_its_end() {
    for (width, height) in SIZES {
        let server = Deaf::new();
        let scene = export();
        let words = format!(
            "upload '{NAME}' --endpoint-url {} --ledger l --retries 0 --max-wait 90s",
            server.url()
        );
        let colours = [("NO_COLOR", "1")];
        let Some(terminal) = Terminal::run(&scene, (width, height), &words, &colours) else {
            return;
        };
        let silent =
            |screen: &str| screen.contains("waiting up to 1 m ") && screen.contains("55 %");
        let screen = terminal.wait("it says so", silent);
        let screen = screen
            .replace("1 m ", "")
            .replace("waiting up to 0", "waiting up to ");
        compare(&format!("silence_{width}x{height}"), &screen);
        terminal.press("C-c");
        assert_eq!(terminal.ended().1, 130);
    }
}

#[test]
fn what_is_on_its_way_is_waited_for() {
    let held = Behaviour::Late(Duration::from_secs(300), Reply::accepted());
    let server = Scripted::new(vec![], held);
    let scene = export();
    let words = format!(
        "upload '{NAME}' --endpoint-url {} --ledger l --color never",
        server.url()
    );
    let Some(terminal) = Terminal::run(&scene, (100, 24), &words, &[]) else {
        return;
    };
    server.wait_for(1);
    terminal.press("C-c");
    let ending = |screen: &str| screen.contains("ending, 1 request on the way");
    let screen = terminal.wait("it says what it waits for", ending);
    terminal.fits();
    assert_eq!(screen.matches("waiting").count(), 1, "{screen}");
    terminal.press("C-c");
    let (screen, code) = terminal.ended();
    assert_eq!(code, 130, "a second one ends it at once");
    assert_eq!(screen.matches("waiting").count(), 1, "{screen}");
}
